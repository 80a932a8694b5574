"""What deals cost beside what they would earn: a part of the sheet Qualification."""

from collections.abc import Sequence

import numpy as np

from ..sales.answers import Answers
from ..sales.costs import KINDS, Costs, lost_cost, owner_costs
from .about import deal_names
from .describe import Block, Column, Heading, Table, Text
from .numbers import money, total

MOST_DEALS = 20         # lines: the open deals whose cost eats most of their profit
COSTS = ("sales_cost", "opportunity_cost")


def cost_blocks(answers: Answers, found: Costs, words: dict[str, str]) -> list[Block]:
    """The open deals by the share of their expected gross profit that they cost, then all costs by owner."""
    facts = answers.facts
    known = np.isfinite(found.cost)
    rows = np.flatnonzero(facts.is_open & known)
    blocks: list[Block] = [Heading(words["sheet.qualify.costs"].format(n=f"{len(rows):,}", open=f"{int(facts.is_open.sum()):,}"))]
    if not known.any():
        there = any(facts.has(name) for name in COSTS)
        columns = words["say.list"].join(words[f"field.{name}"] for name in COSTS)
        return [*blocks, Text(words["sheet.qualify.costs.none" if there else "sheet.none.columns"].format(columns=columns))]
    if not np.isfinite(found.margin[rows]).all():
        unknown = int(np.isnan(found.margin[rows]).sum())
        named = {"column": words["field.margin"], "setting": words["book.setting.margin"]}
        blocks.append(Text(words["sheet.qualify.no_margin"].format(n=f"{unknown:,}", of=f"{len(rows):,}", **named)))
    if len(rows):
        blocks.append(_deals(answers, found, rows, words))
    total, deals = lost_cost(answers, found)
    if deals:
        counts = {"n": f"{deals:,}", "lost": f"{int((facts.kind == 'lost').sum()):,}"}
        blocks.append(Text(words["sheet.qualify.lost"].format(amount=money(total, words), mean=money(total / deals, words), **counts)))
    return [*blocks, Heading(words["sheet.qualify.owners"].format(n=f"{int(known.sum()):,}")), _owners(answers, found, words)]


def _deals(answers: Answers, found: Costs, rows: np.ndarray, words: dict[str, str]) -> Table:
    burden = np.divide(found.cost, found.weighted_profit, out=np.full(len(found.cost), np.nan), where=found.weighted_profit > 0)
    order = rows[np.lexsort((-found.cost[rows], -np.nan_to_num(burden[rows], nan=-1.0), ~found.over[rows]))][:MOST_DEALS]
    said = {True: words["sheet.qualify.over"], False: ""}
    verdicts = [said[bool(found.over[row])] for row in order]
    return Table("QualifyCosts", (
        Column(words["sheet.index.deal"], "wrap", deal_names(answers, order), 2),
        Column(words["field.owner"], "wrap", [str(text) for text in answers.deals.column("owner")[order]]),
        Column(words["field.sales_cost"], "money", found.sales[order], 2),
        Column(words["field.opportunity_cost"], "money", found.opportunity[order], 2),
        Column(words["sheet.qualify.profit"], "money", found.profit[order], 2),
        Column(words["sheet.qualify.weighted_profit"], "money", found.weighted_profit[order], 2),
        Column(words["sheet.qualify.share"], "share", found.share[order], 2),
        Column(words["sheet.qualify.verdict"], "wrap", verdicts, 2, marks=((said[True], "alarm"),))))


def _owners(answers: Answers, found: Costs, words: dict[str, str]) -> Table:
    lines = owner_costs(answers, found)

    def spent(numbers: Sequence[float], heading: str) -> Column:
        return Column(heading, "money", list(numbers), 3, total=total(numbers))

    return Table("QualifyOwners", (
        Column(words["field.owner"], "wrap", [line.owner or words["sheet.owner.none"] for line in lines], 2, total=words["sheet.total"]),
        Column(words["sheet.line.deals"], "count", [line.deals for line in lines], total=sum(line.deals for line in lines)),
        *(spent([getattr(line, kind) for line in lines], words[f"sheet.qualify.cost.{kind}"]) for kind in KINDS),
        spent([line.total for line in lines], words["sheet.qualify.cost.total"])))
