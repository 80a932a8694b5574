"""A grid becomes deals: one reader for all sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ..errors import SourceError
from .aliases import meaning, plain
from .column import is_blank
from .companions import Companions, read_companions
from .fields import COMPANIONS, FIELDS
from .finding import Finding
from .grid import Grid, Source
from .header import Heading, columns_of, deal_rows, find_deals, language_of, read_header
from .money import is_iso
from .typed import Context, read_columns, said, text_of

ROWS_NAMED = 5  # a note names this many of the rows that it is about
WEAK = 2  # rank of a heading such as Status: a stage only where no other column is one


@dataclass(frozen=True)
class Deals:
    """A team's deals, typed, in the source's order.

    `table` has one row a deal and one column a recognised field that the source has (sales/fields.py lists all): text is str ("" where
    empty), numbers float64 (NaN), dates datetime64[s] (NaT), fractions 0-1. A column `future` (bool) marks close dates such as "next year's
    budget".
    `carried` holds the columns that were not recognised, raw.
    """

    table: pd.DataFrame
    grid: Grid  # where each deal stands: grid.where(row, column)
    columns: dict[str, int]  # field -> column of the grid
    carried: dict[str, list]  # header as typed -> raw values, untouched
    notes: tuple[Finding, ...]
    findings: tuple[Finding, ...]
    language: str  # of the headers: "en", "zh-Hans", "zh-Hant"
    source: str = ""  # the file's name
    heading_currency: str = ""  # ISO code that the amount's heading names
    companions: Companions = field(default_factory=Companions)
    _columns: dict[str, np.ndarray] = field(default_factory=dict, repr=False, compare=False)     # columns already taken out of the table

    @property
    def buyers(self) -> pd.DataFrame:
        """Table Buyers: deal (row of `table`, -1 unknown), name, title, location, types, rating, number_text (the rating as typed) ..."""
        return self.companions.table("Buyers")

    @property
    def competitors(self) -> pd.DataFrame:
        """Table Competitors: deal, name, position, number_text (the position as typed), channel, amount, product, strategy."""
        return self.companions.table("Competitors")

    @property
    def comments(self) -> pd.DataFrame:
        """Table Notes: deal, kind ("strength", "red_flag", "note" or as typed), text, date."""
        return self.companions.table("Notes")

    @property
    def actions(self) -> pd.DataFrame:
        """Table Actions: deal, action, owner, due, done (1, 0, NaN), red_flag (its text or number)."""
        return self.companions.table("Actions")

    @property
    def currencies(self) -> np.ndarray:
        """The currency of each deal's money as it is typed, else the one that the amount's heading names; "" where neither says one."""
        typed = self.column("currency")
        return np.where(typed == "", self.heading_currency, typed) if self.heading_currency else typed

    def column(self, name: str) -> np.ndarray:
        """One field of every deal; all empty where the source does not have it."""
        if name not in self._columns:
            self._columns[name] = self.table[name].to_numpy() if name in self.table.columns else self._empty(name)
        return self._columns[name]

    def _empty(self, name: str) -> np.ndarray:
        kind = FIELDS[name].kind
        if kind == "date":
            return np.full(len(self.table), np.datetime64("NaT", "s"))
        return np.full(len(self.table), "", dtype=object) if kind in ("text", "stage") else np.full(len(self.table), np.nan)

    def where(self, row: int, name: str) -> str:
        """The cell of one field of one deal; where the source has no such column, the cell that names the deal."""
        naming = (self.columns[each] for each in (name, "id", "account", "name") if each in self.columns)
        return self.grid.where(row, next(naming, 0))

    def title(self, row: int) -> str:
        """How a deal is called where it has to be named: its account and product, else its name or id."""
        parts = [str(text) for text in (self.column("account")[row], self.column("product")[row]) if text]
        if not parts:
            parts = [str(text) for text in (self.column("name")[row], self.column("id")[row]) if text][:1]
        return " - ".join(parts) or self.grid.where(row)


def read_deals(
    source: Source, as_of: dt.date, *, table: str | None = None, sheet: str | None = None, mapping: Mapping[str, str] | None = None
) -> Deals:
    """The deals of a workbook or CSV file, with its companion tables (Buyers, Competitors, Notes, Actions ...).

    `mapping` (heading as typed -> field) stands above what would be recognised.

    Raises
    ------
    SourceError
        No header, no such table or sheet, two columns for one field, or a mapping that names what is not there.
    """
    mapping = _checked(mapping or {})
    grid, others = find_deals(source, table, sheet, mapping)
    is_table = any(each.first_row == grid.header_number for each in source.tables.get(grid.place, ()))
    deals = deals_of(grid, as_of, mapping=mapping, is_table=is_table, source=source.name)
    notes = [Finding(f"{code}", "note", source.name, details=details) for code, details in source.notes]
    if others:
        notes.append(Finding("tables.others", "note", grid.place, value=grid.place, details={"others": ", ".join(others)}))
    companions = read_companions(source, deals.table, Context(as_of, deals.language != "en", source.is_csv, source.date1904))
    return replace(
        deals, notes=(*notes, *deals.notes, *companions.notes), findings=(*deals.findings, *companions.findings), companions=companions
    )


def with_companion(deals: Deals, name: str, source: Source, as_of: dt.date) -> Deals:
    """The deals with one companion table from a file of its own, in place of the one that their book may have.

    Raises
    ------
    SourceError
        The file has no table with the headings of one.
    """
    context = Context(as_of, deals.language != "en", source.is_csv, source.date1904)
    found = read_companions(source, deals.table, context, only=(name,), any_sheet=True)
    if name not in found.tables:
        raise SourceError("error.source.no_companion", source=source.name, table=name, fields=", ".join(COMPANIONS[name]))
    merged = replace(deals.companions, tables={**deals.companions.tables, name: found.tables[name]})
    return replace(
        deals, companions=merged, notes=(*deals.notes, *found.notes), findings=(*deals.findings, *found.findings)
    )


def _checked(mapping: Mapping[str, str]) -> Mapping[str, str]:
    for heading, name in mapping.items():
        if name not in FIELDS:
            raise SourceError("error.source.map_field", heading=heading, field=name, allowed=", ".join(FIELDS))
    return mapping


def deals_of(grid: Grid, as_of: dt.date, *, mapping: Mapping[str, str] | None = None, is_table: bool = False, source: str = "") -> Deals:
    """The deals of one grid: what every source is read by, a closed file, an open book or the range that a UDF was given."""
    headings = read_header(grid.header, mapping or {})
    missing = [name for name in mapping or {} if plain(name) not in {plain(heading.text) for heading in headings}]
    if missing:
        raise SourceError("error.source.map_heading", heading=missing[0], place=grid.place, found=", ".join(_texts(grid.header)) or "-")
    columns, doubles = columns_of(headings, grid.place)
    if not columns:
        raise SourceError("error.source.no_header", source=grid.place, seen=", ".join(_texts(grid.header)) or "-")
    _status_beside_stage(headings, columns, doubles)
    kept, left = deal_rows(grid, columns, is_table)
    notes = _row_notes(grid, left)
    grid = replace(grid, rows=[grid.rows[row] for row in kept], row_numbers=[grid.row_numbers[row] for row in kept])
    cells = list(zip(*grid.rows, strict=True)) if grid.rows else [()] * len(grid.header)
    _account_by_name(cells, columns, notes, grid)
    _budget_by_answers(cells, columns, notes, grid)
    language = language_of(headings)
    context = Context(as_of, language != "en", grid.is_csv, grid.date1904)
    typed = read_columns(cells, columns, headings, lambda name: FIELDS[name].kind, context, grid.percent)
    if typed.currencies:
        _name_currencies(typed.values, typed.currencies, len(grid.rows))
    if typed.future is not None:
        typed.values["future"] = typed.future
    found = said(typed.remarks, grid, columns, typed.values.get("owner"))
    found += _formulas_without_value(grid, columns, typed.values.get("owner"))
    notes += _heading_notes(grid, headings, columns, doubles)
    table = pd.DataFrame(
        {name: pd.Series(values, dtype=values.dtype, copy=False) for name, values in typed.values.items()},
        index=pd.RangeIndex(len(grid.rows)),
        copy=False,
    )
    return Deals(
        table,
        grid,
        columns,
        _carried(grid, cells, columns),
        (*notes, *(f for f in found if f.severity == "note")),
        tuple(f for f in found if f.severity != "note"),
        language,
        source or grid.place,
        typed.heading_currency,
    )


def _status_beside_stage(headings: list[Heading], columns: dict[str, int], doubles: list[tuple[str, str]]) -> None:
    """A column Status beside the column Stage says which deals are closed, as Pipedrive and Dynamics export it."""
    for at, heading in enumerate(headings):
        if heading.field == "stage" and heading.rank == WEAK and at != columns["stage"] and "status" not in columns:
            columns["status"] = at
            doubles[:] = [pair for pair in doubles if pair[1] != heading.text]


def _texts(header: tuple[object, ...]) -> list[str]:
    return [str(cell)[:30] for cell in header if cell is not None]


def _row_notes(grid: Grid, left: list[tuple[str, int]]) -> list[Finding]:
    notes = []
    for code in dict.fromkeys(code for code, _ in left):
        rows = [grid.row_numbers[row] for each, row in left if each == code]
        named = ", ".join(map(str, rows[:ROWS_NAMED])) + (" ..." if len(rows) > ROWS_NAMED else "")
        notes.append(Finding(code, "note", grid.place, details={"rows": named, "count": len(rows)}))
    if grid.merged:
        notes.append(Finding("rows.merged", "note", grid.place, details={"count": grid.merged}))
    if grid.hidden:
        notes.append(Finding("rows.hidden", "note", grid.place, details={"count": grid.hidden}))
    return notes


def _account_by_name(cells: list[tuple], columns: dict[str, int], notes: list[Finding], grid: Grid) -> None:
    """Where the account column holds nothing but numbers and a column of names stands beside it, the names are the accounts."""
    if "account" not in columns or "name" not in columns:
        return
    numbers, names = cells[columns["account"]], cells[columns["name"]]
    if (
        numbers
        and all(isinstance(cell, (int, float)) or cell is None or str(cell).strip().isdigit() for cell in numbers)
        and any(isinstance(cell, str) and cell.strip() and not cell.strip().isdigit() for cell in names)
    ):
        at = columns.pop("name")
        notes.append(
            Finding(
                "column.account_by_name",
                "note",
                grid.where(-1, at),
                "account",
                grid.header[at],
                details={"number_heading": str(grid.header[columns["account"]])},
            )
        )
        columns["account"] = at


def _budget_by_answers(cells: list[tuple], columns: dict[str, int], notes: list[Finding], grid: Grid) -> None:
    """A column Budget that holds nothing but yes and no is BANT's question, not money."""
    if "budget" not in columns or "bant_budget" in columns:
        return
    texts = [text_of(cell) for cell in cells[columns["budget"]] if not is_blank(cell)]
    if texts and all(meaning("flag", text) and not text.isdigit() for text in texts):
        at = columns["bant_budget"] = columns.pop("budget")
        details = {"field_word": "field.bant_budget"}
        notes.append(Finding("column.read_as", "note", grid.where(-1, at), "bant_budget", text_of(grid.header[at]), details=details))


def _name_currencies(values: dict[str, np.ndarray], currencies: Mapping[int, str], length: int) -> None:
    """A currency in the amount's own cell stands above the currency column's."""
    column = values.get("currency")
    if column is None:
        column = np.empty(length, dtype=object)
        column[:] = ""
    for row, code in currencies.items():
        if is_iso(code) or not column[row]:
            column[row] = code
    values["currency"] = column


def _formulas_without_value(grid: Grid, columns: Mapping[str, int], owners: np.ndarray | None) -> list[Finding]:
    if not grid.uncached:
        return []
    rows = {number: row for row, number in enumerate(grid.row_numbers)}
    fields = {grid.first_column + at: name for name, at in columns.items()}
    return [
        Finding(
            "formula.no_value",
            "error",
            grid.where(rows[row], columns[fields[column]]),
            fields[column],
            None,
            rows[row],
            str(owners[rows[row]]) if owners is not None else "",
        )
        for row, column in sorted(grid.uncached)
        if row in rows and column in fields
    ]


def _heading_notes(grid: Grid, headings: list[Heading], columns: Mapping[str, int], doubles: list[tuple[str, str]]) -> list[Finding]:
    notes = [
        Finding("column.read_as", "note", grid.where(-1, at), name, headings[at].text, details={"field_word": f"field.{name}"})
        for name, at in columns.items()
        if headings[at].rank == WEAK
    ]
    notes += [Finding("column.double", "note", grid.place, "", second, details={"first": first}) for first, second in doubles]
    said_of = {*columns.values(), *(at for at, heading in enumerate(headings) if heading.text in {second for _, second in doubles})}
    carried = [text_of(grid.header[at]) for at in range(len(grid.header)) if at not in said_of and grid.header[at] is not None]
    if carried:
        details = {"count": len(carried), "headings": carried}
        notes.append(Finding("columns.carried", "note", grid.place, "", ", ".join(carried), details=details))
    return notes


def _carried(grid: Grid, cells: list[tuple], columns: Mapping[str, int]) -> dict[str, list]:
    taken = set(columns.values())
    carried: dict[str, list] = {}
    for at, column in enumerate(cells):
        if at in taken or (grid.header[at] is None and all(cell is None for cell in column)):
            continue
        name = text_of(grid.header[at]) or f"Column {at + 1}"
        while name in carried:
            name += " (2)"
        carried[name] = list(column)
    return carried
