"""How long deals stay in each stage, whether a stage should be split, and which deals are stalled (spec items 31, 48, ruling R14).

Two means stand beside each other. The plain mean counts a stay that goes on with what it has lasted so far: the rule for splitting a stage
uses it, as R14 says. It is too short where many deals are still there, so median, 80 % and the second mean are Kaplan and Meier's, for
which such a stay says no more than "longer than this" (product-limit estimate; on one day stays end before others are cut off).
"""

from dataclasses import dataclass

import numpy as np

from .answers import Answers
from .check.rule import RULES, Facts
from .journey import Journeys, journeys
from .known import known_sum

NAN = float("nan")
FEW = 10  # stays below which a mean may be chance
HAS_LEFT = 1e-9  # a product of fractions that should be a half may be a little more


@dataclass(frozen=True)
class Survival:
    """Kaplan and Meier's estimate of how long stays last [days]; NaN: so many have not ended yet that it is not reached."""

    mean: float
    median: float  # the day on which at least half have ended
    p80: float  # the day on which at least 80 % have ended


@dataclass(frozen=True)
class Dwell:
    """The stays of all deals in one open stage; a deal that comes back has another stay."""

    stage: str
    at: int  # index of the stage in Answers.stages
    line: str
    stays: int  # whose days are known
    going_on: int  # of these, of deals that are still there
    left_out: int  # stays whose days are not known
    mean: float  # over completed and current stays, these as long as they have lasted so far [days]; NaN: no stays
    survival: Survival
    limit: float  # the stage's stall_days; NaN: it has none
    split: bool  # the mean is strictly above the limit

    @property
    def few(self) -> bool:
        """Whether so few stays are known that the mean may be chance."""
        return self.stays < FEW


@dataclass(frozen=True)
class Stalled:
    """Open deals in their stage for strictly more days than it allows, the dearest first; arrays with an item a deal."""

    row: np.ndarray
    days: np.ndarray
    limit: np.ndarray
    amount: float  # of all of them together; NaN: not one is known [base currency]
    known: int  # open deals of which it is known how long they have stood in their stage


def dwells(answers: Answers) -> tuple[Dwell, ...]:
    """The stays in each open stage, in the model's order. Stays without known days, or that end before they begin, are left out."""
    ways, stages = journeys(answers.facts), answers.facts.stages
    days = ways.days(answers.facts.today)
    return tuple(_dwell(answers.facts, at, ways, days) for at, stage in enumerate(stages) if stage.kind == "open")


def _dwell(facts: Facts, at: int, ways: Journeys, days: np.ndarray) -> Dwell:
    stage, here = facts.stages[at], ways.stage == at
    known = here & np.isfinite(days)
    lasted, goes_on = days[known], ~ways.over[known]
    mean = float(lasted.mean()) if len(lasted) else NAN
    return Dwell(
        stage.name,
        at,
        stage.line,
        len(lasted),
        int(goes_on.sum()),
        int(here.sum()) - len(lasted),
        mean,
        survival(lasted, goes_on),
        stage.stall_days,
        mean > stage.stall_days,
    )


def survival(days: np.ndarray, goes_on: np.ndarray) -> Survival:
    """Mean, median and 80th percentile of stays that lasted so many days, of which some go on (bool): these are censored on the right.

    Source: Kaplan and Meier, Journal of the American Statistical Association 53 (1958), as scipy.stats.ecdf computes it. The mean is the
    area below the curve, known only where the longest stay has ended.
    """
    if not len(days) or goes_on.all():
        return Survival(NAN, NAN, NAN)
    from scipy.stats import CensoredData, ecdf  # takes most of a second to load

    curve = ecdf(CensoredData.right_censored(days, goes_on)).sf
    day, still = np.asarray(curve.quantiles), np.asarray(curve.probabilities)
    widths = np.diff(np.r_[0.0, day])
    mean = float((widths * np.r_[1.0, still[:-1]]).sum()) if still[-1] < HAS_LEFT else NAN
    return Survival(mean, _first(day, still <= 0.5 + HAS_LEFT), _first(day, still <= 0.2 + HAS_LEFT))


def _first(day: np.ndarray, reached: np.ndarray) -> float:
    return float(day[np.argmax(reached)]) if reached.any() else NAN


def stalled_deals(answers: Answers) -> Stalled:
    """The stalled deals, the dearest first, those without an amount last."""
    facts, days = answers.facts, answers.facts.days_in_stage
    rows = np.flatnonzero(facts.stalled)
    amounts = facts.value[rows]
    rows = rows[np.lexsort((-days[rows], -np.nan_to_num(amounts, nan=-np.inf)))]
    standing = int(((facts.kind == "open") & np.isfinite(days)).sum())
    return Stalled(rows, days[rows], facts.stall_days[rows], known_sum(amounts), standing)


def outlived(answers: Answers) -> tuple[int, int, int]:
    """(open deals older than any that was ever closed, the longest of these in days, how many were closed); zeros where none is."""
    found = list(RULES["age.beyond_history"].breaches(answers.facts))
    return (len(found), found[0].details["longest"], found[0].details["closed"]) if found else (0, 0, 0)
