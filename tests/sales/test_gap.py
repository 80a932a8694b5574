"""The team's own funnel against the ideal one; small books worked by hand, real deals counted once more in plain Python."""

import csv
import datetime as dt
import math
from collections import Counter

import pytest

from funnel_xl.book.team import Request
from funnel_xl.book.team import answers_of as answers_of_file
from funnel_xl.sales.calibrated import DAYS_A_MONTH, Given, calibrated
from funnel_xl.sales.conversion import conversion
from funnel_xl.sales.gap import Gap, NoGap, ideal_gaps
from tests.sales.tables import answers_of, book

HEADER = ["Deal ID", "Account", "Stage", "Amount", "Probability", "Created", "Close date", "Lost stage"]
# S1's chances, 90 days in each stage: the worked example of spec items 33-36 but for the length of a month.
STAGES = [["stage", "kind", "probability", "expected days"], ["Lead", "open", 0.1, 90], ["Demo", "open", 0.35, 90],
          ["Offer", "open", 0.65, 90], ["Quote", "open", 0.75, 90], ["Won", "won", None, None], ["Lost", "lost", None, None]]
EXAMPLE = {"quota": 3_000_000, "average_order": 100_000, "cycle_months": 12}


def deals(*counts: tuple[str, int], amount: float | None = 100_000) -> list[list[object]]:
    """So many deals in each stage."""
    rows = [[None, f"{stage} {number}", stage, amount, None, None, None, None] for stage, count in counts for number in range(count)]
    return [HEADER, *([f"D-{at}", *row[1:]] for at, row in enumerate(rows))]


def gaps(rows: list, stages: list = STAGES, history: list | None = None, **given: object) -> tuple[Gap | NoGap, ...]:
    sheets = {"Deals": rows, "Stages": stages} | ({"History": history} if history else {})
    return ideal_gaps(answers_of(book(sheets), given=given))


def test_this_quarter_needs_forty_in_quotation_and_there_are_thirty_one():
    """Spec F5: 300萬 a quarter, 10萬 an order, 12 months: 300 / 86 / 47 / 40."""
    gap, = gaps(deals(("Lead", 310), ("Demo", 60), ("Offer", 80), ("Quote", 31)), **EXAMPLE)
    assert [(each.stage, each.needed, each.actual.deals) for each in gap.stages] == [
        ("Lead", 300, 310), ("Demo", 86, 60), ("Offer", 47, 80), ("Quote", 40, 31)]
    this, *_ = gap.periods
    assert (this.period.name, [each.stage for each in this.stages]) == ("2026-Q1", ["Quote"])
    assert [(part.period.name, part.needed, part.actual.deals) for part in gap.periods] == [
        ("2026-Q1", 40, 31), ("2026-Q2", 47, 80), ("2026-Q3", 86, 60), ("2026-Q4", 300, 310)]
    assert gap.ideal.periods == 4 and gap.ideal.weighted == pytest.approx(12_000_000)
    assert [each.gap.deals for each in gap.stages] == [10, -26, 33, -9]
    # 31 quotes of 100,000 at 75 %; the ideal is the quarter's 3,000,000.
    assert gap.stages[3].gap.weighted == pytest.approx(31 * 75_000 - 3_000_000)
    assert gap.stages[3].gap.value == pytest.approx(3_100_000 - 4_000_000)


@pytest.mark.parametrize(("months", "period", "weighted"), [
    (12, "2026-Q1", 12_000_000), (12, "2026-01", 36_000_000), (12, "2026-H1", 6_000_000), (12, "2026", 3_000_000),
    (6, "2026-Q1", 6_000_000),
])
def test_the_ideal_weighted_funnel_is_target_times_cycle_over_period(months, period, weighted):
    gap, = gaps(deals(("Lead", 1)), **EXAMPLE | {"cycle_months": months, "quota_period": period})
    assert gap.ideal.weighted == pytest.approx(weighted)
    assert math.fsum(each.ideal.stock_value * each.chance.value for each in gap.stages) == pytest.approx(weighted)


def test_without_a_cycle_in_the_settings_the_stages_days_add_up_to_it():
    gap, = gaps(deals(("Lead", 1)), quota=3_000_000, average_order=100_000)
    assert gap.ideal.cycle == pytest.approx(360 / (365.25 / 12)) and gap.scaled == 1
    assert [each.months.source for each in gap.stages] == ["expected"] * 4


def test_a_cycle_in_the_settings_stretches_the_stages_days_alike():
    stages = [*STAGES[:1], ["Lead", "open", 0.1, 30], ["Quote", "open", 0.75, 90], *STAGES[5:]]
    gap, = gaps(deals(("Lead", 1)), stages, **EXAMPLE)
    assert [each.months.value for each in gap.stages] == pytest.approx([3, 9])      # 30 : 90 of 12 months
    assert gap.scaled == pytest.approx(12 / (120 / DAYS_A_MONTH))


def test_without_any_days_the_won_deals_cycle_is_shared_out_evenly():
    stages = [[*row[:3], None] for row in STAGES]
    rows = [HEADER, ["D-1", "A", "Won", 100, None, "2025-01-01", "2025-01-31", None], ["D-2", "B", "Won", 100, None, "2025-01-01",
            "2025-04-01", None]]        # 30 and 90 days
    gap, = gaps(rows, [STAGES[0], *stages[1:]], quota=1000)
    assert [each.months for each in gap.stages] == [Given(60 / DAYS_A_MONTH / 4, "cycle", 0)] * 4
    assert gap.average_order == Given(100.0, "won", 2)


def closed(stage: str, won: int, lost: int) -> list[list[object]]:
    """Deals that were won, and deals that were lost in a stage."""
    return [[f"W-{stage}{at}", "A", "Won", 100, None, None, None, None] for at in range(won)] + [
        [f"L-{stage}{at}", "A", "Lost", 100, None, None, None, stage] for at in range(lost)]


def test_chances_come_from_the_teams_own_closed_deals_where_thirty_entered_the_stage():
    """20 won, 5 lost in Demo, 10 in Lead: Lead 20/35, Demo 20/25 is too few, as is what follows."""
    gap, = gaps([HEADER, *closed("Lead", 0, 10), *closed("Demo", 20, 5)], **EXAMPLE)
    assert [each.chance for each in gap.stages] == [Given(20 / 35, "own", 35), Given(0.35, "few", 25), Given(0.65, "few", 20),
                                                   Given(0.75, "few", 20)]
    assert [(before.chance.source, after.chance.source) for before, after in gap.falls] == [("own", "few")]       # 57 %, the default 35 %
    thirty, = gaps([HEADER, *closed("Lead", 0, 10), *closed("Demo", 20, 10)], **EXAMPLE)
    assert thirty.stages[1].chance == Given(20 / 30, "own", 30)


def test_a_chance_that_falls_within_the_teams_own_history_is_no_contradiction_of_a_default():
    """30 deals lost in Demo, 40 won of which ten came from Lead straight to Offer: Lead 40/70, Demo 30/60."""
    rows = [HEADER, *closed("Demo", 40, 30)]
    history = [["Deal ID", "Stage", "Entered"]]
    for at, row in enumerate(rows[1:]):
        skips = ("Lead", "Offer", "Quote", "Won") if at < 40 else ("Lead", "Demo", "Lost")
        ways = ("Lead", "Demo", "Offer", "Quote", "Won") if at < 30 else skips
        history += [[row[0], stage, f"2026-01-{day + 1:02}"] for day, stage in enumerate(ways)]
    gap, = gaps(rows, history=history, **EXAMPLE)
    assert [each.chance.value for each in gap.stages[:2]] == pytest.approx([40 / 70, 30 / 60])
    assert [(before.chance.source, after.chance.source) for before, after in gap.falls] == [("own", "own")]
    assert gaps(deals(("Lead", 1)), **EXAMPLE)[0].rising


def test_deals_after_the_sale_are_no_wins_here_either_so_that_the_chance_is_conversions_win_rate_from_the_stage():
    """Demo: 20 won, 10 lost; 12 renewals have a count of their own (ruling R17)."""
    renewals = [[f"R-{number}", f"R {number}", "Renewal", 100, None, None, None, None] for number in range(12)]
    rows, stages = [HEADER, *closed("Demo", 20, 10), *renewals], [*STAGES, ["Renewal", "post", None, None]]
    gap, = gaps(rows, stages, **EXAMPLE)
    wins = conversion(answers_of(book({"Deals": rows, "Stages": stages})).facts).stages[1].wins
    assert (gap.stages[1].chance.value, gap.stages[1].chance.count) == pytest.approx((2 / 3, 30))
    assert gap.stages[1].chance.value == wins.by_count.value


def test_lost_deals_of_no_known_stage_count_in_the_first_and_keep_later_chances_from_looking_better():
    unknown = [[f"X-{at}", "A", "Lost", 100, None, None, None, None] for at in range(20)]
    gap, = gaps([HEADER, *closed("Demo", 40, 20), *unknown], **EXAMPLE)
    assert gap.stages[0].chance == Given(40 / 80, "own", 80)
    assert gap.stages[1].chance == Given(0.35, "unknown", 60)     # not 40/60, since 20 of 40 may have been lost there


def test_a_stage_from_which_none_was_won_keeps_its_default():
    gap, = gaps([HEADER, *closed("Lead", 0, 30)], **EXAMPLE)
    assert gap.stages[0].chance == Given(0.1, "none_won", 30)


def test_days_come_from_thirty_stays_and_lost_deals_that_leave_earlier_are_told_apart():
    """30 deals go from Lead to Demo after 60 days, 30 are lost in Lead after 20: the mean is 40, half of them go on."""
    history = [["Deal ID", "Stage", "Entered"]]
    rows = [HEADER]
    for at in range(30):
        rows += [[f"P-{at}", "A", "Demo", 100, None, None, None, None], [f"L-{at}", "A", "Lost", 100, None, None, "2025-01-21", None]]
        history += [[f"P-{at}", "Lead", "2025-01-01"], [f"P-{at}", "Demo", "2025-03-02"], [f"L-{at}", "Lead", "2025-01-01"]]
    answers = answers_of(book({"Deals": rows, "Stages": STAGES, "History": history}), given={"quota": 3_000_000, "average_order": 100_000})
    found = calibrated(answers.facts, "")
    assert found.months[0] == Given(40 / DAYS_A_MONTH, "own", 60)
    apart = found.losses[0]
    assert (apart.pass_rate, apart.passing, apart.lost) == pytest.approx((0.5, 60 / DAYS_A_MONTH, 20 / DAYS_A_MONTH))
    assert found.losses[1:] == (None,) * 3
    gap, = ideal_gaps(answers)
    assert gap.stages[0].earlier == pytest.approx(gap.stages[0].ideal.stock)        # 0.5 x 60 + 0.5 x 20 days are the mean of 40
    assert math.isnan(gap.stages[1].earlier)
    assert found.months[1] == Given((dt.date(2026, 3, 31) - dt.date(2025, 3, 2)).days / DAYS_A_MONTH, "own", 30)       # still there


@pytest.mark.parametrize(("counts", "flags"), [
    ((300, 86, 47, 40), ["", "", "", ""]),
    ((209, 86, 47, 40), ["dry_top", "", "", ""]),           # below 70 % of 300
    ((210, 86, 47, 28), ["", "", "", ""]),                  # exactly 70 % is neither dry nor thin
    ((300, 86, 47, 27), ["", "", "", "thin_bottom"]),
    ((300, 130, 47, 40), ["", "jammed_middle", "", ""]),    # above 129
    ((300, 129, 70, 40), ["", "", "", ""]),                 # 47 x 1.5 = 70.5
    ((300, 200, 100, 40), ["", "", "jammed_middle", ""]),   # the jam is where the next stage is not full
    ((300, 200, 100, 61), ["", "", "", ""]),                # full to the bottom
])
def test_flags_follow_their_thresholds(counts, flags):
    names = ("Lead", "Demo", "Offer", "Quote")
    gap, = gaps(deals(*zip(names, counts, strict=True)), **EXAMPLE)
    assert [each.flag for each in gap.stages] == flags


@pytest.mark.parametrize(("given", "rows", "reasons"), [
    ({}, deals(("Lead", 1)), ("quota", "average_order")),
    ({"quota": 0, "average_order": 5}, deals(("Lead", 1)), ("quota",)),
    ({"quota": 1000}, deals(("Lead", 1)), ("average_order",)),
    ({"quota": 1000}, deals(("Won", 2), amount=None), ("average_order",)),
])
def test_what_is_missing_is_said_and_nothing_made_up(given, rows, reasons):
    assert gaps(rows, **given) == (NoGap("", reasons),)


def test_stages_of_which_no_time_is_known_are_named():
    stages = [[*row[:3], 90 if row[0] == "Lead" else None] for row in STAGES[1:]]
    gap, = gaps(deals(("Lead", 1)), [STAGES[0], *stages], quota=1000, average_order=100)
    assert gap == NoGap("", ("months",), ("Demo", "Offer", "Quote"))


def test_a_book_without_a_deal_has_no_stages_to_compare():
    assert ideal_gaps(answers_of(book({"Deals": [HEADER]}), given=EXAMPLE)) == (NoGap("", ("stages",)),)
    gap, = gaps([HEADER], **EXAMPLE)
    assert [(each.needed, each.actual.deals, each.actual.value) for each in gap.stages] == [(300, 0, 0), (86, 0, 0), (47, 0, 0), (40, 0, 0)]


def test_deals_without_an_amount_or_a_known_stage_are_counted_apart():
    gap, = gaps([*deals(("Lead", 2), amount=None), ["X", "B", "Leed", 5, None, None, None, None]], **EXAMPLE)
    assert (gap.unvalued, gap.unplaced) == (2, 1)
    assert math.isnan(gap.stages[0].actual.value) and math.isnan(gap.stages[0].gap.weighted)


def test_product_lines_share_the_quota_by_what_they_have_won_and_one_that_won_nothing_has_no_target():
    stages = [["stage", "kind", "probability", "expected days", "product line"], *(
        ["Lead", "open", 0.5, 90, line] for line in ("Software", "Service", "Spares")), ["Won", "won", None, None, None]]
    rows = [["Deal ID", "Account", "Stage", "Amount", "Product"], ["D-1", "A", "Won", 300, "Software"], ["D-2", "B", "Won", 100, "Service"],
            ["D-3", "C", "Lead", 50, "Service"], ["D-4", "D", "Lead", 50, "Spares"]]
    software, service, spares = gaps(rows, stages, quota=1000)
    assert (software.line, software.share, software.target, software.average_order.value) == ("Software", 0.75, 750, 300)
    assert (service.target, service.average_order.value, service.stages[0].actual.deals) == (250, 100, 1)
    assert spares == NoGap("Spares", ("average_order", "share"))


def test_the_invented_deals_are_calibrated_as_a_count_in_plain_python_says(shared):
    """Chance from a stage: won / (won + lost) of the deals that came to it, by where the lost ones were lost."""
    path = shared / "data" / "olga_synth" / "opportunities.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    steps = ["Prospecting", "Qualification", "Proposal", "Negotiation"]
    won = sum(row["stage"] == "Closed Won" for row in rows)
    lost_at = Counter(row["lost_at_stage"] for row in rows if row["stage"] == "Closed Lost")
    amounts = [float(row["amount"]) for row in rows if row["stage"] == "Closed Won"]
    answers, _ = answers_of_file(Request(path, dt.date(2025, 6, 30), given={"quota": "12M", "quota_period": "2025-Q2"}))
    gap, = ideal_gaps(answers)
    assert [each.stage for each in gap.stages] == steps and gap.unused == ("Needs assessment",)
    for at, each in enumerate(gap.stages):
        lost = sum(lost_at[step] for step in steps[at:])
        assert each.chance == Given(pytest.approx(won / (won + lost)), "own", won + lost)
        assert each.actual.deals == sum(row["stage"] == each.stage for row in rows)
        # Little's law, stage by stage: the preset expects 30, 30, 30 and 15 days.
        orders, days = 12_000_000 / (sum(amounts) / len(amounts)), 15 if each.stage == "Negotiation" else 30
        assert each.ideal.stock == pytest.approx(orders * (won + lost) / won * days / (365.25 / 12) / 3)
    assert gap.ideal.weighted == pytest.approx(12_000_000 * (105 / (365.25 / 12)) / 3)


def test_mavens_lost_deals_say_not_where_they_were_lost(shared):
    path = shared / "data" / "maven_crm" / "sales_pipeline.csv"
    answers, _ = answers_of_file(Request(path, dt.date(2017, 12, 31), given={"quota": "3M"}))
    gap, = ideal_gaps(answers)
    assert [(each.chance.source, each.chance.count) for each in gap.stages] == [("own", 6711), ("unknown", 4238)]
    assert gap.stages[0].chance.value == pytest.approx(4238 / 6711)
    assert [each.actual.deals for each in gap.stages] == [500, 1589] and gap.unvalued == 2089
