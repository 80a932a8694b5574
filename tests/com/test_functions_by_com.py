"""Every function through xlwings' own DLL and COM server, as a workbook calls it: what arrives, what comes back, what never does."""

import datetime as dt

import pytest

from funnel_xl import __version__
from funnel_xl.excel.catalogue import COLUMNS, ERRORS, FUNCTIONS, MODULE

from .client import MISSING, CallFailed, Cells, Client, ErrorValue, Money, Values

pytestmark = pytest.mark.com

AS_OF = dt.datetime(2026, 3, 31)
MAY = dt.datetime(2026, 5, 31)
STAGES = [
    ["Stage", "Kind", "Probability", "Stall days"], ["Lead", "open", 0.1, 30], ["Demo", "open", 0.35, 30], ["Quote", "open", 0.65, 15],
    ["Won", "won", None, None], ["Lost", "lost", None, None],
]
DEALS = [
    ["Account", "Stage", "Amount", "Fund rate", "Competition rate", "Close date", "Stage entered", "Owner"],
    ["Alpha", "Quote", 1000, 75, 75, MAY, dt.datetime(2026, 3, 15), "Ann"],
    ["Beta", "Won", 4000, None, None, dt.datetime(2026, 2, 1), None, "Ann"],
    ["Gamma", "Lost", 1000, None, None, dt.datetime(2026, 2, 1), None, "Bob"],
]
TABLES = {"deals": Cells(DEALS), "stages": Cells(STAGES)}
# One call of each function with all that it needs, and what must be among the cells of its answer.
CALLS = {
    "FUNNEL_SCORE": ((75, 75), 150), "FUNNEL_PLACEMENT": ((75, 75), "Best Few"), "FUNNEL_HORIZON": ((MAY, AS_OF), "Best Few"),
    "FUNNEL_WORK": (("In",), "Cover the base"), "FUNNEL_PROBABILITY": (("Quote", TABLES["stages"]), 0.65), "FUNNEL_WEIGHT": ((50, 70), 35),
    "FUNNEL_TIER": ((100, 0.5, 50, 100), "A"), "FUNNEL_POSITION": ((-5,), "Panic"),
    "FUNNEL_WINRATE": ((Cells([["Won"], ["Lost"], ["Lead"]]), TABLES["stages"]), 0.5),
    "FUNNEL_CONVERSION": ((TABLES["deals"], TABLES["stages"]), "Went on"), "FUNNEL_VELOCITY": ((40, 10000, 0.25, 50), 2000),
    "FUNNEL_PROFIT": ((200, 30, 20, 1000, 25), 3000),       # 200 x 30 % x 20 % = 12 orders; 12,000 x 25 %
    "FUNNEL_COVERAGE": ((600, 1300, 400), 600 / 900), "FUNNEL_CAC": ((1000, 4), 250),
    "FUNNEL_CSAT": ((Cells([[5], [4], [3], [None]]),), 2 / 3),
    "FUNNEL_WHATIF": ((400_000, 200, 30, 20, 100_000, 25), 267),      # 300,000 now: a third more customers, rounded up
    "FUNNEL_IDEAL": ((300, 10, Cells([[10], [35], [65], [75]]), Cells([[3], [3], [3], [3]])), 473),
    "FUNNEL_SUMMARY": ((TABLES["deals"], TABLES["stages"], AS_OF), 562.5),
    "FUNNEL_CHECK": ((TABLES["deals"], TABLES["stages"], AS_OF),
                     "row 2, Stage entered: Alpha has stood in “Quote” for 16 days, more than 15. Move it or ask why."),
    "FUNNEL_COLUMNS": ((TABLES["deals"], TABLES["stages"], AS_OF), 562.5), "FUNNEL_VERSION": ((), __version__),
    "FUNNEL_REPORT": (("conversion", TABLES["deals"], TABLES["stages"], AS_OF), "Conversion and win rate"),
}


def cells(answer: object) -> list[object]:
    rows = answer if isinstance(answer, list) else [answer]
    return [cell for row in rows for cell in (row if isinstance(row, list) else [row])]


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_answers_when_its_optional_arguments_are_left_out(excel: Client, name):
    given, expected = CALLS[name]
    left_out = [MISSING] * (len(FUNCTIONS[name].arguments) - len(given))
    answer = cells(excel.call(MODULE, name, *given, *left_out))
    assert any(cell == expected or (isinstance(cell, float) and cell == pytest.approx(expected)) for cell in answer
               if isinstance(cell, float) == isinstance(expected, (int, float))), answer


@pytest.mark.parametrize("name", sorted(name for name, (given, _) in CALLS.items() if any(isinstance(each, Cells) for each in given)))
def test_values_answer_as_a_reference_does(excel: Client, name):
    given, _ = CALLS[name]
    by_value = [Values(each) if isinstance(each, Cells) else each for each in given]
    assert excel.call(MODULE, name, *by_value) == excel.call(MODULE, name, *given)


@pytest.mark.parametrize(("cell", "arrives"), [
    (1.5, "float 1.5"), (None, "NoneType None"), ("text", "str 'text'"), ("", "str ''"), (True, "bool True"),
    (Money(1.25), "Decimal Decimal('1.25')"), (ErrorValue(2042), "int -2146826246"), (ErrorValue(2045), "int -2146826243"),
    (ErrorValue(2050), "int -2146826238"), ("漏斗底", "str '漏斗底'"),
])
def test_cells_arrive_as_the_functions_take_them_for(excel: Client, cell, arrives):
    assert excel.call("witness", "TYPE", Cells([[cell]])) == arrives


def test_dates_arrive_as_a_kind_of_datetime(excel: Client):
    assert excel.call("witness", "TYPE", Cells([[MAY]])).startswith("datetime pywintypes.datetime(2026, 5, 31, 0, 0")


@pytest.mark.parametrize(("cell", "weighted"), [
    (100, 50), ("100", 50), (Money(100), 50), ("50萬", 250_000), (None, ""), ("", ""), ("abc", "#VALUE!"), (ErrorValue(2042), "#N/A"),
    (ErrorValue(2007), "#DIV/0!"), (ErrorValue(2036), "#NUM!"), (ErrorValue(2015), "#VALUE!"), (ErrorValue(2023), "#VALUE!"),
    (ErrorValue(2029), "#VALUE!"), (ErrorValue(2000), "#VALUE!"), (ErrorValue(2045), "#VALUE!"), (ErrorValue(2050), "#VALUE!"),
    (MAY, "#VALUE!"),
])
def test_every_kind_of_cell_gives_a_number_an_error_value_or_nothing(excel: Client, cell, weighted):
    assert excel.call(MODULE, "FUNNEL_WEIGHT", Cells([[cell]]), 0.5) == weighted
    assert excel.call(MODULE, "FUNNEL_WEIGHT", cell, 0.5) == weighted
    assert excel.call(MODULE, "FUNNEL_WEIGHT", Cells([[cell], [2]]), 0.5) == [[weighted], [1]]


def test_a_row_comes_back_as_a_row_and_a_column_as_a_column(excel: Client):
    assert excel.call(MODULE, "FUNNEL_WEIGHT", Cells([[10, 20]]), 0.5) == [5, 10]
    assert excel.call(MODULE, "FUNNEL_WEIGHT", Cells([[10], [20]]), 0.5) == [[5], [10]]
    assert excel.call(MODULE, "FUNNEL_WEIGHT", Cells([[10, 20]]), Cells([[0.5], [1]])) == [[5, 10], [10, 20]]


@pytest.mark.parametrize(("close", "place"), [
    (MAY, "Best Few"), (46173, "Best Few"), ("2026-05-31", "Best Few"), ("明年預算", "Above"), (None, "Best Few"),
])
def test_close_dates_may_be_dates_numbers_or_words(excel: Client, close, place):
    assert excel.call(MODULE, "FUNNEL_PLACEMENT", 75, 75, Cells([[close]]), AS_OF) == place


def test_an_argument_that_is_left_out_is_not_an_empty_cell(excel: Client):
    assert excel.call(MODULE, "FUNNEL_PLACEMENT", 25, 75, MISSING, AS_OF) == "In"
    assert excel.call(MODULE, "FUNNEL_PLACEMENT", 25, 75, Cells([[None]]), AS_OF) == "Above"     # a cold deal without a date


@pytest.mark.parametrize(("language", "words"), [
    ("en", ["Best Few", "Overdue", "Close", "Euphoria"]),
    ("zh-Hans", ["漏斗底", "逾期", "成交", "陶醉"]),
    ("zh-Hant", ["漏斗底", "逾期", "成交", "陶醉"]),
])
def test_words_in_three_languages(excel: Client, language, words):
    assert [
        excel.call(MODULE, "FUNNEL_PLACEMENT", 75, 75, MISSING, MISSING, language),
        excel.call(MODULE, "FUNNEL_HORIZON", AS_OF, MAY, language),
        excel.call(MODULE, "FUNNEL_WORK", "Best Few", language),
        excel.call(MODULE, "FUNNEL_POSITION", 5, language),
    ] == words


@pytest.mark.parametrize(("header", "heading"), [
    (["Account", "Stage", "Amount"], "Weighted value"),
    (["客户名称", "阶段", "预计成交金额"], "加权金额"),
    (["客戶名稱", "階段", "預計成交金額"], "加權金額"),
])
def test_a_table_is_answered_in_the_language_of_its_headings(excel: Client, header, heading):
    answer = excel.call(MODULE, "FUNNEL_COLUMNS", Cells([header, ["A", "Quote", 1000]]), Cells(STAGES), AS_OF)
    assert answer[0][list(COLUMNS).index("weighted")] == heading
    assert answer[1][list(COLUMNS).index("weighted")] == 650


def test_columns_hold_no_blank_that_a_spill_would_show_as_zero(excel: Client):
    answer = excel.call(MODULE, "FUNNEL_COLUMNS", Cells([*DEALS, [None] * 8]), Cells(STAGES), AS_OF)
    assert len(answer) == len(DEALS) + 1
    assert answer[-1] == [""] * len(COLUMNS)
    assert None not in cells(answer)


def test_ten_thousand_deals_come_back_in_one_call(excel: Client):
    deals = [DEALS[0], *(["A", ("Lead", "Demo", "Quote")[at % 3], 1000 + at, 75, 75, MAY, AS_OF, "Ann"] for at in range(10_000))]
    answer = excel.call(MODULE, "FUNNEL_COLUMNS", Cells(deals), Cells(STAGES), AS_OF)
    assert len(answer) == 10_001
    assert answer[10_000][list(COLUMNS).index("weighted")] == pytest.approx(10_999 * 0.75 * 0.75)
    weights = excel.call(MODULE, "FUNNEL_WEIGHT", Cells([[at] for at in range(10_000)]), Cells([[0.5]] * 10_000))
    assert weights[9_999] == [4999.5] and len(weights) == 10_000


@pytest.mark.parametrize("name", sorted(name for name, described in FUNCTIONS.items() if described.arguments))
def test_nothing_that_is_given_makes_a_traceback(excel: Client, name):
    for odd in ("abc", ErrorValue(2042), Cells([["a", 1], [None, True]]), Cells([[ErrorValue(2045)]]), MAY, Money(1), -1, True):
        given = [odd] * len(FUNCTIONS[name].arguments)
        for cell in cells(excel.call(MODULE, name, *given)):
            assert not (isinstance(cell, str) and "Traceback" in cell)
            assert FUNCTIONS[name].kind != "number" or not isinstance(cell, str) or cell == "" or cell in ERRORS


def test_an_exception_of_ours_is_an_error_value_while_elsewhere_excel_gets_the_traceback(excel: Client):
    with pytest.raises(CallFailed, match="ZeroDivisionError"):
        excel.call("witness", "FAIL")
    excel.call("witness", "BREAK", "position_word")
    try:
        assert excel.call(MODULE, "FUNNEL_POSITION", 5) == "#VALUE!"
    finally:
        excel.call("witness", "MEND")
    assert excel.call(MODULE, "FUNNEL_POSITION", 5) == "Euphoria"
