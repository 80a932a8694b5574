"""Which deals get a review sheet, and by which rule: the rule is said in the pack's index."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

import numpy as np
import pandas as pd

from ..errors import OutOfRange
from ..sales.answers import Answers
from ..sales.placement import BEST_FEW, NONE, PLACEMENTS

MOST = 25                   # sheets in one pack, unless deals are named: a manager reviews no more at one sitting
WITHOUT_BEST_FEW = 10


@dataclass(frozen=True)
class Choice:
    """The deals that get a review sheet."""

    rows: tuple[int, ...]       # rows of deals.table, in the order of their sheets
    rule_key: str               # row of words.csv that says the rule
    values: dict[str, object] = field(default_factory=dict)     # what its sentence names

    def sentence(self, words: dict[str, str]) -> str:
        """The rule as a sentence in the language of `words`; values that end in "_word" are rows of words.csv."""
        values = {name: words[str(value)] if name.endswith("_word") else value for name, value in self.values.items()}
        said = words[self.rule_key].format(**values)
        return said if "owner" not in values else said + " " + words["form.rule.owner"].format(**values)


def chosen_deals(answers: Answers, *, deal: Sequence[str] = (), placement: str | None = None, owner: str | None = None) -> Choice:
    """The deals to review: those named, else those of a placement, else Best Few, else the largest, else the oldest.

    `deal` holds ids (or accounts, or names of deals); `placement` is one of PLACEMENTS or "none". At most MOST unless deals are named.
    Raises OutOfRange for a deal, placement or owner that the source does not have, naming near ones.
    """
    if deal:
        rows = dict.fromkeys(row for name in deal for row in _rows_named(answers.deals.table, name))
        return Choice(tuple(rows), "form.rule.named", {"n": len(rows)})
    open_rows = _open_rows(answers, owner)
    values: dict[str, object] = {} if owner is None else {"owner": owner}
    if placement is not None:
        wanted = _of_placement(answers, open_rows, placement)
        values["placement_word"] = f"placement.{placement}"
        return _choice(_largest(answers, wanted, "weighted"), MOST, "form.rule.placement", values)
    best = open_rows[answers.computed["placement"].to_numpy()[open_rows] == BEST_FEW]
    if len(best):
        return _choice(_largest(answers, best, "weighted"), MOST, "form.rule.best_few", values)
    if answers.computed["value"].iloc[open_rows].notna().any():
        return _choice(_largest(answers, open_rows, "value"), WITHOUT_BEST_FEW, "form.rule.largest", values)
    return _choice(_oldest(answers, open_rows), WITHOUT_BEST_FEW, "form.rule.oldest", values)


def _choice(rows: np.ndarray, most: int, rule_key: str, values: dict[str, object]) -> Choice:
    shown = tuple(int(row) for row in rows[:most])
    return Choice(shown, rule_key, {"n": len(shown), "of": len(rows), **values})


def _open_rows(answers: Answers, owner: str | None) -> np.ndarray:
    is_open = answers.computed["kind"].isin(("open", "")).to_numpy()   # of an unknown stage: it counts as open
    if owner is not None:
        owners = _text(answers.deals.table, "owner")
        is_owners = (owners.str.casefold() == owner.strip().casefold()).to_numpy()
        if not is_owners.any():
            raise OutOfRange("error.choose.owner", owner=owner, near=_near(owner, owners))
        is_open = is_open & is_owners
    return np.flatnonzero(is_open)


def _of_placement(answers: Answers, rows: np.ndarray, placement: str) -> np.ndarray:
    places = {**{name: place for place, name in enumerate(PLACEMENTS)}, "none": NONE}
    if placement not in places:
        raise OutOfRange("error.choose.placement", placement=placement, allowed=", ".join(places))
    return rows[answers.computed["placement"].to_numpy()[rows] == places[placement]]


def _largest(answers: Answers, rows: np.ndarray, first: str) -> np.ndarray:
    """Rows by `first`, then by value, both falling, unknown last; equals keep the source's order."""
    order = answers.computed[[first, "value"]].iloc[rows].fillna(-np.inf).to_numpy()
    return rows[np.lexsort((rows, -order[:, 1], -order[:, 0]))]


def _oldest(answers: Answers, rows: np.ndarray) -> np.ndarray:
    """Rows by age since the deal was created, else since it entered its stage; unknown last, in the source's order."""
    ages = answers.computed["age_days"].fillna(answers.computed["days_in_stage"]).fillna(-np.inf).to_numpy()[rows]
    return rows[np.lexsort((rows, -ages))]


def _rows_named(table: pd.DataFrame, name: str) -> list[int]:
    """The deal of this id; where there is none, the deals of this name or account."""
    wanted = name.strip().casefold()
    for column in ("id", "name", "account"):
        rows = np.flatnonzero((_text(table, column).str.casefold() == wanted).to_numpy())
        if wanted and len(rows):
            return [int(row) for row in rows]
    named_by = next((column for column in ("id", "name", "account") if column in table), "id")
    raise OutOfRange("error.choose.deal", deal=name, near=_near(name, _text(table, named_by)))


def _text(table: pd.DataFrame, column: str) -> pd.Series:
    return table[column].astype(str).str.strip() if column in table else pd.Series("", index=table.index)


def _near(name: str, known: pd.Series) -> str:
    """Up to five known words for an error's sentence, the most alike first."""
    known_words = [word for word in dict.fromkeys(known) if word]
    alike = get_close_matches(name.strip(), known_words, n=5, cutoff=0.4)
    return ", ".join(alike or known_words[:5]) or "-"
