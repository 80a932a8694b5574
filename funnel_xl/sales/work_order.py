"""The order of work, and when each deal's buyer is due to hear from us (spec items 38, 40 and 47, F6)."""

from dataclasses import dataclass

import numpy as np

from .answers import Answers
from .check.rule import Facts
from .known import known_sum
from .tier import CADENCE
from .time_plan import ORDER

TIERS = (*CADENCE, "")  # "": no tier, for want of an amount, a chance or the limits


@dataclass(frozen=True)
class Contacts:
    """When each deal's buyer is due to be contacted again; arrays have one item a deal."""

    due: np.ndarray  # datetime64[D]; NaT: the deal is closed, has no tier, or the last contact is not known
    overdue_days: np.ndarray  # calendar days since the due date; 0: not yet past; NaN where there is none
    unknown: np.ndarray  # bool: open deals with a tier, of which the last contact is not known


@dataclass(frozen=True)
class TierLine:
    """The open deals of one tier."""

    tier: str  # of TIERS
    deals: int
    amount: float  # [base currency]; NaN: not one is known
    weighted: float
    cadence_days: float  # A: a working day; NaN without a tier
    due: int  # contacts that are due by the as-of date, the overdue ones among them
    overdue: int
    unknown: int  # deals whose last contact is not known


def contacts(facts: Facts) -> Contacts:
    """Tier A: the next working day after the last contact; B: 7 days after it; C: 30 days after it."""
    if "contacts" not in facts.memo:
        last = facts.column("last_contact").astype("datetime64[D]")
        tier = np.where(facts.is_open, facts.tier, "")
        due = np.full(len(last), np.datetime64("NaT", "D"))
        is_a = tier == "A"
        due[is_a] = facts.settings.workdays.after(last[is_a], int(CADENCE["A"]))
        for name in ("B", "C"):
            due[tier == name] = last[tier == name] + int(CADENCE[name])
        late = np.where(np.isnat(due), np.nan, np.maximum((facts.today - due).astype(float), 0))
        facts.memo["contacts"] = Contacts(due, late, (tier != "") & np.isnat(last))
    return facts.memo["contacts"]


def work_order(facts: Facts) -> np.ndarray:
    """Rows of the open deals in the order of work: Best Few, then Above, then In, then what has no placement.

    Within each the larger weighted value first, then the higher tier, then the larger amount; what is not known last; equals keep the
    source's order.
    """
    rows = np.flatnonzero(facts.is_open)
    place = np.array([*(ORDER.index(each) for each in range(len(ORDER))), len(ORDER)])[facts.placement.adopted[rows]]  # -1 is the last
    tier = np.array([TIERS.index(each) for each in facts.tier[rows].tolist()], dtype=np.int64)
    weighted, amount = (-np.where(np.isnan(values[rows]), -np.inf, values[rows]) for values in (facts.weighted, facts.value))
    return rows[np.lexsort((rows, amount, tier, weighted, place))]


def tier_lines(answers: Answers) -> tuple[TierLine, ...]:
    """One line a tier; what has none only where there is such a deal."""
    facts, due = answers.facts, contacts(answers.facts)
    lines = []
    for tier in TIERS:
        rows = facts.is_open & (facts.tier == tier)
        if tier or rows.any():
            is_due = rows & (due.due <= facts.today)
            numbers = (known_sum(values[rows]) for values in (facts.value, facts.weighted))
            counts = (int(mask.sum()) for mask in (is_due, rows & (due.overdue_days > 0), rows & due.unknown))
            lines.append(TierLine(tier, int(rows.sum()), *numbers, CADENCE.get(tier, float("nan")), *counts))
    return tuple(lines)
