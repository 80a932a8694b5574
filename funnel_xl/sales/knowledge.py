"""Won and lost deals as cases to learn from: why, against whom, what was noted, found again by product and competitor (spec item 48)."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from .aliases import meaning, plain
from .answers import Answers
from .groups import grouped
from .summary import ratio

FEW = 30  # silent cases that are listed all the same: so few can still be asked about
# Several competitors in one cell; a comma parts them too, unless a legal form follows it ("Acme, Inc.").
_PARTS = re.compile(r"[;；、|\r\n]+|[,，](?!\s*(?:inc|ltd|co|corp|llc|llp|plc|gmbh|ag|sa|s\.a|bv|kk|limited|company)\b)", re.I)


@dataclass(frozen=True)
class Cases:
    """Closed deals, the newest first; all arrays have one item a case. What is not known is "", NaN or NaT."""

    row: np.ndarray  # of deals.table
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
class Record:
    """How often deals of one kind were won and lost."""

    label: str  # "": no competitor, or no product, is named
    won: int
    lost: int
    won_amount: float  # NaN: not one is known
    lost_amount: float
    reason: str  # the most frequent reason of the lost ones, as it is spelt most
    reason_deals: int  # how often it is given

    @property
    def closed(self) -> int:
        """The base of the win rate."""
        return self.won + self.lost

    @property
    def win_rate(self) -> float:
        """won / (won + lost)."""
        return ratio(self.won, self.closed)


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
        return _texts([" ".join(str(text).split()) for text in facts.column(name)[rows].tolist()])

    def noted(field: str, kind: str) -> np.ndarray:
        notes = _notes(answers, kind)
        own = facts.column(field)[rows].tolist()
        return _texts([_joined([*str(text).splitlines(), *notes.get(row, ())]) for row, text in zip(rows.tolist(), own, strict=True)])

    stages = _texts([*(stage.name for stage in facts.stages), ""])
    account, name, own_id = column("account"), column("name"), column("id")
    return Cases(
        rows,
        facts.kind[rows],
        closed[rows],
        np.where(account != "", account, np.where(name != "", name, own_id)),
        column("product"),
        _competitors(answers)[rows],
        np.where(won, "", stages[facts.lost_stage[rows]]),
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


def competitor_names(text: str) -> tuple[str, ...]:
    """The competitors that a cell names, each once; none where it says that there is none."""
    parts = (" ".join(part.split()) for part in _PARTS.split(text))
    return tuple({plain(part): part for part in parts if plain(part) and meaning("competitor", part) != "none"}.values())


def _competitors(answers: Answers) -> np.ndarray:
    """The competitors of every deal, from its own column and from the table Competitors."""
    named = {text: competitor_names(str(text)) for text in set(answers.deals.column("competitor").tolist())}
    found = [list(named[text]) for text in answers.deals.column("competitor").tolist()]
    table = answers.deals.competitors
    for row, name in zip(table["deal"].tolist(), table["name"].tolist(), strict=True):
        if row >= 0:
            found[row] += competitor_names(str(name))
    groups = grouped(_texts([name for names in found for name in names]))
    spelt = iter(groups.at.tolist())
    return _tuples([tuple(dict.fromkeys(groups.names[next(spelt)] for _ in names)) for names in found])


def _tuples(values: list[tuple[str, ...]]) -> np.ndarray:
    found = np.empty(len(values), dtype=object)
    for at, each in enumerate(values):
        found[at] = each
    return found


def by_competitor(found: Cases) -> tuple[Record, ...]:
    """Won and lost against each competitor, those that we meet most first; cases without one last. A case counts for each of its own."""
    pairs = [(at, name) for at, names in enumerate(found.competitors.tolist()) for name in names or ("",)]
    return _records(found, np.array([at for at, _ in pairs], dtype=np.int64), _texts([name for _, name in pairs]))


def by_product(found: Cases) -> tuple[Record, ...]:
    """Won and lost of each product, the one with most cases first; cases without one last."""
    return _records(found, np.arange(len(found)), found.product)


def _records(found: Cases, at: np.ndarray, labels: np.ndarray) -> tuple[Record, ...]:
    groups = grouped(labels)
    length = len(groups.names)
    won = found.outcome[at] == "won"
    amount = found.amount[at]

    def total(rows: np.ndarray) -> np.ndarray:
        known = rows & np.isfinite(amount)
        sums = np.bincount(groups.at[known], amount[known], length)
        return np.where(np.bincount(groups.at[known], minlength=length) > 0, sums, np.nan)

    wins, losses = (np.bincount(groups.at[rows], minlength=length) for rows in (won, ~won))
    won_amount, lost_amount = total(won), total(~won)
    why = grouped(found.reason)
    pairs = Counter(zip(groups.at[~won].tolist(), why.at[at][~won].tolist(), strict=True))
    first: dict[int, tuple[str, int]] = {}
    for (group, reason), count in pairs.most_common():
        if why.names[reason]:
            first.setdefault(group, (why.names[reason], count))
    records = [
        Record(name, int(wins[group]), int(losses[group]), float(won_amount[group]), float(lost_amount[group]), *first.get(group, ("", 0)))
        for group, name in enumerate(groups.names)
    ]
    return tuple(sorted(records, key=lambda each: (each.label == "", -each.closed, each.label)))


def reasons(found: Cases, outcome: str) -> tuple[tuple[str, int], ...]:
    """The reasons of the won or lost cases with how often each is given, the most frequent first; cases without one are left out."""
    groups = grouped(found.reason[found.outcome == outcome])
    count = np.bincount(groups.at, minlength=len(groups.names)).tolist()
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
