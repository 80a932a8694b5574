"""What a workbook is told about the functions: names that Excel takes, and help in every language."""

import re
import subprocess
import sys

import pytest

from funnel_xl.excel.catalogue import COLUMNS, ERRORS, FUNCTIONS, MODULE
from funnel_xl.wording import LANGUAGES, words

WIZARD = 255        # characters that Excel's function wizard shows of a description


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_the_wizard_has_a_text_for_each_function_and_each_argument(name, language):
    said = words(language)
    texts = [said[FUNCTIONS[name].key], *(said[each.key] for each in FUNCTIONS[name].arguments)]
    assert all(0 < len(text) <= WIZARD for text in texts)


def test_names_are_those_that_were_promised():
    promised = """
        FUNNEL_SCORE(fund, competition)
        FUNNEL_PLACEMENT(fund, competition, [close_date], [as_of], [language])
        FUNNEL_HORIZON(close_date, [as_of], [language])
        FUNNEL_WORK(placement, [language])
        FUNNEL_PROBABILITY(stage, stages)
        FUNNEL_WEIGHT(amount, probability, [competition])
        FUNNEL_TIER(amounts, probabilities, [small], [big], [placement], [language])
        FUNNEL_POSITION(position, [language])
        FUNNEL_WINRATE(stage_column, stages, [amounts], [base])
        FUNNEL_CONVERSION(deals, stages, [base])
        FUNNEL_VELOCITY(open_deals, average_amount, win_rate, cycle_days)
        FUNNEL_PROFIT(base, meeting_rate, closing_rate, average_order, margin)
        FUNNEL_COVERAGE(open_amount, quota, won)
        FUNNEL_CAC(cost, new_customers)
        FUNNEL_CSAT(ratings, [satisfied_from])
        FUNNEL_WHATIF(goal, base, meeting_rate, closing_rate, average_order, margin, [language])
        FUNNEL_IDEAL(target, average_order, probabilities, months, [period_months], [language])
        FUNNEL_SUMMARY(deals, stages, [as_of])
        FUNNEL_CHECK(deals, [stages], [as_of])
        FUNNEL_COLUMNS(deals, stages, [as_of], [columns])
        FUNNEL_REPORT(report, deals, stages, [as_of], [table], [more1], [more2], [more3], [more4], [more5], [more6])
        FUNNEL_VERSION()
    """
    told = []
    for each in FUNCTIONS.values():
        arguments = ", ".join(f"[{one.name}]" if one.optional else one.name for one in each.arguments)
        told.append(f"{each.name}({arguments})")
    assert told == [line.strip() for line in promised.strip().splitlines()]


def test_error_values_are_excels_own():
    assert ERRORS == {"#DIV/0!": 2007, "#VALUE!": 2015, "#NUM!": 2036, "#N/A": 2042}       # XlCVError


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_computed_column_has_a_heading_of_its_own(language):
    headings = [words(language)[f"udf.column.{name}"] for name in COLUMNS]
    assert len(set(headings)) == len(COLUMNS)
    assert all(re.fullmatch(r"[a-z_]+", name) for name in COLUMNS)


def test_excel_does_not_wait_for_the_heart_while_it_imports_the_functions():
    code = f"import sys, {MODULE}; print([name for name in sys.modules if name.startswith('funnel_xl.sales')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
