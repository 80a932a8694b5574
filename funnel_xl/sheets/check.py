"""The sheet Check: the findings that cost the most money first, the rest by owner and rule, notes and accepted findings apart."""

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

from ..sales.answers import Answers
from ..sales.finding import Finding, message
from ..wording import words as all_words
from .about import number_sheet
from .deals import KEY as DEALS
from .deals import deal_places
from .describe import Block, Column, Heading, Link, Sheet, Table, Text
from .numbers import total

WIDTHS = (17.0, 15.0, 25.0, 10.0, 13.0, 76.0)
TOP = 10
MOST_GROUPS = 40        # rows of owner and rule that a reader still looks through
MOST_NAMED = 6          # deals of a group that are named
MOST_PRINTED = 300      # findings of the long list that go on paper; more are read on the screen, with its filters
MOST_NOTES = 40
TABLE = "FunnelFindings"


def check_sheet(answers: Answers, language: str) -> Sheet:
    """Ten findings, the groups, notes and accepted findings, and last the whole list as a table with filters."""
    words = all_words(language)
    findings = answers.findings
    top = dearest(findings, TOP)
    blocks: list[Block] = [] if top else [Text(words["sheet.check.none"])]
    if top:
        blocks += [Heading(words["sheet.check.top"].format(n=len(top))), Text(words["sheet.check.top_says"], "note"),
                   _table("CheckTop", [findings[at] for at in top], answers, words),
                   Heading(words["sheet.check.groups"].format(n=f"{len(findings):,}")), *_groups(findings, answers, words)]
    if answers.accepted:
        blocks += [Heading(words["sheet.check.accepted"].format(n=f"{len(answers.accepted):,}")), _accepted(answers, words)]
    if answers.notes:
        blocks += [Heading(words["sheet.check.notes"].format(n=f"{len(answers.notes):,}")), *_notes(answers, words)]
    blocks += _rest(answers, set(top), words)
    return number_sheet("check", words["sheet.check"], blocks, answers, language, WIDTHS, landscape=True)


def dearest(findings: Sequence[Finding], most: int) -> list[int]:
    """Places of the findings to say first: the dearest of each deal, and if these are too few the next ones.

    `findings` come dearest first.
    """
    deals: set[int] = set()
    first: list[int] = []
    for at, finding in enumerate(findings):
        if len(first) == most:
            return first
        if finding.row < 0 or finding.row not in deals:
            deals.add(finding.row)
            first.append(at)
    chosen = set(first)
    return first + [at for at in range(len(findings)) if at not in chosen][:most - len(first)]


def _table(name: str, findings: Sequence[Finding], answers: Answers, words: dict[str, str], **more: object) -> Table:
    """One row a finding, linked to its deal's row on the sheet Deals."""
    places = deal_places(answers)
    deals = answers.deals
    identities = [deals.column(field) for field in ("id", "account", "name")]
    named = [_deal(identities, finding.row, words) for finding in findings]
    links = [Link(DEALS, int(places[finding.row])) if finding.row >= 0 else None for finding in findings]
    return Table(name, (
        Column(words["sheet.index.deal"], "wrap", named, links=links),
        Column(words["field.owner"], "wrap", [finding.owner for finding in findings]),
        Column(words["sheet.check.rule"], "wrap", [rule_name(finding.code, words) for finding in findings]),
        Column(words["sheet.column.worst"], "text", [words[f"sheet.severity.{finding.severity}"] for finding in findings],
               marks=((words["sheet.severity.error"], "alarm"), (words["sheet.severity.warning"], "watch"))),
        Column(words["sheet.check.stake"], "money", [finding.stake for finding in findings]),
        Column(words["sheet.check.says"], "wrap", [message(finding, words) for finding in findings]),
    ), **more)


def _deal(identities: list[Sequence[str]], row: int, words: dict[str, str]) -> str:
    if row < 0:
        return ""
    return next((str(names[row]) for names in identities if names[row]), words["sheet.deal"].format(n=row + 1))


def rule_name(code: str, words: dict[str, str]) -> str:
    """What a rule is called where its findings are counted."""
    return words.get(f"sheet.rule.{code}", code)


def _groups(findings: Sequence[Finding], answers: Answers, words: dict[str, str]) -> list[Block]:
    """How many findings and how much money by owner and rule; where these are too many for a page, by owner and by rule apart."""
    owner, rule = words["field.owner"], words["sheet.check.rule"]

    def owner_of(finding: Finding) -> str:
        return finding.owner or words["sheet.owner.none"]

    def rule_of(finding: Finding) -> str:
        return rule_name(finding.code, words)

    groups = _grouped(findings, lambda finding: (owner_of(finding), rule_of(finding)))
    if len(groups) <= MOST_GROUPS:
        return [_group_table("CheckGroups", ((owner, owner_of, 1), (rule, rule_of, 2)), groups, answers, words)]
    return [_group_table("CheckOwners", ((owner, owner_of, 3),), _grouped(findings, owner_of), answers, words), Text(""),
            _group_table("CheckRules", ((rule, rule_of, 3),), _grouped(findings, rule_of), answers, words)]


def _grouped(findings: Sequence[Finding], key: Callable[[Finding], Hashable]) -> list[list[Finding]]:
    """The findings by a key: the group with the most money at stake first."""
    groups: dict[Hashable, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(key(finding), []).append(finding)
    return sorted(groups.values(), key=_weight)


def _weight(group: Sequence[Finding]) -> tuple[float, int]:
    """Sorts groups: the most money at stake first, then the most findings."""
    money = total(finding.stake for finding in group)
    return (0.0 if math.isnan(money) else -money, -len(group))


def _group_table(name: str, keys: Sequence[tuple[str, Callable[[Finding], str], int]], groups: Sequence[Sequence[Finding]],
                 answers: Answers, words: dict[str, str]) -> Table:
    """One row a group: what its findings have in common (heading, text, columns of the grid), how many, the money, whose deals."""
    identities = [answers.deals.column(field) for field in ("id", "account", "name")]
    shared = [Column(heading, "wrap", [text(group[0]) for group in groups], span) for heading, text, span in keys]
    return Table(name, (
        replace(shared[0], total=words["sheet.total"]), *shared[1:],
        Column(words["sheet.check.count"], "count", [len(group) for group in groups], total=sum(map(len, groups))),
        Column(words["sheet.check.stake"], "money", [total(finding.stake for finding in group) for group in groups]),
        Column(words["sheet.check.deals"], "wrap", [_deals_of(group, identities, words) for group in groups]),
    ))


def _deals_of(group: Sequence[Finding], identities: list[Sequence[str]], words: dict[str, str]) -> str:
    """The deals of a group, the first few by name."""
    rows = list(dict.fromkeys(finding.row for finding in group if finding.row >= 0))
    listed = ", ".join(_deal(identities, row, words) for row in rows[:MOST_NAMED])
    return listed if len(rows) <= MOST_NAMED else words["sheet.check.more_deals"].format(deals=listed, n=len(rows) - MOST_NAMED)


def _rest(answers: Answers, top: set[int], words: dict[str, str]) -> list[Block]:
    """All findings beyond the first ten, owner by owner and rule by rule, in a table with filters."""
    rest = [finding for at, finding in enumerate(answers.findings) if at not in top]
    if not rest:
        return []
    rest = [finding for owner in _grouped(rest, lambda finding: finding.owner) for rule in _grouped(owner, lambda finding: finding.code)
            for finding in rule]
    printed = len(rest) <= MOST_PRINTED
    return [Heading(words["sheet.check.rest"].format(n=f"{len(rest):,}")),
            Text(words["sheet.check.rest_says" if printed else "sheet.check.rest_screen"], "note"),
            _table(TABLE, rest, answers, words, listed=True, on_paper=None if printed else 0)]


def _accepted(answers: Answers, words: dict[str, str]) -> Table:
    table = _table("CheckAccepted", [finding for finding, _ in answers.accepted], answers, words)
    *columns, says = table.columns
    reasons = [words["sheet.check.reason"].format(finding=said, reason=reason)
               for said, (_, reason) in zip(says.values, answers.accepted, strict=True)]
    return Table(table.name, (*columns, Column(words["sheet.check.says_reason"], "wrap", reasons)))


def _notes(answers: Answers, words: dict[str, str]) -> list[Block]:
    shown = answers.notes[:MOST_NOTES]
    blocks: list[Block] = [Table("CheckNotes", (
        Column(words["sheet.check.note"], "wrap", [message(note, words) for note in shown], span=len(WIDTHS)),))]
    if len(answers.notes) > len(shown):
        blocks.append(Text(words["sheet.check.more_notes"].format(n=len(answers.notes) - len(shown)), "note"))
    return blocks
