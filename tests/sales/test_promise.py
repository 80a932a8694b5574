"""Promises: dated actions and next steps, on the page of the one who is to keep them."""


import numpy as np

from funnel_xl.sales.owners import owners_of
from funnel_xl.sales.promise import promises
from tests.sales.tables import answers_of, book

HEADER = ["id", "account", "owner", "stage", "next step", "next step due"]
STAGES = [["stage", "kind"], ["Lead", "open"], ["Won", "won"], ["Lost", "lost"]]
ACTIONS = ["deal", "action", "owner", "due", "done"]


def team(deals: list[list], actions: list[list] = ()) -> list[tuple]:
    sheets = {"Deals": [HEADER, *deals], "Stages": STAGES} | ({"Actions": [ACTIONS, *actions]} if actions else {})
    facts = answers_of(book(sheets)).facts
    owners = owners_of(facts.column("owner"))
    return [(owners.names[each.owner], each.deal, each.text, each.due.isoformat()[5:], each.done) for each in promises(facts, owners)]


def test_an_action_stands_with_its_executor_else_with_the_deals_owner():
    assert team([["D-1", "Riverside", "Anna", "Lead", None, None], ["D-2", "Harbour", "Bo", "Lead", None, None]], [
        ["D-1", "Call the board", "bo", "2026-03-20", "no"],            # Bo, in another spelling
        ["D-1", "Send the  offer", "Service team", "2026-03-19", None],     # nobody of the team: the deal's owner
        ["D-2", "Demo", None, "2026-03-21", "yes"],
    ]) == [("Anna", 0, "Send the offer", "03-19", False), ("Bo", 0, "Call the board", "03-20", False), ("Bo", 1, "Demo", "03-21", True)]


def test_what_has_no_day_or_no_text_is_no_promise():
    actions = [["D-1", "Call", "Anna", None, None], ["D-1", None, "Anna", "2026-03-20", None]]
    assert team([["D-1", "Riverside", "Anna", "Lead", "Call", None]], actions) == []


def test_an_undone_action_of_a_closed_deal_is_none_any_more_but_a_done_one_is():
    actions = [["D-1", "Call", "Anna", "2026-03-20", "no"], ["D-1", "Offer", "Anna", "2026-03-21", "yes"]]
    assert team([["D-1", "Riverside", "Anna", "Won", "Install", "2026-03-20"]], actions) == [("Anna", 0, "Offer", "03-21", True)]


def test_the_next_step_is_a_promise_and_counts_once():
    deals = [["D-1", "Riverside", "Anna", "Lead", "Call", "2026-03-25"], ["D-2", "Harbour", "", "Lead", "Visit", "2026-03-24"]]
    found = team(deals, [["D-1", "Call", "Anna", "2026-03-25", "yes"]])
    assert found == [("", 1, "Visit", "03-24", False), ("Anna", 0, "Call", "03-25", True)]


def test_an_action_of_no_deal_belongs_to_its_executor_and_to_nobody_without_one():
    found = team([["D-1", "Riverside", "Anna", "Lead", None, None]], [[None, "Prepare the fair", "Anna", "2026-03-25", None],
                                                                      [None, "Tidy up", None, "2026-03-25", None]])
    assert found == [("Anna", -1, "Prepare the fair", "03-25", False)]


def test_a_person_is_one_however_the_name_is_spelt():
    owners = owners_of(np.array(["Anna Berg", "anna  berg", "Anna Berg", "", "Ｂｏ", "bo", "bo"], dtype=object), ["Cem", "ANNA BERG"])
    assert set(owners.names) == {"Anna Berg", "", "bo", "Cem"}
    assert owners.names[owners.find("ANNA-BERG")] == "Anna Berg" and owners.find("Nobody") == -1
    assert owners.at[0] == owners.at[1] and owners.at[4] == owners.at[6]
    assert [owners.names[at] for at in owners.by_name(range(4))] == ["Anna Berg", "bo", "Cem", ""]


def test_an_empty_table_promises_nothing():
    assert team([["D-1", "Riverside", "Anna", "Lead", None, None]]) == []
