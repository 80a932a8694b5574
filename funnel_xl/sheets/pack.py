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

FORMS = {"rep": ("rep",), "manager": ("manager",), "both": ("rep", "manager")}


def pack(answers: Answers, language: str, *, form: str = "rep", chosen: Choice | None = None) -> tuple[Sheet, ...]:
    """Index, Funnel, Deals, Check, and a review sheet for each chosen deal, all in one language.

    `form` is one of FORMS, "both" makes two sheets a deal; without a choice the default rule of choose.chosen_deals picks the deals.
    """
    choice = chosen if chosen is not None else chosen_deals(answers)
    rule, reviews = choice.sentence(all_words(language)), review_keys(answers, choice.rows)
    sheets, listed = [], []
    for row, key in reviews.items():
        for each in FORMS[form]:
            sheet = replace(review_sheet(answers, row, language, each), key=key)
            named = ""
            if sheets and sheets[-1].key == key:       # the deal's second sheet
                named = "form.name.manager"
                sheet = replace(sheet, key=f"{key}:manager", name=all_words(language)[named].format(name=sheet.name))
            sheets.append(sheet)
            listed.append((row, sheet.key, named))
    return (index_sheet(answers, language, listed, rule), funnel_sheet(answers, language), deals_sheet(answers, language, reviews),
            check_sheet(answers, language), *sheets)


def review_keys(answers: Answers, rows: Sequence[int]) -> dict[int, str]:
    """What the review sheets are called in links and marks: by the deal's id, so that a sheet is found again when rows have moved."""
    ids = [str(identity) for identity in answers.deals.column("id")]
    count = Counter(ids)
    return {row: f"review:{ids[row]}" if ids[row] and count[ids[row]] == 1 else f"review:row:{row + 1}" for row in rows}
