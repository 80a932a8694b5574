"""The cells of one sheet of a closed workbook, read by python-calamine behind the guards."""

import datetime as dt
import io
import re
import zipfile
from operator import itemgetter
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
    found, places = survey(xml, book.formats), None
    if found is None:
        xml, places, found = rewrite(xml, book.formats)
    elif found.errors:
        xml = _ERROR_TYPE.sub(rb'\1 t="str"', xml)      # calamine refuses the whole sheet for an error that it does not know (#SPILL!)
    try:
        first, rows = _calamine(_package(xml, strings, book), places is None)
    except OverflowError:       # a span of time that Python can't hold
        first, rows = _calamine(_package(xml, strings, book, durations=False), places is None)
    tidy(rows)
    if places is not None:
        first, rows = _spread(rows, places)
    first_row, first_column = first
    for (row, column), text in found.errors.items():
        rows[row - first_row][column - first_column] = CellError(text)
    return Sheet(name, rows, first_row, first_column, uncached=frozenset(found.uncached), merged=tuple(found.merged),
                 percent=found.percent, hidden=found.hidden)


def _calamine(package: io.BytesIO, skip_empty: bool) -> tuple[Cell, list[list[object]]]:
    sheet = python_calamine.CalamineWorkbook.from_filelike(package).get_sheet_by_index(0)
    if sheet.start is None:
        return (1, 1), []
    return (sheet.start[0] + 1, sheet.start[1] + 1), sheet.to_python(skip_empty_area=skip_empty)


def _package(xml: bytes, strings: bytes, book: Book, durations: bool = True) -> io.BytesIO:
    """A workbook of this one sheet: calamine never sees the user's file, only parts that passed the guards, stored and not packed."""
    kinds = ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")
    links = "".join(f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for number, (kind, target) in enumerate(kinds, 1))
    content = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
                       f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr date1904="{int(book.date1904)}"/>'
                           '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/styles.xml": _styles(book.formats, durations),
        "xl/sharedStrings.xml": strings or f'<sst xmlns="{_MAIN}"/>',
        "xl/worksheets/sheet1.xml": xml,
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, part in content.items():
            package.writestr(name, part)
    stream.seek(0)
    return stream


def _styles(formats: Formats, durations: bool) -> str:
    """Styles that say no more than which cells are dates (22) or spans of time (46): formats.py decides that, for all kinds of books."""
    ids = {"date": 22, "duration": 46 if durations else 0}
    styles = "".join(f'<xf numFmtId="{ids.get(kind, 0)}"/>' for kind in formats.kinds)
    return f'<styleSheet xmlns="{_MAIN}"><cellXfs>{styles}</cellXfs></styleSheet>'


def tidy(rows: list[list[object]]) -> None:
    """Make None of "" and datetimes of dates, column by column: most columns need neither."""
    for column in range(len(rows[0]) if rows else 0):
        cell = itemgetter(column)
        kinds = set(map(type, map(cell, rows)))
        if dt.date in kinds:
            for row in rows:
                value = row[column]
                if type(value) is dt.date:
                    row[column] = dt.datetime(value.year, value.month, value.day)
        if str in kinds and "" in map(cell, rows):
            for row in rows:
                if row[column] == "":
                    row[column] = None


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
