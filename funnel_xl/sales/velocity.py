"""Cycle length, and sales velocity with its four factors: overall, by owner, by product (spec items 31, 32, B2)."""

from dataclasses import dataclass

import numpy as np

from .answers import Answers
from .check.rule import Facts
from .groups import Grouping, grouped, together
from .known import known
from .summary import velocity

NAN = float("nan")
FEW = 10  # closed deals below which a win rate may be chance


@dataclass(frozen=True)
class Cycle:
    """Days from created to closed of the deals of one outcome whose two dates are known."""

    outcome: str  # "won", "lost", "closed": both
    deals: int
    left_out: int  # closed so, but a date is missing or the close lies before the beginning
    mean: float  # [days]; NaN: no deals
    median: float
    p80: float  # 80 % took at most so long, between two deals in proportion (as Excel's PERCENTILE.INC)


@dataclass(frozen=True)
class Velocity:
    """Money won a day by a group of deals: open deals x average won x win rate / cycle; NaN where a factor is not known."""

    label: str  # owner or product, "" where none is named
    open: int
    won: int
    closed: int  # won and lost: base of the win rate
    average_won: float  # mean amount of the won deals that have one [base currency]
    win_rate: float  # won / closed
    cycle_days: float  # mean days from created to closed of the won deals
    per_day: float  # [base currency / day]; NaN also where the cycle is 0 days

    @property
    def few(self) -> bool:
        """Whether so few deals are closed that the win rate may be chance."""
        return self.closed < FEW


def cycles(answers: Answers) -> tuple[Cycle, ...]:
    """The cycle of won deals, of lost ones, and of both together."""
    facts = answers.facts
    won, lost = facts.kind == "won", facts.kind == "lost"
    return tuple(_cycle(outcome, facts.age_days[rows]) for outcome, rows in (("won", won), ("lost", lost), ("closed", won | lost)))


def _cycle(outcome: str, days: np.ndarray) -> Cycle:
    lasted = known(days)
    left_out = len(days) - len(lasted)
    if not len(lasted):
        return Cycle(outcome, 0, left_out, NAN, NAN, NAN)
    return Cycle(outcome, len(lasted), left_out, float(lasted.mean()), float(np.median(lasted)), float(np.percentile(lasted, 80)))


def velocities(answers: Answers, name: str = "") -> tuple[Velocity, ...]:
    """Velocity by a field of the deals ("owner", "product"), the fastest first, then those for which it is not known; "": one for all."""
    facts = answers.facts
    if not name:
        return tuple(_velocities(facts, together(len(facts.kind))))
    found = _velocities(facts, grouped(facts.column(name)))

    def slower(each: Velocity) -> tuple:
        known = each.per_day == each.per_day
        return not known, -each.per_day if known else 0.0, not each.label, -each.open, each.label

    return tuple(sorted(found, key=slower))


def _velocities(facts: Facts, groups: Grouping) -> list[Velocity]:
    won, closed = facts.kind == "won", np.isin(facts.kind, ("won", "lost"))
    opened, average, cycle = groups.counts(facts.is_open), groups.means(facts.value, won), groups.means(facts.age_days, won)
    rate = groups.means(won.astype(float), closed)
    per_day = velocity(opened, average, rate, np.where(cycle > 0, cycle, np.nan))
    columns = (opened, groups.counts(won), groups.counts(closed), average, rate, cycle, per_day)
    return [Velocity(*line) for line in zip(groups.names, *(column.tolist() for column in columns), strict=True)]
