"""What the sheet Check says."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_xl.sales.check.rule import RULES
from funnel_xl.sales.finding import Finding
from funnel_xl.sheets.check import MOST_GROUPS, MOST_PRINTED, TABLE, TOP, check_sheet, dearest
from funnel_xl.sheets.deals import deal_places
from funnel_xl.sheets.describe import Heading, Sheet, Table, Text
from funnel_xl.wording import LANGUAGES, words
from tests.sheets.team import TEAM, answers


def tables(sheet: Sheet) -> dict[str, Table]:
    return {block.name: block for block in sheet.blocks if isinstance(block, Table)}


@pytest.fixture(scope="module")
def team():
    return answers([[*deal[:4], None, None, None, *deal[7:]] for deal in TEAM])


def test_the_first_ten_are_the_dearest_of_ten_deals():
    findings = [Finding("amount.missing", "error", "", row=row) for row in (3, 3, 1, 3, 2, -1, -1, 1)]
    # One each of the deals 3, 1, 2 and each that is about no single deal, then the next dearest of deals that had their turn.
    assert dearest(findings, 6) == [0, 2, 4, 5, 6, 1]


@given(st.lists(st.integers(-1, 6), max_size=40), st.integers(1, 12))
def test_the_first_findings_are_as_many_as_there_are_and_never_the_same_twice(rows, most):
    chosen = dearest([Finding("amount.missing", "error", "", row=row) for row in rows], most)
    assert len(chosen) == len(set(chosen)) == min(most, len(rows))


def test_every_finding_is_said_exactly_once_in_full(team):
    said = tables(check_sheet(team, "en"))
    assert said["CheckTop"].rows == TOP
    assert said["CheckTop"].rows + said[TABLE].rows == len(team.findings)


def test_the_groups_count_all_findings_of_each_owner_and_rule(team):
    groups = tables(check_sheet(team, "en"))["CheckGroups"]
    owners, rules, counts, *_ = (column.values for column in groups.columns)
    counted = dict(zip(zip(owners, rules, strict=True), counts, strict=True))
    assert counted["Anna", "No amount"] == 4        # D-1, D-2, D-3 and D-12; her D-8 and D-9 are closed
    assert sum(counts) == len(team.findings)


def test_a_finding_leads_to_its_deals_row(team):
    table = tables(check_sheet(team, "en"))["CheckTop"]
    places = deal_places(team)
    first = team.findings[0]
    assert table.columns[0].links[0].sheet == "deals"
    assert table.columns[0].links[0].row == places[first.row]


def test_the_rest_is_listed_owner_by_owner_and_rule_by_rule(team):
    table = tables(check_sheet(team, "en"))[TABLE]
    pairs = list(zip(table.columns[1].values, table.columns[2].values, strict=True))
    starts = [pair for at, pair in enumerate(pairs) if at == 0 or pairs[at - 1] != pair]
    assert len(starts) == len(set(starts))


def test_thousands_of_findings_are_counted_first_and_not_printed_one_by_one():
    deals = [[f"X-{n}", f"Account {n}", f"Owner {n % 60:02}", "Lead", None, None, None, None, 0.75, 0.5, None, None] for n in range(400)]
    sheet = check_sheet(answers(deals), "en")
    said = tables(sheet)
    assert len(answers(deals).findings) > MOST_PRINTED
    assert said[TABLE].on_paper == 0
    assert said["CheckOwners"].rows == 60 > MOST_GROUPS
    assert sum(said["CheckOwners"].columns[1].values) == sum(said["CheckRules"].columns[1].values)


def test_nothing_to_report_is_said():
    clean = answers([TEAM[6]])
    assert not clean.findings
    assert any(isinstance(block, Text) and block.text.startswith("Nothing to report") for block in check_sheet(clean, "en").blocks)


def test_notes_stand_apart_from_findings(team):
    sheet = check_sheet(team, "en")
    assert any(isinstance(block, Heading) and block.text.startswith("Notes on how the source was read") for block in sheet.blocks)
    assert tables(sheet)["CheckNotes"].rows == len(team.notes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_a_name(language):
    said = words(language)
    assert not [rule.code for rule in RULES.values() if rule.severity != "note" and f"sheet.rule.{rule.code}" not in said]


def test_money_that_is_not_known_stays_empty():
    table = tables(check_sheet(answers([[*TEAM[3]]]), "en"))["CheckTop"]
    assert all(math.isnan(stake) for stake in table.columns[4].values)
