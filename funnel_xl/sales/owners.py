"""Whose deals are whose: one person however the name is spelt (case, spaces, full-width letters)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .aliases import plain
from .groups import Grouping

if TYPE_CHECKING:  # the rules ask for owners
    from .check.rule import Facts


@dataclass(frozen=True)
class Owners(Grouping):
    """The owners of a source's deals, each as it is spelt most often; deals without one belong to an owner called ""."""

    @cached_property
    def _known(self) -> dict[str, int]:
        return {_key(name): at for at, name in enumerate(self.names)}

    def find(self, name: str) -> int:
        """The owner that a name means; -1 where none of them does."""
        return self._known.get(_key(name), -1)

    def by_name(self, which: Iterable[int]) -> list[int]:
        """These owners by name, the nameless one last."""
        return sorted((int(at) for at in which), key=lambda at: (not self.names[at], _key(self.names[at]), self.names[at]))


def owners(facts: Facts) -> Owners:
    """The owners of all deals; worked out once for one set of facts."""
    if "owners" not in facts.memo:
        facts.memo["owners"] = owners_of(facts.column("owner"))
    return facts.memo["owners"]


def owners_of(column: np.ndarray, more: Iterable[str] = ()) -> Owners:
    """The owners in a column of deals; `more` are others who belong to the team, with deals or without."""
    keys = {text: _key(text) for text in dict.fromkeys(column.tolist())}
    count = Counter(column.tolist())
    spelt: dict[str, str] = {}
    for text in sorted(keys, key=lambda text: -count[text]):  # of two spellings as frequent the first in the source
        spelt.setdefault(keys[text], text.strip())
    for text in more:
        spelt.setdefault(_key(text), text)
    index = {key: at for at, key in enumerate(dict.fromkeys((*keys.values(), *spelt)))}
    return Owners(tuple(spelt[key] for key in index), np.array([index[keys[text]] for text in column.tolist()], dtype=np.int64))


def _key(name: str) -> str:
    return plain(name) or name.strip()
