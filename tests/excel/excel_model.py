"""The workbooks of the stand-in for Excel: openpyxl's model with what each formula shows, and Excel's own ways of moving cells about."""

import datetime as dt
import re
import shutil
import zipfile
from collections.abc import Iterator
from copy import copy, deepcopy
from itertools import count
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.merge import MergedCellRange

MergedCellRange.format = lambda self: None      # borders of merged cells: most of the time that openpyxl takes, and no test looks at them
ERRORS = {"#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029, "#NUM!": 2036, "#N/A": 2042, "#SPILL!": 2045}
FIRST_ERROR = -2146828288
ILLEGAL = re.compile(r"[\[\]:*?/\\]")
TABLE_NAME = re.compile(r"[^\W\d][\w.]*")


class ExcelError(Exception):
    """What COM raises when Excel refuses."""

    def __init__(self, text: str, hresult: int = -2147352567, scode: int = -2146827284):
        super().__init__(hresult, text)
        self.hresult = hresult
        self.excepinfo = (0, "Microsoft Excel", text, "", 0, scode)


class Model:
    """One workbook."""

    def __init__(self, path: Path | None = None):
        self.path = path
        self.changed = path is None
        self.values: dict[tuple[int, int, int], object] = {}        # (id of the sheet, row, column) of a formula -> what it shows
        self.threads: set[tuple[int, int, int]] = set()             # cells with a conversation
        self.held: set[int] = set()                                 # ids of sheets that are not calculated
        self.wb = openpyxl.Workbook() if path is None else openpyxl.load_workbook(path, keep_vba=path.suffix == ".xlsm")
        if path is not None:
            rows = [(sheet, row) for sheet in self.wb.worksheets for row in sheet.iter_rows()]
            formulas = [(sheet, cell) for sheet, row in rows for cell in row if is_formula(cell.value)]
            shown = openpyxl.load_workbook(path, data_only=True) if formulas else None
            for sheet, cell in formulas:
                self.values[id(sheet), cell.row, cell.column] = shown[sheet.title][cell.coordinate].value

    def shown(self, sheet, row: int, column: int) -> object:
        """What a cell shows, as COM hands it over."""
        value = sheet.cell(row, column).value
        if is_formula(value):
            value = self.values.get((id(sheet), row, column))
        if isinstance(value, str):
            return FIRST_ERROR + ERRORS[value] if value in ERRORS else value or None
        if isinstance(value, dt.datetime):
            return value.replace(tzinfo=dt.UTC)
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    def number(self, sheet, row: int, column: int) -> object:
        """The same without dates: Value2."""
        value = self.shown(sheet, row, column)
        if isinstance(value, dt.datetime):
            return (value.replace(tzinfo=None) - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
        return value

    def formula(self, sheet, row: int, column: int) -> str:
        value = sheet.cell(row, column).value
        if isinstance(value, ArrayFormula):
            return value.text if value.text.startswith("=") else "=" + value.text
        value = self.number(sheet, row, column) if not is_formula(value) else value
        return "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)

    def write(self, sheet, row: int, column: int, value: object) -> None:
        """Write a cell as typed in: text that looks like a number, date or formula becomes one, unless an apostrophe stands first."""
        self.check_unlocked(sheet)
        self.changed = True
        self.values.pop((id(sheet), row, column), None)
        cell = sheet.cell(row, column)
        if isinstance(value, str):
            cell.quotePrefix = value.startswith("'")
            value = value[1:] if value.startswith("'") else as_typed(value)
        cell.value = None if value == "" else value
        if isinstance(value, str) and value.startswith("=") and cell.quotePrefix:
            cell.data_type = "s"

    def check_unlocked(self, sheet) -> None:
        if sheet.protection.sheet:
            raise ExcelError("The cell or chart you're trying to change is on a protected sheet.")

    def check_structure(self) -> None:
        if self.wb.security is not None and self.wb.security.lockStructure:
            raise ExcelError("Workbook is protected and cannot be changed.")

    def check_sheet_name(self, name: str, but: object = None) -> None:
        if not name or len(name) > 31 or ILLEGAL.search(name) or name.startswith("'") or name.endswith("'") or name.lower() == "history":
            raise ExcelError(f"You typed an invalid name for a sheet or chart: {name}")
        if any(sheet.title.lower() == name.lower() for sheet in self.wb.worksheets if sheet is not but):
            raise ExcelError("That name is already taken. Try a different one.")

    def check_table_name(self, name: str) -> None:
        taken = {table.lower() for sheet in self.wb.worksheets for table in sheet.tables} | set(map(str.lower, self.wb.defined_names))
        if not TABLE_NAME.fullmatch(name) or name.lower() in taken:
            raise ExcelError(f"The name that you entered is not valid: {name}")

    def rename(self, sheet, name: str) -> None:
        """Another name for a sheet; defined names go on pointing to it."""
        for defined in self.wb.defined_names.values():
            for old in (f"'{sheet.title}'!", f"{sheet.title}!"):
                defined.attr_text = defined.attr_text.replace(old, f"'{name}'!")
        sheet.title = name
        self.changed = True

    def copy_sheet(self, source: "Model", sheet, position: int):
        """A sheet of this or another book as a new one of this book."""
        self.check_structure()
        title = sheet.title
        taken = {each.title.lower() for each in self.wb.worksheets}
        name = next(each for number in count(1) if (each := title if number == 1 else f"{title} ({number})").lower() not in taken)
        new = self.wb.create_sheet(name, position)
        self.copy_cells(source, sheet, new)
        for defined in sheet.defined_names.values():
            new.defined_names[defined.name] = DefinedName(defined.name, attr_text=defined.attr_text, hidden=defined.hidden)
        new._charts = sheet._charts     # their formulas name the sheet itself, which has come with them
        self.changed = True
        return new

    def copy_cells(self, source: "Model", sheet, target) -> None:
        """All cells of a sheet, with tables, widths, merged cells and notes, onto another."""
        if target.tables:
            raise ExcelError("You can't paste a table over a part of another table.")
        for row in sheet.iter_rows():
            for cell in row:
                new = target.cell(cell.row, cell.column)
                new._value, new.data_type, new.number_format = cell._value, cell.data_type, cell.number_format
                if is_formula(cell.value):
                    self.values[id(target), cell.row, cell.column] = source.values.get((id(sheet), cell.row, cell.column))
                if cell.hyperlink:
                    new.hyperlink = copy(cell.hyperlink)
                if cell.comment:
                    new.comment = Comment(cell.comment.text, cell.comment.author)
        for merged in sheet.merged_cells.ranges:
            target.merge_cells(str(merged))
        for letter, dimension in sheet.column_dimensions.items():
            target.column_dimensions[letter].width, target.column_dimensions[letter].hidden = dimension.width, dimension.hidden
        for table in sheet.tables.values():
            taken = {name.lower() for each in self.wb.worksheets for name in each.tables}
            new = deepcopy(table)
            new.displayName = new.name = next(name for number in count(1) if (
                name := table.displayName if number == 1 else f"{table.displayName}{number}").lower() not in taken)
            target.add_table(new)
        self.changed = True

    def clear(self, sheet) -> None:
        """Clear everything in a sheet's cells."""
        self.check_unlocked(sheet)
        self.changed = True
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        self.values = {key: value for key, value in self.values.items() if key[0] != id(sheet)}
        sheet._cells.clear()
        sheet._hyperlinks.clear()

    def shift(self, sheet, left: int, right: int, row: int, by: int) -> None:
        """Move the cells of some columns from a row on down (or up, over those above); tables below move along."""
        self.check_unlocked(sheet)
        self.changed = True
        rows = range(sheet.max_row, row - 1, -1) if by > 0 else range(row, sheet.max_row + 1)
        for number in rows:
            for column in range(left, right + 1):
                self._move(sheet, number, column, number + by)
        for table in sheet.tables.values():
            first_column, first, last_column, last = range_boundaries(table.ref)
            if left <= first_column and last_column <= right and first >= row:
                table.ref = area((first + by, first_column), (last + by, last_column))
                if table.autoFilter:
                    table.autoFilter.ref = table.ref

    def _move(self, sheet, row: int, column: int, to: int) -> None:
        old, new = sheet.cell(row, column), sheet.cell(to, column)
        new._value, new.data_type, new.number_format = old._value, old.data_type, old.number_format
        self.values[id(sheet), to, column] = self.values.pop((id(sheet), row, column), None)
        note = old.comment
        old._value, old.data_type, old.comment = None, "n", None
        new.comment = Comment(note.text, note.author) if note else None

    def save(self, path: Path) -> None:
        """Write the book with what its formulas show; one without changes keeps its bytes."""
        if not self.changed:
            shutil.copyfile(self.path, path)
            return
        self.wb.save(path)
        with zipfile.ZipFile(path) as package:
            parts = {info: package.read(info) for info in package.infolist()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for info, content in parts.items():
                found = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", info.filename)
                package.writestr(info, self._with_values(content.decode(), self.wb.worksheets[int(found[1]) - 1]) if found else content)

    def _with_values(self, xml: str, sheet) -> str:
        def cell(match: re.Match[str]) -> str:
            column, row, *_ = range_boundaries(match["place"])
            value = self.values.get((id(sheet), row, column))
            kind = ' t="b"' if isinstance(value, bool) else ' t="e"' if value in ERRORS else ' t="str"' if isinstance(value, str) else ""
            text = "" if value is None else f"{value:d}" if isinstance(value, bool) else escape(str(value))
            return f'<c r="{match["place"]}"{match["style"] or ""}{kind}>{match["formula"]}<v>{text}</v></c>'

        pattern = r'<c r="(?P<place>[A-Z]+\d+)"(?P<style> s="\d+")?[^<>]*>(?P<formula><f[^<>]*>[^<]*</f>)<v\s*/?>(?:</v>)?</c>'
        return re.sub(pattern, cell, xml)


def is_formula(value: object) -> bool:
    return isinstance(value, ArrayFormula) or (isinstance(value, str) and value.startswith("=") and len(value) > 1)


def as_typed(text: str) -> object:
    """What Excel makes of text that is put into a cell."""
    plain = text.strip().rstrip("%").replace(",", "")
    if re.fullmatch(r"[+-]?\d+(\.\d*)?(e[+-]?\d+)?", plain, re.I):
        return float(plain) / (100 if text.strip().endswith("%") else 1)
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text.strip()):
        return dt.datetime(*map(int, found.groups()))
    if text[:1] in ("+", "-", "@") and len(text) > 1:
        return "=" + text
    return text


def area(first: tuple[int, int], last: tuple[int, int]) -> str:
    """The address of a range, without dollars."""
    corners = [f"{get_column_letter(column)}{row}" for row, column in (first, last)]
    return corners[0] if first == last else ":".join(corners)


def rows_of(first: tuple[int, int], last: tuple[int, int]) -> Iterator[list[tuple[int, int]]]:
    """The cells of a range row by row."""
    for row in range(first[0], last[0] + 1):
        yield [(row, column) for column in range(first[1], last[1] + 1)]
