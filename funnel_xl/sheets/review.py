"""The S.D.I. review sheet: one deal on one page, to be filled in further by pen (spec items 1-8, F8, F13).

The page lies on a grid of 24 equal columns. A cell without content is left empty on purpose: it is the place to write.
"""

import datetime as dt

from ..sales.answers import Answers
from ..wording import words as all_words
from .about import about, unit
from .describe import Cell, Form, FormRow, Page, Sheet
from .questions import question_rows
from .reviewed import INFLUENCES, Action, Flag, Reviewed, known, one_line
from .rivals import position_text, price_rows, rival_rows, tender_rows
from .standing import standing_rows

COLUMNS = (4.14,) * 24        # 34 pixels each
FORMS = ("rep", "manager")
SPACE = FormRow((), height=6)
MOST_BUYERS, MOST_STRENGTHS, MOST_OWN_FLAGS, MOST_ACTIONS = 12, 9, 9, 8     # the form stays one page; what is left out is said
EMPTY_BUYERS = 2
FEWEST_FLAGS = 4
FEWEST_ACTIONS = 4
TILES = {"rep": ("proposed", "budget", "position", "close", "fund", "ours"),
         "manager": ("budget", "today", "fund", "position", "close", "ours")}
BUYER = {"name": 4, "title": 4, "types": 2, "rating": 4, "personal_win": 5, "business_result": 5}      # columns of the grid
ACTION = {"flag": 2, "action": 12, "owner": 4, "when": 4, "state": 2}
SCALE = (5, 4, 3, 2, 1, -1, -2, -3, -4, -5)     # positions; there is no 0 (ruling R9)
INSTRUCTIONS = ("go", "hold", "withdraw")
EMPTY_TICK, TICK = "☐", "☑"


def review_sheet(answers: Answers, row: int, language: str, form: str = "rep") -> Sheet:
    """The review sheet of the deal in `row` of deals.table; `form` is one of FORMS: the manager's begins with item 3 and asks questions."""
    words = all_words(language)
    deal = Reviewed(answers, row, words)
    flags = deal.flags()
    parts = [_head(deal, form), question_rows(deal, flags) if form == "manager" else [], standing_rows(deal), price_rows(deal),
             tender_rows(deal), rival_rows(deal), _buyers(deal), _situation(deal, flags), _plan(deal, flags), _foot(deal)]
    rows = [row for part in parts if part for row in (*part, SPACE)][:-1]
    name = " ".join(text for text in (deal.text("id"), deal.account()) if text) or words["form.deal"].format(n=row + 1)
    return Sheet(f"review:{row}", "review", name, (Form(COLUMNS, tuple(rows)),), foot=about(answers, words), language=language,
                 page=Page(one_page=True))


def _head(deal: Reviewed, form: str) -> list[FormRow]:
    """Items 2 and 3: whose deal, what for, and six tiles to see at once."""
    words = deal.words
    account = " / ".join(text for text in (deal.account(), deal.text("department")) if text)
    named = (deal.text("id"), deal.text("name"), deal.text("stage"), deal.text("owner") if form == "manager" else "")
    which = " · ".join(text for text in named if text and text != account)
    first, products = ("account", account or None), ("products", deal.text("product") or None)
    if form == "manager":
        pairs = [_pair_row(deal, first, products)]
    else:
        pairs = [_pair_row(deal, first, ("rep", deal.text("owner") or None)), _pair_row(deal, products, ("date", deal.answers.as_of))]
    tiles = {
        "proposed": Cell(deal.number("amount"), "tile.money", 4), "budget": Cell(deal.number("budget"), "tile.money", 4),
        "position": Cell(position_text(deal.number("position"), words), "tile", 4), "close": Cell(deal.date("close_date"), "tile.date", 4),
        "fund": Cell(deal.number("fund"), "tile.share", 4), "ours": Cell(deal.number("competition"), "tile.share", 4),
        "today": Cell(deal.answers.as_of, "tile.date", 4),
    }
    return [
        FormRow((Cell(words[f"form.title.{form}"], "title", 14), Cell(_unit(deal), "aside", 10))),
        FormRow((Cell(which or None, "subtitle", 24),)),
        *pairs,
        FormRow((Cell(words["form.label.spec"], "label", 4), Cell(deal.text("spec") or None, "value", 20))),
        SPACE,
        FormRow(tuple(Cell(deal.label(name), "tile.label", 4) for name in TILES[form])),
        FormRow(tuple(tiles[name] for name in TILES[form])),
    ]


def _unit(deal: Reviewed) -> str:
    """The unit of money on this page: that of the deal itself, where it has one of its own."""
    own = deal.currency()
    return deal.words["sheet.unit"].format(currency=own) if own else unit(deal.answers, deal.words)


def _pair_row(deal: Reviewed, *pairs: tuple[str, object]) -> FormRow:
    """Two labelled values beside each other."""
    return FormRow(tuple(cell for name, value in pairs for cell in (
        Cell(deal.label(name), "label", 4), Cell(value, "date" if isinstance(value, dt.date) else "value", 8))))


def _buyers(deal: Reviewed) -> list[FormRow]:
    """The buying influences, and empty rows for those who turn up in the review."""
    words, buyers = deal.words, deal.buyers
    rows = [FormRow((Cell(words["form.heading.buyers"], "heading", 10), Cell(words["form.influences"], "heading.aside", 14))),
            FormRow(tuple(Cell(words[f"form.buyer.{name}"], "head", span) for name, span in BUYER.items()))]
    for buyer in buyers[:MOST_BUYERS]:
        said = {name: one_line(buyer[name]) for name in BUYER}
        said["title"] = ", ".join(text for text in (said["title"], one_line(buyer["location"])) if text)
        said["types"] = ", ".join(letter for letter in INFLUENCES if letter in buyer["letters"]) or said["types"]
        said["rating"] = _rating(known(buyer["rating"]), one_line(buyer["number_text"]), words)
        rows.append(FormRow(tuple(Cell(said[name] or None, "box", span) for name, span in BUYER.items())))
    rows += [FormRow(tuple(Cell(None, "box", span) for span in BUYER.values()))] * EMPTY_BUYERS
    return rows + _more_row(len(buyers) - MOST_BUYERS, words)


def _more_row(left_out: int, words: dict[str, str]) -> list[FormRow]:
    """Says how many have no place on the page."""
    return [FormRow((Cell(words["form.more"].format(n=left_out), "note", 24),))] if left_out > 0 else []


def _rating(rating: float | None, typed: str, words: dict[str, str]) -> str:
    """"+5 for us"; a rating without a sign is shown as typed, for nobody knows which it is (ruling R19)."""
    if rating is None:
        return words["form.rating.unsigned"].format(rating=typed) if typed else ""
    return f"{rating:+g} " + words["form.rating.us" if rating > 0 else "form.rating.rival"]


def _situation(deal: Reviewed, flags: list[Flag]) -> list[FormRow]:
    """Strengths beside numbered red flags, with room for one more of each."""
    words, strengths = deal.words, deal.strengths()
    shown = [flag for flag in flags if flag.automatic or flag.number <= MOST_OWN_FLAGS]
    left = [Cell(text, "box", 12) for text in strengths[:MOST_STRENGTHS]]
    right = [Cell(f"{flag.number}. {words['form.automatic']}{flag.text}", "flag.automatic", 12) if flag.automatic
             else Cell(f"{flag.number}. {flag.text}", "flag", 12) for flag in shown]
    length = max(len(left), len(right), FEWEST_FLAGS - 1) + 1
    left += [Cell(None, "box", 12)] * (length - len(left))
    right += [Cell(f"{len(flags) + more}.", "flag", 12) for more in range(1, length - len(right) + 1)]
    return [FormRow((Cell(words["form.heading.strengths"], "heading", 12), Cell(words["form.heading.flags"], "heading", 12))),
            *map(FormRow, zip(left, right, strict=True)),
            *_more_row(max(0, len(strengths) - MOST_STRENGTHS) + len(flags) - len(shown), words)]


def _plan(deal: Reviewed, flags: list[Flag]) -> list[FormRow]:
    """The action plan, each step with the number of the red flag that it answers."""
    words, actions = deal.words, deal.actions(flags)
    rows = [_action_row(action, words) for action in actions[:MOST_ACTIONS]]
    rows += [_action_row(Action(), words)] * max(1, FEWEST_ACTIONS - len(actions))
    return [FormRow((Cell(words["form.heading.plan"], "heading", 24),)),
            FormRow(tuple(Cell(words[f"form.action.{name}"], "head", span) for name, span in ACTION.items())),
            *rows, *_more_row(len(actions) - MOST_ACTIONS, words)]


def _action_row(action: Action, words: dict[str, str]) -> FormRow:
    state, look = (words["form.overdue"], "box.alarm") if action.overdue else (TICK if action.done else EMPTY_TICK, "box.middle")
    said = {"flag": (action.flag or None, "box.middle"), "action": (action.text or None, "box"), "owner": (action.owner or None, "box"),
            "when": (action.due, "box.date"), "state": (state, look)}
    return FormRow(tuple(Cell(*said[name], span) for name, span in ACTION.items()))


def _foot(deal: Reviewed) -> list[FormRow]:
    """The scales, help needed, the manager's instruction, next review and signature."""
    words, ours, told = deal.words, deal.number("position"), deal.instruction()
    scale = [Cell(f"{step:+d}\n{words[f'position.{step:+d}']}", "scale.here" if step == ours else "scale", 2) for step in SCALE]
    rates = [words[f"form.rates.{name}"].format(rate=deal.label(name)) for name in ("fund", "ours")]
    ticks = "     ".join(f"{TICK if name == told else EMPTY_TICK} {words[f'form.instruction.{name}']}" for name in INSTRUCTIONS)
    return [
        FormRow((Cell(words["form.scale"], "label", 4), *scale)),
        FormRow(tuple(Cell(rate, "note", 12) for rate in rates)),
        SPACE,
        FormRow((Cell(words["form.label.help"], "label", 4), Cell(deal.text("help_needed") or None, "value", 20))),
        _pair_row(deal, ("help_owner", deal.text("help_owner") or None), ("help_due", deal.date("help_due"))),
        FormRow((Cell(words["form.label.instruction"], "label", 4), Cell(ticks, "tick", 8),
                 Cell(words["form.label.next_review"], "label", 4), Cell(deal.date("next_review"), "date", 8))),
        _pair_row(deal, ("signature", None), ("signed_on", None)),
    ]
