"""Answers about whole tables: one call for all deals, however many there are."""

import datetime as dt
import math
from collections.abc import Sequence

import numpy as np

from ..errors import OutOfRange
from ..sales.acquisition import satisfied_share
from ..sales.aliases import plain
from ..sales.answers import answer, summary_of, weigh
from ..sales.check.rule import Facts
from ..sales.check.run import breakers
from ..sales.conversion import Passage, period_ratios
from ..sales.deals import deals_of
from ..sales.finding import message
from ..sales.grid import CellError, Grid
from ..sales.ideal import QUARTER, ideal_funnel, whole_deals
from ..sales.money import read_numbers
from ..sales.probability import Probability
from ..sales.profit import FACTORS
from ..sales.settings import Settings
from ..sales.share import read_shares
from ..sales.summary import Line, Summary
from ..sales.whatif import SHARES, WHOLE, Lever, solved
from ..sheets.about import stage_name
from ..wording import LANGUAGES
from ..wording import words as all_words
from .catalogue import COLUMNS
from .cells import DIV0, NUM, VALUE, as_error, cells_of, excel_error, read
from .language import language_of_cell
from .ranges import as_of_day, deals_in, stages_in
from .serving import LONGEST, OMITTED
from .values import one_number, placement_words

Rows = list[Sequence[object]]
WINRATE_BASES = ("count", "value", "all")
CONVERSION_BASES = ("entered", "resolved", "period")


def columns(deals: object, stages: object, as_of: object, wanted: object) -> Rows:
    """The computed columns of a deals table, row for row as the range, header included."""
    day = as_of_day(as_of)
    read = deals_in(deals, stages, day)
    words = all_words(read.language)
    names = _wanted(wanted)
    weighed = weigh(read, day)
    found = [_column(name, weighed.facts, weighed.chance, words) for name in names]
    header = tuple(words[f"udf.column.{name}"] for name in names)
    return _row_for_row([header, *zip(*found, strict=True)], read.grid, len(deals))


def _wanted(wanted: object) -> list[str]:
    """The names of the wanted columns, from their names or headings in any language; all where none are named."""
    items = [] if wanted is OMITTED else [text for item in cells_of(wanted).items if item is not None for text in str(item).split(",")]
    spellings = {plain(text): name for name in COLUMNS for text in (name, *(all_words(each)[f"udf.column.{name}"] for each in LANGUAGES))}
    names = [(text.strip(), spellings.get(plain(text))) for text in items if text.strip()]
    unknown = [text for text, name in names if name is None]
    if unknown:
        raise OutOfRange("error.udf.columns", value=unknown[0], allowed=", ".join(COLUMNS))
    return [name for _, name in names if name] or list(COLUMNS)


def _column(name: str, facts: Facts, chance: Probability, words: dict[str, str]) -> list[object]:
    """One computed column of every deal."""
    places = facts.placement
    if name == "horizon":
        said = placement_words(words)[places.horizon]
        said[places.overdue] = words["sheet.column.overdue"]
        return said.tolist()
    if name == "check":
        return _check_column(facts, words)
    answers = {
        "score": lambda: _numbers(places.score),
        "placement": lambda: placement_words(words)[places.adopted].tolist(),
        "probability": lambda: _numbers(chance.value),
        "probability_from": lambda: _said(chance.source, words, "sheet.probability."),
        "weighted": lambda: _numbers(facts.weighted),
        "tier": lambda: facts.tier.tolist(),
        "work": lambda: _said(places.work, words, "work."),
        "days_in_stage": lambda: _numbers(facts.days_in_stage),
        "stalled": lambda: np.where(facts.stalled, words["sheet.yes"], "").tolist(),
    }
    return answers[name]()


def _numbers(values: np.ndarray) -> list[object]:
    return [value if value == value else "" for value in values.tolist()]


def _said(keys: np.ndarray, words: dict[str, str], prefix: str) -> list[object]:
    said = {key: words[prefix + key] if key else "" for key in set(keys.tolist())}
    return [said[key] for key in keys.tolist()]


def _check_column(facts: Facts, words: dict[str, str]) -> list[object]:
    """What is wrong with each deal, in a few words: errors first."""
    found = breakers(facts)
    if not found:
        return [""] * len(facts.kind)
    names = [words[f"sheet.rule.{code}"] for code in found]
    # Few combinations of rules stand in many rows: each is said once.
    broken = np.packbits(list(found.values()), axis=0).T
    rows = np.ascontiguousarray(broken).view(f"V{broken.shape[1]}").ravel().tolist()
    said = {}
    for row in set(rows):
        bits = np.unpackbits(np.frombuffer(row, np.uint8), count=len(names))
        said[row] = "; ".join(name for name, bit in zip(names, bits, strict=True) if bit)
    return [said[row] for row in rows]


def _row_for_row(rows: Rows, grid: Grid, height: int) -> Rows:
    """The answers where their deals stand in the range: an empty row of the range is one of the answer."""
    if len(rows) == height:
        return rows
    placed = [rows[0], *[("",) * len(rows[0])] * (height - 1)]
    for number, row in zip(grid.row_numbers, rows[1:], strict=True):
        placed[number - 1] = row
    return placed


def summary(deals: object, stages: object, as_of: object) -> Rows:
    """Deals, amount and weighted value by stage; the last row all open ones."""
    day = as_of_day(as_of)
    read = deals_in(deals, stages, day)
    words = all_words(read.language)
    numbers = summary_of(weigh(read, day).facts)
    header = [words[key] for key in ("field.stage", "sheet.line.deals", "sheet.line.amount", "sheet.line.weighted", "say.head.kind")]
    return [header, *(_line(line, stage_name(line.label or words["say.label.blank"], line.line, words), words) for line in numbers.stages),
            _line(numbers.open, words["udf.summary.open"], words)]


def _line(line: Line, label: str, words: dict[str, str]) -> list[object]:
    kind = words[f"stage.kind.{line.kind}"] if line.kind else words["say.label.unknown"]
    return [label, float(line.deals), *_numbers(np.array([line.amount, line.weighted])), kind]


def conversion(deals: object, stages: object, base: object) -> Rows:
    """From stage to stage: entered, went on, still here, and the rate on the base that was asked for."""
    measure = _base(base, CONVERSION_BASES, CONVERSION_BASES[0])
    day = dt.date.today()      # conversion asks no date; reading a date without a year does
    read = deals_in(deals, stages, day)
    words = all_words(read.language)
    facts = weigh(read, day).facts
    numbers = summary_of(facts)
    header = [words["field.stage"], words["udf.conversion.entered"], words["udf.conversion.passed"], words["udf.conversion.here"],
              words[f"udf.conversion.rate_{measure}"]]
    rates = _numbers(np.array(_rates(facts, numbers.passages, measure)))
    names = [stage_name(line.label, line.line, words) for line in numbers.stages if line.kind == "open"]
    rows = [[name, float(each.entered), float(each.passed), float(each.here), rate]
            for name, each, rate in zip(names, numbers.passages, rates, strict=True)]
    if numbers.passages_left_out:
        rows.append([words["udf.conversion.left_out"].format(deals=numbers.passages_left_out), "", "", "", ""])
    return [header, *rows]


def _rates(facts: Facts, through: tuple[Passage, ...], measure: str) -> tuple[float, ...]:
    if measure == "period":
        return period_ratios(facts)
    return tuple(each.resolved_rate if measure == "resolved" else each.rate for each in through)


def _base(base: object, allowed: tuple[str, ...], default: str) -> str:
    item = None if base is OMITTED else next(iter(cells_of(base).items), None)
    name = str(item).strip().casefold() if item is not None else ""
    if name and name not in allowed:
        raise OutOfRange("error.udf.base", value=item, allowed=", ".join(allowed))
    return name or default


def findings(deals: object, stages: object, as_of: object) -> Rows:
    """What is wrong with the deals, one finding a row, the dearest first; one row that says so where nothing is."""
    day = as_of_day(as_of)
    read = deals_in(deals, stages, day)
    words = all_words(read.language)
    answers = answer(read, day)
    said = [[message(finding, words)[:LONGEST]] for finding in answers.findings]
    return said or [[words["say.no_findings"].format(deals=f"{len(read.table):,}")]]


def win_rate(stage_column: object, stages: object, amounts: object, base: object) -> object:
    """Won / (won + lost) by count or value, or won / all; #DIV/0! where nothing is closed."""
    has_amounts = amounts is not OMITTED and amounts is not None
    measure = _base(base, WINRATE_BASES, "value" if has_amounts else "count")
    names, money = cells_of(stage_column).items, cells_of(amounts).items if has_amounts else []
    errors = [item for item in (*names, *money) if isinstance(item, CellError)]
    if errors:
        return excel_error(errors[0])
    if (has_amounts and len(money) != len(names)) or (measure == "value" and not has_amounts):
        return VALUE
    numbers = _summary_of_columns(names, money, stages)
    rate = {"count": numbers.win_rate_count, "value": numbers.win_rate_value, "all": numbers.win_rate_all}[measure]
    return rate if rate == rate else DIV0


def _summary_of_columns(names: list, amounts: list, stages: object) -> Summary:
    header = ("Stage", "Amount") if amounts else ("Stage",)
    rows = [list(row) for row in zip(names, amounts, strict=True)] if amounts else [[name] for name in names]
    grid = Grid(header, rows, "stage_column", range(2, len(rows) + 2), 1)
    today = dt.date.today()
    return summary_of(weigh(deals_of(grid, today, is_table=True), today, stages=stages_in(stages, today)).facts)


def satisfied_rate(ratings: object, satisfied_from: object) -> object:
    """Satisfied / answered ratings of 1 to 5; #DIV/0! where nobody answered, #NUM! for a rating off the scale."""
    given = read("ratings", ratings, read_numbers, as_error)
    if given.problems is not None:
        return next(problem for problem in given.problems.ravel() if problem is not None)
    least = one_number("satisfied_from", satisfied_from)
    found = satisfied_share(given.values.ravel(), Settings().satisfied_from if least != least else least)
    if found.off_scale:
        return NUM
    return found.rate if found.answered else DIV0


def what_if(
    goal: object, base: object, meeting_rate: object, closing_rate: object, average_order: object, margin: object, language: object
) -> object:
    """The factors of the gross profit, each with what it alone must be for the goal; the last row says what they yield now."""
    words = all_words(language_of_cell(language))
    asked = dict(zip(FACTORS, (base, meeting_rate, closing_rate, average_order, margin), strict=True))
    target = one_number("goal", goal)
    levers = tuple(Lever(name, _lever(name, value), "") for name, value in asked.items())
    if target != target or any(each.now != each.now for each in levers):
        return [[""]]
    _above_zero("goal", target)
    plan = solved("formula", "profit", target, levers)
    if not 0 < plan.now < math.inf or not all(0 < each.needed < math.inf for each in plan.levers):
        return NUM      # numbers so large or small that their product is none
    header = [words[f"udf.whatif.{name}"] for name in ("lever", "now", "needed", "change", "possible")]
    can = {True: words["udf.whatif.yes"], False: words["udf.whatif.no"]}
    rows = [[words[f"lever.{each.name}"], each.now, _rounded(each), each.change, can[each.possible]] for each in plan.levers]
    return [header, *rows, [words["udf.whatif.profit"], plan.now, target, target / plan.now - 1, ""]]


def _lever(name: str, value: object) -> float:
    """One factor: a share as read_shares takes it, else a number; above zero, for with one at zero no other reaches a goal."""
    if name not in SHARES:
        return _above_zero(name, one_number(name, value))
    if len(cells_of(value).items) > 1:
        raise OutOfRange("error.udf.one_cell", argument=name)
    given = read(name, value, read_shares, as_error)
    if given.problems is not None:
        raise OutOfRange("error.whatif.share", name=name, value=cells_of(value).items[0])
    share = float(given.values.flat[0]) if given.values.size else float("nan")
    if share == 0:
        raise OutOfRange("error.whatif.share", name=name, value=cells_of(value).items[0])
    return share


def _above_zero(name: str, number: float) -> float:
    if number <= 0:
        raise OutOfRange("error.ideal.number", name=name, value=number)
    return number


def _rounded(each: Lever) -> float:
    return float(whole_deals(each.needed)) if each.name in WHOLE else each.needed


def ideal(target: object, average_order: object, chances: object, months: object, period_months: object, language: object) -> Rows:
    """The ideal funnel, stage by stage: what this period needs, then the stock that feeds those after it."""
    words = all_words(language_of_cell(language))
    shares = read("probabilities", chances, read_shares, as_error)
    stays = [one_number("months", item) for item in cells_of(months).items]
    period = one_number("period_months", period_months)
    funnel = ideal_funnel(
        one_number("target", target), one_number("average_order", average_order), shares.values.ravel().tolist(), stays,
        QUARTER if period != period else period)
    header = [words[f"udf.ideal.{name}"] for name in
              ("stage", "probability", "months", "needed", "needed_value", "stock", "stock_value", "weighted", "feeds")]
    rows = [[float(place), each.probability, each.months, float(whole_deals(each.needed)), each.needed_value,
             float(whole_deals(each.stock)), each.stock_value, each.weighted, float(each.feeds)]
            for place, each in enumerate(funnel.stages, 1)]
    in_stock = float(sum(whole_deals(each.stock) for each in funnel.stages))
    total = [words["sheet.total"], "", float(sum(stays)), "", "", in_stock, funnel.stock_value, funnel.weighted, ""]
    return [header, *rows, total]
