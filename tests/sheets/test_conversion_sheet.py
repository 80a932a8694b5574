"""What the sheet Conversion says of small teams worked by hand, and of Maven's real deals."""

import datetime as dt
import math

import pytest

from funnel_xl.book.team import Request
from funnel_xl.book.team import answers_of as answers_of_file
from funnel_xl.sheets.conversion import conversion_sheet
from funnel_xl.sheets.describe import Beside, Chart, Figures, Heading, Sheet, Table, Text
from funnel_xl.sheets.records import sheet_record
from funnel_xl.wording import LANGUAGES, words
from tests.sheets.said import said
from tests.sheets.team import HEADER, TEAM, answers


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return conversion_sheet(answers(), "en")


def tables(sheet: Sheet) -> dict[str, Table]:
    return {block.name: block for block in sheet.blocks if isinstance(block, Table)}


def rows(table: Table) -> list[tuple]:
    values = zip(*(column.values for column in table.columns), strict=True)
    return [tuple(None if value != value else value for value in row) for row in values]


def texts(sheet: Sheet) -> str:
    return "\n".join(block.text for block in sheet.blocks if isinstance(block, Text | Heading))


def test_the_tiles_say_each_win_rate_with_its_base_its_interval_and_how_sure_it_is(sheet):
    figures = next(block for block in sheet.blocks if isinstance(block, Figures)).figures
    assert [figure.value for figure in figures] == pytest.approx([2 / 3, 800 / 1200, 2 / 12, 3])
    assert figures[0].note == "of 3 closed deals · 21–94% · uncertain: few deals"       # Wilson, 2 of 3
    assert figures[2].note == "of 12 deals, open ones too · 5–45% · uncertain: few deals"
    assert figures[3].note == "2 won, 1 lost"


def test_the_stages_are_told_with_what_went_on_stayed_and_was_lost(sheet):
    """4 leads, 4 proposals, 2 won; the one that was lost, nobody knows where, is left out, so no rate can rest on losses."""
    assert rows(tables(sheet)["ConversionStages"]) == [
        ("Lead", 10, 6, 4, None, 0.6, "31–83%", None, "", None, "too high: losses not counted"),
        ("Proposal", 6, 2, 4, None, 1 / 3, "10–70%", None, "", None, "too high: losses not counted")]
    assert "Too high: 1 of 1 lost deals are left out below" in texts(sheet)
    known = conversion_sheet(answers([[*row, "Lead" if row[3] == "Lost" else None] for row in TEAM], [*HEADER, "Lost at stage"]), "en")
    assert rows(tables(known)["ConversionStages"])[0][1:6] == (11, 6, 4, 1, 6 / 11)
    assert rows(tables(known)["ConversionStages"])[0][7] == 6 / 7
    assert rows(tables(known)["ConversionStages"])[0][9:] == (1 - 6 / 7, "uncertain: few deals")


def test_each_stage_says_how_many_of_its_deals_were_won_beside_the_chance_that_it_is_given(sheet):
    assert rows(tables(sheet)["ConversionWins"])[0] == ("Lead", 10, 2, None, None, "", None, "", 0.2, "")      # the loss is not known there
    known = conversion_sheet(answers([[*row, "Lead" if row[3] == "Lost" else None] for row in TEAM], [*HEADER, "Lost at stage"]), "en")
    assert rows(tables(known)["ConversionWins"]) == [
        ("Lead", 11, 2, 1, 2 / 3, "21–94%", 800 / 1200, "19–95%", 0.2, "uncertain: few deals"),      # by value: as much as 2.57 deals
        ("Proposal", 6, 2, 0, 1.0, "34–100%", 1.0, "29–100%", 0.5, "uncertain: few deals")]


def test_the_period_ratio_has_a_table_of_its_own(sheet):
    assert rows(tables(sheet)["ConversionPeriod"]) == [     # 5 and 4 open, 2 won behind; two proposals have no amount
        ("Lead", 4, 4, 1.0, 0.0, 800_000, 2_000_000, 2.5, None), ("Proposal", 4, 2, 0.5, 0.5, 2_000_000, 800_000, 0.4, 0.6)]


def test_a_rate_under_a_heading_of_its_own_is_a_field_of_its_own_in_json(sheet):
    for name, table in tables(sheet).items():
        headings = [column.heading for column in table.columns]
        assert len(set(headings)) == len(headings), name
    record = sheet_record(sheet)["tables"]["ConversionByOwner"]
    assert record[0]["Owner"] == "Anna" and record[0]["Won"] == 1


def test_groups_add_up_to_the_total_and_few_deals_are_called_uncertain(sheet):
    table = tables(sheet)["ConversionByOwner"]
    assert [column.total for column in table.columns[:4]] == ["Total", 12, 2, 1]
    assert [row[0] for row in rows(table)] == ["Anna", "Bo", "not given"]
    assert [sum(column.values) for column in table.columns[1:4]] == [12, 2, 1]
    assert table.columns[-1].values[:2] == ["uncertain: few deals", "uncertain: few deals"]
    assert "Too few closed deals to tell the groups apart." in texts(sheet)


def test_stage_by_stage_the_groups_stand_beside_each_other_with_their_numbers():
    known = conversion_sheet(answers([[*row, "Lead" if row[3] == "Lost" else None] for row in TEAM], [*HEADER, "Lost at stage"]), "en")
    found = rows(tables(known)["ConversionStagesByOwner"])
    # Anna: 2 leads, 2 proposals, 1 won, 1 lost in Lead. Bo: 2 leads, 2 proposals, 1 won. D-10 has a typing error for a stage.
    assert found == [("Lead", "~50% (6)", "~60% (5)", ""), ("Proposal", "~33% (3)", "~33% (3)", "")]


def test_the_picture_is_a_funnel_of_all_that_entered(sheet):
    charts = [chart for block in sheet.blocks if isinstance(block, Beside) for chart in block.charts]
    assert charts[0].kind == "funnel" and charts[0].series[1].values == (10, 6) and charts[0].series[1].labels == ("10  (60%)", "6  (33%)")
    assert [series.name for series in charts[1].series] == ["of all that entered"]      # none of those resolved: losses are not known
    assert all(isinstance(chart, Chart) for chart in charts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_in_every_language_down_to_how_it_is_computed(language):
    sheet = conversion_sheet(answers(), language)
    text = said(sheet)
    assert sheet.title == words(language)["sheet.conversion"] and "nan" not in text.lower()
    assert words(language)["how.conversion.cohort"] in text and "{" not in text


@pytest.mark.parametrize(("deals", "header"), [
    ([], HEADER), (TEAM[:1], HEADER), (TEAM[8:9], HEADER), ([["D-1", "A"]], ["id", "account"]),
], ids=["empty", "one open", "one lost", "no stage"])
def test_where_there_is_little_to_say_it_says_so_and_makes_nothing_up(deals, header):
    sheet = conversion_sheet(answers(deals, header, None), "en")
    lost = sum(row[3:4] == ["Lost"] for row in deals)
    figures = next(block for block in sheet.blocks if isinstance(block, Figures)).figures
    assert figures[3].value == lost and figures[0].value == (0 if lost else "–")
    assert lost or "No deal is won or lost yet" in texts(sheet)


def test_a_window_is_told_and_where_it_has_no_effect_that_too():
    assert "The setting Months of conversion (3) has no effect" in texts(conversion_sheet(answers(window_months=3), "en"))
    dated = [[*row, "2026-01-10", "2026-03-01"] for row in TEAM]
    sheet = conversion_sheet(answers(dated, [*HEADER, "Date entered Lead", "Date entered Proposal"], window_months=1), "en")
    assert "Counted are stages entered in the last 1 months, since 2026-03-01" in texts(sheet)
    assert len(tables(sheet)["ConversionPeriod"].columns) == 11      # entries too


def test_of_mavens_thirty_sellers_none_is_told_apart(shared):
    found = answers_of_file(Request(shared / "data" / "maven_crm" / "sales_pipeline.csv", dt.date(2017, 12, 31)))[0]
    sheet = conversion_sheet(found, "en")
    owners = tables(sheet)["ConversionByOwner"]
    assert "chi-square 33.3, 29 degrees of freedom, p = 0.26): none is distinguishable" in texts(sheet)
    assert set(owners.columns[-1].values[:-1]) == {"not distinguishable"} and owners.columns[0].values[-1] == "others (16)"
    assert sum(owners.columns[2].values) == 4238 and owners.columns[4].total == pytest.approx(4238 / 6711)
    figures = next(block for block in sheet.blocks if isinstance(block, Figures)).figures
    assert figures[0].note == "of 6,711 closed deals · 62–64%" and figures[1].value == "–"
    assert "ConversionStagesByOwner" not in tables(sheet)       # no loss says its stage: 100 % for half of the sellers would be no rate
    assert all(math.isnan(rate) for rate in tables(sheet)["ConversionStages"].columns[7].values)
