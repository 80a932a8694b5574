"""The functions that a workbook gets: names, arguments and kinds, for the server of functions and for the builder of the workbook.

Texts for the function wizard stand in words.csv: `Function.key` and `Argument.key` name their rows. This module needs no xlwings.
"""

from dataclasses import dataclass

CATEGORY = "Funnel"
MODULE = "funnel_xl.excel.functions"    # what the workbook's wrappers call
# An error value can't leave Python: it arrives as one of these texts, and the workbook's wrappers make Excel's own error of it.
ERRORS = {"#DIV/0!": 2007, "#VALUE!": 2015, "#NUM!": 2036, "#N/A": 2042}     # text -> the number that CVErr takes


@dataclass(frozen=True)
class Argument:
    """One argument of a function."""

    name: str
    key: str                # its help in the function wizard
    optional: bool = False


@dataclass(frozen=True)
class Function:
    """One function: what it gives, and which cells of its answer are never taken for an error value."""

    name: str
    kind: str               # "number" and "text" give the shape of their arguments; "table" spills rows with a header
    arguments: tuple[Argument, ...]
    own_words: int = 0      # leading columns of a table that hold the user's own words, such as the names of stages

    @property
    def key(self) -> str:
        """Its description in the function wizard."""
        return f"udf.{self.name}"


def _function(name: str, kind: str, arguments: str, own_words: int = 0) -> Function:
    """A function from "fund [as_of]"; "[base:base_profit]" is the argument `base` whose help is the row "udf.arg.base_profit"."""
    read = []
    for word in arguments.split():
        called, _, help_name = word.strip("[]").partition(":")
        read.append(Argument(called, f"udf.arg.{help_name or called}", word.startswith("[")))
    return Function(name, kind, tuple(read), own_words)


FUNCTIONS: dict[str, Function] = {function.name: function for function in (
    _function("FUNNEL_SCORE", "number", "fund competition"),
    _function("FUNNEL_PLACEMENT", "text", "fund competition [close_date] [as_of] [language]"),
    _function("FUNNEL_HORIZON", "text", "close_date [as_of] [language]"),
    _function("FUNNEL_WORK", "text", "placement [language]"),
    _function("FUNNEL_PROBABILITY", "number", "stage stages"),
    _function("FUNNEL_WEIGHT", "number", "amount probability [competition:competition_of_fund]"),
    _function("FUNNEL_TIER", "text", "amounts probabilities [small] [big] [placement:placement_of_tier] [language]"),
    _function("FUNNEL_POSITION", "text", "position [language]"),
    _function("FUNNEL_WINRATE", "number", "stage_column stages [amounts:amounts_of_winrate] [base:base_of_winrate]"),
    _function("FUNNEL_CONVERSION", "table", "deals stages [base:base_of_conversion]", own_words=1),
    _function("FUNNEL_VELOCITY", "number", "open_deals average_amount win_rate cycle_days"),
    _function("FUNNEL_PROFIT", "number", "base:base_of_profit meeting_rate closing_rate average_order margin"),
    _function("FUNNEL_COVERAGE", "number", "open_amount quota won"),
    _function("FUNNEL_CAC", "number", "cost new_customers"),
    _function("FUNNEL_CSAT", "number", "ratings [satisfied_from]"),
    _function("FUNNEL_WHATIF", "table", "goal base:base_of_profit meeting_rate closing_rate average_order margin [language]"),
    _function("FUNNEL_IDEAL", "table", "target average_order probabilities:probabilities_of_ideal months [period_months] [language]"),
    _function("FUNNEL_SUMMARY", "table", "deals stages [as_of]", own_words=1),
    _function("FUNNEL_CHECK", "table", "deals [stages] [as_of]", own_words=1),
    _function("FUNNEL_COLUMNS", "table", "deals stages [as_of] [columns]"),
    _function(
        "FUNNEL_REPORT", "table",
        "report deals stages [as_of] [table] [more1:more] [more2:more] [more3:more] [more4:more] [more5:more] [more6:more]", own_words=99),
    _function("FUNNEL_VERSION", "text", ""),
)}

# What FUNNEL_COLUMNS gives of each deal, in this order, and which of them are numbers; headings are the rows "udf.column.NAME".
COLUMNS: dict[str, str] = {
    "score": "number", "placement": "text", "horizon": "text", "probability": "number", "probability_from": "text", "weighted": "number",
    "tier": "text", "work": "text", "days_in_stage": "number", "stalled": "text", "check": "text",
}
