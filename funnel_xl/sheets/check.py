"""The sheet Check: the findings that cost the most money first, the rest by owner and rule, notes and accepted findings apart."""

import math
from collections.abc import Sequence

from ..sales.answers import Answers
from ..sales.finding import Finding, message
from ..wording import words as all_words
from .about import about
from .deals import KEY as DEALS
from .deals import deal_places
from .describe import Block, Column, Heading, Link, Page, Sheet, Table, Text

WIDTHS = (17.0, 15.0, 25.0, 10.0, 13.0, 76.0)
TOP = 10
MOST_GROUPS = 100       # rows of owner and rule on the page, the dearest; the table by rule above them is always whole
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
                   Heading(words["sheet.check.groups"]), *_groups(findings, words)]
    if answers.accepted:
        blocks += [Heading(words["sheet.check.accepted"].format(n=len(answers.accepted))), _accepted(answers, words)]
    if answers.notes:
        blocks += [Heading(words["sheet.check.notes"].format(n=len(answers.notes))), *_notes(answers, words)]
    blocks += _rest(answers, set(top), words)
    title = words["sheet.check"]
    return Sheet("check", "check", title, tuple(blocks), title=title, subtitle=about(answers, words), foot=about(answers, words),
                 language=language, widths=WIDTHS, page=Page(landscape=True))


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


def _money(stakes: Sequence[float]) -> float:
    known = [stake for stake in stakes if not math.isnan(stake)]
    return math.fsum(known) if known else math.nan


def _groups(findings: Sequence[Finding], words: dict[str, str]) -> list[Block]:
    """How many findings and how much money by rule, then by owner and rule; each with its dearest finding."""
    by_rule: dict[str, list[Finding]] = {}
    by_owner: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.code, []).append(finding)
        by_owner.setdefault((finding.owner, finding.code), []).append(finding)
    tables: list[Block] = []
    if len(by_rule) > 1:
        groups = sorted(by_rule.values(), key=_weight)
        owners = [words["sheet.check.owners"].format(n=len({finding.owner for finding in group})) for group in groups]
        tables += [_group_table("CheckRules", (
            Column(words["sheet.check.rule"], "wrap", [rule_name(group[0].code, words) for group in groups], span=2),
            Column(words["sheet.check.whose"], "text", owners)), groups, words), Text("")]
    groups = sorted(by_owner.values(), key=_weight)
    shown = groups[:MOST_GROUPS]
    tables.append(_group_table("CheckOwners", (
        Column(words["field.owner"], "wrap", [group[0].owner or words["sheet.owner.none"] for group in shown]),
        Column(words["sheet.check.rule"], "wrap", [rule_name(group[0].code, words) for group in shown], span=2)), shown, words))
    if len(groups) > len(shown):
        tables.append(Text(words["sheet.check.more_groups"].format(n=len(groups) - len(shown)), "note"))
    return tables


def _weight(group: Sequence[Finding]) -> tuple[float, int]:
    """Sorts groups: the most money at stake first, then the most findings."""
    money = _money([finding.stake for finding in group])
    return (0.0 if math.isnan(money) else -money, -len(group))


def _group_table(name: str, first: tuple[Column, ...], groups: Sequence[Sequence[Finding]], words: dict[str, str]) -> Table:
    return Table(name, (
        *first,
        Column(words["sheet.check.count"], "count", [len(group) for group in groups], total=sum(map(len, groups))),
        Column(words["sheet.check.stake"], "money", [_money([finding.stake for finding in group]) for group in groups]),
        Column(words["sheet.check.dearest"], "wrap", [message(group[0], words) for group in groups]),
    ))


def _rest(answers: Answers, top: set[int], words: dict[str, str]) -> list[Block]:
    """All findings beyond the first ten, owner by owner and rule by rule, in a table with filters."""
    rest = [finding for at, finding in enumerate(answers.findings) if at not in top]
    if not rest:
        return []
    owners: dict[str, list[Finding]] = {}
    rules: dict[tuple[str, str], list[Finding]] = {}
    for finding in rest:
        owners.setdefault(finding.owner, []).append(finding)
        rules.setdefault((finding.owner, finding.code), []).append(finding)
    owner_weight = {owner: _weight(group) for owner, group in owners.items()}
    rule_weight = {key: _weight(group) for key, group in rules.items()}
    rest.sort(key=lambda finding: (owner_weight[finding.owner], finding.owner, rule_weight[finding.owner, finding.code], finding.code))
    printed = len(rest) <= MOST_PRINTED
    return [Heading(words["sheet.check.rest"].format(n=len(rest))),
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
