"""What the sheet Plan says of the small team in team.py, with numbers worked by hand."""

import math

import pytest

from funnel_xl.sheets.describe import Figures, Heading, Sheet, Table, Text
from funnel_xl.sheets.planning import PRINTED, deal_name, planning_sheet
from funnel_xl.wording import LANGUAGES
from tests.sheets.team import HEADER, TEAM, answers


def table(sheet: Sheet, name: str) -> Table:
    return next(block for block in sheet.blocks if isinstance(block, Table) and block.name == name)


def rows(table: Table) -> list[tuple]:
    values = zip(*(column.values for column in table.columns), strict=True)
    return [tuple(None if value != value else value for value in row) for row in values]


def texts(sheet: Sheet) -> str:
    return "\n".join(block.text for block in sheet.blocks if isinstance(block, Heading | Text))


@pytest.fixture(scope="module")
def plan() -> Sheet:
    return planning_sheet(answers(small=100_000, big=1_000_000), "en")


def test_the_tiers_hold_the_open_deals(plan):
    # A: D-1 (1.2 million at 50 %), and the Best Few from 100,000 on: D-2 and D-10. C: D-6 (50,000 at 10 %). No amount: D-4 and D-11.
    found = rows(table(plan, "PlanTiers"))
    assert [row[:4] for row in found] == [
        ("A – high value, high chance", 3, 2_300_000, 950_000),
        ("B – followed steadily", 3, 750_000, 190_000),     # D-3 at 10 %, D-5 at 20 %, D-12 at 40 %
        ("C – low value, low frequency", 1, 50_000, 5_000),
        ("No tier (amount or chance unknown)", 2, None, None)]
    assert [column.total for column in table(plan, "PlanTiers").columns[:4]] == ["Total", 9, 3_100_000, 1_145_000]
    assert [row[5] for row in found] == [1, 7, 30, None]


def test_without_a_column_for_the_last_contact_that_is_said(plan):
    assert "the deals have no column Last contact. So no contact is due yet." in texts(plan)


def test_three_ways_stand_beside_each_other_and_the_chosen_one_is_marked(plan):
    ways = table(plan, "PlanWays")
    assert [column.heading for column in ways.columns[1:4]] == ["Closing: share", "Closing: hours", "Closing: accounts"]
    assert ways.columns[7].heading == "Balanced (chosen): share"
    assert rows(ways) == [
        ("Best Few", 0.6, 24, 18, 0.2, 8, 6, 0.4, 16, 12), ("Above the funnel", 0.2, 8, 6, 0.7, 28, 21, 0.4, 16, 12),
        ("In the funnel", 0.2, 8, 6, 0.1, 4, 3, 0.2, 8, 6)]
    assert [column.total for column in ways.columns[1:]] == [1, 40, 30] * 3


def test_the_chosen_way_stands_against_what_each_owner_has(plan):
    found = rows(table(plan, "PlanOwners"))
    assert [row[0] for row in found] == ["Anna", "Bo", "No owner"]
    # Anna: D-1 and D-2 Best Few; D-3 (50 points) Above; D-12 (100 points, August) In
    assert found[0][1:] == (2, 1, 1, 2 - 12, 1 - 12, 1 - 6, 8, 16, 8)


def test_an_unknown_way_is_said_and_the_balanced_one_used():
    said = texts(planning_sheet(answers(time_preset="fast"), "en"))
    assert 'says "fast", which is none of: Closing, Building, Balanced. Balanced is used.' in said


def test_the_order_of_work_begins_with_best_few_by_weighted_value(plan):
    order = table(plan, "PlanOrder")
    assert (order.listed, order.on_paper) == (True, 9) and plan.blocks[-1] == order
    found = rows(order)
    assert [row[1].split()[0] for row in found][:3] == ["D-1", "D-2", "D-10"]       # 600, 200 and 150 thousand
    assert [row[4] for row in found] == ["Best Few"] * 5 + ["Above the funnel"] + ["In the funnel"] * 3
    assert found[0][5:8] == ("A", 1, 600_000)


def test_only_the_first_sixty_are_printed():
    many = planning_sheet(answers([[f"D-{number}", f"Account {number}", *TEAM[0][2:]] for number in range(80)]), "en")
    assert table(many, "PlanOrder").on_paper == PRINTED == 60 and table(many, "PlanOrder").rows == 80


def test_a_deal_is_called_by_its_id_and_account_else_by_its_title():
    team = answers()
    assert deal_name(team, 0) == "D-1 Riverside Hospital"
    assert deal_name(answers([["Riverside", "Lead"]], HEADER[1:4:2]), 0) == "Riverside"


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_open_deals_there_is_a_sentence_and_no_empty_table(language):
    closed = planning_sheet(answers([[*deal[:3], "Lost", *deal[4:]] for deal in TEAM]), language)
    assert not [block for block in closed.blocks if isinstance(block, Table | Figures)] and len(closed.blocks) > 2
    assert planning_sheet(answers([]), language).blocks


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_is_made_up_where_nothing_is_known(language):
    bare = planning_sheet(answers([["Riverside", "Lead"], ["Harbour", None]], HEADER[1:4:2]), language)
    weighted = table(bare, "PlanOrder").columns[7].values
    assert all(math.isnan(value) for value in weighted)
