"""A copy of a workbook for readers without Python: values in place of our functions, no macros, everything else as it was."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from ..errors import BookError
from ..sales.aliases import meaning
from .frozen_cells import frozen, spills, strings_of, without_strings
from .lists import Lists
from .markup import Edits
from .original import original_part
from .ours import HISTORY, own_sheets
from .package import CONTENT_TYPES, BookSheet, Package, key, relations_part
from .rezip import rezip
from .save import write_atomically
from .take_out import take_out

SUFFIX = ".xlsx"
BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
CONF = ".conf"                      # xlwings.conf, funnel.conf: settings of the programs that a frozen copy does without
PRIVATE = {"History", "Notes"}      # tables that don't travel while their sheet is hidden
OWN_BUTTON = "[0]!Button"           # how the macros of our buttons begin
_CALL = re.compile(r"(?<!\w)FUNNEL_\w+\s*\(", re.I)
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_WORD = re.compile(r"[^\W\d][\w.]*")
_MACRO_TYPES = ("vbaProject", "origin")         # of the book and of the package: macros, and a signature that no copy can keep
_RIBBON_TYPES = ("extensibility", "customization")
_VBA_DEFAULT = re.compile(rb'<(?:\w+:)?Default\s[^<>]*vbaProject[^<>]*/>')
_ANCHOR = re.compile(rb"<((?:\w+:)?)((?:twoCell|oneCell|absolute)Anchor)\b.*?</\1\2>", re.S)
_DRAWN_MACRO = re.compile(rb'(\smacro=")([^"]+)(")')
_CONTROL_MACRO = re.compile(rb'(<(?:\w+:)?controlPr\b[^<>]*?)\smacro="[^"]*"')
_OLD_MACRO = re.compile(rb"<(\w+:)FmlaMacro>[^<]*</\1FmlaMacro>\s*")


@dataclass(frozen=True)
class Copy:
    """What a frozen copy holds."""

    path: Path
    cells: int                      # formulas that became values
    errors: int                     # of them show an error value
    left_out: tuple[str, ...]       # sheets that did not travel


def frozen_name(book: str) -> str:
    """What the copy of a workbook is called: "Team frozen.xlsx"."""
    return f"{Path(book).stem} frozen{SUFFIX}"


def freeze(book: Path, out: Path) -> Copy:
    """Write a frozen copy of a closed workbook.

    Parameters
    ----------
    book : the workbook; it is only read
    out : where the copy is written, an .xlsx file; what lies there is replaced

    Raises
    ------
    BookError
        The workbook can't be read, a formula in it has never been calculated, or the copy can't be written.
    """
    freezing = _Freezing(Package(book))
    fresh, gone = freezing.parts()
    write_atomically(out, lambda stream: rezip(freezing.package, fresh, gone, stream), check=lambda _: None)   # rezip has read it back
    return Copy(out, freezing.cells, freezing.errors, tuple(sheet.name for sheet in freezing.leaving))


class _Freezing:
    """Works out which parts of a workbook change and which don't travel."""

    def __init__(self, package: Package):
        self.package = package
        self.cells = self.errors = 0
        self.leaving = _leaving(package)
        stays = {sheet.position for sheet in package.sheets()} - {sheet.position for sheet in self.leaving}
        self._sheets = [sheet for sheet in package.sheets() if sheet.position in stays and sheet.type == "worksheet"]
        self._lists = Lists(package)
        self._gone: set[str] = set()
        self._lost = {name.casefold() for sheet in self.leaving for name in (sheet.name, *_tables(package, sheet))}
        self._dead_names = self._names_without_meaning()
        # What reads a column of answers does it by the number of its row, and sorting a copy would mix that up: it becomes a value too.
        self._filled = {sheet.name.casefold() for sheet in self._sheets if spills(package.read(sheet.part), self._is_dead)}

    def parts(self) -> tuple[dict[str, bytes], set[str]]:
        """Changed parts, and keys of those that don't travel."""
        fresh: dict[str, bytes] = {}
        for sheet in self._sheets:
            fresh |= self._sheet(sheet)
        if self.cells:      # Excel makes the calculation chain anew where it is missing, and repairs one with an entry too many
            self._lists.forget_formulas({sheet.sheet_id for sheet in self.package.sheets()})
        self._drop_foreign_sheets()
        for name in self.package.defined_names():
            if name.attributes.get("name", "").casefold() in self._dead_names:
                self._lists.undefine(name)
        self._drop_links()
        fresh |= self._without_ribbon()
        fresh |= self._without_strings()
        fresh |= self._dead_buttons()
        self._lists.declare(self.package.workbook, BOOK_TYPE)
        fresh |= self._lists.results()
        if CONTENT_TYPES in fresh:
            fresh[CONTENT_TYPES] = _VBA_DEFAULT.sub(b"", fresh[CONTENT_TYPES])
        self._gone |= {key(part) for part in self._lists.gone}
        return {part: content for part, content in fresh.items() if key(part) not in self._gone}, self._gone

    def _names_without_meaning(self) -> set[str]:
        """Names that call one of our functions, and those that mention such a name."""
        texts = {name.attributes.get("name", "").casefold(): _QUOTED.sub('""', name.text) for name in self.package.defined_names()}
        dead: set[str] = set()
        while True:
            found = {name for name, text in texts.items() if _CALL.search(text) or _mentions(text, dead)}
            if found == dead:
                return dead
            dead = found

    def _is_dead(self, formula: str) -> bool:
        """Whether a formula can't be calculated without Python, or reads from what does not travel."""
        text = _QUOTED.sub('""', formula)
        return bool(_CALL.search(text)) or _mentions(text, self._dead_names) or _refers(text, self._lost)

    def _becomes_value(self, formula: str) -> bool:
        return self._is_dead(formula) or _refers(_QUOTED.sub('""', formula), self._filled)

    def _sheet(self, sheet: BookSheet) -> dict[str, bytes]:
        before = self.package.read(sheet.part)
        done = frozen(before, self._becomes_value, self._is_dead)
        if done.uncached:
            raise BookError("error.freeze.uncached", file=self.package.book, sheet=sheet.name, cell=done.uncached[0], n=len(done.uncached))
        self.cells += done.cells
        self.errors += done.errors
        xml = _CONTROL_MACRO.sub(rb"\1", done.xml)
        return {**({sheet.part: xml} if xml != before else {}), **self._table_parts(sheet)}

    def _table_parts(self, sheet: BookSheet) -> dict[str, bytes]:
        """The sheet's tables without formulas that new rows would get."""
        changed = {}
        for relation in self.package.relations(sheet.part):
            if relation.type != "table":
                continue
            edits = Edits(self.package.markup(relation.target))
            for element in edits.markup.root.iter():
                if element.local in ("calculatedColumnFormula", "totalsRowFormula") and self._becomes_value(element.text):
                    edits.cut(element)
            if edits:
                changed[relation.target] = re.sub(rb'\stotalsRowFunction="custom"(?=[^<>]*/>)', b"", edits.result())
        return changed

    def _drop_foreign_sheets(self) -> None:
        """Sheets that don't travel, macros, the ribbon and the copies of older lists leave the package."""
        package = self.package
        relations = package.relations(package.workbook)
        parts = [relation.target for relation in relations if relation.type in _MACRO_TYPES and package.has(relation.target)]
        parts += [part for part in [original_part(package)] if part]
        roots = [relation.target for relation in package.relations("") if relation.type in (*_RIBBON_TYPES, *_MACRO_TYPES)]
        self._gone |= package.hanging_on([*(sheet.part for sheet in self.leaving), *parts, *roots])
        if self.leaving:
            take_out(package, self._lists, self.leaving, ())
        for part in parts:
            self._lists.unrelate(part)
        for part in sorted(self._gone):
            self._lists.undeclare(part)

    def _without_strings(self) -> dict[str, bytes]:
        """The shared strings without the words that only stood on sheets that don't travel."""
        part = self.package.related("sharedStrings")
        shown = {sheet.position: strings_of(self.package.read(sheet.part)) for sheet in (*self.leaving, *self._sheets)} if part else {}
        lost = set().union(*(shown[sheet.position] for sheet in self.leaving if shown))
        lost -= set().union(*(shown[sheet.position] for sheet in self._sheets if shown))
        return {part: without_strings(self.package.read(part), lost)} if lost else {}

    def _without_ribbon(self) -> dict[str, bytes]:
        edits = Edits(self.package.markup(relations_part("")))
        for relation in self.package.relations(""):
            if relation.type in (*_RIBBON_TYPES, *_MACRO_TYPES):
                edits.cut(relation.element)
        return {relations_part(""): edits.result()} if edits else {}

    def _drop_links(self) -> None:
        """Links to our add-in, as far as no other link is counted behind them: formulas call links by their number."""
        links = self.package.workbook_element("externalReferences")
        elements = links.all("externalReference") if links else []
        relations = {relation.id: relation for relation in self.package.relations(self.package.workbook)}
        cut = []
        for element in reversed(elements):
            part = relations[next(value for name, value in element.attributes.items() if name.endswith("}id"))].target
            if not any(relation.target.casefold().endswith("funnel.xlam") for relation in self.package.relations(part)):
                break
            cut.append(element)
            self._gone |= self.package.hanging_on([part])
            self._lists.unrelate(part)
            self._lists.undeclare(part)
        for element in [links] if cut and len(cut) == len(elements) else cut:
            self._lists.cut(element)

    def _dead_buttons(self) -> dict[str, bytes]:
        """Our buttons leave; other shapes stay, without the macro that they started."""
        changed = {}
        for part in self.package.members:
            if part in self._gone or not part.endswith((".xml", ".vml")):
                continue
            kind = self.package.content_type(part)
            if kind.endswith((".drawing+xml", "vmlDrawing")):
                before = self.package.read(part)
                after = _OLD_MACRO.sub(b"", _DRAWN_MACRO.sub(rb"\1\3", _ANCHOR.sub(_without_button, before)))
                if after != before:
                    changed[self.package.stored_name(part)] = after
        return changed


def _without_button(anchor: re.Match[bytes]) -> bytes:
    macros = [macro.decode() for _, macro, _ in _DRAWN_MACRO.findall(anchor[0])]
    return b"" if any(macro.startswith(OWN_BUTTON) for macro in macros) else anchor[0]


def _leaving(package: Package) -> list[BookSheet]:
    """Settings of programs, and hidden sheets of the team's memory."""
    history = {own.sheet.position for own in own_sheets(package) if own.kind == HISTORY}

    def is_private(sheet: BookSheet) -> bool:
        return sheet.position in history or any({name, meaning("table", name)} & PRIVATE for name in _tables(package, sheet))

    return [sheet for sheet in package.sheets() if sheet.type == "worksheet"
            and (sheet.name.casefold().endswith(CONF) or (not sheet.visible and is_private(sheet)))]


def _tables(package: Package, sheet: BookSheet) -> list[str]:
    return [package.markup(relation.target).root.attributes.get("displayName", "") for relation in package.relations(sheet.part)
            if relation.type == "table"] if sheet.part else []


def _mentions(text: str, names: Collection[str]) -> bool:
    return bool(names) and any(word.casefold() in names for word in _WORD.findall(text))


def _refers(text: str, places: Iterable[str]) -> bool:
    """Whether a formula reads from one of some sheets or tables, all in lower case."""
    plain = text.casefold()
    return any(f"{place}!" in plain or f"{place.replace(chr(39), chr(39) * 2)}'!" in plain or f"{place}[" in plain for place in places)
