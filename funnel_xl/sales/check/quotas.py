"""Rules about the table Quotas: a row that can't be used, or that stands there twice."""

from collections.abc import Iterator

from ..owners import owners
from ..quota_table import MEASURES, QuotaRow, quotas_of
from .rule import Breach, Facts, rule


def _rows(facts: Facts, problem: str) -> Iterator[QuotaRow]:
    """The rows that don't count for this reason; "": those that do."""
    return (row for row in quotas_of(facts) if row.problem == problem)


@rule("quota.period_unread", "warning", "period")
def period_unread(facts: Facts) -> Iterator[Breach]:
    for row in _rows(facts, "period_unread"):
        yield Breach(-1, where=row.where("period"), value=row.where.cell("period"), owner=row.owner)


@rule("quota.measure_unknown", "warning", "measure")
def measure_unknown(facts: Facts) -> Iterator[Breach]:
    allowed = tuple(f"measure.{measure}" for measure in MEASURES)
    for row in _rows(facts, "measure_unknown"):
        yield Breach(-1, {"allowed_words": allowed}, row.where("measure"), row.where.cell("measure"), owner=row.owner)


@rule("quota.value_missing", "warning", "value")
def value_missing(facts: Facts) -> Iterator[Breach]:
    for row in _rows(facts, "value_missing"):
        yield Breach(-1, _named(row), row.where("value"), row.where.cell("value"), owner=row.owner)


@rule("quota.double", "warning", "value")
def double(facts: Facts) -> Iterator[Breach]:
    """The first of two quotas for one owner, period and measure counts."""
    for row in _rows(facts, "double"):
        first = row.first.where("value") if row.first else "-"
        yield Breach(-1, _named(row) | {"first": first}, row.where("value"), row.where.cell("value"), owner=row.owner)


@rule("quota.no_deals", "note", "owner")
def no_deals(facts: Facts) -> Iterator[Breach]:
    """An owner with a quota and without a deal: new, or spelt in another way."""
    unknown = {row.key: row for row in reversed([*_rows(facts, "")]) if row.key and owners(facts).find(row.owner) < 0}
    for row in reversed(unknown.values()):
        yield Breach(-1, where=row.where("owner"), value=row.owner, owner=row.owner)


def _named(row: QuotaRow) -> dict:
    whose = "quota.of_owner" if row.owner else "quota.of_team"
    return {"whose_word": whose, "period": row.period.name if row.period else "-", "measure_word": f"measure.{row.measure}"}
