"""The functions of a workbook, as xlwings serves them to Excel. What they compute is the heart's; catalogue.py describes them.

Each answer is imported when it is first asked for: Excel waits for the import of this module, not for that.
"""

from functools import cache
from types import ModuleType

from .serving import OMITTED, served


@cache
def _values() -> ModuleType:
    from . import values

    return values


@cache
def _spilled() -> ModuleType:
    from . import spilled

    return spilled


@cache
def _reported() -> ModuleType:
    from . import reported

    return reported


@served
def FUNNEL_SCORE(fund: object, competition: object) -> object:
    """Placement score in points."""
    return _values().placement_score(fund, competition)


@served
def FUNNEL_PLACEMENT(
    fund: object, competition: object, close_date: object = OMITTED, as_of: object = OMITTED, language: object = OMITTED,
) -> object:
    """Placement in the funnel, in words."""
    return _values().placement(fund, competition, close_date, as_of, language)


@served
def FUNNEL_HORIZON(close_date: object, as_of: object = OMITTED, language: object = OMITTED) -> object:
    """Placement by the close date alone, in words."""
    return _values().horizon_word(close_date, as_of, language)


@served
def FUNNEL_WORK(placement: object, language: object = OMITTED) -> object:
    """Kind of work that a placement asks for."""
    return _values().work_word(placement, language)


@served
def FUNNEL_PROBABILITY(stage: object, stages: object) -> object:
    """Default win probability of a stage, as a fraction."""
    return _values().stage_probability(stage, stages)


@served
def FUNNEL_WEIGHT(amount: object, probability: object, competition: object = OMITTED) -> object:
    """Weighted value."""
    return _values().weight(amount, probability, competition)


@served
def FUNNEL_TIER(
    amounts: object, probabilities: object, small: object = OMITTED, big: object = OMITTED, placement: object = OMITTED,
    language: object = OMITTED,
) -> object:
    """Tier A, B or C of each deal."""
    return _values().tier(amounts, probabilities, small, big, placement, language)


@served
def FUNNEL_POSITION(position: object, language: object = OMITTED) -> object:
    """Word of a position on the scale from +5 to -5."""
    return _values().position_word(position, language)


@served
def FUNNEL_WINRATE(stage_column: object, stages: object, amounts: object = OMITTED, base: object = OMITTED) -> object:
    """Win rate as a fraction."""
    return _spilled().win_rate(stage_column, stages, amounts, base)


@served
def FUNNEL_CONVERSION(deals: object, stages: object, base: object = OMITTED) -> object:
    """Conversion from stage to stage, with a header and one row a stage."""
    return _spilled().conversion(deals, stages, base)


@served
def FUNNEL_VELOCITY(open_deals: object, average_amount: object, win_rate: object, cycle_days: object) -> object:
    """Sales velocity per day."""
    return _values().velocity_per_day(open_deals, average_amount, win_rate, cycle_days)


@served
def FUNNEL_PROFIT(base: object, meeting_rate: object, closing_rate: object, average_order: object, margin: object) -> object:
    """Gross profit by the basic sales formula."""
    return _values().profit(base, meeting_rate, closing_rate, average_order, margin)


@served
def FUNNEL_COVERAGE(open_amount: object, quota: object, won: object) -> object:
    """Coverage of what is still to win."""
    return _values().coverage(open_amount, quota, won)


@served
def FUNNEL_CAC(cost: object, new_customers: object) -> object:
    """Cost of winning one new customer."""
    return _values().acquisition_cost(cost, new_customers)


@served
def FUNNEL_CSAT(ratings: object, satisfied_from: object = OMITTED) -> object:
    """Share of satisfied customers as a fraction."""
    return _spilled().satisfied_rate(ratings, satisfied_from)


@served
def FUNNEL_WHATIF(
    goal: object, base: object, meeting_rate: object, closing_rate: object, average_order: object, margin: object,
    language: object = OMITTED,
) -> object:
    """What each factor of the gross profit alone must be for a goal, with a header and one row a factor."""
    return _spilled().what_if(goal, base, meeting_rate, closing_rate, average_order, margin, language)


@served
def FUNNEL_IDEAL(
    target: object, average_order: object, probabilities: object, months: object, period_months: object = OMITTED,
    language: object = OMITTED,
) -> object:
    """The ideal funnel, with a header, one row a stage and a total."""
    return _spilled().ideal(target, average_order, probabilities, months, period_months, language)


@served
def FUNNEL_SUMMARY(deals: object, stages: object, as_of: object = OMITTED) -> object:
    """Deals, amount and weighted value by stage, with a header and a row of all open deals."""
    return _spilled().summary(deals, stages, as_of)


@served
def FUNNEL_CHECK(deals: object, stages: object = OMITTED, as_of: object = OMITTED) -> object:
    """Findings in words, one a row, the one that costs most first."""
    return _spilled().findings(deals, stages, as_of)


@served
def FUNNEL_COLUMNS(deals: object, stages: object, as_of: object = OMITTED, columns: object = OMITTED) -> object:
    """All computed columns of a deals table, row for row as the table, header included."""
    return _spilled().columns(deals, stages, as_of, columns)


@served
def FUNNEL_REPORT(
    report: object, deals: object, stages: object, as_of: object = OMITTED, table: object = OMITTED, more1: object = OMITTED,
    more2: object = OMITTED, more3: object = OMITTED, more4: object = OMITTED, more5: object = OMITTED, more6: object = OMITTED,
) -> object:
    """A report of the method, or one of its tables."""
    return _reported().report(report, deals, stages, as_of, table, (more1, more2, more3, more4, more5, more6))


@served
def FUNNEL_VERSION() -> object:
    """Version of funnel-xl that answers."""
    from .. import __version__

    return __version__
