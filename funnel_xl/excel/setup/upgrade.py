"""An older workbook of ours with today's macros, ribbon and formulas; everything else in it keeps its bytes."""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from ...book.lists import Lists
from ...book.markup import Edits, Element
from ...book.package import BookSheet, Package, key, relations_part
from ...book.plan import Plan, Step, make_plan
from ...book.rezip import Content
from ...book.save import check_free
from ...book.transplant import code_name
from ...errors import BookError
from ...wording import LANGUAGES, words
from .vba_text import VbaProject, read_project
from .xlwings_version import as_numbers, version_in

CALC, CONF = "Calc", "xlwings.conf"             # sheets of ours that are called so in every language
CALL = "FUNNEL_"                                # how the names of our functions begin
OUR_NAMES = {"FunnelLanguage", "FunnelPython", "FunnelAsOf"}
BOOK_MODULE = "ThisWorkbook"
_COLUMN = re.compile(r"\[([^\[\]#@]+)\]")       # of a table, in a formula
_NO_CODE = re.compile(r"\s*(?:Attribute\b.*|Option Explicit|'.*)?\s*", re.I)


def plan_upgrade(path: Path) -> Plan:
    """What an upgrade will change in a workbook; nothing is written before carry_out().

    Raises
    ------
    BookError
        It is no workbook of ours, was made by a newer version, holds macros of somebody else's, lacks sheets or columns that the macros
        need, is signed, or is open in Excel. It is left as it was.
    """
    old = Package(path)
    check_free(old.path)
    if not _is_ours(old):
        raise BookError("error.setup.foreign", file=old.book)
    if any(part.startswith("_xmlsignatures/") for part in old.members):
        raise BookError("error.setup.signed", file=old.book)
    with tempfile.TemporaryDirectory(prefix="funnel-xl-") as folder:
        from ...build.workbook import build_workbook  # brings pandas along

        fresh = Path(folder, "new.xlsm")
        build_workbook(fresh, _language(old), demo=False)
        return _Upgrade(old, Package(fresh)).plan()


@dataclass(frozen=True)
class _Formula:
    """A formula of a sheet, where it stands in the sheet's text, and what it says."""

    element: Element
    text: str


class _Upgrade:
    """Compares a workbook with one that was just made, and gathers what has to change."""

    def __init__(self, old: Package, new: Package):
        self._old, self._new = old, new
        self._lists = Lists(old)
        self._fresh: dict[str, Content] = {}
        self._gone: set[str] = set()
        self._steps: list[Step] = []

    def plan(self) -> Plan:
        self._macros()
        self._ribbon()
        self._formulas()
        for part, content in self._lists.results().items():
            self._change(part, content, "setup.plan.lists")
        return make_plan(self._old, self._fresh, self._gone, self._steps, {})

    def _change(self, part: str, content: bytes, why: str) -> None:
        self._fresh[part] = content
        self._steps.append(Step("change" if self._old.has(part) else "add", "/" + part, why))

    def _macros(self) -> None:
        part, content = self._old.related("vbaProject"), self._new.read(self._new.related("vbaProject"))
        before, after = _project(self._old, part), read_project(content)
        was, now = version_in(before), version_in(after)
        if as_numbers(was) > as_numbers(now):
            raise BookError("error.setup.newer", file=self._old.book, book=was, package=now)
        if foreign := _foreign_macros(before, after):
            raise BookError("error.setup.macros", file=self._old.book, modules=", ".join(foreign))
        missing = [sheet.name for name, sheet in _by_code_name(self._new).items() if name not in _by_code_name(self._old)]
        if missing:
            raise BookError("error.setup.sheets", file=self._old.book, sheets=", ".join(missing))
        if _comparable(before, after) != _comparable(after, after):
            self._change(part, content, "setup.plan.macros")
            self._drop_signature(part)

    def _drop_signature(self, project: str) -> None:
        """A signature of the old macros would make Excel distrust the new ones."""
        signatures = {relation.target for relation in self._old.relations(project) if self._old.has(relation.target)}
        if not signatures:
            return
        for part in sorted(signatures):
            self._lists.undeclare(part)
        self._gone |= {key(part) for part in (*signatures, relations_part(project))}
        self._steps += [Step("remove", "/" + self._old.stored_name(part), "setup.plan.signature") for part in sorted(self._gone)]

    def _ribbon(self) -> None:
        from ...build.finish import RIBBON_PART, RIBBON_TYPE

        content = self._new.read(RIBBON_PART)
        part = next((relation.target for relation in self._old.relations("") if relation.type == "extensibility"), "")
        if not part:            # some programs lose it in saving
            part, edits = RIBBON_PART, Edits(self._old.markup(relations_part("")))
            taken = {relation.id.lower() for relation in self._old.relations("")}
            number = next(number for number in count(1) if f"rid{number}" not in taken)
            root = edits.markup.root
            edits.append(root, f'<{root.prefix}Relationship Id="rId{number}" Type="{RIBBON_TYPE}" Target="{part}"/>')
            self._change(relations_part(""), edits.result(), "setup.plan.lists")
            self._lists.declare(part, self._new.content_type(RIBBON_PART))
        if not self._old.has(part) or self._old.read(part) != content:
            self._change(part, content, "setup.plan.ribbon")

    def _formulas(self) -> None:
        """Formulas of Calc that call other functions, or the same in another way; only their text changes."""
        part = _sheet(self._old, CALC).part
        before, after = _formulas_of(self._old, part), _formulas_of(self._new, _sheet(self._new, CALC).part)
        columns, edits = _columns(self._old), Edits(self._old.markup(part))
        for place, formula in after.items():
            if CALL not in formula.text:        # a label: it reads a row of the book's own sheet of texts
                continue
            if place not in before:
                raise BookError("error.setup.calc", file=self._old.book, cell=f"{CALC}!{place}")
            # A heading that the team has renamed is no change of ours.
            if _COLUMN.sub("[]", formula.text) == _COLUMN.sub("[]", before[place].text):
                continue
            if lost := [name for name in _COLUMN.findall(formula.text) if name not in columns]:
                raise BookError("error.setup.columns", file=self._old.book, columns=", ".join(dict.fromkeys(lost)))
            edits.write_text(before[place].element, formula.text)
        if edits:
            self._change(part, edits.result(), "setup.plan.formulas")


def _is_ours(package: Package) -> bool:
    names = {name.attributes.get("name", "") for name in package.defined_names()}
    sheets = {sheet.name for sheet in package.sheets()}
    return bool(package.related("vbaProject")) and names >= OUR_NAMES and {CALC, CONF} <= sheets


def _project(package: Package, part: str) -> VbaProject:
    try:
        return read_project(package.read(part))
    except ValueError as reason:
        raise package.damaged(part) from reason


def _foreign_macros(before: VbaProject, after: VbaProject) -> list[str]:
    """Modules that somebody else has written: swapping the project would lose them."""
    def is_foreign(name: str, text: str) -> bool:
        if name in before.documents:
            return name != BOOK_MODULE and not all(_NO_CODE.fullmatch(line) for line in text.splitlines())
        return name not in after.sources

    return sorted(name for name, text in before.sources.items() if is_foreign(name, text))


def _comparable(project: VbaProject, wanted: VbaProject) -> dict[str, list[str]]:
    """The modules that count, without what Excel's editor changes by itself: attributes, capital letters, spaces at the end."""
    names = [name for name in wanted.sources if name not in wanted.documents or name == BOOK_MODULE]
    return {name: [line.rstrip().lower() for line in project.sources.get(name, "").strip().splitlines()
                   if not line.startswith("Attribute ")] for name in names}


def _by_code_name(package: Package) -> Mapping[bytes | None, BookSheet]:
    return {code_name(package.read(sheet.part)): sheet for sheet in package.sheets() if sheet.type == "worksheet"}


def _sheet(package: Package, name: str) -> BookSheet:
    return next(sheet for sheet in package.sheets() if sheet.name == name)


def _formulas_of(package: Package, part: str) -> dict[str, _Formula]:
    data = package.markup(part).root.find("sheetData")
    cells = (cell for row in data.all("row") for cell in row.all("c")) if data else ()
    return {cell.attributes.get("r", ""): _Formula(formula, formula.text) for cell in cells if (formula := cell.find("f"))}


def _columns(package: Package) -> set[str]:
    """The columns of all tables."""
    found = set()
    for sheet in package.sheets():
        for relation in package.relations(sheet.part) if sheet.part else ():
            if relation.type == "table":
                columns = package.markup(relation.target).root.find("tableColumns")
                found |= {column.attributes.get("name", "") for column in (columns.all("tableColumn") if columns else ())}
    return found


def _language(package: Package) -> str:
    """The language in which the workbook's own columns are headed."""
    columns = _columns(package)

    def known(language: str) -> int:
        return sum(text in columns for key, text in words(language).items() if key.startswith("field."))

    return max(LANGUAGES, key=known)
