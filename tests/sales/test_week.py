"""Which week is planned, and its days. 2026-03-16 is a Monday."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_xl.sales.week import holiday_names, planned_week
from funnel_xl.sales.workdays import Workdays
from tests.sales.tables import book, deals_of

MONDAY = dt.date(2026, 3, 16)


def day(number: int) -> dt.date:
    return dt.date(2026, 3, number)


@pytest.mark.parametrize(("as_of", "monday"), [(16, 16), (17, 16), (18, 16), (19, 16), (20, 23), (21, 23), (22, 23), (23, 23)])
def test_from_friday_on_the_coming_week_is_planned(as_of, monday):
    week = planned_week(day(as_of), Workdays())
    assert (week.monday, week.meeting, week.last) == (day(monday), day(monday), day(monday + 6))
    assert [each.date for each in week.days] == [day(monday + at) for at in range(5)]


def test_the_review_is_on_the_first_working_day():
    week = planned_week(day(16), Workdays(off=frozenset({day(16), day(17)})), {day(16): "Company outing"})
    assert week.meeting == day(18)
    assert [(each.works, each.holiday) for each in week.days[:3]] == [(False, "Company outing"), (False, ""), (True, "")]


def test_a_saturday_that_is_worked_is_part_of_the_week():
    week = planned_week(day(16), Workdays(makeup=frozenset({day(21)})))
    assert [each.date.day for each in week.days] == [16, 17, 18, 19, 20, 21] and week.days[-1].works


def test_a_week_that_is_off_gives_way_to_the_next():
    golden = frozenset(day(16 + at) for at in range(5))
    assert planned_week(day(16), Workdays(off=golden)).monday == day(23)
    # Thursday, and nothing is worked any more in this week
    assert planned_week(day(19), Workdays(off=frozenset({day(19), day(20)}))).monday == day(23)


def test_the_golden_week_of_2025_is_not_planned():
    week = planned_week(dt.date(2025, 9, 30), Workdays(country="CN"))      # a Tuesday, the last working day before 1 to 8 October
    assert (week.monday, week.meeting) == (dt.date(2025, 9, 29), dt.date(2025, 9, 29))
    following = planned_week(dt.date(2025, 10, 3), Workdays(country="CN"))  # a Friday: the coming week begins on Thursday
    assert (following.monday, following.meeting) == (dt.date(2025, 10, 6), dt.date(2025, 10, 9))
    assert [each.date.day for each in following.days if each.works] == [9, 10, 11]


def test_a_calendar_without_a_working_day_ends_the_search():
    off = frozenset(MONDAY + dt.timedelta(days=at) for at in range(400))
    assert not any(each.works for each in planned_week(MONDAY, Workdays(off=off)).days)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)))
def test_the_planned_week_has_a_working_day_from_the_as_of_date_on(as_of):
    week = planned_week(as_of, Workdays())
    assert week.monday.weekday() == 0 and any(each.works and each.date >= as_of for each in week.days)
    assert dt.timedelta(-3) <= week.monday - as_of <= dt.timedelta(3)


def test_the_teams_own_names_of_holidays_are_known():
    deals = deals_of(book({"Deals": [["id", "account", "amount"], ["D-1", "Riverside", 5]],
                           "Holidays": [["date", "name", "working"], ["2026-03-17", "Founder's day", "no"], [None, "?", None]]}))
    assert holiday_names(deals.companions.table("Holidays")) == {dt.date(2026, 3, 17): "Founder's day"}
