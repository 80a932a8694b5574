"""Entry conditions: the parts of their text, the fields that can show each, and the deals that don't show them (item 41, ruling R11)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from ..aliases import aliases, plain
from ..stage import Stage
from .people import types_by_deal
from .rule import Facts

# " or more" belongs to a number: "lead score of 6 or more".
_OR = re.compile(r"[/／;；\n]|\bor\b(?!\s+(?:more|above|higher|better|longer|over|later))|或(?![以更者])", re.I)
_AND = re.compile(r"\band\b|[并並]?且|以及", re.I)
_EVERY = re.compile(r"[/／;；\n]|\band\b|[并並]?且|以及", re.I)
_EITHER = re.compile(r"\bor\b(?!\s+(?:more|above|higher|better|longer|over|later))|或(?![以更者])", re.I)
_DENIED = re.compile(r"\b(?:no|not|never|without)\b|[未没沒无無不]", re.I)     # "budget not confirmed" is not what a field shows
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_PUNCTUATION = re.compile(r"[^\w#]+")
DAYS_A_MONTH = 30.4375
REQUESTED, APPROVED = 0.5, 0.75    # what a fund rate means (spec item 10)

Shown = tuple[np.ndarray, np.ndarray]       # one item a deal: it is shown to hold; a field could have shown it


@dataclass(frozen=True)
class Part:
    """One thing that an entry condition asks for."""

    text: str                       # as the team wrote it
    key: str = ""                   # of aliases.csv "condition"; "": no field can show it
    number: float = float("nan")    # what it names: a score, months


@dataclass(frozen=True)
class Condition:
    """An entry condition: groups of parts."""

    every: bool                             # every group must hold, each by any of its parts; else any group, by all of its parts
    groups: tuple[tuple[Part, ...], ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(part for group in self.groups for part in group)


@dataclass(frozen=True)
class Unmet:
    """The deals that stand in a stage without showing its entry condition."""

    deals: np.ndarray                               # bool a deal
    _shown: tuple[tuple[tuple[Part, Shown], ...], ...]
    _every: bool

    @property
    def asked(self) -> set[str]:
        """What the fields were asked for: keys of EVIDENCE."""
        return {part.key for group in self._shown for part, _ in group}

    def missing(self, row: int) -> tuple[str, ...]:
        """The parts that a field could show of a deal and does not."""
        groups = self._shown
        if self._every:     # a group that is shown by another of its parts is not missing
            groups = tuple(group for group in groups if not any(met[row] for _, (met, _) in group))
        return tuple(part.text for group in groups for part, (met, tells) in group if tells[row] and not met[row])


@cache
def condition(text: str, rule: str) -> Condition:
    """The parts of an entry condition's text; `rule` is Stage.entry_rule. "/", ";" and line breaks part what stands beside each other."""
    every = rule == "all"
    outer, inner = (_EVERY, _EITHER) if every else (_OR, _AND)
    groups = (tuple(_part(piece) for piece in inner.split(group) if piece.strip()) for group in outer.split(text))
    return Condition(every, tuple(group for group in groups if group))


def _part(text: str) -> Part:
    text = text.strip(" ,，。.、")
    number = _NUMBER.search(text)
    key = "" if _DENIED.search(text) else _meaning(text)
    return Part(text, key, float(number[0]) if number else float("nan"))


@cache
def _spellings() -> tuple[tuple[str, str], ...]:
    return tuple(sorted(((text, alias.key) for text, alias in aliases("condition").items()), key=lambda item: -len(item[0])))


def _meaning(text: str) -> str:
    """What a part asks for: the longest spelling that it contains, in English as whole words; numbers stand as #."""
    folded = _NUMBER.sub("#", plain(text))
    words, solid = f" {_PUNCTUATION.sub(' ', folded)} ", folded.replace(" ", "")
    return next((key for spelling, key in _spellings() if (f" {spelling} " in words if spelling.isascii() else spelling in solid)), "")


def unmet(facts: Facts, at: int) -> Unmet | None:
    """The deals in a stage (index into facts.stages) that don't show its entry condition; None where no field can show a part of it.

    A part that no field of the source can show never stands in the way: where any is enough, one shown part is; where all are asked for,
    every part that can be shown must be.
    """
    stage: Stage = facts.stages[at]
    if not stage.entry or stage.kind == "lost":
        return None
    asked = condition(stage.entry, stage.entry_rule)
    groups = tuple(tuple((part, seen) for part in group if (seen := shown(facts, part))) for group in asked.groups)
    groups = tuple(group for group in groups if group)
    if not groups:
        return None
    told, held = [], []
    for group in groups:
        tells, met = np.array([tells for _, (_, tells) in group]), np.array([met for _, (met, _) in group])
        told.append(tells.any(axis=0))
        held.append((met & tells).any(axis=0) if asked.every else (met | ~tells).all(axis=0))
    told, held = np.array(told), np.array(held)
    broken = (told & ~held).any(axis=0) if asked.every else told.any(axis=0) & ~(told & held).any(axis=0)
    return Unmet((facts.stage == at) & (facts.kind == stage.kind) & broken, groups, asked.every)


def shown(facts: Facts, part: Part) -> Shown | None:
    """Of each deal whether its fields show a part, and whether they could; None where the source has no such field."""
    return EVIDENCE[part.key](facts, part) if part.key else None


def _everywhere(facts: Facts, met: np.ndarray) -> Shown:
    """A field that is there and empty does not show it."""
    return met, np.ones(len(facts.kind), bool)


def _past(facts: Facts, name: str) -> np.ndarray:
    days = facts.column(name).astype("datetime64[D]")
    return ~np.isnat(days) & (days <= facts.today)


def _flag(name: str) -> Callable[[Facts, Part], Shown | None]:
    return lambda facts, _: _everywhere(facts, facts.column(name) == 1) if facts.has(name) else None


def _lead_score(facts: Facts, part: Part) -> Shown | None:
    least = part.number if part.number == part.number else facts.settings.gate
    return _everywhere(facts, facts.column("lead_score") >= least) if facts.has("lead_score") else None


def _budget(facts: Facts, _: Part) -> Shown | None:
    money = facts.column("budget")
    tells = np.full(len(facts.kind), facts.has("bant_budget") or facts.has("budget_approved")) | np.isfinite(money - facts.column("amount"))
    met = (facts.column("bant_budget") == 1) | _past(facts, "budget_approved") | (money >= facts.column("amount"))
    met |= facts.column("fund") >= APPROVED - 1e-9
    return (met, tells) if tells.any() else None


def _request(facts: Facts, _: Part) -> Shown | None:
    fund = facts.column("fund")
    return (fund >= REQUESTED - 1e-9) | _past(facts, "budget_approved"), np.isfinite(fund)


def _decision_maker(facts: Facts, _: Part) -> Shown | None:
    if not (facts.has("bant_authority") or facts.has("decision_chain") or len(facts.deals.buyers)):
        return None
    economic = np.array(["E" in types for types in types_by_deal(facts)], dtype=bool)
    return _everywhere(facts, (facts.column("bant_authority") == 1) | (facts.column("decision_chain") != "") | economic)


def _contract(facts: Facts, _: Part) -> Shown:
    """A deal that counts as won has its contract; of an open one the day of the award shows it."""
    won = np.isin(facts.kind, ("won", "post"))
    return won | _past(facts, "awarded"), won | facts.has("awarded")


def _payment(facts: Facts, _: Part) -> Shown | None:
    table = facts.deals.companions.table("Payments")
    owing, arrived = np.zeros(len(facts.kind), bool), np.zeros(len(facts.kind), bool)
    deal = table["deal"].to_numpy()
    paid = (table["received"].to_numpy() > 0) | ~np.isnat(table["paid"].to_numpy())
    owing[deal[deal >= 0]] = True
    arrived[deal[(deal >= 0) & paid]] = True
    return _past(facts, "paid") | arrived, owing | facts.has("paid")


def _in_use(facts: Facts, part: Part) -> Shown | None:
    since = facts.column("installed").astype("datetime64[D]")
    months = (facts.today - since).astype(float) / DAYS_A_MONTH
    text = part.text.casefold()
    asked = part.number * (12 if "year" in text or "年" in text else 1)
    asked = asked / DAYS_A_MONTH if "day" in text or "天" in text else asked
    return ~np.isnat(since) & (np.floor(months + 0.1) >= asked), ~np.isnat(since)


EVIDENCE: dict[str, Callable[[Facts, Part], Shown | None]] = {
    "lead_score": _lead_score,
    "use_case": _flag("use_case"),
    "need": _flag("bant_need"),
    "budget": _budget,
    "request": _request,
    "decision_maker": _decision_maker,
    "timeline": _flag("bant_timeline"),
    "contract": _contract,
    "payment": _payment,
    "in_use": _in_use,
}
