"""Deals of another file into the team's own table: what is new, what differs, and how each value is written there.

Nothing is decided here for the user: new deals and differing cells are found and shown, and written where he agrees. An empty cell of the
file never empties one of the table, and a cell with a formula is left alone.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose

import numpy as np

from ..errors import SourceError
from ..sales.aliases import plain
from ..sales.deals import Deals
from ..sales.fields import FIELDS
from ..sales.header import read_header
from ..sales.money import read_unit
from ..sales.typed import text_of

IDENTITY = ("account", "name", "product")   # what a deal is known by where the file has no ids


@dataclass(frozen=True)
class Change:
    """A cell of a known deal that the file says otherwise."""

    row: int            # of the team's deals
    column: int         # of their grid
    old: object
    new: object


@dataclass(frozen=True)
class Import:
    """What a file brings."""

    columns: tuple[int, ...]            # of the team's grid, that new deals fill
    new: list[list[object]]             # a row a new deal
    changes: list[Change]
    known: int = 0                      # deals of the file that the team has already
    unclear: int = 0                    # that may be one of several, or stand twice in the file: left out
    left_out: tuple[str, ...] = ()      # headings of the file that the team's table does not have


def plan_import(team: Deals, incoming: Deals, formulas: set[tuple[int, int]]) -> Import:
    """What a file brings to a team's deals; `formulas` are the (row, column) of the team's grid that hold one.

    Raises
    ------
    SourceError
        The amounts of the two are in different currencies.
    """
    if team.heading_currency and incoming.heading_currency and team.heading_currency != incoming.heading_currency:
        raise SourceError("error.macro.import_currency", file=incoming.source, theirs=incoming.heading_currency, ours=team.heading_currency)
    pairs = _pairs(team, incoming)
    values = {column: _Values(team, incoming, name, column) for name, column in pairs.items()}
    columns = tuple(sorted(set(values) - {column for _, column in formulas}))
    known, unclear = _known(team, incoming)
    fresh = [row for row in range(len(incoming.table)) if row not in known and row not in unclear]
    changes = [change for row, ours in known.items() for column in sorted(values)
               if (ours, column) not in formulas and (change := values[column].change(row, ours)) is not None]
    new = [[values[column].new(row) for column in columns] for row in fresh]
    return Import(columns, new, changes, len(known), len(unclear), _left_out(team, incoming, pairs))


def _pairs(team: Deals, incoming: Deals) -> dict[str, int]:
    """Field or heading of the file -> column of the team's grid."""
    fields = {name: team.columns[name] for name in incoming.columns if name in team.columns}
    free = {plain(text_of(heading)): column for column, heading in enumerate(team.grid.header) if column not in team.columns.values()}
    return fields | {heading: free[plain(heading)] for heading in incoming.carried if plain(heading) in free}


def _left_out(team: Deals, incoming: Deals, pairs: dict[str, int]) -> tuple[str, ...]:
    fields = [text_of(incoming.grid.header[column]) for name, column in incoming.columns.items() if name not in pairs]
    return (*fields, *(heading for heading in incoming.carried if heading not in pairs))


def _known(team: Deals, incoming: Deals) -> tuple[dict[int, int], set[int]]:
    """Rows of the file with the team's row of the same deal, and rows that can't be told or come twice."""
    ids = _places([plain(str(text)) for text in team.column("id")])
    names = _places([_identity(team, row) for row in range(len(team.table))])
    known: dict[int, int] = {}
    unclear, seen = set(), set()
    for row, text in enumerate(incoming.column("id")):
        key, places = (plain(str(text)), ids) if text and "id" in team.columns else (_identity(incoming, row), names)
        found = places.get(key, []) if key else []
        if (key and key in seen) or len(found) > 1:
            unclear.add(row)
        elif found:
            known[row] = found[0]
        seen.add(key)
    return known, unclear


def _identity(deals: Deals, row: int) -> str:
    return " | ".join(text for name in IDENTITY if (text := plain(str(deals.column(name)[row]))))


def _places(keys: Sequence[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for row, key in enumerate(keys):
        if key:
            places.setdefault(key, []).append(row)
    return places


class _Values:
    """One field of the file, as it is written into one column of the team's."""

    def __init__(self, team: Deals, incoming: Deals, name: str, column: int):
        self._team, self._incoming, self._column = team, incoming, column
        self._name = name if name in incoming.columns and name in FIELDS else ""
        self._raw = [row[incoming.columns[name]] for row in incoming.grid.rows] if self._name else incoming.carried[name]
        self._kind = FIELDS[name].kind if self._name else "text"
        self._scale = self._scale_of()

    def new(self, row: int) -> object:
        """The value for a new deal's cell; None where the file has none."""
        raw = self._raw[row]
        if self._kind in ("text", "stage", "flag") or raw is None:
            return raw.strip() or None if isinstance(raw, str) else raw
        typed = self._incoming.column(self._name)[row]
        if _is_empty(typed) or self._names_currency(row):
            return str(raw).strip() or None     # as typed: the team's own check says what is wrong with it
        if self._kind == "date":
            return typed.astype("datetime64[s]").item()
        number = float(typed) * self._scale
        return float(round(number)) if isclose(number, round(number), rel_tol=1e-12) else number

    def change(self, row: int, ours: int) -> Change | None:
        """How a known deal's cell differs from the file; None where it doesn't, or where the file says nothing."""
        new = self.new(row)
        old = self._team.grid.rows[ours][self._column]
        if new is None or self._same(row, ours, old, new):
            return None
        return Change(ours, self._column, old, new)

    def _same(self, row: int, ours: int, old: object, new: object) -> bool:
        if self._name:
            theirs, own = self._incoming.column(self._name)[row], self._team.column(self._name)[ours]
            if not _is_empty(theirs) and not _is_empty(own):
                return isclose(theirs, own, rel_tol=1e-9, abs_tol=1e-9) if isinstance(theirs, float) else theirs == own
        return text_of(old) == text_of(new) or (isinstance(old, dt.datetime) and old == new)

    def _names_currency(self, row: int) -> bool:
        """Whether an amount names its own currency, which only its text could say in a table without a column for it."""
        code = self._incoming.column("currency")[row] if self._kind == "money" else ""
        return bool(code) and "currency" not in self._team.columns and code != self._team.heading_currency \
            and isinstance(self._raw[row], str)

    def _scale_of(self) -> float:
        """What a typed value is multiplied by, to stand in the team's unit: amounts in 10,000, chances in points."""
        if self._kind == "money":
            unit = read_unit(read_header([self._team.grid.header[self._column]], {})[0].unit)
            return 1 / unit[0] if unit else 1.0
        if self._kind == "share":
            raw = [row[self._column] for row in self._team.grid.rows]
            return 100.0 if any(isinstance(cell, float) and cell > 1 for cell in raw) else 1.0
        return 1.0


def _is_empty(value: object) -> bool:
    if isinstance(value, np.datetime64):
        return bool(np.isnat(value))
    return value == "" or value != value
