"""Why deals are won and lost: reasons by stage, rival and product, and what pushing a close date costs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .aliases import plain
from .check.rule import Facts
from .competitors import competitor_names
from .distinct import Differences, differences
from .groups import Grouping, grouped
from .journey import journeys
from .known import known
from .rates import Rate, rate
from .winrate import Group, groups_of

MOST = 12  # reasons that a reader still looks through
ACROSS = 9  # columns of a table of two things that fit on a page


@dataclass(frozen=True)
class Reason:
    """How often one reason is given, and for how much money."""

    name: str  # in the deals' own spelling; "" where none is given, and for the others
    deals: int
    value: float  # [base currency]; NaN: not one amount is known, or all are 0
    share: Rate  # of all won, or all lost, deals


@dataclass(frozen=True)
class Reasons:
    """All reasons of the won or of the lost deals; they add up to all of these."""

    lines: tuple[Reason, ...]  # most deals first, then no reason given
    others: int  # how many reasons the last line sums; 0: it is one of its own
    deals: int
    given: int  # deals with a reason

    @property
    def lines_named(self) -> tuple[str, ...]:
        """The names of all lines."""
        return tuple(line.name for line in self.lines)


@dataclass(frozen=True)
class Cross:
    """Lost deals by reason (rows) and by something else (columns)."""

    rows: tuple[str, ...]
    row_others: int
    columns: tuple[str, ...]
    column_others: int
    counts: np.ndarray  # int, rows x columns


@dataclass(frozen=True)
class Rival:
    """How deals against one competitor end; a deal with two rivals counts for each."""

    group: Group  # of the closed deals; its name is "" where no rival is named, and for the others
    reason: str  # the one most often given for losing against it; "" none


@dataclass(frozen=True)
class Pushed:
    """Win rates of deals whose close date was pushed, was not, and of which that is not known."""

    yes: Group
    no: Group
    unknown: Group
    test: Differences  # closed deals: pushed against not pushed


def reasons(facts: Facts, kind: str, most: int = MOST) -> Reasons:
    """The reasons of the deals of a kind, "lost" or "won"."""
    among = facts.kind == kind
    groups, value = grouped(facts.column(f"{kind}_reason")[among]), facts.value[among]
    groups = groups.few(groups.counts(), most)
    counts = groups.counts()
    worth = groups.sums(value) if known(value).any() else np.full(len(counts), np.nan)
    lines = (
        Reason(name, int(count), float(money), rate(int(count), len(value)))
        for name, count, money in zip(groups.names, counts, worth, strict=True)
    )
    given = int((facts.column(f"{kind}_reason")[among] != "").sum())
    return Reasons(tuple(lines), groups.others, len(value), given)


def lost_stages(facts: Facts) -> np.ndarray:
    """The open stage in which each lost deal was lost, as an index into the stages; -1 unknown.

    What the source says of it, else the last open stage that its history or its dates know.
    """
    ways = journeys(facts)
    opened = np.array([stage.kind == "open" for stage in facts.stages] + [False], dtype=bool)[ways.stage]
    last = np.full(len(facts.kind), -1)
    last[ways.deal[opened]] = ways.stage[opened]  # stays are in the order of time: the last one stays
    return np.where(facts.kind != "lost", -1, np.where(facts.lost_stage >= 0, facts.lost_stage, last))


def by_stage(facts: Facts, names: Sequence[str] = ()) -> Cross:
    """Lost deals by reason and by the stage in which they were lost, in the stages' order; `names` is what these are called, if given."""
    called = names or [stage.name for stage in facts.stages]
    lost = facts.kind == "lost"
    at = lost_stages(facts)[lost]
    used = [each for each in [*range(len(called)), -1] if (at == each).any()]
    places = np.zeros(len(called) + 1, np.int64)
    places[used] = np.arange(len(used))
    stages = Grouping(tuple(called[each] if each >= 0 else "" for each in used), places[at])
    return _cross(_lost_reasons(facts), stages if len(used) <= ACROSS else stages.few(stages.counts(), ACROSS))


def by_product(facts: Facts) -> Cross:
    """Lost deals by reason and product."""
    products = grouped(facts.column("product")[facts.kind == "lost"])
    return _cross(_lost_reasons(facts), products.few(products.counts(), ACROSS))


def _lost_reasons(facts: Facts) -> Grouping:
    return grouped(facts.column("lost_reason")[facts.kind == "lost"])


def _cross(rows: Grouping, columns: Grouping) -> Cross:
    rows = rows.few(rows.counts(), MOST)
    across = len(columns.names)
    counts = np.bincount(rows.at * across + columns.at, minlength=len(rows.names) * across).reshape(len(rows.names), across)
    return Cross(rows.names, rows.others, columns.names, columns.others, counts)


def named_rivals(facts: Facts) -> tuple[np.ndarray, np.ndarray]:
    """(deal, competitor) once for each pair that the deals or the table Competitors name."""
    own, table = facts.column("competitor"), facts.deals.competitors
    said = [*zip(table["deal"].tolist(), table["name"].tolist(), strict=True), *enumerate(own.tolist())]
    pairs = {(row, plain(name)): name for row, text in said if row >= 0 and text for name in competitor_names(text)}
    return np.array([row for row, _ in pairs], dtype=np.int64), np.array(list(pairs.values()), dtype=object)


def rivals(facts: Facts, most: int = MOST) -> tuple[tuple[Rival, ...], int]:
    """How closed deals end against each competitor, most closed deals first, and how many competitors the last line sums."""
    closed = np.isin(facts.kind, ("won", "lost"))
    deal, name = named_rivals(facts)
    deal, name = deal[closed[deal]], name[closed[deal]]
    alone = np.setdiff1d(np.flatnonzero(closed), deal)
    deal, name = np.concatenate((deal, alone)), np.concatenate((name, np.full(len(alone), "", dtype=object)))
    groups = grouped(name)
    groups = groups.few(groups.counts(), most)
    why = facts.column("lost_reason")[deal]
    said = [_foremost(why[(groups.at == at) & (facts.kind[deal] == "lost")]) for at in range(len(groups.names))]
    found = groups_of(facts.kind[deal], facts.value[deal], groups)
    return tuple(Rival(group, reason) for group, reason in zip(found, said, strict=True)), groups.others


def _foremost(texts: np.ndarray) -> str:
    groups = grouped(texts[texts != ""])
    return groups.names[int(groups.counts().argmax())] if groups.names else ""


def pushed(facts: Facts) -> Pushed:
    """Win rates by whether the close date was pushed (field `pushed`)."""
    flag = facts.column("pushed")
    groups = groups_of(facts.kind, facts.value, Grouping(("yes", "no", ""), np.where(flag == 1, 0, np.where(flag == 0, 1, 2))))
    hits, of = (np.array(each) for each in ([side.won for side in groups[:2]], [side.won + side.lost for side in groups[:2]]))
    return Pushed(*groups, differences(hits, of))
