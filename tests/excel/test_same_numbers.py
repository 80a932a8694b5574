"""One test over all: a cell, a closed workbook and an open one give the same numbers, to the last digit."""

import csv
import datetime as dt
from collections.abc import Sequence

import numpy as np
import pytest

from funnel_xl.build.demo import demo_tables
from funnel_xl.excel import functions as cell
from funnel_xl.excel.catalogue import COLUMNS
from funnel_xl.sales.answers import Answers, answer
from funnel_xl.sales.conversion import period_ratios
from funnel_xl.sales.deals import read_deals
from funnel_xl.sales.fields import COMPANIONS
from funnel_xl.sales.grid import Sheet, Source, Table
from funnel_xl.sheets import describe
from funnel_xl.sheets.reports import REPORTS
from funnel_xl.wording import words

AS_OF = dt.date(2026, 3, 18)
BESIDE = ("History", "Quotas", "Payments", "Settings", "Actions", "Buyers")     # as many as the function takes
Rows = list[list[object]]


@pytest.fixture(scope="module")
def team() -> dict[str, Rows]:
    """The demo team's tables as Excel hands them over: headings, then cells."""
    said, tables = words("en"), demo_tables(AS_OF, "en", 1976)
    found = {}
    for name in ("Deals", "Stages", *BESIDE):
        fields = list(dict.fromkeys(key for row in tables[name] for key in row)) if name == "Deals" else list(COMPANIONS[name])
        heads = [said.get(f"field.{field}" if name == "Deals" else f"field.{name.lower()}.{field}", field) for field in fields]
        found[name] = [heads, *([_cell(row.get(field)) for field in fields] for row in tables[name])]
    return found


def _cell(value: object) -> object:
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    return float(value) if isinstance(value, int) else value


def closed(tables: dict[str, Rows], as_of: dt.date = AS_OF) -> Answers:
    """The answers for the same tables in a closed workbook."""
    sheets = {name: Sheet(name, rows) for name, rows in tables.items()}
    listed = {name: (Table(name, 1, len(rows), 1, len(rows[0])),) for name, rows in tables.items()}
    return answer(read_deals(Source("Team.xlsx", "Team.xlsx", tuple(sheets), listed, sheets.__getitem__), as_of), as_of)


def numbers(cells: Sequence[object]) -> list[object]:
    """Cells of a described table as they are spilled: nothing else is done to a number than to make it Excel's."""
    def one(value: object) -> object:
        if value is None or value != value:
            return ""
        if isinstance(value, (np.datetime64, dt.date)):
            return str(value)[:10]
        return float(value) if isinstance(value, (int, float, np.number)) and not isinstance(value, bool) else str(value)
    return [one(value) for value in cells]


def tables_of(sheet: describe.Sheet) -> list[describe.Table]:
    return [block for block in sheet.blocks if isinstance(block, describe.Table)]


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_in_a_cell_says_what_the_closed_file_says(team, name):
    sheet = REPORTS[name](closed(team), "en")
    given = (name, team["Deals"], team["Stages"], dt.datetime.combine(AS_OF, dt.time()))
    beside = [team[each] for each in BESIDE]
    said = tables_of(sheet)
    assert said, "the demo gives every report something to say"
    for table in said:
        spilled = cell.FUNNEL_REPORT(*given, table.name, *beside)
        assert spilled[0] == [column.heading for column in table.columns]
        for at, column in enumerate(table.columns):
            found = [row[at] for row in spilled[1:1 + table.rows]]
            assert numbers(found) == numbers(column.values), (table.name, column.heading)
    whole = cell.FUNNEL_REPORT(*given, "", *beside)
    assert [row[0] for row in whole].count(sheet.title) >= 1 and len({len(row) for row in whole}) == 1


def test_every_other_function_says_what_the_closed_file_says(team):
    answers, day = closed({name: team[name] for name in ("Deals", "Stages")}), dt.datetime.combine(AS_OF, dt.time())
    deals, stages, summary = team["Deals"], team["Stages"], answers.summary
    columns = cell.FUNNEL_COLUMNS(deals, stages, day)
    for name in ("score", "probability", "weighted", "days_in_stage"):
        at = list(COLUMNS).index(name)
        assert [row[at] for row in columns[1:]] == numbers(answers.computed[name])
    assert [row[:4] for row in cell.FUNNEL_SUMMARY(deals, stages, day)[1:-1]] == [
        [line.label, float(line.deals), *numbers([line.amount, line.weighted])] for line in summary.stages]
    by_base = {"entered": [each.rate for each in summary.passages], "resolved": [each.resolved_rate for each in summary.passages],
               "period": period_ratios(answers.facts)}
    for base, rates in by_base.items():
        found = cell.FUNNEL_CONVERSION(deals, stages, base)[1:len(summary.passages) + 1]
        assert [row[4] for row in found] == numbers(rates)
    at = {heading: place for place, heading in enumerate(deals[0])}
    names, amounts = ([[row[at[heading]]] for row in deals[1:]] for heading in ("Stage", "Expected amount"))
    assert cell.FUNNEL_WINRATE(names, stages) == summary.win_rate_count
    assert cell.FUNNEL_WINRATE(names, stages, amounts) == summary.win_rate_value
    factors = float(summary.open.deals), summary.average_won, summary.win_rate_count, summary.cycle_days
    assert cell.FUNNEL_VELOCITY(*factors) == summary.velocity


@pytest.mark.parametrize("name", REPORTS)
def test_of_eight_thousand_real_deals_both_say_the_same_too(shared, name):
    with (shared / "data" / "maven_crm" / "sales_pipeline.csv").open(encoding="utf-8", newline="") as lines:
        rows = [[text or None for text in row] for row in csv.reader(lines)]
    stages = [["Stage", "Kind"], ["Prospecting", "open"], ["Engaging", "open"], ["Won", "won"], ["Lost", "lost"]]
    sheet = REPORTS[name](closed({"Deals": rows, "Stages": stages}, dt.date(2017, 12, 31)), "en")
    for table in tables_of(sheet):
        spilled = cell.FUNNEL_REPORT(name, rows, stages, dt.datetime(2017, 12, 31), table.name)
        for at, column in enumerate(table.columns):
            assert numbers([row[at] for row in spilled[1:1 + table.rows]]) == numbers(column.values), (table.name, column.heading)
