"""Why deals are won and lost: by hand, and counted once more from the invented deals' file."""

import csv
import datetime as dt
import math
from collections import Counter

import numpy as np
import pytest

from funnel_xl.book.team import Request
from funnel_xl.book.team import answers_of as answers_of_file
from funnel_xl.sales.answers import Answers
from funnel_xl.sales.reasons import by_product, by_stage, lost_stages, named_rivals, pushed, reasons, rivals
from tests.sales.tables import answers_of, book

HEADER = ["Deal ID", "Account", "Stage", "Amount", "Lost reason", "Won reason", "Lost at stage", "Competitor", "Product", "Close date pushed"]
STAGES = [["stage", "kind"], ["Lead", "open"], ["Offer", "open"], ["Won", "won"], ["Lost", "lost"]]
DEALS = [
    ["D-1", "A", "Lost", 100, "Price", None, "Offer", "GE", "X", "yes"],
    ["D-2", "B", "Lost", 200, " price", None, "Lead", "ge", "X", "yes"],
    ["D-3", "C", "Lost", None, "No decision", None, "Offer", None, "Y", "no"],
    ["D-4", "D", "Lost", 50, None, None, None, "NK", "Y", "no"],
    ["D-5", "E", "Won", 500, None, "Service", None, "GE", "X", "no"],
    ["D-6", "F", "Won", 500, None, None, None, None, "X", None],
    ["D-7", "G", "Lead", 900, None, None, None, "GE", "X", "yes"],
]


def team(deals: list = DEALS, **tables: list) -> Answers:
    return answers_of(book({"Deals": [HEADER, *deals], "Stages": STAGES, **tables}))


def test_reasons_are_counted_with_their_money_and_a_missing_one_is_a_line_of_its_own():
    found = reasons(team().facts, "lost")
    assert [(line.name, line.deals, line.share.value) for line in found.lines] == [("Price", 2, 2 / 4), ("No decision", 1, 1 / 4), ("", 1, 1 / 4)]
    assert [line.value for line in found.lines] == pytest.approx([300, math.nan, 50], nan_ok=True)
    assert (found.deals, found.given, found.others) == (4, 3, 0)
    won = reasons(team().facts, "won")
    assert [(line.name, line.deals, line.value) for line in won.lines] == [("Service", 1, 500), ("", 1, 500)]


def test_many_reasons_are_summed_in_the_last_line():
    deals = [[f"D-{n}", f"A{n}", "Lost", 1, f"reason {n % 20}", None, None, None, "X", None] for n in range(60)]
    found = reasons(team(deals).facts, "lost")
    assert (len(found.lines), found.others, sum(line.deals for line in found.lines)) == (12, 9, 60)


def test_lost_amounts_that_are_all_zero_are_no_money():
    found = reasons(team([[*deal[:3], 0, *deal[4:]] for deal in DEALS]).facts, "lost")
    assert all(math.isnan(line.value) for line in found.lines)


def test_reasons_stand_by_the_stage_in_which_the_deal_was_lost():
    found = by_stage(team().facts)
    assert (found.rows, found.columns) == (("Price", "No decision", ""), ("Lead", "Offer", ""))      # in the stages' order; unknown last
    assert found.counts.tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]


def test_a_history_tells_where_a_deal_was_lost_if_nothing_else_does():
    history = [["Deal ID", "Stage", "Entered"], ["D-4", "Lead", "2026-01-01"], ["D-4", "Offer", "2026-02-01"], ["D-2", "Offer", "2026-01-01"]]
    answers = team(History=history)
    names = [answers.stages[at].name if at >= 0 else "" for at in lost_stages(answers.facts)]
    assert names == ["Offer", "Lead", "Offer", "Offer", "", "", ""]     # D-2's own column stands above its history


def test_reasons_stand_by_product():
    found = by_product(team().facts)
    assert (found.columns, found.counts.tolist()) == (("X", "Y"), [[2, 0], [0, 1], [0, 1]])


def test_rivals_come_from_the_deals_and_from_the_table_once_each():
    answers = team(Competitors=[["deal", "name", "position"], ["D-1", "Ge ", 1], ["D-1", "NK", 1], ["D-9", "Lost", 1], ["D-3", "", 1]])
    deal, name = named_rivals(answers.facts)
    assert sorted((int(row), text.strip().upper()) for row, text in zip(deal, name, strict=True)) == [
        (0, "GE"), (0, "NK"), (1, "GE"), (3, "NK"), (4, "GE"), (6, "GE")]
    found, others = rivals(answers.facts)
    assert others == 0
    assert [(each.group.name.upper(), each.group.won, each.group.lost, each.reason) for each in found] == [
        ("GE", 1, 2, "Price"), ("NK", 0, 2, "Price"), ("", 1, 1, "No decision")]        # D-1 counts for both


def test_pushed_deals_are_held_against_the_others():
    found = pushed(team().facts)
    assert [(each.deals, each.won, each.lost) for each in (found.yes, found.no, found.unknown)] == [(3, 0, 2), (3, 1, 2), (1, 1, 0)]
    assert found.no.by_count.value == 1 / 3 and math.isnan(found.test.p)        # far too few to compare
    many = [[f"D-{n}", f"A{n}", "Won" if n % (4 if n < 200 else 2) == 0 else "Lost", 1, None, None, None, None, "X", "yes" if n < 200 else "no"]
            for n in range(400)]
    found = pushed(team(many).facts)
    assert (found.yes.by_count.value, found.no.by_count.value, found.test.found) == (0.25, 0.5, True)


@pytest.mark.parametrize("deals", [[], DEALS[6:], DEALS[4:5], DEALS[:1]])
def test_one_deal_or_none_breaks_nothing(deals):
    facts = team(deals).facts
    lost = sum(deal[2] == "Lost" for deal in deals)
    assert reasons(facts, "lost").deals == lost and by_stage(facts).counts.sum() == by_product(facts).counts.sum() == lost
    assert sum(each.group.deals for each in rivals(facts)[0]) == sum(deal[2] in ("Lost", "Won") for deal in deals)
    assert pushed(facts).yes.deals == sum(deal[9] == "yes" for deal in deals)


@pytest.fixture(scope="module")
def olga(shared) -> tuple[Answers, list[dict[str, str]]]:
    path = shared / "data" / "olga_synth" / "opportunities.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return answers_of_file(Request(path, dt.date(2025, 6, 30)))[0], list(csv.DictReader(lines))


def test_the_invented_deals_reasons_are_those_that_a_count_finds(olga):
    answers, rows = olga
    lost = [row for row in rows if row["stage"] == "Closed Lost"]
    count = Counter(row["loss_reason"] for row in lost)
    found = reasons(answers.facts, "lost")
    assert {line.name: line.deals for line in found.lines} == count and count["Price"] == 1166
    for line in found.lines:
        assert line.value == pytest.approx(sum(float(row["amount"]) for row in lost if row["loss_reason"] == line.name))
    by_both = Counter((row["loss_reason"], row["lost_at_stage"]) for row in lost)
    table = by_stage(answers.facts)
    assert {(reason, stage): int(table.counts[at, column]) for at, reason in enumerate(table.rows)
            for column, stage in enumerate(table.columns)} == by_both


def test_the_invented_deals_pushed_are_those_that_a_count_finds(olga):
    """Only open ones were pushed: nothing can be said of their win rate, and nothing is."""
    answers, rows = olga
    count = Counter((row["close_date_pushed"], row["is_won"] == "True", row["is_closed"] == "True") for row in rows)
    found = pushed(answers.facts)
    assert (found.yes.deals, found.yes.won, found.yes.lost) == (count["True", False, False], 0, 0) == (112, 0, 0)
    assert (found.no.won, found.no.lost) == (count["False", True, True], count["False", False, True])
    assert found.no.by_count.value == pytest.approx(np.divide(count["False", True, True], found.no.won + found.no.lost))
    assert math.isnan(found.test.p) and found.unknown.deals == 0
