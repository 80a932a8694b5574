"""The ideal funnel: what each stage must hold so that this period's target and those after it are met (spec items 33-37, F5)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import OutOfRange

QUARTER = 3.0  # months of the usual review period


@dataclass(frozen=True)
class IdealStage:
    """One open stage of the ideal funnel."""

    probability: float  # chance that a deal which entered it is won [fraction]
    months: float  # that a deal which goes on spends in it
    stay: float  # months that a deal spends in it on the average, lost ones included; `months` where they stay as long
    needed: float  # deals that must pass it in one period: orders / probability
    needed_value: float  # [currency]
    stock: float  # deals that stand in it at any time: needed x stay / period (Little's law)
    stock_value: float  # [currency]
    weighted: float  # stock value x probability = target x stay / period [currency]
    feeds: int  # period that its deals are won in: 0 this one, 1 the next


@dataclass(frozen=True)
class Ideal:
    """The ideal funnel; numbers of deals are not rounded."""

    orders: float  # a period
    stages: tuple[IdealStage, ...]
    stock: float
    stock_value: float
    weighted: float  # target x cycle / period, whatever the probabilities, where lost deals stay as long as the others
    cycle: float  # months of all stages together
    periods: int  # that the whole stock feeds: cycle / period, rounded up
    least_stock: float  # deals if none were ever lost: orders x cycle / period


def ideal_funnel(
    target: float,
    average_order: float,
    probabilities: Sequence[float],
    months: Sequence[float],
    period_months: float = QUARTER,
    losses: Sequence[tuple[float, float] | None] = (),
) -> Ideal:
    """The ideal funnel by target and by cycle, for open stages in the funnel's order.

    `target` [currency per period], `average_order` [currency], `probabilities` of winning from each stage [fractions], `months` that deals
    which go on spend in each. `losses`, if given, has for each stage (share of its deals that go on, months that the others spend in it);
    None, and everywhere without `losses`: deals that will be lost stay as long as those that will be won (item 37's caveat).

    Raises
    ------
    OutOfRange
        No stage, lists of different length, a share outside 0-1, or money or months that are not above zero.
    """
    _check(target, average_order, probabilities, months, period_months, losses)
    orders, cycle = target / average_order, math.fsum(months)
    stages = []
    for place, (chance, own, lost) in enumerate(zip(probabilities, months, losses or [None] * len(months), strict=True)):
        needed, still_to_go = orders / chance, math.fsum(months[place + 1 :])
        stay = own if lost is None else lost[0] * own + (1 - lost[0]) * lost[1]
        stock = needed * stay / period_months
        stages.append(
            IdealStage(
                chance,
                own,
                stay,
                needed,
                needed * average_order,
                stock,
                stock * average_order,
                target * stay / period_months,
                int(still_to_go / period_months + 1e-9),
            )
        )
    return Ideal(
        orders,
        tuple(stages),
        math.fsum(each.stock for each in stages),
        math.fsum(each.stock_value for each in stages),
        math.fsum(each.weighted for each in stages),
        cycle,
        max(1, math.ceil(cycle / period_months - 1e-9)),
        orders * cycle / period_months,
    )


def whole_deals(deals: float) -> int:
    """Deals rounded up: 46.2 of them are 47. A last bit of arithmetic is no deal (spec item 37)."""
    return math.ceil(deals - 1e-9)


def orders_needed(gap: float, average_order: float) -> float:
    """Whole orders that fill a gap [currency]; 0 where there is none, NaN where one of the two is not known."""
    if gap <= 0:
        return 0.0
    deals = gap / average_order if average_order > 0 else math.nan
    return float(whole_deals(deals)) if math.isfinite(deals) else math.nan


def _check(
    target: float,
    average_order: float,
    probabilities: Sequence[float],
    months: Sequence[float],
    period_months: float,
    losses: Sequence[tuple[float, float] | None],
) -> None:
    if not probabilities or len(probabilities) != len(months):
        raise OutOfRange("error.ideal.lengths", probabilities=len(probabilities), months=len(months))
    for chance in probabilities:
        if not 0 < chance <= 1:
            raise OutOfRange("error.ideal.probability", value=chance)
    for name, number in (("target", target), ("average_order", average_order), ("period_months", period_months)):
        if not 0 < number < math.inf:
            raise OutOfRange("error.ideal.number", name=name, value=number)
    for stay in months:
        if not 0 < stay < math.inf:
            raise OutOfRange("error.ideal.number", name="months", value=stay)
    known = [each for each in losses if each is not None]
    if losses and (len(losses) != len(months) or not all(0 <= share <= 1 and 0 <= stay < math.inf for share, stay in known)):
        raise OutOfRange("error.ideal.losses")
