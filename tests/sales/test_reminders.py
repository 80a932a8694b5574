"""Reminders about changes of stage, as of 31 March 2026; each reason once kept and once broken."""

import math

from funnel_xl.sales.reminders import Reminder, reminders
from tests.sales.tables import answers_of, book

STAGES = [["stage", "kind", "placement", "expected days", "entry", "output"], ["Lead", "open", "above", 10, "Interest", "Lead sheet"],
          ["Demo", "open", "in", 20, "Need named", "Trial report"], ["Offer", "open", "best few", None, "Budget", "Quotation"],
          ["Won", "won", None, None, None, None], ["Lost", "lost", None, None, None, None]]
HEADER = ["Deal ID", "Account", "Stage", "Amount", "Created", "Stage entered", "Close date", "Owner", "Expected days in stage", "Fund rate",
          "Competition rate"]


def deal(number: int, stage: str, **of: object) -> list:
    row = {"Deal ID": f"D-{number}", "Account": f"Customer {number}", "Stage": stage, "Amount": 1, "Owner": "Ann"}
    names = {"created": "Created", "entered": "Stage entered", "close": "Close date", "owner": "Owner", "amount": "Amount",
             "expected": "Expected days in stage", "fund": "Fund rate", "competition": "Competition rate"}
    row |= {names[name]: value for name, value in of.items()}
    return [row.get(name) for name in HEADER]


def reminded(deals: list, history: list = ()) -> tuple[Reminder, ...]:
    sheets = {"Deals": [HEADER, *deals], "Stages": STAGES} | ({"History": [["Deal ID", "Stage", "Entered"], *history]} if history else {})
    return reminders(answers_of(book(sheets)))


def said(found: tuple[Reminder, ...]) -> list[tuple]:
    return [(each.reason, each.row, each.days) for each in found]


def test_a_deal_past_its_expected_days_is_asked_about_and_its_own_stands_above_its_stages():
    found = reminded([deal(1, "Lead", entered="2026-03-21"),                    # 10 of 10 days
                      deal(2, "Lead", entered="2026-03-20"),                    # 11 of 10
                      deal(3, "Lead", entered="2026-03-20", expected=11),       # 11 of 11
                      deal(4, "Demo", entered="2026-03-15", expected=15),       # 16 of 15
                      deal(5, "Offer", entered="2025-03-15")])                  # nobody expects anything
    assert [(each.reason, each.row, each.days, each.limit) for each in found] == [("expected", 1, 11, 10), ("expected", 3, 16, 15)]
    assert [(each.stage, each.following) for each in found] == [(0, 1), (1, 2)]


def test_a_close_date_that_is_past_is_asked_about_and_one_of_today_is_not():
    found = reminded([deal(1, "Demo", close="2026-03-30"), deal(2, "Demo", close="2026-03-31"), deal(3, "Lost", close="2026-03-01")])
    assert said(found) == [("date", 0, 1)] and math.isnan(found[0].limit) and found[0].following == 2


def test_a_best_few_by_score_in_an_early_stage_should_move():
    found = reminded([deal(1, "Lead", fund=0.75, competition=0.5),              # 125 points, above the funnel by its stage
                      deal(2, "Lead", fund=0.75, competition=0.25),             # 100 points: In
                      deal(3, "Demo", fund=0.75, competition=0.75)])            # its stage is In
    assert [(each.reason, each.row) for each in found] == [("early", 0)]


def test_a_deal_that_came_into_its_stage_within_seven_days_has_moved():
    history = [["D-1", "Lead", "2026-01-01"], ["D-1", "Demo", "2026-03-25"], ["D-2", "Lead", "2026-01-01"], ["D-2", "Demo", "2026-03-24"],
               ["D-3", "Lead", "2026-03-30"], ["D-4", "Demo", "2026-03-01"], ["D-4", "Won", "2026-03-31"],
               ["D-5", "Offer", "2026-03-01"], ["D-5", "Lead", "2026-03-30"]]
    found = reminded([deal(1, "Demo"), deal(2, "Demo"), deal(3, "Lead"), deal(4, "Won", close="2026-03-31"), deal(5, "Lead")], history)
    assert said(found) == [("moved", 0, 6), ("moved", 3, 0), ("moved", 4, 1)]       # a step back is a change too
    assert [(each.left, each.stage, each.following) for each in found] == [(0, 1, 2), (1, 3, -1), (2, 0, 1)]


def test_a_deal_created_in_the_stage_in_which_it_stands_is_new_and_has_not_moved():
    found = reminded([deal(1, "Demo", created="2026-03-30", entered="2026-03-30"),
                      deal(2, "Demo", created="2026-03-01", entered="2026-03-30"),
                      deal(3, "Lead", entered="2026-03-30"), deal(4, "Demo", entered="2026-03-30")])
    assert said(found) == [("moved", 1, 1), ("moved", 3, 1)] and [each.left for each in found] == [0, 0]


def test_the_owner_with_most_money_comes_first_then_the_dearest_deal_then_the_reason():
    found = reminded([deal(1, "Lead", close="2026-03-01", owner="Ann", amount=70),
                      deal(2, "Lead", close="2026-03-01", owner="Bo", amount=50),
                      deal(3, "Lead", close="2026-03-01", entered="2026-01-01", owner="Bo", amount=60),
                      deal(4, "Lead", close="2026-03-01", owner="Bo", amount=None)])
    assert [(each.row, each.reason) for each in found] == [(2, "date"), (2, "expected"), (1, "date"), (3, "date"), (0, "date")]


def test_no_deals_and_unknown_stages_give_no_reminder():
    assert reminded([]) == ()
    assert reminded([deal(1, "Dreaming", close="2026-03-01", entered="2025-01-01")]) == ()
