"""The sheet Plan: tiers and when their contacts are due, how a week is shared out, and what to work on first (spec items 38, 40, 47)."""

import math
from collections.abc import Sequence

import numpy as np

from ..sales.answers import Answers
from ..sales.rates import ratio
from ..sales.time_plan import ORDER, Allocation, OwnerBook, TimePlan, time_plan
from ..sales.work_order import TierLine, contacts, tier_lines, work_order
from ..wording import words as all_words
from .about import deal_name, number_sheet, placement_name
from .describe import Block, Column, Figure, Figures, Heading, Sheet, Table, Text
from .how import how
from .numbers import UNKNOWN, money, tile, total

WIDTHS = (5.0, 36.0, 15.0, 14.5, 14.0, 10.5, 10.5, 11.0, 11.0, 11.0, 10.5)
PRINTED = 60            # deals of the order of work that go on paper
WATCHED = ((">0", "watch"),)


def planning_sheet(answers: Answers, language: str) -> Sheet:
    """Figures, the tiers, the time allocation, how all of it is computed, and last the order of work as a table with filters."""
    words = all_words(language)
    if answers.summary.open.deals:
        blocks = [*_tiers(answers, words), *_time(time_plan(answers), answers, words), *_how(answers, words),
                  *_order(answers, words)]
    else:
        blocks = [Text(words["sheet.plan.no_deals"]), *_how(answers, words)]
    return number_sheet("plan", words["sheet.plan"], blocks, answers, language, WIDTHS, landscape=True)


def _how(answers: Answers, words: dict[str, str]) -> list[Block]:
    limits = {name: money(getattr(answers.settings, name), words) or UNKNOWN for name in ("small", "big")}
    return how(words, "planning.tiers", "planning.contacts", "planning.time", "planning.accounts", "planning.order", **limits)


def _tiers(answers: Answers, words: dict[str, str]) -> list[Block]:
    """How many deals and how much money stand in each tier, and how many of their contacts are due."""
    lines = tier_lines(answers)
    figures = {
        "open": (answers.summary.open.deals, "count"), "weighted": (answers.summary.open.weighted, "money"),
        "due": (sum(line.due for line in lines), "count"), "late": (sum(line.overdue for line in lines), "count"),
    }
    tiles = tuple(Figure(words[f"sheet.plan.figure.{name}"], tile(number), look,
                         words[f"sheet.plan.figure.{name}.note"].format(day=answers.as_of)) for name, (number, look) in figures.items())
    blocks: list[Block] = [Figures(tiles), Heading(words["sheet.plan.tiers"].format(n=f"{answers.summary.open.deals:,}")),
                           _tier_table(lines, words)]
    if not answers.facts.has("last_contact"):
        blocks.append(Text(words["sheet.none.columns"].format(columns=words["field.last_contact"]) + " " + words["sheet.plan.no_contact"],
                           "note"))
    elif unknown := sum(line.unknown for line in lines):
        blocks.append(Text(words["sheet.plan.unknown"].format(n=f"{unknown:,}"), "note"))
    return blocks


def _tier_table(lines: Sequence[TierLine], words: dict[str, str]) -> Table:
    names = [words[f"sheet.plan.tier.{line.tier or 'none'}"] for line in lines]
    money = {name: [getattr(line, name) for line in lines] for name in ("amount", "weighted")}
    counts = {name: [getattr(line, name) for line in lines] for name in ("deals", "due", "overdue", "unknown")}
    whole = total(money["weighted"])
    marks = {"due": WATCHED, "overdue": ((">0", "alarm"),)}

    def count(name: str) -> Column:
        return Column(words[f"sheet.plan.{name}"], "count", counts[name], total=sum(counts[name]), marks=marks.get(name, ()))

    return Table("PlanTiers", (
        Column(words["sheet.column.tier"], "wrap", names, 2, total=words["sheet.total"]),
        Column(words["sheet.line.deals"], "count", counts["deals"], total=sum(counts["deals"])),
        *(Column(words[f"sheet.line.{name}"], "money", numbers, total=total(numbers)) for name, numbers in money.items()),
        Column(words["sheet.plan.weighted_share"], "share", [ratio(number, whole) for number in money["weighted"]],
               total=ratio(whole, whole)),
        Column(words["sheet.column.cadence_days"], "days", [line.cadence_days for line in lines], total=""),
        count("due"), count("overdue"), count("unknown"),
    ))


def _time(plan: TimePlan, answers: Answers, words: dict[str, str]) -> list[Block]:
    """The presets side by side, and the chosen one against what each owner has."""
    settings = answers.settings
    chosen = words[f"sheet.plan.preset.{plan.chosen.preset}"]
    blocks: list[Block] = [Heading(words["sheet.plan.time"].format(hours=f"{settings.hours:g}", accounts=int(settings.accounts))),
                           _ways_table(plan, words)]
    if plan.unknown_preset:
        allowed = words["say.list"].join(words[f"sheet.plan.preset.{way.preset}"] for way in plan.ways)
        blocks.append(Text(words["sheet.plan.unknown_preset"].format(value=plan.unknown_preset, allowed=allowed, used=chosen), "note"))
    blocks += [Heading(words["sheet.plan.owners"].format(preset=chosen)), _owner_table(plan, words)]
    blocks.append(Text(words["sheet.plan.gap"].format(accounts=int(settings.accounts)), "note"))
    if unplaced := sum(book.unplaced for book in plan.owners):
        blocks.append(Text(words["sheet.plan.unplaced"].format(n=f"{unplaced:,}"), "note"))
    if plan.unnamed:
        blocks.append(Text(words["sheet.plan.unnamed"].format(n=f"{plan.unnamed:,}"), "note"))
    return blocks


def _ways_table(plan: TimePlan, words: dict[str, str]) -> Table:
    def columns(way: Allocation) -> tuple[Column, ...]:
        name = words[f"sheet.plan.preset.{way.preset}"]
        if way == plan.chosen:
            name = words["sheet.plan.chosen"].format(preset=name)
        parts = {"share": (way.shares, "share", 1.0), "hours": (way.hours, "number", math.fsum(way.hours)),
                 "accounts": (way.accounts, "count", sum(way.accounts))}
        return tuple(Column(words[f"sheet.plan.way.{part}"].format(preset=name), look, [numbers[place] for place in ORDER], total=total)
                     for part, (numbers, look, total) in parts.items())

    places = [placement_name(place, words) for place in ORDER]
    return Table("PlanWays", (Column(words["sheet.column.placement"], "wrap", places, 2, total=words["sheet.total"]),
                              *(column for way in plan.ways for column in columns(way))))


def _owner_table(plan: TimePlan, words: dict[str, str]) -> Table:
    def columns(part: str, look: str, numbers: Sequence[Sequence[float]], marks: tuple = ()) -> list[Column]:
        return [Column(words[f"sheet.plan.owner.{part}"].format(place=placement_name(place, words)), look,
                       [each[place] for each in numbers], marks=marks) for place in ORDER]

    books: Sequence[OwnerBook] = plan.owners
    names = [book.owner or words["sheet.owner.none"] for book in books]
    return Table("PlanOwners", (
        Column(words["field.owner"], "wrap", names, 2),
        *columns("have", "count", [book.accounts for book in books]),
        *columns("gap", "position", [book.gap for book in books], WATCHED),
        *columns("each", "number", [[round(hours, 2) for hours in book.hours_each] for book in books]),
    ))


def _order(answers: Answers, words: dict[str, str]) -> list[Block]:
    """The open deals in the order of work; the first of them are printed."""
    facts, deals, rows = answers.facts, answers.deals, work_order(answers.facts)
    due = contacts(facts)
    late = np.where(due.overdue_days > 0, due.overdue_days, np.nan)
    cadence = answers.computed["cadence_days"].to_numpy(dtype=float)
    heading = words["sheet.plan.order"].format(n=f"{len(rows):,}")
    printed = words["sheet.plan.printed"].format(n=PRINTED) if len(rows) > PRINTED else words["sheet.plan.filter"]
    table = Table("PlanOrder", (
        Column(words["sheet.plan.number"], "count", list(range(1, len(rows) + 1))),
        Column(words["sheet.index.deal"], "text", [deal_name(answers, row) for row in rows.tolist()]),
        Column(words["field.owner"], "text", [name or words["sheet.owner.none"] for name in facts.column("owner")[rows].tolist()]),
        Column(words["field.stage"], "text", deals.column("stage")[rows]),
        Column(words["sheet.column.placement"], "text", [placement_name(int(place), words) for place in facts.placement.adopted[rows]]),
        Column(words["sheet.column.tier"], "text", facts.tier[rows], marks=(("A", "strong"), ("B", "middle"), ("C", "light"))),
        Column(words["sheet.column.cadence_days"], "days", cadence[rows]),
        Column(words["sheet.column.weighted"], "money", facts.weighted[rows]),
        Column(words["field.last_contact"], "date", facts.column("last_contact").astype("datetime64[D]")[rows]),
        Column(words["sheet.plan.due_on"], "date", due.due[rows]),
        Column(words["sheet.plan.late"], "days", late[rows], marks=((">0", "alarm"),)),
    ), listed=True, on_paper=min(PRINTED, len(rows)))
    return [Heading(heading), Text(words["sheet.plan.order_says"] + " " + printed, "note"), table]
