"""What the sheet Deals says."""

import numpy as np
import pytest

from funnel_xl.sheets.deals import deal_order, deal_places, deals_sheet
from funnel_xl.sheets.describe import Column, Link, Table
from tests.sheets.team import HEADER, TEAM, answers


@pytest.fixture(scope="module")
def team():
    return answers()


def listed(team, language="en", **more) -> Table:
    return deals_sheet(team, language, **more).blocks[0]


def column(table: Table, heading: str) -> Column:
    return next(column for column in table.columns if column.heading == heading)


def test_open_deals_come_first_the_most_advanced_and_dearest_on_top(team):
    ids = team.deals.column("id")
    # Best Few: 600, 200, 150 thousand and two without an amount; In: 100, 80, 5; Above: 10; then won by amount, then lost.
    assert [ids[row] for row in deal_order(team)] == ["D-1", "D-2", "D-10", "D-4", "D-11", "D-12", "D-5", "D-6", "D-3", "D-7", "D-8", "D-9"]


def test_a_link_to_a_deal_finds_the_row_where_it_stands(team):
    order, places = deal_order(team), deal_places(team)
    assert [order[place] for place in places] == list(range(12))


def test_the_table_is_named_and_lists_every_deal_once(team):
    table = listed(team)
    assert (table.name, table.listed, table.rows) == ("FunnelDeals", True, 12)
    assert {len(column.values) for column in table.columns} == {12}


def test_no_column_of_the_source_is_dropped(team):
    headings = [column.heading for column in listed(team).columns]
    for heading in ("Deal ID", "Customer", "Owner", "Stage", "Expected amount", "Expected close", "Red flags", "Framework"):
        assert any(heading.casefold() in said.casefold() for said in headings), f"{heading} is not in {headings}"
    assert headings[-1] == "Framework"


def test_what_could_not_be_read_stands_there_as_it_was_typed(team):
    table = listed(team)
    amounts = dict(zip(table.columns[0].values, column(table, "Expected amount").values, strict=True))
    assert amounts["D-11"] == "ask Bo"
    assert amounts["D-1"] == 1_200_000
    assert np.isnan(amounts["D-4"])


def test_a_carried_column_keeps_its_values_of_all_kinds(team):
    values = dict(zip(listed(team).columns[0].values, listed(team).columns[-1].values, strict=True))
    assert (values["D-1"], values["D-5"], values["D-3"]) == ("A7", 12.5, None)


def test_a_reviewed_deal_leads_to_its_sheet(team):
    table = listed(team, reviews={0: "review:D-1", 11: "review:D-12"})
    links = dict(zip(table.columns[0].values, table.columns[0].links, strict=True))
    assert {identity: link for identity, link in links.items() if link} == {"D-1": Link("review:D-1"), "D-12": Link("review:D-12")}


def test_placements_are_said_and_marked_in_the_readers_language(team):
    placements = column(listed(team, "zh-Hant"), "漏斗位置")
    assert placements.values[0] == "漏斗底"
    assert placements.marks[0] == ("漏斗底", "strong")


def test_columns_that_say_nothing_about_any_deal_are_left_out():
    headings = [column.heading for column in listed(answers([[*deal[:8], None, None, *deal[10:]] for deal in TEAM])).columns]
    assert "Score" not in headings
    assert "Placement" in headings


def test_paper_holds_the_open_deals_only(team):
    assert listed(team).on_paper == 9


def test_amounts_in_two_currencies_are_not_added():
    mixed = answers([[*deal, "USD" if at else "TWD"] for at, deal in enumerate(TEAM)], [*HEADER, "Currency"])
    assert column(listed(mixed), "Expected amount").total is None


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_a_team_without_deals_has_an_empty_table(language):
    assert listed(answers([]), language).rows == 0
