"""The stand-in refuses what Excel refuses, so that a macro which does it fails here and not first at a user's."""

import pytest
import xlwings as xw
from engine import opened
from excel_model import ExcelError
from open_books import open_team, team_book
from openpyxl.workbook.protection import WorkbookProtection


def test_a_group_of_sheets_with_a_table_is_not_copied(app, tmp_path):
    book = open_team(app, tmp_path)
    with pytest.raises(ExcelError, match="contains a table"):
        book.api.Worksheets(["Pipeline", "Report"]).Copy()


def test_one_sheet_with_a_table_is_copied_and_its_table_takes_another_name(app, tmp_path):
    book = open_team(app, tmp_path)
    xw.Book(impl=book).sheets["Pipeline"].copy()
    assert [table.name for table in book.sheets("Pipeline (2)").tables] == ["Pipeline2"]


@pytest.mark.parametrize("name", ["a/b", "", "x" * 32, "'quoted", "History", "REPORT"])
def test_a_sheet_takes_no_illegal_name_nor_one_that_is_taken(app, tmp_path, name):
    book = open_team(app, tmp_path)
    with pytest.raises(ExcelError):
        book.sheets("Pipeline").name = name


@pytest.mark.parametrize("name", ["two words", "1st", "Rate", "PIPELINE2"])
def test_a_table_takes_no_illegal_name_nor_one_that_is_taken(app, tmp_path, name):
    book = open_team(app, tmp_path)
    book.names.add("Rate", "=Report!$A$1")
    xw.Book(impl=book).sheets["Pipeline"].copy()
    with pytest.raises(ExcelError):
        book.sheets("Pipeline").tables("Pipeline").name = name


def test_a_protected_sheet_takes_no_value_and_no_note(app, tmp_path):
    book = open_team(app, tmp_path)
    book._model.wb["Report"].protection.sheet = True
    cell = book.sheets("Report").range("B2")
    with pytest.raises(ExcelError, match="protected sheet"):
        cell.raw_value = 1.0
    with pytest.raises(ExcelError, match="protected sheet"):
        cell.add_note("x")
    with pytest.raises(ExcelError, match="protected sheet"):
        book.sheets("Report").clear()


def test_a_protected_structure_takes_and_loses_no_sheet(app, tmp_path):
    book = open_team(app, tmp_path)
    book._model.wb.security = WorkbookProtection(lockStructure=True)
    sheet = book.sheets("Report")
    for change in (sheet.delete, lambda: sheet.copy(None, sheet), lambda: setattr(sheet, "name", "Other")):
        with pytest.raises(ExcelError, match="protected"):
            change()


def test_while_a_cell_is_typed_into_no_call_is_taken(app, tmp_path):
    book = open_team(app, tmp_path)
    app.busy = 2
    for _ in range(2):
        with pytest.raises(ExcelError, match="rejected"):
            book.activate()
    book.activate()


def test_two_books_of_one_name_are_not_open_together(app, tmp_path):
    open_team(app, tmp_path)
    (tmp_path / "other").mkdir()
    with pytest.raises(ExcelError, match="already open"):
        opened(app, team_book(tmp_path / "other" / "Team.xlsx"))


def test_a_cell_has_one_note(app, tmp_path):
    cell = open_team(app, tmp_path).sheets("Report").range("B2")
    cell.add_note("first")
    with pytest.raises(ExcelError):
        cell.add_note("second")


def test_text_that_looks_like_a_number_becomes_one(app, tmp_path):
    cell = open_team(app, tmp_path).sheets("Report").range("B2")
    cell.raw_value = "00123"
    assert cell.raw_value == 123
    cell.raw_value = "'00123"
    assert cell.raw_value == "00123"


def test_only_cells_of_the_sheet_in_sight_are_selected(app, tmp_path):
    book = open_team(app, tmp_path)
    with pytest.raises(ExcelError):
        book.sheets("Report").range("B2").select()


def test_the_cells_of_a_whole_sheet_are_more_than_excel_counts(app, tmp_path):
    with pytest.raises(ExcelError, match="Overflow"):
        len(open_team(app, tmp_path).sheets("Report").cells)


def test_a_chart_that_came_with_its_cells_reads_from_the_book_that_it_came_from(app, tmp_path):
    from funnel_xl.excel import macros

    book = open_team(app, tmp_path)
    macros.charts()
    other = opened(app, team_book(tmp_path / "Other.xlsx"))
    funnel = xw.Book(impl=book).sheets["Funnel"]
    funnel.cells.copy(xw.Book(impl=other).sheets["Report"].range("A1"))
    formulas = [series.api.Formula for chart in other.sheets("Report").charts for series in chart.series]
    assert formulas
    assert all("[Team.xlsx]" in formula for formula in formulas)
