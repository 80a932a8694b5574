"""What a team decides for itself: limits, currency, quota, calendar. From the table Settings and the command line."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache

import pandas as pd

from ..errors import OutOfRange
from ..wording import LANGUAGES, words
from .aliases import meaning, plain
from .finding import Finding
from .money import LARGEST, number_of, read_text
from .workdays import Workdays

NAN = float("nan")
# Least and most of what makes no sense outside; of every other number 0 and what an amount may be.
RANGES = {
    "fiscal_first_month": (1, 12),
    "min_stages": (0, 1000),
    "max_stages": (0, 1000),
    "weekly_days": (0, 3660),
    "report_workdays": (0, 3660),
    "lead_workdays": (0, 3660),
    "window_months": (0, 1200),
    "cycle_months": (0, 1200),
    "probability_gap": (0, 1),
    "meeting_rate": (0, 1),
    "closing_rate": (0, 1),
    "margin": (0, 1),
    "least_conversion": (0, 1),
    "free_halves": (0, 10),
    "accounts": (0, 100_000),
    "hours": (0, 168),
}
SHARES = ("meeting_rate", "closing_rate", "margin", "least_conversion")  # one number above 1 is points (spec F1)


@dataclass(frozen=True)
class Settings:
    """A team's own choices; NaN and "" mean not decided."""

    our_company: str = ""  # the label of competition %: "Agilent %" (spec item 3); "" prints "Our %"
    currency: str = ""  # ISO code in which totals are given; "" the currency of the deals, if they have but one
    tax: str = ""  # whether amounts include tax, as the team says it
    small: float = NAN  # tier limits (spec F6); NaN: proposed from the terciles of the open amounts
    big: float = NAN
    quota: float = NAN
    quota_period: str = ""  # "2026-Q1", "2026-H1", "2026-03", "2026"; "" the quarter of the as-of date
    fiscal_first_month: int = 1
    gate: float = 6.0  # lead score that lets a deal pass the first stage (spec item 41)
    probability_gap: float = 0.25  # an own chance further than this from the stage's or from fund x competition is asked about
    min_stages: int = 3  # fewer or more open stages than these are too few or too many (spec item 53)
    max_stages: int = 8
    weekly_days: int = 7  # an open deal of tier A or B is updated within so many days (spec item 45, F7)
    note_hours: float = 24.0  # from a contact to its note
    report_workdays: int = 3  # from initial interest to the needs report
    lead_workdays: int = 1  # from a lead to its entry
    window_months: float = NAN  # conversion looks at stages entered in so many months before the as-of date; NaN: at all
    least_conversion: float = 0.3  # a period ratio below it in two closed weeks is a bottleneck (ruling R13)
    average_order: float = NAN  # NaN: the mean of the won deals
    cycle_months: float = NAN  # from first stage to order; NaN: what the stages' durations add up to
    base: float = NAN  # customers that could be approached (spec item 30)
    meeting_rate: float = NAN  # of them, how many give a first meeting
    closing_rate: float = NAN  # of the meetings, how many become orders
    margin: float = NAN  # gross margin of an order
    acquisition_cost: float = NAN  # money spent on sales and marketing in the quota's period
    new_customers: float = NAN  # won by it; NaN: the customers whose first deal was won in the period
    satisfied_from: float = 4.0  # a rating from here on, on a scale of 5, is a satisfied customer
    time_preset: str = ""  # "closing", "building" or "balanced" (spec item 38); "" balanced
    accounts: float = 30.0  # an owner's book of accounts
    hours: float = 40.0  # an owner's working hours a week
    free_halves: int = 2  # half days a week that the plan leaves free (spec item 39)
    holidays: str = ""  # country of the holiday list, chosen, never inferred
    workdays: Workdays = field(default_factory=Workdays)


def with_values(settings: Settings, values: Mapping[str, object], where: str) -> Settings:
    """The settings with those of a Settings table in place; a setting that is not ours is left alone.

    Raises
    ------
    OutOfRange
        A value is not of the kind that its setting takes, or not within its range.
    """
    changed = {}
    for each in fields(Settings):
        if each.name not in values or each.name == "workdays":
            continue
        value = values[each.name]
        if isinstance(each.default, str):
            changed[each.name] = str(value).strip()
        else:
            number = _number(value)
            if number is None:
                raise OutOfRange("error.setting.number", where=where, setting=each.name, value=value)
            number /= 100 if each.name in SHARES and number > 1 else 1
            least, most = RANGES.get(each.name, (0, int(LARGEST)))
            if not least <= number <= most:
                raise OutOfRange("error.setting.range", where=where, setting=each.name, value=value, least=f"{least:,}", most=f"{most:,}")
            changed[each.name] = int(number) if isinstance(each.default, int) else number
    return replace(settings, **changed)


def setting_notes(table: pd.DataFrame) -> list[Finding]:
    """A note for each row of the table Settings that has no effect, because no setting is called so."""
    known = tuple(f"book.setting.{each.name}" for each in fields(Settings) if each.name != "workdays")
    return [
        Finding("setting.unknown", "note", place_of("setting"), "setting", name, details={"known_words": known})
        for name, place_of in zip(table["setting"].tolist(), table["where"].tolist(), strict=True)
        if name and not (meaning("setting", name) or plain(name) in _known_labels())
    ]


@cache
def _known_labels() -> frozenset[str]:
    """Every setting by its name and its label in three languages; with those that only Funnel.xlsm itself reads."""
    own = [each.name for each in fields(Settings)]
    labels = [text for language in LANGUAGES for key, text in words(language).items() if key.startswith("book.setting.")]
    return frozenset(plain(text) for text in (*own, *(name.replace("_", " ") for name in own), *labels))


def _number(value: object) -> float | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    percent = str(value).strip().endswith(("%", "％"))
    amount = read_text(str(value).strip().rstrip("%％"))
    number = number_of(amount.digits, False) if amount else None
    sign = -1 if amount and amount.negative else 1
    return number * amount.factor * sign / (100 if percent else 1) if amount and number is not None else None
