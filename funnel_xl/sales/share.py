"""Chances and positions as people write them: 75, 0.75, "75%"; +2, −2, "2"."""

import unicodedata
from collections.abc import Sequence

import numpy as np

from .aliases import meaning
from .column import Column, is_blank, is_error, numbers_of

MAJORITY = 0.8  # of a column's cells must speak for points or for fractions (spec F1)
_MINUS = str.maketrans(dict.fromkeys("−–—‒﹣", "-"))


def read_shares(cells: Sequence[object], percent_format: bool = False) -> Column:
    """Chances as fractions 0-1; points or fractions are decided for the whole column, never for one cell (spec F1).

    A cell that says "75%" says so itself. `percent_format`: the column's cells show a percent format in Excel, so that 0.75 is
    75 % and 1 is 100 %. The minority is found and left out, never rescaled.
    """
    values = numbers_of(cells)
    column = Column(np.full(len(cells), np.nan) if values is None else values)
    explicit = np.zeros(len(cells), bool)
    if values is None:
        for row, cell in enumerate(cells):
            if is_blank(cell):
                continue
            number, own_percent = _number(cell)
            if number is None:
                column.find("value.error" if is_error(cell) else "share.unread", row)
                continue
            column.values[row], explicit[row] = number, own_percent
    raw = column.values.copy()
    open_cells = ~explicit & np.isfinite(raw)
    points, fractions = open_cells & (raw > 1), open_cells & (raw > 0) & (raw < 1)
    clear = int(points.sum() + fractions.sum())
    if clear and max(points.sum(), fractions.sum()) < MAJORITY * clear:
        column.find("share.undecided", -1, "error", points=int(points.sum()), fractions=int(fractions.sum()))
        column.values[open_cells & (raw != 0)] = np.nan
    elif clear and points.sum() >= fractions.sum():
        column.values[open_cells] /= 100
        if not percent_format:
            column.note("share.points", share_example=f"{np.min(raw[points]):g}")
        _leave_out(column, fractions, "share.minority_fraction")
    else:  # fractions, or nothing but 0 and 1
        _leave_out(column, points, "share.minority_points")
        if not clear and not percent_format and np.any(raw[open_cells] == 1):
            column.note("share.ones")
    _leave_out(column, (column.values < 0) | (column.values > 1), "share.out_of_range")
    return column


def _leave_out(column: Column, rows: np.ndarray, code: str) -> None:
    for row in np.flatnonzero(rows):
        column.find(code, int(row))
    column.values[rows] = np.nan


def _number(cell: object) -> tuple[float | None, bool]:
    """A cell as a number, and whether it names percent itself."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell), False
    if not isinstance(cell, str) or is_error(cell):
        return None, False
    text = unicodedata.normalize("NFKC", cell).translate(_MINUS).strip()
    percent = text.endswith("%")
    text = text.rstrip("% ").replace(",", ".") if text.count(",") <= 1 else text
    try:
        number = float(text)
    except ValueError:
        return None, False
    return (number / 100 if percent else number, percent) if np.isfinite(number) else (None, False)


def read_positions(cells: Sequence[object], all_text: bool = False) -> Column:
    """Positions -5..+5; NaN where empty, and where a text has no sign (ruling R19: it is asked, not guessed).

    `all_text`: the source is a CSV file, where every cell is text. There a column that has minus signs and never a plus is a column of
    plain numbers.
    """
    column = Column(np.full(len(cells), np.nan))
    texts = [unicodedata.normalize("NFKC", cell).translate(_MINUS).strip() if isinstance(cell, str) else "" for cell in cells]
    plain_numbers = all_text and any(text.startswith("-") for text in texts) and not any(text.startswith("+") for text in texts)
    if plain_numbers:
        column.note("position.plain_numbers")
    for row, cell in enumerate(cells):
        if is_blank(cell):
            continue
        value, signed = _position(cell, texts[row])
        if value is None:
            column.find("value.error" if is_error(cell) else "position.unread", row)
        elif value == 0:
            column.find("position.zero", row)
        elif abs(value) > 5 or value != int(value):
            column.find("position.out_of_range", row)
        elif not (signed or plain_numbers):
            column.find("position.unsigned", row, "warning")
        else:
            column.values[row] = value
    return column


def _position(cell: object, text: str) -> tuple[float | None, bool]:
    """A position, and whether its sign is beyond doubt: a numeric cell, a typed sign, or a word of the scale."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return (float(cell), True) if np.isfinite(cell) else (None, False)
    if is_error(cell) or not text:
        return None, False
    if word := meaning("position", text):
        return float(word), True
    try:
        value = float(text.replace(" ", ""))
    except ValueError:
        return None, False
    return (value, text[0] in "+-") if np.isfinite(value) else (None, False)
