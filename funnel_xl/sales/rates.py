"""A rate with the number it rests on and how sure it is."""

from dataclasses import dataclass

import numpy as np

FEW = 30  # a rate of fewer deals than these is uncertain (spec C2.4)
Z = 1.959963984540054  # of the normal distribution: 95 % lie within
NAN = float("nan")


def ratio(part: float, whole: float) -> float:
    """part / whole; NaN where there is nothing to divide by."""
    return part / whole if whole and whole == whole else NAN


def wilson(share: np.ndarray | float, count: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """The 95 % interval of shares that were seen in so many deals; NaN where there are none.

    Source: Wilson, J. Am. Stat. Assoc. 22 (1927) 209; the one that Newcombe, Stat. Med. 17 (1998) 857, advises.
    """
    share, count = np.asarray(share, dtype=float), np.asarray(count, dtype=float)
    known = (count > 0) & (share >= 0) & (share <= 1)
    share, count = np.where(known, share, np.nan), np.where(known, count, np.nan)
    middle = (share + Z * Z / (2 * count)) / (1 + Z * Z / count)
    half = Z / (1 + Z * Z / count) * np.sqrt(share * (1 - share) / count + Z * Z / (4 * count * count))
    low, high = np.where(share == 0, 0.0, middle - half), np.where(share == 1, 1.0, middle + half)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of deals, or of their money, with its 95 % interval."""

    hits: float  # deals, or money
    of: float  # the base, in the same unit
    deals: float  # deals in the base
    squares: float  # sum of the squared weights of the base: with money the amounts, else 1 a deal

    @property
    def value(self) -> float:
        """hits / of; NaN: the base is empty, or not known."""
        return ratio(self.hits, self.of)

    @property
    def effective(self) -> float:
        """As many deals of one size would say as much: one big deal among small ones makes a rate by value unsure.

        Source: (sum w)^2 / sum w^2 of Kish, Survey Sampling (1965), put into Wilson's interval as by Franco et al., J. Surv. Stat.
        Methodol. 7 (2019) 334.
        """
        return self.of * self.of / self.squares if self.squares > 0 else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Low and high of the 95 % interval; NaN without a base."""
        low, high = wilson(self.value, self.effective)
        return float(low), float(high)

    @property
    def uncertain(self) -> bool:
        """True where it rests on fewer deals than a rate needs."""
        return not self.effective >= FEW


def rate(hits: float, of: float) -> Rate:
    """A rate by number of deals."""
    return Rate(hits, of, of, of)


UNKNOWN = Rate(NAN, NAN, 0, NAN)
