"""What won deals owe, worked by hand; and that nothing gets lost between rows, months, ages and deals."""

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funnel_xl.sales.answers import Answers
from funnel_xl.sales.payments import (
    BUCKETS,
    Payments,
    aging,
    by_deal,
    days_to_pay,
    due_so_far,
    months,
    payments,
    total,
    undated_receipts,
    without_plan,
)
from tests.sales.tables import answers_of, book, codes, those

DEALS = [["Deal ID", "Account", "Owner", "Stage", "Amount", "Close date"]]
STAGES = [["stage", "kind", "probability"], ["Offer", "open", 0.5], ["Won", "won", None], ["Lost", "lost", None]]
HEADER = ["Deal", "Due", "Amount due", "Received", "Received on"]
# As of 2026-03-31.
WON = [["D-1", "Acme", "Anna", "Won", 1000, "2026-01-10"], ["D-2", "Bolt", "Bo", "Won", 400, "2026-02-01"],
       ["D-3", "Cord", "Bo", "Won", 90, "2026-03-01"], ["D-4", "Dune", "Bo", "Offer", 70, "2026-05-01"]]
ROWS = [
    ["D-1", "2026-01-31", 300, 300, "2026-02-10"],      # ten days late, 31 after it was won
    ["D-1", "2026-02-28", 400, 100, "2026-02-28"],      # 300 are 31 days overdue
    ["D-1", "2026-04-30", 200, None, None],             # not due yet
    ["D-2", "2026-03-31", 250, None, None],             # due today: not overdue
    ["D-2", "2026-03-30", 150, 160, None],              # 10 too much, without a date
    ["D-2", None, 50, None, None],
]


def team(rows: list, deals: list = WON, header: list = HEADER, **tables: list) -> Answers:
    return answers_of(book({"Deals": DEALS + deals, "Stages": STAGES, "Payments": [header, *rows], **tables}))


def of(answers: Answers) -> Payments:
    return payments(answers.facts, answers.currency)


def test_the_sums_of_all_rows():
    found = of(team(ROWS))
    whole = total(found)
    assert (whole.count, whole.due, whole.received, whole.outstanding, whole.overdue) == (6, 1350, 560, 800, 300)
    assert found.over.tolist() == [0, 0, 0, 0, 10, 0]
    assert due_so_far(found).due == 1100 and due_so_far(found).outstanding == 550


def test_an_amount_is_overdue_from_the_day_after_it_was_due():
    found = of(team(ROWS))
    assert found.days[:5].tolist() == [59, 31, -30, 0, 1] and math.isnan(found.days[5])
    assert found.overdue.tolist() == [0, 300, 0, 0, 0, 0]
    assert found.late.tolist() == [1]


@pytest.mark.parametrize(("due", "bucket"), [
    (None, "undated"), ("2026-03-31", "not_due"), ("2026-03-30", "days_30"), ("2026-03-01", "days_30"), ("2026-02-28", "days_60"),
    ("2026-01-30", "days_60"), ("2026-01-29", "days_90"), ("2025-12-31", "days_90"), ("2025-12-30", "older"), ("2020-01-01", "older")])
def test_the_ages_of_what_is_outstanding(due, bucket):
    parts = aging(of(team([["D-1", due, 7, 2, None]])))
    assert [part.label for part in parts] == list(BUCKETS)
    assert {part.label: part.outstanding for part in parts if part.count} == {bucket: 5}


def test_what_is_paid_has_no_age():
    assert not any(part.count for part in aging(of(team([["D-1", "2026-01-01", 7, 7, None]]))))


def test_the_most_money_is_called_first_and_of_the_same_the_oldest():
    rows = [["D-1", "2026-03-01", 5, None, None], ["D-2", "2026-02-01", 5, None, None], ["D-3", "2026-03-30", 9, None, None]]
    assert of(team(rows)).late.tolist() == [2, 1, 0]


def test_a_month_shows_what_is_due_in_it_and_what_came_in_it():
    parts = {part.label: (part.count, part.due, part.received, part.outstanding) for part in months(of(team(ROWS)))}
    assert parts == {"2026-01": (1, 300, 0, 0), "2026-02": (1, 400, 400, 300),        # 300 of January came in February, and 100
                     "2026-03": (2, 400, 160, 250), "2026-04": (1, 200, 0, 200), "undated": (1, 50, 0, 50)}
    assert list(parts) == ["2026-01", "2026-02", "2026-03", "2026-04", "undated"]
    assert undated_receipts(of(team(ROWS))) == 1


def test_each_deals_contract_billed_received_and_not_yet_billed():
    answers = team(ROWS)
    deals = by_deal(answers.facts, of(answers))
    assert deals.deal.tolist() == [0, 1, 2] and deals.rows.tolist() == [3, 3, 0]     # by what is outstanding: 500, 300, nothing
    assert deals.value.tolist() == [1000, 400, 90] and deals.billed.tolist() == [900, 450, 0]
    assert deals.received.tolist() == [400, 160, 0] and deals.outstanding.tolist() == [500, 300, 0]
    assert deals.overdue.tolist() == [300, 0, 0] and deals.unbilled.tolist() == [100, -50, 90]
    assert without_plan(answers.facts, deals).tolist() == [2]


def test_a_payment_of_a_deal_that_is_not_won_counts_and_is_found():
    answers = team([["D-4", "2026-03-01", 70, None, None]])
    assert total(of(answers)).overdue == 70 and codes(answers).count("payment.open_deal") == 1
    deals = by_deal(answers.facts, of(answers))
    assert deals.deal.tolist() == [3, 0, 1, 2] and without_plan(answers.facts, deals).tolist() == [0, 1, 2]


def test_a_row_without_an_amount_is_left_out_and_found_and_is_a_plan_all_the_same():
    answers = team([["D-1", "2026-03-01", None, 7, None]])
    found = of(answers)
    assert (total(found).received, found.no_amount, codes(answers).count("payment.no_amount")) == (0, 1, 1)
    assert without_plan(answers.facts, by_deal(answers.facts, found)).tolist() == [1, 2]


def test_an_amount_that_can_not_be_read_is_said_once():
    answers = team([["D-1", "soon", "a lot", None, None]])
    assert sorted(code for code in codes(answers) if code.startswith(("payment", "money", "date"))) == ["date.unread", "money.unread"]


def test_a_row_of_no_deal_is_money_all_the_same():
    answers = team([["D-77", "2026-03-01", 70, None, None]])
    assert total(of(answers)).overdue == 70 and of(answers).deal.tolist() == [-1]
    assert [each.value for each in those(answers, "table.no_deal")] == ["D-77"]


def test_days_to_pay_are_weighted_by_the_money():
    found = days_to_pay((answers := team(ROWS)).facts, of(answers))
    assert (found.after_due, found.due_rows) == (7.5, 2)       # (10 days x 300 + 0 x 100) / 400
    assert (found.after_won, found.won_rows) == (35.5, 2)      # (31 x 300 + 49 x 100) / 400
    nothing = days_to_pay((answers := team(ROWS[2:])).facts, of(answers))
    assert math.isnan(nothing.after_due) and nothing.due_rows == 0 and math.isnan(nothing.after_won)


RATES = [["date", "currency", "rate"], ["2026-01-01", "EUR", 2.0], ["2026-02-15", "EUR", 3.0]]
FOREIGN = [[*DEALS[0], "Currency"], ["D-1", "Acme", "Anna", "Won", 1000, "2026-01-10", "EUR"],
           ["D-2", "Bolt", "Bo", "Won", 400, "2026-02-20", "EUR"], ["D-3", "Cord", "Bo", "Won", 90, "2026-03-01", "USD"],
           ["D-4", "Dune", "Bo", "Won", 90, "2026-03-01", "GBP"]]


def foreign(rows: list, header: list = HEADER) -> Answers:
    return answers_of(book({"Deals": FOREIGN, "Stages": STAGES, "Rates": RATES, "Payments": [header, *rows],
                            "Settings": [["setting", "value"], ["currency", "USD"]]}))


def test_payments_are_in_their_deals_currency_at_its_rate():
    answers = foreign([["D-1", "2026-03-01", 10, 4, None], ["D-2", "2026-03-01", 10, None, None], ["D-3", "2026-03-01", 10, None, None]])
    assert of(answers).amount.tolist() == [20, 30, 10] and of(answers).outstanding.tolist() == [12, 30, 10]
    deals = by_deal(answers.facts, of(answers))
    unbilled = dict(zip(deals.deal.tolist(), deals.unbilled.tolist(), strict=True))
    assert (unbilled[0], unbilled[1], unbilled[2]) == (1980, 1170, 80) and math.isnan(unbilled[3])      # D-4's pounds have no rate


def test_money_without_a_rate_is_left_out_and_counted():
    found = of(foreign([["D-4", "2026-03-01", 10, 4, None], ["D-3", "2026-03-01", 7, 4, None]]))
    assert (total(found).due, found.no_rate) == (7, 1)


def test_a_currency_that_the_payment_names_itself_stands_above_its_deals():
    assert of(foreign([["D-3", "2026-03-01", "EUR 10", None, None]])).amount.tolist() == [30]      # the rate on the day it was won
    assert of(foreign([["D-1", "2026-03-01", 10, None, None]], ["Deal", "Due", "Amount due (USD)", "Received", "Paid on"])
              ).amount.tolist() == [10]


def test_without_payments_or_deals_there_is_nothing():
    empty = answers_of(book({"Deals": DEALS, "Stages": STAGES}))
    assert total(of(empty)).count == 0 and months(of(empty)) == () and by_deal(empty.facts, of(empty)).deal.tolist() == []
    bare = answers_of(book({"Deals": DEALS + WON, "Stages": STAGES}))
    assert without_plan(bare.facts, by_deal(bare.facts, of(bare))).tolist() == [0, 1, 2]


def test_a_rules_stake_is_the_money_in_question_in_base_currency():
    answers = foreign([["D-1", "2026-03-01", 10, 14, None], ["D-2", None, 10, 4, None]])
    assert [each.stake for each in those(answers, "payment.over")] == [8]       # 4 EUR at 2
    assert [each.stake for each in those(answers, "payment.no_due")] == [18]    # 6 EUR at 3


CENTS = st.integers(0, 100_000).map(lambda cents: cents / 100)
DATES = st.one_of(st.none(), st.dates(dt.date(2025, 9, 1), dt.date(2026, 8, 31)).map(str))
MONEY = st.one_of(st.none(), CENTS)
ROW = st.tuples(st.sampled_from(["D-1", "D-2", "D-3", "D-4", "D-9"]), DATES, MONEY, MONEY, DATES)


@settings(max_examples=80, deadline=None)
@given(st.lists(ROW, max_size=20))
def test_nothing_gets_lost(rows):
    answers = team([list(row) for row in rows])
    found, names = of(answers), ("count", "due", "received", "outstanding", "overdue")
    whole = total(found)
    assert whole.due == pytest.approx(math.fsum(row[2] for row in rows if row[2] is not None))
    assert whole.due == pytest.approx(whole.received + whole.outstanding - float(found.over.sum()))
    assert (found.outstanding >= 0).all() and (found.over >= 0).all() and not ((found.outstanding > 0) & (found.over > 0)).any()
    for name in names:
        assert sum(getattr(part, name) for part in months(found)) == pytest.approx(getattr(whole, name))
    for name in ("outstanding", "overdue"):
        assert sum(getattr(part, name) for part in aging(found)) == pytest.approx(getattr(whole, name))
    deals = by_deal(answers.facts, found)
    strangers = found.deal < 0
    for mine, parts in ((deals.billed, found.amount), (deals.received, found.received), (deals.outstanding, found.outstanding),
                        (deals.overdue, found.overdue)):
        assert mine.sum() + parts[strangers].sum() == pytest.approx(parts.sum())
    known = np.isfinite(deals.value)
    assert (deals.billed + deals.unbilled)[known] == pytest.approx(deals.value[known])
    assert found.overdue[found.late].tolist() == sorted(found.overdue[found.overdue > 0], reverse=True)
