"""Placement: three witnesses shown apart and the less advanced adopted (spec F2, items 16, 17, rulings R1 to R5)."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_xl.sales.placement import ABOVE, BEST_FEW, IN, NONE, Placement, horizon, months_until, place, score, score_placement
from tests.sales.tables import AS_OF, answers_of, plain_sheet

SOON, SPRING, LATE = "2026-06-30", "2026-08-15", "2026-10-31"      # in 3, 4 and 7 months from 2026-03-31: Best Few, In, Above


def placed(fund: float = np.nan, competition: float = np.nan, close: str = "NaT", *, future: bool = False, stage: int = NONE,
           is_open: bool = True, as_of: dt.date = AS_OF) -> Placement:
    """The placement of one deal; rates in points."""
    return place(np.array([fund / 100]), np.array([competition / 100]), np.array([close], "datetime64[s]"), np.array([future]),
                 np.array([stage], np.int8), np.array([is_open]), as_of)


@pytest.mark.parametrize(("fund", "competition", "points", "placement"), [
    (25, 25, 50, ABOVE),
    (25, 50, 75, IN), (50, 25, 75, IN), (50, 50, 100, IN), (25, 75, 100, IN), (75, 25, 100, IN), (25, 99, 124, IN), (99, 25, 124, IN),
    (50, 75, 125, BEST_FEW), (75, 50, 125, BEST_FEW), (50, 99, 149, BEST_FEW), (99, 50, 149, BEST_FEW), (75, 75, 150, BEST_FEW),
    (75, 99, 174, BEST_FEW), (99, 75, 174, BEST_FEW), (99, 99, 198, BEST_FEW),
    (25, 100, 124, IN), (100, 100, 198, BEST_FEW),                       # 100 counts as 99 (R2)
    (37, 37.9, 74.9, ABOVE), (37, 38, 75, IN), (58, 67, 125, BEST_FEW), (58, 66.9, 124.9, IN), (0, 99, 99, IN), (0, 0, 0, ABOVE),
])
def test_the_score_is_fund_plus_competition_on_the_whole_grid(fund, competition, points, placement):
    one = placed(fund, competition)
    assert (one.score[0], one.score_placement[0]) == (pytest.approx(points), placement)


def test_without_one_of_the_two_rates_there_is_no_score():
    half, unknown = np.array([0.5]), np.array([np.nan])
    assert np.isnan([score(half, unknown), score(unknown, half)]).all()
    assert score_placement(np.array([np.nan])).tolist() == [NONE]


@pytest.mark.parametrize(("as_of", "close", "placement"), [
    ("2026-03-15", "2026-03-15", BEST_FEW), ("2026-03-15", "2026-06-15", BEST_FEW),      # within three months, the third included
    ("2026-03-15", "2026-06-16", IN), ("2026-03-15", "2026-09-14", IN),
    ("2026-03-15", "2026-09-15", ABOVE), ("2026-03-15", "2030-01-01", ABOVE),            # six months or more
    ("2026-11-30", "2027-02-28", BEST_FEW), ("2026-11-30", "2027-03-01", IN),            # February has no 30th
    ("2026-08-31", "2027-02-27", IN), ("2026-08-31", "2027-02-28", ABOVE),
    ("2026-03-15", "2026-03-14", NONE), ("2026-03-15", "NaT", NONE),
])
def test_the_horizon_counts_calendar_months_from_the_as_of_date(as_of, close, placement):
    assert horizon(np.array([close], "datetime64[s]"), dt.date.fromisoformat(as_of)).tolist() == [placement]


@pytest.mark.parametrize(("as_of", "close", "months"), [
    ("2026-03-31", "2026-10-31", 7), ("2026-03-31", "2026-10-30", 6), ("2026-03-15", "2026-04-14", 0), ("2026-03-15", "2026-04-15", 1),
    ("2026-03-15", "2026-03-15", 0), ("2026-03-15", "2026-02-15", -1), ("2026-03-15", "2026-02-16", 0),
    ("2026-08-31", "2027-02-28", 6), ("2026-08-31", "2027-02-27", 5), ("2026-03-31", "2026-09-30", 6),     # last days
])
def test_the_months_shown_beside_the_date_are_whole_calendar_months(as_of, close, months):
    assert months_until(np.array([close], "datetime64[s]"), dt.date.fromisoformat(as_of)).tolist() == [months]


@pytest.mark.parametrize(("deal", "adopted", "basis", "agree"), [
    ({"fund": 75, "competition": 75, "close": SOON}, BEST_FEW, "score+date", "yes"),
    ({"fund": 75, "competition": 75, "close": LATE}, ABOVE, "score+date", "no"),              # the less advanced is adopted
    ({"fund": 25, "competition": 25, "close": SOON}, ABOVE, "score+date", "no"),
    ({"fund": 25, "competition": 99, "close": SOON}, IN, "score+date", "no"),
    ({"fund": 75, "competition": 75, "close": SPRING}, IN, "score+date", "no"),
    ({"fund": 50, "competition": 75}, BEST_FEW, "score", ""),                              # no date, but money is asked for
    ({"fund": 25, "competition": 99}, ABOVE, "score+date", "no"),                          # no date and no request: a wish
    ({"fund": 25}, ABOVE, "date", ""),
    ({"fund": 99, "competition": 99, "future": True}, ABOVE, "score+date", "no"),             # 未來預算
    ({"future": True, "stage": BEST_FEW}, ABOVE, "date", ""),
    ({"close": SOON, "stage": ABOVE}, ABOVE, "date", ""), ({"close": SOON, "stage": BEST_FEW}, BEST_FEW, "date", ""),
    ({"close": LATE, "stage": BEST_FEW}, ABOVE, "date", ""),
    ({"close": SOON}, IN, "date", ""),                                                  # a date alone makes no Best Few
    ({"close": LATE}, ABOVE, "date", ""),
    ({"stage": BEST_FEW}, BEST_FEW, "stage", ""), ({"stage": ABOVE}, ABOVE, "stage", ""),
    ({"fund": 99, "competition": 99, "stage": ABOVE}, BEST_FEW, "score", ""),                 # the score stands above the stage
    ({}, NONE, "", ""),
])
def test_the_adopted_placement_is_the_less_advanced_and_says_what_it_rests_on(deal, adopted, basis, agree):
    one = placed(**deal)
    assert (one.adopted[0], one.basis[0], one.agree[0]) == (adopted, basis, agree)


@pytest.mark.parametrize(("deal", "adopted"), [
    ({"fund": 99, "competition": 99}, IN), ({"fund": 25, "competition": 25}, ABOVE),
    ({"stage": BEST_FEW}, IN), ({"stage": ABOVE}, ABOVE), ({}, NONE),
])
def test_a_past_close_date_gives_no_horizon_and_at_most_in_and_is_marked(deal, adopted):
    one = placed(**deal, close="2026-03-30")
    assert (one.adopted[0], one.horizon[0], bool(one.overdue[0]), one.agree[0]) == (adopted, NONE, True, "")
    assert not placed(**deal, close="2026-03-31").overdue[0]


@pytest.mark.parametrize(("deal", "work"), [
    ({"fund": 99, "competition": 99, "close": LATE}, "close"),        # the date sets timing only
    ({"fund": 50, "competition": 50, "close": SOON}, "cover"), ({"fund": 25, "competition": 25, "close": SOON}, "qualify"),
    ({"close": LATE, "stage": BEST_FEW}, "qualify"), ({"stage": IN}, "cover"), ({}, ""),
])
def test_the_kind_of_work_follows_the_score_else_the_adopted_placement(deal, work):
    assert placed(**deal).work[0] == work


def test_a_closed_deal_stands_nowhere():
    one = placed(99, 99, "2026-03-01", stage=BEST_FEW, is_open=False)
    assert (one.adopted[0], one.basis[0], one.work[0], bool(one.overdue[0])) == (NONE, "", "", False)
    assert np.isnan(one.score[0]) and np.isnan(one.horizon_months[0])


RATES = st.one_of(st.just(float("nan")), st.integers(0, 100).map(float))
DAYS = st.one_of(st.just("NaT"), st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)).map(str))


@given(RATES, RATES, st.integers(0, 100), DAYS, st.booleans(), st.sampled_from([NONE, ABOVE, IN, BEST_FEW]))
def test_a_better_fund_rate_never_makes_a_scored_deal_less_advanced(fund, competition, more, close, future, stage):
    before = placed(fund, competition, close, future=future, stage=stage)
    after = placed(min(fund + more, 100), competition, close, future=future, stage=stage)
    if not np.isnan(fund + competition):
        assert after.score_placement[0] >= before.score_placement[0] and after.adopted[0] >= before.adopted[0]


@given(RATES, RATES, DAYS, st.booleans(), st.sampled_from([NONE, ABOVE, IN, BEST_FEW]))
def test_the_adopted_placement_is_never_more_advanced_than_the_score_or_the_date(fund, competition, close, future, stage):
    one = placed(fund, competition, close, future=future, stage=stage)
    for witness in (one.score_placement[0], one.horizon[0]):
        assert witness == NONE or one.adopted[0] <= witness
    assert not (one.overdue[0] and one.adopted[0] == BEST_FEW)


def test_the_deals_of_a_sheet_are_placed_by_what_stands_in_it():
    rows = [["Account", "Stage", "Fund rate", "Competition rate", "Expected close"],
            ["A", "Negotiation", 75, 75, "2026-05-31"], ["B", "Negotiation", 75, 75, "2026-10-31"],
            ["C", "Negotiation", 50, 50, "未來預算"], ["D", "Negotiation", None, None, "2026-02-01"],
            ["E", "Won", 75, 75, "2026-02-01"]]
    computed = answers_of(plain_sheet(rows), stages=None).computed
    assert computed["placement"].tolist() == [BEST_FEW, ABOVE, ABOVE, IN, NONE]
    assert computed["overdue"].tolist() == [False, False, False, True, False]
