"""Money in one currency: amounts in two are never added (spec F9)."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .money import currency_code, is_iso

# The currencies that share a sign. A bare one stands for the only one of them that the book names; "$" for no other than USD, since beside
# NT$ or HK$ it may mean either.
_SHARED = {
    "$": frozenset(("USD", "AUD", "CAD", "HKD", "SGD", "NZD", "TWD", "MOP", "MXN", "BRL")),
    "¥": frozenset(("CNY", "JPY")),
    "元": frozenset(("CNY", "TWD", "HKD", "MOP", "JPY")),
    "kr": frozenset(("SEK", "NOK", "DKK", "ISK")),
}


@dataclass(frozen=True)
class InBase:
    """Amounts in the base currency, and the deals left out for want of a rate."""

    value: np.ndarray  # [base currency], NaN unknown or left out
    base: str  # ISO code; "" where no deal names a currency
    no_rate: np.ndarray  # bool
    codes: np.ndarray  # ISO code of each deal, "" where none is named
    sign: str = ""  # a bare sign that counts as the base: "$"


def in_base(amount: np.ndarray, currency: np.ndarray, base: str, rates: pd.DataFrame, close: np.ndarray) -> InBase:
    """Each amount in the base currency, by the last rate dated not after its close date, else the earliest.

    `rates` is the table Rates: date, currency, rate (one unit of it in base currency). A deal that names no currency is in the base; see
    home_of() for which that is, and named_codes() for what a bare "$" means.
    """
    if not (currency != "").any():
        return InBase(amount.copy(), currency_code(base) or base.upper(), np.zeros(len(amount), bool), currency)
    codes = named_codes(currency, base)
    base, home = home_of(codes, base)
    foreign = ~np.isin(codes, ("", base, home))
    value = amount.copy()
    no_rate = np.zeros(len(amount), bool)
    for code in set(codes[foreign].tolist()):
        rows = np.flatnonzero(foreign & (codes == code))
        factor = _rates_at(rates, code, close[rows])
        no_rate[rows] = np.isnan(factor) & np.isfinite(amount[rows])
        value[rows] = amount[rows] * factor
    return InBase(value, base, no_rate, codes, home)


def named_codes(currency: np.ndarray, base: str = "") -> np.ndarray:
    """The code of what each deal names; a bare sign is the currency that it stands for where the book names just one that shares it."""
    code_of = {name: currency_code(str(name)) or str(name).strip().upper() for name in set(currency.tolist())}
    named = {code for code in (*code_of.values(), currency_code(base)) if is_iso(code)}
    return np.array([_meant(code_of[name], named) for name in currency.tolist()], dtype=object)


def _meant(code: str, named: set[str]) -> str:
    here = _SHARED.get(code, frozenset()) & named
    return next(iter(here)) if len(here) == 1 and (code != "$" or "USD" in here) else code


def home_of(codes: np.ndarray, base: str = "") -> tuple[str, str]:
    """The currency of the totals, and a bare sign that counts as it; "" where there is none of them.

    Without a given one it is the currency that most deals name. A sign that stands for none of those, yet at more amounts than any of them,
    is itself what the totals are in.
    """
    count = Counter(code for code in codes.tolist() if code)
    named = Counter({code: number for code, number in count.items() if is_iso(code)})
    signs = Counter({code: number for code, number in count.items() if not is_iso(code)})
    given = currency_code(base) or base.upper()
    most, often = named.most_common(1)[0] if named else ("", 0)
    sign, bare = signs.most_common(1)[0] if signs else ("", 0)
    if given:
        return given, "" if named else sign
    return ("", sign) if bare > often else (most, "")


def _rates_at(rates: pd.DataFrame, code: str, days: np.ndarray) -> np.ndarray:
    mine = (
        rates[[currency_code(str(text)) == code or str(text).strip().upper() == code for text in rates["currency"]]]
        if len(rates)
        else rates
    )
    mine = mine[np.isfinite(mine["rate"].to_numpy(dtype=float))] if len(mine) else mine
    if not len(mine):
        return np.full(len(days), np.nan)
    dates = mine["date"].to_numpy().astype("datetime64[D]")
    order = np.argsort(dates, kind="stable")
    dates, values = dates[order], mine["rate"].to_numpy(dtype=float)[order]
    undated = int(np.isnat(dates).sum())  # NaT sorts last: a rate without a date stands for all that have none
    dated, dated_values = dates[: len(dates) - undated], values[: len(dates) - undated]
    if not len(dated):
        return np.full(len(days), values[-1])
    asked = np.where(np.isnat(days), dated[-1], days.astype("datetime64[D]"))
    return dated_values[np.maximum(np.searchsorted(dated, asked, "right") - 1, 0)]
