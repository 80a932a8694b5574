"""The week's visits: which place on which half day (spec item 39).

Half days are left free, the latest afternoons first; who signs is booked first; people at one place are visited on the same half day; the
day starts early, so the first half days are filled first; no visit on a day off.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from .aliases import meaning, plain
from .check.people import influence_types
from .check.rule import Facts
from .week import Week

PARTS = ("morning", "afternoon")
MOST_ACCOUNTS = 3  # accounts at one place that one half day has room for


@dataclass(frozen=True, slots=True)
class Person:
    """One whom a visit is for."""

    name: str
    title: str = ""
    types: str = ""  # of E, T, U, C
    account: str = ""  # whose

    @property
    def signs(self) -> bool:
        """Whether it is an Economic buyer: a top executive."""
        return "E" in self.types


@dataclass(frozen=True)
class Visit:
    """One place and whom to see there."""

    place: str
    deals: tuple[int, ...]  # rows of deals.table, in the order of work
    people: tuple[Person, ...]  # Economic buyers first

    @property
    def signs(self) -> bool:
        return any(person.signs for person in self.people)


@dataclass(frozen=True, slots=True)
class Half:
    """Half a day of the plan."""

    day: dt.date
    part: str  # of PARTS
    state: str  # "visit", "open" (nothing planned yet), "free" (left free on purpose), "off" (holiday), "past"
    visit: Visit | None = None


@dataclass(frozen=True)
class Plan:
    """One owner's week."""

    halves: tuple[Half, ...]  # in the order of time: two a day
    left_out: int  # places for which no half day is left
    nowhere: int  # deals that ask for a visit and name neither place nor customer


@dataclass
class _Stop:
    """A place while its people are gathered."""

    place: str
    deals: list[int] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)


def plan_visits(facts: Facts, week: Week, rows: Sequence[int], due: Mapping[int, dt.date], free_halves: int) -> Plan:
    """The plan of one owner.

    `rows` are the deals that ask for a visit, in the order of work; `due` says by which day something was promised of a deal, which that
    day is tried for first.
    """
    halves = {
        (day.date, part): "off" if not day.works else "past" if day.date < facts.as_of else "open" for day in week.days for part in PARTS
    }
    room = [key for key, state in halves.items() if state == "open"]
    for key in _kept_free(room, free_halves):
        halves[key] = "free"
    room = [key for key in room if halves[key] == "open"]
    stops, nowhere = _stops(facts, rows)
    visits = stops[: len(room)]
    booked: dict[tuple[dt.date, str], Visit] = {}
    for visit in sorted(visits, key=lambda visit: (not visit.signs, _day(visit, due) is None)):  # equals keep the order of work
        left = [key for key in room if key not in booked]
        booked[next((key for key in left if key[0] == _day(visit, due)), left[0])] = visit
    planned = tuple(Half(*key, "visit" if key in booked else state, booked.get(key)) for key, state in halves.items())
    return Plan(planned, len(stops) - len(visits), nowhere)


def _day(visit: Visit, due: Mapping[int, dt.date]) -> dt.date | None:
    return min((due[deal] for deal in visit.deals if deal in due), default=None)


def _kept_free(room: Sequence[tuple[dt.date, str]], number: int) -> list[tuple[dt.date, str]]:
    """The latest afternoons, then the latest mornings."""
    return sorted(room, key=lambda key: (PARTS.index(key[1]), key[0]), reverse=True)[:number]


def _stops(facts: Facts, rows: Sequence[int]) -> tuple[list[Visit], int]:
    """The places of these deals in the order of work, each with all its people, and how many deals name none.

    A place with many accounts takes several half days.
    """
    found: dict[str, list[_Stop]] = {}
    accounts: dict[str, list[str]] = {}
    nowhere = 0
    for row in rows:
        account = facts.column("account")[row] or facts.column("name")[row]
        people = _people(facts, row, account)
        nowhere += not people
        for place, person in people:
            key = plain(place) or place
            here = accounts.setdefault(key, [])
            if plain(account) not in here:
                here.append(plain(account))
            parts = found.setdefault(key, [])
            at = here.index(plain(account)) // MOST_ACCOUNTS
            while len(parts) <= at:
                parts.append(_Stop(place))
            stop = parts[at]
            if row not in stop.deals:
                stop.deals.append(row)
            if person and person not in stop.people:
                stop.people.append(person)
    stops = [stop for parts in found.values() for stop in parts]
    visits = [Visit(stop.place, tuple(stop.deals), tuple(sorted(stop.people, key=lambda person: not person.signs))) for stop in stops]
    return visits, nowhere


def _people(facts: Facts, row: int, account: str) -> list[tuple[str, Person | None]]:
    """(place, person) of everybody who has a say in a deal; the deal's contact where no buyer is listed; nobody where no place is known."""
    site = facts.column("place")[row] or account
    buyers, inside = _buyers(facts), _inside(facts)
    listed = [
        (location if location and plain(location) not in inside else site, Person(name, title, influence_types(types)[0], account))
        for name, title, location, types in buyers.get(row, ())
        if name or title
    ]
    contact = facts.column("contact")[row]
    alone = Person(contact, account=account) if contact or plain(site) != plain(account) else None
    return [each for each in listed or [(site, alone)] if each[0]]


def _buyers(facts: Facts) -> dict[int, list[tuple[str, str, str, str]]]:
    if "buyers" not in facts.memo:
        found: dict[int, list[tuple[str, str, str, str]]] = {}
        table = facts.deals.buyers
        for deal, *texts in zip(*(table[name].tolist() for name in ("deal", "name", "title", "location", "types")), strict=True):
            found.setdefault(deal, []).append(tuple(" ".join(text.split()) for text in texts))
        facts.memo["buyers"] = found
    return facts.memo["buyers"]


def _inside(facts: Facts) -> set[str]:
    """Locations that are no places to travel to but departments of a house: the deals name them so, or their own heading does."""
    if "inside" not in facts.memo:
        inside = {plain(text) for text in np.unique(facts.column("department").astype(str)).tolist() if text}
        where = facts.deals.buyers["where"]
        if len(where) and (at := where.iloc[0].columns.get("location")) is not None:
            heading = str(where.iloc[0].grid.header[at])
            if meaning("field", heading) == "department":
                inside |= {plain(text) for text in facts.deals.buyers["location"].tolist()}
        facts.memo["inside"] = inside
    return facts.memo["inside"]
