"""The sheet Win and loss cases: what closed deals teach, by competitor and product, and the cases themselves with filters."""

from collections.abc import Sequence
from dataclasses import replace

from ..sales.answers import Answers
from ..sales.knowledge import FEW, Cases, cases, reasons
from ..sales.reasons import rivals
from ..sales.winrate import Group, by_dimension
from ..wording import words as all_words
from .about import number_sheet
from .describe import Beside, Block, Chart, Column, Figure, Figures, Heading, Series, Sheet, Table, Text
from .how import how
from .numbers import UNKNOWN, percent
from .rates import interval, named

TABLE = "KnowledgeCases"
MOST_LISTED = 5000      # the newest; more are found by funnel-xl knowledge
MOST_PRINTED = 200
CHARTED = 10
# The list, and what its columns take [characters]; the small tables lie over its first ones.
LIST = {"account": 27.0, "outcome": 11.0, "closed": 12.0, "amount": 13.0, "cycle_days": 10.0, "stage": 15.0, "owner": 16.0,
        "product": 24.0, "competitor": 17.0, "reason": 26.0, "lesson": 30.0, "noted": 26.0}
OPTIONAL = ("competitor", "lesson", "noted")    # left out of the list where no case says anything of it
LEAST = 150.0           # characters of the page: a list of few columns is stretched
MOST = 15


def knowledge_sheet(answers: Answers, language: str) -> Sheet:
    """Figures, what was won and lost against whom and with what, and the list of cases."""
    words = all_words(language)
    found = cases(answers)
    shown = found.listed().among(slice(0, MOST_LISTED))
    columns = _columns(shown, words)
    widths = _widths(columns)
    blocks: list[Block] = []
    if not len(found):
        blocks.append(Text(words["sheet.knowledge.none"]))
    else:
        blocks += [_figures(found, words), *_records(answers, found, len(widths), words)]
    blocks += how(words, "knowledge.cases", "knowledge.records", few=FEW)
    if len(found):
        blocks += _list_heading(found, shown, words)
    if len(shown):
        blocks.append(Table(TABLE, tuple(columns.values()), listed=True, frozen=1, on_paper=min(len(shown), MOST_PRINTED)))
    return number_sheet("knowledge", words["sheet.knowledge"], blocks, answers, language, widths, landscape=True)


def _widths(columns: dict[str, Column]) -> tuple[float, ...]:
    """The page's grid: that of the list, as wide as the small tables need."""
    stretch = max(1.0, LEAST / sum(LIST[name] for name in columns))
    return tuple(LIST[name] * stretch for name in columns)


def _figures(found: Cases, words: dict[str, str]) -> Figures:
    won, lost = found.outcome == "won", found.outcome == "lost"
    said = found.teaches
    figures = [Figure(words["sheet.knowledge.figure.cases"], len(found), "count",
                      words["sheet.knowledge.base.cases"].format(won=f"{won.sum():,}", lost=f"{lost.sum():,}")),
               Figure(words["sheet.knowledge.figure.teach"], int(said.sum()), "count",
                      words["sheet.knowledge.base.teach"].format(share=percent(said.mean()), n=f"{len(found):,}"))]
    for outcome, mine in (("lost", lost), ("won", won)):
        named = reasons(found, outcome)
        given, all_ = f"{sum(count for _, count in named):,}", f"{mine.sum():,}"
        base = words["sheet.knowledge.base.reason"].format(reason=named[0][0], given=given, all=all_) if named else \
            words["sheet.knowledge.base.no_reason"].format(all=all_)
        figures.append(Figure(words[f"sheet.knowledge.figure.{outcome}_reason"], named[0][1] if named else UNKNOWN, "count", base))
    return Figures(tuple(figures))


def _records(answers: Answers, found: Cases, across: int, words: dict[str, str]) -> list[Block]:
    """Won and lost against each competitor and of each product, with their pictures; or which column would tell."""
    against, others = rivals(answers.facts, MOST)
    products = by_dimension(answers.facts, "product", MOST)
    of_product = products.grouping.at[found.row]
    why = [reasons(found.among(of_product == at), "lost")[:1] for at in range(len(products.groups))]
    kinds = {"competitor": ([each.group for each in against], [each.reason for each in against], others),
             "product": (products.groups, [first[0][0] if first else "" for first in why], products.others)}
    there = [name for name, (groups, _, _) in kinds.items() if any(group.name and group.won + group.lost for group in groups)]
    blocks: list[Block] = [Beside(tuple(_chart(name, kinds[name][0], words) for name in there))] if there else []
    for name, (groups, foremost, summed) in kinds.items():
        blocks.append(Heading(words[f"sheet.knowledge.by_{name}"].format(n=f"{len(found):,}")))
        if name in there:
            blocks.append(_record_table(name, groups, foremost, summed, across, words))
        else:
            blocks.append(Text(words["sheet.none.columns"].format(columns=words[f"field.{name}"]), "note"))
    return blocks


def _chart(name: str, groups: Sequence[Group], words: dict[str, str]) -> Chart:
    shown = [group for group in groups if group.name][:CHARTED]
    series = (Series(words["sheet.knowledge.won"], tuple(group.won for group in shown), "strong"),
              Series(words["sheet.knowledge.lost"], tuple(group.lost for group in shown), "light"))
    return Chart("bar", words[f"sheet.knowledge.chart.{name}"], words[f"field.{name}"], words["sheet.line.deals"],
                 tuple(group.name for group in shown), series)


def _record_table(name: str, groups: Sequence[Group], foremost: Sequence[str], others: int, across: int,
                  words: dict[str, str]) -> Table:
    pairs = [(group, reason) for group, reason in zip(groups, foremost, strict=True) if group.won + group.lost]
    shown = [group for group, _ in pairs]
    summed = others if shown[-1] is groups[-1] else 0
    labels = named([group.name for group in shown], summed, words, words[f"sheet.knowledge.no_{name}"])
    columns = (
        (f"field.{name}", "wrap", labels),
        ("sheet.knowledge.closed", "count", [group.won + group.lost for group in shown]),
        ("sheet.knowledge.won", "count", [group.won for group in shown]),
        ("sheet.knowledge.lost", "count", [group.lost for group in shown]),
        ("sheet.figure.win_rate", "share", [group.by_count.value for group in shown]),
        ("sheet.knowledge.interval", "wrap", [interval(group.by_count) for group in shown]),
        ("sheet.knowledge.by_value", "share", [group.by_value.value for group in shown]),
        ("sheet.knowledge.why", "wrap", [reason for _, reason in pairs]),
    )
    said = [Column(words[key], look, values) for key, look, values in columns]
    return Table(f"Knowledge{name.capitalize()}", (*said[:-1], replace(said[-1], span=across - len(said) + 1)))


def _list_heading(found: Cases, shown: Cases, words: dict[str, str]) -> list[Block]:
    """How many cases are listed, how many say nothing, and how many there is no room for."""
    teach = found.teaches
    silent, more = int((~teach).sum()), len(found.listed()) - len(shown)
    blocks: list[Block] = [Heading(words["sheet.knowledge.list"].format(n=f"{len(shown):,}", all=f"{len(found):,}"))]
    if silent:
        won = int((~teach & (found.outcome == "won")).sum())
        columns = words["say.list"].join(words[f"field.{name}"] for name in ("won_reason", "lost_reason", "lessons"))
        said = "silent_listed" if silent <= FEW else "silent"
        blocks.append(Text(words[f"sheet.knowledge.{said}"].format(n=f"{silent:,}", won=f"{won:,}", lost=f"{silent - won:,}",
                                                                   columns=columns), "note"))
    if more:
        blocks.append(Text(words["sheet.knowledge.more"].format(n=f"{more:,}"), "note"))
    return blocks


def _columns(shown: Cases, words: dict[str, str]) -> dict[str, Column]:
    """The columns of the list by the names of LIST."""
    outcomes = {"won": words["stage.kind.won"], "lost": words["stage.kind.lost"]}
    columns = {
        "account": Column(words["field.account"], "wrap", shown.account.tolist()),
        "outcome": Column(words["sheet.knowledge.outcome"], "text", [outcomes[each] for each in shown.outcome.tolist()],
                          marks=((outcomes["won"], "middle"), (outcomes["lost"], "watch"))),
        "closed": Column(words["sheet.knowledge.closed_on"], "date", shown.closed),
        "amount": Column(words["sheet.line.amount"], "money", shown.amount),
        "cycle_days": Column(words["sheet.knowledge.days"], "days", shown.cycle_days),
        "stage": Column(words["field.lost_stage"], "wrap", shown.stage.tolist()),
        "owner": Column(words["field.owner"], "wrap", shown.owner.tolist()),
        "product": Column(words["field.product"], "wrap", shown.product.tolist()),
        "competitor": Column(words["field.competitor"], "wrap",
                             [words["say.list"].join(names) for names in shown.competitors.tolist()]),
        "reason": Column(words["sheet.knowledge.reason"], "wrap", shown.reason.tolist()),
        "lesson": Column(words["field.lessons"], "wrap", shown.lesson.tolist()),
        "noted": Column(words["sheet.knowledge.noted"], "wrap", noted(shown, words)),
    }
    return {name: column for name, column in columns.items() if name not in OPTIONAL or any(column.values)}


def noted(shown: Cases, words: dict[str, str]) -> list[str]:
    """Strengths and red flags of each case in one text."""
    names = (words["field.strengths"], words["field.red_flags"])
    said = words["sheet.knowledge.noted_as"]
    return [words["sheet.ideal.and"].join(said.format(name=name, text=text) for name, text in zip(names, texts, strict=True) if text)
            for texts in zip(shown.strengths.tolist(), shown.red_flags.tolist(), strict=True)]
