"""The review pack: what goes to the meeting, sheet by sheet."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ..sales.answers import Answers
from ..wording import words as all_words
from .check import check_sheet
from .choose import Choice, chosen_deals
from .deals import deals_sheet
from .describe import Sheet
from .funnel import funnel_sheet
from .index import index_sheet
from .review import review_sheet


def pack(answers: Answers, language: str, *, form: str = "rep", chosen: Choice | None = None) -> tuple[Sheet, ...]:
    """Index, Funnel, Deals, Check, and a review sheet for each chosen deal, all in one language.

    `form` is "rep" or "manager"; without a choice the default rule of choose.chosen_deals picks the deals.
    """
    choice = chosen if chosen is not None else chosen_deals(answers)
    rule, reviews = choice.sentence(all_words(language)), review_keys(answers, choice.rows)
    forms = (replace(review_sheet(answers, row, language, form), key=key) for row, key in reviews.items())
    return (index_sheet(answers, language, reviews, rule), funnel_sheet(answers, language), deals_sheet(answers, language, reviews),
            check_sheet(answers, language), *forms)


def review_keys(answers: Answers, rows: Sequence[int]) -> dict[int, str]:
    """What the review sheets are called in links and marks: by the deal's id, so that a sheet is found again when rows have moved."""
    ids = [str(identity) for identity in answers.deals.column("id")]
    count = Counter(ids)
    return {row: f"review:{ids[row]}" if ids[row] and count[ids[row]] == 1 else f"review:row:{row + 1}" for row in rows}
