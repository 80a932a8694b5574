"""The sheet Profit and coverage: five factors, levers, coverage, CAC and satisfaction, and what is missing for each."""

import pytest

from funnel_xl.sheets.describe import Figures, Heading, Table, Text
from funnel_xl.sheets.levers import lever_text
from funnel_xl.sheets.numbers import exact_percent
from funnel_xl.sheets.profit import WIDTHS, profit_sheet
from funnel_xl.wording import LANGUAGES, words
from tests.sales.tables import answers_of, book
from tests.sales.test_whatif import EXAMPLE
from tests.sheets.said import said

HEADER = ["Deal ID", "Account", "Stage", "Amount", "Probability", "Created", "Close date", "Sales cost", "Satisfaction"]
STAGES = [["stage", "kind", "probability"], ["Lead", "open", 0.5], ["Won", "won", None], ["Lost", "lost", None]]
DEALS = [HEADER, ["D-1", "A", "Won", 400, 1, "2026-01-01", "2026-02-10", 60, 5],
         ["D-2", "B", "Lost", 600, 0, "2026-01-01", "2026-02-10", 40, 3],
         ["D-3", "C", "Lead", 600, 0.5, "2026-02-01", "2026-03-31", None, None]]


def sheet(rows: list = DEALS, language: str = "en", **given: object):
    return profit_sheet(answers_of(book({"Deals": rows, "Stages": STAGES}), given=given), language)


def texts(found) -> list[str]:
    return [block.text for block in found.blocks if isinstance(block, Text)]


def figures(found) -> dict[str, tuple]:
    return {each.label: (each.value, each.note) for block in found.blocks if isinstance(block, Figures) for each in block.figures}


def table(found, name: str) -> list[tuple]:
    return next(list(zip(*(column.values for column in block.columns), strict=True)) for block in found.blocks
                if isinstance(block, Table) and block.name == name)


def test_the_formula_is_shown_in_numbers_and_a_tenth_more_is_a_tenth_more():
    said_first = texts(sheet(**EXAMPLE))
    assert said_first[0] == "Gross profit = 200 × 30.0% × 20.0% × 100,000 × 25.0% = 300,000"
    assert said_first[1].endswith("10 % more of any one factor makes 330,000.")
    assert texts(sheet(language="zh-Hant", **EXAMPLE))[0] == "毛利 = 200 × 30.0% × 20.0% × 10.0 × 25.0% = 30.0"


def test_each_factor_says_whether_it_is_a_setting_of_the_deals_or_missing():
    assert table(sheet(base=200), "ProfitFactors") == [
        ("Customer base", "200", "Settings"), ("First-meeting rate", "–", "missing: fill it in in the table Settings"),
        ("Closing efficiency", "50.0%", "deals: won / (won + lost)"),
        ("Average order", "400", "deals: mean of the won deals with an amount"),
        ("Gross margin", "–", "missing: fill it in in the table Settings")]
    assert texts(sheet(base=200))[0].startswith("The gross profit can't be computed yet. Missing: First-meeting rate, Gross margin.")


def test_levers_say_what_each_alone_must_become_for_the_quota():
    """200 x 30 % x 20 % x 100,000 = 1,200,000; the quota asks a quarter more."""
    found = sheet(quota=1_500_000, **EXAMPLE)
    assert table(found, "LeversFormula") == [
        ("Customer base", "200 (Settings)", "250", "+25.0%", "yes"), ("First-meeting rate", "30.0% (Settings)", "37.5%", "+25.0%", "yes"),
        ("Closing efficiency", "20.0% (Settings)", "25.0%", "+25.0%", "yes"),
        ("Average order", "100,000 (Settings)", "125,000", "+25.0%", "yes")]
    lead = "The goal is 1,500,000; a period yields won deals of 1,200,000. Missing: 300,000. Each of these alone would close the gap:"
    assert lead in texts(found)


def test_what_is_impossible_is_said_to_be():
    assert "no: above 100%" in {row[4] for row in table(sheet(quota=6_000_000, **EXAMPLE), "LeversFormula")}
    assert {row[4] for row in table(sheet(quota=600_000, **EXAMPLE), "LeversFormula")} == {"met already"}


def test_coverage_and_its_bases():
    """Due in the quarter 600, quota 1000, won 400: 600 / 600; required 1 / (400 / 1000); forecast (400 + 300) / 1000."""
    found = figures(sheet(quota=1000))
    assert found["Still to win"] == (600, "quota 1,000 − won 400")
    assert found["Coverage"][0] == 1 and found["Required coverage"][0] == 2.5 and found["Forecast coverage"][0] == pytest.approx(0.7)
    assert figures(sheet())["Coverage"][0] == "–"


def test_cost_of_a_customer_and_satisfaction_with_their_bases():
    found = figures(sheet())
    assert found["Cost per new customer (CAC)"][0] == 100
    assert found["Sales and marketing cost"] == (100, "2026-Q1, sales cost of 2 closed deals")
    assert found["New customers"] == (1, "accounts first won in 2026-Q1")
    assert found["Satisfaction (CSAT)"] == (0.5, "1 of 2 rated deals; 95 % sure: 9% to 91%")


def test_what_is_missing_is_named_with_the_column_to_add():
    found = sheet([["Deal ID", "Stage"], ["D-1", "Lead"]])
    assert "Satisfaction needs ratings of 1 to 5: add a column Satisfaction (1-5) to the deals." in texts(found)
    assert sum(text.startswith("CAC needs") for text in texts(found)) == 2
    assert any(text.startswith("There is no quota to reach.") for text in texts(found))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rows", [DEALS, [HEADER]])
def test_every_table_is_as_wide_as_the_page_in_every_language(language, rows):
    found = sheet(rows, language, quota=1000, **EXAMPLE)
    for block in found.blocks:
        if isinstance(block, Table):
            assert sum(column.span for column in block.columns) == len(WIDTHS)
    assert "{" not in said(found)
    assert sum(isinstance(block, Heading) for block in found.blocks) == 5


def test_nearly_all_is_not_said_as_all_and_needed_customers_are_rounded_up():
    assert (exact_percent(0.9999), exact_percent(1), exact_percent(1.2)) == ("99.9%", "100.0%", "120.0%")
    assert lever_text("base", 266.7, words("en"), up=True) == "267" and lever_text("base", 266.7, words("en")) == "266.7"
