"""What the sheet Win and loss cases says, and what the command knowledge prints."""

import json

import pytest

from funnel_xl.sales.knowledge import FEW, Query, cases, search
from funnel_xl.sheets.case_search import MOST_PRINTED, case_blocks, case_record
from funnel_xl.sheets.describe import Beside, Figures, Heading, Sheet, Table, Text
from funnel_xl.sheets.knowledge import MOST_LISTED, knowledge_sheet
from funnel_xl.wording import LANGUAGES, words
from tests.sales.tables import answers_of, book

STAGES = [["stage", "kind"], ["Lead", "open"], ["Quote", "open"], ["Won", "won"], ["Lost", "lost"]]
HEADER = ["Deal ID", "Account", "Product", "Competitor", "Stage", "Amount", "Created", "Close date", "Lost at stage", "Lost reason",
          "Won reason", "Lessons", "Owner", "Red flags"]
DEALS = [
    ["1", "Acme", "Monitor", "Helios; Normed", "Won", 300, "2026-01-01", "2026-02-10", None, None, "Service", None, "Ann", None],
    ["2", "Bolt", "Monitor", "helios", "Lost", 100, "2026-01-01", "2026-03-01", "Quote", "Price", None, "Call sooner", "Bo", "No coach"],
    ["3", "Cord", "Scanner", "Helios", "Lost", 200, "2026-01-01", "2026-01-31", "Lead", "price", None, None, "Bo", None],
    ["4", "Dune", "Scanner", None, "Won", 900, "2026-01-01", "2026-03-20", None, None, None, None, "Ann", None],
    ["5", "Elm", "Scanner", "Helios", "Quote", 70, "2026-01-01", "2026-05-01", None, None, None, None, "Ann", None],
]


def team(deals: list = DEALS, header: list = HEADER):
    return answers_of(book({"Deals": [header, *deals], "Stages": STAGES}))


def tables(found: Sheet) -> dict[str, Table]:
    return {block.name: block for block in found.blocks if isinstance(block, Table)}


def column(table: Table, heading: str) -> list:
    return list(next(column.values for column in table.columns if column.heading == heading))


def texts(found: Sheet) -> str:
    return "\n".join(block.text for block in found.blocks if isinstance(block, Text))


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return knowledge_sheet(team(), "en")


def test_the_tiles_say_how_many_cases_teach_and_why_we_lose(sheet):
    figures = next(block for block in sheet.blocks if isinstance(block, Figures)).figures
    assert [(each.value, each.note.lower()) for each in figures] == [      # "Price" and "price" are one reason
        (4, "2 won, 2 lost"), (3, "75% of 4 closed deals"), (2, "price; 2 of 2 say why"), (1, "service; 1 of 2 say why")]


def test_won_and_lost_against_each_competitor_with_the_number_behind_the_rate(sheet):
    table = tables(sheet)["KnowledgeCompetitor"]
    assert column(table, "Competitor") == ["Helios", "Normed", "(no competitor named)"]
    assert [column(table, name) for name in ("Closed", "Won", "Lost")] == [[3, 1, 1], [1, 1, 1], [2, 0, 0]]
    assert column(table, "Win rate") == [pytest.approx(1 / 3), 1, 1]
    assert column(table, "95% interval") == ["6–79%", "21–100%", "21–100%"]       # Wilson's of 1 of 3 and 1 of 1
    assert column(table, "Reason of loss given most")[1:] == ["", ""] and column(table, "Reason of loss given most")[0].lower() == "price"
    assert sum(each.span for each in table.columns) == len(sheet.widths)


def test_won_and_lost_by_product(sheet):
    table = tables(sheet)["KnowledgeProduct"]
    assert dict(zip(column(table, "Product"), zip(column(table, "Won"), column(table, "Lost"), strict=True), strict=True)) == {
        "Monitor": (1, 1), "Scanner": (1, 1)}
    assert sorted(column(table, "Win rate by value")) == [pytest.approx(300 / 400), pytest.approx(900 / 1100)]


def test_the_list_is_the_last_block_with_filters_the_newest_first(sheet):
    table = sheet.blocks[-1]
    assert (table.name, table.listed) == ("KnowledgeCases", True) and len(table.columns) == len(sheet.widths)
    assert column(table, "Customer") == ["Dune", "Bolt", "Acme", "Cord"]
    assert column(table, "Outcome") == ["Won", "Lost", "Won", "Lost"]
    assert column(table, "Competitor")[2].lower() == "helios, normed"
    assert column(table, "Lessons") == ["", "Call sooner", "", ""] and column(table, "Noted") == ["", "Red flags: No coach", "", ""]
    assert "Of them, 1 say neither why nor what was learned (1 won, 0 lost). Fill in Won reason, Lost reason, Lessons." in texts(sheet)


def test_many_silent_cases_are_counted_and_not_listed():
    silent = [[f"S{at}", "Acme", "Monitor", None, "Won", 1, *[None] * 6, "Ann", None] for at in range(FEW + 1)]
    found = knowledge_sheet(team([*DEALS, *silent]), "en")
    assert column(found.blocks[-1], "Customer") == ["Bolt", "Acme", "Cord"]
    heading = [block.text for block in found.blocks if isinstance(block, Heading)][-1]
    assert heading == f"3 cases of {FEW + 5} closed deals, the newest first"
    assert f"Closed deals that say neither why nor what was learned: {FEW + 2} ({FEW + 2} won, 0 lost)." in texts(found)


def test_a_column_that_no_case_fills_takes_no_room():
    found = knowledge_sheet(team([[*deal[:3], None, *deal[4:11], None, deal[12], None] for deal in DEALS]), "en")
    headings = [each.heading for each in found.blocks[-1].columns]
    assert not {"Competitor", "Lessons", "Noted"} & set(headings) and len(found.widths) == len(headings) == 9
    assert "the deals have no column Competitor" in texts(found) and sum(found.widths) >= 149


def test_more_cases_than_a_sheet_can_be_read_are_cut_and_said():
    deals = [[str(at), "Acme", "Monitor", None, "Lost", 1, None, None, None, "Price", None, None, "Ann", None]
             for at in range(MOST_LISTED + 2)]
    found = knowledge_sheet(team(deals), "en")
    assert found.blocks[-1].rows == MOST_LISTED and texts(found).endswith("2 older cases are not listed here; the command funnel-xl "
                                                                        "knowledge finds them.")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("deals", [[], [DEALS[4]], DEALS[:1], DEALS[1:3]], ids=["none", "one open", "one won", "all lost"])
def test_few_deals_make_a_sheet_in_every_language(deals, language):
    found = knowledge_sheet(team(deals), language)
    closed = sum(deal[4] != "Quote" for deal in deals)
    assert ("KnowledgeCases" in tables(found)) == bool(closed) and found.blocks[0]
    charts = [chart for block in found.blocks if isinstance(block, Beside) for chart in block.charts]
    assert all(any(value > 0 for series in chart.series for value in series.values) for chart in charts)


def printed(query: Query, language: str = "en", deals: list = DEALS) -> list[str]:
    """The lines that the command prints."""
    every = cases(team(deals))
    lines = []
    for block in case_blocks(every, search(every, query), query, words(language)):
        lines += [block.heading, *("|".join(row) for row in ((block.header, *block.rows) if block.header else block.rows))]
    return [line for line in lines if line]


def test_a_search_prints_how_the_cases_ended_why_and_the_cases():
    lines = printed(Query(competitor="helios"))
    assert lines[0] == "3 of 4 closed deals found: 1 won, 2 lost, win rate 33.3%."
    assert [line.lower() for line in lines[1:5]] == [
        "reasons of loss given most:", "  price|2", "reasons of orders given most:", "  service|1"]
    assert lines[5].startswith("Outcome|Closed on|Customer|Product") and lines[6].startswith("Lost|2026-03-01|Bolt|Monitor")
    assert len(lines) == 9


def test_a_search_for_one_outcome_gives_no_win_rate():
    assert printed(Query(outcome="lost"))[0] == "2 of 4 closed deals found; outcome: Lost."


def test_a_search_that_finds_nothing_says_what_there_is():
    lines = printed(Query(competitor="nobody", product="x"))
    assert lines[0] == "None of the 4 closed deals fits."
    assert lines[1].lower() == "competitors in this source: helios, normed." and lines[2] == "Products in this source: Scanner, Monitor."


def test_more_cases_than_fit_a_screen_are_counted():
    deals = [[str(at), "Acme", "Monitor", None, "Lost", 1, None, None, None, "P" * 80, None, None, "Ann", None]
             for at in range(MOST_PRINTED + 3)]
    lines = printed(Query(), deals=deals)
    assert lines[-1] == "More cases: 3. Search more narrowly, or see all with --json."
    assert len([line for line in lines if line.startswith("Lost|")]) == MOST_PRINTED
    assert all("P" * 47 + "…" in line for line in lines if line.startswith("Lost|"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_search_speaks_every_language(language):
    assert printed(Query(text="price"), language)[0] and printed(Query(text="zzz"), language)[0]


def test_the_record_holds_every_case_and_nothing_that_json_can_not_say():
    every = cases(team())
    record = case_record(every, search(every, Query(product="monitor")), Query(product="monitor"))
    assert record["found"] == {"cases": 2, "won": 1, "lost": 1, "win_rate": 0.5} and record["closed"] == 4
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    bolt = record["cases"][0]
    assert (bolt["id"], bolt["closed"], bolt["reason"], bolt["lesson"], bolt["amount"], bolt["strengths"]) == (
        "2", "2026-03-01", "Price", "Call sooner", 100, None)
