"""Rules about the people and the plan: buying influences, red flags, actions (spec F8, items 12, 22)."""

import re
import unicodedata
from collections.abc import Callable, Iterator

import numpy as np

from ..aliases import meaning
from ..companions import RowPlace
from .rule import Breach, Facts, rule

AGAINST = -3  # a buyer rated this or worse is a red flag
_APART = re.compile(r"[,.、，。;；/+&\s]+")


def influence_types(text: str) -> tuple[str, str]:
    """The types E, T, U, C in a cell such as "U,T", "T.U" or "教練", and the first part that is none of them."""
    text = unicodedata.normalize("NFKC", text)
    if key := meaning("influence", text):  # "Economic buyer" is one word of the list, though it has a space
        return key, ""
    known, unknown = "", ""
    for part in filter(None, _APART.split(text)):
        key = meaning("influence", part)
        if key:
            known += key
        elif part.isascii() and part.isalpha() and set(part.upper()) <= set("ETUC"):
            known += part.upper()
        else:
            unknown = unknown or part
    return "".join(dict.fromkeys(known)), unknown


def types_by_deal(facts: Facts) -> list[str]:
    """The types of all buyers of each deal, together."""
    if "types" not in facts.memo:
        found = [""] * len(facts.kind)
        for deal, text in zip(facts.deals.buyers["deal"], facts.deals.buyers["types"], strict=True):
            if deal >= 0:
                found[deal] += influence_types(text)[0]
        facts.memo["types"] = found
    return facts.memo["types"]


def _with_buyers(facts: Facts) -> np.ndarray:
    """Open deals that have at least one buyer."""
    rows = facts.deals.buyers["deal"].to_numpy()
    mask = np.zeros(len(facts.kind), bool)
    mask[rows[rows >= 0]] = True
    return mask & facts.is_open


def _buyers_whose_types(facts: Facts, told: Callable[[str], bool]) -> np.ndarray:
    """Open deals with buyers, of whose types together something is true."""
    mask = _with_buyers(facts)
    types = types_by_deal(facts)
    mask[[row for row in np.flatnonzero(mask).tolist() if not told(types[row])]] = False
    return mask


@rule("buyers.no_economic", "warning", "types")
def no_economic(facts: Facts) -> np.ndarray:
    return _buyers_whose_types(facts, lambda types: "E" not in types)


@rule("buyers.no_coach", "warning", "types")
def no_coach(facts: Facts) -> np.ndarray:
    return _buyers_whose_types(facts, lambda types: "C" not in types)


@rule("buyers.two_economic", "note", "types")
def two_economic(facts: Facts) -> np.ndarray:
    return _buyers_whose_types(facts, lambda types: types.count("E") > 1)


def _buyer_rows(facts: Facts) -> Iterator[tuple[int, dict, RowPlace, float, str, str]]:
    """(deal, {name}, place, rating, rating as typed, types as typed) of each buyer of an open deal."""
    buyers = facts.deals.buyers
    for deal, name, where, rating, typed, types in zip(
        *(buyers[each] for each in ("deal", "name", "where", "rating", "number_text", "types")), strict=True
    ):
        if deal >= 0 and facts.is_open[deal]:
            yield int(deal), {"buyer": name or "-"}, where, rating, typed, types


@rule("buyer.against", "warning", "rating")
def buyer_against(facts: Facts) -> Iterator[Breach]:
    for deal, details, where, rating, _, _ in _buyer_rows(facts):
        if rating <= AGAINST:
            yield Breach(deal, details | {"rating": f"{rating:+.0f}"}, where("rating"), rating)


@rule("buyer.rating_blank", "warning", "rating")
def buyer_rating_blank(facts: Facts) -> Iterator[Breach]:
    for deal, details, where, rating, typed, _ in _buyer_rows(facts):
        if np.isnan(rating) and not typed:
            yield Breach(deal, details, where("rating"))


@rule("buyer.type_unknown", "warning", "types")
def buyer_type_unknown(facts: Facts) -> Iterator[Breach]:
    for deal, details, where, _, _, types in _buyer_rows(facts):
        if (unknown := influence_types(types)[1]) or not types:
            yield Breach(deal, details | {"type": unknown or "-"}, where("types"), types)


def red_flags(facts: Facts) -> Iterator[tuple[int, int, str, str]]:
    """(deal, number from 1, text, cell) of each red flag of an open deal: rows of Notes, and the deal's own field, one a line."""
    comments, count = facts.deals.comments, [0] * len(facts.kind)
    for deal, kind, text, where in zip(*(comments[each] for each in ("deal", "kind", "text", "where")), strict=True):
        if deal >= 0 and facts.is_open[deal] and meaning("note", kind) == "red_flag" and text:
            count[deal] += 1
            yield int(deal), count[deal], text, where("text")
    for row, text in enumerate(facts.column("red_flags").tolist() if facts.has("red_flags") else ()):
        if text and facts.is_open[row]:
            for line in filter(None, (part.strip() for part in re.split(r"[\n;；]", text))):
                count[row] += 1
                yield row, count[row], line, facts.deals.where(row, "red_flags")


@rule("red_flag.no_action", "warning", "red_flags")
def red_flag_no_action(facts: Facts) -> Iterator[Breach]:
    """Every red flag has an action. Where no action of the deal says which flag it answers, one action answers for all."""
    answered: dict[int, set[str]] = {}
    for deal, action, flag in zip(*(facts.deals.actions[each] for each in ("deal", "action", "red_flag")), strict=True):
        if deal >= 0 and action:
            answered.setdefault(int(deal), set()).add(str(flag).strip().casefold())
    for deal, number, text, where in red_flags(facts):
        named = answered.get(deal, set())
        if not named or (named != {""} and text.casefold() not in named and str(number) not in named):
            yield Breach(deal, {"flag": text}, where, text)


def _actions(facts: Facts) -> Iterator[tuple[int, dict, RowPlace, str, np.datetime64]]:
    """(deal, {action}, place, owner, due) of each action that is not done, of an open deal."""
    actions = facts.deals.actions
    dues = actions["due"].to_numpy().astype("datetime64[D]")
    for index, (deal, action, owner, done, where) in enumerate(
        zip(*(actions[each] for each in ("deal", "action", "owner", "done", "where")), strict=True)
    ):
        if deal >= 0 and action and done != 1 and facts.is_open[deal]:
            yield int(deal), {"action": action}, where, owner, dues[index]


@rule("action.no_owner", "warning", "owner")
def action_no_owner(facts: Facts) -> Iterator[Breach]:
    for deal, details, where, owner, _ in _actions(facts):
        if not owner:
            yield Breach(deal, details, where("owner"))


@rule("action.no_date", "warning", "due")
def action_no_date(facts: Facts) -> Iterator[Breach]:
    for deal, details, where, _, due in _actions(facts):
        if np.isnat(due):
            yield Breach(deal, details, where("due"))


@rule("action.overdue", "warning", "due")
def action_overdue(facts: Facts) -> Iterator[Breach]:
    for deal, details, where, owner, due in _actions(facts):
        if due < facts.today:
            yield Breach(deal, details | {"who": owner or "-", "days": int((facts.today - due).astype(int))}, where("due"), str(due))


def has_dated_action(facts: Facts) -> np.ndarray:
    """Deals with something to do that has a day: an open action, or the next step."""
    dated = ~np.isnat(facts.column("next_step_due"))
    actions = facts.deals.actions
    rows = actions["deal"].to_numpy()[~np.isnat(actions["due"].to_numpy()) & (actions["done"].to_numpy() != 1)]
    dated[rows[rows >= 0]] = True
    return dated
