"""A table of the workbook: headings, typed rows, drop-downs and hints."""

from collections.abc import Sequence
from dataclasses import dataclass

from .pen import Pen

Row = dict[str, object]
HEADER_ROW = 3              # row 4: above it title, hint and bands
TABLE_STYLE = "Table Style Light 1"
MARGIN_ROWS = 1             # an empty table has one row


@dataclass(frozen=True)
class Column:
    """One column of a table that is typed into."""

    field: str
    kind: str               # as sales/fields.py names it
    heading: str            # a row of words.csv
    width: float
    rule: str = ""          # what may be typed: a key of rules.RULES, or "" for the kind's own rule


WIDTHS = {"money": 14.0, "date": 12.0, "share": 12.0, "position": 9.0, "number": 10.0, "text": 18.0, "flag": 10.0, "stage": 16.0,
          "raw": 18.0}
WIDE = {
    "id": 10.0, "account": 28.0, "product": 26.0, "spec": 34.0, "note": 36.0, "next_step": 32.0, "requirement": 30.0, "pain": 28.0,
    "decision_chain": 34.0, "title": 22.0, "personal_win": 30.0, "business_result": 30.0, "strategy": 30.0, "text": 46.0, "action": 46.0,
    "red_flag": 38.0, "entry": 42.0, "output": 30.0, "risk_description": 28.0, "mitigation": 28.0, "help_needed": 30.0,
    "lost_reason": 24.0, "reason": 40.0, "rule": 22.0, "types": 10.0, "levels": 36.0, "criterion": 28.0, "setting": 28.0, "currency": 10.0,
    "period": 12.0, "kind": 14.0,
}


def heading_key(table: str, field: str) -> str:
    """The row of words.csv that heads a column."""
    return f"field.{field}" if table == "Deals" else f"field.{table.lower()}.{field}"


def draw_table(pen: Pen, name: str, columns: Sequence[Column], rows: Sequence[Row]) -> tuple[int, int]:
    """Draw a table that is typed into below the sheet's head; its first and last row of data come back."""
    first = HEADER_ROW + 1
    last = HEADER_ROW + max(len(rows), MARGIN_ROWS)
    headings = [pen.texts.say(column.heading) for column in columns]
    header = pen.formats.header("text")
    pen.sheet.add_table(HEADER_ROW, 0, last, len(columns) - 1, {
        "name": name, "style": TABLE_STYLE, "columns": [{"header": heading, "header_format": header} for heading in headings]})
    for at, column in enumerate(columns):
        cell = pen.cell_style(column.kind)
        pen.sheet.set_column(at, at, column.width)
        for row in range(first, last + 1):
            pen.put(row, at, rows[row - first].get(column.field) if row - first < len(rows) else None, cell)
    pen.sheet.set_row(HEADER_ROW, 30)
    return first, last


def draw_head(pen: Pen, name: str, span: int) -> None:
    """The sheet's title and the one line that says what it is for."""
    pen.label(0, 0, f"book.sheet.{name}", pen.formats.look("title"))
    pen.sheet.set_row(0, 28)
    pen.label(1, 0, f"book.hint.{name}", pen.formats.look("subtitle"))
    pen.sheet.freeze_panes(HEADER_ROW + 1, min(span, 2))
    pen.sheet.set_landscape()
    pen.sheet.set_paper(9)
    pen.sheet.fit_to_pages(1, 0)
    pen.sheet.repeat_rows(HEADER_ROW)
