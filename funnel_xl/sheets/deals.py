"""The sheet Deals: the whole table with what was computed, in the order in which a manager reads it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from ..sales.answers import Answers
from ..sales.fields import FIELDS
from ..wording import words as all_words
from .about import PLACEMENTS, about
from .describe import Column, Link, Page, Sheet, Table

KEY = "deals"
TABLE = "FunnelDeals"
KIND_ORDER = {"open": 0, "": 0, "post": 1, "won": 2, "lost": 3}     # an unknown stage counts as open
LOOKS = {"text": "text", "stage": "text", "money": "money", "date": "date", "share": "share", "position": "position", "number": "number",
         "flag": "flag"}
MOST_PRINTED = 300      # deals; a list that is longer is read on the screen
IDENTITY = ("id", "account")      # stay in sight when the sheet is scrolled sideways
# What a manager asks first, the source's own fields and computed ones ("=") mixed; all others follow in the order of sales/fields.py.
FIRST = ("id", "account", "name", "owner", "stage", "amount", "currency", "=value", "=probability", "=probability_source", "=weighted",
         "close_date", "=placement", "=work", "=next_check", "=next_reason", "=findings", "=worst", "=overdue", "=stalled",
         "=days_in_stage", "=tier", "fund", "competition", "=score", "=score_placement", "=horizon_months", "=horizon", "=basis", "=agree",
         "=age_days", "=cadence_days", "=kind")
COMPUTED_LOOKS = {"value": "money", "probability": "share", "weighted": "money", "score": "score", "horizon_months": "count",
                  "findings": "count", "days_in_stage": "days", "age_days": "days", "cadence_days": "days"}
MARKS = {"placement": (("placement.best_few", "strong"), ("placement.in", "middle"), ("placement.above", "light")),
         "stalled": (("sheet.yes", "watch"),), "overdue": (("sheet.yes", "alarm"),), "agree": (("sheet.agree.no", "watch"),),
         "worst": (("sheet.severity.error", "alarm"), ("sheet.severity.warning", "watch"))}


def deals_sheet(answers: Answers, language: str, reviews: Mapping[int, str] | None = None) -> Sheet:
    """The whole table; `reviews` holds the rows of deals.table that have a review sheet, and its key."""
    words = all_words(language)
    order = deal_order(answers)
    own = answers.deals.table
    names = [name for name in FIRST if name.startswith("=") or name in own]
    names += [name for name in FIELDS if name in own and name not in names]
    columns = [said for name in names if (said := _column(answers, name, order, words)) is not None]
    columns += [Column(header, "raw", [raw[row] for row in order]) for header, raw in answers.deals.carried.items()]
    columns[0] = _first(columns[0], order, reviews or {}, words)
    still_open = int((~answers.computed["kind"].isin(("won", "lost", "post"))).sum())
    table = Table(TABLE, tuple(columns), listed=True, frozen=sum(name in own for name in IDENTITY) or 1,
                  on_paper=min(still_open or len(order), MOST_PRINTED))
    title = words["sheet.deals"]
    return Sheet(KEY, "deals", title, (table,), title=title, subtitle=about(answers, words), foot=about(answers, words), language=language,
                 page=Page(landscape=True))


def _column(answers: Answers, name: str, order: list[int], words: dict[str, str]) -> Column | None:
    return _computed(answers, name[1:], order, words) if name.startswith("=") else _field(answers, name, order, words)


def deal_order(answers: Answers) -> list[int]:
    """Rows of deals.table as the sheet lists them: open before closed; Best Few, In, Above; the largest weighted value first."""
    computed = answers.computed
    kind = computed["kind"].map(KIND_ORDER).to_numpy()
    weighted, value = (np.nan_to_num(computed[name].to_numpy(dtype=float), nan=-np.inf) for name in ("weighted", "value"))
    return np.lexsort((-value, -weighted, -computed["placement"].to_numpy(dtype=int), kind)).tolist()


def deal_places(answers: Answers) -> np.ndarray:
    """Where each row of deals.table stands in the sheet's table, 0 the first: what links to a deal point to."""
    order = deal_order(answers)
    places = np.empty(len(order), dtype=int)
    places[order] = np.arange(len(order))
    return places


def _field(answers: Answers, name: str, order: list[int], words: dict[str, str]) -> Column:
    kind = FIELDS[name].kind
    typed = answers.deals.table[name].iloc[order]
    look = LOOKS[kind]
    total = "sum" if name == "amount" and not _mixed(answers) else None
    if kind in ("text", "stage"):
        return Column(words[f"field.{name}"], look, typed.tolist())
    said = typed.to_numpy()
    unread = _unread(answers, name, typed, order)
    if unread or kind == "flag":
        said = [unread.get(at, value) for at, value in enumerate(typed.tolist())]
        if kind == "flag":
            said = [value if isinstance(value, str) else words["sheet.yes"] if value else words["sheet.no"] if value == 0 else None
                    for value in said]
    return Column(words[f"field.{name}"], look, said, total=total)


def _unread(answers: Answers, name: str, typed: pd.Series, order: list[int]) -> dict[int, object]:
    """What the user typed where it could not be read: place in the sheet -> the text, so that nothing is lost."""
    empty = np.flatnonzero(typed.isna().to_numpy())
    at = answers.deals.columns.get(name)
    if at is None:
        return {}
    rows = answers.deals.grid.rows
    return {int(place): str(rows[order[place]][at]) for place in empty if rows[order[place]][at] not in (None, "")}


def _mixed(answers: Answers) -> bool:
    """Amounts in more than one currency, which are never added."""
    table = answers.deals.table
    return "currency" in table and len(set(table["currency"]) - {""}) > 1


def _computed(answers: Answers, name: str, order: list[int], words: dict[str, str]) -> Column | None:
    """A computed column; None where it has nothing to say about any deal."""
    if name == "value" and not _mixed(answers):
        return None
    known = answers.computed[name].iloc[order]
    look = COMPUTED_LOOKS.get(name, "text")
    said = known.to_numpy(dtype=float) if name in COMPUTED_LOOKS else [SAY.get(name, _same)(value, words) for value in known.tolist()]
    if (np.isnan(said).all() if name in COMPUTED_LOOKS else not any(said)) and len(said):
        return None
    if name == "findings":
        said = np.where(said > 0, said, np.nan)
    marks = tuple((words[key], tone) for key, tone in MARKS.get(name, ()))
    total = "sum" if name in ("weighted", "value") else None
    return Column(words[f"sheet.column.{name}"], look, said, total=total, marks=marks, hint=words[f"sheet.hint.{name}"])


def _same(value: object, words: dict[str, str]) -> str:
    return str(value)


def _word(prefix: str) -> Callable[[object, dict[str, str]], str]:
    return lambda value, words: words[f"{prefix}.{value}"] if value else ""


def _place(value: object, words: dict[str, str]) -> str:
    return words[f"placement.{PLACEMENTS[value]}"] if value in (0, 1, 2) else ""


def _yes(value: object, words: dict[str, str]) -> str:
    return words["sheet.yes"] if value else ""


def _key(value: object, words: dict[str, str]) -> str:
    return words[value] if value else ""


SAY: dict[str, Callable[[object, dict[str, str]], str]] = {
    "placement": _place, "score_placement": _place, "horizon": _place, "overdue": _yes, "stalled": _yes, "next_check": _key,
    "next_reason": _key, "work": _word("work"), "agree": _word("sheet.agree"), "basis": _word("sheet.basis"), "kind": _word("stage.kind"),
    "worst": _word("sheet.severity"), "probability_source": _word("sheet.probability"),
}


def _first(column: Column, order: list[int], reviews: Mapping[int, str], words: dict[str, str]) -> Column:
    """The first column says what the totals above the table are, and leads to the review sheets."""
    links = [Link(reviews[row]) if row in reviews else None for row in order] if reviews else None
    return replace(column, total=words["sheet.shown"] if column.total is None else column.total, links=links)
