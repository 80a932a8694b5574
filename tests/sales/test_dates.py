"""Dates as teams in three languages write them (spec F10, item 25, ruling R5): each reading by hand, what is not clear is asked."""

import datetime as dt

import numpy as np
import pytest

from funnel_xl.sales.grid import CellError
from tests.sales.tables import AS_OF, codes, column, deals_of, plain_sheet, those


def read(*cells: object, as_of: dt.date = AS_OF, heading: str = "Close date", **of_the_book: object):
    """(the dates as text, the codes of what was said) of a column; "" where no date was understood."""
    source = column(heading, *cells)
    if of_the_book:
        source = type(source)(**{**{name: getattr(source, name) for name in source.__dataclass_fields__}, **of_the_book})
    deals = deals_of(source, as_of)
    return ["" if np.isnat(day) else str(day)[:10] for day in deals.column("close_date")], codes(deals)


@pytest.mark.parametrize(("typed", "day"), [
    ("2026-03-15", "2026-03-15"), ("2026/3/5", "2026-03-05"), ("2026.3.15", "2026-03-15"), ("2026-03-15 14:30", "2026-03-15"),
    ("2026-03-15T14:30:00Z", "2026-03-15"), ("2026-03-15 14:30:12.819", "2026-03-15"),
    ("15/Apr/00'", "2000-04-15"), ("15-Apr-00", "2000-04-15"), ("15-Apr-68", "2068-04-15"), ("15-Apr-69", "1969-04-15"),
    ("15 April 2026", "2026-04-15"), ("March 15, 2026", "2026-03-15"),
    ("Mar 5th, 2026", "2026-03-05"), ("15.APR.2026", "2026-04-15"),
    ("2024年3月15日", "2024-03-15"), ("2024 年 3 月 15 日", "2024-03-15"), ("２０２４年３月１５日", "2024-03-15"),
    ("24年3月15號", "2024-03-15"),
])
def test_a_date_that_says_all_is_read_without_a_word(typed, day):
    assert read(typed) == ([day], [])


@pytest.mark.parametrize(("cell", "day"), [
    (dt.datetime(2026, 3, 15), "2026-03-15"), (dt.datetime(2026, 3, 15, 9, 30), "2026-03-15"), (dt.date(2026, 3, 15), "2026-03-15"),
])
def test_a_date_cell_is_its_date(cell, day):
    assert read(cell, "2026-01-01") == ([day, "2026-01-01"], [])


@pytest.mark.parametrize(("typed", "day"), [
    ("May/00'", "2000-05-31"), ("May/00", "2000-05-31"), ("Feb 2028", "2028-02-29"), ("February 2026", "2026-02-28"),
    ("2026-02", "2026-02-28"), ("2026年2月", "2026-02-28"), ("2026/11", "2026-11-30"),
])
def test_a_month_is_its_last_day_and_that_is_noted(typed, day):
    assert read(typed) == ([day], ["date.month"])


@pytest.mark.parametrize(("typed", "day"), [
    ("Q1", "2026-03-31"), ("Q3", "2026-09-30"), ("2024 Q3", "2024-09-30"), ("Q3/2024", "2024-09-30"), ("2024年Q3", "2024-09-30"),
    ("第四季度", "2026-12-31"), ("上半年", "2026-06-30"), ("下半年", "2026-12-31"), ("2024H1", "2024-06-30"), ("H2 2024", "2024-12-31"),
    ("2024年上半年", "2024-06-30"), ("113年上半年", "2024-06-30"), ("民國113年Q3", "2024-09-30"),
    ("月底", "2026-03-31"), ("本月", "2026-03-31"), ("end of month", "2026-03-31"), ("3月底", "2026-03-31"), ("2月", "2026-02-28"),
    ("5月中旬", "2026-05-20"), ("下月", "2026-04-30"), ("下個月底", "2026-04-30"), ("next month", "2026-04-30"),
    ("本季", "2026-03-31"), ("EOQ", "2026-03-31"), ("下一季", "2026-06-30"), ("next quarter", "2026-06-30"),
    ("年底", "2026-12-31"), ("今年", "2026-12-31"), ("end of year", "2026-12-31"), ("2027年底", "2027-12-31"), ("明年", "2027-12-31"),
])
def test_a_span_of_time_is_its_last_day_and_that_is_noted(typed, day):
    assert read(typed) == ([day], ["date.span"])         # as of 2026-03-31


def test_the_end_of_the_month_is_that_of_the_as_of_date():
    assert read("月底", "季末", as_of=dt.date(2028, 2, 3)) == (["2028-02-29", "2028-03-31"], ["date.span"])


@pytest.mark.parametrize(("typed", "day"), [
    ("民國113年3月15日", "2024-03-15"), ("中華民國113年3月15日", "2024-03-15"), ("113年3月15日", "2024-03-15"), ("113/3/15", "2024-03-15"),
    ("113-03-15", "2024-03-15"), ("113.3.15", "2024-03-15"), ("民國99年12月31日", "2010-12-31"), ("113年3月", "2024-03-31"),
])
def test_a_year_of_the_republic_counts_from_1912_and_that_is_noted(typed, day):
    assert read(typed) == ([day], ["date.roc"])


def test_seven_digits_are_a_date_of_the_republic_only_where_another_cell_proves_it():
    assert read("113/3/15", "1130401", 1130402) == (["2024-03-15", "2024-04-01", "2024-04-02"], ["date.roc"])
    assert read("1130401", "2026-03-15") == (["", "2026-03-15"], ["date.unread"])
    assert read(1130401, "2026-03-15") == (["", "2026-03-15"], ["date.unread"])


def test_a_column_of_the_republics_years_may_hold_days_without_a_year():
    assert read("113/3/15", "3/20", "4月1日") == (["2024-03-15", "2026-03-20", "2026-04-01"], ["date.roc", "date.no_year"])


def test_a_column_of_the_republics_years_may_hold_a_year_of_two_digits_and_a_foreign_date():
    days, said = read("113/3/15", "99/12/31", "3/15/2024")
    assert days == ["2024-03-15", "2010-12-31", "2024-03-15"]
    assert said == ["date.order_mdy", "date.roc"]


def test_no_date_is_ever_lost_without_a_word():
    days, said = read("113/3/15", "13/13/2024")
    assert days == ["2024-03-15", ""]
    assert "date.mixed" in said or "date.unread" in said


@pytest.mark.parametrize("typed", ["4月18日", "4/18", "18 Apr", "April 18th"])
def test_a_day_without_a_year_takes_the_year_of_the_as_of_date(typed):
    days, said = read(typed)
    assert (days, said) == (["2026-04-18"], ["date.no_year"])


def test_the_29th_of_february_in_a_year_without_one_is_asked_about():
    assert read("2月29日") == ([""], ["date.unread"])


@pytest.mark.parametrize("typed", ["未來預算", "明年預算", "未来预算", "TBD", "tbc", "Next year's budget"])
def test_an_open_date_is_no_date_but_a_wish(typed):
    deals = deals_of(column("Close date", typed))
    assert np.isnat(deals.column("close_date")[0]) and deals.table["future"].tolist() == [True]
    assert codes(deals) == ["date.future"]


@pytest.mark.parametrize(("cells", "days", "said"), [
    (["3/4/2026", "15/3/2026"], ["2026-04-03", "2026-03-15"], ["date.order_dmy"]),
    (["3/4/2026", "3/15/2026"], ["2026-03-04", "2026-03-15"], ["date.order_mdy"]),
    (["03.04.2026", "15.03.2026"], ["2026-04-03", "2026-03-15"], ["date.order_dmy"]),
    (["3-4-26", "15-3-26"], ["2026-04-03", "2026-03-15"], ["date.order_dmy"]),
    (["3/4/2026 9:05 PM", "3/15/2026 10:00"], ["2026-03-04", "2026-03-15"], ["date.order_mdy"]),
    (["15/3/26", "3/4"], ["2026-03-15", "2026-04-03"], ["date.order_dmy", "date.no_year"]),
    (["5/5/2026", "6/6/2026"], ["2026-05-05", "2026-06-06"], []),         # the same day in either order
    (["70/3/15", "99/4/20"], ["1970-03-15", "1999-04-20"], ["date.order_ymd"]),
])
def test_the_whole_column_decides_the_order_of_day_and_month(cells, days, said):
    assert read(*cells) == (days, said)


def test_the_note_on_the_order_names_the_cell_that_proves_it():
    deals = deals_of(column("Close date", "3/4/2026", "3/15/2026"))
    assert those(deals, "date.order_mdy")[0].details["date_example"] == "3/15/2026"


def test_a_column_that_does_not_show_its_order_is_one_finding_and_no_guess():
    deals = deals_of(column("Close date", "3/4/2026", "5/6/2026", "7/8/2026"))
    found = those(deals, "date.undecided")
    assert [(each.where, each.severity, each.column) for each in found] == [("Deals!B1", "error", "close_date")]
    assert np.isnat(deals.column("close_date")).all()


def test_a_column_that_contradicts_itself_is_one_finding_and_no_guess():
    assert read("15/3/2026", "3/15/2026", "1/2/2026") == (["", "", ""], ["date.mixed"])


def test_where_the_order_is_not_shown_a_clear_date_still_stands():
    assert read("3/4/2026", "5/6/2026", "2026-09-01", "7/7/2026") == (["", "", "2026-09-01", "2026-07-07"], ["date.undecided"])


def test_days_without_a_year_are_undecided_in_an_english_table_and_month_first_in_a_chinese_one():
    assert read("3/4", "5/6") == (["", ""], ["date.undecided"])
    rows = [["客戶名稱", "階段", "決案時間"], ["甲", "談判", "3/4"], ["乙", "談判", "5/6"]]
    assert [str(day)[:10] for day in deals_of(plain_sheet(rows)).column("close_date")] == ["2026-03-04", "2026-05-06"]


@pytest.mark.parametrize(("cell", "day"), [
    (45000, "2023-03-15"), (45000.75, "2023-03-15"), ("45000", "2023-03-15"), (20240315, "2024-03-15"), ("20240315", "2024-03-15"),
])
def test_a_number_is_a_day_of_excels_calendar_or_digits_and_that_is_noted(cell, day):
    days, said = read(cell)
    assert days == [day] and said[0] in ("date.serial", "date.digits")


def test_a_book_that_counts_from_1904_has_other_day_numbers():
    assert read(45000, date1904=True)[0] == ["2027-03-16"]       # 45000 + 1462 days: four years and a day later


@pytest.mark.parametrize("cell", [
    "soon", "2026-13-01", "2026-02-30", "30 Foo 2026", "三月", "0", -5, 0, 9e9, "13/13/13", True, "W12", "1/2/3/4",
])
def test_what_is_no_date_is_found_with_its_cell(cell):
    deals = deals_of(column("Close date", "2026-01-01", cell))
    found = [finding for finding in deals.findings if finding.code.startswith("date.")]
    assert len(found) == 1 and np.isnat(deals.column("close_date")[1])
    assert found[0].where in ("Deals!B3", "Deals!B1") and found[0].severity == "error"


def test_an_error_value_is_found_as_such():
    deals = deals_of(column("Close date", "2026-01-01", CellError("#N/A")))
    assert [(each.code, each.where, each.value) for each in deals.findings] == [("value.error", "Deals!B3", "#N/A")]


@pytest.mark.parametrize("blank", [None, "", "   ", "-", "—", "/"])
def test_an_empty_cell_is_no_date_and_no_finding(blank):
    assert read("2026-01-01", blank) == (["2026-01-01", ""], [])
