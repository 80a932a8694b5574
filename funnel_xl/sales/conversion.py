"""How many deals, and how much money, pass from stage to stage (spec F4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .check.rule import Facts
from .groups import Grouping
from .journey import Journeys, journeys
from .known import known_total
from .lines import next_stage
from .rates import UNKNOWN, Rate, rate, ratio
from .stage import Stage
from .winrate import Group, groups_of

NAN = float("nan")


@dataclass(frozen=True)
class Passage:
    """How many deals entered a stage and went on to any later one. Base: all deals that entered it."""

    stage: str
    entered: int  # deals that reached this stage
    passed: int  # of these, reached any later stage
    here: int  # of these, open and not yet past it
    rate: float  # passed / entered; NaN: nobody entered
    line: str = ""  # the product line whose stage it is

    @property
    def resolved_rate(self) -> float:
        """passed / (entered - here): of the deals that have left it; NaN: nobody has."""
        return ratio(self.passed, self.entered - self.here)


def period_ratios(facts: Facts) -> tuple[float, ...]:
    """Deals that stand in the next stage / deals that stand in this one (spec items 28, 29); may exceed 1. NaN: nothing is in this one.

    After the last open stage of a product line come its won deals.
    """
    return tuple(each.ratio for each in _standing(facts, np.ones(len(facts.kind)), ()))


@dataclass(frozen=True)
class Flow:
    """What went through one stage: deals, or their money; NaN where the amounts of one side are not known."""

    entered: float
    passed: float
    here: float  # open and not yet past it
    left: float  # lost here: entered and left without going on; NaN too where no loss says in which stage it came
    cohort: Rate  # passed / entered
    resolved: Rate  # passed / (entered - here)

    @property
    def attrition(self) -> float:
        """The complement of the resolved rate: lost here / (entered - here)."""
        return 1 - self.resolved.value


@dataclass(frozen=True)
class Period:
    """What is counted in a stage and in the next one of the same period, be it the same deals or not: deals, or their money."""

    here: float
    after: float  # behind the last open stage of a product line come its won deals

    @property
    def ratio(self) -> float:
        """after / here, as S1 and S3 count; may exceed 1; NaN: nothing is here."""
        return ratio(self.after, self.here)

    @property
    def attrition(self) -> float:
        """Its complement (spec F4); NaN where the next stage has more than this one."""
        return 1 - self.ratio if self.ratio <= 1 else NAN


@dataclass(frozen=True)
class StageConversion:
    """The passage of one open stage, by count and by value."""

    stage: str
    line: str
    deals: Flow
    value: Flow  # of the deals with an amount [base currency]; rates UNKNOWN where the amounts of one side are not known
    today: Period  # what stands in each on the as-of date, whatever the window
    today_value: Period
    entries: Period  # deals that entered each, within the window
    wins: Group  # how the deals that entered it ended: by_count is the stage's win rate, won / (won + lost) (item 28, ruling R7)


@dataclass(frozen=True)
class Conversion:
    """Conversion of every open stage, and what it rests on."""

    stages: tuple[StageConversion, ...]
    source: str  # of the journeys: "history", "dates", "current"
    since: np.datetime64 | None  # only stages entered on this day or later count; None: all
    window: bool  # a window was asked for; since is None then where the days are not known
    undated: int  # deals left out because not one of their stays has a day
    left_out: int  # lost deals whose last stage is not known
    lost: int  # all lost deals

    @property
    def assumed(self) -> tuple[int, ...]:
        """Places of stages of which nothing was seen: no deal stands in them and none was lost there, and only today's stages are known."""
        return tuple(at for at, each in enumerate(self.stages) if self.source == "current" and _unseen(each.deals))

    @property
    def losses_known(self) -> bool:
        """False where not one lost deal says in which stage it was lost: every rate is then too high, and the resolved one says nothing."""
        return not self.lost or self.left_out < self.lost


@dataclass(frozen=True)
class _Entries:
    """Each pair of a deal and an open or other stage that it entered, once."""

    deal: np.ndarray
    stage: np.ndarray
    passed: np.ndarray  # bool: the deal reached any later stage
    here: np.ndarray  # bool: it is open and did not


def conversion(facts: Facts) -> Conversion:
    """Conversion by cohort of every open stage, within the settings' window where the days are known."""
    ways = journeys(facts)
    since = window_start(facts) if ways.source != "current" else None
    lost = int((facts.kind == "lost").sum())
    known = not lost or ways.left_out < lost
    opened = [stage for stage in facts.stages if stage.kind == "open"]
    weights = (np.ones(len(facts.kind)), facts.value)
    within = _entries(ways, facts.kind, facts.stages, since)
    flows = [_flows(facts, within, weight, known) for weight in weights]
    skipped = [at for at, flow in enumerate(flows[0]) if ways.source == "current" and _unseen(flow)]
    for each in flows:
        for at in skipped:
            each[at] = replace(each[at], cohort=UNKNOWN, resolved=UNKNOWN)
    periods = [_standing(facts, weight, skipped) for weight in weights]
    ends = (_entries_ratios(facts, within), _wins(facts, within, known, skipped))
    stages = tuple(
        StageConversion(stage.name, stage.line, *of_stage) for stage, *of_stage in zip(opened, *flows, *periods, *ends, strict=True)
    )
    return Conversion(stages, ways.source, since, facts.settings.window_months > 0, _undated(ways, since), ways.left_out, lost)


def _unseen(flow: Flow) -> bool:
    """No deal stands there and none was lost there."""
    return not (flow.here or flow.left)


def _standing(facts: Facts, weight: np.ndarray, skipped: Sequence[int]) -> list[Period]:
    """What stands today in each open stage, and in the next one of its line; behind the last one, what the line has won.

    Where a deal stands says its own row: one that has stepped back is not where it once was. Stages `skipped` (places among the open ones)
    are passed over. NaN where there are deals whose weight is not known.
    """
    opened = [(at, stage.line) for at, stage in enumerate(facts.stages) if stage.kind == "open"]
    here = [known_total(weight[(facts.kind == "open") & (facts.stage == at)]) for at, _ in opened]
    found = []
    for place, (_, line) in enumerate(opened):
        later = [number for at, number in enumerate(here) if at > place and opened[at][1] == line and at not in skipped]
        after = later[0] if later else known_total(weight[(facts.kind == "won") & (facts.line == line)])
        found.append(Period(here[place], NAN if place in skipped else after))
    return found


def _wins(facts: Facts, found: _Entries, losses_known: bool, skipped: Sequence[int]) -> list[Group]:
    stages = Grouping(tuple(stage.name for stage in facts.stages), found.stage)
    groups = groups_of(facts.kind[found.deal], facts.value[found.deal], stages)
    kept = [group for group, stage in zip(groups, facts.stages, strict=True) if stage.kind == "open"]
    return [
        group if losses_known and at not in skipped else replace(group, by_count=UNKNOWN, by_value=UNKNOWN) for at, group in enumerate(kept)
    ]


def _entries_ratios(facts: Facts, found: _Entries) -> list[Period]:
    line = facts.line[found.deal]

    def entered(at: int, mine: str) -> float:
        return float(((found.stage == at) & (line == mine)).sum()) if at >= 0 else NAN

    return [
        Period(entered(at, stage.line), entered(next_stage(facts.stages, at), stage.line))
        for at, stage in enumerate(facts.stages)
        if stage.kind == "open"
    ]


def window_start(facts: Facts) -> np.datetime64 | None:
    """The first day of the settings' window, which ends on the as-of date; None where all of the past counts."""
    months = facts.settings.window_months
    if not months > 0:
        return None
    month = facts.today.astype("datetime64[M]") - int(np.ceil(months))
    length = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(int)
    return month.astype("datetime64[D]") + min(facts.as_of.day, int(length))


def _undated(ways: Journeys, since: np.datetime64 | None) -> int:
    if since is None:
        return 0
    dated = np.zeros(len(ways.reached), bool)
    dated[ways.deal[~np.isnat(ways.begin)]] = True
    travelled = np.zeros(len(ways.reached), bool)
    travelled[ways.deal] = True
    return int((travelled & ~dated).sum())


def _entries(ways: Journeys, kind: np.ndarray, stages: Sequence[Stage], since: np.datetime64 | None) -> _Entries:
    deal, stage = ways.entries(len(stages), slice(None) if since is None else ways.begin >= since)
    passed = ways.reached[deal] > ways.rank[stage]
    return _Entries(deal, stage, passed, ~passed & np.isin(kind[deal], ("open", "")))


def passages(ways: Journeys, kind: np.ndarray, stages: Sequence[Stage]) -> tuple[Passage, ...]:
    """The passage of each open stage, in the model's order; `kind` is each deal's."""
    found = _entries(ways, kind, stages, None)
    entered, passed, here = (
        np.bincount(found.stage[rows], minlength=len(stages)).tolist() for rows in (slice(None), found.passed, found.here)
    )
    return tuple(
        Passage(each.name, entered[at], passed[at], here[at], ratio(passed[at], entered[at]), each.line)
        for at, each in enumerate(stages)
        if each.kind == "open"
    )


def _flows(facts: Facts, found: _Entries, weight: np.ndarray, losses_known: bool) -> list[Flow]:
    """What each open stage let through, weighed by each deal's weight; a deal whose weight is not known counts nowhere."""
    known = np.isfinite(weight)[found.deal]
    heavy = np.where(known, weight[found.deal], 0.0)
    sides = {"passed": found.passed, "here": found.here, "lost": ~found.passed & ~found.here}

    def total(rows: np.ndarray, of: np.ndarray) -> np.ndarray:
        return np.bincount(found.stage[rows], of[rows], len(facts.stages))

    sums = {name: total(rows, heavy) for name, rows in sides.items()}
    deals = {name: total(rows, known.astype(float)) for name, rows in sides.items()}
    squares = {name: total(rows, heavy**2) for name, rows in sides.items()}
    # A side of which not one deal has an amount, or whose lost deals are all at 0 as some CRMs write, would be taken to be worth nothing.
    blind = {
        name: (total(rows, np.ones(len(heavy))) > 0) & (sums[name] == 0 if name == "lost" else deals[name] == 0)
        for name, rows in sides.items()
    }

    def flow(at: int) -> Flow:
        def of(*names: str) -> Rate:
            if any(blind[name][at] for name in names):
                return UNKNOWN
            base, count, square = (float(sum(each[name][at] for name in names)) for each in (sums, deals, squares))
            return Rate(float(sums["passed"][at]), base, count, square)

        parts = {name: NAN if blind[name][at] else float(sums[name][at]) for name in sides}
        resolved = of("passed", "lost") if losses_known else UNKNOWN
        left = parts["lost"] if losses_known else NAN
        return Flow(sum(parts.values()), parts["passed"], parts["here"], left, of("passed", "here", "lost"), resolved)

    return [flow(at) for at, stage in enumerate(facts.stages) if stage.kind == "open"]


def by_group(facts: Facts, grouping: Grouping) -> list[list[Rate]]:
    """The cohort rate of each open stage (a row) for each group of deals (an item of it), by count and within the settings' window."""
    ways = journeys(facts)
    since = window_start(facts) if ways.source != "current" else None
    found = _entries(ways, facts.kind, facts.stages, since)
    groups, opened = len(grouping.names), [at for at, stage in enumerate(facts.stages) if stage.kind == "open"]
    cell = found.stage * groups + grouping.at[found.deal]
    entered, passed = (np.bincount(cell[rows], minlength=len(facts.stages) * groups).tolist() for rows in (slice(None), found.passed))
    return [[rate(passed[at * groups + group], entered[at * groups + group]) for group in range(groups)] for at in opened]
