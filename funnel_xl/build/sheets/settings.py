"""The sheet Settings: one row a choice, with what it means beside it."""

from .pen import Pen
from .rules import allow
from .tables import HEADER_ROW, TABLE_STYLE, draw_head

# setting -> (kind of its value, rule); the order is that of the sheet. Those of sales/settings.py are read by its names.
SETTINGS = {
    "language": ("text", "language"), "as_of": ("date", "date"), "follow_today": ("flag", "flag"),
    "recalculation": ("text", "recalculation"),
    "our_company": ("text", ""), "currency": ("text", "currency"), "unit": ("number", "unit"), "tax": ("text", "tax"),
    "small": ("money", "money"), "big": ("money", "money"), "quota": ("money", "money"), "quota_period": ("text", ""),
    "average_order": ("money", "money"), "fiscal_first_month": ("number", ""), "holidays": ("text", "country"),
    "gate": ("number", ""), "probability_gap": ("share", "share"), "min_stages": ("number", ""), "max_stages": ("number", ""),
    "weekly_days": ("number", ""), "note_hours": ("number", ""), "report_workdays": ("number", ""),
    "lead_workdays": ("number", ""),
    "window_months": ("number", ""), "least_conversion": ("share", "share"), "cycle_months": ("number", ""),
    "base": ("number", ""), "meeting_rate": ("share", "share"), "closing_rate": ("share", "share"), "margin": ("share", "share"),
    "acquisition_cost": ("money", "money"), "new_customers": ("number", ""), "satisfied_from": ("number", ""),
    "time_preset": ("text", "time_preset"), "accounts": ("number", ""), "hours": ("number", ""), "free_halves": ("number", ""),
}
NAMES = {"language": "FunnelLanguageName", "as_of": "FunnelAsOf", "follow_today": "FunnelFollow", "recalculation": "FunnelRecalculation",
         "unit": "FunnelUnit", "quota": "FunnelQuota", "quota_period": "FunnelQuotaPeriod", "average_order": "FunnelAverageOrder",
         "fiscal_first_month": "FunnelFirstMonth", "small": "FunnelSmall", "big": "FunnelBig"}


def draw_settings(pen: Pen, values: dict[str, object]) -> None:
    """Draw the table; names of settings are labels that follow the language, and are read in any."""
    draw_head(pen, "Settings", 1)
    headings = ("field.settings.setting", "field.settings.value", "book.setting.meaning")
    last = HEADER_ROW + len(SETTINGS)
    pen.sheet.add_table(HEADER_ROW, 0, last, 2, {
        "name": "Settings", "style": TABLE_STYLE, "autofilter": False,
        "columns": [{"header": pen.texts.say(key), "header_format": pen.formats.header("text")} for key in headings]})
    for row, (name, (kind, rule)) in enumerate(SETTINGS.items(), HEADER_ROW + 1):
        pen.label(row, 0, f"book.setting.{name}", pen.cell_style("text"))
        pen.put(row, 1, values.get(name), pen.cell_style(kind, bg_color="#FFFFFF", bold=True, align="left", indent=1))
        pen.label(row, 2, f"book.setting.{name}.help", pen.formats.look("cell", font_color="#5F6B7A"))
        allow(pen, rule, row, 1, row)
    for column, width in enumerate((30, 22, 110)):
        pen.sheet.set_column(column, column, width)


def cell_of(name: str, sheet: str) -> str:
    """The cell of a setting's value: `sheet` quoted as formulas spell it."""
    return f"={sheet}!$B${HEADER_ROW + 2 + list(SETTINGS).index(name)}"
