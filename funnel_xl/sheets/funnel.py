"""The sheet Funnel: the numbers of the whole pipeline, and their pictures."""

from collections.abc import Sequence
from dataclasses import replace

from ..sales.answers import Answers, Line, Passage, Summary
from ..wording import words as all_words
from .about import number_sheet, placement_name, stage_name
from .describe import Beside, Block, Chart, Column, Figure, Figures, Heading, Series, Sheet, Table, Text
from .how import how
from .numbers import UNKNOWN, bar, known, percent, short_money, tile, total, unbroken

WIDTHS = (23.0, *(11.5,) * 6)
MOST_OWNERS = 15
MOST_MONTHS = 14        # standing bars that can be told apart on a page
CHARTED_OWNERS = 8


def funnel_sheet(answers: Answers, language: str) -> Sheet:
    """Figures, the funnel's picture, and tables by stage, month of close, placement and owner."""
    words = all_words(language)
    summary = answers.summary
    blocks: list[Block] = [Figures(_figures(summary, words)), *_pictures(summary, words, language)]
    if summary.open.deals and not summary.open.amount > 0:
        blocks.append(Text(words["sheet.funnel.no_money"], "note"))
    blocks += [Heading(words["sheet.funnel.stages"]), _stage_table(summary, words)]
    if summary.passages_left_out:
        blocks.append(Text(words["sheet.funnel.left_out"].format(n=f"{summary.passages_left_out:,}"), "note"))
    if summary.open.deals:
        blocks += _months(summary, words) + _places_and_owners(summary, words)
    blocks += [Heading(words["sheet.funnel.rates"]), _rate_table(summary, words)]
    blocks += how(words, "funnel.probability", "funnel.placement", "funnel.passages", "funnel.velocity", "funnel.coverage")
    return number_sheet("funnel", words["sheet.funnel"], blocks, answers, language, WIDTHS)


def _figures(summary: Summary, words: dict[str, str]) -> tuple[Figure, ...]:
    said = [
        ("open", summary.open.deals, "count", "open"), ("amount", summary.open.amount, "money", "open_amount"),
        ("weighted", summary.open.weighted, "money", "weighted"), ("won", summary.won.amount, "money", "won"),
        ("win_rate", summary.win_rate_count, "share", "win_rate"), ("average", summary.average_won, "money", "average"),
        ("cycle", summary.cycle_days, "days", "cycle"), ("velocity", summary.velocity, "money", "velocity"),
    ]
    if known(summary.quota):
        said += [("quota", summary.quota, "money", "quota"), ("quota_won", summary.quota_won, "money", "quota_won"),
                 ("coverage", summary.coverage, "ratio", "coverage"), ("forecast", summary.forecast_coverage, "share", "forecast")]
    required = f"{summary.required_coverage:.1f}" if known(summary.required_coverage) else UNKNOWN
    counts = {"won": summary.won.deals, "closed": summary.won.deals + summary.lost.deals, "open": summary.open.deals, "all": summary.deals}
    facts = {**{name: f"{count:,}" for name, count in counts.items()}, "period": summary.quota_period, "required": required}
    bases = [words[f"sheet.base.{base}"].format(**facts) for _, _, _, base in said]
    return tuple(Figure(words[f"sheet.figure.{name}"], tile(number), look, base)
                 for (name, number, look, _), base in zip(said, bases, strict=True))


def _pictures(summary: Summary, words: dict[str, str], language: str) -> list[Block]:
    """The funnel twice, for each product line that has stages of its own: by deals that reached a stage, and by the money in it."""
    steps = list(zip([line for line in summary.stages if line.kind == "open"], summary.passages, strict=True))
    pictures = []
    for product in dict.fromkeys(line.line for line, _ in steps):
        charts = _line_pictures([(line, passage) for line, passage in steps if line.line == product], summary, words, language)
        if charts:
            pictures.append(Beside(tuple(replace(chart, title=stage_name(chart.title, product, words)) for chart in charts)))
    return pictures


def _line_pictures(steps: Sequence[tuple[Line, Passage]], summary: Summary, words: dict[str, str], language: str) -> list[Chart]:
    charts = []
    if any(passage.entered for _, passage in steps):
        labels = tuple(f"{passage.entered:,}  ({percent(passage.rate)})" if known(passage.rate) else f"{passage.entered:,}"
                       for _, passage in steps)
        charts.append(centred(words["sheet.chart.reached"], words["sheet.axis.reached"], words,
                              [(line.label, passage.entered) for line, passage in steps], labels, "count"))
    stages = [line for line, _ in steps]
    if not summary.open.amount > 0 and any(line.deals for line in stages):
        charts.append(centred(words["sheet.chart.stages"], words["sheet.line.deals"], words, [(line.label, line.deals) for line in stages],
                               tuple(f"{line.deals:,}" for line in stages), "count"))
    elif any(line.amount > 0 for line in stages):
        labels = tuple(short_money(line.amount, language) if known(line.amount) else "" for line in stages)
        charts.append(centred(words["sheet.chart.amount"], words["sheet.axis.amount"], words,
                               [(line.label, line.amount if line.amount > 0 else 0.0) for line in stages], labels, "money"))
    return charts


def centred(title: str, axis: str, words: dict[str, str], bars: Sequence[tuple[str, float]], labels: tuple[str, ...], look: str) -> Chart:
    """Bars around one middle line: a first series as long as the space before each bar, which is not seen."""
    widest = max(length for _, length in bars)
    pads = tuple((widest - length) / 2 for _, length in bars)
    series = (Series(words["sheet.chart.space"], pads, "none"), Series(title, tuple(length for _, length in bars), "middle", labels))
    return Chart("funnel", title, words["field.stage"], axis, tuple(name for name, _ in bars), series, look)


def _stage_table(summary: Summary, words: dict[str, str]) -> Table:
    passages = iter(summary.passages)       # one for each open stage, in the same order
    here = [next(passages) if line.kind == "open" else None for line in summary.stages]
    names = [stage_name(line.label, line.line, words) for line in summary.stages]
    return Table("FunnelStages", (
        Column(words["field.stage"], "wrap", names, total=words["sheet.total"]),
        *_line_columns(summary.stages, words),
        Column(words["sheet.passage.entered"], "count", [passage.entered if passage else None for passage in here]),
        Column(words["sheet.passage.passed"], "count", [passage.passed if passage else None for passage in here]),
        Column(words["sheet.passage.rate"], "share", [passage.rate if passage else None for passage in here]),
    ))


def _line_columns(lines: Sequence[Line], words: dict[str, str], *, span: int = 1) -> tuple[Column, ...]:
    """Deals, amount and weighted value of each line, with their sums."""
    amounts, weighted = [line.amount for line in lines], [line.weighted for line in lines]
    return (Column(words["sheet.line.deals"], "count", [line.deals for line in lines], span, total=sum(line.deals for line in lines)),
            Column(words["sheet.line.amount"], "money", amounts, span, total=total(amounts)),
            Column(words["sheet.line.weighted"], "money", weighted, span, total=total(weighted)))


def _line_table(name: str, heading: str, lines: Sequence[Line], words: dict[str, str]) -> Table:
    """Lines under a heading, as wide as the page."""
    first = Column(heading, "wrap", [line.label for line in lines], total=words["sheet.total"])
    return Table(name, (first, *_line_columns(lines, words, span=2)))


def _months(summary: Summary, words: dict[str, str]) -> list[Block]:
    lines = [replace(line, label=words.get(f"sheet.month.{line.label}", line.label)) for line in summary.months]
    blocks: list[Block] = [Heading(words["sheet.funnel.months"])]
    if len(lines) > 1:
        few = [replace(line, label=unbroken(line.label)) for line in _few_months(lines, words)]
        blocks.append(_bars("column", words["sheet.chart.months"], words["sheet.month"], few, words))
    return [*blocks, _line_table("FunnelMonths", words["sheet.month"], lines, words)]


def _few_months(lines: list[Line], words: dict[str, str]) -> list[Line]:
    """At most MOST_MONTHS lines: months beyond are one, the undated stay last."""
    if len(lines) <= MOST_MONTHS:
        return lines
    undated = [line for line in lines[-1:] if line.label == words["sheet.month.undated"]]
    dated = lines[:len(lines) - len(undated)]
    kept = MOST_MONTHS - 1 - len(undated)
    return [*dated[:kept], _sum(words["sheet.month.later"], dated[kept:]), *undated]


def _places_and_owners(summary: Summary, words: dict[str, str]) -> list[Block]:
    places = [replace(line, label=placement_name(line.label, words)) for line in summary.placements]
    owners = [replace(line, label=line.label or words["sheet.owner.none"]) for line in summary.owners]
    few = _few_owners(owners, CHARTED_OWNERS, words)
    blocks: list[Block] = [Heading(words["sheet.funnel.places_owners"]), Beside((
        _bars("bar", words["sheet.chart.places"], words["sheet.column.placement"], places, words),
        _bars("bar", words["sheet.chart.owners"], words["field.owner"], few, words)))]
    for name, heading, lines in (("FunnelPlaces", words["sheet.column.placement"], places),
                                 ("FunnelOwners", words["field.owner"], _few_owners(owners, MOST_OWNERS, words))):
        blocks += [_line_table(name, heading, lines, words), Text("")]
    return blocks[:-1]


def _few_owners(owners: list[Line], most: int, words: dict[str, str]) -> list[Line]:
    if len(owners) <= most:
        return owners
    others = owners[most - 1:]
    return [*owners[:most - 1], _sum(words["sheet.owner.others"].format(n=len(others)), others)]


def _sum(label: str, lines: Sequence[Line]) -> Line:
    sums = (total(getattr(line, name) for line in lines) for name in ("amount", "weighted"))
    return Line(label, sum(line.deals for line in lines), *sums)


def _bars(kind: str, title: str, axis: str, lines: Sequence[Line], words: dict[str, str]) -> Chart:
    """Amount and weighted value beside each other; where no amount is known, the number of deals."""
    names = tuple(line.label for line in lines)
    if not any(line.amount > 0 for line in lines):
        counted = Series(words["sheet.line.deals"], tuple(line.deals for line in lines), "middle")
        return Chart(kind, title, axis, words["sheet.line.deals"], names, (counted,))

    series = (Series(words["sheet.line.amount"], tuple(bar(line.amount) for line in lines), "light"),
              Series(words["sheet.line.weighted"], tuple(bar(line.weighted) for line in lines), "strong"))
    return Chart(kind, title, axis, words["sheet.axis.money"], names, series, "money")


def _rate_table(summary: Summary, words: dict[str, str]) -> Table:
    """Each rate with its base: a win rate without one can mean three things."""
    rates = {"count": summary.win_rate_count, "value": summary.win_rate_value, "all": summary.win_rate_all}
    facts = {name: f"{count:,}" for name, count in (("won", summary.won.deals), ("lost", summary.lost.deals), ("all", summary.deals))}
    names = [words[f"sheet.rate.{name}"] for name in rates]
    bases = [words[f"sheet.rate_base.{name}"].format(**facts) for name in rates]
    return Table("FunnelRates", (
        Column(words["sheet.rate"], "wrap", names), Column(words["sheet.rate.share"], "share", list(rates.values())),
        Column(words["sheet.rate.base"], "wrap", bases, span=5)))
