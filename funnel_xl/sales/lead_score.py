"""The lead score from the team's own table LeadScore: criteria, weights and levels, 0 to 10 points (spec items 41, F16)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .aliases import meaning, plain
from .fields import FIELDS
from .levels import Levels, read_cells, read_levels

if TYPE_CHECKING:       # the rules of check/ ask for scores, so this module can't wait for them
    from .check.rule import Facts

FULL = 10.0  # points of a lead that has the highest level of every criterion
APART = 1.0  # a typed score further than this from what the criteria can add up to is asked about
READABLE = ("text", "flag", "number", "share", "stage")  # kinds of fields that can hold a level; money and dates are none


@dataclass(frozen=True)
class Criterion:
    """One row of the table LeadScore."""

    name: str
    weight: float  # NaN: not a positive number, it counts for nothing
    levels: Levels | None  # None: can't be understood
    at: int  # column of the deals' grid, -1: the deals have none
    field: str  # the recognised field that it is, "" for a column that is none
    row: int  # of the table LeadScore

    @property
    def counts(self) -> bool:
        return self.weight > 0 and self.levels is not None


@dataclass(frozen=True)
class LeadScores:
    """The scores of all deals; arrays have one item a deal."""

    criteria: tuple[Criterion, ...]
    shares: np.ndarray  # (criteria, deals): share of the weight, NaN not known
    score: np.ndarray  # 0-10, what is not known counts as 0; NaN where nothing is known
    most: np.ndarray  # what it would be if all that is not known were at its highest level
    known: np.ndarray  # how many of the criteria that count are known
    unread: tuple[tuple[int, int], ...]  # (criterion, deal) of cells that say no level

    @property
    def counting(self) -> int:
        """How many criteria count."""
        return sum(criterion.counts for criterion in self.criteria)

    def missing(self, deal: int) -> list[str]:
        """The criteria that are not known of a deal."""
        return [each.name for at, each in enumerate(self.criteria) if each.counts and np.isnan(self.shares[at, deal])]


def lead_scores(facts: Facts) -> LeadScores:
    """Score = 10 x sum(weight x level) / sum(weights); worked out once for one set of facts.

    A criterion's column is the one with its name as a heading, known to the product or not; else the field that it is a spelling of.
    Without any weight in the table all criteria weigh the same.
    """
    if "lead_scores" not in facts.memo:
        facts.memo["lead_scores"] = _lead_scores(facts)
    return facts.memo["lead_scores"]


def _lead_scores(facts: Facts) -> LeadScores:
    criteria = _criteria(facts)
    deals = len(facts.kind)
    shares = np.full((len(criteria), deals), np.nan)
    unread: list[tuple[int, int]] = []
    for at, each in enumerate(criteria):
        if each.at >= 0 and each.levels is not None and each.weight > 0:
            cells = [row[each.at] for row in facts.deals.grid.rows]
            shares[at], rows = read_cells(cells, each.levels, each.weight)
            unread += [(at, row) for row in rows]
    weights = np.array([each.weight if each.counts else 0.0 for each in criteria])
    whole = weights.sum()
    if not whole:
        nothing = np.full(deals, np.nan)
        return LeadScores(criteria, shares, nothing, nothing, np.zeros(deals, int), tuple(unread))
    score = FULL * (weights[:, None] * np.nan_to_num(shares)).sum(axis=0) / whole
    is_known = np.isfinite(shares)
    open_points = FULL * (weights[:, None] * ~is_known).sum(axis=0) / whole
    known = is_known.sum(axis=0)
    none = known == 0
    return LeadScores(
        criteria, shares, np.where(none, np.nan, score), np.where(none, np.nan, score + open_points), known, tuple(unread)
    )


def _criteria(facts: Facts) -> tuple[Criterion, ...]:
    table = facts.deals.companions.table("LeadScore")
    weights = table["weight"].to_numpy(dtype=float)
    if not np.isfinite(weights).any():
        weights = np.ones(len(table))
    headings = {plain(str(cell)): at for at, cell in reversed(list(enumerate(facts.deals.grid.header))) if cell is not None}
    rows = zip(table["criterion"].tolist(), weights.tolist(), table["levels"].tolist(), strict=True)
    return tuple(
        Criterion(name, weight if weight > 0 else float("nan"), read_levels(levels), *_column(facts, name, headings), row)
        for row, (name, weight, levels) in enumerate(rows)
        if name
    )


def _column(facts: Facts, name: str, headings: Mapping[str, int]) -> tuple[int, str]:
    """(column of the grid, field) of a criterion; -1 and "" where the deals have none.

    A criterion "Budget" is BANT's question, though a column Budget may hold money.
    """
    fields = {at: field for field, at in facts.deals.columns.items()}
    own = headings.get(plain(name), -1)
    if own >= 0 and own not in fields:
        return own, ""
    for field in (meaning("criterion", name), fields.get(own, ""), meaning("field", name)):
        if field in facts.deals.columns and FIELDS[field].kind in READABLE:
            return facts.deals.columns[field], field
    return -1, ""


def adopted_score(facts: Facts) -> np.ndarray:
    """The lead score that counts: the one that is typed, else the one that the criteria add up to; NaN where neither is known."""
    typed = facts.column("lead_score")
    return np.where(np.isnan(typed), lead_scores(facts).score, typed)


def levels_read(facts: Facts) -> set[tuple[int, str]]:
    """(deal, field) of the cells of recognised fields that say a level: "partly" is no answer to yes or no, but a level it is."""
    scores = lead_scores(facts)
    fields = [(at, each.field) for at, each in enumerate(scores.criteria) if each.field]
    return {(row, field) for at, field in fields for row in np.flatnonzero(np.isfinite(scores.shares[at])).tolist()}
