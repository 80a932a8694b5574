"""What the sheet Qualification says, and what it says is missing."""

import pytest

from funnel_xl.draw.book import draw
from funnel_xl.sales.answers import Answers
from funnel_xl.sheets.describe import Beside, Figures, Heading, Sheet, Table, Text
from funnel_xl.sheets.qualify import MOST_CANDIDATES, WIDTHS, qualify_sheet
from funnel_xl.sheets.reports import reports
from funnel_xl.wording import LANGUAGES, words
from tests.sales.tables import answers_of, book

HEADER = ["id", "account", "owner", "stage", "amount", "budget confirmed", "decision maker known", "need confirmed", "timeline confirmed",
          "lead score", "use case", "sales cost", "opportunity cost", "instruction"]
DEALS = [
    ["D-1", "Riverside", "Ann", "Demo", 1000, "yes", "yes", "yes", "yes", None, "yes", 90, 20, None],
    ["D-2", "Harbour", "Ann", "Demo", 2000, "no", "no", "yes", None, None, None, 10, None, None],
    ["D-3", "Lakeshore", "Bo", "Lead", 500, None, None, None, None, 4, None, None, None, "withdraw"],
    ["D-4", "Old Mill", "Bo", "Lost", 700, "no", None, None, None, None, None, 300, None, None],
    ["D-5", "Kingsway", "Bo", "Won", 800, "yes", "yes", "yes", "yes", 9, "yes", 20, None, None],
]
STAGES = [["stage", "kind", "probability"], ["Lead", "open", 0.1], ["Demo", "open", 0.5], ["Won", "won", 1], ["Lost", "lost", 0]]
CRITERIA = [["criterion", "weight", "levels"], ["Budget", 6, "no/yes"], ["Need", 3, "no/yes"], ["Use case", 1, None]]


def team(deals: list = DEALS, header: list = HEADER, **tables: list) -> Answers:
    more = {"Stages": STAGES, "LeadScore": CRITERIA, "Settings": [["setting", "value"], ["margin", 0.2]]} | tables
    return answers_of(book({"Deals": [header, *deals], **{name: rows for name, rows in more.items() if rows}}))


def table(sheet: Sheet, name: str) -> list[tuple]:
    found = next(block for block in sheet.blocks if isinstance(block, Table) and block.name == name)
    return [tuple(None if value != value else value for value in row) for row in zip(*(each.values for each in found.columns), strict=True)]


def texts(sheet: Sheet) -> list[str]:
    return [block.text for block in sheet.blocks if isinstance(block, Text)]


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return qualify_sheet(team(), "en")


def test_the_tiles_name_their_bases(sheet):
    figures = next(block for block in sheet.blocks if isinstance(block, Figures)).figures
    # D-2 lacks budget and authority, D-3 is told to go: both withdraw. Lead scores: 10, 3 and the typed 4.
    # Costs above weighted profit: 110 of 1000 x 0.5 x 0.2 = 100; 10 of 200 is not.
    assert [(figure.label, figure.value) for figure in figures] == [
        ("Fully qualified", 1), ("Unknown answers", 5), ("To ask about", 2), ("Below the lead score gate", 2),
        ("Withdraw?", 2), ("Their amount", 2500), ("Cost above their profit", 1), ("Cost of lost deals", 300)]
    assert figures[1].note == "of 12: four questions for each open deal"
    assert figures[-1].note == "known of 1 of 1 lost deals"


def test_bant_is_counted_by_stage(sheet):
    assert table(sheet, "QualifyBant") == [
        ("Lead", 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1),
        ("Demo", 2, 1, 1, 1, 0, 1, 1, 0, 2, 0, 0, 1, 0, 1)]


def test_the_list_says_reasons_money_and_a_suggestion_with_a_question_mark(sheet):
    assert table(sheet, "QualifyList") == [
        ("D-2 Harbour", "Ann", "Demo",
         "no budget, confirmed; no access to the decision maker, confirmed; lead score 3 below 6, no clear use case", 2000, 1000, 10, None,
         "withdraw?"),
        ("D-3 Lakeshore", "Bo", "Lead", "the manager says withdraw; lead score 4 below 6, no clear use case", 500, 50, None, None,
         "withdraw (said)")]


def test_lead_scores_say_what_they_rest_on_and_what_the_gate_says(sheet):
    assert table(sheet, "QualifyScores") == [
        ("D-2 Harbour", "Ann", "Demo", 3, None, 3, "2 of 3", "Use case", "below 6"),           # 10 x 3 / 10
        ("D-3 Lakeshore", "Bo", "Lead", 4, 4, None, "0 of 3", "Budget, Need, Use case", "below 6"),
        ("D-1 Riverside", "Ann", "Demo", 10, None, 10, "3 of 3", "", "passes")]


def test_costs_stand_beside_the_profit_that_they_would_earn(sheet):
    assert table(sheet, "QualifyCosts") == [
        ("D-1 Riverside", "Ann", 90, 20, 200, pytest.approx(100), pytest.approx(0.55), "costs more than its weighted profit"),
        ("D-2 Harbour", "Ann", 10, None, 400, pytest.approx(200), pytest.approx(0.025), "")]
    assert table(sheet, "QualifyOwners") == [("Bo", 2, None, 20, 300, 320), ("Ann", 2, 120, None, None, 120)]
    assert "Losing has cost 300: 1 of 1 lost deals have a known cost, 300 each." in texts(sheet)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("deals", [DEALS, DEALS[:1], DEALS[3:4], []])
def test_every_table_is_as_wide_as_the_page_and_the_sheet_can_be_drawn(deals, language, tmp_path):
    made = qualify_sheet(team(deals), language)
    for block in made.blocks:
        if isinstance(block, Table):
            assert sum(column.span for column in block.columns) == len(WIDTHS)
    assert words(language)["how.heading"] in [block.text for block in made.blocks if isinstance(block, Heading)]
    draw([made], tmp_path / "q.xlsx")


def test_what_the_source_lacks_is_said_with_the_columns_to_add():
    bare = qualify_sheet(team([[*deal[:5]] for deal in DEALS], HEADER[:5], LeadScore=[], Settings=[]), "en")
    said = texts(bare)
    assert ("There is nothing to show yet: the deals have no column Budget confirmed, Decision maker known, Need confirmed, "
            "Timeline confirmed.") in said
    assert "There is nothing to show yet: the book has no table Lead score. Add one with the columns Criterion, Weight, Levels." in said
    assert "There is nothing to show yet: the deals have no column Sales cost, Opportunity cost." in said
    assert "No open deal gives a reason to withdraw." in said
    assert not [block for block in bare.blocks if isinstance(block, Beside)]
    assert [figure.value for figure in next(block for block in bare.blocks if isinstance(block, Figures)).figures] == [
        "–", "–", 0, "–", 0, "–", "–", "–"]


def test_without_a_margin_the_setting_is_named():
    said = texts(qualify_sheet(team(Settings=[]), "en"))
    assert any("Of 2 of these 2 deals no gross margin is known" in text and "Gross margin" in text for text in said)


def test_columns_that_are_there_but_empty_are_not_called_missing():
    empty = [[*deal[:5], *[None] * 9] for deal in DEALS]
    said = texts(qualify_sheet(team(empty, LeadScore=[]), "en"))
    assert "No deal has a cost yet in the columns Sales cost, Opportunity cost." in said
    assert "No open deal has a lead score yet." in said


def test_a_long_list_says_how_many_are_not_shown_and_what_all_are_worth():
    deals = [[f"D-{at}", "Harbour", "Ann", "Demo", 100, "no", *[None] * 8] for at in range(MOST_CANDIDATES + 3)]
    made = qualify_sheet(team(deals), "en")
    assert len(table(made, "QualifyList")) == MOST_CANDIDATES
    assert "3 more are not shown. All 43 together are worth 4,300." in texts(made)


def test_the_report_is_asked_for_by_its_name():
    assert [each.key for each in reports(team(), "zh-Hans", ["qualify"])] == ["qualify"]


def test_money_in_a_sentence_is_in_the_unit_that_the_page_names():
    lost = [[f"D-{cost}", "Old Town", "Bo", "Lost", 90000, *[None] * 6, cost, None, None] for cost in (300000, 60000)]
    assert "失單已花費 36.0：2 件失單中 2 件有成本紀錄，平均每件 18.0。" in texts(qualify_sheet(team(lost), "zh-Hant"))     # 360,000 in 萬
    assert "Losing has cost 360,000: 2 of 2 lost deals have a known cost, 180,000 each." in texts(qualify_sheet(team(lost), "en"))
