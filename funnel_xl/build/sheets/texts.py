"""The hidden sheet Texts: every text that the workbook shows, in three languages, and in the language that its settings name.

Labels elsewhere are formulas that read it, so they follow the setting at once, without Python and without macros. VBA, whose own texts
could only be ASCII, reads it too.
"""

from xlsxwriter.worksheet import Worksheet

from ...draw.style import Formats
from ...wording import LANGUAGES, words

SHEET = "Texts"
FIRST_ROW = 2               # below the heading, as Excel counts
CURRENT = "E"               # column of the text in the chosen language; VBA counts on it
SWITCHES = ("FunnelLanguage", "FunnelPython", "FunnelFollowsToday", "FunnelIsLive")     # cells H2 to H5


class Texts:
    """Hands out the cell of each text that is asked for, and draws them all at the end."""

    def __init__(self, language: str):
        self.language = language
        self._words = {each: words(each) for each in LANGUAGES}
        self._rows: dict[str, int] = {}

    def say(self, key: str) -> str:
        """The text in the language that the workbook is made in."""
        return self._words[self.language][key]

    def cell(self, key: str) -> str:
        """The cell that holds the text in the chosen language, as formulas name it."""
        return f"{SHEET}!${CURRENT}${self._row(key)}"

    def spellings(self, key: str) -> str:
        """The cells that hold the text in all languages: what a cell says in any of them."""
        row = self._row(key)
        return f"{SHEET}!$B${row}:$D${row}"

    def _row(self, key: str) -> int:
        return self._rows.setdefault(key, FIRST_ROW + len(self._rows))

    def draw(self, sheet: Worksheet, formats: Formats, switches: dict[str, tuple[str, object]] | None = None) -> None:
        """Write the sheet. `switches` are formulas and their values for the cells of SWITCHES; an add-in gives none and gets a plain 1."""
        header, plain = formats.header("text"), formats.look("cell")
        for column, heading in enumerate(("key", *LANGUAGES, "shown")):
            sheet.write_string(0, column, heading, header)
        chosen = LANGUAGES.index(self.language) + 1
        for key, row in self._rows.items():
            sheet.write_string(row - 1, 0, key, plain)
            for column, language in enumerate(LANGUAGES, 1):
                sheet.write_string(row - 1, column, self._words[language][key], plain)
            sheet.write_formula(row - 1, 4, f"=INDEX(B{row}:D{row},FunnelLanguage)", plain, self.say(key))
        for row, name in enumerate(SWITCHES, 1):
            if switches is None and name != "FunnelLanguage":
                continue
            sheet.write_string(row, 6, name, plain)
            formula, value = (switches or {}).get(name, ("", chosen if name == "FunnelLanguage" else ""))
            if formula:
                sheet.write_formula(row, 7, formula, plain, value)
            elif value == "":
                sheet.write_blank(row, 7, None, plain)
            else:
                sheet.write_number(row, 7, value, plain)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 4, 40)
        sheet.set_column(6, 6, 20)


def switch_names() -> dict[str, str]:
    """The defined names of the switches and the cells that they stand for."""
    return {name: f"={SHEET}!$H${row}" for row, name in enumerate(SWITCHES, 2)}
