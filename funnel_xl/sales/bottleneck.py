"""Where the funnel is too narrow: of the deals that came into a stage in a week, how many came into the next (spec item 46, F4, R13).

The ratio is a period ratio: entries into the next stage over entries into this one, within one week; they need not be the same deals, so
it may exceed 1. A bottleneck is strictly below its limit in the last two closed weeks in which deals came into the stage. A week without
them is no evidence: it neither extends nor resets. A week runs from Monday to Sunday and is closed when its Sunday lies before the as-of
date; on a Sunday the week is therefore still open.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from .answers import Answers
from .check.rule import Facts
from .journey import journeys
from .lines import next_stage

WEEKS = 2  # consecutive closed weeks with entries that make a bottleneck
LEAST_ENTRIES = 10  # over these weeks; fewer are too few to say (R13)
ROLLING_DAYS = 28  # four weeks, the as-of date the last of their days
DAYS = 7
THURSDAY = 3  # 1970-01-01, from which numpy counts days, in a week that begins with Monday


@dataclass(frozen=True)
class Week:
    """One closed week, Monday to Sunday, in which deals came into a stage."""

    monday: dt.date
    entered_i: int  # deals that came into the stage in it
    entered_j: int  # deals that came into the one that follows

    @property
    def ratio(self) -> float:
        """entered_j / entered_i."""
        return self.entered_j / self.entered_i


@dataclass(frozen=True)
class Step:
    """The way from an open stage into the one that follows it in its line; the last leads to won."""

    stage: str
    following: str
    line: str  # product line, "" for the stages of no line
    at: int  # index of the stage in Answers.stages
    threshold: float  # a period ratio strictly below it is narrow
    weeks: tuple[Week, ...]  # at most WEEKS, newest last
    entries: int  # into the stage, over these weeks
    verdict: str  # "bottleneck", "fine", "too_few" to say, "no_dates": nothing is known of when deals came into stages
    rolling_in: int  # deals that came into the stage in the four weeks up to the as-of date
    rolling_out: int  # deals that came into the one that follows in them
    rolling_ratio: float  # NaN: none came in


def bottlenecks(answers: Answers) -> tuple[Step, ...]:
    """A step for each open stage that leads to another, in the model's order.

    A deal counts once in a week however often it comes into a stage, and once in the rolling four weeks. Days without a date and days
    after the as-of date are left out. Where neither a history nor dated columns are there, every verdict is "no_dates" and nothing is
    counted: the entries of deals that have moved on since are not known.
    """
    facts = answers.facts
    pairs = [(at, next_stage(facts.stages, at)) for at, stage in enumerate(facts.stages) if stage.kind == "open"]
    pairs = [(at, following) for at, following in pairs if following >= 0]
    deal, stage, begin = _entries(facts)
    return tuple(_step(facts, at, following, deal, stage, begin) for at, following in pairs)


def _entries(facts: Facts) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(deal, stage, day) of each entry whose day is known; all won stages of a line count as the first of them."""
    ways = journeys(facts)
    use = ~np.isnat(ways.begin) & (ways.begin <= facts.today) & (ways.source != "current")
    return ways.deal[use], ways.stage[use], ways.begin[use]


def _step(facts: Facts, at: int, following: int, deal: np.ndarray, stage: np.ndarray, begin: np.ndarray) -> Step:
    first, second = facts.stages[at], facts.stages[following]
    won = [index for index, each in enumerate(facts.stages) if each.kind == "won"]
    into_i = stage == at
    into_j = np.isin(stage, won if second.kind == "won" else [following]) & (facts.line[deal] == first.line)
    monday = _monday(begin)
    closed = monday + DAYS <= _monday(facts.today)
    newest = np.unique(monday[into_i & closed])[-WEEKS:].tolist()
    weeks = tuple(Week(_day(each), *(len(np.unique(deal[rows & (monday == each)])) for rows in (into_i, into_j))) for each in newest)
    entries = sum(week.entered_i for week in weeks)
    limit = facts.settings.least_conversion if np.isnan(first.least_conversion) else first.least_conversion
    late = begin > facts.today - ROLLING_DAYS
    rolling_in, rolling_out = (len(np.unique(deal[rows & late])) for rows in (into_i, into_j))
    return Step(
        first.name,
        second.name,
        first.line,
        at,
        limit,
        weeks,
        entries,
        "no_dates" if journeys(facts).source == "current" else _verdict(weeks, entries, limit),
        rolling_in,
        rolling_out,
        rolling_out / rolling_in if rolling_in else float("nan"),
    )


def _verdict(weeks: tuple[Week, ...], entries: int, limit: float) -> str:
    if len(weeks) < WEEKS or entries < LEAST_ENTRIES:
        return "too_few"
    return "bottleneck" if all(week.ratio < limit for week in weeks) else "fine"


def _monday(day: np.ndarray | np.datetime64) -> np.ndarray:
    """The Monday of each day's week, as a number of days since 1970."""
    number = day.astype("datetime64[D]").astype(np.int64)
    return number - (number + THURSDAY) % DAYS


def _day(number: int) -> dt.date:
    return np.datetime64(int(number), "D").item()
