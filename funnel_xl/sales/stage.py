"""Stages: the steps a deal stands in, as a team names them."""

from dataclasses import dataclass

KINDS = ("open", "won", "lost", "post")    # post: after the sale (repeat, after-sales), outside every forecast (ruling R17)


@dataclass(frozen=True)
class Stage:
    """One row of a Stages table."""

    name: str                               # as the source spells it
    kind: str = "open"                      # one of KINDS
    probability: float = float("nan")       # chance that a deal in it is won [fraction]
    placement: int = -1                     # 0 Above, 1 In, 2 Best Few; -1: none
    expected_days: float = float("nan")
    stall_days: float = float("nan")        # a deal in it for more days than this is stalled (ruling R14: strictly more)
    entry: str = ""                         # entry condition
    action: str = ""                        # key action
    output: str = ""
