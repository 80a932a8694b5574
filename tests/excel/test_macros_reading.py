"""An open workbook is read as its closed file would be: the same deals, answers, findings, and cells to point at."""

import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest
import xlsxwriter
import xlwings as xw
from engine import currency, opened
from excel_model import FIRST_ERROR
from open_books import AS_OF, DEALS, open_team, select, team_book

from funnel_xl.book.source import open_source
from funnel_xl.book.team import Request, answers_of
from funnel_xl.build.demo import demo_book
from funnel_xl.excel import macros
from funnel_xl.excel.placing import sheet_hash
from funnel_xl.excel.tables import book_source, mark_of, read_team, rows_of
from funnel_xl.sales.grid import CellError
from funnel_xl.wording import LANGUAGES


def same_answers(path, book) -> None:
    closed, language = answers_of(Request(path, AS_OF))
    team = read_team(xw.Book(impl=book))
    answers = team.answers()
    assert team.language == language
    pd.testing.assert_frame_equal(answers.computed, closed.computed)
    pd.testing.assert_frame_equal(answers.deals.table, closed.deals.table)
    assert [(each.code, each.where, each.row, each.stake) for each in answers.findings if each.stake == each.stake] == [
        (each.code, each.where, each.row, each.stake) for each in closed.findings if each.stake == each.stake]
    assert [(each.code, each.where) for each in answers.notes] == [(each.code, each.where) for each in closed.notes]
    assert answers.deals.carried == closed.deals.carried


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_teams_workbook_open_or_closed_gives_the_same_answers(app, tmp_path, language):
    path = demo_book(tmp_path, as_of=AS_OF, language=language)
    same_answers(path, opened(app, path))


def test_on_a_mac_too(mac, tmp_path):
    path = demo_book(tmp_path, as_of=AS_OF)
    same_answers(path, opened(mac, path))


def test_a_table_in_the_middle_of_a_sheet_points_to_its_own_cells(app, tmp_path):
    path = team_book(tmp_path / "Team.xlsx")
    same_answers(path, opened(app, path))


def test_deals_without_a_table_below_a_title_and_a_heading_of_two_storeys(app, tmp_path):
    path = tmp_path / "Plain.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Our deals")
        sheet.write("B1", "Deals of the north")
        sheet.merge_range("B3:B4", "Account")
        sheet.merge_range("C3:C4", "Stage")
        sheet.merge_range("D3:E3", "Money")
        sheet.write_row("D4", ("Amount", "Probability"))
        for row, (_, account, stage, amount, *_) in enumerate(DEALS, 4):
            sheet.write_row(row, 1, (account, stage, amount))
        sheet.write("E5", 0.5, book.add_format({"num_format": "0%"}))
    same_answers(path, opened(app, path))
    assert book_source(xw.Book(impl=app.books.active)).load("Our deals").percent == {5}


def test_two_tables_beside_each_other_are_both_read(app, tmp_path):
    path = tmp_path / "Two.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("All")
        sheet.add_table("B2:D4", {"name": "Deals", "columns": [{"header": name} for name in ("Account", "Stage", "Amount")],
                                  "data": [["Acme", "Lead", 5], ["Bolt", "Sold", 7]]})
        sheet.add_table("G5:H7", {"name": "Stages", "columns": [{"header": "Stage"}, {"header": "Kind"}],
                                  "data": [["Lead", "open"], ["Sold", "won"]]})
    same_answers(path, opened(app, path))
    assert [stage.kind for stage in read_team(xw.Book(impl=app.books.active)).answers().stages] == ["open", "won"]


def test_each_kind_of_cell_comes_as_what_it_is(app, tmp_path):
    path = tmp_path / "Kinds.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Kinds")
        sheet.write_row("A1", ("text", 12, True))
        sheet.write_formula("D1", "=1/0", None, "#DIV/0!")
        sheet.write_datetime("E1", dt.datetime(2026, 3, 2, 14, 30), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        sheet.write_formula("F1", '=""', None, "")
        sheet.write_formula("G1", "=A2:A3", None, "#SPILL!")
    book = opened(app, path)
    currency(book, "Kinds", 1, 8, "1200.50")
    assert book.sheets("Kinds").range("D1").raw_value == FIRST_ERROR + 2007        # a number, as COM has it
    assert isinstance(book.sheets("Kinds").range("H1").raw_value, Decimal)
    row = rows_of(xw.Book(impl=book).sheets["Kinds"].range("A1:H1"))[0]
    assert row == ["text", 12.0, True, "#DIV/0!", dt.datetime(2026, 3, 2, 14, 30), None, "#SPILL!", 1200.5]
    assert [type(each) for each in row] == [str, float, bool, CellError, dt.datetime, type(None), CellError, float]


def test_our_own_sheets_are_never_read_as_deals(app, tmp_path):
    book = open_team(app, tmp_path)
    select(book, "A1", "Report")
    macros.review()
    source = book_source(xw.Book(impl=book))
    assert source.sheets == ("Pipeline", "Report")


def test_every_sheet_of_a_pack_has_the_hash_in_its_mark_when_it_lies_open(app, tmp_path):
    path = demo_book(tmp_path, as_of=AS_OF, language="zh-Hant")
    opened(app, path)
    macros.review()
    own = [(sheet, mark) for sheet in xw.Book(impl=app.books.active).sheets if (mark := mark_of(sheet))]
    assert len(own) > 10
    assert [sheet.name for sheet, mark in own if sheet_hash(sheet) != mark[1]] == []


def test_the_as_of_date_of_the_settings_stands_above_today(app, tmp_path):
    book = open_team(app, tmp_path)
    report = book.sheets("Report")
    report.range("B1").raw_value = dt.datetime(2020, 5, 4)
    book.names.add("FunnelAsOf", "=Report!$B$1")
    assert read_team(xw.Book(impl=book)).as_of == dt.date(2020, 5, 4)


def test_a_hidden_row_is_read_and_noted(app, tmp_path):
    path = team_book(tmp_path / "Team.xlsx")
    book = opened(app, path)
    book._model.wb["Pipeline"].row_dimensions[5].hidden = True
    answers = read_team(xw.Book(impl=book)).answers()
    assert len(answers.deals.table) == 3
    assert [each.details["count"] for each in answers.notes if each.code == "rows.hidden"] == [1]


def test_a_closed_source_is_not_needed_for_an_open_book(app, tmp_path):
    """An open book may never have been saved, or lie on a server under an address that is no path."""
    path = team_book(tmp_path / "Team.xlsx")
    book = opened(app, path)
    book.fullname = "https://example.sharepoint.com/Team.xlsx"
    assert read_team(xw.Book(impl=book)).source.name == "Team.xlsx"
    assert open_source(path).sheets == book_source(xw.Book(impl=book)).sheets
