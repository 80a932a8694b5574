"""How an owner's week and book of accounts are shared out over the funnel (spec items 38 and 40, F17)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .aliases import meaning, plain
from .answers import Answers
from .owners import Owners, owners
from .placement import ABOVE, BEST_FEW, IN, NONE
from .settings import Settings

ORDER = (BEST_FEW, ABOVE, IN)  # of work: what is near its end first, then what feeds the funnel
# Percent of the time for Above, In and Best Few; the index is the placement.
PRESETS: dict[str, tuple[int, int, int]] = {"closing": (20, 20, 60), "building": (70, 10, 20), "balanced": (40, 20, 40)}
USUAL = "balanced"


@dataclass(frozen=True)
class Allocation:
    """One way to share out a week and a book. Each tuple is for Above, In, Best Few."""

    preset: str  # of PRESETS
    shares: tuple[float, float, float]  # [fractions]
    hours: tuple[float, float, float]  # a week
    accounts: tuple[int, int, int]  # of the book, by largest remainder


@dataclass(frozen=True)
class OwnerBook:
    """What one owner's open deals come to, beside the plan. Each tuple is for Above, In, Best Few."""

    owner: str
    accounts: tuple[int, int, int]  # different accounts, each under the most advanced placement of its deals
    unplaced: int  # accounts whose deals have no placement
    gap: tuple[int, int, int]  # accounts beyond (or, below zero, short of) the plan's
    hours_each: tuple[float, float, float]  # the plan's hours over the accounts that are there; NaN where there are none


@dataclass(frozen=True)
class TimePlan:
    """Time allocation of one team on one day."""

    ways: tuple[Allocation, ...]  # every preset
    chosen: Allocation
    unknown_preset: str  # what the setting says, where that is no preset; "" else
    owners: tuple[OwnerBook, ...]  # by name; those with open deals
    unnamed: int  # open deals without account and name, each counted as an account of its own


def chosen_preset(text: str) -> str:
    """The preset that a text names, in three languages: "closing", "开拓型" ...; "" where it names none."""
    return meaning("time_preset", text) or (plain(text) if plain(text) in PRESETS else "")


def allocation(preset: str, settings: Settings) -> Allocation:
    """Hours a week and accounts of the book under one preset."""
    points = PRESETS[preset]
    hours = tuple(settings.hours * each / 100 for each in points)
    return Allocation(preset, tuple(each / 100 for each in points), hours, shared_out(int(settings.accounts), points))


def shared_out(book: int, points: Sequence[int]) -> tuple[int, ...]:
    """Whole accounts by shares in percent, by largest remainder; they add up to the book.

    >>> shared_out(30, (20, 20, 60)), shared_out(27, (70, 10, 20))
    ((6, 6, 18), (19, 3, 5))
    """
    whole = [book * each // 100 for each in points]
    # Of equal remainders the more advanced placement's comes first.
    order = sorted(range(len(points)), key=lambda at: (-(book * points[at] % 100), -at))
    for at in order[: book - sum(whole)]:
        whole[at] += 1
    return tuple(whole)


def time_plan(answers: Answers) -> TimePlan:
    """The presets side by side, and the chosen one against every owner's own book."""
    settings, facts = answers.settings, answers.facts
    named = chosen_preset(settings.time_preset)
    ways = tuple(allocation(preset, settings) for preset in PRESETS)
    chosen = ways[list(PRESETS).index(named or USUAL)]
    team = owners(facts)
    rows = np.flatnonzero(facts.is_open)
    accounts, unnamed = _accounts(answers, rows)
    books = _books(team, team.at[rows], accounts, facts.placement.adopted[rows], chosen)
    return TimePlan(ways, chosen, "" if named else settings.time_preset, books, unnamed)


def _accounts(answers: Answers, rows: np.ndarray) -> tuple[np.ndarray, int]:
    """A number for the account of each of these deals: by account, else by the deal's name, else one of its own; how many of the last."""
    facts = answers.facts
    texts = [
        f"a{plain(account)}" if account else f"n{plain(name)}" if name else f"r{row}"
        for row, account, name in zip(rows.tolist(), facts.column("account")[rows], facts.column("name")[rows], strict=True)
    ]
    unnamed = sum(text[0] == "r" for text in texts)
    return np.unique(np.array(texts, dtype=str), return_inverse=True)[1].astype(np.int64), unnamed


def _books(named: Owners, owner: np.ndarray, account: np.ndarray, placement: np.ndarray, chosen: Allocation) -> tuple[OwnerBook, ...]:
    pair = owner * (int(account.max()) + 1 if len(account) else 1) + account
    _, first, at = np.unique(pair, return_index=True, return_inverse=True)
    best = np.full(len(first), NONE)
    np.maximum.at(best, at, placement)
    counts = np.zeros((len(named.names), len(chosen.accounts) + 1), np.int64)  # NONE, -1, is the last column
    np.add.at(counts, (owner[first], best), 1)
    books = []
    for index in named.by_name(np.unique(owner)):
        *count, unplaced = counts[index].tolist()
        gap = (have - want for have, want in zip(count, chosen.accounts, strict=True))
        each = (hours / have if have else float("nan") for hours, have in zip(chosen.hours, count, strict=True))
        books.append(OwnerBook(named.names[index], tuple(count), unplaced, tuple(gap), tuple(each)))
    return tuple(books)
