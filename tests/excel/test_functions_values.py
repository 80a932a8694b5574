"""The functions that answer cell by cell. Off Windows they are plain Python; tests/com has them through Excel's own door."""

import datetime as dt
import subprocess
import sys
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_xl.excel import functions, serving, values
from funnel_xl.excel.catalogue import ERRORS, FUNCTIONS
from funnel_xl.excel.functions import (
    FUNNEL_CAC,
    FUNNEL_COVERAGE,
    FUNNEL_CSAT,
    FUNNEL_HORIZON,
    FUNNEL_PLACEMENT,
    FUNNEL_POSITION,
    FUNNEL_PROBABILITY,
    FUNNEL_PROFIT,
    FUNNEL_SCORE,
    FUNNEL_TIER,
    FUNNEL_VELOCITY,
    FUNNEL_VERSION,
    FUNNEL_WEIGHT,
    FUNNEL_WORK,
)

APRIL = dt.datetime(2000, 4, 15)        # the day on which the worked forms were filled in (spec item 23)
NOT_AVAILABLE, SPILL, CALC = -2146826246, -2146826243, -2146826238     # as they come through COM
STAGES = [
    ["Stage", "Kind", "Probability"], ["Lead", "open", 0.1], ["Quote", "open", 0.65], ["Won", "won", None],
    ["Support", "After-sales", None],
]


@pytest.mark.parametrize(("fund", "competition", "points"), [
    (75, 75, 150), (0.75, 0.75, 150), (99, 75, 174), (100, 100, 198), ("75%", 0.5, 125),
])
def test_score_is_fund_plus_competition_and_a_hundred_counts_as_99(fund, competition, points):
    assert FUNNEL_SCORE(fund, competition) == pytest.approx(points)


@pytest.mark.parametrize(("fund", "competition", "place"), [
    (25, 25, "Above"),      # 50
    (25, 50, "In"),         # 75
    (25, 99, "In"),         # 124: 25 + 99 is not Best Few, for the buyer prefers a rival
    (50, 75, "Best Few"),   # 125
    (99, 75, "Best Few"),
])
def test_placement_by_score_alone_where_no_date_is_asked_about(fund, competition, place):
    assert FUNNEL_PLACEMENT(fund, competition) == place


@pytest.mark.parametrize(("close", "place"), [
    (dt.datetime(2000, 5, 31), "Best Few"),
    (dt.datetime(2000, 7, 15), "Best Few"),     # three calendar months, the third included
    (dt.datetime(2000, 7, 16), "In"),
    (dt.datetime(2000, 12, 1), "Above"),        # the date holds the deal back
    (dt.datetime(2000, 1, 1), "In"),            # overdue: at most In
    ("明年預算", "Above"),
    ("May/00", "Best Few"),                     # its last day
    (36677, "Best Few"),                        # 2000-05-31 as Excel's day number
    (None, "Best Few"),                         # a cell without a date: by score
])
def test_placement_is_the_less_advanced_of_score_and_date(close, place):
    assert FUNNEL_PLACEMENT(75, 75, close, APRIL) == place


def test_a_cold_deal_whose_date_cell_is_empty_is_above_but_not_one_of_which_no_date_is_asked():
    assert FUNNEL_PLACEMENT(25, 75, None, APRIL) == "Above"
    assert FUNNEL_PLACEMENT(25, 75) == "In"


def test_each_deal_may_have_an_as_of_date_of_its_own():
    close = dt.datetime(2000, 12, 1)
    assert FUNNEL_PLACEMENT([75, 75], [75, 75], close, [APRIL, dt.datetime(2000, 11, 1)]) == ["Above", "Best Few"]


@pytest.mark.parametrize(("close", "said"), [
    (dt.datetime(2000, 7, 15), "Best Few"), (dt.datetime(2000, 8, 1), "In"), (dt.datetime(2000, 10, 15), "Above"),
    (dt.datetime(2000, 4, 14), "Overdue"), ("TBD", "Above"), (None, ""),
])
def test_horizon_counts_calendar_months(close, said):
    assert FUNNEL_HORIZON(close, APRIL) == said


def test_without_an_as_of_date_today_counts():
    assert FUNNEL_HORIZON(dt.datetime.now() + dt.timedelta(days=7)) == "Best Few"
    assert FUNNEL_HORIZON(dt.datetime.now() + dt.timedelta(days=7), None) == "Best Few"


@pytest.mark.parametrize(("language", "said"), [
    ("zh-Hans", "漏斗底"), ("zh-Hant", "漏斗底"), ("ZH-HANT", "漏斗底"), ("", "Best Few"), (None, "Best Few"),
])
def test_words_come_in_the_language_that_is_asked_for(language, said):
    assert FUNNEL_PLACEMENT(75, 75, None, APRIL, language) == said


def test_an_unknown_language_is_said_in_words():
    assert FUNNEL_WORK("In", "fr") == 'Language "fr" is unknown; allowed: en, zh-Hans, zh-Hant.'


@pytest.mark.parametrize(("place", "language", "said"), [
    ("Above", "en", "Qualify"), ("In", "en", "Cover the base"), ("best few", "en", "Close"), ("漏斗中", "zh-Hant", "經營關鍵人"),
    ("漏斗上", "zh-Hans", "商机甄别"), ("Not placed", "en", ""), (None, "en", ""),
])
def test_work_follows_placement_in_any_language(place, language, said):
    assert FUNNEL_WORK(place, language) == said


def test_a_wrong_word_is_answered_in_words_and_names_what_is_allowed():
    assert FUNNEL_WORK("Middling") == "placement: “Middling” is no placement; allowed: Above, In, Best Few."


@pytest.mark.parametrize(("position", "word"), [
    (5, "Euphoria"), (1, "OK"), (-1, "Concern"), (-5, "Panic"), ("+2", "Comfort"), ("−3", "Worry"), (None, ""),
])
def test_positions_have_words(position, word):
    assert FUNNEL_POSITION(position) == word


def test_a_position_without_a_sign_is_asked_about_and_zero_is_none():
    zero, unsigned = FUNNEL_POSITION([0, "2"])
    assert zero.startswith("position: 0 is not on the scale")
    assert "for us (+2) or against us (-2)?" in unsigned


@pytest.mark.parametrize(("arguments", "value"), [
    ((50, 70), 35),                             # spec item 44: 50 at 70 %
    ((485000, 0.99, 0.75), 360112.5),           # spec item 24: 485K x 74.25 %
    ((485000, 99, 75), 360112.5),
    (("485K", "99%", "75%"), 360112.5),
    (("50萬", 70), 350000),
    ((Decimal("50.5"), 0.5), 25.25),            # a currency cell
    ((100, 1), 100),                            # 1 is all of it
    ((100, 0), 0),
])
def test_weight_is_amount_times_chance(arguments, value):
    assert FUNNEL_WEIGHT(*arguments) == pytest.approx(value)


@pytest.mark.parametrize(("function", "arguments"), [
    (FUNNEL_SCORE, (None, 75)), (FUNNEL_PLACEMENT, (None, None)), (FUNNEL_HORIZON, (None,)), (FUNNEL_WORK, (None,)),
    (FUNNEL_WEIGHT, (None, 0.5)), (FUNNEL_WEIGHT, (5, 0.5, None)), (FUNNEL_WEIGHT, ("", "")), (FUNNEL_TIER, (None, None)),
    (FUNNEL_POSITION, ("",)), (FUNNEL_VELOCITY, (1, 1, 1, None)), (FUNNEL_PROFIT, (None, 1, 1, 1, 1)), (FUNNEL_PROBABILITY, (None, STAGES)),
    (FUNNEL_COVERAGE, (None, 2, 1)), (FUNNEL_CAC, (None, 1)),
])
def test_empty_in_empty_out(function, arguments):
    assert function(*arguments) == ""


@pytest.mark.parametrize(("wrong", "shown"), [
    ("abc", "#VALUE!"), (NOT_AVAILABLE, "#N/A"), ("#N/A", "#N/A"), ("#DIV/0!", "#DIV/0!"), ("#NUM!", "#NUM!"), (SPILL, "#VALUE!"),
    (CALC, "#VALUE!"), ("#REF!", "#VALUE!"),
])
def test_a_number_that_can_not_be_used_gives_an_error_value(wrong, shown):
    assert FUNNEL_WEIGHT(wrong, 0.5) == shown
    assert FUNNEL_WEIGHT([[1.0], [wrong]], 0.5) == [[0.5], [shown]]


def test_a_share_beyond_its_scale_is_no_number():
    assert FUNNEL_SCORE(150, 50) == "#NUM!"
    assert FUNNEL_WEIGHT(100, -0.5) == "#NUM!"


def test_points_and_fractions_are_told_apart_by_the_column_and_the_few_are_left_out():
    assert FUNNEL_WEIGHT([[100.0]] * 6, [[50], [60], [70], [80], [90], [0.5]]) == [[50], [60], [70], [80], [90], ["#NUM!"]]
    assert FUNNEL_WEIGHT([[100.0]] * 2, [[50], [0.5]]) == [["#NUM!"], ["#NUM!"]]        # nothing decides


def test_the_answer_has_the_shape_of_the_arguments():
    assert FUNNEL_WEIGHT(10, 0.5) == 5
    assert FUNNEL_WEIGHT([10, 20], 0.5) == [5, 10]
    assert FUNNEL_WEIGHT([[10], [20]], 0.5) == [[5], [10]]
    assert FUNNEL_WEIGHT([[10]], 0.5) == [[5]]
    assert FUNNEL_WEIGHT([[10, 20], [30, 40]], [[0.5], [1]]) == [[5, 10], [30, 40]]
    assert FUNNEL_WEIGHT([[10], [20]], [[0.5, 1]]) == [[5, 10], [10, 20]]


def test_where_a_range_is_too_short_the_rest_is_not_available_as_with_excels_own_functions():
    assert FUNNEL_WEIGHT([[10], [20], [30]], [[0.5], [0.5]]) == [[5], [10], ["#N/A"]]
    assert FUNNEL_PLACEMENT([[75], [75], [75]], [[75], [75]]) == [["Best Few"], ["Best Few"], ["#N/A"]]


def test_default_chance_of_a_stage_comes_from_the_table_and_an_unknown_stage_is_not_available():
    assert FUNNEL_PROBABILITY(["Lead", "quote", "Won", "Nowhere", "Support", None], STAGES) == [0.1, 0.65, 1.0, "#N/A", "#N/A", ""]
    assert FUNNEL_PROBABILITY("Lead", [["Colour"], ["red"]]) == "#VALUE!"
    assert FUNNEL_PROBABILITY("Lead", "no table") == "#VALUE!"


@pytest.mark.parametrize(("amount", "chance", "place", "letter"), [
    (100, 0.5, None, "A"), (100, 0.49, None, "B"), (50, 0.2, "Best Few", "A"), (49, 0.2, "Best Few", "C"), (49, 0.5, None, "B"),
    (50, 0.1, "In", "B"),
])
def test_tiers_follow_amount_chance_and_placement(amount, chance, place, letter):
    assert FUNNEL_TIER(amount, chance, 50, 100, place) == letter


def test_tier_limits_are_the_thirds_of_the_amounts_where_none_are_given():
    # thirds of 10..60: below 26.67 small, from 43.33 big
    assert FUNNEL_TIER([10, 20, 30, 40, 50, 60], [0.1, 0.6, 0.1, 0.6, 0.6, 0.1]) == ["C", "B", "B", "B", "A", "B"]


def test_a_tier_that_can_not_be_told_says_what_is_missing():
    assert FUNNEL_TIER(100, 0.5).startswith("Give the limits small and big")
    assert FUNNEL_TIER(100, 0.5, 500, 100).startswith("small (500) is above big (100)")
    assert FUNNEL_TIER(100, 0.5, "x", 100, None, "zh-Hant") == "small：「x」不是數字。請填寫數字，如 1200 或 50萬。"


def test_velocity_is_per_day_and_needs_a_cycle():
    # 40 deals x 10,000 x 25 % / 50 days = 2,000 a day
    assert FUNNEL_VELOCITY(40, 10000, 0.25, [50, 0, -5, None]) == [2000, "#DIV/0!", "#NUM!", ""]


def test_profit_is_the_product_of_five_factors():
    # spec item 30: 200 x 30 % x 20 % x 100,000 x 25 % = 300,000
    assert FUNNEL_PROFIT(200, 0.3, 0.2, 100000, 0.25) == pytest.approx(300000)
    assert FUNNEL_PROFIT(200, 30, 20, "10萬", 25) == pytest.approx(300000)


def test_coverage_is_of_what_is_still_to_win():
    # 600 due, quota 1,300, won 400: 600 / 900
    assert FUNNEL_COVERAGE(600, 1300, 400) == pytest.approx(2 / 3)
    assert FUNNEL_COVERAGE("60萬", "130萬", "40萬") == pytest.approx(2 / 3)
    assert FUNNEL_COVERAGE([[600], [600], [600], [600]], [[1300], [400], [300], [None]], 400) == [[2 / 3], ["#DIV/0!"], ["#DIV/0!"], [""]]
    assert FUNNEL_COVERAGE(0, 100, 0) == 0


def test_cost_of_a_new_customer_needs_a_customer():
    assert FUNNEL_CAC("50萬", [10, 0, -1, None, "x"]) == [50_000, "#DIV/0!", "#NUM!", "", "#VALUE!"]


def test_satisfied_are_those_from_four_on_among_those_that_answered():
    assert FUNNEL_CSAT([[5], [4], [3], [None], [1]]) == 0.5
    assert FUNNEL_CSAT([5, 4, 3, 1], 3) == 0.75
    assert FUNNEL_CSAT(5) == 1


@pytest.mark.parametrize(("ratings", "shown"), [
    ([None, ""], "#DIV/0!"), (None, "#DIV/0!"), ([5, 9], "#NUM!"), ([5, 0], "#NUM!"), ([5, "good"], "#VALUE!"),
    ([5, NOT_AVAILABLE], "#N/A"),
])
def test_ratings_that_can_not_be_used_give_an_error_value(ratings, shown):
    assert FUNNEL_CSAT(ratings) == shown


def test_the_limit_of_satisfaction_is_one_number():
    assert FUNNEL_CSAT([5, 3], [3, 4]) == "#VALUE!" and FUNNEL_CSAT([5, 3], "many") == "#VALUE!"
    assert FUNNEL_CSAT([5, 3], None) == 0.5


def test_the_first_function_that_a_workbook_calls_answers_whichever_it_is():
    for call in ("FUNNEL_VELOCITY(40., 10000., .25, 50.)", "FUNNEL_WHATIF(4., 1., 1., 1., 1., 1.)[6][1]"):
        code = f"from funnel_xl.excel import functions; print(functions.{call})"
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() in ("2000.0", "1.0")


def test_the_version_is_the_packages():
    from funnel_xl import __version__
    assert FUNNEL_VERSION() == __version__


def test_every_function_of_the_catalogue_is_served_with_the_arguments_that_it_names():
    import inspect
    for name, described in FUNCTIONS.items():
        parameters = inspect.signature(getattr(functions, name)).parameters.values()
        assert [each.name for each in parameters] == [each.name for each in described.arguments]
        assert [each.default is not each.empty for each in parameters] == [each.optional for each in described.arguments]


def test_a_mistake_of_ours_is_an_error_value_and_a_line_in_the_log(monkeypatch, tmp_path):
    def broken(*arguments):
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(values, "placement_score", broken)
    monkeypatch.setattr(values, "work_word", broken)
    monkeypatch.setattr(serving, "log_file", lambda: tmp_path / "log" / "functions.log")
    assert FUNNEL_SCORE(75, 75) == "#VALUE!"
    assert FUNNEL_WORK("In") == "#VALUE!"
    log = (tmp_path / "log" / "functions.log").read_text(encoding="utf-8")
    assert "FUNNEL_SCORE failed" in log and "ZeroDivisionError: ours" in log


def test_a_log_that_can_not_be_written_stops_no_answer(monkeypatch, tmp_path):
    monkeypatch.setattr(values, "placement_score", lambda *arguments: 1 / 0)
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(serving, "log_file", lambda: tmp_path / "file" / "functions.log")
    assert FUNNEL_SCORE(75, 75) == "#VALUE!"


def test_answers_reach_excel_as_rows():
    class Context:
        value = None

    def sent(value: object) -> object:
        context = Context()
        context.value = value
        for stage in serving.Spilled.writer({}):
            stage(context)
        return context.value

    assert sent(5.0) == [[5.0]]
    assert sent("") == [[""]]
    assert sent([1.0, 2.0]) == [[1.0, 2.0]]
    assert sent([[1.0], [2.0]]) == [[1.0], [2.0]]


CELL = st.one_of(
    st.none(), st.booleans(), st.floats(), st.integers(-2**31, 2**31), st.text(max_size=12),
    st.sampled_from(["#N/A", "75%", "50萬", "TBD", "+2", "In"]), st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(9000, 1, 1)),
    st.decimals(allow_nan=False, allow_infinity=False, places=4))
COLUMN = st.one_of(CELL, st.lists(CELL, min_size=1, max_size=6), st.lists(st.tuples(CELL), min_size=1, max_size=6))
NUMBERS = {name for name, described in FUNCTIONS.items() if described.kind == "number"} - {"FUNNEL_WINRATE", "FUNNEL_PROBABILITY"}
TEXTS = {name for name, described in FUNCTIONS.items() if described.kind == "text"} - {"FUNNEL_VERSION"}


def cells(answer: object) -> list[object]:
    rows = answer if isinstance(answer, list) else [answer]
    return [cell for row in rows for cell in (row if isinstance(row, (list, tuple)) else [row])]


@pytest.mark.parametrize("name", sorted(NUMBERS))
@given(data=st.data())
def test_a_number_function_answers_with_numbers_blanks_and_error_values_whatever_it_is_given(name, data):
    arguments = [data.draw(COLUMN) for each in FUNCTIONS[name].arguments if not each.optional]
    for cell in cells(getattr(functions, name)(*arguments)):
        assert cell == "" or cell in ERRORS if isinstance(cell, str) else type(cell) is float and np.isfinite(cell)


@pytest.mark.parametrize("name", sorted(TEXTS))
@given(data=st.data())
def test_a_text_function_answers_in_words_whatever_it_is_given(name, data):
    arguments = [data.draw(COLUMN) for _ in FUNCTIONS[name].arguments]
    for cell in cells(getattr(functions, name)(*arguments)):
        assert type(cell) is str and "Traceback" not in cell
