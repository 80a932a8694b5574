"""Our own workbook, clicked through: deals typed, checked, reviewed, frozen and taken back, in three languages."""

import datetime as dt
import shutil

import openpyxl
import pytest
from engine import opened
from excel_model import is_formula
from open_books import cells, notes, said, select, sheet_names

from funnel_xl.build.workbook import build_workbook, sheet_name
from funnel_xl.excel import macros, marks
from funnel_xl.excel.catalogue import COLUMNS
from funnel_xl.wording import LANGUAGES, words

AS_OF = dt.date(2026, 3, 2)
FIRST = 5       # row of the first deal


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Our workbook in a language, built once."""
    made = {}

    def build(language: str, demo: bool = True):
        if (language, demo) not in made:
            made[language, demo] = tmp_path_factory.mktemp("built") / "Funnel.xlsm"
            build_workbook(made[language, demo], language, "saas", as_of=AS_OF, demo=demo)
        return made[language, demo]

    return build


@pytest.fixture
def workbook(app, tmp_path, built):
    """The same, opened by the user."""
    def open_it(language: str = "en", demo: bool = True):
        return opened(app, shutil.copyfile(built(language, demo), tmp_path / "Funnel.xlsm"))

    return open_it


def deals_sheet(book):
    return next(sheet for sheet in book._model.wb.worksheets if "Deals" in sheet.tables)


def column(book, key: str, language: str) -> int:
    """The column of a heading on the sheet of deals."""
    return next(cell.column for cell in deals_sheet(book)[FIRST - 1] if cell.value == words(language)[key])


def type_in(book, row: int, language: str, **values: object) -> None:
    for name, value in values.items():
        book.sheets(deals_sheet(book).title).range((row, column(book, f"field.{name}", language))).raw_value = value


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_click_path(app, tmp_path, workbook, language):
    book = workbook(language, demo=False)
    text, deals = words(language), deals_sheet(book).title
    type_in(book, FIRST, language, id="D-1", account="Acme", owner="Ann", amount=500_000.0, fund=0.99, competition=0.99,
            stage=cells(book, sheet_name("Stages", language))["A7"], close_date=dt.datetime(2026, 4, 1))
    select(book, "B7", deals)

    macros.check()
    assert text["sheet.placed.check"] in sheet_names(book)
    assert any(note.startswith(marks.PREFIX) for note in notes(book, deals).values())

    macros.review()
    review = sheet_names(book)[-1]
    assert review.startswith("D-1")
    assert "Acme" in cells(book, review).values()

    macros.freeze()
    frozen = openpyxl.load_workbook(tmp_path / "Funnel frozen.xlsx")
    assert "xlwings.conf" not in frozen.sheetnames
    assert review in frozen.sheetnames
    assert not [cell.coordinate for sheet in frozen for line in sheet.iter_rows() for cell in line if "FUNNEL_" in str(
        cell.value.text if hasattr(cell.value, "text") else cell.value) and is_formula(cell.value)]

    macros.undo()
    assert not any(note.startswith(marks.PREFIX) for note in notes(book, deals).values())
    assert [box for box in app.asked if box[2] == "critical"] == []
    assert said(app) == text["macro.undo.done"]


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_demo_rows_leave_and_come_back_and_what_was_changed_stays(app, workbook, language):
    book = workbook(language)
    sheet = deals_sheet(book)
    before = cells(book, sheet.title)
    last = sheet.tables["Deals"].ref
    kept = before[f"A{FIRST + 2}"]
    type_in(book, FIRST + 2, language, amount=123_456.0)
    touched = cells(book, sheet.title)
    macros.remove_demo()
    ids = [sheet.cell(row, 1).value for row in range(FIRST, sheet.max_row + 1) if sheet.cell(row, 1).value]
    assert ids == [kept]
    assert sheet.tables["Deals"].ref == f"A{FIRST - 1}:{last.split(':')[1].rstrip('0123456789')}{FIRST}"
    assert words(language)["macro.demo.done"].split("{rows}")[1].strip() in said(app)
    macros.undo()
    assert sheet.tables["Deals"].ref == last
    typed = {place: value for place, value in touched.items() if not is_formula(value)}
    assert {place: value for place, value in cells(book, sheet.title).items() if place in typed} == typed


def test_without_the_demo_the_as_of_date_follows_today_again(workbook):
    book = workbook()
    follow = book.names("FunnelFollow").refers_to_range
    assert follow.raw_value == "no"
    macros.remove_demo()
    assert follow.raw_value == "yes"
    macros.undo()
    assert follow.raw_value == "no"


def test_without_demo_rows_that_is_said(app, workbook):
    workbook(demo=False)
    macros.remove_demo()
    assert said(app) == words("en")["macro.demo.nothing"]


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_headings_and_sheets_go_into_another_language_and_back(app, workbook, language):
    book = workbook()
    before = {name: cells(book, name) for name in sheet_names(book)}
    book.names("FunnelLanguageName").refers_to_range.raw_value = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文"}[language]
    macros.language()
    text = words(language)
    assert [name for name in sheet_names(book) if name in text.values()][:3] == [
        text[f"book.sheet.{name}"] for name in ("Start", "Deals", "Stages")]
    head = [cell.value for cell in deals_sheet(book)[FIRST - 1]]
    assert head[:2] == [text["field.id"], text["field.account"]]
    assert head[-len(COLUMNS):] == [text["field.computed.score"], *(text[f"udf.column.{name}"] for name in list(COLUMNS)[1:])]
    assert said(app).startswith(text["macro.language.done"].split("{headings}")[0])
    macros.undo()
    assert said(app) == text["macro.undo.done"]
    assert sheet_names(book) == list(before)
    assert {name: cells(book, name) for name in before if "Settings" not in name} == {
        name: found for name, found in before.items() if "Settings" not in name}


def test_a_heading_that_the_team_chose_itself_stays(workbook):
    book = workbook()
    sheet = deals_sheet(book)
    sheet.cell(FIRST - 1, 2).value = "Key account"
    book.names("FunnelLanguageName").refers_to_range.raw_value = "繁體中文"
    macros.language()
    assert sheet.cell(FIRST - 1, 2).value == "Key account"


def test_where_all_is_in_the_language_already_that_is_said(app, workbook):
    workbook()
    macros.language()
    assert said(app) == words("en")["macro.language.nothing"]


def test_refresh_calculates_what_is_held_still_and_holds_it_again(app, workbook):
    book = workbook()
    for name in ("Calc", "Dashboard"):
        book._model.held.add(id(book._model.wb[name]))
    macros.refresh()
    assert app.calculated == [set()]
    assert book._model.held == {id(book._model.wb["Calc"]), id(book._model.wb["Dashboard"])}
    assert app.asked == []


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_where_excel_can_not_call_python_refresh_writes_the_computed_columns(mac, workbook, language):
    book = workbook(language)
    sheet = deals_sheet(book)
    first = sheet.max_column - len(COLUMNS) + 1
    places = [[(row, at) for at in range(first, sheet.max_column + 1)] for row in range(FIRST, FIRST + 20)]
    shown = [[book._model.values.get((id(sheet), *place)) for place in row] for row in places]
    macros.refresh()
    found = [[sheet.cell(*place).value for place in row] for row in places]
    assert not any(is_formula(value) for row in found for value in row)
    empty = (None, "")
    assert [[value if value not in empty else None for value in row] for row in found] == [
        [pytest.approx(value) if isinstance(value, float) else value if value not in empty else None for value in row] for row in shown]


def test_who_does_not_want_values_keeps_the_formulas(mac, workbook):
    book = workbook()
    before = cells(book, deals_sheet(book).title)
    mac.answers = ["cancel"]
    macros.refresh()
    assert cells(book, deals_sheet(book).title) == before
