"""Which one lever reaches a goal: spec item 30's example turned round, velocity's four levers, and what can't be."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_xl.errors import OutOfRange
from funnel_xl.sales.profit import FACTORS
from funnel_xl.sales.whatif import Lever, WhatIf, known_levers, read_goal, read_lever, solved, what_if
from tests.sales.tables import answers_of, book

HEADER = ["Deal ID", "Account", "Stage", "Amount", "Created", "Close date", "Margin"]
STAGES = [["stage", "kind", "probability"], ["Lead", "open", 0.5], ["Won", "won", None], ["Lost", "lost", None]]
# 2 won of 4 closed, each won deal 100 and 50 days long, 8 open: velocity 8 x 100 x 50 % / 50 = 8 a day.
DEALS = [["W-1", "A", "Won", 100, "2026-01-01", "2026-02-20", None], ["W-2", "B", "Won", 100, "2026-01-01", "2026-02-20", None],
         ["L-1", "C", "Lost", 100, None, None, None], ["L-2", "D", "Lost", 100, None, None, None],
         *([f"O-{at}", "E", "Lead", 100, None, None, None] for at in range(8))]
EXAMPLE = {"base": 200, "meeting_rate": 0.3, "closing_rate": 0.2, "average_order": 100_000, "margin": 0.25}


def plans(goal: float = math.nan, changed: dict | None = None, rows: list = DEALS, **settings: object) -> tuple[WhatIf, ...]:
    return what_if(answers_of(book({"Deals": [HEADER, *rows], "Stages": STAGES}), given=settings), goal, changed)


def needed(plan: WhatIf) -> dict[str, float]:
    return {each.name: each.needed for each in plan.levers}


def test_each_of_the_five_factors_alone_reaches_the_profit_goal():
    """200 x 30 % x 20 % x 100,000 x 25 % = 300,000; a goal of 400,000 asks a third more of one factor."""
    formula, _ = plans(400_000, **EXAMPLE)
    assert (formula.model, formula.measure) == ("formula", "profit")
    assert (formula.now, formula.gap) == pytest.approx((300_000, 100_000))
    assert needed(formula) == pytest.approx({"base": 200 * 4 / 3, "meeting_rate": 0.4, "closing_rate": 0.8 / 3,
                                             "average_order": 400_000 / 3, "margin": 1 / 3})
    assert all(each.change == pytest.approx(1 / 3) and each.possible and each.source == "setting" for each in formula.levers)


def test_a_rate_above_a_hundred_percent_is_impossible_and_a_base_is_not():
    formula, _ = plans(1_200_000, **EXAMPLE)      # four times the profit: margin 25 % would be 100 %, meetings 120 %, closing 80 %
    assert {each.name: each.possible for each in formula.levers} == {
        "base": True, "meeting_rate": False, "closing_rate": True, "average_order": True, "margin": True}


def test_the_quota_is_money_won_and_the_margin_no_lever_of_it():
    formula, velocity = plans(**EXAMPLE | {"quota": 1_500_000})
    assert (formula.measure, formula.goal, formula.now) == ("revenue", 1_500_000, pytest.approx(1_200_000))
    assert [each.name for each in formula.levers] == ["base", "meeting_rate", "closing_rate", "average_order"]
    assert "margin" not in needed(velocity)


def test_velocitys_levers_come_from_the_deals_and_a_shorter_cycle_is_one_of_them():
    """8 a day in the 90 days of the first quarter are 720; 1,440 asks for double, or half the cycle."""
    formula, velocity = plans(quota=1440)
    assert velocity.now == pytest.approx(720)
    assert needed(velocity) == pytest.approx({"open_deals": 16, "win_rate": 1, "average_order": 200, "cycle_days": 25})
    assert {each.name: each.change for each in velocity.levers} == pytest.approx(
        {"open_deals": 1, "win_rate": 1, "average_order": 1, "cycle_days": -0.5})
    assert all(each.possible for each in velocity.levers)      # all of them won: hard, but possible
    assert formula.unknown == ("base", "meeting_rate") and math.isnan(formula.now) and math.isnan(formula.gap)
    assert [each.possible for each in plans(quota=1441)[1].levers] == [True, False, True, True]


def test_a_goal_that_is_met_leaves_no_gap():
    _, velocity = plans(quota=360)
    assert velocity.gap == 0
    assert needed(velocity) == pytest.approx({"open_deals": 4, "win_rate": 0.25, "average_order": 50, "cycle_days": 100})


def test_a_lever_set_otherwise_changes_the_yield_and_says_so():
    formula, velocity = plans(400_000, {"meeting_rate": 0.35}, **EXAMPLE)
    assert formula.now == pytest.approx(350_000) and formula.gap == pytest.approx(50_000)
    assert [each.source for each in formula.levers] == ["setting", "set", "setting", "setting", "setting"]
    assert velocity.now == plans(400_000, **EXAMPLE)[1].now


def test_a_goal_is_profit_only_where_a_margin_is_known():
    assert [plan.measure for plan in plans(500)] == ["revenue", "revenue"]
    assert [plan.measure for plan in plans(500, {"margin": 0.2})] == ["profit", "profit"]


def test_settings_stand_above_the_deals_and_the_deals_fill_what_they_leave_open():
    levers = known_levers(answers_of(book({"Deals": [HEADER, *DEALS], "Stages": STAGES}), given={"closing_rate": 0.4}))
    assert {name: (each.now, each.source) for name, each in levers.items() if each.now == each.now} == {
        "closing_rate": (0.4, "setting"), "average_order": (100, "deals"), "open_deals": (8, "deals"), "win_rate": (0.5, "deals"),
        "cycle_days": (50, "deals")}


@pytest.mark.parametrize(("setting", "margin"), [({}, 0.2), ({"margin": 0.5}, 0.425)])
def test_the_margin_is_that_of_the_won_deals_by_amount_and_the_setting_where_a_deal_has_none(setting, margin):
    """100 at 20 %, 300 without one: 20 % alone; with the setting (20 + 150) / 400."""
    rows = [["W-1", "A", "Won", 100, None, None, 0.2], ["W-2", "B", "Won", 300, None, None, None],
            ["L-1", "C", "Lost", 900, None, None, 0.9]]
    found = known_levers(answers_of(book({"Deals": [HEADER, *rows], "Stages": STAGES}), given=setting))["margin"]
    assert (found.now, found.source) == (pytest.approx(margin), "deals")


def test_no_goal_and_no_quota_ask_nothing_and_no_deals_answer_nothing():
    assert plans() == ()
    formula, velocity = plans(1000, rows=[])
    assert all(math.isnan(each.needed) for plan in (formula, velocity) for each in plan.levers)


def test_a_factor_at_zero_can_be_raised_and_no_other_helps():
    formula, _ = plans(400_000, **EXAMPLE | {"base": 0})
    assert needed(formula)["base"] == pytest.approx(400_000 / 1500)      # 30 % x 20 % x 100,000 x 25 % = 1,500 a customer
    assert all(math.isnan(each.needed) for each in formula.levers[1:]) and math.isnan(formula.levers[0].change)


@given(st.floats(1, 1e9), st.floats(0.01, 1e6), st.floats(0.01, 1), st.floats(0.01, 1e6), st.floats(0.5, 2000))
def test_any_lever_set_to_what_it_needs_reaches_the_goal(goal, deals, rate, average, cycle):
    levers = tuple(Lever(name, value, "set") for name, value in
                   (("open_deals", deals), ("win_rate", rate), ("average_order", average), ("cycle_days", cycle)))
    plan = solved("velocity", "revenue", goal, levers, 90)
    for each in plan.levers:
        moved = tuple(Lever(other.name, each.needed if other.name == each.name else other.now, "set") for other in levers)
        assert solved("velocity", "revenue", goal, moved, 90).now == pytest.approx(goal)


@pytest.mark.parametrize(("text", "lever"), [
    ("meeting_rate=35%", ("meeting_rate", 0.35)), ("closing rate = 35", ("closing_rate", 0.35)), ("margin=0.4", ("margin", 0.4)),
    ("average_order=120K", ("average_order", 120_000)), ("客户基础=1.5万", ("base", 15_000)), ("毛利率=30%", ("margin", 0.3)),
    ("cycle-days=60", ("cycle_days", 60)), ("win_rate=1", ("win_rate", 1)),
])
def test_levers_are_read_as_people_write_them(text, lever):
    assert read_lever(text) == (lever[0], pytest.approx(lever[1]))


@pytest.mark.parametrize(("text", "said"), [
    ("meeting_rate", 'write it as LEVER=NUMBER'), ("price=5", "Levers: base, meeting_rate"), ("=5", "Levers: base"),
    ("margin=130%", "margin: \"130%\" is no rate"), ("margin=0", "no rate"), ("margin=lots", "no rate"),
    ("base=-5", "base: \"-5\" is no number above zero"), ("base=many", "no number above zero"), ("base=", "no number above zero"),
])
def test_a_lever_that_can_not_be_is_refused_with_how_to_write_it(text, said):
    with pytest.raises(OutOfRange, match=said):
        read_lever(text)


def test_a_goal_is_an_amount_above_zero():
    assert read_goal("50萬") == 500_000
    for text in ("0", "-1", "much", ""):
        with pytest.raises(OutOfRange, match="--goal"):
            read_goal(text)


def test_the_formulas_levers_are_the_formulas_factors():
    assert [each.name for each in plans(1, **EXAMPLE)[0].levers] == list(FACTORS)


def test_a_cycle_below_one_day_is_impossible():
    """90 days x 8 a day = 720 in 50 days: one day would give 36,000."""
    assert [each.possible for each in plans(quota=36_000)[1].levers] == [True, False, True, True]
    assert [each.possible for each in plans(quota=36_100)[1].levers] == [True, False, True, False]
