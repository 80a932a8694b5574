"""The week's visits: executives first, one place on one half day, half days left free, nothing on a day off (spec item 39)."""

import datetime as dt

import numpy as np
import pytest

from funnel_xl.sales.check.rule import Facts
from funnel_xl.sales.visits import Half, Plan, plan_visits
from funnel_xl.sales.week import planned_week
from funnel_xl.sales.workdays import Workdays
from tests.sales.tables import answers_of, book

MONDAY = dt.date(2026, 3, 30)
AS_OF = MONDAY
HEADER = ["id", "account", "department", "place", "contact", "stage", "amount"]
BUYERS = ["deal", "name", "title", "location", "types"]


def facts(deals: list[list], buyers: list[list] = (), buyer_header: list[str] = BUYERS) -> Facts:
    sheets = {"Deals": [HEADER, *deals]} | ({"Buyers": [buyer_header, *buyers]} if buyers else {})
    return answers_of(book(sheets), AS_OF).facts


def deal(name: str, account: str | None = "own", **more: str) -> list:
    told = (more.get(field) for field in ("department", "place", "contact"))
    return [name, f"Account {name}" if account == "own" else account, *told, "Lead", 100]


def planned(known: Facts, *, off: tuple[dt.date, ...] = (), free: int = 0, due: dict[int, dt.date] | None = None) -> Plan:
    week = planned_week(known.as_of, Workdays(off=frozenset(off)))
    return plan_visits(known, week, list(range(len(known.kind))), due or {}, free)


def booked(plan: Plan) -> list[tuple[str, str]]:
    return [(f"{half.day:%a} {half.part[0]}", half.visit.place) for half in plan.halves if half.visit]


def states(plan: Plan) -> dict[str, str]:
    return {f"{half.day:%a} {half.part[0]}": half.state for half in plan.halves}


def test_the_first_half_days_are_filled_first_in_the_order_of_work():
    plan = planned(facts([deal("1"), deal("2"), deal("3")]))
    assert booked(plan) == [("Mon m", "Account 1"), ("Mon a", "Account 2"), ("Tue m", "Account 3")]
    assert len(plan.halves) == 10 and set(states(plan).values()) == {"visit", "open"} and plan.left_out == 0


def test_who_signs_is_visited_first():
    buyers = [["2", "Mr T", None, None, "T"], ["2", "Ms E", "President", None, "E"], ["3", "Mr U", None, None, "U"]]
    plan = planned(facts([deal("1"), deal("2"), deal("3")], buyers))
    assert [place for _, place in booked(plan)] == ["Account 2", "Account 1", "Account 3"]
    people = plan.halves[0].visit.people
    assert [(person.name, person.signs) for person in people] == [("Ms E", True), ("Mr T", False)]


def test_people_at_one_place_are_visited_on_the_same_half_day():
    known = facts([deal("1"), deal("2"), deal("3")],
                  [["1", "A", None, "Taipei", "T"], ["2", "B", None, "Tainan", "T"], ["3", "C", None, "taipei", "E"]])
    plan = planned(known)
    assert booked(plan) == [("Mon m", "Taipei"), ("Mon a", "Tainan")]
    taipei = plan.halves[0].visit
    assert taipei.deals == (0, 2) and [person.name for person in taipei.people] == ["C", "A"]


def test_a_department_is_no_place_to_travel_to():
    """Two hospitals have an intensive care each: they are two places."""
    known = facts([deal("1", department="Intensive care"), deal("2", department="Surgery")],
                  [["1", "A", None, "Intensive care", "T"], ["1", "B", None, "Surgery", "T"], ["2", "C", None, "Intensive care", "T"]])
    assert booked(planned(known)) == [("Mon m", "Account 1"), ("Mon a", "Account 2")]


def test_a_column_that_is_called_department_holds_no_places():
    known = facts([deal("1"), deal("2")], [["1", "A", None, "Radiology", "T"], ["2", "B", None, "Radiology", "T"]],
                  ["deal", "name", "title", "department", "types"])
    assert [place for _, place in booked(planned(known))] == ["Account 1", "Account 2"]


def test_without_buyers_the_deals_own_place_and_contact_count():
    plan = planned(facts([deal("1", place="Tainan", contact="Mr Wu"), deal("2", place="Tainan"), deal("3", contact="Ms Li")]))
    assert booked(plan) == [("Mon m", "Tainan"), ("Mon a", "Account 3")]
    assert [(person.account, person.name) for person in plan.halves[0].visit.people] == [("Account 1", "Mr Wu"), ("Account 2", "")]


def test_two_customers_at_one_place_are_told_apart_though_their_contacts_have_one_name():
    plan = planned(facts([deal("1", place="Tainan", contact="Mr Lee"), deal("2", place="Tainan", contact="Mr Lee")]))
    assert [(person.account, person.name) for person in plan.halves[0].visit.people] == [("Account 1", "Mr Lee"), ("Account 2", "Mr Lee")]


def test_a_place_with_many_accounts_takes_several_half_days():
    plan = planned(facts([deal(str(number), place="Taipei") for number in range(1, 8)]))        # 7 accounts: 3 + 3 + 1
    assert [half.visit.deals for half in plan.halves if half.visit] == [(0, 1, 2), (3, 4, 5), (6,)]
    assert {place for _, place in booked(plan)} == {"Taipei"}


def test_a_deal_of_which_nobody_knows_where_it_is_gets_no_visit():
    plan = planned(facts([deal("1", account=None), deal("2")]))
    assert booked(plan) == [("Mon m", "Account 2")] and plan.nowhere == 1


@pytest.mark.parametrize(("free", "kept"), [
    (0, []), (1, ["Fri a"]), (2, ["Thu a", "Fri a"]), (5, ["Mon a", "Tue a", "Wed a", "Thu a", "Fri a"]),
    (6, ["Mon a", "Tue a", "Wed a", "Thu a", "Fri m", "Fri a"]),
])
def test_the_latest_afternoons_are_left_free(free, kept):
    plan = planned(facts([deal(str(number)) for number in range(1, 21)]), free=free)
    assert [name for name, state in states(plan).items() if state == "free"] == kept
    assert len(booked(plan)) == 10 - free and plan.left_out == 20 - (10 - free)


def test_no_visit_falls_on_a_day_off():
    off = (MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=2))
    plan = planned(facts([deal(str(number)) for number in range(1, 9)]), off=off, free=1)
    assert [name for name, state in states(plan).items() if state == "off"] == ["Tue m", "Tue a", "Wed m", "Wed a"]
    assert [when for when, _ in booked(plan)] == ["Mon m", "Mon a", "Thu m", "Thu a", "Fri m"]


def test_days_that_are_past_get_no_visit():
    known = answers_of(book({"Deals": [HEADER, deal("1")]}), MONDAY + dt.timedelta(days=2)).facts
    plan = planned(known)
    assert booked(plan) == [("Wed m", "Account 1")] and states(plan)["Tue a"] == "past"


def test_a_deal_with_something_due_is_visited_on_that_day():
    known = facts([deal("1"), deal("2"), deal("3")])
    plan = planned(known, due={1: MONDAY + dt.timedelta(days=3)})
    assert booked(plan) == [("Mon m", "Account 1"), ("Mon a", "Account 3"), ("Thu m", "Account 2")]


def test_a_day_that_is_full_or_free_passes_its_visit_on():
    known = facts([deal(str(number)) for number in range(1, 4)])
    friday = MONDAY + dt.timedelta(days=4)
    plan = planned(known, free=1, due={0: friday, 1: friday, 2: friday})
    assert booked(plan) == [("Mon m", "Account 2"), ("Mon a", "Account 3"), ("Fri m", "Account 1")]


def test_the_plan_is_the_same_each_time():
    known = facts([deal(str(number)) for number in range(1, 30)])
    assert planned(known, free=2) == planned(known, free=2)


def test_without_deals_the_week_is_open():
    plan = plan_visits(facts([deal("1")]), planned_week(MONDAY, Workdays()), [], {}, 2)
    assert plan.halves[0] == Half(MONDAY, "morning", "open") and np.all([half.visit is None for half in plan.halves])
