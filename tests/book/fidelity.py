"""Whether a workbook that took our sheets has lost anything: one file through placing, replacing and removing, with witnesses.

Witnesses are none of ours: zip and XML by other libraries, values by openpyxl and python-calamine, openxml-audit, pages by LibreOffice.
"""

import re
import shutil
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import team_books as t
from openxml_audit import OpenXmlValidator, ValidationSeverity
from python_calamine import CalamineWorkbook

from funnel_xl.book.package import date_system
from funnel_xl.errors import FunnelError
from tests import office

_LIST = re.compile(r"\[content_types\]\.xml|(\w+/)?(workbook\d*\.xml|_rels/workbook\d*\.xml\.rels|styles\d*\.xml)")
RANDOM = re.compile(rb"<(?:\w+:)?f[^<]*\bRAND(BETWEEN|ARRAY)?\(")
AUDITABLE = 2_000_000       # [bytes]
OURS = ("Index of the proof", "Funnel of the proof", "Deals of the proof")


@dataclass
class Outcome:
    """What happened to one file."""

    file: str
    refused: str = ""                   # why it takes no sheets
    wrong: list[str] = field(default_factory=list)      # what was lost
    parts: int = 0                      # foreign parts outside the lists, all with the same bytes
    readers: list[str] = field(default_factory=list)    # readers that can read the original, and read the same afterwards
    pages: int = 0                      # pages of the original that LibreOffice prints the same
    notes: list[str] = field(default_factory=list)

    @property
    def word(self) -> str:
        return "refused" if self.refused else "BROKEN" if self.wrong else "whole"


def packs(folder: Path, year: int) -> tuple[Path, Path]:
    """Two packs of three sheets, as a first and a second run draw them."""
    found = []
    for number in (1, 2):
        index = t.index_sheet(f"Round {number}, 第{number}輪")
        sheets = (t.Sheet(index.key, index.kind, OURS[0], index.blocks), t.funnel_sheet(number, OURS[1]),
                  t.deals_sheet(tuple(range(number, 30)), OURS[2]))
        found.append(t.drawn(folder / f"pack {year} {number}.xlsx", *sheets, date1904=year == 1904))
    return found[0], found[1]


def prove(file: Path, folder: Path, *, printed: bool = False, auditable: int = AUDITABLE) -> Outcome:
    """Put three sheets into a copy of the file, replace them, take them out, and compare after each step."""
    found = Outcome(file.name)
    host = folder / ("host" + file.suffix)
    shutil.copyfile(file, host)
    try:
        first, second = packs(folder, date_system(host))
        t.put(host, first)
    except FunnelError as reason:
        found.refused = reason.key
        if host.read_bytes() != file.read_bytes():
            found.wrong.append("refused, but changed")
        return found
    before, values = t.parts(file), _values(file)
    for step, pack in (("placed", None), ("replaced", second), ("back again", first)):
        if pack:
            t.put(host, pack)
        found.wrong += [f"{step}: {loss}" for loss in _losses(before, t.parts(host))]
        for reader, old in values.items():
            if {name: cells for name, cells in _values(host)[reader].items() if name not in OURS} != old:
                found.wrong.append(f"{step}: {reader} reads other values")
    if max(map(len, before.values())) < auditable:
        found.wrong += [f"openxml-audit: {error}" for error in sorted(_errors(host) - _errors(file))]
    else:
        found.notes.append("too large for openxml-audit, whose time grows with the square of a part")
    found.readers, found.parts = sorted(values), len([name for name in before if not _is_list(name)])
    if printed:
        _compare_pages(file, host, first, folder, found)
    t.take_away(host)
    if t.parts(host) != before:
        found.wrong.append("removing does not give the original back")
    return found


def _is_list(name: str) -> bool:
    return _LIST.fullmatch(name.lower().replace("\\", "/")) is not None


def _losses(before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    lost = [name for name, data in before.items() if not _is_list(name) and after.get(name) != data]
    return lost + [name for name, data in before.items() if _is_list(name) and not t.only_gains(data, after[name])]


def _errors(path: Path) -> set[tuple[str, str]]:
    found = OpenXmlValidator().validate(str(path)).errors
    return {(error.part_uri, error.description) for error in found if error.severity == ValidationSeverity.ERROR}


def _values(path: Path) -> dict[str, dict[str, str]]:
    """Each sheet's values as text, by each reader that can read the file at all."""
    found = {}
    for name, read in (("openpyxl", _by_openpyxl), ("calamine", _by_calamine)):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found[name] = read(path)
        except Exception:       # a reader's own failure on the original is no concern of ours
            continue
    return found


def _by_openpyxl(path: Path) -> dict[str, str]:
    with path.open("rb") as stream:     # which openpyxl leaves open where it fails
        book = openpyxl.load_workbook(stream)
    # Only cells that are there: some sheets say that they have a million rows.
    return {sheet.title: repr([(place, getattr(cell.value, "ref", cell.value)) for place, cell in sorted(sheet._cells.items())])
            for sheet in book.worksheets}


def _by_calamine(path: Path) -> dict[str, str]:
    book = CalamineWorkbook.from_path(path)
    return {sheet.name: repr(book.get_sheet_by_name(sheet.name).to_python()) for sheet in book.sheets_metadata
            if "WorkSheet" in str(sheet.typ)}


def _compare_pages(file: Path, host: Path, pack: Path, folder: Path, found: Outcome) -> None:
    """LibreOffice prints the old pages as before and ours as in the pack."""
    try:
        (folder / "original").mkdir()
        old = _pages(shutil.copyfile(file, folder / "original" / host.name))    # under the same name: some print it at the foot
    except Exception:
        found.notes.append("LibreOffice can't print the original")
        return
    new, ours = _pages(host), _pages(pack)
    if any(RANDOM.search(data) for data in t.parts(file).values()):
        found.notes.append("compared on paper without its figures, since it holds random numbers")
        old, new, ours = ([re.sub(r"[0-9.]", "", page) for page in pages] for pages in (old, new, ours))
    if new[:len(old)] != old:
        found.wrong.append("LibreOffice prints the old pages otherwise")
    if new[len(old):] != ours:
        found.wrong.append("LibreOffice prints our sheets otherwise than in the pack")
    found.pages = len(old)


def _pages(book: Path) -> list[str]:
    """The text of each page that has any (an empty book is printed as one empty page), without spaces, whose width is a matter of layout,
    and without numbers of pages, which change with every sheet that is added."""
    pages = [re.sub(r"\b(Page|Seite|of|/)\s*\d+|\s", r"\1", page) for page in office.text(office.pdf(book))]
    return [page for page in pages if page]
