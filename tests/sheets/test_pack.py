"""What goes into the pack, and the page that leads to it."""

import pytest

from funnel_xl.sheets.choose import chosen_deals
from funnel_xl.sheets.describe import Link, Sheet, Table, Text
from funnel_xl.sheets.pack import pack
from funnel_xl.wording import LANGUAGES
from tests.sheets.team import HEADER, STAGES, TEAM, answers


def table(sheet: Sheet, name: str) -> Table:
    return next(block for block in sheet.blocks if isinstance(block, Table) and block.name == name)


def texts(sheet: Sheet) -> list[str]:
    return [block.text for block in sheet.blocks if isinstance(block, Text)]


def test_the_pack_opens_with_the_index_and_ends_with_the_review_sheets():
    sheets = pack(answers(), "en")
    assert [sheet.name for sheet in sheets[:4]] == ["Index", "Funnel", "Deals", "Check"]
    assert [sheet.key for sheet in sheets[4:]] == ["review:D-1", "review:D-2", "review:D-10", "review:D-4", "review:D-11"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_leads_to_every_other_sheet(language):
    sheets = pack(answers(), language)
    links = [*table(sheets[0], "IndexParts").columns[0].links, *table(sheets[0], "IndexReviews").columns[0].links]
    assert links == [Link(sheet.key) for sheet in sheets[1:]]


def test_the_index_says_which_deals_are_reviewed_and_why():
    assert "Review sheets: 5 of 5 Best Few deals, the largest weighted value first." in texts(pack(answers(), "en")[0])


def test_the_index_says_where_the_stages_come_from():
    assert "Stages: the table Stages of the source (Lead, Proposal, Won, Lost)." in texts(pack(answers(), "en")[0])
    proposed = answers([[*deal[:3], f"Step {at % 3}", *deal[4:]] for at, deal in enumerate(TEAM)], stages=None)
    assert any("proposed from the deals themselves" in text for text in texts(pack(proposed, "en")[0]))


def test_a_deal_named_by_hand_gets_its_sheet():
    team = answers()
    assert [sheet.key for sheet in pack(team, "en", chosen=chosen_deals(team, deal=["D-9"]))[4:]] == ["review:D-9"]


def test_both_forms_of_a_deal_follow_each_other_under_names_of_their_own():
    team = answers()
    sheets = pack(team, "en", form="both", chosen=chosen_deals(team, deal=["D-1", "D-9"]))
    assert [(sheet.key, sheet.name) for sheet in sheets[4:]] == [
        ("review:D-1", "D-1 Riverside Hospital"), ("review:D-1:manager", "Manager D-1 Riverside Hospital"),
        ("review:D-9", "D-9 Whitmore"), ("review:D-9:manager", "Manager D-9 Whitmore")]
    listed = table(sheets[0], "IndexReviews").columns[0]
    assert (list(listed.values), listed.links) == (["D-1", "Manager D-1", "D-9", "Manager D-9"], [Link(sheet.key) for sheet in sheets[4:]])


def test_two_deals_with_one_id_keep_sheets_of_their_own():
    sheets = pack(answers([["D-1", *deal[1:]] for deal in TEAM]), "en")
    assert len({sheet.key for sheet in sheets}) == len(sheets)


def test_where_no_deal_is_open_the_index_says_that_nothing_is_reviewed():
    sheets = pack(answers([[*deal[:3], "Lost", *deal[4:]] for deal in TEAM]), "en")
    assert len(sheets) == 4
    assert "No deal is open, so there are no review sheets." in texts(sheets[0])


def test_a_table_with_nothing_but_accounts_makes_a_pack():
    sheets = pack(answers([["Riverside", "Lead"], ["Harbour", None]], HEADER[1:4:2], STAGES), "zh-Hans")
    assert table(sheets[2], "FunnelDeals").rows == 2
