"""What every sheet of a pack says about itself: the source, the day, the unit of money."""

import math
from collections.abc import Iterable

from ..sales.answers import Answers

PLACEMENTS = {2: "best_few", 1: "in", 0: "above", -1: "none"}      # in the order in which a manager reads them
WAN = 10_000
UNKNOWN = "–"


def about(answers: Answers, words: dict[str, str]) -> str:
    """One line: "Team.xlsx · as of 2026-03-31 · money in TWD"."""
    said = (source(answers), words["sheet.as_of"].format(day=answers.as_of.isoformat()), unit(answers, words))
    return " · ".join(text for text in said if text)


def source(answers: Answers) -> str:
    """The file, and within a workbook the table's sheet."""
    file, place = answers.deals.source, answers.deals.grid.place
    return file if place in ("", file) else f"{file} / {place}" if file else place


def unit(answers: Answers, words: dict[str, str]) -> str:
    """The unit of money, said once a page (spec F9)."""
    return words["sheet.unit"].format(currency=answers.currency) if answers.currency else words["sheet.unit.plain"]


def currency(answers: Answers) -> str:
    """ISO code of all money; "" where none is named."""
    return answers.currency


def deal_names(answers: Answers, rows: Iterable[int]) -> list[str]:
    """How deals are called in a table: "D-17 Acme - PMD"."""
    ids = answers.deals.column("id")
    return [" ".join(text for text in (str(ids[row]), answers.deals.title(int(row))) if text) for row in rows]


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


def stage_name(name: str, line: str, words: dict[str, str]) -> str:
    """A stage as it is told apart from one of the same name: "Software: Demo" where its product line has stages of its own."""
    return words["sheet.stage_of_line"].format(line=line, stage=name) if line else name


def placement_name(placement: int | str, words: dict[str, str]) -> str:
    """"Best Few" for 2 or "best_few"."""
    return words[f"placement.{PLACEMENTS[placement] if isinstance(placement, int) else placement}"]
