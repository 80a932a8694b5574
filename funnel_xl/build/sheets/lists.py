"""The hidden sheet Lists: what drop-downs offer. Words are read from the sheet of texts, so they follow the language."""

from dataclasses import dataclass

from ...sales.grid import column_letters
from ...wording import LANGUAGES
from .pen import Pen

SHEET = "Lists"
SHARES = (0.25, 0.5, 0.75, 0.99)
POSITIONS = (5, 4, 3, 2, 1, -1, -2, -3, -4, -5)
INFLUENCES = ("E", "T", "U", "C", "E,T", "T,U", "T,C", "U,C")
COUNTRIES = ("US", "CN", "TW", "HK", "SG", "MY", "GB", "DE", "JP")
CURRENCIES = ("USD", "CNY", "TWD", "HKD", "EUR", "GBP", "JPY", "SGD")
LANGUAGE_NAMES = ("English", "简体中文", "繁體中文")        # in the order of wording.LANGUAGES, each in its own language
UNITS = (1, 10_000)
TIME_PRESETS = ("balanced", "closing", "building")


@dataclass(frozen=True)
class Choices:
    """One drop-down: fixed values, or words of words.csv."""

    name: str               # the defined name, which data validation can refer to
    values: tuple[object, ...] = ()
    keys: tuple[str, ...] = ()
    look: str = "text"


CHOICES = (
    Choices("FunnelLanguages", LANGUAGE_NAMES),
    Choices("FunnelLanguageCodes", LANGUAGES),
    Choices("FunnelShares", SHARES, look="share"),
    Choices("FunnelPositions", POSITIONS, look="position"),
    Choices("FunnelInfluences", INFLUENCES),
    Choices("FunnelCountries", COUNTRIES),
    Choices("FunnelCurrencies", CURRENCIES),
    Choices("FunnelUnits", UNITS, look="number"),
    Choices("FunnelYesNo", keys=("demo.yes", "demo.no")),
    Choices("FunnelRisks", keys=("demo.high", "demo.medium", "demo.low")),
    Choices("FunnelKinds", keys=("stage.kind.open", "stage.kind.won", "stage.kind.lost", "stage.kind.post")),
    Choices("FunnelPlacements", keys=("placement.above", "placement.in", "placement.best_few")),
    Choices("FunnelInstructions", keys=("book.instruction.go", "book.instruction.hold", "book.instruction.withdraw")),
    Choices("FunnelNoteKinds", keys=("demo.kind_strength", "demo.kind_red_flag", "book.note.note")),
    Choices("FunnelMeasures", keys=("demo.measure", "book.measure.deals", "book.measure.leads")),
    Choices("FunnelRecalculations", keys=("book.recalculation.automatic", "book.recalculation.live", "book.recalculation.refresh")),
    Choices("FunnelEntryRules", keys=("book.entry_rule.any", "book.entry_rule.all")),
    Choices("FunnelTimePresets", TIME_PRESETS),
    Choices("FunnelTaxes", keys=("book.tax.included", "book.tax.excluded")),
)


def draw_lists(pen: Pen) -> dict[str, str]:
    """Write the sheet; the defined names and the cells that they stand for come back."""
    names = {}
    for column, choices in enumerate(CHOICES):
        letters = column_letters(column + 1)
        pen.sheet.write_string(0, column, choices.name, pen.formats.header("text"))
        for row, value in enumerate(choices.values, 1):
            pen.put(row, column, value, pen.cell_style(choices.look))
        for row, key in enumerate(choices.keys, 1):
            pen.label(row, column, key, pen.cell_style("text"))
        names[choices.name] = f"={SHEET}!${letters}$2:${letters}${len(choices.values or choices.keys) + 1}"
    pen.sheet.set_column(0, len(CHOICES) - 1, 18)
    return names
