"""What the sheet Quotas says, of a small team whose numbers are worked by hand in tests/sales/test_quotas.py."""

import datetime as dt

import pytest

from funnel_xl.sales.answers import Answers
from funnel_xl.sheets.describe import Beside, Figures, Heading, Sheet, Table, Text
from funnel_xl.sheets.quotas import CHARTED, WIDTHS, quotas_sheet
from funnel_xl.wording import LANGUAGES
from tests.sales.tables import answers_of, book
from tests.sales.test_quotas import DEALS, QUOTAS, STAGES, TEAM
from tests.sheets.said import said

DAY = dt.date(2026, 2, 10)
NOW = [["Bo", "2026-Q1", "money", 50], ["Anna", "2026-Q1", "money", 200]]


def team(quotas: list, deals: list = TEAM, **given: object) -> Answers:
    tables = {"Quotas": [QUOTAS, *quotas]} if quotas else {}
    return answers_of(book({"Deals": DEALS + deals, "Stages": STAGES, **tables}), DAY, given=given)


def tables(sheet: Sheet) -> dict[str, Table]:
    return {block.name: block for block in sheet.blocks if isinstance(block, Table)}


def line(table: Table, at: int) -> list:
    return [column.values[at] for column in table.columns]


def texts(sheet: Sheet) -> str:
    return "\n".join(block.text for block in sheet.blocks if isinstance(block, (Text, Heading)))


def test_the_tiles_say_the_teams_quota_and_what_is_missing():
    figures = next(block for block in quotas_sheet(team(NOW), "en").blocks if isinstance(block, Figures)).figures
    assert {each.label: each.value for each in figures} == pytest.approx({
        "Quota": 250, "Won": 180, "Attainment": 0.72, "Expected by now": 250 * 29 / 64, "Weighted due": 70,
        "Forecast attainment": 1, "Still missing": 70, "Deals needed": 1})      # 100 + 50 + 30; 29 of 64 working days; (180 + 70) / 250
    assert figures[4].note.endswith("overdue: 30")


def test_owners_stand_by_name_then_the_others_and_the_team():
    table = tables(quotas_sheet(team(NOW), "en"))["QuotasMoney"]
    assert line(table, 0) == ["Anna", 200, 150, 0.75, 70, 30, 1.1, 50, 1, "On pace"]
    assert line(table, 1) == ["Bo", 50, None, None, 0, 0, None, None, None, None]      # the amount of his won deal is not known
    assert line(table, 2)[:3] == ["Without a quota", None, 30]
    assert [column.total for column in table.columns][:4] == ["Team", 250, 180, 0.72]


def test_the_total_is_called_the_teams_only_where_the_team_has_no_quota_of_its_own():
    table = tables(quotas_sheet(team([["Team", "2026-Q1", "money", 300], *NOW]), "en"))["QuotasMoney"]
    assert [column.total for column in table.columns][:2] == ["Sum of the quotas", 250]


def test_what_the_table_leaves_out_is_said():
    said = texts(quotas_sheet(team([["Team", "2026-Q1", "money", 300], *NOW, ["Cy", "2026-Q1", "money", 10]]), "en"))
    assert "team's own quota is 300, 40 more than its owners' quotas add up to (260)" in said
    assert "1 deals won in the period whose amount is not known" in said and "No deal names these owners: Cy." in said


@pytest.mark.parametrize(("quota", "share", "state"), [
    (["Anna", "2026-Q1", "money", 150], 1, "Reached"), (["Anna", "2026-Q1", "money", 400], 0.375, "Behind"),      # 181 expected by now
    (["Anna", "2026-Q1", "money", 331], 150 / 331, "On pace")])      # 331 x 29 / 64 = 149.98
def test_the_state_tells_reached_from_behind(quota, share, state):
    table = tables(quotas_sheet(team([quota]), "en"))["QuotasMoney"]
    assert (line(table, 0)[3], line(table, 0)[-1]) == (pytest.approx(share), state)


def test_earlier_periods_come_with_their_trend():
    others = [["Anna", "2025-Q4", "money", 999], ["Anna", "2025-Q3", "money", 100], ["Anna", "2026-Q2", "money", 9]]
    sheet = quotas_sheet(team([*NOW, *others]), "en")
    table = tables(sheet)["QuotasPeriodsMoney"]
    assert [line(table, at)[0] for at in range(4)] == ["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"]
    assert table.columns[5].values == [0, 1, 0.72, 0] and table.columns[6].values == [None, 100, None, None]     # D-3's 999 of 999
    assert [line(table, at)[-1] for at in range(4)] == ["Missed", "Reached", "On pace", "To come"]
    beside = tables(sheet)["QuotasOwnersMoney"]
    assert [column.heading for column in beside.columns] == ["Attainment by owner", "2025-Q3", "2025-Q4", "2026-Q1"]
    assert line(beside, 0) == ["Anna", 0, 1, 0.75] and line(beside, 1) == ["Bo", None, None, None]
    assert any(isinstance(block, Beside) and len(block.charts) == 2 for block in sheet.blocks)


def test_quotas_of_leads_have_no_forecast():
    table = tables(quotas_sheet(team([["Anna", "2026-Q1", "leads", 4]]), "en"))["QuotasLeads"]
    assert line(table, 0) == ["Anna", 4, 3, 0.75, 1.8, 1, "On pace"]        # 4 x 29 / 64


def test_many_owners_are_charted_by_their_quotas_and_all_listed():
    sheet = quotas_sheet(team([[f"Owner {n:02}", "2026-Q1", "money", n] for n in range(1, 21)]), "en")
    chart = next(block for block in sheet.blocks if isinstance(block, Beside)).charts[0]
    assert chart.categories == tuple(f"Owner {n:02}" for n in range(21 - CHARTED, 21)) and "12 largest" in chart.title
    assert tables(sheet)["QuotasMoney"].rows == 21      # and those without a quota


def test_a_quota_for_the_team_alone_shows_all_deals():
    table = tables(quotas_sheet(team([["", "2026-Q1", "money", 360]]), "en"))["QuotasMoney"]
    assert line(table, 0)[:3] == ["All deals", None, 180] and [column.total for column in table.columns][1:4] == [360, 180, 0.5]


def test_without_quotas_the_sheet_says_which_table_to_add():
    assert "no table Quotas. Add one with the columns Owner, Period, Measure, Quota" in texts(quotas_sheet(team([]), "en"))
    assert "None of the 1 rows" in texts(quotas_sheet(team([["Anna", "soon", "money", 1]]), "en"))
    given = quotas_sheet(team([], quota=360, quota_period="2026-Q1"), "en")     # the command line's quota has its tiles all the same
    assert next(block for block in given.blocks if isinstance(block, Figures)).figures[2].value == 0.5


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("quotas", [[], [["Anna", "soon", "money", 1]], [["Anna", "2020", "leads", 1]], NOW, [
    *NOW, ["Anna", "2026", "margin", 5], ["Anna", "2026-02", "leads", 5], ["Bo", "2026-01", "leads", 5], ["Bo", "2026-Q1", "deals", 5]]])
@pytest.mark.parametrize("deals", [[], TEAM[:1], TEAM[7:8], TEAM])
def test_the_sheet_comes_whatever_is_known(language, quotas, deals):
    sheet = quotas_sheet(team(quotas, deals), language)
    assert said(sheet)
    for table in tables(sheet).values():
        assert {len(column.values) for column in table.columns} == {table.rows}
        assert sum(column.span for column in table.columns) <= len(WIDTHS)
