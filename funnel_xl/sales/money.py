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
LARGEST = 1e15  # a number beyond it is no amount: Excel keeps 15 digits, and sums of squares have to stay numbers
_DIGITS = re.compile(r"\d[\d.,'’ \u00a0\u202f]*\d|\d")
_IN_BRACKETS = re.compile(r"([^()\d]*)\(([^()]*\d[^()]*)\)([^()\d]*)")  # (1,200), $ (1,200): a minus in accounting
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")  # 1,234 and 1.234: thousands or decimals
_SIGNS = {"dollar": "$", "dollars": "$", "块": "元", "塊": "元", "圆": "元", "圓": "元"}
_MINUS = str.maketrans(dict.fromkeys("−–—‒﹣", "-"))


@dataclass(frozen=True, slots=True)
class Amount:
    """One text read as money."""

    digits: str  # "1,234.5": thousands and decimal signs as typed
    factor: float  # 10,000 for 萬; 1 where no unit stands in the cell
    has_unit: bool
    currency: str  # ISO code, the sign itself for a bare $ or ¥, "" where none is named
    negative: bool


@cache
def unit_factor(text: str) -> float | None:
    """What a unit word multiplies by: 1000 for "k", 10000 for 万; None where it is no unit."""
    key = meaning("unit", text)
    return float(key) if key else None


def currency_code(text: str) -> str:
    """The ISO code that a sign or word stands for; the sign itself where several currencies share it ("$", "¥"), "" where it is none."""
    found = meaning("currency", text)
    if found == "?":
        return _SIGNS.get(plain(text), plain(text))
    return found or (text.strip().upper() if text.strip().upper() in _codes() else "")


def is_iso(code: str) -> bool:
    """True for "TWD", False for a sign that leaves open which currency is meant."""
    return len(code) == 3 and code.isascii() and code.isupper()


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
            code = code if is_iso(code) else found_code
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
    bracketed = _IN_BRACKETS.fullmatch(folded)
    if bracketed:
        folded = " ".join(bracketed.groups()).strip()
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
    return Amount(numbers[0].strip(), unit[0], has_unit, unit[1], bool(bracketed) or signs == 1)


_SPAN = re.compile(r"(.*\d.*?)\s*(?:[-~至到]|\bto\b)\s*(\D{0,4}\d.*)", re.I)
_BOUND = re.compile(
    r"(?:[<>≤≥]=?|up to|max\.?|under|below|within|at most|at least|over|about|approx\.?|ca\.?"
    r"|不超過|不超过|最多|至多|至少|低於|低于|約|约)?\s*"
    r"(.*\d.*?)\s*(?:\+|以內|以内|之內|之内|以下|以上|左右|上下|or less|or more|max\.?)?",
    re.I,
)


def end_of_range(text: str) -> str | None:
    """The end of a range, as it is typed: "80萬" of "50-80萬", "100萬" of 100萬以內; None where the text is one amount, or none."""
    folded = unicodedata.normalize("NFKC", text).translate(_MINUS).strip()
    if read_text(folded):
        return None
    span = _SPAN.fullmatch(folded)
    ends = [read_text(part) for part in span.groups()] if span else []
    if span and all(ends):
        low, high = (number_of(end.digits, comma=False) for end in ends if end)
        return span[2] if low is not None and high is not None and (low <= high or ends[1].has_unit) else None  # type: ignore[union-attr]
    bound = _BOUND.fullmatch(folded)
    return bound[1] if bound and read_text(bound[1]) else None


def decimal_sign(numbers: Sequence[str]) -> str:
    """ "," where the column's numbers write 1.234,5; "." where 1,234.5; "" where the evidence contradicts itself.

    "1,234" alone proves nothing and counts as thousands; "1.234" alone is "?": German thousands, or three decimals.
    """
    signs = {_own_sign(digits) for digits in numbers}
    if {",", "."} <= signs:
        return ""
    unclear = any("." in digits and _EITHER.fullmatch(digits) for digits in numbers)
    return "," if "," in signs else "." if "." in signs or not unclear else "?"


def _own_sign(digits: str) -> str:
    """The decimal sign that a number shows by itself: "." of 1,234.5 and 1.2, "," of 1.234.567; "" of 1200 and 1,234."""
    last = max(digits.rfind(","), digits.rfind("."))
    if last < 0 or not digits[last + 1 :].isdigit() or _EITHER.fullmatch(digits):
        return ""
    sign = digits[last]
    if digits.count(sign) > 1:  # a sign that stands twice parts thousands
        return "," if sign == "." else "."
    return sign


@cache
def _groups(sign: str) -> re.Pattern[str]:
    """Whole numbers in groups of three, of four (Chinese), or of two before a last one of three (Indian)."""
    gap = rf"[{re.escape(sign)}'’ \u00a0\u202f]"
    return re.compile(rf"\d*|\d{{1,3}}(?:{gap}\d{{3}})+|\d{{1,4}}(?:{gap}\d{{4}})+|\d{{1,2}}(?:{gap}\d{{2}})+{gap}\d{{3}}")


def number_of(digits: str, comma: bool) -> float | None:
    """The number that digits with thousands and decimal signs stand for; None where the groups are not those of one number."""
    thousands, decimal = (".", ",") if comma else (",", ".")
    whole, _, fraction = digits.partition(decimal)
    if not _groups(thousands).fullmatch(whole):
        return None
    text = re.sub(r"\D", "", whole) + ("." + fraction if fraction else "")
    return float(text) if re.fullmatch(r"\d*\.?\d+", text) else None


def read_money(cells: Sequence[object], factor: float = 1.0) -> tuple[Column, dict[int, str]]:
    """Amounts in whole currency units, and the currency that a cell names by itself, by row.

    `factor` is the unit of the column's heading (10,000 for 万元); a cell that names its own unit keeps that instead.
    """
    numbers = numbers_of(cells)
    if numbers is not None:
        column = Column(numbers * factor if factor != 1 else numbers)
        _leave_out_endless(column)
        _unlikely(column, np.where(np.isnan(column.values), np.nan, numbers))
        return column, {}
    texts: dict[str, Amount | None] = each_text(cells, read_text)  # type: ignore[assignment]
    sign = decimal_sign([amount.digits for amount in texts.values() if amount])
    column, currencies, own_unit, bare = Column(np.full(len(cells), np.nan)), {}, [], []
    if sign == ",":
        column.note("money.decimal_comma")
    if not sign:
        column.note("money.both_signs")
    unclear = {text for text, amount in texts.items() if amount and _unclear(amount, sign)}
    if unclear:
        column.find("money.undecided", -1, value_example=min(unclear))
    for row, cell in enumerate(cells):
        if is_blank(cell):
            continue
        if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell * factor) <= LARGEST:
            column.values[row] = cell * factor
            bare.append(row)
            continue
        if cell in unclear:
            continue
        amount = texts.get(cell) if type(cell) is str else None
        value = number_of(amount.digits, (sign or _own_sign(amount.digits)) == ",") if amount else None
        if amount is None or value is None:
            column.find("value.error" if is_error(cell) else "money.unread", row)
            continue
        value *= (amount.factor if amount.has_unit else factor) * (-1 if amount.negative else 1)
        if abs(value) > LARGEST:
            column.find("money.unread", row)
            continue
        column.values[row] = value
        (own_unit if amount.has_unit else bare).append(row)
        if amount.currency:
            currencies[row] = amount.currency
    if own_unit:
        column.note(
            "money.unit_in_cell", value_example=str(cells[own_unit[0]]), read=f"{column.values[own_unit[0]]:,.0f}", count=len(own_unit)
        )
    _unlikely(column, column.values, own_unit, bare if factor == 1 else [])
    return column, currencies


def _leave_out_endless(column: Column) -> None:
    for row in np.flatnonzero(np.abs(column.values) > LARGEST).tolist():
        column.find("money.unread", row)
        column.values[row] = np.nan


def _unclear(amount: Amount, sign: str) -> bool:
    """True for 1.234 where nothing in the column decides, and for 1,234 too where it writes decimals both ways."""
    if sign == "?":
        return "." in amount.digits and amount.factor == 1
    return not sign and bool(_EITHER.fullmatch(amount.digits))


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
        column = Column(numbers)
        _leave_out_endless(column)
        return column
    column, _ = read_money(cells)
    column.remarks = [remark for remark in column.remarks if remark.code in ("money.unread", "money.undecided", "value.error")]
    return column
