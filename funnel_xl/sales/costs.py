"""What a deal costs beside what it would earn: sales cost, opportunity cost and expected gross profit (spec F16).

The cost of a deal is its sales cost and its opportunity cost together, as far as either is known; both and the amount are in the base
currency. Its expected gross profit is amount x margin, weighted by the chance of winning.
"""

from dataclasses import dataclass

import numpy as np

from .answers import Answers
from .currency import in_base
from .known import known_sum
from .owners import owners

KINDS = ("open", "won", "lost")


@dataclass(frozen=True)
class Costs:
    """Costs of all deals; arrays have one item a deal [base currency, NaN not known]."""

    sales: np.ndarray
    opportunity: np.ndarray
    cost: np.ndarray  # both together
    margin: np.ndarray  # fraction: the deal's own, else the setting's
    profit: np.ndarray  # amount x margin
    weighted_profit: np.ndarray  # weighted value x margin, open deals only
    share: np.ndarray  # cost / expected gross profit; NaN where there is no profit to take it from
    over: np.ndarray  # bool: an open deal whose cost is more than its weighted gross profit


@dataclass(frozen=True)
class OwnerCost:
    """What one owner's deals have cost [base currency]; NaN where no cost is known."""

    owner: str
    deals: int  # with a known cost
    open: float
    won: float
    lost: float

    @property
    def total(self) -> float:
        return known_sum(np.array([self.open, self.won, self.lost]))


def costs(answers: Answers) -> Costs:
    """The costs of every deal beside what it would earn."""
    facts = answers.facts
    sales, opportunity = (deals_money(answers, name) for name in ("sales_cost", "opportunity_cost"))
    known = np.isfinite(sales) | np.isfinite(opportunity)
    cost = np.where(known, np.nan_to_num(sales) + np.nan_to_num(opportunity), np.nan)
    margin = facts.margin
    profit, weighted_profit = facts.value * margin, facts.weighted * margin
    share = np.divide(cost, profit, out=np.full(len(cost), np.nan), where=profit > 0)
    return Costs(sales, opportunity, cost, margin, profit, weighted_profit, share, facts.is_open & (cost > weighted_profit))


def deals_money(answers: Answers, name: str) -> np.ndarray:
    """A field of money of all deals [base currency]; NaN where it is not known or its currency has no rate."""
    deals = answers.deals
    rates = deals.companions.table("Rates")
    return in_base(deals.column(name), deals.currencies, answers.currency, rates, deals.column("close_date")).value


def owner_costs(answers: Answers, found: Costs) -> tuple[OwnerCost, ...]:
    """Costs by owner, the highest first: of open deals, of won ones, and of lost ones, which is what losing has cost."""
    facts = answers.facts
    named, spent = owners(facts), np.isfinite(found.cost)
    kinds = np.where(facts.is_open, "open", facts.kind)
    columns = (named.counts(spent), *(named.sums(found.cost, kinds == kind) for kind in KINDS))
    lines = [OwnerCost(*line) for line in zip(named.names, *(column.tolist() for column in columns), strict=True) if line[1]]
    return tuple(sorted(lines, key=lambda line: -line.total))


def lost_cost(answers: Answers, found: Costs) -> tuple[float, int]:
    """What the lost deals have cost, and of how many of them a cost is known."""
    lost = (answers.facts.kind == "lost") & np.isfinite(found.cost)
    return known_sum(found.cost[lost]), int(lost.sum())
