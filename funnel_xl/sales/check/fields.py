"""Rules about single fields of a deal: what is missing, impossible or twice there."""

from collections.abc import Iterator
from difflib import get_close_matches

import numpy as np

from ..aliases import plain
from ..lines import line_names, stages_for
from .rule import Breach, Breakers, Facts, rule

GRID = (0.25, 0.50, 0.75, 0.99)  # fund and competition rates as the method defines them (spec items 10, 11)
MIN_CYCLES = 30  # closed deals with a known cycle before an age can be called beyond all of them


def _empty_text(facts: Facts, name: str) -> np.ndarray:
    return facts.column(name) == ""


@rule("stage.missing", "error", "stage")
def stage_missing(facts: Facts) -> np.ndarray:
    return _empty_text(facts, "stage") if facts.has("stage") else np.zeros(len(facts.kind), bool)


@rule("stage.unknown", "error", "stage")
def stage_unknown(facts: Facts) -> Iterator[Breach]:
    names = facts.column("stage")
    choices = {line: stages_for(facts.stages, line) for line in {"", *line_names(facts.stages)}}
    for row in np.flatnonzero((facts.stage < 0) & (names != "")):
        line = facts.line[row]
        allowed = [facts.stages[at].name for at in choices[line]]
        by_plain = {plain(name): name for name in allowed}
        near = get_close_matches(plain(names[row]), list(by_plain), n=1)
        lines = ", ".join(line_names(facts.stages))
        mend = "mend.near" if near else "mend.pick"
        if lines and not line and not any(facts.stages[at].kind == "open" for at in choices[line]):
            mend = "mend.line"
        said = {"allowed": ", ".join(allowed) or "-", "near": by_plain[near[0]] if near else "", "lines": lines}
        yield Breach(int(row), said | {"mend_word": mend})


@rule("account.missing", "error", "account")
def account_missing(facts: Facts) -> np.ndarray:
    return facts.is_open & _empty_text(facts, "account") & (_empty_text(facts, "name") if not facts.has("account") else True)


@rule("amount.missing", "error", "amount")
def amount_missing(facts: Facts) -> np.ndarray:
    return facts.is_open & np.isnan(facts.column("amount")) & ~_unread(facts, "amount")


@rule("close_date.missing", "error", "close_date")
def close_date_missing(facts: Facts) -> np.ndarray:
    future = facts.deals.table["future"].to_numpy() if "future" in facts.deals.table.columns else np.zeros(len(facts.kind), bool)
    return facts.is_open & np.isnat(facts.column("close_date")) & ~future & ~_unread(facts, "close_date")


def _unread(facts: Facts, name: str) -> np.ndarray:
    """Deals whose cell of this field holds something that could not be read: that is a finding already."""
    if "unread" not in facts.memo:
        facts.memo["unread"] = {(finding.column, finding.row) for finding in facts.deals.findings}
    mask = np.zeros(len(facts.kind), bool)
    rows = [row for column, row in facts.memo["unread"] if column == name]
    if -1 in rows:  # the whole column: an undecidable order of day and month
        at = facts.deals.columns.get(name)
        if at is not None:
            mask |= np.array([row[at] not in (None, "") for row in facts.deals.grid.rows], dtype=bool)
    mask[[row for row in rows if row >= 0]] = True
    return mask


@rule("close_date.past", "error", "close_date")
def close_date_past(facts: Facts) -> Breakers:
    close = facts.column("close_date").astype("datetime64[D]")
    return Breakers(
        facts.placement.overdue, lambda row: {"days": int((facts.today - close[row]).astype(int)), "date": str(close[row])}
    )


@rule("close_date.before_created", "error", "close_date")
def close_date_before_created(facts: Facts) -> Breakers:
    close, created = (facts.column(name).astype("datetime64[D]") for name in ("close_date", "created"))
    return Breakers(close < created, lambda row: {"date": str(close[row]), "created": str(created[row])})


@rule("id.duplicate", "error", "id")
def id_duplicate(facts: Facts) -> Iterator[Breach]:
    ids = facts.column("id")
    yield from _repeats(facts, ids.tolist(), ids != "")


@rule("deal.duplicate", "warning", "account")
def deal_duplicate(facts: Facts) -> Iterator[Breach]:
    account, product, amount = (facts.column(name) for name in ("account", "product", "amount"))
    keys = list(zip(account.tolist(), product.tolist(), amount.tolist(), strict=True))
    # among open deals only: a customer who buys the same again is a second sale, not a second entry
    known = facts.is_open & (account != "") & np.isfinite(amount)
    yield from _repeats(facts, keys, known)


def _repeats(facts: Facts, keys: list, known: np.ndarray) -> Iterator[Breach]:
    """Every row after the first with the same key."""
    first: dict[object, int] = {}
    for row in np.flatnonzero(known).tolist():
        at = first.setdefault(keys[row], row)
        if at != row:
            yield Breach(row, {"first": facts.deals.where(at, "id" if facts.has("id") else "account")})


@rule("amount.negative", "warning", "amount")
def amount_negative(facts: Facts) -> np.ndarray:
    return facts.column("amount") < 0


@rule("amount.no_rate", "warning", "amount")
def amount_no_rate(facts: Facts) -> Breakers:
    currency, amount = facts.column("currency"), facts.column("amount")
    return Breakers(facts.no_rate, lambda row: {"currency": currency[row]}, lambda row: float(amount[row]))


@rule("owner.missing", "warning", "owner")
def owner_missing(facts: Facts) -> np.ndarray:
    return facts.is_open & _empty_text(facts, "owner") if facts.has("owner") else np.zeros(len(facts.kind), bool)


@rule("won.no_amount", "warning", "amount")
def won_no_amount(facts: Facts) -> np.ndarray:
    return (facts.kind == "won") & np.isnan(facts.column("amount")) & ~_unread(facts, "amount") & facts.has("amount")


@rule("won.no_date", "warning", "close_date")
def won_no_date(facts: Facts) -> np.ndarray:
    return (facts.kind == "won") & np.isnat(facts.column("close_date")) & ~_unread(facts, "close_date") & facts.has("close_date")


@rule("closed.in_future", "warning", "close_date")
def closed_in_future(facts: Facts) -> Breakers:
    close = facts.column("close_date").astype("datetime64[D]")
    return Breakers(np.isin(facts.kind, ("won", "lost")) & (close > facts.today), lambda row: {"date": str(close[row])})


@rule("lost.no_reason", "warning", "lost_reason")
def lost_no_reason(facts: Facts) -> np.ndarray:
    """A loss needs a reason (spec item 50); asked deal by deal only of a team that writes them down."""
    lost, blank = facts.kind == "lost", _empty_text(facts, "lost_reason")
    return lost & blank & (lost & ~blank).any()


@rule("lost.no_reasons", "note", "lost_reason")
def lost_no_reasons(facts: Facts) -> Iterator[Breach]:
    """Said once for a source that has no reason for any of its losses."""
    lost = facts.kind == "lost"
    if lost.any() and _empty_text(facts, "lost_reason")[lost].all():
        yield Breach(-1, {"count": f"{int(lost.sum()):,}"}, where=facts.deals.where(-1, "lost_reason") if facts.has("lost_reason") else "")


def _off_grid(facts: Facts, name: str) -> np.ndarray:
    rate = facts.column(name)
    on = np.zeros(len(rate), bool)
    for step in (*GRID, 1.0):
        on |= np.isclose(rate, step)
    return facts.is_open & np.isfinite(rate) & ~on


@rule("fund.off_grid", "warning", "fund")
def fund_off_grid(facts: Facts) -> np.ndarray:
    return _off_grid(facts, "fund")


@rule("competition.off_grid", "warning", "competition")
def competition_off_grid(facts: Facts) -> np.ndarray:
    return _off_grid(facts, "competition")


@rule("fund.hundred", "note", "fund")
def fund_hundred(facts: Facts) -> np.ndarray:
    return facts.is_open & np.isclose(facts.column("fund"), 1.0)


@rule("competition.hundred", "note", "competition")
def competition_hundred(facts: Facts) -> np.ndarray:
    return facts.is_open & np.isclose(facts.column("competition"), 1.0)


@rule("risk.no_mitigation", "warning", "mitigation")
def risk_no_mitigation(facts: Facts) -> np.ndarray:
    from ..aliases import meaning

    if not (facts.has("risk") and facts.has("mitigation")):
        return np.zeros(len(facts.kind), bool)
    high = np.array([meaning("risk", str(text)) == "high" for text in facts.column("risk")], dtype=bool)
    return facts.is_open & high & _empty_text(facts, "mitigation")


@rule("age.beyond_history", "warning", "created")
def age_beyond_history(facts: Facts) -> Iterator[Breach]:
    closed = np.isin(facts.kind, ("won", "lost")) & np.isfinite(facts.age_days)
    if closed.sum() < MIN_CYCLES:
        return
    longest = float(facts.age_days[closed].max())
    for row in np.flatnonzero((facts.kind == "open") & (facts.age_days > longest)):
        yield Breach(int(row), {"days": int(facts.age_days[row]), "longest": int(longest), "closed": int(closed.sum())})
