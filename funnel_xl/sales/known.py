"""Sums and means of numbers of which some are not known."""

import numpy as np

NAN = float("nan")


def known(values: np.ndarray) -> np.ndarray:
    """Those that are not NaN."""
    return values[np.isfinite(values)]


def known_sum(values: np.ndarray) -> float:
    """The sum of what is known; NaN where nothing is."""
    numbers = known(values)
    return float(numbers.sum()) if len(numbers) else NAN


def known_total(values: np.ndarray) -> float:
    """The sum of what is known; 0 of no numbers at all, NaN of such of which none is known."""
    return known_sum(values) if len(values) else 0.0


def known_mean(values: np.ndarray) -> float:
    """The mean of what is known; NaN where nothing is."""
    numbers = known(values)
    return float(numbers.mean()) if len(numbers) else NAN
