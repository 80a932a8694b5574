"""The week that is planned, and its days (spec items 39 and 46)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .workdays import Workdays

FRIDAY = 4
WEEK = dt.timedelta(days=7)
MOST_WEEKS = 26  # no calendar is off for longer; a list that says so is not followed further


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the plan."""

    date: dt.date
    works: bool
    holiday: str = ""  # what the team calls the day off; "" where it is a working day or has no name


@dataclass(frozen=True)
class Week:
    """Monday to Friday, and a Saturday or Sunday that is worked."""

    days: tuple[Day, ...]
    meeting: dt.date  # its first working day: when the review is held

    @property
    def monday(self) -> dt.date:
        return self.days[0].date

    @property
    def last(self) -> dt.date:
        """Its Sunday."""
        return self.monday + dt.timedelta(days=6)


def planned_week(as_of: dt.date, workdays: Workdays, names: Mapping[dt.date, str] | None = None) -> Week:
    """The week of the as-of date; from a Friday on the coming one, since a plan is made on Friday for the week ahead.

    A week without a working day from the as-of date on (Golden Week, New Year) gives way to the next that has one. `names` holds what the
    team calls its days off.
    """
    monday = as_of - dt.timedelta(days=as_of.weekday())
    if as_of.weekday() >= FRIDAY:
        monday += WEEK
    for _ in range(MOST_WEEKS):
        working = _working(monday, workdays)
        if any(day >= as_of for day in working):
            break
        monday += WEEK
    days = [monday + dt.timedelta(days=at) for at in range(7)]
    shown = [day for at, day in enumerate(days) if at <= FRIDAY or day in working]
    called = names or {}
    listed = tuple(Day(day, day in working, "" if day in working else called.get(day, "")) for day in shown)
    return Week(listed, min(working, default=monday))


def _working(monday: dt.date, workdays: Workdays) -> set[dt.date]:
    first = np.datetime64(monday, "D")
    return set(workdays.between(first, first + 6).tolist())


def holiday_names(table: pd.DataFrame) -> dict[dt.date, str]:
    """What a Holidays table calls its days."""
    return {
        day.astype("datetime64[D]").item(): str(name)
        for day, name in zip(table["date"].to_numpy(), table["name"], strict=True)
        if not np.isnat(day) and name
    }
