"""Amounts as teams in three languages write them (spec F9, item 25), and money in several currencies."""

import math

import pytest

from funnel_xl.sales.grid import CellError
from funnel_xl.sales.settings import Settings
from tests.sales.tables import answers_of, book, codes, column, deals_of, plain_sheet, those


def read(*cells: object, heading: str = "Amount"):
    """(the amounts, None where none was understood; the codes of what was said) of a column."""
    deals = deals_of(column(heading, *cells))
    return [None if math.isnan(value) else value for value in deals.column("amount").tolist()], codes(deals)


@pytest.mark.parametrize(("cell", "amount"), [
    (1200, 1200), (1200.5, 1200.5), ("1200", 1200), ("1,200", 1200), ("1,200.50", 1200.5), ("12,345,678", 12345678), (" 1 200 ", 1200),
    ("1 200 000", 1200000), ("1'200", 1200), ("1’200.5", 1200.5), ("1,00,000", 100000), ("12,34,567", 1234567), ("1,2345,6789", 123456789),
    ("１，２００", 1200), ("１２００", 1200), ("0", 0), ("0.125", 0.125), ("1234.567", 1234.567),
    ("-1,200", -1200), ("−1200", -1200), ("－１２００", -1200), ("1,200-", -1200), ("(1,200)", -1200), ("（1,200）", -1200),
    ("$ (1,200)", -1200), ("($1,200)", -1200), ("-$1,200", -1200), ("+1,200", 1200),
    ("NT$ 1,200", 1200), ("1,200 USD", 1200), ("€1,200.50", 1200.5), ("RM 300", 300), ("人民币 100", 100), ("￥100", 100),
])
def test_an_amount_is_read_without_a_word(cell, amount):
    assert read(cell) == ([amount], [])


@pytest.mark.parametrize(("typed", "amount"), [
    ("485K", 485000), ("485 k", 485000), ("1.2M", 1200000), ("$1.2 million", 1200000), ("1.5bn", 1500000000), ("1.234M", 1234000),
    ("50萬", 500000), ("50万", 500000), ("50 萬元", 500000), ("NT$ 50萬", 500000), ("５０万", 500000), ("3.5億", 350000000),
    ("3.5亿", 350000000), ("3百萬", 3000000), ("2 lakh", 200000), ("1 crore", 10000000), ("(485K)", -485000),
])
def test_a_unit_in_a_cell_is_applied_and_that_is_noted(typed, amount):
    amounts, said = read(typed)
    assert amounts == [pytest.approx(amount)] and said == ["money.unit_in_cell"]


@pytest.mark.parametrize(("heading", "factor"), [
    ("Amount (k)", 1e3), ("AMOUNT (K€)", 1e3), ("Amount [million]", 1e6), ("Amount ('000)", 1e3),
    ("预计成交金额(万元)", 1e4), ("預計成交金額（萬元）", 1e4), ("Amount (NT$ 萬)", 1e4),
])
def test_a_unit_in_the_heading_holds_for_every_cell_that_names_none(heading, factor):
    amounts, said = read(50, "60", "485K", heading=heading)
    assert amounts == [50 * factor, 60 * factor, 485000]
    assert sorted(said) == ["column.unit", "money.unit_in_cell"]


def test_a_heading_in_whole_money_changes_nothing_and_a_strange_one_is_said():
    assert read(50, 60, heading="金額(元)") == ([50, 60], [])
    assert read(50, 60, heading="Amount (est.)") == ([50, 60], ["column.unit_unknown"])


@pytest.mark.parametrize(("cells", "amounts", "said"), [
    (["1.234,50", "1.234"], [1234.5, 1234], ["money.decimal_comma"]),
    (["1.234.567", "1.234"], [1234567, 1234], ["money.decimal_comma"]),
    (["1 200,50", "7,5"], [1200.5, 7.5], ["money.decimal_comma"]),
    (["1.5", "1,234"], [1.5, 1234], []),
    (["1,234.50", "1.234"], [1234.5, 1.234], []),
])
def test_the_whole_column_decides_which_sign_parts_the_decimals(cells, amounts, said):
    assert read(*cells) == (amounts, said)


def test_where_nothing_shows_whether_a_point_parts_thousands_the_column_is_one_finding_and_no_guess():
    deals = deals_of(column("Amount", "1.234", "2.500", "300"))
    assert [math.isnan(value) for value in deals.column("amount")] == [True, True, False]
    found = those(deals, "money.undecided")
    assert [(each.where, each.severity, each.details["value_example"]) for each in found] == [("Deals!B1", "error", "1.234")]


def test_a_column_that_writes_decimals_both_ways_is_read_cell_by_cell_where_a_cell_shows_it_by_itself():
    deals = deals_of(column("Amount", "1.234,50", "1,234.50", "1.2M", "300", "1,234"))
    assert deals.column("amount")[:4].tolist() == [1234.5, 1234.5, 1_200_000, 300] and math.isnan(deals.column("amount")[4])
    assert those(deals, "money.both_signs")[0].where == "Deals!B1"
    assert [(each.where, each.details["value_example"]) for each in those(deals, "money.undecided")] == [("Deals!B1", "1,234")]


@pytest.mark.parametrize("cell", [
    "soon", "12-15", "approx 500", "1,2,3", "1.2.3", "1,234.5.6", "1/2", "三十萬", "5 apples", "1.2E+06", True, "100 (500)", "--5", "K",
    "$",
])
def test_what_is_no_amount_is_found_with_its_cell(cell):
    deals = deals_of(column("Amount", 100, cell))
    assert [(each.code, each.where, each.severity, each.value) for each in deals.findings] == [("money.unread", "Deals!B3", "error", cell)]
    assert math.isnan(deals.column("amount")[1])


def test_an_error_value_is_found_as_such():
    deals = deals_of(column("Amount", 100, CellError("#DIV/0!")))
    assert [(each.code, each.where, each.value) for each in deals.findings] == [("value.error", "Deals!B3", "#DIV/0!")]


@pytest.mark.parametrize("blank", [None, "", "  ", "-", "—"])
def test_an_empty_cell_is_an_unknown_amount_and_not_zero(blank):
    assert read(100, blank) == ([100, None], [])


def test_an_amount_above_a_thousand_times_the_middle_one_is_asked_about():
    assert those(deals_of(column("Amount", 100, 200, 200, 300, 200_000)), "money.unlikely") == []        # the middle one is 200
    deals = deals_of(column("Amount", 100, 200, 200, 300, 200_001))
    assert [(each.where, each.severity) for each in those(deals, "money.unlikely")] == [("Deals!B6", "warning")]


def test_a_bare_50_beside_50_wan_is_asked_about():
    deals = deals_of(column("Amount", "50萬", "50", "600000"))
    assert [(each.where, each.value) for each in those(deals, "money.unit_missing")] == [("Deals!B3", "50")]
    assert deals.column("amount").tolist() == [500000, 50, 600000]


def money(currencies: list, amounts: list, *, base: str = "", rates: list | None = None):
    """Values in the base currency, the base, and the cells of amounts without a rate."""
    rows = [["Account", "Stage", "Amount", "Currency", "Close date"],
            *(["X", "Lead", amount, currency, "2026-06-30"] for amount, currency in zip(amounts, currencies, strict=True))]
    tables = {"Deals": rows} | ({"Rates": [["Date", "Currency", "Rate"], *rates]} if rates else {})
    answers = answers_of(book(tables), settings=Settings(currency=base))
    return answers.computed["value"].fillna(-1).tolist(), answers.currency, [each.where for each in those(answers, "amount.no_rate")]


def test_two_currencies_are_never_added_and_what_has_no_rate_is_found():
    assert money(["EUR", "EUR", "USD"], [100, 200, 300]) == ([100, 200, -1], "EUR", ["Deals!C4"])


def test_a_rate_of_the_team_brings_the_money_together():
    assert money(["TWD", "USD"], [100, 10], base="TWD", rates=[["2026-01-01", "USD", 32]]) == ([100, 320], "TWD", [])


def test_the_last_rate_before_the_close_date_counts_and_before_the_first_the_first():
    rates = [["2026-01-01", "USD", 30], ["2026-06-30", "USD", 32], ["2026-07-01", "USD", 33]]
    assert money(["TWD", "USD"], [100, 10], base="TWD", rates=rates)[0] == [100, 320]
    assert money(["TWD", "USD"], [100, 10], base="TWD", rates=rates[2:])[0] == [100, 330]


def test_a_deal_that_names_no_currency_is_in_the_currency_of_the_totals():
    assert money(["", "NT$", "新台幣"], [100, 200, 300]) == ([100, 200, 300], "TWD", [])


def test_a_dollar_and_a_yuan_sign_alone_are_not_added_either():
    assert money(["$", "$", "¥"], [100, 200, 300]) == ([100, 200, -1], "", ["Deals!C4"])


def test_a_bare_dollar_beside_a_named_currency_is_not_taken_for_it():
    assert money(["TWD", "$"], [100, 200]) == ([100, -1], "TWD", ["Deals!C3"])


def test_a_bare_sign_is_the_teams_currency_where_it_is_the_only_one():
    assert money(["$", ""], [100, 200], base="NT$") == ([100, 200], "TWD", [])


def test_a_currency_in_the_amounts_own_cell_counts_as_one():
    rows = [["Account", "Stage", "Amount"], ["A", "Lead", "NT$ 100"], ["B", "Lead", "NT$ 200"], ["C", "Lead", "US$ 50"]]
    answers = answers_of(plain_sheet(rows))
    assert answers.currency == "TWD" and answers.computed["value"].fillna(-1).tolist() == [100, 200, -1]
    assert [(each.where, each.details["currency"]) for each in those(answers, "amount.no_rate")] == [("Deals!C4", "USD")]


def test_a_currency_in_the_heading_is_that_of_every_amount():
    assert answers_of(plain_sheet([["Account", "Stage", "Amount (NT$ 萬)"], ["A", "Lead", 5]])).currency == "TWD"


def test_a_bare_dollar_beside_usd_is_the_us_dollar_and_a_note_says_so():
    rows = [["Account", "Stage", "Amount"], ["A", "Lead", "$100"], ["B", "Lead", "USD 200"], ["C", "Lead", 40], ["D", "Lead", "€7"]]
    answers = answers_of(plain_sheet(rows))
    assert answers.currency == "USD" and answers.computed["value"].fillna(-1).tolist() == [100, 200, 40, -1]
    assert those(answers, "currency.sign")[0].details == {"sign": "$", "base": "USD", "count": 1}


def test_a_bare_sign_beside_two_currencies_that_share_it_stays_open():
    assert money(["USD", "AUD", "$", "USD"], [1, 2, 4, 8]) == ([1, -1, -1, 8], "USD", ["Deals!C4", "Deals!C3"])
    assert money(["CNY", "¥", "CNY"], [1, 2, 4]) == ([1, 2, 4], "CNY", [])


def test_a_sign_at_most_amounts_is_the_currency_of_the_totals_though_a_few_name_a_code():
    assert money(["$", "$", "€", ""], [100, 200, 7, 40]) == ([100, 200, -1, 40], "", ["Deals!C4"])
    assert money(["$", "€"], [100, 7], base="USD", rates=[["2026-01-01", "EUR", 2]]) == ([100, 14], "USD", [])


@pytest.mark.parametrize(
    ("cell", "amount"),
    [("50-80萬", 8e5), ("100萬以內", 1e6), ("$50K – $80K", 8e4), ("up to 100K", 1e5), ("100K+", 1e5), ("約80萬", 8e5), ("-50", -50),
     (7, 7)],
)
def test_a_budget_may_be_a_range_and_counts_with_its_end(cell, amount):
    answers = deals_of(plain_sheet([["Account", "Budget range", "Amount"], ["A", cell, 1], ["B", "3,000", 1]]))
    assert answers.table["budget"].tolist() == [amount, 3000] and not answers.findings
    assert len(those(answers, "money.range")) == isinstance(cell, str) - (cell == "-50")


@pytest.mark.parametrize("cell", ["2026-05", "80-50", "a lot", "5 systems to 8 rooms"])
def test_what_is_no_range_of_money_is_still_a_finding(cell):
    assert "money.unread" in codes(deals_of(plain_sheet([["Account", "Budget", "Amount"], ["A", cell, 1]])))


def test_an_amount_may_not_be_a_range():
    assert "money.unread" in codes(deals_of(plain_sheet([["Account", "Amount"], ["A", "50-80萬"]])))
