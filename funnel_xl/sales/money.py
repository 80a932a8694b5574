"""Amounts as people write them: 485K, NT$ 1,200, 50萬, 3.5億, (1,200), １２００."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from .aliases import aliases, meaning, plain
from .column import Column, each_text, is_blank, is_error, numbers_of

MEDIAN_LIMIT = 1000  # an amount above this many times its column's median is asked about (spec F9)
_DIGITS = re.compile(r"\d[\d.,'’ \u00a0\u202f]*\d|\d")
_MINUS = str.maketrans(dict.fromkeys("−–—‒﹣", "-"))


@dataclass(frozen=True, slots=True)
class Amount:
    """One text read as money."""

    digits: str  # "1,234.5": thousands and decimal signs as typed
    factor: float  # 10,000 for 萬; 1 where no unit stands in the cell
    has_unit: bool
    currency: str  # ISO code, "?" for a bare $ or ¥, "" where none is named
    negative: bool


@cache
def unit_factor(text: str) -> float | None:
    """What a unit word multiplies by: 1000 for "k", 10000 for 万; None where it is no unit."""
    key = meaning("unit", text)
    return float(key) if key else None


def currency_code(text: str) -> str:
    """The ISO code that a sign or word stands for; "?" where several currencies share it, "" where it is none."""
    found = meaning("currency", text)
    return found or (text.strip().upper() if text.strip().upper() in _codes() else "")


@cache
def _codes() -> frozenset[str]:
    return frozenset(alias.key for alias in aliases("currency").values())


def read_unit(text: str) -> tuple[float, str] | None:
    """Factor and currency that a heading's bracket or the words around a number name: (10000, "TWD") of "NT$ 萬"; None: not money words."""
    rest = plain(text)
    if not rest:
        return 1.0, ""
    factor, code = 1.0, ""
    for part in _split_words(rest):
        if (found := unit_factor(part)) is not None:
            factor *= found
        elif found_code := currency_code(part):
            code = found_code if code in ("", "?") else code
        else:
            return None
    return factor, code


@cache
def _word_pattern() -> re.Pattern[str]:
    known = sorted({*aliases("unit"), *aliases("currency"), *(code.casefold() for code in _codes() if code != "?")}, key=len, reverse=True)
    return re.compile("|".join(re.escape(word) for word in known if word))


def _split_words(rest: str) -> list[str]:
    """The known money words in a text, and whatever stands between them as parts of its own."""
    parts, end = [], 0
    for match in _word_pattern().finditer(rest):
        parts += [rest[end : match.start()].strip(), match[0]]
        end = match.end()
    parts.append(rest[end:].strip())
    return [part for part in parts if part]


def read_text(text: str) -> Amount | None:
    """One cell's text as money; None where it is not one amount."""
    folded = unicodedata.normalize("NFKC", text).translate(_MINUS).strip()
    negative = folded.startswith("(") and folded.endswith(")")
    if negative:
        folded = folded[1:-1].strip()
    numbers = _DIGITS.findall(folded)
    if len(numbers) != 1:
        return None
    before, after = folded.split(numbers[0], 1)
    signs = (before + after).count("-")
    before, after = before.replace("-", " ").replace("+", " "), after.replace("-", " ") if after.strip() == "-" else after
    unit = read_unit(f"{before} {after}")
    if signs > 1 or unit is None:
        return None
    has_unit = any(unit_factor(part) is not None for part in _split_words(plain(f"{before} {after}")))
    return Amount(numbers[0].strip(), unit[0], has_unit, unit[1], negative or signs == 1)


def decimal_comma(numbers: Sequence[str]) -> bool | None:
    """True where the column's numbers write 1.234,5; False where 1,234.5; None where the evidence contradicts itself."""
    comma = dot = False
    for digits in numbers:
        last = max(digits.rfind(","), digits.rfind("."))
        if last < 0 or not digits[last + 1 :].isdigit():
            continue
        sign, tail = digits[last], len(digits) - last - 1
        one_kind = digits.count(",") == 0 or digits.count(".") == 0
        if one_kind and (tail == 3 or digits.count(sign) > 1):
            if digits.count(sign) > 1:  # a sign that stands twice parts thousands
                comma, dot = comma or sign == ".", dot or sign == ","
            continue  # "1,234" alone proves nothing
        comma, dot = comma or sign == ",", dot or sign == "."
    return None if comma and dot else comma


def number_of(digits: str, comma: bool) -> float | None:
    """The number that digits with thousands and decimal signs stand for; None where the groups are not those of one number."""
    thousands, decimal = (".", ",") if comma else (",", ".")
    whole, _, fraction = digits.partition(decimal)
    groups = re.split(rf"[{re.escape(thousands)}'’ \u00a0\u202f]", whole)
    if len(groups) > 1 and not (
        all(group.isdigit() for group in groups) and 1 <= len(groups[0]) <= 3 and all(len(group) in (3, 4) for group in groups[1:])
    ):
        return None
    text = "".join(groups) + ("." + fraction if fraction else "")
    return float(text) if re.fullmatch(r"\d*\.?\d+", text) and not (fraction and not fraction.isdigit()) else None


def read_money(cells: Sequence[object], factor: float = 1.0) -> tuple[Column, dict[int, str]]:
    """Amounts in whole currency units, and the currency that a cell names by itself, by row.

    `factor` is the unit of the column's heading (10,000 for 万元); a cell that names its own unit keeps that instead.
    """
    numbers = numbers_of(cells)
    if numbers is not None:
        column = Column(numbers * factor if factor != 1 else numbers)
        _unlikely(column, numbers)
        return column, {}
    texts: dict[str, Amount | None] = each_text(cells, read_text)  # type: ignore[assignment]
    comma = decimal_comma([amount.digits for amount in texts.values() if amount])
    column, currencies, own_unit, bare = Column(np.full(len(cells), np.nan)), {}, [], []
    if comma:
        column.note("money.decimal_comma")
    for row, cell in enumerate(cells):
        if is_blank(cell):
            continue
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            column.values[row] = cell * factor
            bare.append(row)
            continue
        amount = texts.get(cell) if type(cell) is str else None
        value = number_of(amount.digits, bool(comma)) if amount else None
        if amount is None or value is None or (comma is None and _ambiguous(amount.digits)):
            column.find("value.error" if is_error(cell) else "money.unread", row)
            continue
        column.values[row] = value * (amount.factor if amount.has_unit else factor) * (-1 if amount.negative else 1)
        (own_unit if amount.has_unit else bare).append(row)
        if amount.currency:
            currencies[row] = amount.currency
    if own_unit:
        column.note(
            "money.unit_in_cell", value_example=str(cells[own_unit[0]]), read=f"{column.values[own_unit[0]]:,.0f}", count=len(own_unit)
        )
    _unlikely(column, column.values, own_unit, bare if factor == 1 else [])
    return column, currencies


def _ambiguous(digits: str) -> bool:
    return "," in digits or "." in digits


def _unlikely(column: Column, values: np.ndarray, own_unit: Sequence[int] = (), bare: Sequence[int] = ()) -> None:
    """Ask "元 or 萬?" where an amount is out of all proportion, or bare and tiny beside amounts with a unit (spec F9)."""
    known = np.abs(values[np.isfinite(values) & (values != 0)])
    if len(known) < 2:
        return
    median = float(np.median(known))
    for row in np.flatnonzero(np.abs(values) > MEDIAN_LIMIT * median):
        column.find("money.unlikely", int(row), "warning", median=f"{median:,.0f}")
    if own_unit and bare:
        least = float(np.min(np.abs(column.values[list(own_unit)])))
        for row in bare:
            if 0 < abs(column.values[row]) < least / MEDIAN_LIMIT:
                column.find("money.unit_missing", row, "warning")


def read_numbers(cells: Sequence[object]) -> Column:
    """Plain numbers, NaN where empty; a text that holds more than a number is found."""
    numbers = numbers_of(cells)
    if numbers is not None:
        return Column(numbers)
    column, _ = read_money(cells)
    column.remarks = [remark for remark in column.remarks if remark.code in ("money.unread", "value.error")]
    return column
