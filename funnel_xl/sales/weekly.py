"""The weekly review: what each owner has won, owes and leaves lying, and the whole team's (spec items 39, 46, 54, F7)."""

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from .answers import Answers
from .average_order import own_averages
from .check.rule import Facts
from .finding import Finding
from .ideal import orders_needed
from .known import known_sum
from .owners import Owners, owners_of
from .period import Period
from .placement import BEST_FEW
from .promise import Promise, promises
from .quota_table import quotas_of
from .visits import Plan, plan_visits
from .week import Week, holiday_names, planned_week
from .work_order import contacts, work_order

NAN = float("nan")
MATTER = 3


@dataclass(frozen=True)
class OwnerWeek:
    """One owner's numbers. Money in base currency; NaN: not known."""

    owner: str  # "" for deals without one
    rows: np.ndarray  # the open deals in the order of work
    amount: float  # of the open deals
    weighted: float
    best_few: float  # weighted value of the Best Few; 0 where there are none
    quota: float  # of the period
    won: float  # in the period
    average_order: float
    own_average: bool  # it is the owner's own, not the team's
    won_deals: int  # of all time, with an amount: what an own average rests on
    overdue: int  # promises not done whose day has passed
    stalled: int
    due: int  # deals whose contact is due by the end of the week

    @property
    def gap(self) -> float:
        """Still to win; below zero: won beyond the quota."""
        return self.quota - self.won

    @property
    def deals_needed(self) -> float:
        """Orders still to win, rounded up; NaN where gap or average order is not known."""
        return orders_needed(self.gap, self.average_order)


@dataclass(frozen=True)
class Details:
    """What an owner's page lists. Rows are rows of deals.table."""

    promises: tuple[Promise, ...]  # due since the Monday before the planned week, and before it begins or the as-of date if that is later
    older: tuple[Promise, ...]  # due before that, and still not done
    coming: tuple[Promise, ...]  # due in what is left of the planned week, not done
    stalled: np.ndarray  # longest beyond its limit first
    contacts: np.ndarray  # due by the end of the week: by tier, longest overdue first
    sla: tuple[Finding, ...]
    matter: np.ndarray  # the deals that matter most, with their next best check in Answers.computed
    plan: Plan


@dataclass(frozen=True)
class Weekly:
    """The team's week."""

    answers: Answers
    week: Week
    period: Period  # of the quotas
    owners: tuple[OwnerWeek, ...]  # by name, the nameless one last
    named: Owners
    promised: tuple[tuple[Promise, ...], ...]  # of each of `named`
    sla: tuple[Finding, ...]
    stalled: np.ndarray  # bool, one a deal
    due: np.ndarray  # bool, one a deal: its contact is due by the end of the week

    @property
    def quota(self) -> float:
        """The team's, as the pack has it; where it has none, of all owners together."""
        known = self.answers.summary.quota
        return known if known == known else known_sum(np.array([each.quota for each in self.owners]))

    @property
    def won(self) -> float:
        """By all owners in the period."""
        return math.fsum(each.won for each in self.owners)

    @property
    def deals_needed(self) -> float:
        """For the team's own gap, by the team's average order, as the report on quotas has it."""
        return orders_needed(self.quota - self.won, self.answers.facts.average_order)

    def details(self, each: OwnerWeek) -> Details:
        """What stands on the page of one of `owners`."""
        return _details(self, each)


def weekly(answers: Answers) -> Weekly:
    """The week (see planned_week) for every owner with open deals, a quota, deals won in the period or broken promises."""
    facts = answers.facts
    week = planned_week(answers.as_of, answers.settings.workdays, holiday_names(facts.deals.companions.table("Holidays")))
    period = facts.period
    quotas = _quotas(facts, period)
    named = owners_of(facts.column("owner"), quotas)
    promised: list[list[Promise]] = [[] for _ in named.names]
    for each in promises(facts, named):
        promised[each.owner].append(each)
    stalled, due = facts.stalled, contacts(facts).due <= np.datetime64(week.last, "D")
    found = tuple(_owners(answers, period, named, quotas, promised, stalled, due))
    sla = tuple(each for each in answers.findings if each.code.startswith("sla.") and each.row >= 0)
    return Weekly(answers, week, period, found, named, tuple(map(tuple, promised)), sla, stalled, due)


def _quotas(facts: Facts, period: Period) -> dict[str, float]:
    """Owner -> money of the table Quotas for this period; the team's own row is nobody's."""
    rows = (row for row in quotas_of(facts) if not row.problem and row.key)
    return {row.owner: row.value for row in rows if row.measure == "money" and row.period == period}


def _owners(
    answers: Answers,
    period: Period,
    named: Owners,
    quotas: Mapping[str, float],
    promised: list[list[Promise]],
    stalled: np.ndarray,
    due: np.ndarray,
) -> Iterator[OwnerWeek]:
    facts, number = answers.facts, len(named.names)
    won = facts.kind == "won"
    best = facts.is_open & (facts.placement.adopted == BEST_FEW)
    in_period = facts.won_in(period)
    quota = np.full(number, NAN)
    quota[[named.find(name) for name in quotas]] = list(quotas.values())
    sums = {
        "amount": named.sums(facts.value, facts.is_open),
        "weighted": named.sums(facts.weighted, facts.is_open),
        "best_few": np.where(named.counts(best) > 0, named.sums(facts.weighted, best), 0.0),
        "won": np.nan_to_num(named.sums(facts.value, in_period)),
    }
    won_deals, average = named.counts(won & np.isfinite(facts.value)), own_averages(named, facts.value, won)
    team = facts.average_order
    counts = {"stalled": named.counts(stalled), "due": named.counts(due)}
    order = work_order(facts)
    order = order[np.argsort(named.at[order], kind="stable")]
    bounds = np.searchsorted(named.at[order], np.arange(number + 1))
    overdue = [sum(not each.done and each.due < answers.as_of for each in some) for some in promised]
    closed_in = named.counts(in_period)
    for at in named.by_name(range(number)):
        rows = order[bounds[at]: bounds[at + 1]]
        if not (len(rows) or quota[at] == quota[at] or closed_in[at] or overdue[at]):
            continue
        own = average[at] == average[at]
        yield OwnerWeek(
            named.names[at], rows, *(float(sums[name][at]) for name in ("amount", "weighted", "best_few")), float(quota[at]),
            float(sums["won"][at]), float(average[at]) if own else team, bool(own), int(won_deals[at]),
            overdue[at], int(counts["stalled"][at]), int(counts["due"][at]))


def _details(team: Weekly, each: OwnerWeek) -> Details:
    answers, week = team.answers, team.week
    facts, at = answers.facts, team.named.find(each.owner)
    mine = team.promised[at]
    since, until = week.monday - dt.timedelta(days=7), max(week.monday, answers.as_of)
    coming = tuple(one for one in mine if not one.done and until <= one.due <= week.last)
    stalled = each.rows[team.stalled[each.rows]]
    beyond = facts.days_in_stage[stalled] - facts.stall_days[stalled]
    late = contacts(facts).overdue_days
    due = each.rows[team.due[each.rows]]
    own = set(each.rows.tolist())
    best = (facts.placement.adopted[each.rows] == BEST_FEW).astype(float)
    worth, money = (np.nan_to_num(values[each.rows], nan=-np.inf) for values in (facts.weighted, facts.value))
    matter = each.rows[np.lexsort((np.arange(len(each.rows)), -money, -worth, -best))][:MATTER]
    return Details(
        tuple(one for one in mine if since <= one.due < until),
        tuple(one for one in mine if one.due < since and not one.done),
        coming,
        stalled[np.argsort(-beyond, kind="stable")],
        due[np.lexsort((-late[due], facts.tier[due].astype(str)))],
        tuple(one for one in team.sla if one.row in own),
        matter,
        plan_visits(facts, week, _to_visit(team, each, matter, coming), _days_due(coming), answers.settings.free_halves),
    )


def _to_visit(team: Weekly, each: OwnerWeek, matter: np.ndarray, coming: tuple[Promise, ...]) -> list[int]:
    """Deals that ask for a visit: those that matter, with something promised, a contact due, or a last contact that nobody knows."""
    asked = {*matter.tolist(), *(one.deal for one in coming)}
    due = team.due[each.rows] | np.isnat(team.answers.facts.column("last_contact")[each.rows])
    return [row for row, is_due in zip(each.rows.tolist(), due.tolist(), strict=True) if is_due or row in asked]


def _days_due(coming: tuple[Promise, ...]) -> dict[int, dt.date]:
    days: dict[int, dt.date] = {}
    for one in coming:
        if one.deal >= 0:
            days[one.deal] = min(one.due, days.get(one.deal, one.due))
    return days
