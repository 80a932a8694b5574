"""The funnel counts customers by phase of their journey; the pipeline counts deals by the seller's steps (spec items 18, 19, 55)."""

from dataclasses import dataclass

import numpy as np

from .aliases import plain
from .answers import Answers
from .check.rule import Facts
from .groups import Grouping, grouped
from .journey import journeys
from .known import known_mean, known_sum
from .lines import next_stage, ranks
from .placement import ABOVE, BEST_FEW, IN
from .placement import NONE as UNPLACED

UNIVERSE, CUSTOMER = -2, 3
# In the order of the journey. Outside: known by name, no open deal, never won. A customer has won and has no open deal.
PHASES = {UNIVERSE: "universe", UNPLACED: "none", ABOVE: "above", IN: "in", BEST_FEW: "best_few", CUSTOMER: "customer"}
ENTRY_DAYS = 30
BIGGEST = 15


@dataclass(frozen=True)
class Customers:
    """All customers of a source, one item each, in the order in which they first come. Money in base currency, 0 where none is known."""

    names: tuple[str, ...]  # the spelling that is used most; the deal's name or id where no account is known
    of: np.ndarray  # the customer of each deal
    phase: np.ndarray  # a key of PHASES
    bought: np.ndarray  # bool: won before, or in after-sales
    open_deals: np.ndarray
    open_amount: np.ndarray
    weighted: np.ndarray
    won_deals: np.ndarray
    won_amount: np.ndarray
    lost_deals: np.ndarray
    stage: np.ndarray  # of the most advanced open deal, an index into the stages; -1: none is open, or its stage is unknown
    without_account: int  # deals that name no account: each counts by its own name, else as a customer of its own


@dataclass(frozen=True)
class Phase:
    """How many customers are in one phase. Base: all customers."""

    phase: str  # a value of PHASES
    customers: int
    share: float
    repeat: int  # of them, bought before
    open_deals: int  # of these customers, wherever each deal stands
    open_amount: float
    weighted: float
    probability: float  # mean win probability of these deals; NaN: none is known


@dataclass(frozen=True)
class Step:
    """One step of the pipeline. Base: open deals."""

    stage: str  # "" for deals whose stage the model does not know
    line: str  # product line
    customers: int  # whose most advanced open deal stands here
    deals: int
    amount: float  # NaN: not one amount is known
    weighted: float
    entered: float  # deals that entered it in the last ENTRY_DAYS days, wherever they stand today; NaN: no day is known
    oldest_days: float  # of the deals here, the longest stay; NaN: no day is known
    output: str  # what the step has to yield
    next_entry: str  # entry condition of the next step


def customers(answers: Answers) -> Customers:
    """Every customer once, in exactly one phase: that of its most advanced open deal, else customer or outside the funnel."""
    facts = answers.facts
    names, of = _customers_of(facts)
    length = len(names)
    is_open, won = facts.is_open, np.isin(facts.kind, ("won", "post"))

    groups = Grouping(names, of)

    def total(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
        return np.nan_to_num(groups.sums(values, rows))

    opened, bought = groups.counts(is_open), groups.counts(won) > 0
    best = np.full(length, UNPLACED, dtype=np.int64)
    np.maximum.at(best, of[is_open], facts.placement.adopted[is_open].astype(np.int64))
    phase = np.where(opened > 0, best, np.where(bought, CUSTOMER, UNIVERSE))
    rank = ranks(facts.stages)
    far = np.full(length, -1)
    np.maximum.at(far, of[is_open], rank[facts.stage[is_open]])
    stage = np.full(length, -1)
    leading = np.flatnonzero(is_open & (facts.stage >= 0) & (rank[facts.stage] == far[of]))[::-1]
    stage[of[leading]] = facts.stage[leading]  # of two as far on, the first in the source
    return Customers(
        names,
        of,
        phase,
        bought,
        opened,
        total(facts.value, is_open),
        total(facts.weighted, is_open),
        groups.counts(facts.kind == "won"),
        total(facts.value, facts.kind == "won"),
        groups.counts(facts.kind == "lost"),
        stage,
        int((_account_key(facts) == "").sum()),
    )


def _account_key(facts: Facts) -> np.ndarray:
    accounts = facts.column("account")
    keys = {text: plain(str(text)) for text in set(accounts.tolist())}
    return np.array([keys[text] for text in accounts.tolist()], dtype=object)


def _customers_of(facts: Facts) -> tuple[tuple[str, ...], np.ndarray]:
    """The customers' names, and the customer of each deal: by its account, else its name, else the deal itself."""
    said = np.where(_account_key(facts) == "", facts.column("name"), facts.column("account"))
    groups = grouped(said)
    if "" not in groups.names:
        return groups.names, groups.at
    blank = groups.names.index("")
    alone = np.flatnonzero(groups.at == blank)
    ids = facts.column("id")
    names = [*groups.names, *(" ".join(str(ids[row]).split()) for row in alone.tolist())]
    of = groups.at.copy()
    of[alone] = len(groups.names) + np.arange(len(alone))
    del names[blank]
    of[of > blank] -= 1
    return tuple(names), of


def phases(answers: Answers, found: Customers) -> tuple[Phase, ...]:
    """Customers by phase in the order of the journey; they add up to all customers. Not placed comes only where there are such."""
    facts = answers.facts
    all_customers, own = len(found.names), facts.probability[facts.is_open]
    phase_of = found.phase[found.of[facts.is_open]]
    lines = []
    for at, name in PHASES.items():
        mine = found.phase == at
        if at == UNPLACED and not mine.any():
            continue
        lines.append(
            Phase(
                name,
                int(mine.sum()),
                mine.sum() / all_customers if all_customers else float("nan"),
                int((mine & found.bought).sum()),
                int(found.open_deals[mine].sum()),
                float(found.open_amount[mine].sum()),
                float(found.weighted[mine].sum()),
                known_mean(own[phase_of == at]),
            )
        )
    return tuple(lines)


def steps(answers: Answers, found: Customers) -> tuple[Step, ...]:
    """Open deals by step, in the model's order; those whose stage it does not know last, where there are such."""
    facts = answers.facts
    entered, oldest = _entered(facts), _oldest(facts)
    has_open = found.open_deals > 0
    lines = []
    for at, stage in enumerate(facts.stages):
        if stage.kind != "open":
            continue
        here = facts.is_open & (facts.stage == at)
        after = next_stage(facts.stages, at)
        entry = facts.stages[after].entry if after >= 0 else ""
        customers_here = int((has_open & (found.stage == at)).sum())
        lines.append(Step(stage.name, stage.line, customers_here, *_money(facts, here), entered[at], oldest[at], stage.output, entry))
    elsewhere = facts.is_open & ~np.isin(facts.stage, [at for at, stage in enumerate(facts.stages) if stage.kind == "open"])
    if elsewhere.any():
        unknown = int((has_open & (found.stage < 0)).sum())
        lines.append(Step("", "", unknown, *_money(facts, elsewhere), float("nan"), float("nan"), "", ""))
    return tuple(lines)


def _money(facts: Facts, rows: np.ndarray) -> tuple[int, float, float]:
    """How many deals, their amount and their weighted value."""
    return int(rows.sum()), known_sum(facts.value[rows]), known_sum(facts.weighted[rows])


def _entered(facts: Facts) -> np.ndarray:
    """How many deals entered each stage within the last ENTRY_DAYS days; NaN where neither a history nor any deal tells of it."""
    ways, count = journeys(facts), len(facts.stages)
    known = ~np.isnat(ways.begin)
    recent = known & (ways.begin > facts.today - ENTRY_DAYS)
    entered = np.bincount(ways.entries(count, recent)[1], minlength=count).astype(float)
    told = np.bincount(ways.stage[known], minlength=count) > 0
    return entered if ways.source != "current" else np.where(told, entered, np.nan)


def _oldest(facts: Facts) -> np.ndarray:
    """The longest stay of the deals that stand in each stage today [days]; NaN where no day is known."""
    ways = journeys(facts)
    days = ways.days(facts.today)
    here = ~ways.over & (facts.stage[ways.deal] == ways.stage) & facts.is_open[ways.deal] & np.isfinite(days)
    longest = np.full(len(facts.stages), -1.0)
    np.maximum.at(longest, ways.stage[here], days[here])
    return np.where(longest < 0, np.nan, longest)


def biggest(found: Customers, most: int = BIGGEST) -> np.ndarray:
    """The customers with the most open and won money, largest first; of equal ones, those with more deals."""
    deals = found.open_deals + found.won_deals + found.lost_deals
    return np.lexsort((-deals, -(found.open_amount + found.won_amount)))[:most]
