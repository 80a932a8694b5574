"""Paper: size, margins, what is printed at the foot, where pages part."""

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter.worksheet import Worksheet

from ..errors import OutOfRange
from ..sheets.describe import Sheet
from ..wording import words
from .canvas import Canvas
from .values import text

PAPERS = {"A4": (9, 595.0, 842.0), "Letter": (1, 612.0, 792.0)}     # Excel's number, points wide, points high
SIDE, TOP, BOTTOM, FOOT = 0.5, 0.55, 0.75, 0.35     # inches
SMALLEST = 0.62         # nothing is printed smaller than this; columns for which the paper is too narrow then are for the screen only
POINTS_A_PIXEL = 0.75
FOOT_LENGTH = 130       # characters of 8 points that leave room for the page's number on paper held upright


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that belong together: a heading and what it opens."""

    first: int
    keep: int               # the rows up to here are not parted from each other
    last: int               # the row below


def room(paper: str, landscape: bool) -> tuple[float, float]:
    """Width and height inside the margins [points]."""
    _, width, height = _paper(paper)
    if landscape:
        width, height = height, width
    return width - 2 * 72 * SIDE, height - 72 * (TOP + BOTTOM)


def _paper(paper: str) -> tuple[int, float, float]:
    if paper not in PAPERS:
        raise OutOfRange("error.sheet.paper", paper=paper, allowed=", ".join(PAPERS))
    return PAPERS[paper]


def set_up(canvas: Canvas, sheet: Sheet, paper: str, last_row: int, parts: Sequence[Part]) -> None:
    """Set a drawn sheet up for printing and for the screen; `last_row` is the first that is not printed."""
    worksheet = canvas.sheet
    worksheet.set_paper(_paper(paper)[0])
    if sheet.page.landscape:
        worksheet.set_landscape()
    worksheet.set_margins(SIDE, SIDE, TOP, BOTTOM)
    worksheet.set_footer(_footer(sheet), {"margin": FOOT})
    worksheet.hide_gridlines(2)
    width, height = room(paper, sheet.page.landscape)
    columns, needed = _columns_on_paper(canvas, width / SMALLEST)
    worksheet.print_area(0, 0, max(last_row - 1, 0), columns - 1)
    worksheet.fit_to_pages(1, int(sheet.page.one_page))
    if sheet.page.one_page:
        worksheet.center_horizontally()
    else:
        _part_pages(worksheet, canvas, parts, height / min(1.0, width / needed))


def _columns_on_paper(canvas: Canvas, widest: float) -> tuple[int, float]:
    """How many columns from the left are printed, and their width [points]."""
    used = 0.0
    for column in range(canvas.across):
        points = canvas.pixels(column) * POINTS_A_PIXEL
        if column and used + points > widest:
            return column, used
        used += points
    return canvas.across, used


def _footer(sheet: Sheet) -> str:
    """Source and as-of date to the left, page numbers to the right; "&" begins a code in a footer and is doubled to be read."""
    # Excel takes 255 characters in all, and a pair of "&" must not be cut in two.
    said = text(" · ".join(each for each in (sheet.title, sheet.foot) if each))
    most = FOOT_LENGTH - said.count("&")
    said = said if len(said) <= most else said[: max(most - 1, 0)] + "…"
    return f'&L&8 {said.replace("&", "&&")}&R&8 {words(sheet.language)["sheet.page"]}'


def _part_pages(worksheet: Worksheet, canvas: Canvas, parts: Sequence[Part], height: float) -> None:
    """Begin a new page before a part whose beginning would not fit on what is left of the page."""
    used, breaks = 0.0, []
    for part in parts:
        if used and used + canvas.points(part.first, part.keep) > height:
            breaks.append(part.first)
            used = 0.0
        # A long table runs on over the next pages by itself.
        used = (used + canvas.points(part.first, part.last)) % height
    worksheet.set_h_pagebreaks(breaks)
