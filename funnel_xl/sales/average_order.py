"""The average order of each owner, by which a gap in money becomes a number of deals (spec item 34); the team's is that of Facts."""

import numpy as np

from .groups import Grouping

FEWEST_WON = 5  # won deals from which an owner's own average order is one


def own_averages(named: Grouping, worth: np.ndarray, won: np.ndarray) -> np.ndarray:
    """The mean of each owner's won deals whose worth is known; NaN where they are too few to say."""
    return np.where(named.counts(won & np.isfinite(worth)) >= FEWEST_WON, named.means(worth, won), np.nan)
