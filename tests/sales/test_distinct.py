"""Which groups differ by more than chance: worked by hand, and by scipy's own tests."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from scipy.stats import chi2_contingency, false_discovery_control

from funnel_xl.sales.distinct import differences, shrunk


def test_the_test_over_all_groups_is_pearsons():
    won, of = np.array([60, 40, 55]), np.array([100, 100, 90])
    found = differences(won, of)
    theirs = chi2_contingency(np.array([won, of - won]), correction=False)
    assert (found.chi_square, found.p, found.freedom) == (pytest.approx(theirs.statistic), pytest.approx(theirs.pvalue), 2)


def test_each_group_is_held_against_the_rest_with_holms_correction():
    won, of = np.array([90, 50, 55, 52]), np.array([100, 100, 100, 100])
    found = differences(won, of)
    share = 247 / 400
    alone = []
    for mine in won:
        rest = (247 - mine) / 300
        z = abs(mine / 100 - rest) / math.sqrt(share * (1 - share) * (1 / 100 + 1 / 300))
        alone.append(2 * (1 - NormalDist().cdf(z)))
    order = sorted(range(4), key=alone.__getitem__)
    assert order == [0, 1, 3, 2]
    by_hand = [4 * alone[0], 3 * alone[1], 2 * alone[3], alone[2]]      # the smallest times 4, the next times 3 ...
    assert found.group_p[order] == pytest.approx(np.maximum.accumulate(by_hand), abs=1e-12)
    assert found.apart.tolist() == [True, True, False, True] and 2 * alone[3] == pytest.approx(0.041, abs=5e-4)
    assert (found.group_p >= false_discovery_control(alone) - 1e-12).all()      # Holm is never less strict than Benjamini and Hochberg


def test_no_group_is_told_from_the_rest_where_all_together_differ_by_chance_only():
    won, of = np.array([38, *[25] * 19]), np.array([50] * 20)
    found = differences(won, of)
    assert found.group_p.min() < 0.01 and not found.found and not found.apart.any()       # 20 groups: one lies that far out by chance


def test_two_groups_are_one_comparison():
    found = differences(np.array([60, 40]), np.array([100, 100]))
    assert found.group_p == pytest.approx([found.p, found.p])


def test_groups_too_small_to_be_tested_are_pooled_and_not_judged():
    found = differences(np.array([30, 30, 1, 1, 2]), np.array([60, 60, 2, 2, 4]))
    assert (found.pooled, found.freedom) == (3, 2) and found.tested.tolist() == [True, True, False, False, False]
    assert np.isnan(found.group_p[2:]).all()
    alone = differences(np.array([90, 91, 0]), np.array([100, 100, 1]))     # one deal, and less than one expected to be lost: in no test
    assert alone.freedom == 1 and alone.p > 0.7


@pytest.mark.parametrize(("won", "of"), [([], []), ([3], [9]), ([0, 0], [50, 50]), ([50, 50], [50, 50]), ([1, 1], [2, 2]), ([0, 0], [0, 0])])
def test_where_there_is_nothing_to_compare_nothing_is_said(won, of):
    found = differences(np.array(won, dtype=int), np.array(of, dtype=int))
    assert math.isnan(found.p) and not found.found and not found.apart.any()


def test_a_groups_rate_is_drawn_to_the_teams_as_far_as_chance_made_it():
    found = differences(np.array([60, 40]), np.array([100, 100]))
    assert found.between == pytest.approx(0.07)      # chi-square 8 on 1; (8 - 1) / (200 - 20000 / 200)
    prior = 0.93 / 0.07
    estimate = shrunk(np.array([60, 0]), np.array([100, 0]), 0.5, found.between)
    assert estimate == pytest.approx([(60 + prior / 2) / (100 + prior), 0.5])       # a group without deals is as good as the team
    assert shrunk(np.array([60]), np.array([100]), 0.5, 0.0).tolist() == [0.5]
    assert np.isnan(shrunk(np.array([6]), np.array([9]), 0.5, math.nan)).all()
