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
_VALUE = re.compile(rb"<v>([^<]*)</v>")
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
        return frozenset(column for column, count in self.percents.items() if 2 * count >= self.numbers[column])

    @property
    def compact(self) -> bool:
        """True where a table of everything between the first and the last cell is not much larger than the cells that are there."""
        area = (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1) if self.cells else 0
        return area <= 4 * self.cells + SPARE


def survey(xml: bytes, formats: Formats) -> Survey | None:
    """The survey of a sheet; None where its XML is spelt in an unusual way or its cells lie far apart."""
    start, end = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
    is_whole = _PLAIN.match(xml) and xml[-64:].rstrip().endswith(b"</worksheet>")
    if not is_whole or xml.count(b"<sheetData") != 1 or xml.find(b"<!", start) >= 0:
        return None
    found = Survey()
    percent = np.zeros(1 << 16, bool)
    percent[[style for style in formats.of_kind("percent") if style < len(percent)]] = True
    while start < end:
        stop = _end_of_chunk(xml, start, end)
        if stop - start > LONGEST_ROW or not _survey_cells(xml, start, stop, percent, found):
            return None
        _survey_marks(xml, start, stop, found)
        start = stop
    if found.last_row > LAST_ROW or found.last_column > LAST_COLUMN or not found.compact:
        return None
    found.merged = [(*read_ref(first.decode()), *read_ref(last.decode())) for first, last in _MERGED.findall(xml, max(end, 0))]
    return found


def _end_of_chunk(xml: bytes, start: int, end: int) -> int:
    """Where a chunk of whole rows ends."""
    if end - start <= CHUNK:
        return end
    stop = xml.rfind(b"<row", start + 1, start + CHUNK)
    if stop < 0:
        stop = xml.find(b"<row", start + CHUNK, end)
    return stop if stop >= 0 else end


def _survey_cells(xml: bytes, start: int, stop: int, percent: np.ndarray, found: Survey) -> bool:
    """Take in the cells of some rows; False where not every cell begins as `<c r="F14"`."""
    # All cells of the chunk at once: one pass of numpy costs a fifth of a regular expression's.
    view = np.frombuffer(xml, np.uint8, min(len(xml), stop + 64) - start, start)
    body = view[:stop - start]
    tags = np.flatnonzero((body[:-1] == ord("<")) & (body[1:] == ord("c")))
    at = tags + 2

    def byte(offset: int | np.ndarray = 0) -> np.ndarray:
        return view.take(at + offset, mode="clip")

    if not all((byte(offset) == ord(letter)).all() for offset, letter in enumerate(' r="')) or xml.find(b":c", start, stop) >= 0:
        return False
    if not len(tags):
        return True
    at = at + 4
    column, row = np.zeros(len(tags), np.int64), np.zeros(len(tags), np.int64)
    for _ in range(4):
        letter = byte().astype(np.int64)
        is_letter = (letter >= ord("A")) & (letter <= ord("Z"))
        column, at = np.where(is_letter, column * 26 + letter - 64, column), at + is_letter
    for _ in range(8):
        digit = byte().astype(np.int64)
        is_digit = (digit >= ord("0")) & (digit <= ord("9"))
        row, at = np.where(is_digit, row * 10 + digit - 48, row), at + is_digit
    if not ((byte() == ord('"')) & (column > 0) & (row > 0)).all():
        return False
    found.cells += len(tags)
    found.first_row, found.last_row = min(found.first_row, int(row.min())), max(found.last_row, int(row.max()))
    found.first_column, found.last_column = min(found.first_column, int(column.min())), max(found.last_column, int(column.max()))
    if percent.any():
        at = at + 1
        styled = (byte() == ord(" ")) & (byte(1) == ord("s")) & (byte(3) == ord('"'))
        at, style = at + 4 * styled, np.zeros(len(tags), np.int64)
        for _ in range(5):
            digit = byte().astype(np.int64)
            is_digit = styled & (digit >= ord("0")) & (digit <= ord("9"))
            style, at = np.where(is_digit, style * 10 + digit - 48, style), at + is_digit
        at = at + styled
        number = (byte() == ord(">")) | ((byte() == ord(" ")) & (byte(1) == ord("t")) & (byte(4) == ord("n")) & (byte(5) == ord('"')))
        shown = number & styled & percent[np.minimum(style, len(percent) - 1)]
        for count, cells in ((found.numbers, number), (found.percents, shown)):
            columns, times = np.unique(column[cells], return_counts=True)
            count.update(dict(zip(columns.tolist(), times.tolist(), strict=True)))
    return True


def _survey_marks(xml: bytes, start: int, stop: int, found: Survey) -> None:
    """Take in errors, formulas without a value and hidden rows: rare, so each is looked for only where its mark is there."""
    if xml.find(b' t="e"', start, stop) >= 0:
        for cell in _ERROR.finditer(xml, start, stop):
            if value := _VALUE.search(cell[0]):
                found.errors[read_ref(cell[1].decode())] = value[1].decode("utf-8", "replace").strip()
    if xml.find(b"<f", start, stop) >= 0:
        for pattern in _UNCACHED:
            for formula in pattern.finditer(xml, start, stop):
                cell = _CELL.match(xml, xml.rfind(b"<c ", start, formula.start()))
                if cell and b' t="str"' not in cell[2]:       # Excel stores the result "" that way
                    found.uncached.add(read_ref(cell[1].decode()))
    if xml.find(b' hidden="', start, stop) >= 0:
        found.hidden += len(_HIDDEN.findall(xml, start, stop))
