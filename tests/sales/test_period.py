"""Spans of whole months: how long they are, and what comes after."""

import datetime as dt

import pytest

from funnel_xl.sales.period import following, quota_period, read_period

AS_OF = dt.date(2026, 3, 31)


@pytest.mark.parametrize(("name", "first_month", "months", "days", "after"), [
    ("2026-02", 1, 1, 28, "2026-03"), ("2026-12", 4, 1, 31, "2027-01"), ("2026-Q4", 1, 3, 92, "2027-Q1"),
    ("2026-Q3", 4, 3, 92, "2026-Q4"),       # October to December of a year that begins in April
    ("2026-Q4", 4, 3, 90, "2027-Q1"),       # January to March 2027
    ("2026-H1", 1, 6, 181, "2026-H2"), ("2026-H2", 4, 6, 182, "2027-H1"), ("2026", 1, 12, 365, "2027"), ("2027", 4, 12, 366, "2028"),
])
def test_a_period_has_its_length_and_one_that_follows(name, first_month, months, days, after):
    period = read_period(name, AS_OF, first_month)
    assert (period.name, period.months, period.days) == (name, months, days)
    later = following(period, first_month)
    assert later == read_period(after, AS_OF, first_month)
    assert later.first == period.last + 1


def test_a_quota_without_a_period_is_for_the_quarter_of_the_day():
    assert quota_period("", AS_OF, 1).name == "2026-Q1"
    assert quota_period("", AS_OF, 4).name == "2025-Q4"
    assert quota_period("2026", AS_OF, 1).months == 12
