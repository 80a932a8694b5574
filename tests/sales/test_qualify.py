"""BANT and the deals that give reason to withdraw: worked by hand on a small team, counted again on real deals."""

import csv
import datetime as dt
from collections import Counter

import numpy as np
import pytest

from funnel_xl.book.team import Request
from funnel_xl.book.team import answers_of as read_file
from funnel_xl.sales.answers import Answers
from funnel_xl.sales.qualify import asked, bant_by_stage, candidates, reason_details
from tests.sales.tables import answers_of, book

# As of 2026-03-31.
STAGES = [["stage", "kind", "probability", "stall days"], ["Lead", "open", 0.1, 30], ["Demo", "open", 0.5, 20], ["Won", "won", 1, None],
          ["Lost", "lost", 0, None]]
BANT = {"budget confirmed": "yes", "decision maker known": "yes", "need confirmed": "yes", "timeline confirmed": "yes"}
GOOD = {"stage": "Demo", "amount": 1000, "stage entered": "2026-03-20", "last contact": "2026-03-30", "lead score": 8, "instruction": None}


def team(*deals: dict, **tables: list) -> Answers:
    rows = [GOOD | {"id": f"D-{at}", "account": f"Customer {at}"} | deal for at, deal in enumerate(deals, 1)]
    headings = list(dict.fromkeys(name for row in rows for name in row))
    return answers_of(book({"Deals": [headings, *([row.get(name) for name in headings] for row in rows)], "Stages": STAGES, **tables}))


def reasons(*deals: dict, **tables: list) -> list[tuple[int, list[str], str]]:
    return [(each.row, list(each.reasons), each.advice) for each in candidates(team(*deals, **tables))]


def test_bant_is_counted_by_stage_yes_no_and_unknown_apart():
    found = bant_by_stage(team(BANT, BANT | {"budget confirmed": "no"}, BANT | {"stage": "Lead", "timeline confirmed": None},
                               BANT | {"stage": "Won"}, {"stage": "Leed"}).facts)
    assert [(each.stage, each.deals, each.full, each.yes, each.no, each.unknown) for each in found] == [
        ("Lead", 1, 0, (1, 1, 1, 0), (0, 0, 0, 0), (0, 0, 0, 1)),
        ("Demo", 2, 1, (1, 2, 2, 2), (1, 0, 0, 0), (0, 0, 0, 0)),
        ("", 1, 0, (0, 0, 0, 0), (0, 0, 0, 0), (1, 1, 1, 1))]      # an unknown stage counts as open


def test_a_source_without_the_four_questions_is_not_asked_them():
    assert asked(team(BANT).facts) and not asked(team({}).facts)
    assert bant_by_stage(team({}).facts)[1].unknown == (1, 1, 1, 1)


@pytest.mark.parametrize(("kept", "broken", "code", "details"), [
    ({"instruction": "hold"}, {"instruction": "主動退出"}, "instruction", {}),
    ({"budget confirmed": None}, {"budget confirmed": "no"}, "budget", {}),
    ({"decision maker known": "yes"}, {"decision maker known": "no"}, "authority", {}),
    ({"stage entered": "2026-02-20"}, {"stage entered": "2026-02-19"}, "stalled", {"days": 40, "most": 20}),     # twice 20 days
    ({"last contact": "2026-01-31"}, {"last contact": "2026-01-30"}, "contact", {"days": 60}),
    ({"lead score": 6}, {"lead score": 5.9}, "score", {"score": "5.9", "gate": "6"}),
    ({"lead score": 2, "use case": "yes"}, {"lead score": 2, "use case": "no"}, "score", {"score": "2", "gate": "6"}),
])
def test_each_reason_is_found_by_a_hair_and_not_before(kept, broken, code, details):
    assert candidates(team(kept)) == ()
    answers = team(broken)
    assert reason_details(answers, candidates(answers)) == [[(code, details)]]


def test_a_deal_older_than_any_of_thirty_closed_ones_is_asked_about():
    closed = [{"stage": "Lost", "created": "2026-01-01", "close date": "2026-02-10"}] * 30       # 40 days
    assert reasons({"created": "2026-02-19"}, *closed) == []                                     # 40 days
    assert reasons({"created": "2026-02-18"}, *closed) == [(0, ["age"], "hold")]
    assert reasons({"created": "2025-02-18"}, *closed[:29]) == []                                # too few to say
    answers = team({"created": "2026-02-18"}, *closed)
    assert reason_details(answers, candidates(answers)) == [[("age", {"days": 41, "longest": 40})]]


def test_the_advice_weighs_the_reasons():
    silent, stale, poor = {"last contact": "2025-12-01"}, {"stage entered": "2026-01-01"}, {"lead score": 1}
    assert [each[2] for each in reasons(silent)] == ["go"]                                       # 1
    assert [each[2] for each in reasons(silent | stale)] == ["hold"]                             # 1 + 1
    assert [each[2] for each in reasons(silent | stale | poor)] == ["withdraw"]                  # 1 + 1 + 1
    assert [each[2] for each in reasons({"budget confirmed": "no"})] == ["hold"]                 # 2
    assert [each[2] for each in reasons({"budget confirmed": "no"} | silent)] == ["withdraw"]    # 2 + 1
    assert [each[2] for each in reasons({"budget confirmed": "no", "decision maker known": "no"})] == ["withdraw"]


def test_the_managers_own_word_stands_above_the_suggestion():
    found = candidates(team({"instruction": "go", "budget confirmed": "no", "decision maker known": "no"}, {"instruction": "withdraw"}))
    assert [(each.row, each.advice, each.told) for each in found] == [(1, "withdraw", True), (0, "go", True)]


def test_withdraw_comes_before_hold_and_the_dearest_first():
    found = reasons({"budget confirmed": "no", "amount": 9000}, {"instruction": "withdraw", "amount": 10},
                    {"budget confirmed": "no", "amount": None}, {"instruction": "withdraw", "amount": 20})
    assert [row for row, _, _ in found] == [3, 1, 0, 2]


def test_closed_deals_and_deals_in_good_order_are_not_on_the_list():
    assert reasons({}, {"stage": "Lost", "budget confirmed": "no", "instruction": "withdraw", "lead score": 0}) == []


def test_the_computed_lead_score_counts_where_none_is_typed():
    assert reasons({"lead score": None, "Fit": "weak"}, LeadScore=[["criterion", "weight", "levels"], ["Fit", 5, "weak/strong"]]) == [
        (0, ["score"], "go")]


def test_an_empty_list_of_deals_has_no_candidates():
    answers = answers_of(book({"Deals": [["id", "account", "stage"]], "Stages": STAGES}))
    assert candidates(answers) == ()
    assert [each.deals for each in bant_by_stage(answers.facts)] == [0, 0]


def test_mavens_list_holds_the_deals_that_outlived_every_closed_one(shared):
    path = shared / "data" / "maven_crm" / "sales_pipeline.csv"
    answers, _ = read_file(Request(path, dt.date(2017, 12, 31)))
    found = candidates(answers)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))

    def days(row: dict, until: dt.datetime) -> int:
        return (until - dt.datetime.strptime(row["engage_date"], "%m/%d/%Y")).days

    longest = max(days(row, dt.datetime.strptime(row["close_date"], "%m/%d/%Y")) for row in rows if row["deal_stage"] in ("Won", "Lost"))
    old = {at for at, row in enumerate(rows) if row["deal_stage"] == "Engaging" and row["engage_date"]
           and days(row, dt.datetime(2017, 12, 31)) > longest}
    assert longest == 138 and len(old) == 1291
    assert {each.row for each in found if "age" in each.reasons} == old
    assert Counter(each.advice for each in found)["withdraw"] == 0        # nobody said so; age alone is a reason to hold
    assert np.isin([each.row for each in found], np.flatnonzero(answers.facts.is_open)).all()
