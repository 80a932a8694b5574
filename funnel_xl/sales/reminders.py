"""Reminders about changes of stage (spec item 48): open deals that should move or be asked about, and deals that have just moved."""

from dataclasses import dataclass

import numpy as np

from .answers import Answers
from .check.rule import Facts
from .journey import journeys
from .lines import next_stage
from .owners import owners
from .placement import ABOVE, BEST_FEW

MOVED_DAYS = 7  # the as-of date is the last of them
REASONS = ("date", "expected", "early", "moved")  # in the order in which they are said of a deal


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing to ask or to tell about one deal.

    `reason` is "date": its close date is past, for `days` days; "expected": it has stood in its stage for `days` days, more than the
    `limit` that it or its stage expects; "early": a Best Few by its score in a stage above the funnel; "moved": it came into its stage
    `days` days ago, so the output of the stage that it `left` is to be noted and the team told.
    """

    reason: str
    row: int  # of deals.table
    days: float  # NaN: not known
    limit: float  # [days]; NaN: none
    stage: int  # in which it stands, as an index into Answers.stages
    following: int  # the stage that comes next, whose entry condition is to be met; -1: none
    left: int = -1  # the stage from which it came, without a history the one before it in the model; -1: not known


def reminders(answers: Answers) -> tuple[Reminder, ...]:
    """All reminders: the owners with most money in reminded deals first, then the dearest deal, then the reason.

    Deals without an amount count as nothing and come last; deals whose stage the model does not know are left out.
    """
    facts = answers.facts
    days = facts.days_in_stage
    close = facts.column("close_date").astype("datetime64[D]")
    early = np.array([*(stage.placement == ABOVE for stage in facts.stages), False])[facts.stage]
    standing = (facts.kind == "open") & (facts.stage >= 0)
    overdue = np.where(np.isnat(close), np.nan, (facts.today - close).astype(float))
    own = facts.column("expected_days")
    expected = np.where(np.isnan(own), np.array([*(stage.expected_days for stage in facts.stages), np.nan])[facts.stage], own)
    moved, since, left = _moved(facts)
    none = np.full(len(days), np.nan)
    found = {
        "date": (standing & (overdue > 0), overdue, none),
        "expected": (standing & (days > expected), days, expected),
        "early": (standing & (facts.placement.score_placement == BEST_FEW) & early, days, none),
        "moved": (moved, since, none),
    }
    reason = np.concatenate([np.full(mask.sum(), at) for at, (mask, _, _) in enumerate(found.values())])
    row = np.concatenate([np.flatnonzero(mask) for mask, _, _ in found.values()])
    lasted, limit = (np.concatenate([each[at][each[0]] for each in found.values()]) for at in (1, 2))
    following = np.array([*(next_stage(facts.stages, at) for at in range(len(facts.stages))), -1])
    at = facts.terminal[row]
    columns = (row, lasted, limit, at, np.where((facts.kind == "open")[row], following[at], -1), left[row])
    order = _order(facts, row, reason)
    return tuple(
        Reminder(REASONS[why], *numbers)
        for why, *numbers in zip(reason[order].tolist(), *(column[order].tolist() for column in columns), strict=True)
    )


def _moved(facts: Facts) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Deals that came into their stage from another in the last days, how many days ago, and the stage from which each came.

    A deal that was created in the stage is new, not moved.
    """
    ways, count = journeys(facts), len(facts.kind)
    order = np.argsort(ways.deal, kind="stable")
    deal, stage, begin = ways.deal[order], ways.stage[order], ways.begin[order]
    last = np.r_[deal[1:] != deal[:-1], True] if len(deal) else np.zeros(0, bool)
    before = np.flatnonzero(last) - 1
    same = (before >= 0) & (deal[before] == deal[last])
    rows, since = deal[last], begin[last]
    created = facts.column("created").astype("datetime64[D]")[rows]
    came = np.where(same, stage[before], -1)
    changed = (same & ~np.isnat(begin[before])) | (created < since) | (np.isnat(created) & same)
    recent = (since > facts.today - MOVED_DAYS) & (since <= facts.today) & (stage[last] == facts.terminal[rows]) & changed
    moved, days, left = np.zeros(count, bool), np.full(count, np.nan), np.full(count, -1)
    moved[rows], left[rows] = recent, came
    days[rows[recent]] = (facts.today - since[recent]).astype(float)
    return moved, days, left


def _order(facts: Facts, row: np.ndarray, reason: np.ndarray) -> np.ndarray:
    """By owner, the most money first; then by deal, the dearest first; then by reason."""
    named = owners(facts)
    owner, money = named.at, np.nan_to_num(named.sums(facts.value, np.isin(np.arange(len(named.at)), row)))
    worth = np.nan_to_num(facts.value[row], nan=-np.inf)
    return np.lexsort((reason, row, -worth, owner[row], -money[owner[row]]))
