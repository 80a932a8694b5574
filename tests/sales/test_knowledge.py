"""Cases of won and lost deals: what they say, and that a search finds them however it is typed."""

import csv
import datetime as dt
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funnel_xl.book.team import Request
from funnel_xl.book.team import answers_of as answers_of_file
from funnel_xl.sales.aliases import plain
from funnel_xl.sales.answers import Answers
from funnel_xl.sales.competitors import competitor_names
from funnel_xl.sales.knowledge import FEW, Cases, Query, cases, reasons, search
from funnel_xl.sales.reasons import rivals
from tests.sales.tables import answers_of, book

STAGES = [["stage", "kind"], ["Lead", "open"], ["Quote", "open"], ["Won", "won"], ["Lost", "lost"]]
HEADER = ["Deal ID", "Account", "Product", "Competitor", "Stage", "Amount", "Created", "Close date", "Lost at stage", "Lost reason",
          "Won reason", "Lessons", "Owner"]
DEALS = [
    ["1", "Acme", "Monitor", "Helios; Normed", "Won", 300, "2026-01-01", "2026-02-10", None, None, "Service", None, "Ann"],
    ["2", "敏盛醫院", "監護儀", "ＨＥＬＩＯＳ", "Lost", 100, "2026-01-01", "2026-03-01", "Quote", "價格太高", None, "太晚拜訪院長", "Bo"],
    ["3", "Bolt", "Monitor", "None", "Lost", 200, "2026-01-01", "2026-01-31", "Lead", "price", None, None, "Bo"],
    ["4", "Cord", "Scanner", "helios", "Lost", 50, None, None, None, "Price", None, None, "Ann"],
    ["5", "Dune", "Scanner", "无", "Won", 900, "2026-01-01", "2026-03-20", None, "left over", None, None, "Ann"],
    ["6", "Elm", "Scanner", "Helios", "Quote", 70, "2026-01-01", "2026-05-01", None, "-", None, "still open", "Ann"],
]
NOTES = [["Deal ID", "Kind", "Text"], ["1", "Lesson", "Ask the nurses first"], ["1", "Strength", "Installed base"],
         ["2", "教訓", "先談預算"], ["2", "Red flag", "No coach"], ["3", "Note", "not a lesson"]]


def team(deals: list = DEALS, **sheets: list) -> Answers:
    return answers_of(book({"Deals": [HEADER, *deals], "Stages": STAGES, "Notes": NOTES, **sheets}))


def ids(found: Cases) -> list[str]:
    return found.id.tolist()


@pytest.fixture(scope="module")
def every() -> Cases:
    return cases(team())


def test_the_newest_case_comes_first_and_one_without_a_date_last(every):
    assert ids(every) == ["5", "2", "1", "3", "4"]
    assert every.outcome.tolist() == ["won", "lost", "won", "lost", "lost"]
    assert [str(day) for day in every.closed] == ["2026-03-20", "2026-03-01", "2026-02-10", "2026-01-31", "NaT"]


def test_a_case_tells_its_reason_its_lessons_and_what_was_noted(every):
    assert every.reason.tolist() == ["", "價格太高", "Service", "price", "Price"]       # a won deal was not lost for anything
    assert every.lesson.tolist() == ["", "太晚拜訪院長; 先談預算", "Ask the nurses first", "", ""]
    assert (every.strengths[2], every.red_flags[1]) == ("Installed base", "No coach")
    assert every.stage.tolist() == ["", "Quote", "", "Lead", ""]
    assert every.cycle_days.tolist()[:4] == [78, 59, 40, 30]


def test_competitors_are_told_apart_whatever_their_case_and_none_is_nobody(every):
    assert [tuple(plain(name) for name in names) for names in every.competitors.tolist()] == [
        (), ("helios",), ("helios", "normed"), (), ("helios",)]


@pytest.mark.parametrize(("cell", "names"), [
    ("GE; Philips", ("GE", "Philips")), ("GE、飛利浦；西門子", ("GE", "飛利浦", "西門子")), ("GE, Philips", ("GE", "Philips")),
    ("Acme, Inc.", ("Acme, Inc.",)), ("GE\nge", ("ge",)), ("None", ()), ("無", ()), ("n/a", ()), ("-", ()), ("", ()),
    ("Johnson & Johnson", ("Johnson & Johnson",)),
])
def test_a_cell_can_name_several_competitors_or_none(cell, names):
    assert competitor_names(cell) == names


def test_the_table_of_competitors_counts_too_and_both_reports_count_alike():
    answers = team(Competitors=[["Deal ID", "Name"], ["5", "Normed"], ["3", "none"]])
    every = cases(answers)
    assert every.competitors[0] == ("Normed",)
    found = {plain(rival.group.name): (rival.group.won, rival.group.lost) for rival in rivals(answers.facts)[0]}
    assert found == {"helios": (1, 2), "normed": (2, 0), "": (0, 1)}


def test_the_reasons_given_most_come_first(every):
    assert [(plain(name), count) for name, count in reasons(every, "lost")] == [("price", 2), ("價格太高", 1)]
    assert reasons(every, "won") == (("Service", 1),)


def test_few_silent_cases_are_listed_and_many_are_not():
    deals = [[f"S{at}", "Acme", "Monitor", None, "Won", 1, None, None, None, None, None, None, "Ann"] for at in range(FEW)]
    assert len(cases(team(deals)).listed()) == FEW
    many = cases(team([*deals, *DEALS]))
    assert ids(many.listed()) == ["2", "1", "3", "4"] and int((~many.teaches).sum()) == FEW + 1


@pytest.mark.parametrize(("query", "found"), [
    (Query(), ["5", "2", "1", "3", "4"]),
    (Query(product="monit"), ["1", "3"]), (Query(product="ＭＯＮＩＴＯＲ"), ["1", "3"]), (Query(product="監護"), ["2"]),
    (Query(competitor="HELI"), ["2", "1", "4"]), (Query(competitor="norm"), ["1"]), (Query(competitor="none"), []),
    (Query(outcome="lost"), ["2", "3", "4"]), (Query(outcome="won", competitor="helios"), ["1"]),
    (Query(text="nurses ask"), ["1"]), (Query(text="PRICE bo"), ["3"]), (Query(text="院長"), ["2"]), (Query(text="價格　敏盛"), ["2"]),
    (Query(text="coach"), ["2"]), (Query(text="helios normed"), ["1"]), (Query(text="quote"), ["2"]), (Query(text="zzz"), []),
])
def test_a_search_finds_parts_of_words_in_any_case_width_and_language(every, query, found):
    assert ids(search(every, query)) == found


def test_no_closed_deal_is_no_case():
    every = cases(team([DEALS[5]]))
    assert len(every) == len(search(every, Query(text="x"))) == len(every.listed()) == 0 and reasons(every, "lost") == ()


TEXT = st.one_of(st.sampled_from(["Price", "價格 太高", "GE; Philips", "-", "=1+1", "ｗｉｄｅ", "a\nb"]), st.text(max_size=8))


@settings(max_examples=60)
@given(st.lists(st.tuples(TEXT, TEXT, TEXT, TEXT, st.sampled_from(["Won", "Lost", "Lead"])), min_size=1, max_size=12), TEXT)
def test_any_texts_make_cases_that_are_found_by_what_they_say(rows, words):
    deals = [[str(at), account, product, rival, stage, 1, None, None, None, why, why, None, "Ann"]
             for at, (account, product, rival, why, stage) in enumerate(rows)]
    every = cases(team(deals))
    assert len(every) == sum(stage in ("Won", "Lost") for *_, stage in rows)
    for at in range(len(every)):
        assert every.row[at] in search(every, Query(product=every.product[at])).row
        assert every.row[at] in search(every, Query(text=every.reason[at])).row
        for name in every.competitors[at]:
            assert every.row[at] in search(every, Query(competitor=name)).row
    for query in (Query(product=words), Query(competitor=words), Query(text=words)):
        assert set(search(every, query).row.tolist()) <= set(every.row.tolist())
    assert sum(count for _, count in reasons(every, "won")) == int(((every.reason != "") & (every.outcome == "won")).sum())
    assert np.isin(every.among(every.teaches).row, every.listed().row).all()


def test_the_invented_deals_are_lost_for_the_reasons_that_a_count_finds(shared):
    path = shared / "data" / "olga_synth" / "opportunities.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    answers, _ = answers_of_file(Request(path, dt.date(2025, 6, 30)))
    every = cases(answers)
    lost = [row for row in rows if row["stage"] == "Closed Lost"]
    assert len(every) == sum(row["is_closed"] == "True" for row in rows) == 5584
    assert reasons(every, "lost") == tuple(Counter(row["loss_reason"] for row in lost).most_common())
    assert Counter(every.stage[every.outcome == "lost"].tolist()) == Counter(row["lost_at_stage"] for row in lost)
    found = search(every, Query(product="security", text="missing features summit"))
    assert sorted(ids(found)) == sorted(row["opportunity_id"] for row in rows if row["product"] == "Security Suite"
                                        and row["loss_reason"] == "Missing Features" and "Summit" in row["account_name"])
    assert len(found) > 0 and len(every.listed()) == len(lost)


def test_mavens_cases_say_nothing_and_are_found_by_product(shared):
    path = shared / "data" / "maven_crm" / "sales_pipeline.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    every = cases(answers_of_file(Request(path, dt.date(2017, 12, 31)))[0])
    found = search(every, Query(product="gtxpro", outcome="won"))
    assert len(found) == sum(row["product"] == "GTXPro" and row["deal_stage"] == "Won" for row in rows) == 729
    assert len(every.listed()) == 0 and len(search(every, Query(competitor="a"))) == 0
