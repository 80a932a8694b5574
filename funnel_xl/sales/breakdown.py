"""The deals rolled up by territory, dealer, lead source, product and whatever else the source says of them (spec items 52, 57, F16)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .answers import Answers
from .check.rule import Facts
from .groups import Grouping, grouped, together
from .placement import BEST_FEW
from .rates import ratio, wilson

DIMENSIONS = ("territory", "channel", "source", "product", "industry", "size", "department", "owner")
MOST_GROUPS = 15  # lines of one table; the rest is one line
MOST_ROWS, MOST_COLUMNS = 12, 7  # of a matrix
# What a matrix crosses, the first of each that the deals have.
CROSSED = (("territory", "channel", "owner", "source", "industry"), ("product", "size", "department", "source", "channel"))


@dataclass(frozen=True)
class Group:
    """One line of a roll-up. Money in base currency; NaN: not one amount is known."""

    label: str  # the spelling that is used most; "" for deals that say nothing
    summed: int  # how many groups the line stands for; 1 where it is one
    open_deals: int
    open_amount: float
    weighted: float  # open deals
    best_few: float  # weighted value of the open deals in Best Few
    won_deals: int
    won_amount: float
    period_deals: int  # won in the quota's period
    period_amount: float
    lost_deals: int
    lost_amount: float
    win_rate: float  # won / (won + lost); NaN: nothing is closed
    low: float  # of its 95 % interval
    high: float
    average_won: float  # mean amount of the won deals that have one
    cycle_days: float  # mean days from created to closed of won deals

    @property
    def closed_deals(self) -> int:
        """The base of the win rate."""
        return self.won_deals + self.lost_deals


@dataclass(frozen=True)
class Rollup:
    """One dimension: the groups with the most open and won money first, then all others as one, then the deals that say nothing."""

    dimension: str  # a field of sales/fields.py
    groups: tuple[Group, ...]
    total: Group  # all deals at once


@dataclass(frozen=True)
class Matrix:
    """Two dimensions at once. A label None stands for all others, "" for deals that say nothing."""

    rows: str
    columns: str
    row_labels: tuple[str | None, ...]
    column_labels: tuple[str | None, ...]
    measure: str  # "weighted": weighted value of open deals; "deals": open deals, where no weighted value is known
    cells: np.ndarray  # shape (rows, columns); 0 where there is no such deal, NaN where there are and their value is not known


def dimensions(answers: Answers) -> tuple[str, ...]:
    """The dimensions of which at least one deal says something."""
    facts = answers.facts
    return tuple(name for name in DIMENSIONS if facts.has(name) and any(grouped(facts.column(name)).names))


def rollups(answers: Answers) -> tuple[Rollup, ...]:
    """A roll-up for each dimension that the source has; the totals of each are the summary's."""
    return tuple(rollup(answers, name) for name in dimensions(answers))


def rollup(answers: Answers, dimension: str, most: int = MOST_GROUPS) -> Rollup:
    """The roll-up by one field."""
    facts = answers.facts
    groups = grouped(facts.column(dimension))
    shown, at = _largest(groups, _money_in(facts), most)
    labels = [groups.names[group] if group >= 0 else "" for group in shown]
    others = len(groups.names) - len([group for group in shown if group >= 0])
    summed = [1 if group >= 0 else others for group in shown]
    return Rollup(dimension, _lines(facts, Grouping(tuple(labels), at), summed), _lines(facts, together(len(at)), [1])[0])


def matrix(answers: Answers) -> Matrix | None:
    """The open deals by two dimensions at once; None where the source has not two, or no open deal."""
    facts = answers.facts
    known = dimensions(answers)
    rows = next((name for name in CROSSED[0] if name in known), "")
    columns = next((name for name in CROSSED[1] if name in known and name != rows), "")
    is_open = np.flatnonzero(facts.is_open)
    if not rows or not columns or not len(is_open):
        return None
    weighted = facts.weighted[is_open]
    measure = "weighted" if np.isfinite(weighted).any() else "deals"
    value = weighted if measure == "weighted" else np.ones(len(is_open))
    sides = []
    for name, most in ((rows, MOST_ROWS), (columns, MOST_COLUMNS)):
        groups = grouped(facts.column(name)[is_open])
        shown, at = _largest(groups, value, most)
        sides.append((tuple(groups.names[group] if group >= 0 else None for group in shown), at))
    (row_labels, row_at), (column_labels, column_at) = sides
    shape = len(row_labels), len(column_labels)
    cells = Grouping(("",) * (shape[0] * shape[1]), row_at * shape[1] + column_at)
    sums = np.where(cells.counts() > 0, cells.sums(value), 0.0)
    return Matrix(rows, columns, row_labels, column_labels, measure, sums.reshape(shape))


def _money_in(facts: Facts) -> np.ndarray:
    """What makes a group large: open and won amounts."""
    return np.where(facts.is_open | (facts.kind == "won"), facts.value, np.nan)


def _largest(groups: Grouping, value: np.ndarray, most: int) -> tuple[list[int], np.ndarray]:
    """The groups to show, the largest first (-1: all others, then the blank one), and the line that each deal stands in."""
    names, size, deals = groups.names, np.nan_to_num(groups.sums(value)), groups.counts()
    named = [group for group, name in enumerate(names) if name]
    named.sort(key=lambda group: (-size[group], -deals[group], names[group]))
    kept = named if len(named) <= most else named[: most - 1]
    shown = [*kept, *([-1] if len(kept) < len(named) else []), *(group for group, name in enumerate(names) if not name)]
    line = np.full(len(names), len(kept))
    for at, group in enumerate(shown):
        if group >= 0:
            line[group] = at
    return shown, line[groups.at] if len(names) else groups.at


def _lines(facts: Facts, groups: Grouping, summed: Sequence[int]) -> tuple[Group, ...]:
    won, lost = facts.kind == "won", facts.kind == "lost"
    now = facts.won_in(facts.period)
    best = facts.is_open & (facts.placement.adopted == BEST_FEW)

    def count(rows: np.ndarray) -> list[int]:
        return groups.counts(rows).tolist()

    def total(values: np.ndarray, rows: np.ndarray) -> list[float]:
        return groups.sums(values, rows).tolist()

    won_deals, lost_deals = count(won), count(lost)
    rates = [ratio(good, good + bad) for good, bad in zip(won_deals, lost_deals, strict=True)]
    return tuple(
        Group(*line)
        for line in zip(
            groups.names,
            summed,
            count(facts.is_open),
            total(facts.value, facts.is_open),
            total(facts.weighted, facts.is_open),
            total(facts.weighted, best),
            won_deals,
            total(facts.value, won),
            count(now),
            total(facts.value, now),
            lost_deals,
            total(facts.value, lost),
            rates,
            *(bound.tolist() for bound in wilson(rates, np.add(won_deals, lost_deals))),
            groups.means(facts.value, won).tolist(),
            groups.means(facts.age_days, won).tolist(),
            strict=True,
        )
    )
