"""What must be known of a sheet's XML before a reader may have it, and what that reader does not tell.

python-calamine reads fast, but makes a table of everything between the first and the last cell: one stray cell at XFD1048576 would take
the whole process down. It also gives "" for an error, and nothing for a formula whose value was not stored. `survey` finds all this in one
pass over bytes as nearly every program writes them; for any other spelling of the same XML `rewrite` says the sheet anew.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from .formats import Formats
from .workbook import LAST_COLUMN, LAST_ROW, read_ref

CHUNK = 1 << 20             # [bytes] so much at once stays in the processor's cache
LONGEST_ROW = 1 << 24       # [bytes] 1,000 for each cell that a row can have
SPARE = 100_000             # cells that a table may hold for nothing, besides three for each that is there
_PLAIN = re.compile(rb"\s*(?:<\?xml[^>]*\?>)?\s*(?:<!--[^>]*-->\s*)*<worksheet[\s>]")
_ERROR = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]* t="e"[^>]*(?<!/)>.*?</c>', re.S)
_VALUE = re.compile(rb"<v>([^<]*[^<\s][^<]*)</v>")
_UNCACHED = (re.compile(rb"</f>(?:<v ?/>|<v></v>)?</c>"), re.compile(rb"<f(?: [^>]*)?/>(?:<v ?/>|<v></v>)?</c>"))
_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)>')
_HIDDEN = re.compile(rb'<row [^>]*hidden="(?:1|true)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+[0-9]+):([A-Z]+[0-9]+)"')

Cell = tuple[int, int]      # row, column; 1-based


@dataclass
class Survey:
    """What stands in a sheet's XML beside its values."""

    cells: int = 0                  # how many, empty ones with a format included
    first_row: int = LAST_ROW
    last_row: int = 0
    first_column: int = LAST_COLUMN
    last_column: int = 0
    errors: dict[Cell, str] = field(default_factory=dict)
    uncached: set[Cell] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    numbers: Counter = field(default_factory=Counter)       # column -> cells that hold a number
    percents: Counter = field(default_factory=Counter)      # column -> of these, shown as a percentage
    hidden: int = 0

    @property
    def percent(self) -> frozenset[int]:
        """Columns where at least half of the numbers are shown as percentages: a total above the header decides nothing."""
        return frozenset(column for column, count in self.percents.items() if count and 2 * count >= self.numbers[column])

    @property
    def compact(self) -> bool:
        """True where a table of everything between the first and the last cell is not much larger than the cells that are there."""
        area = (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1) if self.cells else 0
        return area <= 4 * self.cells + SPARE


class Cursors:
    """Many places in a chunk of bytes, moved on all at once: one pass of numpy costs a fifth of a regular expression's."""

    def __init__(self, view: np.ndarray, at: np.ndarray):
        self.view, self.at = view, at

    def byte(self, offset: int = 0) -> np.ndarray:
        """The byte at each place."""
        return self.view.take(self.at + offset, mode="clip")

    def skip(self, text: bytes) -> np.ndarray:
        """Go past a text; True where it stood."""
        stands = self.byte() == text[0]
        for offset in range(1, len(text)):
            stands &= self.byte(offset) == text[offset]
        self.at = self.at + len(text) * stands
        return stands

    def number(self, first: str, last: str, base: int, most: int, lowest: int) -> np.ndarray:
        """Go past at most so many digits, and what they say; `lowest` is what the first of them stands for."""
        number, going = np.zeros(len(self.at), np.int64), np.ones(len(self.at), bool)
        for _ in range(most):
            byte = self.byte()
            going &= (byte >= ord(first)) & (byte <= ord(last))
            if not going.any():
                break
            grown = number * base + byte + (lowest - ord(first))
            number = grown if going.all() else np.where(going, grown, number)
            self.at = self.at + going
        return number


def survey(xml: bytes, formats: Formats) -> Survey | None:
    """The survey of a sheet; None where its XML is spelt in an unusual way or its cells lie far apart."""
    start, end = xml.find(b"sheetData") - 1, xml.rfind(b"</sheetData>")
    is_empty = xml.startswith(b"<sheetData/>", start) and xml.rfind(b"sheetData") == start + 1
    if not is_empty and (end < start or xml.rfind(b"sheetData>") != end + 2 or not xml.startswith(b"<sheetData", start)):
        return None
    if not (_PLAIN.match(xml) and xml[-64:].rstrip().endswith(b"</worksheet>")):
        return None
    found = Survey()
    percent = np.zeros(1 << 16, bool)
    percent[[style for style in formats.of_kind("percent") if style < len(percent)]] = True
    while start < end:
        stop = _end_of_chunk(xml, start, end)
        if stop - start > LONGEST_ROW or not _survey_chunk(xml, start, stop, percent, found):
            return None
        start = stop
    if found.last_row > LAST_ROW or found.last_column > LAST_COLUMN or not found.compact:
        return None
    found.merged = [(*read_ref(first.decode()), *read_ref(last.decode())) for first, last in _MERGED.findall(xml, max(start, 0))]
    return found


def _end_of_chunk(xml: bytes, start: int, end: int) -> int:
    """Where a chunk of whole rows ends."""
    if end - start <= CHUNK:
        return end
    stop = xml.rfind(b"<row", start + 1, start + CHUNK)
    if stop < 0:
        stop = xml.find(b"<row", start + CHUNK, end)
    return stop if stop >= 0 else end


def _has(xml: bytes, mark: bytes, rare: bytes, start: int, stop: int) -> bool:
    """True where a mark stands; its rare byte is looked for first, since one byte is found ten times faster than two."""
    return xml.find(rare, start, stop) >= 0 and xml.find(mark, start, stop) >= 0


def _survey_chunk(xml: bytes, start: int, stop: int, percent: np.ndarray, found: Survey) -> bool:
    """Take in some rows; False where they hold comments, prefixes, or cells that don't begin as `<c r="F14"`."""
    view = np.frombuffer(xml, np.uint8, min(len(xml), stop + 64) - start, start)
    before, is_c = view[:stop - start - 1], view[1:stop - start] == ord("c")
    if _has(xml, b"<!", b"!", start, stop) or (is_c & (before == ord(":"))).any():
        return False
    cells = Cursors(view, np.flatnonzero(is_c & (before == ord("<"))) + 2)
    if len(cells.at):
        is_plain = cells.skip(b' r="')
        column, row = cells.number("A", "Z", 26, 4, 1), cells.number("0", "9", 10, 8, 0)
        if not (is_plain & cells.skip(b'"') & (column > 0) & (row > 0)).all():
            return False
        found.cells += len(column)
        found.first_row, found.last_row = min(found.first_row, int(row.min())), max(found.last_row, int(row.max()))
        found.first_column, found.last_column = min(found.first_column, int(column.min())), max(found.last_column, int(column.max()))
        if percent.any():
            _survey_percent(cells, column, percent, found)
        if _has(xml, b"<f", b"f", start, stop):
            found.uncached.update(_uncached(xml, start, stop))
        if _has(xml, b' t="e"', b"#", start, stop):     # every error that Excel knows begins with a #
            found.errors.update(_errors(xml, start, stop))
    if _has(xml, b' hidden="', b"h", start, stop):
        found.hidden += len(_HIDDEN.findall(xml, start, stop))
    return True


def _survey_percent(cells: Cursors, column: np.ndarray, percent: np.ndarray, found: Survey) -> None:
    """Count the numbers of each column, and those with a percent style; the cursors stand behind the references."""
    has_style = cells.skip(b' s="')
    style = np.where(has_style, cells.number("0", "9", 10, 5, 0), 0)
    cells.at = cells.at + has_style
    is_number = (cells.byte() == ord(">")) | cells.skip(b' t="n"')
    for count, counted in ((found.numbers, is_number), (found.percents, is_number & percent[np.minimum(style, len(percent) - 1)])):
        times = np.bincount(column[counted])
        count.update({number: int(times[number]) for number in np.flatnonzero(times).tolist()})


def _errors(xml: bytes, start: int, stop: int) -> dict[Cell, str]:
    """The error values and their cells."""
    return {read_ref(cell[1].decode()): value[1].decode("utf-8", "replace").strip()
            for cell in _ERROR.finditer(xml, start, stop) if (value := _VALUE.search(cell[0]))}


def _uncached(xml: bytes, start: int, stop: int) -> set[Cell]:
    """The cells of formulas whose value was not stored. An empty "str" is one: Excel stores the result "" that way."""
    cells = (_CELL.match(xml, xml.rfind(b"<c ", start, formula.start()))
             for pattern in _UNCACHED for formula in pattern.finditer(xml, start, stop))
    return {read_ref(cell[1].decode()) for cell in cells if cell and b' t="str"' not in cell[2]}
