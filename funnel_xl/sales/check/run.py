"""All rules over one source: findings ranked by the money at stake."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..aliases import meaning, plain
from ..finding import Finding
from ..journey import journeys
from ..lead_score import levels_read
from . import fields, lead, method, payments, people, quotas, stages, timing  # noqa: F401  (their rules register themselves)
from .rule import RULES, Breach, Facts, Rule

_GRAVITY = {"error": 0, "warning": 1, "note": 2}


def check(facts: Facts) -> tuple[list[Finding], list[Finding]]:
    """All findings, dearest first, and all notes: those of reading and those of every rule.

    An error puts the deal's whole amount at stake, a warning its weighted value; a rule may know better (the gap between two chances).
    """
    found = [_with_stake(finding, facts) for finding in (*_unexplained(facts), *_notes(facts))]
    for each in RULES.values():
        found += [_finding(each, breach, facts) for breach in each.breaches(facts)]
    return ranked([finding for finding in found if finding.severity != "note"]), [
        finding for finding in found if finding.severity == "note"
    ]


def breakers(facts: Facts) -> dict[str, np.ndarray]:
    """Code -> the deals (a mask) of all that check() finds about single deals, without the sentences; the gravest codes first."""
    found: dict[tuple[int, str], np.ndarray] = {}
    for finding in _unexplained(facts):
        if finding.row >= 0:
            found.setdefault((_GRAVITY[finding.severity], finding.code), np.zeros(len(facts.kind), bool))[finding.row] = True
    for each in RULES.values():
        if each.severity != "note" and (mask := each.deals(facts)).any():
            found[_GRAVITY[each.severity], each.code] = mask
    return {code: found[gravity, code] for gravity, code in sorted(found, key=lambda key: key[0])}


def _unexplained(facts: Facts) -> list[Finding]:
    """What was found in reading, without answers that are neither yes nor no but a level of the team's lead score."""
    if not any(finding.code == "flag.unread" for finding in facts.deals.findings):
        return list(facts.deals.findings)
    levels = levels_read(facts)
    return [finding for finding in facts.deals.findings if finding.code != "flag.unread" or (finding.row, finding.column) not in levels]


def _notes(facts: Facts) -> list[Finding]:
    """What was said in reading; the columns that turned out to hold the days on which stages were entered are not unrecognised."""
    found = []
    for note in facts.deals.notes:
        if note.code == "columns.carried":
            headings = [heading for heading in note.details["headings"] if heading not in journeys(facts).columns]
            if not headings:
                continue
            note = replace(note, value=", ".join(headings), details={"count": len(headings), "headings": headings})
        found.append(note)
    return found


def ranked(findings: Sequence[Finding]) -> list[Finding]:
    """Dearest first; where the money is the same or not known, the graver first, then in the source's order."""
    return sorted(
        findings,
        key=lambda finding: (
            math.isnan(finding.stake),
            -finding.stake if finding.stake == finding.stake else 0.0,
            _GRAVITY[finding.severity],
            finding.row,
        ),
    )


def _finding(each: Rule, breach: Breach, facts: Facts) -> Finding:
    row, column = breach.row, breach.column or each.column
    deals = facts.deals
    value = breach.value
    if value is None and not breach.where and row >= 0 and column in deals.columns:
        value = deals.grid.rows[row][deals.columns[column]]
    where = breach.where or (deals.where(row, column) if row >= 0 else deals.source)
    owner = breach.owner if breach.owner is not None else facts.column("owner")[row] if row >= 0 else ""
    stake = breach.stake if breach.stake is not None else _stake(each.severity, row, facts)
    details = breach.details if "deal" in breach.details or row < 0 else breach.details | {"deal": deals.title(row)}
    return Finding(each.code, each.severity, where, column, value, row, str(owner), stake, details)


def _with_stake(finding: Finding, facts: Facts) -> Finding:
    if finding.row < 0 or finding.severity == "note":
        return finding
    return replace(finding, stake=_stake(finding.severity, finding.row, facts))


def _stake(severity: str, row: int, facts: Facts) -> float:
    if row < 0:
        return float("nan")
    if severity == "error" or np.isnan(facts.weighted[row]):
        return float(facts.value[row])
    return float(facts.weighted[row])


def accepted(findings: Sequence[Finding], facts: Facts) -> tuple[list[Finding], list[tuple[Finding, str]]]:
    """The findings that stand, and those that the team accepted with a reason (table Accepted: deal, rule, reason).

    A row without a deal accepts the rule everywhere; a row without a reason accepts nothing.
    """
    table = facts.deals.companions.table("Accepted")
    reasons: dict[tuple[int, str], str] = {}
    for deal, rule, reason, typed in zip(*(table[each] for each in ("deal", "rule", "reason", "deal_text")), strict=True):
        code = meaning("rule", rule) or plain(rule).replace(" ", ".", 1).replace(" ", "_")
        if reason and (deal >= 0 or not typed):
            reasons[int(deal) if typed else -1, code] = reason
    standing, taken = [], []
    for finding in findings:
        code = plain(finding.code).replace(" ", ".", 1).replace(" ", "_")
        reason = reasons.get((finding.row, code)) or reasons.get((-1, code))
        if reason:
            taken.append((finding, reason))
        else:
            standing.append(finding)
    return standing, taken
