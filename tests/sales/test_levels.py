"""The levels of a lead score's criterion, as teams write them, and the cells that name them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funnel_xl.sales.aliases import plain
from funnel_xl.sales.grid import CellError
from funnel_xl.sales.levels import Levels, read_cells, read_levels
from funnel_xl.wording import LANGUAGES, words

NAMES = st.lists(st.text("abcdefghäöü一二三四五無部份明確", min_size=1, max_size=8).map(str.strip).filter(bool), min_size=2, max_size=6,
                 unique_by=plain)


def shares(text: str) -> dict[str, float]:
    levels = read_levels(text)
    assert levels is not None, text
    return levels.shares


@pytest.mark.parametrize("text", [
    "none=0; some=0.5; clear=1", "0 none, 0.5 some, 1 clear", "none 0 / some 0.5 / clear 1", "none (0), some (0.5), clear (1)",
    "none: 0\nsome: 0.5\nclear: 1", "none=0%; some=50%; clear=100%", "0=none|1=some|2=clear", "none=0; some=5; clear=10",
    "none 0 points, some 2 points, clear 4 points", "none，some，clear", "none/some/clear", "none < some < clear", "clear > some > none",
    "none some clear", "clear; some; none", "0,5 some; 1 clear; 0 none",
])
def test_one_scale_can_be_written_in_many_ways(text):
    assert shares(text) == {"none": 0, "some": 0.5, "clear": 1}


@pytest.mark.parametrize("text", ["無=0；部分=1；明確=2", "0 無，0.5 部分，1 明確", "0無、0.5部分、1明確", "無/部分/明確", "明確＞部分＞無",
                                  "明確（1分）、部分（0.5分）、無（0分）", "無 部分 明確"])
def test_in_chinese_too(text):
    assert shares(text) == {"無": 0, "部分": 0.5, "明確": 1}


@pytest.mark.parametrize(("text", "expected"), [
    ("yes/no", {"no": 0, "yes": 1}), ("no/yes", {"no": 0, "yes": 1}), ("是/否", {"否": 0, "是": 1}),
    ("高/中/低", {"低": 0, "中": 0.5, "高": 1}), ("低/中/高", {"低": 0, "中": 0.5, "高": 1}),
    ("high, medium, low", {"low": 0, "medium": 0.5, "high": 1}), ("A/B/C", {"a": 0, "b": 0.5, "c": 1}),
    ("Tier 1/Tier 2/Tier 3", {"tier 1": 0, "tier 2": 0.5, "tier 3": 1}),
    ("1/2/4", {"1": 0.25, "2": 0.5, "4": 1}), ("small (<50)/large (>50)", {"small (<50)": 0, "large (>50)": 1}),
    ("yes", {"yes": 1}), ("", {}),
])
def test_names_alone_rise_unless_their_ends_say_that_they_fall(text, expected):
    assert shares(text) == expected


@pytest.mark.parametrize("text", ["none, some=1", "0", "a/A", "none=0", "a=0; b=0"])
def test_what_can_not_be_understood_is_not_guessed(text):
    assert read_levels(text) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_levels_that_our_own_workbook_offers_are_read(language):
    assert sorted(shares(words(language)["book.lead.levels"]).values()) == [0, 0.5, 1]


@given(NAMES, st.sampled_from([";", "；", "|", "\n", "/", ",", "，", "、", "<"]), st.sampled_from(["", " "]))
def test_any_names_in_any_signs_stand_evenly_from_0_to_1(names, sign, space):
    found = sorted(shares((space + sign + space).join(names)).values())
    assert found == pytest.approx([at / (len(names) - 1) for at in range(len(names))])


PAIRS = ["{name}={number}", "{number}={name}", "{name}: {number}", "{number} {name}", "{name} ({number})"]


@given(NAMES, st.lists(st.integers(0, 20), min_size=6, max_size=6), st.sampled_from(PAIRS), st.sampled_from(["; ", "\n", " / ", ", "]))
def test_any_names_with_numbers_are_shares_of_the_highest(names, numbers, pattern, sign):
    numbers = [*numbers[:len(names) - 1], 21]
    found = shares(sign.join(pattern.format(name=name, number=number) for name, number in zip(names, numbers, strict=False)))
    assert found == pytest.approx({plain(name): number / 21 for name, number in zip(names, numbers, strict=False)})


@settings(max_examples=200)
@given(st.text(max_size=40), st.lists(st.one_of(st.text(max_size=12), st.none(), st.floats(), st.integers(), st.booleans()), max_size=5),
       st.floats(0.1, 50))
def test_whatever_is_typed_levels_and_cells_are_within_0_and_1_or_not_read(text, cells, weight):
    levels = read_levels(text) or Levels()
    assert all(0 <= share <= 1 for share in levels.shares.values())
    found, unread = read_cells(cells, levels, weight)
    assert len(found) == len(cells)
    assert ((found >= 0) & (found <= 1))[np.isfinite(found)].all()
    assert np.isnan(found[unread]).all()


def read(cells: list, text: str, weight: float = 3) -> tuple[list, list[int]]:
    found, unread = read_cells(cells, read_levels(text), weight)
    return [None if np.isnan(share) else float(share) for share in found], unread


def test_a_cell_names_its_level_in_any_spelling_its_number_or_yes_and_no():
    assert read(["Clear", " SOME ", "none", "0.5 some", None, "-", "yes", "no", 0.5, "50%", 0.7], "none=0; some=0.5; clear=1") == (
        [1, 0.5, 0, 0.5, None, None, 1, 0, 0.5, 0.5, 0.7], [])


def test_a_cell_that_is_no_level_is_not_read():
    assert read(["clea", "2", -1, CellError("#N/A"), "none"], "none=0; some=0.5; clear=1") == ([None, None, None, None, 0], [0, 1, 2, 3])


def test_points_are_of_the_highest_level_or_of_the_span():
    assert read([1, 2, "4", 5], "none=0; some=2; clear=4") == ([0.25, 0.5, 1, None], [3])
    assert read([0, 5, "10", 11], "0-10") == ([0, 0.5, 1, None], [3])


def test_without_levels_numbers_are_shares_unless_one_is_above_1_and_then_points_up_to_the_weight():
    assert read([0, 0.5, 1], "") == ([0, 0.5, 1], [])
    assert read([0, 1.5, 3, 1, 4], "") == ([0, 0.5, 1, pytest.approx(1 / 3), None], [4])
    assert read(["yes", "否", "V", True], "") == ([1, 0, 1, 1], [])
    assert read([0.5, 2], "", weight=0.3) == ([0.5, None], [1])      # weights that are shares themselves


def test_yes_is_the_highest_level_and_no_the_lowest():
    assert read(["yes", "no"], "weak=2; strong=4") == ([1, 0.5], [])
    assert read(["yes", "no"], "named") == ([1, 0], [])
