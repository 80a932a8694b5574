"""What a review sheet says would move a deal up; every sum is worked by hand from rulings R1, R2 and decision F2."""

import datetime as dt

import pytest

from funnel_xl.sheets.step_up import Move, step_up

NAN = float("nan")
TODAY = dt.date(2024, 3, 30)
SOON = dt.date(2024, 5, 31)


@pytest.mark.parametrize(("fund", "competition", "placement", "rises"), [
    (0.25, 0.25, 0, {"fund": 50, "competition": 50}),       # 25 + 50 = 75: In
    (0.50, 0.50, 1, {"fund": 75, "competition": 75}),       # 50 + 75 = 125: Best Few
    (0.99, 0.25, 1, {"competition": 50}),                   # Fund is at its top: 99 + 25 = 124 never is Best Few, 99 + 50 = 149 is
    (0.75, 0.25, 1, {"competition": 50}),                   # Fund 99 would give 124 only; 75 + 50 = 125
    (0.25, 0.75, 1, {"fund": 50}),
    (0.10, 0.10, 0, {"fund": 75, "competition": 75}),       # off the grid: 75 + 10 = 85 is the first step that reaches 75
])
def test_the_score_names_the_rate_that_must_rise_and_to_what(fund, competition, placement, rises):
    moves = step_up(fund, competition, SOON, TODAY, placement, score_placement=placement, horizon=2)
    assert moves == tuple(Move("score", what, points) for what, points in rises.items())


def test_a_best_few_deal_needs_no_step():
    assert step_up(0.75, 0.75, SOON, TODAY, 2, score_placement=2, horizon=2) == ()


def test_a_deal_that_only_its_date_holds_down_names_the_date_and_the_day_on_which_time_alone_will_do():
    moves = step_up(0.99, 0.75, dt.date(2024, 8, 15), TODAY, 1, score_placement=2, horizon=1)
    assert moves == (Move("date", "close", day=dt.date(2024, 6, 30)),       # the third month is included
                     Move("date", "wait", day=dt.date(2024, 5, 15)))        # 15 May + 3 months = 15 August


def test_six_months_are_above_so_in_ends_the_day_before():
    moves = step_up(0.99, 0.75, dt.date(2024, 12, 1), TODAY, 0, score_placement=2, horizon=0)
    assert moves == (Move("date", "close", day=dt.date(2024, 9, 29)), Move("date", "wait", day=dt.date(2024, 6, 2)))


def test_score_and_date_at_the_same_height_are_both_needed():
    moves = step_up(0.50, 0.50, dt.date(2024, 8, 15), TODAY, 1, score_placement=1, horizon=1)
    assert [move.what for move in moves] == ["fund", "competition", "close", "wait"]


def test_a_rate_nobody_gave_is_asked_for():
    assert step_up(0.75, NAN, SOON, TODAY, 1, horizon=2) == (Move("score", "rate_competition"),)
    assert step_up(NAN, NAN, None, TODAY, -1) == (Move("score", "rate_fund"), Move("score", "rate_competition"))


def test_a_close_date_in_the_past_keeps_a_deal_out_of_best_few_until_it_is_set_anew():
    assert step_up(0.75, 0.75, dt.date(2024, 3, 1), TODAY, 1, score_placement=2, overdue=True) == (Move("date", "redate"),)
    assert step_up(0.25, 0.25, dt.date(2024, 3, 1), TODAY, 0, score_placement=0, overdue=True) == (
        Move("score", "fund", 50), Move("score", "competition", 50))


def test_a_deal_without_a_date_is_told_the_latest_one():
    assert step_up(0.25, 0.75, None, TODAY, 0, score_placement=1, horizon=0) == (Move("date", "close", day=dt.date(2024, 9, 29)),)
