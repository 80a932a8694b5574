"""Small books to read, and cuts into their parts: what no program writes on purpose."""

import io
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import xlsxwriter

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DEALS = (("Account", "Stage", "Amount"), ("Acme", "Won", 1200), ("Bolt", "Lead", 485.5))


def book(path: Path, rows: Iterable[Iterable[object]] = DEALS, sheet: str = "Deals") -> Path:
    """A workbook of one sheet."""
    with xlsxwriter.Workbook(path) as workbook:
        worksheet = workbook.add_worksheet(sheet)
        for number, row in enumerate(rows):
            worksheet.write_row(number, 0, row)
    return path


def parts(path: Path) -> dict[str, bytes]:
    """The parts of a package by name."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(content: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A package of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as package:
        for name, part in content.items():
            package.writestr(name, part)
    return stream.getvalue()


def cut(path: Path, part: str, change: Callable[[bytes], bytes | None]) -> Path:
    """The same book with one part changed, or taken out where `change` gives None."""
    content = parts(path)
    changed = change(content.pop(part))
    path.write_bytes(packed(content if changed is None else {**content, part: changed}))
    return path


def with_sheet(path: Path, xml: str | bytes) -> Path:
    """A book whose only sheet is this XML."""
    return cut(book(path), SHEET, lambda _: xml.encode() if isinstance(xml, str) else xml)


def sheet_xml(rows: str, after: str = "") -> str:
    """A sheet's XML around these rows."""
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'
