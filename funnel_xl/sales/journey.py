"""The way that each deal took through the stages: from a stage history, from dated stage columns, else from where it stands now.

One reader for all three, so that conversion, dwell and bottlenecks can't differ. Spec F4: a deal that skips a stage never entered it and
yet passes the one before; a step back undoes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .aliases import plain, split_unit
from .column import is_blank
from .dates import read_dates
from .lines import UNKNOWN, ranks, stages_of, top_rank
from .stage import Stage, matcher

if TYPE_CHECKING:  # the rules ask for journeys, so whoever imports this module first would wait for itself
    from .check.rule import Facts

NAT = np.datetime64("NaT", "D")
# What stands around a stage's name where a column holds the day on which deals entered it: "Date entered Demo", "Demo date", 进入演示日期.
_BEFORE = re.compile(
    r"^(?:hs (?:v2 )?)?(?:date (?:of )?(?:entered|entering|entry|reached)|entered(?: on)?|moved to|reached|date of|进入|進入)\s*"
)
_AFTER = re.compile(  # an English word stands apart: "Negotiation" is no stage "Negotiati" entered on some day
    r"\s+(?:entered(?: on| date)?|entry date|start(?: date)?|date|on)$"
    r"|\s*(?:进入日期|进入时间|進入日期|進入時間|日期|时间|時間)$"
)
_QUOTES = " \"'“”‘’「」『』"


@dataclass(frozen=True)
class Journeys:
    """Stays of deals in stages, in the order of deals and, within a deal, of time. All arrays but `rank` and `reached` have an item a stay.

    A stay whose days are not known has NaT: the stages before the one in which a deal stands, where nothing but that one is known.
    """

    source: str  # "history", "dates" or "current": row "journey.SOURCE" of words.csv
    deal: np.ndarray  # row of deals.table
    stage: np.ndarray  # index into the stages
    begin: np.ndarray  # datetime64[D]
    end: np.ndarray  # datetime64[D]; NaT: not known, or not over
    over: np.ndarray  # bool: the deal has left the stage
    rank: np.ndarray  # of each stage: its place among the open ones of its product line; won and after-sales stand behind them, lost is -1
    reached: np.ndarray  # the highest rank that each deal has come to; -1 unknown
    left_out: int  # lost deals whose last open stage is not known
    columns: tuple[str, ...] = ()  # headings that were read as the day on which a stage was entered
    unread: tuple[tuple[int, str, object], ...] = ()  # (deal, heading, cell) of dates in them that could not be read
    unknown_stages: int = 0  # rows of the history that name no stage of the model

    def days(self, today: np.datetime64) -> np.ndarray:
        """How long each stay lasted, up to today where it goes on [days]; NaN where its days are not known."""
        until = np.where(self.over, self.end, today)
        days = (until - self.begin).astype(float)
        days[np.isnat(until) | np.isnat(self.begin) | (days < 0)] = np.nan
        return days

    def entries(self, stages: int, among: np.ndarray | slice = slice(None)) -> tuple[np.ndarray, np.ndarray]:
        """(deal, stage) of every entry, each pair once however often a deal came back; `among` leaves other stays out.

        In the order of deals, then of the `stages` that there are.
        """
        count = max(stages, 1)
        seen = np.zeros(len(self.reached) * count, bool)  # a mask: np.unique takes ten times as long
        seen[self.deal[among].astype(np.int64) * count + self.stage[among]] = True
        return np.divmod(np.flatnonzero(seen), count)


def journeys(facts: Facts) -> Journeys:
    """The stays of all deals; worked out once for one set of facts."""
    if "journeys" not in facts.memo:
        facts.memo["journeys"] = _journeys(facts)
    return facts.memo["journeys"]


def unread_days(facts: Facts) -> tuple[tuple[int, str, object], ...]:
    """(deal, heading, cell) of the dates in stage columns that could not be read; nothing is worked out where there are no such columns."""
    return journeys(facts).unread if len(_dated_columns(facts)) >= 2 else ()


def days_here(facts: Facts) -> np.ndarray:
    """Days that each open deal has stood in its stage, as its way tells: what the deals say where no column says it; NaN unknown."""
    days = np.full(len(facts.kind), np.nan)
    if not len(facts.deals.companions.table("History")) and len(_dated_columns(facts)) < 2:
        return days
    ways = journeys(facts)
    here = ~ways.over & (facts.kind == "open")[ways.deal] & (ways.stage == facts.stage[ways.deal])
    days[ways.deal[here]] = ways.days(facts.today)[here]
    return days


def _journeys(facts: Facts) -> Journeys:
    rank = ranks(facts.stages)
    history = facts.deals.companions.table("History")
    columns = _dated_columns(facts)
    unknown, unread, names = 0, (), ()
    if len(history) and (history["deal"].to_numpy() >= 0).any():
        source, known = "history", _from_history(facts)
        unknown = int((known[1] < 0).sum())
    elif len(columns) >= 2:
        source, known, unread = "dates", *_from_columns(facts, columns)
        names = tuple(columns)
    else:
        source, known = "current", _nothing()
    stays = _whole(facts, *known)
    deal, stage, begin, end, over = stays
    travelled = np.zeros(len(facts.kind), bool)
    travelled[deal] = True
    reached = np.full(len(facts.kind), UNKNOWN)
    np.maximum.at(reached, deal, rank[stage])
    reached[np.isin(facts.kind, ("won", "post"))] = top_rank(facts.stages)
    still, lost_at = _by_current(facts, rank, ~travelled)
    reached = np.where(travelled, reached, lost_at)
    deal, stage, begin, end, over = (np.concatenate(pair) for pair in zip(stays, still, strict=True))
    left_out = int(((facts.kind == "lost") & (reached < 0)).sum())
    return Journeys(source, deal, stage, begin, end, over, rank, reached, left_out, names, unread, unknown)


_Stays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _nothing() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, "datetime64[D]")


def _from_history(facts: Facts) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(deal, stage, begin) of each row of the table History; what a row says it came from stands before it."""
    table = facts.deals.companions.table("History")
    deal = table["deal"].to_numpy()
    begin = table["entered"].to_numpy().astype("datetime64[D]")
    use = (deal >= 0) & ~np.isnat(begin) & (begin <= facts.today)
    deal, begin = deal[use], begin[use]
    stage = stages_of(facts.stages, table["stage"].to_numpy()[use], facts.line[deal])
    before = table["from_stage"].to_numpy()[use]
    if not (before != "").any():
        return deal, stage, begin
    order = np.lexsort((begin, deal))
    first = np.zeros(len(deal), bool)
    first[order] = np.r_[True, deal[order][1:] != deal[order][:-1]] if len(order) else []
    first &= before != ""
    came = stages_of(facts.stages, before[first], facts.line[deal[first]])
    created = facts.column("created").astype("datetime64[D]")[deal[first]]
    earlier = np.where(np.isnat(created) | (created > begin[first]), begin[first], created)
    return np.concatenate((deal[first], deal)), np.concatenate((came, stage)), np.concatenate((earlier, begin))


def _dated_columns(facts: Facts) -> dict[str, int]:
    """Headings of columns that hold the day on which a stage was entered, and that stage."""
    known = matcher(facts.stages)
    found: dict[str, int] = {}
    for heading in facts.deals.carried:
        name = stage_in_heading(heading)
        at = known.get(name, UNKNOWN) if name else UNKNOWN
        if at >= 0 and at not in found.values():
            found[heading] = at
    return found


def stage_in_heading(heading: str) -> str:
    """The stage's name in a heading such as "Date entered Demo", "Demo date" or 进入方案演示日期; "" where it is no such heading."""
    text = plain(split_unit(heading)[0])
    name = _AFTER.sub("", _BEFORE.sub("", text)).strip(_QUOTES)
    name = plain(split_unit(name)[0]).strip(_QUOTES)  # HubSpot puts the pipeline into the quotes: "Demo (Sales Pipeline)"
    return name if name != text else ""


def _from_columns(facts: Facts, columns: dict[str, int]) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray], tuple]:
    """(deal, stage, begin) of each filled cell of the dated columns, and the cells that could not be read."""
    deals, stages, begins, unread = [], [], [], []
    chinese = facts.deals.language != "en"
    for heading, stage in columns.items():
        cells = facts.deals.carried[heading]
        read = read_dates(cells, facts.as_of, facts.deals.grid.date1904, chinese)
        days = read.values.astype("datetime64[D]")
        rows = np.flatnonzero(~np.isnat(days) & (days <= facts.today))
        # Two product lines may each have a stage of this name.
        own = stages_of(facts.stages, np.full(len(rows), facts.stages[stage].name, dtype=object), facts.line[rows])
        rows, own = rows[own >= 0], own[own >= 0]
        deals.append(rows)
        stages.append(own)
        begins.append(days[rows])
        unread += [(row, heading, cells[row]) for row in np.flatnonzero(np.isnat(read.values)).tolist() if not is_blank(cells[row])]
    return (np.concatenate(deals), np.concatenate(stages), np.concatenate(begins)), tuple(unread)


def _whole(facts: Facts, deal: np.ndarray, stage: np.ndarray, begin: np.ndarray) -> _Stays:
    """Stays in the order of time, each ending where the next begins; the stage in which a deal stands now closes the row."""
    order = np.lexsort((_order(facts.stages)[stage], begin, deal))
    deal, stage, begin = deal[order], stage[order], begin[order]
    same = np.r_[False, (deal[1:] == deal[:-1]) & (stage[1:] == stage[:-1])] if len(deal) else np.zeros(0, bool)
    known = stage >= 0
    deal, stage, begin = deal[known & ~same], stage[known & ~same], begin[known & ~same]
    last = np.r_[deal[1:] != deal[:-1], True] if len(deal) else np.zeros(0, bool)
    now = facts.terminal[deal]
    moved = last & (now >= 0) & (now != stage)
    close, entered = (facts.column(name).astype("datetime64[D]")[deal[moved]] for name in ("close_date", "entered"))
    closed = np.isin(facts.kind, ("won", "lost"))[deal[moved]]
    since = np.where(closed, close, entered)
    since = np.where((since < begin[moved]) | (since > facts.today), NAT, since)
    deal, stage = np.concatenate((deal, deal[moved])), np.concatenate((stage, now[moved]))
    begin = np.concatenate((begin, since))
    order = np.lexsort((np.isnat(begin), begin, deal))
    deal, stage, begin = deal[order], stage[order], begin[order]
    follows = np.r_[deal[1:] == deal[:-1], False] if len(deal) else np.zeros(0, bool)
    end = np.where(follows, np.r_[begin[1:], NAT] if len(begin) else begin, NAT)
    over = follows | np.isin(facts.kind, ("won", "lost"))[deal] & (np.array([each.kind for each in facts.stages] + [""])[stage] == "open")
    close = facts.column("close_date").astype("datetime64[D]")[deal]
    end = np.where(over & ~follows & (close >= begin), close, end)
    return deal, stage, begin, end, over


def _order(stages: Sequence[Stage]) -> np.ndarray:
    """How far on each stage is, for two changes on one day: lost comes last."""
    return np.where([stage.kind == "lost" for stage in stages] + [False], np.inf, ranks(stages))


def _by_current(facts: Facts, rank: np.ndarray, among: np.ndarray) -> tuple[_Stays, np.ndarray]:
    """Stays of deals of which nothing but their stage is known, and the rank that each has reached.

    Such a deal entered every open stage of its line up to its own, a won one all of them; a lost one all up to where it was lost.
    """
    kind, won = facts.kind, np.isin(facts.kind, ("won", "post"))
    top = top_rank(facts.stages)
    own = np.where(kind == "lost", rank[facts.lost_stage], rank[facts.stage])
    reached = np.where(won, top, own)
    opened = [at for at, stage in enumerate(facts.stages) if stage.kind == "open"]
    deals, stages = [], []
    for at in opened:
        rows = np.flatnonzero(among & (reached >= rank[at]) & (facts.line == facts.stages[at].line))
        deals.append(rows)
        stages.append(np.full(len(rows), at))
    closing = np.flatnonzero(among & (facts.terminal >= 0) & ~np.isin(facts.terminal, opened))
    deal = np.concatenate([*deals, closing]).astype(np.int64)
    stage = np.concatenate([*stages, facts.terminal[closing]]).astype(np.int64)
    here = (kind == "open")[deal] & (facts.stage[deal] == stage)
    begin = np.where(here, facts.column("entered").astype("datetime64[D]")[deal], NAT)
    ends = ~np.isin(stage, opened)
    begin = np.where(ends & np.isin(kind, ("won", "lost"))[deal], facts.column("close_date").astype("datetime64[D]")[deal], begin)
    begin = np.where(begin > facts.today, NAT, begin)
    return (deal, stage, begin, np.full(len(deal), NAT), ~here & ~ends), np.where(among, reached, UNKNOWN)
