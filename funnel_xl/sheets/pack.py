"""The review pack: what goes to the meeting, sheet by sheet."""

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
    rule = choice.sentence(all_words(language))
    return (index_sheet(answers, language, choice.rows, rule), funnel_sheet(answers, language), deals_sheet(answers, language, choice.rows),
            check_sheet(answers, language), *(review_sheet(answers, row, language, form) for row in choice.rows))
