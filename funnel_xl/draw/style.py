"""What each look means: fonts, colours, number formats.

Every cell gets an explicit font and RGB colours: theme colours and the Normal style would follow the book that a sheet is put into.
Colours that stand for something differ in lightness, so that they can be told apart in a grey print.
"""

from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

INK = "#1F2933"
GREY = "#5F6B7A"
LINE = "#D5DCE4"
PAPER = "#F3F6FA"
TONES = {"strong": "#1F3A5F", "middle": "#6F9BC4", "light": "#C9DAEA", "alarm": "#9F1D1D", "watch": "#F6DFB0"}
MARKED = {      # what a conditional format lays under a cell's text, and the text's colour
    "strong": ("#9DBBD8", INK), "middle": ("#CFDEEC", INK), "light": ("#EEF3F8", INK), "alarm": ("#F3C9C5", "#7A1212"),
    "watch": ("#FBEBCB", "#6B4A00"),
}

FONTS = {"en": "Arial", "zh-Hans": "Microsoft YaHei", "zh-Hant": "Microsoft JhengHei"}
SIZE = 10

DATE = "yyyy-mm-dd"
# A comma divides by 1,000 and the literal point stands before the last digit: 1234567 reads 123.5 (in units of 10,000).
WAN = r'[>=100000000000]#","000","000\.0,;[>=10000000]#","000\.0,;0\.0,'
# Of amounts with a sign: an application may leave it out where a number falls into the last of three parts.
SIGNED_WAN = r'[>=10000000]#","000\.0,;[<0]-0\.0,;0\.0,'
MONEY = "#,##0"
SHORT_MONEY = '[>=1000000]#,##0.00,,"M";[>=10000]#,##0,"K";#,##0'
SHARE = '[>=0.9999995]0%;[>=0.995]"99%";0%'      # 99.6 % is not shown as 100 % (spec F13); the last bit of a sum is no share
SHORT_BILLIONS = '[>=1000000000]#,##0.00,,,"B";[>=1000000]#,##0.00,,"M";#,##0'      # a format has room for two conditions

NUMBERS = {
    "date": DATE, "time": DATE + " hh:mm", "number": "#,##0.##", "count": "#,##0", "share": "0%", "typed_share": "0%",
    "score": "0", "days": "#,##0", "ratio": '0.0"x"', "position": "+0;-0;0",
}

RIGHT = frozenset({"money", "difference", "count", "share", "typed_share", "score", "days", "ratio", "number"})
CENTRED = frozenset({"date", "time", "position", "flag"})

TILE = {"bg_color": PAPER, "indent": 1, "align": "left", "right": 5, "right_color": "#FFFFFF"}

LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 18, "font_color": TONES["strong"], "valign": "bottom"},
    "subtitle": {"font_color": GREY, "valign": "top"},
    "aside": {"font_color": GREY, "font_size": 9},
    "heading": {"bold": True, "font_size": 12, "font_color": TONES["strong"], "valign": "bottom", "bottom": 2,
                "bottom_color": TONES["strong"]},
    "paragraph": {"text_wrap": True},
    "note": {"text_wrap": True, "font_color": GREY, "font_size": 9},
    "figure_label": {**TILE, "font_color": GREY, "font_size": 9, "valign": "bottom"},
    "figure": {**TILE, "bold": True, "font_size": 16, "font_color": TONES["strong"]},
    "figure_note": {**TILE, "font_color": GREY, "font_size": 8, "valign": "top", "text_wrap": True},
    "header": {"bold": True, "font_size": 9, "font_color": "#FFFFFF", "bg_color": TONES["strong"], "text_wrap": True, "border": 1,
               "border_color": TONES["strong"]},
    "cell": {"bottom": 1, "bottom_color": LINE},
    "link": {"bottom": 1, "bottom_color": LINE, "font_color": "#1F4E8C", "underline": 1},
    "total": {"bold": True, "top": 1, "top_color": TONES["strong"], "bottom": 1, "bottom_color": TONES["strong"], "bg_color": PAPER},
    "data": {"font_color": GREY, "font_size": 8},
}


def number_format(look: str, wan: bool) -> str:
    """The number format of a look; money in units of 10,000 if `wan`, where the page says the unit."""
    if look in ("money", "difference"):
        return (WAN if look == "money" else SIGNED_WAN) if wan else MONEY
    if look == "share":
        return SHARE
    return NUMBERS.get(look, "General")


def _alignment(look: str) -> dict[str, Any]:
    """Numbers stand on the right, what is compared by eye in the middle, text a little in from the left."""
    if look in RIGHT:
        return {"align": "right", "indent": 1}
    return {"align": "center"} if look in CENTRED else {"align": "left", "indent": 1}


def short_format(look: str, wan: bool, largest: float) -> str:
    """The number format of a tile or an axis, where there is no room for all figures of an amount."""
    if look != "money" or wan:
        return number_format(look, wan)
    return SHORT_BILLIONS if largest >= 1e9 else SHORT_MONEY


class Formats:
    """A book's cell formats, each made once."""

    def __init__(self, book: xlsxwriter.Workbook, language: str):
        self._book = book
        self._made: dict[tuple, Format] = {}
        self.font = FONTS[language]

    def of(self, **properties: Any) -> Format:
        """A format with these XlsxWriter properties over the page's plain text."""
        full = {"font_name": self.font, "font_scheme": "none", "font_size": SIZE, "font_color": INK, "valign": "vcenter", **properties}
        key = tuple(sorted(full.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(full)
        return self._made[key]

    def look(self, name: str, **more: Any) -> Format:
        """One of LOOKS."""
        return self.of(**{**LOOKS[name], **more})

    def cell(self, look: str, wan: bool, base: str = "cell", **more: Any) -> Format:
        """A table's cell of one look, or with another base its total or a link."""
        align = _alignment(look)
        # A number that is too long for its column is written smaller; it would show as #### otherwise.
        fit = {"text_wrap": True} if look == "wrap" else {"shrink": True} if look in RIGHT else {}
        if look in ("text", "wrap"):
            more["quote_prefix"] = True     # "=A1" stays text even when someone edits the cell and presses Enter
        return self.look(base, num_format=number_format(look, wan), **align, **fit, **more)

    def figure(self, look: str, wan: bool, value: object) -> Format:
        """The number of a tile."""
        return self.look("figure", num_format=short_format(look, wan, value if isinstance(value, int | float) else 0.0))

    def header(self, look: str) -> Format:
        """A heading that stands as its column does."""
        return self.look("header", **_alignment(look))

    def tone(self, tone: str) -> Format:
        """What a conditional format lays over a cell."""
        key = ("tone", tone)
        if key not in self._made:
            self._made[key] = self._book.add_format({"bg_color": MARKED[tone][0], "font_color": MARKED[tone][1]})
        return self._made[key]
