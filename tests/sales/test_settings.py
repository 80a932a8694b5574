"""What a team decides for itself: its Settings, its quotas and their periods, its working days."""

import datetime as dt

import numpy as np
import pytest

from funnel_xl.errors import OutOfRange
from funnel_xl.sales.answers import Answers
from funnel_xl.sales.period import quarter_of, read_period
from funnel_xl.sales.settings import Settings, with_values
from funnel_xl.sales.workdays import workdays_of
from funnel_xl.wording import LANGUAGES, sentence
from tests.sales.tables import AS_OF, answers_of, book, those

DEALS = [["Account", "Stage", "Amount", "Close date"], ["A", "Proposal", 100, "2026-03-31"], ["B", "Won", 50, "2026-02-01"],
         ["C", "Proposal", 10, "2026-05-01"], ["D", "Won", 7, "2025-12-31"]]
STAGES = [["stage", "kind", "probability"], ["Proposal", "open", 0.5], ["Won", "won", None]]


def team(*, settings: list | None = None, quotas: list | None = None, **asked: object) -> Answers:
    sheets = {"Deals": DEALS, "Stages": STAGES}
    if settings:
        sheets["Settings"] = [["setting", "value"], *settings]
    if quotas:
        sheets["Quotas"] = [["owner", "period", "measure", "value"], *quotas]
    return answers_of(book(sheets), **asked)


@pytest.mark.parametrize(("text", "first_month", "name", "first", "last"), [
    ("2026", 1, "2026", "2026-01-01", "2026-12-31"), ("FY2026", 4, "2026", "2026-04-01", "2027-03-31"),
    ("2026年度", 1, "2026", "2026-01-01", "2026-12-31"),
    ("2026-Q1", 1, "2026-Q1", "2026-01-01", "2026-03-31"), ("2026Q1", 1, "2026-Q1", "2026-01-01", "2026-03-31"),
    ("q4 2026", 1, "2026-Q4", "2026-10-01", "2026-12-31"), ("2026/Q4", 4, "2026-Q4", "2027-01-01", "2027-03-31"),
    ("2026年第二季度", 1, "2026-Q2", "2026-04-01", "2026-06-30"), ("Q2", 1, "2026-Q2", "2026-04-01", "2026-06-30"),
    ("2026-H1", 1, "2026-H1", "2026-01-01", "2026-06-30"), ("2026年下半年", 1, "2026-H2", "2026-07-01", "2026-12-31"),
    ("2026-02", 1, "2026-02", "2026-02-01", "2026-02-28"), ("2028/2", 7, "2028-02", "2028-02-01", "2028-02-29"),
    ("2026年3月", 1, "2026-03", "2026-03-01", "2026-03-31"), ("March 2026", 1, "2026-03", "2026-03-01", "2026-03-31"),
    ("2026-03-01", 1, "2026-03", "2026-03-01", "2026-03-31"),
])
def test_a_period_is_read_as_teams_write_it(text, first_month, name, first, last):
    period = read_period(text, AS_OF, first_month)
    assert (period.name, str(period.first), str(period.last)) == (name, first, last)


@pytest.mark.parametrize("text", [
    "", "foo", "2026-13", "2026-Q5", "20267", "202603", "03", "next year", "0000", "2026-Q", "2026 2027", "Q", "2026-00",
])
def test_what_is_no_period_is_none(text):
    assert read_period(text, AS_OF) is None


@pytest.mark.parametrize(("day", "first_month", "name", "first"), [
    ("2026-03-31", 1, "2026-Q1", "2026-01-01"), ("2026-04-01", 1, "2026-Q2", "2026-04-01"), ("2026-02-01", 4, "2025-Q4", "2026-01-01"),
    ("2026-04-01", 4, "2026-Q1", "2026-04-01"), ("2026-12-31", 12, "2026-Q1", "2026-12-01"), ("2026-01-15", 12, "2025-Q1", "2025-12-01"),
])
def test_the_current_quarter_is_that_of_the_fiscal_year(day, first_month, name, first):
    quarter = quarter_of(dt.date.fromisoformat(day), first_month)
    assert (quarter.name, str(quarter.first)) == (name, first)


def test_coverage_is_what_is_due_over_what_is_still_to_win():
    summary = team(settings=[["quota", 90]]).summary                    # 2026-Q1: 50 won, 100 open at a half
    assert (summary.quota, summary.quota_period, summary.quota_won) == (90, "2026-Q1", 50)
    assert summary.coverage == pytest.approx(100 / 40) and summary.forecast_coverage == pytest.approx((50 + 50) / 90)


def test_a_quota_that_is_won_already_has_no_coverage():
    assert np.isnan(team(settings=[["quota", 50]]).summary.coverage)


def test_without_a_quota_there_is_no_coverage():
    summary = team().summary
    assert np.isnan([summary.quota, summary.coverage, summary.forecast_coverage]).all() and summary.quota_period == ""


def test_the_quotas_of_all_owners_and_of_this_quarter_make_the_teams():
    quotas = [["Ann", "2026-Q1", "money", 200], ["Bob", "2026Q1", "金額", 100], ["Ann", "2026-Q2", "money", 500],
              ["Ann", "2026-03", None, 60], ["Ann", "2026-Q1", "deals", 9]]
    summary = team(quotas=quotas).summary
    assert (summary.quota, summary.quota_period) == (300, "2026-Q1")


def test_where_no_quota_is_for_this_quarter_the_shortest_around_the_day_counts():
    assert team(quotas=[["Ann", "2026", None, 900], ["Ann", "2026-H1", None, 400], ["Ann", "2026-Q3", None, 1]]).summary.quota == 400
    assert np.isnan(team(quotas=[["Ann", "2025-Q4", None, 900]]).summary.quota)


def test_the_settings_period_chooses_the_quota_however_it_is_spelt():
    summary = team(settings=[["quota_period", "Q2 2026"]], quotas=[["Ann", "2026-Q1", None, 1], ["Ann", "2026-Q2", None, 5]]).summary
    assert (summary.quota, summary.quota_period) == (5, "2026-Q2")


def test_a_quota_in_the_settings_stands_above_the_table_and_a_given_one_above_both():
    assert team(settings=[["quota", "1.5k"]], quotas=[["Ann", "2026-Q1", None, 1]]).summary.quota == 1500
    assert team(settings=[["quota", 5]], given={"quota": "2M", "quota_period": "2026"}).summary.quota == 2_000_000


def test_a_quota_for_no_period_is_found_with_its_cell_and_not_used():
    answers = team(quotas=[["Ann", "2026-Q1", None, 5], ["Ann", "some day", None, 7]])
    assert [(each.where, each.value) for each in those(answers, "quota.period_unread")] == [("Quotas!B3", "some day")]
    assert answers.summary.quota == 5


@pytest.mark.parametrize(("settings", "says"), [
    ([["quota", "lots"]], "Settings: the setting quota takes a number, not “lots”"),
    ([["fiscal_first_month", "April"]], "takes a number"), ([["fiscal_first_month", 13]], "between 1 and 12, not at 13"),
    ([["probability_gap", 25]], "between 0 and 1"), ([["quota_period", "soon"], ["quota", 5]], "“soon” is no period"),
    ([["holidays", "Mars"]], "no holiday list for “Mars”"),
])
def test_a_setting_that_makes_no_sense_is_refused_in_three_languages(settings, says):
    with pytest.raises(OutOfRange) as raised:
        team(settings=settings)
    assert says in str(raised.value) and all(sentence(raised.value, language) for language in LANGUAGES)


def test_settings_that_are_empty_or_not_ours_are_left_alone():
    assert team(settings=[["quota", None], ["gate", "  "], ["favourite colour", "blue"]]).settings.gate == 6


@pytest.mark.parametrize(("name", "field"), [("業績目標", "quota"), ("配额", "quota"), ("Quota", "quota")])
def test_settings_are_named_in_three_languages(name, field):
    assert getattr(team(settings=[[name, 77]]).settings, field) == 77


def test_whole_numbers_stay_whole():
    assert with_values(Settings(), {"weekly_days": 5.0}, "Settings").weekly_days == 5


def days(begin: str, end: str, country: str = "", off: tuple = (), makeup: tuple = ()) -> float:
    calendar = workdays_of(country, {dt.date.fromisoformat(day) for day in off}, {dt.date.fromisoformat(day) for day in makeup})
    return calendar.count(np.array([begin], "datetime64[s]"), np.array([end], "datetime64[s]"))[0]


@pytest.mark.parametrize(("begin", "end", "count"), [
    ("2026-03-02", "2026-03-03", 1), ("2026-03-06", "2026-03-09", 1), ("2026-03-06", "2026-03-08", 0), ("2026-03-02", "2026-03-02", 0),
    ("2026-03-03", "2026-03-02", 0), ("2026-03-02", "2026-03-16", 10), ("2026-03-02 09:00", "2026-03-03 08:00", 1),
])
def test_working_days_are_counted_after_the_first_up_to_the_last(begin, end, count):
    assert days(begin, end) == count


def test_a_missing_day_gives_no_count():
    assert np.isnan(days("NaT", "2026-03-02")) and np.isnan(days("2026-03-02", "NaT"))


def test_a_countrys_holidays_are_not_worked():
    """28 February 2026 is Taiwan's Peace Memorial Day, a Saturday, so Friday 27 is off; 1 October 2026 is China's National Day."""
    assert days("2026-02-26", "2026-03-02", "TW") == 1 and days("2026-02-26", "2026-03-02") == 2
    assert days("2026-09-30", "2026-10-01", "CN") == 0


def test_chinas_make_up_weekends_are_worked():
    """Sunday 26 January 2025 was worked for the Spring Festival (State Council, 12 November 2024)."""
    assert days("2025-01-24", "2025-01-26", "CN") == 1 and days("2025-01-24", "2025-01-26") == 0


def test_the_teams_own_days_stand_above_the_countrys():
    assert days("2026-09-30", "2026-10-01", "CN", makeup=("2026-10-01",)) == 1
    assert days("2026-03-02", "2026-03-03", "TW", off=("2026-03-03",)) == 0


def test_a_year_without_a_list_is_known():
    assert workdays_of("TW", set(), set()).years_without_list(range(1900, 1902)) == [1900, 1901]
    assert workdays_of("", set(), set()).years_without_list(range(1900, 1902)) == []


@pytest.mark.parametrize("name", ["Average order", "平均每单金额", "平均每單金額"])
def test_the_average_order_of_a_plain_settings_sheet_is_no_total(name):
    sheets = {"Deals": DEALS, "Stages": STAGES, "Settings": [["setting", "value"], [name, 400], ["quota", 900]]}
    settings = answers_of(book(sheets, tables=False)).settings
    assert (settings.average_order, settings.quota) == (400, 900)
