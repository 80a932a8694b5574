"""A small team's workbook, opened in the stand-in for Excel."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter
from engine import App, Book, opened

from funnel_xl.wording import words

AS_OF = dt.date.today()
FIELDS = ("id", "account", "stage", "amount", "close_date", "owner", "fund", "competition")
LATER, LAST_YEAR = AS_OF + dt.timedelta(days=40), AS_OF - dt.timedelta(days=400)
# The second has no owner and is overdue, the third has no amount; what Excel might take for a number or a date is text.
DEALS = (
    ("007", "Acme", "Proposal", 1200.0, LATER, "Ann", 0.75, 0.75),
    ("D-2", "Bolt", "Negotiation", 485.5, LAST_YEAR, None, 0.99, 0.5),
    ("D-3", "Cole & Sons", "Proposal", None, LATER, "Bob", 0.25, 0.25),
)
FIRST_ROW, FIRST_COLUMN = 4, 2      # of the data: the table stands at B3
HIGHEST = "Highest"                 # heading of the team's own formula


def column(field: str) -> int:
    """The column of a field on the sheet."""
    return FIRST_COLUMN + FIELDS.index(field)


def team_book(path: Path, language: str = "en", deals: Sequence[Sequence[object]] = DEALS, *, below: str = "",
              totals: bool = False) -> Path:
    """A workbook with a table of deals, a formula and a note of the team's own, and a sheet that reads from ours."""
    text = words(language)
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet, other = book.add_worksheet("Pipeline"), book.add_worksheet("Report")
        formats = {"fund": book.add_format({"num_format": "0%"}), "competition": book.add_format({"num_format": "0%"}),
                   "close_date": book.add_format({"num_format": "yyyy-mm-dd"})}
        columns = [{"header": text[f"field.{name}"]} for name in FIELDS]
        columns.append({"header": HIGHEST, "formula": "=MAX(E:E)"})
        sheet.add_table(FIRST_ROW - 2, FIRST_COLUMN - 1, FIRST_ROW - 2 + len(deals) + totals, FIRST_COLUMN + len(FIELDS) - 1,
                        {"name": "Pipeline", "columns": columns, "total_row": totals})
        for row, deal in enumerate(deals, FIRST_ROW - 1):
            for at, (name, value) in enumerate(zip(FIELDS, deal, strict=True), FIRST_COLUMN - 1):
                if isinstance(value, dt.date):
                    sheet.write_datetime(row, at, dt.datetime.combine(value, dt.time()), formats[name])
                elif isinstance(value, str):
                    sheet.write_string(row, at, value)
                elif value is not None:
                    sheet.write_number(row, at, value, formats.get(name))
            sheet.write_formula(row, FIRST_COLUMN - 1 + len(FIELDS), "=MAX(E:E)", None, 1200)
        if below:
            sheet.write_string(FIRST_ROW + len(deals), FIRST_COLUMN, below)
        sheet.write_comment("E5", "ask Bolt's CFO")
        other.write_formula("A1", "='Funnel check'!A1", None, "")
    return path


def open_team(app: App, folder: Path, language: str = "en", deals: Sequence[Sequence[object]] = DEALS, **more: object) -> Book:
    """The same, opened by the user, with the cursor in A1 of its first sheet."""
    return opened(app, team_book(folder / "Team.xlsx", language, deals, **more))


def cells(book: Book, sheet: str) -> dict[str, object]:
    """What stands in each filled cell of a sheet: value or formula."""
    return {cell.coordinate: cell.value for row in book._model.wb[sheet].iter_rows() for cell in row if cell.value is not None}


def notes(book: Book, sheet: str = "Pipeline") -> dict[str, str]:
    """The notes of a sheet by cell."""
    return {cell.coordinate: cell.comment.text for row in book._model.wb[sheet].iter_rows() for cell in row if cell.comment}


def select(book: Book, address: str, sheet: str = "Pipeline") -> None:
    """The user selects cells."""
    book.sheets(sheet).activate()
    book.sheets(sheet).range(address).select()


def sheet_names(book: Book) -> list[str]:
    return [sheet.name for sheet in book.sheets]


def said(app: App) -> str:
    """What the last message box said."""
    return app.asked[-1][0]
