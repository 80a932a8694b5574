"""The basic sales formula: gross profit as the product of five factors, and what one of them must be for a goal (spec item 30)."""

import math

import numpy as np

from ..errors import OutOfRange

FACTORS = ("base", "meeting_rate", "closing_rate", "average_order", "margin")


def gross_profit(
    base: np.ndarray, meeting_rate: np.ndarray, closing_rate: np.ndarray, average_order: np.ndarray, margin: np.ndarray
) -> np.ndarray:
    """Customer base x first-meeting rate x closing efficiency x average order x margin [currency]; NaN where one is unknown.

    Rates and margin are fractions. Single numbers or arrays. More of any one factor by a tenth is more profit by a tenth.
    """
    return base * meeting_rate * closing_rate * average_order * margin


def needed_factor(goal: float, **known: float) -> float:
    """What the one factor of FACTORS that is not given must be, so that the gross profit is `goal`.

    Raises
    ------
    OutOfRange
        Not exactly four factors are given, or one of them is zero: then no value of the fifth reaches the goal.
    """
    missing = [name for name in FACTORS if name not in known]
    if len(missing) != 1 or len(known) != len(FACTORS) - 1:
        raise OutOfRange("error.profit.factors", factors=", ".join(FACTORS), given=", ".join(known) or "-")
    product = math.prod(known.values())
    if not product:
        raise OutOfRange("error.profit.zero", factors=", ".join(name for name, value in known.items() if not value))
    return goal / product
