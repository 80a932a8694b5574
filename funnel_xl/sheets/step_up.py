"""What would move a deal one placement up: which rate must rise to what, or by which date it must close.

Said on review sheets only; it changes no number.
"""

import datetime as dt
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from ..sales.placement import ABOVE, ABOVE_MONTHS, BEST_FEW, BEST_FEW_MONTHS, BEST_FEW_SCORE, FULL, IN, IN_SCORE

GRID = (25, 50, 75, 99)             # steps of both rates (spec items 10 and 11) [points]
LOWEST_SCORE = {ABOVE: 0.0, IN: IN_SCORE, BEST_FEW: BEST_FEW_SCORE}


@dataclass(frozen=True, slots=True)
class Move:
    """One thing to bring about."""

    witness: str                    # "score" or "date": which of the two it lifts
    what: str                       # "fund", "competition": to `points`; "rate_fund", "rate_competition": not known yet; "close": by `day`;
    points: int = 0                 # "wait": the date alone does it on `day`; "redate": the close date has passed
    day: dt.date | None = None


def step_up(fund: float, competition: float, close: dt.date | None, as_of: dt.date, placement: int, *,
            score_placement: int = -1, horizon: int = -1, overdue: bool = False) -> tuple[Move, ...]:
    """Moves that lift `placement` by one: those of one witness stand for each other, both witnesses are needed.

    `fund` and `competition` are fractions, NaN where not known; placements 0 Above, 1 In, 2 Best Few, -1 none. Nothing for Best Few.
    """
    target = placement + 1
    if target > BEST_FEW:
        return ()
    unknown = [Move("score", what) for what, rate in (("rate_fund", fund), ("rate_competition", competition)) if rate != rate]
    moves = unknown or (_rises(fund, competition, LOWEST_SCORE[target]) if score_placement < target else [])
    if overdue:
        return (*moves, *([Move("date", "redate")] if target == BEST_FEW else []))
    return (*moves, *(_dates(close, as_of, target) if 0 <= horizon < target else []))


def _rises(fund: float, competition: float, lowest: float) -> list[Move]:
    """Either rate's lowest step that reaches the score while the other stays; 99 + 25 = 124 reaches no 125."""
    points = {"fund": min(FULL, round(fund * 100, 6)), "competition": min(FULL, round(competition * 100, 6))}
    moves = []
    for what, other in (("fund", "competition"), ("competition", "fund")):
        step = next((step for step in GRID if step > points[what] and step + points[other] >= lowest), None)
        if step is not None:
            moves.append(Move("score", what, step))
    return moves


def _dates(close: dt.date | None, as_of: dt.date, target: int) -> list[Move]:
    """The last close date that the target allows, and the day from which the present one will do."""
    moves = [Move("date", "close", day=_last_close(as_of, target))]
    if close is not None and as_of < close and close.year < dt.MAXYEAR:  # 31.12.9999 stands for never
        day = close - relativedelta(months=BEST_FEW_MONTHS if target == BEST_FEW else ABOVE_MONTHS)
        while _last_close(day, target) < close:
            day += dt.timedelta(days=1)
        moves.append(Move("date", "wait", day=day))
    return moves


def _last_close(as_of: dt.date, target: int) -> dt.date:
    """Best Few closes within three months, the third included; In before six months are full (spec F2)."""
    if target == BEST_FEW:
        return as_of + relativedelta(months=BEST_FEW_MONTHS)
    return as_of + relativedelta(months=ABOVE_MONTHS) - dt.timedelta(days=1)
