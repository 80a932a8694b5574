"""The sheet Win and loss cases: what closed deals teach, by competitor and product, and the cases themselves with filters."""

import math
from collections.abc import Sequence

from ..sales.answers import Answers
from ..sales.knowledge import FEW, Cases, Record, by_competitor, by_product, cases, reasons
from ..sales.rates import wilson
from ..wording import words as all_words
from .about import UNKNOWN, about, percent
from .describe import Beside, Block, Chart, Column, Figure, Figures, Heading, Page, Series, Sheet, Table, Text
from .how import how
from .spread import spread

TABLE = "KnowledgeCases"
MOST_LISTED = 5000      # the newest; more are found by funnel-xl knowledge
MOST_PRINTED = 200
CHARTED = 10
WIDTHS = (8.0, 11.0, 24.0, 21.0, 16.0, 24.0, 30.0, 24.0, 14.0, 12.0, 8.0, 14.0)     # of the list; the small tables lie over it
RECORD_WIDTHS = (28.0, 9.0, 9.0, 9.0, 9.0, 9.0, 14.0, 14.0, 44.0)
WHY = {"won": "won_reason", "lost": "lost_reason"}


def knowledge_sheet(answers: Answers, language: str) -> Sheet:
    """Figures, what was won and lost against whom and with what, the reasons, and the list of cases."""
    words = all_words(language)
    found = cases(answers)
    blocks: list[Block] = []
    if not len(found):
        blocks.append(Text(words["sheet.knowledge.none"]))
    else:
        blocks += [_figures(found, words), *_records(answers, found, words), *_reasons(found, words)]
    blocks += how(words, "knowledge.cases", "knowledge.records", few=FEW)
    blocks += _listed(found, words) if len(found) else []
    title = words["sheet.knowledge"]
    return Sheet("knowledge", "knowledge", title, tuple(blocks), title=title, subtitle=about(answers, words), foot=about(answers, words),
                 language=language, widths=WIDTHS, page=Page(landscape=True))


def _figures(found: Cases, words: dict[str, str]) -> Figures:
    won, lost = found.outcome == "won", found.outcome == "lost"
    said = found.teaches
    figures = [Figure(words["sheet.knowledge.figure.cases"], len(found), "count",
                      words["sheet.knowledge.base.cases"].format(won=f"{won.sum():,}", lost=f"{lost.sum():,}")),
               Figure(words["sheet.knowledge.figure.teach"], int(said.sum()), "count",
                      words["sheet.knowledge.base.teach"].format(share=percent(said.mean()), n=f"{len(found):,}"))]
    for outcome, mine in (("won", won), ("lost", lost)):
        named = reasons(found, outcome)
        given = sum(count for _, count in named)
        base = words["sheet.knowledge.base.reason"].format(n=f"{named[0][1] if named else 0:,}", given=f"{given:,}", all=f"{mine.sum():,}")
        figures.append(Figure(words[f"sheet.knowledge.figure.{outcome}_reason"], named[0][0] if named else UNKNOWN, "text", base))
    return Figures(tuple(figures))


def _records(answers: Answers, found: Cases, words: dict[str, str]) -> list[Block]:
    """Won and lost against each competitor and of each product, with their pictures."""
    kinds = {"competitor": by_competitor(found), "product": by_product(found)}
    there = {name: records for name, records in kinds.items() if any(record.label for record in records)}
    blocks: list[Block] = []
    if there:
        blocks.append(Beside(tuple(_chart(name, records, words) for name, records in there.items())))
    for name, records in kinds.items():
        if name in there:
            blocks += [Heading(words[f"sheet.knowledge.by_{name}"].format(n=f"{len(found):,}")), _record_table(name, records, words)]
        else:
            heading = words[f"field.{name}"]
            blocks.append(Text(words["sheet.none.columns"].format(columns=heading), "note"))
    return blocks


def _chart(name: str, records: Sequence[Record], words: dict[str, str]) -> Chart:
    shown = [record for record in records if record.label][:CHARTED]
    heading = words[f"field.{name}"]
    series = (Series(words["sheet.knowledge.won"], tuple(record.won for record in shown), "strong"),
              Series(words["sheet.knowledge.lost"], tuple(record.lost for record in shown), "light"))
    return Chart("bar", words[f"sheet.knowledge.chart.{name}"], heading, words["sheet.line.deals"],
                 tuple(record.label for record in shown), series)


def _record_table(name: str, records: Sequence[Record], words: dict[str, str]) -> Table:
    low, high = wilson([record.win_rate for record in records], [record.closed for record in records])
    columns = (
        (f"field.{name}", "wrap", [_label(name, record, words) for record in records]),
        ("sheet.knowledge.closed", "count", [record.closed for record in records]),
        ("sheet.knowledge.won", "count", [record.won for record in records]),
        ("sheet.knowledge.lost", "count", [record.lost for record in records]),
        ("sheet.figure.win_rate", "share", [record.win_rate for record in records]),
        ("sheet.knowledge.interval", "text", [_interval(*pair) for pair in zip(low.tolist(), high.tolist(), strict=True)]),
        ("sheet.knowledge.won_amount", "money", [record.won_amount for record in records]),
        ("sheet.knowledge.lost_amount", "money", [record.lost_amount for record in records]),
        ("sheet.knowledge.why", "wrap", [_why(record, words) for record in records]),
    )
    spans = spread(WIDTHS, RECORD_WIDTHS)
    return Table(f"Knowledge{name.capitalize()}", tuple(Column(words[key], look, values, span)
                                                        for (key, look, values), span in zip(columns, spans, strict=True)))


def _label(name: str, record: Record, words: dict[str, str]) -> str:
    if record.summed > 1:
        return words["sheet.knowledge.others"].format(n=record.summed)
    return record.label or words[f"sheet.knowledge.no_{name}"]


def _interval(low: float, high: float) -> str:
    return "" if math.isnan(low) else f"{percent(low)}–{percent(high)}"


def _why(record: Record, words: dict[str, str]) -> str:
    if not record.reason:
        return ""
    return words["sheet.knowledge.of"].format(reason=record.reason, n=f"{record.reason_deals:,}", lost=f"{record.lost:,}")
