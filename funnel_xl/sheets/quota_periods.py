"""The quotas of every period: the team's with its trend, and each owner's attainment beside those before (part of the sheet Quotas)."""

import math
from collections.abc import Callable, Sequence

from ..sales.answers import Answers
from ..sales.period import Period
from ..sales.quotas import Attainment, RollUp
from .describe import Block, Chart, Column, Heading, Series, Table, Text
from .numbers import bar, cell, unbroken

MOST = 6            # periods beside each other
CHARTED = 8         # periods in the chart of the trend
LOOKS = {"money": "money", "margin": "money", "deals": "count", "leads": "count"}


def trend_chart(found: Sequence[RollUp], now: Period, words: dict[str, str]) -> list[Chart]:
    """What the team reached against its quota in the periods as long as the one in force, up to it; none where it is the first."""
    past = [each for each in _alike(found, now) if each.period.first <= now.first][-CHARTED:]
    if len(past) < 2:
        return []
    measure = past[-1].measure
    quota, reached = ([bar(getattr(each.team, name)) for each in past] for name in ("quota", "achieved"))
    names = tuple(unbroken(each.period.name) for each in past)
    return [Chart("column", words["sheet.quotas.chart.trend"].format(measure=words[f"measure.{measure}"]), words["field.quotas.period"],
                  words[f"measure.{measure}"], names, (Series(words["sheet.quotas.quota"], tuple(quota), "light"),
                                                       Series(words[f"sheet.quotas.achieved.{measure}"], tuple(reached), "strong")),
                  LOOKS[measure])]


def many_periods(answers: Answers, measure: str, found: Sequence[RollUp], now: RollUp | None, words: dict[str, str],
                 state: Callable[[Attainment, Answers], str]) -> list[Block]:
    """Every period of one measure, if there is more than the one in force."""
    if len(found) < 2 and now:
        return []
    blocks: list[Block] = [Heading(words["sheet.quotas.periods"].format(measure=words[f"measure.{measure}"])),
                           _period_table(answers, measure, found, words, state)]
    alike = _alike(found, (now or found[-1]).period)
    begun = [each for each in alike if each.period.first <= answers.facts.today][-MOST:]
    return blocks + ([Text(""), _beside(measure, begun, words)] if len(begun) > 1 and any(each.owners for each in begun) else [])


def _alike(found: Sequence[RollUp], period: Period) -> list[RollUp]:
    """The periods of the same number of months."""
    return [each for each in found if each.period.months == period.months]


def _period_table(answers: Answers, measure: str, found: Sequence[RollUp], words: dict[str, str],
                  state: Callable[[Attainment, Answers], str]) -> Table:
    team, look = [each.team for each in found], LOOKS[measure]
    states = [state(each, answers) for each in team]
    columns = [("quota", look, [each.quota for each in team]), (f"achieved.{measure}", look, [each.achieved for each in team]),
               ("share", "share", [each.share for each in team]), ("change", "position", _changes(answers, found))]
    if measure != "leads":
        columns.append(("forecast_share", "share", [each.forecast_share if each.elapsed < 1 else math.nan for each in team]))
    return Table(f"QuotasPeriods{measure.title()}", (
        Column(words["field.quotas.period"], "text", [each.period.name for each in team]),
        Column(words["sheet.quotas.first"], "date", [each.period.first for each in team]),
        Column(words["sheet.quotas.last"], "date", [each.period.last for each in team]),
        *(Column(words[f"sheet.quotas.{name}"], as_, list(map(cell, values)), 1)
          for name, as_, values in columns),
        Column(words["sheet.quotas.owners"], "count", [len(each.owners) for each in found]),
        Column(words["sheet.quotas.state"], "text", [words[f"sheet.quotas.state.{code}"] if code else None for code in states])))


def _changes(answers: Answers, found: Sequence[RollUp]) -> list[float]:
    """Points of attainment more than in the period of the same length before it; NaN for the first, and until a period is over."""
    changes, before = [], {}
    for each in found:
        length, share = each.period.months, each.team.share
        over = each.period.last <= answers.facts.today
        changes.append((share - before[length]) * 100 if over and length in before else math.nan)
        if over:
            before[length] = share
    return changes


def _beside(measure: str, begun: Sequence[RollUp], words: dict[str, str]) -> Table:
    """Attainment of each owner in the last periods, by name."""
    shares = [{each.owner: each.share for each in one.owners} for one in begun]
    owners = sorted({owner for one in shares for owner in one}, key=str.casefold)
    return Table(f"QuotasOwners{measure.title()}", (
        Column(words["sheet.quotas.by_period"], "wrap", owners, total=words["sheet.quotas.team"]),
        *(Column(one.period.name, "share", [cell(share.get(owner, math.nan)) for owner in owners], total=cell(one.team.share))
          for one, share in zip(begun, shares, strict=True))))
