"""One sheet of the workbook while it is drawn: labels that follow the language, values, and formulas with the values that they give."""

import datetime as dt
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ...draw.style import NUMBERS, RIGHT, Formats
from ...draw.values import value as cell_value
from .texts import Texts

MONEY = "#,##0"
LOOK_OF_KIND = {"text": "text", "stage": "text", "raw": "text", "money": "money", "date": "date", "share": "share", "position": "position",
                "number": "number", "flag": "flag"}


class Pen:
    """Writes cells of one worksheet; rows and columns count from 0."""

    def __init__(self, book: xlsxwriter.Workbook, sheet: Worksheet, formats: Formats, texts: Texts):
        self.book = book
        self.sheet = sheet
        self.formats = formats
        self.texts = texts
        sheet.hide_gridlines(2)

    def label(self, row: int, column: int, key: str, style: Format, *, span: int = 1, rows: int = 1) -> None:
        """A text of words.csv that follows the language of the settings."""
        if span > 1 or rows > 1:
            self.sheet.merge_range(row, column, row + rows - 1, column + span - 1, None, style)
        self.sheet.write_formula(row, column, "=" + self.texts.cell(key), style, self.texts.say(key))

    def put(self, row: int, column: int, raw: object, style: Format) -> None:
        """A value of any kind; text stays text, whatever it begins with."""
        cell = cell_value(raw)
        if cell is None:
            self.sheet.write_blank(row, column, None, style)
        elif isinstance(cell, str):
            self.sheet.write_string(row, column, cell, style)
        else:
            self.sheet.write_number(row, column, cell, style)

    def formula(self, row: int, column: int, formula: str, result: object, style: Format) -> None:
        """A formula and the value that readers see who don't calculate."""
        self.sheet.write_formula(row, column, formula, style, stored(result))

    def array(self, row: int, column: int, formula: str, result: object, style: Format) -> None:
        """A formula that calculates over whole columns, but gives one value; the same in every Excel."""
        self.sheet.write_array_formula(row, column, row, column, formula, style, stored(result))

    def spill(self, row: int, column: int, formula: str, table: list[list[object]], styles: list[list[Format]]) -> None:
        """A formula that spills, with each cell that it fills."""
        last_row, last_column = row + len(table) - 1, column + len(table[0]) - 1
        self.sheet.write_dynamic_array_formula(row, column, last_row, last_column, formula, styles[0][0], stored(table[0][0]))
        # XlsxWriter fills the rest of the range with zeros.
        for at, line in enumerate(table):
            for across, cell in enumerate(line):
                if at or across:
                    self._spilled(row + at, column + across, cell, styles[min(at, len(styles) - 1)][across])

    def _spilled(self, row: int, column: int, cell: object, style: Format) -> None:
        if cell is None or cell == "":
            self.sheet.write_string(row, column, "", style)     # Python's nothing arrives in Excel as an empty text
        else:
            self.put(row, column, cell, style)

    def cell_style(self, kind: str, **more: Any) -> Format:
        """A cell of a table that is typed into."""
        look = LOOK_OF_KIND[kind]
        align = {"align": "left", "indent": 1}
        if look in RIGHT:
            align = {"align": "right"}
        elif look in ("date", "position", "flag"):
            align = {"align": "center"}
        number = MONEY if look == "money" else NUMBERS.get(look, "General")
        return self.formats.look("cell", **{"num_format": number, **align, **more})


def stored(result: object) -> object:
    """A formula's value as XlsxWriter stores it: a date as its number, nothing as empty text."""
    if result is None:
        return ""
    return cell_value(result) if isinstance(result, dt.date) else result
