"""The demo: a team's workbook as the team itself would have grown it, for trying the product out."""

import datetime as dt
from pathlib import Path

import xlsxwriter

from ..sales.fields import COMPANIONS, FIELDS
from ..wording import words
from .demo_story import tell
from .demo_team import Row, Scene, team_tables

SEED = 1976                 # the year in which HP's sales force took up the funnel (spec item 56)

# The team's own columns, in the order in which a seller fills them; service_contract is one that the product does not know.
COLUMNS = [
    "id", "account", "department", "contact", "product", "spec", "quantity", "stage", "amount", "budget", "close_date", "owner",
    "fund", "competition", "position", "competitor", "probability", "created", "entered", "last_contact", "note", "note_written",
    "feedback", "next_step", "next_step_due", "updated", "source", "lead_obtained", "lead_entered", "lead_score", "requirement",
    "pain", "use_case", "bant_budget", "bant_authority", "bant_need", "bant_timeline", "decision_chain", "territory", "place", "channel",
    "risk", "risk_description", "mitigation", "budget_approved", "announced", "bids_opened", "awarded", "installed", "paid",
    "help_needed", "help_owner", "help_due", "next_review", "won_reason", "lost_reason", "lost_stage",
    "lessons", "sales_cost", "margin", "satisfaction", "service_contract",
]

FORMATS = {"money": "#,##0", "date": "yyyy-mm-dd", "share": "0%", "position": "+0;-0;0", "number": "0"}
WIDTHS = {"money": 14, "date": 12, "share": 10, "position": 10, "number": 10, "text": 18, "flag": 9, "stage": 14, "raw": 16}
WIDE = {
    "account": 32, "product": 28, "spec": 40, "note": 44, "next_step": 36, "requirement": 36, "pain": 32, "decision_chain": 40,
    "title": 22, "personal_win": 32, "business_result": 34, "strategy": 32, "text": 48, "action": 50, "red_flag": 40,
    "entry": 44, "output": 26,
    "risk_description": 30, "mitigation": 34, "help_needed": 36, "lost_reason": 32, "won_reason": 32, "lessons": 44,
    "reason": 40,
    "rule": 20, "name": 24,
}
FONT = "Arial"


def demo_book(folder: Path, *, as_of: dt.date, language: str = "en", seed: int = SEED) -> Path:
    """Write the demo team's workbook into the folder and return its path; the same day, language and seed give the same deals.

    About 60 open and 120 closed deals with buyers, competitors, notes, actions, quotas and the slips of any team's list. All dates lie
    around `as_of`, so that the demo is alive on the day it is shown.
    """
    text = words(language)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / text["demo.file"]
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": dt.datetime.combine(as_of, dt.time())})
        pen = _Pen(book)
        for name, rows in demo_tables(as_of, language, seed).items():
            fields = COLUMNS if name == "Deals" else list(COMPANIONS[name])
            headings = [text[_heading_key(name, field)] for field in fields]
            sheet = book.add_worksheet(text[f"table.{name}"])
            if name == "Deals":
                sheet.write_string(0, 0, text["demo.heading"], pen.title)
                sheet.write_string(1, 0, text["demo.subtitle"].format(as_of=as_of.isoformat()), pen.subtitle)
                _offer_stages(sheet, fields.index("stage"), len(rows), [row["stage"] for row in rows], text)
            pen.table(sheet, name, fields, headings, rows, first_row=3 if name == "Deals" else 0)
    return path


def demo_tables(as_of: dt.date, language: str, seed: int) -> dict[str, list[Row]]:
    """Every table of the demo's workbook: name -> rows."""
    tables = team_tables(as_of, language, seed)
    tell(Scene(as_of, language, seed), tables)
    return tables


def _heading_key(table: str, field: str) -> str:
    if field == "service_contract":
        return "demo.service_contract"
    return f"field.{field}" if table == "Deals" else f"field.{table.lower()}.{field}"


def _offer_stages(sheet, column: int, deals: int, used: list[object], text: dict[str, str]) -> None:
    """A drop-down with the team's stages; what was pasted over it stays, as in life."""
    stages = [text[f"stage.{key}"] for key in ("lead", "needs", "demo", "proposal", "negotiation", "won", "lost")]
    sheet.data_validation(4, column, 3 + deals, column, {"validate": "list", "source": stages, "error_type": "warning"})


class _Pen:
    """How the team's tables look: plain, one font, one table style."""

    def __init__(self, book: xlsxwriter.Workbook):
        self.title = book.add_format({"font_name": FONT, "font_size": 16, "bold": True, "font_color": "#1F3A5F"})
        self.subtitle = book.add_format({"font_name": FONT, "font_size": 10, "italic": True, "font_color": "#666666"})
        self.header = book.add_format({"font_name": FONT, "font_size": 10, "bold": True, "text_wrap": True, "valign": "top"})
        plain = {"font_name": FONT, "font_size": 10}
        self.formats = {kind: book.add_format({**plain, **({"num_format": FORMATS[kind]} if kind in FORMATS else {})}) for kind in WIDTHS}

    def table(self, sheet, name: str, fields: list[str], headings: list[str], rows: list[Row], first_row: int) -> None:
        """One table with its header in `first_row` (from 0), each column in its kind's format."""
        kinds = [_kind(name, field) for field in fields]
        last_row = first_row + max(1, len(rows))
        columns = [{"header": heading, "header_format": self.header} for heading in headings]
        sheet.add_table(first_row, 0, last_row, len(fields) - 1, {"name": name, "columns": columns, "style": "Table Style Light 9"})
        for column, (field, kind) in enumerate(zip(fields, kinds, strict=True)):
            sheet.set_column(column, column, WIDE.get(field, WIDTHS[kind]))
            for number, row in enumerate(rows, first_row + 1):
                self._write(sheet, number, column, row.get(field), self.formats[kind])
        sheet.freeze_panes(first_row + 1, 2 if name == "Deals" else 1)

    def _write(self, sheet, row: int, column: int, value: object, look) -> None:
        if value is None:
            sheet.write_blank(row, column, None, look)
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, column, value, look)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, look)
        else:
            sheet.write_number(row, column, value, look)


def _kind(table: str, field: str) -> str:
    if table != "Deals":
        return COMPANIONS[table][field]
    return FIELDS[field].kind if field in FIELDS else "text"
