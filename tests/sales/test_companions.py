"""The tables beside the deals: found by name in three languages, tied to their deals, and asked about where they are not."""

import math

import numpy as np
import pytest

from funnel_xl.sales.check.people import influence_types
from tests.sales.tables import answers_of, book, codes, csv_file, deals_of, those

DEALS = [["deal id", "account", "stage", "amount"], ["D-1", "Acme", "Lead", 5], ["D-2", "Bolt", "Lead", 7], ["D-3", "Bolt", "Lead", 8]]


def with_table(name: str, rows: list, *, tables: bool = True):
    return deals_of(book({"Deals": DEALS, name: rows}, tables=tables))


@pytest.mark.parametrize("name", ["Buyers", "buying influences", "採購影響者", "采购影响者"])
@pytest.mark.parametrize("tables", [True, False])
def test_buyers_are_found_by_the_name_of_their_table_or_sheet(name, tables):
    buyers = with_table(name, [["Deal", "Name", "Type", "Rating"], ["D-1", "Boss", "E", 3]], tables=tables).buyers
    assert buyers[["deal", "name", "types", "rating"]].to_numpy().tolist() == [[0, "Boss", "E", 3]]


def test_chinese_headings_of_buyers_are_read():
    rows = [["商機", "姓名", "職稱", "類型", "評分", "個人訴求"], ["D-1", "王院長", "院長", "E", "−2", "安全"]]
    buyer = with_table("採購影響者", rows).buyers.iloc[0]
    assert (buyer["deal"], buyer["name"], buyer["title"], buyer["types"], buyer["rating"], buyer["personal_win"]) == (
        0, "王院長", "院長", "E", -2, "安全")


def test_a_row_is_tied_to_its_deal_by_id_or_by_an_account_that_has_one_deal():
    buyers = with_table("Buyers", [["deal", "name"], ["d-2", "by id"], ["ACME", "by account"], ["D-3", "by id"]]).buyers
    assert buyers["deal"].tolist() == [1, 0, 2]


@pytest.mark.parametrize("name", ["Bolt", "Nobody"])
def test_a_row_for_no_deal_or_for_one_of_two_is_found_and_not_guessed(name):
    deals = with_table("Buyers", [["deal", "name"], [name, "Boss"]])
    assert [(each.where, each.value, each.severity) for each in those(deals, "table.no_deal")] == [("Buyers!A2", name, "warning")]
    assert deals.buyers["deal"].tolist() == [-1]


def test_what_can_not_be_read_in_a_companion_table_is_found_with_its_cell():
    deals = with_table("Actions", [["deal", "action", "due"], ["D-1", "Call", "soon"]])
    assert [(each.code, each.where, each.row) for each in deals.findings] == [("date.unread", "Actions!C2", 0)]


def test_a_companion_table_without_a_known_heading_is_said():
    assert codes(with_table("Buyers", [["foo", "bar"], ["x", "y"]])) == ["table.unread"]


def test_a_csv_file_has_no_companions():
    deals = deals_of(csv_file(DEALS))
    assert len(deals.buyers) == len(deals.actions) == len(deals.comments) == len(deals.competitors) == 0


def test_competitors_notes_and_actions_are_typed():
    sheets = {"Deals": DEALS,
              "Competitors": [["deal", "name", "position", "amount"], ["D-1", "NK", "+2", "485K"]],
              "Notes": [["deal", "kind", "text", "date"], ["D-1", "red flag", "Pricing", "2026-03-01"]],
              "Actions": [["deal", "action", "owner", "due", "done"], ["D-1", "Call", "Ann", "2026-04-18", "yes"]]}
    deals = deals_of(book(sheets))
    rival, note, action = deals.competitors.iloc[0], deals.comments.iloc[0], deals.actions.iloc[0]
    assert (rival["name"], rival["position"], rival["amount"]) == ("NK", 2, 485_000)
    assert (note["text"], str(note["date"])[:10]) == ("Pricing", "2026-03-01")
    assert (action["owner"], str(action["due"])[:10], action["done"]) == ("Ann", "2026-04-18", 1)


def test_an_unsigned_rating_is_asked_about_and_kept_as_typed():
    deals = with_table("Buyers", [["deal", "name", "types", "rating"], ["D-1", "President", "E", "2"]])
    assert [(each.code, each.where, each.row) for each in deals.findings] == [("position.unsigned", "Buyers!D2", 0)]
    assert math.isnan(deals.buyers["rating"][0]) and deals.buyers["number_text"][0] == "2"
    assert not those(answers_of(book({"Deals": DEALS, "Buyers": [["deal", "name", "types", "rating"], ["D-1", "President", "E", "2"]]})),
                     "buyer.rating_blank")


@pytest.mark.parametrize(("typed", "types", "unknown"), [
    ("E", "E", ""), ("U,T", "UT", ""), ("T.U", "TU", ""), ("T, C", "TC", ""), ("T／U", "TU", ""), ("ET", "ET", ""), ("e", "E", ""),
    ("Economic", "E", ""), ("Economic buyer", "E", ""), ("Coach", "C", ""), ("教練", "C", ""), ("使用者、教练", "UC", ""), ("T,T", "T", ""),
    ("X", "", "X"), ("E,boss", "E", "boss"), ("", "", ""),
])
def test_one_person_may_hold_several_types(typed, types, unknown):
    assert influence_types(typed) == (types, unknown)


def test_missing_columns_of_a_companion_table_are_empty():
    actions = with_table("Actions", [["deal", "action"], ["D-1", "Call"]]).actions
    assert np.isnat(actions["due"].to_numpy()).all() and actions["owner"].tolist() == [""] and np.isnan(actions["done"][0])


def test_titles_above_a_sheet_of_buyers_do_no_harm():
    deals = with_table("Buyers", [["Who decides"], [], ["deal", "name", "types"], ["D-1", "Boss", "E"], [], ["ask Ann"]], tables=False)
    assert deals.buyers["name"].tolist() == ["Boss"]
