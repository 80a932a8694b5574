"""The sheet Deals, where a team types, and the hidden sheet Calc, where one call to Python computes all that stands beside it.

A table can't hold a formula that spills, so Calc holds it, over the typed columns alone: over the whole table it would depend on its own
result. Each computed column reads its column of Calc, row by row; so sorting, filtering and new rows keep working, and ten thousand deals
cost one call.
"""

from collections.abc import Sequence

from ...draw.names import quoted
from ...draw.style import TONES
from ...excel.catalogue import COLUMNS
from ...sales.fields import FIELDS
from ...sales.grid import column_letters
from .pen import Pen
from .rules import allow
from .tables import HEADER_ROW, TABLE_STYLE, WIDE, WIDTHS, Column, Row, draw_head

CALC = "Calc"
HEAD_NAME = "FunnelDealsHead"           # the table's first heading
TIER_COLUMN = len(COLUMNS) + 1          # of Calc, from 0: beside the answer of FUNNEL_COLUMNS, with one column between
# The typed columns in the order in which a deal is told; those in brackets are folded away until a [+] is clicked.
ORDER = """
id account [name department contact industry size] product [spec quantity requirement territory place channel source pipeline] owner
stage entered [expected_days created] amount [budget currency tax margin sales_cost opportunity_cost] close_date fund competition position
probability [lead_obtained lead_entered report_written lead_score use_case bant_budget bant_authority bant_need bant_timeline]
last_contact [note note_written feedback updated] next_step next_step_due [decision_chain pain comparison strengths red_flags] competitor
[risk_description mitigation] risk [budget_approved announced bids_opened awarded installed paid] next_review
[help_needed help_owner help_due instruction] lost_reason [won_reason lessons satisfaction lost_stage]
"""
OWN_RULES = {"stage": "stage", "lost_stage": "stage", "fund": "fund", "competition": "competition", "risk": "risk", "currency": "currency",
             "tax": "tax", "instruction": "instruction", "close_date": "close_date"}
COMPUTED_WIDTHS = {"score": 10.0, "placement": 12.0, "horizon": 12.0, "probability": 12.0, "probability_from": 18.0, "weighted": 14.0,
                   "tier": 9.0, "work": 15.0, "days_in_stage": 9.0, "stalled": 10.0, "check": 60.0}
COMPUTED_KINDS = {"score": "number", "probability": "share", "weighted": "money", "days_in_stage": "number"}


def typed_columns() -> list[tuple[Column, bool]]:
    """The typed columns, each with whether it is folded away."""
    columns, folded = [], False
    for word in ORDER.split():
        folded = folded or word.startswith("[")
        name = word.strip("[]")
        kind = FIELDS[name].kind
        columns.append((Column(name, kind, f"field.{name}", WIDE.get(name, WIDTHS[kind]), OWN_RULES.get(name, kind)), folded))
        folded = folded and not word.endswith("]")
    return columns


def computed_heading(name: str) -> str:
    """The row of words.csv that heads a computed column; "Score" alone would be read as the lead's."""
    return "field.computed.score" if name == "score" else f"udf.column.{name}"


def typed_range(pen: Pen) -> str:
    """The typed columns with their headings, as formulas name them."""
    columns = [pen.texts.say(column.heading) for column, _ in typed_columns()]
    return f"Deals[[#Headers],[#Data],[{columns[0]}]:[{columns[-1]}]]"


def computed_column(pen: Pen, name: str) -> str:
    """A computed column, as formulas name it."""
    return f"Deals[{pen.texts.say(computed_heading(name))}]"


def draw_deals(pen: Pen, rows: Sequence[Row], computed: Sequence[Sequence[object]]) -> None:
    """Draw the table with its typed and computed columns; `computed` has a row a deal, in the order of the catalogue's COLUMNS."""
    typed = typed_columns()
    first, last = HEADER_ROW + 1, HEADER_ROW + max(len(rows), 1)
    draw_head(pen, "Deals", 2)
    pen.sheet.set_paper(8)              # A3
    pen.sheet.fit_to_pages(2, 0)        # the typed columns, then the computed ones
    pen.sheet.repeat_columns(0, 1)
    _bands(pen, len(typed))
    columns = [{"header": pen.texts.say(column.heading), "header_format": pen.formats.header("text")} for column, _ in typed]
    formulas = [_formula(name, at) for at, name in enumerate(COLUMNS)]
    columns += [{"header": pen.texts.say(computed_heading(name)), "formula": formula, "header_format": pen.formats.look(
        "header", bg_color=TONES["middle"], align="left")} for name, formula in zip(COLUMNS, formulas, strict=True)]
    pen.sheet.add_table(HEADER_ROW, 0, last, len(columns) - 1, {"name": "Deals", "style": TABLE_STYLE, "columns": columns})
    pen.sheet.set_row(HEADER_ROW, 32)
    _draw_typed(pen, typed, rows, first, last)
    _draw_computed(pen, len(typed), formulas, computed, first, last)
    _mark(pen, typed, len(typed), first, last)


def _bands(pen: Pen, typed: int) -> None:
    """The line above the headings that says which columns are typed and which are computed."""
    band = {"bold": True, "font_size": 9}
    pen.label(HEADER_ROW - 1, 0, "book.band.inputs", pen.formats.of(**band, font_color=TONES["strong"]))
    pen.label(HEADER_ROW - 1, typed, "book.band.computed", pen.formats.of(**band, font_color=TONES["alarm"]))


def _formula(name: str, column: int) -> str:
    """The formula of a computed column: its row of Calc, empty where Calc has none. The tier keeps to the limits of the settings."""
    row = f"ROW()-ROW({HEAD_NAME})+1"
    answer, shown = (f"INDEX({CALC}!${letters}:${letters},{row})" for letters in (
        column_letters(column + 1), column_letters((TIER_COLUMN if name == "tier" else column) + 1)))
    return f'=IF({answer}="","",{shown})'


def _draw_typed(pen: Pen, typed: Sequence[tuple[Column, bool]], rows: Sequence[Row], first: int, last: int) -> None:
    was_folded = False
    for at, (column, folded) in enumerate(typed):
        outline = {"level": 1, "hidden": True} if folded else {"collapsed": True} if was_folded else {}
        pen.sheet.set_column(at, at, column.width, None, outline)
        style = pen.cell_style(column.kind)
        for row in range(first, last + 1):
            pen.put(row, at, rows[row - first].get(column.field) if row - first < len(rows) else None, style)
        allow(pen, column.rule, first, at, last)
        was_folded = folded


def _draw_computed(pen: Pen, left: int, formulas: Sequence[str], computed: Sequence[Sequence[object]], first: int, last: int) -> None:
    for at, (name, formula) in enumerate(zip(COLUMNS, formulas, strict=True)):
        border = {"left": 6, "left_color": TONES["strong"]} if at == 0 else {}
        style = pen.cell_style(COMPUTED_KINDS.get(name, "text"), bg_color="#F3F6FA", **border)
        pen.sheet.set_column(left + at, left + at, COMPUTED_WIDTHS[name], None, {"collapsed": at == 0})
        for row in range(first, last + 1):
            pen.formula(row, left + at, formula, computed[row - first][at] if row - first < len(computed) else None, style)


def _mark(pen: Pen, typed: Sequence[tuple[Column, bool]], left: int, first: int, last: int) -> None:
    """Colours: placement by its word in any language, what is stalled, what was found."""
    place = {name: left + at for at, name in enumerate(COLUMNS)}

    def rule(name: str, formula: str, tone: str) -> None:
        letters = column_letters(place[name] + 1)
        pen.sheet.conditional_format(first, place[name], last, place[name], {
            "type": "formula", "criteria": formula.format(cell=f"${letters}{first + 1}"), "format": pen.formats.tone(tone)})

    for word, tone in (("best_few", "strong"), ("in", "middle"), ("above", "light")):
        for name in ("placement", "horizon"):
            rule(name, f"=COUNTIF(FunnelWord_{word},{{cell}})>0", tone)
    rule("stalled", '={cell}<>""', "alarm")
    rule("check", '={cell}<>""', "watch")


def draw_calc(pen: Pen, answer: list[list[object]], tiers: list[list[object]]) -> None:
    """The call to Python for all computed columns, headings in row 1, then a row a deal; and one for the tiers by the team's own limits."""
    header = pen.formats.header("text")
    cells = [pen.cell_style(COMPUTED_KINDS.get(name, "text")) for name in COLUMNS]
    pen.spill(0, 0, f"=FUNNEL_COLUMNS({typed_range(pen)},Stages[#All],FunnelAsOf)", answer, [[header] * len(answer[0]), cells])
    pen.label(0, TIER_COLUMN, computed_heading("tier"), header)
    amount = f"Deals[{pen.texts.say('field.amount')}]"
    chance, placement = computed_column(pen, "probability"), computed_column(pen, "placement")
    pen.spill(1, TIER_COLUMN, f"=FUNNEL_TIER({amount},{chance},FunnelSmall,FunnelBig,{placement})", tiers, [[pen.cell_style("text")]])
    pen.sheet.set_column(0, TIER_COLUMN, 16)


def names(sheet_name: str, pen: Pen) -> dict[str, str]:
    """Defined names of the sheet; data validation can't refer to a table."""
    return {"DealIds": f"=Deals[{pen.texts.say('field.id')}]", HEAD_NAME: f"={quoted(sheet_name)}!$A${HEADER_ROW + 1}"}
