"""The funnel's numbers: by stage, placement, owner and month; win rates, cycle, velocity, coverage."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .conversion import Passage
from .groups import Grouping
from .known import known_mean, known_sum
from .owners import owners_of
from .period import quota_period
from .rates import ratio
from .settings import Settings
from .stage import Stage

NAN = float("nan")


@dataclass(frozen=True)
class Line:
    """One line of a summary table."""

    label: str  # stage in the source's spelling, owner, "2026-03"; placements: "above", "in", "best_few", "none"
    deals: int
    amount: float  # [base currency]; NaN: not one amount is known
    weighted: float  # open deals only [base currency]; NaN: not one is known
    kind: str = "open"  # of a stage: open, won, lost, post; "" for a stage that the model does not know
    line: str = ""  # the product line whose stage it is; "" for those of all lines


@dataclass(frozen=True)
class Summary:
    """The funnel's numbers. Base of each figure: see the field."""

    deals: int
    stages: tuple[Line, ...]  # in the model's order; stages it does not know last, under their own spelling
    placements: tuple[Line, ...]  # open deals: best_few, in, above, none
    owners: tuple[Line, ...]  # open deals, largest weighted value first
    months: tuple[Line, ...]  # open deals by month of close "2026-03"; first "overdue", last "undated"
    won: Line
    lost: Line
    open: Line
    win_rate_count: float  # won / (won + lost)
    win_rate_value: float  # won amount / (won + lost amount); NaN: the amounts of one side are not known, or all lost ones are 0
    win_rate_all: float  # won / all deals
    average_won: float  # mean amount of the won deals that have one
    cycle_days: float  # mean days from created to closed of won deals
    velocity: float  # open deals x average won x win rate by count / cycle days [base currency / day]
    passages: tuple[Passage, ...]
    passages_left_out: int  # lost deals whose last open stage is not known
    quota: float = NAN
    quota_won: float = NAN  # won in the quota's period
    coverage: float = NAN  # open amount due in the period / (quota - won in period)
    required_coverage: float = NAN  # 1 / win rate by value
    forecast_coverage: float = NAN  # (won + weighted value due in the period) / quota
    quota_period: str = ""  # "2026-Q1"


@dataclass(frozen=True)
class Columns:
    """What a summary reads, one item a deal."""

    stage: np.ndarray  # index into the stages, -1 unknown
    stage_name: np.ndarray
    kind: np.ndarray
    value: np.ndarray  # [base currency]
    weighted: np.ndarray  # NaN for deals that are not open
    placement: np.ndarray
    owner: np.ndarray
    close: np.ndarray  # datetime64
    cycle_days: np.ndarray  # created to closed of closed deals


def velocity(open_deals: np.ndarray, average_amount: np.ndarray, win_rate: np.ndarray, cycle_days: np.ndarray) -> np.ndarray:
    """Open deals x average won amount x win rate / cycle length [currency/day]; single numbers or arrays. A cycle is longer than zero."""
    return open_deals * average_amount * win_rate / cycle_days


def _line(label: str, columns: Columns, rows: np.ndarray, kind: str = "open") -> Line:
    return Line(label, int(rows.sum()), known_sum(columns.value[rows]), known_sum(columns.weighted[rows]), kind)


def _owner_lines(columns: Columns, rows: np.ndarray) -> list[Line]:
    """One line for each owner, however each is spelt."""
    found = owners_of(columns.owner)
    return _groups(np.array(found.names, dtype=object)[found.at], columns, rows)


def _groups(labels: np.ndarray, columns: Columns, rows: np.ndarray) -> list[Line]:
    """One line for each different label, in one pass however many there are."""
    names, at = np.unique(labels[rows].astype(str), return_inverse=True)
    groups = Grouping(tuple(names.tolist()), at)
    sums = (groups.counts(), groups.sums(columns.value[rows]), groups.sums(columns.weighted[rows]))
    return [Line(*line) for line in zip(groups.names, *(each.tolist() for each in sums), strict=True)]


def summarise(
    columns: Columns, stages: Sequence[Stage], settings: Settings, as_of: dt.date, through: tuple[Passage, ...], left_out: int
) -> Summary:
    """All numbers of one source on one day; NaN where a figure has no base. `through` and `left_out` are conversion's."""
    everything = np.ones(len(columns.kind), bool)
    is_open = (columns.kind == "open") | (columns.kind == "")
    won, lost = columns.kind == "won", columns.kind == "lost"
    won_line, lost_line = _line("won", columns, won, "won"), _line("lost", columns, lost, "lost")
    win_rate = ratio(won_line.deals, won_line.deals + lost_line.deals)
    average = known_mean(columns.value[won])
    cycle = known_mean(columns.cycle_days[won])
    value_rate = _value_rate(won_line, lost_line)
    return Summary(
        deals=len(columns.kind),
        stages=_stage_lines(columns, stages, everything),
        placements=_placement_lines(columns, is_open),
        owners=tuple(
            sorted(
                _owner_lines(columns, is_open), key=lambda line: (-_or_zero(line.weighted), -_or_zero(line.amount), -line.deals)
            )
        ),
        months=_month_lines(columns, is_open, as_of),
        won=won_line,
        lost=lost_line,
        open=_line("open", columns, is_open),
        win_rate_count=win_rate,
        win_rate_value=value_rate,
        win_rate_all=ratio(won_line.deals, len(columns.kind)),
        average_won=average,
        cycle_days=cycle,
        velocity=velocity(int(is_open.sum()), average, win_rate, cycle) if cycle else NAN,
        passages=through,
        passages_left_out=left_out,
        **_coverage(columns, is_open, won, value_rate, settings, as_of),
    )


def _value_rate(won: Line, lost: Line) -> float:
    """Win rate by value. No deals are worth 0, unknown amounts are not; a CRM's 0 for every lost deal says nothing of their value."""
    worth = [0.0 if line.deals == 0 else line.amount for line in (won, lost)]
    return NAN if lost.deals and lost.amount == 0 else ratio(worth[0], sum(worth))


def _or_zero(value: float) -> float:
    return 0.0 if value != value else value


def _stage_lines(columns: Columns, stages: Sequence[Stage], everything: np.ndarray) -> tuple[Line, ...]:
    lines = [replace(_line(stage.name, columns, columns.stage == index, stage.kind), line=stage.line) for index, stage in enumerate(stages)]
    unknown = columns.stage < 0
    return (
        *lines,
        *(Line(line.label, line.deals, line.amount, line.weighted, "") for line in _groups(columns.stage_name, columns, unknown)),
    )


def _placement_lines(columns: Columns, is_open: np.ndarray) -> tuple[Line, ...]:
    return tuple(
        _line(name, columns, is_open & (columns.placement == place))
        for name, place in (("best_few", 2), ("in", 1), ("above", 0), ("none", -1))
        if place >= 0 or (is_open & (columns.placement < 0)).any()
    )


def _month_lines(columns: Columns, is_open: np.ndarray, as_of: dt.date) -> tuple[Line, ...]:
    """Open deals by month of close; past dates in a bucket of their own (spec F2), as are deals without a date."""
    days = columns.close.astype("datetime64[D]")
    dated = ~np.isnat(days)
    past = is_open & dated & (days < np.datetime64(as_of, "D"))
    months = _groups(days.astype("datetime64[M]"), columns, is_open & dated & ~past)
    first = [_line("overdue", columns, past)] if past.any() else []
    last = [_line("undated", columns, is_open & ~dated)] if (is_open & ~dated).any() else []
    return (*first, *months, *last)


def _coverage(columns: Columns, is_open: np.ndarray, won: np.ndarray, value_rate: float, settings: Settings, as_of: dt.date) -> dict:
    """Coverage of what is still to win in the quota's period; without a quota nothing."""
    required = ratio(1.0, value_rate)
    if settings.quota != settings.quota:
        return {"required_coverage": required}
    period = quota_period(settings.quota_period, as_of, settings.fiscal_first_month)
    due = period.holds(columns.close)
    hoped = is_open & (np.datetime64(as_of, "D") <= period.last)  # nothing more is won in a period that is over
    won_now, open_due, weighted_due = (
        _or_zero(known_sum(values[rows & due]))
        for values, rows in ((columns.value, won), (columns.value, hoped), (columns.weighted, hoped))
    )
    gap = settings.quota - won_now
    return {
        "quota": settings.quota,
        "quota_won": won_now,
        "coverage": open_due / gap if gap > 0 else NAN,
        "required_coverage": required,
        "forecast_coverage": ratio(won_now + weighted_due, settings.quota),
        "quota_period": period.name,
    }
