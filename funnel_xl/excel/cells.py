"""Cells as Excel hands them over and takes them back: their shape, their error values, and what the readers of the heart make of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

import numpy as np

from ..errors import OutOfRange
from ..sales.column import Column, Remark, is_blank
from ..sales.finding import Finding, message
from ..sales.grid import CellError
from .catalogue import ERRORS

DIV0, VALUE, NUM, NA = ERRORS
# Through COM an error value is an int: 0x800A0000 + the number that Excel's VBA calls it by.
_FIRST_ERROR = -2146828288
_ERROR_NAMES = {
    2000: "#NULL!", 2007: DIV0, 2015: VALUE, 2023: "#REF!", 2029: "#NAME?", 2036: NUM, 2042: NA, 2043: "#GETTING_DATA", 2045: "#SPILL!",
    2046: "#CONNECT!", 2047: "#BLOCKED!", 2048: "#UNKNOWN!", 2049: "#FIELD!", 2050: "#CALC!",
}
ERROR_TEXTS = frozenset(_ERROR_NAMES.values())
_READY = {float, str, bool, type(None)}


@dataclass(frozen=True)
class Cells:
    """One argument, row by row."""

    items: Sequence[object]
    shape: tuple[int, int]
    form: str               # "cell", "list" (one row) or "rows": what the answer will look like


def cells_of(value: object) -> Cells:
    """An argument as Excel gives it (a value, a row, rows of values), with error values and money in Python's own types."""
    if not isinstance(value, (list, tuple)):
        return Cells(clean([value]), (1, 1), "cell")
    if not value or not isinstance(value[0], (list, tuple)):
        return Cells(clean(value), (1, len(value)), "list")
    if len(set(map(len, value))) > 1:
        raise OutOfRange("error.udf.ragged")
    width = len(value[0])
    items = [row[0] for row in value] if width == 1 else list(chain.from_iterable(value))
    return Cells(clean(items), (len(value), width), "rows")


def clean(items: Sequence[object]) -> Sequence[object]:
    """Cells in the types that the readers know: None, str, bool, float, datetime, CellError; itself where nothing is to be done."""
    kinds = set(map(type, items))
    ready = kinds <= _READY and not (str in kinds and not ERROR_TEXTS.isdisjoint(items))
    if ready or all(issubclass(kind, dt.datetime) or kind is type(None) for kind in kinds):     # dates are read by what they show
        return items
    return [_cleaned(item) for item in items]


def _cleaned(item: object) -> object:
    if type(item) is str:
        return CellError(item) if item in ERROR_TEXTS else item
    if type(item) is int:
        return CellError(_ERROR_NAMES.get(item - _FIRST_ERROR, VALUE)) if 0 <= item - _FIRST_ERROR < 0xFFFF else float(item)
    if isinstance(item, Decimal):
        return float(item)      # currency cells
    if isinstance(item, dt.datetime) and item.tzinfo is not None:
        return dt.datetime(*item.timetuple()[:6])      # COM's dates claim to be UTC
    return item


def excel_error(error: str) -> str:
    """The error that an answer shows for an error value in its arguments: itself, where Python can send it."""
    return error if error in ERRORS else VALUE


@dataclass(frozen=True)
class Read:
    """One argument, read: an array of the argument's shape, and what to show in place of an answer where a cell can't be used."""

    values: np.ndarray
    problems: np.ndarray | None     # object array of the same shape, None where a cell is fine
    form: str


def as_error(finding: Finding) -> str:
    """What a number's cell shows where one of its arguments can't be used: nothing but an error value."""
    if finding.code == "value.error":
        return excel_error(str(finding.value))
    return VALUE if finding.code.endswith((".unread", ".unsigned", "date.undecided", "date.mixed")) else NUM


def in_words(words: dict[str, str]) -> Callable[[Finding], str]:
    """What a text's cell says where one of its arguments can't be used: the finding's sentence; an error value stays one."""
    return lambda finding: as_error(finding) if finding.code == "value.error" else message(finding, words)


def read(name: str, value: object, reader: Callable[[Sequence[object]], Column], say: Callable[[Finding], str]) -> Read:
    """One argument through a reader of the heart, as a column of a closed file would be.

    What the reader finds becomes a problem of its cell, said by `say`; a finding about the whole column, one of every cell without a value.
    """
    cells = cells_of(value)
    column = reader(cells.items)
    problems: dict[int, str] = {}
    for remark in column.remarks:
        if remark.severity != "note":
            for place in [remark.row] if remark.row >= 0 else _without_value(cells.items, column.values):
                if _is_nothing(column.values[place]):
                    problems.setdefault(place, say(_finding(name, remark, cells.items[place])))
    if column.values.dtype.kind == "f" and np.isinf(column.values).any():
        for place in np.flatnonzero(np.isinf(column.values)).tolist():
            problems.setdefault(place, NUM)
    return Read(column.values.reshape(cells.shape), _spread(problems, cells.shape), cells.form)


def _finding(name: str, remark: Remark, value: object) -> Finding:
    return Finding(remark.code, remark.severity, name, value=value, details=remark.details)


def _is_nothing(value: object) -> bool:
    return bool(value != value)     # NaN and NaT alike


def _without_value(items: Sequence[object], values: np.ndarray) -> list[int]:
    return [place for place, item in enumerate(items) if not is_blank(item) and _is_nothing(values[place])]


def _spread(problems: dict[int, str], shape: tuple[int, int]) -> np.ndarray | None:
    if not problems:
        return None
    spread = np.full(shape[0] * shape[1], None, dtype=object)
    spread[list(problems)] = list(problems.values())
    return spread.reshape(shape)


def read_words(value: object, meaning: Callable[[str], object], say: Callable[[object], str], nothing: object) -> Read:
    """One argument of words: what each means, `nothing` for an empty cell; an unknown word (None) is a problem, said by `say`."""
    cells = cells_of(value)
    values, problems = [], {}
    for place, item in enumerate(cells.items):
        meant = nothing if is_blank(item) else None if isinstance(item, CellError) else meaning(str(item))
        values.append(nothing if meant is None else meant)
        if meant is None:
            problems[place] = excel_error(str(item)) if isinstance(item, CellError) else say(item)
    return Read(np.array(values).reshape(cells.shape), _spread(problems, cells.shape), cells.form)


def refused(argument: Read, where: np.ndarray, shown: str) -> Read:
    """The argument with `shown` in place of an answer where a value is read but not allowed."""
    if not where.any():
        return argument
    problems = np.full(where.shape, None, dtype=object) if argument.problems is None else argument.problems.copy()
    problems[where] = shown
    return Read(argument.values, problems, argument.form)


def alike(arguments: Iterable[Read]) -> list[Read]:
    """The arguments in one shape, as Excel's own functions take them: one cell, row or column against many is repeated.

    Where an argument has more than one and still ends before the longest, the answer is #N/A.
    """
    arguments = list(arguments)
    shape = max(each.values.shape[0] for each in arguments), max(each.values.shape[1] for each in arguments)
    form = max((each.form for each in arguments), key=("cell", "list", "rows").index)
    return [Read(*_repeated(each, shape), form) for each in arguments]


def _repeated(argument: Read, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray | None]:
    values, problems = argument.values, argument.problems
    if values.shape == shape:
        return values, problems
    rows, columns = (np.arange(length) if have > 1 else np.zeros(length, int) for have, length in zip(values.shape, shape, strict=True))
    beyond = (rows >= values.shape[0])[:, None] | (columns >= values.shape[1])[None, :]
    at = np.ix_(np.minimum(rows, values.shape[0] - 1), np.minimum(columns, values.shape[1] - 1))
    if beyond.any() or problems is not None:
        problems = np.full(shape, None, dtype=object) if problems is None else problems[at]
        problems[beyond] = NA
    return values[at], problems


def answered(values: np.ndarray, arguments: Sequence[Read]) -> object:
    """The answer in the shape of the arguments: "" where it is empty, a problem where an argument has one (the first one's)."""
    given = arguments[0]
    if values.dtype.kind == "f":
        finite = np.isfinite(values)
        if not finite.all():
            said = values.astype(object)
            said[np.isnan(values)] = ""
            said[np.isinf(values)] = NUM
            values = said
    for argument in reversed(arguments):
        if argument.problems is not None:
            values = np.where(np.equal(argument.problems, None), values, argument.problems)
    rows = values.tolist()
    return rows[0][0] if given.form == "cell" else rows[0] if given.form == "list" else rows
