"""Which of a book's cell styles show a date, a span of time or a percentage."""

import re
from dataclasses import dataclass

from lxml import etree

# Built-in formats that a book need not spell out (ECMA-376-1, 18.8.30). 27-36 and 50-58 are the East Asian dates: Chinese Excel uses
# 31 for 2024年3月15日 and 57, 58 for its short forms.
DATES = frozenset((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)))
DURATION = 46
PERCENT = frozenset((9, 10))

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.I)
_GENERAL = ("general", "standard", "g/通用格式")


@dataclass(frozen=True, slots=True)
class Formats:
    """What the cell styles show, by the number that a cell's attribute `s` holds."""

    kinds: tuple[str, ...]      # "date", "duration", "percent" or ""

    def of_kind(self, kind: str) -> list[int]:
        """The numbers of the styles of one kind."""
        return [number for number, found in enumerate(self.kinds) if found == kind]


def read_formats(styles: etree._Element) -> Formats:
    """The kinds of all cell styles of a styles part."""
    codes = {format.get("numFmtId"): format.get("formatCode", "") for format in styles.iterfind("{*}numFmts/{*}numFmt")}
    ids = [style.get("numFmtId", "0") for style in styles.iterfind("{*}cellXfs/{*}xf")]
    return Formats(tuple(_kind_of_code(codes[id]) if id in codes else _kind_of_id(id) for id in ids))


def _kind_of_id(id: str) -> str:
    number = int(id) if id.isascii() and id.isdigit() else 0
    if number in DATES:
        return "date"
    return "duration" if number == DURATION else "percent" if number in PERCENT else ""


def _kind_of_code(code: str) -> str:
    """The kind of a number format: only its first section counts, and nothing that is quoted, escaped or a colour."""
    shown = _LITERAL.sub("", code).split(";")[0].lower()
    if shown in _GENERAL:
        return ""
    if "[" in shown:
        return "duration"
    if re.search(r"[dmyhs]", shown):
        return "date"
    return "percent" if "%" in shown else ""
