"""Whether groups differ in a rate by more than chance makes them differ (spec C2.5)."""

from dataclasses import dataclass

import numpy as np

LEVEL = 0.05
EXPECTED = 5.0  # a group of whose deals fewer than so many would be won, or lost, at the rate of all is too small to be tested
POOLED = 1.0  # and all small ones together are one more group, if they come to this (Cochran, Biometrics 10 (1954) 417: none below 1)


@dataclass(frozen=True)
class Differences:
    """One test over all groups, and each group against the rest."""

    chi_square: float  # NaN: there are not two groups to compare
    freedom: int
    p: float
    pooled: int  # groups too small to be tested by themselves: together they are one
    between: float  # share of the variance of single deals that lies between the groups; 0: all differences are chance
    tested: np.ndarray  # bool a group: large enough to be compared with the rest
    group_p: np.ndarray  # of each group against the rest, by Holm's correction; NaN: not tested

    @property
    def found(self) -> bool:
        """True where chance alone would hardly make such differences."""
        return bool(self.p < LEVEL)

    @property
    def apart(self) -> np.ndarray:
        """The groups (a mask) that can be told from the rest: none where the test over all finds no difference."""
        return (self.group_p < LEVEL) & self.found


def differences(hits: np.ndarray, of: np.ndarray) -> Differences:
    """Test whether groups with so many hits of so many deals share one rate.

    Pearson's chi-square over all groups first; only if it rejects at 5 % is a group told from the rest, by the test of two proportions
    with the correction of Holm (Scand. J. Stat. 6 (1979) 65). `between` is the moment estimate of DerSimonian and Laird (1986).
    """
    hits, of = hits.astype(float), of.astype(float)
    share = hits.sum() / of.sum() if of.sum() else np.nan
    least = of * min(share, 1 - share) if 0 < share < 1 else np.zeros(len(of))
    tested = least >= EXPECTED
    small = ~tested & (of > 0)
    pool = [] if least[small].sum() < POOLED else [small]
    won, all_ = (np.r_[each[tested], [each[mask].sum() for mask in pool]] for each in (hits, of))
    if len(won) < 2:
        return Differences(np.nan, 0, np.nan, int(small.sum()), np.nan, np.zeros(len(of), bool), np.full(len(of), np.nan))
    deals = all_.sum()
    common = won.sum() / deals
    chi_square = float(((won - all_ * common) ** 2 / (all_ * common * (1 - common))).sum()) if 0 < common < 1 else 0.0
    freedom = len(won) - 1
    between = min(max(0.0, (chi_square - freedom) / (deals - (all_**2).sum() / deals)), 1.0)
    return Differences(chi_square, freedom, _chance_of(chi_square, freedom), int(small.sum()), between, tested, _each(hits, of, tested))


def _chance_of(chi_square: float, freedom: int) -> float:
    from scipy.special import gammaincc  # on use: the import costs more than most answers

    return float(gammaincc(freedom / 2, chi_square / 2))


def _each(hits: np.ndarray, of: np.ndarray, tested: np.ndarray) -> np.ndarray:
    """Two-sided p of each tested group against all others, corrected by Holm."""
    from scipy.special import erfc

    places = np.flatnonzero(tested)
    share, own, rest = hits.sum() / of.sum(), of[places], of.sum() - of[places]
    apart = hits[places] / own - (hits.sum() - hits[places]) / rest
    p = erfc(np.abs(apart) / np.sqrt(2 * share * (1 - share) * (1 / own + 1 / rest)))
    order = np.argsort(p, kind="stable")
    tests = 1 if (of > 0).sum() == 2 else len(p)  # of two groups each is the other's rest: one comparison, not two
    factors = np.maximum(tests - np.arange(len(p)), 1)
    found = np.full(len(of), np.nan)
    found[places[order]] = np.minimum(np.maximum.accumulate(p[order] * factors), 1.0)
    return found


def shrunk(hits: np.ndarray, of: np.ndarray, share: float, between: float) -> np.ndarray:
    """Each group's rate drawn towards the rate of all, the more the fewer its deals and the less the groups differ.

    The mean of the beta-binomial, (w + a) / (n + a + b) (spec B2), with a + b = (1 - between) / between; NaN where that is not known.
    """
    if np.isnan(between):
        return np.full(len(of), np.nan)
    if between == 0:
        return np.full(len(of), share)
    prior = (1 - between) / between
    whole = of + prior
    return np.where(whole > 0, (hits + prior * share) / np.where(whole > 0, whole, 1.0), np.nan)
