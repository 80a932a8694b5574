"""All values anew: by Excel itself where it can call Python, else written beside the deals by the same code."""

import datetime as dt

import xlwings as xw

from ..sales.aliases import meaning
from ..sales.grid import CellError
from ..wording import LANGUAGES, words
from . import functions, native
from .catalogue import COLUMNS
from .serving import OMITTED
from .spilled import columns as computed_columns
from .tables import Team, rows_of

LIMITS = ("FunnelSmall", "FunnelBig")       # of the tiers, in the settings of our workbook


def recalculate(book: xw.Book) -> bool:
    """Have Excel calculate everything, sheets that are held still as well; whether our functions have answered."""
    held = [sheet for sheet in book.sheets if not native.ask(sheet, "calculates")]
    try:
        for sheet in held:
            native.tell(sheet, "calculates", True)      # what was held still is calculated anew
        book.app.calculate()
    finally:
        for sheet in held:
            native.tell(sheet, "calculates", False)
    return not any(isinstance(rows_of(sheet.range("A1"))[0][0], CellError) for sheet in held)


def computed_in(team: Team) -> dict[str, int]:
    """The computed columns beside the deals: name in the catalogue -> column of the sheet."""
    header = team.table().header_row_range if team.is_listed else None
    if header is None:
        return {}
    headings = {words(language)[key]: name for name in COLUMNS for key in _keys(name) for language in LANGUAGES}
    head = rows_of(header)[0]
    typed = set(team.deals.columns.values())
    found = {headings[str(text)]: header.column + at for at, text in enumerate(head) if str(text) in headings and at not in typed}
    return {name: found[name] for name in COLUMNS if name in found}


def write_computed(team: Team) -> int:
    """Write the computed columns as values; how many deals they are of."""
    places, area = computed_in(team), team.table().range
    deals = rows_of(team.sheet().range((area.row, area.column), (area.row + area.shape[0] - 1, min(places.values()) - 1)))
    answers = computed_columns(deals, _stages(team), dt.datetime.combine(team.as_of, dt.time()), OMITTED)[1:]
    at = {name: number for number, name in enumerate(COLUMNS)}
    found = {name: [row[at[name]] for row in answers] for name in places}
    if "tier" in places:
        found["tier"] = _tiers(team, deals, [row[at["probability"]] for row in answers], [row[at["placement"]] for row in answers])
    for name, column in places.items():
        cells = team.sheet().range((area.row + 1, column), (area.row + len(answers), column))
        cells.value = [[None if value == "" else value] for value in found[name]]
    return len(answers)


def _keys(name: str) -> tuple[str, ...]:
    return (f"udf.column.{name}", "field.computed.score") if name == "score" else (f"udf.column.{name}",)


def _stages(team: Team) -> object:
    """The table of stages as a cell's formula would hand it over; left out where the book has none."""
    found = [table for sheet in team.book.sheets for table in sheet.tables if meaning("table", table.name) == "Stages"]
    return rows_of(found[0].range) if found else None


def _tiers(team: Team, deals: list[list[object]], chances: list[object], placements: list[object]) -> list[object]:
    """The tier of each deal by the limits of the settings, as the workbook's own formula has it."""
    limits = [team.book.names[name].refers_to_range.value if name in team.book.names else None for name in LIMITS]
    amount = team.deals.columns.get("amount")
    amounts = [[row[amount] if amount is not None else None] for row in deals[1:]]
    tiers = functions.FUNNEL_TIER(amounts, [[chance or None] for chance in chances], *limits, [[place or None] for place in placements])
    return [row[0] for row in tiers] if isinstance(tiers, list) else [tiers]
