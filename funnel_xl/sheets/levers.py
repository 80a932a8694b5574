"""What one lever alone must become, as a sentence and a table: for the sheet Profit and coverage and for the command whatif."""

import math
from collections.abc import Sequence

from ..sales.answers import Answers
from ..sales.ideal import whole_deals
from ..sales.whatif import SHARES, WHOLE, Lever, WhatIf
from ..wording import words as all_words
from .about import about
from .describe import Block, Column, Heading, Sheet, Table, Text
from .how import how
from .numbers import UNKNOWN, exact_percent, money

MONEY = ("average_order",)


def whatif_sheet(answers: Answers, language: str, plans: Sequence[WhatIf], before: Sequence[WhatIf]) -> Sheet:
    """What the command says: both ways to reckon, with what was set otherwise against `before`."""
    words = all_words(language)
    blocks: list[Block] = []
    for plan, was in zip(plans, before, strict=True):
        blocks += [Heading(words[f"lever.model.{plan.model}"]), *lever_blocks(plan, words, was if plan is not was else None)]
    blocks += how(words, "whatif.1", "whatif.2")
    return Sheet("whatif", "whatif", words["lever.title"], tuple(blocks), title=words["lever.title"], subtitle=about(answers, words),
                 language=language)


def lever_blocks(plan: WhatIf, words: dict[str, str], before: WhatIf | None = None, spans: Sequence[int] = (1,) * 5) -> list[Block]:
    """What these levers yield, what is missing to the goal, and the table; where one is not known, which."""
    if plan.unknown:
        missing = words["say.list"].join(words[f"lever.{name}"] for name in plan.unknown)
        return [Text(words[f"lever.missing.{plan.model}"].format(levers=missing))]
    return [Text(_yield(plan, words, before)), lever_table(plan, words, spans)]


def _yield(plan: WhatIf, words: dict[str, str], before: WhatIf | None) -> str:
    amounts = {"now": money(plan.now, words), "goal": money(plan.goal, words), "gap": money(plan.gap, words)}
    said = words[f"lever.yield.{plan.measure}"].format(**amounts)
    if before is not None and before.measure == plan.measure and before.now == before.now and before.now != plan.now:
        said += words["lever.instead"].format(before=money(before.now, words))
    return said + (words["lever.gap"].format(**amounts) if plan.gap else words["lever.met"])


def lever_table(plan: WhatIf, words: dict[str, str], spans: Sequence[int]) -> Table:
    """One row a lever: now, from where, needed, the change, and whether it can be."""
    levers = plan.levers
    columns = (
        ("lever.name", "wrap", [words[f"lever.{each.name}"] for each in levers]),
        ("lever.now", "text", [f"{lever_text(each.name, each.now, words)} ({words[f'lever.from.{each.source}']})" for each in levers]),
        ("lever.needed", "text", [lever_text(each.name, each.needed, words, up=True) for each in levers]),
        ("lever.change", "text", [_change(each) for each in levers]),
        ("lever.possible", "wrap", [_possible(plan, each, words) for each in levers]),
    )
    return Table(f"Levers{plan.model.title()}", tuple(
        Column(words[heading], look, values, span) for (heading, look, values), span in zip(columns, spans, strict=True)))


def lever_text(name: str, value: float, words: dict[str, str], up: bool = False) -> str:
    """A lever's number as it is read; deals and customers that are needed are rounded `up`."""
    if math.isnan(value):
        return UNKNOWN
    if name in SHARES:
        return exact_percent(value)
    if name in MONEY:
        return money(value, words)
    if name in WHOLE and up:
        return f"{whole_deals(value):,}"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _change(each: Lever) -> str:
    return UNKNOWN if math.isnan(each.change) else f"{each.change:+.1%}"


def _possible(plan: WhatIf, each: Lever, words: dict[str, str]) -> str:
    if math.isnan(each.needed):
        return UNKNOWN
    cannot = "lever.can.too_short" if each.name == "cycle_days" else "lever.can.no"
    return words["lever.can.met" if not plan.gap else "lever.can.yes" if each.possible else cannot]
