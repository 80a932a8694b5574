"""The ideal funnel's two measures of each stage, from the team's own history where it is long enough: chance to win, and time (C2.8)."""

import math
from dataclasses import dataclass

import numpy as np

from .check.rule import Facts
from .conversion import passages
from .journey import Journeys, journeys
from .known import known, known_mean

RESOLVED = 30  # deals that were won or lost: fewer say too little of a chance (C2.4)
STAYS = 30  # stays in a stage whose days are known: fewer say too little of its length
MOST_UNKNOWN = 0.1  # of the lost deals: if more were lost nobody knows where, the chances after the first stage would come out too high
DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Given:
    """A number and where it comes from."""

    value: float
    source: str
    count: int = 0  # deals or stays that it rests on


@dataclass(frozen=True)
class Apart:
    """How long deals stay in a stage, those that go on and those that are lost from it [months]."""

    pass_rate: float  # of the deals that have left it
    passing: float
    lost: float


@dataclass(frozen=True)
class Calibrated:
    """The measures of the open stages of one product line, in order."""

    stages: tuple[int, ...]  # indexes into the stages
    unused: tuple[int, ...]  # steps of a preset in which no deal of the source has ever stood: left out
    chances: tuple[Given, ...]  # "own"; else the stage's default: "few" resolved deals, "none_won", "unknown" where the others were lost
    months: tuple[Given, ...]  # "own", "expected", or a share of the "cycle"
    losses: tuple[Apart | None, ...]  # None: fewer than STAYS of either kind
    cycle: Given  # "setting", else "won": mean of the won deals, NaN where no days are known
    scaled: float  # what all months were multiplied by, so that they add up to the cycle of the settings; 1: by nothing


def calibrated(facts: Facts, line: str, *, preset: bool = False) -> Calibrated:
    """The chance to win from each open stage of a line, and the months in it.

    Chance: won / (won + lost) of the line's deals that entered the stage, where at least RESOLVED are; else the stage's default. Months:
    the mean of its stays, those that go on included, where the days of at least STAYS are known; else the stage's expected days; else an
    even share of the cycle (of the settings, else the mean of the won deals). A cycle in the settings is what all of them add up to.
    With `preset`, the stages are not the team's own: steps that it does not use are left out.
    """
    ways = journeys(facts)
    every = [at for at, stage in enumerate(facts.stages) if stage.kind == "open" and stage.line == line]
    used = _used(facts, ways)
    stages = [at for at in every if used[at] or not preset] or every
    cycle = _cycle(facts, line)
    months = tuple(_months(facts, ways, at, cycle.value / len(stages)) for at in stages)
    scaled = 1.0
    whole = math.fsum(each.value for each in months)
    if cycle.source == "setting" and whole > 0:
        scaled = cycle.value / whole
        months = tuple(Given(each.value * scaled, each.source, each.count) for each in months)
    return Calibrated(
        tuple(stages),
        tuple(at for at in every if at not in stages),
        _chances(facts, ways, stages, line),
        months,
        _losses(facts, ways, stages, scaled),
        cycle,
        1.0 if math.isclose(scaled, 1.0) else scaled,
    )


def _used(facts: Facts, ways: Journeys) -> np.ndarray:
    """Stages in which a deal stands, was lost, or is known to have stood."""
    used = np.zeros(len(facts.stages) + 1, bool)
    used[facts.stage] = used[facts.lost_stage] = True
    if ways.source != "current":  # else the way there is inferred
        used[ways.stage] = True
    return used


def _cycle(facts: Facts, line: str) -> Given:
    """The months from the first stage to the order."""
    if facts.settings.cycle_months > 0:
        return Given(facts.settings.cycle_months, "setting")
    days = known(facts.age_days[(facts.kind == "won") & (facts.line == line)])
    return Given(known_mean(days) / DAYS_A_MONTH, "won", len(days))


def _chances(facts: Facts, ways: Journeys, stages: list[int], line: str) -> tuple[Given, ...]:
    count = len(facts.stages)
    deal, stage = ways.entries(count)
    mine = facts.line[deal] == line
    won, lost = (np.bincount(stage[mine & (facts.kind[deal] == kind)], minlength=count) for kind in ("won", "lost"))
    all_lost = (facts.kind == "lost") & (facts.line == line)
    nowhere = int((all_lost & (ways.reached < 0)).sum())  # they came at least to the first stage
    found = []
    for place, at in enumerate(stages):
        losses = int(lost[at]) + (nowhere if place == 0 else 0)
        resolved = int(won[at]) + losses
        unknown = place > 0 and nowhere > MOST_UNKNOWN * all_lost.sum()
        why = "unknown" if unknown else "few" if resolved < RESOLVED else "own" if won[at] else "none_won"
        found.append(Given(int(won[at]) / resolved if why == "own" else facts.stages[at].probability, why, resolved))
    return tuple(found)


def _months(facts: Facts, ways: Journeys, at: int, share: float) -> Given:
    days = known(ways.days(facts.today)[ways.stage == at])
    if len(days) >= STAYS and days.mean() > 0:
        return Given(float(days.mean()) / DAYS_A_MONTH, "own", len(days))
    expected = facts.stages[at].expected_days
    if expected > 0:
        return Given(expected / DAYS_A_MONTH, "expected", len(days))
    return Given(share, "cycle", len(days))


def _losses(facts: Facts, ways: Journeys, stages: list[int], scaled: float) -> tuple[Apart | None, ...]:
    opened = [at for at, stage in enumerate(facts.stages) if stage.kind == "open"]
    through = dict(zip(opened, passages(ways, facts.kind, facts.stages), strict=True))
    return tuple(_apart(facts, ways, at, through[at].resolved_rate, scaled) for at in stages)


def _apart(facts: Facts, ways: Journeys, at: int, pass_rate: float, scaled: float) -> Apart | None:
    """Stays that are over, parted by whether the deal was lost from this stage."""
    rows = (ways.stage == at) & ways.over
    days, deal = ways.days(facts.today)[rows], ways.deal[rows]
    last = (facts.kind[deal] == "lost") & (ways.reached[deal] == ways.rank[at])
    lost, passing = (known(days[which]) for which in (last, ~last))
    if len(lost) < STAYS or len(passing) < STAYS or not passing.mean() > 0:
        return None
    return Apart(pass_rate, *(float(each.mean()) * scaled / DAYS_A_MONTH for each in (passing, lost)))
