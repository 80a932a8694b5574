"""The functions that answer about whole tables: the same numbers as for a closed file, in the table's own language."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_xl.excel.catalogue import COLUMNS, ERRORS
from funnel_xl.excel.functions import (
    FUNNEL_CHECK,
    FUNNEL_COLUMNS,
    FUNNEL_CONVERSION,
    FUNNEL_IDEAL,
    FUNNEL_SUMMARY,
    FUNNEL_WHATIF,
    FUNNEL_WINRATE,
)
from funnel_xl.sales.answers import answer
from funnel_xl.sales.deals import read_deals
from funnel_xl.sales.grid import Sheet, Source, Table
from funnel_xl.wording import words

AS_OF = dt.datetime(2026, 3, 31)
STAGES = [
    ["Stage", "Kind", "Probability", "Placement", "Stall days"],
    ["Lead", "open", 0.1, "Above", 30],
    ["Demo", "open", 0.35, "In", 30],
    ["Quote", "open", 0.65, "Best Few", 15],
    ["Won", "won", None, None, None],
    ["Lost", "lost", None, None, None],
]
HEADER = [
    "ID", "Account", "Stage", "Amount", "Win probability", "Fund rate", "Competition rate", "Close date", "Stage entered", "Owner",
    "Created",
]
DEALS = [
    HEADER,
    ["D1", "Alpha", "Quote", 1000, None, 75, 75, dt.datetime(2026, 5, 31), dt.datetime(2026, 3, 15), "Ann", dt.datetime(2026, 1, 1)],
    ["D2", "Beta", "Demo", 2000, 40, 50, 50, dt.datetime(2026, 12, 1), dt.datetime(2026, 1, 1), "Bob", dt.datetime(2025, 12, 1)],
    [None] * len(HEADER),
    ["D3", "Gamma", "Won", 4000, None, None, None, dt.datetime(2026, 2, 1), None, "Ann", dt.datetime(2025, 11, 1)],
    ["D4", "Delta", "Lost", 1000, None, None, None, dt.datetime(2026, 2, 1), None, "Bob", dt.datetime(2025, 11, 1)],
    ["D5", "Epsilon", "Qoute", "abc", None, None, None, dt.datetime(2026, 1, 1), None, None, None],
]


def closed_file(deals: list[list[object]], stages: list[list[object]]):
    """The answers for the same two tables in a closed workbook."""
    sheets = {"Deals": Sheet("Deals", deals), "Stages": Sheet("Stages", stages)}
    tables = {name: (Table(name, 1, len(sheet.rows), 1, len(sheet.rows[0])),) for name, sheet in sheets.items()}
    source = Source("Team.xlsx", "Team.xlsx", tuple(sheets), tables, sheets.__getitem__)
    return answer(read_deals(source, AS_OF.date()), AS_OF.date())


def column(answer: list, name: str) -> list:
    at = list(COLUMNS).index(name)
    return [row[at] for row in answer[1:]]


def test_columns_answer_row_for_row_with_the_header_and_an_empty_row_stays_empty():
    answer = FUNNEL_COLUMNS(DEALS, STAGES, AS_OF)
    assert len(answer) == len(DEALS)
    assert list(answer[0]) == [words("en")[f"udf.column.{name}"] for name in COLUMNS]
    assert list(answer[3]) == [""] * len(COLUMNS)
    assert column(answer, "score") == [150, 100, "", "", "", ""]
    assert column(answer, "placement") == ["Best Few", "Above", "", "", "", ""]
    assert column(answer, "horizon") == ["Best Few", "Above", "", "", "", "Overdue"]
    assert column(answer, "probability") == [0.5625, 0.4, "", 1, 0, ""]
    assert column(answer, "probability_from") == ["fund × competition", "own", "", "closed", "closed", ""]
    assert column(answer, "weighted") == [562.5, 800, "", "", "", ""]
    assert column(answer, "work") == ["Close", "Cover the base", "", "", "", ""]
    assert column(answer, "days_in_stage") == [16, 89, "", "", "", ""]
    assert column(answer, "stalled") == ["Yes", "Yes", "", "", "", ""]
    assert column(answer, "check")[0] == "Stalled"
    assert column(answer, "check")[4] == ""
    assert column(answer, "check")[5].startswith("Amount not readable; Unknown stage; Close date is past")


def test_columns_are_the_numbers_of_a_closed_file():
    closed, answer = closed_file(DEALS, STAGES).computed, FUNNEL_COLUMNS(DEALS, STAGES, AS_OF)
    kept = [0, 1, 3, 4, 5]
    for name, theirs in (("score", "score"), ("probability", "probability"), ("weighted", "weighted"), ("days_in_stage", "days_in_stage")):
        ours = [column(answer, name)[row] for row in kept]
        np.testing.assert_array_equal([np.nan if value == "" else value for value in ours], closed[theirs].to_numpy())
    assert [column(answer, "tier")[row] for row in kept] == closed["tier"].tolist()


def test_a_header_in_chinese_is_answered_in_its_script():
    deals = [["客户名称", "当前阶段", "预计成交金额(万元)", "成交概率(%)"], ["A科技公司", "Quote", 50, 70]]
    answer = FUNNEL_COLUMNS(deals, STAGES, AS_OF)
    assert column(answer, "weighted") == [350000]
    assert column(answer, "placement") == ["漏斗底"]
    assert answer[0][1] == "漏斗位置"
    hant = FUNNEL_COLUMNS([["客戶名稱", "當前階段", "預計成交金額(萬元)", "成交機率"], ["A", "Quote", 50, 70]], STAGES, AS_OF)
    assert column(hant, "probability_from") == ["自填"]
    assert hant[0][5] == "加權金額"


def test_wanted_columns_are_named_by_name_or_heading_in_any_language():
    answer = FUNNEL_COLUMNS(DEALS, STAGES, AS_OF, "weighted, 客户分层")
    assert list(answer[0]) == ["Weighted value", "Tier"]
    assert [list(row) for row in FUNNEL_COLUMNS(DEALS, STAGES, AS_OF, [["Score", "Kind of work"]])][1] == [150, "Close"]
    assert FUNNEL_COLUMNS(DEALS, STAGES, AS_OF, "wheight").startswith("columns: there is no column “wheight”; allowed: score,")


def test_dates_money_and_errors_arrive_as_excel_sends_them():
    from decimal import Decimal
    header = ["Account", "Stage", "Amount", "Close date"]
    deals = [header, ["A", "Quote", Decimal("1000"), 46173.0], ["B", "Quote", -2146826246, "2026-05-31"]]      # 46173 is 2026-05-31
    answer = FUNNEL_COLUMNS(deals, STAGES, AS_OF)
    assert column(answer, "weighted") == [650, ""]
    assert column(answer, "horizon") == ["Best Few", "Best Few"]
    assert column(answer, "check") == ["", "Error value"]


def test_dates_of_com_are_read_by_what_the_cell_shows():
    utc = dt.datetime(2026, 5, 31, 23, 30, tzinfo=dt.UTC)
    deals = [["Account", "Stage", "Amount", "Close date"], ["A", "Quote", 1000, utc]]
    assert column(FUNNEL_COLUMNS(deals, STAGES, dt.datetime(2026, 3, 31, tzinfo=dt.UTC)), "horizon") == ["Best Few"]
    # three months from 28 February end on 28 May
    assert column(FUNNEL_COLUMNS(deals, STAGES, dt.datetime(2026, 2, 28, tzinfo=dt.UTC)), "horizon") == ["In"]


def test_summary_tells_each_stage_and_all_open_deals():
    assert [list(row) for row in FUNNEL_SUMMARY(DEALS, STAGES, AS_OF)] == [
        ["Stage", "Deals", "Amount", "Weighted value", "Kind"],
        ["Lead", 0, "", "", "Open"],
        ["Demo", 1, 2000, 800, "Open"],
        ["Quote", 1, 1000, 562.5, "Open"],
        ["Won", 1, 4000, "", "Won"],
        ["Lost", 1, 1000, "", "Lost"],
        ["Qoute", 1, "", "", "unknown"],
        ["All open deals", 3, 3000, 1362.5, "Open"],
    ]


def test_conversion_by_deals_that_entered_and_lost_deals_in_a_note():
    # Demo and Quote deals entered Lead and Demo, the won one all three; the lost one is left out.
    assert [list(row) for row in FUNNEL_CONVERSION(DEALS, STAGES)] == [
        ["Stage", "Entered", "Went on", "Still here", "Conversion rate (went on / entered)"],
        ["Lead", 3, 3, 0, 1],
        ["Demo", 3, 2, 1, 2 / 3],
        ["Quote", 2, 1, 1, 1 / 2],
        ["1 lost deals are left out: the last open stage they reached is not known.", "", "", "", ""],
    ]


def test_conversion_on_other_bases_says_so_in_its_heading():
    resolved, period = (FUNNEL_CONVERSION(DEALS, STAGES, base) for base in ("resolved", "Period"))
    assert resolved[0][4] == "Conversion rate (went on / those that have left)"
    assert [row[4] for row in resolved[1:4]] == [1, 1, 1]
    assert period[0][4] == "Period ratio (deals in the next stage / in this one)"
    assert [row[4] for row in period[1:4]] == ["", 1, 1]        # nobody is in Lead; 1 in Quote / 1 in Demo; 1 won / 1 in Quote
    assert FUNNEL_CONVERSION(DEALS, STAGES, "weekly") == "base: “weekly” is unknown; allowed: entered, resolved, period."


def test_findings_come_in_words_the_dearest_first_with_row_and_heading():
    said = [row[0] for row in FUNNEL_CHECK(DEALS, STAGES, AS_OF)]
    closed = closed_file(DEALS, STAGES)
    assert len(said) == len(closed.findings)
    assert said[0].startswith("row 3, ")
    assert any(sentence.startswith("row 7, Stage: stage “Qoute” is unknown; allowed: Lead, Demo, Quote, Won, Lost.") for sentence in said)
    assert FUNNEL_CHECK([["客戶名稱", "階段", "預計成交金額"], ["甲", "Quot", 5]], STAGES, AS_OF)[0][0].startswith("第 2 列「")


def test_deals_without_a_finding_are_said_to_be_so():
    deals = [HEADER, [*DEALS[1][:8], dt.datetime(2026, 3, 30), "Ann", dt.datetime(2026, 1, 1)]]
    assert FUNNEL_CHECK(deals, STAGES, AS_OF) == [["No finding in 1 deals."]]


def test_check_without_stages_finds_a_preset_as_for_a_closed_file():
    deals = [["Account", "Stage", "Amount"], *(["A", stage, 5] for stage in ("Lead", "Demo", "Negotiation") * 3), ["B", "Negotation", 7]]
    assert any("“Negotation” is unknown" in row[0] for row in FUNNEL_CHECK(deals))


@pytest.mark.parametrize(("base", "rate"), [(None, 1 / 3), ("count", 1 / 3), ("all", 1 / 5)])
def test_win_rate_names_its_base(base, rate):
    assert FUNNEL_WINRATE(["Won", "Lost", "Lost", "Lead", "Demo"], STAGES, None, base) == pytest.approx(rate)


def test_win_rate_by_value_and_without_a_closed_deal():
    assert FUNNEL_WINRATE([["Won"], ["Lost"], ["Lead"]], STAGES, [[30], [70], [5]]) == pytest.approx(0.3)
    assert FUNNEL_WINRATE(["Lead"], STAGES) == "#DIV/0!"
    assert FUNNEL_WINRATE(["Won"], STAGES, [1, 2]) == "#VALUE!"
    assert FUNNEL_WINRATE(["Won"], STAGES, None, "weekly") == "#VALUE!"
    assert FUNNEL_WINRATE(["Won", "#N/A"], STAGES) == "#N/A"


def test_ideal_funnel_leads_with_what_this_period_needs():
    table = [list(row) for row in FUNNEL_IDEAL(3_000_000, 100_000, [[10], [35], [65], [75]], [[3], [3], [3], [3]])]
    assert table[0][3:6] == ["Deals needed this period", "Their amount", "Deals in stock"]
    assert [row[3] for row in table[1:5]] == [300, 86, 47, 40]
    assert [row[8] for row in table[1:5]] == [3, 2, 1, 0]
    assert table[5][0] == "Total" and table[5][5] == 473 and table[5][7] == pytest.approx(12_000_000)
    assert FUNNEL_IDEAL(300, 10, [0.1], [3], 3, "zh-Hans")[0][0] == "进行中阶段"
    assert FUNNEL_IDEAL(300, 10, [0.1, 0.2], [3]).startswith("Give as many probabilities as months")
    assert FUNNEL_IDEAL(300, 10, [0], [3]).startswith("probabilities: 0.0 is no chance")
    assert FUNNEL_IDEAL("much", 10, [0.1], [3]).startswith("target: “much” is no number")


def test_what_if_tells_what_each_factor_alone_must_be():
    """Spec item 30: 200 x 30 % x 20 % x 100,000 x 25 % = 300,000; a goal of 400,000 asks a third more of one; customers are rounded up."""
    table = [list(row) for row in FUNNEL_WHATIF(400_000, 200, 30, 20, "10萬", 25)]
    assert table[0] == ["Factor", "Now", "Needed alone", "Change", "Possible?"]
    assert [row[0] for row in table[1:]] == [
        "Customer base", "First-meeting rate", "Closing efficiency", "Average order", "Gross margin", "Gross profit"]
    assert [row[1] for row in table[1:]] == pytest.approx([200, 0.3, 0.2, 100_000, 0.25, 300_000])
    assert [row[2] for row in table[1:]] == pytest.approx([267, 0.4, 0.8 / 3, 400_000 / 3, 1 / 3, 400_000])
    assert [row[3] for row in table[1:]] == pytest.approx([1 / 3] * 6)
    assert [row[4] for row in table[1:]] == ["Yes"] * 5 + [""]


def test_what_if_says_what_is_impossible_in_the_language_that_is_asked_for():
    possible = [row[4] for row in FUNNEL_WHATIF(1_300_000, 200, 0.3, 0.2, 100_000, 0.25, "zh-Hans")[1:]]
    assert possible == ["可行", "不可行：超过 100%", "可行", "可行", "不可行：超过 100%", ""]      # 130 %, 87 %, 108 %


@pytest.mark.parametrize(("arguments", "said"), [
    ((None, 200, 0.3, 0.2, 5, 0.25), ""), ((4, 200, 0.3, None, 5, 0.25), ""),
    ((4, 0, 0.3, 0.2, 5, 0.25), "base: 0.0 is not allowed"), ((-4, 200, 0.3, 0.2, 5, 0.25), "goal: -4.0 is not allowed"),
    ((4, 200, 130, 0.2, 5, 0.25), 'meeting_rate: "130.0" is no rate'), ((4, 200, 0.3, 0.2, 5, 0), 'margin: "0.0" is no rate'),
    ((4, 200, 0.3, "x", 5, 0.25), 'closing_rate: "x" is no rate'), (("much", 200, 0.3, 0.2, 5, 0.25), "goal: “much” is no"),
    ((4, [1, 2], 0.3, 0.2, 5, 0.25), "base: one value is wanted"),
    ((4, 200, [0.1, 0.2], 0.2, 5, 0.25), "meeting_rate: one value is wanted"),
])
def test_what_if_without_a_number_stays_empty_and_says_what_can_not_be(arguments, said):
    answer = FUNNEL_WHATIF(*arguments)
    assert answer == [[""]] if not said else answer.startswith(said)


def test_what_if_of_numbers_beyond_all_counting_is_no_number():
    assert FUNNEL_WHATIF(5, 1e300, 0.3, 0.2, 1e300, 0.25).startswith("base: “1e+300” is no number")
    assert FUNNEL_WHATIF(5, 1e-300, 0.3, 0.2, 1e-300, 0.25) == "#NUM!"


@given(st.lists(st.one_of(st.none(), st.floats(), st.text(max_size=6), st.sampled_from(["#N/A", -2146826243])), min_size=6, max_size=6))
def test_what_if_answers_any_cells_without_a_mistake_of_ours(arguments):
    answer = FUNNEL_WHATIF(*arguments)
    assert answer != "#VALUE!"
    for row in answer if isinstance(answer, list) else []:
        assert all(not isinstance(cell, float) or np.isfinite(cell) for cell in row)
def test_two_product_lines_are_told_apart():
    stages = [[*STAGES[0], "Product line"], *([*row, line] for line in ("PMD", "MRI") for row in STAGES[1:4]),
              *([*row, None] for row in STAGES[4:])]
    deals = [[*HEADER, "Product"], *([*row, product] for row, product in zip((DEALS[1], DEALS[2]), ("PMD", "mri"), strict=True))]
    named = ["PMD: Lead", "PMD: Demo", "PMD: Quote", "MRI: Lead", "MRI: Demo", "MRI: Quote"]
    assert [row[:2] for row in FUNNEL_SUMMARY(deals, stages, AS_OF)[1:7]] == [
        [name, deals] for name, deals in zip(named, (0, 0, 1, 0, 1, 0), strict=True)]
    assert [row[0] for row in FUNNEL_CONVERSION(deals, stages)[1:7]] == named
    assert column(FUNNEL_COLUMNS(deals, stages, AS_OF), "placement") == column(FUNNEL_COLUMNS(DEALS[:3], STAGES, AS_OF), "placement")


def test_check_says_what_is_wrong_with_the_stages():
    said = FUNNEL_CHECK(DEALS[:3], [*STAGES[:3], ["Quote", "open", 0.2, "Best Few", 15]], AS_OF)
    assert any("no stage counts as won" in row[0] for row in said)
    assert any("“Quote” has a win probability of 20%, less than 35% of “Demo”" in row[0] for row in said)


@pytest.mark.parametrize("function", [FUNNEL_COLUMNS, FUNNEL_SUMMARY, FUNNEL_CHECK, FUNNEL_CONVERSION])
def test_what_is_no_table_is_said_in_one_cell(function):
    assert function(5, STAGES).startswith("deals: this is no table.")
    assert function([["x", "y"], [1, 2]], STAGES).startswith("deals: the first row is no header of a deals table. Seen: x, y.")
    assert function(DEALS, [["Colour"], ["red"]]) is not None
    assert "both mean the field amount" in function([["Amount", "Amount", "Stage"], [1, 2, "Lead"]], STAGES)


def test_a_table_of_nothing_but_its_header_has_nothing_to_say():
    assert len(FUNNEL_COLUMNS([HEADER], STAGES, AS_OF)) == 1
    assert FUNNEL_SUMMARY([HEADER], STAGES, AS_OF)[-1][1] == 0
    assert FUNNEL_CHECK([HEADER], STAGES, AS_OF) == [["No finding in 0 deals."]]


def test_an_as_of_date_that_is_none_is_said():
    assert FUNNEL_COLUMNS(DEALS, STAGES, "soon") == "as_of: “soon” is no date. Write it as 2026-03-15, or point to a cell with a date."
    assert FUNNEL_SUMMARY(DEALS, STAGES, [AS_OF, AS_OF]).startswith("as_of: one value is wanted")


CELL = st.one_of(
    st.none(), st.floats(), st.booleans(), st.text(max_size=8), st.sampled_from(["Lead", "Won", "70%", "50萬", "#N/A", -2146826243]),
    st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(9000, 1, 1)))


@given(st.lists(st.lists(CELL, min_size=len(HEADER), max_size=len(HEADER)), max_size=6))
def test_whatever_stands_in_the_cells_the_columns_hold_numbers_words_or_nothing(rows):
    answer = FUNNEL_COLUMNS([HEADER, *rows], STAGES, AS_OF)
    assert len(answer) == len(rows) + 1
    for row in answer[1:]:
        for (name, kind), cell in zip(COLUMNS.items(), row, strict=True):
            assert (type(cell) is float and np.isfinite(cell)) if cell != "" and kind == "number" else type(cell) is str, name
            assert cell not in ERRORS


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6))
def test_any_cells_at_all_are_answered_without_a_mistake_of_ours(rows):
    for function in (FUNNEL_COLUMNS, FUNNEL_SUMMARY, FUNNEL_CHECK, FUNNEL_CONVERSION):
        assert function(rows, rows) != "#VALUE!"
