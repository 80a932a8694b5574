"""Deals that wait: the stalled ones, and what to ask or to tell about changes of stage, owner by owner."""

import datetime as dt
from collections.abc import Sequence

from ..sales.answers import Answers
from ..sales.dwell import stalled_deals
from ..sales.owners import owners
from ..sales.reminders import Reminder
from .describe import Block, Column, Heading, Table, Text

MOST_STALLED = 25
MOST_OWNERS = 15
FEW_OWNERS, MANY_EACH, FEW_EACH = 8, 10, 4  # up to so many owners the first number of deals is shown of each, above it the second


def _named(answers: Answers, row: int, words: dict[str, str]) -> tuple[str, str]:
    """A deal's id, where it has none its number; and its customer, else its own name."""
    number, customer, name = (str(answers.deals.column(field)[row]) for field in ("id", "account", "name"))
    return number or words["sheet.deal"].format(n=row + 1), customer or name


def stalled_blocks(answers: Answers, words: dict[str, str]) -> list[Block]:
    """The stalled deals, the dearest first."""
    stalled, deals = stalled_deals(answers), answers.deals
    blocks: list[Block] = [Heading(words["sheet.time.stalled"].format(n=f"{len(stalled.row):,}", known=f"{stalled.known:,}"))]
    rows = stalled.row[:MOST_STALLED]
    if not stalled.known:
        return [*blocks, Text(words["sheet.none.columns"].format(columns=words["field.entered"]))]
    if not len(rows):
        return [*blocks, Text(words["sheet.time.stalled.none"])]
    if len(stalled.row) > len(rows):
        blocks.append(Text(words["sheet.time.stalled.first"].format(shown=len(rows)), "note"))
    checks = answers.computed["next_check"].to_numpy()[rows]
    stages = [answers.stages[at].name for at in answers.facts.stage[rows]]
    numbers, customers = zip(*(_named(answers, row, words) for row in rows.tolist()), strict=True)
    return [*blocks, Table("TimeStalled", (
        Column(words["field.id"], "wrap", numbers), Column(words["field.account"], "wrap", customers, 2),
        Column(words["field.owner"], "wrap", [str(name) for name in deals.column("owner")[rows]], 2),
        Column(words["field.stage"], "wrap", stages, 2),
        Column(words["sheet.column.days_in_stage"], "days", stalled.days[:MOST_STALLED]),
        Column(words["sheet.time.column.limit"], "days", stalled.limit[:MOST_STALLED]),
        Column(words["field.amount"], "money", answers.facts.value[rows]),
        Column(words["sheet.column.next_check"], "wrap", [words[check] if check else "" for check in checks], 2)))]


def reminder_blocks(answers: Answers, found: Sequence[Reminder], words: dict[str, str]) -> list[Block]:
    """What to ask and to tell, owner by owner; a deal has one row however many reminders it has."""
    owners = _by_owner(answers, found)
    count = sum(len(deals) for deals in owners.values())
    blocks: list[Block] = [Heading(words["sheet.time.reminders"].format(n=f"{count:,}"))]
    if not count:
        return [*blocks, Text(words["sheet.time.reminders.none"])]
    each = MANY_EACH if len(owners) <= FEW_OWNERS else FEW_EACH
    lines = [line for owner in list(owners)[:MOST_OWNERS] for line in _owner_lines(answers, owner, owners[owner], each, words)]
    names, numbers, customers, amounts, says, following = zip(*lines, strict=True)
    blocks.append(Table("TimeReminders", (
        Column(words["field.owner"], "wrap", names, 2), Column(words["field.id"], "wrap", numbers),
        Column(words["field.account"], "wrap", customers, 2), Column(words["field.amount"], "money", amounts),
        Column(words["sheet.time.column.reminder"], "wrap", says, 4), Column(words["sheet.time.column.next"], "wrap", following, 2))))
    if len(owners) > MOST_OWNERS:
        blocks.append(Text(words["sheet.time.reminders.owners"].format(shown=MOST_OWNERS, n=len(owners)), "note"))
    return blocks


def _by_owner(answers: Answers, found: Sequence[Reminder]) -> dict[str, dict[int, list[Reminder]]]:
    """Owner -> deal -> its reminders, in their order."""
    named, by_owner = owners(answers.facts), {}
    for each in found:
        by_owner.setdefault(named.names[named.at[each.row]], {}).setdefault(each.row, []).append(each)
    return by_owner


def _owner_lines(answers: Answers, owner: str, deals: dict[int, list[Reminder]], most: int, words: dict[str, str]) -> list[tuple]:
    """A line for each of an owner's dearest deals, and one for those beyond; the owner is named in the first."""
    lines = []
    for row, reminded in list(deals.items())[:most]:
        says = "\n".join(_says(answers, each, words) for each in reminded)
        lines.append((*_named(answers, row, words), float(answers.facts.value[row]), says, _next(answers, reminded[0], words)))
    if len(deals) > most:
        lines.append((None, words["sheet.time.reminders.more"].format(n=len(deals) - most), None, None, None))
    name = words["sheet.time.owner"].format(owner=owner or words["sheet.owner.none"], n=len(deals))
    return [(name if not at else None, *line) for at, line in enumerate(lines)]


def _says(answers: Answers, each: Reminder, words: dict[str, str]) -> str:
    """One reminder as a sentence."""
    stage = answers.stages[each.stage].name
    left = answers.stages[each.left] if each.left >= 0 else None
    key, output = each.reason, left.output if left else ""
    if key == "moved" and output:
        key = "moved_output"
    day = answers.as_of - dt.timedelta(days=int(each.days)) if key not in ("early", "expected") else ""
    return words[f"sheet.time.remind.{key}"].format(stage=stage, left=left.name if left else "", output=output, day=day,
                                                    days=f"{each.days:.0f}", limit=f"{each.limit:g}")


def _next(answers: Answers, each: Reminder, words: dict[str, str]) -> str:
    """The stage that comes next and what lets a deal into it."""
    if each.following < 0:
        return ""
    stage = answers.stages[each.following]
    return words["sheet.time.next"].format(stage=stage.name, entry=stage.entry) if stage.entry else stage.name
