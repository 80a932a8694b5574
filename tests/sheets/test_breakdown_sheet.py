"""What the sheet Roll-ups says."""

import math

import pytest

from funnel_xl.sheets.breakdown import WIDTHS, breakdown_sheet
from funnel_xl.sheets.describe import Beside, Chart, Heading, Sheet, Table, Text
from funnel_xl.sheets.spread import spread
from funnel_xl.wording import LANGUAGES
from tests.sales.tables import answers_of, book

STAGES = [["stage", "kind", "probability", "placement"], ["Lead", "open", 0.1, "above"], ["Deal", "open", 0.8, "best few"],
          ["Won", "won", None, None], ["Lost", "lost", None, None], ["Renewal", "post", None, None]]
HEADER = ["Account", "Stage", "Amount", "Close date", "Territory", "Product"]
DEALS = [["A", "Lead", 100, "2026-12-31", "North", "Monitor"], ["B", "Deal", 400, "2026-04-30", "North", "Scanner"],
         ["C", "Won", 300, "2026-02-10", "South", "Monitor"], ["D", "Lost", 600, "2026-02-01", "South", "Monitor"],
         ["E", "Deal", None, "2026-04-30", None, "Monitor"], ["F", "Renewal", 70, None, "South", "Monitor"]]


def sheet(deals: list = DEALS, header: list = HEADER, language: str = "en", **asked: object) -> Sheet:
    return breakdown_sheet(answers_of(book({"Deals": [header, *deals], "Stages": STAGES}), **asked), language)


def tables(found: Sheet) -> dict[str, Table]:
    return {block.name: block for block in found.blocks if isinstance(block, Table)}


def charts(found: Sheet) -> list[Chart]:
    return [chart for block in found.blocks if isinstance(block, Beside) for chart in block.charts]


def headings(found: Sheet) -> list[str]:
    return [block.text for block in found.blocks if isinstance(block, Heading)]


def texts(found: Sheet) -> list[str]:
    return [block.text for block in found.blocks if isinstance(block, Text)]


def test_each_dimension_has_a_table_whose_heading_names_its_base():
    assert headings(sheet()) == [
        "By Territory: 3 open, 1 won and 1 lost deals", "By Product: 3 open, 1 won and 1 lost deals",
        "Territory by Product: weighted value of 3 open deals", "How this is computed"]


def test_the_lines_and_the_total_of_a_territory():
    columns = {column.heading: column for column in tables(sheet())["BreakdownTerritory"].columns}
    assert columns["Territory"].values == ["North", "South", "(not given)"]
    assert columns["Open deals"].values == [2, 0, 1] and columns["Open deals"].total == 3
    assert columns["Weighted value"].values[0] == pytest.approx(330) and columns["Weighted value"].total == pytest.approx(330)
    assert columns["Won in 2026\u2011Q1"].values == [0, 1, 0]
    assert columns["Win rate"].values[1] == 0.5 and columns["Win rate"].total == 0.5
    assert 0 < columns["95% from"].values[1] < 0.5 < columns["to"].values[1] < 1 and math.isnan(columns["to"].values[0])


def test_the_matrix_leaves_a_field_empty_where_there_is_no_deal():
    table = tables(sheet())["BreakdownMatrix"]
    said = {column.heading: (column.values, column.total) for column in table.columns}
    assert said["Territory"][0] == ["North", "(not given)"]
    assert said["Scanner"] == ([320, None], 320) and said["Total"][1] == 330
    assert said["Monitor"][0][0] == 10 and math.isnan(said["Monitor"][0][1])        # E's value is not known: no zero
    assert sum(column.span for column in table.columns) <= len(WIDTHS)


def test_two_dimensions_are_drawn_the_money_that_was_won_beside_what_is_open():
    product, territory = charts(sheet())
    assert product.title == "Product: won amount, and weighted value of open deals"
    assert territory.categories == ("North", "South", "(not given)")
    assert [series.values for series in territory.series] == [(0, 300, 0), (pytest.approx(330), 0, 0)]


def test_without_money_deals_are_drawn():
    found = sheet([[*deal[:2], None, *deal[3:]] for deal in DEALS])
    assert charts(found)[0].title == "Product: won and open deals" and charts(found)[0].look == "count"
    assert "BreakdownMatrix" in tables(found) and "number of open deals, 3 in all" in headings(found)[2]


def test_what_is_in_no_line_or_no_sum_is_said():
    assert [text for text in texts(sheet()) if text.endswith(": 1.")] == [
        "Deals after the sale, which are in no line: 1.", "Deals without an amount, counted as deals and not in the money: 1."]
    rated = sheet([["A", "Won", 100, "EUR", "North"], ["B", "Won", 900, "JPY", "North"]],
                  ["Account", "Stage", "Amount", "Currency", "Territory"], given={"currency": "EUR"})
    assert any(text.startswith("Deals in a currency without a rate") and ": 1." in text for text in texts(rated))


@pytest.mark.parametrize("language", LANGUAGES)
def test_deals_that_say_nothing_of_the_kind_are_told_what_to_add(language):
    found = sheet([["A", "Lead"]], ["Account", "Stage"], language)
    assert not tables(found) and not charts(found) and len(found.blocks) > 3 and found.blocks[0].text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("deals", [[], DEALS[:1], [DEALS[3]]], ids=["none", "one open", "one lost"])
def test_few_deals_make_a_sheet_in_every_language(deals, language):
    found = sheet(deals, language=language)
    assert len(tables(found)) == len(set(tables(found))) == (0 if not deals else 3 if deals[0][1] == "Lead" else 2)


def test_forty_groups_are_summed_into_one_line():
    found = sheet([[f"A{n}", "Won", 1000 + n, "2026-02-01", f"T{n}", "X"] for n in range(40)])
    labels = tables(found)["BreakdownTerritory"].columns[0].values
    assert len(labels) == 15 and labels[-1] == "others (26)"
    assert len(next(chart for chart in charts(found) if chart.category_title == "Territory").categories) == 8


@pytest.mark.parametrize(("grid", "wanted", "spans"), [
    ([10, 10, 10, 10], [20, 20], (2, 2)), ([7, 12, 12, 7, 12], [19, 19, 12], (2, 2, 1)), ([5, 5, 5], [5, 5], (1, 1)),
    ([10, 10], [1, 1], (1, 1)), ([10, 10, 10], [99, 1], (2, 1)),
])
def test_a_table_is_laid_over_the_pages_grid(grid, wanted, spans):
    assert spread(grid, wanted) == spans
