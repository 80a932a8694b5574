"""A small team's deals for the pack's tests, and answers about any deals that a test types."""

import datetime as dt
from collections.abc import Sequence

from funnel_xl.sales.answers import Answers, answer
from funnel_xl.sales.deals import read_deals
from funnel_xl.sales.grid import Sheet, Source, Table

AS_OF = dt.date(2026, 3, 31)
HEADER = ["id", "account", "owner", "stage", "amount", "probability", "close date", "created", "fund", "competition", "red flags",
          "Framework"]
# Every branch once: each placement, overdue, no date, no amount, won, lost, unknown stage, unread cell, text like a formula.
TEAM = [
    ["D-1", "Riverside Hospital", "Anna", "Proposal", 1_200_000, 0.5, "2026-04-20", "2026-01-05", 0.99, 0.75, None, "A7"],
    ["D-2", "敏盛醫院", "Anna", "Proposal", 800_000, 0.25, "2026-06-30", "2026-01-20", 0.75, 0.75, "Pricing", "A7"],
    ["D-3", "=1+1 Clinic", "Anna", "Lead", 100_000, 0.1, "2026-12-31", "2026-02-01", 0.25, 0.25, '=HYPERLINK("http://x","y")', None],
    ["D-4", "童綜合醫院", "Bo", "Proposal", None, 0.5, "2026-05-31", "2026-02-10", 0.75, 0.50, None, None],
    ["D-5", "Harbour Clinic", "Bo", "Lead", 400_000, 0.2, "2026-02-28", "2025-11-30", 0.75, 0.50, None, 12.5],
    ["D-6", "Lakeshore", "Bo", "Lead", 50_000, 0.1, None, "2026-03-01", 0.50, 0.50, None, None],
    ["D-7", "Old Mill", "Bo", "Won", 600_000, 1, "2026-01-15", "2025-10-07", None, None, None, None],
    ["D-8", "Kingsway", "Anna", "Won", 200_000, 1, "2026-03-01", "2025-12-01", None, None, None, None],
    ["D-9", "Whitmore", "Anna", "Lost", 400_000, 0, "2026-02-01", "2025-10-01", None, None, None, None],
    ["D-10", "Stonebridge", "", "Proposl", 300_000, 0.5, "2026-05-15", "2026-02-20", 0.75, 0.75, None, None],
    ["D-11", "Fairview", "Bo", "Proposal", "ask Bo", 0.5, "2026-04-30", "2026-03-02", 0.75, 0.99, None, dt.datetime(2026, 1, 2)],
    ["D-12", "Ashdown", "Anna", "Lead", 250_000, 0.4, "2026-08-15", "2026-03-15", 0.75, 0.25, None, None],
]
STAGES = [["stage", "kind", "probability", "placement"], ["Lead", "open", 0.2, "above"], ["Proposal", "open", 0.5, "in"],
          ["Won", "won", 1, None], ["Lost", "lost", 0, None]]


def answers(deals: Sequence[Sequence[object]] = TEAM, header: Sequence[str] = HEADER,
            stages: Sequence[Sequence[object]] | None = STAGES, **given: object) -> Answers:
    """What the product says about these deals; `given` are settings, such as a quota."""
    tables = {"Deals": [header, *deals]} | ({"Stages": stages} if stages else {})
    sheets = {name: Sheet(name, [list(row) for row in rows]) for name, rows in tables.items()}
    listed = {name: (Table(name, 1, len(rows), 1, len(rows[0])),) for name, rows in tables.items()}
    source = Source("Team.xlsx", "Team.xlsx", tuple(tables), listed, sheets.__getitem__)
    return answer(read_deals(source, AS_OF), AS_OF, given=given)
