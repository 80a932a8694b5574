"""The sheet Roll-ups: the same deals by territory, dealer, lead source, product and whatever else the team writes down."""

from collections.abc import Sequence

import numpy as np

from ..sales.answers import Answers
from ..sales.breakdown import MOST_GROUPS, Group, Matrix, Rollup, matrix, rollup, rollups
from ..wording import words as all_words
from .about import number_sheet
from .describe import Beside, Block, Chart, Column, Heading, Series, Sheet, Table, Text
from .how import how
from .numbers import bar, cell, total, unbroken
from .spread import spread

# The group, then deals and money of the open, of the won, of those won in the period and of the lost; rates, average, cycle.
WIDTHS = (26.0, 8.0, 12.0, 12.0, 12.0, 8.0, 12.0, 9.0, 12.0, 8.0, 12.0, 8.0, 9.5, 8.0, 11.0, 9.0)
TELLING = ("product", "territory", "source", "channel", "industry", "size", "owner", "department")    # which are drawn, if they are there
CHARTS = 2
CHARTED = 8
CELL = 20.0             # characters that a matrix's column may have
ASKED = ("territory", "product", "source")      # what to add where the deals say nothing of this kind


def breakdown_sheet(answers: Answers, language: str) -> Sheet:
    """Pictures of the two most telling dimensions, a table for each, and two of them crossed."""
    words = all_words(language)
    found = rollups(answers)
    blocks: list[Block] = []
    if not found:
        asked = words["say.list"].join(words[f"field.{name}"] for name in ASKED)
        blocks.append(Text(words["sheet.none.columns"].format(columns=asked)))
    else:
        blocks += _pictures(answers, found, words)
        period = answers.facts.period.name
        for each in found:
            heading = words["sheet.breakdown.by"].format(dimension=words[f"field.{each.dimension}"], **_counts(each.total))
            blocks += [Heading(heading), _table(each, period, words)]
        blocks += _crossed(answers, words) + _left_out(answers, words)
    blocks += how(words, "breakdown.groups", "breakdown.money", "breakdown.rates", most=MOST_GROUPS)
    return number_sheet("breakdown", words["sheet.breakdown"], blocks, answers, language, WIDTHS, landscape=True)


def _counts(total: Group) -> dict[str, str]:
    return {"open": f"{total.open_deals:,}", "won": f"{total.won_deals:,}", "lost": f"{total.lost_deals:,}"}


def _label(group: Group, words: dict[str, str]) -> str:
    if group.label:
        return group.label
    return words["sheet.rates.others"].format(n=group.summed) if group.summed > 1 else words["sheet.breakdown.blank"]


def _pictures(answers: Answers, found: Sequence[Rollup], words: dict[str, str]) -> list[Block]:
    """Won amount and weighted value of the dimensions that say most; numbers of deals where no money is known."""
    there = {each.dimension for each in found if len(each.groups) > 1}
    charts = [_chart(rollup(answers, name, CHARTED), words) for name in TELLING if name in there][:CHARTS]
    return [Beside(tuple(charts))] if charts else []


def _chart(found: Rollup, words: dict[str, str]) -> Chart:
    dimension = words[f"field.{found.dimension}"]
    names = tuple(_label(group, words) for group in found.groups)
    if found.total.won_amount > 0 or found.total.weighted > 0:
        pairs = (("won_amount", "strong", [group.won_amount for group in found.groups]),
                 ("weighted", "light", [group.weighted for group in found.groups]))
        kind, axis, look = "money", words["sheet.axis.money"], "money"
    else:
        pairs = (("won_deals", "strong", [group.won_deals for group in found.groups]),
                 ("open_deals", "light", [group.open_deals for group in found.groups]))
        kind, axis, look = "deals", words["sheet.line.deals"], "count"
    series = tuple(Series(words[f"sheet.breakdown.{name}"], tuple(bar(number) for number in numbers), tone)
                   for name, tone, numbers in pairs)
    return Chart("bar", words[f"sheet.breakdown.chart.{kind}"].format(dimension=dimension), dimension, axis, names, series, look)


def _table(found: Rollup, period: str, words: dict[str, str]) -> Table:
    columns = [Column(words[f"field.{found.dimension}"], "wrap", [_label(group, words) for group in found.groups],
                      total=words["sheet.total"])]
    for name, look in (("open_deals", "count"), ("open_amount", "money"), ("weighted", "money"), ("best_few", "money"),
                       ("won_deals", "count"), ("won_amount", "money"), ("period_deals", "count"), ("period_amount", "money"),
                       ("lost_deals", "count"), ("lost_amount", "money"), ("win_rate", "share"), ("low", "share"), ("high", "share"),
                       ("average_won", "money"), ("cycle_days", "days")):
        columns.append(Column(words[f"sheet.breakdown.{name}"].format(period=unbroken(period)), look,
                              [getattr(group, name) for group in found.groups], total=cell(getattr(found.total, name))))
    return Table(f"Breakdown{found.dimension.capitalize()}", tuple(columns))


def _crossed(answers: Answers, words: dict[str, str]) -> list[Block]:
    found = matrix(answers)
    if found is None:
        return []
    rows, columns = words[f"field.{found.rows}"], words[f"field.{found.columns}"]
    heading = words[f"sheet.breakdown.matrix.{found.measure}"].format(rows=rows, columns=columns, n=f"{answers.summary.open.deals:,}")
    return [Heading(heading), _matrix_table(found, rows, words)]


def _matrix_table(found: Matrix, heading: str, words: dict[str, str]) -> Table:
    def said(label: str | None) -> str:
        return words["sheet.breakdown.rest"] if label is None else label or words["sheet.breakdown.blank"]

    look = "money" if found.measure == "weighted" else "count"
    count = len(found.column_labels) + 1
    spans = spread(WIDTHS[1:], [min(CELL, sum(WIDTHS[1:]) / count)] * count)
    columns = [Column(said(label), look, _cells(found.cells[:, at]), span, total=total(found.cells[:, at]))
               for at, (label, span) in enumerate(zip(found.column_labels, spans[:-1], strict=True))]
    first = Column(heading, "wrap", [said(label) for label in found.row_labels], total=words["sheet.total"])
    last = Column(words["sheet.total"], look, [total(row) for row in found.cells], spans[-1], total=total(found.cells.ravel()))
    return Table("BreakdownMatrix", (first, *columns, last))


def _cells(values: np.ndarray) -> list[float | None]:
    """An empty cell where there is no deal: a field of zeros hides what is there."""
    return [number or None for number in values.tolist()]


def _left_out(answers: Answers, words: dict[str, str]) -> list[Block]:
    """What the tables do not hold: deals after the sale, and money that is not known or has no rate."""
    facts = answers.facts
    counted = facts.is_open | np.isin(facts.kind, ("won", "lost"))
    numbers = {"post": int((facts.kind == "post").sum()), "rate": int((counted & facts.no_rate).sum()),
               "amount": int((counted & np.isnan(facts.value) & ~facts.no_rate).sum())}
    return [Text(words[f"sheet.breakdown.left.{name}"].format(n=f"{number:,}"), "note") for name, number in numbers.items() if number]
