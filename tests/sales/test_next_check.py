"""The next best check: the one thing to find out about each open deal, and why (spec C2.7)."""

import pytest

from funnel_xl.sales.next_check import ORDER
from funnel_xl.wording import LANGUAGES, words
from tests.sales.tables import answers_of, book

GOOD = {"deal id": "D-1", "account": "Acme", "stage": "Proposal", "amount": 100, "close date": "2026-05-01", "fund rate": "75%",
        "competition rate": "75%", "position": 3, "next step due": "2026-04-02"}
STAGES = [["stage", "kind"], ["Proposal", "open"], ["Won", "won"]]
SIGNER, COACH = ["D-1", "Boss", "E", 2], ["D-1", "Nurse", "C", 4]


def next_of(changes: dict, *buyers: list) -> tuple[str, str]:
    """What to find out next about a deal that is in good order but for these changes, and the reason, as rows of words.csv."""
    deal = GOOD | changes
    sheets = {"Deals": [list(deal), list(deal.values())], "Stages": STAGES}
    if buyers:
        sheets["Buyers"] = [["deal", "name", "types", "rating"], *buyers]
    row = answers_of(book(sheets)).computed.iloc[0]
    return row["next_check"], row["next_reason"]


@pytest.mark.parametrize(("changes", "buyers", "check"), [
    ({"stage": "Propose to"}, (), "stage"), ({"stage": None}, (), "stage"),
    ({"close date": "2026-03-01"}, (), "date_past"),
    ({}, (COACH,), "economic"), ({}, (SIGNER,), "coach"),
    ({"fund rate": None}, (), "budget"), ({"competition rate": None}, (), "preference"),
    ({"close date": None}, (), "date"), ({"amount": None}, (), "amount"),
    ({"position": 4, "competition rate": "50%"}, (), "contradiction"),
    ({"close date": "2026-10-31"}, (), "late"), ({"fund rate": "25%", "competition rate": "50%"}, (), "early"),
    ({}, (SIGNER, [*COACH[:3], -3]), "against"), ({"next step due": None}, (), "action"), ({"position": None}, (), "position"),
    ({}, (SIGNER, COACH), "work_close"),
    ({"fund rate": "50%", "competition rate": "50%", "close date": "2026-08-01"}, (), "work_cover"),
    ({"fund rate": "25%", "competition rate": "25%", "close date": "2026-12-01", "position": -1}, (), "work_qualify"),
])
def test_the_most_pressing_question_comes_first(changes, buyers, check):
    assert next_of(changes, *buyers) == (f"next.{check}", f"next.{check}.why")


def test_what_makes_the_other_numbers_wrong_is_asked_before_them():
    assert next_of({"stage": "Propose to", "close date": "2026-03-01", "amount": None})[0] == "next.stage"
    assert next_of({"close date": "2026-03-01", "fund rate": None})[0] == "next.date_past"


def test_a_closed_deal_is_asked_nothing():
    assert next_of({"stage": "Won", "close date": "2026-03-01", "amount": None}) == ("", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_and_its_reason_can_be_said(language):
    for code in (*ORDER, "work_qualify", "work_cover", "work_close"):
        assert words(language)[f"next.{code}"] and words(language)[f"next.{code}.why"]
