"""The S.D.I. review sheet: one deal on one page, to be filled in further by pen (spec items 1-8, F8, F13).

The page lies on a grid of 48 equal columns. A cell without content is left empty on purpose: it is the place to write.
"""

import datetime as dt

from ..sales.answers import Answers
from ..wording import words as all_words
from .about import about, unit
from .bars import STEPS, axis_head, bar
from .describe import Cell, Form, FormRow, Page, Sheet
from .questions import question_rows
from .reviewed import INFLUENCES, Action, Flag, Reviewed, known, one_line
from .rivals import position_text, price_rows, rival_rows, tender_rows
from .standing import standing_rows

COLUMNS = (12 / 7,) * 48      # 17 pixels each
FORMS = ("rep", "manager")
SPACE = FormRow((), height=6)
MOST_BUYERS, MOST_STRENGTHS, MOST_OWN_FLAGS, MOST_ACTIONS = 12, 9, 9, 8     # the form stays one page; what is left out is said
EMPTY_BUYERS = 2
EMPTY_FLAGS = 2
FEWEST_FLAGS = 4
FEWEST_ACTIONS = 4
TILES = {"rep": ("proposed", "budget", "position", "close", "fund", "ours"),
         "manager": ("budget", "today", "fund", "position", "close", "ours")}
# Columns of the grid. The manager sees the ratings as bars, so they take a column for each step of the scale.
BUYER = {"rep": {"name": 8, "title": 8, "types": 4, "rating": 8, "personal_win": 10, "business_result": 10},
         "manager": {"name": 8, "title": 8, "types": 4, "rating": 10, "personal_win": 9, "business_result": 9}}
ACTION = {"flag": 4, "action": 24, "owner": 8, "when": 8, "state": 4}
PROMPTS = {"strengths": 4, "flags": 4, "plan": 7}      # what leads the pen in the empty boxes (spec items 20-22)
INSTRUCTIONS = ("go", "hold", "withdraw")
EMPTY_TICK, TICK = "☐", "☑"


def review_sheet(answers: Answers, row: int, language: str, form: str = "rep") -> Sheet:
    """The review sheet of the deal in `row` of deals.table; `form` is one of FORMS: the manager's begins with item 3 and asks questions."""
    words = all_words(language)
    deal = Reviewed(answers, row, words)
    flags = deal.flags()
    parts = [_head(deal, form), question_rows(deal, flags) if form == "manager" else [], standing_rows(deal), price_rows(deal),
             tender_rows(deal), rival_rows(deal), _buyers(deal, form), _situation(deal, flags), _plan(deal, flags), _foot(deal)]
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
        "proposed": Cell(deal.number("amount"), "tile.money", 8), "budget": Cell(deal.number("budget"), "tile.money", 8),
        "position": Cell(position_text(deal.number("position"), words), "tile", 8), "close": Cell(deal.date("close_date"), "tile.date", 8),
        "fund": Cell(deal.number("fund"), "tile.share", 8), "ours": Cell(deal.number("competition"), "tile.share", 8),
        "today": Cell(deal.answers.as_of, "tile.date", 8),
    }
    return [
        FormRow((Cell(words[f"form.title.{form}"], "title", 28), Cell(_unit(deal), "aside", 20))),
        FormRow((Cell(which or None, "subtitle", 48),)),
        *pairs,
        FormRow((Cell(words["form.label.spec"], "label", 8), Cell(deal.text("spec") or None, "value", 40))),
        SPACE,
        FormRow(tuple(Cell(deal.label(name), "tile.label", 8) for name in TILES[form])),
        FormRow(tuple(tiles[name] for name in TILES[form])),
    ]


def _unit(deal: Reviewed) -> str:
    """The unit of money on this page: that of the deal itself, where it has one of its own."""
    own = deal.currency()
    return deal.words["sheet.unit"].format(currency=own) if own else unit(deal.answers, deal.words)


def _pair_row(deal: Reviewed, *pairs: tuple[str, object]) -> FormRow:
    """Two labelled values beside each other."""
    return FormRow(tuple(cell for name, value in pairs for cell in (
        Cell(deal.label(name), "label", 8), Cell(value, "date" if isinstance(value, dt.date) else "value", 16))))


def _buyers(deal: Reviewed, form: str) -> list[FormRow]:
    """The buying influences, and empty rows for those who turn up in the review; the manager sees on whose side each of them stands."""
    words, buyers, spans = deal.words, deal.buyers, BUYER[form]
    head = [cell for name, span in spans.items() for cell in (
        axis_head(words) if form == "manager" and name == "rating" else [Cell(words[f"form.buyer.{name}"], "head", span)])]
    rows = [FormRow((Cell(words["form.heading.buyers"], "heading", 20), Cell(words["form.influences"], "heading.aside", 28))),
            FormRow(tuple(head))]
    for buyer in [*buyers[:MOST_BUYERS], *[{}] * EMPTY_BUYERS]:
        said = {name: one_line(buyer.get(name)) for name in spans}
        said["title"] = ", ".join(text for text in (said["title"], one_line(buyer.get("location"))) if text)
        said["types"] = ", ".join(letter for letter in INFLUENCES if letter in buyer.get("letters", "")) or said["types"]
        rating, typed = known(buyer.get("rating")), one_line(buyer.get("number_text"))
        said["rating"] = _rating(rating, typed, words)
        cells = [cell for name, span in spans.items() for cell in (
            bar(rating) if form == "manager" and name == "rating" and (rating is not None or not typed)
            else [Cell(said[name] or None, "box", span)])]
        rows.append(FormRow(tuple(cells)))
    return rows + _more_row(len(buyers) - MOST_BUYERS, words)


def _more_row(left_out: int, words: dict[str, str]) -> list[FormRow]:
    """Says how many have no place on the page."""
    return [FormRow((Cell(words["form.more"].format(n=left_out), "note", 48),))] if left_out > 0 else []


def _rating(rating: float | None, typed: str, words: dict[str, str]) -> str:
    """"+5 for us"; a rating without a sign is shown as typed, for nobody knows which it is (ruling R19)."""
    if rating is None:
        return words["form.rating.unsigned"].format(rating=typed) if typed else ""
    return f"{rating:+g} " + words["form.rating.us" if rating > 0 else "form.rating.rival"]


def _situation(deal: Reviewed, flags: list[Flag]) -> list[FormRow]:
    """Strengths beside numbered red flags, with room for one more of each; an empty box says what to look for."""
    words, strengths = deal.words, deal.strengths()
    shown = [flag for flag in flags if flag.automatic or flag.number <= MOST_OWN_FLAGS]
    left = [Cell(text, "box", 24) for text in strengths[:MOST_STRENGTHS]]
    right = [Cell(f"{flag.number}. {words['form.automatic']}{flag.text}", "flag.automatic", 24) if flag.automatic
             else Cell(f"{flag.number}. {flag.text}", "flag", 24) for flag in shown]
    length = max(len(left) + EMPTY_FLAGS, len(right) + EMPTY_FLAGS, FEWEST_FLAGS)
    left += [Cell(prompt or None, "box.prompt", 24) for prompt in _prompts("strengths", length - len(left), words)]
    right += [Cell(f"{len(flags) + more}. {prompt}".strip(), "box.prompt", 24)
              for more, prompt in enumerate(_prompts("flags", length - len(right), words), 1)]
    return [FormRow((Cell(words["form.heading.strengths"], "heading", 24), Cell(words["form.heading.flags"], "heading", 24))),
            *map(FormRow, zip(left, right, strict=True)),
            *_more_row(max(0, len(strengths) - MOST_STRENGTHS) + len(flags) - len(shown), words)]


def _prompts(part: str, boxes: int, words: dict[str, str]) -> list[str]:
    """What each of so many empty boxes asks for: one prompt or two, "" where there are more boxes than prompts.

    Where there are too few boxes, what is already filled in is taken to answer the first prompts.
    """
    asked = [words[f"form.prompt.{part}.{number}"] for number in range(1, PROMPTS[part] + 1)][-2 * boxes:]
    single = min(len(asked), 2 * boxes - len(asked))
    pairs = [" · ".join(asked[at:at + 2]) for at in range(single, len(asked), 2)]
    return [*asked[:single], *pairs, *[""] * (boxes - single - len(pairs))]


def _plan(deal: Reviewed, flags: list[Flag]) -> list[FormRow]:
    """The action plan, each step with the number of the red flag that it answers; empty steps say the rules of a plan."""
    words, actions = deal.words, deal.actions(flags)
    rows = [_action_row(action, words) for action in actions[:MOST_ACTIONS]]
    rows += [_action_row(Action(), words, prompt) for prompt in _prompts("plan", max(1, FEWEST_ACTIONS - len(actions)), words)]
    return [FormRow((Cell(words["form.heading.plan"], "heading", 48),)),
            FormRow(tuple(Cell(words[f"form.action.{name}"], "head", span) for name, span in ACTION.items())),
            *rows, *_more_row(len(actions) - MOST_ACTIONS, words)]


def _action_row(action: Action, words: dict[str, str], prompt: str = "") -> FormRow:
    state, look = (words["form.overdue"], "box.alarm") if action.overdue else (TICK if action.done else EMPTY_TICK, "box.middle")
    said = {"flag": (action.flag or None, "box.middle"), "action": (action.text or prompt or None, "box.prompt" if prompt else "box"),
            "owner": (action.owner or None, "box"), "when": (action.due, "box.date"), "state": (state, look)}
    return FormRow(tuple(Cell(*said[name], span) for name, span in ACTION.items()))


def _foot(deal: Reviewed) -> list[FormRow]:
    """The scales, help needed, the manager's instruction, next review and signature."""
    words, ours, told = deal.words, deal.number("position"), deal.instruction()
    scale = [Cell(f"{step:+d}\n{words[f'position.{step:+d}']}", "scale.here" if step == ours else "scale", 4) for step in STEPS]
    rates = [words[f"form.rates.{name}"].format(rate=deal.label(name)) for name in ("fund", "ours")]
    ticks = "     ".join(f"{TICK if name == told else EMPTY_TICK} {words[f'form.instruction.{name}']}" for name in INSTRUCTIONS)
    return [
        FormRow((Cell(words["form.scale"], "label", 8), *scale)),
        FormRow(tuple(Cell(rate, "note", 24) for rate in rates)),
        SPACE,
        FormRow((Cell(words["form.label.help"], "label", 8), Cell(deal.text("help_needed") or None, "value", 40))),
        _pair_row(deal, ("help_owner", deal.text("help_owner") or None), ("help_due", deal.date("help_due"))),
        FormRow((Cell(words["form.label.instruction"], "label", 8), Cell(ticks, "tick", 16),
                 Cell(words["form.label.next_review"], "label", 8), Cell(deal.date("next_review"), "date", 16))),
        _pair_row(deal, ("signature", None), ("signed_on", None)),
    ]
