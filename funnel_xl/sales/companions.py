"""The tables beside the deals: buyers, competitors, notes, actions, and the team's own settings."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
import pandas as pd

from .aliases import meaning, plain
from .column import is_blank
from .fields import COMPANIONS
from .finding import Finding
from .grid import Grid, Source, Table
from .header import Found, Heading, columns_of, cut, deal_rows, find_header, read_header, score_header
from .typed import Context, Typed, read_columns, said, text_of

OF_DEALS = ("Buyers", "Competitors", "Notes", "Actions", "Accepted", "Payments", "History")  # their rows belong to a deal


@dataclass(slots=True)  # frozen ones take three times as long to make, and a history has hundreds of thousands of rows
class RowPlace:
    """Where a row of a companion table stands: called with a field, it gives the cell as its owner sees it."""

    grid: Grid
    row: int
    columns: Mapping[str, int]

    def __call__(self, name: str) -> str:
        return self.grid.where(self.row, self.columns.get(name, 0))

    def cell(self, name: str) -> object:
        """The field's cell as it stands there; None where the table has no such column."""
        return self.grid.rows[self.row][self.columns[name]] if name in self.columns else None


@dataclass(frozen=True)
class Companions:
    """Companion tables by name, each with the fields of sales/fields.py's COMPANIONS that it has, and what was found in reading them.

    Tables of OF_DEALS have a column `deal` with the row of Deals.table (-1: no such deal); `where` of a row
    gives the cell of one of its fields. Payments has a column `currency` too: the ISO code that the amount or its heading names, else "".
    """

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    notes: tuple[Finding, ...] = ()
    findings: tuple[Finding, ...] = ()

    def table(self, name: str) -> pd.DataFrame:
        """One table with every field of COMPANIONS as a column; no rows where the source does not have it."""
        return self.tables[name] if name in self.tables else _no_rows(name)


@cache
def _no_rows(name: str) -> pd.DataFrame:
    """A companion table without a row: every rule asks for it, and nobody writes into it."""
    columns = {each: pd.Series([], dtype=_dtype(kind)) for each, kind in COMPANIONS[name].items()}
    if name in OF_DEALS:
        columns |= {"deal": pd.Series([], dtype="int64"), "deal_text": pd.Series([], dtype=object)}
    texts = ("where", "number_text", *(("currency",) if name == "Payments" else ()))
    return pd.DataFrame(columns | {each: pd.Series([], dtype=object) for each in texts})


def _dtype(kind: str) -> str:
    return "object" if kind in ("text", "raw") else "datetime64[s]" if kind == "date" else "float64"


def read_companions(
    source: Source,
    deals: pd.DataFrame | None = None,
    context: Context | None = None,
    *,
    as_of: dt.date | None = None,
    only: tuple[str, ...] = tuple(COMPANIONS),
    any_sheet: bool = False,
) -> Companions:
    """Every companion table of a source, found by the names of its tables, else of its sheets, in three languages.

    `only` names the tables that are wanted. With `any_sheet` a sheet of another name is taken too, if its headings fit: a file that holds
    nothing else. `as_of` stands for the context where the source has no deals.
    """
    context = context or Context(as_of or dt.date.min, is_csv=source.is_csv, date1904=source.date1904)
    deals = pd.DataFrame() if deals is None else deals
    tables: dict[str, pd.DataFrame] = {}
    notes: list[Finding] = []
    findings: list[Finding] = []
    for name, grid, is_table in _companion_grids(source, only, any_sheet):
        if name in tables:
            continue
        table, found = _read(name, grid, is_table, deals, replace(context, is_csv=grid.is_csv))
        tables[name] = table
        notes += [each for each in found if each.severity == "note"]
        findings += [each for each in found if each.severity != "note"]
    return Companions(tables, tuple(notes), tuple(findings))


def place_of(source: Source, name: str) -> tuple[str, Table | None] | None:
    """The sheet and the Excel table (None: the sheet's own cells) from which a companion table is read; None where the source has none."""
    for sheet in source.sheets:
        tables = source.tables.get(sheet, ())
        for table in tables:
            if meaning("table", table.name) == name:
                return sheet, table
        if not tables and not source.is_csv and meaning("table", sheet) == name and _header(source, sheet, name):
            return sheet, None
    return None


def _header(source: Source, sheet: str, name: str, alone: bool = False) -> Found | None:
    return find_header(source.load(sheet), {}, f"{name.lower()}.field", alone=alone)


def _companion_grids(source: Source, only: tuple[str, ...], any_sheet: bool) -> list[tuple[str, Grid, bool]]:
    found = []
    for sheet in source.sheets:
        tables = source.tables.get(sheet, ())
        for table in tables:
            name = meaning("table", table.name) or (only[0] if any_sheet else "")
            if name in only:
                found.append((name, cut(source, sheet, table), True))
        name = meaning("table", sheet) if not any_sheet else only[0]
        if (
            not tables
            and name in only
            and (any_sheet or not source.is_csv)
            and (header := _header(source, sheet, name, any_sheet))
        ):
            found.append((name, cut(source, sheet, header.header), False))
    return found


def _read(name: str, grid: Grid, is_table: bool, deals: pd.DataFrame, context: Context) -> tuple[pd.DataFrame, list[Finding]]:
    kinds = COMPANIONS[name]
    headings = read_header(grid.header, {}, f"{name.lower()}.field")
    if not score_header(grid.header, {}, f"{name.lower()}.field"):
        return Companions().table(name), [Finding("table.unread", "note", grid.place, value=name)]
    columns, _ = columns_of(headings, grid.place)
    columns = {each: at for each, at in columns.items() if each in kinds}
    kept, left = deal_rows(grid, columns, is_table)
    if name == "Settings":  # "Average order" is no subtotal there
        kept = sorted([*kept, *(row for code, row in left if code == "rows.total")])
    grid = replace(grid, rows=[grid.rows[row] for row in kept], row_numbers=[grid.row_numbers[row] for row in kept])
    cells = list(zip(*grid.rows, strict=True)) if grid.rows else [()] * len(grid.header)
    typed = read_columns(cells, columns, headings, kinds.__getitem__, context, grid.percent)
    if name == "Quotas":
        typed = _with_counts(typed, cells, columns, headings, context)
    length = len(grid.rows)
    values = {each: typed.values.get(each, _empty(kind, length)) for each, kind in kinds.items()}
    row_of, unknown = None, []
    if name in OF_DEALS:
        row_of, unknown = _deals_of(values["deal"], deals, grid, columns, name)
        values |= {"deal": row_of, "deal_text": values["deal"]}
    if name == "Payments":
        values["currency"] = _objects([typed.currencies.get(row, typed.heading_currency) for row in range(length)])
    position = next((each for each, kind in kinds.items() if kind == "position"), None)
    values["number_text"] = _objects([text_of(cell) for cell in cells[columns[position]]] if position in columns else [""] * length)
    values["where"] = _objects([RowPlace(grid, row, columns) for row in range(length)])
    table = pd.DataFrame({each: pd.Series(column, dtype=column.dtype) for each, column in values.items()})
    owners = deals["owner"].to_numpy() if "owner" in deals.columns else None
    found = said(typed.remarks, grid, columns, owners, row_of)
    return table, found + unknown


def _with_counts(
    typed: Typed, cells: Sequence[Sequence[object]], columns: Mapping[str, int], headings: Sequence[Heading], context: Context
) -> Typed:
    """The Quotas with numbers of deals or leads read as such: the heading's 万 is not theirs, nor are they few beside money."""
    counted = [meaning("measure", str(text)) in ("deals", "leads") for text in typed.values.get("measure", ())]
    if "value" not in columns or not any(counted):
        return typed
    parts = []
    for kind, wanted in (("money", False), ("number", True)):
        only = list(cells)
        only[columns["value"]] = [cell if count is wanted else None for cell, count in zip(cells[columns["value"]], counted, strict=True)]
        parts.append(read_columns(only, {"value": columns["value"]}, headings, {"value": kind}.__getitem__, context))
    money, counts = parts
    typed.values["value"] = np.where(counted, counts.values["value"], money.values["value"])
    others = [(name, remark) for name, remark in typed.remarks if name != "value"]
    return replace(typed, remarks=others + money.remarks + counts.remarks)


def _empty(kind: str, length: int) -> np.ndarray:
    if kind == "date":
        return np.full(length, np.datetime64("NaT", "s"))
    return np.full(length, np.nan) if _dtype(kind) == "float64" else _objects([""] * length)


def _objects(values: list) -> np.ndarray:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _deals_of(
    names: np.ndarray, deals: pd.DataFrame, grid: Grid, columns: Mapping[str, int], table: str
) -> tuple[np.ndarray, list[Finding]]:
    """The deal of each row, by id, else by account or name where only one deal has it."""
    asked = names.tolist()
    row_of: dict[str, int] = dict.fromkeys(asked, -1)
    waiting = [name for name in row_of if name]
    for field_name in ("id", "account", "name"):  # the surest first; what it finds is asked of no other
        if waiting and field_name in deals.columns:
            known = _rows_by(deals[field_name], field_name == "id")
            row_of |= {name: known.get(plain(str(name)), -1) for name in waiting}
            waiting = [name for name in waiting if row_of[name] < 0]
    rows = np.array([row_of[name] for name in asked], dtype=np.int64)
    at = columns.get("deal")
    if table == "History":  # it goes back to deals that are no longer in the list
        return rows, []
    unknown = [
        Finding("table.no_deal", "warning", grid.where(int(row), at), "deal", names[row], details={"table_word": f"table.{table}"})
        for row in np.flatnonzero(rows < 0)
        if names[row]
    ]
    return rows, unknown


def _rows_by(column: pd.Series, is_id: bool) -> dict[str, int]:
    """The row of each text of a column, by its plain form; an id's last, another's only where one deal has it."""
    texts = [plain(str(text)) for text in column]
    count = Counter(texts)
    return {text: row for row, text in enumerate(texts) if text and (is_id or count[text] == 1)}


def settings_of(table: pd.DataFrame) -> dict[str, object]:
    """The Settings table as {setting: value}, its names in any of three languages."""
    return {
        key: value
        for name, value in zip(table["setting"], table["value"], strict=True)
        if (key := meaning("setting", str(name)) or plain(str(name)).replace(" ", "_")) and not is_blank(value)
    }


def holiday_dates(table: pd.DataFrame) -> tuple[set[dt.date], set[dt.date]]:
    """Days off and make-up working days of a Holidays table."""
    days = [day.astype("datetime64[D]").item() for day in table["date"].to_numpy() if not np.isnat(day)]
    working = [flag == 1 for day, flag in zip(table["date"].to_numpy(), table["working"].to_numpy(), strict=True) if not np.isnat(day)]
    return (
        {day for day, works in zip(days, working, strict=True) if not works},
        {day for day, works in zip(days, working, strict=True) if works},
    )
