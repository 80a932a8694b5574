"""Tiers A, B, C: how often a deal is looked after (spec F6)."""

import numpy as np

from .placement import BEST_FEW

EVEN = 0.5
CADENCE = {"A": 1.0, "B": 7.0, "C": 30.0}  # A: every working day


def proposed_limits(amounts: np.ndarray) -> tuple[float, float]:
    """Small and big limit from the terciles of the known amounts; NaN where there are fewer than three."""
    known = amounts[np.isfinite(amounts)]
    if len(known) < 3:
        return float("nan"), float("nan")
    small, big = np.quantile(known, [1 / 3, 2 / 3])
    return float(small), float(big)


def tiers(amount: np.ndarray, probability: np.ndarray, placement: np.ndarray, small: float, big: float) -> np.ndarray:
    """A: big and at least even, or Best Few and not small. C: small and less than even. B: the rest; "" without amount or chance."""
    known = np.isfinite(amount) & np.isfinite(probability) & np.isfinite(small) & np.isfinite(big)
    is_a = ((amount >= big) & (probability >= EVEN)) | ((placement == BEST_FEW) & (amount >= small))
    is_c = (amount < small) & (probability < EVEN)
    tier = np.where(is_a, "A", np.where(is_c, "C", "B")).astype(object)
    tier[~known] = ""
    return tier


def cadence(tier: np.ndarray) -> np.ndarray:
    """Days between two looks at a deal of each tier; NaN without one."""
    days = np.full(len(tier), np.nan)
    for name, length in CADENCE.items():
        days[tier == name] = length
    return days
