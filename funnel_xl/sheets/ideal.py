"""The sheet Ideal funnel: what this period needs and what there is, stage by stage, and when a gap will bite (spec items 33-37)."""

import math
from collections.abc import Sequence
from dataclasses import replace

from ..sales.answers import Answers
from ..sales.calibrated import DAYS_A_MONTH, MOST_UNKNOWN, RESOLVED, STAYS
from ..sales.gap import JAMMED, THIN, Gap, Held, NoGap, StageGap, ideal_gaps
from ..sales.ideal import whole_deals
from ..wording import words as all_words
from .about import number_sheet
from .describe import Beside, Block, Chart, Column, Figure, Figures, Heading, Series, Sheet, Table, Text
from .how import how
from .numbers import bar, money, percent, tile, total

WIDTHS = (23.0, *(11.5,) * 10)
FAR = 0.25  # the stages' days and the won deals' cycle may differ by this share before it is said


def ideal_sheet(answers: Answers, language: str) -> Sheet:
    """What this period needs first, then the comparison by stage, what it rests on, and the gaps by period; for each product line."""
    words = all_words(language)
    found = ideal_gaps(answers)
    blocks: list[Block] = []
    for number, each in enumerate(found):
        if len(found) > 1:
            blocks.append(Heading(words["sheet.ideal.line"].format(line=each.line or words["sheet.ideal.line.none"])))
        blocks += _missing(each, words) if isinstance(each, NoGap) else _compared(each, answers.summary.quota_won, str(number or ""), words)
    title = words["sheet.ideal"]
    limits = {"resolved": RESOLVED, "stays": STAYS, "unknown": percent(MOST_UNKNOWN), "thin": percent(THIN), "jammed": percent(JAMMED)}
    blocks += how(words, *(f"ideal.{number}" for number in range(1, 9)), **limits)
    return number_sheet("ideal", title, blocks, answers, language, WIDTHS, landscape=True)


def _missing(each: NoGap, words: dict[str, str]) -> list[Block]:
    stages = words["say.list"].join(each.stages)
    return [Text(words[f"sheet.ideal.missing.{reason}"].format(stages=stages)) for reason in each.reasons]


def _compared(gap: Gap, won: float, suffix: str, words: dict[str, str]) -> list[Block]:
    count = f"{sum(each.actual.deals for each in gap.stages):,}"
    return [
        Text(_lead(gap, won, words)), *(Text(text) for text in _flags(gap, words)),
        Figures(_figures(gap, words)), Beside(_charts(gap, words)),
        Heading(words["sheet.ideal.stages"].format(n=count, feeds=feeds(gap, words))), _stage_table(gap, suffix, words),
        Text("\n".join(_remarks(gap, words)), "note"),
        Heading(words["sheet.ideal.periods"].format(n=count)), _period_table(gap, suffix, words),
        Heading(words["sheet.ideal.sources"]), _source_table(gap, suffix, words),
    ]


def _lead(gap: Gap, won: float, words: dict[str, str]) -> str:
    """"This quarter: 40 in Quote, you have 31", how many are missing, and what is won so far."""
    now = gap.periods[0].stages
    needs = words["sheet.ideal.and"].join(
        words["sheet.ideal.need"].format(needed=f"{each.needed:,}", stage=each.stage, have=f"{each.actual.deals:,}") for each in now)
    short = [each for each in now if each.gap.deals < 0]
    missing = {"n": f"{-sum(each.gap.deals for each in short):,}", "stages": words["say.list"].join(each.stage for each in short)}
    verdict = words["sheet.ideal.short"].format(**missing) if short else words["sheet.ideal.enough"]
    this = words[f"sheet.ideal.this.{gap.period.months}"]
    said = words["sheet.ideal.lead"].format(period=gap.period.name, this=this, needs=needs) + verdict
    if gap.share < 1:
        return said
    return said + words["sheet.ideal.won_so_far"].format(won=money(won, words), quota=money(gap.target, words))


def _flags(gap: Gap, words: dict[str, str]) -> list[str]:
    names = {each: part.period.name for part in gap.periods for each in part.stages}
    said = []
    for each, after in zip(gap.stages, [*gap.stages[1:], None], strict=True):
        if each.flag:
            facts = {"stage": each.stage, "have": f"{each.actual.deals:,}", "needed": f"{each.needed:,}", "period": names[each]}
            said.append(words[f"sheet.ideal.flag.{each.flag}"].format(**facts, next=after.stage if after else ""))
    return said


def _figures(gap: Gap, words: dict[str, str]) -> tuple[Figure, ...]:
    held = _sum([each.actual for each in gap.stages])
    stock = sum(each.needed for each in gap.stages)
    facts = {"period": gap.period.name, "share": percent(gap.share), "average": money(gap.average_order.value, words),
             "stock": f"{stock:,}", "feeds": feeds(gap, words), "weighted": money(gap.ideal.weighted, words)}
    return tuple(
        Figure(words[f"sheet.ideal.figure.{name}"], tile(value), look,
               words[f"sheet.ideal.base.{base}"].format(**facts))
        for name, value, look, base in (
            ("target", gap.target, "money", "target" if gap.share == 1 else "target_share"),
            ("orders", whole_deals(gap.ideal.orders), "count", "orders"),
            ("open", held.deals, "count", "open"),
            ("weighted", held.weighted, "money", "weighted"),
        ))


def feeds(gap: Gap, words: dict[str, str]) -> str:
    """"feeds 4 quarters": what the whole stock is there for."""
    count, months = gap.ideal.periods, gap.period.months
    return words[f"sheet.ideal.feeds_one.{months}"] if count == 1 else words[f"sheet.ideal.feeds.{months}"].format(n=count)


def _sum(parts: Sequence[Held]) -> Held:
    return Held(sum(each.deals for each in parts), total(each.value for each in parts), total(each.weighted for each in parts))


def _charts(gap: Gap, words: dict[str, str]) -> tuple[Chart, ...]:
    """Deals and weighted money of each stage, the ideal beside the actual."""
    stages = tuple(each.stage for each in gap.stages)
    ideal, actual = words["sheet.ideal.ideal"], words["sheet.ideal.actual"]
    deals = Chart("column", words["sheet.ideal.chart.deals"], words["field.stage"], words["sheet.line.deals"], stages, (
        Series(ideal, tuple(each.needed for each in gap.stages), "light"),
        Series(actual, tuple(each.actual.deals for each in gap.stages), "strong")))
    weighted = [bar(each.actual.weighted) for each in gap.stages]
    money = Chart("column", words["sheet.ideal.chart.weighted"], words["field.stage"], words["sheet.line.weighted"], stages, (
        Series(ideal, tuple(each.ideal.weighted for each in gap.stages), "light"), Series(actual, tuple(weighted), "strong")), "money")
    return (deals, money) if any(weighted) else (deals,)


def _stage_table(gap: Gap, suffix: str, words: dict[str, str]) -> Table:
    stages = gap.stages
    names = {each: part.period.name for part in gap.periods for each in part.stages}
    ideal = [Held(each.needed, each.ideal.stock_value, each.ideal.weighted) for each in stages]
    return Table(f"IdealStages{suffix}", (
        Column(words["field.stage"], "wrap", [each.stage for each in stages], total=words["sheet.total"]),
        *_compared_columns(ideal, [each.actual for each in stages], ("deals", "value", "weighted"), words, totals=True),
        Column(words["sheet.ideal.won_in"], "text", [names[each] for each in stages]),
    ))


def _compared_columns(ideal: Sequence[Held], actual: Sequence[Held], measures: Sequence[str], words: dict[str, str],
                      totals: bool = False) -> tuple[Column, ...]:
    """Ideal, actual and gap of each measure."""
    columns = []
    for name in measures:
        should, have = ([getattr(each, name) for each in part] for part in (ideal, actual))
        for kind, values in (("ideal", should), ("actual", have), ("gap", [b - a for a, b in zip(should, have, strict=True)])):
            look = "count" if name == "deals" else "difference" if kind == "gap" else "money"
            whole = {"ideal": total(should), "actual": total(have), "gap": total(have) - total(should)}[kind]
            columns.append(Column(words[f"sheet.ideal.{kind}_{name}"], look, values, total=whole if totals and whole == whole else None))
    return tuple(columns)


def _remarks(gap: Gap, words: dict[str, str]) -> list[str]:
    """What a reader must know to trust the comparison."""
    average = _said(f"average.{gap.average_order.source}", gap.average_order.count, words)
    said = [average + words["sheet.ideal.least"].format(n=f"{whole_deals(gap.ideal.least_stock):,}",
                                                        days=f"{gap.ideal.cycle * DAYS_A_MONTH:,.0f}")]
    months = {"months": f"{gap.ideal.cycle:.1f}", "cycle": f"{gap.cycle.value:.1f}"}
    if gap.scaled != 1:
        said.append(words["sheet.ideal.scaled"].format(**months))
    elif gap.cycle.source == "won" and abs(gap.cycle.value / gap.ideal.cycle - 1) > FAR:
        said.append(words["sheet.ideal.cycle_differs"].format(**months))
    if gap.share < 1:
        said.append(words["sheet.ideal.shared"].format(share=percent(gap.share)))
    if not gap.rising:
        own = all(before.chance.source == after.chance.source == "own" for before, after in gap.falls)
        fall = "not_rising_own" if own else "not_rising"
        said.append(words[f"sheet.ideal.{fall}"].format(stages=words["say.list"].join(f"{a.stage} → {b.stage}" for a, b in gap.falls)))
    if gap.unused:
        said.append(words["sheet.ideal.unused"].format(stages=words["say.list"].join(gap.unused)))
    for name, count in (("unplaced", gap.unplaced), ("unvalued", gap.unvalued)):
        if count:
            said.append(words[f"sheet.ideal.{name}"].format(n=f"{count:,}"))
    return said


def _period_table(gap: Gap, suffix: str, words: dict[str, str]) -> Table:
    parts = gap.periods
    return Table(f"IdealPeriods{suffix}", (
        Column(words["sheet.ideal.period"], "wrap", [part.period.name for part in parts]),
        Column(words["sheet.ideal.fed_by"], "wrap", [words["say.list"].join(each.stage for each in part.stages) for part in parts], 4),
        *_compared_columns([part.ideal for part in parts], [part.actual for part in parts], ("deals", "weighted"), words),
    ))


def _source_table(gap: Gap, suffix: str, words: dict[str, str]) -> Table:
    stages = gap.stages
    chances = [_said(f"chance.{each.chance.source}", each.chance.count, words) for each in stages]
    columns = [
        Column(words["field.stage"], "wrap", [each.stage for each in stages]),
        Column(words["sheet.ideal.chance"], "share", [each.chance.value for each in stages]),
        Column(words["sheet.ideal.chance_from"], "wrap", chances, 3),
        Column(words["sheet.ideal.days"], "days", [each.months.value * DAYS_A_MONTH for each in stages]),
        Column(words["sheet.ideal.days_from"], "wrap", [_months_from(gap, each, words) for each in stages], 2),
        Column(words["sheet.ideal.passing"], "count", [whole_deals(each.ideal.needed) for each in stages]),
        Column(words["sheet.ideal.passing_value"], "money", [each.ideal.needed_value for each in stages]),
    ]
    earlier = [None if math.isnan(each.earlier) else whole_deals(each.earlier) for each in stages]
    if any(earlier):
        columns.append(Column(words["sheet.ideal.earlier"], "count", earlier))
    else:
        columns[4] = replace(columns[4], span=3)
    return Table(f"IdealSources{suffix}", tuple(columns))


def _months_from(gap: Gap, each: StageGap, words: dict[str, str]) -> str:
    name = f"cycle_{gap.cycle.source}" if each.months.source == "cycle" else each.months.source
    return _said(f"months.{name}", each.months.count, words)


def _said(name: str, count: int, words: dict[str, str]) -> str:
    return words[f"sheet.ideal.{name}"].format(n=f"{count:,}")
