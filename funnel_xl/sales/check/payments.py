"""Rules about the table Payments: what can't be right of what is due and received."""

from collections.abc import Iterator

import numpy as np

from ..column import is_blank
from ..companions import RowPlace
from .rule import Breach, Facts, rule

CENT = 0.005  # sums of money are typed to the cent


def _rows(facts: Facts) -> Iterator[tuple[int, float, float, np.datetime64, np.datetime64, RowPlace, dict]]:
    """(deal, amount, received, due, paid, place, the deal as the row names it where it is none of ours) of each row."""
    table = facts.deals.companions.table("Payments")
    days = (table[name].to_numpy().astype("datetime64[D]") for name in ("due", "paid"))
    for deal, amount, received, due, paid, where, text in zip(
        *(table[each] for each in ("deal", "amount", "received")), *days, table["where"], table["deal_text"], strict=True
    ):
        yield int(deal), float(amount), float(received), due, paid, where, {} if deal >= 0 else {"deal": text or "-"}


def _stake(facts: Facts, deal: int, amount: float) -> float | None:
    """An amount of a deal's payment in base currency, at the rate of the deal itself; None where that is not known."""
    if deal < 0:
        return None
    own = facts.column("amount")[deal]
    return float(amount * facts.value[deal] / own) if own else None


@rule("payment.over", "warning", "received")
def over(facts: Facts) -> Iterator[Breach]:
    """More was received than is due."""
    for deal, amount, received, _, _, where, named in _rows(facts):
        if received - amount > CENT:
            details = named | {"received": _money(received), "amount": _money(amount), "over": _money(received - amount)}
            yield Breach(deal, details, where("received"), where.cell("received"), stake=_stake(facts, deal, received - amount))


@rule("payment.no_amount", "warning", "amount")
def no_amount(facts: Facts) -> Iterator[Breach]:
    """A cell that holds something else than an amount is a finding of reading it."""
    for deal, amount, _, _, _, where, named in _rows(facts):
        if np.isnan(amount) and is_blank(where.cell("amount")):
            yield Breach(deal, named, where("amount"))


@rule("payment.no_due", "warning", "due")
def no_due(facts: Facts) -> Iterator[Breach]:
    """Without a due date nothing is ever overdue; what has been received in full need not have one."""
    for deal, amount, received, due, _, where, named in _rows(facts):
        owed = amount - (0.0 if np.isnan(received) else received)
        if np.isnat(due) and is_blank(where.cell("due")) and owed > CENT:
            yield Breach(deal, named, where("due"), stake=_stake(facts, deal, owed))


@rule("payment.no_received", "warning", "received")
def no_received(facts: Facts) -> Iterator[Breach]:
    """A day on which money came, but not how much."""
    for deal, amount, received, _, paid, where, named in _rows(facts):
        if np.isnan(received) and not np.isnat(paid) and is_blank(where.cell("received")):
            yield Breach(deal, named | {"date": str(paid)}, where("received"), stake=_stake(facts, deal, amount))


@rule("payment.open_deal", "warning", "deal")
def open_deal(facts: Facts) -> Iterator[Breach]:
    """A payment of a deal that is not won: its stage is old, or the row names another deal. Once a deal."""
    seen: set[int] = set()
    for deal, amount, _, _, _, where, named in _rows(facts):
        if deal >= 0 and facts.kind[deal] in ("open", "lost") and deal not in seen:
            seen.add(deal)
            stage = facts.stages[facts.terminal[deal]].name if facts.terminal[deal] >= 0 else facts.column("stage")[deal]
            yield Breach(deal, named | {"stage": stage}, where("deal"), where.cell("deal"), stake=_stake(facts, deal, amount))


def _money(amount: float) -> str:
    return f"{amount:,.2f}".removesuffix(".00")
