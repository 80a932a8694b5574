"""Money in one currency: amounts in two are never added (spec F9)."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .money import currency_code, is_iso


@dataclass(frozen=True)
class InBase:
    """Amounts in the base currency, and the deals left out for want of a rate."""

    value: np.ndarray  # [base currency], NaN unknown or left out
    base: str  # ISO code; "" where no deal names a currency
    no_rate: np.ndarray  # bool
    codes: np.ndarray  # ISO code of each deal, "" where none is named


def in_base(amount: np.ndarray, currency: np.ndarray, base: str, rates: pd.DataFrame, close: np.ndarray) -> InBase:
    """Each amount in the base currency, by the last rate dated not after its close date, else the earliest.

    `rates` is the table Rates: date, currency, rate (one unit of it in base currency). Without a given base it is the currency of most
    deals. A deal that names no currency is in the base. A bare "$" or "¥" is the base where no currency is named by its code and no other
    sign is used more often.
    """
    if not (currency != "").any():
        return InBase(amount.copy(), currency_code(base) or base.upper(), np.zeros(len(amount), bool), currency)
    names = currency.tolist()
    code_of = {name: currency_code(str(name)) or str(name).strip().upper() for name in set(names)}
    codes = np.array([code_of[name] for name in names], dtype=object)
    count = Counter(codes.tolist())
    named = Counter({code: number for code, number in count.items() if is_iso(code)})
    signs = Counter({code: number for code, number in count.items() if code and not is_iso(code)})
    home = signs.most_common(1)[0][0] if signs and not named else ""
    base = currency_code(base) or base.upper() or (named.most_common(1)[0][0] if named else "")
    foreign = ~np.isin(codes, ("", base, home))
    value = amount.copy()
    no_rate = np.zeros(len(amount), bool)
    for code in set(codes[foreign].tolist()):
        rows = np.flatnonzero(foreign & (codes == code))
        factor = _rates_at(rates, code, close[rows])
        no_rate[rows] = np.isnan(factor) & np.isfinite(amount[rows])
        value[rows] = amount[rows] * factor
    return InBase(value, base, no_rate, codes)


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
