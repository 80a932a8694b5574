"""A closed workbook's structure, without its cells: sheets, tables, date system and styles."""

import re
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from ..errors import BookError
from ..sales.grid import Table
from .formats import Formats, read_formats
from .parts import Links, Parts, first_link, open_parts

MARK = "_funnel_xl"             # hidden sheet-scoped name that says a sheet is one of our own
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_STRICT = "http://purl.oclc.org/ooxml/"
_REF = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})", re.I | re.A)
_OTHER_KINDS = (                # a part that tells what else a zip is -> row of words.csv
    ("xl/workbook.bin", "error.file.xlsb"), ("word/document.xml", "error.file.kind.document"),
    ("ppt/presentation.xml", "error.file.kind.document"), ("index/document.iwa", "error.file.numbers"), ("index.zip", "error.file.numbers"),
)


@dataclass(frozen=True)
class Book:
    """What a workbook says about itself; its sheets' cells stay closed."""

    path: Path
    sheets: dict[str, str]              # name -> part, in the book's order, without our own
    tables: dict[str, tuple[Table, ...]]
    formats: Formats
    strings: str = ""                   # the part of the shared strings; "" where there is none
    date1904: bool = False


def open_book(path: Path) -> Book:
    """The structure of a workbook.

    Raises
    ------
    BookError
        The package is no Excel workbook of the kinds we read, or is damaged where its structure stands.
    """
    with open_parts(path) as parts:
        _refuse_other_kinds(parts)
        main = first_link(parts.links(""), "officeDocument")
        if not main:
            raise BookError("error.file.part_missing", file=parts.file, part="xl/workbook.xml")
        workbook = parts.parse(main)
        if (etree.QName(workbook).namespace or "").startswith(_STRICT):
            raise BookError("error.file.strict", file=parts.file)
        if etree.QName(workbook).localname != "workbook":
            raise BookError("error.file.not_a_book", file=parts.file)
        links = parts.links(main)
        styles, strings = first_link(links, "styles"), first_link(links, "sharedStrings")
        sheets = _sheets(workbook, links, parts.file)
        return Book(
            path, sheets, {name: found for name, part in sheets.items() if (found := _tables(parts, part))},
            read_formats(parts.parse(styles)) if styles in parts else Formats(()), strings if strings in parts else "",
            any(_true(properties.get("date1904")) for properties in workbook.iterfind("{*}workbookPr")))


def _refuse_other_kinds(parts: Parts) -> None:
    for part, key in _OTHER_KINDS:
        if part in parts:
            raise BookError(key, file=parts.file)
    if "mimetype" in parts and parts.read("mimetype").startswith(b"application/vnd.oasis"):
        raise BookError("error.file.ods", file=parts.file)
    if "[Content_Types].xml" not in parts:
        raise BookError("error.file.not_a_book", file=parts.file)


def _true(value: str | None) -> bool:
    return value in ("1", "true", "on")


def _sheets(workbook: etree._Element, links: Links, file: str) -> dict[str, str]:
    """Name and part of each sheet of cells: chart and dialog sheets have none, and our own are not read."""
    ours = {name.get("localSheetId") for name in workbook.iterfind("{*}definedNames/{*}definedName")
            if name.get("name", "").lower() == MARK and _true(name.get("hidden"))}
    sheets: dict[str, str] = {}
    for index, sheet in enumerate(workbook.iterfind("{*}sheets/{*}sheet")):
        name = sheet.get("name", "")
        id = next((value for key, value in sheet.items() if key.endswith("}id")), "")
        kind, part = links.get(id, ("worksheet", name))     # a sheet without a part is refused when it is asked for
        if not id or kind != "worksheet" or str(index) in ours:     # no id: a module of Excel 95
            continue
        if name in sheets:
            raise BookError("error.file.damaged", file=file, part="xl/workbook.xml")
        sheets[name] = part
    return sheets


def _tables(parts: Parts, sheet: str) -> tuple[Table, ...]:
    return tuple(_table(parts.parse(part), parts.file, part)
                 for kind, part in parts.links(sheet).values() if kind == "table" and part in parts)


def _table(table: etree._Element, file: str, part: str) -> Table:
    corners = table.get("ref", "").split(":")
    try:
        (first_row, first_column), (last_row, last_column) = read_ref(corners[0]), read_ref(corners[-1])
        header_rows, totals_rows = int(table.get("headerRowCount", "1")), int(table.get("totalsRowCount", "0"))
    except ValueError as error:
        raise BookError("error.file.damaged", file=file, part=part) from error
    name = table.get("displayName") or table.get("name", "")
    return Table(name, first_row, last_row, first_column, last_column, header_rows, totals_rows)


def read_ref(text: str) -> tuple[int, int]:
    """Row and column, both 1-based, of "F14" or "$F$14".

    Raises
    ------
    ValueError
        It is no cell that an Excel sheet has.
    """
    match = _REF.fullmatch(text)
    if not match:
        raise ValueError(text)
    row, column = int(match[2]), 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    if not 1 <= row <= LAST_ROW or column > LAST_COLUMN:
        raise ValueError(text)
    return row, column
