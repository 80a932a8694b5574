"""One worksheet while it is drawn: cells go through here, so that what the sheet says is hashed as it is written.

Rows and columns count from 0, as in XlsxWriter.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
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
        self._columns: defaultdict[tuple[int, int], list[tuple[int, list[str]]]] = defaultdict(list)    # the same of (first row, rows)

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
        """Write a column of prepared values (values.values()) downwards; text may have a style of its own among numbers."""
        string, number, blank = self.sheet.write_string, self.sheet.write_number, self.sheet.write_blank
        letters, text_style = xl_col_to_name(column), text_style or style
        said: list[str] = []
        for at, cell in enumerate(cells, row):
            if cell is None:
                blank(at, column, None, style)
                said.append("")
            elif cell.__class__ is str:
                string(at, column, cell, text_style)
                said.append(f"{letters}{at + 1}\ts\t{cell}\n")
            elif cell.__class__ is float:
                number(at, column, cell, style)
                whole = cell.is_integer() and abs(cell) < 1e15      # stored exactly, others as 16 digits
                said.append(f"{letters}{at + 1}\tn\t{cell if whole else number_text(cell)}\n")
            else:
                self.sheet.write_boolean(at, column, cell, style)
                said.append(f"{letters}{at + 1}\tb\t{cell:d}\n")
        self._columns[row, len(cells)].append((column, said))

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
        rows: dict[int, list[tuple[Sequence[int], Sequence[str]]]] = {}     # row -> columns and their lines
        for row, cells in self._said.items():
            rows[row] = [tuple(zip(*sorted(cells), strict=True))]
        for (first, _), written in self._columns.items():
            columns, lists = zip(*sorted(written), strict=True)
            for row, said in enumerate(zip(*lists, strict=True), first):
                rows.setdefault(row, []).append((columns, said))
        return content_hash("".join(_in_order(rows[row])) for row in sorted(rows))

    def _say(self, row: int, column: int, cell: Value) -> None:
        if cell is None:
            return
        kind, text = ("s", cell) if isinstance(cell, str) else ("b", f"{cell:d}") if isinstance(cell, bool) else ("n", number_text(cell))
        self._said[row].append((column, line(reference(row, column), kind, text)))


def _in_order(parts: list[tuple[Sequence[int], Sequence[str]]]) -> Sequence[str]:
    """The lines of one row from left to right; nearly every row was written in one piece."""
    if len(parts) == 1:
        return parts[0][1]
    return [said for _, said in sorted(pair for columns, lines in parts for pair in zip(columns, lines, strict=True))]


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
