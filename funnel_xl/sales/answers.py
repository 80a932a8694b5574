"""Everything that is computed from a team's deals on one day: pure data for sheets, the command line and Excel."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pandas as pd

from .finding import Finding
from .stage import Stage

NAN = float("nan")


@dataclass(frozen=True)
class Line:
    """One line of a summary table."""

    label: str                  # stage in the source's spelling, owner, "2026-03"; placements: "above", "in", "best_few", "none"
    deals: int
    amount: float               # [base currency]; NaN: not one amount is known
    weighted: float             # open deals only [base currency]
    kind: str = "open"          # of a stage: open, won, lost, post


@dataclass(frozen=True)
class Passage:
    """How many deals entered a stage and went on, as far as the current stages tell (FUNNEL_CONVERSION's rule)."""

    stage: str
    entered: int                # deals that reached this stage
    passed: int                 # of these, reached any later stage
    here: int                   # of these, still in it
    rate: float                 # passed / entered; NaN: nobody entered


@dataclass(frozen=True)
class Summary:
    """The funnel's numbers. Base of each figure: see the field."""

    deals: int
    stages: tuple[Line, ...]            # in the model's order; "unknown" stages last under their own spelling
    placements: tuple[Line, ...]        # open deals: best_few, in, above, none
    owners: tuple[Line, ...]            # open deals, largest weighted value first
    months: tuple[Line, ...]            # open deals by month of close "2026-03"; first "overdue", last "undated"
    won: Line
    lost: Line
    open: Line
    win_rate_count: float               # won / (won + lost)
    win_rate_value: float               # won amount / (won + lost amount)
    win_rate_all: float                 # won / all deals
    average_won: float                  # mean amount of won deals that have one
    cycle_days: float                   # mean days from created to closed of won deals
    velocity: float                     # open deals x win rate x average won / cycle days [base currency / day]
    passages: tuple[Passage, ...]
    passages_left_out: int              # lost deals whose last open stage is not known
    quota: float = NAN
    quota_won: float = NAN              # won in the quota's period
    coverage: float = NAN               # open amount due in the period / (quota - won in period)
    required_coverage: float = NAN      # 1 / win rate by value
    forecast_coverage: float = NAN      # (won + weighted in the period) / quota
    quota_period: str = ""              # "2026-Q1"


@dataclass(frozen=True)
class Answers:
    """All answers for one source, one stage model and one as-of date.

    `computed` has one row a deal, in the order of `deals.table`:
    score [points, NaN], score_placement, horizon, placement [int: 0 Above, 1 In, 2 Best Few, -1 none; `placement` is the adopted one],
    horizon_months [whole calendar months to the close date, NaN], basis ["score", "score+date", "date", "stage", ""], overdue [bool],
    agree ["yes", "no", ""], work ["qualify", "cover", "close", ""], probability [fraction, NaN],
    probability_source ["own", "fund_competition", "stage", "closed", ""], weighted [NaN], tier ["A", "B", "C", ""], cadence_days [NaN],
    days_in_stage [NaN], stalled [bool], age_days [NaN], next_check [row of words.csv, or ""], next_reason [row of words.csv, or ""],
    value [amount in base currency, NaN], kind ["open", "won", "lost", "post", "" unknown stage], findings [int], worst ["error", "warning", ""].
    """

    as_of: dt.date
    deals: "Deals"                          # sales/deals.py
    stages: tuple[Stage, ...]
    stages_from: str                        # "preset:saas", "book", "file:NAME", "proposed"
    computed: pd.DataFrame
    findings: tuple[Finding, ...]           # dearest first
    notes: tuple[Finding, ...]
    summary: Summary
    accepted: tuple[tuple[Finding, str], ...] = ()      # findings that the team accepted, with the reason
    settings: "Settings" = field(default=None)          # sales/settings.py
