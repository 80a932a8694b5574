"""Real deals of others, counted once more in plain Python: Maven's 8,800, 6,000 invented ones, a workbook, two CRM databases."""

import csv
import datetime as dt
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from funnel_xl.book.team import Request, answers_of
from funnel_xl.errors import FunnelError
from funnel_xl.sales.answers import Answers
from tests.sales.tables import codes, say_all, those

MAVEN_DAY = dt.date(2017, 12, 31)
OLGA_DAY = dt.date(2025, 6, 30)


def read(path: Path, as_of: dt.date) -> Answers:
    answers, _ = answers_of(Request(path, as_of))
    say_all((*answers.findings, *answers.notes))
    return answers


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module", params=[("maven_crm", "%m/%d/%Y"), ("maven_crm_mit", "%d-%m-%Y")], ids=["M/D/YYYY", "DD-MM-YYYY"])
def maven(request, shared) -> tuple[Answers, list[dict[str, str]], str]:
    """Maven's deals in both date orders: answers, plain rows, and the pattern of the dates."""
    folder, pattern = request.param
    path = shared / "data" / folder / "sales_pipeline.csv"
    return read(path, MAVEN_DAY), rows_of(path), pattern


def test_mavens_won_lost_and_open_deals_are_those_that_a_count_finds(maven):
    answers, rows, _ = maven
    count = Counter(row["deal_stage"] for row in rows)
    won = sum(float(row["close_value"]) for row in rows if row["deal_stage"] == "Won")
    summary = answers.summary
    assert (summary.deals, summary.won.deals, summary.lost.deals) == (len(rows), count["Won"], count["Lost"]) == (8800, 4238, 2473)
    assert (summary.won.amount, summary.average_won) == (won, pytest.approx(won / 4238)) and won == 10_005_534
    assert {line.label: line.deals for line in summary.stages} == dict(count)
    assert (summary.win_rate_count, summary.win_rate_all) == (pytest.approx(4238 / 6711), pytest.approx(4238 / 8800))


def test_mavens_cycle_is_the_mean_of_days_from_engaging_to_closing(maven):
    answers, rows, pattern = maven
    days = [(dt.datetime.strptime(row["close_date"], pattern) - dt.datetime.strptime(row["engage_date"], pattern)).days
            for row in rows if row["deal_stage"] == "Won"]
    assert answers.summary.cycle_days == pytest.approx(sum(days) / len(days))


def test_mavens_open_deals_that_outlived_every_closed_one_are_found(maven):
    """1,291 of 1,589 in Engaging are older than 138 days, the longest from engaging to closing."""
    answers, rows, pattern = maven

    def days(row: dict[str, str], until: dt.datetime) -> int:
        return (until - dt.datetime.strptime(row["engage_date"], pattern)).days

    longest = max(days(row, dt.datetime.strptime(row["close_date"], pattern)) for row in rows if row["close_date"])
    today = dt.datetime.combine(MAVEN_DAY, dt.time())
    old = [index for index, row in enumerate(rows) if row["deal_stage"] == "Engaging" and days(row, today) > longest]
    found = those(answers, "age.beyond_history")
    assert (longest, len(old)) == (138, 1291)
    assert sorted(finding.row for finding in found) == old and {finding.details["longest"] for finding in found} == {138}


def test_mavens_blank_accounts_are_found_at_their_lines(maven):
    answers, rows, _ = maven
    blank = [f"sales_pipeline.csv line {line}" for line, row in enumerate(rows, 2) if not row["account"]]
    found = those(answers, "account.missing")
    assert len(blank) == 1425 and sorted(finding.where for finding in found) == sorted(blank)


def test_mavens_open_deals_without_amount_or_date_are_found_and_no_other(maven):
    answers, rows, _ = maven
    opened = sum(row["deal_stage"] in ("Prospecting", "Engaging") for row in rows)
    errors = Counter(finding.code for finding in answers.findings if finding.severity == "error")
    assert errors == {"amount.missing": opened, "close_date.missing": opened, "account.missing": 1425} and opened == 2089


def test_mavens_lost_deals_at_zero_say_nothing_of_the_rate_by_value(maven):
    answers = maven[0]
    assert "lost.no_amounts" in codes(answers) and answers.summary.win_rate_value != answers.summary.win_rate_value


def test_mavens_stages_are_proposed_prospecting_before_engaging(maven):
    answers = maven[0]
    assert answers.stages_from == "proposed" and [stage.name for stage in answers.stages] == ["Prospecting", "Engaging", "Won", "Lost"]


@pytest.fixture(scope="module")
def olga(shared) -> tuple[Answers, list[dict[str, str]]]:
    path = shared / "data" / "olga_synth" / "opportunities.csv"
    return read(path, OLGA_DAY), rows_of(path)


def test_six_thousand_invented_deals_add_up(olga):
    answers, rows = olga
    by_stage: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        by_stage[row["stage"]].append(float(row["amount"]))
    lines = {line.label: (line.deals, line.amount) for line in answers.summary.stages if line.deals}
    assert lines == {stage: (len(amounts), sum(amounts)) for stage, amounts in by_stage.items()}
    won, lost = sum(by_stage["Closed Won"]), sum(by_stage["Closed Lost"])
    assert answers.summary.win_rate_value == pytest.approx(won / (won + lost))
    cycles = [float(row["sales_cycle_days"]) for row in rows if row["is_won"] == "True"]
    assert answers.summary.cycle_days == pytest.approx(sum(cycles) / len(cycles))


def test_the_invented_deals_pass_from_stage_to_stage_as_their_lost_stage_says(olga):
    """Cohorts by hand: an open deal entered all stages up to its own, a lost one up to where it was lost, a won one all."""
    answers, rows = olga
    steps = ["Prospecting", "Qualification", "Proposal", "Negotiation"]
    assert {row["stage"] for row in rows} <= {*steps, "Closed Won", "Closed Lost"}
    reached = [len(steps) if row["stage"] == "Closed Won" else steps.index(row["lost_at_stage"] or row["stage"]) for row in rows]
    entered = [sum(far >= at for far in reached) for at in range(len(steps) + 1)]
    found = {each.stage: each for each in answers.summary.passages}
    for at, step in enumerate(steps):
        assert (found[step].entered, found[step].here) == (entered[at], sum(row["stage"] == step for row in rows))
    assert found["Negotiation"].passed == entered[-1] and answers.summary.passages_left_out == 0


def test_the_invented_deals_columns_travel_along(olga):
    answers, rows = olga
    assert answers.deals.carried["sales_cycle_days"] == [row["sales_cycle_days"] for row in rows]


def test_the_workbook_of_seventeen_deals(shared):
    """Won 65 + 65 + 7 + 100 thousand, declined 35 + 35 + 65; the accounts are numbers, their names stand beside them."""
    answers = read(shared / "data" / "pbpython" / "salesfunnel.xlsx", dt.date(2026, 3, 31))
    assert (answers.summary.won.deals, answers.summary.won.amount) == (4, 237_000)
    assert (answers.summary.lost.deals, answers.summary.lost.amount) == (3, 135_000)
    assert (answers.summary.open.deals, answers.summary.open.amount) == (10, 150_000)
    assert answers.deals.table["account"][0] == "Trantow-Barrows" and set(answers.deals.carried) == {"Account", "Manager"}
    kinds = {stage.name: stage.kind for stage in answers.stages}
    assert kinds == {"presented": "open", "pending": "open", "won": "won", "declined": "lost"}


def test_opportunities_out_of_a_salesforce_database(shared):
    """Stages are hashes: the flags is_won and is_closed say what they are; a chance of 1000 is none."""
    path = shared / "data" / "dbt_salesforce" / "sf_opportunity_data.csv"
    answers, rows = read(path, dt.date(2018, 12, 19)), rows_of(path)
    won = [row for row in rows if row["is_won"] == "true"]
    lost = [row for row in rows if row["is_closed"] == "true" and row["is_won"] == "false"]
    assert (answers.summary.won.deals, answers.summary.lost.deals, answers.summary.deals) == (len(won), len(lost), len(rows)) == (5, 4, 10)
    assert answers.summary.won.amount == sum(float(row["amount"]) for row in won if row["amount"])
    assert answers.summary.open.weighted == pytest.approx(210_000 * 0.65)
    assert [finding.value for finding in those(answers, "share.out_of_range")] == ["1000"]
    late = [row["id"] for row in rows if row["close_date"][:10] < row["created_date"][:10]]
    assert [answers.deals.table["id"][finding.row] for finding in those(answers, "close_date.before_created")] == late


def test_deals_out_of_a_hubspot_database(shared):
    """Whatever its API left empty is missing, deal by deal; nothing is lost."""
    path = shared / "data" / "dbt_hubspot" / "deal_data.csv"
    answers, rows = read(path, dt.date(2021, 1, 31)), rows_of(path)
    assert answers.deals.table["id"].tolist() == [row["deal_id"] for row in rows]
    assert [str(day)[:10] for day in answers.deals.table["created"]] == [row["property_createdate"][:10] for row in rows]
    assert len(those(answers, "owner.missing")) == sum(not row["owner_id"] for row in rows)
    assert answers.stages_from == "none" and answers.summary.open.deals == len(rows)


@pytest.mark.parametrize("name", [
    "maven_crm/accounts.csv", "maven_crm/products.csv", "maven_crm/sales_teams.csv", "maven_crm/data_dictionary.csv",
    "dbt_hubspot/deal_stage_data.csv", "dbt_hubspot/deal_pipeline_stage_data.csv", "dbt_hubspot/merged_deal_data.csv",
    "dbt_hubspot/deal_property_history_data.csv", "dbt_salesforce/sf_opportunity_history_data.csv",
    "dbt_salesforce/sf_opportunity_line_item_data.csv",
])
def test_a_file_that_holds_no_deals_is_read_or_refused_with_a_sentence(shared, name):
    try:
        read(shared / "data" / name, dt.date(2021, 1, 31))
    except FunnelError as error:
        assert "no header of a deals table" in str(error) or "both claim" in str(error)
