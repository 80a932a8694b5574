"""The sheet Reasons: why deals are won and lost, where, against whom, and what a pushed close date goes with."""

import math
from collections.abc import Sequence

import numpy as np

from ..sales.answers import Answers
from ..sales.rates import FEW
from ..sales.reasons import Cross, Reasons, by_product, by_stage, named_rivals, pushed, reasons, rivals
from ..wording import words as all_words
from .about import number_sheet, stage_name
from .describe import Beside, Block, Chart, Column, Figure, Figures, Heading, Series, Sheet, Table, Text
from .how import how
from .numbers import UNKNOWN, bar, short_money, total
from .rates import how_sure, interval, named, p_value, rate_columns

WIDTHS = (30.0, *(11.0,) * 10)


def reasons_sheet(answers: Answers, language: str) -> Sheet:
    """Reasons of the losses by themselves, by stage and by product; rivals; reasons of the wins; pushed close dates."""
    words = all_words(language)
    lost, won = reasons(answers.facts, "lost"), reasons(answers.facts, "won")
    blocks: list[Block] = [Figures(_figures(lost, won, words, language)), *_lost(answers, lost, words, language)]
    if len(named_rivals(answers.facts)[0]):
        blocks += _rivals(answers, words)
    if won.deals:
        blocks += [Heading(words["sheet.reasons.why_won"].format(n=f"{won.deals:,}")), *_table(answers, "won", won, words)]
    if answers.facts.has("pushed"):
        blocks += _pushed(answers, words)
    blocks += how(words, "reasons.reasons", "reasons.stage", "reasons.rivals", few=FEW)
    return number_sheet("reasons", words["sheet.reasons"], blocks, answers, language, WIDTHS, landscape=True)


def _figures(lost: Reasons, won: Reasons, words: dict[str, str], language: str) -> tuple[Figure, ...]:
    def tiles(name: str, found: Reasons) -> tuple[Figure, Figure]:
        money = total(line.value for line in found.lines)
        worth = words["sheet.reasons.no_money"] if math.isnan(money) else words["sheet.reasons.money_base"].format(
            money=short_money(money, language))
        return (Figure(words[f"sheet.reasons.{name}"], found.deals, "count", worth),
                Figure(words[f"sheet.reasons.{name}_given"], found.given / found.deals if found.deals else UNKNOWN, "share",
                       words["sheet.reasons.given_base"].format(n=f"{found.given:,}", of=f"{found.deals:,}")))

    return (*tiles("lost", lost), *tiles("won", won))


def _lost(answers: Answers, lost: Reasons, words: dict[str, str], language: str) -> list[Block]:
    """The reasons of the losses, their picture, and where and with which product each one bites."""
    heading = Heading(words["sheet.reasons.why_lost"].format(n=f"{lost.deals:,}"))
    if not lost.deals:
        return [heading, Text(words["sheet.reasons.none_lost"])]
    blocks: list[Block] = [heading, *(_pictures(lost, words, language) if lost.given else []), *_table(answers, "lost", lost, words)]
    stages = by_stage(answers.facts, [stage_name(stage.name, stage.line, words) for stage in answers.stages])
    if lost.given or any(stages.columns):
        blocks += [Heading(words["sheet.reasons.stage"]), _cross("ReasonsByStage", stages, words["sheet.reasons.stage_unknown"], words)]
    if lost.given and answers.facts.has("product"):
        blocks += [Heading(words["sheet.reasons.product"]),
                   _cross("ReasonsByProduct", by_product(answers.facts), words["sheet.rates.blank"], words)]
    return blocks


def _pictures(lost: Reasons, words: dict[str, str], language: str) -> list[Block]:
    names = tuple(_reason_names(lost.lines_named, lost.others, words))
    axis = words["sheet.reasons.reason"]
    charts = [Chart("bar", words["sheet.reasons.chart_deals"], axis, words["sheet.reasons.deals"], names,
                    (Series(words["sheet.reasons.deals"], tuple(line.deals for line in lost.lines), "middle",
                            tuple(f"{line.deals:,}" for line in lost.lines)),))]
    if total(line.value for line in lost.lines) > 0:
        worth = tuple(bar(line.value) for line in lost.lines)
        charts.append(Chart("bar", words["sheet.reasons.chart_money"], axis, words["sheet.reasons.money"], names,
                            (Series(words["sheet.reasons.money"], worth, "middle",
                                    tuple("" if math.isnan(line.value) else short_money(line.value, language) for line in lost.lines)),),
                            "money"))
    return [Beside(tuple(charts))]


def _reason_names(names: Sequence[str], others: int, words: dict[str, str]) -> list[str]:
    return named(names, others, words, words["sheet.reasons.blank"])


def _table(answers: Answers, kind: str, found: Reasons, words: dict[str, str]) -> list[Block]:
    """Each reason with its deals and money; where there is none, what to do about it."""
    if not found.given:
        return [Text(words["sheet.reasons.none_given"].format(column=words[f"field.{kind}_reason"]))]
    lines, money = found.lines, total(line.value for line in found.lines)
    return [Table(f"ReasonsWhy{kind.title()}", (
        Column(words["sheet.reasons.reason"], "wrap", _reason_names(found.lines_named, found.others, words), span=3,
               total=words["sheet.total"]),
        Column(words["sheet.reasons.deals"], "count", [line.deals for line in lines], total=found.deals),
        *rate_columns([line.share for line in lines], words["sheet.reasons.share"], words["sheet.rates.interval"]),
        Column(words["sheet.reasons.money"], "money", [line.value for line in lines], span=2, total=money),
        Column(words["sheet.reasons.money_share"], "share", [line.value / money if money > 0 else math.nan for line in lines]),
    ))]


def _cross(name: str, cross: Cross, blank: str, words: dict[str, str]) -> Table:
    """Reasons as rows; a cell without a deal is empty, so that the full ones are seen."""
    sums = cross.counts.sum(axis=0)
    headings = named(cross.columns, cross.column_others, words, blank)
    return Table(name, (
        Column(words["sheet.reasons.reason"], "wrap", _reason_names(cross.rows, cross.row_others, words), total=words["sheet.total"]),
        *(Column(heading, "count", [int(count) or None for count in cross.counts[:, at]], total=int(sums[at]))
          for at, heading in enumerate(headings)),
        Column(words["sheet.reasons.total"], "count", cross.counts.sum(axis=1).tolist(), total=int(sums.sum()))))


def _rivals(answers: Answers, words: dict[str, str]) -> list[Block]:
    found, others = rivals(answers.facts)
    groups = [each.group for each in found]
    lost = np.array([group.by_value.of - group.by_value.hits for group in groups])
    return [Heading(words["sheet.reasons.rivals"]), Text(words["sheet.reasons.rivals_says"], "note"), Table("ReasonsRivals", (
        Column(words["field.competitor"], "wrap", named([group.name for group in groups], others, words, words["sheet.reasons.no_rival"])),
        Column(words["sheet.reasons.closed"], "count", [group.deals for group in groups]),
        Column(words["sheet.conversion.group_won"], "count", [group.won for group in groups]),
        Column(words["sheet.conversion.group_lost"], "count", [group.lost for group in groups]),
        *rate_columns([group.by_count for group in groups], words["sheet.reasons.win_rate"], words["sheet.rates.interval"]),
        Column(words["sheet.reasons.by_value"], "share", [group.by_value.value for group in groups]),
        Column(words["sheet.reasons.money_lost"], "money", lost),
        Column(words["sheet.reasons.most_often"], "wrap", [each.reason for each in found], span=2),
        how_sure([group.by_count for group in groups], words),
    ))]


def _pushed(answers: Answers, words: dict[str, str]) -> list[Block]:
    """Win rates of pushed and other deals beside each other, and whether they differ."""
    found = pushed(answers.facts)
    names = ("yes", "no", "unknown") if found.unknown.deals else ("yes", "no")
    groups = [getattr(found, name) for name in names]
    test = "few" if found.test.p != found.test.p else "differ" if found.test.found else "chance"
    return [Heading(words["sheet.reasons.pushed"]),
            Text(words[f"sheet.reasons.pushed_{test}"].format(p=p_value(found.test)), "note"), Table("ReasonsPushed", (
                Column(words["field.close_date"], "wrap", [words[f"sheet.reasons.pushed_{name}"] for name in names]),
                Column(words["sheet.reasons.pushed_open"], "count", [group.deals - group.won - group.lost for group in groups]),
                Column(words["sheet.conversion.group_won"], "count", [group.won for group in groups]),
                Column(words["sheet.conversion.group_lost"], "count", [group.lost for group in groups]),
                *rate_columns([group.by_count for group in groups], words["sheet.reasons.win_rate"], words["sheet.rates.interval"]),
                Column(words["sheet.reasons.by_value"], "share", [group.by_value.value for group in groups]),
                Column(words["sheet.conversion.value_interval"], "text", [interval(group.by_value) for group in groups]),
                how_sure([group.by_count for group in groups], words)))]
