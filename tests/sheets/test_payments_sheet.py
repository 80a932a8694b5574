"""What the sheet Payments says, of the book whose numbers are worked by hand in tests/sales/test_payments.py."""

import datetime as dt

import pytest

from funnel_xl.sales.answers import Answers
from funnel_xl.sheets.describe import Beside, Figures, Sheet, Table, Text
from funnel_xl.sheets.payments import AFTER, BEFORE, CALLS, DEALS, WIDTHS, payments_sheet
from funnel_xl.wording import LANGUAGES
from tests.sales.tables import answers_of, book
from tests.sales.test_payments import DEALS as HEADINGS
from tests.sales.test_payments import HEADER, ROWS, STAGES, WON, team
from tests.sheets.said import said


def tables(sheet: Sheet) -> dict[str, Table]:
    return {block.name: block for block in sheet.blocks if isinstance(block, Table)}


def lines(table: Table) -> list[list]:
    return [list(row) for row in zip(*(column.values for column in table.columns), strict=True)]


def totals(table: Table) -> list:
    return [column.total for column in table.columns]


def texts(sheet: Sheet) -> str:
    return "\n".join(block.text for block in sheet.blocks if isinstance(block, Text))


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return payments_sheet(team(ROWS), "en")


def test_the_tiles_say_what_is_due_received_and_overdue(sheet):
    figures = next(block for block in sheet.blocks if isinstance(block, Figures)).figures
    assert {each.label: each.value for each in figures} == {
        "Due so far": 1100, "Received": 560, "Outstanding": 800, "Overdue": 300, "Not yet billed": 140,      # 100 - 50 + 90
        "Won without a plan": 1, "Days after due date": 7.5, "Days from won to paid": 35.5}
    assert figures[3].note == "1 payments, the oldest 31 days"


def test_the_months_add_up_to_the_total(sheet):
    table = tables(sheet)["PaymentsMonths"]
    assert lines(table) == [["2026-01", 300, 0, 0, 0], ["2026-02", 400, 400, 300, 300], ["2026-03", 400, 160, 250, 0],
                            ["2026-04", 200, 0, 200, 0], ["No date", 50, 0, 50, 0]]
    assert totals(table) == ["Total", 1350, 560, 800, 300]


def test_months_far_away_are_told_together():
    due = [dt.date(2023 + month // 12, month % 12 + 1, 5) for month in range(72)]      # 2023 to 2028, one payment a month
    table = tables(payments_sheet(team([["D-1", str(day), 10, 4, None] for day in due]), "en"))["PaymentsMonths"]
    assert [line[0] for line in lines(table)] == ["Earlier", "2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03",
                                                  "2026-04", "2026-05", "2026-06", "Later"]
    assert len(lines(table)) == BEFORE + AFTER + 3 and sum(line[1] for line in lines(table)) == totals(table)[1] == 720


def test_what_is_outstanding_by_age(sheet):
    assert [line[1:3] for line in lines(tables(sheet)["PaymentsAges"])] == [[1, 50], [2, 450], [0, 0], [1, 300], [0, 0], [0, 0]]


def test_whom_to_call_is_named(sheet):
    table = tables(sheet)["PaymentsOverdue"]
    assert [[str(cell) for cell in line] for line in lines(table)] == [["Acme", "Anna", "None", "2026-02-28", "31.0", "300.0"]]


def test_each_deals_account_and_the_deals_without_one(sheet):
    table = tables(sheet)["PaymentsDeals"]
    assert lines(table) == [["Acme", "Won", 1000, 900, 400, 500, 300, 100], ["Bolt", "Won", 400, 450, 160, 300, 0, -50]]
    assert totals(table)[2:] == [1400, 1350, 560, 800, 300, 50]
    bare = tables(sheet)["PaymentsUnplanned"]
    assert [line[0] for line in lines(bare)] == ["Cord"] and totals(bare)[-1] == 90


def test_long_lists_end_with_the_rest_in_one_line():
    won = [[f"D-{n}", f"Customer {n:03}", "Bo", "Won", 100, "2026-01-10"] for n in range(200)]
    answers = team([[f"D-{n}", "2026-03-01", n + 1, None, None] for n in range(100)], won)
    found = tables(payments_sheet(answers, "en"))
    overdue, deals, bare = (found[f"Payments{name}"] for name in ("Overdue", "Deals", "Unplanned"))
    assert (overdue.rows, deals.rows, bare.rows) == (CALLS + 1, DEALS + 1, DEALS + 1)
    assert lines(overdue)[0][-1] == 100 and lines(overdue)[-1][0] == "70 more" and lines(overdue)[-1][-1] == sum(range(1, 71))
    assert totals(overdue)[-1] == 5050 and lines(deals)[-1][0] == "60 more deals" and lines(bare)[-1][-1] == 60 * 100


def test_a_deal_that_is_not_won_is_marked():
    stage = tables(payments_sheet(team([["D-4", "2026-03-01", 70, None, None]]), "en"))["PaymentsDeals"].columns[1]
    assert stage.values == ["Offer"] and stage.marks == (("Offer", "watch"),)


def test_what_the_sums_rest_on_is_said(sheet):
    assert "Received beyond what is due: 10 in all." in texts(sheet) and "1 receipts have no date" in texts(sheet)
    more = texts(payments_sheet(team([["D-9", "2026-03-01", 5, None, None], ["D-1", "2026-03-01", None, None, None]]), "en"))
    assert "1 rows name no deal of the list (5)" in more and "1 rows without an amount due" in more


def test_without_payments_the_sheet_says_which_table_to_add():
    bare = answers_of(book({"Deals": HEADINGS + WON, "Stages": STAGES}))
    assert "no table Payments. Add one with the columns Deal, Due, Amount due, Received, Received on" in texts(payments_sheet(bare, "en"))


def _book(rows: list, deals: list) -> Answers:
    return answers_of(book({"Deals": HEADINGS + deals, "Stages": STAGES, "Payments": [HEADER, *rows]}))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rows", [[], ROWS[:1], ROWS, [["D-1", None, None, None, None]], [["D-9", None, 5, 5, None]]])
@pytest.mark.parametrize("deals", [[], WON[:1], WON, [["D-1", "Acme", "Anna", "Lost", None, None]]])
def test_the_sheet_comes_whatever_is_known(language, rows, deals):
    sheet = payments_sheet(_book(rows, deals), language)
    assert said(sheet)
    for table in tables(sheet).values():
        assert {len(column.values) for column in table.columns} == {table.rows}
        assert sum(column.span for column in table.columns) <= len(WIDTHS)
    assert not any(not chart.categories for block in sheet.blocks if isinstance(block, Beside) for chart in block.charts)
