"""From stage to stage, by count and by value: four deals by hand, and the invented six thousand counted once more from their file."""

import csv
import datetime as dt
import math

import numpy as np
import pytest

from funnel_xl.book.team import Request
from funnel_xl.book.team import answers_of as answers_of_file
from funnel_xl.sales.answers import Answers
from funnel_xl.sales.conversion import by_group, conversion, period_ratios, window_start
from funnel_xl.sales.groups import grouped
from tests.sales.tables import answers_of, book

HEADER = ["Deal ID", "Account", "Owner", "Stage", "Amount", "Created", "Close date", "Lost at stage"]
STAGES = [["stage", "kind"], ["Lead", "open"], ["Demo", "open"], ["Offer", "open"], ["Won", "won"], ["Lost", "lost"]]
DEALS = [["D-1", "A", "Anna", "Won", 100, None, "2026-03-01", None], ["D-2", "B", "Anna", "Lost", 300, None, "2026-03-10", None],
         ["D-3", "C", "Bo", "Demo", 50, None, None, None], ["D-4", "D", "Bo", "Lead", None, None, None, None]]
HISTORY = [["Deal ID", "Stage", "Entered"], ["D-1", "Lead", "2026-01-01"], ["D-1", "Demo", "2026-02-01"], ["D-1", "Offer", "2026-02-15"],
           ["D-2", "Lead", "2026-01-05"], ["D-2", "Demo", "2026-02-10"], ["D-3", "Lead", "2025-06-01"], ["D-3", "Demo", "2026-01-20"],
           ["D-4", "Lead", "2026-03-02"]]


def team(deals: list = DEALS, history: list | None = HISTORY, stages: list = STAGES, header: list = HEADER, **given: object) -> Answers:
    sheets = {"Deals": [header, *deals], "Stages": stages} | ({"History": history} if history else {})
    return answers_of(book(sheets), given=given)


def same(*numbers: float) -> object:
    return pytest.approx(numbers, nan_ok=True)


def test_each_stage_says_who_entered_went_on_stayed_and_was_lost():
    stages = conversion(team().facts).stages
    assert [(each.deals.entered, each.deals.passed, each.deals.here, each.deals.left) for each in stages] == [
        (4, 3, 1, 0), (3, 1, 1, 1), (1, 1, 0, 0)]
    assert [each.deals.cohort.value for each in stages] == same(3 / 4, 1 / 3, 1)
    assert [each.deals.resolved.value for each in stages] == same(3 / 3, 1 / 2, 1)      # without D-4, without D-3
    assert [each.deals.attrition for each in stages] == same(0, 1 / 2, 0)
    assert all(each.deals.cohort.uncertain for each in stages)


def test_a_stages_win_rate_is_that_of_the_closed_deals_that_entered_it():
    wins = [each.wins for each in conversion(team().facts).stages]
    assert [(each.won, each.lost, each.by_count.value) for each in wins] == [(1, 1, 1 / 2), (1, 1, 1 / 2), (1, 0, 1)]      # ruling R7
    assert [each.by_value.value for each in wins] == same(100 / 400, 100 / 400, 1)
    assert math.isnan(conversion(team([DEALS[0], DEALS[1]], None).facts).stages[0].wins.by_count.value)


def test_money_passes_as_the_deals_do_and_is_made_up_nowhere():
    lead, demo, offer = (each.value for each in conversion(team().facts).stages)
    assert (lead.passed, lead.cohort.value, lead.resolved.value) == same(450, math.nan, 1)      # what stands in Lead has no amount
    assert math.isnan(lead.here) and math.isnan(lead.entered)
    assert (demo.entered, demo.passed, demo.here, demo.left) == (450, 100, 50, 300)
    assert (demo.cohort.value, demo.resolved.value, demo.attrition) == same(100 / 450, 100 / 400, 300 / 400)
    assert demo.cohort.effective == pytest.approx(450**2 / (100**2 + 300**2 + 50**2)) and offer.cohort.value == 1


def test_lost_deals_at_zero_say_nothing_of_money():
    deals = [[*deal[:4], 0 if deal[3] == "Lost" else deal[4], *deal[5:]] for deal in DEALS]
    demo = conversion(team(deals).facts).stages[1].value
    assert math.isnan(demo.cohort.value) and math.isnan(demo.resolved.value) and demo.passed == 100


def test_the_period_ratio_counts_what_stands_in_the_next_stage_and_attrition_is_its_complement():
    stages = conversion(team().facts).stages
    assert [(each.today.here, each.today.after) for each in stages] == [(1, 1), (1, 0), (0, 1)]      # behind Offer comes the won deal
    assert [each.today.ratio for each in stages] == same(1, 0, math.nan)
    assert [each.today.attrition for each in stages] == same(0, 1, math.nan)
    assert stages[1].today_value.ratio == 0
    assert [each.entries.ratio for each in stages] == same(3 / 4, 1 / 3, 1)
    assert [each.today.ratio for each in stages] == same(*period_ratios(team().facts))


def test_what_stands_in_a_stage_today_is_what_the_deals_say_whatever_way_they_came():
    """D-1 was at Offer and has stepped back to Demo; D-2 was won straight from Lead, which leads on to no stage that it entered."""
    deals = [["D-1", "A", "Anna", "Demo", 100, None, None, None], ["D-2", "B", "Anna", "Won", 300, None, "2026-03-10", None],
             ["D-3", "C", "Bo", "Offer", 50, None, None, None]]
    history = [HISTORY[0], ["D-1", "Lead", "2026-01-01"], ["D-1", "Offer", "2026-02-01"], ["D-1", "Demo", "2026-02-15"],
               ["D-2", "Lead", "2026-01-05"], ["D-2", "Won", "2026-03-10"], ["D-3", "Offer", "2026-03-01"]]
    facts = team(deals, history).facts
    stages = conversion(facts).stages
    assert [(each.today.here, each.today.after) for each in stages] == [(0, 1), (1, 1), (1, 1)]
    assert [(each.today_value.here, each.today_value.after) for each in stages] == [(0, 100), (100, 50), (50, 300)]
    assert period_ratios(facts) == same(math.nan, 1, 1)


def test_a_window_counts_stages_entered_in_it_only():
    """Two months before 2026-03-31: from 2026-02-01. D-4 entered Lead, D-1 and D-2 Demo, D-1 Offer."""
    found = conversion(team(window_months=2).facts)
    assert (str(found.since), found.window, found.undated) == ("2026-02-01", True, 0)
    assert [(each.deals.entered, each.deals.passed, each.deals.here) for each in found.stages] == [(1, 0, 1), (2, 1, 0), (1, 1, 0)]
    assert found.stages[0].entries.ratio == 2 and math.isnan(found.stages[0].entries.attrition)      # two entered Demo, one Lead
    assert found.stages[0].today.here == 1


@pytest.mark.parametrize(("as_of", "months", "first"), [
    (dt.date(2026, 3, 31), 1, "2026-03-01"), (dt.date(2024, 3, 31), 1, "2024-03-01"), (dt.date(2026, 3, 15), 12, "2025-03-16"),
    (dt.date(2026, 1, 31), 3, "2025-11-01"),
])
def test_a_window_ends_on_the_as_of_date_and_is_whole_months_long(as_of, months, first):
    answers = answers_of(book({"Deals": [HEADER, *DEALS], "Stages": STAGES}), as_of, given={"window_months": months})
    assert str(window_start(answers.facts)) == first


def test_where_no_day_is_known_a_window_has_no_effect_and_that_is_told():
    found = conversion(team(history=None, window_months=2).facts)
    assert (found.source, found.since, found.window) == ("current", None, True)
    assert found.stages[0].deals.entered == 3       # D-2 was lost nobody knows where


def test_a_deal_without_a_single_day_is_left_out_of_a_window():
    assert conversion(team([*DEALS, ["D-5", "E", "Bo", "Offer", 1, None, None, None]], window_months=2).facts).undated == 1


def test_lost_deals_whose_stage_is_not_known_are_left_out_and_counted():
    lost = [["D-5", "E", "Bo", "Lost", 10, None, "2026-01-01", "Demo"], ["D-6", "F", "Bo", "Lost", 10, None, "2026-01-01", None]]
    found = conversion(team([DEALS[0], *lost], None).facts)
    assert (found.left_out, found.lost, found.losses_known) == (1, 2, True)
    assert (found.stages[0].deals.entered, found.stages[1].deals.left) == (2, 1)


def test_without_one_loss_in_a_known_stage_no_rate_rests_on_losses():
    found = conversion(team([DEALS[0], DEALS[1], DEALS[3]], None).facts)
    assert not found.losses_known
    assert math.isnan(found.stages[0].deals.resolved.value) and math.isnan(found.stages[0].deals.left)
    assert found.stages[0].deals.cohort.value == 1 / 2


def test_a_stage_that_nobody_was_seen_in_has_no_rate_and_is_passed_over():
    deals = [DEALS[0], ["D-2", "B", "Anna", "Lost", 300, None, "2026-03-10", "Lead"], ["D-5", "E", "Bo", "Offer", 7, None, None, None],
             ["D-6", "F", "Bo", "Lead", 7, None, None, None]]
    found = conversion(team(deals, None).facts)
    assert found.assumed == (1,) and math.isnan(found.stages[1].deals.cohort.value)
    assert (found.stages[0].today.here, found.stages[0].today.after) == (1, 1)      # Offer follows Lead
    assert conversion(team().facts).assumed == ()       # with a history it is seen that one passed through


def test_product_lines_follow_stages_of_their_own():
    stages = [["stage", "kind", "product line"], ["Lead", "open", "Software"], ["Trial", "open", "Software"], ["Lead", "open", "Service"],
              ["Visit", "open", "Service"], ["Won", "won", None], ["Lost", "lost", None]]
    header = ["Deal ID", "Account", "Product", "Stage", "Amount", "Lost at stage"]
    deals = [["1", "A", "Software", "Trial", 1, None], ["2", "B", "Software", "Lead", 1, None], ["3", "C", "Service", "Lead", 1, None],
             ["4", "D", "Service", "Won", 1, None], ["5", "E", "Service", "Lost", 1, "Visit"], ["6", "F", "Software", "Lost", 1, "Trial"]]
    found = conversion(team(deals, None, stages, header).facts)
    assert [(each.line, each.stage, each.deals.entered, each.deals.passed) for each in found.stages] == [
        ("Software", "Lead", 3, 2), ("Software", "Trial", 2, 0), ("Service", "Lead", 3, 2), ("Service", "Visit", 2, 1)]
    # Behind Trial comes no order of a service.
    assert [(each.today.here, each.today.after) for each in found.stages] == [(1, 1), (1, 0), (1, 0), (0, 1)]
    assert [each.entries.after for each in found.stages] == [2, 0, 2, 1]


def test_each_group_has_the_cohort_rate_of_its_own_deals():
    answers = team()
    groups = grouped(answers.facts.column("owner"))
    assert groups.names == ("Anna", "Bo")
    rates = by_group(answers.facts, groups)
    assert [[(each.hits, each.of) for each in row] for row in rates] == [[(2, 2), (1, 2)], [(1, 2), (0, 1)], [(1, 1), (0, 0)]]


@pytest.mark.parametrize("deals", [[], [DEALS[0]], [DEALS[1]], [["D-9", "A", "", "", None, None, None, None]]])
def test_one_deal_or_none_breaks_nothing(deals):
    found = conversion(team(deals, None).facts)
    assert len(found.stages) == 3 and all(each.deals.entered in (0, 1) for each in found.stages)


def test_the_invented_deals_flow_by_count_and_by_value_as_their_file_says(shared):
    path = shared / "data" / "olga_synth" / "opportunities.csv"
    answers = answers_of_file(Request(path, dt.date(2025, 6, 30)))[0]
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    steps = ["Prospecting", "Qualification", "Proposal", "Negotiation"]
    reached = [len(steps) if row["stage"] == "Closed Won" else steps.index(row["lost_at_stage"] or row["stage"]) for row in rows]
    found = {each.stage: each for each in conversion(answers.facts).stages}
    for at, step in enumerate(steps):
        for weight, flow in ((lambda row: 1, found[step].deals), (lambda row: float(row["amount"]), found[step].value)):
            entered = sum(weight(row) for row, far in zip(rows, reached, strict=True) if far >= at)
            passed = sum(weight(row) for row, far in zip(rows, reached, strict=True) if far > at)
            here = sum(weight(row) for row in rows if row["stage"] == step)
            lost = sum(weight(row) for row in rows if row["lost_at_stage"] == step)
            assert (flow.entered, flow.passed, flow.here, flow.left) == pytest.approx((entered, passed, here, lost))
            assert (flow.cohort.value, flow.resolved.value) == pytest.approx((passed / entered, passed / (passed + lost)))
        won = sum(row["stage"] == "Closed Won" for row in rows)
        lost = sum(row["stage"] == "Closed Lost" and far >= at for row, far in zip(rows, reached, strict=True))
        assert found[step].wins.by_count.value == won / (won + lost)
    assert [each.stage for each in np.array(conversion(answers.facts).stages)[[2]]] == ["Needs assessment"]
    assert conversion(answers.facts).assumed == (2,)        # a step of the preset that this team does not have
