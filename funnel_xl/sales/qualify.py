"""Which deals deserve work: BANT, and the deals that give reason to withdraw on purpose (spec items 45, 54, F16).

Nothing is decided here: a manager asks, then decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np

from .aliases import meaning
from .answers import Answers
from .check.rule import RULES, Breakers, Facts
from .lead_score import adopted_score

BANT = ("bant_budget", "bant_authority", "bant_need", "bant_timeline")
STALLED_TIMES = 2.0  # a deal that stands in its stage for so many times the days that it allows is stalled again and again
SILENT_DAYS = 60  # without a contact: low engagement
# How much a reason weighs. Without budget or authority, said so, there is nothing to sell yet (item 54); no deal of that age ever closed.
GRAVITY = {"instruction": 3, "budget": 2, "authority": 2, "age": 2, "stalled": 1, "contact": 1, "score": 1}
WITHDRAW_FROM, HOLD_FROM = 3, 2  # of the gravities together
ADVICE = ("withdraw", "hold", "go")


@dataclass(frozen=True)
class StageBant:
    """The open deals of one stage and their answers, in the order of BANT."""

    stage: str  # "" for deals of an unknown stage
    deals: int
    full: int  # all four answered with yes
    yes: tuple[int, ...]
    no: tuple[int, ...]
    unknown: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open deal that gives reason to withdraw."""

    row: int
    reasons: tuple[str, ...]  # codes of GRAVITY: rows "sheet.qualify.reason.CODE" of words.csv
    advice: str  # one of ADVICE
    told: bool  # the manager has said so; else it is a suggestion


def bant(facts: Facts) -> np.ndarray:
    """The answers to BANT, shape (4, deals): 1 yes, 0 no, NaN not known."""
    return np.array([facts.column(name) for name in BANT])


def asked(facts: Facts) -> bool:
    """Whether the source has a column for any of the four."""
    return any(facts.has(name) for name in BANT)


def bant_by_stage(facts: Facts) -> tuple[StageBant, ...]:
    """The open deals by stage, in the stages' order; deals of an unknown stage last."""
    answers, is_open = bant(facts), facts.is_open
    open_stages = [at for at, stage in enumerate(facts.stages) if stage.kind == "open"]
    here = [(facts.stages[at].name, is_open & (facts.stage == at)) for at in open_stages]
    here.append(("", is_open & ~np.isin(facts.stage, open_stages)))
    return tuple(_stage_bant(name, answers[:, mask]) for name, mask in here if name or mask.any())


def _stage_bant(name: str, answers: np.ndarray) -> StageBant:
    counts = [tuple(int(count) for count in each.sum(axis=1)) for each in (answers == 1, answers == 0, np.isnan(answers))]
    return StageBant(name, answers.shape[1], int((answers == 1).all(axis=0).sum()), *counts)


def candidates(answers: Answers) -> tuple[Candidate, ...]:
    """The open deals with a reason to withdraw: withdraw before hold before go, the dearest first."""
    facts = answers.facts
    codes, given = tuple(GRAVITY), [reason.deals for reason in _reasons(facts).values()]
    has = np.array(given).T
    rows = np.flatnonzero(has.any(axis=1))
    gravity = has[rows] @ np.array(list(GRAVITY.values()))
    advice = np.where(gravity >= WITHDRAW_FROM, "withdraw", np.where(gravity >= HOLD_FROM, "hold", "go"))
    typed = facts.column("instruction")[rows]
    said = {text: meaning("instruction", text) for text in set(typed.tolist())}
    told = [said[text] for text in typed.tolist()]
    worth = np.nan_to_num(facts.value[rows])
    found = [
        Candidate(row, tuple(compress(codes, mine)), instruction or suggested, bool(instruction))
        for row, mine, instruction, suggested in zip(rows.tolist(), has[rows].tolist(), told, advice.tolist(), strict=True)
    ]
    order = np.lexsort((rows, -worth, [ADVICE.index(each.advice) for each in found])) if found else []
    return tuple(found[at] for at in order)


def reason_details(answers: Answers, listed: Sequence[Candidate]) -> list[list[tuple[str, dict]]]:
    """Of each deal the (code, values that its sentence names) of its reasons."""
    reasons = _reasons(answers.facts)
    return [[(code, reasons[code].details(each.row)) for code in each.reasons] for each in listed]


def _reasons(facts: Facts) -> dict[str, Breakers]:
    """Code of a reason -> the open deals that have it, and what its sentence names of one of them; in the order of GRAVITY."""
    instruction, silent, score, gate = facts.column("instruction"), silent_days(facts), adopted_score(facts), facts.settings.gate
    withdraw = [text for text in set(instruction.tolist()) if meaning("instruction", text) == "withdraw"]
    beyond = {breach.row: breach.details for breach in RULES["age.beyond_history"].breaches(facts)}
    is_beyond = np.zeros(len(facts.kind), bool)
    is_beyond[list(beyond)] = True
    found = {
        "instruction": Breakers(np.isin(instruction, withdraw), _nothing),
        "budget": Breakers(facts.column("bant_budget") == 0, _nothing),
        "authority": Breakers(facts.column("bant_authority") == 0, _nothing),
        "age": Breakers(is_beyond, lambda row: {name: beyond[row][name] for name in ("days", "longest")}),
        "stalled": Breakers(
            facts.days_in_stage >= STALLED_TIMES * facts.stall_days,
            lambda row: {"days": int(facts.days_in_stage[row]), "most": int(facts.stall_days[row])},
        ),
        "contact": Breakers(silent >= SILENT_DAYS, lambda row: {"days": int(silent[row])}),
        "score": Breakers(
            (score < gate) & (facts.column("use_case") != 1),
            lambda row: {"score": f"{np.round(score[row], 1):g}", "gate": f"{gate:g}"},
        ),
    }
    return {code: replace(found[code], deals=found[code].deals & facts.is_open) for code in GRAVITY}


def _nothing(row: int) -> dict:
    return {}


def silent_days(facts: Facts) -> np.ndarray:
    """Days since the last contact; NaN where none is known or it lies ahead."""
    days = (facts.today - facts.column("last_contact").astype("datetime64[D]")).astype(float)
    days[np.isnat(facts.column("last_contact")) | (days < 0)] = np.nan
    return days
