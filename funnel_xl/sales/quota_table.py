"""The table Quotas: which of its rows count, and what is wrong with the others (spec F16)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .aliases import meaning, plain
from .column import is_blank
from .companions import RowPlace
from .period import Period, read_period

if TYPE_CHECKING:  # its rules are told by what is here
    from .check.rule import Facts

MEASURES = ("money", "deals", "leads", "margin")


@dataclass(frozen=True)
class QuotaRow:
    """One row of the table Quotas, and what keeps it from counting."""

    owner: str  # as typed; "" for the team, however the row calls it
    key: str  # the owner as names are compared; "" for the team
    period: Period | None
    measure: str  # of MEASURES; "" unknown
    value: float  # [base currency], or a number of deals or leads
    where: RowPlace
    problem: str = ""  # "period_unread", "measure_unknown", "value_missing", "value_unread" or "double"; "": it counts
    first: QuotaRow | None = None  # of a double: the row that counts


def quota_rows(table: pd.DataFrame, as_of: dt.date, fiscal_first_month: int = 1) -> tuple[QuotaRow, ...]:
    """Every row of the table Quotas. A row without a measure is money, one without an owner the team's; of two alike the first counts."""
    seen: dict[tuple[str, Period | None, str], QuotaRow] = {}
    rows = []
    for owner, text, name, value, where in zip(*(table[each] for each in ("owner", "period", "measure", "value", "where")), strict=True):
        owner = "" if meaning("team", owner) else owner
        period = read_period(text, as_of, fiscal_first_month)
        measure = meaning("measure", name) if name else "money"
        key = plain(owner), period, measure
        problem, first = "", None
        if not period:
            problem = "period_unread"
        elif not measure:
            problem = "measure_unknown"
        elif not value > 0:  # a cell that holds something else than a number is a finding of reading it
            problem = "value_unread" if np.isnan(value) and not is_blank(where.cell("value")) else "value_missing"
        elif key in seen:
            problem, first = "double", seen[key]
        row = QuotaRow(owner, plain(owner), period, measure, float(value), where, problem, first)
        if not problem:
            seen[key] = row
        rows.append(row)
    return tuple(rows)


def quotas_of(facts: Facts) -> tuple[QuotaRow, ...]:
    """Every row of the source's table Quotas."""
    if "quotas" not in facts.memo:
        facts.memo["quotas"] = quota_rows(facts.deals.companions.table("Quotas"), facts.as_of, facts.settings.fiscal_first_month)
    return facts.memo["quotas"]


def team_quotas(rows: Sequence[QuotaRow]) -> dict[Period, float]:
    """Money quota of the whole team by period: the team's own row, else the sum of its owners'."""
    sums: dict[Period, float] = {}
    own: dict[Period, float] = {}
    for row in rows:
        if row.problem or row.measure != "money" or row.period is None:
            continue
        if row.key:
            sums[row.period] = sums.get(row.period, 0.0) + row.value
        else:
            own[row.period] = row.value
    return sums | own
