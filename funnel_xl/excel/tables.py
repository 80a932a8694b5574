"""An open workbook as a source: the same tables, cells and answers as of the closed file, read through Excel."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from typing import Any

import xlwings as xw

from ..book.ours import read_mark
from ..book.team import language_named
from ..draw.mark import MARK
from ..errors import BookError
from ..sales.answers import Answers, answer
from ..sales.companions import settings_of
from ..sales.deals import Deals, read_deals
from ..sales.grid import CellError, Sheet, Source, Table
from . import native
from .cells import ERROR_TEXTS, clean

AS_OF = "FunnelAsOf"        # defined name of the as-of date in our own workbook
MERGED_ROWS = 10            # a heading of two storeys begins in one of these rows
PLAIN = (str, float, int, bool, Decimal, dt.datetime, type(None))


@dataclass(frozen=True)
class Team:
    """A team's open workbook, read."""

    book: xw.Book
    source: Source
    deals: Deals
    language: str
    as_of: dt.date

    def answers(self) -> Answers:
        """All that is computed from the deals, as for closed files."""
        return answer(self.deals, self.as_of)

    def sheet(self) -> xw.Sheet:
        """The sheet that the deals stand on."""
        return self.book.sheets[self.deals.grid.place]

    @property
    def is_listed(self) -> bool:
        """Whether the deals are an Excel table, and not plain cells."""
        return self._place() is not None

    def table(self) -> xw.main.Table:
        """The deals' own table.

        Raises
        ------
        BookError
            They are plain cells.
        """
        place = self._place()
        if place is None:
            raise BookError("error.macro.no_table", sheet=self.deals.grid.place)
        return self.sheet().tables[place.name]

    def _place(self) -> Table | None:
        tables = self.source.tables.get(self.deals.grid.place, ())
        return next((table for table in tables if table.first_row == self.deals.grid.header_number), None)

    def formula_cells(self) -> set[tuple[int, int]]:
        """(deal, column) of the cells in the deals' table that hold a formula; deal -1 for rows that hold nothing else."""
        body = self.table().data_body_range
        if body is None:
            return set()
        rows = {number: row for row, number in enumerate(self.deals.grid.row_numbers)}
        return {(rows.get(number, -1), column) for number, line in enumerate(as_rows(body.formula), body.row)
                for column, text in enumerate(line) if isinstance(text, str) and text.startswith("=")}


def read_team(book: xw.Book) -> Team:
    """The deals of an open workbook, in its own language, as of its own date.

    Raises
    ------
    SourceError
        The book holds no deals, or two columns for one field.
    """
    source = book_source(book)
    as_of = as_of_date(book)
    deals = read_deals(source, as_of)
    named = language_named(settings_of(deals.companions.table("Settings")).get("language"))
    return Team(book, source, deals, named or deals.language, as_of)


def as_of_date(book: xw.Book) -> dt.date:
    """The date that the book's settings name, else today."""
    value = book.names[AS_OF].refers_to_range.value if AS_OF in book.names else None
    return value.date() if isinstance(value, dt.datetime) else dt.date.today()


def book_source(book: xw.Book) -> Source:
    """An open workbook as a source; cells are read when a sheet is asked for, and then kept. Sheets of ours are passed over."""
    sheets = {sheet.name: sheet for sheet in book.sheets if mark_of(sheet) is None}
    tables = {name: found for name, sheet in sheets.items() if (found := tuple(_table(table) for table in sheet.tables))}
    load = cache(partial(_load, sheets, tables))
    return Source(book.name, book.name, tuple(sheets), tables, load, date1904=bool(native.ask(book, "date1904")))


def mark_of(sheet: xw.Sheet) -> tuple[str, str, str] | None:
    """Kind, content hash and key of a sheet of ours; None of any other."""
    return read_mark(str(sheet.names[MARK].refers_to).lstrip("=")) if MARK in sheet.names else None


def rows_of(cells: xw.Range) -> list[list[object]]:
    """The values of a range in the types that the readers know, in one call to Excel."""
    rows = as_rows(cells.raw_value)
    if native.MAC:      # there an error value arrives as nothing, and only its text tells
        shown = as_rows(cells.api.string_value.get())
        rows = [[CellError(text) if text in ERROR_TEXTS else value for value, text in zip(row, texts, strict=True)]
                for row, texts in zip(rows, shown, strict=True)]
    return [_tidy(row) for row in rows]


def as_rows(value: Any) -> list[Sequence[object]]:
    """What Excel gives of any range as rows: of one cell it gives the value alone, and on a Mac of one row a flat list."""
    if not isinstance(value, (list, tuple)):
        return [[value]]
    return list(value) if value and isinstance(value[0], (list, tuple)) else [value]


def _tidy(row: Sequence[object]) -> list[object]:
    return [None if value == "" or not isinstance(value, PLAIN) else _naive(value) if isinstance(value, dt.datetime) else value
            for value in clean(row)]


def _naive(moment: dt.datetime) -> dt.datetime:
    """A date as Python's own; through COM it arrives as another kind, with a time zone that cells don't have."""
    return dt.datetime(moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second, moment.microsecond)


def _table(table: xw.main.Table) -> Table:
    area = table.range
    rows, columns = area.shape
    return Table(table.name, area.row, area.row + rows - 1, area.column, area.column + columns - 1, int(bool(table.show_headers)),
                 int(bool(table.show_totals)))


def _load(sheets: dict[str, xw.Sheet], tables: dict[str, tuple[Table, ...]], name: str) -> Sheet:
    sheet, found = sheets[name], tables.get(name, ())
    return _load_tables(sheet, found) if found else _load_cells(sheet)


def _load_cells(sheet: xw.Sheet) -> Sheet:
    area = sheet.used_range
    rows = rows_of(area)
    percent = _percent(sheet, rows, area.row, area.column)
    return Sheet(sheet.name, rows, area.row, area.column, merged=_merged(sheet, area, rows), percent=percent)


def _load_tables(sheet: xw.Sheet, found: Sequence[Table]) -> Sheet:
    """The cells of a sheet's tables, each in one call; what stands beside them is nobody's deal."""
    first_row, first_column = min(table.first_row for table in found), min(table.first_column for table in found)
    width, height = max(table.last_column for table in found) - first_column + 1, max(table.last_row for table in found) - first_row + 1
    rows: list[list[object]] = [[None] * width for _ in range(height)]
    hidden = 0
    for table in found:
        area = sheet.range((table.first_row, table.first_column), (table.last_row, table.last_column))
        for row, cells in enumerate(rows_of(area), table.first_row - first_row):
            rows[row][table.first_column - first_column:table.last_column - first_column + 1] = cells
        body = sheet.range((table.first_row + table.header_rows, table.first_column), (table.last_row, table.first_column))
        hidden += native.rows_hidden(body)
    return Sheet(sheet.name, rows, first_row, first_column, percent=_percent(sheet, rows, first_row, first_column), hidden=hidden)


def _percent(sheet: xw.Sheet, rows: list[list[object]], first_row: int, first_column: int) -> frozenset[int]:
    """Columns whose numbers show as percent, by the format of the first number in each."""
    found = set()
    for at in range(max(map(len, rows), default=0)):
        row = next((number for number, row in enumerate(rows) if at < len(row) and type(row[at]) is float), None)
        if row is not None and "%" in (sheet.range((first_row + row, first_column + at)).number_format or ""):
            found.add(first_column + at)
    return frozenset(found)


def _merged(sheet: xw.Sheet, area: xw.Range, rows: list[list[object]]) -> tuple[tuple[int, int, int, int], ...]:
    """Merged cells in the upper rows; Excel tells of a whole row at once that it has none."""
    found = []
    for at, row in enumerate(rows[:MERGED_ROWS]):
        number = area.row + at
        if sheet.range((number, area.column), (number, area.column + len(row) - 1)).merge_cells is False:
            continue
        for column, value in enumerate(row, area.column):
            merged = sheet.range((number, column)).merge_area if value is not None else None
            if merged is not None and merged.shape != (1, 1):
                height, width = merged.shape
                found.append((merged.row, merged.column, merged.row + height - 1, merged.column + width - 1))
    return tuple(found)
