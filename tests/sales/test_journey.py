"""The way of a deal through the stages: from a history, from dated columns, from where it stands; worked by hand."""

import csv
import datetime as dt

import numpy as np
import pytest

from funnel_xl.book.team import Request
from funnel_xl.book.team import answers_of as answers_of_file
from funnel_xl.sales.conversion import passages
from funnel_xl.sales.journey import Journeys, journeys, stage_in_heading
from funnel_xl.sales.lines import next_stage, ranks
from funnel_xl.sales.stage import Stage
from tests.sales.tables import AS_OF, answers_of, book

STAGES = [["stage", "kind", "stall days"], ["Lead", "open", 30], ["Demo", "open", 30], ["Offer", "open", 30], ["Won", "won", None],
          ["Lost", "lost", None]]
DEALS = [["Deal ID", "Account", "Stage", "Amount", "Created", "Stage entered", "Close date"]]
HISTORY = [["Deal ID", "Stage", "Entered"]]


def ways(deals: list, history: list | None = None, stages: list = STAGES) -> Journeys:
    sheets = {"Deals": deals, "Stages": stages} | ({"History": HISTORY + history} if history else {})
    return journeys(answers_of(book(sheets)).facts)


def stays(found: Journeys, deal: int = 0) -> list[tuple[int, str, str, bool]]:
    mine = found.deal == deal
    return [(int(stage), str(begin), str(end), bool(over)) for stage, begin, end, over in zip(
        found.stage[mine], found.begin[mine], found.end[mine], found.over[mine], strict=True)]


def test_a_stay_ends_where_the_next_begins_and_a_repeated_row_is_no_new_one():
    found = ways([*DEALS, ["D-1", "A", "Demo", 1, "2026-01-01", None, None]],
                 [["D-1", "Demo", "2026-02-01"], ["D-1", "Lead", "2026-01-01"], ["D-1", "Demo", "2026-02-08"]])
    assert found.source == "history"
    assert stays(found) == [(0, "2026-01-01", "2026-02-01", True), (1, "2026-02-01", "NaT", False)]
    assert found.days(np.datetime64("2026-03-31")).tolist() == [31.0, 58.0]      # January; 28 - 1 + 31 days


def test_a_deal_that_skips_a_stage_passes_the_one_before_and_never_entered_it():
    found = ways([*DEALS, ["D-1", "A", "Offer", 1, None, None, None]], [["D-1", "Lead", "2026-01-01"], ["D-1", "Offer", "2026-02-01"]])
    through = passages(found, np.array(["open"], dtype=object), _model())
    assert [(each.entered, each.passed, each.here) for each in through] == [(1, 1, 0), (0, 0, 0), (1, 0, 1)]


def test_a_step_back_undoes_nothing():
    found = ways([*DEALS, ["D-1", "A", "Lead", 1, None, None, None]],
                 [["D-1", "Lead", "2026-01-01"], ["D-1", "Demo", "2026-01-05"], ["D-1", "Lead", "2026-01-09"]])
    through = passages(found, np.array(["open"], dtype=object), _model())
    assert [(each.entered, each.passed, each.here) for each in through] == [(1, 1, 0), (1, 0, 1), (0, 0, 0)]
    assert [stay[:3] for stay in stays(found)] == [
        (0, "2026-01-01", "2026-01-05"), (1, "2026-01-05", "2026-01-09"), (0, "2026-01-09", "NaT")]


def test_the_stage_of_the_deals_table_closes_a_history_that_ends_before_it():
    found = ways([*DEALS, ["D-1", "A", "Won", 1, None, None, "2026-03-01"], ["D-2", "B", "Demo", 1, None, "2026-02-10", None]],
                 [["D-1", "Lead", "2026-01-01"], ["D-2", "Lead", "2026-02-01"]])
    assert stays(found, 0) == [(0, "2026-01-01", "2026-03-01", True), (3, "2026-03-01", "NaT", False)]
    assert stays(found, 1) == [(0, "2026-02-01", "2026-02-10", True), (1, "2026-02-10", "NaT", False)]


def test_a_lost_deal_leaves_its_last_stage_when_it_closes():
    found = ways([*DEALS, ["D-1", "A", "Lost", 1, None, None, "2026-02-15"]], [["D-1", "Demo", "2026-02-01"]])
    assert stays(found) == [(1, "2026-02-01", "2026-02-15", True), (4, "2026-02-15", "NaT", False)]
    assert found.reached.tolist() == [1] and found.left_out == 0


def test_where_a_history_says_from_which_stage_a_deal_came_that_stage_began_when_it_was_created():
    history = [["Deal ID", "From Stage", "To Stage", "Edit Date"], ["D-1", "Lead", "Demo", "2026-02-01"]]
    sheets = {"Deals": [*DEALS, ["D-1", "A", "Demo", 1, "2026-01-10", None, None]], "Stages": STAGES, "Opportunity History": history}
    found = journeys(answers_of(book(sheets, tables=False)).facts)
    assert stays(found) == [(0, "2026-01-10", "2026-02-01", True), (1, "2026-02-01", "NaT", False)]


def test_rows_of_the_future_of_other_deals_and_of_unknown_stages_are_left_out():
    found = ways([*DEALS, ["D-1", "A", "Demo", 1, None, None, None]],
                 [["D-1", "Lead", "2026-01-01"], ["D-1", "Dreaming", "2026-01-15"], ["D-1", "Demo", "2026-02-01"],
                  ["D-1", "Offer", "2026-04-01"], ["D-9", "Lead", "2026-01-01"]])
    assert [stay[0] for stay in stays(found)] == [0, 1] and found.unknown_stages == 1


@pytest.mark.parametrize("headings", [
    ("Date entered Lead", "Date entered Demo", "Date entered Offer"),
    ("Lead start date", "Demo date", "Offer date"),
    ('Date entered "Lead (Sales Pipeline)"', 'Date entered "Demo (Sales Pipeline)"', 'Date entered "Offer (Sales Pipeline)"'),
    ("hs_date_entered_lead", "hs_date_entered_demo", "hs_date_entered_offer"),
])
def test_columns_with_the_day_of_each_stage_are_read_under_any_usual_heading(headings):
    found = ways([[*DEALS[0], *headings], ["D-1", "A", "Offer", 1, None, None, None, "2026-01-01", None, "2026-01-20"]])
    assert found.source == "dates" and found.columns == headings
    assert stays(found) == [(0, "2026-01-01", "2026-01-20", True), (2, "2026-01-20", "NaT", False)]


@pytest.mark.parametrize(("heading", "name"), [
    ("进入方案演示日期", "方案演示"), ("進入商務談判時間", "商務談判"), ("Entered on Demo", "demo"), ("Demo", ""), ("Amount", ""),
    ("日期", ""),
])
def test_the_stage_in_a_heading(heading, name):
    assert stage_in_heading(heading) == name


def test_a_deal_whose_row_does_not_say_since_when_is_stalled_by_its_history():
    deals = [[*DEALS[0]], ["D-1", "A", "Demo", 1, None, None, None], ["D-2", "B", "Demo", 1, None, "2026-03-30", None]]
    history = [["D-1", "Demo", "2026-02-28"], ["D-2", "Demo", "2026-01-01"]]
    answers = answers_of(book({"Deals": deals, "Stages": STAGES, "History": HISTORY + history}))
    assert answers.computed["days_in_stage"].tolist() == [31, 1]        # March; what the row says stands above
    assert answers.computed["stalled"].tolist() == [True, False]        # strictly more than 30 days


def test_with_nothing_but_its_stage_a_deal_entered_all_before_it_on_days_that_nobody_knows():
    found = ways([*DEALS, ["D-1", "A", "Demo", 1, None, "2026-03-01", None], ["D-2", "B", "Lost", 1, None, None, "2026-03-02"]])
    assert found.source == "current" and found.left_out == 1
    assert stays(found) == [(0, "NaT", "NaT", True), (1, "2026-03-01", "NaT", False)]


def test_each_product_line_goes_through_stages_of_its_own():
    stages = [["stage", "kind", "product line"], ["Lead", "open", "Software"], ["Trial", "open", "Software"], ["Lead", "open", "Service"],
              ["Visit", "open", "Service"], ["Offer", "open", "Service"], ["Won", "won", None], ["Lost", "lost", None]]
    sold = [("D-1", "A", "Trial", "Software"), ("D-2", "B", "Offer", "Service"), ("D-3", "C", "Trial", "Service")]
    deals = [[*DEALS[0], "Product"], *([id, account, stage, 1, None, None, None, product] for id, account, stage, product in sold)]
    answers = answers_of(book({"Deals": deals, "Stages": stages}))
    assert answers.facts.stage.tolist() == [1, 4, -1]       # a service has no trial
    found = {(stage.line, stage.name): each for stage, each in zip(answers.stages, answers.summary.passages, strict=False)}
    assert [(each.entered, each.passed) for each in found.values()] == [(1, 1), (1, 0), (1, 1), (1, 1), (1, 0)]


def test_ranks_count_within_a_line_and_an_order_stands_behind_all():
    stages = [Stage("a", line="x"), Stage("b", line="x"), Stage("c", line="y"), Stage("w", "won"), Stage("l", "lost")]
    assert ranks(stages).tolist() == [0, 1, 0, 2, -1, -1]
    assert [next_stage(stages, at) for at in range(3)] == [1, 3, 3]


def test_the_stage_history_that_hubspot_gives_is_read(shared, tmp_path):
    """Its two deals with histories, from their own two CSV files; the hashed names of stages are a model of their own."""
    folder = shared / "data" / "dbt_hubspot"
    with (folder / "deal_stage_data.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    last = {row["deal_id"]: row for row in sorted(rows, key=lambda row: dt.datetime.fromisoformat(_padded(row["date_entered"])))}
    deals = tmp_path / "deals.csv"
    deals.write_text("Deal ID,Stage,Amount\n" + "".join(f"{id},{row['value']},1\n" for id, row in last.items()), encoding="utf-8")
    model = tmp_path / "stages.csv"
    names = list(dict.fromkeys(row["value"] for row in rows))
    model.write_text("Stage,Kind\n" + "".join(f"{name},open\n" for name in names), encoding="utf-8")
    request = Request(deals, AS_OF, stages=str(model), history=folder / "deal_stage_data.csv")
    found = journeys(answers_of_file(request)[0].facts)
    assert found.source == "history" and len(found.deal) == len(rows)
    assert sorted(str(day) for day in found.begin) == sorted(_padded(row["date_entered"])[:10] for row in rows)


def _padded(stamp: str) -> str:
    day, _, time = stamp.partition(" ")
    return f"{day} {time.zfill(8)}"


def _model() -> tuple[Stage, ...]:
    return tuple(Stage(row[0], row[1]) for row in STAGES[1:])


@pytest.mark.parametrize("name", ["Negotiation", "Qualification", "Evaluation", "Decision", "Candidate"])
def test_a_stage_whose_name_ends_like_a_heading_of_dates_is_read_whole(name):
    assert stage_in_heading(f"Date entered {name}") == stage_in_heading(f"{name} date") == name.casefold()


def test_columns_of_stage_dates_are_not_called_unrecognised():
    header = ["Account", "Stage", "Amount", "Date entered Lead", "Date entered Demo", "Date entered Zed", "Colour"]
    answers = answers_of(book({"Deals": [header, ["A", "Demo", 1, "2026-01-01", "2026-02-01", None, "red"]], "Stages": STAGES}))
    note = next(each for each in answers.notes if each.code == "columns.carried")
    assert (note.value, note.details["count"]) == ("Date entered Zed, Colour", 2)
