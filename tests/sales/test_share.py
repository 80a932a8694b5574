"""Chances as points, fractions or percent (spec F1), positions with and without a sign (rulings R9, R19), answers of yes and no."""

import math

import pytest

from funnel_xl.sales.grid import CellError
from tests.sales.tables import codes, column, csv_file, deals_of, plain_sheet, those


def read(*cells: object, heading: str = "Probability", percent: bool = False):
    """(the fractions, None where left out; the codes of what was said) of a column; `percent`: its cells show a percent format."""
    rows = [["Account", heading], *(["X", cell] for cell in cells)]
    deals = deals_of(plain_sheet(rows, percent=frozenset({2}) if percent else frozenset()))
    return [None if math.isnan(value) else pytest.approx(value) for value in deals.column("probability").tolist()], codes(deals)


@pytest.mark.parametrize(("cells", "fractions", "said"), [
    ([75, 50, 25], [0.75, 0.5, 0.25], ["share.points"]),
    ([0.75, 0.5, 0], [0.75, 0.5, 0], []),
    (["75%", "50 %", "７５％"], [0.75, 0.5, 0.75], []),
    (["0.75", "0,5"], [0.75, 0.5], []),
    ([75, "80%", 100, 0], [0.75, 0.8, 1, 0], ["share.points"]),     # 80% says so itself; 100 among points is all
    ([1, 75, 50], [0.01, 0.75, 0.5], ["share.points"]),             # among points 1 is one percent
    ([1, 0.5, 0.75], [1, 0.5, 0.75], []),                           # among fractions 1 is all
    ([1, 0, 1], [1, 0, 1], ["share.ones"]),                         # nothing shows which: said
    ([None, 75, ""], [None, 0.75, None], ["share.points"]),
])
def test_a_column_of_chances_is_read_as_a_whole(cells, fractions, said):
    assert read(*cells) == (fractions, said)


def test_the_minority_is_found_and_left_out_never_rescaled():
    assert read(75, 50, 25, 10, 0.5) == ([0.75, 0.5, 0.25, 0.1, None], ["share.minority_fraction", "share.points"])
    assert read(0.75, 0.5, 0.25, 0.1, 50) == ([0.75, 0.5, 0.25, 0.1, None], ["share.minority_points"])
    deals = deals_of(column("Probability", 0.75, 0.5, 0.25, 0.1, 50))
    assert [(each.where, each.severity, each.column, each.value) for each in deals.findings] == [("Deals!B6", "error", "probability", 50)]


def test_below_four_fifths_of_one_kind_the_column_is_one_finding():
    assert read(75, 50, 25, 0.5) == ([None] * 4, ["share.undecided"])       # 3 of 4
    deals = deals_of(column("Probability", 75, 0.5))
    assert [(each.where, each.details) for each in deals.findings] == [("Deals!B1", {"points": 1, "fractions": 1})]


def test_percent_signs_stay_clear_in_a_column_that_is_not():
    assert read(75, 0.5, "20%")[0] == [None, None, 0.2]


def test_a_percent_format_of_excel_says_what_its_numbers_are():
    assert read(0.75, 0.5, percent=True) == ([0.75, 0.5], [])
    assert read(1, 1, percent=True) == ([1, 1], [])


@pytest.mark.parametrize("cell", [120, -5, "130%", 101])
def test_what_lies_outside_of_0_to_100_percent_is_found_and_left_out(cell):
    deals = deals_of(column("Probability", 50, 60, 70, 80, 90, cell))
    assert [(each.code, each.where) for each in deals.findings] == [("share.out_of_range", "Deals!B7")]
    assert math.isnan(deals.column("probability")[5])


@pytest.mark.parametrize(("cell", "code"), [
    ("high", "share.unread"), (True, "share.unread"), ("70-80", "share.unread"), ("nan", "share.unread"),
    (CellError("#REF!"), "value.error"),
])
def test_what_is_no_chance_is_found_with_its_cell(cell, code):
    deals = deals_of(column("Probability", 50, cell))
    assert [(each.code, each.where) for each in deals.findings] == [(code, "Deals!B3")]


def test_each_column_decides_for_itself():
    deals = deals_of(plain_sheet([["Account", "Fund rate", "Competition rate"], ["X", 75, 0.5], ["Y", 99, 0.75]]))
    assert deals.column("fund").tolist() == [0.75, 0.99] and deals.column("competition").tolist() == [0.5, 0.75]


def positions(*cells: object, as_csv: bool = False):
    """(the positions, None where left out; the codes of what was said)."""
    rows = [["Account", "Current position"], *(["X", cell] for cell in cells)]
    deals = deals_of(csv_file(rows) if as_csv else plain_sheet(rows))
    return [None if math.isnan(value) else value for value in deals.column("position").tolist()], codes(deals)


@pytest.mark.parametrize(("cell", "position"), [
    (2, 2), (-5, -5), (3.0, 3), ("+2", 2), ("-2", -2), ("−2", -2), ("–2", -2), ("－2", -2), ("＋2", 2), ("+ 2", 2),
    ("Euphoria", 5), ("comfort", 2), ("Panic", -5), ("安心", 2), ("极佳", 4), ("極佳", 4), ("擔心", -1), ("苦恼", -3),
])
def test_a_number_in_its_cell_a_sign_or_a_word_of_the_scale_is_a_position(cell, position):
    assert positions(cell) == ([position], [])


def test_a_text_without_a_sign_is_asked_about_and_not_guessed():
    deals = deals_of(column("Current position", "2"))
    assert [(each.code, each.severity, each.where) for each in deals.findings] == [("position.unsigned", "warning", "Deals!B2")]
    assert math.isnan(deals.column("position")[0])


@pytest.mark.parametrize(("cell", "code"), [
    (0, "position.zero"), ("0", "position.zero"), ("-0", "position.zero"), (6, "position.out_of_range"), ("-6", "position.out_of_range"),
    (2.5, "position.out_of_range"), ("good", "position.unread"), ("±1", "position.unread"), (True, "position.unread"),
    (CellError("#N/A"), "value.error"),
])
def test_what_is_not_on_the_scale_is_found(cell, code):
    assert positions(cell) == ([None], [code])


def test_a_csv_file_of_plain_numbers_shows_itself_by_its_minus_signs():
    assert positions("-2", "2", "3", as_csv=True) == ([-2, 2, 3], ["position.plain_numbers"])
    assert positions("-2", "+2", "3", as_csv=True) == ([-2, 2, None], ["position.unsigned"])
    assert positions("2", "3", as_csv=True) == ([None, None], ["position.unsigned"] * 2)


@pytest.mark.parametrize(("cell", "flag"), [
    (True, 1), (False, 0), (1, 1), (0, 0), ("yes", 1), ("N", 0), ("是", 1), ("否", 0), ("有", 1), ("無", 0), ("✓", 1), ("TRUE", 1),
    ("1", 1), ("0", 0),
])
def test_yes_and_no_are_understood_in_three_languages(cell, flag):
    deals = deals_of(plain_sheet([["Account", "BANT budget"], ["X", cell]]))
    assert deals.column("bant_budget").tolist() == [flag] and codes(deals) == []


@pytest.mark.parametrize("cell", ["maybe", 2, "yes and no"])
def test_what_is_neither_yes_nor_no_is_found(cell):
    deals = deals_of(plain_sheet([["Account", "BANT budget"], ["X", cell]]))
    assert [(each.where, each.column) for each in those(deals, "flag.unread")] == [("Deals!B2", "bant_budget")]
    assert math.isnan(deals.column("bant_budget")[0])
