"""What usually goes wrong in each step of the sale, and which deals to ask about leaving (spec items 54 and 55).

S4 lists a challenge and a remedy for each of seven steps; the list itself is lost, so the seven hints here are our own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .answers import Answers
from .bottleneck import Step, bottlenecks
from .stage import Stage

# In the order of the sale; the rows "coach.STEP" and "coach.STEP.remedy" of words.csv say challenge and remedy.
STEPS = ("prospect", "qualify", "contact", "needs", "proposal", "negotiation", "close")
LIKE = {  # the other canonical keys of stages, by the step whose troubles they share
    "lead": "prospect", "awareness": "prospect", "opportunity": "qualify", "interest": "contact", "consideration": "needs",
    "decision_makers": "needs", "demo": "needs", "value_proposition": "proposal", "intent": "negotiation", "contract": "close",
    "decision": "close",
}
LEAST_SIGNS = 2
SIGNS = ("budget", "authority", "stalled", "overdue", "old")  # rows "exit.SIGN" of words.csv


@dataclass(frozen=True)
class Hint:
    """A stage that needs help."""

    stage: int  # index into the stages
    step: str  # of STEPS
    by_place: bool  # the step is taken from the stage's place in the funnel, since its name says nothing
    stalled: int  # open deals that stand in it too long
    bottleneck: Step | None = None  # the way out of it, where that is one


@dataclass(frozen=True)
class Exit:
    """A deal of which to ask whether to withdraw on purpose."""

    deal: int  # row of deals.table
    signs: tuple[str, ...]  # of SIGNS, at least LEAST_SIGNS of them


def step_of(stages: Sequence[Stage], at: int) -> tuple[str, bool]:
    """The step of a stage, and whether it is known by nothing but the stage's place among the open ones of its line."""
    key = stages[at].key
    if key in STEPS or key in LIKE:
        return LIKE.get(key, key), False
    line = [index for index, stage in enumerate(stages) if stage.kind == "open" and stage.line == stages[at].line]
    share = line.index(at) / max(len(line) - 1, 1) if at in line else 1.0
    return STEPS[round(share * (len(STEPS) - 1))], True


def hints(answers: Answers) -> tuple[Hint, ...]:
    """The open stages in which deals are stalled, or behind which there is a bottleneck, in the funnel's order."""
    facts = answers.facts
    narrow = {step.at: step for step in bottlenecks(answers) if step.verdict == "bottleneck"}
    stalled = np.bincount(facts.stage[facts.stalled & (facts.stage >= 0)], minlength=len(facts.stages))
    return tuple(
        Hint(at, *step_of(facts.stages, at), int(stalled[at]), narrow.get(at))
        for at, stage in enumerate(facts.stages)
        if stage.kind == "open" and (stalled[at] or at in narrow)
    )


def exits(answers: Answers) -> tuple[Exit, ...]:
    """Open deals with at least two signs that they are not worth staying in: the most signs first, then the least weighted value.

    The signs: no budget or no authority by BANT (answered "no"), stalled, a close date in the past, older than any deal that ever closed.
    """
    facts = answers.facts
    old = np.zeros(len(facts.kind), bool)
    old[[each.row for each in answers.findings if each.code == "age.beyond_history" and each.row >= 0]] = True
    shown = {
        "budget": facts.column("bant_budget") == 0, "authority": facts.column("bant_authority") == 0, "stalled": facts.stalled,
        "overdue": facts.placement.overdue, "old": old,
    }
    count = sum(mask.astype(int) for mask in shown.values())
    rows = np.flatnonzero(facts.is_open & (count >= LEAST_SIGNS))
    order = rows[np.lexsort((rows, np.nan_to_num(facts.weighted[rows], nan=-1.0), -count[rows]))]
    return tuple(Exit(row, tuple(sign for sign in SIGNS if shown[sign][row])) for row in order.tolist())
