"""The sheet Ideal funnel: what it leads with, and that whatever is missing is said."""

import pytest

from funnel_xl.sheets.describe import Chart, Column, Figures, Heading, Table, Text
from funnel_xl.sheets.ideal import WIDTHS, ideal_sheet
from funnel_xl.sheets.records import sheet_record
from funnel_xl.wording import LANGUAGES
from tests.sales.tables import answers_of, book
from tests.sales.test_gap import EXAMPLE, HEADER, STAGES, deals
from tests.sheets.said import said

COUNTS = (("Lead", 200), ("Demo", 60), ("Offer", 80), ("Quote", 31))


def sheet(rows: list | None = None, language: str = "en", stages: list = STAGES, **given: object):
    sheets = {"Deals": deals(*COUNTS) if rows is None else rows, "Stages": stages}
    return ideal_sheet(answers_of(book(sheets), given=given), language)


def texts(found) -> list[str]:
    return [block.text for block in found.blocks if isinstance(block, Text)]


def tables(found) -> dict[str, dict[str, list]]:
    """Every table by its name, its columns by heading; of two alike the last."""
    listed = [block for block in found.blocks if isinstance(block, Table)]
    return {block.name: {column.heading: list(column.values) for column in block.columns} for block in listed}


def test_it_leads_with_what_this_quarter_needs():
    lead = "This quarter (2026-Q1) needs 40 in Quote, you have 31. Missing for it: 9 deals in Quote. Won so far: 0 of 3,000,000."
    assert texts(sheet(**EXAMPLE))[0] == lead


def test_enough_is_said_to_be_enough():
    assert "Each of these stages holds enough deals." in texts(sheet(deals(("Quote", 40)), **EXAMPLE))[0]


@pytest.mark.parametrize(("language", "lead"), [
    ("zh-Hans", "本季度（2026-Q1）需要：“Quote”40 个，现有 31 个。为此还缺 9 个商机（Quote）。本期已赢 0.0，任务 300.0。"),
    ("zh-Hant", "本季（2026-Q1）需要：「Quote」40 個，現有 31 個。為此還缺 9 個商機（Quote）。本期已得標 0.0，目標 300.0。"),
])
def test_it_leads_in_the_readers_language(language, lead):
    assert texts(sheet(language=language, **EXAMPLE))[0] == lead


@pytest.mark.parametrize(("period", "lead"), [
    ("2026-03", "This month (2026-03)"), ("2026-H1", "This half-year"), ("2026", "This year (2026)"),
])
def test_the_period_is_called_by_its_length(period, lead):
    assert texts(sheet(quota_period=period, **EXAMPLE))[0].startswith(lead)


def test_flags_stand_right_below_with_the_period_that_will_feel_them():
    counts = (("Lead", 200), ("Demo", 60), ("Offer", 80), ("Quote", 20))
    assert texts(sheet(deals(*counts), **EXAMPLE))[1:4] == [
        "Dry top: Lead holds 200 of 300 deals. Too little is coming in; it will be felt in 2026-Q4.",
        "Jammed middle: Offer holds 80 deals where 47 are enough, and Quote does not: they don't move on.",
        "Thin bottom: Quote holds 20 of 40 deals. The orders of 2026-Q1 are not in sight."]


def test_the_whole_stock_is_labelled_with_what_it_feeds():
    found = sheet(**EXAMPLE)
    assert "Ideal and actual by stage: the whole stock of 371 open deals, feeds 4 quarters" in [
        block.text for block in found.blocks if isinstance(block, Heading)]
    figures = {each.label: (each.value, each.note) for block in found.blocks if isinstance(block, Figures) for each in block.figures}
    assert figures["Open deals now"] == (371, "ideal: 473, feeds 4 quarters")
    assert figures["Orders a period"] == (30, "of 100,000 each")
    assert figures["Weighted value now"][1] == "ideal: 12,000,000 (quota × cycle / period)"
    short = sheet(**EXAMPLE | {"cycle_months": 2})
    assert any("feeds this quarter only" in block.text for block in short.blocks if isinstance(block, Heading))


def test_ideal_actual_and_gap_of_each_stage_and_of_all():
    found = sheet(**EXAMPLE)
    table = tables(found)["IdealStages"]
    assert [table[heading] for heading in ("Deals, ideal", "Deals, actual", "Deals, gap", "Won in")] == [
        [300, 86, 47, 40], [200, 60, 80, 31], [-100, -26, 33, -9], ["2026-Q4", "2026-Q3", "2026-Q2", "2026-Q1"]]
    totals = next([column.total for column in block.columns] for block in found.blocks if isinstance(block, Table))
    assert totals[:4] == ["Total", 473, 371, -102] and totals[7] == pytest.approx(12_000_000)
    periods = tables(found)["IdealPeriods"]
    assert periods["Fed by the stages"] == ["Quote", "Offer", "Demo", "Lead"] and periods["Deals, gap"] == [-9, 33, -26, -100]


def test_each_number_of_the_ideal_says_where_it_comes_from():
    table = next(block for block in sheet(**EXAMPLE).blocks if isinstance(block, Table) and block.name == "IdealSources")
    assert [next(iter(column.values)) for column in table.columns] == [
        "Lead", 0.1, "stage's default; only 0 own closed deals", pytest.approx(3 * 365.25 / 12), "stage's expected days", 300,
        pytest.approx(30_000_000)]


def test_no_heading_of_a_table_comes_twice_so_that_a_program_gets_them_all():
    for block in sheet(**EXAMPLE).blocks:
        if isinstance(block, Table):
            assert len({column.heading for column in block.columns}) == len(block.columns)
    first = sheet_record(sheet(**EXAMPLE))["tables"]["IdealSources"][0]
    assert (first["Chance from"], first["Days from"]) == ("stage's default; only 0 own closed deals", "stage's expected days")


def test_the_picture_shows_ideal_beside_actual():
    chart = next(chart for block in sheet(**EXAMPLE).blocks for chart in getattr(block, "charts", ()) if isinstance(chart, Chart))
    assert [list(series.values) for series in chart.series] == [[300, 86, 47, 40], [200, 60, 80, 31]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("given", [{}, EXAMPLE, {"quota": 1000}])
def test_every_table_is_as_wide_as_the_page_and_the_sheet_is_never_empty(language, given):
    found = sheet(language=language, **given)
    for block in found.blocks:
        if isinstance(block, Table):
            assert sum(column.span for column in block.columns) == len(WIDTHS)
    assert said(found).count("\n") > 10 and "{" not in said(found)


def test_without_a_quota_the_page_says_what_to_fill_in():
    assert texts(sheet())[0].startswith("The ideal funnel needs a target: there is no quota.")


def test_without_a_deal_the_page_still_comes():
    assert "you have 0" in texts(sheet([HEADER], **EXAMPLE))[0]


def test_product_lines_come_one_after_another_each_table_under_a_name_of_its_own():
    stages = [["stage", "kind", "probability", "expected days", "product line"], *(
        ["Lead", "open", 0.5, 90, line] for line in ("Software", "Service", "Spares")), ["Won", "won", None, None, None]]
    rows = [["Deal ID", "Account", "Stage", "Amount", "Product"], ["D-1", "A", "Won", 300, "Software"], ["D-2", "B", "Won", 100, "Service"]]
    found = sheet(rows, stages=stages, quota=1000)
    names = [block.name for block in found.blocks if isinstance(block, Table)]
    assert len(names) == len(set(names)) == 6
    assert next(block.text for block in found.blocks if isinstance(block, Heading)) == "Product line: Software"
    assert any(text.startswith("This product line has no target") for text in texts(found))
    assert any("this one has won 75%" in text for text in texts(found))
    figures = sheet_record(found)["figures"]       # 1000 shared by what each has won
    assert (figures["Product line: Software: Quota"], figures["Product line: Service: Quota"]) == (750, 250)


def test_gaps_of_money_keep_their_sign_in_every_language():
    looks = {column.heading: column.look for block in sheet(**EXAMPLE).blocks if isinstance(block, Table) for column in block.columns
             if isinstance(column, Column)}
    assert looks["Weighted, gap"] == looks["Amount, gap"] == "difference"


def test_the_total_is_of_the_stages_whose_money_is_known_as_on_every_other_sheet():
    found = tables(sheet([HEADER, *deals(("Lead", 2), amount=None)[1:], *deals(("Quote", 3), amount=100)[1:]], **EXAMPLE))
    totals = {column.heading: column.total for block in sheet(
        [HEADER, *deals(("Lead", 2), amount=None)[1:], *deals(("Quote", 3), amount=100)[1:]], **EXAMPLE).blocks
        if isinstance(block, Table) and block.name == "IdealStages" for column in block.columns}
    assert totals["Amount, actual"] == 300 and totals["Amount, gap"] == 300 - totals["Amount, ideal"]
    assert found["IdealStages"]["Amount, actual"][3] == 300


def test_a_chance_that_falls_by_the_teams_own_history_is_not_blamed_on_the_defaults():
    closed = [["W", "A", "Won", 100, None, None, None, None]] * 40 + [["L", "A", "Lost", 100, None, None, None, None]] * 20
    assert any("own history and stage defaults contradict" in text for text in texts(sheet([HEADER, *closed], **EXAMPLE)))


def test_deals_that_skip_a_stage_are_named_as_the_reason_where_the_chance_falls_by_own_history():
    """Of 45 closed deals that entered Lead 30 were won; 10 of these skipped Demo, which 35 entered and 20 won: 67 %, then 57 %."""
    rows, history = [HEADER], [["Deal ID", "Stage", "Entered"]]
    for at in range(45):
        end = "Won" if at < 30 else "Lost"
        rows.append([f"D-{at}", "A", end, 100, None, "2026-01-01", "2026-02-20", None])
        history += [[f"D-{at}", stage, day] for stage, day in (("Lead", "2026-01-01"), ("Demo", "2026-01-11"), (end, "2026-02-20"))
                    if at >= 10 or stage != "Demo"]
    answers = answers_of(book({"Deals": rows, "Stages": STAGES, "History": history}), given=EXAMPLE)
    notes = "\n".join(texts(ideal_sheet(answers, "en")))
    assert "By the team's own history the chance to win falls from one stage to the next (Lead → Demo)" in notes
    assert "contradict each other" not in notes
