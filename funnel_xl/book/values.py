"""The cells of one sheet of a closed workbook, read by python-calamine behind the guards."""

import datetime as dt
import io
import os
import re
import zipfile
from contextlib import suppress
from xml.parsers import expat

import python_calamine

from ..errors import BookError, FunnelError
from ..sales.grid import CellError, Sheet, column_letters
from .formats import Formats
from .parts import open_parts
from .rewrite import FarCell, rewrite
from .survey import Cell, Survey, survey
from .workbook import Book

MOST_PLACES = 50_000_000        # cells from the first column to the last filled one, over all rows
MEMORY_FILES = hasattr(os, "memfd_create") and os.path.isdir("/proc/self/fd")     # Linux: calamine then reads without copies of its own
_ERROR_TYPE = re.compile(rb'(<c r="[^>]*) t="e"')
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def load_sheet(book: Book, name: str) -> Sheet:
    """The cells of one sheet; text, numbers and dates as stored, None where a cell is empty.

    Raises
    ------
    BookError
        The sheet's part is missing, cut off or damaged, or a filled cell lies so far out that memory can't hold what is between.
    """
    with open_parts(book.path) as parts:
        part = book.sheets[name]
        xml = parts.read(part)
        strings = parts.read(book.strings) if book.strings else b""
    try:
        return _read(book, name, xml, strings)
    except FarCell as error:
        raise BookError("error.file.far_cell", file=book.path.name, sheet=name, cell=error.args[0]) from error
    except expat.ExpatError as error:
        raise BookError("error.file.sheet_cut_off", file=book.path.name, sheet=name, line=error.lineno) from error
    except FunnelError:
        raise
    except (python_calamine.CalamineError, ValueError, OverflowError) as error:
        raise BookError("error.file.damaged", file=book.path.name, part=part) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":        # how Rust's own failures arrive; it is no Exception
            raise BookError("error.file.damaged", file=book.path.name, part=part) from error
        raise


def _read(book: Book, name: str, xml: bytes, strings: bytes) -> Sheet:
    found = survey(xml, book.formats)
    if found is not None:
        plain = _ERROR_TYPE.sub(rb'\1 t="str"', xml) if found.errors else xml      # calamine refuses a sheet for an error it does not know
        with suppress(python_calamine.CalamineError):       # what it does not like may still be read when it is said anew
            first, rows = _calamine(plain, strings, book)
            return _sheet(name, first, list(map(tidy, rows)), found)
    xml, places, found = rewrite(xml, book.formats)
    _, rows = _calamine(xml, strings, book, skip_empty_area=False)
    return _sheet(name, *_spread(list(map(tidy, rows)), places), found)


def _sheet(name: str, first: Cell, rows: list[list[object]], found: Survey) -> Sheet:
    for (row, column), text in found.errors.items():
        rows[row - first[0]][column - first[1]] = CellError(text)
    return Sheet(name, rows, *first, uncached=frozenset(found.uncached), merged=tuple(found.merged),
                 percent=found.percent, hidden=found.hidden)


def _calamine(xml: bytes, strings: bytes, book: Book, skip_empty_area: bool = True) -> tuple[Cell, list[list]]:
    """First cell, and the rows from there, of a sheet's XML."""
    sheet = _workbook(xml, strings, book).get_sheet_by_index(0)
    try:
        rows = sheet.to_python(skip_empty_area)
    except OverflowError:       # a span of time that Python can't hold
        rows = _workbook(xml, strings, book, durations=False).get_sheet_by_index(0).to_python(skip_empty_area)
    row, column = sheet.start or (0, 0)
    return (row + 1, column + 1), rows


def _workbook(xml: bytes, strings: bytes, book: Book, durations: bool = True) -> python_calamine.CalamineWorkbook:
    """A workbook of this one sheet: calamine never sees the user's file, only parts that passed the guards."""
    parts = {**_small_parts(book, durations), "xl/sharedStrings.xml": strings or f'<sst xmlns="{_MAIN}"/>', "xl/worksheets/sheet1.xml": xml}
    with os.fdopen(os.memfd_create("sheet"), "w+b") if MEMORY_FILES else io.BytesIO() as stream:
        with zipfile.ZipFile(stream, "w") as package:
            for name, part in parts.items():
                package.writestr(name, part)
        stream.seek(0)      # which also writes out what is still buffered
        if MEMORY_FILES:
            return python_calamine.CalamineWorkbook.from_path(f"/proc/self/fd/{stream.fileno()}")
        return python_calamine.CalamineWorkbook.from_filelike(stream)


def _small_parts(book: Book, durations: bool) -> dict[str, str]:
    kinds = {"worksheet": "worksheets/sheet1.xml", "sharedStrings": "sharedStrings.xml", "styles": "styles.xml"}
    links = "".join(f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
                    for number, (kind, target) in enumerate(kinds.items(), 1))
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
                       f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr date1904="{int(book.date1904)}"/>'
                           '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/styles.xml": _styles(book.formats, durations),
    }


def _styles(formats: Formats, durations: bool) -> str:
    """Styles that say no more than which cells are dates (22) or spans of time (46): formats.py decides that, for all kinds of books."""
    ids = {"date": 22, "duration": 46 if durations else 0}
    styles = "".join(f'<xf numFmtId="{ids.get(kind, 0)}"/>' for kind in formats.kinds)
    return f'<styleSheet xmlns="{_MAIN}"><cellXfs>{styles}</cellXfs></styleSheet>'


def tidy(row: list) -> list:
    """A row with None for "" and datetimes for dates, as the readers of columns know them."""
    return [value if (kind := type(value)) is float else (value or None) if kind is str
            else dt.datetime(value.year, value.month, value.day) if kind is dt.date else value for value in row]


def _spread(rows: list[list[object]], places: list[Cell]) -> tuple[Cell, list[list[object]]]:
    """The values of a rewritten sheet at their old places: first cell, and rows that end with their last filled cell."""
    if not places:
        return (1, 1), []
    ends: dict[int, int] = {}
    for row, column in places:
        ends[row] = max(ends.get(row, 0), column)
    first_row, last_row, first_column = min(ends), max(ends), min(column for _, column in places)
    if sum(ends.values()) - len(ends) * (first_column - 1) > MOST_PLACES:
        row = max(ends, key=ends.__getitem__)
        raise FarCell(f"{column_letters(ends[row])}{row}")
    spread: list[list[object]] = [[None] * (ends.get(row, first_column - 1) - first_column + 1) for row in range(first_row, last_row + 1)]
    values = (value for row in rows for value in row)
    for (row, column), value in zip(places, values, strict=False):
        spread[row - first_row][column - first_column] = value
    return (first_row, first_column), spread
