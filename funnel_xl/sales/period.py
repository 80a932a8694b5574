"""Periods that a quota is for: a month, or a quarter, half or whole of the team's fiscal year."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .aliases import meaning

_YEAR_FIRST = re.compile(r"(?:FY\s*)?(\d{4})(?!\d)(?:\s*年度?)?(?:[\s\-/.]*(.+))?", re.I)
_YEAR_LAST = re.compile(r"(.+?)[\s\-/.]*(?:FY\s*)?(\d{4})", re.I)
_MONTH = re.compile(r"(\d{1,2})(?:[-/.]\d{1,2}| *月)?")  # a day beside it, as in a date cell, says no more


@dataclass(frozen=True)
class Period:
    """A span of whole months."""

    name: str  # "2026", "2026-H1", "2026-Q1", "2026-03"
    first: np.datetime64  # days
    last: np.datetime64

    @property
    def months(self) -> int:
        """How many: 1, 3, 6 or 12."""
        return int((self.last + 1).astype("datetime64[M]").astype(int) - self.first.astype("datetime64[M]").astype(int))

    @property
    def days(self) -> int:
        """How many, first and last included."""
        return int((self.last - self.first).astype(int)) + 1

    def holds(self, days: np.ndarray) -> np.ndarray:
        """Whether each day lies in it; a missing one lies in none."""
        days = days.astype("datetime64[D]")
        return (days >= self.first) & (days <= self.last)


def read_period(text: str, as_of: dt.date, fiscal_first_month: int = 1) -> Period | None:
    """The period that a text names: 2026, 2026-Q1, Q1 2026, 2026年上半年, 2026-03, March 2026; None where it names none.

    Years, halves and quarters are the fiscal year's, which is called by the year that it begins in; without a year, the current one's.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    found = _YEAR_FIRST.fullmatch(folded)
    year, part = (found[1], found[2] or "") if found else ("", folded)
    if not found and (found := _YEAR_LAST.fullmatch(folded)):
        year, part = found[2], found[1]
    number = int(year) if year else current_quarter(as_of, fiscal_first_month)[0]
    if not 1900 <= number <= 2999:
        return None
    if year and not part:
        return _fiscal(number, "", 0, 12, fiscal_first_month)
    code = meaning("span", part)
    if code[:1] in ("Q", "H") and code[1:].isdigit():
        length = 3 if code[0] == "Q" else 6
        return _fiscal(number, f"-{code}", (int(code[1:]) - 1) * length, length, fiscal_first_month)
    month = _month(part)
    return _months(f"{number}-{month:02}", np.datetime64(f"{number}-{month:02}", "M"), 1) if year and month else None


def quarter_of(as_of: dt.date, fiscal_first_month: int = 1) -> Period:
    """The quarter of the fiscal year that a day lies in."""
    year, quarter = current_quarter(as_of, fiscal_first_month)
    return _fiscal(year, f"-Q{quarter}", (quarter - 1) * 3, 3, fiscal_first_month)


def following(period: Period, fiscal_first_month: int = 1) -> Period:
    """The period of the same length that comes after another."""
    first = (period.last + 1).astype("datetime64[M]")
    year, month = divmod(int(first.astype(int)) + 12 * 1970, 12)  # no date of Python's: it may lie beyond the year 9999
    if period.months == 1:
        return _months(f"{year}-{month + 1:02}", first, 1)
    year, month = year - (month + 1 < fiscal_first_month), (month + 1 - fiscal_first_month) % 12
    suffix = {3: f"-Q{month // 3 + 1}", 6: f"-H{month // 6 + 1}"}.get(period.months, "")
    return _fiscal(year, suffix, month, period.months, fiscal_first_month)


def quota_period(settings_period: str, as_of: dt.date, fiscal_first_month: int) -> Period:
    """The period that the quota is for: as the settings name it, else the quarter of the as-of date."""
    return (settings_period and read_period(settings_period, as_of, fiscal_first_month)) or quarter_of(as_of, fiscal_first_month)


def shortest_around(periods: Iterable[Period], day: dt.date) -> Period | None:
    """The shortest of these periods that holds a day; None where none does."""
    return min((each for each in periods if each.holds(np.datetime64(day, "D"))), key=lambda each: each.days, default=None)


def current_quarter(as_of: dt.date, fiscal_first_month: int) -> tuple[int, int]:
    """Fiscal year and quarter (1-4) of a day."""
    return as_of.year - (as_of.month < fiscal_first_month), (as_of.month - fiscal_first_month) % 12 // 3 + 1


def _month(part: str) -> int:
    found = _MONTH.fullmatch(part)
    number = int(found[1]) if found else int(meaning("month", part) or 0)
    return number if 1 <= number <= 12 else 0


def _fiscal(year: int, suffix: str, begin: int, length: int, fiscal_first_month: int) -> Period:
    return _months(f"{year}{suffix}", np.datetime64((year - 1970) * 12, "M") + (fiscal_first_month - 1 + begin), length)


def _months(name: str, first: np.datetime64, length: int) -> Period:
    return Period(name, first.astype("datetime64[D]"), (first + length).astype("datetime64[D]") - 1)
