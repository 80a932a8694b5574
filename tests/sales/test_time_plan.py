"""Time allocation: hours and accounts by preset, against what each owner has (spec item 38, F17)."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_xl.sales.answers import Answers
from funnel_xl.sales.placement import ABOVE, BEST_FEW, IN
from funnel_xl.sales.settings import Settings
from funnel_xl.sales.time_plan import PRESETS, TimePlan, allocation, chosen_preset, shared_out, time_plan
from tests.sales.tables import answers_of, book

HEADER = ["id", "account", "name", "owner", "stage", "amount", "fund", "competition", "close date"]
SOON, LATER, FAR = "2026-05-15", "2026-08-15", "2027-03-31"  # within 3 months of 2026-03-31, in the fifth, in a year
# fund and competition in points: 75 + 75 Best Few, 75 + 50 Best Few, 50 + 50 In, 25 + 25 Above
DEALS = [
    ["D-1", "Riverside", None, "Anna", "Lead", 100, 75, 75, SOON],  # Best Few
    ["D-2", "Riverside", None, "Anna", "Lead", 100, 50, 50, SOON],  # In: the same account, counted once, as Best Few
    ["D-3", "riverside ", None, "anna", "Lead", 100, 25, 25, FAR],  # Above: the same account and owner in other spellings
    ["D-4", "Harbour", None, "Anna", "Lead", 100, 50, 50, LATER],  # In
    ["D-5", None, "Clinic project", "Anna", "Lead", 100, 25, 25, FAR],  # Above, by its name
    ["D-6", None, None, "Anna", "Lead", 100, 25, 25, FAR],  # Above, an account of its own
    ["D-7", None, None, "Bo", "Lead", 100, 25, 25, FAR],
    ["D-8", "Harbour", None, "Bo", "Won", 100, 99, 99, SOON],  # closed: not counted
]
STAGES = [["stage", "kind", "probability"], ["Lead", "open", 0.2], ["Won", "won", 1], ["Lost", "lost", 0]]


def team(**given: object) -> Answers:
    return answers_of(book({"Deals": [HEADER, *DEALS], "Stages": STAGES}), given=given)


@pytest.mark.parametrize(("book_size", "preset", "accounts"), [
    (30, "closing", (6, 6, 18)),
    (30, "building", (21, 3, 6)),
    (30, "balanced", (12, 6, 12)),
    (27, "building", (19, 3, 5)),   # 18.9, 2.7, 5.4: the 19 of the source is a book of 27
    (27, "closing", (5, 6, 16)),    # 5.4, 5.4, 16.2: of equal remainders the more advanced placement, In, takes the last account
    (0, "closing", (0, 0, 0)),
    (1, "balanced", (0, 0, 1)),     # 0.4, 0.2, 0.4: a tie, Best Few takes it
])
def test_a_book_is_shared_out_by_largest_remainder(book_size, preset, accounts):
    assert shared_out(book_size, PRESETS[preset]) == accounts


@given(st.integers(0, 5000), st.sampled_from(sorted(PRESETS)))
def test_accounts_add_up_to_the_book_and_stay_within_one_of_their_share(size, preset):
    accounts = shared_out(size, PRESETS[preset])
    assert sum(accounts) == size
    assert all(abs(count - size * points / 100) < 1 for count, points in zip(accounts, PRESETS[preset], strict=True))


def test_hours_are_the_weeks_hours_by_share():
    way = allocation("building", Settings(hours=50, accounts=27))
    assert way.hours == (35, 5, 10) and way.accounts == (19, 3, 5) and way.shares == (0.7, 0.1, 0.2)
    assert sum(way.shares) == pytest.approx(1)


@pytest.mark.parametrize(("text", "preset"), [
    ("closing", "closing"), ("Building", "building"), ("开拓型", "building"), ("開拓型", "building"), ("均衡型", "balanced"),
    ("成交优先", "closing"), ("", ""), ("fast", "")])
def test_a_preset_is_named_in_three_languages(text, preset):
    assert chosen_preset(text) == preset


def test_each_account_counts_once_under_its_most_advanced_deal():
    plan = time_plan(team())
    anna, bo = plan.owners
    assert (anna.owner, anna.accounts, anna.unplaced) == ("Anna", (2, 1, 1), 0)    # two nameless; Harbour; Riverside
    assert (bo.owner, bo.accounts) == ("Bo", (1, 0, 0))
    assert plan.unnamed == 2        # D-6 and D-7 name neither account nor deal


def test_the_gap_is_what_there_is_less_the_plan_and_hours_are_those_of_each_account():
    anna = time_plan(team(time_preset="closing")).owners[0]
    assert anna.gap == (2 - 6, 1 - 6, 1 - 18)
    assert anna.hours_each == (8 / 2, 8 / 1, 24 / 1)    # 20, 20 and 60 % of 40 hours
    assert math.isnan(time_plan(team()).owners[1].hours_each[IN])       # Bo has nobody there


def test_the_chosen_way_is_the_settings_own_and_balanced_where_it_names_none():
    assert time_plan(team(time_preset="building")).chosen.preset == "building"
    assert time_plan(team()).chosen.preset == "balanced" and time_plan(team()).unknown_preset == ""
    unknown: TimePlan = time_plan(team(time_preset="fast"))
    assert (unknown.chosen.preset, unknown.unknown_preset) == ("balanced", "fast")
    assert [way.preset for way in unknown.ways] == ["closing", "building", "balanced"]


def test_without_open_deals_nobody_has_a_book():
    none = answers_of(book({"Deals": [HEADER, DEALS[-1]], "Stages": STAGES}))
    assert time_plan(none).owners == () and time_plan(none).unnamed == 0


def test_the_shares_stand_in_the_order_of_placements():
    assert (ABOVE, IN, BEST_FEW) == (0, 1, 2) and PRESETS["closing"][BEST_FEW] == 60
