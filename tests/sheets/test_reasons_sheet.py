"""What the sheet Reasons says of a small team worked by hand."""

import pytest

from funnel_xl.sheets.describe import Beside, Figures, Heading, Sheet, Table, Text
from funnel_xl.sheets.reasons import reasons_sheet
from funnel_xl.wording import LANGUAGES, words
from tests.sheets.said import said
from tests.sheets.team import HEADER, TEAM, answers

LOST_HEADER = ["id", "account", "stage", "amount", "lost reason", "lost at stage", "competitor", "product", "close date pushed"]
LOST = [["D-1", "A", "Lost", 100_000, "Price", "Lead", "GE", "X", "yes"], ["D-2", "B", "Lost", 300_000, "price", "Proposal", "GE", "Y", "no"],
        ["D-3", "C", "Lost", 50_000, None, None, None, "X", "no"], ["D-4", "D", "Won", 500_000, None, None, "GE", "X", "no"]]


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return reasons_sheet(answers(LOST, LOST_HEADER), "en")


def tables(sheet: Sheet) -> dict[str, Table]:
    return {block.name: block for block in sheet.blocks if isinstance(block, Table)}


def rows(table: Table) -> list[tuple]:
    values = zip(*(column.values for column in table.columns), strict=True)
    return [tuple(None if value != value else value for value in row) for row in values]


def texts(sheet: Sheet) -> str:
    return "\n".join(block.text for block in sheet.blocks if isinstance(block, Text | Heading))


def test_losses_are_told_by_reason_with_their_money(sheet):
    found = tables(sheet)["ReasonsWhyLost"]
    assert rows(found) == [("Price", 2, 2 / 3, "21–94%", 400_000, 400 / 450), ("no reason given", 1, 1 / 3, "6–79%", 50_000, 50 / 450)]
    assert [column.total for column in found.columns] == ["Total", 3, None, None, 450_000, None]
    figures = next(block for block in sheet.blocks if isinstance(block, Figures)).figures
    assert [figure.value for figure in figures] == [3, 2 / 3, 1, 0] and figures[0].note == "worth 450K"


def test_reasons_are_told_by_stage_and_product_and_each_table_adds_up(sheet):
    assert rows(tables(sheet)["ReasonsByStage"]) == [("Price", 1, 1, None, 2), ("no reason given", None, None, 1, 1)]
    assert [column.heading for column in tables(sheet)["ReasonsByStage"].columns][1:4] == ["Lead", "Proposal", "stage not known"]
    assert [column.total for column in tables(sheet)["ReasonsByProduct"].columns] == ["Total", 2, 1, 3]


def test_each_rival_is_told_with_its_win_rate_and_what_was_lost_for(sheet):
    found = rows(tables(sheet)["ReasonsRivals"])
    assert found[0][:6] == ("GE", 3, 1, 2, 1 / 3, "6–79%") and found[0][6:9] == (500 / 900, 400_000, "Price")
    assert found[1][:4] == ("none named", 1, 0, 1) and found[0][9] == "uncertain: few deals"


def test_pushed_deals_are_told_beside_the_others(sheet):
    assert [row[:5] for row in rows(tables(sheet)["ReasonsPushed"])] == [("pushed", 0, 0, 1, 0.0), ("not pushed", 0, 1, 2, 1 / 3)]
    assert "Too few closed deals were pushed, or were not, to compare them." in texts(sheet)


def test_the_picture_shows_deals_and_money(sheet):
    charts = next(block for block in sheet.blocks if isinstance(block, Beside)).charts
    assert [chart.series[0].values for chart in charts] == [(2, 1), (400_000, 50_000)]
    assert charts[0].categories == ("Price", "no reason given")


def test_a_team_that_writes_no_reasons_down_is_told_which_column_to_add():
    sheet = reasons_sheet(answers(), "en")
    assert "Write it into the column Lost reason" in texts(sheet) and "ReasonsWhyLost" not in tables(sheet)
    assert "ReasonsPushed" not in tables(sheet) and "ReasonsRivals" not in tables(sheet)


def test_without_a_loss_it_says_so():
    assert "No deal is lost." in texts(reasons_sheet(answers(TEAM[:3], HEADER), "en"))
    assert "No deal is lost." in texts(reasons_sheet(answers([], HEADER), "en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_in_every_language_down_to_how_it_is_computed(language):
    text = said(reasons_sheet(answers(LOST, LOST_HEADER), language))
    assert words(language)["how.reasons.reasons"] in text and "{" not in text and "nan" not in text.lower()
