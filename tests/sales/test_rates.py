"""Rates with their intervals, against published examples and against sums done by hand."""

import math

import pytest

from funnel_xl.sales.rates import FEW, UNKNOWN, Rate, rate, wilson


@pytest.mark.parametrize(("hits", "of", "low", "high"), [
    (8, 10, 0.4902, 0.9433),
    (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718),    # Newcombe 1998, table I
])
def test_wilsons_interval_is_the_published_one(hits, of, low, high):
    assert rate(hits, of).interval == pytest.approx((low, high), abs=5e-5)


def test_an_interval_ends_at_nothing_and_at_all_exactly_and_there_is_none_without_deals():
    low, high = wilson([0.0, 1.0, 0.5], [5, 5, 0])
    assert (low[0], high[1]) == (0.0, 1.0) and math.isnan(low[2]) and math.isnan(high[2])
    assert math.isnan(rate(0, 0).value) and math.isnan(rate(0, 0).interval[0])


def test_thirty_deals_are_enough_and_twenty_nine_are_few():
    assert FEW == 30
    assert [rate(10, of).uncertain for of in (29, 30)] == [True, False] and UNKNOWN.uncertain


def test_one_big_deal_makes_a_rate_by_value_as_unsure_as_few_deals():
    one_big = Rate(8, 10, 3, 8 * 8 + 1 + 1)
    assert one_big.effective == pytest.approx(100 / 66)      # (8 + 1 + 1)^2 / (64 + 1 + 1)
    assert one_big.interval == rate(0.8 * 100 / 66, 100 / 66).interval
    assert Rate(300, 1000, 10, 10 * 100**2).effective == pytest.approx(10)     # ten deals of one size say what ten deals say
