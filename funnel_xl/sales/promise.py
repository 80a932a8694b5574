"""What people have promised to do by a day: the actions of the action plan, and the next steps of the deals (spec items 22, 39, 46)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .check.rule import Facts
from .owners import Owners


@dataclass(frozen=True, slots=True)
class Promise:
    """One action or next step with a due day."""

    owner: int  # whose page it stands on: the one who is to do it, else the deal's owner; index into Owners.names
    deal: int  # row of deals.table; -1: about no deal of the list
    text: str
    executor: str  # as typed; "" for the deal's owner
    due: dt.date
    done: bool


def promises(facts: Facts, owners: Owners) -> list[Promise]:
    """Every dated action, and the dated next step of every open deal, by due day and then in the source's order.

    An action of a closed deal that is not done is none any more. An action whose owner is nobody of the team (a service engineer) belongs
    to the deal's owner; with neither it is left out. A next step that stands among the deal's actions too is counted once.
    """
    found = list(_actions(facts, owners))
    known = {(each.deal, each.text) for each in found}
    found += [each for each in _next_steps(facts, owners) if (each.deal, each.text) not in known]
    return sorted(found, key=lambda each: each.due)


def _actions(facts: Facts, owners: Owners) -> Iterator[Promise]:
    actions = facts.deals.actions
    dues = actions["due"].to_numpy().astype("datetime64[D]").tolist()
    columns = (actions[name].tolist() for name in ("deal", "action", "owner", "done"))
    for deal, text, executor, done, due in zip(*columns, dues, strict=True):
        if due is None or not text or (done != 1 and deal >= 0 and not facts.is_open[deal]):
            continue
        owner = owners.find(executor) if executor else -1
        if owner < 0 and deal >= 0:
            owner = int(owners.at[deal])
        if owner >= 0:
            yield Promise(owner, deal, " ".join(text.split()), executor, due, done == 1)


def _next_steps(facts: Facts, owners: Owners) -> Iterator[Promise]:
    due, steps = facts.column("next_step_due").astype("datetime64[D]"), facts.column("next_step")
    rows = np.flatnonzero(facts.is_open & ~np.isnat(due))
    for row, owner, text, day in zip(rows.tolist(), owners.at[rows].tolist(), steps[rows].tolist(), due[rows].tolist(), strict=True):
        if text:
            yield Promise(owner, row, " ".join(text.split()), "", day, False)
