"""The sheet Funnel and pipeline: customers by phase of their journey beside deals by the seller's steps, two views of one list."""

import math
from collections.abc import Sequence

import numpy as np

from ..sales.answers import Answers
from ..sales.customers import CUSTOMER, ENTRY_DAYS, PHASES, Customers, Phase, Step, biggest, customers, phases, steps
from ..sales.placement import ABOVE, BEST_FEW, IN, WORK
from ..wording import words as all_words
from .about import number_sheet, stage_name
from .describe import Beside, Block, Chart, Column, Figure, Figures, Heading, Series, Sheet, Table, Text
from .how import how
from .numbers import percent, total

WIDTHS = (31.0, 13.0, 11.0, 11.0, 11.0, 12.0, 14.0, 13.0, 13.0, 12.0, 18.0)
LEVELS = {"above": ABOVE, "in": IN, "best_few": BEST_FEW}     # phases that are places in the funnel, with a kind of work each


def customers_sheet(answers: Answers, language: str) -> Sheet:
    """The two pictures, a table for each, and the customers with the most money."""
    words = all_words(language)
    found = customers(answers)
    by_phase, by_step = phases(answers, found), steps(answers, found)
    blocks: list[Block] = []
    if not found.names:
        columns = words["say.list"].join(words[f"field.{name}"] for name in ("account", "stage", "amount"))
        blocks.append(Text(words["sheet.none.columns"].format(columns=columns)))
    else:
        blocks += [_figures(found, words), Text(words["sheet.customers.two_views"]), *_pictures(found, by_phase, by_step, words)]
        blocks += [Heading(words["sheet.customers.funnel"].format(n=f"{len(found.names):,}")), _phase_table(by_phase, words),
                   *_notes(answers, found, words)]
        if by_step:
            opened = f"{answers.summary.open.deals:,}"
            blocks += [Heading(words["sheet.customers.pipeline"].format(n=opened)), _step_table(by_step, words), *_exits(by_step, words)]
        chosen = biggest(found)
        heading = words["sheet.customers.biggest"].format(n=f"{len(chosen):,}", all=f"{len(found.names):,}")
        blocks += [Heading(heading), _biggest_table(answers, found, chosen, words)]
    blocks += how(words, "customers.phases", "customers.levels", "customers.steps", days=ENTRY_DAYS)
    return number_sheet("customers", words["sheet.customers"], blocks, answers, language, WIDTHS, landscape=True)


def _figures(found: Customers, words: dict[str, str]) -> Figures:
    opened = found.open_deals > 0
    deals, unnamed = f"{len(found.of):,}", f"{found.without_account:,}"
    base = words[f"sheet.customers.base.{'unnamed' if found.without_account else 'all'}"].format(deals=deals, unnamed=unnamed)
    bases = {"open": f"{found.open_deals.sum():,}", "bought": f"{found.won_deals.sum():,}", "repeat": ""}
    numbers = {"open": opened, "bought": found.bought, "repeat": found.bought & opened}
    return Figures((
        Figure(words["sheet.customers.figure.all"], len(found.names), "count", base),
        *(Figure(words[f"sheet.customers.figure.{name}"], int(those.sum()), "count",
                 words[f"sheet.customers.base.{name}"].format(deals=bases[name])) for name, those in numbers.items()),
    ))


def _pictures(found: Customers, by_phase: Sequence[Phase], by_step: Sequence[Step], words: dict[str, str]) -> list[Block]:
    widest = max(phase.customers for phase in by_phase)
    labels = tuple(f"{phase.customers:,}  ({percent(phase.share)})" for phase in by_phase)
    customers_axis = words["sheet.customers.customers"]
    journey = Chart("funnel", words["sheet.customers.chart.funnel"].format(n=f"{len(found.names):,}"), words["sheet.customers.phase"],
                    customers_axis, tuple(words[f"sheet.customers.phase.{phase.phase}"] for phase in by_phase),
                    (Series(words["sheet.chart.space"], tuple((widest - phase.customers) / 2 for phase in by_phase), "none"),
                     Series(customers_axis, tuple(phase.customers for phase in by_phase), "middle", labels)))
    if not by_step or not any(step.deals for step in by_step):
        return [journey]
    deals = words["sheet.line.deals"]
    ways = Chart("bar", words["sheet.customers.chart.pipeline"].format(n=f"{sum(step.deals for step in by_step):,}"),
                 words["sheet.customers.step"], deals, tuple(_step(step, words) for step in by_step),
                 (Series(deals, tuple(step.deals for step in by_step), "light", tuple(f"{step.deals:,}" for step in by_step)),))
    return [Beside((journey, ways))]


def _phase_table(by_phase: Sequence[Phase], words: dict[str, str]) -> Table:
    names = [phase.phase for phase in by_phase]
    opened = [phase.open_deals for phase in by_phase]
    return Table("CustomersPhases", (
        Column(words["sheet.customers.phase"], "wrap", [words[f"sheet.customers.phase.{name}"] for name in names],
               total=words["sheet.total"]),
        Column(words["sheet.customers.plain"], "wrap", [words[f"placement.friendly.{name}"] if name in LEVELS else "" for name in names]),
        Column(words["sheet.column.work"], "wrap", [words[f"work.{WORK[LEVELS[name]]}"] if name in LEVELS else "" for name in names],
               span=2),
        Column(words["sheet.customers.customers"], "count", [phase.customers for phase in by_phase],
               total=sum(phase.customers for phase in by_phase)),
        Column(words["sheet.customers.share"], "share", [phase.share for phase in by_phase]),
        Column(words["sheet.customers.repeat"], "count", [phase.repeat for phase in by_phase],
               total=sum(phase.repeat for phase in by_phase)),
        Column(words["sheet.customers.open_deals"], "count", opened, total=sum(opened)),
        Column(words["sheet.figure.amount"], "money", [_some(phase.open_amount) for phase in by_phase],
               total=_some(math.fsum(phase.open_amount for phase in by_phase))),
        Column(words["sheet.line.weighted"], "money", [_some(phase.weighted) for phase in by_phase],
               total=_some(math.fsum(phase.weighted for phase in by_phase))),
        Column(words["sheet.customers.probability"], "share", [phase.probability for phase in by_phase]),
    ))


def _some(money: float) -> float | None:
    return money or None


def _notes(answers: Answers, found: Customers, words: dict[str, str]) -> list[Block]:
    """What the head-count does not know: deals without an account, and customers whom nobody has listed yet."""
    notes = []
    if found.without_account:
        notes.append(words["sheet.customers.no_account"].format(n=f"{found.without_account:,}"))
    base = answers.settings.base
    if base > len(found.names):
        notes.append(words["sheet.customers.universe"].format(base=f"{base:,.0f}", known=f"{len(found.names):,}",
                                                              rest=f"{base - len(found.names):,.0f}"))
    return [Text(note, "note") for note in notes]


def _step(step: Step, words: dict[str, str]) -> str:
    return stage_name(step.stage or words["sheet.customers.unknown_stage"], step.line, words)


def _step_table(by_step: Sequence[Step], words: dict[str, str]) -> Table:
    amounts, weighted = [step.amount for step in by_step], [step.weighted for step in by_step]
    return Table("CustomersSteps", (
        Column(words["sheet.customers.step"], "wrap", [_step(step, words) for step in by_step], total=words["sheet.total"]),
        Column(words["sheet.customers.customers"], "count", [step.customers for step in by_step],
               total=sum(step.customers for step in by_step)),
        Column(words["sheet.line.deals"], "count", [step.deals for step in by_step], total=sum(step.deals for step in by_step)),
        Column(words["sheet.line.amount"], "money", amounts, total=total(amounts)),
        Column(words["sheet.line.weighted"], "money", weighted, total=total(weighted)),
        Column(words["sheet.customers.entered"].format(days=ENTRY_DAYS), "count", [step.entered for step in by_step]),
        Column(words["sheet.customers.oldest"], "days", [step.oldest_days for step in by_step]),
        Column(words["field.stages.output"], "wrap", [step.output for step in by_step], span=2),
        Column(words["sheet.customers.next_entry"], "wrap", [step.next_entry for step in by_step], span=2),
    ))


def _exits(by_step: Sequence[Step], words: dict[str, str]) -> list[Block]:
    """Where no step says when it is done."""
    said = any(step.output or step.next_entry for step in by_step)
    columns = words["say.list"].join((words["field.stages.entry"], words["field.stages.output"]))
    return [] if said else [Text(words["sheet.customers.no_exit"].format(table=words["table.Stages"], columns=columns), "note")]


def _biggest_table(answers: Answers, found: Customers, chosen: np.ndarray, words: dict[str, str]) -> Table:
    phase = [PHASES[at] for at in found.phase[chosen].tolist()]
    stages = [*(stage.name for stage in answers.stages), ""]
    return Table("CustomersBiggest", (
        Column(words["field.account"], "wrap", [_name(found, at, words) for at in chosen.tolist()]),
        Column(words["sheet.customers.phase"], "wrap", [words[f"sheet.customers.phase.{name}"] for name in phase], span=2),
        Column(words["sheet.customers.repeat_mark"], "wrap",
               [words["sheet.yes"] if again else "" for again in (found.bought & (found.phase != CUSTOMER))[chosen].tolist()],
               marks=((words["sheet.yes"], "middle"),)),
        Column(words["sheet.customers.open_deals"], "count", found.open_deals[chosen].tolist()),
        Column(words["sheet.figure.amount"], "money", [_some(money) for money in found.open_amount[chosen].tolist()]),
        Column(words["sheet.line.weighted"], "money", [_some(money) for money in found.weighted[chosen].tolist()]),
        Column(words["sheet.customers.won_deals"], "count", found.won_deals[chosen].tolist()),
        Column(words["sheet.figure.won"], "money", [_some(money) for money in found.won_amount[chosen].tolist()]),
        Column(words["sheet.customers.lost_deals"], "count", found.lost_deals[chosen].tolist()),
        Column(words["sheet.customers.furthest"], "wrap", [stages[at] for at in found.stage[chosen].tolist()]),
    ))


def _name(found: Customers, at: int, words: dict[str, str]) -> str:
    return found.names[at] or words["sheet.deal"].format(n=int(np.flatnonzero(found.of == at)[0]) + 1)
