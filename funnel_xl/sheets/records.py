"""Answers as plain records for programs: what --json prints."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from ..sales.answers import Answers, Line
from ..sales.finding import Finding, message
from ..sales.stage import PLACEMENTS, Stage
from ..sales.stages_file import ReadStages
from ..sales.whatif import WhatIf
from .describe import Figures, Heading, Sheet, Table
from .numbers import cell


def _line(line: Line, name: str) -> dict[str, object]:
    return {name: line.label, "deals": line.deals, "amount": cell(line.amount), "weighted": cell(line.weighted)}


def summary_record(answers: Answers) -> dict[str, object]:
    """The funnel's numbers; money in the base currency, rates as fractions, null where a figure has no base."""
    summary = answers.summary
    return {
        "as_of": answers.as_of.isoformat(),
        "source": answers.deals.source,
        "currency": answers.currency or None,
        "stages_from": answers.stages_from,
        "deals": summary.deals,
        "stages": [_line(line, "stage") | {"kind": line.kind, "line": line.line or None} for line in summary.stages],
        "placements": [_line(line, "placement") for line in summary.placements],
        "owners": [_line(line, "owner") for line in summary.owners],
        "months": [_line(line, "month") for line in summary.months],
        "open": _closed(summary.open) | {"weighted": cell(summary.open.weighted)},
        "won": _closed(summary.won),
        "lost": _closed(summary.lost),
        "win_rate": {"count": cell(summary.win_rate_count), "value": cell(summary.win_rate_value), "all": cell(summary.win_rate_all)},
        "average_won": cell(summary.average_won),
        "cycle_days": cell(summary.cycle_days),
        "velocity": cell(summary.velocity),
        "weighted": cell(summary.open.weighted),
        "conversion": [
            {"stage": each.stage, "line": line.line or None}
            | {"entered": each.entered, "passed": each.passed, "here": each.here, "rate": cell(each.rate)}
            for each, line in zip(summary.passages, (line for line in summary.stages if line.kind == "open"), strict=True)
        ],
        "conversion_left_out": summary.passages_left_out,
        "quota": {
            "period": summary.quota_period or None,
            "quota": cell(summary.quota),
            "won": cell(summary.quota_won),
            "coverage": cell(summary.coverage),
            "required_coverage": cell(summary.required_coverage),
            "forecast_coverage": cell(summary.forecast_coverage),
        },
    }


def _closed(line: Line) -> dict[str, object]:
    return {"deals": line.deals, "amount": cell(line.amount)}


def check_record(answers: Answers, words: dict[str, str]) -> dict[str, object]:
    """All findings, dearest first, all notes, and what the team accepted."""
    return {
        "as_of": answers.as_of.isoformat(),
        "source": answers.deals.source,
        "deals": len(answers.deals.table),
        "findings": [_finding(each, words) for each in answers.findings],
        "notes": [_finding(each, words) for each in answers.notes],
        "accepted": [_finding(each, words) | {"reason": reason} for each, reason in answers.accepted],
    }


def stages_record(stages: Sequence[Stage]) -> list[dict[str, object]]:
    """Stages as a Stages table has them, in words of the program; null where a cell would be empty."""
    names = ("probability", "expected_days", "stall_days", "least_conversion")
    return [
        {
            "stage": stage.name,
            "key": stage.key or None,
            "kind": stage.kind,
            "placement": PLACEMENTS[stage.placement] if stage.placement >= 0 else None,
            **{name: cell(getattr(stage, name)) for name in names},
            **{name: getattr(stage, name) or None for name in ("entry", "action", "output", "entry_rule", "line")},
        }
        for stage in stages
    ]


def stages_check_record(read: ReadStages, words: dict[str, str]) -> dict[str, object]:
    """The stages of a file, and what is wrong with them."""
    found = {name: [_finding(each, words) for each in getattr(read, name)] for name in ("findings", "notes")}
    return {"source": read.source, "deals": read.deals, "stages": stages_record(read.stages), **found}


def _finding(finding: Finding, words: dict[str, str]) -> dict[str, object]:
    value = finding.value
    if isinstance(value, float) and not math.isfinite(value):
        value = None
    return {
        "code": finding.code,
        "severity": finding.severity,
        "where": finding.where,
        "column": finding.column,
        "value": value if isinstance(value, (str, int, float, bool)) or value is None else str(value),
        "owner": finding.owner,
        "stake": cell(finding.stake),
        "message": message(finding, words),
    }


def whatif_record(
    answers: Answers, plans: Sequence[WhatIf], before: Sequence[WhatIf], changed: Mapping[str, float]
) -> dict[str, object]:
    """What one lever alone must become, by each way to reckon; null where it can't be said."""
    return {
        "as_of": answers.as_of.isoformat(),
        "source": answers.deals.source,
        "currency": answers.currency or None,
        "set": dict(changed),
        "models": [
            {
                "model": plan.model,
                "measure": plan.measure,
                "goal": plan.goal,
                "before": cell(was.now) if was.measure == plan.measure else None,
                "now": cell(plan.now),
                "gap": cell(plan.gap),
                "levers": [
                    {
                        "lever": each.name,
                        "now": cell(each.now),
                        "from": each.source or None,
                        "needed": cell(each.needed),
                        "change": cell(each.change),
                        "possible": None if math.isnan(each.needed) else each.possible,
                    }
                    for each in plan.levers
                ],
            }
            for plan, was in zip(plans, before, strict=True)
        ],
    }


def sheet_record(sheet: Sheet) -> dict[str, object]:
    """A described sheet: its figures by their labels, and each of its tables as rows by heading; numbers whole, dates as ISO."""
    tables = {block.name: _rows(block) for block in sheet.blocks if isinstance(block, Table)}
    return {"title": sheet.title, "subtitle": sheet.subtitle, "figures": _figures(sheet), "tables": tables}


def _figures(sheet: Sheet) -> dict[str, object]:
    """Figures by their labels; where several parts of a sheet have one of that label, behind the heading of the part: "Service: Quota"."""
    heading, found = "", []
    for block in sheet.blocks:
        heading = block.text if isinstance(block, Heading) else heading
        found += [(heading, each) for each in block.figures] if isinstance(block, Figures) else []
    count = Counter(each.label for _, each in found)
    return {f"{part}: {each.label}" if count[each.label] > 1 else each.label: _plain(each.value) for part, each in found}


def _rows(table: Table) -> list[dict[str, object]]:
    columns = [[_plain(value) for value in column.values] for column in table.columns]
    names = [column.heading for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(value: object) -> object:
    """A cell as JSON has it; null where it is empty."""
    if value is None or value != value:
        return None
    if isinstance(value, np.generic) and not isinstance(value, np.datetime64):
        value = value.item()
    return value if isinstance(value, (str, int, float, bool)) else str(value)[:10]
