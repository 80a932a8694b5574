"""Deals of a file into the open table: new ones at its end, known ones only where the user agrees, and back again with one button."""

import csv
import datetime as dt
from pathlib import Path

import pytest
import xlwings as xw
from excel_model import as_typed
from hypothesis import given
from hypothesis import strategies as st
from open_books import AS_OF, DEALS, FIELDS, LATER, cells, column, notes, open_team, said

from funnel_xl.excel import last_change, macros
from funnel_xl.excel.tables import read_team
from funnel_xl.excel.writing import written
from funnel_xl.wording import LANGUAGES, words

HEAD = ("Deal ID", "Account", "Stage", "Amount", "Expected close date", "Owner", "Fund %", "Competition %")


@pytest.fixture
def file(tmp_path, app):
    """Writes a CSV file, which the user then chooses."""
    def write(*rows: tuple, head: tuple = HEAD, name: str = "export.csv") -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows([head, *rows])
        app.chosen = str(path)
        return path

    return write


def row(book, number: int) -> list[object]:
    """A deal's fields as the sheet shows them."""
    sheet = book._model.wb["Pipeline"]
    return [sheet.cell(number, column(name)).value for name in FIELDS]


def table_ref(book) -> str:
    return book._model.wb["Pipeline"].tables["Pipeline"].ref


def test_a_new_deal_stands_at_the_end_of_the_table_with_the_tables_own_formula(app, tmp_path, file):
    file(("D-9", "Ewing", "Proposal", "2,500.50", "2031-04-05", "Ann", "75%", "0.5"))
    book = open_team(app, tmp_path)
    macros.import_deals()
    assert row(book, 7) == ["D-9", "Ewing", "Proposal", 2500.5, dt.datetime(2031, 4, 5), "Ann", 0.75, 0.5]
    assert table_ref(book) == "B3:J7"
    assert cells(book, "Pipeline")["J7"] == "=MAX(E:E)"
    assert said(app) == words("en")["macro.import.done"].format(new=1, cells=0)


def test_what_is_imported_is_read_again_as_it_was_meant(app, tmp_path, file):
    file(("D-9", "Ewing", "Proposal", "NT$ 1,200", "2031/4/5", "Ann", "75", "50"))
    book = open_team(app, tmp_path)
    macros.import_deals()
    deals = read_team(xw.Book(impl=book)).deals
    assert deals.column("amount")[3] == 1200
    assert deals.column("fund")[3] == 0.75
    assert deals.column("currency")[3] == "TWD"


@pytest.mark.parametrize("text", ["00123", "=1+1", "+886 2 2712", "-5", "@home", "TRUE", "1E5", "2031-04-05", "12%", "'quoted"])
def test_text_stays_the_text_that_it_is(app, tmp_path, file, text):
    file(("D-9", text, "Proposal", "5", "", "", "", ""))
    book = open_team(app, tmp_path)
    macros.import_deals()
    assert row(book, 7)[1] == text
    assert book._model.wb["Pipeline"].cell(7, column("account")).data_type == "s"


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30))
def test_any_text_is_written_so_that_excel_makes_nothing_else_of_it(text):
    typed = written(text)
    assert typed == text if not typed.startswith("'") else typed[1:] == text
    if not typed.startswith("'"):
        assert as_typed(typed) == text


def test_a_known_deal_is_changed_where_the_user_agrees(app, tmp_path, file):
    file(("D-2", "Bolt", "Negotiation", "600", "", "Zoe", "", ""))
    book = open_team(app, tmp_path)
    macros.import_deals()
    assert (row(book, 5)[3], row(book, 5)[5]) == (600, "Zoe")
    question = app.asked[0][0]
    assert "Pipeline!E5: 485.5 > 600" in question
    assert "Pipeline!G5: - > Zoe" in question


@pytest.mark.parametrize(("answer", "amount", "last"), [("yes", 600, "D-9"), ("no", 485.5, "D-9"), ("cancel", 485.5, None)])
def test_nothing_is_overwritten_against_the_users_will(app, tmp_path, file, answer, amount, last):
    file(("D-2", "Bolt", "Negotiation", "600", "", "", "", ""), ("D-9", "Ewing", "Proposal", "5", "", "", "", ""))
    book = open_team(app, tmp_path)
    app.answers = [answer]
    macros.import_deals()
    assert row(book, 5)[3] == amount
    assert row(book, 7)[0] == last
    assert app.asked[0][1] == "yes_no_cancel"


def test_an_empty_cell_of_the_file_empties_none_of_the_table(app, tmp_path, file):
    file(("007", "", "", "", "", "", "", ""))
    book = open_team(app, tmp_path)
    before = cells(book, "Pipeline")
    macros.import_deals()
    assert cells(book, "Pipeline") == before
    assert said(app).startswith("export.csv brings nothing new: 1 of its deals")


def test_the_same_value_in_other_words_is_no_change(app, tmp_path, file):
    file(("7", "ACME", "Proposal", "1,200.00", LATER.strftime("%d %b %Y"), "Ann", "75%", "75%"),
         ("007", "Acme", "Proposal", "1,200.00", LATER.strftime("%d %b %Y"), "Ann", "75%", "75%"))
    book = open_team(app, tmp_path)
    app.answers = ["cancel"]
    macros.import_deals()
    assert "differ" not in app.asked[0][0]
    assert len(read_team(xw.Book(impl=book)).deals.table) == 3


def test_formulas_of_the_table_are_never_written_over(app, tmp_path, file):
    file(("007", "Acme", "999"), ("D-9", "Ewing", "999"), head=("Deal ID", "Account", "Highest"))
    book = open_team(app, tmp_path)
    macros.import_deals()
    assert [cells(book, "Pipeline")[f"J{number}"] for number in (4, 5, 6, 7)] == ["=MAX(E:E)"] * 4


def test_a_single_formula_among_typed_cells_is_left_alone(app, tmp_path, file):
    file(("D-2", "Bolt", "Negotiation", "600", "", "", "", ""))
    book = open_team(app, tmp_path)
    book._model.wb["Pipeline"]["E5"].value = "=E4/2"
    macros.import_deals()
    assert cells(book, "Pipeline")["E5"] == "=E4/2"


def test_columns_that_the_table_does_not_have_are_named(app, tmp_path, file):
    file(("D-9", "Ewing", "Taipei"), head=("Deal ID", "Account", "Town"))
    open_team(app, tmp_path)
    macros.import_deals()
    assert "Columns that your table does not have: Town." in app.asked[0][0]


def test_a_column_that_only_the_team_knows_is_taken_over_by_its_heading(app, tmp_path, file):
    file(("D-9", "Ewing", "blue"), head=("Deal ID", "Account", "colour"))
    book = open_team(app, tmp_path)
    book._model.wb["Pipeline"]["I3"].value = "Colour"
    book._model.wb["Pipeline"].tables["Pipeline"].tableColumns[7].name = "Colour"
    macros.import_deals()
    assert cells(book, "Pipeline")["I7"] == "blue"


def test_without_ids_a_deal_is_known_by_its_account(app, tmp_path, file):
    file(("Bolt", "600"), ("Ewing", "5"), head=("Account", "Amount"))
    book = open_team(app, tmp_path)
    macros.import_deals()
    assert row(book, 5)[3] == 600
    assert row(book, 7)[:2] == [None, "Ewing"]


def test_a_deal_that_comes_twice_or_may_be_one_of_two_is_left_out(app, tmp_path, file):
    file(("D-9", "Ewing"), ("D-9", "Ewing again"), ("", "Acme"), head=("Deal ID", "Account"))
    book = open_team(app, tmp_path, deals=[*DEALS, ("D-4", *DEALS[0][1:])])
    macros.import_deals()
    assert len(read_team(xw.Book(impl=book)).deals.table) == 5
    assert "2 deals of the file come twice in it or may be one of several" in app.asked[0][0]


def test_amounts_go_into_the_unit_of_the_teams_heading(app, tmp_path, file):
    file(("D-9", "Ewing", "1,500,000"), head=("Deal ID", "Account", "Amount"))
    book = open_team(app, tmp_path)
    book._model.wb["Pipeline"]["E3"].value = "Amount (万元)"
    macros.import_deals()
    assert row(book, 7)[3] == 150


def test_chances_go_into_points_where_the_team_types_points(app, tmp_path, file):
    file(("D-9", "Ewing", "0.25"), head=("Deal ID", "Account", "Fund %"))
    book = open_team(app, tmp_path, deals=[(*deal[:6], deal[6] * 100, deal[7] * 100) for deal in DEALS])
    for number in (4, 5, 6):
        book._model.wb["Pipeline"].cell(number, column("fund")).number_format = "General"
    macros.import_deals()
    assert row(book, 7)[6] == 25


def test_amounts_of_two_currencies_are_never_mixed(app, tmp_path, file):
    file(("D-9", "Ewing", "5"), head=("Deal ID", "Account", "Amount (USD)"))
    book = open_team(app, tmp_path)
    book._model.wb["Pipeline"]["E3"].value = "Amount (TWD)"
    before = cells(book, "Pipeline")
    macros.import_deals()
    assert said(app) == words("en")["error.macro.import_currency"].format(file="export.csv", theirs="USD", ours="TWD")
    assert cells(book, "Pipeline") == before


def test_what_stands_below_the_table_moves_down(app, tmp_path, file):
    file(("D-8", "Ewing", "", "", "", "", "", ""), ("D-9", "Finch", "", "", "", "", "", ""))
    book = open_team(app, tmp_path, below="Notes of the team")
    macros.import_deals()
    assert [row(book, number)[0] for number in (7, 8)] == ["D-8", "D-9"]
    assert "Notes of the team" in cells(book, "Pipeline").values()
    assert cells(book, "Pipeline")["C10"] == "Notes of the team"


def test_a_row_of_totals_stays_the_last(app, tmp_path, file):
    file(("D-9", "Ewing", "", "", "", "", "", ""))
    book = open_team(app, tmp_path, totals=True)
    book._model.wb["Pipeline"]["B7"].value = "Sum"
    macros.import_deals()
    assert row(book, 7)[0] == "D-9"
    assert cells(book, "Pipeline")["B8"] == "Sum"


def test_into_an_empty_table_deals_go_from_its_first_row(app, tmp_path, file):
    file(("D-8", "Ewing", "", "", "", "", "", ""), ("D-9", "Finch", "", "", "", "", "", ""))
    book = open_team(app, tmp_path, deals=[(None,) * len(FIELDS)])
    macros.import_deals()
    assert [row(book, number)[0] for number in (4, 5)] == ["D-8", "D-9"]
    assert table_ref(book) == "B3:J5"


def test_undo_takes_an_import_back(app, tmp_path, file):
    file(("D-2", "Bolt", "Negotiation", "600", "", "Zoe", "", ""), ("D-9", "Ewing", "Proposal", "5", "2031-04-05", "", "", ""))
    book = open_team(app, tmp_path)
    before, remarks = cells(book, "Pipeline"), notes(book)
    macros.import_deals()
    assert cells(book, "Pipeline") != before
    macros.undo()
    assert cells(book, "Pipeline") == before
    assert (table_ref(book), notes(book)) == ("B3:J6", remarks)


@pytest.mark.parametrize("place", ["E5", "B7", "C7"])
def test_what_was_changed_since_is_not_taken_back(app, tmp_path, file, place):
    file(("D-2", "Bolt", "Negotiation", "600", "", "Zoe", "", ""), ("D-9", "Ewing", "Proposal", "5", "2031-04-05", "", "", ""))
    book = open_team(app, tmp_path)
    macros.import_deals()
    book.sheets("Pipeline").range(place).raw_value = "my own"
    before = cells(book, "Pipeline")
    macros.undo()
    assert cells(book, "Pipeline") == before
    assert said(app) == words("en")["error.macro.undo_changed"].format(file="Team.xlsx", sheet="Pipeline")


def test_a_change_in_one_book_is_not_taken_back_in_another(app, tmp_path, file):
    from engine import opened
    from open_books import team_book

    file(("D-9", "Ewing", "Proposal", "5", "", "", "", ""))
    open_team(app, tmp_path)
    macros.import_deals()
    opened(app, team_book(tmp_path / "Other.xlsx"))
    macros.undo()
    assert said(app) == words("en")["macro.undo.nothing"]


def test_what_is_noted_for_undo_lies_with_the_user_and_is_gone_afterwards(app, tmp_path, file):
    file(("D-9", "Ewing", "Proposal", "5", "", "", "", ""))
    open_team(app, tmp_path)
    macros.import_deals()
    assert len(list((tmp_path / "state" / "undo").iterdir())) == 1
    macros.undo()
    assert not list((tmp_path / "state" / "undo").iterdir())


def test_a_damaged_note_for_undo_is_none(app, tmp_path):
    book = open_team(app, tmp_path)
    last_change.remember(xw.Book(impl=book), [])
    next((tmp_path / "state" / "undo").iterdir()).write_text("{")
    macros.undo()
    assert said(app) == words("en")["macro.undo.nothing"]


def test_who_chooses_no_file_changes_nothing_and_reads_no_box(app, tmp_path):
    open_team(app, tmp_path)
    macros.import_deals()
    assert app.asked == []


def test_a_protected_sheet_takes_no_deals(app, tmp_path, file):
    file(("D-9", "Ewing", "", "", "", "", "", ""))
    open_team(app, tmp_path)._model.wb["Pipeline"].protection.sheet = True
    macros.import_deals()
    assert said(app) == words("en")["error.macro.locked"].format(sheet="Pipeline")


def test_a_file_that_is_no_table_is_refused_as_on_the_command_line(app, tmp_path):
    (tmp_path / "export.csv").write_bytes(b"%PDF-1.7")
    app.chosen = str(tmp_path / "export.csv")
    open_team(app, tmp_path)
    macros.import_deals()
    assert said(app) == words("en")["error.file.kind.pdf"].format(file="export.csv")


def test_plain_cells_take_no_deals_since_their_end_is_not_certain(app, tmp_path, file):
    file(("D-9", "Ewing", "", "", "", "", "", ""))
    book = open_team(app, tmp_path)
    book._model.wb["Pipeline"].tables.clear()
    macros.import_deals()
    assert said(app) == words("en")["error.macro.no_table"].format(sheet="Pipeline")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_is_in_the_language_of_the_team(app, tmp_path, file, language):
    file(("D-9", "Ewing", "", "", "", "", "", ""))
    open_team(app, tmp_path, language)
    macros.import_deals()
    assert app.asked[0][0] == words(language)["macro.import.new"].format(file="export.csv", n=1)


def test_on_a_mac_the_chosen_file_is_read_too(mac, tmp_path, file):
    file(("D-9", "Ewing", "", "", "", "", "", ""))
    book = open_team(mac, tmp_path)
    macros.import_deals()
    assert row(book, 7)[0] == "D-9"


def test_a_workbook_is_imported_like_a_csv_file(app, tmp_path):
    from open_books import team_book

    other = team_book(tmp_path / "Other.xlsx", "zh-Hant", [("D-9", "Ewing", "Proposal", 5.0, AS_OF, "Ann", 0.5, 0.5)])
    app.chosen = str(other)
    book = open_team(app, tmp_path)
    macros.import_deals()
    assert row(book, 7) == ["D-9", "Ewing", "Proposal", 5, dt.datetime.combine(AS_OF, dt.time()), "Ann", 0.5, 0.5]
