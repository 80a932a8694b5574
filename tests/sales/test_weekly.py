"""The numbers of the weekly review, worked by hand on a small team, and Maven's counted once more in plain Python."""

import csv
import datetime as dt
import math
from collections import defaultdict

import numpy as np
import pytest

from funnel_xl.book.team import Request
from funnel_xl.book.team import answers_of as read_answers
from funnel_xl.sales.answers import Answers
from funnel_xl.sales.coaching import LIKE, STEPS, exits, hints, step_of
from funnel_xl.sales.ideal import orders_needed
from funnel_xl.sales.quotas import roll_ups
from funnel_xl.sales.stage import STEPS as KEYS
from funnel_xl.sales.stage import Stage, preset
from funnel_xl.sales.weekly import OwnerWeek, Weekly, weekly
from tests.sales.tables import AS_OF, answers_of, book

# 2026-03-31, the as-of date, is a Tuesday: the planned week is 03-30 to 04-03, the week before it began on 03-23.
HEADER = ["id", "account", "owner", "stage", "amount", "fund", "competition", "close date", "entered", "last contact", "created",
          "next step", "next step due"]
STAGES = [["stage", "kind", "probability", "stall days"], ["Lead", "open", 0.2, 30], ["Negotiation", "open", 0.5, 15],
          ["Won", "won", 1, None], ["Lost", "lost", 0, None]]
BEST, IN, ABOVE = (75, 75), (50, 50), (25, 25)      # chances 0.5625, 0.25 and 0.0625


def deal(name: str, owner: str, stage: str, amount: float | None, rates: tuple[int, int] = IN, close: str = "2026-05-15", *,
         entered: str | None = "2026-03-20", contact: str | None = "2026-03-25", step: tuple = (None, None)) -> list:
    return [name, f"Account {name}", owner, stage, amount, *rates, close, entered, contact, "2026-01-05", *step]


DEALS = [
    deal("D-1", "Anna", "Negotiation", 1000, BEST, entered="2026-03-10"),       # 21 days, 15 allowed: stalled
    deal("D-2", "Anna", "Lead", 2000, step=("Call", "2026-03-24")),             # a broken promise of last week
    deal("D-3", "anna", "Lead", None, contact=None),
    deal("D-4", "Bo", "Lead", 400, ABOVE, "2027-03-31", contact="2026-03-01"),
    deal("D-5", "", "Lead", 100),
    *(deal(f"W-{number}", "Bo", "Won", amount, close="2026-02-10") for number, amount in enumerate((100, 200, 300, 400, 500))),
    deal("W-6", "Anna", "Won", 900, close="2026-03-02"),
    deal("W-7", "Anna", "Won", 700, close="2025-12-31"),                        # of the quarter before
    deal("W-8", "Cem", "Won", 50, close="2026-01-02"),                          # has no open deal
    deal("L-1", "Dora", "Lost", 50, close="2026-01-02"),                        # has nothing to say
]
QUOTAS = [["owner", "period", "measure", "value"], ["ANNA", "2026-Q1", "Amount", 5000], ["Bo", "2026-Q1", "Revenue", 1000],
          ["Bo", "2026-Q2", "Revenue", 9000], ["Bo", "2026-Q1", "Deals", 7], ["Eve", "2026-Q1", None, 500]]
ACTIONS = [["deal", "action", "owner", "due", "done"],
           ["D-1", "Ask who signs", "Anna", "2026-03-26", "yes"], ["D-1", "Visit", "Bo", "2026-03-20", "no"],
           ["D-4", "Offer", "Bo", "2026-04-02", "no"], ["D-4", "Demo", "Bo", "2026-03-27", "no"], ["D-4", "Far", "Bo", "2026-04-20", "no"]]


def team(deals: list[list] = DEALS, as_of: dt.date = AS_OF, given: dict | None = None, **sheets: list) -> Weekly:
    tables = {"Deals": [HEADER, *deals], "Stages": STAGES, "Quotas": QUOTAS, "Actions": ACTIONS} | sheets
    return weekly(answers_of(book({name: rows for name, rows in tables.items() if rows}), as_of, given=given or {}))


@pytest.fixture(scope="module")
def small() -> Weekly:
    return team()


def of(found: Weekly, owner: str) -> OwnerWeek:
    return next(each for each in found.owners if each.owner == owner)


def test_everybody_with_something_to_say_is_there_by_name_and_the_nameless_last(small):
    assert [each.owner for each in small.owners] == ["Anna", "Bo", "Cem", "Eve", ""]
    assert [len(each.rows) for each in small.owners] == [3, 1, 0, 0, 1]


def test_an_owners_money_is_that_of_the_open_deals(small):
    anna = of(small, "Anna")
    # 1000 x 0.5625 is Best Few, 2000 x 0.25 is not
    assert (anna.amount, anna.weighted, anna.best_few) == (3000, 562.5 + 500, 562.5)
    assert of(small, "Bo").best_few == 0 and math.isnan(of(small, "Cem").amount)


def test_quota_and_won_are_those_of_the_period(small):
    assert small.period.name == "2026-Q1"
    assert [(each.quota, each.won) for each in small.owners[:2]] == [(5000, 900), (1000, 1500)]
    assert (of(small, "Cem").won, of(small, "Eve").quota) == (50, 500) and math.isnan(of(small, "Cem").quota)


def test_deals_still_needed_are_the_gap_over_the_average_order_rounded_up(small):
    anna, bo, eve = of(small, "Anna"), of(small, "Bo"), of(small, "Eve")
    average = (100 + 200 + 300 + 400 + 500 + 900 + 700 + 50) / 8        # 393.75: Anna has won 2 deals, too few for an average of her own
    assert (anna.average_order, anna.own_average, anna.gap) == (average, False, 4100)
    assert anna.deals_needed == 11      # 4100 / 393.75 = 10.4
    assert (bo.average_order, bo.own_average, bo.gap, bo.deals_needed) == (300, True, -500, 0)     # five of his own; the quota is reached
    assert eve.deals_needed == 2        # 500 / 393.75 = 1.3


@pytest.mark.parametrize(("gap", "average", "deals"), [(300, 100, 3), (301, 100, 4), (300 * 0.1 * 3, 90, 1), (0, 100, 0), (-5, 100, 0)])
def test_whole_deals_are_needed(gap, average, deals):
    assert orders_needed(gap, average) == deals


def test_an_unknown_gap_or_average_needs_an_unknown_number_of_deals():
    assert all(math.isnan(orders_needed(*each)) for each in ((math.nan, 100), (100, math.nan), (100, 0), (1e15, 1e-320)))


def test_the_setting_average_order_stands_above_the_mean():
    assert of(team(given={"average_order": 1000}), "Anna").deals_needed == 5       # 4100 / 1000


def test_deals_still_needed_are_the_same_in_the_report_on_quotas():
    """Bo has won five deals, 300 on average: 3500 / 300 = 11.7. Anna two: 4100 / 393.75. The team: 10,000 - 2450 = 7550, 19.2 of 393.75."""
    quotas = [QUOTAS[0], ["Anna", "2026-Q1", "Amount", 5000], ["Bo", "2026-Q1", "Revenue", 5000], ["Team", "2026-Q1", "Revenue", 10_000]]
    found = team(Quotas=quotas)
    money = next(each for each in roll_ups(found.answers) if each.measure == "money")
    assert {each.owner: each.needed for each in money.owners} == {"Anna": 11, "Bo": 12} == {
        name: of(found, name).deals_needed for name in ("Anna", "Bo")}
    assert found.deals_needed == money.team.needed == 20


def test_totals_are_the_packs(small):
    summary = small.answers.summary
    assert sum(len(each.rows) for each in small.owners) == summary.open.deals
    for name, total in (("amount", summary.open.amount), ("weighted", summary.open.weighted), ("quota", summary.quota),
                        ("won", summary.quota_won)):
        assert np.nansum([getattr(each, name) for each in small.owners]) == pytest.approx(total)
    assert (small.quota, small.won) == (summary.quota, summary.quota_won) == (6500, 2450)
    best = next(line for line in summary.placements if line.label == "best_few")
    assert sum(each.best_few for each in small.owners) == best.weighted
    assert sorted(row for each in small.owners for row in each.rows.tolist()) == [0, 1, 2, 3, 4]


def test_a_team_quota_without_owners_gives_the_teams_gap():
    found = team(given={"quota": 10_000}, Quotas=[])
    assert [math.isnan(each.quota) for each in found.owners] == [True] * 4
    assert (found.quota, found.won, found.deals_needed) == (10_000, 2450, 20)      # 7550 / 393.75 = 19.2


def test_promises_are_parted_into_last_week_older_and_coming(small):
    anna, bo = small.details(of(small, "Anna")), small.details(of(small, "Bo"))
    assert [(each.text, each.done) for each in anna.promises] == [("Call", False), ("Ask who signs", True)]
    assert [each.text for each in bo.older] == ["Visit"]        # due 03-20, before Monday 03-23
    assert [each.text for each in bo.promises] == ["Demo"]
    assert [each.text for each in bo.coming] == ["Offer"]       # Far is due after the week
    assert (of(small, "Anna").overdue, of(small, "Bo").overdue) == (1, 2)


def test_on_a_friday_what_is_due_today_is_last_weeks_and_not_yet_late():
    friday = team(as_of=dt.date(2026, 3, 27))
    assert friday.week.monday == dt.date(2026, 3, 30)
    bo = friday.details(of(friday, "Bo"))
    assert [each.text for each in bo.older] == ["Visit"] and of(friday, "Bo").overdue == 1
    assert [each.text for each in bo.promises] == ["Demo"] and [each.text for each in bo.coming] == ["Offer"]


def test_stalled_deals_and_contacts_due_are_counted_and_listed(small):
    anna, bo = of(small, "Anna"), of(small, "Bo")
    assert (anna.stalled, bo.stalled) == (1, 0) and small.details(anna).stalled.tolist() == [0]
    facts = small.answers.facts
    due = [row for row in range(5) if facts.tier[row] in "AB" and facts.tier[row] and row != 2]     # contact on 03-25 + 1 or 7 days
    assert small.details(anna).contacts.tolist() == sorted((row for row in due if row < 3), key=lambda row: facts.tier[row])
    assert anna.due == len(small.details(anna).contacts) and sum(each.due for each in small.owners) >= 2


def test_the_deals_that_matter_most_are_best_few_first_then_the_largest_weighted(small):
    assert small.details(of(small, "Anna")).matter.tolist() == [0, 1, 2]
    many = team([deal(f"D-{number}", "Anna", "Lead", 1000 * number) for number in range(1, 8)] + [deal("B", "Anna", "Lead", 10, BEST)])
    assert many.details(many.owners[0]).matter.tolist() == [7, 6, 5]


def test_deals_with_sla_breaches_stand_on_their_owners_page():
    header = [*HEADER, "lead obtained", "lead entered"]
    deals = [[*deal("D-1", "Anna", "Lead", 100), "2026-03-02", "2026-03-06"], [*deal("D-2", "Bo", "Lead", 100), "2026-03-02", "2026-03-03"]]
    found = weekly(answers_of(book({"Deals": [header, *deals], "Stages": STAGES})))
    assert [[each.code for each in found.details(owner).sla] for owner in found.owners] == [["sla.lead_entry"], []]


def test_an_empty_table_has_no_owners():
    found = team([], Quotas=[], Actions=[])
    assert found.owners == () and math.isnan(found.quota) and found.won == 0 and math.isnan(found.deals_needed)


def test_one_lost_deal_says_nothing():
    assert team([deal("L", "Anna", "Lost", 5)], Quotas=[], Actions=[]).owners == ()


def test_mavens_owners_are_those_of_a_plain_count(shared):
    path = shared / "data" / "maven_crm" / "sales_pipeline.csv"
    as_of = dt.date(2017, 12, 31)
    answers, _ = read_answers(Request(path, as_of))
    found = weekly(answers)
    opened, won = defaultdict(int), defaultdict(float)
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["deal_stage"] in ("Prospecting", "Engaging"):
                opened[row["sales_agent"]] += 1
            elif row["deal_stage"] == "Won" and dt.datetime.strptime(row["close_date"], "%m/%d/%Y") >= dt.datetime(2017, 10, 1):
                won[row["sales_agent"]] += float(row["close_value"])
    assert {each.owner: len(each.rows) for each in found.owners if len(each.rows)} == dict(opened)
    assert {each.owner: each.won for each in found.owners} == pytest.approx({name: won[name] for name in {*opened, *won}})
    assert [each.owner for each in found.owners] == sorted({*opened, *won}) and len(opened) == 27
    assert sum(len(each.rows) for each in found.owners) == answers.summary.open.deals == 2089


def test_each_key_of_a_stage_has_a_step():
    assert {*STEPS, *LIKE} >= set(KEYS) and not set(STEPS) & set(LIKE)


def test_a_stage_without_a_known_name_is_taken_by_its_place():
    stages = [Stage("Alpha"), Stage("Beta"), Stage("Gamma"), Stage("Won", "won")]
    assert [step_of(stages, at) for at in range(3)] == [("prospect", True), ("needs", True), ("close", True)]
    assert step_of(preset("s4_seven"), 5) == ("negotiation", False)
    assert step_of([Stage("Only")], 0) == ("prospect", True)


def test_hints_are_given_where_deals_are_stalled(small):
    assert [(hint.stage, hint.step, hint.stalled, hint.bottleneck) for hint in hints(small.answers)] == [(1, "negotiation", 1, None)]


def test_hints_are_given_where_there_is_a_bottleneck():
    # In each of the two closed weeks before 03-30 six deals come into Lead; one goes on, in the second: 0/6, 1/6
    deals = [deal(f"D-{number}", "Anna", "Lead", 100, entered=None) for number in range(12)]
    history = [["deal", "entered", "stage"], ["D-0", "2026-03-25", "Negotiation"]]
    history += [[f"D-{number}", "2026-03-17" if number < 6 else "2026-03-24", "Lead"] for number in range(12)]
    deals[0] = deal("D-0", "Anna", "Negotiation", 100)
    found = hints(team(deals, History=history, Quotas=[], Actions=[]).answers)
    assert [(hint.stage, hint.step) for hint in found] == [(0, "prospect")]
    assert [week.ratio for week in found[0].bottleneck.weeks] == [0, pytest.approx(1 / 6)]


def exits_of(*deals: list) -> list[tuple]:
    header = [*HEADER, "BANT budget", "BANT authority"]
    answers: Answers = answers_of(book({"Deals": [header, *deals], "Stages": STAGES}))
    return [(answers.deals.column("id")[each.deal], each.signs) for each in exits(answers)]


def test_two_signs_ask_whether_to_withdraw_and_one_does_not():
    assert exits_of(
        [*deal("one", "A", "Lead", 100), "no", "yes"],
        [*deal("two", "A", "Lead", 100), "no", "no"],
        [*deal("three", "A", "Negotiation", 100, entered="2026-01-10", close="2026-03-01"), "no", None],
        [*deal("less", "A", "Lead", 50), "no", "no"],
        [*deal("won", "A", "Won", 50), "no", "no"],
    ) == [("three", ("budget", "stalled", "overdue")), ("less", ("budget", "authority")), ("two", ("budget", "authority"))]
