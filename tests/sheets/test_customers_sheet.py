"""What the sheet Funnel and pipeline says."""

import pytest

from funnel_xl.sheets.customers import customers_sheet
from funnel_xl.sheets.describe import Beside, Chart, Figures, Heading, Sheet, Table, Text
from funnel_xl.wording import LANGUAGES
from tests.sales.tables import answers_of, book

STAGES = [["stage", "kind", "probability", "placement", "entry", "output"], ["Lead", "open", 0.1, "above", None, "Lead sheet"],
          ["Deal", "open", 0.8, "best few", "Tender out", None], ["Won", "won", None, None, "Contract signed", None],
          ["Lost", "lost", None, None, None, None]]
HEADER = ["Deal ID", "Account", "Stage", "Amount", "Entered", "Close date"]
DEALS = [["1", "Acme", "Lead", 100, "2026-03-20", "2026-12-31"], ["2", "ACME", "Deal", 400, "2026-02-01", "2026-04-30"],
         ["3", "Acme", "Won", 50, None, "2025-05-05"], ["4", "Bolt", "Lead", 200, "2026-03-02", "2026-12-31"],
         ["5", "Cord", "Won", 300, None, "2026-02-01"], ["6", "Dune", "Lost", 80, None, "2026-02-01"],
         ["7", None, "Lead", 10, None, "2026-12-31"]]


def sheet(deals: list = DEALS, language: str = "en", stages: list = STAGES, **asked: object) -> Sheet:
    return customers_sheet(answers_of(book({"Deals": [HEADER, *deals], "Stages": stages}), **asked), language)


def tables(found: Sheet) -> dict[str, Table]:
    return {block.name: block for block in found.blocks if isinstance(block, Table)}


def charts(found: Sheet) -> list[Chart]:
    blocks = [chart for block in found.blocks for chart in (block.charts if isinstance(block, Beside) else [block])]
    return [block for block in blocks if isinstance(block, Chart)]


def column(table: Table, heading: str) -> list:
    return list(next(column.values for column in table.columns if column.heading == heading))


def texts(found: Sheet) -> str:
    return "\n".join(block.text for block in found.blocks if isinstance(block, Text))


def test_the_two_views_stand_beside_each_other_each_with_its_own_base():
    journey, ways = charts(sheet())
    assert (journey.kind, journey.title) == ("funnel", "Funnel: 5 customers by phase")
    assert (ways.kind, ways.title) == ("bar", "Pipeline: 4 open deals by step")
    assert journey.categories == ("Outside the funnel", "Above the funnel", "In the funnel", "Best Few", "Customer")
    assert journey.series[1].values == (1, 2, 0, 1, 1) and journey.series[1].labels[1] == "2  (40%)"
    assert journey.series[0].values == (0.5, 0, 1, 0.5, 0.5)      # bars around one middle line
    assert (ways.categories, ways.series[0].values) == (("Lead", "Deal"), (3, 1))
    assert [block.text for block in sheet().blocks if isinstance(block, Heading)] == [
        "The funnel: 5 customers, each in one phase of its journey", "The pipeline: 4 open deals by the step in which each stands",
        "The 5 biggest of 5 customers, by open and won amount", "How this is computed"]


def test_the_phases_have_their_work_and_their_plain_names():
    table = tables(sheet())["CustomersPhases"]
    assert column(table, "In plain words") == ["", "In the field", "In the pot", "In the bowl", ""]
    assert column(table, "Kind of work") == ["", "Qualify", "Cover the base", "Close", ""]
    assert column(table, "Have bought before") == [0, 0, 0, 1, 1]
    assert column(table, "Open amount") == [None, 210, None, 500, None]
    assert [each.total for each in table.columns][3:9] == [5, None, 2, 4, 710, pytest.approx(10 + 20 + 1 + 320)]


def test_in_chinese_the_levels_are_bowl_pot_and_field():
    assert column(tables(sheet(language="zh-Hant"))["CustomersPhases"], "俗稱")[1:4] == ["田裡", "鍋裡", "碗裡"]
    assert sheet(language="zh-Hans").title == "漏斗与管道"


def test_each_step_says_what_leads_on_to_the_next():
    table = tables(sheet())["CustomersSteps"]
    assert column(table, "To move on (entry of the next step)") == ["Tender out", "Contract signed"]
    assert column(table, "Output") == ["Lead sheet", ""]
    assert column(table, "Entered in 30 days") == [2, 0] and column(table, "Oldest (days)") == [29, 58]
    assert "No step says" not in texts(sheet())
    bare = [[*stage[:4], None, None] for stage in STAGES[1:]]
    assert "No step says when it is done" in texts(sheet(stages=[STAGES[0], *bare]))


def test_the_biggest_customers_are_named_with_what_they_bought_and_what_is_open():
    table = tables(sheet())["CustomersBiggest"]
    assert column(table, "Customer") == ["Acme", "Cord", "Bolt", "7", "Dune"]
    assert column(table, "Buying again") == ["Yes", "", "", "", ""]
    assert column(table, "Open amount") == [500, None, 200, 10, None] and column(table, "Won") == [50, 300, None, None, None]
    assert column(table, "Most advanced step") == ["Deal", "", "Lead", "Lead", ""]


def test_deals_without_a_customer_and_customers_nobody_has_listed_are_said():
    assert "Deals that name no customer: 1." in texts(sheet())
    figures = next(block for block in sheet().blocks if isinstance(block, Figures)).figures
    assert figures[0].note == "distinct customers of 7 deals; 1 name none" and [each.value for each in figures] == [5, 3, 2, 1]
    assert "200 customers could be approached; 5 of them are in this list, 195 are still outside" in texts(sheet(given={"base": 200.0}))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("deals", [[], DEALS[:1], [DEALS[5]]], ids=["none", "one open", "one lost"])
def test_few_deals_make_a_sheet_in_every_language(deals, language):
    found = sheet(deals, language)
    assert len(charts(found)) == (0 if not deals else 2 if deals[0][2] == "Lead" else 1)
    assert ("CustomersPhases" in tables(found)) == bool(deals)


def test_a_journey_of_awareness_and_interest_is_a_pipeline_too():
    source = book({"Deals": [["Account", "Stage", "Amount"], ["A", "Awareness", 1], ["B", "Consideration", 2], ["C", "Intent", 3],
                             ["D", "Purchase", 4]]})
    found = customers_sheet(answers_of(source), "en")
    assert charts(found)[1].categories == ("Awareness", "Interest", "Consideration", "Intent")
