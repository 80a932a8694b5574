"""Placement in the funnel: three witnesses, shown apart, and the placement adopted from them (spec F2, ruling R1-R5)."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
from dateutil.relativedelta import relativedelta

NONE, ABOVE, IN, BEST_FEW = -1, 0, 1, 2
PLACEMENTS = ("above", "in", "best_few")
IN_SCORE, BEST_FEW_SCORE = 75.0, 125.0  # points; < 75 Above, 75 to < 125 In, >= 125 Best Few (R1)
FULL = 99.0  # points that 100 % counts as: nothing is certain before it is signed (R2)
BEST_FEW_MONTHS, ABOVE_MONTHS = 3, 6  # within 3 calendar months, the third included; 6 or more (R5)
COLD_FUND = 0.25  # a fund rate up to this without a date is a wish, not a date (F2)
WORK = ("qualify", "cover", "close")  # kind of work by placement (spec item 14)
BASES = np.array(["", "score", "score+date", "date", "stage"], dtype=object)


@dataclass(frozen=True)
class Placement:
    """The witnesses and the adopted placement, one a deal; all NONE for a deal that is not open."""

    score: np.ndarray  # [points], NaN without fund or competition
    score_placement: np.ndarray  # int8
    horizon: np.ndarray  # int8; NONE: no date, or a past one
    horizon_months: np.ndarray  # whole calendar months from the as-of date to the close date, NaN
    adopted: np.ndarray  # int8
    basis: np.ndarray  # of BASES
    overdue: np.ndarray  # bool: open, with a close date before the as-of date
    agree: np.ndarray  # "yes", "no", "": do score and horizon say the same
    work: np.ndarray  # of WORK, or ""


def score(fund: np.ndarray, competition: np.ndarray) -> np.ndarray:
    """Fund % + competition % in points, each counted as at most 99; NaN where either is missing. [fractions in]"""
    return np.minimum(fund * 100, FULL) + np.minimum(competition * 100, FULL)


def score_placement(points: np.ndarray) -> np.ndarray:
    """Placement by score: below 75 Above, below 125 In, else Best Few."""
    # 1e-9: 0.58 * 100 + 0.67 * 100 must be 125, whatever the fractions' last bit
    places = np.where(points >= BEST_FEW_SCORE - 1e-9, BEST_FEW, np.where(points >= IN_SCORE - 1e-9, IN, ABOVE)).astype(np.int8)
    places[np.isnan(points)] = NONE
    return places


def horizon(close: np.ndarray, as_of: dt.date) -> np.ndarray:
    """Placement by the close date [datetime64]: within three calendar months Best Few, six or more Above; NONE for a past date or none."""
    days = close.astype("datetime64[D]")
    today, near, far = (np.datetime64(as_of + relativedelta(months=months), "D") for months in (0, BEST_FEW_MONTHS, ABOVE_MONTHS))
    places = np.where(days >= far, ABOVE, np.where(days <= near, BEST_FEW, IN)).astype(np.int8)
    places[np.isnat(days) | (days < today)] = NONE
    return places


def months_until(close: np.ndarray, as_of: dt.date) -> np.ndarray:
    """Whole calendar months from the as-of date to the close date, negative for a past one; NaN without a date."""
    days = close.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    whole = (months - np.datetime64(as_of, "M")).astype(float)
    day = (days - months.astype("datetime64[D]")).astype(float) + 1
    last = days + np.timedelta64(1, "D") == (months + 1).astype("datetime64[D]")  # stands for a 31st that its month does not have
    whole -= (day < as_of.day) & ~last & (whole > 0)
    whole += (day > as_of.day) & (whole < 0)
    whole[np.isnat(days)] = np.nan
    return whole


def place(
    fund: np.ndarray,
    competition: np.ndarray,
    close: np.ndarray,
    future: np.ndarray,
    stage_placement: np.ndarray,
    is_open: np.ndarray,
    as_of: dt.date,
) -> Placement:
    """The placement of each deal.

    The adopted one is the less advanced of score and horizon; without a score the less advanced of horizon and stage ("date"), or the
    stage's ("stage"): a date alone never makes a cold lead Best Few. A past close date gives no horizon, at most In, and OVERDUE.
    `future` marks "next year's budget" and the like; `stage_placement` is NONE where the stage says nothing.
    """
    points = np.where(is_open, score(fund, competition), np.nan)
    by_score = score_placement(points)
    by_date = np.where(is_open, horizon(close, as_of), NONE).astype(np.int8)
    undated = np.isnat(close)
    by_date[is_open & (future | (undated & (fund <= COLD_FUND)))] = ABOVE
    overdue = is_open & ~undated & (close.astype("datetime64[D]") < np.datetime64(as_of, "D"))
    has_score, has_date = by_score != NONE, by_date != NONE
    stage = np.where(is_open, stage_placement, NONE)
    has_stage = stage != NONE
    adopted = np.where(
        has_score,
        np.where(has_date, np.minimum(by_score, by_date), by_score),
        np.where(
            has_date & has_stage, np.minimum(by_date, stage), np.where(has_stage, stage, np.where(has_date, np.minimum(by_date, IN), NONE))
        ),
    )
    adopted = np.where(overdue & (adopted == BEST_FEW), IN, adopted).astype(np.int8)
    basis = np.where(has_score, np.where(has_date, 2, 1), np.where(has_date, 3, np.where(has_stage, 4, 0)))
    agree = np.full(len(points), "", dtype=object)
    both = has_score & has_date
    agree[both] = np.where(by_score[both] == by_date[both], "yes", "no")
    return Placement(
        points,
        by_score,
        by_date,
        np.where(is_open, months_until(close, as_of), np.nan),
        adopted,
        BASES[np.where(is_open, basis, 0)],
        overdue,
        agree,
        work(np.where(has_score, by_score, adopted)),
    )


def work(placement: np.ndarray) -> np.ndarray:
    """The kind of work that a placement asks for; "" without one."""
    return np.array([*WORK, ""], dtype=object)[placement]  # -1 is the last
