"""Reports of the method as a cell spills them: what `funnel-xl report` writes of the same tables in a closed file, number by number."""

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np

from ..errors import OutOfRange
from ..sales.answers import answer
from ..sheets.describe import Figures, Heading, Sheet, Table, Text
from ..sheets.reports import REPORTS, reports
from .cells import cells_of
from .ranges import as_of_day, deals_in
from .serving import LONGEST, OMITTED

Rows = list[list[object]]
_SECOND = np.timedelta64(1, "s")
_EPOCH = np.datetime64("1970-01-01", "s")


def report(name: object, deals: object, stages: object, as_of: object, table: object, more: Sequence[object]) -> Rows:
    """A report's tables under each other with their headings, or one of them alone; `more` are ranges of tables beside the deals."""
    day = as_of_day(as_of)
    wanted = _text(name)
    read = deals_in(deals, stages, day, [each for each in more if each is not OMITTED and each is not None])
    sheet = reports(answer(read, day), read.language, [_known(wanted)])[0]
    rows = _table_rows(_chosen(sheet, _text(table))) if table is not OMITTED and _text(table) else _sheet_rows(sheet)
    width = max(map(len, rows), default=1)
    return [[*row, *[""] * (width - len(row))] for row in rows]


def _text(cell: object) -> str:
    items = cells_of(cell).items
    item = items[0] if items else None
    return str(int(item)) if isinstance(item, float) and item.is_integer() else str(item or "").strip()


def _known(name: str) -> str:
    found = name.casefold().strip()
    if found not in REPORTS:
        raise OutOfRange("error.report.unknown", name=name, allowed=", ".join(REPORTS))
    return found


def _chosen(sheet: Sheet, wanted: str) -> Table:
    """One table of a report, by its name or its number from 1."""
    tables = [block for block in sheet.blocks if isinstance(block, Table)]
    for number, each in enumerate(tables, 1):
        if wanted.casefold() in (each.name.casefold(), str(number)):
            return each
    raise OutOfRange("error.udf.report_table", value=wanted, allowed=", ".join(each.name for each in tables) or "-")


def _sheet_rows(sheet: Sheet) -> Rows:
    rows: Rows = [[sheet.title]]
    for block in sheet.blocks:
        if isinstance(block, Heading):
            rows += [[""], [block.text]]
        elif isinstance(block, Text) and block.text:
            rows.append([block.text[:LONGEST]])
        elif isinstance(block, Figures):
            rows += [[figure.label, _cell(figure.value), figure.note] for figure in block.figures]
        elif isinstance(block, Table):
            rows += _table_rows(block)
    return rows


def _table_rows(table: Table) -> Rows:
    columns = [[_cell(value) for value in column.values] for column in table.columns]
    rows: Rows = [[column.heading for column in table.columns], *map(list, zip(*columns, strict=True))]
    totals = [column.total for column in table.columns]
    return rows if all(total is None or total == "sum" for total in totals) else [*rows, list(_totals(totals))]


def _totals(totals: Sequence[object]) -> Iterator[object]:
    yield from ("" if total == "sum" else _cell(total) for total in totals)


def _cell(value: object) -> object:
    """A cell as Excel takes it: numbers as they are, dates as dates, "" where it is empty."""
    if value is None or value != value:
        return ""
    if isinstance(value, np.datetime64):
        return "" if np.isnat(value) else dt.datetime(1970, 1, 1) + dt.timedelta(seconds=int((value - _EPOCH) / _SECOND))
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    if isinstance(value, (bool, str)):
        return value[:LONGEST] if isinstance(value, str) else value
    return float(value) if isinstance(value, (int, float, np.number)) else str(value)[:LONGEST]
