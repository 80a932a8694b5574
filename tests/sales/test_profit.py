"""The basic sales formula against spec item 30: 200 customers x 30 % x 20 % x 10萬 x 25 % = 30萬."""

import pytest

from funnel_xl.sales.profit import FACTORS, gross_profit

EXAMPLE = {"base": 200.0, "meeting_rate": 0.3, "closing_rate": 0.2, "average_order": 10.0, "margin": 0.25}


def test_twelve_orders_of_ten_earn_thirty():
    assert gross_profit(**EXAMPLE) == pytest.approx(30)


@pytest.mark.parametrize("name", FACTORS)
def test_a_tenth_more_of_any_factor_is_a_tenth_more_profit(name):
    assert gross_profit(**EXAMPLE | {name: EXAMPLE[name] * 1.1}) == pytest.approx(33)
