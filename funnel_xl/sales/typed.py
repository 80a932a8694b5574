"""The columns of a grid, typed by what each field is, with everything said that had to be interpreted."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from .aliases import meaning
from .column import Column, Remark, is_blank, is_error, kinds
from .dates import Dates, read_dates
from .finding import Finding
from .grid import Grid
from .header import Heading
from .money import end_of_range, read_money, read_numbers, read_unit
from .share import read_positions, read_shares


@dataclass(frozen=True)
class Context:
    """What a reader has to know beside the cells."""

    as_of: dt.date
    chinese: bool = False
    is_csv: bool = False
    date1904: bool = False


@dataclass
class Typed:
    """Typed columns by field, and what was said in reading them."""

    values: dict[str, np.ndarray] = field(default_factory=dict)
    remarks: list[tuple[str, Remark]] = field(default_factory=list)  # (field, remark)
    currencies: dict[int, str] = field(default_factory=dict)  # row -> ISO code that an amount names by itself
    heading_currency: str = ""  # ISO code in the bracket of the amount's heading
    future: np.ndarray | None = None  # rows whose close date is "next year's budget"


def text_of(cell: object) -> str:
    """A raw cell as text: 714466.0 is "714466", a date is ISO."""
    if type(cell) is str:
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    return str(cell).strip()


def read_text_column(cells: Sequence[object]) -> Column:
    """The column as text, "" where empty; an error value is found."""
    if kinds(cells) <= {str, type(None)}:
        column = Column(np.empty(len(cells), dtype=object))
        column.values[:] = [cell.strip() if cell else "" for cell in cells]
        return column
    column = Column(np.empty(len(cells), dtype=object))
    column.values[:] = ["" if is_error(cell) else text_of(cell) for cell in cells]
    for row, cell in enumerate(cells):
        if is_error(cell):
            column.find("value.error", row)
    return column


def read_flags(cells: Sequence[object]) -> Column:
    """Yes as 1, no as 0, empty as NaN."""
    column = Column(np.full(len(cells), np.nan))
    for row, cell in enumerate(cells):
        if is_blank(cell):
            continue
        key = str(int(cell)) if isinstance(cell, (bool, int, float)) and cell in (0, 1) else meaning("flag", text_of(cell))
        if key in ("yes", "1"):
            column.values[row] = 1.0
        elif key in ("no", "0"):
            column.values[row] = 0.0
        else:
            column.find("value.error" if is_error(cell) else "flag.unread", row, "warning")
    return column


def read_columns(
    cells: Sequence[Sequence[object]],
    columns: Mapping[str, int],
    headings: Sequence[Heading],
    kind_of: Callable[[str], str],
    context: Context,
    percent: frozenset[int] = frozenset(),
) -> Typed:
    """Every recognised column, typed. `cells` are columns; `kind_of` names the kind of each field (sales/fields.py)."""
    typed = Typed()
    for name, at in columns.items():
        column = _read(typed, name, kind_of(name), cells[at], headings[at], context, at in percent)
        typed.values[name] = column.values
        typed.remarks += [(name, remark) for remark in column.remarks]
    return typed


def _read(typed: Typed, name: str, kind: str, cells: Sequence[object], heading: Heading, context: Context, percent: bool) -> Column:
    if kind == "money":
        return _money(typed, name, cells, heading)
    if kind == "date":
        dates = read_dates(cells, context.as_of, context.date1904, context.chinese)
        if name == "close_date" and dates.future.any():
            typed.future = dates.future
        return dates
    if kind == "share":
        return read_shares(cells, percent)
    if kind == "position":
        return read_positions(cells, context.is_csv)
    if kind == "number":
        return read_numbers(cells)
    if kind == "flag":
        return read_flags(cells)
    if kind == "raw":
        column = Column(np.empty(len(cells), dtype=object))
        column.values[:] = cells
        return column
    return read_text_column(cells)


def _money(typed: Typed, name: str, cells: Sequence[object], heading: Heading) -> Column:
    unit = read_unit(heading.unit)
    factor, code = unit or (1.0, "")
    ends = {row: end for row, cell in enumerate(cells) if type(cell) is str and (end := end_of_range(cell))} if name == "budget" else {}
    column, currencies = read_money([ends.get(row, cell) for row, cell in enumerate(cells)] if ends else cells, factor)
    if ends:
        first = min(ends)
        column.note("money.range", value_example=str(cells[first]), read=f"{column.values[first]:,.0f}", count=len(ends))
    if heading.unit and unit is None:
        column.note("column.unit_unknown", heading=heading.text)
    elif factor != 1:
        column.note("column.unit", heading=heading.text, factor=f"{factor:,.0f}")
    if name == "amount":
        typed.currencies, typed.heading_currency = currencies, code
    return column


def said(
    remarks: Sequence[tuple[str, Remark]],
    grid: Grid,
    columns: Mapping[str, int],
    owners: np.ndarray | None = None,
    row_of: np.ndarray | None = None,
) -> list[Finding]:
    """The remarks as findings and notes with their cells.

    `owners` has one item a deal; `row_of` the deal of each row, where the rows are not deals themselves.
    """
    found = []
    for name, remark in remarks:
        at = columns[name]
        deal = remark.row if row_of is None or remark.row < 0 else int(row_of[remark.row])
        owner = str(owners[deal]) if owners is not None and deal >= 0 else ""
        value = grid.rows[remark.row][at] if remark.row >= 0 else grid.header[at]
        found.append(Finding(remark.code, remark.severity, grid.where(remark.row, at), name, value, deal, owner, details=remark.details))
    return found


__all__ = ["Context", "Dates", "Typed", "read_columns", "said", "text_of"]
