"""The one renderer: descriptions in, a workbook out."""

import datetime as dt
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from os import PathLike
from typing import BinaryIO

import xlsxwriter

from ..sheets.describe import Beside, Block, Chart, Figures, Form, Heading, Sheet, Table, Text
from .blocks import draw_figures, draw_heading, draw_table, draw_text, draw_title
from .canvas import ROW_POINTS, Canvas
from .charts import draw_charts
from .form import draw_form
from .listing import draw_listing
from .mark import MARK, mark_text
from .names import sheet_names
from .page import Part, room, set_up
from .style import SIZE, Formats

CREATED = dt.datetime(2000, 1, 1)       # fixed, so that the same sheets always give the same bytes
# What Excel 2019 and later write. A book with an older number is calculated anew when it is opened, and asks to be saved when closed.
CALC_ID = 191029
# Arial's digits are as wide in Excel as in programs that have no Calibri, so columns come out alike everywhere.
PLAIN = {"default_format_properties": {"font_name": "Arial", "font_size": SIZE}, "default_row_height": 17}
KEPT_ROWS = 14      # a table of more rows may be parted where a page ends
AS_TYPED = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def draw(sheets: Sequence[Sheet], out: str | PathLike | BinaryIO, *, paper: str = "A4", date1904: bool = False,
         names: Sequence[str] | None = None, marked: bool = True) -> None:
    """Draw a pack as a new workbook, to a path or a stream.

    Parameters
    ----------
    sheets : sequence of Sheet
        In the book's order; each links to others by their keys.
    paper : str
        "A4" or "Letter".
    date1904 : bool
        Count days from 1904, as the book does that the sheets will be put into.
    names : sequence of str, optional
        The sheets' names, where they are chosen already (see names.sheet_names); by default those wished for, made legal and unique.
    marked : bool
        Whether the sheets are ours; unmarked ones are the user's own from the start: they are read, and never taken out.
    """
    with _no_collector():
        _draw_book(sheets, out, paper, date1904, names, marked)


@contextmanager
def _no_collector() -> Iterator[None]:
    """A book is millions of small tuples without cycles: looking through them for garbage costs a fifth of the drawing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _draw_book(sheets: Sequence[Sheet], out: str | PathLike | BinaryIO, paper: str, date1904: bool, names: Sequence[str] | None,
               marked: bool) -> None:
    book = xlsxwriter.Workbook(out, {**PLAIN, **AS_TYPED, "date_1904": date1904})
    book.set_properties({"created": CREATED})
    book.set_calc_mode("auto", CALC_ID)
    book.calc_on_load = False
    chosen = list(names) if names is not None else sheet_names([sheet.name for sheet in sheets])
    worksheets = [book.add_worksheet(name) for name in chosen]
    worksheets[0].activate()
    formats = {language: Formats(book, language) for language in {sheet.language for sheet in sheets}}
    places = {sheet.key: (name, 0) for sheet, name in zip(sheets, chosen, strict=True)}
    # Links point into listed tables, so these are drawn first: then it is known where their rows are.
    for at in sorted(range(len(sheets)), key=lambda at: (not _listed(sheets[at]), at)):
        sheet = sheets[at]
        across = len(sheet.widths) or max(map(_columns, sheet.blocks), default=1)
        canvas = Canvas(worksheets[at], formats[sheet.language], places, across=across, wan=sheet.language != "en", date1904=date1904)
        places[sheet.key] = (chosen[at], _draw_sheet(canvas, book, sheet, paper))
        if marked:
            book.define_name(f"{chosen[at]}!{MARK}", "=" + mark_text(sheet.kind, canvas.hash(), sheet.key))
            book.defined_names[-1][3] = True        # hidden
    book.close()


def _listed(sheet: Sheet) -> bool:
    return any(isinstance(block, Table) and block.listed for block in sheet.blocks)


def _columns(block: Block) -> int:
    return len(block.columns) if isinstance(block, Table | Form) else 1


def _draw_sheet(canvas: Canvas, book: xlsxwriter.Workbook, sheet: Sheet, paper: str) -> int:
    """Draw a sheet's blocks under each other; the first row of data of its listed table comes back, 0 if it has none."""
    canvas.sheet.set_default_row(ROW_POINTS)
    for column, width in enumerate(sheet.widths):
        canvas.width(column, width)
    row, data, printed = draw_title(canvas, sheet.title, sheet.subtitle), 0, None
    parts = _Parts()
    for block in sheet.blocks:
        above = row
        if isinstance(block, Table) and block.listed:
            data, row = draw_listing(canvas, block, row)
            if block.on_paper is not None:
                printed = data + block.on_paper if block.on_paper else above
        else:
            row = _draw_block(canvas, book, block, row, room(paper, sheet.page.landscape))
        parts.add(block, above, row)
    set_up(canvas, sheet, paper, row if printed is None else printed, parts.found)
    return data


class _Parts:
    """Gathers what must not be parted by the end of a page: a heading with what it opens, a table with the note below it."""

    def __init__(self) -> None:
        self.found: list[Part] = []
        self._full = True       # the last part has its table or chart

    def add(self, block: Block, first: int, last: int) -> None:
        """Put a block's rows to the part that they belong to."""
        body = not isinstance(block, Heading | Text)
        keep = first + KEPT_ROWS if isinstance(block, Table) and block.rows > KEPT_ROWS else last
        if not self.found or isinstance(block, Heading) or (body and self._full):
            self.found.append(Part(first if self.found else 0, keep, last))
            self._full = body
        else:
            self.found[-1] = Part(self.found[-1].first, keep if body or self.found[-1].keep == first else self.found[-1].keep, last)
            self._full |= body


def _draw_block(canvas: Canvas, book: xlsxwriter.Workbook, block: Block, row: int, paper_room: tuple[float, float]) -> int:
    """Draw one block; the next free row comes back."""
    match block:
        case Heading():
            return draw_heading(canvas, block, row)
        case Text():
            return draw_text(canvas, block, row)
        case Figures():
            return draw_figures(canvas, block, row)
        case Table():
            return draw_table(canvas, block, row)
        case Chart():
            return draw_charts(canvas, book, (block,), row)
        case Beside():
            return draw_charts(canvas, book, block.charts, row)
        case Form():
            return draw_form(canvas, block, paper_room, first_row=row)
