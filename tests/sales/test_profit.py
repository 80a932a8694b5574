"""The basic sales formula against spec item 30: 200 customers x 30 % x 20 % x 10萬 x 25 % = 30萬."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_xl.errors import OutOfRange
from funnel_xl.sales.profit import FACTORS, gross_profit, needed_factor

EXAMPLE = {"base": 200.0, "meeting_rate": 0.3, "closing_rate": 0.2, "average_order": 10.0, "margin": 0.25}


def test_twelve_orders_of_ten_earn_thirty():
    assert gross_profit(**EXAMPLE) == pytest.approx(30)


@pytest.mark.parametrize("name", FACTORS)
def test_a_tenth_more_of_any_factor_is_a_tenth_more_profit(name):
    assert gross_profit(**EXAMPLE | {name: EXAMPLE[name] * 1.1}) == pytest.approx(33)


@pytest.mark.parametrize("name", FACTORS)
def test_the_factor_for_a_goal_leads_back_to_it(name):
    known = {each: value for each, value in EXAMPLE.items() if each != name}
    assert needed_factor(30, **known) == pytest.approx(EXAMPLE[name])


@given(st.floats(1, 1e6), st.sampled_from(FACTORS))
def test_any_goal_is_reached_with_the_factor_that_it_needs(goal, name):
    known = {each: value for each, value in EXAMPLE.items() if each != name}
    assert gross_profit(**known, **{name: needed_factor(goal, **known)}) == pytest.approx(goal)


def test_a_goal_out_of_reach_or_a_question_without_an_answer_is_refused():
    with pytest.raises(OutOfRange, match="With margin at zero"):
        needed_factor(30, base=200, meeting_rate=0.3, closing_rate=0.2, margin=0)
    with pytest.raises(OutOfRange, match="four of the five"):
        needed_factor(30, base=200)
