"""The buttons, on an open workbook: what they draw, mark and say, and that Excel is afterwards as it was."""

import re
import zipfile
from pathlib import Path

import pytest
import xlwings as xw
from open_books import DEALS, cells, column, notes, open_team, said, select, sheet_names
from openpyxl.workbook.protection import WorkbookProtection

from funnel_xl.book.ours import own_sheets
from funnel_xl.book.package import Package
from funnel_xl.draw.mark import MARK
from funnel_xl.excel import macros, marks, native, placing
from funnel_xl.sheets.reports import REPORTS
from funnel_xl.wording import LANGUAGES, words

BUTTONS = ("check", "review", "charts", "weekly", "report_all", "report_ideal", "refresh", "freeze", "undo", "unmark", "language",
           "remove_demo", "import_deals")


def state(app, book) -> tuple:
    """All that a user would notice if a macro left it changed."""
    return (app.screen_updating, app.display_alerts, app.enable_events, app.calculation, app.status_bar, app.books.active.name,
            book.front, book.selected.address, book.selected.sheet.name, len(app.books))


@pytest.mark.parametrize("button", BUTTONS)
def test_excel_is_as_it_was_after_every_button(app, tmp_path, button):
    book = open_team(app, tmp_path)
    app.calculation = "semiautomatic"
    select(book, "C5:D6")
    before = state(app, book)
    getattr(macros, button)()
    assert state(app, book) == before


@pytest.mark.parametrize("button", ["check", "review", "charts"])
def test_excel_is_as_it_was_when_a_button_fails_halfway(app, tmp_path, monkeypatch, button):
    book = open_team(app, tmp_path)
    before, sheets = state(app, book), sheet_names(book)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(placing, "_put", fail)
    getattr(macros, button)()
    assert state(app, book) == before
    assert sheet_names(book) == sheets
    log = tmp_path / "state" / "functions.log"
    assert said(app) == words("en")["error.macro.failed"].format(log=log)
    assert app.asked[-1][1:] == ("ok", "critical")
    assert "ZeroDivisionError" in log.read_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_check_lists_the_findings_and_marks_their_cells_in_the_language_of_the_deals(app, tmp_path, language):
    book = open_team(app, tmp_path, language)
    macros.check()
    text = words(language)
    name = text["sheet.placed.check"]
    assert name in sheet_names(book)
    question, done = (each[0] for each in app.asked)
    assert text["macro.check.ask"].split("{n}")[1] in question
    marked = {place: note for place, note in notes(book).items() if note.startswith(marks.PREFIX)}
    assert marked
    assert done.startswith(text["macro.mark.done"].format(n=len(marked)))
    assert any("Bolt" in str(value) or "D-2" in str(value) for value in cells(book, name).values())


def test_a_finding_leads_to_the_row_of_its_deal_in_the_teams_own_table(app, tmp_path):
    book = open_team(app, tmp_path)
    macros.check()
    links = {cell.value: cell.hyperlink.location for row in book._model.wb["Funnel check"].iter_rows() for cell in row if cell.hyperlink}
    assert links["D-2"] == "'Pipeline'!A5"
    assert links["D-3"] == "'Pipeline'!A6"


@pytest.mark.parametrize("name", ["Tom's deals", "商机 (2026)", "A1", "50% & more"])
def test_a_sheet_of_any_name_is_marked_and_linked_to(app, tmp_path, name):
    book = open_team(app, tmp_path)
    book.sheets("Pipeline").name = name
    macros.check()
    assert any(note.startswith(marks.PREFIX) for note in notes(book, name).values())
    links = {cell.hyperlink.location for row in book._model.wb["Funnel check"].iter_rows() for cell in row if cell.hyperlink}
    quoted = name.replace("'", "''")
    assert f"'{quoted}'!A5" in links


def test_marks_never_touch_a_cells_own_note_nor_any_value(app, tmp_path):
    book = open_team(app, tmp_path)
    before = cells(book, "Pipeline")
    amount = next(place for place, note in notes(book).items() if note == "ask Bolt's CFO")
    macros.check()
    assert cells(book, "Pipeline") == before
    assert notes(book)[amount] == "ask Bolt's CFO"


def test_a_conversation_in_a_cell_is_left_alone(app, tmp_path):
    book = open_team(app, tmp_path)
    sheet = book._model.wb["Pipeline"]
    macros.check()
    place = next(place for place, note in notes(book).items() if note.startswith(marks.PREFIX))
    macros.unmark()
    book._model.threads.add((id(sheet), sheet[place].row, sheet[place].column))
    macros.check()
    assert place not in notes(book)
    assert words("en")["macro.mark.kept"].format(n=1) in said(app)


def test_the_next_check_takes_older_marks_off(app, tmp_path):
    book = open_team(app, tmp_path)
    macros.check()
    before = notes(book)
    book.sheets("Pipeline").range((6, column("amount"))).raw_value = 100.0
    macros.check()
    assert set(before) - set(notes(book)) == {"E6"}


def test_undo_takes_the_marks_off_and_once_only(app, tmp_path):
    book = open_team(app, tmp_path)
    before = notes(book)
    macros.check()
    macros.undo()
    assert notes(book) == before
    assert said(app) == words("en")["macro.undo.done"]
    macros.undo()
    assert said(app) == words("en")["macro.undo.nothing"]


def test_who_answers_no_gets_the_sheet_and_no_marks(app, tmp_path):
    book = open_team(app, tmp_path)
    before = notes(book)
    app.answers = ["no"]
    macros.check()
    assert notes(book) == before
    assert "Funnel check" in sheet_names(book)


def test_more_cells_than_anybody_reads_are_not_marked_and_that_is_said(app, tmp_path, monkeypatch):
    monkeypatch.setattr(marks, "MOST", 2)
    book = open_team(app, tmp_path)
    macros.check()
    assert sum(note.startswith(marks.PREFIX) for note in notes(book).values()) == 2
    assert "at most 2 are marked" in said(app)


def test_cells_of_a_protected_sheet_are_not_marked_and_that_is_said(app, tmp_path):
    book = open_team(app, tmp_path)
    book._model.wb["Pipeline"].protection.sheet = True
    macros.check()
    assert not any(note.startswith(marks.PREFIX) for note in notes(book).values())
    assert said(app).endswith("Not marked, since they are protected: Pipeline.")


def test_review_draws_a_sheet_for_each_selected_deal(app, tmp_path):
    book = open_team(app, tmp_path)
    select(book, "C5:D6")
    before = sheet_names(book)
    macros.review()
    assert sheet_names(book) == [*before, "D-2 Bolt", "D-3 Cole & Sons"]


def test_deals_that_a_filter_hides_are_not_selected(app, tmp_path):
    book = open_team(app, tmp_path)
    book._model.wb["Pipeline"].row_dimensions[5].hidden = True
    select(book, "C5:D6")
    macros.review()
    assert sheet_names(book)[2:] == ["D-3 Cole & Sons"]


@pytest.mark.parametrize(("sheet", "address"), [("Report", "A1"), ("Pipeline", "A1"), ("Pipeline", "A1:J20")])
def test_review_without_a_selection_of_some_deals_draws_the_whole_pack_with_the_best_few(app, tmp_path, sheet, address):
    book = open_team(app, tmp_path)
    select(book, address, sheet)
    macros.review()
    assert sheet_names(book)[2:] == ["Funnel index", "Funnel", "Funnel deals", "Funnel check", "007 Acme"]


def test_who_selects_the_whole_sheet_gets_the_whole_pack(app, tmp_path):
    book = open_team(app, tmp_path)
    book.selected = book.sheets("Pipeline").cells       # more cells than Excel itself can count
    macros.review()
    assert "Funnel index" in sheet_names(book)


def test_more_deals_than_one_sitting_reviews_are_refused(app, tmp_path):
    open_team(app, tmp_path, deals=[(f"D-{n}", *DEALS[0][1:]) for n in range(40)])
    select(app.books.active, "B4:B33")
    macros.review()
    assert said(app) == words("en")["error.macro.too_many"].format(n=30, allowed=25)


def test_a_deal_that_is_no_best_few_any_more_loses_its_sheet(app, tmp_path):
    book = open_team(app, tmp_path)
    select(book, "A1", "Report")
    macros.review()
    book.sheets("Pipeline").range((4, column("fund"))).raw_value = 0.25
    for field in ("fund", "competition"):
        book.sheets("Pipeline").range((6, column(field))).raw_value = 0.99
    macros.review()
    assert sheet_names(book)[-1] == "D-3 Cole & Sons"
    assert "007 Acme" not in sheet_names(book)
    assert "Removed, since they are no longer among them: 007 Acme." in said(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_weekly_review_has_the_manager_s_page_and_one_for_each_rep(app, tmp_path, language):
    book = open_team(app, tmp_path, language)
    before = sheet_names(book)
    macros.weekly()
    placed = sheet_names(book)[len(before):]
    assert len(placed) == 4         # the manager's, Ann's, Bob's, and the deals without an owner
    assert any("Ann" in name for name in placed) and all(name in said(app) for name in placed)


def test_the_page_of_a_rep_without_open_deals_leaves_with_the_next_weekly_review(app, tmp_path):
    book = open_team(app, tmp_path)
    macros.weekly()
    book.sheets("Pipeline").range((6, column("owner"))).raw_value = "Ann"
    macros.weekly()
    assert not [name for name in sheet_names(book) if "Bob" in name]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_draws_one_report_or_all_of_them(app, tmp_path, language):
    book = open_team(app, tmp_path, language)
    before = sheet_names(book)
    macros.report_ideal()
    assert sheet_names(book)[len(before):] == [words(language)["sheet.placed.ideal"]]
    macros.report_all()
    assert set(sheet_names(book)[len(before):]) == {words(language)[f"sheet.placed.{name}"] for name in REPORTS}


def test_a_sheet_drawn_again_stays_where_formulas_of_the_team_point_to(app, tmp_path):
    book = open_team(app, tmp_path)
    macros.charts()
    sheet = book._model.wb["Funnel"]
    book.sheets("Pipeline").range((4, column("amount"))).raw_value = 99_000.0
    macros.charts()
    assert book._model.wb["Funnel"] is sheet
    assert sheet_names(book).count("Funnel") == 1
    assert 99_485.5 in cells(book, "Funnel").values()


def test_what_someone_has_typed_is_never_lost(app, tmp_path):
    book = open_team(app, tmp_path)
    macros.charts()
    book.sheets("Funnel").range((40, 1)).raw_value = "my own remark"
    before = cells(book, "Funnel")
    book.sheets("Pipeline").range((4, column("amount"))).raw_value = 99_000.0
    macros.charts()
    assert cells(book, "Funnel") == before
    assert said(app).startswith("Left as they are, since someone has typed into them")


def test_a_note_on_one_of_our_sheets_keeps_it_from_being_replaced(app, tmp_path):
    book = open_team(app, tmp_path)
    macros.charts()
    book.sheets("Funnel").range((3, 1)).add_note("ask about this")
    macros.charts()
    assert notes(book, "Funnel") == {"A3": "ask about this"}


def test_a_protected_sheet_of_ours_stays_as_it_is(app, tmp_path):
    book = open_team(app, tmp_path)
    macros.charts()
    book._model.wb["Funnel"].protection.sheet = True
    macros.charts()
    assert "protected them: Funnel" in said(app)


def test_a_foreign_sheet_of_our_name_is_left_alone_and_ours_takes_another(app, tmp_path):
    book = open_team(app, tmp_path)
    book.sheets("Report").name = "FUNNEL"
    before = cells(book, "FUNNEL")
    macros.charts()
    assert cells(book, "FUNNEL") == before
    assert sheet_names(book)[-1] == "Funnel (2)"


def test_a_foreign_table_of_our_name_is_left_alone_and_ours_takes_another(app, tmp_path):
    book = open_team(app, tmp_path)
    book.sheets("Pipeline").tables("Pipeline").name = "FunnelDeals"
    select(book, "A1", "Report")
    macros.review()
    assert list(book._model.wb["Funnel deals"].tables) == ["FunnelDeals_2"]


def test_a_copy_that_the_user_made_of_our_sheet_is_his(app, tmp_path):
    book = open_team(app, tmp_path)
    macros.charts()
    ours = book.sheets("Funnel")
    ours.copy(None, ours)
    before = cells(book, "Funnel (2)")
    book.sheets("Pipeline").range((4, column("amount"))).raw_value = 99_000.0
    macros.charts()
    assert cells(book, "Funnel (2)") == before


@pytest.mark.parametrize("times", [1, 2])
def test_no_placed_sheet_leaves_a_link_to_another_file(app, tmp_path, times):
    book = open_team(app, tmp_path)
    for _ in range(times):
        macros.charts()
    saved = tmp_path / "saved.xlsx"
    book.save(str(saved))
    with zipfile.ZipFile(saved) as package:
        for name in package.namelist():
            assert not re.search(rb"<(?:\w+:)?f>[^<]*\[", package.read(name)), name
    assert len(book.sheets("Funnel").charts)


@pytest.mark.parametrize("times", [1, 2])
def test_the_command_line_knows_the_placed_sheets_as_ours_and_untouched(app, tmp_path, times):
    book = open_team(app, tmp_path)
    select(book, "A1", "Report")
    for _ in range(times):
        macros.review()
    saved = tmp_path / "saved.xlsx"
    book.save(str(saved))
    own = own_sheets(Package(saved))
    assert [sheet.kind for sheet in own] == ["index", "funnel", "deals", "check", "review"]
    assert not [sheet.sheet.name for sheet in own if sheet.typed_into]
    assert all(defined.hidden for sheet in book._model.wb.worksheets for defined in sheet.defined_names.values() if defined.name == MARK)


def test_a_protected_structure_takes_no_sheet_and_says_how_to_mend_it(app, tmp_path):
    book = open_team(app, tmp_path)
    book._model.wb.security = WorkbookProtection(lockStructure=True)
    macros.charts()
    assert said(app) == words("en")["error.book.protected"].format(file="Team.xlsx")


def test_a_book_shared_in_the_old_way_takes_no_sheet(app, tmp_path):
    open_team(app, tmp_path).shared = True
    macros.charts()
    assert said(app) == words("en")["error.macro.shared"].format(file="Team.xlsx")


def test_a_read_only_book_gets_its_sheets_and_is_told_to_save_them_elsewhere(app, tmp_path):
    book = open_team(app, tmp_path)
    book.read_only = True
    macros.charts()
    assert "Funnel" in sheet_names(book)
    assert said(app).endswith(words("en")["macro.read_only"])


def test_where_others_see_a_change_at_once_the_question_says_so(app, tmp_path):
    open_team(app, tmp_path).autosave = True
    macros.check()
    assert app.asked[0][0].endswith(words("en")["macro.autosave"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_while_a_cell_is_typed_into_nothing_is_done(app, tmp_path, monkeypatch, language):
    boxes = []
    monkeypatch.setenv("FUNNEL_LANGUAGE", language)
    monkeypatch.setattr(native, "message_box", lambda text, title: boxes.append(text))
    open_team(app, tmp_path)
    caller = xw.Book.caller()
    monkeypatch.setattr(xw.Book, "caller", classmethod(lambda cls: caller))
    app.busy = 1_000
    macros.check()
    assert boxes == [words(language)["error.macro.busy"]]


def test_whoever_begins_to_type_while_a_button_works_is_told_and_excel_is_as_it_was(app, tmp_path, monkeypatch):
    def begin_to_type(book: xw.Book, *_: object) -> None:
        app.busy = 1
        book.activate()

    book = open_team(app, tmp_path)
    before, sheets = state(app, book), sheet_names(book)
    monkeypatch.setattr(placing, "_put", begin_to_type)
    macros.charts()
    assert said(app) == words("en")["error.macro.busy"]
    assert (state(app, book), sheet_names(book)) == (before, sheets)


def test_what_excel_refuses_is_said_in_excels_own_words(app, tmp_path, monkeypatch):
    from excel_model import ExcelError

    def refuse(*_: object) -> None:
        raise ExcelError("Not enough memory.")

    open_team(app, tmp_path)
    monkeypatch.setattr(placing, "_put", refuse)
    macros.charts()
    assert said(app).startswith("Excel refused: “Not enough memory.”")


def test_a_book_without_deals_says_what_was_seen_instead(app, tmp_path):
    import xlsxwriter
    from engine import opened

    with xlsxwriter.Workbook(tmp_path / "Other.xlsx") as book:
        book.add_worksheet("Recipes").write_row(0, 0, ("Flour", "Sugar"))
    opened(app, tmp_path / "Other.xlsx")
    macros.check()
    assert "Flour, Sugar" in said(app)
    assert app.asked[-1][2] == "critical"


@pytest.mark.parametrize("button", ["check", "review", "charts", "refresh", "undo"])
def test_every_button_works_on_a_mac(mac, tmp_path, button):
    book = open_team(mac, tmp_path)
    before = state(mac, book)
    getattr(macros, button)()
    assert not [asked for asked in mac.asked if asked[2] == "critical"]
    assert state(mac, book) == before


def test_on_a_mac_a_sheet_drawn_again_is_replaced_too(mac, tmp_path):
    book = open_team(mac, tmp_path)
    macros.charts()
    macros.charts()
    assert sheet_names(book).count("Funnel") == 1


def test_freeze_writes_a_copy_beside_the_book_and_over_nothing(app, tmp_path):
    open_team(app, tmp_path)
    macros.freeze()
    macros.freeze()
    assert (tmp_path / "Team frozen.xlsx").is_file()
    assert (tmp_path / "Team frozen (2).xlsx").is_file()
    assert str(tmp_path / "Team frozen (2).xlsx") in said(app)


def test_on_a_mac_a_book_must_be_saved_before_it_is_frozen(mac, tmp_path):
    book = open_team(mac, tmp_path)
    book.saved = False
    macros.freeze()
    assert said(mac) == words("en")["error.macro.save_first"].format(file="Team.xlsx")
    book.saved = True
    macros.freeze()
    assert (tmp_path / "Team frozen.xlsx").is_file()


def test_the_donor_leaves_no_file_behind(app, tmp_path, monkeypatch):
    import tempfile

    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    open_team(app, tmp_path)
    macros.review()
    assert not list(Path(tmp_path / "temporary").iterdir())
