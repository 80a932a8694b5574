"""Roll-ups worked by hand, counted once more from real files in plain Python, and equal to the summary whatever the deals say."""

import csv
import datetime as dt
import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funnel_xl.book.team import Request
from funnel_xl.book.team import answers_of as answers_of_file
from funnel_xl.sales.answers import Answers
from funnel_xl.sales.breakdown import MOST_GROUPS, Group, Rollup, dimensions, matrix, rollup, rollups
from tests.sales.tables import answers_of, book

STAGES = [["stage", "kind", "probability", "placement"], ["Lead", "open", 0.1, "above"], ["Quote", "open", 0.5, "in"],
          ["Deal", "open", 0.8, "best few"], ["Won", "won", None, None], ["Lost", "lost", None, None], ["Renewal", "post", None, None]]
HEADER = ["Account", "Stage", "Amount", "Created", "Close date", "Territory", "Product"]
DEALS = [
    ["A", "Lead", 100, "2026-01-01", "2026-12-31", "North", "Monitor"],          # 10 of 100, Above
    ["B", "Quote", 200, "2026-01-01", "2026-04-30", "north ", "monitor"],        # 100 of 200, In
    ["C", "Deal", 400, "2026-01-01", "2026-04-30", "NORTH", "Scanner"],          # 320 of 400, Best Few by stage and date
    ["J", "Lead", 10, "2026-01-01", "2026-12-31", "North", "Monitor"],           # 1 of 10
    ["G", "Lead", 50, "2026-01-01", None, None, "Ventilator"],                   # 5 of 50
    ["D", "Won", 300, "2026-01-01", "2026-02-10", "South", "Monitor"],           # 40 days, in the quarter
    ["E", "Won", 500, "2025-01-01", "2025-01-21", "South", "Scanner"],           # 20 days, long ago
    ["H", "Won", None, None, None, "South", None],
    ["F", "Lost", 600, "2026-01-01", "2026-02-01", "South", "Monitor"],
    ["I", "Lost", 50, "2026-01-01", "2026-02-01", "ＮＯＲＴＨ", "Monitor"],
    ["K", "Renewal", 70, "2026-01-01", None, "South", "Monitor"],                # after the sale: in no line
]


def team(deals: list = DEALS, header: list = HEADER, **asked: object) -> Answers:
    return answers_of(book({"Deals": [header, *deals], "Stages": STAGES}), **asked)


def said(group: Group) -> tuple:
    """A line without its interval, empty where a number is not known."""
    numbers = (group.open_deals, group.open_amount, group.weighted, group.best_few, group.won_deals, group.won_amount, group.period_deals,
               group.period_amount, group.lost_deals, group.lost_amount, group.win_rate, group.average_won, group.cycle_days)
    return group.label, *(None if math.isnan(number) else round(number, 6) for number in numbers)


def test_each_line_of_a_territory_is_what_a_hand_adds_up():
    found = rollup(team(), "territory")
    assert [said(group) for group in found.groups] == [
        # 800 of won money stand above 710 of open; 3 won of 4 closed; (300 + 500) / 2; (40 + 20) / 2
        ("South", 0, None, None, None, 3, 800, 1, 300, 1, 600, 0.75, 400, 30),
        # 100 + 200 + 400 + 10; 10 + 100 + 320 + 1
        ("North", 4, 710, 431, 320, 0, None, 0, None, 1, 50, 0, None, None),
        ("", 1, 50, 5, None, 0, None, 0, None, 0, None, None, None, None)]


def test_the_interval_of_a_win_rate_is_wilsons():
    """3 of 4: (0.75 + 1.96^2/8 -+ 1.96 sqrt(0.75 * 0.25 / 4 + 1.96^2 / 64)) / (1 + 1.96^2 / 4) = 0.301 and 0.954."""
    south = rollup(team(), "territory").groups[0]
    assert (round(south.low, 3), round(south.high, 3)) == (0.301, 0.954)
    blank = rollup(team(), "territory").groups[-1]
    assert math.isnan(blank.low) and math.isnan(blank.high) and blank.closed_deals == 0


def test_a_group_is_called_as_most_of_its_deals_spell_it():
    assert [group.label for group in rollup(team(), "territory").groups] == ["South", "North", ""]
    assert [group.label for group in rollup(team(), "product").groups] == ["Scanner", "Monitor", "Ventilator", ""]


def test_the_quotas_period_decides_what_was_won_in_it():
    answers = team(given={"quota": 1000.0, "quota_period": "2025-Q1"})
    assert answers.facts.period.name == "2025-Q1"
    assert rollup(answers, "territory").groups[0].period_amount == 500      # E, closed on 2025-01-21
    assert team().facts.period.name == "2026-Q1"                     # the as-of date's quarter


def test_a_column_that_says_nothing_is_no_dimension():
    assert dimensions(team()) == ("territory", "product")
    assert dimensions(team([[*deal[:5], None, "-"] for deal in DEALS])) == ()


def test_many_groups_are_a_few_lines_and_the_others_as_one():
    deals = [[f"A{n}", "Won", 1000 + n, None, "2026-02-01", f"T{n}", "X"] for n in range(40)] + [["Z", "Lead", 5, None, None, None, "X"]]
    found = rollup(team(deals), "territory")
    assert len(found.groups) == MOST_GROUPS + 1
    assert [group.label for group in found.groups[:2]] == ["T39", "T38"]
    assert (found.groups[-2].label, found.groups[-2].summed, found.groups[-2].won_deals) == ("", 26, 26)
    assert found.groups[-2].won_amount == sum(1000 + n for n in range(26)) and found.groups[-1].open_deals == 1


def test_deals_in_a_currency_without_a_rate_count_and_are_in_no_sum():
    deals = [["A", "Won", 100, "EUR", "North"], ["B", "Won", 900, "JPY", "North"]]
    answers = answers_of(book({"Deals": [["Account", "Stage", "Amount", "Currency", "Territory"], *deals]}), given={"currency": "EUR"})
    north = rollup(answers, "territory").groups[0]
    assert (north.won_deals, north.won_amount, north.average_won) == (2, 100, 100)


@pytest.mark.parametrize("deals", [[], DEALS[:1], [DEALS[8]]], ids=["none", "one open", "one lost"])
def test_few_deals_give_few_lines_and_no_error(deals):
    answers = team(deals)
    assert [len(found.groups) for found in rollups(answers)] == [1] * (2 if deals else 0)
    assert (matrix(answers) is not None) == any(deal[1] == "Lead" for deal in deals)


def test_two_dimensions_at_once():
    found = matrix(team())
    assert (found.rows, found.columns, found.measure) == ("territory", "product", "weighted")
    assert (found.row_labels, found.column_labels) == (("North", ""), ("Scanner", "Monitor", "Ventilator"))
    assert found.cells.round(6).tolist() == [[320, 111, 0], [0, 0, 5]]       # 10 + 100 + 1


def test_a_matrix_without_money_counts_deals_and_sums_what_there_is_no_room_for():
    deals = [[f"A{n}", "Lead", None, None, None, f"T{n % 20}", f"P{n % 10}"] for n in range(100)]
    found = matrix(team(deals))
    assert found.measure == "deals" and found.cells.sum() == 100
    assert (len(found.row_labels), found.row_labels[-1], len(found.column_labels), found.column_labels[-1]) == (12, None, 7, None)


TEXT = st.one_of(st.sampled_from(["North", "north", " NORTH", "Ｎorth", "南區", "南 區", "", "-", "=1+1"]), st.text(max_size=6))
DEAL = st.tuples(TEXT, st.sampled_from(["Lead", "Quote", "Deal", "Won", "Lost", "Renewal", "Dreaming"]),
                 st.one_of(st.none(), st.integers(0, 10**9).map(lambda cents: cents / 100)), TEXT)


@settings(max_examples=60)
@given(st.lists(DEAL, min_size=1, max_size=40))
def test_every_roll_up_adds_up_to_the_summary_to_the_cent(deals):
    rows = [["A", stage, amount, "2026-01-01", "2026-02-01", territory, product] for territory, stage, amount, product in deals]
    answers = team(rows)
    for found in rollups(answers):
        assert_adds_up(found, answers)
        assert len(found.groups) <= MOST_GROUPS + 1
    crossed = matrix(answers)
    if crossed is not None and crossed.measure == "weighted":
        assert math.fsum(crossed.cells[np.isfinite(crossed.cells)]) == pytest.approx(answers.summary.open.weighted, abs=0.005)


def assert_adds_up(found: Rollup, answers: Answers) -> None:
    summary = answers.summary
    for name, line in (("open", summary.open), ("won", summary.won), ("lost", summary.lost)):
        assert sum(getattr(group, f"{name}_deals") for group in found.groups) == getattr(found.total, f"{name}_deals") == line.deals
        same_money([getattr(group, f"{name}_amount") for group in found.groups], getattr(found.total, f"{name}_amount"), line.amount)
    same_money([group.weighted for group in found.groups], found.total.weighted, summary.open.weighted)
    assert found.total.win_rate == summary.win_rate_count or math.isnan(summary.win_rate_count)
    assert found.total.cycle_days == pytest.approx(summary.cycle_days, nan_ok=True)
    assert found.total.average_won == pytest.approx(summary.average_won, nan_ok=True)


def same_money(parts: list[float], total: float, expected: float) -> None:
    """To the cent; not known where not one amount is."""
    known = [part for part in parts if not math.isnan(part)]
    assert bool(known) == (not math.isnan(expected))
    if known:
        assert math.fsum(known) == pytest.approx(expected, abs=0.005) and total == pytest.approx(expected, abs=0.005)


def real(shared, path: str, as_of: dt.date) -> tuple[Answers, list[dict[str, str]]]:
    file = shared / "data" / path
    answers, _ = answers_of_file(Request(file, as_of))
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return answers, list(csv.DictReader(lines))


def test_mavens_products_are_those_that_a_count_finds(shared):
    answers, rows = real(shared, "maven_crm/sales_pipeline.csv", dt.date(2017, 12, 31))
    won, lost, opened, quarter = (defaultdict(list) for _ in range(4))
    for row in rows:
        kinds = {"Won": won, "Lost": lost}
        kinds.get(row["deal_stage"], opened)[row["product"]].append(float(row["close_value"] or 0))
        if row["deal_stage"] == "Won" and dt.datetime.strptime(row["close_date"], "%m/%d/%Y") >= dt.datetime(2017, 10, 1):
            quarter[row["product"]].append(float(row["close_value"]))
    found = {group.label: group for group in rollup(answers, "product").groups}
    assert set(found) == {row["product"] for row in rows} and "GTXPro" in found     # as the team spells it, not "GTX Pro"
    for product, group in found.items():
        assert (group.won_deals, group.won_amount) == (len(won[product]), sum(won[product]))
        assert (group.open_deals, group.lost_deals) == (len(opened[product]), len(lost[product]))
        assert (group.period_deals, group.period_amount) == (len(quarter[product]), sum(quarter[product]))
    assert (found["GTXPro"].won_deals, found["GTXPro"].won_amount) == (729, 3_510_578)
    assert_adds_up(rollup(answers, "product"), answers)


def test_the_invented_deals_by_region_segment_source_and_both(shared):
    answers, rows = real(shared, "olga_synth/opportunities.csv", dt.date(2025, 6, 30))
    columns = {"territory": "region", "size": "segment", "source": "lead_source", "product": "product", "owner": "owner"}
    assert dimensions(answers) == ("territory", "source", "product", "size", "owner")
    for name, heading in columns.items():
        sums: dict[str, list[float]] = defaultdict(lambda: [0, 0.0, 0, 0.0, 0, 0.0])
        for row in rows:
            at = 0 if row["is_closed"] == "False" else 2 if row["is_won"] == "True" else 4
            sums[row[heading]][at] += 1
            sums[row[heading]][at + 1] += float(row["amount"])
        found = rollup(answers, name, 99)
        assert {group.label: [group.open_deals, group.open_amount, group.won_deals, group.won_amount, group.lost_deals, group.lost_amount]
                for group in found.groups} == dict(sums)
        assert_adds_up(found, answers)
    crossed, weighted = matrix(answers), answers.facts.weighted
    apac = crossed.cells[crossed.row_labels.index("APAC"), crossed.column_labels.index("Security Suite")]
    assert apac == pytest.approx(sum(weighted[at] for at, row in enumerate(rows) if row["is_closed"] == "False"
                                     and (row["region"], row["product"]) == ("APAC", "Security Suite")))
