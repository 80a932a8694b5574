"""Cycle length, and sales velocity with its four factors: overall, by owner, by product (spec items 31, 32, B2)."""

from dataclasses import dataclass

import numpy as np

from .answers import Answers
from .check.rule import Facts
from .groups import grouped
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
    known = days[np.isfinite(days)]
    left_out = len(days) - len(known)
    if not len(known):
        return Cycle(outcome, 0, left_out, NAN, NAN, NAN)
    return Cycle(outcome, len(known), left_out, float(known.mean()), float(np.median(known)), float(np.percentile(known, 80)))


def velocities(answers: Answers, name: str = "") -> tuple[Velocity, ...]:
    """Velocity by a field of the deals ("owner", "product"), the fastest first, then those for which it is not known; "": one for all."""
    facts = answers.facts
    if not name:
        return tuple(_velocities(facts, np.array([""]), np.zeros(len(facts.kind), np.int64)))
    groups = grouped(facts.column(name))
    found = _velocities(facts, np.array(groups.names, dtype=object), groups.at)

    def slower(each: Velocity) -> tuple:
        known = each.per_day == each.per_day
        return not known, -each.per_day if known else 0.0, not each.label, -each.open, each.label

    return tuple(sorted(found, key=slower))


def _velocities(facts: Facts, labels: np.ndarray, group: np.ndarray) -> list[Velocity]:
    won = facts.kind == "won"

    def count(rows: np.ndarray) -> np.ndarray:
        return np.bincount(group[rows], minlength=len(labels))

    def mean(values: np.ndarray) -> np.ndarray:
        rows = won & np.isfinite(values)
        return _divided(np.bincount(group[rows], values[rows], len(labels)), count(rows))

    opened, won_count, closed = count(facts.is_open), count(won), count(won | (facts.kind == "lost"))
    average, cycle, rate = mean(facts.value), mean(facts.age_days), _divided(won_count, closed)
    per_day = velocity(opened, average, rate, np.where(cycle > 0, cycle, np.nan))
    columns = (labels, opened, won_count, closed, average, rate, cycle, per_day)
    return [Velocity(*line) for line in zip(*(column.tolist() for column in columns), strict=True)]


def _divided(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole; NaN where there is nothing to divide by."""
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
