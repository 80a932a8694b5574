"""How numbers are said inside texts, labels and tiles, and what stands where one is not known."""

import math
from collections.abc import Iterable

WAN = 10_000
UNKNOWN = "–"
UNBROKEN = "\u2011"     # a hyphen at which "2026-03" is not broken into two lines below a chart


def known(number: float) -> bool:
    """Whether a number is one."""
    return not math.isnan(number)


def tile(number: float) -> object:
    """A number as a tile shows it: a dash where it is not known, for an empty tile would read as forgotten."""
    return number if known(number) else UNKNOWN


def cell(number: float) -> float | None:
    """A number as a cell holds it: empty where it is not known."""
    return number if known(number) else None


def bar(number: float) -> float:
    """A number as a chart draws it: no bar where it is not known."""
    return number if known(number) else 0.0


def total(numbers: Iterable[float]) -> float:
    """The sum of what is known, as a total row says it; NaN where nothing is."""
    found = [number for number in numbers if known(number)]
    return math.fsum(found) if found else math.nan


def unbroken(text: str) -> str:
    """"2026-03" that stays on one line."""
    return text.replace("-", UNBROKEN)


def money(value: float, words: dict[str, str]) -> str:
    """An amount in the reader's unit (whole money, in Chinese 萬; the headings say so), "" where it is not known."""
    return "" if math.isnan(value) else words["say.money"].format(amount=value / float(words["say.money.unit"]))


def short_money(amount: float, language: str) -> str:
    """Money as a label in a chart says it, to three or four figures: "1.20M", "485K", in Chinese units of 10,000."""
    if math.isnan(amount):
        return UNKNOWN
    if language != "en":
        return f"{amount / WAN:,.1f}" if amount < 1000 * WAN else f"{amount / WAN:,.0f}"
    if amount >= 999_995_000:
        return f"{amount / 1e9:,.2f}B"
    if amount >= 999_500:
        return f"{amount / 1e6:,.2f}M"
    return f"{amount / 1e3:,.0f}K" if amount >= WAN else f"{amount:,.0f}"


def percent(share: float) -> str:
    """A share as a label says it; 99.6 % is not said as 100 % (spec F13)."""
    if math.isnan(share):
        return UNKNOWN
    whole = round(share * 100)
    return f"{99 if whole == 100 and share < 1 else whole}%"


def exact_percent(share: float) -> str:
    """A share with one decimal; 99.97 % is not said as 100 % (spec F13)."""
    said = f"{share:.1%}"
    return "99.9%" if said == "100.0%" and share < 1 else said
