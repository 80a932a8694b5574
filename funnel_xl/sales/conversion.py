"""How many deals pass from stage to stage, as far as their current stages tell (spec F4)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .stage import Stage


@dataclass(frozen=True)
class Passage:
    """How many deals entered a stage and went on to any later one. Base: all deals that entered it."""

    stage: str
    entered: int  # deals that reached this stage
    passed: int  # of these, reached any later stage
    here: int  # of these, still in it
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


def passages(stage: np.ndarray, kind: np.ndarray, lost_stage: np.ndarray, stages: Sequence[Stage]) -> tuple[tuple[Passage, ...], int]:
    """The passage of each open stage, and how many lost deals had to be left out because their last open stage is not known.

    With the current stage alone a deal entered every open stage up to its own, a won one (and one after the sale) all of them; a lost
    one entered all up to `lost_stage` (an index into the stages, -1 unknown) and is left out without it.
    """
    opened = [index for index, each in enumerate(stages) if each.kind == "open"]
    rank = np.full(len(stages) + 1, -1)  # the last, reached by index -1, is "unknown"
    rank[opened] = np.arange(len(opened))
    won = (kind == "won") | (kind == "post")
    reached = np.where(won, len(opened), np.where(kind == "lost", rank[lost_stage], rank[stage]))
    here_rank = np.where(kind == "open", rank[stage], -1)
    at_least = np.cumsum(np.bincount(reached[reached >= 0], minlength=len(opened) + 1)[::-1])[::-1]
    here = np.bincount(here_rank[here_rank >= 0], minlength=len(opened))
    found = [
        Passage(
            stages[index].name,
            int(at_least[place]),
            int(at_least[place + 1]),
            int(here[place]),
            float(at_least[place + 1] / at_least[place]) if at_least[place] else float("nan"),
        )
        for place, index in enumerate(opened)
    ]
    return tuple(found), int(((kind == "lost") & (rank[lost_stage] < 0)).sum())
