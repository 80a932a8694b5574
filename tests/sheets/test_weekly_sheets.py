"""The pages of the weekly review: what they say, that each is one page, and that no text breaks them."""

import datetime as dt
import io
from collections.abc import Iterator
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funnel_xl.draw.book import draw
from funnel_xl.errors import OutOfRange
from funnel_xl.sales.answers import Answers
from funnel_xl.sheets.describe import Cell, Form, Heading, Link, Sheet, Table
from funnel_xl.sheets.terminal import sheet_blocks
from funnel_xl.sheets.weekly import ACROSS
from funnel_xl.sheets.weekly_pack import weekly_sheets
from funnel_xl.wording import LANGUAGES, words
from tests.office import pdf, text
from tests.sales.tables import answers_of, book
from tests.sheets.team import TEAM, answers

MONDAY = dt.date(2026, 3, 16)
HEADER = ["id", "account", "owner", "stage", "amount", "fund", "competition", "close date", "entered", "last contact", "next step",
          "next step due"]
LIMITS = [["setting", "value"], ["small", 100], ["big", 2000]]
STAGES = [["stage", "kind", "stall days"], ["Lead", "open", 30], ["Won", "won", None], ["Lost", "lost", None]]
DEALS = [
    ["D-1", "Riverside", "Anna", "Lead", 1000, 75, 75, "2026-04-30", "2026-01-01", "2026-03-13", "Call the board", "2026-03-18"],
    ["D-2", "Harbour", "Anna", "Lead", 5000, 50, 50, "2026-04-30", "2026-03-10", "2026-03-01", None, None],
    ["D-3", "Lakeshore", "", "Lead", None, 50, 50, None, None, None, None, None],
    ["D-4", "Old Mill", "Bo", "Won", 700, 99, 99, "2026-02-01", None, None, None, None],
]
BUYERS = [["deal", "name", "title", "location", "types"], ["D-2", "Ms Wu", "President", None, "E,T"], ["D-2", "Mr Li", None, None, "U"]]
ACTIONS = [["deal", "action", "owner", "due", "done"], ["D-1", "Send the offer", "Anna", "2026-03-10", "yes"],
           ["D-1", "Ask who signs", "Anna", "2026-03-11", "no"], ["D-2", "Old promise", "Anna", "2026-02-11", "no"]]
QUOTAS = [["owner", "period", "value"], ["Anna", "2026-Q1", 1400], ["Bo", "2026-Q1", 100]]


def team(as_of: dt.date = MONDAY, deals: list = DEALS, **sheets: list) -> Answers:
    tables = {"Deals": [HEADER, *deals], "Stages": STAGES, "Buyers": BUYERS, "Actions": ACTIONS, "Quotas": QUOTAS, "Settings": LIMITS}
    tables |= sheets
    return answers_of(book({name: rows for name, rows in tables.items() if rows}), as_of)


def cells(sheet: Sheet) -> Iterator[Cell]:
    return (cell for block in sheet.blocks if isinstance(block, Form) for row in block.rows for cell in row.cells)


def said(sheet: Sheet) -> list[object]:
    return [cell.text for cell in cells(sheet) if cell.text not in (None, "")]


def table(sheet: Sheet, name: str) -> Table:
    return next(block for block in sheet.blocks if isinstance(block, Table) and block.name == name)


def drawn(sheets: tuple[Sheet, ...]) -> int:
    """Draw them; how many sheets the workbook has."""
    out = io.BytesIO()
    draw(sheets, out)
    return sum(name.startswith("xl/worksheets/sheet") for name in ZipFile(out).namelist())


@pytest.fixture(scope="module")
def pages() -> tuple[Sheet, ...]:
    return weekly_sheets(team(), "en")


def test_the_manager_comes_first_then_one_page_for_each_owner_with_open_deals(pages):
    assert [(sheet.key, sheet.name) for sheet in pages] == [
        ("weekly", "Weekly review"), ("weekly:Anna", "Week Anna"), ("weekly:", "Week No owner")]
    assert [sheet.page.one_page for sheet in pages[1:]] == [True, True]


def test_the_table_of_all_owners_is_by_name_leads_to_the_pages_and_adds_up_to_the_pack(pages):
    owners, summary = table(pages[0], "WeeklyOwners"), team().summary
    assert [*owners.columns[0].values] == ["Anna", "Bo", "No owner"]
    assert owners.columns[0].links == [Link("weekly:Anna"), None, Link("weekly:")]
    totals = {column.heading: column.total for column in owners.columns}
    assert (totals["Deals"], totals["Open amount"], totals["Weighted"]) == (summary.open.deals, summary.open.amount, summary.open.weighted)
    assert (totals["Quota"], totals["Won"], totals["Quota − won"]) == (summary.quota, summary.quota_won, summary.quota - summary.quota_won)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_ranked_by_win_rate(language):
    manager = weekly_sheets(team(), language)[0]
    rate = words(language)["sheet.figure.win_rate"]
    headings = [column.heading for block in manager.blocks if isinstance(block, Table) for column in block.columns]
    assert headings and not [heading for heading in headings if rate.casefold() in heading.casefold()]
    assert not [column for column in table(manager, "WeeklyOwners").columns if column.look == "share"]


def test_the_manager_asks_what_the_numbers_raise_and_how_to_leave(pages):
    questions = table(pages[0], "WeeklyQuestions")
    asked = dict(zip(*(column.values for column in questions.columns), strict=True))
    assert asked["What kept the promises from being done, and are they still worth doing?"] == "Anna (2)"
    # 1400 to win, Best Few 562.5; 1400 / 700 average order = 2
    assert asked["The Best Few do not fill the gap. Where will the deals that are still needed come from?"] == "Anna (2)"
    assert asked["Which decision must the customer still make before the deal can move, and who makes it?"] == "Anna (1)"
    assert asked["No deal is a Best Few. Which one could become one, and what is missing?"] == "No owner"
    assert list(asked.values())[-3:] == ["everyone"] * 3


def test_the_manager_reads_what_helps_where_deals_are_stalled(pages):
    coaching = table(pages[0], "WeeklyCoaching")
    assert [column.heading for column in coaching.columns] == ["Stage", "Stalled", "What usually goes wrong", "What helps"]
    assert [column.values[0] for column in coaching.columns[:2]] == ["Lead", 1]
    assert coaching.columns[3].values[0].startswith("Describe the customer you win most")


def test_a_bottleneck_stands_beside_its_stage():
    stages = [STAGES[0], ["Lead", "open", 30], ["Proposal", "open", 30], *STAGES[2:]]
    deals = [[f"D-{at}", f"Account {at}", "Anna", "Lead", 1000, *[None] * 7] for at in range(12)]
    history = [["deal", "entered", "stage"], *([f"D-{at}", "2026-03-04" if at < 6 else "2026-03-11", "Lead"] for at in range(12))]
    coaching = table(weekly_sheets(team(deals=deals, Stages=stages, History=history, Buyers=[], Actions=[]), "en")[0], "WeeklyCoaching")
    assert [column.values[0] for column in coaching.columns[:3]] == ["Lead", 0, "to Proposal: 0%, 0% (least 30%)"]
    assert sum(column.span for column in coaching.columns) == 12


def test_an_owners_page_begins_with_quota_won_gap_and_the_deals_still_needed(pages):
    texts = said(pages[1])
    at = texts.index("Quota 2026-Q1")
    assert texts[at:at + 12] == ["Quota 2026-Q1", "Won 2026-Q1", "Still to win", "Best Few, weighted", "Deals still needed",
                                 "All open, weighted", 1400, 0, 1400, 562.5, 2, 1812.5]
    assert any("= 1,400 to win / 700 average order (the team's: own won deals are 0, fewer than 5) = 2, rounded up." in str(each)
               for each in texts)


def test_promises_are_listed_undone_and_oldest_first(pages):
    texts = said(pages[1])
    at = texts.index("Due")
    assert texts[at + 1:at + 13] == [
        "33 days late", "Old promise", "D-2 Harbour", dt.date(2026, 2, 11), "5 days late", "Ask who signs", "D-1 Riverside",
        dt.date(2026, 3, 11), "☑", "Send the offer", "D-1 Riverside", dt.date(2026, 3, 10)]
    assert "since last Monday: 1 done, 1 not done; older and still open: 1" in texts


def test_stalled_deals_contacts_and_what_matters_stand_on_the_page(pages):
    texts = said(pages[1])
    assert "Stalled deals (1)" in texts and "74 days, 30 allowed" in texts         # 1 January to 16 March
    assert "Contacts due this week (2)" in texts
    matter = texts[texts.index("Find out next") + 1:]
    assert matter[0] == "D-1 Riverside" and matter[2] == 562.5 and matter[5] == "D-2 Harbour"


def test_the_week_shows_what_is_due_who_signs_first_and_what_stays_free(pages):
    texts = said(pages[1])
    assert "☐ D-1 Call the board" in texts and "Ms Wu (E,T)\nPresident\nMr Li (U)" in texts
    assert texts.count("left free") == 2
    assert texts.index("Harbour") < texts.index("Riverside")        # its president signs


def test_holidays_and_worked_saturdays_are_shown():
    holidays = [["date", "name", "working"], ["2026-03-17", "Founder's day", "no"], ["2026-03-21", None, "yes"]]
    page = weekly_sheets(team(Holidays=holidays), "en")[1]
    texts = said(page)
    assert texts.count("Founder's day") == 2 and "Sat 03-21" in texts


def test_a_page_says_what_is_missing_instead_of_staying_empty():
    bare = weekly_sheets(answers([["Riverside", "Anna", "Lead"]], ["account", "owner", "stage"]), "en")
    texts = said(bare[1])
    assert any(str(each).startswith("No promises are known: the source has neither a table Actions") for each in texts)
    assert "The deals have no column for the last contact." in texts and "Days in stage are not known: no column Stage entered." in texts
    assert "1 open deals, amounts not known. No quota: add the table Quotas (owner, period, measure, quota)." in texts


def test_the_manager_reads_no_nought_where_nothing_is_known():
    bare = weekly_sheets(answers([["Riverside", "Anna", "Lead"]], ["account", "owner", "stage"]), "en")[0]
    owners = {column.heading: (column.values, column.total) for column in table(bare, "WeeklyOwners").columns}
    assert owners["Stalled"] == owners["Contacts due"] == ([None], None)
    assert any(getattr(block, "text", "").startswith("Nobody knows how long deals have stood") for block in bare.blocks)


def test_named_owners_alone_get_their_pages():
    found = team()
    assert [sheet.key for sheet in weekly_sheets(found, "en", ["ANNA"])] == ["weekly:Anna"]
    assert [sheet.key for sheet in weekly_sheets(found, "en", ["", "Anna"])] == ["weekly:Anna", "weekly:"]
    with pytest.raises(OutOfRange, match='No deal belongs to "Ana"'):
        weekly_sheets(found, "en", ["Ana"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("deals", [[], TEAM[8:9], [[*deal[:3], "Lost", *deal[4:]] for deal in TEAM]], ids=["none", "one lost", "all lost"])
def test_without_open_deals_the_managers_page_comes_alone(deals, language):
    sheets = weekly_sheets(answers(deals), language)
    assert [sheet.key for sheet in sheets] == ["weekly"] and drawn(sheets) == 1
    assert any(isinstance(block, Heading) for block in sheets[0].blocks)


def test_a_chinese_page_has_no_half_width_signs_around_its_counts():
    deals = [[*DEALS[0][:9], "2026-01-02", *DEALS[0][10:], "2026-01-05"]]      # last updated ten weeks ago
    found = answers_of(book({"Deals": [[*HEADER, "last updated"], *deals], "Stages": STAGES, "Settings": LIMITS}), MONDAY)
    sheets = weekly_sheets(found, "zh-Hant")
    assert "未按週更新（1）：D-1 Riverside" in said(sheets[1])
    asked = [block.columns[1].values for block in sheets[0].blocks if isinstance(block, Table) and block.name == "WeeklyQuestions"]
    assert "Anna（1）" in asked[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_of_a_page_is_as_wide_as_the_page(language):
    for sheet in weekly_sheets(team(), language)[1:]:
        form = sheet.blocks[0]
        assert len(form.columns) == ACROSS
        taken: dict[int, int] = {}
        for at, row in enumerate(form.rows):
            width = sum(cell.span for cell in row.cells) + taken.get(at, 0)
            assert width in (0, ACROSS), at
            for cell in row.cells:
                for below in range(1, cell.rows):
                    taken[at + below] = taken.get(at + below, 0) + cell.span


TEXTS = st.one_of(st.sampled_from(["", "=1+1", "'", "A" * 300, "王\n磊", "{x}", "a/b:c*d?[e]", "\x0b\ufffe", "History", "%s", "-5", "&P"]),
                  st.text(max_size=40))


@settings(max_examples=25)
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS), max_size=6), st.sampled_from(LANGUAGES),
       st.dates(dt.date(2026, 3, 1), dt.date(2026, 4, 30)))
def test_no_text_breaks_the_pages(rows, language, as_of):
    deals = [[f"D-{at}", account, owner, "Lead", 100 * at, 75, 75, "2026-05-01", "2026-01-01", "2026-03-01", step, "2026-03-18"]
             for at, (account, owner, step, _) in enumerate(rows)]
    buyers = [BUYERS[0], *([f"D-{at}", person, person, account, "E"] for at, (account, _, _, person) in enumerate(rows))]
    actions = [ACTIONS[0], *([f"D-{at}", step, owner, "2026-03-20", None] for at, (_, owner, step, _) in enumerate(rows))]
    sheets = weekly_sheets(team(as_of, deals, Buyers=buyers, Actions=actions), language)
    assert drawn(sheets) == len(sheets) and len({sheet.key for sheet in sheets}) == len(sheets)
    assert sheet_blocks(sheets[0], words(language))


@pytest.mark.office
def test_the_fullest_page_is_one_printed_page(tmp_path):
    long = "University Hospital of the Northern Districts, Department of Anaesthesiology and Intensive Care"
    rest = [75, 75, "2026-04-30", "2025-01-01", "2026-03-01", f"Ask the president of {long} for a date", "2026-03-18"]
    deals = [[f"D-{at}", f"{long} {at}", "Anna Maria von Habsburg-Lothringen", "Lead", 1000 * at, *rest] for at in range(30)]
    people = [f"Professor {name} {long}" for name in "ABCDEF"]
    buyers = [BUYERS[0], *([f"D-{at}", person, "Head of everything", None, "E"] for at in range(30) for person in people)]
    actions = [ACTIONS[0], *([f"D-{at}", f"Send the offer to {long}", None, "2026-03-12", None] for at in range(30))]
    sheets = weekly_sheets(team(deals=deals, Buyers=buyers, Actions=actions), "zh-Hant")[1:]
    draw(sheets, tmp_path / "full.xlsx")
    assert len(text(pdf(tmp_path / "full.xlsx"))) == len(sheets) == 1
