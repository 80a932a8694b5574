"""The average order by which a gap in money becomes a number of deals (spec item 34): the team's, and an owner's own."""

import numpy as np

from .answers import Answers

FEWEST_WON = 5  # won deals from which an owner's own average order is one


def team_average(answers: Answers) -> float:
    """The team's average order: the setting, else the mean of the won deals; NaN where neither is known."""
    chosen = answers.settings.average_order
    return chosen if chosen == chosen else answers.summary.average_won


def own_average(worth: np.ndarray) -> float:
    """The mean of one owner's won deals whose worth is known; NaN where they are too few to say."""
    known = worth[np.isfinite(worth)]
    return float(known.mean()) if len(known) >= FEWEST_WON else float("nan")
