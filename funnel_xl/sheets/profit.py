"""The sheet Profit and coverage: gross profit by its five factors, the lever that closes the gap, coverage, CAC and satisfaction."""

import math

from ..sales.acquisition import Acquisition, Satisfaction, acquisition, satisfaction
from ..sales.answers import Answers
from ..sales.profit import FACTORS, gross_profit
from ..sales.whatif import Lever, known_levers, what_if
from ..wording import words as all_words
from .about import number_sheet
from .describe import Block, Column, Figure, Figures, Heading, Sheet, Table, Text
from .how import how
from .levers import lever_blocks, lever_text
from .numbers import UNKNOWN, money, percent, tile

WIDTHS = (23.0, *(11.5,) * 6)
TENTH = 1.1


def profit_sheet(answers: Answers, language: str) -> Sheet:
    """Gross profit and its factors, what each must be for the quota, coverage of what is still to win, and what a customer costs."""
    words = all_words(language)
    factors = [known_levers(answers)[name] for name in FACTORS]
    blocks: list[Block] = [Heading(words["sheet.profit.formula"]), *_formula(factors, words)]
    plans = what_if(answers)
    found = acquisition(answers)
    period = found.period.name
    blocks.append(Heading(words["sheet.profit.levers"].format(period=period)))
    if not plans:
        blocks.append(Text(words["sheet.profit.no_quota"]))
    for plan in plans:
        blocks += [Text(words[f"lever.model.{plan.model}"], "note"), *lever_blocks(plan, words, spans=(1, 2, 1, 1, 2))]
    blocks += [Heading(words["sheet.profit.coverage"].format(period=period)), Figures(_coverage(answers, words))]
    blocks += [Heading(words["sheet.profit.customers"]), *_customers(found, satisfaction(answers), words)]
    blocks += how(words, *(f"profit.{number}" for number in range(1, 6)), from_rating=f"{answers.settings.satisfied_from:g}")
    return number_sheet("profit", words["sheet.profit"], blocks, answers, language, WIDTHS)


def _formula(factors: list[Lever], words: dict[str, str]) -> list[Block]:
    """The product in numbers, the factors with their sources, and what a tenth more of one is worth."""
    profit = float(gross_profit(*(each.now for each in factors)))
    unknown = [words[f"lever.{each.name}"] for each in factors if math.isnan(each.now)]
    blocks: list[Block] = []
    if unknown:
        blocks.append(Text(words["sheet.profit.missing"].format(factors=words["say.list"].join(unknown))))
    else:
        product = " × ".join(lever_text(each.name, each.now, words) for each in factors)
        blocks.append(Text(words["sheet.profit.result"].format(product=product, profit=money(profit, words))))
        blocks.append(Text(words["sheet.profit.tenth"].format(profit=money(profit * TENTH, words))))
    return [*blocks, Table("ProfitFactors", (
        Column(words["sheet.profit.factor"], "wrap", [words[f"lever.{each.name}"] for each in factors]),
        Column(words["lever.now"], "text", [lever_text(each.name, each.now, words) for each in factors], 2),
        Column(words["sheet.ideal.from"], "wrap", [words[f"sheet.profit.from.{_source(each)}"] for each in factors], 4),
    ))]


def _source(each: Lever) -> str:
    """The row that says where a factor comes from: "setting", "closing_rate" (of the deals), "missing"."""
    return each.name if each.source == "deals" else each.source or "missing"


def _coverage(answers: Answers, words: dict[str, str]) -> tuple[Figure, ...]:
    summary = answers.summary
    left = max(0.0, summary.quota - summary.quota_won) if summary.quota == summary.quota else math.nan
    facts = {"quota": money(summary.quota, words) or UNKNOWN, "won": money(summary.quota_won, words) or UNKNOWN}
    return tuple(
        Figure(words[f"sheet.profit.figure.{name}"], tile(value), look,
               words[f"sheet.profit.base.{name}"].format(**facts))
        for name, value, look in (("left", left, "money"), ("coverage", summary.coverage, "ratio"),
                                  ("required", summary.required_coverage, "ratio"), ("forecast", summary.forecast_coverage, "share")))


def _customers(found: Acquisition, rated: Satisfaction, words: dict[str, str]) -> list[Block]:
    """What a new customer costs, and the share of satisfied ones; what is missing where one can't be said."""
    cost = words[f"sheet.profit.cost.{found.cost_from or 'none'}"].format(n=f"{found.costed:,}", period=found.period.name)
    new = words[f"sheet.profit.new.{found.customers_from or 'none'}"].format(period=found.period.name)
    share = words["sheet.profit.satisfied"].format(satisfied=f"{rated.satisfied:,}", n=f"{rated.answered:,}", low=percent(rated.low),
                                                  high=percent(rated.high)) if rated.answered else words["sheet.profit.nobody"]
    figures = (("cost", found.cost, "money", cost), ("new", found.customers, "count", new),
               ("cac", found.cac, "money", words["sheet.profit.base.cac"]), ("csat", rated.rate, "share", share))
    blocks: list[Block] = [Figures(tuple(Figure(words[f"sheet.profit.figure.{name}"], tile(value), look, note)
                                         for name, value, look, note in figures))]
    needed = [name for name, missing in (("cost", math.isnan(found.cost)), ("account", math.isnan(found.customers)),
                                         ("satisfaction", not rated.answered)) if missing]
    blocks += [Text(words[f"sheet.profit.lacks.{name}"], "note") for name in needed]
    if rated.off_scale:
        blocks.append(Text(words["sheet.profit.off_scale"].format(n=f"{rated.off_scale:,}"), "note"))
    return blocks
