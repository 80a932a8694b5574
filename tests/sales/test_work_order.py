"""The order of work, and when contacts are due, with days counted by hand. 2026-03-31 is a Tuesday."""

import datetime as dt

import numpy as np
import pytest

from funnel_xl.sales.answers import Answers
from funnel_xl.sales.work_order import contacts, tier_lines, work_order
from funnel_xl.sales.workdays import Workdays
from tests.sales.tables import answers_of, book

HEADER = ["id", "account", "owner", "stage", "amount", "fund", "competition", "close date", "last contact"]
STAGES = [["stage", "kind", "probability"], ["Lead", "open", 0.2], ["Won", "won", 1], ["Lost", "lost", 0]]
LIMITS = [["setting", "value"], ["small", 100], ["big", 1000]]
SOON, FAR = "2026-05-15", "2027-03-31"


def team(*deals: list[object], **sheets: list) -> Answers:
    return answers_of(book({"Deals": [HEADER, *deals], "Stages": STAGES, "Settings": LIMITS, **sheets}))


def deal(name: str, amount: float | None, rates: tuple[int, int], close: str = SOON, contact: object = None, stage: str = "Lead") -> list:
    return [name, name, "Anna", stage, amount, *rates, close, contact]


BEST, IN, ABOVE = (75, 75), (50, 50), (25, 25)      # chances 0.5625, 0.25, 0.0625


def order_of(answers: Answers) -> list[str]:
    return answers.deals.column("id")[work_order(answers.facts)].tolist()


def test_best_few_come_first_then_above_then_in():
    answers = team(deal("in", 9000, IN), deal("above", 100, ABOVE, FAR), deal("best", 10, BEST), deal("won", 99, BEST, stage="Won"))
    assert order_of(answers) == ["best", "above", "in"]


def test_within_a_placement_the_largest_weighted_value_comes_first_and_unknown_amounts_last():
    answers = team(deal("unknown", None, BEST), deal("small", 100, BEST), deal("large", 500, BEST), deal("same", 100, BEST))
    assert order_of(answers) == ["large", "small", "same", "unknown"]


def test_deals_without_a_placement_come_last():
    answers = team(["?", "?", "Anna", "Odd", 5000, None, None, None, None], deal("in", 10, IN))
    assert order_of(answers) == ["in", "?"]


@pytest.mark.parametrize(("tier", "contact", "due", "late"), [
    ("A", "2026-03-30", "2026-03-31", 0),       # Monday: the next working day is today
    ("A", "2026-03-27", "2026-03-30", 1),       # Friday: the next working day was yesterday, a Monday
    ("A", "2026-03-28", "2026-03-30", 1),       # a Saturday
    ("A", "2026-03-31", "2026-04-01", 0),
    ("B", "2026-03-24", "2026-03-31", 0),       # 7 days
    ("B", "2026-03-20", "2026-03-27", 4),
    ("C", "2026-03-01", "2026-03-31", 0),       # 30 days
    ("C", "2026-02-01", "2026-03-03", 28),      # February has 28
])
def test_a_contact_is_due_by_the_tiers_cadence(tier, contact, due, late):
    kind = {"A": (5000, BEST), "B": (500, IN), "C": (50, IN)}[tier]
    answers = team(deal("D", *kind, contact=contact))
    found = contacts(answers.facts)
    assert answers.computed["tier"].tolist() == [tier]
    assert (str(found.due[0]), found.overdue_days[0]) == (due, late)


def test_a_holiday_moves_the_contact_of_tier_a():
    holidays = [["date", "name", "working"], ["2026-03-30", "Stocktaking", "no"], ["2026-03-28", "Make-up Saturday", "yes"]]
    answers = team(deal("Friday", 5000, BEST, contact="2026-03-27"), deal("Saturday", 5000, BEST, contact="2026-03-28"), Holidays=holidays)
    # After Friday comes the Saturday that is worked; after that one the Monday is off, so Tuesday
    assert [str(day) for day in contacts(answers.facts).due] == ["2026-03-28", "2026-03-31"]


def test_a_deal_without_last_contact_has_no_due_day_and_is_counted():
    answers = team(deal("A", 5000, BEST), deal("B", 500, IN, contact="2026-03-10"), deal("none", None, IN, contact="2026-03-10"))
    found = contacts(answers.facts)
    assert np.isnat(found.due).tolist() == [True, False, True] and found.unknown.tolist() == [True, False, False]
    lines = {line.tier: line for line in tier_lines(answers)}
    assert [(line.due, line.overdue, line.unknown) for line in lines.values()] == [(0, 0, 1), (1, 1, 0), (0, 0, 0), (0, 0, 0)]


def test_tiers_hold_their_deals_and_money_and_all_of_it():
    answers = team(deal("A", 5000, BEST), deal("B", 500, IN), deal("C1", 50, IN), deal("C2", 30, ABOVE), deal("?", None, IN))
    lines = tier_lines(answers)
    assert [(line.tier, line.deals, line.amount, line.weighted) for line in lines[:3]] == [
        ("A", 1, 5000, 2812.5), ("B", 1, 500, 125), ("C", 2, 80, 12.5 + 1.875)]     # 50 x 0.25 + 30 x 0.0625
    assert (lines[3].tier, lines[3].deals) == ("", 1) and np.isnan(lines[3].amount)
    assert sum(line.deals for line in lines) == answers.summary.open.deals


def test_an_empty_table_has_an_empty_order():
    answers = team()
    assert work_order(answers.facts).tolist() == [] and [line.deals for line in tier_lines(answers)] == [0, 0, 0]


def test_working_days_between_two_days_are_those_that_are_worked():
    days = Workdays(off=frozenset({dt.date(2026, 4, 3)}), makeup=frozenset({dt.date(2026, 4, 4)}))
    found = days.between(np.datetime64("2026-04-01"), np.datetime64("2026-04-07"))     # Wednesday to Tuesday
    assert [str(day)[8:] for day in found] == ["01", "02", "04", "06", "07"]
    assert len(days.between(np.datetime64("2026-04-02"), np.datetime64("2026-04-01"))) == 0


def test_the_working_day_after_agrees_with_counting():
    days = Workdays(country="CN")       # October 2025: the 1st to the 8th are off, the 11th, a Saturday, is worked
    begin = np.arange("2025-09-25", "2025-10-15", dtype="datetime64[D]")
    for number in (1, 3):
        after = days.after(begin, number)
        assert days.count(begin, after).tolist() == [number] * len(begin)
        assert days.count(begin, after - 1).tolist() == [number - 1] * len(begin)
