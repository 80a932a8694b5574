"""The one long table of a sheet, as an Excel table: filters, a header that stays, totals of what a filter leaves."""

import datetime as dt
import re

from ..sheets.describe import Column, Table
from .blocks import LINE_POINTS
from .canvas import Canvas, characters, lines, reference
from .marks import mark
from .values import Value, values

NARROWEST, WIDEST = 7.0, 44.0   # characters
MOST_FROZEN = 6         # rows that may stay in sight above the data; a table further down would fill the window with what is above it
SAMPLE = 300            # rows that a column's width is taken from
WIDTHS = {"money": 13.0, "date": 11.0, "share": 8.0, "score": 7.5, "days": 8.0, "position": 8.0, "count": 8.0}
BUTTON = 2.5            # characters that a filter's button takes in a heading


def draw_listing(canvas: Canvas, table: Table, row: int) -> tuple[int, int]:
    """Draw the table, below a row of totals if it has any; its first row of data and the next free row come back."""
    summed = any(column.total == "sum" for column in table.columns)
    top = row + summed
    first, last = top + 1, top + max(table.rows, 1)     # an Excel table has at least one row of data
    headings = unique([column.heading for column in table.columns])
    prepared = [values(column.values, canvas.date1904) for column in table.columns]
    if not canvas.widths:
        for at, (column, cells) in enumerate(zip(table.columns, prepared, strict=True)):
            canvas.width(at, column.width or _width(column, headings[at], cells))
    _list(canvas, table, headings, top, last)
    for at, (column, cells) in enumerate(zip(table.columns, prepared, strict=True)):
        canvas.put(top, at, headings[at], canvas.formats.header(column.look))
        if column.total == "sum":
            _draw_total(canvas, column, cells, row, first, last, at)
        elif column.total is not None:
            canvas.put(row, at, column.total, canvas.formats.look("aside"))
        _draw_cells(canvas, column, cells, first, at)
        mark(canvas, column.marks, first, at, table.rows)
        if column.choices:
            canvas.sheet.data_validation(first, at, last, at, {
                "validate": "list", "source": list(column.choices), "error_type": "warning"})
        if column.hint:
            hint = {"validate": "any", "input_title": headings[at][:32], "input_message": column.hint[:255]}
            canvas.sheet.data_validation(top, at, top, at, hint)
    canvas.height(top, LINE_POINTS * max(lines(name, canvas.widths[at] - BUTTON) for at, name in enumerate(headings)) + 6)
    _set_heights(canvas, table, first)
    return first, last + 1


def _list(canvas: Canvas, table: Table, headings: list[str], top: int, last: int) -> None:
    """Make the cells an Excel table whose header stays in sight and is printed on each page."""
    right, sheet = len(headings) - 1, canvas.sheet
    # XlsxWriter notes every cell of a table, to refuse merged cells in it. We have none, so it sees two rows of any number.
    sheet.add_table(top, 0, top + 1, right, {"name": table.name, "style": None, "columns": [{"header": name} for name in headings]})
    area = f"A{top + 1}:{reference(last, right)}"
    sheet.tables[-1].update(range=area, a_range=area, autofilter=area)
    if top < MOST_FROZEN:
        sheet.freeze_panes(top + 1, table.frozen)
    if table.on_paper != 0:
        sheet.repeat_rows(top)
    # Ids such as 00123 and amounts that could not be read are text on purpose.
    sheet.ignore_errors({"number_stored_as_text": area})


def unique(headings: list[str]) -> list[str]:
    """Headings as an Excel table needs them: one line, never empty, different from each other without regard to case."""
    used, result = set(), []
    for heading in headings:
        plain = " ".join(re.sub(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]", " ", heading).split())[:200] or "-"
        name, number = plain, 1
        while name.casefold() in used:
            number += 1
            name = f"{plain} {number}"
        used.add(name.casefold())
        result.append(name)
    return result


def _draw_cells(canvas: Canvas, column: Column, cells: list[Value], first: int, at: int) -> None:
    formats = canvas.formats
    style, text_style = formats.cell(column.look, canvas.wan), formats.cell("wrap" if column.look == "wrap" else "text", canvas.wan)
    if column.links is not None:
        linked = formats.cell(column.look, canvas.wan, "link")
        for row, (cell, link) in enumerate(zip(cells, column.links, strict=True), first):
            canvas.put(row, at, cell, linked if link else style, link=link)
        return
    if column.look == "date" or (column.look == "raw" and any(isinstance(raw, dt.date) for raw in column.values)):
        timed = any(isinstance(cell, float) and not cell.is_integer() for cell in cells)
        style = formats.cell("time" if timed else "date", canvas.wan)
    canvas.column(first, at, cells, style, text_style)


def _draw_total(canvas: Canvas, column: Column, cells: list[Value], row: int, first: int, last: int, at: int) -> None:
    area = f"{reference(first, at)}:{reference(last, at)}"
    known = [cell for cell in cells if isinstance(cell, float)]
    canvas.formula(row, at, f"=SUBTOTAL(109,{area})", sum(known), canvas.formats.cell(column.look, canvas.wan, "total"))


def _width(column: Column, heading: str, cells: list[Value]) -> float:
    """Wide enough for what stands in it, narrow enough that a table of forty columns can be read."""
    words = max((characters(word) for word in heading.split()), default=0)
    least = max(NARROWEST, min(characters(heading), max(words, characters(heading) / 2)) + BUTTON)
    if column.look in WIDTHS:
        largest = max((abs(cell) for cell in cells if isinstance(cell, float)), default=0.0) if column.look == "money" else 0.0
        return max(WIDTHS[column.look], least, len(f"{largest:,.0f}") + 2.5)
    step = max(1, len(cells) // SAMPLE)
    seen = sorted(characters(cell) for cell in cells[::step] if isinstance(cell, str))
    typical = seen[int(len(seen) * 0.95)] if seen else 8.0
    return min(max(typical + 1.5, least), WIDEST)


def _set_heights(canvas: Canvas, table: Table, first: int) -> None:
    wrapped = [(column.values, canvas.widths[at]) for at, column in enumerate(table.columns) if column.look == "wrap"]
    if not wrapped:
        return
    for at in range(table.rows):
        needed = max(lines(str(texts[at] or ""), room) for texts, room in wrapped)
        if needed > 1:
            canvas.height(first + at, LINE_POINTS * needed + 4)
