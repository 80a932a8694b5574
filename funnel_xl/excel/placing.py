"""Drawn sheets into an open workbook: a donor book is drawn, opened beside it, and its sheets are copied one by one.

Excel refuses to copy a group of sheets that holds a table. A sheet of ours is replaced in place, so that formulas of the team that point to
it live on; one that someone has typed into, and every foreign sheet, stays as it is.
"""

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import xlwings as xw

from ..book.ours import HISTORY, own_sheets
from ..book.package import Package
from ..draw.book import draw
from ..draw.mark import MARK, content_hash, line, mark_text, number_text
from ..draw.names import sheet_names
from ..errors import BookError
from ..sales.grid import column_letters
from ..sheets.describe import Sheet, Table
from . import native
from .desk import Desk
from .tables import as_rows, mark_of

DONOR = "funnel-xl sheets.xlsx"     # no name that a team would give a book: two of one name can't be open


@dataclass
class Placed:
    """What became of the sheets."""

    names: list[str] = field(default_factory=list)      # of the sheets that were placed
    kept: list[str] = field(default_factory=list)       # ours, but typed into or protected: they are as they were
    removed: list[str] = field(default_factory=list)    # ours, of a kind that was drawn anew, and no longer among the drawn


@dataclass(frozen=True)
class _Own:
    """A sheet of ours in the book."""

    sheet: xw.Sheet
    kind: str
    content: str
    key: str

    def may_go(self) -> bool:
        """Whether nothing of the user's own would be lost with it."""
        return self.kind != HISTORY and not native.ask(self.sheet, "locked") and not len(self.sheet.notes) \
            and sheet_hash(self.sheet) == self.content


def place(desk: Desk, sheets: Sequence[Sheet], *, beside: Sequence[Sheet] = (), whole: bool = False) -> Placed:
    """Put described sheets into the open workbook.

    Parameters
    ----------
    beside : sheets that lie in the book already and are only linked to, under the names that they have there
    whole : the sheets are a whole pack, so that older ones of their kinds leave

    Raises
    ------
    BookError
        The book's structure is protected, or it is shared in Excel's old way; it is left as it was.
    """
    book = desk.book
    _check_open_to_sheets(book)
    own = _own_sheets(book)
    placed = Placed()
    placed.kept = [old.sheet.name for sheet in sheets if (old := own.get(sheet.key)) and not old.may_go()]
    names = _names(book, sheets, own, desk.words)
    drawn = [sheet for sheet in sheets if names[sheet.key] not in placed.kept]
    left = [sheet for sheet in sheets if names[sheet.key] in placed.kept]
    replaced = {sheet.key: own[sheet.key].sheet for sheet in drawn if sheet.key in own}
    free = _with_free_tables(drawn, _tables_taken(book, replaced.values()))
    every = [*free, *(replace(sheet, blocks=()) for sheet in (*left, *beside))]
    wanted = [names.get(sheet.key, sheet.name) for sheet in every]
    with _donor(book, every, wanted) as (donor, marks):
        for sheet, name in zip(free, wanted, strict=False):
            desk.step("macro.step.place", name=name)
            _put(book, donor.sheets[name], replaced.get(sheet.key), marks[sheet.key], donor.name)
            placed.names.append(name)
    if whole:
        placed.removed = _remove_stale(own.values(), sheets)
    return placed


def _check_open_to_sheets(book: xw.Book) -> None:
    if native.ask(book, "structure_locked"):
        raise BookError("error.book.protected", file=book.name)
    if native.ask(book, "shared"):
        raise BookError("error.macro.shared", file=book.name)


def _own_sheets(book: xw.Book) -> dict[str, _Own]:
    """Our sheets by key; of two with one key the later is a copy that the user made, so it is his."""
    found: dict[str, _Own] = {}
    for sheet in book.sheets:
        mark = mark_of(sheet)
        if mark and mark[2] not in found:
            found[mark[2]] = _Own(sheet, *mark)
    return found


def sheet_hash(sheet: xw.Sheet) -> str:
    """The content hash of an open sheet, the same as that of its stored XML (draw/mark.py)."""
    area = sheet.used_range
    values, formulas = as_rows(native.ask(area, "numbers")), as_rows(area.formula)
    return content_hash(_lines(values, formulas, area.row, area.column))


def _lines(values: Sequence[Sequence[object]], formulas: Sequence[Sequence[object]], first_row: int, first_column: int) -> Iterator[str]:
    letters = [column_letters(first_column + at) for at in range(max(map(len, values), default=0))]
    for row, (cells, texts) in enumerate(zip(values, formulas, strict=True), first_row):
        for column, (value, text) in enumerate(zip(cells, texts, strict=True)):
            place = f"{letters[column]}{row}"
            if isinstance(text, str) and text.startswith("=") and value != text:
                yield line(place, "f", text[1:])
            elif isinstance(value, bool):
                yield line(place, "b", f"{value:d}")
            elif isinstance(value, (int, float)):
                yield line(place, "n", number_text(value))
            elif isinstance(value, str) and value:
                yield line(place, "s", value)


def _names(book: xw.Book, sheets: Sequence[Sheet], own: Mapping[str, _Own], words: Mapping[str, str]) -> dict[str, str]:
    """What each sheet is called in the book: as it is there already, else by its own name, if that is free."""
    there = native.sheet_names(book)
    new = [sheet for sheet in sheets if sheet.key not in own]
    wished = [words.get(f"sheet.placed.{sheet.key}", sheet.name) for sheet in new]
    names = dict(zip((sheet.key for sheet in new), sheet_names(wished, there), strict=True))
    return {sheet.key: own[sheet.key].sheet.name if sheet.key in own else names[sheet.key] for sheet in sheets}


def _tables_taken(book: xw.Book, replaced: Collection[xw.Sheet]) -> set[str]:
    """Names that a new table must not have: of other tables, and defined ones."""
    going = {sheet.name for sheet in replaced}
    taken = {table.name.casefold() for sheet in book.sheets if sheet.name not in going for table in sheet.tables}
    return taken | {name.name.rpartition("!")[2].casefold() for name in book.names}


def _with_free_tables(sheets: Sequence[Sheet], taken: set[str]) -> list[Sheet]:
    """The sheets with names for their Excel tables that are free in the book."""
    return [replace(sheet, blocks=tuple(
        replace(block, name=_free(block.name, taken)) if isinstance(block, Table) and block.listed else block for block in sheet.blocks))
        for sheet in sheets]


def _free(wished: str, taken: set[str]) -> str:
    name, number = wished, 1
    while name.casefold() in taken:
        number += 1
        name = f"{wished}_{number}"
    taken.add(name.casefold())
    return name


@contextmanager
def _donor(book: xw.Book, sheets: Sequence[Sheet], names: Sequence[str]) -> Iterator[tuple[xw.Book, dict[str, str]]]:
    """A drawn book, open in Excel, and the mark of each of its sheets by key; closed and gone afterwards."""
    home = native.MAC_SANDBOX if native.MAC and native.MAC_SANDBOX.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="funnel-xl-", dir=home, ignore_cleanup_errors=True) as folder:
        path = Path(folder) / DONOR
        draw(sheets, path, date1904=bool(native.ask(book, "date1904")), names=names)
        marks = {own.key: mark_text(own.kind, own.content, own.key) for own in own_sheets(Package(path))}
        donor = book.app.books.open(str(path), update_links=False, read_only=True, add_to_mru=False)
        try:
            yield donor, marks
        finally:
            donor.close()


def _put(book: xw.Book, fresh: xw.Sheet, old: xw.Sheet | None, mark: str, donor: str) -> None:
    """One sheet of the donor into the book: as its last one, or in place of an older one of ours."""
    if old is None:
        placed = fresh.copy(after=book.sheets[-1])
    else:
        placed = old
        _replace(fresh, old)
    _unlink(placed, donor)
    if MARK in placed.names:
        if placed.names[MARK].refers_to != f"={mark}":
            placed.names[MARK].refers_to = f"={mark}"
    else:
        native.tell(placed.names.add(MARK, f"={mark}"), "shown", False)


def _replace(fresh: xw.Sheet, old: xw.Sheet) -> None:
    """The cells, tables, charts, widths and page of one sheet onto another, which stays the one that formulas point to."""
    native.take_off_tables(old)
    for chart in reversed(list(old.charts)):
        chart.delete()
    old.clear()
    fresh.cells.copy(old.range("A1"))
    for table, drawn in zip(old.tables, fresh.tables, strict=True):
        if table.name != drawn.name:
            table.name = drawn.name
    with suppress(Exception):       # without a printer Excel takes no page set-up; the older one stays
        native.copy_page(fresh, old)


def _unlink(sheet: xw.Sheet, donor: str) -> None:
    """Charts that came with a range of cells still read from the donor: they are turned to their own sheet."""
    for chart in sheet.charts:
        for series in chart.series:
            formula = str(native.ask(series, "formula"))
            if f"[{donor}]" in formula:
                native.tell(series, "formula", formula.replace(f"[{donor}]", ""))


def _remove_stale(own: Collection[_Own], sheets: Sequence[Sheet]) -> list[str]:
    kinds, keys = {sheet.kind for sheet in sheets}, {sheet.key for sheet in sheets}
    stale = [old for old in own if old.kind in kinds and old.key not in keys and old.may_go()]
    names = [old.sheet.name for old in stale]
    for old in stale:
        old.sheet.delete()
    return names
