"""A closed workbook as raw cells: what stands in it, where, and what its owner did not type."""

import datetime as dt

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.table import Table as OpenpyxlTable
from surgery import DEALS, MAIN, SHEET, book, cut, packed, parts, sheet_xml, with_sheet

from funnel_xl.book import values
from funnel_xl.book.formats import Formats
from funnel_xl.book.source import open_source
from funnel_xl.book.survey import survey
from funnel_xl.sales.grid import CellError, Sheet, Table


def read(path, sheet: str = "Deals") -> Sheet:
    return open_source(path).load(sheet)


def test_a_sheet_is_read_as_it_was_typed(tmp_path):
    source = open_source(book(tmp_path / "Team.xlsx"))
    assert (source.name, source.sheets, source.is_csv, source.date1904, source.notes) == ("Team.xlsx", ("Deals",), False, False, ())
    sheet = source.load("Deals")
    assert sheet.rows == [list(row) for row in DEALS]
    assert (sheet.name, sheet.first_row, sheet.first_column, sheet.lines) == ("Deals", 1, 1, None)


@pytest.mark.parametrize("extension", ["xlsm", "xltx", "xltm", "xls", "dat"])
def test_what_a_file_is_decides_its_content_and_not_its_name(tmp_path, extension):
    book(tmp_path / "Team.xlsx").rename(tmp_path / f"Team.{extension}")
    assert len(read(tmp_path / f"Team.{extension}").rows) == 3


def test_empty_cells_are_none_and_the_first_cell_is_where_it_stands(tmp_path):
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("Deals")
        sheet.write("C5", "Account")
        sheet.write("E5", "Stage")
        sheet.write("C7", 7)
    found = read(path)
    assert (found.first_row, found.first_column) == (5, 3)
    assert found.rows == [["Account", None, "Stage"], [None, None, None], [7, None, None]]


def test_a_sheet_without_a_cell_has_no_rows(tmp_path):
    assert read(book(tmp_path / "b.xlsx", ())).rows == []


def test_numbers_texts_truths_and_times_keep_their_kinds(tmp_path):
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("Deals")
        sheet.write_row(0, 0, [1, 0.5, True, "007"])
        for column, (value, code) in enumerate([(45000.5, "yyyy-mm-dd hh:mm"), (0.25, "hh:mm"), (1.5, "[h]:mm"), (45000, '0.0 "days"')], 4):
            sheet.write_number(0, column, value, workbook.add_format({"num_format": code}))
    assert read(path).rows == [[1, 0.5, True, "007", dt.datetime(2023, 3, 15, 12), dt.time(6), dt.timedelta(hours=36), 45000]]


@pytest.mark.parametrize("code", [
    "yyyy-mm-dd", "d/m/yy", 'yyyy"年"m"月"d"日"', '[$-404]e"年"m"月"d"日"', "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "mmm-yy;@",
    "[Red]dd.mm.yyyy",
])
def test_a_date_is_a_date_in_every_format(tmp_path, code):
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet("Deals").write_number(0, 0, 45366, workbook.add_format({"num_format": code}))
    assert read(path).rows == [[dt.datetime(2024, 3, 15)]]      # 45366 is 2024-03-15


@pytest.mark.parametrize("code", [
    '0.00 "Mds"', "#,##0.00_);[Red]\\(#,##0.00\\)", '"Day "0', "0.00E+00", "[$¥-804]#,##0", "General", '#,##0\\ "days"', "_d0", "0*d",
])
def test_a_number_is_no_date_because_its_unit_has_a_d(tmp_path, code):
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet("Deals").write_number(0, 0, 45366, workbook.add_format({"num_format": code}))
    assert read(path).rows == [[45366]]


@pytest.mark.parametrize("number", [14, 22, 27, 31, 36, 50, 57, 58])
def test_built_in_dates_of_chinese_excel_are_dates_though_no_book_spells_them_out(tmp_path, number):
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet("Deals").write_number(0, 0, 45366, workbook.add_format({"num_format": number}))
    assert read(path).rows == [[dt.datetime(2024, 3, 15)]]


def test_a_book_that_counts_from_1904_has_the_same_dates(tmp_path):
    path = tmp_path / "Mac.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": True}) as workbook:
        sheet = workbook.add_worksheet("Deals")
        sheet.write_datetime(0, 0, dt.datetime(2024, 3, 15), workbook.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_datetime(0, 1, dt.datetime(2024, 3, 15, 18), workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
    source = open_source(path)
    assert source.date1904
    assert source.load("Deals").rows == [[dt.datetime(2024, 3, 15), dt.datetime(2024, 3, 15, 18)]]


def test_a_span_of_time_beyond_every_calendar_stays_a_number(tmp_path):
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("Deals")
        sheet.write_number(0, 0, 1e10, workbook.add_format({"num_format": "[h]:mm"}))
        sheet.write_number(0, 1, 45366, workbook.add_format({"num_format": "yyyy-mm-dd"}))
    assert read(path).rows == [[1e10, dt.datetime(2024, 3, 15)]]


def test_percentages_stay_fractions_and_their_column_is_told(tmp_path):
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet, percent = workbook.add_worksheet("Deals"), workbook.add_format({"num_format": "0.0%"})
        sheet.write_row(0, 0, ["Fund", "Amount", "Win"])
        sheet.write(0, 4, 0.4, percent)                     # a share of its own above nothing
        sheet.write_column(1, 0, [0.75, 0.5, 0.25], percent)
        sheet.write_column(1, 1, [1000, 2000, 3000])
        sheet.write(4, 1, 0.1, percent)                     # one of four amounts: the column is not a percentage
        sheet.write_column(1, 2, [0.75, 0.5], percent)
        sheet.write_column(3, 2, [80, 90])                  # half of the column
    sheet = read(path)
    assert sheet.rows[1][:3] == [0.75, 1000, 0.75]
    assert sheet.percent == {1, 3, 5}


def test_a_percent_sign_that_is_only_quoted_is_no_percentage(tmp_path):
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet("Deals").write_number(0, 0, 75, workbook.add_format({"num_format": '0"%"'}))
    assert read(path).percent == frozenset()


def test_error_values_are_told_from_text_that_looks_like_them(tmp_path):
    path = with_sheet(tmp_path / "b.xlsx", sheet_xml(
        '<row r="2"><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="C2" t="inlineStr"><is><t>#N/A</t></is></c>'
        '<c r="D2" s="0" t="e"><v>#N/A</v></c><c r="E2" t="e"><f>X()</f><v>#SPILL!</v></c><c r="F2"><v>5</v></c></row>'))
    [row] = read(path).rows
    assert row == ["#DIV/0!", "#N/A", "#N/A", "#SPILL!", 5]
    assert [type(value) is CellError for value in row] == [True, False, True, True, False]


@pytest.mark.parametrize("spelling", ["<c ", "<c  "])
@pytest.mark.parametrize("value", ["", "<v></v>", "<v/>", "<v> </v>"])
def test_an_error_that_names_no_error_is_an_empty_cell(tmp_path, spelling, value):
    rows = f'<row r="1"><c r="A1"><v>1</v></c><c r="F1" t="e">{value}</c></row>'.replace("<c ", spelling)
    [row] = read(with_sheet(tmp_path / "b.xlsx", sheet_xml(rows))).rows
    assert row[0] == 1
    assert not any(isinstance(cell, CellError) for cell in row)


def test_formulas_without_a_stored_value_are_told(tmp_path):
    path = tmp_path / "b.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active.title = "Deals"
    for row in (["Account", "Amount"], ["Acme", "=1+1"], ["Bolt", 3]):
        workbook.active.append(row)
    workbook.save(path)
    sheet = read(path)
    assert sheet.uncached == {(2, 2)}
    assert sheet.rows[1] == ["Acme", None]


@pytest.mark.parametrize(("cell", "missing"), [
    ('<c r="A1"><f>B1</f></c>', True), ('<c r="A1"><f>B1</f><v/></c>', True), ('<c r="A1"><f>B1</f><v></v></c>', True),
    ('<c r="A1" s="0"><f t="shared" si="0"/></c>', True), ('<c r="A1"><f t="shared" ref="A1:A2" si="0">B1</f><v>4</v></c>', False),
    ('<c r="A1"><f>B1</f><v>4</v></c>', False), ('<c r="A1" t="str"><f>B1</f><v></v></c>', False),      # Excel's way to store ""
])
def test_each_way_to_store_no_value_is_known(tmp_path, cell, missing):
    path = with_sheet(tmp_path / "b.xlsx", sheet_xml(f'<row r="1">{cell}<c r="B1"><v>4</v></c></row>'))
    assert ((1, 1) in read(path).uncached) == missing


def test_merged_cells_hidden_rows_and_filters_are_read_and_told(tmp_path):
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("Deals")
        sheet.merge_range("A1:C1", "Pipeline 2026")
        for number, row in enumerate(DEALS, 1):
            sheet.write_row(number, 0, row)
        sheet.autofilter("A2:C4")
        sheet.filter_column("B", "x == Won")
        sheet.set_row(3, options={"hidden": True})
        sheet.set_column("E:F", None, None, {"hidden": True})
    sheet = read(path)
    assert sheet.merged == ((1, 1, 1, 3),)
    assert sheet.hidden == 1
    assert [row[0] for row in sheet.rows] == ["Pipeline 2026", "Account", "Acme", "Bolt"]


def test_tables_are_told_with_their_header_and_totals(tmp_path):
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet("Cover").write(0, 0, "Read me")
        sheet = workbook.add_worksheet("Team A")
        sheet.add_table("B3:D6", {"name": "Deals", "total_row": True, "columns": [{"header": text} for text in DEALS[0]]})
        sheet.add_table("G1:H2", {"name": "Bare", "header_row": False})
    source = open_source(path)
    assert source.sheets == ("Cover", "Team A")
    assert source.tables == {"Team A": (Table("Deals", 3, 6, 2, 4, 1, 1), Table("Bare", 1, 2, 7, 8, 0, 0))}


def test_tables_written_by_another_program_are_told_alike(tmp_path):
    workbook = openpyxl.Workbook()
    for row in DEALS:
        workbook.active.append(row)
    workbook.active.add_table(OpenpyxlTable(displayName="Deals", ref="A1:C3"))
    workbook.save(tmp_path / "b.xlsx")
    assert open_source(tmp_path / "b.xlsx").tables == {"Sheet": (Table("Deals", 1, 3, 1, 3, 1, 0),)}


def test_sheets_keep_the_books_order_and_charts_are_no_sheets(tmp_path):
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet("Zürich").write(0, 0, 1)
        chart = workbook.add_chart({"type": "bar"})
        chart.add_series({"values": "='Zürich'!$A$1:$A$1"})
        workbook.add_chartsheet("Chart").set_chart(chart)
        workbook.add_worksheet("商機").hide()
    assert open_source(path).sheets == ("Zürich", "商機")


def test_our_own_sheets_are_not_read(tmp_path):
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        for name in ("Funnel", "Deals", "Check"):
            workbook.add_worksheet(name).add_table("A1:B2", {"name": f"T{name}"})
        workbook.define_name("Funnel!_funnel_xl", '="funnel 1 abc"')
        workbook.define_name("Check!_Funnel_XL", '="check 1 abc"')
        workbook.define_name("_funnel_xl", '="the team\'s own name of the book"')
    cut(path, "xl/workbook.xml", lambda xml: xml.replace(b" localSheetId", b' hidden="1" localSheetId'))
    source = open_source(path)
    assert source.sheets == ("Deals",)
    assert set(source.tables) == {"Deals"}


AMOUNT, NAME = '<c r="B2"><v>1.5</v></c>', '<c r="C2" t="str"><v>Acme</v></c>'
ERROR, FORMULA = '<c r="D2" t="e"><v>#N/A</v></c>', '<c r="E2"><f>B2</f></c>'
ROW = f'<row r="2">{AMOUNT}{NAME}{ERROR}{FORMULA}</row>'
MERGED = '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
SPELLINGS = {
    "plain": sheet_xml(ROW, MERGED),
    "prefixes": f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>' + ROW.replace("<", "<x:").replace("<x:/", "</x:")
                + '</x:sheetData><x:mergeCells><x:mergeCell ref="A1:B1"/></x:mergeCells></x:worksheet>',
    "single quotes": sheet_xml(ROW, MERGED).replace('"', "'"),
    "no references": sheet_xml('<row/><row><c/><c><v>1.5</v></c><c t="inlineStr"><is><t>Acme</t></is></c>'
                               '<c t="e"><v>#N/A</v></c><c><f>B2</f></c></row>', MERGED),
    "another order": sheet_xml(f'<row r="2"><c t="str" r="C2"><v>Acme</v></c><c s="0" r="B2"><v>1.5</v></c>{ERROR}{FORMULA}</row>', MERGED),
    "comments": sheet_xml('<!-- <c r="XFD9"><v>1</v></c> -->' + ROW.replace("Acme", "<![CDATA[Acme]]>"), MERGED),
    "rich text": sheet_xml(f'<row r="2">{AMOUNT}<c r="C2" t="inlineStr"><is>'
                           '<r><rPr><color rgb="FFFF0000"/></rPr><t>Ac</t></r><r><t>me</t></r><rPh sb="0" eb="1"><t>アクメ</t></rPh>'
                           f'</is></c>{ERROR}{FORMULA}</row>', MERGED),
    "line breaks": sheet_xml(ROW.replace("<c ", "\n<c\n").replace(" t=", "\tt=").replace("</row>", "\n</row>\n"), MERGED),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_same_sheet_is_read_alike_however_its_xml_is_spelt(tmp_path, spelling):
    path = with_sheet(tmp_path / "b.xlsx", SPELLINGS[spelling])
    sheet = read(path)
    assert (sheet.first_row, sheet.first_column) == (2, 2)
    assert [value for value in sheet.rows[0] if value is not None] == [1.5, "Acme", CellError("#N/A")]
    assert type(sheet.rows[0][2]) is CellError
    assert sheet.uncached == {(2, 5)}
    assert sheet.merged == ((1, 1, 1, 2),)


def test_a_part_in_utf_16_is_read(tmp_path):
    path = cut(book(tmp_path / "b.xlsx"), SHEET, lambda xml: xml.decode().replace("UTF-8", "UTF-16").encode("utf-16"))
    assert read(path).rows == [list(row) for row in DEALS]


def test_parts_are_found_by_their_relationships_and_not_by_their_usual_names(tmp_path):
    path = book(tmp_path / "b.xlsx")
    content = parts(path)
    content["XL/Sheets/Deals.XML"] = content.pop(SHEET)
    rels = "xl/_rels/workbook.xml.rels"
    content[rels] = content[rels].replace(b"worksheets/sheet1.xml", b"/xl/sheets/../sheets/deals.xml")
    path.write_bytes(packed(content))
    assert read(path).rows == [list(row) for row in DEALS]


def test_a_sheet_is_surveyed_alike_in_one_piece_and_in_many(tmp_path, monkeypatch):
    path = book(tmp_path / "b.xlsx", [[f"Deal {number}", number, number / 7] for number in range(3000)])
    xml = parts(path)[SHEET].replace(b'<row r="7"', b'<row r="7" hidden="1"').replace(b'<c r="C9">', b'<c r="C9" s="1">')
    whole = survey(xml, Formats(("", "percent")))
    monkeypatch.setattr("funnel_xl.book.survey.CHUNK", 700)
    pieces = survey(xml, Formats(("", "percent")))
    assert whole == pieces
    assert (whole.cells, whole.first_row, whole.last_row, whole.first_column, whole.last_column) == (9000, 1, 3000, 1, 3)
    assert (whole.hidden, whole.percents, whole.numbers) == (1, {3: 1}, {2: 3000, 3: 3000})


def test_reading_needs_no_memory_files(tmp_path, monkeypatch):
    monkeypatch.setattr(values, "MEMORY_FILES", False)      # as on Windows and macOS
    assert read(book(tmp_path / "b.xlsx")).rows == [list(row) for row in DEALS]


def test_a_sheet_is_read_once_however_often_it_is_asked_for(tmp_path):
    source = open_source(book(tmp_path / "b.xlsx"))
    assert source.load("Deals") is source.load("Deals")
