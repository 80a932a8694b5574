"""Values as cells can hold them: a float, a str, a bool, or None for an empty cell."""

import datetime as dt
import numbers
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

LONGEST = 32_767        # UTF-16 units in a cell
FIRST_DAY = 61.0        # 1900-03-01: before it Excel counts a 29 February that never was
EPOCH = dt.datetime(1899, 12, 30)
SHIFT_1904 = 1462       # days between the two date systems
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

Value = float | str | bool | None


def text(value: str) -> str:
    """Text without what XML can't hold, lines parted by "\\n", cut with an ellipsis where a cell ends."""
    if not value.isprintable():
        value = UNWRITABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    if len(value) > LONGEST // 2 and len(value.encode("utf-16-le")) // 2 > LONGEST:
        units = value.encode("utf-16-le")[: (LONGEST - 1) * 2]
        value = units.decode("utf-16-le", "ignore") + "…"
    return value


def value(raw: object, date1904: bool = False) -> Value:
    """Any value of a description or a source as a cell's; dates become serial numbers, what no cell can hold becomes text."""
    if raw is None or raw is pd.NaT:
        return None
    if isinstance(raw, str):
        return text(raw) or None
    if isinstance(raw, (bool, np.bool_)):
        return bool(raw)
    if isinstance(raw, numbers.Real):
        number = float(raw)
        return number if abs(number) < float("inf") else None       # NaN compares false
    if isinstance(raw, dt.datetime):
        return _serial(raw.replace(tzinfo=None), date1904)
    if isinstance(raw, dt.date):
        return _serial(dt.datetime.combine(raw, dt.time()), date1904)
    return text(str(raw)) or None


def _serial(moment: dt.datetime, date1904: bool) -> Value:
    serial = (moment - EPOCH) / dt.timedelta(days=1)
    if serial < (SHIFT_1904 if date1904 else FIRST_DAY):
        return moment.isoformat(" ").removesuffix(" 00:00:00")
    return serial - SHIFT_1904 if date1904 else serial


def values(column: Sequence[object], date1904: bool = False) -> list[Value]:
    """value() of a whole column; arrays of numbers and dates take the short way."""
    array = getattr(column, "to_numpy", lambda: column)()
    if isinstance(array, np.ndarray) and array.dtype.kind == "M":
        days = (array - np.datetime64(EPOCH)) / np.timedelta64(1, "D")
        if not (days < (SHIFT_1904 if date1904 else FIRST_DAY)).any():
            array = days - SHIFT_1904 if date1904 else days
        else:
            array = array.astype("datetime64[us]").astype(object)
    if isinstance(array, np.ndarray) and array.dtype.kind in "fiu":
        finite = np.isfinite(array)
        cells = array.astype(float).tolist()
        return cells if finite.all() else [cell if known else None for cell, known in zip(cells, finite.tolist(), strict=True)]
    # Nearly all cells of a table are short plain text, for which value() has nothing to do.
    return [raw if raw.__class__ is str and 0 < len(raw) < LONGEST // 2 and raw.isprintable() else value(raw, date1904) for raw in array]
