"""The sheet Conversion: win rates and the passage from stage to stage, each with its base, its interval and how sure it is."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..sales.answers import Answers
from ..sales.conversion import Conversion, Flow, StageConversion, by_group, conversion
from ..sales.groups import grouped
from ..sales.journey import journeys
from ..sales.rates import FEW, Rate
from ..sales.winrate import Dimension, Group, dimensions, total
from ..wording import words as all_words
from .about import number_sheet, stage_name
from .describe import Beside, Block, Chart, Column, Figure, Figures, Heading, Series, Sheet, Table, Text
from .funnel import centred
from .how import how
from .numbers import UNKNOWN, bar, percent
from .rates import how_sure, interval, labels, rate_columns, standing, sure, verdict

WIDTHS = (25.0, *(10.5,) * 9, 21.0)     # characters; fills a landscape page
ACROSS = 9          # groups beside each other
CROSSED = ("owner", "source", "product", "industry", "size")       # shown stage by stage


def conversion_sheet(answers: Answers, language: str) -> Sheet:
    """Win rates, the stages' conversion by count and by value, then both by owner, source, product and what else the deals say."""
    words = all_words(language)
    found, whole = conversion(answers.facts), total(answers.facts)
    blocks: list[Block] = [Figures(_figures(whole, words))]
    if not (whole.won or whole.lost):
        blocks.append(Text(words["sheet.conversion.none_closed"]))
    blocks += _stages(answers, found, words)
    for dimension in dimensions(answers.facts):
        blocks += _dimension(answers, found, dimension, whole, words)
    blocks += how(words, "conversion.win_rate", "conversion.interval", "conversion.groups", "conversion.cohort", "conversion.wins",
                  "conversion.period", "conversion.value", few=FEW)
    return number_sheet("conversion", words["sheet.conversion"], blocks, answers, language, WIDTHS, landscape=True)


def _figures(whole: Group, words: dict[str, str]) -> tuple[Figure, ...]:
    def tile(name: str, rate: Rate, **base: object) -> Figure:
        if math.isnan(rate.value):
            return Figure(words[f"sheet.conversion.{name}"], UNKNOWN, "share", words[f"sheet.conversion.{name}_none"])
        said = (words[f"sheet.conversion.{name}_base"].format(**base), interval(rate), sure(rate, words))
        return Figure(words[f"sheet.conversion.{name}"], rate.value, "share", " · ".join(text for text in said if text))

    closed = whole.won + whole.lost
    return (tile("by_count", whole.by_count, n=f"{closed:,}"), tile("by_value", whole.by_value, n=f"{whole.by_value.deals:,.0f}"),
            tile("of_all", whole.of_all, n=f"{whole.deals:,}"),
            Figure(words["sheet.conversion.closed"], closed, "count",
                   words["sheet.conversion.closed_base"].format(won=f"{whole.won:,}", lost=f"{whole.lost:,}")))


def _stages(answers: Answers, found: Conversion, words: dict[str, str]) -> list[Block]:
    """The passage from stage to stage: pictures, by count, by value, and as counts of one period."""
    heading = Heading(words["sheet.conversion.stages"])
    if not found.stages:
        return [heading, Text(words["sheet.conversion.no_stages"])]
    basis = [Text(text, "note") for text in _basis(answers, found, words)]
    return [heading, *_pictures(found, words), *basis, _count_table(found, words),
            Heading(words["sheet.conversion.stages_value"]), _value_table(found.stages, words),
            Heading(words["sheet.conversion.wins"]), _win_table(answers, found, words),
            Heading(words["sheet.conversion.period"]), Text(words["sheet.conversion.period_says"], "note"), _period_table(found, words)]


def _name(each: StageConversion, words: dict[str, str]) -> str:
    return stage_name(each.stage, each.line, words)


def _basis(answers: Answers, found: Conversion, words: dict[str, str]) -> list[str]:
    """What the rates rest on, and what is missing under them."""
    columns = words["say.list"].join(journeys(answers.facts).columns)
    said = [words["check.journey.source"].format(source_word=words[f"journey.{found.source}"].format(columns=columns))]
    months = f"{answers.settings.window_months:g}"
    if found.since is not None:
        said.append(words["sheet.conversion.window"].format(months=months, day=str(found.since)))
        if found.undated:
            said.append(words["sheet.conversion.undated"].format(n=f"{found.undated:,}"))
    elif found.window:
        said.append(words["sheet.conversion.no_window"].format(months=months))
    if found.left_out:
        said.append(words["sheet.conversion.left_out"].format(n=f"{found.left_out:,}", lost=f"{found.lost:,}"))
    if found.assumed:
        unseen = [_name(found.stages[at], words) for at in found.assumed]
        said.append(words["sheet.conversion.unseen"].format(stages=words["say.list"].join(unseen)))
    return said


def _pictures(found: Conversion, words: dict[str, str]) -> list[Block]:
    if not any(each.deals.entered for each in found.stages):
        return []
    names = tuple(_name(each, words) for each in found.stages)
    entered = centred(words["sheet.conversion.chart"], words["sheet.axis.reached"], words,
                      [(name, each.deals.entered) for name, each in zip(names, found.stages, strict=True)],
                      tuple(f"{each.deals.entered:,.0f}  ({percent(each.deals.cohort.value)})" for each in found.stages), "count")

    def bars(heading: str, rates: Sequence[Rate], tone: str) -> Series:
        values = [bar(rate.value) for rate in rates]
        return Series(words[heading], tuple(values), tone, tuple(percent(rate.value) for rate in rates))

    series = [bars("sheet.conversion.cohort_short", [each.deals.cohort for each in found.stages], "light")]
    if found.losses_known:
        series.append(bars("sheet.conversion.resolved_short", [each.deals.resolved for each in found.stages], "middle"))
    rates = Chart("bar", words["sheet.conversion.chart_rates"], words["field.stage"], words["sheet.rate.share"], names, tuple(series),
                  "share")
    return [Beside((entered, rates))]


def _count_table(found: Conversion, words: dict[str, str]) -> Table:
    flows = [each.deals for each in found.stages]
    trust = how_sure([flow.cohort for flow in flows], words)
    if not found.losses_known:
        trust = replace(trust, values=[words["sheet.conversion.too_high"]] * len(flows))
    return Table("ConversionStages", (
        _stage_column(found.stages, words),
        *_flow_columns(flows, "count", words),
        *_rate_and_attrition(flows, words),
        trust,
    ))


def _value_table(stages: Sequence[StageConversion], words: dict[str, str]) -> Table:
    flows = [each.value for each in stages]
    return Table("ConversionStagesValue", (
        _stage_column(stages, words),
        *_flow_columns(flows, "money", words),
        *_rate_and_attrition(flows, words),
        Column(words["sheet.conversion.with_amount"], "wrap", [_with_amount(each, words) for each in stages]),
    ))


def _with_amount(stage: StageConversion, words: dict[str, str]) -> str:
    """On how many deals a rate by value rests."""
    of, rate = f"{stage.deals.entered:,.0f}", stage.value.cohort
    if math.isnan(stage.deals.cohort.of):
        return words["sheet.conversion.assumed"]
    if math.isnan(rate.of):
        return words["sheet.conversion.no_amounts"]
    said = words["sheet.conversion.some_amounts"].format(n=f"{rate.deals:,.0f}", of=of)
    return " · ".join(text for text in (said, sure(rate, words)) if text)


def _stage_column(stages: Sequence[StageConversion], words: dict[str, str]) -> Column:
    return Column(words["field.stage"], "wrap", [_name(each, words) for each in stages])


def _flow_columns(flows: Sequence[Flow], look: str, words: dict[str, str]) -> tuple[Column, ...]:
    return tuple(_numbers(words[f"sheet.conversion.{name}"], look, [getattr(flow, name) for flow in flows])
                 for name in ("entered", "passed", "here", "left"))


def _numbers(heading: str, look: str, numbers: Sequence[float]) -> Column:
    """Deals are whole, money is as it is."""
    return Column(heading, look, [int(number) if look == "count" and number == number else number for number in numbers])


def _rate_and_attrition(flows: Sequence[Flow], words: dict[str, str]) -> tuple[Column, ...]:
    cohort, resolved = [flow.cohort for flow in flows], [flow.resolved for flow in flows]
    return (*rate_columns(cohort, words["sheet.conversion.cohort"], words["sheet.rates.interval"]),
            *rate_columns(resolved, words["sheet.conversion.resolved"], words["sheet.conversion.resolved_interval"]),
            Column(words["sheet.conversion.attrition"], "share", [flow.attrition for flow in flows]))


def _win_table(answers: Answers, found: Conversion, words: dict[str, str]) -> Table:
    """How the deals that entered each stage ended, beside the chance that the stage is given."""
    groups = [each.wins for each in found.stages]
    by_count, by_value = [group.by_count for group in groups], [group.by_value for group in groups]
    given = [stage.probability for stage in answers.stages if stage.kind == "open"]
    return Table("ConversionWins", (
        _stage_column(found.stages, words),
        Column(words["sheet.conversion.entered"], "count", [group.deals for group in groups]),
        Column(words["sheet.conversion.group_won"], "count", [group.won for group in groups]),
        Column(words["sheet.conversion.group_lost"], "count", [group.lost if found.losses_known else None for group in groups]),
        *rate_columns(by_count, words["sheet.conversion.wins_rate"], words["sheet.rates.interval"]),
        *rate_columns(by_value, words["sheet.conversion.by_value"], words["sheet.conversion.value_interval"]),
        Column(words["sheet.conversion.wins_default"], "share", given, span=2),
        how_sure(by_count, words),
    ))


def _period_table(found: Conversion, words: dict[str, str]) -> Table:
    """The ratio of counts by its own name, of what stands in the stages today, by count and by value, and of what entered them."""
    stages = found.stages
    columns = [_stage_column(stages, words)]
    standing_now = (("today", "count", [each.today for each in stages]), ("value", "money", [each.today_value for each in stages]))
    for name, look, periods in standing_now:
        columns += [_numbers(words[f"sheet.conversion.{name}_here"], look, [each.here for each in periods]),
                    _numbers(words[f"sheet.conversion.{name}_after"], look, [each.after for each in periods]),
                    Column(words[f"sheet.conversion.{name}_ratio"], "share", [each.ratio for each in periods]),
                    Column(words[f"sheet.conversion.{name}_attrition"], "share", [each.attrition for each in periods])]
    entries = [each.entries for each in stages]
    if found.source != "current":
        columns += [Column(words["sheet.conversion.entries_ratio"], "share", [each.ratio for each in entries]),
                    Column(words["sheet.conversion.entries_attrition"], "share", [each.attrition for each in entries])]
    return Table("ConversionPeriod", tuple(columns))


def _dimension(answers: Answers, found: Conversion, dimension: Dimension, whole: Group, words: dict[str, str]) -> list[Block]:
    """Win rates by one column of the deals, and the stages' conversion for the groups with the most deals."""
    field = words[f"field.{dimension.field}"]
    blocks: list[Block] = [Heading(words["sheet.conversion.by"].format(field=field, n=f"{whole.won + whole.lost:,}")),
                           Text(verdict(dimension.test, words), "note"), _group_table(dimension, whole, field, words)]
    if dimension.field in CROSSED and found.stages and found.losses_known:
        blocks += [Heading(words["sheet.conversion.crossed"].format(field=field, few=FEW)), _crossed(answers, found, dimension, words)]
    return blocks


def _group_table(dimension: Dimension, whole: Group, field: str, words: dict[str, str]) -> Table:
    groups = dimension.groups
    by_count, by_value = [group.by_count for group in groups], [group.by_value for group in groups]

    def count(name: str, look: str = "count") -> Column:
        return Column(words[f"sheet.conversion.group_{name}"], look, [getattr(group, name) for group in groups], total=getattr(whole, name))

    return Table(f"ConversionBy{dimension.field.title()}", (
        Column(field, "wrap", labels(dimension.grouping, words), total=words["sheet.total"]),
        count("deals"), count("won"), count("lost"),
        *rate_columns(by_count, words["sheet.conversion.by_count"], words["sheet.rates.interval"], whole.by_count),
        Column(words["sheet.conversion.estimate"], "share", [group.estimate for group in groups]),
        *rate_columns(by_value, words["sheet.conversion.by_value"], words["sheet.conversion.value_interval"], whole.by_value),
        Column(words["sheet.conversion.of_all"], "share", [group.of_all.value for group in groups], total=whole.of_all.value),
        Column(words["sheet.conversion.standing"], "wrap", [standing(group, words) for group in groups]),
    ))


def _crossed(answers: Answers, found: Conversion, dimension: Dimension, words: dict[str, str]) -> Table:
    """Stages as rows, groups as columns: the cohort rate and of how many deals; "~" before it where these are few.

    The look is a number's, so that a long text is written smaller instead of over its neighbour.
    """
    own = grouped(answers.facts.column(dimension.field))
    groups = own.few(own.counts(np.isin(answers.facts.kind, ("won", "lost"))), ACROSS)
    rates = by_group(answers.facts, groups)
    seen = [at for at in range(len(found.stages)) if at not in found.assumed]

    def cell(rate: Rate) -> str:
        return f"{'~' if rate.uncertain else ''}{percent(rate.value)} ({rate.of:,})" if rate.of else ""

    return Table(f"ConversionStagesBy{dimension.field.title()}", (
        _stage_column([found.stages[at] for at in seen], words),
        *(Column(name, "count", [cell(rates[at][group]) for at in seen]) for group, name in enumerate(labels(groups, words)))))
