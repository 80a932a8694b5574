"""The sheet Quotas: what each owner and the team have reached, what they may still reach, and what is needed (spec F16, B2)."""

import math
from collections.abc import Sequence

import numpy as np

from ..sales.answers import Answers
from ..sales.quota_table import MEASURES
from ..sales.quotas import Attainment, RollUp, in_force, money_quota, roll_ups
from ..wording import words as all_words
from .about import number_sheet
from .describe import Beside, Block, Chart, Column, Figure, Figures, Heading, Series, Sheet, Table, Text
from .how import how
from .numbers import UNKNOWN, bar, money, percent, tile
from .quota_periods import many_periods, trend_chart

WIDTHS = (17.0, 9.5, 9.5, 11.0, 9.5, 9.5, 11.0, 9.5, 8.0, 10.5)
CHARTED = 12        # owners in one chart
LOOKS = {"money": "money", "margin": "money", "deals": "count", "leads": "count"}
MARKS = {"reached": "strong", "on_pace": "light", "behind": "watch", "missed": "alarm"}


def quotas_sheet(answers: Answers, language: str) -> Sheet:
    """Figures of the team, owners by measure in the period in force with their picture, and all other periods with the trend."""
    words = all_words(language)
    found = {measure: tuple(each for each in roll_ups(answers) if each.measure == measure) for measure in MEASURES}
    found = {measure: each for measure, each in found.items() if each}
    blocks: list[Block] = []
    team = money_quota(answers) or next(filter(None, (_team_now(answers, each) for each in found.values())), None)
    if team:
        blocks.append(_figures(team, answers, words))
    if not found:
        blocks.append(_missing(answers, words))
    for measure, each in found.items():
        blocks += _measure(answers, measure, each, words, measure == next(iter(found)))
    keys = ("quotas.reached", "quotas.pace", "quotas.forecast", "quotas.needed", "quotas.team")
    blocks += how(words, *keys, *(("quotas.leads",) if "leads" in found else ()), *(("quotas.margin",) if "margin" in found else ()))
    return number_sheet("quotas", words["sheet.quotas"], blocks, answers, language, WIDTHS)


def state(each: Attainment, answers: Answers) -> str:
    """"reached", "missed", "on_pace", "behind" or "to_come"; "" where nothing can be said."""
    today = answers.facts.today
    if math.isnan(each.share):
        return ""
    if each.share >= 1:
        return "reached"
    if each.period.last < today:
        return "missed"
    if each.period.first > today:
        return "to_come"
    return "" if math.isnan(each.pace) else "on_pace" if each.pace >= 1 else "behind"


def _team_now(answers: Answers, found: Sequence[RollUp]) -> Attainment | None:
    now = in_force(answers, {each.period: each for each in found})
    return now.team if now else None


def _missing(answers: Answers, words: dict[str, str]) -> Text:
    """What has to be added, or that nothing of what is there can be used."""
    rows = len(answers.deals.companions.table("Quotas"))
    if rows:
        return Text(words["sheet.quotas.unusable"].format(n=f"{rows:,}"))
    columns = words["say.list"].join(words[f"field.quotas.{name}"] for name in ("owner", "period", "measure", "value"))
    return Text(words["sheet.none.table"].format(table=words["table.Quotas"], columns=columns))


def _figures(team: Attainment, answers: Answers, words: dict[str, str]) -> Figures:
    look = LOOKS[team.measure]
    gone = percent(team.elapsed_workdays)
    unit = words["sheet.quotas.needed.leads" if team.measure == "leads" else "sheet.quotas.needed"]
    said = [
        (words["sheet.quotas.quota"], team.quota, look, f"{words[f'measure.{team.measure}']} · {team.period.name}"),
        (words[f"sheet.quotas.achieved.{team.measure}"], team.achieved, look, words["sheet.quotas.base.achieved"].format(
            first=team.period.first, last=team.period.last)),
        (words["sheet.quotas.share"], team.share, "share", words["sheet.quotas.base.share"].format(gone=gone)),
        (words["sheet.quotas.expected"], team.expected, look, words["sheet.quotas.base.expected"].format(gone=gone)),
    ]
    if team.measure != "leads":
        overdue = money(team.overdue, words) if look == "money" else f"{team.overdue:,.1f}"
        said += [(words["sheet.quotas.weighted"], team.weighted, look, words["sheet.quotas.base.weighted"].format(overdue=overdue)),
                 (words["sheet.quotas.forecast_share"], team.forecast_share, "share", words["sheet.quotas.base.forecast"])]
    average = answers.facts.average_order
    base = {"money": words["sheet.quotas.base.needed"].format(average=money(average, words) or UNKNOWN)}
    said += [(words["sheet.quotas.gap"], team.gap, look, words["sheet.quotas.base.gap"]),
             (unit, team.needed, "count", base.get(team.measure, words["sheet.quotas.base.needed.count"]))]
    return Figures(tuple(Figure(label, tile(value), look, note) for label, value, look, note in said))


def _measure(answers: Answers, measure: str, found: Sequence[RollUp], words: dict[str, str], pictured: bool) -> list[Block]:
    """All of one measure: the period in force by owner and, if it is the main one, in pictures; then every period."""
    now = in_force(answers, {each.period: each for each in found})
    blocks: list[Block] = []
    if now:
        heading = words["sheet.quotas.heading"].format(
            measure=words[f"measure.{measure}"], period=now.period.name, first=now.period.first, last=now.period.last,
            gone=percent(now.team.elapsed_workdays), days=percent(now.team.elapsed))
        blocks += [Heading(heading), _owner_table(answers, now, words), *_remarks(answers, now, words)]
        if pictured:
            charts = [*([_owner_chart(now, words)] if now.owners else []), *trend_chart(found, now.period, words)]
            blocks += [Beside(tuple(charts))] if charts else []
    return blocks + many_periods(answers, measure, found, now, words, state)


def _owner_chart(now: RollUp, words: dict[str, str]) -> Chart:
    """Won and weighted value due against the quota, in the order of names; of many owners those with the largest quotas."""
    largest = sorted(range(len(now.owners)), key=lambda at: -now.owners[at].quota)[:CHARTED]
    owners = [now.owners[at] for at in sorted(largest)]
    title = words["sheet.quotas.chart" if len(owners) == len(now.owners) else "sheet.quotas.chart.largest"]
    series = [Series(words["sheet.quotas.quota"], tuple(bar(each.quota) for each in owners), "light"),
              Series(words[f"sheet.quotas.achieved.{now.measure}"], tuple(bar(each.achieved) for each in owners), "strong")]
    if now.measure != "leads":
        series.append(Series(words["sheet.quotas.weighted"], tuple(bar(each.weighted) for each in owners), "middle"))
    title = title.format(measure=words[f"measure.{now.measure}"], period=now.period.name, n=len(owners))
    return Chart("bar", title, words["field.owner"], words[f"measure.{now.measure}"], tuple(each.owner for each in owners), tuple(series),
                 LOOKS[now.measure])


def _owner_table(answers: Answers, now: RollUp, words: dict[str, str]) -> Table:
    """A line an owner by name, then what everybody else has reached; the total is the sum of the quotas against all."""
    lines, look, leads = list(now.owners), LOOKS[now.measure], now.measure == "leads"
    labels = [each.owner for each in lines]
    if not lines or bar(now.others.achieved) or bar(now.others.weighted):
        lines.append(now.others)
        labels.append(words["sheet.quotas.others" if now.owners else "sheet.quotas.everybody"])
    total = now.total if now.owners else now.team
    expected = "number" if look == "count" else look
    columns = [("quota", look, "quota"), (f"achieved.{now.measure}", look, "achieved"), ("share", "share", "share")]
    columns += [("expected", expected, "expected")] if leads else [
        ("weighted", expected, "weighted"), ("overdue", expected, "overdue"), ("forecast_share", "share", "forecast_share")]
    columns += [("gap", look, "gap"), *([("needed", "count", "needed")] if look == "money" else [])]
    states = [words[f"sheet.quotas.state.{code}"] if code else None for code in (state(each, answers) for each in lines)]
    marks = tuple((words[f"sheet.quotas.state.{code}"], tone) for code, tone in MARKS.items())
    total_state = state(total, answers)
    return Table(f"Quotas{now.measure.title()}", (
        Column(words["field.owner"], "wrap", labels, total=words["sheet.quotas.sum" if now.typed and now.owners else "sheet.quotas.team"]),
        *(Column(words[f"sheet.quotas.{name}"], as_, _cells([getattr(each, of) for each in lines], as_),
                 total=_cells([getattr(total, of)], as_)[0]) for name, as_, of in columns),
        Column(words["sheet.quotas.state"], "text", states, len(WIDTHS) - 1 - len(columns),
               total=words[f"sheet.quotas.state.{total_state}"] if total_state else None, marks=marks)))


def _cells(numbers: Sequence[float], look: str) -> list[float | None]:
    return [None if math.isnan(number) else round(number, 1) if look == "number" else number for number in numbers]


def _remarks(answers: Answers, now: RollUp, words: dict[str, str]) -> list[Block]:
    """What a reader of the table must know: the team's own quota beside the sum, what is left out, owners whom no deal names."""
    said = []
    look = LOOKS[now.measure]

    def shown(number: float) -> str:
        return money(number, words) if look == "money" else f"{number:,.0f}"

    if now.typed and now.owners:
        difference = now.typed.quota - now.total.quota
        row = "same" if abs(difference) < 0.5 else "more" if difference > 0 else "less"
        said.append(words[f"sheet.quotas.typed.{row}"].format(
            quota=shown(now.typed.quota), sum=shown(now.total.quota), difference=shown(abs(difference)), share=percent(now.typed.share)))
    if now.total.unknown:
        said.append(words[f"sheet.quotas.unknown.{'margin' if now.measure == 'margin' else 'amount'}"].format(n=f"{now.total.unknown:,}"))
    strangers = [each.owner for each in now.owners if not each.known]
    if strangers:
        said.append(words["sheet.quotas.no_deals"].format(names=words["say.list"].join(strangers)))
    undated = (answers.facts.kind == "won") & np.isnat(answers.facts.column("close_date"))
    if undated.any() and now.measure != "leads":
        said.append(words["sheet.quotas.undated"].format(n=f"{int(undated.sum()):,}"))
    return [Text(text, "note") for text in said]
