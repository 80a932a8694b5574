"""How a form lies on one page: looks, heights from the texts, and the slack given to the lines that are written on by pen."""

from collections.abc import Iterator
from typing import Any
from unicodedata import east_asian_width

from xlsxwriter.format import Format

from ..sheets.describe import Cell, Form, FormRow
from .canvas import Canvas
from .style import DATE, GREY, PAPER, TONES, number_format

RULE = "#8795A6"            # lines to write on
BOX = "#B4BFCB"
BAND = "#E4EAF1"

POINTS_A_CHARACTER = 5.25   # 7 pixels of 0.75 points: a digit of the font that column widths are counted in
PADDING = 7.0               # points that a cell keeps free at its sides
LEAST = 14.0                # height of a row with one line
ROOMIEST = 24.0             # no line to write on needs to be higher
MOST_LINES = 4
SMALLEST = 0.70             # the page is not shrunk below this to hold longer texts: those are cut instead

_TILE = {"align": "center", "left": 1, "right": 1, "left_color": BOX, "right_color": BOX}
_TILE_VALUE = {**_TILE, "bold": True, "font_size": 11, "bottom": 1, "bottom_color": BOX, "shrink": True}
_RULED = {"bottom": 7, "bottom_color": RULE, "align": "left"}
_BOX = {"border": 1, "border_color": BOX, "font_size": 9.5, "align": "left", "text_wrap": True}
_HEADING = {"bottom": 1, "bottom_color": TONES["strong"], "valign": "bottom"}
_GAP = {"font_size": 9, "font_color": GREY, "bottom": 1, "bottom_color": BOX, "shrink": True}
_HERE = {"bg_color": TONES["strong"], "font_color": "#FFFFFF", "bold": True}
_SCALE = {"font_size": 7.5, "align": "center", "text_wrap": True, "border": 1, "border_color": BOX, "font_color": GREY}

LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 17, "font_color": TONES["strong"], "valign": "bottom"},
    "aside": {"font_size": 8.5, "font_color": GREY, "align": "right", "valign": "bottom"},
    "subtitle": {"font_color": GREY},
    "heading": {**_HEADING, "bold": True, "font_size": 10.5, "font_color": TONES["strong"]},
    "heading.aside": {**_HEADING, "font_size": 8, "font_color": GREY, "align": "right"},
    "label": {"font_size": 8.5, "font_color": GREY, "text_wrap": True},
    "value": {**_RULED, "text_wrap": True},
    "date": {**_RULED, "num_format": DATE},
    "money": _RULED,
    "tile.label": {**_TILE, "font_size": 8, "font_color": GREY, "top": 1, "top_color": BOX, "bg_color": PAPER, "text_wrap": True},
    "tile": _TILE_VALUE,
    "tile.money": _TILE_VALUE,
    "tile.date": {**_TILE_VALUE, "num_format": DATE},
    "tile.share": _TILE_VALUE,
    "tile.price": {**_TILE_VALUE, "bottom": 0},
    "gap.money": {**_GAP, "align": "right", "left": 1, "left_color": BOX},
    "gap.share": {**_GAP, "align": "left", "right": 1, "right_color": BOX, "num_format": "+0.0%;-0.0%;0.0%"},
    "gap.none": {**_GAP, "left": 1, "left_color": BOX, "right": 1, "right_color": BOX},
    "head": {"bold": True, "font_size": 8.5, "bg_color": BAND, "border": 1, "border_color": BOX, "align": "left"},
    "box": _BOX,
    "box.middle": {**_BOX, "align": "center"},
    "box.date": {**_BOX, "num_format": DATE, "text_wrap": False},
    "box.alarm": {**_BOX, "align": "center", "bold": True, "font_size": 8.5, "font_color": TONES["alarm"], "text_wrap": False},
    "flag": _BOX,
    "flag.automatic": {**_BOX, "italic": True},
    "note": {"font_size": 8, "font_color": GREY, "text_wrap": True},
    "place": _SCALE,
    "place.here": {**_SCALE, **_HERE},
    "scale": _SCALE,
    "scale.here": {**_SCALE, **_HERE},
    "tick": {"font_size": 11},
    "signature": _RULED,
}


def draw_form(canvas: Canvas, form: Form, room: tuple[float, float], *, first_row: int = 0) -> int:
    """Draw a form from `first_row` down and return the row below it.

    `room` is what the paper holds inside its margins: width and height [points]. Texts are cut with an ellipsis so that the page, fitted to
    one sheet of paper, stays readable; what is left free goes to the lines to write on.
    """
    for column, width in enumerate(form.columns):
        canvas.width(column, width)
    lines, heights = _fitted(form, room)
    taken: set[tuple[int, int]] = set()         # places covered by a box that began further up
    for at, (row, height) in enumerate(zip(form.rows, heights, strict=True)):
        canvas.height(first_row + at, height)
        for column, cell in _placed(row, at, taken):
            text = cell.text
            if isinstance(text, str):
                text = _cut(text, _room(form, column, cell), cell, lines)
            canvas.put(first_row + at, column, text, _format(canvas, cell), rows=cell.rows, span=cell.span, link=cell.link)
    return first_row + len(form.rows)


def _format(canvas: Canvas, cell: Cell) -> Format:
    properties = dict(LOOKS[cell.look])
    if cell.look.endswith(("money", "price")):
        properties["num_format"] = _money(canvas.wan, signed=cell.look.startswith("gap."))
    elif cell.look.endswith("share") and "num_format" not in properties:
        whole = not isinstance(cell.text, float) or abs(cell.text * 100 - round(cell.text * 100)) < 1e-9
        properties["num_format"] = "0%" if whole else "0.0%"
    if isinstance(cell.text, str):
        properties["quote_prefix"] = True       # "=A1" stays text even when someone edits the cell and presses Enter
    return canvas.formats.of(**properties)


def _money(wan: bool, *, signed: bool) -> str:
    """Whole amounts, or units of 10,000 where the page says so (style.WAN tells how)."""
    if signed:
        return r"+0\.0,;-0\.0,;0" if wan else "+#,##0;-#,##0;0"
    return number_format("money", wan)


def _placed(row: FormRow, at: int, taken: set[tuple[int, int]]) -> Iterator[tuple[int, Cell]]:
    """Each cell of a row with its column; places that a box from above covers are left out."""
    column = 0
    for cell in row.cells:
        while (at, column) in taken:
            column += 1
        yield column, cell
        taken.update((at + down, column + right) for down in range(1, cell.rows) for right in range(cell.span))
        column += cell.span


def _fitted(form: Form, room: tuple[float, float]) -> tuple[int, list[float]]:
    """The number of lines that a text may take, and each row's height."""
    width = sum(form.columns) * POINTS_A_CHARACTER
    for lines in range(MOST_LINES, 0, -1):
        heights = _heights(form, lines)
        if sum(heights) * SMALLEST <= room[1] or lines == 1:
            break
    free = room[1] * width / room[0] - sum(heights)     # at the scale at which the page is as wide as the paper
    return lines, _spread(form, heights, free)


def _heights(form: Form, lines: int) -> list[float]:
    heights, taken = [], set()
    for at, row in enumerate(form.rows):
        needed = [_height(cell, _room(form, column, cell), lines) for column, cell in _placed(row, at, taken) if cell.rows == 1]
        heights.append(row.height or max(needed, default=LEAST))
    return heights


def _height(cell: Cell, width: float, lines: int) -> float:
    size = LOOKS[cell.look].get("font_size", 10)
    wrapped = 1
    if isinstance(cell.text, str) and LOOKS[cell.look].get("text_wrap"):
        wrapped = min(_lines(cell.text, width, size), max(lines, cell.text.count("\n") + 1))
    return max(LEAST, wrapped * size * 1.3 + 3)


def _spread(form: Form, heights: list[float], free: float) -> list[float]:
    """Give free height to the rows with something left to write, evenly, none above ROOMIEST."""
    open_rows = [at for at, row in enumerate(form.rows) if any(cell.text is None for cell in row.cells) and heights[at] < ROOMIEST]
    heights = list(heights)
    for done, at in enumerate(sorted(open_rows, key=lambda at: -heights[at])):
        more = max(0.0, min(ROOMIEST - heights[at], free / (len(open_rows) - done)))
        heights[at] += more
        free -= more
    return [round(height * 4 / 3) * 0.75 for height in heights]     # whole pixels


def _room(form: Form, column: int, cell: Cell) -> float:
    return sum(form.columns[column:column + cell.span]) * POINTS_A_CHARACTER - PADDING


def _cut(text: str, width: float, cell: Cell, lines: int) -> str:
    """A text that stands in its box, its end left out with an ellipsis where it is too long."""
    look = LOOKS[cell.look]
    size = look.get("font_size", 10)
    most = max(lines, text.count("\n") + 1) if look.get("text_wrap") else 1
    if look.get("shrink") or _lines(text, width, size) <= most:
        return text
    low, high = 0, len(text)
    while low < high:       # the longest beginning that stands in its box together with the ellipsis
        middle = (low + high + 1) // 2
        if _lines(text[:middle].rstrip() + "…", width, size) <= most:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"


def _lines(text: str, width: float, size: float) -> int:
    """How many lines a text takes at a font size, words kept whole where they can be; rather one too many than one too few."""
    count = 0
    for part in text.split("\n"):
        count += 1
        used = 0.0
        for piece in _pieces(part):
            long = sum(_em(character) for character in piece) * size
            if used + long > width and used:
                count += 1
                used = 0.0
            if long > width:        # a word wider than its box is broken
                count += int(long // width)
                long %= width
            used += long
    return count


def _pieces(text: str) -> Iterator[str]:
    """A text in pieces that a line break keeps whole: words, and single Chinese characters."""
    word = ""
    for character in text:
        if east_asian_width(character) in "WF":
            if word:
                yield word
            yield character
            word = ""
        elif character == " ":
            yield word + character
            word = ""
        else:
            word += character
    if word:
        yield word


def _em(character: str) -> float:
    """How wide a character stands in a sans serif font [font sizes], a little on the wide side."""
    if east_asian_width(character) in "WF":
        return 1.0
    if character in " .,:;'!|()[]/-iljtfrI":
        return 0.36
    return 0.75 if character.isupper() or character in "mwMW%@" else 0.58
