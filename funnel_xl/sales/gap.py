"""The team's own funnel against the ideal one: what this period needs, what there is, and when a gap will bite (spec item 37, F5, C2.8)."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .answers import Answers
from .calibrated import Calibrated, Given, calibrated
from .check.rule import Facts
from .ideal import Ideal, IdealStage, ideal_funnel, whole_deals
from .known import known, known_mean, known_sum, known_total
from .period import Period, following

THIN = 0.7  # a first or last stage with less than this share of its ideal deals is dry or thin
MOST_MONTHS = 1200  # a stage in which deals stay longer than a hundred years has no known time
JAMMED = 1.5  # a stage between them is jammed with more than this share of its ideal deals, where the stage after it has not as much


@dataclass(frozen=True)
class Held:
    """What stands in a stage, or in those that feed one period: open deals."""

    deals: int
    value: float  # [base currency]; NaN: not one amount is known
    weighted: float


@dataclass(frozen=True)
class StageGap:
    """One open stage: the ideal, the actual, and what the ideal rests on."""

    stage: str
    chance: Given  # of being won, once in the stage
    months: Given  # in the stage
    ideal: IdealStage
    actual: Held
    flag: str  # "dry_top", "jammed_middle", "thin_bottom" or ""
    earlier: float  # deals of the ideal stock where lost deals leave after their own days; NaN: too few stays of either kind

    @property
    def needed(self) -> int:
        """Deals that should stand in it."""
        return whole_deals(self.ideal.stock)

    @property
    def gap(self) -> Held:
        """Actual - ideal; below zero: missing."""
        return Held(self.actual.deals - self.needed, self.actual.value - self.ideal.stock_value, self.actual.weighted - self.ideal.weighted)


@dataclass(frozen=True)
class PeriodGap:
    """All stages whose deals are won in one period: the gap that will be felt in it."""

    period: Period
    stages: tuple[StageGap, ...]

    @property
    def needed(self) -> int:
        """Deals that should stand in its stages."""
        return sum(each.needed for each in self.stages)

    @property
    def ideal(self) -> Held:
        """The ideal deals, money and weighted money of its stages."""
        return Held(
            self.needed, math.fsum(each.ideal.stock_value for each in self.stages), math.fsum(each.ideal.weighted for each in self.stages)
        )

    @property
    def actual(self) -> Held:
        """What stands in them; the money is that of the stages in which some is known."""
        return Held(
            sum(each.actual.deals for each in self.stages),
            known_sum(np.array([each.actual.value for each in self.stages])),
            known_sum(np.array([each.actual.weighted for each in self.stages])),
        )


@dataclass(frozen=True)
class Gap:
    """The comparison for one product line; `line` is "" where the stages name none."""

    line: str
    period: Period
    target: float  # [base currency per period]
    share: float  # of the quota that is this line's; 1 where there is but one
    average_order: Given
    cycle: Given  # months from the first stage to the order: of the settings, else the mean of the won deals; NaN: not known
    scaled: float  # what all months were multiplied by, so that they add up to the cycle of the settings; 1: by nothing
    ideal: Ideal
    stages: tuple[StageGap, ...]
    periods: tuple[PeriodGap, ...]
    unused: tuple[str, ...]  # steps of a preset that the team does not use, left out
    unplaced: int  # open deals in no stage of the model
    unvalued: int  # open deals in its stages without an amount

    @property
    def falls(self) -> tuple[tuple[StageGap, StageGap], ...]:
        """The stages after which the chance is less than before, each with the next one."""
        pairs = zip(self.stages, self.stages[1:], strict=False)
        return tuple((before, after) for before, after in pairs if after.chance.value < before.chance.value)

    @property
    def rising(self) -> bool:
        """Whether the chance grows, or stays, from stage to stage; two sources of it may contradict each other."""
        return not self.falls


@dataclass(frozen=True)
class NoGap:
    """Why there is no comparison for a product line: rows "sheet.ideal.missing.REASON"."""

    line: str
    reasons: tuple[str, ...]
    stages: tuple[str, ...] = ()  # those without a chance or without days


def ideal_gaps(answers: Answers) -> tuple[Gap | NoGap, ...]:
    """The comparison for each product line that has open stages of its own, else one for all deals.

    The quota is the target. Several lines share it by the amounts that they have won; a line that has won nothing has no target.
    """
    facts = answers.facts
    lines = list(dict.fromkeys(stage.line for stage in facts.stages if stage.kind == "open"))
    won = (facts.kind == "won") & np.isfinite(facts.value)
    amounts = [float(facts.value[won & (facts.line == line)].sum()) for line in lines]
    whole = math.fsum(amounts)
    if len(lines) < 2:
        return (_gap(answers, lines[0], 1.0),) if lines else (NoGap("", ("stages",)),)
    return tuple(_gap(answers, line, amount / whole if whole else 0.0) for line, amount in zip(lines, amounts, strict=True))


def _gap(answers: Answers, line: str, share: float) -> Gap | NoGap:
    """The comparison for one line that has a share of the quota."""
    facts, settings = answers.facts, answers.settings
    average = _average_order(facts, line)
    found = calibrated(facts, line, preset=answers.stages_from.startswith("preset:"))
    reasons = tuple(
        reason
        for reason, missing in (
            ("quota", not settings.quota > 0),
            ("average_order", not average.value > 0),
            ("share", share == 0),
            ("chance", any(not 0 < each.value <= 1 for each in found.chances)),
            ("months", any(not 0 < each.value <= MOST_MONTHS for each in found.months)),
        )
        if missing
    )
    if reasons:
        return NoGap(line, reasons, tuple(facts.stages[at].name for at in _unknown(found)))
    period = facts.period
    target = settings.quota * share
    chances, months = [each.value for each in found.chances], [each.value for each in found.months]
    ideal = ideal_funnel(target, average.value, chances, months, period.months)
    stages = _stages(facts, found, ideal, _earlier(found, target, average.value, period.months))
    opened = facts.is_open & (facts.line == line)
    here = opened & np.isin(facts.stage, found.stages)
    return Gap(
        line,
        period,
        target,
        share,
        average,
        found.cycle,
        found.scaled,
        ideal,
        stages,
        tuple(_by_period(stages, period, ideal.periods, settings.fiscal_first_month)),
        tuple(facts.stages[at].name for at in found.unused),
        int((opened & ~here).sum()),
        int((here & ~np.isfinite(facts.value)).sum()),
    )


def _average_order(facts: Facts, line: str) -> Given:
    """The settings' average order, unless the line is one of several; else the mean amount of the line's won deals."""
    several = len({stage.line for stage in facts.stages if stage.kind == "open"}) > 1
    amounts = known(facts.value[(facts.kind == "won") & (facts.line == line)])
    if facts.settings.average_order > 0 and not (several and len(amounts)):
        return Given(facts.settings.average_order, "setting")
    return Given(known_mean(amounts), "won", len(amounts))


def _unknown(found: Calibrated) -> list[int]:
    """Stages of which the chance or the time is not known."""
    return [
        at
        for at, chance, months in zip(found.stages, found.chances, found.months, strict=True)
        if not 0 < chance.value <= 1 or not 0 < months.value <= MOST_MONTHS
    ]


def _earlier(found: Calibrated, target: float, average: float, period_months: float) -> list[float]:
    """The ideal stock of each stage if lost deals leave after their own days; NaN where these are not known."""
    if not any(found.losses):
        return [math.nan] * len(found.stages)
    months = [each.value if own is None else own.passing for each, own in zip(found.months, found.losses, strict=True)]
    losses = [None if own is None else (own.pass_rate, own.lost) for own in found.losses]
    ideal = ideal_funnel(target, average, [each.value for each in found.chances], months, period_months, losses)
    return [math.nan if own is None else each.stock for own, each in zip(found.losses, ideal.stages, strict=True)]


def _stages(facts: Facts, found: Calibrated, ideal: Ideal, earlier: Sequence[float]) -> tuple[StageGap, ...]:
    stages = tuple(
        StageGap(facts.stages[at].name, chance, months, needed, _held(facts, at), "", stock)
        for at, chance, months, needed, stock in zip(found.stages, found.chances, found.months, ideal.stages, earlier, strict=True)
    )
    return tuple(replace(each, flag=_flag(stages, at)) for at, each in enumerate(stages))


def _held(facts: Facts, at: int) -> Held:
    rows = (facts.kind == "open") & (facts.stage == at)
    return Held(int(rows.sum()), *(known_total(values[rows]) for values in (facts.value, facts.weighted)))


def _flag(stages: Sequence[StageGap], at: int) -> str:
    each, last = stages[at], len(stages) - 1
    if at in (0, last):
        thin = each.actual.deals < THIN * each.needed
        return ("thin_bottom" if at == last else "dry_top") if thin else ""
    return "jammed_middle" if _full(each) and not _full(stages[at + 1]) else ""


def _full(each: StageGap) -> bool:
    return each.actual.deals > JAMMED * each.needed


def _by_period(stages: Sequence[StageGap], period: Period, periods: int, fiscal_first_month: int) -> Iterator[PeriodGap]:
    """The periods that at least one stage feeds, this one first."""
    for number in range(periods):
        if fed := tuple(each for each in stages if each.ideal.feeds == number):
            yield PeriodGap(period, fed)
        period = following(period, fiscal_first_month)
