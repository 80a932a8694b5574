"""How many deals pass from stage to stage (spec F4)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .journey import Journeys
from .stage import Stage


@dataclass(frozen=True)
class Passage:
    """How many deals entered a stage and went on to any later one. Base: all deals that entered it."""

    stage: str
    entered: int  # deals that reached this stage
    passed: int  # of these, reached any later stage
    here: int  # of these, open and not yet past it
    rate: float  # passed / entered; NaN: nobody entered

    @property
    def resolved_rate(self) -> float:
        """passed / (entered - here): of the deals that have left it; NaN: nobody has."""
        return self.passed / (self.entered - self.here) if self.entered > self.here else float("nan")


def period_ratios(through: Sequence[Passage]) -> tuple[float, ...]:
    """Deals in the next stage / deals in this one, as S1 and S3 count (spec items 28, 29); may exceed 1. NaN: this one is empty.

    After the last open stage come the won deals.
    """
    following = [*(each.here for each in through[1:]), *(each.passed for each in through[-1:])]
    return tuple(after / each.here if each.here else float("nan") for each, after in zip(through, following, strict=True))


def passages(
    ways: Journeys,
    kind: np.ndarray,
    stages: Sequence[Stage],
    *,
    among: np.ndarray | None = None,
    since: np.datetime64 | None = None,
) -> tuple[Passage, ...]:
    """The passage of each open stage, in the model's order.

    `kind` is each deal's; `among` (bool a deal) leaves the others out; `since` counts only deals that entered a stage on that day or
    later, so a stay without a day is left out then.
    """
    count = len(stages)
    use = np.ones(len(ways.deal), bool) if among is None else among[ways.deal]
    if since is not None:
        use &= ways.begin >= since
    pairs = np.unique(ways.deal[use].astype(np.int64) * count + ways.stage[use]) if count else np.zeros(0, np.int64)
    deal, stage = pairs // max(count, 1), pairs % max(count, 1)
    went_on = ways.reached[deal] > ways.rank[stage]
    is_open = (kind == "open") | (kind == "")
    entered, passed, here = (
        np.bincount(stage[rows], minlength=count) for rows in (np.ones(len(deal), bool), went_on, ~went_on & is_open[deal])
    )
    return tuple(
        Passage(each.name, int(entered[at]), int(passed[at]), int(here[at]), passed[at] / entered[at] if entered[at] else float("nan"))
        for at, each in enumerate(stages)
        if each.kind == "open"
    )
