"""Headings, paragraphs, tiles and small tables: what stands on a page under each other."""

from ..sheets.describe import Column, Figures, Heading, Table, Text
from .canvas import Canvas, lines
from .marks import mark
from .values import values

LINE_POINTS = 14.0      # of a line of text
ACROSS = 4              # tiles in a row


def draw_title(canvas: Canvas, title: str, subtitle: str) -> int:
    """Say what the sheet is, over its columns; the next free row comes back, as from all of these."""
    if not title:
        return 0
    canvas.height(0, 32)
    canvas.put(0, 0, title, canvas.formats.look("title"))
    if not subtitle:
        return 1
    canvas.height(1, LINE_POINTS + 6)
    canvas.put(1, 0, subtitle, canvas.formats.look("subtitle"))
    return 2


def draw_heading(canvas: Canvas, heading: Heading, row: int) -> int:
    """Open a part of the page with a line under its name."""
    canvas.height(row, 30)
    style = canvas.formats.look("heading")
    canvas.put(row, 0, heading.text, style)
    for column in range(1, canvas.across):
        canvas.put(row, column, None, style)
    return row + 1


def draw_text(canvas: Canvas, text: Text, row: int) -> int:
    """Write a paragraph as wide as the page."""
    canvas.height(row, LINE_POINTS * lines(text.text, canvas.page_width()) + 8)
    style = canvas.formats.look("note" if text.look == "note" else "paragraph")
    canvas.put(row, 0, text.text, style, span=canvas.across)
    return row + 1


def draw_figures(canvas: Canvas, figures: Figures, row: int) -> int:
    """Write tiles, four in a row: what it is, the number, its base."""
    tiles = _tiles(canvas)
    for start in range(0, len(figures.figures), ACROSS):
        for at, points in enumerate((18, 24, 24)):
            canvas.height(row + at, points)
        for figure, (column, span) in zip(figures.figures[start:start + ACROSS], tiles, strict=False):
            canvas.put(row, column, figure.label, canvas.formats.look("figure_label"), span=span)
            canvas.put(row + 1, column, figure.value, canvas.formats.figure(figure.look, canvas.wan, figure.value), span=span)
            canvas.put(row + 2, column, figure.note, canvas.formats.look("figure_note"), span=span)
        canvas.height(row + 3, 6)
        row += 4
    return row


def _tiles(canvas: Canvas) -> list[tuple[int, int]]:
    """(column, span) of tiles that are as alike in width as the page's grid allows."""
    each, tiles, start, width = canvas.page_width() / ACROSS, [], 0, 0.0
    for column in range(canvas.across):
        width += canvas.widths[column]
        if width >= each * (len(tiles) + 1) - 0.5:
            tiles.append((start, column + 1 - start))
            start = column + 1
    return tiles


def draw_table(canvas: Canvas, table: Table, row: int) -> int:
    """Write a small table into the page's grid, and its total row if it has one."""
    first, rooms = row + 1, _rooms(canvas, table)
    totalled = any(said.total is not None for said in table.columns)
    canvas.height(row, LINE_POINTS * max(lines(said.heading, room) for said, (_, room) in zip(table.columns, rooms, strict=True)) + 8)
    for said, (column, _) in zip(table.columns, rooms, strict=True):
        canvas.put(row, column, said.heading, canvas.formats.header(said.look), span=said.span)
        _draw_column(canvas, said, first, column)
        if totalled:
            style = canvas.formats.cell(said.look, canvas.wan, "total")
            canvas.put(first + table.rows, column, said.total, style, span=said.span)
        mark(canvas, said.marks, first, column, table.rows)
    _set_heights(canvas, table, first, rooms)
    return first + table.rows + totalled


def _draw_column(canvas: Canvas, said: Column, first: int, column: int) -> None:
    style = canvas.formats.cell(said.look, canvas.wan)
    cells = values(said.values, canvas.date1904)
    if said.links is None and said.span == 1:
        canvas.column(first, column, cells, style)
    else:
        linked = canvas.formats.cell(said.look, canvas.wan, "link")
        links = said.links or [None] * len(cells)
        for at, (cell, link) in enumerate(zip(cells, links, strict=True), first):
            canvas.put(at, column, cell, linked if link else style, span=said.span, link=link)


def _set_heights(canvas: Canvas, table: Table, first: int, rooms: list[tuple[int, float]]) -> None:
    """Rows whose text is broken into lines get the height for it: only Excel itself could do so on opening, and not for merged cells."""
    wrapped = [(said, room) for said, (_, room) in zip(table.columns, rooms, strict=True) if said.look == "wrap"]
    for at in range(table.rows if wrapped else 0):
        needed = max(lines(str(said.values[at] or ""), room) for said, room in wrapped)
        if needed > 1:
            canvas.height(first + at, LINE_POINTS * needed + 4)


def _rooms(canvas: Canvas, table: Table) -> list[tuple[int, float]]:
    """(column of the grid, width in characters) of each column of a table."""
    rooms, column = [], 0
    for said in table.columns:
        rooms.append((column, sum(canvas.widths.get(at, 9.0) for at in range(column, column + said.span))))
        column += said.span
    return rooms
