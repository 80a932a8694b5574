"""How long deals stay in stages: plain mean, Kaplan and Meier, split advice, stalled deals; worked by hand."""

import csv
import datetime as dt
import statistics

import numpy as np
import pytest

from funnel_xl.book.team import Request
from funnel_xl.book.team import answers_of as answers_of_file
from funnel_xl.sales.answers import Answers
from funnel_xl.sales.dwell import Dwell, dwells, outlived, stalled_deals, survival
from funnel_xl.sales.velocity import Cycle, cycles, velocities
from tests.sales.tables import answers_of, book

STAGES = [["stage", "kind", "stall days"], ["Lead", "open", 30], ["Negotiation", "open", 15], ["Won", "won", None], ["Lost", "lost", None]]
DEALS = ["Deal ID", "Account", "Stage", "Amount", "Created", "Stage entered", "Close date", "Owner"]


def answers(deals: list, history: list = (), stages: list = STAGES) -> Answers:
    """As of 31 March 2026."""
    sheets = {"Deals": [DEALS, *deals], "Stages": stages} | ({"History": [["Deal ID", "Stage", "Entered"], *history]} if history else {})
    return answers_of(book(sheets))


def deal(number: int, stage: str, amount: float | None = 1, created: str | None = None, entered: str | None = None,
         close: str | None = None, owner: str = "Ann") -> list:
    return [f"D-{number}", f"Customer {number}", stage, amount, created, entered, close, owner]


def test_a_published_sample_gives_its_published_product_limits():
    """Weeks of remission under 6-MP (Freireich and others 1963), 9 of 21 ended: the median is 23; S(23) = 0.448, so 80 % is not reached."""
    ended, goes_on = [6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    found = survival(np.array([*ended, *goes_on], float), np.array([False] * len(ended) + [True] * len(goes_on)))
    assert found.median == 23 and np.isnan(found.p80) and np.isnan(found.mean)


def test_by_hand_a_stay_that_goes_on_counts_among_those_at_risk_on_its_last_day():
    # Ended 2, 4, 4, 8, 10; going on 4+, 6+. S(2) = 6/7, S(4) = 6/7 x 4/6 = 4/7 (4+ is at risk on day 4), S(8) = 4/7 x 1/2 = 2/7, S(10) = 0.
    found = survival(np.array([2, 4, 4, 8, 10, 4, 6], float), np.array([False] * 5 + [True] * 2))
    assert (found.median, found.p80) == (8, 10)
    assert found.mean == pytest.approx(2 * 1 + 2 * 6 / 7 + 4 * 4 / 7 + 2 * 2 / 7)


def test_without_stays_that_go_on_it_is_the_sample_itself():
    found = survival(np.array([1, 2, 3, 4, 10], float), np.zeros(5, bool))
    assert (found.mean, found.median, found.p80) == (pytest.approx(4), 3, 4)
    # Half of four have ended on the second day; a product of fractions must not miss it by a rounding error.
    assert survival(np.array([1, 2, 3, 4], float), np.zeros(4, bool)).median == 2


@pytest.mark.parametrize("days", [[], [5.0, 7.0]])
def test_nothing_is_reached_where_no_stay_has_ended(days):
    assert all(np.isnan(number) for number in vars(survival(np.array(days), np.ones(len(days), bool))).values())


def of(found: Answers, stage: str) -> Dwell:
    return next(each for each in dwells(found) if each.stage == stage)


def test_the_plain_mean_counts_stays_that_go_on_with_what_they_have_lasted():
    found = answers(
        [deal(1, "Won", close="2026-03-01"), deal(2, "Negotiation"), deal(3, "Lost", close="2026-02-11")],
        [["D-1", "Lead", "2026-01-01"], ["D-1", "Negotiation", "2026-02-01"],        # 31 days, then 28
         ["D-2", "Lead", "2026-03-01"], ["D-2", "Negotiation", "2026-03-21"],        # 20 days, then 10 so far
         ["D-3", "Lead", "2026-02-01"]])                                             # 10 days to the loss
    lead, talks = of(found, "Lead"), of(found, "Negotiation")
    assert (lead.stays, lead.going_on, lead.left_out, lead.mean) == (3, 0, 0, pytest.approx(61 / 3))
    assert (talks.stays, talks.going_on, talks.mean, talks.limit, talks.split) == (2, 1, 19, 15, True)
    assert (talks.survival.median, talks.survival.p80) == (28, 28) and talks.few      # 10+ is cut off before anything ends
    assert talks.survival.mean == 28


def test_a_stage_is_to_be_split_when_its_mean_is_strictly_above_its_limit():
    fifteen = [deal(1, "Negotiation", entered="2026-03-16"), deal(2, "Negotiation", entered="2026-03-16")]
    assert (of(answers(fifteen), "Negotiation").mean, of(answers(fifteen), "Negotiation").split) == (15, False)
    more = [fifteen[0], deal(2, "Negotiation", entered="2026-03-15")]
    assert (of(answers(more), "Negotiation").mean, of(answers(more), "Negotiation").split) == (15.5, True)


def test_stays_without_days_are_left_out_and_counted():
    found = answers([deal(1, "Negotiation", entered="2026-03-21"), deal(2, "Negotiation"), deal(3, "Won", close="2026-03-01")])
    lead, talks = of(found, "Lead"), of(found, "Negotiation")
    assert (lead.stays, lead.left_out) == (0, 3) and np.isnan(lead.mean) and not lead.split
    assert (talks.stays, talks.going_on, talks.left_out, talks.mean) == (1, 1, 2, 10)


def test_stalled_deals_come_dearest_first_and_strictly_beyond_the_limit():
    found = answers([deal(1, "Negotiation", 100, entered="2026-03-16"),      # 15 days: at the limit
                     deal(2, "Negotiation", 100, entered="2026-03-15"), deal(3, "Lead", 900, entered="2026-02-01"),
                     deal(4, "Lead", None, entered="2026-01-01"), deal(5, "Won", 999, entered="2025-01-01", close="2025-06-01")])
    stalled = stalled_deals(found)
    assert (stalled.row.tolist(), stalled.days.tolist(), stalled.limit.tolist()) == ([2, 1, 3], [58, 16, 89], [30, 15, 30])
    assert stalled.amount == 1000


def test_a_history_tells_since_when_a_deal_stands_where_its_own_column_does_not():
    found = answers([deal(1, "Negotiation"), deal(2, "Negotiation", entered="2026-03-30"), deal(3, "Lead")],
                    [["D-1", "Lead", "2026-01-01"], ["D-1", "Negotiation", "2026-03-11"], ["D-2", "Negotiation", "2026-03-01"]])
    assert found.facts.days_in_stage[:2].tolist() == [20, 1] and np.isnan(found.facts.days_in_stage[2])
    assert stalled_deals(found).row.tolist() == [0]


def test_open_deals_older_than_any_closed_one_are_one_line():
    closed = [deal(number, "Won", created="2026-01-01", close="2026-01-31") for number in range(30)]
    found = answers([*closed, deal(90, "Lead", created="2026-03-01"), deal(91, "Lead", created="2026-02-28")])
    assert outlived(found) == (1, 30, 30)           # 30 days are not more than 30
    assert outlived(answers([deal(1, "Lead", created="2020-01-01")])) == (0, 0, 0)


def test_a_cycle_runs_from_created_to_closed_and_a_missing_date_is_left_out():
    found = answers([deal(1, "Won", created="2026-01-01", close="2026-01-11"), deal(2, "Won", created="2026-01-01", close="2026-01-31"),
                     deal(3, "Lost", created="2026-01-01", close="2026-01-06"), deal(4, "Won", close="2026-01-06")])
    won, lost, both = cycles(found)
    assert won == Cycle("won", 2, 1, 20, 20, 26)        # 80 % of the way from 10 to 30
    assert lost == Cycle("lost", 1, 0, 5, 5, 5)
    assert (both.deals, both.left_out, both.mean, both.median) == (3, 1, 15, 10)


def test_velocity_is_open_deals_times_average_won_times_win_rate_over_cycle():
    found = answers([deal(1, "Won", 100, "2026-01-01", close="2026-01-11", owner="Ann"),
                     deal(2, "Won", 300, "2026-01-01", close="2026-01-31", owner="Ann"),
                     deal(3, "Lost", 50, "2026-01-01", close="2026-01-06", owner="Ann"),
                     deal(4, "Lead", 10, owner="Ann"), deal(5, "Lead", 10, owner="Bo"), deal(6, "Lost", 10, owner="Bo"),
                     deal(7, "Lead", 10, owner="")])
    (whole,) = velocities(found)
    assert (whole.open, whole.average_won, whole.win_rate, whole.cycle_days) == (3, 200, 0.5, 20)
    assert whole.per_day == 3 * 200 * 0.5 / 20 == found.summary.velocity
    ann, bo, nobody = velocities(found, "owner")
    assert (ann.label, ann.per_day, ann.closed, ann.few) == ("Ann", pytest.approx(1 * 200 * (2 / 3) / 20), 3, True)
    assert (bo.label, bo.win_rate, bo.open) == ("Bo", 0, 1) and np.isnan(bo.per_day)
    assert nobody.label == "" and np.isnan(nobody.win_rate)


def test_no_deals_have_no_stays_no_cycle_and_no_velocity():
    found = answers([])
    assert [(each.stays, each.left_out) for each in dwells(found)] == [(0, 0), (0, 0)]
    assert [each.deals for each in cycles(found)] == [0, 0, 0] and velocities(found, "owner") == ()
    assert np.isnan(velocities(found)[0].per_day) and np.isnan(stalled_deals(found).amount)


def test_all_lost_has_a_cycle_but_no_velocity():
    found = answers([deal(1, "Lost", 50, "2026-01-01", close="2026-01-06"), deal(2, "Lead")])
    (whole,) = velocities(found)
    assert (whole.win_rate, cycles(found)[1].mean) == (0, 5) and np.isnan(whole.per_day)


def test_mavens_cycles_by_owner_are_those_that_a_count_finds(shared):
    path = shared / "data" / "maven_crm" / "sales_pipeline.csv"
    found, _ = answers_of_file(Request(path, dt.date(2017, 12, 31)))
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    days: dict[str, dict[str, list[int]]] = {"Won": {}, "Lost": {}}
    for row in rows:
        if row["deal_stage"] in days:
            closed, engaged = (dt.datetime.strptime(row[name], "%m/%d/%Y") for name in ("close_date", "engage_date"))
            days[row["deal_stage"]].setdefault(row["sales_agent"], []).append((closed - engaged).days)
    won, lost = ([day for each in days[kind].values() for day in each] for kind in ("Won", "Lost"))
    assert [(each.deals, each.mean, each.median) for each in cycles(found)[:2]] == [
        (len(each), pytest.approx(statistics.mean(each)), statistics.median(each)) for each in (won, lost)]
    assert cycles(found)[0].p80 == statistics.quantiles(won, n=5, method="inclusive")[3]
    agents = {each.label: each for each in velocities(found, "owner")}
    assert agents.keys() == {row["sales_agent"] for row in rows}
    for name, each in agents.items():
        mine = [row for row in rows if row["sales_agent"] == name]
        amounts = [float(row["close_value"]) for row in mine if row["deal_stage"] == "Won"]
        opened = sum(row["deal_stage"] in ("Prospecting", "Engaging") for row in mine)
        rate = len(amounts) / (len(amounts) + sum(row["deal_stage"] == "Lost" for row in mine))
        expected = opened * statistics.mean(amounts) * rate / statistics.mean(days["Won"][name]) if amounts else None
        assert each.per_day == pytest.approx(expected) if expected is not None else np.isnan(each.per_day)
    assert outlived(found) == (1291, 138, 6711)


def test_olgas_cycles_are_its_own_column_of_cycle_days(shared):
    path = shared / "data" / "olga_synth" / "opportunities.csv"
    found, _ = answers_of_file(Request(path, dt.date(2025, 6, 30)))
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for each, outcome in zip(cycles(found), ("Closed Won", "Closed Lost"), strict=False):
        days = [int(row["sales_cycle_days"]) for row in rows if row["stage"] == outcome]
        assert (each.deals, each.mean, each.median) == (len(days), pytest.approx(statistics.mean(days)), statistics.median(days))
