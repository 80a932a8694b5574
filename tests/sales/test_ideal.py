"""The ideal funnel against the worked numbers of spec items 33-37."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_xl.errors import OutOfRange
from funnel_xl.sales.ideal import ideal_funnel, whole_deals

CHANCES = (0.10, 0.35, 0.65, 0.75)      # S1's stages
TARGET, ORDER = 300.0, 10.0             # 300萬 a quarter, 10萬 an order: 30 orders


def test_by_target_each_stage_must_pass_the_orders_over_its_chance():
    funnel = ideal_funnel(TARGET, ORDER, CHANCES, [3, 3, 3, 3])
    assert funnel.orders == 30
    assert [whole_deals(stage.needed) for stage in funnel.stages] == [300, 86, 47, 40]      # 30 / 0.1, 85.7, 46.2, 40
    assert [round(stage.needed_value, 1) for stage in funnel.stages] == [3000, 857.1, 461.5, 400]


def test_by_cycle_with_equal_stages_the_stock_is_what_one_quarter_needs():
    funnel = ideal_funnel(TARGET, ORDER, CHANCES, [3, 3, 3, 3])
    assert [whole_deals(stage.stock) for stage in funnel.stages] == [300, 86, 47, 40]
    assert round(funnel.stock, 2) == 471.87
    assert round(funnel.stock_value, 1) == 4718.7
    assert [stage.weighted for stage in funnel.stages] == [300, 300, 300, 300]
    assert funnel.weighted == 1200


def test_by_cycle_with_uneven_stages_the_stock_follows_the_months():
    funnel = ideal_funnel(TARGET, ORDER, CHANCES, [2, 3, 4, 3])
    assert [whole_deals(stage.stock) for stage in funnel.stages] == [200, 86, 62, 40]
    assert round(funnel.stock_value, 1) == 3872.5
    assert [stage.weighted for stage in funnel.stages] == [200, 300, 400, 300]


def test_each_stage_feeds_the_quarter_that_its_deals_are_won_in():
    assert [stage.feeds for stage in ideal_funnel(TARGET, ORDER, CHANCES, [3, 3, 3, 3]).stages] == [3, 2, 1, 0]


def test_uneven_stages_hold_what_little_says_and_their_money():
    """Item 36: 2/3/4/3 months; 200 + 85.7 + 61.5 + 40 = 387.25 deals, each of 10: 3872.5; rounded up by stage 388."""
    funnel = ideal_funnel(TARGET, ORDER, CHANCES, [2, 3, 4, 3])
    assert sum(whole_deals(stage.stock) for stage in funnel.stages) == 388
    assert funnel.weighted == 1200
    assert [stage.feeds for stage in funnel.stages] == [3, 2, 1, 0]      # 10, 7, 3 and 0 months to go


@pytest.mark.parametrize("months", [[3, 3, 3, 3], [2, 3, 4, 3]])
def test_were_no_deal_lost_four_quarters_of_thirty_orders_would_do(months):
    funnel = ideal_funnel(TARGET, ORDER, CHANCES, months)
    assert (funnel.least_stock, funnel.cycle, funnel.periods) == (120, 12, 4)
    assert funnel.least_stock * ORDER == 1200


@pytest.mark.parametrize(("cycle", "period", "count"), [(12, 3, 4), (13, 3, 5), (2, 3, 1), (3.0000000001, 3, 1), (12, 12, 1)])
def test_the_stock_feeds_the_periods_of_one_cycle_rounded_up(cycle, period, count):
    assert ideal_funnel(TARGET, ORDER, [0.5], [cycle], period).periods == count


def test_where_lost_deals_leave_earlier_the_stock_is_smaller():
    """Item 37: Q = (W/p)[c d + (1-c) d_L]/P: 300 x (0.4 x 3 + 0.6 x 1) / 3 = 180, and 40 as before where nothing is said."""
    funnel = ideal_funnel(TARGET, ORDER, [0.1, 0.75], [3, 3], losses=[(0.4, 1), None])
    assert [stage.stock for stage in funnel.stages] == pytest.approx([180, 40])
    assert [stage.stay for stage in funnel.stages] == pytest.approx([1.8, 3])
    assert [stage.weighted for stage in funnel.stages] == pytest.approx([180, 300])      # stock x 10 x chance
    assert [stage.needed for stage in funnel.stages] == pytest.approx([300, 40])         # what must pass stays the same


@given(st.floats(0, 1))
def test_lost_deals_that_stay_as_long_change_nothing(pass_rate):
    plain = ideal_funnel(TARGET, ORDER, CHANCES, [2, 3, 4, 3])
    same = ideal_funnel(TARGET, ORDER, CHANCES, [2, 3, 4, 3], losses=[(pass_rate, months) for months in (2, 3, 4, 3)])
    assert same.stock == pytest.approx(plain.stock) and same.weighted == pytest.approx(1200)


@pytest.mark.parametrize("losses", [[None], [(1.2, 1), None], [(0.5, -1), None], [(math.nan, 1), None]])
def test_losses_that_can_not_be_are_refused(losses):
    with pytest.raises(OutOfRange, match="share of its deals that go on"):
        ideal_funnel(TARGET, ORDER, [0.5, 0.5], [3, 3], losses=losses)


CHANCE = st.floats(0.001, 1)
MONTHS = st.floats(0.1, 60)


@given(st.floats(1, 1e9), st.floats(1, 1e6), st.lists(st.tuples(CHANCE, MONTHS), min_size=1, max_size=9), st.floats(0.5, 24))
def test_the_weighted_funnel_is_target_times_cycle_over_period_whatever_the_chances(target, order, stages, period):
    chances, months = zip(*stages, strict=True)
    funnel = ideal_funnel(target, order, chances, months, period)
    assert math.isclose(funnel.weighted, target * math.fsum(months) / period, rel_tol=1e-9)
    assert math.isclose(math.fsum(stage.stock_value * stage.probability for stage in funnel.stages), funnel.weighted, rel_tol=1e-9)


def test_deals_are_rounded_up_but_not_for_the_last_bit_of_arithmetic():
    assert whole_deals(46.1) == 47
    assert whole_deals(3 / 0.1) == 30           # 30.000000000000004 would be 31
    assert whole_deals(46.0) == 46


@pytest.mark.parametrize(("arguments", "named"), [
    ((TARGET, ORDER, [], []), "as many probabilities as months"),
    ((TARGET, ORDER, [0.5], [3, 3]), "1 probabilities and 2 months"),
    ((TARGET, ORDER, [0.0], [3]), "probabilities: 0.0"),
    ((TARGET, ORDER, [1.5], [3]), "probabilities: 1.5"),
    ((TARGET, ORDER, [math.nan], [3]), "probabilities: nan"),
    ((0.0, ORDER, [0.5], [3]), "target: 0.0"),
    ((TARGET, math.nan, [0.5], [3]), "average_order: nan"),
    ((TARGET, ORDER, [0.5], [0.0]), "months: 0.0"),
    ((TARGET, ORDER, [0.5], [3], -3.0), "period_months: -3.0"),
])
def test_a_funnel_that_can_not_be_is_refused_with_what_is_wrong(arguments, named):
    with pytest.raises(OutOfRange, match=named):
        ideal_funnel(*arguments)
