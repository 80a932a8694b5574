"""The sheet Qualification: BANT, the deals that give reason to withdraw, lead scores, and what deals cost beside what they would earn."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from ..sales.answers import Answers
from ..sales.costs import Costs, costs, lost_cost
from ..sales.lead_score import LeadScores, adopted_score, lead_scores
from ..sales.qualify import BANT, GRAVITY, Candidate, StageBant, asked, bant_by_stage, candidates, reason_details
from ..wording import words as all_words
from .about import deal_names, number_sheet
from .costs import cost_blocks
from .describe import Beside, Block, Chart, Column, Figure, Figures, Heading, Series, Sheet, Table, Text
from .how import how
from .numbers import UNKNOWN, money, total

WIDTHS = (18.0, *(9.4,) * 14)       # landscape
MOST_CANDIDATES, MOST_SCORES = 40, 20       # lines of a list: who reads the hundredth deal would filter the deals themselves
ANSWERS = ("yes", "no", "unknown")
TONES = {"yes": "middle", "no": "watch", "unknown": "light"}
ADVICE_TONES = {"withdraw": "alarm", "hold": "watch", "go": "light"}


def qualify_sheet(answers: Answers, language: str) -> Sheet:
    """Figures, BANT by stage, the disqualification list, lead scores and costs, with how each is computed."""
    words = all_words(language)
    stages, listed, scores, spent = bant_by_stage(answers.facts), candidates(answers), lead_scores(answers.facts), costs(answers)
    blocks = [Figures(_figures(answers, stages, listed, scores, spent, words)), *_bant(answers, stages, listed, words),
              *_list(answers, listed, spent, words), *_scores(answers, scores, words), *cost_blocks(answers, spent, words),
              *how(words, "qualify.1", "qualify.2", "qualify.3", "qualify.4")]
    return number_sheet("qualify", words["sheet.qualify"], blocks, answers, language, WIDTHS, landscape=True)


def _figures(answers: Answers, stages: Sequence[StageBant], listed: Sequence[Candidate], scores: LeadScores, spent: Costs,
             words: dict[str, str]) -> tuple[Figure, ...]:
    facts = answers.facts
    opened, closed = int(facts.is_open.sum()), int((facts.kind == "lost").sum())
    out = [each for each in listed if each.advice == "withdraw"]
    score = adopted_score(facts)
    scored = facts.is_open & np.isfinite(score)
    lost, lost_known = lost_cost(answers, spent)
    compared = facts.is_open & np.isfinite(spent.cost) & np.isfinite(spent.weighted_profit)
    money = total(facts.value[[each.row for each in out]])
    is_asked = asked(facts)
    said = [
        ("full", sum(stage.full for stage in stages) if is_asked else UNKNOWN, "count", {"n": opened}),
        ("unknown", sum(sum(stage.unknown) for stage in stages) if is_asked else UNKNOWN, "count", {"n": opened * len(BANT)}),
        ("listed", len(listed), "count", {"n": opened}),
        ("below", int((scored & (score < facts.settings.gate)).sum()) if scored.any() else UNKNOWN, "count",
         {"n": int(scored.sum()), "gate": f"{facts.settings.gate:g}"}),
        ("withdraw", len(out), "count", {"n": opened}),
        ("money", money if out and money == money else UNKNOWN, "money", {"n": len(out)}),
        ("over", int(spent.over.sum()) if compared.any() else UNKNOWN, "count", {"n": int(compared.sum())}),
        ("lost", lost if lost == lost else UNKNOWN, "money", {"n": lost_known, "lost": closed}),
    ]
    return tuple(Figure(words[f"sheet.qualify.figure.{name}"], value, look, words[f"sheet.qualify.base.{name}"].format(**_grouped(facts_)))
                 for name, value, look, facts_ in said)


def _grouped(values: dict[str, object]) -> dict[str, str]:
    return {name: f"{value:,}" if isinstance(value, int) else str(value) for name, value in values.items()}


def _bant(answers: Answers, stages: Sequence[StageBant], listed: Sequence[Candidate], words: dict[str, str]) -> list[Block]:
    """The pictures of both, then BANT by stage."""
    facts = answers.facts
    charts = []
    if asked(facts) and facts.is_open.any():
        names = tuple(words[f"sheet.qualify.{name}"] for name in BANT)
        bars = {kind: tuple(sum(getattr(stage, kind)[at] for stage in stages) for at in range(len(BANT))) for kind in ANSWERS}
        series = tuple(Series(words[f"sheet.qualify.{kind}"], bars[kind], TONES[kind], _labels(bars[kind])) for kind in ANSWERS)
        title, axis = words["sheet.qualify.chart.bant"], words["sheet.qualify.question"]
        charts.append(Chart("bar", title, axis, words["sheet.line.deals"], names, series))
    if listed:
        count = Counter(code for each in listed for code in each.reasons)
        codes = [code for code in GRAVITY if count[code]]
        names, deals = tuple(words[f"sheet.qualify.short.{code}"] for code in codes), tuple(count[code] for code in codes)
        series = (Series(words["sheet.line.deals"], deals, "middle", _labels(deals)),)
        title, axis = words["sheet.qualify.chart.reasons"], words["sheet.qualify.reasons"]
        charts.append(Chart("bar", title, axis, words["sheet.line.deals"], names, series))
    blocks: list[Block] = [Beside(tuple(charts))] if charts else []
    blocks.append(Heading(words["sheet.qualify.bant"].format(n=f"{int(facts.is_open.sum()):,}")))
    if not asked(facts):
        return [*blocks, Text(words["sheet.none.columns"].format(columns=words["say.list"].join(words[f"field.{name}"] for name in BANT)))]
    return [*blocks, _bant_table(stages, words)]


def _labels(counts: Sequence[int]) -> tuple[str, ...]:
    """A bar's number; none where there is no bar to write it on."""
    return tuple(f"{count:,}" if count else "" for count in counts)


def _bant_table(stages: Sequence[StageBant], words: dict[str, str]) -> Table:
    def counted(heading: str, counts: list[int]) -> Column:
        return Column(heading, "count", counts, total=sum(counts))

    parts = [counted(words["sheet.qualify.answer"].format(question=words[f"sheet.qualify.{name}"], answer=words[f"sheet.qualify.{kind}"]),
                     [getattr(stage, kind)[at] for stage in stages]) for at, name in enumerate(BANT) for kind in ANSWERS]
    names = [stage.stage or words["sheet.qualify.stage.unknown"] for stage in stages]
    return Table("QualifyBant", (
        Column(words["field.stage"], "wrap", names, total=words["sheet.total"]),
        counted(words["sheet.line.deals"], [stage.deals for stage in stages]),
        counted(words["sheet.qualify.full"], [stage.full for stage in stages]), *parts))


def _deal_columns(answers: Answers, rows: Sequence[int], words: dict[str, str]) -> tuple[Column, ...]:
    """Which deals, whose, and where they stand: five columns of the grid."""
    owners, stages = (answers.deals.column(name) for name in ("owner", "stage"))
    return (Column(words["sheet.index.deal"], "wrap", deal_names(answers, rows), 2),
            Column(words["field.owner"], "wrap", [str(owners[row]) for row in rows]),
            Column(words["field.stage"], "wrap", [str(stages[row]) for row in rows], 2))


def _list(answers: Answers, listed: Sequence[Candidate], spent: Costs, words: dict[str, str]) -> list[Block]:
    """The disqualification list; what the manager has said stands above what is suggested."""
    opened = f"{int(answers.facts.is_open.sum()):,}"
    blocks: list[Block] = [Heading(words["sheet.qualify.list"].format(n=f"{len(listed):,}", open=opened))]
    if not listed:
        return [*blocks, Text(words["sheet.qualify.list.none"])]
    blocks.append(Text(words["sheet.qualify.list.ask"]))
    shown, facts = listed[:MOST_CANDIDATES], answers.facts
    rows = [each.row for each in shown]
    reasons = [words["sheet.ideal.and"].join(words[f"sheet.qualify.reason.{code}"].format(**details) for code, details in each)
               for each in reason_details(answers, shown)]
    by_whom = {True: words["sheet.qualify.told"], False: words["sheet.qualify.suggested"]}
    advice = [by_whom[each.told].format(advice=words[f"form.instruction.{each.advice}"]) for each in shown]
    tones = tuple((text, ADVICE_TONES[each.advice]) for text, each in dict(zip(advice, shown, strict=True)).items())
    blocks.append(Table("QualifyList", (
        *_deal_columns(answers, rows, words),
        Column(words["sheet.qualify.reasons"], "wrap", reasons, 4),
        Column(words["sheet.line.amount"], "money", facts.value[rows]),
        Column(words["sheet.column.weighted"], "money", facts.weighted[rows]),
        Column(words["field.sales_cost"], "money", spent.sales[rows]),
        Column(words["sheet.qualify.opportunity"], "money", spent.opportunity[rows]),
        Column(words["sheet.qualify.advice"], "wrap", advice, 2, marks=tones))))
    if len(listed) > len(shown):
        amount = total(facts.value[[each.row for each in listed]])
        blocks.append(Text(words["sheet.qualify.list.more"].format(n=f"{len(listed) - len(shown):,}", all=f"{len(listed):,}",
                                                                   amount=money(amount, words) or UNKNOWN), "note"))
    return blocks


def _scores(answers: Answers, scores: LeadScores, words: dict[str, str]) -> list[Block]:
    """Lead scores of open deals, the lowest first, each with what it rests on and what the gate says."""
    facts = answers.facts
    score, gate = adopted_score(facts), facts.settings.gate
    rows = np.flatnonzero(facts.is_open & np.isfinite(score))
    opened = f"{int(facts.is_open.sum()):,}"
    blocks: list[Block] = [Heading(words["sheet.qualify.scores"].format(n=f"{len(rows):,}", open=opened, gate=f"{gate:g}"))]
    if not scores.criteria and not facts.has("lead_score"):
        columns = words["say.list"].join(words[f"field.leadscore.{name}"] for name in ("criterion", "weight", "levels"))
        return [*blocks, Text(words["sheet.none.table"].format(table=words["table.LeadScore"], columns=columns))]
    if not len(rows):
        criteria = words["say.list"].join(each.name for each in scores.criteria)
        return [*blocks, Text(words["sheet.qualify.scores.none" if criteria else "sheet.qualify.scores.empty"].format(criteria=criteria))]
    rows = rows[np.lexsort((-np.nan_to_num(facts.value[rows]), score[rows]))]
    shown = rows[:MOST_SCORES].tolist()
    use_case = facts.column("use_case") == 1
    verdicts = ["pass" if score[row] >= gate else "use_case" if use_case[row] else "below" for row in shown]
    said = {name: words[f"sheet.qualify.verdict.{name}"].format(gate=f"{gate:g}") for name in ("pass", "use_case", "below")}
    blocks.append(Table("QualifyScores", (
        *_deal_columns(answers, shown, words),
        Column(words["field.lead_score"], "number", np.round(score[shown], 1)),
        *(_criteria_columns(answers, scores, shown, words) if scores.counting else ()),
        Column(words["sheet.qualify.verdict"], "wrap", [said[name] for name in verdicts], 2 if scores.counting else 4,
               marks=((said["below"], "alarm"), (said["use_case"], "watch"))))))
    if len(rows) > len(shown):
        blocks.append(Text(words["sheet.qualify.scores.more"].format(n=f"{len(rows) - len(shown):,}"), "note"))
    return blocks


def _criteria_columns(answers: Answers, scores: LeadScores, rows: Sequence[int], words: dict[str, str]) -> tuple[Column, ...]:
    """What the scores rest on, where the team has criteria: what was typed, what they add up to, and which are not known."""
    known = [words["sheet.qualify.known"].format(n=int(scores.known[row]), of=scores.counting) for row in rows]
    return (Column(words["sheet.qualify.typed"], "number", answers.facts.column("lead_score")[rows]),
            Column(words["sheet.qualify.computed"], "number", np.round(scores.score[rows], 1)),
            Column(words["sheet.qualify.criteria"], "wrap", known, 2),
            Column(words["sheet.qualify.missing"], "wrap", [words["say.list"].join(scores.missing(row)) for row in rows], 3))
