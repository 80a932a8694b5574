"""Win rates: of all deals, and by owner, source, product and whatever else a source says of its deals."""

from dataclasses import dataclass

import numpy as np

from .check.rule import Facts
from .distinct import Differences, differences, shrunk
from .groups import Grouping, grouped, together
from .rates import UNKNOWN, Rate, rate

DIMENSIONS = ("owner", "source", "product", "industry", "size", "territory", "channel")
MOST = 15  # groups of one dimension that a reader still looks through


@dataclass(frozen=True)
class Group:
    """The win rates of some deals, each on its own base (ruling R7)."""

    name: str  # "" for deals that say nothing, and for the others
    deals: int
    won: int
    lost: int
    by_count: Rate  # won / (won + lost)
    by_value: Rate  # won amount / (won + lost amount); its value is NaN where the amounts of one side are not known, or all lost ones are 0
    of_all: Rate  # won / all deals, open ones too
    estimate: float = float("nan")  # by count, drawn towards the rate of all as far as its few deals may mislead
    standing: str = ""  # "above", "below": apart from the rest; "same": not to be told from it; "few": too few to say; "": not asked


@dataclass(frozen=True)
class Dimension:
    """Win rates by one column. The groups add up to all deals."""

    field: str
    groups: tuple[Group, ...]  # most closed deals first, never by rate: chance alone would rank people
    others: int  # groups that the last one sums; 0: none
    test: Differences
    grouping: Grouping  # which of the groups each deal is in


def total(facts: Facts) -> Group:
    """The win rates of all deals."""
    return groups_of(facts.kind, facts.value, together(len(facts.kind)))[0]


def by_dimension(facts: Facts, field: str, most: int = MOST) -> Dimension:
    """Win rates by one field of the deals; groups beyond `most` are summed in the last one."""
    own = grouped(facts.column(field))
    closed = np.isin(facts.kind, ("won", "lost"))
    of, hits = own.counts(closed), own.counts(facts.kind == "won")
    named = np.array([name != "" for name in own.names], dtype=bool)
    test = differences(hits[named], of[named])
    few = own.few(of, most)
    groups = groups_of(facts.kind, facts.value, few)
    share = hits[named].sum() / of[named].sum() if of[named].sum() else np.nan
    standing = dict(zip([name for name in own.names if name], _standings(test, hits[named], of[named], share), strict=True))
    estimates = shrunk(np.array([each.won for each in groups]), np.array([each.won + each.lost for each in groups]), share, test.between)
    said = [
        Group(*_fields(each), float(estimate) if each.name else float("nan"), standing.get(each.name, ""))
        for each, estimate in zip(groups, estimates, strict=True)
    ]
    return Dimension(field, tuple(said), few.others, test, few)


def dimensions(facts: Facts, most: int = MOST) -> tuple[Dimension, ...]:
    """Win rates by every column of DIMENSIONS that the source has and that tells its deals apart."""
    found = (by_dimension(facts, field, most) for field in DIMENSIONS if facts.has(field))
    return tuple(each for each in found if len(each.groups) > 1)


def _fields(group: Group) -> tuple:
    return group.name, group.deals, group.won, group.lost, group.by_count, group.by_value, group.of_all


def _standings(test: Differences, hits: np.ndarray, of: np.ndarray, share: float) -> list[str]:
    apart, above = test.apart, hits > of * share
    return [
        "" if not deals else "few" if not tested else ("above" if more else "below") if far else "same"
        for deals, tested, far, more in zip(of, test.tested, apart, above, strict=True)
    ]


def groups_of(kind: np.ndarray, value: np.ndarray, grouping: Grouping) -> list[Group]:
    """The win rates of each group of deals, whose kinds and amounts these are."""
    won, lost = kind == "won", kind == "lost"
    deals, wins, losses = (grouping.counts(each).tolist() for each in (slice(None), won, lost))
    return [
        Group(name, all_, win, loss, rate(win, win + loss), worth, rate(win, all_))
        for name, all_, win, loss, worth in zip(grouping.names, deals, wins, losses, value_rates(value, grouping, won, lost), strict=True)
    ]


def value_rates(value: np.ndarray, grouping: Grouping, hits: np.ndarray, misses: np.ndarray) -> list[Rate]:
    """Of each group's money in deals that hit or miss, the share that hits.

    No deals are worth 0, unknown amounts are not: UNKNOWN where the amounts of one side are not known, or all that missed are 0 (a CRM's 0
    for every lost deal says nothing of their value).
    """
    known = np.isfinite(value)
    if misses.any() and not value[misses & known].any():
        return [UNKNOWN] * len(grouping.names)
    gained, missed, squares = (
        np.nan_to_num(grouping.sums(*each)) for each in ((value, hits), (value, misses), (value**2, hits | misses))
    )
    blind = (grouping.counts(hits) > 0) & (grouping.counts(hits & known) == 0) | (grouping.counts(misses) > 0) & (missed == 0)
    deals = grouping.counts((hits | misses) & known).tolist()
    return [
        UNKNOWN if hidden else Rate(float(gain), float(gain + miss), count, float(square))
        for hidden, gain, miss, count, square in zip(blind, gained, missed, deals, squares, strict=True)
    ]
