"""The manager's page of the weekly review: all owners in one table, what to ask, where deals stick, and which to leave (items 46, 54, 55).

The table is ordered by name and holds no win rate: with so few deals each, a ranking would shame people by chance (spec C2.5).
"""

from collections.abc import Mapping, Sequence

import numpy as np

from ..sales.bottleneck import Step
from ..sales.coaching import exits, hints
from ..sales.weekly import OwnerWeek, Weekly
from ..wording import words as all_words
from .about import about, deal_name
from .describe import Block, Column, Figure, Figures, Heading, Link, Page, Sheet, Table, Text
from .how import how
from .numbers import percent, tile, total
from .week_words import owner_name, week_text

WIDTHS = (22.0, 8.0, *(13.0,) * 6, 10.0, 10.0, 9.0, 10.0)
MOST_EXITS = 10
MOST_ASKED = 8          # owners that a question names


def weekly_manager_sheet(team: Weekly, pages: Mapping[int, str], language: str) -> Sheet:
    """The team's page; `pages` holds the key of each owner's own page, by place in team.owners."""
    words, answers = all_words(language), team.answers
    title, said = words["sheet.weekly"], about(answers, words)
    blocks: list[Block] = [Figures(_figures(team, words))]
    if team.owners:
        blocks += [Heading(words["weekly.team"].format(n=len(team.owners))), _owner_table(team, pages, words),
                   *(Text(words[f"weekly.team.{key}"], "note") for key in _notes(team))]
    blocks += [*_questions(team, words), *_coaching(team, words), *_exits(team, words),
               *how(words, "week.needed", "week.won", "week.promises", "week.contacts", "week.plan", "week.sticking",
                    period=team.period.name)]
    return Sheet("weekly", "weekly_manager", title, tuple(blocks), title=words["weekly.manager.title"],
                 subtitle=f"{week_text(team.week, words)} · {said}", foot=said, language=language,
                 widths=WIDTHS, page=Page(landscape=True))


def _figures(team: Weekly, words: dict[str, str]) -> tuple[Figure, ...]:
    gap = team.quota - team.won
    figures = {
        "gap": (max(gap, 0.0) if gap == gap else gap, "money"), "best_few": (total([each.best_few for each in team.owners]), "money"),
        "needed": (team.deals_needed, "count"), "overdue": (sum(each.overdue for each in team.owners), "count"),
    }
    return tuple(Figure(words[f"weekly.figure.{name}"], tile(number), look,
                        words[f"weekly.figure.{name}.note"].format(period=team.period.name, day=team.answers.as_of))
                 for name, (number, look) in figures.items())


def _owner_table(team: Weekly, pages: Mapping[int, str], words: dict[str, str]) -> Table:
    owners = team.owners
    money = {name: [getattr(each, name) for each in owners] for name in ("amount", "weighted", "best_few", "quota", "won", "gap")}
    totals = {name: total(numbers) for name, numbers in money.items()} | {"quota": team.quota, "gap": team.quota - team.won}
    counts = {"needed": [each.deals_needed for each in owners], "overdue": [each.overdue for each in owners],
              "stalled": [each.stalled for each in owners], "due": [each.due for each in owners]}
    sums = {name: total(numbers) for name, numbers in counts.items()} | {"needed": team.deals_needed}
    for name in _unknown(team):
        counts[name], sums[name] = [None] * len(owners), None
    deals = [len(each.rows) for each in owners]
    return Table("WeeklyOwners", (
        Column(words["field.owner"], "wrap", [owner_name(each.owner, words) for each in owners], total=words["sheet.total"],
               links=[Link(pages[at]) if at in pages else None for at in range(len(owners))]),
        Column(words["sheet.line.deals"], "count", deals, total=sum(deals)),
        *(Column(words[f"weekly.column.{name}"], "money", numbers, total=totals[name]) for name, numbers in money.items()),
        *(Column(words[f"weekly.column.{name}"], "count", numbers, total=sums[name],
                 marks=(((">0", "alarm" if name == "overdue" else "watch"),) if name != "needed" else ()))
          for name, numbers in counts.items()),
    ))


def _unknown(team: Weekly) -> list[str]:
    """Counts of which the deals say nothing: none is not the same as not known."""
    facts = team.answers.facts
    undated = facts.is_open.any() and not np.isfinite(facts.days_in_stage[facts.is_open]).any()
    return [*(["stalled"] if undated else []), *([] if facts.has("last_contact") else ["due"])]


def _notes(team: Weekly) -> list[str]:
    """What the table lacks, and how it is to be read."""
    said = []
    if all(each.quota != each.quota for each in team.owners):
        said.append("no_quotas")
    if not team.answers.facts.has("last_contact"):
        said.append("no_contacts")
    if "stalled" in _unknown(team):
        said.append("no_days")
    return [*said, "no_ranking"]


def _questions(team: Weekly, words: dict[str, str]) -> list[Block]:
    """What to ask and whom: questions that the numbers raise, then those of every meeting (spec item 54)."""
    raised: dict[str, list[tuple[OwnerWeek, str]]] = {
        "promises": [(each, str(each.overdue)) for each in team.owners if each.overdue],
        "gap": [(each, str(int(each.deals_needed))) for each in team.owners
                if each.gap > 0 and each.deals_needed == each.deals_needed and each.gap > (each.best_few if each.best_few > 0 else 0)],
        "stalled": [(each, str(each.stalled)) for each in team.owners if each.stalled],
        "few": [(each, "") for each in team.owners if len(each.rows) and not each.best_few > 0],
    }
    asked = [(words[f"weekly.ask.{key}"], _named(owners, words)) for key, owners in raised.items() if owners]
    asked += [(words[f"weekly.ask.{key}"], words["weekly.ask.everyone"]) for key in ("changed", "withdraw", "exit")]
    return [Heading(words["weekly.ask"]), Table("WeeklyQuestions", (
        Column(words["weekly.ask.question"], "wrap", [question for question, _ in asked], span=6),
        Column(words["weekly.ask.whom"], "wrap", [whom for _, whom in asked], span=6)))]


def _named(owners: Sequence[tuple[OwnerWeek, str]], words: dict[str, str]) -> str:
    texts = [owner_name(each.owner, words) + (words["weekly.ask.count"].format(n=number) if number else "")
             for each, number in owners[:MOST_ASKED]]
    more = len(owners) - MOST_ASKED
    return words["say.list"].join(texts + ([words["sheet.owner.others"].format(n=more)] if more > 0 else []))


def _coaching(team: Weekly, words: dict[str, str]) -> list[Block]:
    """A hint for each stage in which deals are stalled."""
    found = hints(team.answers)
    if not found:
        return []
    stages = team.answers.facts.stages
    narrow = [_narrow(hint.bottleneck, words) for hint in found]
    shown = 2 if any(narrow) else 0     # columns of the grid that bottlenecks take, where there are any
    blocks: list[Block] = [Heading(words["weekly.coach"]), Table("WeeklyCoaching", (
        Column(words["field.stage"], "wrap", [stages[hint.stage].name for hint in found]),
        Column(words["weekly.column.stalled"], "count", [hint.stalled for hint in found]),
        *([Column(words["weekly.coach.bottleneck"], "wrap", narrow, span=shown)] if shown else []),
        Column(words["weekly.coach.challenge"], "wrap", [words[f"coach.{hint.step}"] for hint in found], span=5 - shown),
        Column(words["weekly.coach.remedy"], "wrap", [words[f"coach.{hint.step}.remedy"] for hint in found], span=5)))]
    if any(hint.by_place for hint in found):
        blocks.append(Text(words["weekly.coach.by_place"], "note"))
    return blocks


def _narrow(step: Step | None, words: dict[str, str]) -> str:
    """ "to Negotiation: 20%, 25% (least 30%)": the period ratios of the two closed weeks of a bottleneck."""
    if step is None:
        return ""
    ratios = words["say.list"].join(percent(week.ratio) for week in step.weeks)
    return words["weekly.coach.narrow"].format(stage=step.following, ratios=ratios, least=percent(step.threshold))


def _exits(team: Weekly, words: dict[str, str]) -> list[Block]:
    """Deals with several signs that they are not worth staying in: ask, don't decide."""
    answers, found = team.answers, exits(team.answers)
    if not found:
        return []
    facts, shown = answers.facts, found[:MOST_EXITS]
    rows = [each.deal for each in shown]
    blocks: list[Block] = [Heading(words["weekly.exit"].format(n=f"{len(found):,}")), Table("WeeklyExits", (
        Column(words["sheet.index.deal"], "wrap", [deal_name(answers, row) for row in rows], span=3),
        Column(words["field.owner"], "wrap", [owner_name(facts.column("owner")[row], words) for row in rows], span=2),
        Column(words["field.stage"], "wrap", facts.column("stage")[rows]),
        Column(words["sheet.column.weighted"], "money", facts.weighted[rows]),
        Column(words["weekly.exit.signs"], "wrap", [words["say.list"].join(words[f"exit.{sign}"] for sign in each.signs) for each in shown],
               span=5)))]
    return blocks + ([Text(words["weekly.more"].format(n=f"{len(found) - len(shown):,}"), "note")] if len(found) > len(shown) else [])
