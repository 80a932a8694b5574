"""What the workbook's formulas give on the day that it is made, so that readers who don't calculate see true values.

Asked of the functions that Excel will ask, with the cells that it will hand over.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from ..excel.catalogue import COLUMNS
from ..sales.fields import COMPANIONS
from ..sales.stage import stage_table
from ..wording import words
from .contents import Contents, Row
from .sheets.deals import typed_columns

Rows = list[list[object]]
DAYS_A_MONTH = 365 / 12


@dataclass(frozen=True)
class Computed:
    """Answers of the functions, as they spill."""

    columns: Rows               # with its headings
    tiers: Rows
    summary: Rows
    conversion: Rows
    ideal: Rows
    funnel: list[Row]           # one row an open stage: stage, deals, weighted, probability, months
    target: float               # quota of the period
    average_order: float        # of won deals, or as the settings say; NaN: nothing is won yet
    period: str
    period_months: float

    def column(self, name: str) -> list[object]:
        """One computed column of every deal."""
        at = list(COLUMNS).index(name)
        return [row[at] for row in self.columns[1:]]

    def shown(self) -> Rows:
        """The computed columns as the sheet Deals shows them: with the tiers by the team's own limits."""
        at = list(COLUMNS).index("tier")
        return [[*row[:at], own[0] if row[at] != "" else "", *row[at + 1:]] for row, own in zip(self.columns[1:], self.tiers, strict=True)]


def compute(contents: Contents) -> Computed:
    """All that the workbook's formulas give."""
    from ..excel import functions  # 1 s: xlwings brings pandas along

    text = words(contents.language)
    deals = _range([column.field for column, _ in typed_columns()], "field.", contents.tables["Deals"], text)
    stages = _range(list(COMPANIONS["Stages"]), "field.stages.", contents.tables["Stages"], text)
    as_of = _cell(contents.as_of)
    columns = functions.FUNNEL_COLUMNS(deals, stages, as_of)
    place = {name: at for at, name in enumerate(COLUMNS)}
    tiers = _spilled(functions.FUNNEL_TIER(
        _column([row.get("amount") for row in contents.tables["Deals"]] or [None]),
        _column([row[place["probability"]] for row in columns[1:]]),
        contents.settings.get("small"), contents.settings.get("big"), _column([row[place["placement"]] for row in columns[1:]])))
    summary = functions.FUNNEL_SUMMARY(deals, stages, as_of)
    funnel = _funnel(contents.tables["Stages"], summary)
    period, period_months = _period(contents)
    target, average_order = _target(contents, period), _average_order(contents)
    ideal = [[""]]
    if target and average_order == average_order:
        ideal = functions.FUNNEL_IDEAL(target, average_order, _column([row["probability"] for row in funnel]),
                                       _column([row["months"] for row in funnel]), period_months)
    return Computed(columns, tiers, summary, functions.FUNNEL_CONVERSION(deals, stages), ideal, funnel, target, average_order, period,
                    period_months)


def _range(fields: Sequence[str], prefix: str, rows: Sequence[Row], text: dict[str, str]) -> Rows:
    """A table as Excel hands its cells over; a table without rows has an empty one."""
    return [[text[prefix + name] for name in fields], *([_cell(row.get(name)) for name in fields] for row in rows or [{}])]


def _cell(value: object) -> object:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _column(values: Sequence[object]) -> object:
    """One column as Excel hands it over: a single cell is no list."""
    cells = [_cell(value) if value != "" else None for value in values]
    return cells[0] if len(cells) == 1 else [[cell] for cell in cells]


def _spilled(answer: object) -> Rows:
    return answer if isinstance(answer, list) else [[answer]]


def _kinds(stages: Sequence[Row]) -> list[str]:
    """Whether each stage is open, won, lost or after the sale."""
    return [stage.kind for stage in stage_table(stages, "en")]


def _funnel(stages: Sequence[Row], summary: Rows) -> list[Row]:
    """The open stages with what stands in them."""
    lines = {line[0]: line for line in summary[1:-1]}
    found = []
    for stage, kind in zip(stages, _kinds(stages), strict=True):
        if kind == "open":
            line = lines.get(stage["stage"], ["", 0.0, "", ""])
            days = stage.get("expected_days")
            found.append({"stage": stage["stage"], "deals": line[1], "weighted": line[3] or 0.0, "probability": stage["probability"],
                          "months": days / DAYS_A_MONTH if days else 1.0})
    return found


def _period(contents: Contents) -> tuple[str, float]:
    """The quarter of the as-of date in the fiscal year, or the period of the settings, and its months."""
    chosen = str(contents.settings.get("quota_period") or "")
    if chosen:
        return chosen, 3.0 if "Q" in chosen.upper() else 1.0 if len(chosen) > 4 else 12.0
    day, first = contents.as_of, int(contents.settings["fiscal_first_month"])
    return f"{day.year - (day.month < first)}-Q{(day.month - first) % 12 // 3 + 1}", 3.0


def _target(contents: Contents, period: str) -> float:
    quota = contents.settings.get("quota")
    if quota:
        return float(quota)
    return float(sum(row["value"] for row in contents.tables["Quotas"] if row["period"] == period))


def _average_order(contents: Contents) -> float:
    if contents.settings.get("average_order"):
        return float(contents.settings["average_order"])
    stages = contents.tables["Stages"]
    won = {stage["stage"] for stage, kind in zip(stages, _kinds(stages), strict=True) if kind == "won"}
    amounts = [deal["amount"] for deal in contents.tables["Deals"] if deal["stage"] in won and deal.get("amount")]
    return sum(amounts) / len(amounts) if amounts else float("nan")
