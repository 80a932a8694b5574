"""The levels of one criterion of the lead score, as a team writes them in the column Levels of its table LeadScore.

What is understood, whatever the spaces:

    none=0; some=0.5; clear=1       a name and its number, or turned round: "0 none, 0.5 partly, 1 clear", "clear (1)", 無0
    no/yes, 低/中/高, low < medium < high      names alone: from the lowest to the highest, evenly spread; turned round where the first
                                    is a word for yes or high, or the last one for no or low ("yes/no", 高/中/低), or ">" parts them
    0-10, 1~5, 0 到 3               a span of points
    1/2/3                           points alone
    nothing                         numbers, or yes and no

Numbers of which none is above 1 are shares of the criterion's weight; higher ones are points, of which the highest counts in full. The
levels are parted by line breaks, semicolons or "|"; else by slashes; else by commas; else, names alone, by spaces.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .aliases import meaning, plain
from .column import is_blank, is_error

_NUMBER = r"(\d+(?:[.,]\d+)?)\s*(%?)\s*(?:分|点|點|pts?|points?)?\.?"
_ALONE = re.compile(_NUMBER)
_FIRST = re.compile(_NUMBER + r"(?:\s*[=:\-–—]\s*|\s+|(?=[^\x00-\x7f]))(.*\D.*|[^\x00-\x7f].*)")      # "0 none", "0=none", "0无"
_LAST = re.compile(r"(.*\D)(?:\s*[=:(\-–—]\s*|\s+|(?<=[^\x00-\x7f]))" + _NUMBER + r"\s*\)?")            # "none=0", "none (0)", "无0"
_SPAN = re.compile(_NUMBER + r"\s*(?:-|–|—|~|\.\.|to|到|至)\s*" + _NUMBER)
_PARTERS = (r"[;|\n\r]+", r"/", r"[,、]", r"<|→|->", ">")
LARGEST = 1e15  # beyond it nothing is a level, and no number of points either
_QUOTES = " \t\"'“”‘’「」『』()[]"


@dataclass(frozen=True)
class Levels:
    """What the cells of one criterion may say."""

    shares: dict[str, float] = field(default_factory=dict)  # name in its plain form -> share of the weight
    names: tuple[str, ...] = ()  # as they are shown, the lowest first where they are ordered
    top: float = float("nan")  # the points that count in full, 1 where numbers are shares; NaN: the column's own numbers decide


def read_levels(text: str) -> Levels | None:
    """What a cell of the column Levels allows; None where it can't be understood."""
    text = unicodedata.normalize("NFKC", text).strip(" ;,、/|")
    if not text:
        return Levels()
    if span := _SPAN.fullmatch(text):
        highest = max(_number(span[1], span[2]), _number(span[3], span[4]))
        return Levels(names=(text,), top=max(highest, 1.0)) if highest else None
    parts, falling = _parts(text)
    pairs = [_pair(part) for part in parts]
    names = [name for name, _ in pairs]
    if all(number is None for _, number in pairs) or len({plain(name) for name in names}) < len(names):
        return _by_order(parts, falling)
    if any(number is None for _, number in pairs):
        return None
    numbers = [number for _, number in pairs if number is not None]
    highest = max(numbers)
    if not highest:
        return None
    top = max(highest, 1.0)
    return Levels({plain(name): number / top for name, number in zip(names, numbers, strict=True)}, tuple(names), top)


def _by_order(names: Sequence[str], falling: bool) -> Levels | None:
    """Names alone, evenly spread from 0 to 1; one name alone counts in full."""
    if len({plain(name) for name in names}) < len(names):
        return None
    if falling or (_side(names[0]) > 0 >= _side(names[-1])) or (_side(names[-1]) < 0 <= _side(names[0])):
        names = names[::-1]
    steps = max(len(names) - 1, 1)
    return Levels({plain(name): (at / steps if len(names) > 1 else 1.0) for at, name in enumerate(names)}, tuple(names))


def _side(name: str) -> int:
    """1 for a word of the upper end, -1 for one of the lower, 0 for any other."""
    said = meaning("flag", name) or meaning("risk", name)
    return {"yes": 1, "high": 1, "no": -1, "low": -1}.get(said, 0)


def _parts(text: str) -> tuple[list[str], bool]:
    """The levels of a text, each without the signs around it, and whether they are said to fall."""
    for parter in _PARTERS:
        parts = [part.strip(_QUOTES) if "(" not in part else part.strip() for part in re.split(parter, text)]
        parts = [part for part in parts if part]
        if len(parts) > 1:
            return parts, parter == ">"
    words = text.split()
    return (words if len(words) > 1 and not any(character.isdigit() for character in text) else [text]), False


def _pair(part: str) -> tuple[str, float | None]:
    """A level's name and its number, None where it has none; a number alone is its own name."""
    if match := _ALONE.fullmatch(part):
        return part, _number(match[1], match[2])
    if match := _FIRST.fullmatch(part):
        return match[3].strip(_QUOTES), _number(match[1], match[2])
    if match := _LAST.fullmatch(part):
        return match[1].rstrip(" =:(-–—").strip(_QUOTES), _number(match[2], match[3])
    return part, None


def _number(digits: str, percent: str) -> float:
    return float(digits.replace(",", ".")) / (100 if percent else 1)


def read_cells(cells: Sequence[object], levels: Levels, weight: float) -> tuple[np.ndarray, list[int]]:
    """The share of the weight that each cell stands for, NaN where it is empty or can't be read; and the rows that can't.

    Where the levels name no numbers, those of the column are shares if none of them is above 1, else points up to the weight.
    """
    top = levels.top
    if np.isnan(top):
        numbers = [number for cell in set(filter(_is_hashable, cells)) if (number := _cell_number(cell)[0]) is not None]
        top = weight if weight > 1 and any(number > 1 for number in numbers) else 1.0
    known: dict[object, float | None] = {}
    shares = np.full(len(cells), np.nan)
    unread = []
    for row, cell in enumerate(cells):
        if is_blank(cell):
            continue
        key = (type(cell), cell) if _is_hashable(cell) else (type(cell), str(cell))
        if key not in known:
            known[key] = _share(cell, levels, top)
        share = known[key]
        if share is None:
            unread.append(row)
        else:
            shares[row] = share
    return shares, unread


def _is_hashable(cell: object) -> bool:
    return isinstance(cell, (str, int, float, bool))


def _share(cell: object, levels: Levels, top: float) -> float | None:
    if is_error(cell) or isinstance(cell, bool):
        return None if is_error(cell) else float(bool(cell))
    number, percent = _cell_number(cell)
    text = plain(f"{number:g}" if isinstance(cell, (int, float)) and number is not None else str(cell))
    if text in levels.shares:
        return levels.shares[text]
    if number is not None:
        share = number if percent else number / top
        return share if 0 <= share <= 1 else None
    name = plain(_pair(unicodedata.normalize("NFKC", str(cell)).strip())[0])        # "0.5 partly", as the table Levels has it
    if name in levels.shares:
        return levels.shares[name]
    shares = levels.shares.values()
    lowest, highest = min(shares, default=0.0) if len(shares) > 1 else 0.0, max(shares, default=1.0)
    return {"no": lowest, "yes": highest}.get(meaning("flag", str(cell)))


def _cell_number(cell: object) -> tuple[float | None, bool]:
    """A cell's number, and whether it says percent itself."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return (float(cell), False) if abs(cell) < LARGEST else (None, False)
    match = _ALONE.fullmatch(unicodedata.normalize("NFKC", str(cell)).strip())
    return (_number(match[1], match[2]), bool(match[2])) if match else (None, False)
