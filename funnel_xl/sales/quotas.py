"""Quotas and what has been reached of them, by owner, period and measure (spec F16, B2, items 34 and 57)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from .aliases import plain
from .average_order import own_averages
from .ideal import orders_needed
from .known import known_mean
from .owners import owners
from .period import Period, shortest_around
from .quota_table import MEASURES, QuotaRow, quotas_of, team_quotas
from .rates import ratio

if TYPE_CHECKING:  # answers.py reads the team's quota from quota_table.py
    from .answers import Answers
    from .check.rule import Facts

NAN = float("nan")
DAY = np.timedelta64(1, "D")
Item = TypeVar("Item")


@dataclass(frozen=True)
class Attainment:
    """A quota and what has been reached of it. Money and margin in base currency, deals and leads as counts."""

    owner: str  # as the deals spell it; "" for the team
    period: Period
    measure: str  # of MEASURES
    quota: float  # NaN: there is none
    achieved: float  # won in the period (money, margin: their sum; deals: their number), or the leads that came in it; NaN: not known
    unknown: int  # won deals that achieved leaves out, because their amount or margin is not known
    weighted: float  # of open deals due in the period, amount x probability (margin: x margin; deals: probability); 0 once it is over;
    # NaN for leads
    overdue: float  # the part of weighted that was due before the as-of date
    elapsed: float  # share of the period's days up to and with the as-of date, 0-1
    elapsed_workdays: float  # the same of its working days; NaN: it has none
    needed: float  # whole deals (leads) still to be won (to be found) for the quota; NaN: not known
    known: bool = True  # False: no deal names this owner

    @property
    def share(self) -> float:
        """Attainment: achieved / quota."""
        return ratio(self.achieved, self.quota)

    @property
    def gap(self) -> float:
        """What is missing from the quota, 0 where it is reached."""
        return float(np.maximum(self.quota - self.achieved, 0.0))

    @property
    def expected(self) -> float:
        """What would be reached by now if each working day brought the same."""
        return self.quota * self.elapsed_workdays

    @property
    def pace(self) -> float:
        """Achieved / expected by now: below 1 is behind. NaN before the first working day."""
        return ratio(self.achieved, self.expected)

    @property
    def forecast(self) -> float:
        """Won in the period + weighted value of the open deals due in it (spec B2); NaN for leads."""
        return self.achieved + self.weighted

    @property
    def forecast_share(self) -> float:
        """Forecast attainment: forecast / quota."""
        return ratio(self.forecast, self.quota)


@dataclass(frozen=True)
class RollUp:
    """The quotas of one measure in one period: the owners', and the team's."""

    period: Period
    measure: str
    owners: tuple[Attainment, ...]  # by name
    others: Attainment  # everybody else, and the deals of nobody; without a quota
    total: Attainment  # the owners' quotas together, against what everybody has reached; no owner has one: without a quota
    typed: Attainment | None  # the team's own row, which stands beside the sum

    @property
    def team(self) -> Attainment:
        """By which the team is judged: its own row, else the sum of its owners'."""
        return self.typed or self.total


def roll_ups(answers: Answers) -> tuple[RollUp, ...]:
    """The quotas by measure and period, earliest first; of periods that begin on one day the longest first."""
    groups: dict[tuple[str, Period], list[QuotaRow]] = {}
    for row in _rows(answers):
        if row.period:
            groups.setdefault((row.measure, row.period), []).append(row)
    order = sorted(groups, key=lambda group: (MEASURES.index(group[0]), group[1].first, -group[1].days))
    return tuple(_roll_up(answers, period, measure, groups[measure, period]) for measure, period in order)


def money_quota(answers: Answers, owner: str = "") -> Attainment | None:
    """Attainment of an owner's money quota, or of the team's; None where there is none.

    Of the period in force, else of the shortest period around the as-of date that has one. The team's quota is that of the settings, which
    come from the command line, else from Quotas.
    """
    settings, key = answers.settings, plain(owner)
    if not key and settings.quota > 0:
        return _attainment(answers, answers.facts.period, "money", settings.quota)
    rows = _rows(answers)
    mine = {row.period: row.value for row in rows if row.measure == "money" and row.key == key} if key else team_quotas(rows)
    period = in_force(answers, {each: each for each in mine if each})
    return _attainment(answers, period, "money", mine[period], owner) if period else None


def in_force(answers: Answers, by_period: Mapping[Period, Item]) -> Item | None:
    """What belongs to the period in force, else to the shortest period around the as-of date; None: to neither."""
    chosen = answers.facts.period
    if chosen not in by_period:
        chosen = shortest_around(by_period, answers.as_of)
    return by_period[chosen] if chosen else None


def _rows(answers: Answers) -> list[QuotaRow]:
    """The rows that count."""
    return [row for row in quotas_of(answers.facts) if not row.problem]


def _roll_up(answers: Answers, period: Period, measure: str, rows: list[QuotaRow]) -> RollUp:
    mine = sorted((row for row in rows if row.key), key=lambda row: row.key)
    typed = next((row.value for row in rows if not row.key), None)
    return RollUp(
        period,
        measure,
        tuple(_attainment(answers, period, measure, row.value, row.owner) for row in mine),
        _attainment(answers, period, measure, NAN, without=[row.owner for row in mine]),
        _attainment(answers, period, measure, sum(row.value for row in mine) if mine else NAN),
        None if typed is None else _attainment(answers, period, measure, typed),
    )


def _attainment(
    answers: Answers, period: Period, measure: str, quota: float, owner: str = "", without: Collection[str] = ()
) -> Attainment:
    """Of one owner; of "": of everybody but those `without`."""
    facts = answers.facts
    named, others = owners(facts), {owners(facts).find(each) for each in without}
    mine = named.find(owner) if owner else -1
    at = [each for each in range(len(named.names)) if (each == mine if owner else each not in others)]
    tally = _tally(facts, period, measure)[:, at].sum(axis=1)
    won, known, achieved, weighted, overdue = (float(number) for number in tally)
    return Attainment(
        named.names[mine] if mine >= 0 else owner,
        period,
        measure,
        float(quota),
        achieved if known or not won else NAN,
        int(won - known),
        weighted,
        overdue,
        *_elapsed(facts, period),
        _needed(facts, measure, quota - (achieved if known or not won else NAN), mine),
        bool(at),
    )


def _tally(facts: Facts, period: Period, measure: str) -> np.ndarray:
    """A column an owner, of one period: deals won, how many of them have a known worth, that worth, the weighted worth due, of it overdue.

    Of leads: their number, three times.
    """
    key = ("quota tally", period, measure)
    if key not in facts.memo:

        def by_owner(rows: np.ndarray, worth: np.ndarray) -> np.ndarray:
            return np.nan_to_num(owners(facts).sums(worth, rows))

        ones = np.ones(len(facts.kind))
        if measure == "leads":
            came = by_owner(period.holds(_came(facts)), ones)
            facts.memo[key] = np.array([came, came, came, came * NAN, came * NAN])
        else:
            close = facts.column("close_date")
            won = facts.won_in(period)
            due = facts.is_open & period.holds(close) & (period.last >= facts.today)
            past = due & (close.astype("datetime64[D]") < facts.today)
            worth = ones if measure == "deals" else facts.value if measure == "money" else facts.value * facts.margin
            chance = facts.probability
            known = np.where(np.isfinite(worth), 1.0, NAN)
            facts.memo[key] = np.array([by_owner(won, ones), by_owner(won, known), by_owner(won, worth), by_owner(due, worth * chance),
                                        by_owner(past, worth * chance)])
    return facts.memo[key]


def _came(facts: Facts) -> np.ndarray:
    """The day on which each deal came as a lead: created, else entered in the list, else obtained."""
    created, entered, obtained = (facts.column(name) for name in ("created", "lead_entered", "lead_obtained"))
    return np.where(~np.isnat(created), created, np.where(~np.isnat(entered), entered, obtained))


def _elapsed(facts: Facts, period: Period) -> tuple[float, float]:
    """Share of the period's days, and of its working days, up to and with the as-of date."""
    until = min(max(facts.today, period.first - DAY), period.last)
    before = np.array([period.first - DAY] * 2)
    past, whole = facts.settings.workdays.count(before, np.array([until, period.last]))
    return float((until - before[0]) / DAY) / period.days, ratio(float(past), float(whole))


def _needed(facts: Facts, measure: str, missing: float, owner: int) -> float:
    """Whole deals or leads for what is missing of a quota; 0 of nothing. `owner` is one of owners(); -1 everybody."""
    return orders_needed(missing, 1.0 if measure in ("deals", "leads") else _worth(facts, measure, owner))


def _worth(facts: Facts, measure: str, owner: int) -> float:
    """What an order brings in money or margin: the owner's own average where it is one, else the team's."""
    values = facts.value if measure == "money" else facts.value * facts.margin
    won = facts.kind == "won"
    own = float(own_averages(owners(facts), values, won)[owner]) if owner >= 0 else NAN
    if own == own:
        return own
    if measure == "money":
        return facts.average_order
    setting = facts.settings.average_order * facts.settings.margin
    return setting if setting > 0 else known_mean(values[won])
