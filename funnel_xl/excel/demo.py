"""The demo's rows in our workbook: which of them nobody has touched, by the copy of them that a hidden sheet keeps."""

from collections import Counter
from dataclasses import dataclass

import xlwings as xw

from ..build.sheets.deals import typed_columns
from ..sales.fields import COMPANIONS
from ..sales.header import read_header
from .tables import rows_of

Row = tuple[object, ...]
SHEET = "Demo"      # hidden: the table's name in column A, then the typed fields


@dataclass(frozen=True)
class DemoRows:
    """Untouched demo rows of one table."""

    sheet: str
    table: str
    places: list[int]       # among the table's rows, from 0
    columns: list[int]      # of the sheet, that are typed into
    rows: list[Row]         # what stands there


def demo_rows(book: xw.Book) -> tuple[list[DemoRows], int]:
    """The demo rows that stand as they were made, and how many others of the demo there were."""
    kept = _kept(book)
    found = [rows for sheet in book.sheets for table in sheet.tables if table.name in kept
             and (rows := _untouched(sheet.name, table, kept[table.name])).places]
    return found, sum(count.total() for count in kept.values()) - sum(len(rows.places) for rows in found)


def _kept(book: xw.Book) -> dict[str, Counter[Row]]:
    """The demo as it was made: table -> how often each row stood in it."""
    kept: dict[str, Counter[Row]] = {}
    if SHEET in [sheet.name for sheet in book.sheets]:
        for name, *cells in rows_of(book.sheets[SHEET].used_range):
            if isinstance(name, str):
                kept.setdefault(name, Counter())[tuple(_cut(cells, len(_fields(name))))] += 1
    return kept


def _cut(cells: list[object], length: int) -> list[object]:
    return (cells + [None] * length)[:length]


def _fields(table: str) -> list[str]:
    """The fields in the order of the hidden copy."""
    return [column.field for column, _ in typed_columns()] if table == "Deals" else list(COMPANIONS.get(table, ()))


def _untouched(sheet: str, table: xw.main.Table, kept: Counter[Row]) -> DemoRows:
    area = table.range
    head, *rows = rows_of(area)
    kind = "field" if table.name == "Deals" else f"{table.name.lower()}.field"
    at = {heading.field: column for column, heading in reversed(list(enumerate(read_header(head, {}, kind)))) if heading.field}
    fields = _fields(table.name)
    left, places, found = Counter(kept), [], []
    for place, row in enumerate(rows):
        cells = tuple(row[at[name]] if name in at else None for name in fields)
        if left[cells] > 0:
            left[cells] -= 1
            places.append(place)
            found.append(tuple(row[at[name]] for name in fields if name in at))
    return DemoRows(sheet, table.name, places, [area.column + at[name] for name in fields if name in at], found)
