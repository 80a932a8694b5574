"""Two models in one book: wherever a stage is shown, the product line stands with it."""

import pytest

from funnel_xl.sheets.describe import Beside, Table
from funnel_xl.sheets.funnel import funnel_sheet
from funnel_xl.sheets.index import index_sheet
from funnel_xl.sheets.records import summary_record
from funnel_xl.sheets.reports import reports
from funnel_xl.sheets.terminal import summary_blocks
from funnel_xl.wording import words
from tests.sales.test_lines import team
from tests.sheets.said import said

NAMES = ["Software: Lead", "Software: Trial", "Software: Demo", "Software: Contract", "Software: Subscribed", "Hardware: Enquiry",
         "Hardware: Demo", "Hardware: Quote", "Ordered", "Lost"]


def test_the_funnel_sheet_tells_the_two_demos_apart():
    sheet = funnel_sheet(team(), "en")
    table = next(block for block in sheet.blocks if isinstance(block, Table) and block.name == "FunnelStages")
    columns = {column.heading: column.values for column in table.columns}
    assert columns["Stage"] == NAMES
    assert columns["Deals"] == [1, 0, 1, 0, 1, 0, 1, 0, 1, 1]
    # Reached: Software 1 Lead, 2 Demo, 5 won all four; Hardware 3 Demo, 4 won all three; where the lost one was lost is not known.
    assert columns["Reached the stage"] == [3, 2, 2, 1, None, 2, 2, 1, None, None]


def test_each_line_has_a_funnel_of_its_own():
    pictures = [block for block in funnel_sheet(team(), "en").blocks if isinstance(block, Beside)]
    titles = [[chart.title for chart in picture.charts] for picture in pictures[:2]]
    assert titles == [[f"{line}: Deals that reached each stage", f"{line}: Open amount by stage"] for line in ("Software", "Hardware")]
    assert [chart.categories for chart in (pictures[0].charts[0], pictures[1].charts[0])] == [
        ("Lead", "Trial", "Demo", "Contract"), ("Enquiry", "Demo", "Quote")]


@pytest.mark.parametrize(("language", "name"), [("zh-Hans", "Hardware：Demo"), ("zh-Hant", "Hardware：Demo")])
def test_in_chinese_the_line_stands_before_the_stage_too(language, name):
    assert name in said(funnel_sheet(team(), language))


def test_every_report_calls_a_stage_as_the_funnel_sheet_does():
    steps = [name for name in NAMES if name not in ("Software: Subscribed", "Ordered", "Lost")]
    for key, name in (("conversion", "ConversionStages"), ("customers", "CustomersSteps")):
        sheet = reports(team(), "en", [key])[0]
        table = next(block for block in sheet.blocks if isinstance(block, Table) and block.name == name)
        assert list(table.columns[0].values) == steps, key


def test_a_terminal_and_a_program_are_told_the_line():
    rows = summary_blocks(team(), words("en"))[1].rows
    assert [row[0] for row in rows] == [f"{name} ({kind})" for name, kind in zip(NAMES, [
        "open", "open", "open", "open", "won", "open", "open", "open", "won", "lost"], strict=True)]
    record = summary_record(team())
    assert [(line["line"], line["stage"]) for line in record["stages"]][5:9] == [
        ("Hardware", "Enquiry"), ("Hardware", "Demo"), ("Hardware", "Quote"), (None, "Ordered")]
    assert [(step["line"], step["stage"], step["entered"]) for step in record["conversion"]][2:6] == [
        ("Software", "Demo", 2), ("Software", "Contract", 1), ("Hardware", "Enquiry", 2), ("Hardware", "Demo", 2)]


def test_the_index_lists_the_stages_of_each_line():
    assert "(Software: Lead, Trial, Demo, Contract, Subscribed; Hardware: Enquiry, Demo, Quote; Ordered, Lost)" in said(
        index_sheet(team(), "en", {}, ""))
