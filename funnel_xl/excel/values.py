"""Answers cell by cell: each takes single values or whole columns and gives back their shape."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from ..errors import OutOfRange
from ..sales.aliases import meaning, plain
from ..sales.column import Column
from ..sales.dates import Dates, read_dates
from ..sales.money import read_money, read_numbers
from ..sales.placement import NONE, PLACEMENTS, horizon, place, score, score_placement, work
from ..sales.probability import weighted_value
from ..sales.profit import gross_profit
from ..sales.share import read_positions, read_shares
from ..sales.stage import matcher
from ..sales.summary import velocity
from ..sales.tier import proposed_limits, tiers
from ..wording import words as all_words
from .cells import DIV0, NA, NUM, Read, alike, answered, as_error, cells_of, in_words, read, read_words, refused
from .language import ENGLISH, language_of_cell
from .ranges import stages_in
from .serving import OMITTED

SOME_DAY = np.datetime64("9999-12-31", "s")     # a close date such as "next year's budget"
_Say = Callable[..., str]


def placement_score(fund: object, competition: object) -> object:
    """Fund rate + competition rate in points."""
    rates = alike([_share("fund", fund), _share("competition", competition)])
    return answered(score(*(rate.values for rate in rates)), rates)


def placement(fund: object, competition: object, close_date: object, as_of: object, language: object) -> object:
    """The adopted placement in words; by score alone where no close date is asked about."""
    words = all_words(language_of_cell(language))
    say = in_words(words)
    rates = [_share("fund", fund, say), _share("competition", competition, say)]
    if close_date is OMITTED:
        rates = alike(rates)
        return answered(placement_words(words)[score_placement(score(rates[0].values, rates[1].values))], rates)
    days = _days(as_of, say)
    arguments = alike([*rates, _close_dates(close_date, days, language, say), days])

    def adopted(as_of: dt.date, fund: np.ndarray, competition: np.ndarray, close: np.ndarray) -> np.ndarray:
        unknown, everywhere = np.zeros(len(fund), bool), np.ones(len(fund), bool)
        return place(fund, competition, close, unknown, np.full(len(fund), NONE, np.int8), everywhere, as_of).adopted

    return answered(placement_words(words)[_by_day(adopted, arguments, np.int8)], arguments)


def horizon_word(close_date: object, as_of: object, language: object) -> object:
    """The placement by the close date alone, in words; a past date is overdue."""
    words = all_words(language_of_cell(language))
    say = in_words(words)
    days = _days(as_of, say)
    arguments = alike([_close_dates(close_date, days, language, say), days])
    places = _by_day(lambda as_of, close: horizon(close, as_of), arguments, np.int8)
    said = placement_words(words)[places]
    said[(places == NONE) & ~np.isnat(arguments[0].values)] = words["sheet.column.overdue"]
    return answered(said, arguments)


def work_word(placement: object, language: object) -> object:
    """The kind of work of a placement, in words."""
    words = all_words(language_of_cell(language))
    places = _placements("placement", placement, words)
    return answered(work_words(words)[places.values], [places])


def position_word(position: object, language: object) -> object:
    """The word of a position of the scale."""
    words = all_words(language_of_cell(language))
    positions = read("position", position, read_positions, in_words(words))
    said = np.full(11, "", dtype=object)        # 0, which is no position, stands for an empty cell
    for each in (*range(1, 6), *range(-5, 0)):
        said[each] = words[f"position.{each:+d}"]
    return answered(said[np.nan_to_num(positions.values).astype(int)], [positions])


def stage_probability(stage: object, stages: object) -> object:
    """The default win probability of a stage; #N/A for a stage that the table does not have, or that has none."""
    model = stages_in(stages, dt.date.min)
    known = {name: at for name, at in matcher(model).items() if not np.isnan(model[at].probability)}
    asked = read_words(stage, lambda name: known.get(plain(name)), lambda name: NA, nothing=len(model))
    return answered(np.array([*(each.probability for each in model), np.nan])[asked.values], [asked])


def weight(amount: object, probability: object, competition: object) -> object:
    """Amount x probability, or amount x fund rate x competition rate."""
    arguments = [_money("amount", amount), _share("probability", probability)]
    if competition is not OMITTED:
        arguments.append(_share("competition", competition))
    arguments = alike(arguments)
    chance = arguments[1].values if competition is OMITTED else arguments[1].values * arguments[2].values
    return answered(weighted_value(arguments[0].values, chance), arguments)


def tier(amounts: object, probabilities: object, small: object, big: object, placement: object, language: object) -> object:
    """The tier of each deal: A, B or C."""
    words = all_words(language_of_cell(language))
    say = in_words(words)
    arguments = [_money("amounts", amounts, say), _share("probabilities", probabilities, say)]
    if placement is not OMITTED:
        arguments.append(_placements("placement", placement, words))
    arguments = alike(arguments)
    amount, chance = arguments[0].values, arguments[1].values
    places = arguments[2].values if placement is not OMITTED else np.full(amount.shape, NONE)
    least, most = _limits(small, big, amount)
    if (np.isnan(least) or np.isnan(most)) and (np.isfinite(amount) & np.isfinite(chance)).any():
        raise OutOfRange("error.udf.limits")
    return answered(tiers(amount, chance, places, least, most), arguments)


def _limits(small: object, big: object, amounts: np.ndarray) -> tuple[float, float]:
    proposed = proposed_limits(amounts.ravel())
    given = one_number("small", small), one_number("big", big)
    least, most = (proposed[at] if np.isnan(limit) else limit for at, limit in enumerate(given))
    if least > most:
        raise OutOfRange("error.udf.small_big", small=f"{least:,.0f}", big=f"{most:,.0f}")
    return least, most


def velocity_per_day(open_deals: object, average_amount: object, win_rate: object, cycle_days: object) -> object:
    """Sales velocity; #DIV/0! for a cycle of no days, #NUM! for a negative one."""
    cycle = read("cycle_days", cycle_days, read_numbers, as_error)
    cycle = refused(refused(cycle, cycle.values == 0, DIV0), cycle.values < 0, NUM)
    arguments = alike([
        read("open_deals", open_deals, read_numbers, as_error), _money("average_amount", average_amount), _share("win_rate", win_rate),
        cycle,
    ])
    with np.errstate(all="ignore"):
        return answered(velocity(*(argument.values for argument in arguments)), arguments)


def profit(base: object, meeting_rate: object, closing_rate: object, average_order: object, margin: object) -> object:
    """Gross profit by the basic sales formula."""
    arguments = alike([
        read("base", base, read_numbers, as_error), _share("meeting_rate", meeting_rate), _share("closing_rate", closing_rate),
        _money("average_order", average_order), _share("margin", margin),
    ])
    return answered(gross_profit(*(argument.values for argument in arguments)), arguments)


def coverage(open_amount: object, quota: object, won: object) -> object:
    """Open amount / (quota - won); #DIV/0! when nothing is left to win."""
    arguments = alike([_money("open_amount", open_amount), _money("quota", quota), _money("won", won)])
    amount, target, done = (argument.values for argument in arguments)
    arguments[1] = refused(arguments[1], target <= done, DIV0)
    with np.errstate(all="ignore"):
        return answered(amount / (target - done), arguments)


def acquisition_cost(cost: object, new_customers: object) -> object:
    """Cost / new customers; #DIV/0! for none, #NUM! for less than none."""
    customers = read("new_customers", new_customers, read_numbers, as_error)
    customers = refused(refused(customers, customers.values == 0, DIV0), customers.values < 0, NUM)
    arguments = alike([_money("cost", cost), customers])
    with np.errstate(all="ignore"):
        return answered(arguments[0].values / arguments[1].values, arguments)


def placement_words(words: dict[str, str]) -> np.ndarray:
    """The short words of the placements, "" for none: index with what placement.py gives."""
    return np.array([*(words[f"udf.placement.{name}"] for name in PLACEMENTS), ""], dtype=object)


def work_words(words: dict[str, str]) -> np.ndarray:
    """The words of the kinds of work by placement, "" for none."""
    return np.array([*(words[f"work.{kind}"] for kind in work(np.arange(len(PLACEMENTS)))), ""], dtype=object)


def one_number(name: str, value: object) -> float:
    """An argument that is one number; NaN where it is empty or left out.

    Raises
    ------
    OutOfRange
        More than one cell, or no number.
    """
    if value is OMITTED:
        return float("nan")
    items = cells_of(value).items
    if len(items) > 1:
        raise OutOfRange("error.udf.one_cell", argument=name)
    given = _money(name, value)
    if given.problems is not None:
        raise OutOfRange("error.udf.number", argument=name, value=items[0])
    return float(given.values.flat[0]) if items else float("nan")


def _share(name: str, value: object, say: _Say = as_error) -> Read:
    return read(name, value, read_shares, say)


def _money(name: str, value: object, say: _Say = as_error) -> Read:
    return read(name, value, _amounts, say)


def _amounts(items: Sequence[object]) -> Column:
    return read_money(items)[0]


def _placements(name: str, value: object, words: dict[str, str]) -> Read:
    allowed = ", ".join(placement_words(words)[:-1])
    places = {**{each: at for at, each in enumerate(PLACEMENTS)}, "none": NONE, "universe": NONE}
    return read_words(
        value, lambda word: places.get(meaning("placement", word)),
        lambda word: words["error.udf.placement"].format(argument=name, value=word, allowed=allowed), nothing=NONE)


def _days(as_of: object, say: _Say) -> Read:
    """The as-of dates; today where they are empty or left out."""
    today = dt.date.today()
    days = read("as_of", None if as_of is OMITTED else as_of, partial(read_dates, as_of=today), say)
    days.values[np.isnat(days.values)] = np.datetime64(today, "s")
    return days


def _close_dates(close_date: object, days: Read, language: object, say: _Say) -> Read:
    first = days.values.astype("datetime64[D]").flat[0].item()
    chinese = language_of_cell(language) != ENGLISH

    def reader(items: Sequence[object]) -> Dates:
        column = read_dates(items, first, chinese=chinese)
        column.values[column.future] = SOME_DAY
        return column

    return read("close_date", close_date, reader, say)


def _by_day(answer: Callable[..., np.ndarray], arguments: list[Read], kind: type) -> np.ndarray:
    """An answer that takes one as-of date, for each of those that the last argument holds."""
    *others, days = (argument.values for argument in arguments)
    answers = np.zeros(days.shape, kind)
    for day in np.unique(days):
        at = days == day
        answers[at] = answer(day.astype("datetime64[D]").item(), *(values[at] for values in others))
    return answers
