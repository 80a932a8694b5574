"""The basic sales formula: gross profit as the product of five factors (spec item 30)."""

import numpy as np

FACTORS = ("base", "meeting_rate", "closing_rate", "average_order", "margin")


def gross_profit(
    base: np.ndarray, meeting_rate: np.ndarray, closing_rate: np.ndarray, average_order: np.ndarray, margin: np.ndarray
) -> np.ndarray:
    """Customer base x first-meeting rate x closing efficiency x average order x margin [currency]; NaN where one is unknown.

    Rates and margin are fractions. Single numbers or arrays. More of any one factor by a tenth is more profit by a tenth.
    """
    return base * meeting_rate * closing_rate * average_order * margin
