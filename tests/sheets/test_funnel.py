"""What the sheet Funnel says, with numbers worked by hand from the small team in team.py."""

import math

import pytest

from funnel_xl.sheets.describe import Beside, Chart, Figures, Sheet, Table, Text
from funnel_xl.sheets.funnel import CHARTED_OWNERS, MOST_MONTHS, MOST_OWNERS, funnel_sheet
from funnel_xl.sheets.numbers import percent, short_money
from tests.sheets.said import EXPECTED, said
from tests.sheets.team import HEADER, STAGES, TEAM, answers


@pytest.fixture(scope="module")
def funnel() -> Sheet:
    return funnel_sheet(answers(quota=3_000_000, quota_period="2026-Q2"), "en")


def table(sheet: Sheet, name: str) -> Table:
    return next(block for block in sheet.blocks if isinstance(block, Table) and block.name == name)


def charts(sheet: Sheet) -> list[Chart]:
    blocks = [chart for block in sheet.blocks for chart in (block.charts if isinstance(block, Beside) else [block])]
    return [block for block in blocks if isinstance(block, Chart)]


def rows(table: Table) -> list[tuple]:
    values = zip(*(column.values for column in table.columns), strict=True)
    return [tuple(None if value != value else value for value in row) for row in values]


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_the_funnel_reads_as_it_was_agreed(language):
    sheet = funnel_sheet(answers(quota=3_000_000, quota_period="2026-Q2"), language)
    assert said(sheet) == (EXPECTED / f"funnel-{language}.txt").read_text(encoding="utf-8")


def test_the_tiles_say_the_teams_numbers(funnel):
    figures = next(block for block in funnel.blocks if isinstance(block, Figures)).figures
    assert [figure.value for figure in figures] == pytest.approx([
        9,                          # all but two won and one lost
        3_100_000,                  # 1,200 + 800 + 100 + 400 + 50 + 300 + 250 thousand; two are not known
        1_145_000,                  # 600 + 200 + 10 + 80 + 5 + 150 + 100 thousand
        800_000,                    # 600 + 200 thousand
        2 / 3,                      # 2 won of 3 closed
        400_000,                    # 800 thousand / 2
        95,                         # 100 and 90 days
        9 * 2 / 3 * 400_000 / 95,
        3_000_000,
        0,                          # nothing was won after the as-of date
        2_300_000 / 3_000_000,      # 1,200 + 800 + 300 thousand are due in the quarter
        950_000 / 3_000_000,        # 600 + 200 + 150 thousand of them
    ])


def test_each_stage_says_how_many_reached_it_and_went_on(funnel):
    assert rows(table(funnel, "FunnelStages")) == [
        # 4 are leads; 4 proposals and 2 won passed it
        ("Lead", 4, 800_000, 195_000, 10, 6, 0.6),
        ("Proposal", 4, 2_000_000, 800_000, 6, 2, pytest.approx(1 / 3)),
        ("Won", 2, 800_000, None, None, None, None),
        ("Lost", 1, 400_000, None, None, None, None),
        ("Proposl", 1, 300_000, 150_000, None, None, None),
    ]


def test_a_lost_deal_that_left_no_trace_of_its_stage_is_said(funnel):
    assert any(isinstance(block, Text) and block.text.endswith("not known: 1 lost.") for block in funnel.blocks)


def test_the_bars_of_the_funnel_are_centred(funnel):
    reached, amount = charts(funnel)[:2]
    assert (reached.kind, amount.kind) == ("funnel", "funnel")
    assert [series.values for series in reached.series] == [(0, 2), (10, 6)]        # (10 - 6) / 2 before and behind
    assert reached.series[1].labels == ("10  (60%)", "6  (33%)")
    assert [series.values for series in amount.series] == [(600_000, 0), (800_000, 2_000_000)]
    assert amount.series[1].labels == ("800K", "2.00M")
    assert reached.series[0].tone == "none"


def test_every_chart_has_a_title_and_names_its_axes(funnel):
    assert len(charts(funnel)) == 5
    assert all(chart.title and chart.category_title and chart.value_title for chart in charts(funnel))


def test_overdue_and_undated_deals_have_bars_of_their_own(funnel):
    assert [row[:2] for row in rows(table(funnel, "FunnelMonths"))] == [
        ("Overdue", 1), ("2026-04", 2), ("2026-05", 2), ("2026-06", 1), ("2026-08", 1), ("2026-12", 1), ("No date", 1)]


def test_each_win_rate_names_its_base(funnel):
    assert rows(table(funnel, "FunnelRates")) == [
        ("by count", pytest.approx(2 / 3), "2 won / (2 won + 1 lost)"),
        ("by value", pytest.approx(800 / 1200), "won amount / (won amount + lost amount)"),
        ("of all deals", pytest.approx(2 / 12), "2 won / 12 deals, open ones included"),
    ]


def test_without_amounts_the_funnel_still_shows_deals():
    sheet = funnel_sheet(answers([[*deal[:4], None, *deal[5:]] for deal in TEAM]), "en")
    assert [chart.title for chart in charts(sheet)] == [
        "Deals that reached each stage", "Open deals by stage", "Open deals by month of close", "Open deals by placement",
        "Open deals by owner"]
    assert {series.name for series in charts(sheet)[-1].series} == {"Deals"}
    assert any(isinstance(block, Text) and "No amount of an open deal is known" in block.text for block in sheet.blocks)


@pytest.mark.parametrize("deals", [[], TEAM[:1], [[*deal[:3], "Lost", *deal[4:]] for deal in TEAM]], ids=["none", "one", "all lost"])
@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_few_deals_or_only_lost_ones_make_no_empty_picture(deals, language):
    for chart in charts(funnel_sheet(answers(deals), language)):
        assert any(value > 0 for series in chart.series for value in series.values)


def test_three_hundred_owners_become_fifteen_lines_that_add_up():
    deals = [[f"X-{n}", f"Account {n}", f"Owner {n:03}", "Lead", 1000 + n, 0.5, None, None, None, None, None, None] for n in range(300)]
    sheet = funnel_sheet(answers(deals), "en")
    lines = rows(table(sheet, "FunnelOwners"))
    assert len(lines) == MOST_OWNERS
    assert lines[-1][0] == "286 others"
    assert math.fsum(line[2] for line in lines) == sum(1000 + n for n in range(300))
    assert len(next(chart for chart in charts(sheet) if chart.title == "Open deals by owner").categories) == CHARTED_OWNERS


def test_forty_months_become_as_many_bars_as_can_be_told_apart():
    deals = [[f"X-{n}", f"Account {n}", "Anna", "Lead", 1000, 0.5, f"{2026 + n // 12}-{n % 12 + 1:02}-28", None, None, None, None, None]
             for n in range(3, 43)]
    sheet = funnel_sheet(answers(deals), "en")
    chart = next(chart for chart in charts(sheet) if chart.kind == "column")
    assert len(chart.categories) == MOST_MONTHS
    assert chart.categories[-1] == "Later"
    assert sum(chart.series[0].values) == 40_000
    assert table(sheet, "FunnelMonths").rows == 40


def test_thirty_stages_are_all_shown():
    stages = [STAGES[0], *([f"Step {n}", "open", n / 30, "in"] for n in range(30)), *STAGES[3:]]
    deals = [[f"X-{n}", f"Account {n}", "Anna", f"Step {n}", 1000, None, None, None, None, None, None, None] for n in range(30)]
    sheet = funnel_sheet(answers(deals, HEADER, stages), "en")
    assert charts(sheet)[0].categories == tuple(f"Step {n}" for n in range(30))


@pytest.mark.parametrize(("amount", "en", "zh"), [
    (950, "950", "0.1"), (9_999, "9,999", "1.0"), (485_000, "485K", "48.5"), (1_200_000, "1.20M", "120.0"), (12_345_678, "12.35M", "1,235"),
    (3.5e9, "3.50B", "350,000"), (math.nan, "–", "–")])
def test_money_on_a_bar_is_said_as_its_reader_says_it(amount, en, zh):
    assert short_money(amount, "en") == en
    assert short_money(amount, "zh-Hant") == zh


@pytest.mark.parametrize(("share", "text"), [(1 / 3, "33%"), (0.996, "99%"), (1.0, "100%"), (math.nan, "–")])
def test_nearly_all_is_not_said_as_all(share, text):
    assert percent(share) == text
