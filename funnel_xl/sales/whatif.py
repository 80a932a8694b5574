"""Which one lever closes the gap to a goal: by the basic sales formula (spec item 30), and by velocity's four levers (C2.11)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..errors import OutOfRange
from .aliases import meaning, plain
from .answers import Answers
from .money import read_money
from .profit import FACTORS
from .share import read_shares

SHARES = ("meeting_rate", "closing_rate", "win_rate", "margin")  # at most 100 %
WHOLE = ("base", "open_deals")  # rounded up where they are shown
FORMULA = FACTORS[:4]  # what makes the revenue; the margin makes it profit
VELOCITY = ("open_deals", "win_rate", "average_order", "cycle_days")
LEVERS = (*FORMULA, "open_deals", "win_rate", "cycle_days", "margin")
DIVIDES = "cycle_days"  # the longer it is, the less is won


@dataclass(frozen=True)
class Lever:
    """One factor: what it is, and what it alone must become."""

    name: str  # row "lever.NAME"
    now: float  # NaN: not known
    source: str  # "setting", "deals", "set" or "": not known; row "lever.from.SOURCE"
    needed: float = math.nan  # so that the goal is met, all else as it is; NaN: can't be said
    possible: bool = True  # a rate can't be above 100 %, a cycle not below one day

    @property
    def change(self) -> float:
        """Needed / now - 1."""
        change = self.needed / self.now - 1 if self.now else math.nan
        return change if change < math.inf else math.nan


@dataclass(frozen=True)
class WhatIf:
    """One way to reckon what a period yields, and its levers."""

    model: str  # "formula" or "velocity"
    measure: str  # "profit" or "revenue"
    goal: float  # [base currency per period]
    now: float  # NaN: a lever is not known
    levers: tuple[Lever, ...]

    @property
    def gap(self) -> float:
        """What is missing to the goal; 0 where it is met."""
        return max(0.0, self.goal - self.now) if self.now == self.now else math.nan

    @property
    def unknown(self) -> tuple[str, ...]:
        """The levers that are not known."""
        return tuple(each.name for each in self.levers if math.isnan(each.now))


def known_levers(answers: Answers) -> dict[str, Lever]:
    """Every lever by name, from the settings, else from the deals.

    Closing efficiency: else the win rate of the closed deals. Average order: else the mean won deal. Margin: of the won deals by their
    amounts, each its own, else the settings'. Velocity's levers are the summary's.
    """
    settings, summary = answers.settings, answers.summary
    derived = {
        "base": math.nan,
        "meeting_rate": math.nan,
        "closing_rate": summary.win_rate_count,
        "average_order": summary.average_won,
        "open_deals": float(summary.open.deals) if summary.deals else math.nan,
        "win_rate": summary.win_rate_count,
        "cycle_days": summary.cycle_days if summary.cycle_days > 0 else math.nan,
    }
    levers = {}
    for name, value in derived.items():
        given = getattr(settings, name, math.nan)
        source = "setting" if given == given else "deals" if value == value else ""
        levers[name] = Lever(name, given if source == "setting" else value, source)
    return levers | {"margin": _margin(answers)}


def _margin(answers: Answers) -> Lever:
    facts = answers.facts
    own, value = facts.column("margin"), facts.value
    won = (facts.kind == "won") & (value > 0)
    setting = answers.settings.margin
    rates = facts.margin
    rows = won & np.isfinite(rates)
    if (won & np.isfinite(own)).any() and rows.any():
        return Lever("margin", float((rates[rows] * value[rows]).sum() / value[rows].sum()), "deals")
    return Lever("margin", setting, "setting" if setting == setting else "")


def what_if(answers: Answers, goal: float = math.nan, changed: Mapping[str, float] | None = None) -> tuple[WhatIf, ...]:
    """What one lever alone must become: by the formula and by velocity; one whose levers are not all known comes with NaN.

    `goal` is gross profit where a margin is known, else money won; without it the goal is the quota, which is money won. `changed` holds
    levers that are set otherwise. No goal and no quota: nothing.
    """
    levers = known_levers(answers) | {name: Lever(name, value, "set") for name, value in (changed or {}).items()}
    profit = goal == goal and levers["margin"].now == levers["margin"].now
    goal = goal if goal == goal else answers.settings.quota
    if not goal > 0:
        return ()
    days = answers.facts.period.days
    more = (levers["margin"],) if profit else ()
    measure = "profit" if profit else "revenue"
    return tuple(
        solved(model, measure, goal, (*(levers[name] for name in names), *more), scale)
        for model, names, scale in (("formula", FORMULA, 1.0), ("velocity", VELOCITY, float(days)))
    )


def solved(model: str, measure: str, goal: float, levers: tuple[Lever, ...], scale: float = 1.0) -> WhatIf:
    """The yield of these levers, and for each what it must be for the goal with all others as they are.

    A yield is scale x the product of the levers, with the cycle below the line.
    """
    parts = {each.name: 1 / each.now if each.name == DIVIDES else each.now for each in levers}
    found = []
    for each in levers:
        others = scale * math.prod(part for name, part in parts.items() if name != each.name)
        needed = goal / others if others > 0 else math.nan
        needed = 1 / needed if each.name == DIVIDES and needed else needed
        needed = needed if 0 < needed < math.inf else math.nan  # what is too small or too large to be said can't be reached
        beyond = needed > 1 + 1e-12 if each.name in SHARES else needed < 1 if each.name == "cycle_days" else False
        found.append(replace(each, needed=needed, possible=not beyond))
    return WhatIf(model, measure, goal, scale * math.prod(parts.values()), tuple(found))


def read_lever(text: str) -> tuple[str, float]:
    """The lever and the number of a text such as "meeting_rate=35%" or "average order=120K".

    Raises
    ------
    OutOfRange
        No such lever, no number, a rate that is not above 0 and up to 100 %, or another number that is not above zero.
    """
    spelt, equals, said = text.rpartition("=")
    name = lever_named(spelt)
    if not equals or not name:
        raise OutOfRange("error.whatif.lever", value=text, allowed=", ".join(LEVERS))
    value = float((read_shares([said]) if name in SHARES else read_money([said])[0]).values[0])
    if not 0 < value < math.inf:
        raise OutOfRange("error.whatif.share" if name in SHARES else "error.whatif.number", name=name, value=said)
    return name, value


def lever_named(text: str) -> str:
    """The lever that a text names, by its identifier or by the setting's name in any language; "" where it names none."""
    name = plain(text).replace(" ", "_").replace("-", "_")
    if name in LEVERS:
        return name
    found = meaning("setting", text)
    return found if found in LEVERS else ""


def read_goal(text: str) -> float:
    """The goal in money.

    Raises
    ------
    OutOfRange
        It is no amount above zero.
    """
    value = float(read_money([text])[0].values[0])
    if not 0 < value < math.inf:
        raise OutOfRange("error.whatif.number", name="--goal", value=text)
    return value
