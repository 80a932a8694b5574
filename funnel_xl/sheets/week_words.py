"""How the weekly pages say a day, a week and an owner."""

import datetime as dt

from ..sales.week import Week


def day_text(day: dt.date, words: dict[str, str]) -> str:
    """ "Mon 03-16"."""
    return f"{words[f'weekly.weekday.{day.weekday()}']} {day:%m-%d}"


def week_text(week: Week, words: dict[str, str]) -> str:
    """ "Week of 2026-03-16 to 2026-03-20 · meeting on Mon 03-16"."""
    return words["weekly.week"].format(first=week.monday, last=week.days[-1].date, meeting=day_text(week.meeting, words))


def owner_name(owner: str, words: dict[str, str]) -> str:
    """An owner on one line; deals without one belong to "No owner"."""
    return " ".join(owner.split()) or words["sheet.owner.none"]
