"""The tables beside the deals: stages, people, rivals, notes, actions, money, targets, and what the team has settled."""

from ...sales.fields import COMPANIONS
from .pen import Pen
from .rules import allow
from .tables import WIDE, WIDTHS, Column, Row, draw_head, draw_table, heading_key

RARE = ("Payments", "Quotas", "LeadScore", "Accepted", "Rates", "Holidays")     # hidden until the button More sheets shows them
OWN_RULES = {
    ("Stages", "kind"): "kind", ("Stages", "placement"): "placement", ("Stages", "entry_rule"): "entry_rule",
    ("Buyers", "types"): "types", ("Notes", "kind"): "note_kind",
    ("Quotas", "measure"): "measure", ("Rates", "currency"): "currency",
}


def companion_columns(table: str) -> list[Column]:
    """The columns of one companion table."""
    return [Column(name, kind, heading_key(table, name), WIDE.get(name, WIDTHS[kind]), _rule(table, name, kind))
            for name, kind in COMPANIONS[table].items()]


def _rule(table: str, name: str, kind: str) -> str:
    if name == "deal":
        return "deal"
    return OWN_RULES.get((table, name), kind)


def draw_companion(pen: Pen, table: str, rows: list[Row]) -> None:
    """Draw one companion table on its sheet."""
    columns = companion_columns(table)
    draw_head(pen, table, 1)
    first, last = draw_table(pen, table, columns, rows)
    for at, column in enumerate(columns):
        allow(pen, column.rule, first, at, last)
