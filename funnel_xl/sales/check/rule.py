"""What a rule is, and what it may look at."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from ..deals import Deals
from ..known import known_mean
from ..period import Period, quota_period
from ..placement import Placement
from ..settings import Settings
from ..stage import Stage


@dataclass(frozen=True)
class Facts:
    """All that the rules read: the deals and what was computed from them. Arrays have one item a deal."""

    deals: Deals
    as_of: dt.date
    stages: tuple[Stage, ...]
    settings: Settings
    stage: np.ndarray  # index into stages, -1 unknown or empty
    kind: np.ndarray  # "open", "won", "lost", "post", "" unknown
    value: np.ndarray  # amount in base currency, NaN
    no_rate: np.ndarray  # bool: amount in a currency without a rate
    placement: Placement
    probability: np.ndarray
    weighted: np.ndarray
    autofilled: bool
    default: np.ndarray  # the stage's default chance
    tier: np.ndarray
    days_in_stage: np.ndarray
    stall_days: np.ndarray  # of the deal's stage
    age_days: np.ndarray  # open: created to as-of; closed: created to close
    line: np.ndarray  # the product line whose stages the deal goes through, "" for the stages of no line
    terminal: np.ndarray  # the stage under which it counts: one closed by its status is won or lost, not in the step it was closed in
    lost_stage: np.ndarray  # last open stage of a lost deal, as an index into stages; -1 unknown
    book_stages: bool = False  # the stages stand in the book itself
    memo: dict = field(default_factory=dict)

    @property
    def is_open(self) -> np.ndarray:
        """Deals that are neither closed nor after the sale; an unknown stage counts as open."""
        if "open" not in self.memo:     # rules ask it deal by deal
            self.memo["open"] = (self.kind == "open") | (self.kind == "")
        return self.memo["open"]

    @property
    def stalled(self) -> np.ndarray:
        """Open deals that stand in their stage for more days than it allows (ruling R14: strictly more)."""
        return (self.kind == "open") & (self.days_in_stage > self.stall_days)

    @property
    def period(self) -> Period:
        """The quota's period: the settings', else the quarter of the as-of date."""
        return quota_period(self.settings.quota_period, self.as_of, self.settings.fiscal_first_month)

    @property
    def margin(self) -> np.ndarray:
        """Gross margin of each deal [fraction]: its own, else the settings'; NaN where neither is known."""
        own = self.column("margin")
        return np.where(np.isnan(own), self.settings.margin, own)

    @property
    def average_order(self) -> float:
        """What an order is worth: the settings' average, else the mean of the won deals; NaN where neither is known."""
        own = self.settings.average_order
        return own if own > 0 else known_mean(self.value[self.kind == "won"])

    def won_in(self, period: Period) -> np.ndarray:
        """Deals won in a period; those without a close date are in none."""
        return (self.kind == "won") & period.holds(self.column("close_date"))

    def has(self, name: str) -> bool:
        """True where the source has a column for this field."""
        return name in self.deals.table.columns

    def column(self, name: str) -> np.ndarray:
        """One field of every deal, empty where the source does not have it."""
        return self.deals.column(name)

    @property
    def today(self) -> np.datetime64:
        """The as-of date."""
        return np.datetime64(self.as_of, "D")


@dataclass(frozen=True, slots=True)
class Breach:
    """One break of one rule: the deal, and what its sentence names."""

    row: int
    details: dict = field(default_factory=dict)
    where: str = ""  # the cell, where it is not the rule's column of the deal itself
    value: object = None  # what stands there, where it is not the rule's column of the deal itself
    column: str = ""
    owner: str | None = None    # whose it is, where it is about no single deal
    stake: float | None = None  # money at stake, where it is not the deal's amount or weighted value


@dataclass(frozen=True)
class Breakers:
    """The deals that break a rule, as a mask, and what the sentence names of one: worked out only where it is said."""

    deals: np.ndarray
    details: Callable[[int], dict]
    stake: Callable[[int], float] | None = None


@dataclass(frozen=True)
class Rule:
    """One rule: its code, how grave a breach is, the field it is about, and who breaks it."""

    code: str
    severity: str
    column: str
    found: Callable[[Facts], np.ndarray | Breakers | Iterable[Breach]]

    def breaches(self, facts: Facts) -> Iterable[Breach]:
        """Every breach, with what its sentence names."""
        found = self.found(facts)
        if isinstance(found, np.ndarray):
            return (Breach(row) for row in np.flatnonzero(found).tolist())
        if isinstance(found, Breakers):
            stake = found.stake or (lambda row: None)
            return (Breach(row, found.details(row), stake=stake(row)) for row in np.flatnonzero(found.deals).tolist())
        return found

    def deals(self, facts: Facts) -> np.ndarray:
        """The deals that break it, as a mask."""
        found = self.found(facts)
        if isinstance(found, (np.ndarray, Breakers)):
            return found.deals if isinstance(found, Breakers) else found
        mask = np.zeros(len(facts.kind), bool)
        mask[[breach.row for breach in found if breach.row >= 0]] = True
        return mask


RULES: dict[str, Rule] = {}


def rule(code: str, severity: str, column: str = "") -> Callable:
    """Register a rule. Its function gives the deals that break it (a mask, or Breakers), or the breaches one by one."""

    def register(function: Callable[[Facts], np.ndarray | Breakers | Iterable[Breach]]) -> Callable:
        RULES[code] = Rule(code, severity, column, function)
        return function

    return register
