"""What won deals still owe: due, received, outstanding, overdue (spec F16, item 57)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .currency import home_of, in_base, named_codes

if TYPE_CHECKING:  # its rules look at what is here
    from .check.rule import Facts

NAN = float("nan")
DAY = np.timedelta64(1, "D")
BUCKETS = ("undated", "not_due", "days_30", "days_60", "days_90", "older")  # due in 0, 1-30, 31-60, 61-90, more days ago


@dataclass(frozen=True)
class Payments:
    """The rows of the table Payments that have an amount, as arrays with one item a row. Money in base currency."""

    row: np.ndarray  # of the table
    deal: np.ndarray  # row of the deals, -1 unknown
    due: np.ndarray  # days, NaT
    paid: np.ndarray  # days, NaT: the day on which it was received
    amount: np.ndarray
    received: np.ndarray  # 0 where nothing is written
    outstanding: np.ndarray  # amount - received, never below 0
    over: np.ndarray  # received - amount, never below 0
    days: np.ndarray  # since it was due; below 1 not overdue; NaN without a due date
    bucket: np.ndarray  # index into BUCKETS
    no_amount: int  # rows left out because their amount is not known
    no_rate: int  # rows left out because their currency has no rate

    @property
    def overdue(self) -> np.ndarray:
        """Outstanding of what was due before the as-of date; 0 elsewhere."""
        return np.where(self.days >= 1, self.outstanding, 0.0)

    @property
    def late(self) -> np.ndarray:
        """Rows that are overdue, dearest first; of the same money the oldest first."""
        rows = np.flatnonzero(self.overdue > 0)
        return rows[np.lexsort((-self.days[rows], -self.overdue[rows]))]


@dataclass(frozen=True)
class Part:
    """What a group of rows adds up to: a month, an age, or all."""

    label: str  # "2026-03", "undated", one of BUCKETS, "" for all
    count: int
    due: float  # amounts due in it
    received: float
    outstanding: float
    overdue: float


@dataclass(frozen=True)
class OfDeals:
    """What each deal owes, as arrays with one item a deal: those that are won, and those that have a row in Payments."""

    deal: np.ndarray  # row of the deals; dearest outstanding first
    value: np.ndarray  # contract amount, NaN
    billed: np.ndarray  # the amounts in Payments, whenever they are due
    received: np.ndarray
    outstanding: np.ndarray
    overdue: np.ndarray
    unbilled: np.ndarray  # value - billed: below 0 where more is billed than the deal is worth, NaN where its value is not known
    rows: np.ndarray  # in Payments; 0: a won deal without a payment plan


def payments(facts: Facts, base: str) -> Payments:
    """The table Payments in the base currency (answers.currency).

    A row is in the currency that its amount or the heading names, else in its deal's, at the rate that its deal has (sales/currency.py).
    """
    if ("payments", base) not in facts.memo:
        facts.memo["payments", base] = _payments(facts, base)
    return facts.memo["payments", base]


def _payments(facts: Facts, base: str) -> Payments:
    table = facts.deals.companions.table("Payments")
    amount, received = (table[name].to_numpy(dtype=float) for name in ("amount", "received"))
    known, factors = np.isfinite(amount), _factors(facts, base)
    kept = np.flatnonzero(known & np.isfinite(factors))
    amount, factor = amount[kept], factors[kept]
    received = np.where(np.isfinite(received[kept]), received[kept], 0.0)
    due, paid = (table[name].to_numpy().astype("datetime64[D]")[kept] for name in ("due", "paid"))
    days = np.where(np.isnat(due), NAN, (facts.today - due).astype("timedelta64[D]").astype(float))
    bucket = np.where(np.isnan(days), 0, 1 + np.searchsorted((0.5, 30.5, 60.5, 90.5), days))
    return Payments(
        kept,
        table["deal"].to_numpy(dtype=np.int64)[kept],
        due,
        paid,
        amount * factor,
        received * factor,
        np.maximum(amount - received, 0.0) * factor,
        np.maximum(received - amount, 0.0) * factor,
        days,
        bucket,
        int((~known).sum()),
        int((known & ~np.isfinite(factors)).sum()),
    )


def _factors(facts: Facts, base: str) -> np.ndarray:
    """What each row's amount is multiplied by; NaN: its currency has no rate."""
    table, deals = facts.deals.companions.table("Payments"), facts.deals
    rows, named = table["deal"].to_numpy(dtype=np.int64), table["currency"].to_numpy(dtype=object)
    currencies = np.append(deals.currencies, "")  # the last is that of no deal
    close = np.append(deals.column("close_date"), np.datetime64("NaT", "s"))
    own = np.where(named == "", currencies[rows], named)
    # Beside all deals, and in the sign that counts as their currency, so that a bare "$" means here what it means there.
    base = base or home_of(named_codes(deals.currencies))[1]
    together = np.concatenate([currencies[:-1], own])
    rates = in_base(np.ones(len(together)), together, base, deals.companions.table("Rates"), np.concatenate([close[:-1], close[rows]]))
    return rates.value[len(currencies) - 1 :]


def total(found: Payments) -> Part:
    """All rows together: due - received = outstanding - overpaid."""
    return _part("", found, np.ones(len(found.row), bool))


def due_so_far(found: Payments) -> Part:
    """What was due up to and with the as-of date."""
    return _part("", found, found.days >= 0)


def aging(found: Payments) -> tuple[Part, ...]:
    """What is outstanding, by how long ago it was due; all of BUCKETS."""
    owed = found.outstanding > 0
    return tuple(_part(name, found, owed & (found.bucket == at)) for at, name in enumerate(BUCKETS))


def months(found: Payments) -> tuple[Part, ...]:
    """By month: what is due in it and of that outstanding; what was received in it, else (no such date) of what was due in it.

    In the order of time; "undated" last: no due date, or received without any date. Months without a row are left out. The sums of all
    months are those of all rows.
    """
    due = found.due.astype("datetime64[M]")
    came = np.where(np.isnat(found.paid), due, found.paid.astype("datetime64[M]"))
    paid = found.received != 0
    labels = [*np.unique(np.concatenate([due[~np.isnat(due)], came[paid & ~np.isnat(came)]])), np.datetime64("NaT")]

    def sums(month: np.ndarray, values: np.ndarray) -> list[float]:
        at = np.searchsorted(np.array(labels[:-1], dtype="datetime64[M]"), month)
        return np.bincount(np.where(np.isnat(month), len(labels) - 1, at), values, len(labels)).tolist()

    columns = (sums(due, np.ones(len(due))), sums(due, found.amount), sums(came, found.received), sums(due, found.outstanding),
               sums(due, found.overdue))
    parts = [Part("undated" if np.isnat(label) else str(label), int(count), *money)
             for label, count, *money in zip(labels, *columns, strict=True)]
    return tuple(part for part in parts if part.label != "undated" or part.count or part.received)


def undated_receipts(found: Payments) -> int:
    """Receipts without a date: they count in the month in which they were due."""
    return int((np.isnat(found.paid) & (found.received != 0)).sum())


def by_deal(facts: Facts, found: Payments) -> OfDeals:
    """What each won deal, and each other deal with a row in Payments, owes; what is most outstanding first."""
    mine, length = found.deal >= 0, len(facts.kind)

    def sums(values: np.ndarray) -> np.ndarray:
        return np.bincount(found.deal[mine], values[mine], length)

    table = facts.deals.companions.table("Payments")["deal"].to_numpy(dtype=np.int64)
    rows = np.bincount(table[table >= 0], minlength=length)  # a row that can't be counted is a plan all the same
    deals = np.flatnonzero((facts.kind == "won") | (rows > 0))
    money = (found.amount, found.received, found.outstanding, found.overdue)
    billed, received, outstanding, overdue = (sums(each)[deals] for each in money)
    value = facts.value[deals]
    order = np.lexsort((deals, -np.nan_to_num(value), -outstanding))
    parts = (deals, value, billed, received, outstanding, overdue, value - billed, rows[deals])
    return OfDeals(*(each[order] for each in parts))


def without_plan(facts: Facts, deals: OfDeals) -> np.ndarray:
    """Rows of the won deals that have no row in Payments, dearest first; those whose amount is not known last."""
    bare = deals.deal[(deals.rows == 0) & (facts.kind[deals.deal] == "won")]
    return bare[np.argsort(-np.nan_to_num(facts.value[bare]), kind="stable")]


@dataclass(frozen=True)
class DaysToPay:
    """How long customers take, as means weighted by what was received; NaN where no row says it."""

    after_due: float  # days from the due date to the day received; below 0 early
    due_rows: int  # rows that this rests on
    after_won: float  # days from the deal's close date to the day received
    won_rows: int


def days_to_pay(facts: Facts, found: Payments) -> DaysToPay:
    """Days until money came, where the day on which it was received is known."""
    close = np.append(facts.column("close_date").astype("datetime64[D]"), np.datetime64("NaT"))
    won = np.append(facts.kind == "won", False)[found.deal]
    means = []
    for since, among in ((found.due, True), (close[found.deal], won)):
        known = among & (found.received > 0) & ~np.isnat(found.paid) & ~np.isnat(since)
        days, weights = ((found.paid - since) / DAY)[known], found.received[known]
        means += [float((days * weights).sum() / weights.sum()) if known.any() else NAN, int(known.sum())]
    return DaysToPay(*means)


def _part(label: str, found: Payments, rows: np.ndarray) -> Part:
    sums = (float(values[rows].sum()) for values in (found.amount, found.received, found.outstanding, found.overdue))
    return Part(label, int(rows.sum()), *sums)


def together(label: str, parts: Sequence[Part]) -> Part:
    """Parts as one."""
    return Part(label, sum(part.count for part in parts),
                *(sum(getattr(part, name) for part in parts) for name in ("due", "received", "outstanding", "overdue")))
