"""The sheet Time: days in each stage, where the funnel is narrow, cycle and velocity, stalled deals and reminders."""

from collections.abc import Sequence

from ..sales.answers import Answers
from ..sales.bottleneck import ROLLING_DAYS, Step, bottlenecks
from ..sales.dwell import Dwell, dwells, outlived, stalled_deals
from ..sales.journey import journeys
from ..sales.reminders import reminders
from ..sales.velocity import Cycle, Velocity, cycles, velocities
from ..wording import words as all_words
from .about import number_sheet, stage_name
from .describe import Block, Chart, Column, Figure, Figures, Heading, Series, Sheet, Table, Text
from .how import how
from .numbers import UNKNOWN
from .waiting import reminder_blocks, stalled_blocks

WIDTHS = (11.5,) * 12
MOST_LINES = 15  # owners or products in a table
CHART_LABEL = 18  # characters of a stage's name below standing bars


def time_sheet(answers: Answers, language: str) -> Sheet:
    """Figures, days in stages with their picture, bottlenecks, cycle, velocity, stalled deals, reminders."""
    words = all_words(language)
    stays = dwells(answers)
    blocks: list[Block] = [Figures(_figures(answers, words))]
    if not answers.stages:
        blocks.append(Text(words["sheet.none.columns"].format(columns=words["field.stage"])))
    else:
        blocks += [*_stages(answers, stays, words), *_narrow(answers, words)]
    blocks += [*_cycles(cycles(answers), words), *_velocities(answers, words)]
    blocks += [*stalled_blocks(answers, words), *reminder_blocks(answers, reminders(answers), words)]
    blocks += how(words, "time.1", "time.2", "time.3", "time.4", "time.5", "time.6")
    return number_sheet("time", words["sheet.time"], blocks, answers, language, WIDTHS, landscape=True)


def _figures(answers: Answers, words: dict[str, str]) -> tuple[Figure, ...]:
    """Velocity and its four factors, then what waits."""
    summary, stalled = answers.summary, stalled_deals(answers)
    old, longest, closed = outlived(answers)
    said = [("velocity", summary.velocity, "money"), ("open", summary.open.deals, "count"), ("average", summary.average_won, "money"),
            ("win_rate", summary.win_rate_count, "share"), ("cycle", summary.cycle_days, "days")]
    counts = {"closed": f"{summary.won.deals + summary.lost.deals:,}", "all": f"{summary.deals:,}"}
    tiles = [Figure(words[f"sheet.figure.{name}"], _or_dash(number), look, words[f"sheet.base.{name}"].format(**counts))
             for name, number, look in said]
    base = words["sheet.time.base.outlived" if old else "sheet.time.base.outlived_none"].format(longest=longest, closed=f"{closed:,}")
    return (*tiles, Figure(words["sheet.time.figure.stalled"], len(stalled.row) if stalled.known else UNKNOWN, "count",
                           words["sheet.time.base.stalled"].format(known=f"{stalled.known:,}")),
            Figure(words["sheet.time.figure.stalled_amount"], _or_dash(stalled.amount), "money",
                   words["sheet.time.base.stalled_amount"].format(n=f"{len(stalled.row):,}")),
            Figure(words["sheet.time.figure.outlived"], old, "count", base))


def _or_dash(number: float) -> object:
    return number if number == number else UNKNOWN


def _stages(answers: Answers, stays: Sequence[Dwell], words: dict[str, str]) -> list[Block]:
    """The days in each stage, and what they rest on."""
    ways = journeys(answers.facts)
    count, ended = sum(each.stays for each in stays), sum(each.stays - each.going_on for each in stays)
    source = words[f"journey.{ways.source}"].format(columns=words["say.list"].join(ways.columns))
    heading = Heading(words["sheet.time.stages"].format(n=f"{count:,}", here=f"{count - ended:,}"))
    rests_on = Text(words["sheet.time.source"].format(source=source), "note")
    if not count:
        missing = words["sheet.time.none"].format(entered=words["field.entered"], table=words["table.History"])
        return [heading, Text(missing), rests_on]
    blocks: list[Block] = [heading, _chart(stays, words), _stage_table(answers, stays, words), rests_on]
    if not ended:
        blocks.append(Text(words["sheet.time.none_ended"].format(table=words["table.History"]), "note"))
    if left_out := sum(each.left_out for each in stays):
        blocks.append(Text(words["sheet.time.left_out"].format(n=f"{left_out:,}"), "note"))
    return blocks


def _chart(stays: Sequence[Dwell], words: dict[str, str]) -> Chart:
    """Standing bars against the limit: median and 80 % where a stay has ended anywhere, else the mean so far."""
    measures = {"median": [each.survival.median for each in stays], "p80": [each.survival.p80 for each in stays]}
    if not any(day == day for days in measures.values() for day in days):
        measures = {"mean": [each.mean for each in stays]}
    tones = dict(zip(measures, ("light", "middle"), strict=False))
    bars = {**measures, "limit": [each.limit for each in stays]}
    series = tuple(Series(words[f"sheet.time.column.{name}"], tuple(day if day == day else 0.0 for day in days), tones.get(name, "strong"))
                   for name, days in bars.items())
    names = tuple(_short(stage_name(each.stage, each.line, words)) for each in stays)
    return Chart("column", words["sheet.time.chart"], words["field.stage"], words["sheet.time.axis"], names, series, "days")


def _short(name: str) -> str:
    return name if len(name) <= CHART_LABEL else name[: CHART_LABEL - 1] + "…"


def _stage_table(answers: Answers, stays: Sequence[Dwell], words: dict[str, str]) -> Table:
    def days(numbers: list[float]) -> list[object]:
        """Days; what the curve does not come to is said, for an empty cell would read as nothing known."""
        return [words["sheet.time.not_reached"] if each.stays and number != number else number
                for each, number in zip(stays, numbers, strict=True)]

    advice = [_advice(each, answers.stages[each.at].key, words) for each in stays]
    marks = tuple((said, "watch" if each.few else "alarm") for each, said in zip(stays, advice, strict=True) if each.split)
    return Table("TimeStages", (
        Column(words["field.stage"], "wrap", [stage_name(each.stage, each.line, words) for each in stays], 2),
        Column(words["sheet.time.column.stays"], "count", [each.stays for each in stays]),
        Column(words["sheet.time.column.here"], "count", [each.going_on for each in stays]),
        Column(words["sheet.time.column.mean"], "days", [each.mean for each in stays]),
        Column(words["sheet.time.column.curve_mean"], "days", days([each.survival.mean for each in stays])),
        Column(words["sheet.time.column.median"], "days", days([each.survival.median for each in stays])),
        Column(words["sheet.time.column.p80"], "days", days([each.survival.p80 for each in stays])),
        Column(words["sheet.time.column.limit"], "days", [each.limit for each in stays]),
        Column(words["sheet.time.column.verdict"], "wrap", advice, 3, marks=marks),
    ))


def _advice(stay: Dwell, step: str, words: dict[str, str]) -> str:
    """Whether a stage should be split, and into what."""
    if not stay.stays:
        return words["sheet.time.advice.none"]
    key = "fine" if not stay.split else "few" if stay.few else "negotiation" if step == "negotiation" else "split"
    return words[f"sheet.time.advice.{key}"].format(mean=f"{stay.mean:.1f}", limit=f"{stay.limit:g}", n=stay.stays)


def _narrow(answers: Answers, words: dict[str, str]) -> list[Block]:
    steps = bottlenecks(answers)
    blocks: list[Block] = [Heading(words["sheet.time.narrow"])]
    if not steps or steps[0].verdict == "no_dates":
        return [*blocks, Text(words["sheet.time.narrow.no_dates"].format(table=words["table.History"]))]
    lines = [line for step in steps for line in _step_lines(step, answers, words)]
    names, weeks, entered, following, ratios, limits, verdicts = zip(*lines, strict=True)
    marks = tuple((_verdict(step, words), "alarm") for step in steps if step.verdict == "bottleneck")
    return [*blocks, Table("TimeBottlenecks", (
        Column(words["sheet.time.column.step"], "wrap", names, 3), Column(words["sheet.time.column.week"], "text", weeks, 2),
        Column(words["sheet.time.column.entered"], "count", entered), Column(words["sheet.time.column.following"], "count", following),
        Column(words["sheet.time.column.ratio"], "share", ratios), Column(words["sheet.time.column.least"], "share", limits),
        Column(words["sheet.time.column.verdict"], "wrap", verdicts, 3, marks=marks)))]


def _step_lines(step: Step, answers: Answers, words: dict[str, str]) -> list[tuple]:
    """A line for each of the weeks, and where these are too few one for the rolling four weeks; name and verdict stand in the first."""
    lines = [(words["sheet.time.week"].format(day=week.monday.isoformat()), week.entered_i, week.entered_j, week.ratio)
             for week in step.weeks]
    if step.verdict == "too_few":
        span = words["sheet.time.rolling"].format(n=ROLLING_DAYS // 7, day=answers.as_of.isoformat())
        lines.append((span, step.rolling_in, step.rolling_out, step.rolling_ratio))
    name = f"{stage_name(step.stage, step.line, words)} → {step.following}"
    verdict = _verdict(step, words)
    return [(name if not at else None, *line, step.threshold, verdict if not at else None) for at, line in enumerate(lines)]


def _verdict(step: Step, words: dict[str, str]) -> str:
    return words[f"sheet.time.narrow.{step.verdict}"].format(n=f"{step.entries:,}")


def _cycles(found: Sequence[Cycle], words: dict[str, str]) -> list[Block]:
    heading = Heading(words["sheet.time.cycles"].format(n=f"{found[-1].deals:,}"))
    if not found[-1].deals:
        return [heading, Text(words["sheet.none.columns"].format(columns=f"{words['field.created']}, {words['field.close_date']}"))]
    return [heading, Table("TimeCycles", (
        Column(words["sheet.time.column.outcome"], "text", [words[f"sheet.time.outcome.{each.outcome}"] for each in found], 3),
        Column(words["sheet.line.deals"], "count", [each.deals for each in found]),
        Column(words["sheet.time.column.cycle_mean"], "days", [each.mean for each in found], 2),
        Column(words["sheet.time.column.cycle_median"], "days", [each.median for each in found], 2),
        Column(words["sheet.time.column.cycle_p80"], "days", [each.p80 for each in found], 2),
        Column(words["sheet.time.column.left_out"], "count", [each.left_out for each in found], 2)))]


def _velocities(answers: Answers, words: dict[str, str]) -> list[Block]:
    """Velocity of all deals, of each owner and each product, with its factors."""
    (whole,) = velocities(answers)
    blocks: list[Block] = [Heading(words["sheet.time.velocity"].format(n=f"{whole.closed:,}")),
                           Text(words["sheet.time.velocity_says"], "note")]
    few = False
    for name, table in (("owner", "TimeOwners"), ("product", "TimeProducts")):
        lines = velocities(answers, name) if answers.facts.has(name) else ()
        if name == "owner" or len(lines) > 1:
            blocks += [_velocity_table(table, words[f"field.{name}"], whole, lines, words), Text("")]
            few |= any(line.few for line in lines[:MOST_LINES])
            if len(lines) > MOST_LINES:
                blocks[-1] = Text(words["sheet.time.more_lines"].format(shown=MOST_LINES, n=len(lines)), "note")
    if few:
        blocks.append(Text(words["sheet.time.few"], "note"))
    elif blocks[-1] == Text(""):
        blocks.pop()
    return blocks


def _velocity_table(table: str, heading: str, whole: Velocity, lines: Sequence[Velocity], words: dict[str, str]) -> Table:
    shown = [whole, *lines[:MOST_LINES]]
    unnamed = words["sheet.time.unnamed"]
    names = [words["sheet.time.all"], *(f"{line.label or unnamed}{' *' if line.few else ''}" for line in shown[1:])]
    return Table(table, (
        Column(heading, "wrap", names, 3),
        Column(words["sheet.figure.open"], "count", [line.open for line in shown]),
        Column(words["sheet.time.column.won"], "count", [line.won for line in shown]),
        Column(words["sheet.time.column.closed"], "count", [line.closed for line in shown]),
        Column(words["sheet.figure.win_rate"], "share", [line.win_rate for line in shown]),
        Column(words["sheet.figure.average"], "money", [line.average_won for line in shown], 2),
        Column(words["sheet.time.column.cycle_mean"], "days", [line.cycle_days for line in shown]),
        Column(words["sheet.figure.velocity"], "money", [line.per_day for line in shown], 2)))
