"""Customers by phase of their journey and deals by step: by hand, for any deals, and on real files counted in plain Python."""

import csv
import datetime as dt
from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funnel_xl.book.team import Request
from funnel_xl.book.team import answers_of as answers_of_file
from funnel_xl.sales.answers import Answers
from funnel_xl.sales.customers import PHASES, Customers, biggest, customers, phases, steps
from tests.sales.tables import answers_of, book

STAGES = [["stage", "kind", "probability", "placement", "entry", "output"], ["Lead", "open", 0.1, "above", "Need known", "Lead sheet"],
          ["Quote", "open", 0.5, "in", "Budget asked for", "Quotation"], ["Deal", "open", 0.8, "best few", "Tender out", None],
          ["Won", "won", None, None, "Contract signed", None], ["Lost", "lost", None, None, None, None],
          ["Renewal", "post", None, None, None, None]]
HEADER = ["Deal ID", "Account", "Deal name", "Stage", "Amount", "Entered", "Close date"]
NOT_KNOWN = pytest.approx(float("nan"), nan_ok=True)
DEALS = [
    ["1", "Acme", None, "Lead", 100, "2026-03-20", "2026-12-31"],         # Above
    ["2", "ACME ", None, "Deal", 400, "2026-02-01", "2026-04-30"],        # the same customer: Best Few
    ["3", "acme", None, "Won", 50, None, "2025-05-05"],                   # and it has bought before
    ["4", "Bolt", None, "Quote", 200, "2026-03-02", "2026-09-01"],        # In by stage, five months away
    ["5", "Cord", None, "Won", 300, None, "2026-02-01"],                  # a customer
    ["6", "Cord", None, "Lost", 70, None, "2026-02-01"],
    ["7", "Dune", None, "Lost", 80, None, "2026-02-01"],                  # known by name only
    ["8", "Elm", None, "Renewal", 90, None, None],                        # after the sale: bought
    ["9", None, "Fir project", "Lead", 60, "2026-03-31", "2026-12-31"],   # counts by its name
    ["10", None, None, "Lead", 10, "2025-12-31", "2026-12-31"],           # and these two as themselves
    ["11", None, None, "Lost", 20, None, "2026-01-01"],
]


def team(deals: list = DEALS, header: list = HEADER, stages: list = STAGES, **sheets: list) -> Answers:
    return answers_of(book({"Deals": [header, *deals], "Stages": stages, **sheets}))


def found(answers: Answers) -> Customers:
    return customers(answers)


def test_every_customer_is_in_one_phase_that_of_its_most_advanced_open_deal():
    team_ = found(team())
    assert [name.casefold() for name in team_.names] == ["acme", "bolt", "cord", "dune", "elm", "fir project", "10", "11"]
    assert [PHASES[at] for at in team_.phase.tolist()] == [
        "best_few", "in", "customer", "universe", "customer", "above", "above", "universe"]
    assert team_.without_account == 3


def test_the_phases_say_how_many_and_who_bought_before():
    answers = team()
    by_phase = phases(answers, found(answers))
    assert [(each.phase, each.customers, each.repeat, each.open_deals, each.open_amount) for each in by_phase] == [
        ("universe", 2, 0, 0, 0), ("above", 2, 0, 2, 70), ("in", 1, 0, 1, 200),
        ("best_few", 1, 1, 2, 500),         # Acme, with both of its open deals; it bought in 2025
        ("customer", 2, 2, 0, 0)]
    assert [each.share for each in by_phase] == [2 / 8, 2 / 8, 1 / 8, 1 / 8, 2 / 8]
    assert by_phase[3].probability == pytest.approx((0.1 + 0.8) / 2) and by_phase[3].weighted == pytest.approx(10 + 320)


def test_deals_that_can_not_be_placed_are_a_phase_of_their_own():
    answers = team([["1", "Acme", None, "Dreaming", 5, None, None]])
    assert [each.phase for each in phases(answers, found(answers)) if each.customers] == ["none"]


def test_the_steps_say_deals_money_entries_the_oldest_and_what_leads_on():
    answers = team()
    by_step = steps(answers, found(answers))
    assert [(each.stage, each.customers, each.deals, each.amount, each.entered, each.oldest_days) for each in by_step] == [
        ("Lead", 2, 3, 170, 2, 90),      # 20 and 31 March are of the last 30 days; 31 December is 90 days ago; Acme stands further on
        ("Quote", 1, 1, 200, 1, 29),     # 2 March is the first of the 30 days to 31 March
        ("Deal", 1, 1, 400, 0, 58)]      # February has 28 days: 27 + 31
    assert [(each.output, each.next_entry) for each in by_step] == [
        ("Lead sheet", "Budget asked for"), ("Quotation", "Tender out"), ("", "Contract signed")]


def test_with_a_history_those_count_who_have_moved_on_again():
    history = [["Deal ID", "Stage", "Entered"], ["4", "Lead", "2026-03-10"], ["4", "Quote", "2026-03-20"], ["5", "Lead", "2026-03-25"]]
    answers = team([["4", "Bolt", None, "Quote", 200, None, None], ["5", "Cord", None, "Won", 1, None, "2026-03-28"]], History=history)
    by_step = steps(answers, found(answers))
    assert [(each.stage, each.deals, each.entered) for each in by_step] == [("Lead", 0, 2), ("Quote", 1, 1), ("Deal", 0, 0)]
    assert [each.oldest_days for each in by_step] == [NOT_KNOWN, 11, NOT_KNOWN]


def test_where_no_day_is_known_no_entry_is_made_up():
    answers = team([["4", "Bolt", None, "Quote", 200, None, None]])
    for each in steps(answers, found(answers)):
        assert each.entered != each.entered and each.oldest_days != each.oldest_days


def test_a_deal_whose_stage_is_unknown_is_in_no_step_and_yet_counted():
    answers = team([["1", "Acme", None, "Dreaming", 5, None, None], ["2", "Acme", None, "Lead", 7, None, None]])
    by_step = steps(answers, found(answers))
    assert [(each.stage, each.customers, each.deals) for each in by_step] == [("Lead", 1, 1), ("Quote", 0, 0), ("Deal", 0, 0), ("", 0, 1)]


def test_product_lines_have_steps_of_their_own_and_a_customer_stands_in_one():
    stages = [["stage", "kind", "line"], ["Talk", "open", "Pumps"], ["Visit", "open", "Valves"], ["Order", "open", "Valves"],
              ["Won", "won", None]]
    deals = [["1", "Acme", "Talk", "Pumps"], ["2", "Acme", "Order", "Valves"], ["3", "Bolt", "Talk", "Pumps"]]
    answers = answers_of(book({"Deals": [["Deal ID", "Account", "Stage", "Product"], *deals], "Stages": stages}))
    by_step = steps(answers, found(answers))
    assert [(each.line, each.stage, each.customers, each.deals) for each in by_step] == [
        ("Pumps", "Talk", 1, 2), ("Valves", "Visit", 0, 0), ("Valves", "Order", 1, 1)]


def test_the_biggest_come_first():
    team_ = found(team())
    assert [team_.open_amount[at] + team_.won_amount[at] for at in biggest(team_, 3).tolist()] == [550, 300, 200]


def test_no_deals_are_no_customers():
    answers = team([])
    assert found(answers).names == () and sum(each.customers for each in phases(answers, found(answers))) == 0


NAME = st.one_of(st.none(), st.sampled_from(["Acme", "ACME", "敏盛 醫院", "敏盛醫院", "-", "=1+1"]), st.text(max_size=5))
ROW = st.tuples(NAME, NAME, st.sampled_from(["Lead", "Quote", "Deal", "Won", "Lost", "Renewal", "Dreaming"]),
                st.sampled_from([None, "2026-01-01", "2026-05-01", "2026-12-31"]))


@settings(max_examples=60)
@given(st.lists(ROW, min_size=1, max_size=25))
def test_the_phases_add_up_to_all_customers_and_the_steps_to_all_open_deals(rows):
    answers = team([[f"D-{at}", account, name, stage, 10, None, close] for at, (account, name, stage, close) in enumerate(rows)])
    team_ = found(answers)
    by_phase, by_step = phases(answers, team_), steps(answers, team_)
    assert sum(each.customers for each in by_phase) == len(team_.names) == len(set(team_.of.tolist()))
    assert sum(each.open_deals for each in by_phase) == sum(each.deals for each in by_step) == answers.summary.open.deals
    assert sum(each.customers for each in by_step) == int((team_.open_deals > 0).sum())
    assert sum(each.customers for each in by_phase if each.phase not in ("universe", "customer")) == int((team_.open_deals > 0).sum())
    for at in range(len(team_.names)):      # each phase again, deal by deal
        mine = [row for row in range(len(rows)) if team_.of[row] == at]
        kinds = [answers.facts.kind[row] for row in mine]
        places = [int(answers.facts.placement.adopted[row]) for row in mine if answers.facts.is_open[row]]
        expected = max(places) if places else 3 if {"won", "post"} & set(kinds) else -2
        assert team_.phase[at] == expected


@pytest.mark.parametrize(("path", "as_of", "fields"), [
    ("maven_crm/sales_pipeline.csv", dt.date(2017, 12, 31), ("account", "deal_stage", "Won", "Lost", "close_value", "opportunity_id")),
    ("olga_synth/opportunities.csv", dt.date(2025, 6, 30), ("account_name", "stage", "Closed Won", "Closed Lost", "amount",
                                                           "opportunity_id")),
])
def test_real_customers_are_those_that_a_plain_count_finds(shared, path, as_of, fields):
    account, stage, won, lost, amount, id_ = fields
    with (shared / "data" / path).open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    answers, _ = answers_of_file(Request(shared / "data" / path, as_of))
    deals: dict[str, list[tuple[str, int, float]]] = defaultdict(list)
    for row, place in zip(rows, answers.computed["placement"].tolist(), strict=True):
        deals[row[account].strip().casefold() or f"#{row[id_]}"].append((row[stage], place, float(row[amount] or 0)))
    names = {2: "best_few", 1: "in", 0: "above", -1: "none"}
    expected: Counter[str] = Counter()
    for mine in deals.values():
        places = [place for step, place, _ in mine if step not in (won, lost)]
        expected[names[max(places)] if places else "customer" if any(step == won for step, _, _ in mine) else "universe"] += 1
    team_ = found(answers)
    assert len(team_.names) == len(deals)
    assert {each.phase: each.customers for each in phases(answers, team_) if each.customers} == dict(expected)
    bought = max(sum(money for step, _, money in mine if step == won) for mine in deals.values())
    assert team_.won_amount.max() == bought
    by_step = steps(answers, team_)
    opened = Counter(row[stage] for row in rows if row[stage] not in (won, lost))
    assert {each.stage: each.deals for each in by_step if each.deals} == opened
