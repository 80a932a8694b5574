"""Rows into and out of a team's own tables, in blocks, so that Excel keeps every value as what it is."""

import re
from collections.abc import Iterator, Sequence

import xlwings as xw

from .tables import rows_of

# What Excel would make a formula, number, date or truth value of.
_CHANGED = re.compile(r"[=+\-@']|.*\d|(?:true|false)$", re.I | re.S)


def written(value: object) -> object:
    """A value as it must be written: Excel would read text that looks like a number or formula as one, but for an apostrophe before it.

    >>> written("00123"), written("=1+1"), written("Acme"), written(12.0)
    ("'00123", "'=1+1", 'Acme', 12.0)
    """
    return "'" + value if isinstance(value, str) and _CHANGED.match(value.lstrip()) else value


def body_row(table: xw.main.Table) -> int:
    """The number of a table's first row of data; an empty table has a blank one."""
    return table.range.row + int(bool(table.show_headers))


def add_rows(table: xw.main.Table, columns: Sequence[int], rows: Sequence[Sequence[object]], places: Sequence[int] | None = None) -> int:
    """Add rows to a table: at its end, or so that each stands at its place among the rows (from 0, rising).

    `columns` are numbers of the sheet's columns, in the order of the cells of `rows`; all others are left to the table's own formulas. The
    number of the first row that was added comes back.
    """
    first = body_row(table)
    count = _row_count(table)
    if places is None or places[-1] >= count + len(rows):
        places = range(count, count + len(rows))
    if count == 0:
        _grow(table, len(rows) - 1)     # its one row is blank
    elif places[0] >= count:
        _grow(table, len(rows))
    else:
        for start, length in _runs(places):
            left, right = _edges(table)
            table.parent.range((first + start, left), (first + start + length - 1, right)).insert("down")
    done = 0
    for start, length in _runs(places):
        _write(table.parent, first + start, columns, rows[done:done + length])
        done += length
    return first + places[0]


def cut_rows(table: xw.main.Table, places: Sequence[int]) -> None:
    """Take rows out of a table, from the last to the first; `places` count from 0."""
    first = body_row(table)
    left, right = _edges(table)
    for start, length in reversed(list(_runs(sorted(places)))):
        table.parent.range((first + start, left), (first + start + length - 1, right)).delete("up")


def _write(sheet: xw.Sheet, first: int, columns: Sequence[int], rows: Sequence[Sequence[object]]) -> None:
    """Write rows into columns that lie beside each other in one call."""
    order = sorted(range(len(columns)), key=columns.__getitem__)
    for start, length in _runs([columns[at] for at in order]):
        block = [at for at in order if start <= columns[at] < start + length]
        cells = [[written(row[at]) for at in block] for row in rows]
        sheet.range((first, start), (first + len(rows) - 1, start + length - 1)).value = cells


def _grow(table: xw.main.Table, count: int) -> None:
    """Rows at the end of a table, looking like its last one. Where something stands below, Excel moves it down."""
    if count < 1:
        return
    sheet, area = table.parent, table.range
    left, right = _edges(table)
    last = area.row + area.shape[0] - 1
    below = sheet.range((last + 1, left), (last + count, right))
    if table.show_totals or any(value is not None for row in rows_of(below) for value in row):
        for _ in range(count):
            table.rows.add()
        return
    table.resize(sheet.range((area.row, left), (last + count, right)))
    sheet.range((last, left), (last, right)).copy()
    for kind in ("formats", "validation"):
        below.paste(kind)
    sheet.book.app.cut_copy_mode = False


def _edges(table: xw.main.Table) -> tuple[int, int]:
    area = table.range
    return area.column, area.column + area.shape[1] - 1


def _row_count(table: xw.main.Table) -> int:
    """Rows of data; 0 where the only one is blank."""
    body = table.data_body_range
    if body is None:
        return 0
    count = body.shape[0]
    blank = count == 1 and all(value is None or formula.startswith("=") for value, formula in zip(
        rows_of(body)[0], _formulas(body), strict=True))
    return 0 if blank else count


def _formulas(cells: xw.Range) -> Sequence[str]:
    formulas = cells.formula
    return [str(formula) for formula in (formulas[0] if isinstance(formulas[0], (list, tuple)) else formulas)] \
        if isinstance(formulas, (list, tuple)) else [str(formulas)]


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Rising numbers as (first, length) of those that follow each other without a gap."""
    start = length = 0
    for number in numbers:
        if length and number == start + length:
            length += 1
            continue
        if length:
            yield start, length
        start, length = number, 1
    if length:
        yield start, length
