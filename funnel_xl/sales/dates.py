"""Dates as people write them: ISO, D/M/Y, M/D/Y, 15/Apr/00', May/00', 2024年3月15日, 民國113年, 4月18日, 月底, Q3, Excel's serials."""

import calendar
import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from .aliases import meaning
from .column import Column, is_blank, is_error, kinds

NAT = np.datetime64("NaT", "s")
ROC = 1911  # 民國 1 is 1912
EPOCH, EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)
SERIALS = (1, 2_958_465)  # 1900-01-01 to 9999-12-31
TEXT_SERIALS = (20_000, 80_000)  # a text of five digits is a serial only within 1954-2119
ORDERS = ("dmy", "mdy", "ymd")

_TIME = r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?\s*(?:Z|[+-]\d{2}:?\d{2}|UTC)?)?"
_ISO = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_TRIPLE = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}")
_ROC_TRIPLE = re.compile(r"(\d{2,3})([-/.])(\d{1,2})\2(\d{1,2})")
_ERA = "(中華民國|中华民国|民國|民国)"
_HAN = re.compile(rf"{_ERA}?\s*(\d{{2,4}})\s*年\s*(\d{{1,2}})\s*月\s*(?:(\d{{1,2}})\s*[日號号])?")
_HAN_DAY = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日號号]")
_DAY_NAME = re.compile(rf"(\d{{1,2}})[-/ .]+([A-Za-z]{{3,9}})\.?[-/ .,]+'?(\d{{4}}|\d{{2}}){_TIME}")
_NAME_DAY = re.compile(rf"([A-Za-z]{{3,9}})\.? +(\d{{1,2}})(?:st|nd|rd|th)?,? +(\d{{4}}){_TIME}")
_NAME_YEAR = re.compile(r"([A-Za-z]{3,9})\.?[-/ .,]*'?(\d{4}|\d{2})")
_DAY_NAME_ONLY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/ .]+([A-Za-z]{3,9})\.?|([A-Za-z]{3,9})\.? +(\d{1,2})(?:st|nd|rd|th)?")
_YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
_PAIR = re.compile(r"(\d{1,2})[-/.](\d{1,2})")
_YEAR_THEN = re.compile(rf"(?:(?:{_ERA})?\s*(\d{{4}}|\d{{2,3}}(?=\s*年))\s*年?\s*[-/ ]?\s*)?(.+?)(?:\s*[-/ ]?\s*(\d{{4}}))?")


@dataclass(slots=True)
class Reading:
    """One text, read: a date, or what it may be once the whole column is known."""

    date: dt.datetime | None = None
    way: str = ""  # "", "month", "span", "no_year", "roc", "serial", "future", "triple", "pair", "roc_digits"
    numbers: tuple[int, ...] = ()  # of a triple, pair or row of digits, as typed
    time: tuple[int, int, int] = (0, 0, 0)


@dataclass(slots=True)
class Dates(Column):
    """A date column: datetime64[s], NaT where empty or unread; `future` marks "next year's budget" and the like."""

    future: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))


def full_year(year: int) -> int:
    """A year of two digits as Excel and POSIX read it: 00-68 are 2000s, 69-99 are 1900s."""
    return year if year > 99 else year + (2000 if year < 69 else 1900)


def month_end(year: int, month: int) -> dt.datetime:
    """The last day of a month."""
    return dt.datetime(year, month, calendar.monthrange(year, month)[1])


def read_dates(cells: Sequence[object], as_of: dt.date, date1904: bool = False, chinese: bool = False) -> Dates:
    """The column's dates; the order of day and month is decided by the evidence in the whole column (spec F10).

    Excel's serials count from 1904 where the book does. A date without a year takes the as-of date's; a month or a span of time is its
    last day. Each such reading is a note, each cell that can't be read a finding, an undecidable order one finding for the column.
    """
    column = Dates(np.full(len(cells), NAT), future=np.zeros(len(cells), bool))
    if all(issubclass(kind, dt.datetime) or kind is type(None) for kind in kinds(cells)):
        column.values = _clock_times(cells)
        return column
    readings = {text: read_text(text, as_of) for text in {c for c in cells if type(c) is str} if not is_blank(text)}
    proven_roc = any(reading is not None and reading.way == "roc" for reading in readings.values())
    if proven_roc:
        readings = {text: _as_roc(reading) for text, reading in readings.items()}
    order = _decide(column, [reading for reading in readings.values() if reading], chinese or proven_roc)
    seen: dict[str, tuple[str, int]] = {}
    for row, cell in enumerate(cells):
        if is_blank(cell):
            continue
        reading = readings.get(cell) if type(cell) is str else _from_value(cell, date1904)
        if proven_roc and type(cell) is not str:
            reading = _as_roc(reading)
        date, way = _resolve(reading, order, as_of) if reading else (None, "")
        if way == "future":
            column.future[row] = True
        elif date is None:
            if way != "undecided":
                column.find("value.error" if is_error(cell) else "date.unread", row)
            continue
        else:
            column.values[row] = np.datetime64(date, "s")
        if way:
            example, count = seen.get(way, (f"{_as_typed(cell)} = {date:%Y-%m-%d}" if date else str(cell), 0))
            seen[way] = (example, count + 1)
    for way, (example, count) in seen.items():
        column.note(f"date.{way}", date_example=example, count=count)
    return column


def _as_typed(cell: object) -> object:
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _clock_times(cells: Sequence[dt.datetime | None]) -> np.ndarray:
    """Dates and times as their cells show them, NaT where empty: eight times as fast as numpy's own way, and deaf to time zones."""
    first_day, nothing = dt.date(1970, 1, 1).toordinal(), NAT.astype(np.int64)
    seconds = (
        nothing if cell is None else (((cell.toordinal() - first_day) * 24 + cell.hour) * 60 + cell.minute) * 60 + cell.second
        for cell in cells
    )
    return np.fromiter(seconds, np.int64, len(cells)).view("datetime64[s]")


def _decide(column: Dates, readings: Sequence[Reading], chinese: bool) -> str:
    """The column's order of day, month and year: "dmy", "mdy", "ymd", or "" where the evidence does not decide."""
    triples = {reading.numbers for reading in readings if reading.way == "triple"}
    pairs = {reading.numbers for reading in readings if reading.way == "pair"}
    if not triples:
        if not pairs or chinese:
            return "mdy"
        fitting = [order for order in ("dmy", "mdy") if all(_valid_pair(pair, order) for pair in pairs)]
        if len(fitting) == 2:
            column.find("date.undecided", -1, pair_example="/".join(map(str, min(pairs))))
        return fitting[0] if len(fitting) == 1 else ""
    fitting = [order for order in ORDERS if all(_date(numbers, order) for numbers in triples)]
    if len(fitting) > 1 and "ymd" in fitting:  # a year of two digits in front: only where nothing else fits
        fitting.remove("ymd")
    example = "/".join(map(str, max(triples, key=lambda numbers: max(numbers[:2]))))
    if len(fitting) == 1:
        column.note(f"date.order_{fitting[0]}", date_example=example)
        return fitting[0]
    if fitting and all(numbers[0] == numbers[1] for numbers in triples):
        return fitting[0]
    column.find("date.undecided" if fitting else "date.mixed", -1, pair_example=example)
    return ""


def _valid_pair(pair: tuple[int, ...], order: str) -> bool:
    month, day = (pair[1], pair[0]) if order == "dmy" else pair
    return 1 <= month <= 12 and 1 <= day <= 31


def _date(numbers: tuple[int, ...], order: str) -> dt.datetime | None:
    """The date that three numbers are in one order; None where there is no such day."""
    year, month, day = (numbers[order.index(letter)] for letter in "ymd")
    try:
        return dt.datetime(full_year(year), month, day) if not (order == "ymd" and year > 99) else None
    except ValueError:
        return None


def _as_roc(reading: Reading | None) -> Reading | None:
    """A reading in a column that writes 民國 years: 1130315 and 99/12/31 are such too; a first number up to 31 may be a day."""
    if reading is None or reading.way not in ("triple", "roc_digits") or reading.numbers[0] <= 31:
        return reading
    date = _safe(reading.numbers[0] + ROC, *reading.numbers[1:])
    return Reading(date, "roc") if date else reading


def _resolve(reading: Reading, order: str, as_of: dt.date) -> tuple[dt.datetime | None, str]:
    """A reading's date now that the column's order is known, and the way that has to be noted."""
    if reading.way == "triple":
        numbers = reading.numbers
        date = _date(numbers, order) if order else _date(numbers, "dmy") if numbers[0] == numbers[1] else None
        return (
            (date.replace(hour=reading.time[0], minute=reading.time[1], second=reading.time[2]), "")
            if date
            else (None, "" if order else "undecided")
        )
    if reading.way == "pair":
        if not order:
            return None, "undecided"
        month, day = (reading.numbers[1], reading.numbers[0]) if order == "dmy" else reading.numbers
        return _safe(as_of.year, month, day), "no_year"
    return reading.date, "" if reading.way == "roc_digits" else reading.way


def _from_value(cell: object, date1904: bool) -> Reading | None:
    """What a cell that is no text means as a date."""
    if isinstance(cell, dt.datetime):
        return Reading(cell.replace(tzinfo=None))
    if isinstance(cell, dt.date):
        return Reading(dt.datetime(cell.year, cell.month, cell.day))
    if isinstance(cell, bool) or not isinstance(cell, (int, float)) or not math.isfinite(cell):
        return None
    if cell == int(cell) and len(str(int(cell))) in (7, 8) and cell > 0:
        return _digits(str(int(cell)))
    if SERIALS[0] <= cell < SERIALS[1] + 1:
        return Reading((EPOCH_1904 if date1904 else EPOCH) + dt.timedelta(days=float(cell)), "serial")
    return None


def _digits(text: str) -> Reading | None:
    """A date written as digits alone: 20240315, 1130315 (where the column proves it), a serial."""
    if len(text) == 8 and (date := _safe(int(text[:4]), int(text[4:6]), int(text[6:]))):
        return Reading(date, "digits")
    if len(text) == 7 and _safe(int(text[:3]) + ROC, int(text[3:5]), int(text[5:])):
        return Reading(way="roc_digits", numbers=(int(text[:3]), int(text[3:5]), int(text[5:])))
    if len(text) == 5 and TEXT_SERIALS[0] <= int(text) <= TEXT_SERIALS[1]:
        return Reading(EPOCH + dt.timedelta(days=int(text)), "serial")
    return None


def _safe(year: int, month: int, day: int, *time: int) -> dt.datetime | None:
    try:
        return dt.datetime(year, month, day, *time)
    except ValueError:
        return None


def _clock(parts: tuple[str | None, ...]) -> tuple[int, int, int]:
    """Hour, minute, second of what _TIME matched; midnight where it matched nothing."""
    hour, minute, second, half = parts
    if hour is None:
        return 0, 0, 0
    shift = 12 if half and half.lower() == "pm" and int(hour) < 12 else -12 if half and half.lower() == "am" and int(hour) == 12 else 0
    return int(hour) + shift, int(minute or 0), int(second or 0)


def _month(name: str) -> int:
    """1-12 of a month's English name or its abbreviation; 0 where it is none."""
    key = meaning("month", name)
    return int(key) if key else 0


def read_text(text: str, as_of: dt.date) -> Reading | None:
    """One text as a date, as far as it can be told alone; None where it is none."""
    folded = unicodedata.normalize("NFKC", text).strip().rstrip("'’").lstrip("'’").strip()
    if meaning("future", folded):
        return Reading(way="future")
    if folded.isascii() and folded.isdigit():
        return _digits(folded)
    for pattern, read in _READERS:
        if (match := pattern.fullmatch(folded)) and (reading := read(match, as_of)):
            return reading
    return _span(folded, as_of)


def _iso(match: re.Match[str], as_of: dt.date) -> Reading | None:
    date = _safe(int(match[1]), int(match[3]), int(match[4]), *_clock(match.groups()[4:]))
    return Reading(date) if date else None


def _triple(match: re.Match[str], as_of: dt.date) -> Reading | None:
    return Reading(way="triple", numbers=(int(match[1]), int(match[3]), int(match[4])), time=_clock(match.groups()[4:]))


def _roc_triple(match: re.Match[str], as_of: dt.date) -> Reading | None:
    date = _safe(int(match[1]) + ROC, int(match[3]), int(match[4])) if len(match[1]) == 3 else None
    return Reading(date, "roc") if date else None


def _han(match: re.Match[str], as_of: dt.date) -> Reading | None:
    month, day = int(match[3]), match[4]
    year, roc = _han_year(match[1], match[2])
    if not 1 <= month <= 12:
        return None
    date = _safe(year, month, int(day)) if day else month_end(year, month)
    return Reading(date, "roc" if roc else "" if day else "month") if date else None


def _han_year(era: str | None, digits: str) -> tuple[int, bool]:
    """A year before 年, and whether it counts from 1912: it says so, or has three digits."""
    roc = bool(era) or len(digits) == 3
    return int(digits) + ROC if roc else full_year(int(digits)), roc


def _han_day(match: re.Match[str], as_of: dt.date) -> Reading | None:
    date = _safe(as_of.year, int(match[1]), int(match[2]))
    return Reading(date, "no_year") if date else None


def _day_name(match: re.Match[str], as_of: dt.date) -> Reading | None:
    month = _month(match[2])
    date = _safe(full_year(int(match[3])), month, int(match[1]), *_clock(match.groups()[3:])) if month else None
    return Reading(date) if date else None


def _name_day(match: re.Match[str], as_of: dt.date) -> Reading | None:
    month = _month(match[1])
    date = _safe(int(match[3]), month, int(match[2]), *_clock(match.groups()[3:])) if month else None
    return Reading(date) if date else None


def _name_year(match: re.Match[str], as_of: dt.date) -> Reading | None:
    month = _month(match[1])
    if not month or (len(match[2]) == 2 and match[0][match.end(1) : match.start(2)].strip(".") == " "):
        return None  # "May 24" may be a day: left to _day_name_only
    return Reading(month_end(full_year(int(match[2])), month), "month")


def _day_name_only(match: re.Match[str], as_of: dt.date) -> Reading | None:
    day, month = (int(match[1]), _month(match[2])) if match[1] else (int(match[4]), _month(match[3]))
    date = _safe(as_of.year, month, day) if month else None
    return Reading(date, "no_year") if date else None


def _year_month(match: re.Match[str], as_of: dt.date) -> Reading | None:
    return Reading(month_end(int(match[1]), int(match[2])), "month") if 1 <= int(match[2]) <= 12 else None


def _pair(match: re.Match[str], as_of: dt.date) -> Reading | None:
    return Reading(way="pair", numbers=(int(match[1]), int(match[2])))


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], dt.date], Reading | None]], ...] = (
    (_ISO, _iso),
    (_ROC_TRIPLE, _roc_triple),
    (_TRIPLE, _triple),
    (_HAN, _han),
    (_HAN_DAY, _han_day),
    (_DAY_NAME, _day_name),
    (_NAME_DAY, _name_day),
    (_NAME_YEAR, _name_year),
    (_DAY_NAME_ONLY, _day_name_only),
    (_YEAR_MONTH, _year_month),
    (_PAIR, _pair),
)
_MONTH_SPAN = re.compile(r"(\d{1,2})\s*月(?:份)?(底|末|上旬|中旬|下旬)?")
SPAN_END = {"H1": (6, 30), "H2": (12, 31), "Q1": (3, 31), "Q2": (6, 30), "Q3": (9, 30), "Q4": (12, 31)}


def _span(text: str, as_of: dt.date) -> Reading | None:
    """The last day of a span of time: 月底, Q3, 上半年, 2024H1, 3月底."""
    match = _YEAR_THEN.fullmatch(text)
    if not match:
        return None
    year = _han_year(match[1], match[2])[0] if match[2] else int(match[4] or as_of.year)
    if not 1 <= year <= 9998:
        return None
    word = match[3].strip()
    if month := _MONTH_SPAN.fullmatch(word):
        number = int(month[1])
        if not 1 <= number <= 12:
            return None
        part = {"上旬": 10, "中旬": 20}.get(month[2] or "")
        return Reading(dt.datetime(year, number, part) if part else month_end(year, number), "span")
    code = meaning("span", word) or (meaning("span", f"年{word}") if match[2] else "")  # 2026年底: its 年 was taken for the year's
    end = _span_end(code, year, as_of)
    return Reading(end, "span") if end else None


def _span_end(code: str, year: int, as_of: dt.date) -> dt.datetime | None:
    """The last day of the span that a code of aliases.csv stands for; None where it is none, or counts from today in another year."""
    if code in SPAN_END:
        return dt.datetime(year, *SPAN_END[code])
    if code == "year":
        return dt.datetime(year, 12, 31)
    months = {
        "month": 0,
        "next_month": 1,
        "quarter": 2 - (as_of.month - 1) % 3,
        "next_quarter": 5 - (as_of.month - 1) % 3,
        "next_year": 24 - as_of.month,
    }
    if code not in months or year != as_of.year:
        return None
    later = year * 12 + as_of.month - 1 + months[code]
    return month_end(later // 12, later % 12 + 1)
