"""What deals cost beside what they would earn: worked by hand."""

import numpy as np
import pytest

from funnel_xl.sales.answers import Answers
from funnel_xl.sales.costs import costs, lost_cost, owner_costs
from tests.sales.tables import answers_of, book

STAGES = [["stage", "kind", "probability"], ["Demo", "open", 0.5], ["Won", "won", 1], ["Lost", "lost", 0]]
HEADER = ["id", "account", "owner", "stage", "amount", "sales cost", "opportunity cost"]


def team(*rows: list, header: list = HEADER, **tables: list) -> Answers:
    deals = [header, *([f"D-{at}", f"Customer {at}", *row] for at, row in enumerate(rows, 1))]
    return answers_of(book({"Deals": deals, "Stages": STAGES, "Settings": [["setting", "value"], ["margin", "20%"]], **tables}))


def test_the_cost_is_a_share_of_amount_times_margin_and_the_weighted_profit_is_half_at_fifty_percent():
    found = costs(team(["Ann", "Demo", 1000, 60, 30]))
    assert (found.profit[0], found.weighted_profit[0]) == (pytest.approx(200), pytest.approx(100))       # 1000 x 20 %; x 50 %
    assert (found.cost[0], found.share[0]) == (90, pytest.approx(0.45))
    assert not found.over[0]


def test_a_deal_costs_too_much_where_its_cost_is_above_its_weighted_gross_profit():
    found = costs(team(["Ann", "Demo", 1000, 100, None], ["Ann", "Demo", 1000, 100.01, None], ["Ann", "Lost", 1000, 900, None]))
    assert found.over.tolist() == [False, True, False]      # of open deals only


def test_a_cost_that_is_half_known_counts_as_far_as_it_is_known():
    found = costs(team(["Ann", "Demo", 1000, None, 30], ["Ann", "Demo", 1000, None, None], ["Ann", "Demo", None, 5, None]))
    assert found.cost[0] == 30 and np.isnan(found.cost[1])
    assert np.isnan(found.share[1:]).all()                  # no cost; no amount
    assert not found.over[1:].any()


def test_a_deals_own_margin_stands_above_the_setting_and_without_either_no_profit_is_known():
    header = [*HEADER, "margin"]
    found = costs(team(["Ann", "Demo", 1000, 60, None, "50%"], ["Ann", "Demo", 1000, 60, None, None], header=header))
    assert found.profit.tolist() == pytest.approx([500, 200])
    bare = costs(team(["Ann", "Demo", 1000, 60, None], Settings=[["setting", "value"]]))
    assert np.isnan(bare.profit[0]) and np.isnan(bare.share[0]) and not bare.over[0]


def test_a_profit_of_nothing_has_no_share():
    assert np.isnan(costs(team(["Ann", "Demo", 0, 60, None])).share[0])


def test_costs_are_in_one_currency_like_the_amounts():
    answers = team(["Ann", "Demo", 1000, 60, None, "EUR"], ["Ann", "Demo", 1000, 60, None, "USD"], ["Bo", "Demo", 1000, 60, None, "GBP"],
                   header=[*HEADER, "currency"], Settings=[["setting", "value"], ["margin", 0.2], ["currency", "EUR"]],
                   Rates=[["date", "currency", "rate"], ["2026-01-01", "USD", 0.5]])
    assert costs(answers).cost[:2].tolist() == [60, 30]
    assert np.isnan(costs(answers).cost[2])     # no rate: left out


def test_costs_by_owner_and_what_losing_has_cost():
    answers = team(["Ann", "Demo", 1000, 60, 40], ["Ann", "Lost", 1000, 300, None], ["Bo", "Won", 1000, 20, None],
                   ["Bo", "Lost", 1, None, None], ["", "Demo", 1000, None, 700])
    found = costs(answers)
    assert lost_cost(answers, found) == (300, 1)        # of the two lost deals, one has a known cost
    lines = [(line.owner, line.deals, line.open, line.won, line.lost, line.total) for line in owner_costs(answers, found)]
    assert [tuple(None if value != value else value for value in line) for line in lines] == [
        ("", 1, 700, None, None, 700), ("Ann", 2, 100, None, 300, 400), ("Bo", 1, None, 20, None, 20)]


def test_without_costs_nothing_is_made_up():
    answers = team(["Ann", "Demo", 1000], header=HEADER[:5])
    found = costs(answers)
    assert np.isnan(found.cost).all() and owner_costs(answers, found) == ()
    total, deals = lost_cost(answers, found)
    assert np.isnan(total) and deals == 0
