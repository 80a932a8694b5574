"""Bottlenecks: two closed weeks below the limit, worked by hand. Weeks in March 2026 begin on the 2nd, 9th, 16th, 23rd and 30th."""

import datetime as dt

import pytest

from funnel_xl.sales.bottleneck import Step, bottlenecks
from tests.sales.tables import answers_of, book

STAGES = [["stage", "kind", "least conversion"], ["Lead", "open", None], ["Demo", "open", 0.5], ["Won", "won", None],
          ["Lost", "lost", None]]
DEALS = ["Deal ID", "Account", "Stage", "Amount", "Close date"]


def steps(entries: list, as_of: dt.date = dt.date(2026, 3, 31), stages: list = STAGES, **given: object) -> tuple[Step, ...]:
    """`entries`: (first day, how many deals, stages that each of them enters on that day)."""
    deals, history = [DEALS], [["Deal ID", "Stage", "Entered"]]
    for day, many, names in entries:
        for _ in range(many):
            number = f"D-{len(deals)}"
            deals.append([number, f"Customer {number}", names[-1], 1, day if names[-1] in ("Won", "Lost") else None])
            history += [[number, name, day] for name in names]
    sheets = {"Deals": deals, "Stages": stages} | ({"History": history} if len(history) > 1 else {})
    return bottlenecks(answers_of(book(sheets), as_of, given=given))


def weeks(step: Step) -> list[tuple]:
    return [(week.monday.isoformat(), week.entered_i, week.entered_j) for week in step.weeks]


def test_two_closed_weeks_strictly_below_the_limit_are_a_bottleneck():
    lead, demo = steps([("2026-03-16", 6, ["Lead"]), ("2026-03-22", 1, ["Lead", "Demo"]),     # Monday and Sunday of one week: 1 of 7
                        ("2026-03-25", 4, ["Lead"]), ("2026-03-26", 1, ["Lead", "Demo"])])    # 1 of 5
    assert (lead.stage, lead.following, lead.threshold, lead.line) == ("Lead", "Demo", 0.3, "")
    assert weeks(lead) == [("2026-03-16", 7, 1), ("2026-03-23", 5, 1)]
    assert [week.ratio for week in lead.weeks] == [1 / 7, 1 / 5]
    assert (lead.entries, lead.verdict) == (12, "bottleneck")
    assert (demo.stage, demo.following, demo.threshold, demo.entries, demo.verdict) == ("Demo", "Won", 0.5, 2, "too_few")


def test_one_week_at_the_limit_is_none_for_the_rule_is_strictly_below():
    first = [("2026-03-16", 7, ["Lead"]), ("2026-03-16", 3, ["Lead", "Demo"])]      # 3 of 10 is exactly 30 %
    second = [("2026-03-23", 10, ["Lead"])]
    assert steps(first + second)[0].verdict == "fine"
    assert steps(first + second, least_conversion=0.31)[0].verdict == "bottleneck"
    assert steps(first + second, least_conversion=31)[0].verdict == "bottleneck"        # points


def test_the_limit_of_the_stage_stands_above_the_setting():
    entries = [(day, many, names) for day in ("2026-03-17", "2026-03-24") for many, names in ((4, ["Demo"]), (2, ["Demo", "Won"]))]
    assert steps(entries)[1].verdict == "bottleneck"        # 2 of 6 is below a half
    assert steps(entries, stages=[*STAGES[:2], ["Demo", "open", None], *STAGES[3:]])[1].verdict == "fine"       # and above 30 %


def test_a_week_without_entries_neither_extends_nor_resets():
    (lead, _) = steps([("2026-02-02", 5, ["Lead"]), ("2026-03-02", 6, ["Lead"]), ("2026-03-11", 3, ["Demo"])])
    assert weeks(lead) == [("2026-02-02", 5, 0), ("2026-03-02", 6, 0)] and lead.verdict == "bottleneck"


def test_only_the_last_two_weeks_count():
    (lead, _) = steps([("2026-03-09", 9, ["Lead"]), ("2026-03-16", 9, ["Lead"]), ("2026-03-23", 9, ["Lead", "Demo"])])
    assert weeks(lead) == [("2026-03-16", 9, 0), ("2026-03-23", 9, 9)] and lead.verdict == "fine"


@pytest.mark.parametrize(("as_of", "last"), [
    (dt.date(2026, 3, 28), "2026-03-16"),       # a Saturday: the week goes on
    (dt.date(2026, 3, 29), "2026-03-16"),       # its Sunday: that day is not over
    (dt.date(2026, 3, 30), "2026-03-23"),       # Monday: the Sunday lies before it
])
def test_a_week_is_closed_when_its_sunday_lies_before_the_as_of_date(as_of, last):
    (lead, _) = steps([("2026-03-10", 6, ["Lead"]), ("2026-03-18", 6, ["Lead"]), ("2026-03-24", 6, ["Lead"])], as_of)
    assert lead.weeks[-1].monday.isoformat() == last


def test_fewer_than_ten_entries_are_too_few_and_the_rolling_four_weeks_are_given():
    # As of 31 March the four weeks begin on 4 March: 3 March is outside. 5 + 4 = 9 entries in the two weeks.
    (lead, _) = steps([("2026-03-03", 8, ["Lead"]), ("2026-03-04", 2, ["Lead", "Demo"]), ("2026-03-18", 5, ["Lead"]),
                       ("2026-03-25", 4, ["Lead"]), ("2026-03-31", 1, ["Lead"])])
    assert (lead.entries, lead.verdict) == (9, "too_few")
    assert (lead.rolling_in, lead.rolling_out, lead.rolling_ratio) == (12, 2, 2 / 12)
    more = steps([("2026-03-18", 5, ["Lead"]), ("2026-03-25", 5, ["Lead"])])[0]
    assert (more.entries, more.verdict) == (10, "bottleneck")


def test_one_week_alone_is_too_few_however_many_came_in():
    (lead, _) = steps([("2026-03-18", 50, ["Lead"])])
    assert (len(lead.weeks), lead.entries, lead.verdict) == (1, 50, "too_few")


def test_a_deal_that_comes_back_counts_once_a_week_and_again_in_the_next():
    deals = [DEALS, ["D-1", "A", "Lead", 1, None]]
    history = [["Deal ID", "Stage", "Entered"], ["D-1", "Lead", "2026-03-16"], ["D-1", "Demo", "2026-03-17"], ["D-1", "Lead", "2026-03-18"],
               ["D-1", "Demo", "2026-03-24"], ["D-1", "Lead", "2026-03-25"]]
    (lead, _) = bottlenecks(answers_of(book({"Deals": deals, "Stages": STAGES, "History": history})))
    assert weeks(lead) == [("2026-03-16", 1, 1), ("2026-03-23", 1, 1)]
    assert (lead.rolling_in, lead.rolling_out) == (1, 1)


def test_each_product_line_has_steps_of_its_own_and_shares_won():
    stages = [["stage", "kind", "line"], ["Lead", "open", "Monitors"], ["Trial", "open", "Lasers"], ["Won", "won", None],
              ["Lost", "lost", None]]
    deals, history = [[*DEALS, "Product"]], [["Deal ID", "Stage", "Entered"]]
    for number in range(12):        # Monitors win all of theirs, Lasers none
        line, stage = ("Monitors", "Lead") if number < 6 else ("Lasers", "Trial")
        deals.append([f"D-{number}", f"Customer {number}", "Won" if number < 6 else stage, 1, "2026-03-26", line])
        history += [[f"D-{number}", stage, "2026-03-17"]] + ([[f"D-{number}", "Won", "2026-03-18"]] if number < 6 else [])
    lead, trial = bottlenecks(answers_of(book({"Deals": deals, "Stages": stages, "History": history})))
    assert (lead.line, lead.following, weeks(lead)) == ("Monitors", "Won", [("2026-03-16", 6, 6)])
    assert (trial.line, trial.following, weeks(trial)) == ("Lasers", "Won", [("2026-03-16", 6, 0)])


def test_without_a_history_nothing_is_said():
    deals = [[*DEALS, "Stage entered"], *([f"D-{number}", f"Customer {number}", "Lead", 1, None, "2026-03-18"] for number in range(20))]
    lead, _ = bottlenecks(answers_of(book({"Deals": deals, "Stages": STAGES})))
    assert (lead.verdict, lead.weeks, lead.entries, lead.rolling_in) == ("no_dates", (), 0, 0)
    assert lead.rolling_ratio != lead.rolling_ratio
    assert bottlenecks(answers_of(book({"Deals": [DEALS]}))) == ()
