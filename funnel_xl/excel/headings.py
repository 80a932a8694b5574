"""Our workbook in another language: headings of its tables and names of its sheets, where they are ours and not the team's own words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import xlwings as xw

from ..sales.aliases import meaning
from ..sales.fields import COMPANIONS, FIELDS
from ..wording import LANGUAGES, words
from . import native
from .catalogue import COLUMNS
from .tables import as_rows

SHEETS = "book.sheet."      # rows of words.csv that name the sheets of our workbook


@dataclass(frozen=True)
class Heading:
    """A heading that will change."""

    sheet: str
    row: int
    column: int
    old: str
    new: str


def headings_to_change(book: xw.Book, language: str) -> list[Heading]:
    """Headings of our tables that stand in another language."""
    return [heading for sheet in book.sheets for table in sheet.tables for heading in _of_table(sheet.name, table, language)]


def _of_table(sheet: str, table: xw.main.Table, language: str) -> Iterator[Heading]:
    name = meaning("table", table.name) or table.name
    translated = _translated(_keys(name), language)
    header = table.header_row_range if table.show_headers else None
    if header is None:
        return
    head = as_rows(header.raw_value)[0]
    taken = {str(text).casefold() for text in head}
    for column, text in enumerate(head, header.column):
        new = translated.get(str(text), "")
        if new and new != text and new.casefold() not in taken - {str(text).casefold()}:
            yield Heading(sheet, header.row, column, str(text), new)


def _keys(table: str) -> list[str]:
    """The rows of words.csv that head the columns of one of our tables."""
    if table == "Deals":
        return [*(f"field.{name}" for name in FIELDS), "field.computed.score", *(f"udf.column.{name}" for name in COLUMNS)]
    return [*(f"field.{table.lower()}.{name}" for name in COMPANIONS.get(table, ())), "book.setting.meaning"]


def _translated(keys: list[str], language: str) -> dict[str, str]:
    """Each key's text in any language -> its text in one. What two keys share is told by the first, and stays where it is right already."""
    known: dict[str, str] = {}
    for other in (language, *LANGUAGES):
        texts: Mapping[str, str] = words(other)
        for key in keys:
            if key in texts:
                known.setdefault(texts[key], words(language)[key])
    return known


def sheets_to_rename(book: xw.Book, language: str) -> list[tuple[str, str]]:
    """Sheets of our workbook under a name of another language, each with its new one."""
    there = native.sheet_names(book)
    translated = _translated([key for key in words(language) if key.startswith(SHEETS)], language)
    taken = {name.casefold() for name in there}
    return [(name, translated[name]) for name in there
            if name in translated and translated[name] != name and translated[name].casefold() not in taken]
