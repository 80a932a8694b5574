"""A CSV file's rows as text, each with the line on which it begins."""

import csv
import io
import re
from array import array
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ..errors import SourceError
from ..sales.grid import Sheet
from .encoding import find_encoding
from .workbook import LAST_ROW

DELIMITERS = ",;\t|"
LONGEST_RECORD = 1_000_000      # characters; an Excel cell holds 32,767
TRIED_RECORDS = 60              # of the file's beginning, to find the delimiter
TRIED_TEXT = 1 << 18            # characters
_SEPARATOR = re.compile(r"sep=(.)\s*", re.I)     # what Excel writes into, and takes from, a first line


class Lines:
    """The lines of a file one by one: which was the last, and how long the record is that it belongs to."""

    def __init__(self, path: Path, encoding: str):
        self.path, self.encoding = path, encoding
        self.number = 0             # of the last line that was given out
        self.since = 0              # characters since the current record's beginning
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        with self.path.open(encoding=self.encoding, newline="") as file:
            try:
                for line in iter(lambda: file.readline(LONGEST_RECORD), ""):
                    self.number += 1
                    self.since += len(line)
                    if self.since >= LONGEST_RECORD:
                        raise SourceError("error.file.long_line", file=self.path.name, line=self.number, allowed=LONGEST_RECORD)
                    yield line
            except UnicodeError as error:
                raise SourceError("error.file.encoding_wrong", file=self.path.name, encoding=self.encoding,
                                  line=_bad_line(self.path, self.encoding, self.number)) from error
        self.ended = True


def _bad_line(path: Path, encoding: str, number: int) -> int:
    """The line that can't be decoded: a text stream fails up to 8,192 bytes too early."""
    if encoding.lower().startswith(("utf-16", "utf-32")):       # bytes can't be cut at line ends there
        return number + 1
    with path.open("rb") as file:
        for line, content in enumerate(file, 1):
            try:
                content.decode(encoding)
            except UnicodeError:
                return line
    return number + 1


def check_encoding(path: Path, encoding: str) -> str:
    """An encoding that was asked for, if Python knows it as one of text."""
    try:
        io.TextIOWrapper(io.BytesIO(), encoding)
    except LookupError as error:
        raise SourceError("error.file.encoding_name", file=path.name, encoding=encoding) from error
    return encoding


def find_format(path: Path, encoding: str | None) -> tuple[str, str, int]:
    """Encoding and delimiter of a CSV file, and how many lines stand before its records (1 where Excel's "sep=;" does)."""
    codec = check_encoding(path, encoding) if encoding else find_encoding(path)
    with path.open(encoding=codec, newline="", errors="replace") as file:
        text = file.read(TRIED_TEXT)
    if not text.strip("\ufeff \t\r\n\x00"):
        raise SourceError("error.file.empty", file=path.name)
    first, _, _ = text.partition("\n")
    if separator := _SEPARATOR.fullmatch(first):
        return codec, separator[1], 1
    return codec, find_delimiter(text), 0


def find_delimiter(text: str) -> str:
    """The delimiter that cuts the records alike from the earliest one on; a comma where none cuts at all.

    Of two that do both, the one that makes more columns: "Jan 5, 2026" in every row makes two by the comma, but not of the header.
    """
    best, best_rank = ",", (0, 0.0)
    for delimiter in DELIMITERS:
        widths = _widths(text, delimiter)
        width, times = Counter(width for width in widths if width > 1).most_common(1)[0] if any(width > 1 for width in widths) else (1, 0)
        if 2 * times >= len(widths) and times:
            rank = (-widths.index(width), (width - 1) * times / len(widths))
            if best_rank == (0, 0.0) or rank > best_rank:
                best, best_rank = delimiter, rank
    return best


def _widths(text: str, delimiter: str) -> list[int]:
    records = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    try:
        widths = [len(record) for record in islice(records, TRIED_RECORDS) if any(record)]
    except csv.Error:
        return []
    return widths[:-1] if len(text) == TRIED_TEXT and len(widths) > 1 else widths


def read_csv(path: Path, encoding: str, delimiter: str, skipped: int = 0) -> Sheet:
    """All rows of a CSV file that hold anything, as text, and one empty row for each gap between them; `lines` tells where each begins.

    Raises
    ------
    SourceError
        A record is too long to be one, a quote is never closed, bytes are not of this encoding, or there are more rows than a sheet holds.
    """
    lines = Lines(path, encoding)
    reader = csv.reader(lines, delimiter=delimiter)
    rows: list[list] = []
    begins = array("q")
    begin, gap = 1, 0
    try:
        for record in reader:
            if lines.ended:     # only an open quote makes the reader ask for a line after the last one
                raise SourceError("error.file.open_quote", file=path.name, line=lines.number - _inner_lines(record[-1]))
            if begin > skipped and any(record):
                if gap and rows:
                    rows.append([])
                    begins.append(gap)
                rows.append(record)
                begins.append(begin)
                gap = 0
            elif begin > skipped:
                gap = gap or begin
            begin, lines.since = lines.number + 1, 0
    except csv.Error as error:
        key = "error.file.open_quote" if lines.number > begin else "error.file.long_line"
        raise SourceError(key, file=path.name, line=begin, allowed=csv.field_size_limit()) from error
    if len(rows) > LAST_ROW:
        raise SourceError("error.file.too_many_rows", file=path.name, rows=len(rows), allowed=LAST_ROW)
    return Sheet(path.name, rows, lines=begins)


def _inner_lines(text: str) -> int:
    """How many lines the text goes on for after its first."""
    return len(text.splitlines()) - 1 if text else 0
