"""The sheet Start: how the funnel stands, what to do, the buttons, and whether Python answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from ...draw.style import PAPER, SHORT_MONEY, TONES, WAN
from .deals import computed_column
from .pen import Pen

BUTTONS = {     # caption -> macro
    "ribbon.check": "ButtonCheck", "ribbon.review": "ButtonReview", "ribbon.charts": "ButtonCharts", "ribbon.weekly": "ButtonWeekly",
    "ribbon.reports": "ButtonReportAll", "ribbon.refresh": "ButtonRefresh",
    "ribbon.import": "ButtonImport", "ribbon.freeze": "ButtonFreeze", "ribbon.undo": "ButtonUndo", "ribbon.language": "ButtonLanguage",
    "ribbon.more_sheets": "ButtonMoreSheets", "book.start.demo": "ButtonRemoveDemo",
}
WIDTHS = (3, 20, 20, 20, 20, 20, 20)
BUTTON_WIDTH, BUTTON_HEIGHT, ACROSS = 138, 34, 5
STEPS = 5
WAN_UNIT = 10_000
TROUBLES = 4
STATE_ROW, TILE_ROW, STEP_ROW = 2, 5, 9
BUTTON_ROW = STEP_ROW + STEPS + 2
TROUBLE_ROW = BUTTON_ROW + 7


@dataclass(frozen=True)
class Tile:
    """One figure: its label, the formula behind it, and the value that it has now."""

    key: str
    formula: str
    value: float
    look: str = "count"


def button(pen: Pen, row: int, column: int, key: str, *, offset: int = 0) -> None:
    """A button whose caption follows the language; BUTTONS says which macro it starts."""
    pen.sheet.insert_textbox(row, column, pen.texts.say(key), {
        "textlink": "=" + pen.texts.cell(key), "width": BUTTON_WIDTH, "height": BUTTON_HEIGHT, "x_offset": offset, "object_position": 3,
        "font": {"name": pen.formats.font, "size": 10, "bold": True, "color": "#FFFFFF"},
        "align": {"vertical": "middle", "horizontal": "center"}, "fill": {"color": TONES["strong"]}, "line": {"none": True},
        "description": pen.texts.say(key)})


def macros(pen: Pen) -> dict[str, str]:
    """The macro of each button by the cell of its caption."""
    return {pen.texts.cell(key): macro for key, macro in BUTTONS.items()}


def draw_start(pen: Pen, tiles: Mapping[str, Tile], as_of: object, unit: object) -> None:
    """Draw the sheet; `unit` is what its money is shown in."""
    for column, width in enumerate(WIDTHS):
        pen.sheet.set_column(column, column, width)
    pen.label(0, 1, "book.start.title", pen.formats.look("title"))
    pen.sheet.set_row(0, 34)
    _state(pen, as_of)
    _tiles(pen, list(tiles.values()))
    say_unit(pen, TILE_ROW + 2, 1, unit)
    _lines(pen, STEP_ROW, "book.start.steps", [f"book.start.step{number}" for number in range(1, STEPS + 1)], 20)
    for at, key in enumerate(BUTTONS):
        row, column = divmod(at, ACROSS)
        button(pen, BUTTON_ROW + 2 * row, 1 + column, key)
        pen.sheet.set_row(BUTTON_ROW + 2 * row, 28)
        pen.sheet.set_row(BUTTON_ROW + 2 * row + 1, 8)
    _lines(pen, TROUBLE_ROW, "book.start.trouble", [f"book.start.trouble{number}" for number in range(1, TROUBLES + 1)], 34)
    pen.sheet.set_landscape()
    pen.sheet.set_paper(9)
    pen.sheet.fit_to_pages(1, 1)


def _state(pen: Pen, as_of: object) -> None:
    """The as-of date, and whether Python answers: unless it has said so since the book was opened, it does not."""
    plain = pen.formats.of(bold=True)
    pen.label(STATE_ROW, 1, "book.start.as_of", pen.formats.look("subtitle", valign="vcenter"))
    pen.formula(STATE_ROW, 2, "=FunnelAsOf", as_of, pen.formats.of(bold=True, num_format="yyyy-mm-dd", align="left"))
    pen.label(STATE_ROW + 1, 1, "book.start.python", pen.formats.look("subtitle", valign="vcenter"))
    answers, held = pen.texts.cell("book.start.answers"), pen.texts.cell("book.start.held")
    pen.formula(STATE_ROW + 1, 2, f'=IF(FunnelPython="",{held},{answers}&FunnelPython)', pen.texts.say("book.start.held"), plain)


def _tiles(pen: Pen, tiles: list[Tile]) -> None:
    for at, tile in enumerate(tiles, 1):
        pen.label(TILE_ROW, at, tile.key, pen.formats.look("figure_label"))
        style = pen.formats.look("figure", num_format=SHORT_MONEY if tile.look == "money" else "#,##0")
        pen.formula(TILE_ROW + 1, at, tile.formula, tile.value, style)
        if tile.look == "money":
            show_unit(pen, TILE_ROW + 1, at, TILE_ROW + 1, at)
    pen.sheet.set_row(TILE_ROW, 20)
    pen.sheet.set_row(TILE_ROW + 1, 30)


def show_unit(pen: Pen, first: int, left: int, last: int, right: int) -> None:
    """Show money in units of 10,000 where the settings ask for it; the cells keep the whole amounts."""
    pen.sheet.conditional_format(first, left, last, right, {
        "type": "formula", "criteria": f"=FunnelUnit={WAN_UNIT}", "format": pen.book.add_format({"num_format": WAN})})


def say_unit(pen: Pen, row: int, column: int, unit: object) -> None:
    """Say once a page that money is shown in units of 10,000, where it is."""
    said = pen.texts.say("book.dash.unit_wan") if unit == WAN_UNIT else ""
    pen.formula(row, column, f'=IF(FunnelUnit={WAN_UNIT},{pen.texts.cell("book.dash.unit_wan")},"")', said, pen.formats.look("subtitle"))


def _lines(pen: Pen, row: int, heading: str, keys: list[str], height: float) -> None:
    pen.label(row, 1, heading, pen.formats.look("heading"), span=6)
    for at, key in enumerate(keys, row + 1):
        pen.label(at, 1, key, pen.formats.look("paragraph", bg_color=PAPER if (at - row) % 2 else "#FFFFFF", indent=1), span=6)
        pen.sheet.set_row(at, height)


def deal_tiles(pen: Pen, values: Mapping[str, float], figures: Mapping[str, str]) -> dict[str, Tile]:
    """The six figures: those of whole stages come from the dashboard's cells in `figures`, the others from the columns of Deals."""
    columns = {name: computed_column(pen, name) for name in ("placement", "stalled", "check")}
    formulas = {
        "open": ("=" + figures["deals"], "count"),
        "amount": ("=" + figures["amount"], "money"),
        "weighted": ("=" + figures["weighted"], "money"),
        "best_few": (f"=SUMPRODUCT((COUNTIF(FunnelWord_best_few,{columns['placement']})>0)*1)", "count"),
        "stalled": (f'=SUMPRODUCT(({columns["stalled"]}<>"")*1)', "count"),
        "findings": (f'=SUMPRODUCT(({columns["check"]}<>"")*1)', "count"),
    }
    return {name: Tile(f"book.start.{name}", formula, values[name], look) for name, (formula, look) in formulas.items()}
