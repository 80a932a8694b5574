"""The drawn book as other programs find it."""

import datetime as dt
import hashlib
import math
import re
from io import BytesIO

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openxml_audit import OpenXmlValidator
from python_calamine import CalamineWorkbook

from funnel_xl.draw.book import CALC_ID, draw
from funnel_xl.draw.canvas import MOST_LINKS
from funnel_xl.draw.mark import MARK
from funnel_xl.errors import OutOfRange
from funnel_xl.sheets.describe import Column, Link, Sheet
from funnel_xl.sheets.pack import pack
from tests.draw.stored import MAIN, cells, one_table, stored, tree
from tests.sheets.team import answers

LANGUAGES = ("en", "zh-Hans", "zh-Hant")


@pytest.fixture(scope="module", params=LANGUAGES)
def parts(request) -> dict[str, bytes]:
    return stored(pack(answers(quota=3_000_000), request.param))


def sheets_of(parts: dict[str, bytes]) -> dict[str, str]:
    """Sheet names by the number of their part."""
    return {str(at): sheet.get("name") for at, sheet in enumerate(tree(parts, "xl/workbook.xml").iter(f"{MAIN}sheet"), 1)}


def test_the_english_sheets_are_called_as_promised():
    names = list(sheets_of(stored(pack(answers(), "en"))).values())
    assert names[:4] == ["Index", "Funnel", "Deals", "Check"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_book_is_valid_by_the_schema(language, tmp_path):
    path = tmp_path / "pack.xlsx"
    draw(pack(answers(), language), path)
    assert OpenXmlValidator().validate(path).errors == []


def test_the_same_deals_give_the_same_bytes():
    books = [BytesIO(), BytesIO()]
    for book in books:
        draw(pack(answers(), "en"), book)
    assert books[0].getvalue() == books[1].getvalue()


def test_each_mark_holds_the_hash_of_what_the_sheet_says(parts):
    names = [name for name in tree(parts, "xl/workbook.xml").iter(f"{MAIN}definedName") if name.get("name") == MARK]
    assert len(names) == len(sheets_of(parts))
    for name in names:
        assert name.get("hidden") == "1"
        kind, version, content, key = name.text.strip('"').split(";", 3)
        lines = "".join(f"{reference}\t{type_}\t{text}\n" for reference, type_, text in cells(parts, int(name.get("localSheetId")) + 1))
        assert content == hashlib.sha256(lines.encode()).hexdigest()[:32], f"{kind} {key}"
        assert version == "1"


def test_a_changed_cell_changes_the_hash():
    books = [stored([one_table(Column("Amount", "money", [amount]))]) for amount in (1.0, 2.0)]
    marks = {re.search(rb'definedName name="_funnel_xl"[^>]*>([^<]*)<', book["xl/workbook.xml"])[1] for book in books}
    assert len(marks) == 2


def test_nothing_is_calculated_anew_when_the_book_is_opened(parts):
    calc = tree(parts, "xl/workbook.xml").find(f"{MAIN}calcPr")
    assert dict(calc.attrib) == {"calcId": str(CALC_ID)}


def test_formulas_sum_only_their_own_sheet_and_say_their_value(parts):
    for number in sheets_of(parts):
        for reference, kind, text in cells(parts, int(number)):
            assert kind != "f" or re.fullmatch(r"SUBTOTAL\(109,[A-Z]+\d+:[A-Z]+\d+\)", text), f"{reference}: {text}"


def test_readers_that_do_not_calculate_see_the_sums():
    out = _bytes(pack(answers(), "en"))
    deals = CalamineWorkbook.from_filelike(out).get_sheet_by_name("Deals").to_python(skip_empty_area=False)
    assert 4_300_000 in deals[2]        # 3,100 open, 800 won, 400 lost, thousands
    assert 1_145_000 in deals[2]


def test_text_of_the_source_stays_text(parts):
    said = [text for number in sheets_of(parts) for _, kind, text in cells(parts, int(number)) if kind == "s"]
    assert "=1+1 Clinic" in said
    assert any(text == '=HYPERLINK("http://x","y")' for text in said)
    assert not [name for name in parts if b"http://x" in parts[name] and name.endswith(".rels")]


def test_links_lead_to_sheets_of_the_same_book_only(parts):
    places = {f"'{name}'" for name in sheets_of(parts).values()}
    found = 0
    for number in sheets_of(parts):
        for link in tree(parts, f"xl/worksheets/sheet{number}.xml").iter(f"{MAIN}hyperlink"):
            assert link.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id") is None
            assert link.get("location").rsplit("!", 1)[0] in places
            found += 1
    assert found > 10


def test_a_finding_leads_to_the_row_of_its_deal():
    book = openpyxl.load_workbook(_bytes(pack(answers(), "en")))
    for cell in (row[0] for row in book["Check"].iter_rows()):
        if cell.hyperlink:
            sheet, place = cell.hyperlink.location.rsplit("!", 1)
            assert book[sheet.strip("'")][place].value == cell.value


def test_every_cell_with_content_has_a_font_and_colours_of_its_own(parts):
    styles = tree(parts, "xl/styles.xml")
    pages = [tree(parts, f"xl/worksheets/sheet{number}.xml") for number in sheets_of(parts)]
    used = {int(cell.get("s", 0)) for page in pages for cell in page.iter(f"{MAIN}c") if cell.find(f"{MAIN}v") is not None}
    assert 0 not in used
    fonts, fills = (list(styles.find(f"{MAIN}{name}")) for name in ("fonts", "fills"))
    formats = list(styles.find(f"{MAIN}cellXfs"))
    for number in used:
        font = fonts[int(formats[number].get("fontId"))]
        assert font.find(f"{MAIN}color").get("rgb"), "a font follows the theme"
        assert font.find(f"{MAIN}scheme") is None
        assert not [colour for colour in fills[int(formats[number].get("fillId"))].iter() if colour.get("theme")]
    assert [style.get("name") for style in styles.find(f"{MAIN}cellStyles")] == ["Normal"]


def test_charts_refer_to_their_own_sheet_and_leave_nothing_to_the_reader(parts):
    charts = [name for name in parts if name.startswith("xl/charts/chart")]
    assert len(charts) == 5
    funnel = sheets_of(parts)["2"]
    for name in charts:
        xml = parts[name].decode()
        assert {formula.rsplit("!", 1)[0].strip("'") for formula in re.findall("<c:f>(.*?)</c:f>", xml)} == {funnel}
        assert "schemeClr" not in xml
        assert xml.count("<c:title>") == 3      # the chart's and both axes'
        assert '<c:roundedCorners val="0"/>' in xml
        assert '<c:varyColors val="0"/>' in xml
        assert xml.count("<c:overlay ") == 3 + xml.count("<c:legend>")
        for labels in re.findall("<c:dLbls>.*?</c:dLbls>", xml):
            for show in ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize"):
                assert labels.count(f"<c:{show} ") == labels.count("<c:showVal "), show


def test_pages_are_set_up_for_the_paper():
    for paper, number in (("A4", "9"), ("Letter", "1")):
        parts = stored(pack(answers(), "en"), paper=paper)
        for sheet in sheets_of(parts):
            page = tree(parts, f"xl/worksheets/sheet{sheet}.xml")
            assert page.find(f"{MAIN}pageSetup").get("paperSize") == number
            assert page.find(f"{MAIN}sheetPr/{MAIN}pageSetUpPr").get("fitToPage") == "1"
            assert "&P" in page.find(f"{MAIN}headerFooter/{MAIN}oddFooter").text
            assert "2026-03-31" in page.find(f"{MAIN}headerFooter/{MAIN}oddFooter").text


def test_an_unknown_paper_is_refused_with_those_that_are_known():
    with pytest.raises(OutOfRange, match='"A3" is unknown; allowed: A4, Letter'):
        stored([one_table(Column("Amount", "money", [1.0]))], paper="A3")


@pytest.mark.parametrize("date1904", [False, True])
def test_dates_are_the_same_days_in_both_date_systems(date1904):
    days = [dt.date(2026, 3, 31), dt.date(1904, 1, 2), dt.datetime(2026, 1, 2, 15, 30)]
    columns = [Column("Typed", "date", np.array(days, dtype="datetime64[s]")), Column("Raw", "raw", days)]
    out = BytesIO()
    draw([one_table(*columns)], out, date1904=date1904)
    rows = list(openpyxl.load_workbook(out).active.iter_rows(min_row=2, values_only=True))
    assert rows == [(dt.datetime(2026, 3, 31),) * 2, (dt.datetime(1904, 1, 2),) * 2, (dt.datetime(2026, 1, 2, 15, 30),) * 2]


def test_a_day_before_excels_calendar_is_written_as_text():
    assert cells(stored([one_table(Column("Date", "raw", [dt.date(1899, 12, 31), dt.datetime(1850, 1, 1, 8)]))]), 1)[1:] == [
        ("A2", "s", "1899-12-31"), ("A3", "s", "1850-01-01 08:00:00")]


def test_numbers_that_no_cell_can_hold_leave_it_empty():
    said = cells(stored([one_table(Column("Amount", "money", [math.nan, math.inf, -math.inf, 1.5])),]), 1)
    assert said[1:] == [("A5", "n", "1.5")]


def test_money_is_shown_in_ten_thousands_in_chinese_and_kept_whole():
    parts = stored([one_table(Column("金額", "money", [1_234_567.0]), language="zh-Hant")])
    assert cells(parts, 1)[1:] == [("A2", "n", "1234567.0")]
    assert r"0\.0," in parts["xl/styles.xml"].decode()


def test_a_sheet_holds_no_more_links_than_excel_allows():
    count = MOST_LINKS + 10
    rows = Column("Deal", "text", ["D"] * count, links=[Link("only")] * count)
    parts = stored([one_table(rows)])
    assert parts["xl/worksheets/sheet1.xml"].count(b"<hyperlink ") == MOST_LINKS
    assert parts["xl/worksheets/sheet1.xml"].count(b't="s"') == count + 1


def test_a_listed_table_covers_all_its_rows_under_unlike_headings():
    columns = [Column("Amount", "money", [1.0, 2.0]), Column("amount", "money", [3.0, 4.0]), Column(" ", "text", ["x", "y"])]
    parts = stored([one_table(*columns)])
    table = tree(parts, "xl/tables/table1.xml")
    assert table.get("ref") == "A1:C3"
    assert [column.get("name") for column in table.iter(f"{MAIN}tableColumn")] == ["Amount", "amount 2", "-"]


def test_an_empty_table_is_still_a_table():
    parts = stored([one_table(Column("Amount", "money", []))])
    assert tree(parts, "xl/tables/table1.xml").get("ref") == "A1:A2"


def test_only_a_table_near_the_top_keeps_its_header_in_sight():
    book = openpyxl.load_workbook(_bytes(pack(answers(), "en")))
    assert book["Deals"].freeze_panes == "C5"
    assert book["Check"].freeze_panes is None       # its list begins below the page of groups and notes


def test_a_footer_of_a_long_name_with_ampersands_stays_whole():
    sheet = Sheet("x", "index", "X", (), title="R&D " * 40, foot="A&B " * 40)
    footer = tree(stored([sheet]), "xl/worksheets/sheet1.xml").find(f"{MAIN}headerFooter/{MAIN}oddFooter").text
    assert len(footer) <= 255
    assert footer.replace("&&", "").count("&") == len(re.findall("&[LR8PN]", footer.replace("&&", "")))


TEXTS = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


@settings(max_examples=60)
@given(st.lists(TEXTS, min_size=1, max_size=5), st.booleans())
def test_any_text_is_stored_as_the_same_text_without_what_xml_forbids(texts, listed):
    parts = stored([one_table(Column("Text", "text" if listed else "wrap", texts), listed=listed)])
    forbidden = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
    wanted = [forbidden.sub("", text.replace("\r\n", "\n").replace("\r", "\n")) for text in texts]
    assert [text for _, kind, text in cells(parts, 1) if kind == "s"][1:] == [text for text in wanted if text]


def test_a_text_longer_than_a_cell_ends_with_an_ellipsis():
    for text in ("x" * 40_000, "漢" * 40_000, "😀" * 20_000):
        (_, _, said), = cells(stored([one_table(Column("Text", "text", [text]))]), 1)[1:]
        assert len(said.encode("utf-16-le")) // 2 <= 32_767
        assert said[:-1] == text[:len(said) - 1]
        assert said.endswith("…")


def test_other_readers_see_the_same_deals():
    out = _bytes(pack(answers(), "en"))
    sheet = openpyxl.load_workbook(BytesIO(out.getvalue()))["Deals"]
    by_calamine = CalamineWorkbook.from_filelike(out).get_sheet_by_name("Deals").to_python(skip_empty_area=False)
    assert [row[0].value for row in sheet.iter_rows(min_row=5)] == [row[0] for row in by_calamine[4:]]
    assert "FunnelDeals" in sheet.tables
    assert sheet.freeze_panes == "C5"


def _bytes(sheets: tuple[Sheet, ...]) -> BytesIO:
    out = BytesIO()
    draw(sheets, out)
    out.seek(0)
    return out


def test_a_footer_that_is_too_long_ends_in_dots_and_a_usual_one_is_whole():
    usual = "14_deals.xlsx / It's a sheet with a name · as of 2026-03-18 · amounts in the source's own currency"
    for foot, whole in ((usual, True), ("x" * 300, False)):
        sheet = Sheet("x", "index", "X", (), title="Funnel", foot=foot)
        footer = tree(stored([sheet]), "xl/worksheets/sheet1.xml").find(f"{MAIN}headerFooter/{MAIN}oddFooter").text
        assert (foot in footer) == whole and ("…&R" in footer) == (not whole)
