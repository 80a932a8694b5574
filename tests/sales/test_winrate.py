"""Win rates by group: their bases by hand, and Maven's and the invented deals' counted once more from the files."""

import csv
import datetime as dt
import math
from collections import Counter
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from scipy.stats import chi2

from funnel_xl.book.team import Request
from funnel_xl.book.team import answers_of as answers_of_file
from funnel_xl.sales.answers import Answers
from funnel_xl.sales.winrate import Group, by_dimension, dimensions, total
from tests.sales.tables import answers_of, book

HEADER = ["Deal ID", "Account", "Owner", "Product", "Stage", "Amount"]
STAGES = [["stage", "kind"], ["Lead", "open"], ["Won", "won"], ["Lost", "lost"]]


def team(*deals: tuple) -> Answers:
    rows = [[f"D-{number}", f"Customer {number}", *deal] for number, deal in enumerate(deals, 1)]
    return answers_of(book({"Deals": [HEADER, *rows], "Stages": STAGES}))


def by_name(groups: tuple[Group, ...]) -> dict[str, Group]:
    return {group.name: group for group in groups}


def test_each_win_rate_stands_on_its_own_base():
    whole = total(team(("Anna", "X", "Won", 100), ("Anna", "X", "Lost", 300), ("Bo", "X", "Won", 100), ("Bo", "X", "Lead", 900)).facts)
    assert (whole.by_count.value, whole.by_count.of) == (2 / 3, 3)       # 2 won, 1 lost
    assert (whole.by_value.value, whole.by_value.of) == (200 / 500, 500)
    assert (whole.of_all.value, whole.of_all.of) == (2 / 4, 4)


@pytest.mark.parametrize(("deals", "by_value"), [
    ([("A", "X", "Won", 100), ("A", "X", "Lost", None)], math.nan),        # what was lost is not known
    ([("A", "X", "Won", None), ("A", "X", "Lost", 100)], math.nan),
    ([("A", "X", "Won", 100), ("A", "X", "Lost", 0), ("A", "X", "Lost", 0)], math.nan),        # a CRM's 0 for every lost deal
    ([("A", "X", "Won", 100)], 1.0),
    ([("A", "X", "Lost", 100)], 0.0),
    ([("A", "X", "Won", 100), ("A", "X", "Lost", 100), ("A", "X", "Lost", None)], 0.5),     # of the deals with an amount
    ([("A", "X", "Lead", 100)], math.nan),
    ([], math.nan),
])
def test_the_rate_by_value_is_that_of_the_summary_and_made_up_nowhere(deals, by_value):
    answers = team(*deals)
    assert total(answers.facts).by_value.value == pytest.approx(by_value, nan_ok=True)
    assert answers.summary.win_rate_value == pytest.approx(by_value, nan_ok=True)


def test_a_group_that_lost_nothing_has_no_rate_by_value_where_no_loss_has_an_amount():
    found = by_dimension(team(("A", "X", "Won", 100), ("B", "X", "Won", 100), ("B", "X", "Lost", 0)).facts, "owner")
    assert [math.isnan(group.by_value.value) for group in found.groups] == [True, True]


def test_owners_stand_by_closed_deals_and_never_by_their_rate():
    found = by_dimension(team(("Good", "X", "Won", 1), ("Busy", "X", "Lost", 1), ("Busy", "X", "Lost", 1), ("new", "X", "Lead", 1)).facts, "owner")
    assert [group.name for group in found.groups] == ["Busy", "Good", "new"]


def test_groups_with_the_others_and_the_blank_add_up_to_all_deals():
    answers = team(*((f"o{n % 7}", "X", ("Won", "Lost", "Lead")[n % 3], n) for n in range(1, 40)), ("", "X", "Won", 5))
    found, whole = by_dimension(answers.facts, "owner", most=4), total(answers.facts)
    assert (len(found.groups), found.others) == (4, 5)      # two by name, the blank one, and five more
    for each in ("deals", "won", "lost"):
        assert sum(getattr(group, each) for group in found.groups) == getattr(whole, each)
    assert sum(group.by_value.of for group in found.groups) == pytest.approx(whole.by_value.of)


def test_a_column_that_tells_no_deals_apart_is_no_dimension():
    assert [each.field for each in dimensions(team(("A", "X", "Won", 1), ("B", "x ", "Lost", 1)).facts)] == ["owner"]
    assert dimensions(team().facts) == ()


def test_few_deals_are_called_few_and_blank_ones_are_not_judged():
    found = by_name(by_dimension(team(*[("A", "X", "Won", 1), ("A", "X", "Lost", 1)] * 20, *[("B", "X", "Won", 1), ("B", "X", "Lost", 1)] * 20,
                                      ("C", "X", "Won", 1), ("", "X", "Won", 1)).facts, "owner").groups)
    assert {name: group.standing for name, group in found.items()} == {"A": "same", "B": "same", "C": "few", "": ""}


def test_a_group_far_from_the_rest_is_told_apart_in_both_directions():
    found = by_name(by_dimension(team(*[("A", "X", "Won", 1)] * 40, *[("B", "X", "Lost", 1)] * 40,
                                      *[("C", "X", "Won", 1), ("C", "X", "Lost", 1)] * 20).facts, "owner").groups)
    assert {name: group.standing for name, group in found.items()} == {"A": "above", "B": "below", "C": "same"}


def file(path: Path, as_of: dt.date) -> tuple[Answers, list[dict[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return answers_of_file(Request(path, as_of))[0], list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def maven(shared) -> tuple[Answers, list[dict[str, str]]]:
    return file(shared / "data" / "maven_crm" / "sales_pipeline.csv", dt.date(2017, 12, 31))


@pytest.mark.parametrize(("field", "column"), [("owner", "sales_agent"), ("product", "product")])
def test_mavens_win_rates_are_those_that_a_count_finds(maven, field, column):
    answers, rows = maven
    won = Counter(row[column] for row in rows if row["deal_stage"] == "Won")
    lost = Counter(row[column] for row in rows if row["deal_stage"] == "Lost")
    found = by_dimension(answers.facts, field, most=50)
    assert {group.name: (group.won, group.lost) for group in found.groups} == {name: (won[name], lost[name]) for name in won | lost}
    assert total(answers.facts).by_count.value == sum(won.values()) / (sum(won.values()) + sum(lost.values())) == 4238 / 6711


def test_mavens_thirty_sellers_differ_by_nothing_but_chance(maven):
    """Chi-square 33.3 on 29 degrees of freedom, p 0.26, from the raw counts."""
    answers, rows = maven
    won = Counter(row["sales_agent"] for row in rows if row["deal_stage"] == "Won")
    lost = Counter(row["sales_agent"] for row in rows if row["deal_stage"] == "Lost")
    share = 4238 / 6711
    chi_square = 0.0
    for seller in won:
        closed = won[seller] + lost[seller]
        chi_square += (won[seller] - closed * share) ** 2 / (closed * share)
        chi_square += (lost[seller] - closed * (1 - share)) ** 2 / (closed * (1 - share))
    found = by_dimension(answers.facts, "owner", most=50)
    assert (found.test.chi_square, found.test.freedom, found.test.p) == (
        pytest.approx(chi_square), 29, pytest.approx(chi2.sf(chi_square, 29)))
    assert (round(chi_square, 1), round(found.test.p, 2)) == (33.3, 0.26)
    assert {group.standing for group in found.groups} == {"same"}
    rates = [group.by_count.value for group in found.groups]
    assert (round(min(rates), 2), round(max(rates), 2)) == (0.55, 0.70)      # what a league table would have shown
    estimates = [group.estimate for group in found.groups]
    assert max(estimates) - min(estimates) < (max(rates) - min(rates)) / 4


def test_the_invented_deals_win_more_from_their_own_customers(shared):
    """Lead sources of olga_synth: counted from the file; held against the rest by hand."""
    answers, rows = file(shared / "data" / "olga_synth" / "opportunities.csv", dt.date(2025, 6, 30))
    closed = [row for row in rows if row["is_closed"] == "True"]
    of = Counter(row["lead_source"] for row in closed)
    won = Counter(row["lead_source"] for row in closed if row["is_won"] == "True")
    found = by_dimension(answers.facts, "source")
    assert {group.name: (group.won, group.won + group.lost) for group in found.groups} == {name: (won[name], of[name]) for name in of}
    share = sum(won.values()) / len(closed)
    p, side = {}, {}
    for name in of:
        rest = (sum(won.values()) - won[name]) / (len(closed) - of[name])
        z = (won[name] / of[name] - rest) / math.sqrt(share * (1 - share) * (1 / of[name] + 1 / (len(closed) - of[name])))
        p[name], side[name] = 2 * (1 - NormalDist().cdf(abs(z))), "above" if z > 0 else "below"
    standing, still = {}, True
    for tests, name in zip(range(5, 0, -1), sorted(p, key=p.__getitem__), strict=True):        # Holm: stop at the first that is none
        still = still and p[name] * tests < 0.05
        standing[name] = side[name] if still else "same"
    assert {group.name: group.standing for group in found.groups} == standing
    assert standing["Customer Expansion"] == "above"
    value = {name: (sum(float(row["amount"]) for row in closed if row["lead_source"] == name and row["is_won"] == "True"),
                    sum(float(row["amount"]) for row in closed if row["lead_source"] == name)) for name in of}
    for group in found.groups:
        assert group.by_value.value == pytest.approx(np.divide(*value[group.name]))
