"""The sheet Time: what it says of a small team with a history, and of sources that lack what it needs."""

import datetime as dt

import pytest

from funnel_xl.sheets.describe import Chart, Column, Figures, Sheet, Table, Text
from funnel_xl.sheets.duration import MOST_LINES, time_sheet
from funnel_xl.sheets.records import sheet_record
from funnel_xl.sheets.waiting import MANY_EACH, MOST_STALLED
from funnel_xl.wording import LANGUAGES
from tests.sales.tables import answers_of, book
from tests.sheets.said import said

STAGES = [["stage", "kind", "stall days", "expected days", "entry", "output"], ["Lead", "open", 30, 30, "Interest", "Lead sheet"],
          ["Negotiation", "open", 15, 10, "Quotation", "Terms"], ["Won", "won", None, None, "Contract", None],
          ["Lost", "lost", None, None, None, None]]
HEADER = ["Deal ID", "Account", "Stage", "Amount", "Created", "Close date", "Owner", "Product"]


def sheet(deals: list, history: list = (), language: str = "en", as_of: dt.date = dt.date(2026, 3, 31), stages: list = STAGES) -> Sheet:
    sheets = {"Deals": [HEADER, *deals]} | ({"Stages": stages} if stages else {})
    sheets |= {"History": [["Deal ID", "Stage", "Entered"], *history]} if history else {}
    return time_sheet(answers_of(book(sheets), as_of), language)


def team() -> tuple[list, list]:
    """Ten deals won after 20 days of talks, ten that have been in talks for 25 days, twelve leads of two weeks, one dear one that moved."""
    deals, history = [], []
    for number in range(10):
        deals += [[f"W-{number}", "Old Mill", "Won", 100, "2026-01-01", "2026-02-10", "Ann", "Laser"],
                  [f"T-{number}", "Riverside", "Negotiation", 50, "2026-02-01", "2026-05-01", "Bo", "Laser"]]
        history += [[f"W-{number}", "Lead", "2026-01-01"], [f"W-{number}", "Negotiation", "2026-01-21"],
                    [f"W-{number}", "Won", "2026-02-10"],
                    [f"T-{number}", "Lead", "2026-02-01"], [f"T-{number}", "Negotiation", "2026-03-06"]]
    for number in range(12):
        deals.append([f"L-{number}", "Fairview", "Lead", 10, "2026-03-17", "2026-08-01", "Ann", "Monitor"])
        history.append([f"L-{number}", "Lead", "2026-03-17" if number < 6 else "2026-03-24"])
    deals.append(["M-1", "Harbour", "Negotiation", 900, "2026-02-01", "2026-03-30", "Ann", "Monitor"])
    return deals, [*history, ["M-1", "Lead", "2026-02-01"], ["M-1", "Negotiation", "2026-03-28"]]


def table(found: Sheet, name: str) -> dict[str, list]:
    """Column -> values of one table."""
    return {column.heading: list(column.values) for column in tables(found)[name]}


def tables(found: Sheet) -> dict[str, tuple[Column, ...]]:
    return {block.name: block.columns for block in found.blocks if isinstance(block, Table)}


def test_a_stage_whose_mean_is_beyond_its_limit_should_be_split_and_talks_into_terms_and_price():
    rows = table(sheet(*team()), "TimeStages")
    # Talks: ten of 20 days, ten of 25 so far, one of 3: (200 + 250 + 3) / 21 = 21.57.
    # Leads: ten of 20, ten of 33, one of 55, six of 14 and six of 7 so far: (200 + 330 + 55 + 84 + 42) / 33 = 21.55.
    assert rows["Stays"] == [33, 21] and rows["Still there"] == [12, 11]
    assert [round(mean, 2) for mean in rows["Mean so far"]] == [21.55, 21.57]
    # Leads, of 33: ten end on day 20 with 21 at risk (12 are cut off before): 11 / 21 are left; ten on day 33 of eleven: 1 / 21.
    assert rows["Median"] == [33, 20] and rows["80 % within"] == [33, "not reached"] and rows["Estimated mean"][1] == "not reached"
    assert rows["Advice"] == ["Within its limit", "Should be split, for example into terms and price confirmation: 21.6 days on average, "
                                                  "more than 15"]


def test_a_bottleneck_stands_with_its_two_weeks_and_too_few_with_the_rolling_four():
    rows = table(sheet(*team()), "TimeBottlenecks")
    lead = slice(0, 2)
    assert rows["Closed week"][lead] == ["from 2026-03-16", "from 2026-03-23"]
    assert (rows["Came into this stage"][lead], rows["Came into the next"][lead]) == ([6, 6], [0, 1])
    assert rows["Period ratio"][lead] == [0, 1 / 6] and rows["At least"][lead] == [0.3, 0.3]
    assert rows["Advice"][0].startswith("Bottleneck: below the limit in both weeks (12 deals came in).")
    # Talks: weeks of 2 March (ten) and 23 March (one) make 11 entries, no order in either.
    assert rows["From stage to stage"] == ["Lead → Negotiation", None, "Negotiation → Won", None]


def test_where_too_few_deals_came_in_the_rolling_four_weeks_stand_instead():
    deals = [[f"D-{number}", "Fairview", "Lead" if number else "Negotiation", 10, None, None, "Ann", ""] for number in range(8)]
    history = [[f"D-{number}", "Lead", "2026-03-17" if number < 4 else "2026-03-24"] for number in range(7)]
    rows = table(sheet(deals, [*history, ["D-7", "Lead", "2026-03-04"], ["D-0", "Negotiation", "2026-03-30"]]), "TimeBottlenecks")
    assert rows["Advice"][:3] == ["Too few to say: 7 deals came in. Read the four weeks instead.", None, None]
    assert rows["Closed week"][:3] == ["from 2026-03-16", "from 2026-03-23", "4 weeks to 2026-03-31"]
    assert (rows["Came into this stage"][:3], rows["Came into the next"][:3]) == ([4, 3, 8], [0, 0, 1])


def test_figures_name_velocity_its_factors_and_what_waits():
    found = sheet(*team())
    (figures,) = (block.figures for block in found.blocks if isinstance(block, Figures))
    values = {figure.label: figure.value for figure in figures}
    # 23 open x 100 x 10 / 10 / 40 days.
    assert values == {"Velocity per day": 57.5, "Open deals": 23, "Average won deal": 100, "Win rate": 1, "Mean cycle (days)": 40,
                      "Stalled deals": 10, "Stalled amount": 500, "Older than any closed deal": 0}
    lines = table(found, "TimeProducts")
    assert lines["Product"] == ["All deals", "Laser", "Monitor *"] and lines["Velocity per day"][:2] == [57.5, 10 * 100 / 40]


def test_stalled_deals_and_reminders_name_the_deal_and_what_to_do():
    found = sheet(*team())
    stalled = table(found, "TimeStalled")
    assert stalled["Deal ID"] == [f"T-{number}" for number in range(10)] and stalled["Days in stage"] == [25] * 10
    reminded = table(found, "TimeReminders")
    assert reminded["Owner"][:2] == ["Ann: 1", "Bo: 10"] and reminded["Deal ID"][:2] == ["M-1", "T-0"]
    assert reminded["Ask or tell"][0].splitlines() == [
        "Its close date 2026-03-30 is past: ask when the decision falls now.",
        "Came into “Negotiation” on 2026-03-28: note the output of “Lead” (Lead sheet) and tell the team."]
    assert reminded["Ask or tell"][1] == "25 days in “Negotiation”, 10 expected: move it on, or ask what holds it."
    assert reminded["Next stage and its entry condition"][0] == "Won: Contract"


def test_long_lists_are_cut_and_say_so():
    deals, history = team()
    deals += [[f"X-{number}", "Lakeshore", "Negotiation", 1, "2026-01-01", None, f"Seller {number % 20}", "Laser"] for number in range(40)]
    history += [[f"X-{number}", "Negotiation", "2026-01-01"] for number in range(40)]
    found = sheet(deals, history)
    texts = [block.text for block in found.blocks if isinstance(block, Text)]
    assert len(table(found, "TimeStalled")["Deal ID"]) == MOST_STALLED and f"The {MOST_STALLED} largest are shown;" in " ".join(texts)
    assert len(table(found, "TimeOwners")["Owner"]) == MOST_LINES + 1 and f"The fastest {MOST_LINES} of 22 are shown." in texts
    assert "The 15 owners with most money of 22 are shown." in texts
    assert table(found, "TimeReminders")["Customer"][5] == "and 6 more"     # of Bo's ten the first four
    deals, history = team()
    more = sheet([*deals, ["T-99", "Riverside", "Negotiation", 50, None, "2026-05-01", "Bo", ""]],
                 [*history, ["T-99", "Negotiation", "2026-03-06"]])
    assert table(more, "TimeReminders")["Customer"][MANY_EACH + 1] == "and 1 more"


def test_the_chart_shows_median_and_80_percent_against_the_limit_and_else_the_mean():
    (chart,) = (block for block in sheet(*team()).blocks if isinstance(block, Chart))
    assert [series.name for series in chart.series] == ["Median", "80 % within", "Limit"]
    assert [list(series.values) for series in chart.series] == [[33, 20], [33, 0], [30, 15]]
    here = sheet([["D-1", "A", "Lead", 1, None, None, "Ann", ""]], [["D-1", "Lead", "2026-03-01"]])
    (chart,) = (block for block in here.blocks if isinstance(block, Chart))
    assert [series.name for series in chart.series] == ["Mean so far", "Limit"] and "Only stays that still go on are known" in said(here)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_source_without_dates_says_what_to_add(language):
    text = said(sheet([["D-1", "A", "Lead", 1, None, None, "Ann", ""]], language=language))
    added = {"en": ("Add a column “Stage entered”", "Add a table History"), "zh-Hans": ("添加“进入时间”列", "添加“历史快照”表"),
             "zh-Hant": ("新增「進入時間」欄", "新增「歷史快照」表")}[language]
    assert all(each in text for each in added) and "TimeStages" not in text and "TimeBottlenecks" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_and_every_gap_gives_a_whole_sheet(language):
    for deals, history, stages in ((*team(), STAGES), ([], [], STAGES), ([], [], None),
                                   ([["D-1", "A", "Lost", 1, "2026-01-01", "2026-02-01", "", ""]], [], STAGES),
                                   ([["D-1", "A", "", None, None, None, "", ""]], [], None)):
        found = sheet(deals, history, language, stages=stages)
        names = list(tables(found))
        assert len(names) == len(set(names)) and all(name.startswith("Time") for name in names)
        assert isinstance(found.blocks[0], Figures) and isinstance(found.blocks[-1], Text) and sheet_record(found)["title"] == found.title
        for columns in tables(found).values():
            assert sum(column.span for column in columns) <= len(found.widths) and len({len(column.values) for column in columns}) == 1
