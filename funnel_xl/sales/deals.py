"""A grid becomes deals: one reader for all sources."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from .finding import Finding
from .grid import Grid


@dataclass(frozen=True)
class Deals:
    """A team's deals, typed, in the source's order.

    `table` has one row a deal and one column a recognised field that the source has (sales/fields.py lists all): text is str ("" where empty),
    numbers float64 (NaN), dates datetime64[s] (NaT), fractions 0-1. `carried` holds the columns that were not recognised, raw.
    """

    table: pd.DataFrame
    grid: Grid                              # where each deal stands: grid.where(row, column)
    columns: dict[str, int]                 # field -> column of the grid
    carried: dict[str, list]                # header as typed -> raw values, untouched
    notes: tuple[Finding, ...]
    findings: tuple[Finding, ...]
    language: str                           # of the headers: "en", "zh-Hans", "zh-Hant"
    buyers: pd.DataFrame = field(default_factory=pd.DataFrame)       # deal (row of table), name, title, location, types ("UT"), rating, rating_text, personal_win, business_result, contacted
    competitors: pd.DataFrame = field(default_factory=pd.DataFrame)  # deal, name, position, channel, amount, product, strategy, slot ("A", "B", ...)
    comments: pd.DataFrame = field(default_factory=pd.DataFrame)     # table Notes: deal, kind ("strength", "red_flag", "note"), text, date
    actions: pd.DataFrame = field(default_factory=pd.DataFrame)      # deal, action, owner, due, done, red_flag (its text or number)
