"""What every sheet of a pack says about itself: the source, the day, the unit of money."""

from collections.abc import Iterable, Sequence

from ..sales.answers import Answers
from ..wording import words as all_words
from .describe import Block, Page, Sheet

PLACEMENTS = {2: "best_few", 1: "in", 0: "above", -1: "none"}      # in the order in which a manager reads them


def number_sheet(kind: str, title: str, blocks: Sequence[Block], answers: Answers, language: str, widths: tuple[float, ...], *,
                 landscape: bool = False) -> Sheet:
    """A sheet of numbers: under its title and at the foot of each page stand the source, the day and the unit of money."""
    said = about(answers, all_words(language))
    return Sheet(kind, kind, title, tuple(blocks), title=title, subtitle=said, foot=said, language=language, widths=widths,
                 page=Page(landscape=landscape))


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


def deal_name(answers: Answers, row: int) -> str:
    """A deal as a list calls it: "D-17 Riverside Hospital"; without an id "Riverside Hospital - TM-3"."""
    deals = answers.deals
    identity, account = (str(deals.column(name)[row]) for name in ("id", "account"))
    return f"{identity} {account or deals.column('name')[row]}".strip() if identity else deals.title(row)


def stage_name(name: str, line: str, words: dict[str, str]) -> str:
    """A stage as it is told apart from one of the same name: "Software: Demo" where its product line has stages of its own."""
    return words["sheet.stage_of_line"].format(line=line, stage=name) if line else name


def placement_name(placement: int | str, words: dict[str, str]) -> str:
    """"Best Few" for 2 or "best_few"."""
    return words[f"placement.{PLACEMENTS[placement] if isinstance(placement, int) else placement}"]
