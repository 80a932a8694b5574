"""What a number format shows of a number, by the rules of Excel's conditional sections."""

import re

import pytest

from funnel_xl.draw.style import number_format


def shown(value: float, code: str) -> str:
    """A number by the first section whose condition it meets, else by the last; sections are a percent or a quoted text."""
    for section in code.split(";"):
        condition, text = re.fullmatch(r"(?:\[>=([\d.]+)\])?(.+)", section).groups()
        if condition is None or value >= float(condition):
            return f"{value:.0%}" if text == "0%" else text.strip('"')
    raise AssertionError(code)


@pytest.mark.parametrize(("share", "text"), [
    (0.12, "12%"), (0.994, "99%"), (0.996, "99%"), (0.99999, "99%"), (1.0, "100%"), (1.46, "146%"), (-0.5, "-50%"),
    (0.7 + 0.2 + 0.1, "100%"), (0.1 + 0.2 + 0.7, "100%")])      # the first sum is 0.9999999999999999
def test_no_share_below_one_is_shown_as_100_percent(share, text):
    assert shown(share, number_format("share", False)) == text     # F13
