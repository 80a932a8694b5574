"""One worksheet while it is drawn: cells go through here, so that what the sheet says is hashed as it is written.

Rows and columns count from 0, as in XlsxWriter.
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from unicodedata import east_asian_width

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from ..sheets.describe import Link
from .mark import content_hash, line, number_text
from .names import quoted
from .style import Formats
from .values import Value, value

MOST_LINKS = 65_530     # Excel's limit for a sheet; what comes later stays plain text
SMALL = b"abcdefghijklmnopqrstuvwxyz .,:;'()-/!|"
SMALL_WIDTH = 0.88      # of a digit, on the whole and rather too much
ROW_POINTS = 18.0       # of every row that has no height of its own


class Canvas:
    """Writes cells, merged boxes, links and row heights, and remembers what was said."""

    def __init__(self, sheet: Worksheet, formats: Formats, places: Mapping[str, tuple[str, int]], *, across: int = 1, wan: bool = False,
                 date1904: bool = False):
        self.sheet = sheet
        self.formats = formats
        self.across = across            # columns of the page; what stands to their right is hidden and not printed
        self.spare = across + 1         # the next free column for the numbers of a chart
        self.wan = wan
        self.date1904 = date1904
        self.widths: dict[int, float] = {}      # characters, of the columns that have a width of their own
        self.heights: dict[int, float] = {}     # points, of the rows that have a height of their own
        self._places = places           # key of a sheet -> its name in the book, its table's first row of data
        self._links = 0
        self._said: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)     # row -> (column, line of the hash)
        self._columns: defaultdict[tuple[int, int], list[tuple[int, list[Value]]]] = defaultdict(list)  # (first row, rows) -> columns

    def put(self, row: int, column: int, raw: object, style: Format, *, rows: int = 1, span: int = 1, link: Link | None = None) -> None:
        """Write one value of any kind into a box of cells; None leaves it empty but styled."""
        cell = value(raw, self.date1904)
        if rows > 1 or span > 1:
            # XlsxWriter writes what it is given into the corner; we do that ourselves, below, by the value's kind.
            self.sheet.merge_range(row, column, row + rows - 1, column + span - 1, None, style)
        if link and link.sheet in self._places and self._links < MOST_LINKS and isinstance(cell, str):
            self._links += 1
            name, first = self._places[link.sheet]
            place = f"A{first + link.row + 1}" if link.row >= 0 else "A1"
            self.sheet.write_url(row, column, f"internal:{quoted(name)}!{place}", style, cell)
        else:
            self.write(row, column, cell, style)
        self._say(row, column, cell)

    def write(self, row: int, column: int, cell: Value, style: Format) -> None:
        """Write a cell by its kind, never by what it looks like: text that begins with "=" is text."""
        if cell is None:
            self.sheet.write_blank(row, column, None, style)
        elif isinstance(cell, str):
            self.sheet.write_string(row, column, cell, style)
        elif isinstance(cell, bool):
            self.sheet.write_boolean(row, column, cell, style)
        else:
            self.sheet.write_number(row, column, cell, style)

    def formula(self, row: int, column: int, formula: str, result: float, style: Format) -> None:
        """Write a formula over cells of this sheet, with the value that readers who don't calculate will see."""
        self.sheet.write_formula(row, column, formula, style, result)
        self._said[row].append((column, line(reference(row, column), "f", formula.removeprefix("="))))

    def column(self, row: int, column: int, cells: list[Value], style: Format, text_style: Format | None = None) -> None:
        """Write a column of prepared values (values.values()) downwards; text may have a style of its own among numbers.

        The columns of one table begin in one row and are equally long; no two tables stand beside each other.
        """
        string, number, blank, text_style = self.sheet.write_string, self.sheet.write_number, self.sheet.write_blank, text_style or style
        for at, cell in enumerate(cells, row):
            if cell is None:
                blank(at, column, None, style)
            elif cell.__class__ is str:
                string(at, column, cell, text_style)
            elif cell.__class__ is float:
                number(at, column, cell, style)
            else:
                self.sheet.write_boolean(at, column, cell, style)
        self._columns[row, len(cells)].append((column, cells))

    def height(self, row: int, points: float) -> None:
        """Give a row a height of its own."""
        self.heights[row] = points
        self.sheet.set_row(row, points)

    def width(self, column: int, characters: float, *, hidden: bool = False) -> None:
        """Give a column a width of its own."""
        self.widths[column] = characters
        self.sheet.set_column(column, column, characters, None, {"hidden": hidden})

    def points(self, first: int, last: int) -> float:
        """How high the rows from `first` to before `last` stand together."""
        return sum(self.heights.get(row, ROW_POINTS) for row in range(first, last))

    def page_width(self) -> float:
        """Characters across the page."""
        return sum(self.widths.get(column, 9.0) for column in range(self.across))

    def pixels(self, column: int) -> int:
        """How wide a column stands on a screen, as Excel rounds it for a font whose digits are 7 pixels wide."""
        return round(self.widths[column] * 7) + 5 if column in self.widths else 64

    def hash(self) -> str:
        """content_hash() of all that was written."""
        rows = {row: list(parts) for row, parts in self._said.items()}
        for (first, _), written in self._columns.items():
            columns, tables = zip(*sorted(written), strict=True)
            letters = [xl_col_to_name(column) for column in columns]
            for row, cells in enumerate(zip(*tables, strict=True), first):
                lines = [_spoken(name, row + 1, cell) for name, cell in zip(letters, cells, strict=True)]
                # Nothing else stands in nearly every row of a long table: then its lines are in order already.
                rows.setdefault(row, []).extend(zip(columns, lines, strict=True) if row in rows else [(0, "".join(lines))])
        return content_hash("".join(spoken for _, spoken in sorted(rows[row])) for row in sorted(rows))

    def _say(self, row: int, column: int, cell: Value) -> None:
        if cell is not None:
            self._said[row].append((column, _spoken(xl_col_to_name(column), row + 1, cell)))


def _spoken(letters: str, number: int, cell: Value) -> str:
    """What a cell contributes to the hash; "" if it is empty."""
    if cell is None:
        return ""
    if cell.__class__ is str:
        return f"{letters}{number}\ts\t{cell}\n"
    if cell.__class__ is float:
        whole = cell.is_integer() and abs(cell) < 1e15      # stored exactly, others as 16 digits
        return f"{letters}{number}\tn\t{cell if whole else number_text(cell)}\n"
    return f"{letters}{number}\tb\t{cell:d}\n"


def reference(row: int, column: int) -> str:
    """"A1" of (0, 0)."""
    return f"{xl_col_to_name(column)}{row + 1}"


def characters(text: str) -> float:
    """How wide text stands, in digits of the sheet's font: small letters are narrower, a Chinese character takes two."""
    if text.isascii():
        wide = len(text.encode().translate(None, SMALL))
        return wide + (len(text) - wide) * SMALL_WIDTH
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def lines(text: str, width: float) -> int:
    """How many lines text needs in a box of `width` characters."""
    room = max(width - 2, 1)
    return sum(max(1, math.ceil(characters(part) / room)) for part in text.split("\n"))
