"""Working days by a list that the team chose: a country's, or its own table (spec F10)."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from ..errors import OutOfRange


@dataclass(frozen=True)
class Workdays:
    """Which days are worked: Monday to Friday, less the days off, plus the make-up days."""

    off: frozenset[dt.date] = frozenset()
    makeup: frozenset[dt.date] = frozenset()
    country: str = ""
    _memo: dict = field(default_factory=dict, compare=False, hash=False, repr=False)

    def count(self, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Working days after `begin` up to and with `end` (datetime64); NaN where either is missing, 0 where end is not later."""
        days = np.full(len(begin), np.nan)
        known = ~(np.isnat(begin) | np.isnat(end))
        if not known.any():
            return days
        first, last = (values[known].astype("datetime64[D]") for values in (begin, end))
        off, makeup = self.lists(_years(first.min(), last.max()))
        weekday_off = np.array([day for day in sorted(off) if day.weekday() < 5], dtype="datetime64[D]")
        extra = np.array([day for day in sorted(makeup) if day.weekday() >= 5], dtype="datetime64[D]")
        one = np.timedelta64(1, "D")
        counted = np.busday_count(first + one, last + one, holidays=weekday_off).astype(float)
        counted += np.searchsorted(extra, last, "right") - np.searchsorted(extra, first, "right")
        days[known] = np.maximum(counted, 0)
        return days

    def between(self, first: np.datetime64, last: np.datetime64) -> np.ndarray:
        """Every working day from `first` to `last`, both included, as datetime64[D]."""
        days = np.arange(first.astype("datetime64[D]"), last.astype("datetime64[D]") + 1)
        if not len(days):
            return days
        off, makeup = (np.array(sorted(listed), dtype="datetime64[D]") for listed in self.lists(_years(days[0], days[-1])))
        return days[(np.is_busday(days) | np.isin(days, makeup)) & (~np.isin(days, off) | np.isin(days, makeup))]

    def after(self, days: np.ndarray, number: int) -> np.ndarray:
        """The working day that comes `number` (1 or more) working days after each day (datetime64); NaT where there is none."""
        known = ~np.isnat(days)
        found = np.full(len(days), np.datetime64("NaT", "D"))
        if known.any():
            begin = days[known].astype("datetime64[D]")
            room = number * 3 + 60  # no country is off for so long
            working = self.between(begin.min(), begin.max() + room)
            found[known] = working[np.searchsorted(working, begin, "right") + number - 1]
        return found

    def lists(self, years: range) -> tuple[frozenset[dt.date], frozenset[dt.date]]:
        """Days off and make-up days of these years, the country's and the team's own together."""
        if not self.country:
            return self.off, self.makeup
        if years not in self._memo:
            self._memo[years] = _country_days(self.country, tuple(years))
        off, makeup = self._memo[years]
        return (self.off | off) - self.makeup, self.makeup | (makeup - self.off)

    def years_without_list(self, years: range) -> list[int]:
        """The years for which the chosen country has no list: their holidays count as working days, and that is said."""
        if not self.country:
            return []
        off, _ = self.lists(years)
        return [year for year in years if not any(day.year == year for day in off)]


def _years(first: np.datetime64, last: np.datetime64) -> range:
    return range(int(str(first)[:4]), int(str(last)[:4]) + 1)


@cache
def _country_days(country: str, years: tuple[int, ...]) -> tuple[frozenset[dt.date], frozenset[dt.date]]:
    import holidays  # 0.1 s, and only where a country was chosen

    listed = holidays.country_holidays(country, years=list(years))
    return frozenset(listed), frozenset(getattr(listed, "weekend_workdays", ()))


def workdays_of(country: str, off: set[dt.date], makeup: set[dt.date]) -> Workdays:
    """Working days by a country's list (TW, CN, HK ...; "" for none) and the team's own days.

    Raises
    ------
    OutOfRange
        There is no list for that country.
    """
    code = country.strip().upper()
    if code:
        import holidays

        if code not in holidays.list_supported_countries():
            raise OutOfRange("error.holidays.unknown", country=country, allowed="TW, CN, HK, US, GB, SG, MY ...")
    return Workdays(frozenset(off), frozenset(makeup), code)
