"""Quota attainment, worked by hand; and that owners, others and the team add up, whatever the deals."""

import csv
import datetime as dt
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funnel_xl.book.team import Request
from funnel_xl.book.team import answers_of as answers_of_file
from funnel_xl.sales.answers import Answers
from funnel_xl.sales.quota_table import MEASURES
from funnel_xl.sales.quotas import Attainment, money_quota, roll_ups
from tests.sales.tables import answers_of, book, codes, those

DEALS = [["Deal ID", "Account", "Owner", "Stage", "Amount", "Probability", "Close date", "Created", "Lead entered", "Margin"]]
STAGES = [["stage", "kind", "probability"], ["Lead", "open", 0.1], ["Offer", "open", 0.5], ["Won", "won", None], ["Lost", "lost", None]]
QUOTAS = ["owner", "period", "measure", "value"]
# The first quarter of 2026 as of 2026-02-10.
DAY = dt.date(2026, 2, 10)
TEAM = [
    ["D-1", "A", "Anna", "Won", 100, None, "2026-01-01", "2025-11-30", None, 0.5],
    ["D-2", "B", "Anna", "Won", 50, None, "2026-02-10", "2026-01-05", None, None],
    ["D-3", "C", "anna", "Won", 999, None, "2025-12-31", "2025-10-01", None, 0.5],      # before the quarter
    ["D-4", "D", "Anna", "Offer", 80, 0.5, "2026-03-31", "2026-02-01", None, 0.25],     # due: 40
    ["D-5", "E", "Anna", "Offer", 60, 0.5, "2026-02-09", None, "2026-01-31", None],     # due and overdue: 30
    ["D-6", "F", "Anna", "Offer", 70, 0.5, "2026-04-01", None, None, None],             # the next quarter's
    ["D-7", "G", "Bo", "Won", None, None, "2026-01-20", "2026-01-01", None, None],      # won, amount not known
    ["D-8", "H", "Bo", "Lost", 500, None, "2026-01-20", "2025-12-31", "2026-01-01", None],
    ["D-9", "I", "Bo", "Offer", None, 0.25, "2026-03-01", "2026-02-02", None, None],
    ["D-10", "J", "", "Won", 30, None, "2026-01-31", None, None, 1.0],                   # nobody's
]


def attainments(answers: Answers) -> tuple[Attainment, ...]:
    """Of every row of Quotas that counts, by measure and period; in each the team's own first, then owners by name."""
    return tuple(each for one in roll_ups(answers) for each in (*((one.typed,) if one.typed else ()), *one.owners))


def team(quotas: list, deals: list = TEAM, as_of: dt.date = DAY, **tables: list) -> Answers:
    return answers_of(book({"Deals": DEALS + deals, "Stages": STAGES, "Quotas": [QUOTAS, *quotas], **tables}), as_of)


def of(answers: Answers, owner: str, measure: str = "money") -> Attainment:
    found = [each for each in attainments(answers) if (each.owner, each.measure) == (owner, measure)]
    assert len(found) == 1
    return found[0]


def test_an_owners_quota_against_what_was_won_in_the_period():
    anna = of(team([["ANNA", "2026-Q1", "money", 200]]), "Anna")
    assert (anna.quota, anna.achieved, anna.share, anna.gap) == (200, 150, 0.75, 50)       # 100 + 50: both days of its ends count
    assert (anna.weighted, anna.overdue) == (70, 30)                                        # 80/2 + 60/2, the second was due yesterday
    assert (anna.forecast, anna.forecast_share) == (220, 1.1)
    assert anna.unknown == 0 and anna.known


def test_a_quota_that_is_reached_needs_nothing_more():
    anna = of(team([["Anna", "2026-Q1", "money", 150]]), "Anna")
    assert (anna.share, anna.gap, anna.needed) == (1, 0, 0)


def test_the_deals_that_are_needed_are_the_gap_by_the_average_order_rounded_up():
    # The orders won: 100, 50, 999, 30; on average 294.75. A gap of 590 is 2.002 of them.
    assert of(team([["Anna", "2026-Q1", "money", 740]]), "Anna").needed == 3
    assert of(team([["Anna", "2026-Q1", "money", 740]], Settings=[["setting", "value"], ["average_order", 295]]), "Anna").needed == 2
    nothing_won = [["D-1", "A", "Anna", "Offer", 100, None, "2026-03-01", None, None, None]]
    assert math.isnan(of(team([["Anna", "2026-Q1", "money", 740]], nothing_won), "Anna").needed)


def test_deals_leads_and_margin_are_counted_each_in_its_way():
    answers = team([["Anna", "2026-Q1", "deals", 5], ["Anna", "2026-Q1", "leads", 3], ["Anna", "2026-Q1", "margin", 100],
                    ["Bo", "2026-Q1", "新線索", 4]])
    deals, leads, margin = (of(answers, "Anna", measure) for measure in ("deals", "leads", "margin"))
    assert (deals.achieved, deals.needed, deals.weighted, deals.forecast) == (2, 3, 1, 3)      # two chances of one half
    assert (leads.achieved, leads.needed) == (3, 0)        # D-2, D-4 by created, D-5 by its entry; D-1 came before
    assert math.isnan(leads.weighted) and math.isnan(leads.forecast_share)
    assert (margin.achieved, margin.unknown, margin.weighted) == (50, 1, 10)       # 100 x 0.5; D-2's margin is not known; 80 x 0.25 / 2
    # Gross profit of an order: 100 x 0.5, 999 x 0.5, 30 x 1; on average 193.17. A gap of 50 is less than one of them.
    assert margin.needed == 1
    assert of(answers, "Bo", "leads").achieved == 2        # D-7, D-9; D-8 was created in December, whenever it was entered


def test_the_settings_margin_stands_for_deals_without_their_own():
    margin = of(team([["Anna", "2026-Q1", "margin", 100]], Settings=[["setting", "value"], ["margin", 0.2]]), "Anna", "margin")
    assert (margin.achieved, margin.unknown) == (60, 0)        # 100 x 0.5 + 50 x 0.2


def test_where_no_won_amount_is_known_nothing_is_made_up():
    bo = of(team([["Bo", "2026-Q1", "money", 200]]), "Bo")
    assert math.isnan(bo.achieved) and math.isnan(bo.share) and math.isnan(bo.gap) and math.isnan(bo.needed) and bo.unknown == 1


def test_who_has_won_nothing_has_reached_zero():
    answers = team([["Cy", "2026-Q1", "money", 200]])
    cy = of(answers, "Cy")
    assert (cy.achieved, cy.share, cy.gap, cy.known) == (0, 0, 200, False)
    assert [each.value for each in those(answers, "quota.no_deals")] == ["Cy"]


def test_the_elapsed_share_counts_the_as_of_date_itself():
    anna = of(team([["Anna", "2026-Q1", "money", 900]]), "Anna")
    assert anna.elapsed == pytest.approx(41 / 90)      # 31 days of January, 10 of February; the quarter has 90
    assert anna.elapsed_workdays == pytest.approx(29 / 64)     # Monday to Friday: 22 and 7 of 22, 20, 22
    assert (anna.expected, anna.pace) == (pytest.approx(900 * 29 / 64), pytest.approx(150 / (900 * 29 / 64)))
    holiday = of(team([["Anna", "2026-Q1", "money", 900]], Holidays=[["date", "name"], ["2026-02-10", "a day off"]]), "Anna")
    assert holiday.elapsed_workdays == pytest.approx(28 / 63)


@pytest.mark.parametrize(("period", "share", "workdays"), [("2025-Q4", 1, 1), ("2026-Q2", 0, 0), ("2026-02", 10 / 28, 7 / 20)])
def test_a_past_period_is_over_and_a_coming_one_has_not_begun(period, share, workdays):
    anna = of(team([["Anna", period, "money", 900]]), "Anna")
    assert (anna.elapsed, anna.elapsed_workdays) == (pytest.approx(share), pytest.approx(workdays))


def test_what_was_due_in_a_past_period_will_not_be_won_in_it():
    late = [["D-1", "A", "Anna", "Offer", 80, 0.5, "2025-12-31", None, None, None]]
    past = of(team([["Anna", "2025-Q4", "money", 900]], late), "Anna")
    assert (past.weighted, past.forecast) == (0, 0)


def test_before_the_first_working_day_there_is_no_pace():
    assert math.isnan(of(team([["Anna", "2026-Q2", "money", 900]]), "Anna").pace)


def test_quotas_of_the_fiscal_year_run_from_its_first_month():
    anna = of(team([["Anna", "2025-Q4", "money", 900]], Settings=[["setting", "value"], ["fiscal_first_month", 4]]), "Anna")
    assert anna.achieved == 150        # January to March 2026


def test_the_team_is_the_sum_of_its_owners_against_what_everybody_won():
    roll_up, = roll_ups(team([["Bo", "2026-Q1", None, 50], ["Anna", "2026-Q1", None, 200]]))
    assert [each.owner for each in roll_up.owners] == ["Anna", "Bo"]
    assert (roll_up.total.quota, roll_up.total.achieved, roll_up.total.unknown) == (250, 180, 1)
    assert (roll_up.others.achieved, roll_up.team) == (30, roll_up.total)      # D-10 has no owner
    assert math.isnan(roll_up.others.quota) and math.isnan(roll_up.others.share) and roll_up.typed is None


@pytest.mark.parametrize("name", ["", "Team", "團隊"])
def test_a_quota_typed_for_the_team_stands_beside_the_sum_of_its_owners(name):
    answers = team([[name, "2026-Q1", "money", 300], ["Anna", "2026-Q1", "money", 200]])
    roll_up, = roll_ups(answers)
    assert (roll_up.typed.quota, roll_up.total.quota, roll_up.team.quota) == (300, 200, 300)
    assert roll_up.typed.achieved == roll_up.total.achieved == 180
    assert (answers.settings.quota, answers.summary.quota) == (300, 300)       # and is not added to it
    assert (money_quota(answers).quota, money_quota(answers, "Anna").quota) == (300, 200)
    assert [each.owner for each in attainments(answers)] == ["", "Anna"]


def test_of_two_quotas_for_the_same_the_first_counts_everywhere():
    answers = team([["Anna", "2026-Q1", "money", 200], ["anna", "Q1 2026", "Revenue", 70]])
    assert [each.quota for each in attainments(answers)] == [200]
    assert answers.summary.quota == 200 and codes(answers).count("quota.double") == 1


def test_rows_that_can_not_be_used_are_found_and_left_out():
    answers = team([["Anna", "soon", "money", 1], ["Anna", "2026-Q1", "smiles", 1], ["Anna", "2026-Q1", "money", None],
                    ["Bo", "2026-Q1", "money", -5], ["Cy", "2026-Q1", "money", "a lot"]])
    assert attainments(answers) == () and money_quota(answers) is None
    assert [code for code in codes(answers) if code.startswith("quota.")] == [
        "quota.period_unread", "quota.measure_unknown", "quota.value_missing", "quota.value_missing"]
    assert [each.where for each in those(answers, "money.unread")] == ["Quotas!D6"]    # said once, not twice


def test_numbers_of_deals_are_no_money_whatever_the_heading_and_the_rows_around():
    rows = [["owner", "period", "measure", "销售任务(万元)"], *(["Anna", f"2026-{month:02}", "deals", 3] for month in range(1, 12)),
            ["Anna", "2026-Q1", "money", 300]]
    answers = answers_of(book({"Deals": DEALS + TEAM, "Stages": STAGES, "Quotas": rows}), DAY)
    assert [each.quota for each in attainments(answers)] == [3_000_000, *[3] * 11]
    assert "money.unlikely" not in codes(answers)


def test_the_quota_in_force_is_the_settings_periods_then_the_quarters_then_the_shortest():
    quotas = [["Anna", "2026", "money", 9], ["Anna", "2026-Q1", "money", 3], ["Anna", "2026-02", "money", 1], ["Bo", "2026", "money", 8],
              ["Bo", "2026-02", "money", 2], ["Cy", "2025", "money", 5]]

    def named(owner: str, *setting: str) -> str:
        quota = money_quota(team(quotas, Settings=[["setting", "value"], ["quota_period", *(setting or [None])]]), owner)
        return quota.period.name if quota else ""

    assert [named("Anna"), named("Anna", "2026"), named("Anna", "2026-H1")] == ["2026-Q1", "2026", "2026-02"]
    assert [named("bo"), named("Bo", "2026"), named("Cy"), named("Dee")] == ["2026-02", "2026", "", ""]


def test_the_teams_quota_can_come_from_the_command_line_alone():
    answers = answers_of(book({"Deals": DEALS + TEAM, "Stages": STAGES}), DAY, given={"quota": 360, "quota_period": "2026-Q1"})
    assert (money_quota(answers).share, money_quota(answers).period.name, money_quota(answers, "Anna")) == (0.5, "2026-Q1", None)


def test_without_quotas_and_without_deals_there_is_nothing():
    answers = answers_of(book({"Deals": DEALS, "Stages": STAGES}), DAY)
    assert (attainments(answers), money_quota(answers)) == ((), None)
    assert of(team([["Anna", "2026-Q1", "money", 9]], []), "Anna").achieved == 0


def test_the_team_of_the_quota_sheet_is_that_of_the_funnel_sheet():
    answers = team([["Anna", "2026-Q1", "money", 200], ["Cy", "2026-Q1", "money", 100]])
    quota = money_quota(answers)
    assert (quota.quota, quota.achieved, quota.forecast_share) == (
        answers.summary.quota, answers.summary.quota_won, pytest.approx(answers.summary.forecast_coverage))


DATES = st.dates(dt.date(2025, 11, 1), dt.date(2026, 5, 31)).map(str)
ROW = st.tuples(st.sampled_from(["Anna", "Bo", "Cy", ""]), st.sampled_from(["Lead", "Offer", "Won", "Lost"]),
                st.one_of(st.none(), st.integers(1, 1000)), st.one_of(st.none(), DATES), DATES, st.sampled_from([None, 0.25, 0.5]))


@settings(max_examples=60, deadline=None)
@given(st.lists(ROW, max_size=25), st.lists(st.sampled_from(["Anna", "Bo", "Dee"]), unique=True, min_size=1))
def test_owners_and_others_add_up_to_the_team(rows, owners):
    deals = [[f"D-{n}", f"A{n}", owner, stage, amount, None, close, created, None, margin]
             for n, (owner, stage, amount, close, created, margin) in enumerate(rows)]
    quotas = [[owner, "2026-Q1", measure, 100] for owner in owners for measure in MEASURES]
    for roll_up in roll_ups(team(quotas, deals)):
        parts = (*roll_up.owners, roll_up.others)
        for name in ("achieved", "unknown", "weighted", "overdue"):
            numbers = [getattr(part, name) for part in parts]
            if name in ("weighted", "overdue") and roll_up.measure == "leads":
                continue
            assert sum(number for number in numbers if number == number) == pytest.approx(_or_zero(getattr(roll_up.total, name)))
        assert roll_up.total.quota == 100 * len(owners)


def _or_zero(number: float) -> float:
    return 0 if math.isnan(number) else number


def test_mavens_sellers_reached_what_a_count_finds(shared, tmp_path):
    """Quota 100,000 for the fourth quarter of 2017 each: won value by agent, counted in plain Python."""
    path = shared / "data" / "maven_crm" / "sales_pipeline.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    won: dict[str, float] = {}
    for row in rows:
        if row["deal_stage"] == "Won" and row["close_date"].split("/")[0] in ("10", "11", "12"):
            won[row["sales_agent"]] = won.get(row["sales_agent"], 0.0) + float(row["close_value"])
    from openpyxl import Workbook

    made = Workbook()
    for title, cells in (("Deals", [list(rows[0]), *([_number(cell) for cell in row.values()] for row in rows)]),
                         ("Quotas", [QUOTAS, *([agent, "2017-Q4", "money", 100_000] for agent in won)])):
        sheet = made.create_sheet(title)
        for row in cells:
            sheet.append(row)
    del made["Sheet"]
    made.save(tmp_path / "maven.xlsx")
    answers, _ = answers_of_file(Request(tmp_path / "maven.xlsx", dt.date(2017, 12, 31)))
    assert {each.owner: each.achieved for each in attainments(answers)} == won
    assert money_quota(answers).achieved == sum(won.values())


def _number(cell: str) -> object:
    return float(cell) if cell.replace(".", "").isdigit() else cell or None
