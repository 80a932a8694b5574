"""Won and lost deals as cases to learn from: why, against whom, what was noted, found again by product and competitor (spec item 48)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from .aliases import meaning, plain
from .answers import Answers
from .check.rule import Facts
from .groups import grouped
from .reasons import lost_stages, named_rivals

FEW = 30  # silent cases that are listed all the same: so few can still be asked about


@dataclass(frozen=True)
class Cases:
    """Closed deals, the newest first; all arrays have one item a case. What is not known is "", NaN or NaT."""

    row: np.ndarray  # of deals.table
    id: np.ndarray
    outcome: np.ndarray  # "won" or "lost"
    closed: np.ndarray  # datetime64[D]
    account: np.ndarray  # the deal's name or id where no account is known
    product: np.ndarray
    competitors: np.ndarray  # each a tuple of names, in the spelling that is used most
    stage: np.ndarray  # the last stage of a lost deal
    reason: np.ndarray  # of the order, or of the loss
    lesson: np.ndarray  # the field Lessons and the notes of that kind
    strengths: np.ndarray
    red_flags: np.ndarray
    amount: np.ndarray  # [base currency]
    cycle_days: np.ndarray  # from created to closed
    owner: np.ndarray

    def __len__(self) -> int:
        return len(self.row)

    @property
    def teaches(self) -> np.ndarray:
        """Cases that say why, or what was learned."""
        return (self.reason != "") | (self.lesson != "")

    def among(self, chosen: np.ndarray) -> "Cases":
        """The cases of a mask, or of an index, in its order."""
        return Cases(*(getattr(self, each.name)[chosen] for each in fields(self)))

    def listed(self) -> "Cases":
        """The cases worth reading: those that teach, and the silent ones too where they are few."""
        return self if int((~self.teaches).sum()) <= FEW else self.among(self.teaches)


@dataclass(frozen=True)
class Query:
    """What is looked for: each part that is given must be found; case, width and Chinese spacing do not matter."""

    product: str = ""
    competitor: str = ""
    outcome: str = ""  # "won" or "lost"
    text: str = ""  # words that must all occur somewhere in the case


def cases(answers: Answers) -> Cases:
    """Every closed deal."""
    facts = answers.facts
    closed = facts.column("close_date").astype("datetime64[D]")
    rows = np.flatnonzero(np.isin(facts.kind, ("won", "lost")))
    age = np.where(np.isnat(closed[rows]), np.datetime64("0001-01-01", "D"), closed[rows]).astype(np.int64)
    rows = rows[np.argsort(-age, kind="stable")]
    won = facts.kind[rows] == "won"

    def column(name: str) -> np.ndarray:
        own = facts.column(name)[rows].tolist()
        said = {text: " ".join(str(text).split()) if plain(str(text)) else "" for text in set(own)}  # a dash says nothing
        return _texts([said[text] for text in own])

    def noted(field: str, kind: str) -> np.ndarray:
        notes = _notes(answers, kind)
        own = facts.column(field)[rows].tolist()
        said = zip(rows.tolist(), own, strict=True)
        return _texts([_joined([*text.splitlines(), *notes.get(row, ())]) if text or row in notes else "" for row, text in said])

    stages = _texts([*(stage.name for stage in facts.stages), ""])
    account, name, own_id = column("account"), column("name"), column("id")
    return Cases(
        rows,
        own_id,
        facts.kind[rows],
        closed[rows],
        np.where(account != "", account, np.where(name != "", name, own_id)),
        column("product"),
        _competitors(facts)[rows],
        stages[lost_stages(facts)[rows]],
        np.where(won, column("won_reason"), column("lost_reason")),
        noted("lessons", "lesson"),
        noted("strengths", "strength"),
        noted("red_flags", "red_flag"),
        facts.value[rows],
        facts.age_days[rows],
        column("owner"),
    )


def _texts(values: Sequence[object]) -> np.ndarray:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def _joined(texts: Sequence[str]) -> str:
    """Texts on one line, each once."""
    return "; ".join(dict.fromkeys(text for text in (" ".join(str(each).split()) for each in texts) if text))


def _notes(answers: Answers, kind: str) -> dict[int, list[str]]:
    """The notes of one kind by the row of their deal."""
    table = answers.deals.comments
    found: dict[int, list[str]] = {}
    for row, said, text in zip(table["deal"].tolist(), table["kind"].tolist(), table["text"].tolist(), strict=True):
        if row >= 0 and meaning("note", str(said)) == kind:
            found.setdefault(row, []).append(text)
    return found


def _competitors(facts: Facts) -> np.ndarray:
    """The competitors of every deal, each in the spelling that is used most."""
    deal, name = named_rivals(facts)
    groups = grouped(name)
    found: list[tuple[str, ...]] = [()] * len(facts.kind)
    for row, group in zip(deal.tolist(), groups.at.tolist(), strict=True):
        found[row] += (groups.names[group],)
    return _tuples(found)


def _tuples(values: list[tuple[str, ...]]) -> np.ndarray:
    found = np.empty(len(values), dtype=object)
    for at, each in enumerate(values):
        found[at] = each
    return found


def reasons(found: Cases, outcome: str) -> tuple[tuple[str, int], ...]:
    """The reasons of the won or lost cases with how often each is given, the most frequent first; cases without one are left out."""
    groups = grouped(found.reason[found.outcome == outcome])
    count = groups.counts().tolist()
    named = [(name, deals) for name, deals in zip(groups.names, count, strict=True) if name]
    return tuple(sorted(named, key=lambda each: (-each[1], each[0])))


def search(found: Cases, query: Query) -> Cases:
    """The cases that a query finds, in their order."""
    product, competitor, wanted = plain(query.product), plain(query.competitor), [plain(word) for word in query.text.split()]
    chosen = np.ones(len(found), bool)
    if query.outcome:
        chosen &= found.outcome == query.outcome
    if product:
        known = {text: product in plain(text) for text in set(found.product.tolist())}
        chosen &= np.array([known[text] for text in found.product.tolist()], dtype=bool)
    if competitor:
        chosen &= np.array([any(competitor in plain(name) for name in names) for names in found.competitors.tolist()], dtype=bool)
    if wanted:
        chosen &= np.array([all(word in text for word in wanted) for text in _haystacks(found)], dtype=bool)
    return found.among(chosen)


def _haystacks(found: Cases) -> list[str]:
    """All that each case says, as spellings are compared; its parts can't run into each other."""
    columns = (found.account, found.product, found.stage, found.reason, found.lesson, found.strengths, found.red_flags, found.owner)
    parts = zip(*(column.tolist() for column in columns), found.competitors.tolist(), strict=True)
    return ["\n".join(plain(text) for text in (*texts, *names)) for *texts, names in parts]
