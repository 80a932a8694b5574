"""What winning customers costs, and whether they are satisfied (spec items 31, B2)."""

import math
from dataclasses import dataclass

import numpy as np

from .aliases import plain
from .answers import Answers
from .costs import deals_money
from .known import known
from .period import Period
from .rates import ratio, wilson

SCALE = (1.0, 5.0)  # of a satisfaction rating


@dataclass(frozen=True)
class Acquisition:
    """Cost of sales and marketing / new customers, in the quota's period."""

    period: Period
    cost: float  # [base currency]; NaN: not known
    cost_from: str  # "setting", "deals" or "": not known
    costed: int  # closed deals of the period that say what they cost
    customers: float  # new in the period; NaN: the deals name no accounts
    customers_from: str  # "setting", "deals" or ""
    cac: float  # [base currency a customer]; NaN: one of the two is not known, or there is no new customer


@dataclass(frozen=True)
class Satisfaction:
    """Satisfied customers / those that answered."""

    satisfied: int
    answered: int
    off_scale: int  # ratings outside 1 to 5, left out
    rate: float  # NaN: nobody answered
    low: float  # Wilson's interval at 95 %
    high: float


def acquisition(answers: Answers) -> Acquisition:
    """Customer acquisition cost of the quota's period.

    Cost: the settings' acquisition cost, else the sales cost of the deals that were won or lost in the period. New customers: the
    settings', else the accounts whose first won deal lies in the period; a won deal without a close date is left out.
    """
    facts, settings = answers.facts, answers.settings
    period = facts.period
    closed = np.isin(facts.kind, ("won", "lost"))
    costs = known(deals_money(answers, "sales_cost")[closed & period.holds(facts.column("close_date"))])
    cost, cost_from = settings.acquisition_cost, "setting"
    if math.isnan(cost):
        cost, cost_from = (float(costs.sum()), "deals") if len(costs) else (math.nan, "")
    customers, customers_from = settings.new_customers, "setting"
    if math.isnan(customers):
        customers, customers_from = (float(_new_customers(answers, period)), "deals") if facts.has("account") else (math.nan, "")
    return Acquisition(period, cost, cost_from, len(costs), customers, customers_from, ratio(cost, customers))


def _new_customers(answers: Answers, period: Period) -> int:
    """Accounts whose first won deal lies in the period."""
    facts = answers.facts
    days = facts.column("close_date").astype("datetime64[D]")
    rows = (facts.kind == "won") & ~np.isnat(days) & (facts.column("account") != "")
    if not rows.any():
        return 0
    names, at = np.unique([plain(str(name)) for name in facts.column("account")[rows].tolist()], return_inverse=True)
    first = np.full(len(names), np.datetime64("9999-12-31", "D"))
    np.minimum.at(first, at, days[rows])
    return int(period.holds(first).sum())


def satisfaction(answers: Answers) -> Satisfaction:
    """The share of satisfied customers among all deals with a rating of 1 to 5."""
    return satisfied_share(answers.facts.column("satisfaction"), answers.settings.satisfied_from)


def satisfied_share(ratings: np.ndarray, satisfied_from: float) -> Satisfaction:
    """Ratings from `satisfied_from` on / all ratings on the scale of 1 to 5; NaN is no answer."""
    given = known(ratings)
    on_scale = given[(given >= SCALE[0]) & (given <= SCALE[1])]
    satisfied = int((on_scale >= satisfied_from).sum())
    share = ratio(satisfied, len(on_scale))
    low, high = wilson(share, len(on_scale))
    return Satisfaction(satisfied, len(on_scale), len(given) - len(on_scale), share, float(low), float(high))

