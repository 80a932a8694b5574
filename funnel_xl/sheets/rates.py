"""How sheets say a rate: its interval, how sure it is, and whether a group is apart from the rest."""

from collections.abc import Sequence

from ..sales.distinct import Differences
from ..sales.groups import Grouping
from ..sales.rates import Rate
from ..sales.winrate import Group
from .describe import Column
from .numbers import percent


def interval(rate: Rate) -> str:
    """The 95 % interval, "62–64%"; "" where there is none."""
    low, high = rate.interval
    return f"{percent(low).rstrip('%')}–{percent(high)}" if low == low else ""


def rate_columns(rates: Sequence[Rate], heading: str, interval_heading: str, total: Rate | None = None) -> tuple[Column, Column]:
    """The rates under a heading that names the base, and their intervals."""
    return (Column(heading, "share", [rate.value for rate in rates], total=total.value if total else None),
            Column(interval_heading, "text", [interval(rate) for rate in rates], total=interval(total) if total else None))


def sure(rate: Rate, words: dict[str, str]) -> str:
    """"uncertain: few deals", or nothing."""
    return words["sheet.rates.uncertain"] if rate.of > 0 and rate.uncertain else ""


def how_sure(rates: Sequence[Rate], words: dict[str, str]) -> Column:
    """Whether each rate rests on enough deals."""
    said = [sure(rate, words) or (words["sheet.rates.enough"] if rate.of > 0 else "") for rate in rates]
    return Column(words["sheet.rates.sure"], "wrap", said)


def standing(group: Group, words: dict[str, str]) -> str:
    """Whether the group is apart from the rest; few deals first, since nothing follows from them."""
    if group.standing in ("above", "below"):
        return words[f"sheet.rates.{group.standing}"]
    return sure(group.by_count, words) or (words[f"sheet.rates.{group.standing}"] if group.standing else "")


def verdict(test: Differences, words: dict[str, str]) -> str:
    """What the test over all groups says, with its numbers."""
    if test.p != test.p:
        return words["sheet.rates.untested"]
    said = words["sheet.rates.differ" if test.found else "sheet.rates.chance"].format(
        chi=f"{test.chi_square:.1f}", freedom=test.freedom, p=p_value(test))
    return said + (" " + words["sheet.rates.pooled"].format(n=test.pooled) if test.pooled else "")


def p_value(test: Differences) -> str:
    """The chance of such differences where there are none, "= 0.26" or "< 0.001"."""
    return f"= {test.p:.2f}" if test.p >= 0.01 else f"= {test.p:.3f}" if test.p >= 0.001 else "< 0.001"


def labels(grouping: Grouping, words: dict[str, str]) -> list[str]:
    """What each group is called."""
    return named(grouping.names, grouping.others, words, words["sheet.rates.blank"])


def named(names: Sequence[str], others: int, words: dict[str, str], blank: str) -> list[str]:
    """Names, `blank` for one that is; the last one says how many others it sums, if any."""
    said = [name or blank for name in names]
    return [*said[:-1], words["sheet.rates.others"].format(n=others)] if others else said
