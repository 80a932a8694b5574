"""Deals put together by a text."""

import numpy as np

from funnel_xl.sales.groups import grouped


def texts(*names: str) -> np.ndarray:
    return np.array(names, dtype=object)


def test_spellings_that_differ_in_case_and_spaces_are_one_group_called_as_most_spell_it():
    found = grouped(texts("anna", "Anna", " Anna ", "Anna", "Bo", ""))
    assert sorted(found.names) == ["", "Anna", "Bo"]
    assert found.at[0] == found.at[1] == found.at[2] == found.at[3] != found.at[4]


def test_the_largest_stay_by_name_the_blank_one_too_and_the_rest_is_one_sum():
    found = grouped(texts("a", "b", "b", "c", "c", "c", "d", ""))
    few = found.few(found.counts(np.ones(8, bool)), 4)
    assert (few.names, few.others) == (("c", "b", "", ""), 2)      # c 3, b 2, not given 1, others a + d
    assert few.counts(np.ones(8, bool)).tolist() == [3, 2, 1, 2]


def test_groups_of_one_size_stand_by_name_and_none_are_lost():
    found = grouped(texts("b", "a"))
    few = found.few(np.array([1, 1]), 15)
    assert (few.names, few.others, few.at.tolist()) == (("a", "b"), 0, [1, 0])


def test_no_deals_make_no_groups():
    found = grouped(texts())
    assert found.names == () and found.few(np.array([]), 5).names == ()


def test_what_is_not_known_counts_in_no_sum():
    found = grouped(texts("a", "a", "b"))
    values = np.array([1.0, np.nan, np.nan])
    assert str(found.sums(values).tolist()) == str(found.means(values).tolist()) == "[1.0, nan]"
    assert found.counts(np.isfinite(values)).tolist() == [1, 0]
