"""The chance that a deal is won, and where it comes from (spec F3, ruling R6)."""

from dataclasses import dataclass

import numpy as np

AUTOFILL = 0.9  # share of own chances equal to their stage's default that marks the column as the CRM's autofill
SOURCES = np.array(["", "own", "fund_competition", "stage", "closed"], dtype=object)


@dataclass(frozen=True)
class Probability:
    """One chance a deal [fraction, NaN where nothing says one] and its source."""

    value: np.ndarray
    source: np.ndarray  # of SOURCES
    autofilled: bool  # the own chances are their stages' defaults


def is_autofill(own: np.ndarray, default: np.ndarray, is_open: np.ndarray) -> bool:
    """True where at least 90 % of the open deals' own chances equal their stage's default. At least ten are needed to tell."""
    both = is_open & np.isfinite(own) & np.isfinite(default)
    return bool(both.sum() >= 10 and (np.abs(own - default)[both] < 1e-9).mean() >= AUTOFILL)


def win_probability(own: np.ndarray, fund: np.ndarray, competition: np.ndarray, default: np.ndarray, kind: np.ndarray) -> Probability:
    """The first that exists: the deal's own, fund x competition, the stage's default. Won is 1, lost 0, after-sales none.

    All chances as fractions; `kind` is "open", "won", "lost", "post" or "" (unknown stage: the deal counts as open).
    """
    is_open = (kind == "open") | (kind == "")
    autofilled = is_autofill(own, default, is_open)
    own = np.where(np.isfinite(default), np.nan, own) if autofilled else own  # a stage without default has filled in nothing
    product = fund * competition
    value = np.where(np.isfinite(own), own, np.where(np.isfinite(product), product, default))
    source = np.where(np.isfinite(own), 1, np.where(np.isfinite(product), 2, np.where(np.isfinite(default), 3, 0)))
    won, lost = kind == "won", kind == "lost"
    value = np.where(won, 1.0, np.where(lost, 0.0, np.where(is_open, value, np.nan)))
    return Probability(value, SOURCES[np.where(won | lost, 4, np.where(is_open, source, 0))], autofilled)


def weighted_value(amount: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Amount x chance of each deal; NaN where either is unknown: an unknown amount is not zero."""
    return amount * probability
