"""How a review sheet lies on its paper."""

import re
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from funnel_xl.draw.book import draw
from funnel_xl.draw.form import LOOKS
from funnel_xl.draw.page import PAPERS, room
from funnel_xl.sales.answers import answer
from funnel_xl.sales.deals import read_deals
from funnel_xl.sheets.describe import Cell, Form, FormRow, Page, Sheet
from funnel_xl.sheets.review import FORMS, review_sheet
from tests.sheets.worked_forms import AS_OF, FULL, TONG, source

SMALLEST_PRINT = 0.60       # 10 point text comes out as 6 point at this scale


def book(sheet: Sheet, paper: str = "A4") -> BytesIO:
    out = BytesIO()
    draw([sheet], out, paper=paper)
    return out


def drawn(sheet: Sheet) -> Worksheet:
    """The sheet as another program reads it back."""
    return openpyxl.load_workbook(book(sheet)).worksheets[0]


def markup(sheet: Sheet, paper: str = "A4") -> str:
    """The sheet as it is stored."""
    with ZipFile(book(sheet, paper)) as package:
        return package.read("xl/worksheets/sheet1.xml").decode()


def page(*rows: FormRow, language: str = "en") -> Sheet:
    return Sheet("review:0", "review", "Page", (Form((10.0,) * 4, rows),), language=language, page=Page(one_page=True))


def height(text: str, look: str = "box") -> float:
    return drawn(page(FormRow((Cell(text, look, 4),)), FormRow((Cell("x", "label", 4),)))).row_dimensions[1].height


@pytest.fixture(scope="module")
def answers():
    return answer(read_deals(source(), AS_OF), AS_OF)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("row", "language"), [(0, "en"), (1, "zh-Hans"), (2, "zh-Hant"), (FULL, "en"), (FULL, "zh-Hant")])
def test_every_deal_stands_on_one_page_that_can_be_read(answers, row, language, form, paper):
    stored = markup(review_sheet(answers, row, language, form), paper)
    assert "<pageSetUpPr fitToPage" in stored
    assert "fitToHeight" not in stored      # by default one page
    assert sum(map(float, re.findall(r' ht="([\d.]+)"', stored))) * SMALLEST_PRINT < room(paper, False)[1]


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("language", ["en", "zh-Hant"])
@pytest.mark.parametrize(("rivals", "buyers"), [(0, 0), (1, 12), (4, 6), (7, 12), (12, 20)])
def test_however_many_compete_and_decide_the_managers_form_is_one_page_that_can_be_read(rivals, buyers, language, paper):
    more = {"Competitors": [["T-1", f"Rival {number}", 2, "Own sales", 400_000, "Monitor", "Price"] for number in range(rivals)],
            "Buyers": [["T-1", f"Dr. {number}", "Head", None, "T", 3, "Success", "Quiet nights"] for number in range(buyers)]}
    stored = markup(review_sheet(answer(read_deals(source(**more), AS_OF), AS_OF), TONG, language, "manager"), paper)
    assert sum(map(float, re.findall(r' ht="([\d.]+)"', stored))) * SMALLEST_PRINT < room(paper, False)[1]


@pytest.mark.parametrize("form", FORMS)
def test_boxes_do_not_lie_over_each_other(answers, form):
    boxes = re.findall(r'<mergeCell ref="([A-Z]+\d+:[A-Z]+\d+)"', markup(review_sheet(answers, FULL, "en", form)))
    cells = [cell for box in boxes for cell in CellRange(box).cells]
    assert cells
    assert len(cells) == len(set(cells))


def test_a_box_may_reach_over_several_rows():
    sheet = drawn(page(FormRow((Cell("tall", "box", 2, rows=2), Cell("right", "box", 2))), FormRow((Cell("below", "box", 2),))))
    assert (sheet["A1"].value, sheet["C1"].value, sheet["C2"].value) == ("tall", "right", "below")
    assert {str(box) for box in sheet.merged_cells.ranges} == {"A1:B2", "C1:D1", "C2:D2"}


def test_a_text_that_fits_is_left_alone_and_a_long_one_ends_with_an_ellipsis():
    long = "word " * 200
    sheet = drawn(page(FormRow((Cell("short", "box", 4),)), FormRow((Cell(long, "box", 4),)), FormRow((Cell(long, "heading", 4),))))
    assert sheet["A1"].value == "short"
    for cut in (sheet["A2"].value, sheet["A3"].value):
        assert cut.endswith("…")
        assert long.startswith(cut[:-1])


def test_a_row_is_as_high_as_its_text_has_lines():
    # a column of 10 characters is 56 points wide: four of them take 20 Chinese characters of 9.5 points and more than 40 Latin ones
    assert height("字" * 20) == height("x") < height("字" * 40) < height("字" * 60)
    assert height("two words " * 4) == height("x") < height("two words " * 8)


@pytest.mark.parametrize("form", FORMS)
def test_a_crowded_page_fills_its_paper_in_both_directions(answers, form):
    stored = markup(review_sheet(answers, FULL, "en", form))
    width = sum(round(float(each) * 7) * 0.75 * (int(last) - int(first) + 1)       # as it is stored, the space around is counted in
                for first, last, each in re.findall(r'<col min="(\d+)" max="(\d+)" width="([\d.]+)"', stored))
    height = sum(map(float, re.findall(r' ht="([\d.]+)"', stored)))
    across, down = (space / needed for space, needed in zip(room("A4", False), (width, height), strict=True))
    assert across == pytest.approx(down, rel=0.05)


def test_chinese_money_shows_units_of_ten_thousand_and_keeps_the_whole_amount(answers):
    sheet = drawn(review_sheet(answers, TONG, "zh-Hant"))
    formats = {round(cell.value, 1): cell.number_format for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int | float)}
    assert r"0\.0," in formats[485_000]
    assert r"0\.0," in formats[360_112.5]


def test_colours_and_fonts_are_the_pages_own_and_never_the_themes(answers):
    for row in drawn(review_sheet(answers, FULL, "en")).iter_rows():
        for cell in row:
            if cell.value is not None:
                assert cell.font.color.type == "rgb"
                assert cell.font.name == "Arial"
                assert cell.fill.fgColor.type != "theme"


def test_every_look_names_its_lines_in_colours_of_its_own():
    for look in LOOKS.values():
        assert not look.get("border") or "border_color" in look
        assert all(f"{side}_color" in look for side in ("top", "bottom", "left", "right") if look.get(side))


@settings(max_examples=40)
@given(st.text(max_size=80), st.sampled_from(["value", "box", "flag", "heading", "tile", "title"]))
def test_whatever_a_team_types_stays_text(typed, look):
    for text in (typed, "=" + typed, "http://" + typed):
        cell = drawn(page(FormRow((Cell(text, look, 4),))))["A1"]
        assert cell.data_type in ("s", "n")
        assert cell.value is None or isinstance(cell.value, str)
        assert cell.hyperlink is None
