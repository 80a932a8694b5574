"""Sheet names, whatever an account is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_xl.draw.names import quoted, sheet_names


@pytest.mark.parametrize(("wished", "names"), [
    (["Deals"], ["Deals"]),
    (["A/B: new [x]?*\\"], ["A B new x"]),
    (["deals", "DEALS", "Deals (2)"], ["deals", "DEALS (2)", "Deals (2) (2)"]),
    (["History", "HISTORY"], ["History (2)", "HISTORY (3)"]),
    (["'quoted'", "Tom's"], ["quoted", "Tom's"]),
    (["", "   ", "'", "\x00"], ["Sheet", "Sheet (2)", "Sheet (3)", "Sheet (4)"]),
    (["x" * 40, "x" * 40], ["x" * 31, "x" * 27 + " (2)"]),
    (["😀" * 20], ["😀" * 15]),                     # each takes two of Excel's 31 units
    (["敏盛醫院", "敏盛醫院"], ["敏盛醫院", "敏盛醫院 (2)"]),
])
def test_a_wish_becomes_a_legal_name(wished, names):
    assert sheet_names(wished) == names


def test_names_that_the_book_has_already_are_left_to_it():
    assert sheet_names(["Deals", "Check"], ["deals"]) == ["Deals (2)", "Check"]


@given(st.lists(st.text(max_size=50), max_size=12), st.lists(st.sampled_from(["Deals", "x", "Sheet"]), max_size=2))
def test_names_are_always_legal_and_unlike_each_other(wished, taken):
    names = sheet_names(wished, taken)
    assert len(names) == len(wished)
    assert len({name.casefold() for name in [*names, *taken]}) == len(names) + len({name.casefold() for name in taken})
    for name in names:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert name == name.strip("'")
        assert name.casefold() != "history"


def test_an_apostrophe_is_doubled_where_a_name_is_quoted():
    assert quoted("Tom's deals") == "'Tom''s deals'"
