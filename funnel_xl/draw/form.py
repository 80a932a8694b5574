"""How a form lies on one page: looks, heights from the texts, and the slack given to the lines that are written on by pen."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from unicodedata import east_asian_width

from xlsxwriter.format import Format

from ..sheets.describe import Cell, Form
from .canvas import Canvas
from .style import DATE, GREY, PAPER, SIZE, TONES, number_format

RULE = "#8795A6"            # lines to write on
BOX = "#B4BFCB"
BAND = "#E4EAF1"
FAINT = "#7D8896"           # what a box asks for, to be written over

LEADING = 1.25              # of a line of text [font sizes]
WIDER = 1.04                # our fonts run a little wider in some programs than measured here
BOLDER = 1.07
# Widths in a sans serif font [font sizes]; what is not named here is as wide as "n", a capital as "S", a Chinese sign as its height.
_WIDTHS = ((" ijl.,:;'|!/", 0.28), ("ftr()[]-\"I·", 0.34), ("ckszvxyJ", 0.5), ("CDGHNORUw&", 0.74), ("mMQ", 0.84), ("W%@…—", 1.0))
WIDTHS = {character: width for characters, width in _WIDTHS for character in characters}
_CHINESE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
_PIECE = re.compile(f"[{_CHINESE}] *|[^{_CHINESE} ]+ *| +")     # what a line break keeps whole: a word, one Chinese character
PADDING = 5.0               # points that a cell keeps free at its sides
ROOMIEST = 24.0             # points: no line to write on needs to be higher
# How a page that is too full is made to fit: the lines that a text may take, the height of a line to write on, and the scale down to which
# that is tried before texts are cut further.
TRIES = ((4, 17.0, 0.78), (3, 15.0, 0.74), (2, 14.0, 0.70), (2, 13.0, 0.66), (1, 12.5, 0.64))
STEP = 0.02
BETWEEN = 1.025     # LibreOffice draws columns some 5 % wider than Excel, so it shrinks a page more to make it fit: we aim between the two

_TILE = {"align": "center", "left": 1, "right": 1, "left_color": BOX, "right_color": BOX}
_TILE_VALUE = {**_TILE, "bold": True, "font_size": 11, "bottom": 1, "bottom_color": BOX, "shrink": True}
_RULED = {"bottom": 7, "bottom_color": RULE, "align": "left"}
_BOX = {"border": 1, "border_color": BOX, "font_size": 9.5, "align": "left", "text_wrap": True}
_HEADING = {"bottom": 1, "bottom_color": TONES["strong"], "valign": "bottom"}
_GAP = {"font_size": 9, "font_color": GREY, "bottom": 1, "bottom_color": BOX, "shrink": True}
_HERE = {"bg_color": TONES["strong"], "font_color": "#FFFFFF", "bold": True}
_HEAD = {"bold": True, "font_size": 8.5, "bg_color": BAND, "border": 1, "border_color": BOX}
_BAR = {"font_size": 8, "bold": True, "align": "center", "shrink": True, "border": 7, "border_color": BOX}
_US, _RIVAL = {"bg_color": TONES["middle"]}, {"bg_color": "#DDA39E"}
_AXIS = {"left": 2, "left_color": TONES["strong"]}      # where the 0 would be that the scale doesn't have
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
    "gap.money": {**_GAP, "align": "right", "indent": 1, "left": 1, "left_color": BOX},
    "gap.share": {**_GAP, "align": "left", "right": 1, "right_color": BOX, "num_format": "+0.0%;-0.0%;0.0%"},
    "gap.none": {**_GAP, "left": 1, "left_color": BOX, "right": 1, "right_color": BOX},
    "head": {**_HEAD, "align": "left"},
    "head.left": {**_HEAD, "align": "left", "font_size": 8, "shrink": True},
    "head.right": {**_HEAD, "align": "right", "indent": 1, "font_size": 8, "shrink": True, **_AXIS},
    "box": _BOX,
    "box.middle": {**_BOX, "align": "center"},
    "box.date": {**_BOX, "num_format": DATE, "text_wrap": False},
    "box.money": {**_BOX, "align": "right", "indent": 1, "text_wrap": False, "shrink": True},
    "box.prompt": {**_BOX, "font_size": 8, "font_color": FAINT},
    "box.alarm": {**_BOX, "align": "center", "bold": True, "font_size": 8.5, "font_color": TONES["alarm"], "text_wrap": False},
    "week.day": {**_BOX, "bold": True, "font_size": 8.5, "bg_color": BAND, "align": "center"},
    "week.part": {**_BOX, "bold": True, "font_size": 8.5, "bg_color": BAND},
    "week.due": {**_BOX, "font_size": 8.5, "valign": "top"},
    "week.place": {**_BOX, "font_size": 8.5, "bold": True, "bottom": 0, "valign": "top"},
    "week.people": {**_BOX, "font_size": 8.5, "top": 0, "valign": "top"},
    "week.off": {**_BOX, "font_size": 8.5, "font_color": GREY, "bg_color": PAPER, "align": "center"},
    "flag": _BOX,
    "flag.automatic": {**_BOX, "italic": True},
    "note": {"font_size": 8, "font_color": GREY, "text_wrap": True},
    "place": _SCALE,
    "place.here": {**_SCALE, **_HERE},
    "scale": _SCALE,
    "scale.here": {**_SCALE, **_HERE},
    "tick": {"font_size": 11},
}


_BARS = {"bar": {}, "bar.us": _US, "bar.rival": _RIVAL, "bar.us.end": {"bg_color": TONES["strong"], "font_color": "#FFFFFF"},
         "bar.rival.end": {"bg_color": TONES["alarm"], "font_color": "#FFFFFF"}}
LOOKS |= {name + end: {**_BAR, **look, **axis} for name, look in _BARS.items() for end, axis in (("", {}), (".axis", _AXIS))}


def draw_form(canvas: Canvas, form: Form, room: tuple[float, float], *, first_row: int = 0) -> int:
    """Draw a form from `first_row` down and return the row below it.

    `room` is what the paper holds inside its margins: width and height [points]. A full page gets wider columns, since it will be printed
    smaller; texts that are still too long are cut with an ellipsis. What is left free goes to the lines to write on.
    """
    fit = _fitted(form, room)
    for column, width in enumerate(fit.widths):
        canvas.width(column, width)
    for at, (cells, height) in enumerate(zip(_placed(form), fit.heights, strict=True)):
        canvas.height(first_row + at, height)
        for column, cell in cells:
            text = cell.text
            if isinstance(text, str):
                text = _cut(text, _room(fit.widths, column, cell), cell, fit.lines)
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


@dataclass(frozen=True)
class _Fit:
    """How a form lies on its paper."""

    widths: tuple[float, ...]       # of the columns [characters]
    heights: list[float]            # of the rows [points]
    lines: int                      # that a text may take


def _fitted(form: Form, room: tuple[float, float]) -> _Fit:
    """The largest print at which all texts stand in full; where there is none, texts may take fewer lines."""
    placed = list(_placed(form))
    start = room[0] / sum(map(_points, form.columns))
    for lines, least, smallest in TRIES:
        scale = start
        while scale >= smallest:
            widths = tuple(_wider(width, start / scale) for width in form.columns)
            heights = [row.height or _height(cells, widths, lines, least) for row, cells in zip(form.rows, placed, strict=True)]
            free = room[1] * BETWEEN / scale - sum(heights)
            if free >= 0:
                return _Fit(widths, _spread(form, heights, free), lines)
            scale -= STEP
    return _Fit(widths, heights, lines)


def _placed(form: Form) -> Iterator[list[tuple[int, Cell]]]:
    """Each row's cells with their columns; places that a box from further up covers are passed over."""
    taken: set[tuple[int, int]] = set()
    for at, row in enumerate(form.rows):
        column, cells = 0, []
        for cell in row.cells:
            while (at, column) in taken:
                column += 1
            cells.append((column, cell))
            taken.update((at + down, column + right) for down in range(1, cell.rows) for right in range(cell.span))
            column += cell.span
        yield cells


def _height(cells: list[tuple[int, Cell]], widths: Sequence[float], lines: int, least: float) -> float:
    """What the highest of a row's texts needs, and `least` where something is left to write."""
    needed = [least if any(_is_open(cell) for _, cell in cells) else 0.0]
    for column, cell in cells:
        look, taken = LOOKS[cell.look], 1
        if isinstance(cell.text, str) and cell.rows == 1 and (most := _most(cell, lines)) > 1:
            taken = min(_lines(cell.text, _room(widths, column, cell), look), most)
        needed.append(taken * look.get("font_size", SIZE) * LEADING + (1 if lines == 1 else 3))
    return max(needed)


def _is_open(cell: Cell) -> bool:
    """Whether something is left to write in a box."""
    return cell.look == "box.prompt" or (cell.text is None and not cell.look.startswith("bar"))


def _most(cell: Cell, lines: int) -> int:
    """The lines that a box's text may take; what identifies a deal is never cut to one."""
    if not LOOKS[cell.look].get("text_wrap"):
        return 1
    return max(lines, str(cell.text).count("\n") + 1, 2 if cell.look == "value" else 1)


def _spread(form: Form, heights: list[float], free: float) -> list[float]:
    """Give free height to the rows with something left to write, evenly, none above ROOMIEST."""
    open_rows = [at for at, row in enumerate(form.rows) if any(map(_is_open, row.cells)) and heights[at] < ROOMIEST]
    heights = list(heights)
    for done, at in enumerate(sorted(open_rows, key=lambda at: -heights[at])):
        more = min(ROOMIEST - heights[at], free / (len(open_rows) - done))
        heights[at] += more
        free -= more
    return [int(height * 4 / 3) * 0.75 for height in heights]     # whole pixels


def _room(widths: Sequence[float], column: int, cell: Cell) -> float:
    return sum(map(_points, widths[column:column + cell.span])) - PADDING


def _points(characters: float) -> float:
    """How wide a column stands: 7 pixels a character and 5 around, each of 0.75 points."""
    return (characters * 7 + 5) * 0.75


def _wider(characters: float, times: float) -> float:
    """A column that stands so many times as wide; the space around its characters grows with them [characters]."""
    return (_points(characters) * times / 0.75 - 5) / 7


def _cut(text: str, width: float, cell: Cell, lines: int) -> str:
    """A text that stands in its box, its end left out with an ellipsis where it is too long."""
    look, most = LOOKS[cell.look], _most(cell, lines)
    if look.get("shrink") or _lines(text, width, look) <= most:
        return text
    low, high = 0, len(text)
    while low < high:       # the longest beginning that stands in its box together with the ellipsis
        middle = (low + high + 1) // 2
        if _lines(text[:middle].rstrip() + "…", width, look) <= most:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"


def _lines(text: str, width: float, look: dict[str, Any]) -> int:
    """How many lines a text takes, words kept whole where they can be; rather one too many than one too few."""
    room = width / look.get("font_size", SIZE) / (WIDER * (BOLDER if look.get("bold") else 1))
    count = 0
    for part in _measured(text):
        count += 1
        used = 0.0
        for long, shown in part:
            if used and used + shown > room:
                count += 1
                used = 0.0
            if shown > room:        # a word wider than its box is broken
                count += int(shown // room)
                used = shown % room
            else:
                used += long
    return count


@lru_cache(maxsize=2048)
def _measured(text: str) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Of each line of a text the pieces that a break keeps whole: their widths with and without trailing space [font sizes]."""
    return tuple(tuple((_ems(piece), _ems(piece.rstrip(" "))) for piece in _PIECE.findall(part)) for part in text.split("\n"))


def _ems(text: str) -> float:
    return sum(WIDTHS.get(character) or (1.0 if east_asian_width(character) in "WFA" else 0.68 if character.isupper() else 0.56)
               for character in text)
