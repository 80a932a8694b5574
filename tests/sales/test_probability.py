"""The chance that a deal is won and where it comes from (spec F3, ruling R6), what it is worth, and its tier (spec F6)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_xl.sales.placement import BEST_FEW, IN
from funnel_xl.sales.settings import Settings
from funnel_xl.sales.tier import cadence, proposed_limits, tiers
from tests.sales.tables import answers_of, book, codes, plain_sheet, those

STAGES = [["stage", "kind", "probability", "placement"], ["Lead", "open", 0.1, "above"], ["Proposal", "open", 0.5, "in"],
          ["Won", "won", None, None], ["Lost", "lost", None, None], ["Renewal", "post", None, None]]
HEADER = ["Account", "Stage", "Amount", "Probability", "Fund rate", "Competition rate"]


def computed(*rows: list):
    """What is computed from rows of HEADER."""
    return answers_of(book({"Deals": [HEADER, *rows], "Stages": STAGES})).computed


@pytest.mark.parametrize(("row", "chance", "source"), [
    (["A", "Proposal", 800, "30%", "75%", "75%"], 0.30, "own"),
    (["A", "Proposal", 800, None, "75%", "75%"], 0.5625, "fund_competition"),
    (["A", "Proposal", 800, None, "99%", "75%"], 0.7425, "fund_competition"),
    (["A", "Proposal", 800, None, "75%", None], 0.5, "stage"),
    (["A", "Proposal", 800, None, None, None], 0.5, "stage"),
    (["A", "Proposal", 800, "0%", "75%", "75%"], 0, "own"),         # 0 is a chance, not a blank
    (["A", "Won", 800, "30%", "75%", "75%"], 1, "closed"),
    (["A", "Lost", 800, "30%", "75%", "75%"], 0, "closed"),
])
def test_the_first_that_exists_of_own_fund_times_competition_and_stage(row, chance, source):
    one = computed(row).iloc[0]
    assert (one["probability"], one["probability_source"]) == (pytest.approx(chance), source)


def test_a_deal_after_the_sale_has_no_chance_and_an_unknown_stage_no_default():
    both = computed(["A", "Renewal", 800, None, None, None], ["B", "Gone fishing", 800, None, None, None])
    assert both["probability"].isna().all() and both["probability_source"].tolist() == ["", ""] and both["weighted"].isna().all()


def test_the_weighted_value_is_made_deal_by_deal_of_open_deals_only():
    four = computed(["A", "Proposal", 800, "25%", None, None], ["B", "Proposal", 200, "75%", None, None],
                    ["C", "Won", 999, None, None, None], ["D", "Proposal", None, "50%", None, None])
    assert four["weighted"].fillna(-1).tolist() == [200, 150, -1, -1]         # not 1,000 x the mean chance; an unknown amount is not zero


def team_of(*chances: str, stage: str = "Proposal") -> list:
    return [[f"Customer {number}", stage, 100, chance, None, None] for number, chance in enumerate(chances)]


def test_where_nine_in_ten_chances_are_their_stages_default_the_column_is_autofill():
    answers = answers_of(book({"Deals": [HEADER, *team_of(*["50%"] * 9, "90%")], "Stages": STAGES}))
    assert set(answers.computed["probability_source"]) == {"stage"} and set(answers.computed["probability"]) == {0.5}
    assert [(each.severity, each.where) for each in those(answers, "probability.autofill")] == [("note", "Deals!D1")]
    assert "probability.far" not in codes(answers)


def test_below_nine_in_ten_the_chances_are_the_teams_own():
    answers = answers_of(book({"Deals": [HEADER, *team_of(*["50%"] * 8, "90%", "95%")], "Stages": STAGES}))
    assert set(answers.computed["probability_source"]) == {"own"} and "probability.autofill" not in codes(answers)


def test_fund_times_competition_stands_above_an_autofilled_chance():
    rows = team_of(*["50%"] * 10)
    rows[0][4:] = ["75%", "75%"]
    one = computed(*rows).iloc[0]
    assert (one["probability"], one["probability_source"]) == (0.5625, "fund_competition")


def test_an_autofilled_chance_of_a_stage_without_default_is_not_thrown_away():
    one = computed(*team_of(*["50%"] * 10), ["X", "Gone fishing", 100, "30%", None, None]).iloc[10]
    assert (one["probability"], one["probability_source"]) == (0.3, "own")


AMOUNTS = st.one_of(st.none(), st.integers(0, 10**7))


@given(st.lists(st.tuples(AMOUNTS, st.integers(0, 100), st.sampled_from(["Lead", "Proposal", "Won", "Lost"])), min_size=1, max_size=30))
def test_the_weighted_total_is_the_sum_of_its_rows(deals):
    rows = [["Account", "Stage", "Amount", "Probability"], *(["C", stage, amount, f"{chance}%"] for amount, chance, stage in deals)]
    answers = answers_of(plain_sheet(rows))
    by_hand = math.fsum(value for value in answers.computed["weighted"] if not math.isnan(value))
    total = answers.summary.open.weighted
    assert total == pytest.approx(by_hand) or (math.isnan(total) and by_hand == 0)


@pytest.mark.parametrize(("amount", "chance", "placement", "tier"), [
    (100, 0.50, IN, "A"), (99, 0.50, IN, "B"), (100, 0.49, IN, "B"),                     # big and at least even
    (30, 0.10, BEST_FEW, "A"), (29, 0.10, BEST_FEW, "C"), (29, 0.50, BEST_FEW, "B"),     # Best Few and not small
    (29, 0.49, IN, "C"), (29, 0.50, IN, "B"), (30, 0.49, IN, "B"),                       # small and less than even
    (np.nan, 0.5, IN, ""), (100, np.nan, IN, ""),
])
def test_a_tier_follows_amount_chance_and_placement(amount, chance, placement, tier):
    one = tiers(np.array([amount]), np.array([chance]), np.array([placement]), small=30, big=100)
    assert one.tolist() == [tier]
    assert cadence(one).tolist() == [pytest.approx({"A": 1, "B": 7, "C": 30}.get(tier, np.nan), nan_ok=True)]


def test_limits_are_proposed_once_from_the_thirds_of_the_open_amounts_and_that_is_said():
    assert proposed_limits(np.array([10, 20, 30, 40, np.nan])) == (20, 30)       # a third and two thirds of the way from 10 to 40
    rows = [["Account", "Stage", "Amount"], *(["C", "Proposal", amount] for amount in (10, 20, 30, 40)), ["X", "Won", 9999]]
    note = those(answers_of(plain_sheet(rows)), "tiers.proposed")
    assert [each.details for each in note] == [{"small": "20", "big": "30"}]
    assert those(answers_of(plain_sheet(rows), settings=Settings(small=15, big=35)), "tiers.proposed") == []


def test_two_amounts_have_no_thirds():
    assert np.isnan(proposed_limits(np.array([10, 20, np.nan]))).all()
    assert set(answers_of(plain_sheet([["Account", "Stage", "Amount"], ["A", "Proposal", 10]])).computed["tier"]) == {""}
