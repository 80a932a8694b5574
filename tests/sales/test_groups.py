"""Deals put together by a text."""

import numpy as np

from funnel_xl.sales.breakdown import rollup
from funnel_xl.sales.costs import costs, owner_costs
from funnel_xl.sales.groups import grouped
from funnel_xl.sales.known import known_total
from funnel_xl.sales.owners import owners_of
from funnel_xl.sales.quotas import roll_ups
from funnel_xl.sales.time_plan import time_plan
from funnel_xl.sales.velocity import velocities
from funnel_xl.sales.weekly import weekly
from funnel_xl.sheets.describe import Sheet, Table
from funnel_xl.sheets.duration import time_sheet
from tests.sales.tables import answers_of, book


def texts(*names: str) -> np.ndarray:
    return np.array(names, dtype=object)


def test_spellings_that_differ_in_case_and_spaces_are_one_group_called_as_most_spell_it():
    found = grouped(texts("anna", "Anna", " Anna ", "Anna", "Bo", ""))
    assert sorted(found.names) == ["", "Anna", "Bo"]
    assert found.at[0] == found.at[1] == found.at[2] == found.at[3] != found.at[4]


def test_the_largest_stay_by_name_the_blank_one_too_and_the_rest_is_one_sum():
    found = grouped(texts("a", "b", "b", "c", "c", "c", "d", ""))
    few = found.few(found.counts(np.ones(8, bool)), 4)
    assert (few.names, few.others) == (("c", "b", "", ""), 2)      # c 3, b 2, not given 1, others a + d
    assert few.counts(np.ones(8, bool)).tolist() == [3, 2, 1, 2]


def test_groups_of_one_size_stand_by_name_and_none_are_lost():
    found = grouped(texts("b", "a"))
    few = found.few(np.array([1, 1]), 15)
    assert (few.names, few.others, few.at.tolist()) == (("a", "b"), 0, [1, 0])


def test_no_deals_make_no_groups():
    found = grouped(texts())
    assert found.names == () and found.few(np.array([]), 5).names == ()


def test_what_is_not_known_counts_in_no_sum():
    found = grouped(texts("a", "a", "b"))
    values = np.array([1.0, np.nan, np.nan])
    assert str(found.sums(values).tolist()) == str(found.means(values).tolist()) == "[1.0, nan]"
    assert found.counts(np.isfinite(values)).tolist() == [1, 0]


def test_nothing_stands_for_no_money_and_deals_without_an_amount_for_unknown_money():
    assert known_total(np.array([])) == 0 and known_total(np.array([1.0, np.nan])) == 1 and np.isnan(known_total(np.array([np.nan])))


def test_owners_stand_in_the_order_of_the_source_however_often_each_is_named():
    found = owners_of(texts("bo", "Ann", "ann", "Ann", ""), ["Cem", "BO"])
    assert (found.names, found.at.tolist()) == (("bo", "Ann", "", "Cem"), [0, 1, 1, 1, 2])


def test_an_owner_spelt_in_three_ways_is_one_on_every_sheet():
    """Ann twice, ANN and "ann ": 100 + 200 open, 400 + 300 won; as most deals spell it."""
    header = ["Deal ID", "Account", "Owner", "Stage", "Amount", "Created", "Close date", "Sales cost"]
    deals = [["D-1", "A", "ANN", "Lead", 100, "2026-01-01", "2026-03-01", 1],
             ["D-2", "B", "Ann", "Lead", 200, "2026-01-01", "2026-03-01", 2],
             ["D-3", "C", "ann ", "Won", 400, "2026-01-01", "2026-02-01", 3],
             ["D-4", "D", "Ann", "Won", 300, "2026-01-01", "2026-02-01", 4]]
    sheets = {"Deals": [header, *deals], "Stages": [["stage", "kind", "probability"], ["Lead", "open", 0.5], ["Won", "won", 1]],
              "Quotas": [["owner", "period", "measure", "value"], ["ANN", "2026-Q1", "Money", 1000]]}
    answers = answers_of(book(sheets))
    assert [(line.label, line.deals, line.amount) for line in answers.summary.owners] == [("Ann", 2, 300)]
    assert [(each.label, each.open, each.won) for each in velocities(answers, "owner")] == [("Ann", 2, 2)]
    assert [(each.owner, each.total) for each in owner_costs(answers, costs(answers))] == [("Ann", 10)]
    assert [(each.label, each.open_deals) for each in rollup(answers, "owner").groups] == [("Ann", 2)]
    assert [each.owner for one in roll_ups(answers) for each in one.owners] == [each.owner for each in weekly(answers).owners] == ["Ann"]
    assert [each.owner for each in time_plan(answers).owners] == ["Ann"]
    assert [name.split(":")[0] for name in said(time_sheet(answers, "en"))] == ["Ann"]


def said(sheet: Sheet) -> list[str]:
    """The owners of the reminders."""
    table = next(block for block in sheet.blocks if isinstance(block, Table) and block.name == "TimeReminders")
    return [name for name in table.columns[0].values if name]
