"""What may be typed into a column: drop-downs and limits with a message that helps. Text that the reader understands is never refused."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from .pen import Pen

EARLIEST = dt.date(1990, 1, 1)
TITLE_LIMIT, MESSAGE_LIMIT = 32, 255    # characters that Excel takes

# rule -> (source of the drop-down, title, message, how firmly a value outside is refused)
LISTS = {
    "stage": ("StageNames", "book.valid.pick", "book.valid.stage", "stop"),
    "deal": ("DealIds", "book.valid.pick", "book.valid.deal", "warning"),
    "fund": ("FunnelShares", "book.valid.share.title", "book.valid.fund", "warning"),
    "competition": ("FunnelShares", "book.valid.share.title", "book.valid.competition", "warning"),
    "position": ("FunnelPositions", "book.valid.pick", "book.valid.position", "stop"),
    "types": ("FunnelInfluences", "book.valid.pick", "book.valid.types", "warning"),
    "flag": ("FunnelYesNo", "book.valid.pick", "book.valid.list", "warning"),
    "risk": ("FunnelRisks", "book.valid.pick", "book.valid.list", "warning"),
    "instruction": ("FunnelInstructions", "book.valid.pick", "book.valid.list", "warning"),
    "kind": ("FunnelKinds", "book.valid.pick", "book.valid.list", "warning"),
    "placement": ("FunnelPlacements", "book.valid.pick", "book.valid.list", "warning"),
    "note_kind": ("FunnelNoteKinds", "book.valid.pick", "book.valid.list", "warning"),
    "measure": ("FunnelMeasures", "book.valid.pick", "book.valid.list", "warning"),
    "currency": ("FunnelCurrencies", "book.valid.pick", "book.valid.list", "warning"),
    "tax": ("FunnelTaxes", "book.valid.pick", "book.valid.list", "warning"),
    "country": ("FunnelCountries", "book.valid.pick", "book.valid.list", "warning"),
    "language": ("FunnelLanguages", "book.valid.pick", "book.valid.list", "stop"),
    "recalculation": ("FunnelRecalculations", "book.valid.pick", "book.valid.list", "stop"),
    "time_preset": ("FunnelTimePresets", "book.valid.pick", "book.valid.list", "warning"),
    "entry_rule": ("FunnelEntryRules", "book.valid.pick", "book.valid.list", "warning"),
    "unit": ("FunnelUnits", "book.valid.pick", "book.valid.list", "stop"),
}
LIMITS: Mapping[str, dict[str, Any]] = {
    "share": {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1, "title": "book.valid.share.title",
              "message": "book.valid.share", "error_type": "stop"},
    "money": {"validate": "decimal", "criteria": ">=", "value": 0, "title": "book.valid.number.title", "message": "book.valid.number",
              "error_type": "warning"},
    "date": {"validate": "date", "criteria": ">=", "value": EARLIEST, "title": "book.valid.date.title",
             "message": "book.valid.date", "error_type": "warning"},
    "close_date": {"validate": "date", "criteria": ">=", "value": EARLIEST, "title": "book.valid.date.title",
                   "message": "book.valid.close_date", "error_type": "warning"},
}


def allow(pen: Pen, rule: str, first: int, column: int, last: int) -> None:
    """Lay a rule over the cells of a column; "" and kinds without a rule leave them free."""
    if rule in LISTS:
        source, title, message, firmness = LISTS[rule]
        how: dict[str, Any] = {"validate": "list", "source": f"={source}", "error_type": firmness}
    elif rule in LIMITS:
        how = dict(LIMITS[rule])
        title, message = how.pop("title"), how.pop("message")
    else:
        return
    head, text = pen.texts.say(title)[:TITLE_LIMIT], pen.texts.say(message)[:MESSAGE_LIMIT]
    pen.sheet.data_validation(first, column, last, column, {
        **how, "input_title": head, "input_message": text, "error_title": head, "error_message": text})
