"""Whatever a team's tables hold: every report, the weekly pages, the pack and what-if say numbers or say nothing, never "nan" or "inf"."""

import datetime as dt
import io
import json
import math
import random
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from funnel_xl.draw.book import draw
from funnel_xl.errors import OutOfRange
from funnel_xl.excel import functions
from funnel_xl.sales.answers import Answers
from funnel_xl.sales.gap import NoGap, ideal_gaps
from funnel_xl.sales.grid import CellError
from funnel_xl.sales.knowledge import Query, cases, search
from funnel_xl.sales.period import following, read_period
from funnel_xl.sales.whatif import Lever, solved, what_if
from funnel_xl.sheets.case_search import case_blocks, case_record
from funnel_xl.sheets.choose import chosen_deals
from funnel_xl.sheets.describe import Chart, Figures, Heading, Series, Sheet, Table
from funnel_xl.sheets.levers import whatif_sheet
from funnel_xl.sheets.pack import pack
from funnel_xl.sheets.records import check_record, sheet_record, summary_record, whatif_record
from funnel_xl.sheets.reports import REPORTS, reports
from funnel_xl.sheets.terminal import check_blocks, sheet_blocks, summary_blocks
from funnel_xl.sheets.weekly_pack import weekly_sheets
from funnel_xl.wording import LANGUAGES, words
from tests.sales.tables import answers_of, book, csv_file, those

Rows = list[list[object]]
AS_OF = dt.date(2026, 3, 31)
NO_NUMBER = re.compile(r"(?<!\w)[-−+]?(nan|inf|NaT)(?!\w)|^None$|nan%|inf%")

HEADER = ["id", "account", "owner", "stage", "amount", "currency", "close date", "created", "entered", "last contact", "fund",
          "competition", "probability", "product", "source", "industry", "competitor", "lost reason", "lost at stage",
        "sales cost", "opportunity cost",
          "margin", "lead score", "budget confirmed", "satisfaction", "territory", "channel", "next step", "next step due"]
STAGES: Rows = [
    ["stage", "kind", "probability", "placement", "expected days", "stall days", "entry condition", "product line"],
    ["Lead", "open", 0.2, "above", 30, 30, None, None], ["Proposal", "open", 0.5, "in", 20, 30, "budget approved", None],
    ["Won", "won", 1, None, None, None, None, None], ["Lost", "lost", 0, None, None, None, None, None]]
BESIDE: dict[str, Rows] = {
    "Stages": STAGES,
    "History": [["deal", "entered", "stage", "from stage", "left"],
                *([f"D-{deal}", dt.datetime(2025, 6, 1) + dt.timedelta(days=20 * step), stage, None, None]
                  for deal in range(12) for step, stage in enumerate(["Lead", "Proposal", "Won"][:1 + deal % 3]))],
    "Quotas": [["owner", "period", "measure", "value"], ["Ann", "2026-Q1", "money", 5000], ["", "2026-Q1", "money", 9000],
               ["Ann", "2026", "won deals", 3], ["Bo", "2026-03", "new leads", 4], ["Ann", "2026-Q1", "margin", 100]],
    "Payments": [["deal", "due", "amount due", "received", "received on"],
                 ["D-2", dt.datetime(2026, 1, 1), 500, 100, dt.datetime(2026, 1, 5)], ["D-6", dt.datetime(2026, 9, 1), 500, None, None]],
    "LeadScore": [["criterion", "weight", "levels"], ["Budget confirmed", 3, "no=0; yes=1"], ["Nowhere", 1, "a; b"]],
    "Actions": [["deal", "action", "owner", "due", "done"], ["D-0", "Send", "Ann", dt.datetime(2026, 3, 24), "no"],
                ["D-0", "Ask", "Ann", dt.datetime(2026, 3, 23), "yes"]],
    "Buyers": [["deal", "name", "title", "location", "types", "rating", "contacted"], ["D-0", "W", "President", "Rome", "E,T", 3, "yes"]],
}
EVIL = ["=1+1", "{braces}", "{0}", "%s %d", "x" * 32_767, "a\nb\r\nc", "\u202eRTL\u202c", "🦊👩‍👩‍👧", "\x01\x02\x0b",
        "a/b\\c?*[x]:'", "'quoted'", "History", "", "   ", "-", "@SUM(A1)", "_x0041_", "</x>&amp;", "ＡＮＮ", "ann", "D-1;D-2"]
STRANGE = [-5.0, 0.0, 1e300, 1e-300, 1e15, -1e300, 1.7e308, True, CellError("#N/A"), "n/a", "1e400", "9" * 400, dt.datetime(2026, 1, 1),
           dt.time(3), dt.timedelta(3), *EVIL[:10]]
DAYS = [dt.datetime(1900, 1, 1), dt.datetime(1899, 12, 31), dt.datetime(9999, 12, 31), dt.datetime(1, 1, 1), 2_958_465, 99_999_999, -1, 0.5]


def deal(number: int, **other: object) -> list[object]:
    cells = {
        "id": f"D-{number}", "account": f"Clinic {number}", "owner": "Ann" if number % 2 else "Bo", "stage": STAGES[1 + number % 4][0],
        "amount": 1000.0 * (number + 1), "close date": dt.datetime(2026, 1 + number % 12, 3),
        "created": dt.datetime(2025, 1 + number % 12, 5), "entered": dt.datetime(2025, 6, 1), "last contact": dt.datetime(2026,
        3, 1), "fund": 0.75, "competition": 0.5,
        "product": "PQ"[number % 2], "source": "web", "industry": "x", "competitor": "Riva", "sales cost": 10.0, "opportunity cost": 20.0,
        "margin": 0.3, "lead score": 7, "budget confirmed": "yes", "satisfaction": 4, "territory": "N", "channel": "d", "next step": "call",
        "next step due": dt.datetime(2026, 4, 2)}
    cells |= {"lost reason": "price", "lost at stage": "Lead"} if number % 4 == 3 else {}
    cells |= other
    return [cells.get(heading) for heading in HEADER]


def deals(count: int = 12, **other: object) -> Rows:
    return [HEADER, *(deal(number, **other) for number in range(count))]


def team(table: Rows, beside: Mapping[str, Rows] = BESIDE, **tables: Rows) -> dict[str, Rows]:
    return {"Deals": table, **beside, **tables}


def asked(table: Rows | None = None, as_of: dt.date = AS_OF, **tables: Rows) -> Answers:
    return answers_of(book(team(table or deals(), **tables)), as_of)


def texts(part: object) -> Iterator[str]:
    """Every text of a description."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, (list, tuple)):
        for each in part:
            yield from texts(each)
    elif hasattr(part, "__dataclass_fields__"):
        for name in part.__dataclass_fields__:
            yield from texts(getattr(part, name))


def numbers(sheet: Sheet) -> Iterator[object]:
    for block in sheet.blocks:
        if isinstance(block, Figures):
            yield from (figure.value for figure in block.figures)
        elif isinstance(block, Table):
            for column in block.columns:
                yield from (*column.values, column.total)


def hold(sheets: Sequence[Sheet], language: str) -> None:
    """None is empty; none says an endless number, on paper, on a terminal or to a program."""
    assert sheets
    for sheet in sheets:
        said = [text for text in texts(sheet) if text.strip()]
        assert len(said) > 3, sheet.key
        assert not [text for text in said if NO_NUMBER.search(text)], sheet.key
        assert not [value for value in numbers(sheet) if isinstance(value, (float, np.floating)) and math.isinf(value)], sheet.key
        for block in sheet_blocks(sheet, words(language)):
            printed = [cell for row in ((block.heading,), block.header, *block.rows) for cell in row]
            assert not [cell for cell in printed if NO_NUMBER.search(cell)], sheet.key
        json.dumps(sheet_record(sheet), allow_nan=False)


def hold_all(answers: Answers, language: str = "en") -> tuple[tuple[Sheet, ...], ...]:
    """Everything that is said of these answers holds; the sheets, workbook by workbook."""
    text = words(language)
    review = pack(answers, language, form="both", chosen=chosen_deals(answers))
    every = (reports(answers, language), weekly_sheets(answers, language), review)
    for sheets in every:
        hold(sheets, language)
    for goal in (math.nan, 1e-9, 500_000.0, 1e15):
        if plans := what_if(answers, goal):
            hold([whatif_sheet(answers, language, plans, plans)], language)
            json.dumps(whatif_record(answers, plans, plans, {}), allow_nan=False)
    found = cases(answers)
    for query in (Query("", "", "", ""), Query("P", "{", "won", "="), Query("", "", "lost", "%s")):
        json.dumps(case_record(found, search(found, query), query), allow_nan=False)
        case_blocks(found, search(found, query), query, text)
    json.dumps([summary_record(answers), check_record(answers, text)], allow_nan=False)
    assert summary_blocks(answers, text) and check_blocks(answers, text)
    return every


def opens(sheets: Sequence[Sheet]) -> None:
    """The workbook that is drawn opens in two readers, and none of its sheets is empty."""
    out = io.BytesIO()
    draw(sheets, out)
    with zipfile.ZipFile(out) as package:
        assert package.testzip() is None
    drawn = openpyxl.load_workbook(out)
    assert all(any(cell.value is not None for row in sheet.iter_rows() for cell in row) for sheet in drawn)
    by_another = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue()))
    assert by_another.sheet_names == drawn.sheetnames
    assert all(by_another.get_sheet_by_name(name).to_python() for name in drawn.sheetnames)


SMALL = {
    "a table without a deal": team([HEADER]), "an empty row": team([HEADER, [None] * len(HEADER)]),
    "no deal and no table": {"Deals": [HEADER]}, "one deal": team(deals(1)), "one deal and no table": {"Deals": deals(1)},
    "two columns": {"Deals": [["account", "stage"], ["A", "Lead"]]},
    "no stage, no owner, no amount": {"Deals": [["account", "created"], ["A", "2026-01-01"]]},
    "no stage": team(deals(stage=None)), "no owner": team(deals(owner=None)), "no amount": team(deals(amount=None)),
    "all won": team(deals(stage="Won")), "all lost": team(deals(stage="Lost")), "all open": team(deals(stage="Lead")),
    "unknown stages": team(deals(stage="Weird")), "unknown stages alone": {"Deals": deals(stage="Weird")}, "one id": team(deals(id="D-1")),
    "no open stage in a line": team(deals(), Stages=[*STAGES, ["Won P", "won", 1, None, None, None, None, "P"]]),
    "won only": team(deals(), Stages=[STAGES[0], STAGES[3]]), "lines only": team(deals(), Stages=[STAGES[0], [*STAGES[1][:-1], "P"]]),
    "two stages of one name": team(deals(), Stages=[*STAGES[:3], STAGES[1], *STAGES[3:], STAGES[3]]),
}


@pytest.mark.parametrize("tables", SMALL.values(), ids=SMALL)
def test_a_team_that_has_next_to_nothing_gets_sheets_that_say_so(tables):
    hold_all(answers_of(book(tables), AS_OF), LANGUAGES[len(tables) % 3])


@pytest.mark.parametrize("count", [0, 1, 12])
def test_a_csv_file_alone_fills_every_report(count):
    hold_all(answers_of(csv_file(deals(count)), AS_OF))


@pytest.mark.parametrize("at", range(len(EVIL)), ids=lambda at: repr(EVIL[at])[:12])
def test_any_text_stands_in_any_place(at):
    evil, dice = EVIL[at], random.Random(at)
    names = ["account", "owner", "product", "source", "competitor", "lost reason", "territory", "channel", "next step"]
    more = {name: [rows[0], *([evil if isinstance(cell, str) and dice.random() < 0.5 else cell for cell in row] for row in rows[1:])]
            for name, rows in BESIDE.items() if name != "Stages"}
    stages = [*STAGES[:3], [evil, "open", 0.3, "in", 5, 5, evil, evil], *STAGES[3:]]
    every = hold_all(asked(deals(**dict.fromkeys(names, evil)), Stages=stages, **more), LANGUAGES[at % 3])
    if at % 2 == 0:     # drawing takes the longest
        opens(every[at // 2 % 3])


def test_three_hundred_owners_and_sixty_stages_are_too_many_for_nobody():
    crowd = [HEADER, *(deal(number, owner=f"Owner {number % 300}", stage=f"Step {number % 60}") for number in range(600))]
    kinds = ["open"] * 58 + ["won", "lost"]
    steps = [STAGES[0], *([f"Step {at}", kind, at / 60, None, 1, 1, None, None] for at, kind in enumerate(kinds))]
    hold_all(asked(crowd, Stages=steps))
    pages = weekly_sheets(asked([HEADER, *(deal(at, owner=EVIL[at % len(EVIL)]) for at in range(60))]), "en")
    hold(pages, "en")
    opens(pages)


@settings(max_examples=12)
@given(st.lists(st.tuples(st.sampled_from(HEADER), st.sampled_from([*STRANGE, *DAYS])), max_size=8),
       st.lists(st.tuples(st.sampled_from(sorted(BESIDE)), st.integers(0, 6), st.integers(0, 7), st.sampled_from([*STRANGE, *DAYS])),
                max_size=8),
       st.sampled_from([dt.date(1900, 1, 1), AS_OF, dt.date(2026, 12, 31), dt.date(2200, 12, 31)]), st.sampled_from(LANGUAGES))
def test_any_cell_in_any_table_leaves_numbers_or_nothing(columns, cells, as_of, language):
    tables = {name: [list(row) for row in rows] for name, rows in BESIDE.items()}
    for name, row, column, cell in cells:
        table = tables[name]
        table[row % len(table)][column % len(table[0])] = cell
    hold_all(answers_of(book(team(deals(**dict(columns)), tables)), as_of), language)


@settings(max_examples=12)
@given(st.sampled_from(sorted(BESIDE)), st.sampled_from(
    ["none", "headings", "blank", "unknown", "texts", "numbers", "negative", "strangers", "twice"]))
def test_a_table_beside_the_deals_may_be_anything(name, how):
    header, *rows = BESIDE[name]
    table = {
        "none": None, "headings": [header], "blank": [header, [None] * len(header)], "unknown": [["foo", "bar"], [1, "a"]],
        "texts": [header, ["blah"] * len(header)], "numbers": [header, [7.5] * len(header)],
        "negative": [header, *([-cell if isinstance(cell, (int, float)) else cell for cell in row] for row in rows)],
        "strangers": [header, *(["Nobody", *row[1:]] for row in rows)], "twice": [header, *rows, *rows]}[how]
    hold_all(answers_of(book({each: found for each, found in team(deals(), **{name: table}).items() if found}), AS_OF))


SETTINGS = ["small", "big", "quota", "fiscal_first_month", "gate", "probability_gap", "min_stages", "max_stages", "weekly_days",
            "note_hours", "report_workdays", "lead_workdays", "window_months", "least_conversion", "average_order", "cycle_months",
            "base", "meeting_rate", "closing_rate", "margin", "acquisition_cost", "new_customers", "satisfied_from", "time_preset",
            "accounts", "hours", "free_halves", "quota_period", "holidays", "currency", "our_company"]


@settings(max_examples=15)
@given(st.lists(st.tuples(st.sampled_from(SETTINGS), st.sampled_from(
    ["abc", -1, 0, 1e300, -1e300, 1e-300, 1e15, "30%", "150%", 30, 0.5, "-5%", True, math.inf, CellError("#REF!"), "9" * 400, 2.5, 100])),
    min_size=1, max_size=2))
def test_a_setting_holds_or_is_refused_in_one_line(rows):
    try:
        answers = asked(Settings=[["setting", "value"], *map(list, rows)])
    except OutOfRange as refused:
        assert "\n" not in str(refused) and not NO_NUMBER.search(str(refused).split("not at")[0])
        return
    hold_all(answers)


@pytest.mark.parametrize("text", ["\x01 & \x0b", "=1+1"])
def test_a_charts_words_and_the_foot_of_a_page_are_text_whatever_is_typed(text):
    """Control characters no XML holds, and XlsxWriter takes what begins with "=" for a formula of a cell."""
    drawn = io.BytesIO()
    chart = Chart("bar", text, text, text, (text,), (Series("a", (1.0,), labels=(text,)),))
    draw([Sheet("any", "any", "Any", (Heading("A"), chart), title=text, foot=text, widths=(12.0,) * 12)], drawn)
    openpyxl.load_workbook(drawn)
    with zipfile.ZipFile(drawn) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    assert [ElementTree.fromstring(xml) for xml in parts.values()]
    assert b"<c:f>1+1" not in parts["xl/charts/chart1.xml"]


def test_a_number_beyond_all_amounts_is_found_and_counts_for_nothing():
    found = asked(deals(amount=1e300))
    assert len(those(found, "money.unread")) == 12
    assert np.isnan(found.facts.value).all()
    assert len(those(asked(deals(satisfaction=1.7e308)), "money.unread")) == 12


def test_a_chinese_heading_multiplies_no_number_out_of_bounds():
    found = answers_of(book({"Deals": [["account", "金额(万元)"], ["A", 1e12], ["B", 3]]}))
    assert [finding.row for finding in those(found, "money.unread")] == [0]
    assert found.facts.value.tolist()[1] == 30_000


@pytest.mark.parametrize(("name", "value"), [
    ("quota", -1), ("quota", "9" * 400), ("quota", 1e300), ("weekly_days", math.inf), ("window_months", 1e300), ("cycle_months", 1e9),
    ("average_order", -5), ("min_stages", "9" * 400)])
def test_a_setting_beyond_its_range_is_refused_with_the_range(name, value):
    with pytest.raises(OutOfRange, match=f"{name} lies between 0 and [0-9,]+, not at"):
        asked(Settings=[["setting", "value"], [name, value]])


def test_stages_of_a_hundred_years_and_more_have_no_known_time():
    slow = [STAGES[0], *([*row[:4], 1e14, None, None, None] for row in STAGES[1:])]
    gaps = ideal_gaps(asked(Stages=slow, History=[["deal", "entered", "stage"]]))
    assert gaps == (NoGap("", ("months",), ("Lead", "Proposal")),)


def test_a_cycle_of_next_to_nothing_still_feeds_this_period():
    found = asked(Settings=[["setting", "value"], ["cycle_months", 1e-300]])
    assert [len(gap.periods) for gap in ideal_gaps(found)] == [1]
    hold(reports(found, "en", ["ideal"]), "en")


@pytest.mark.parametrize(("text", "next_one", "first"), [
    ("9999-Q4", "10000-Q1", "10000-01-01"), ("9999-12", "10000-01", "10000-01-01"), ("2026-Q4", "2027-Q1", "2027-01-01"),
    ("2026-03", "2026-04", "2026-04-01"), ("2026", "2027", "2027-01-01"), ("2026-H1", "2026-H2", "2026-07-01")])
def test_a_period_is_followed_by_the_next_even_beyond_the_calendar(text, next_one, first):
    period = read_period("2999-Q4" if text.startswith("9999-Q") else "2999-12" if text.startswith("9999") else text, AS_OF)
    if text.startswith("9999"):
        for _ in range(7000 * (4 if "Q" in text else 12)):
            period = following(period)
    found = following(period)
    assert (found.name, str(found.first)) == (next_one, first)


def test_a_close_date_that_stands_for_never_gives_no_day_to_wait_for():
    hold_all(asked(deals(**{"close date": dt.datetime(9999, 12, 31)})))


def test_what_no_number_can_reach_is_said_to_be_unknown():
    far = solved("velocity", "revenue", 1e15, (Lever("open_deals", 1e-300, ""), Lever("cycle_days", 1.0, "")))
    assert [math.isnan(each.needed) for each in far.levers] == [False, True] and math.isnan(far.levers[0].change)
    assert solved("velocity", "revenue", 100.0, (Lever("open_deals", 10.0, ""), Lever("cycle_days", 5.0, ""))).levers[1].needed == 0.1


def test_a_rating_that_is_no_number_is_found():
    found = asked(Buyers=[["deal", "name", "rating"], ["D-0", "W", "up"], ["D-1", "L", math.nan]])
    assert len(those(found, "position.unread")) == 2


@settings(max_examples=15)
@given(st.sampled_from([*REPORTS, "CONVERSION ", "nothing", "", None, 3.0]), st.lists(st.sampled_from([*STRANGE, None]), max_size=9),
       st.sampled_from(["", 1.0, 99.0, "x", None, "#N/A"]), st.sampled_from([None, 46112.0, "soon", -5.0, 3e6]))
def test_a_cell_asks_for_a_report_of_anything_and_gets_rows_or_a_sentence(name, cells, table, as_of):
    rows = [[cell if isinstance(cell, (str, float)) else None for cell in row] for row in deals(3, stage="Lead")]
    for at, cell in enumerate(cells):
        rows[1 + at % 3][at] = cell if isinstance(cell, (str, float)) else None
    found = functions.FUNNEL_REPORT(name, rows, STAGES, as_of, table, BESIDE["Quotas"], [[None]], "x")
    assert found != "#VALUE!", "a mistake of ours"
    spilled = [cell for row in found for cell in row] if isinstance(found, list) else [found]
    assert all(isinstance(cell, (str, float, bool, dt.datetime)) for cell in spilled)
    assert not [cell for cell in spilled if isinstance(cell, float) and not math.isfinite(cell)]
