"""Raw cells as a source holds them, before anything is understood, and where each of them stands.

A source (book/, excel/) yields Sheets; sales/header.py finds the header in one and cuts a Grid; sales/deals.py reads that.
Raw values are None, str, bool, int, float, datetime, date, time, timedelta, or a CellError.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


class CellError(str):
    """An error value that stands in a cell: "#N/A", "#DIV/0!"."""

    __slots__ = ()


@dataclass(frozen=True)
class Table:
    """A ListObject: its name and cells in the sheet, all 1-based and inclusive."""

    name: str
    first_row: int  # the header row where there is one
    last_row: int  # the totals row where there is one
    first_column: int
    last_column: int
    header_rows: int = 1  # 0: the table shows no header
    totals_rows: int = 0


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet (or of one CSV file, whose `name` is then the file's)."""

    name: str
    rows: list[list[object]]  # ragged rows are allowed; rows[0][0] stands at first_row, first_column
    first_row: int = 1
    first_column: int = 1
    lines: Sequence[int] | None = None  # CSV only: the line on which each row begins
    uncached: frozenset[tuple[int, int]] = frozenset()  # (row, column) of formulas without a stored value
    merged: tuple[tuple[int, int, int, int], ...] = ()  # first row, first column, last row, last column
    percent: frozenset[int] = frozenset()  # columns (1-based) whose cells show a percent format
    hidden: int = 0  # rows that a filter or a hand has hidden; they are read like all others


@dataclass(frozen=True)
class Source:
    """A workbook or CSV file that was opened behind the guards."""

    name: str  # "Team.xlsx"
    path: str
    sheets: tuple[str, ...]  # names in the book's order, without our own generated sheets
    tables: dict[str, tuple[Table, ...]]  # sheet name -> its tables
    load: Callable[[str], Sheet] = field(repr=False, compare=False)  # reads one sheet's cells, when they are needed
    is_csv: bool = False
    date1904: bool = False  # the book counts days from 1904-01-01
    notes: tuple[tuple[str, dict], ...] = ()  # (code, details) of what was interpreted: encoding, delimiter


def column_letters(column: int) -> str:
    """ "F" of 6, as Excel names a column."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True)
class Grid:
    """A header and the rows below it, still raw."""

    header: tuple[object, ...]
    rows: list[list[object]]  # each as long as the header
    place: str  # "Deals" (sheet) or "deals.csv"
    row_numbers: Sequence[int]  # row in the sheet, or line in the file, of each row
    header_number: int
    first_column: int = 1
    is_csv: bool = False
    date1904: bool = False
    uncached: frozenset[tuple[int, int]] = frozenset()
    percent: frozenset[int] = frozenset()  # columns of this grid, from 0, whose cells show a percent format
    hidden: int = 0
    merged: int = 0  # cells that were read like the one above, with which they are merged

    def where(self, row: int, column: int | None = None) -> str:
        """The cell as its owner sees it; row -1 is the header, column counts from 0 in this grid."""
        number = self.header_number if row < 0 else self.row_numbers[row]
        if self.is_csv:
            return f"{self.place} line {number}"
        sheet = self.place if self.place.isidentifier() else "'" + self.place.replace("'", "''") + "'"
        return f"{sheet}!{column_letters(self.first_column + column)}{number}" if column is not None else f"{sheet}!{number}:{number}"
