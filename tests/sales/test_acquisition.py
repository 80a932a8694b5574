"""What a new customer costs, and the share of satisfied ones: worked by hand."""

import math

import numpy as np
import pytest

from funnel_xl.sales.acquisition import Acquisition, acquisition, satisfaction, satisfied_share
from tests.sales.tables import answers_of, book

HEADER = ["Deal ID", "Account", "Stage", "Amount", "Close date", "Sales cost", "Satisfaction"]
STAGES = [["stage", "kind"], ["Lead", "open"], ["Won", "won"], ["Lost", "lost"]]
# As of 2026-03-31, in the first quarter: 300 + 200 spent on its closed deals.
DEALS = [
    ["D-1", "Alpha", "Won", 1, "2026-01-10", 300, 5],
    ["D-2", "ALPHA ", "Won", 1, "2026-02-10", None, 4],        # the same customer once more
    ["D-3", "Beta", "Won", 1, "2025-12-31", 900, 3],           # of the quarter before
    ["D-4", "Beta", "Won", 1, "2026-02-01", None, None],       # so not new
    ["D-5", "Gamma", "Lost", 1, "2026-03-31", 200, None],
    ["D-6", "Delta", "Won", 1, "2026-03-01", None, 2],
    ["D-7", "Epsilon", "Won", 1, None, 700, 1],                # won nobody knows when
    ["D-8", "Zeta", "Lead", 1, "2026-03-20", 400, None],       # not closed yet
    ["D-9", "", "Won", 1, "2026-03-20", None, 9],              # no customer, and no rating of 1 to 5
]


def found(rows: list = DEALS, header: list = HEADER, **given: object) -> Acquisition:
    return acquisition(answers_of(book({"Deals": [header, *rows], "Stages": STAGES}), given=given))


def test_cost_of_the_quarters_closed_deals_over_the_accounts_first_won_in_it():
    assert found() == Acquisition(found().period, 500, "deals", 2, 2, "deals", 250)       # Alpha and Delta
    assert found().period.name == "2026-Q1"


def test_the_quotas_period_decides_what_is_new():
    year = found(quota_period="2025")
    assert (year.cost, year.customers, year.cac) == (900, 1, 900)       # Beta


def test_settings_stand_above_the_deals():
    given = found(acquisition_cost=6000, new_customers=12)
    assert (given.cost_from, given.customers_from, given.cac) == ("setting", "setting", 500)


@pytest.mark.parametrize(("rows", "header", "given", "cost_from", "customers"), [
    ([], HEADER, {}, "", 0.0),
    ([["D-1", "Won", 1, "2026-01-10"]], ["Deal ID", "Stage", "Amount", "Close date"], {}, "", math.nan),
    ([["D-1", "Alpha", "Lost", 1, "2026-01-10", 100, None]], HEADER, {}, "deals", 0.0),      # spent, and nobody won
    (DEALS, HEADER, {"new_customers": 0}, "deals", 0.0),
])
def test_where_one_of_the_two_is_missing_there_is_no_cost_per_customer(rows, header, given, cost_from, customers):
    got = found(rows, header, **given)
    assert math.isnan(got.cac) and got.cost_from == cost_from
    assert got.customers == customers or (math.isnan(customers) and math.isnan(got.customers))


def test_satisfied_are_those_from_four_on_among_all_that_answered_on_the_scale():
    rated = satisfaction(answers_of(book({"Deals": [HEADER, *DEALS], "Stages": STAGES})))
    assert (rated.satisfied, rated.answered, rated.off_scale, rated.rate) == (2, 5, 1, 0.4)       # 5 4 3 2 1, and a 9
    from_three = satisfaction(answers_of(book({"Deals": [HEADER, *DEALS], "Stages": STAGES}), given={"satisfied_from": 3}))
    assert from_three.rate == 0.6


def test_the_interval_is_wilsons():
    """Of 10, 8: Newcombe 1998's formula by hand with z = 1.96: centre (8 + 1.92) / 13.84 = 0.717, half 0.227."""
    rated = satisfied_share(np.array([5.0] * 8 + [1.0] * 2), 4)
    assert (rated.low, rated.high) == (pytest.approx(0.490, abs=0.001), pytest.approx(0.943, abs=0.001))
    everyone = satisfied_share(np.array([5.0, 5.0]), 4)
    assert everyone.high == pytest.approx(1) and everyone.low == pytest.approx(1 / (1 + 1.96**2 / 2), abs=0.001)


def test_nobody_answered_is_no_rate():
    rated = satisfied_share(np.array([np.nan, np.nan]), 4)
    assert (rated.answered, rated.satisfied) == (0, 0) and all(map(math.isnan, (rated.rate, rated.low, rated.high)))


def test_costs_in_two_currencies_are_added_in_the_base_currency_and_without_a_rate_left_out():
    header = [*HEADER, "Currency"]
    rows = [
        ["D-1", "Alpha", "Won", 1, "2026-01-10", 100, None, "EUR"],      # 110 USD
        ["D-2", "Beta", "Won", 1, "2026-02-10", 200, None, "USD"],
        ["D-3", "Gamma", "Lost", 1, "2026-03-10", 7, None, "GBP"],       # no rate
    ]
    rates = [["Date", "Currency", "Rate"], ["2026-01-01", "EUR", 1.1]]
    source = book({"Deals": [header, *rows], "Stages": STAGES, "Rates": rates})
    got = acquisition(answers_of(source, given={"currency": "USD"}))
    assert (got.cost, got.costed, got.cac) == (pytest.approx(310), 2, pytest.approx(155))
