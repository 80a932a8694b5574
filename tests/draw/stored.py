"""A drawn book as it is stored, read by means of our own test code only."""

import re
from collections.abc import Sequence
from io import BytesIO
from zipfile import ZipFile

from lxml import etree

from funnel_xl.draw.book import draw
from funnel_xl.sheets.describe import Column, Sheet, Table

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def stored(sheets: Sequence[Sheet], **more: object) -> dict[str, bytes]:
    """Every part of the book by its name."""
    out = BytesIO()
    draw(sheets, out, **more)
    with ZipFile(out) as package:
        return {name: package.read(name) for name in package.namelist()}


def tree(parts: dict[str, bytes], name: str) -> etree._Element:
    return etree.fromstring(parts[name])


def cells(parts: dict[str, bytes], number: int) -> list[tuple[str, str, str]]:
    """(reference, type, text) of each cell that holds a value, as draw/mark.py says how to read them."""
    shared = tree(parts, "xl/sharedStrings.xml") if "xl/sharedStrings.xml" in parts else []
    strings = ["".join(item.itertext(f"{MAIN}t")) for item in shared]
    found = []
    for cell in tree(parts, f"xl/worksheets/sheet{number}.xml").iter(f"{MAIN}c"):
        value, formula = cell.find(f"{MAIN}v"), cell.find(f"{MAIN}f")
        if formula is not None:
            found.append((cell.get("r"), "f", formula.text))
        elif value is not None and cell.get("t") == "s":
            text = re.sub("_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), strings[int(value.text)])
            found.append((cell.get("r"), "s", text))
        elif value is not None:
            kind = cell.get("t") or "n"
            found.append((cell.get("r"), kind, repr(float(f"{float(value.text):.15G}")) if kind == "n" else value.text))
    return found


def one_table(*columns: Column, listed: bool = True, language: str = "en") -> Sheet:
    """A sheet with nothing but a table; its headings stand in the first row."""
    return Sheet("only", "deals", "Only", (Table("Only", columns, listed=listed),), language=language,
                 widths=() if listed else (12.0,) * len(columns))
