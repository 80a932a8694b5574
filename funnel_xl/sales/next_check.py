"""The one thing to find out next about a deal, and why (spec C2.7)."""

import numpy as np

from .check.people import has_dated_action, types_by_deal
from .check.rule import Facts

# In this order: what makes every other number wrong comes first. (row of words.csv "next.CODE", and its reason "next.CODE.why")
ORDER = (
    "stage",
    "date_past",
    "economic",
    "budget",
    "preference",
    "date",
    "coach",
    "amount",
    "contradiction",
    "late",
    "early",
    "against",
    "action",
    "position",
)


def next_checks(facts: Facts) -> tuple[np.ndarray, np.ndarray]:
    """(what, why) of each open deal as rows of words.csv, "" for the others. Without an open question: the kind of work that is due."""
    places, is_open = facts.placement, facts.is_open
    types = types_by_deal(facts)
    has_buyers = np.array([bool(each) for each in types], dtype=bool)
    economic, coach = (np.array([letter in each for each in types], dtype=bool) for letter in "EC")
    position, competition = facts.column("position"), facts.column("competition")
    against = np.zeros(len(is_open), bool)
    buyers = facts.deals.buyers
    rows = buyers["deal"].to_numpy()[buyers["rating"].to_numpy() <= -3]
    against[rows[rows >= 0]] = True
    advanced = places.adopted >= 1
    asks = {
        "stage": facts.stage < 0,
        "date_past": places.overdue,
        "economic": has_buyers & ~economic & advanced,
        "budget": np.isnan(facts.column("fund")) & facts.has("fund"),
        "preference": np.isnan(competition) & facts.has("competition"),
        "date": np.isnat(facts.column("close_date")) & (places.horizon < 0),
        "coach": has_buyers & ~coach & advanced,
        "amount": np.isnan(facts.column("amount")),
        "contradiction": np.isfinite(position)
        & np.isfinite(competition)
        & (((position >= 4) & (competition < 0.6)) | ((position <= -2) & (competition >= 0.6))),
        "late": (places.agree == "no") & (places.horizon < places.score_placement),
        "early": (places.agree == "no") & (places.horizon > places.score_placement),
        "against": against,
        "action": (places.adopted == 2) & ~has_dated_action(facts),
        "position": np.isnan(position) & facts.has("position"),
    }
    what = np.where(is_open & (places.work != ""), np.char.add("next.work_", places.work.astype(str)), "").astype(object)
    for code in reversed(ORDER):
        what[is_open & asks[code]] = f"next.{code}"
    why = np.array([f"{key}.why" if key else "" for key in what], dtype=object)
    return what, why
