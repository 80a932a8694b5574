"""Stages: the steps a deal stands in, as a team names them. Presets, the book's own table, or a model proposed from the data."""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files

import numpy as np

from ..errors import SourceError
from .aliases import aliases, meaning, plain

KINDS = ("open", "won", "lost", "post")  # post: after the sale (repeat, after-sales), outside every forecast (ruling R17)
PLACEMENTS = ("above", "in", "best_few")
# The usual order of sales steps over all presets, by canonical key.
STEPS = (
    "prospect",
    "lead",
    "awareness",
    "interest",
    "contact",
    "qualify",
    "opportunity",
    "needs",
    "demo",
    "consideration",
    "value_proposition",
    "decision_makers",
    "proposal",
    "intent",
    "decision",
    "negotiation",
    "contract",
)
PRESET_SHARE = 0.8  # of the open deals' stages that a preset must know to be taken for the source's own
STRAY = 0.1  # of a stage's deals whose status may say otherwise
RARE, ALIKE = 0.01, 0.8  # a spelling rarer and nearer than this to another is a typing error, not a stage
STALL_DAYS = 30.0
FIRST_CHANCE, LAST_CHANCE = 0.10, 0.75  # a proposed model rises evenly between them (S1's first and last open stage)


@dataclass(frozen=True)
class Stage:
    """One row of a Stages table."""

    name: str  # as the source spells it
    kind: str = "open"  # one of KINDS
    probability: float = float("nan")  # chance that a deal in it is won [fraction]
    placement: int = -1  # 0 Above, 1 In, 2 Best Few; -1: none
    expected_days: float = float("nan")
    stall_days: float = float("nan")  # a deal in it for more days than this is stalled (ruling R14: strictly more)
    entry: str = ""  # entry condition
    action: str = ""  # key action
    output: str = ""
    key: str = ""  # canonical key of aliases.csv ("negotiation"), "" where it has none
    entry_rule: str = ""  # "all": every part of the entry condition must hold; else any of them is enough (ruling R11)
    least_conversion: float = float("nan")  # bottleneck below this period ratio; NaN: the setting's
    line: str = ""  # the product line whose deals go through it; "" those of every line without stages of its own


@cache
def _preset_rows() -> tuple[dict[str, str], ...]:
    with (files(__package__) / "presets.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


@cache
def presets() -> tuple[str, ...]:
    """The names of all presets, in the order of presets.csv."""
    return tuple(dict.fromkeys(row["preset"] for row in _preset_rows()))


@cache
def preset(name: str, language: str = "en") -> tuple[Stage, ...]:
    """The stages of a preset, named in one language."""
    rows = [row for row in _preset_rows() if row["preset"] == name]
    if not rows:
        raise SourceError("error.stages.unknown", name=name, allowed=", ".join(presets()))
    return tuple(
        Stage(
            row[language],
            row["kind"],
            _number(row["probability"]),
            _placement(row["placement"]),
            _number(row["expected_days"]),
            _number(row["stall_days"]),
            row[f"entry_{language}"],
            row[f"action_{language}"],
            row[f"output_{language}"],
            row["key"],
        )
        for row in rows
    )


def _number(text: str) -> float:
    return float(text) if text else float("nan")


def _placement(word: str) -> int:
    key = word if word in PLACEMENTS else meaning("placement", word)
    return PLACEMENTS.index(key) if key in PLACEMENTS else -1


@cache
def _preset_spellings(name: str) -> dict[str, str]:
    """Key of each stage of a preset, by every spelling of it in three languages."""
    keys = {row["key"] for row in _preset_rows() if row["preset"] == name}
    spellings = {text: alias.key for text, alias in aliases("stage").items() if alias.key in keys}
    for row in _preset_rows():
        if row["preset"] == name:
            spellings |= {plain(row[language]): row["key"] for language in ("en", "zh-Hans", "zh-Hant")}
    return spellings


def match(name: str, stages: Sequence[Stage]) -> int:
    """Which stage a spelling means, by its plain form, else by its canonical key or its won/lost word; -1 where none."""
    return matcher(stages).get(plain(name), -1) if name else -1


@cache
def _matcher(stages: tuple[Stage, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    by_key = {stage.key: index for index, stage in enumerate(stages) if stage.key}
    by_kind: dict[str, list[int]] = {}
    for index, stage in enumerate(stages):
        by_kind.setdefault(stage.kind, []).append(index)
    for text, alias in aliases("kind").items():  # "won", "closed lost", 贏單: where the model has one stage of that kind
        if len(by_kind.get(alias.key, [])) == 1:
            found[text] = by_kind[alias.key][0]
    for text, alias in aliases("stage").items():
        if alias.key in by_key:
            found[text] = by_key[alias.key]
    return found | {plain(stage.name): index for index, stage in enumerate(stages)}


def matcher(stages: Sequence[Stage]) -> dict[str, int]:
    """Which stage each known spelling means, by its plain form."""
    return _matcher(tuple(stages))


def fitting_preset(names: Mapping[str, int], language: str) -> tuple[str, tuple[Stage, ...]] | None:
    """The preset that knows the source's stages (spelling -> number of deals), its stages spelt as the source spells them.

    A preset fits when it knows at least 80 % of the open deals' stages and two of their spellings: either by its own names, or as synonyms
    that fill at least two thirds of its open steps; what it does not know may be a typing error, but not another usual step of sales.
    Of several, the one that knows most deals, then the one with most names of its own, then the one with fewest steps that the source
    does not use.
    """
    open_names: Counter[str] = Counter()
    for name, spelling in _one_spelling(names).items():
        if kind_of(name) in ("", "open"):
            open_names[spelling] += names[name]
    fitting = [(rank, name) for name in presets() if (rank := _fit(name, open_names))]
    if not fitting:
        return None
    best = max(fitting, key=lambda each: each[0])[1]
    return best, respelt(preset(best, language), names)


def _fit(name: str, open_names: Mapping[str, int]) -> tuple[float, int, int] | None:
    """How well a preset fits: (share of the deals, names of its own, minus its open steps); None where it does not."""
    spellings = _preset_spellings(name)
    rows = [row for row in _preset_rows() if row["preset"] == name and row["kind"] == "open"]
    own_names = {plain(row[language]) for row in rows for language in ("en", "zh-Hans", "zh-Hant")}
    known = {text: count for text, count in open_names.items() if plain(text) in spellings}
    keys = {spellings[plain(text)] for text in known}
    own = sum(plain(text) in own_names for text in known)
    share = sum(known.values()) / max(sum(open_names.values()), 1)
    steps_left_out = any(_known_rank(text) >= 0 for text in open_names if text not in known)
    fits = len(keys) >= 2 and len(keys) == len(known) and share >= PRESET_SHARE and (own == len(known) or len(keys) >= 2 / 3 * len(rows))
    return (share, own, -len(rows)) if fits and not steps_left_out else None


def respelt(stages: Sequence[Stage], names: Mapping[str, int]) -> tuple[Stage, ...]:
    """The stages under the spellings that the source uses most for them."""
    used: dict[int, str] = {}
    for text, _ in sorted(names.items(), key=lambda item: -item[1]):
        used.setdefault(match(text, stages), text)
    return tuple(replace(stage, name=used.get(index, stage.name)) for index, stage in enumerate(stages))


def kind_of(name: str) -> str:
    """ "won", "lost" or "post" where a stage's name says so in any of three languages; "" where it says nothing."""
    text = plain(name)
    found = aliases("kind").get(text) or aliases("kind").get(plain(_numbered(name)[1]))
    return found.key if found else ""


_NUMBER = re.compile(r"\s*[(\[]?(\d{1,2})[)\].、:\-\s]+(?=\D)")


def _numbered(name: str) -> tuple[int | None, str]:
    """The number in front of a stage's name, as in "2. Talk" or "（1）洽談", and the name without it."""
    folded = unicodedata.normalize("NFKC", name)
    found = _NUMBER.match(folded)
    return (int(found[1]), folded[found.end() :]) if found else (None, name)


@dataclass(frozen=True)
class Proposal:
    """A stage model made from the data, and by what evidence its open stages were put in order."""

    stages: tuple[Stage, ...]
    evidence: str  # "number", "probability", "known", "filled", "age", "name": row "stages.by_..." of words.csv


def propose(names: Sequence[str], told: np.ndarray, probability: np.ndarray, created: np.ndarray, filled: np.ndarray) -> Proposal:
    """Stages for a source whose names match no preset: won and lost by name, the rest open, in the order that the data supports.

    `names`, one a deal, and of the same length `told` ("won", "lost" or "", as a status column says), `probability` [fraction, NaN],
    `created` [datetime64, NaT] and `filled` (number of filled cells).
    Evidence, the first that orders all of them: numbers in front of the names; the deals' own mean probability; the known order of sales
    steps; how much of a row is filled in (later steps know more); how long ago its deals began (older ones are further); the alphabet.
    """
    spelling = _one_spelling(Counter(name for name in names if name))
    column = np.array([spelling.get(name, name) for name in names], dtype=object)
    counts = Counter(name for name in column.tolist() if name)
    misspelt = _misspelt(counts)
    kept = [name for name in counts if name not in misspelt]
    kinds = {name: kind_of(name) or _told_kind(name, told[column == name]) or "open" for name in kept}
    open_names = [name for name in kept if kinds[name] == "open"]
    rows = {name: np.flatnonzero(column == name) for name in open_names}
    evidence, ordered = _order(open_names, rows, probability, created, filled)
    chances = np.linspace(FIRST_CHANCE, LAST_CHANCE, len(ordered)) if len(ordered) > 1 else [0.5] * len(ordered)
    stages = [
        Stage(
            name,
            "open",
            round(float(chance), 4),
            min(2, index * 3 // max(len(ordered), 1)) if len(ordered) > 1 else 1,
            float("nan"),
            STALL_DAYS,
        )
        for index, (name, chance) in enumerate(zip(ordered, chances, strict=True))
    ]
    closed = [
        Stage(name, kind, {"won": 1.0, "lost": 0.0}.get(kind, float("nan")))
        for kind in ("won", "lost", "post")
        for name in kept
        if kinds[name] == kind
    ]
    return Proposal(tuple(stages + closed), evidence)


def _one_spelling(names: Mapping[str, int]) -> dict[str, str]:
    """The most used spelling of each that differs by case, spaces or width only: "PROPOSAL" and "Proposal" are one stage."""
    used: dict[str, str] = {}
    for name in sorted(names, key=lambda name: -names[name]):
        used.setdefault(plain(name), name)
    return {name: used[plain(name)] for name in names}


def _told_kind(name: str, told: np.ndarray) -> str:
    """ "won" or "lost" where the status column says it of nearly all deals of a stage whose name says nothing: an id, a code."""
    if _known_rank(name) >= 0 or _numbered(name)[0] is not None:  # Pipedrive's and Dynamics' deals keep the step in which they were closed
        return ""
    return next((kind for kind in ("won", "lost") if (told == kind).mean() >= 1 - STRAY), "")


def _misspelt(counts: Mapping[str, int]) -> set[str]:
    """Spellings so rare and so near to a common one that they are typing errors: found as unknown stages, not made stages."""
    total = sum(counts.values())
    rare = [name for name, count in counts.items() if count < max(RARE * total, 2) and total >= 20]
    common = [name for name in counts if name not in rare]
    return {name for name in rare if any(SequenceMatcher(None, plain(name), plain(other)).ratio() >= ALIKE for other in common)}


def _order(
    names: list[str], rows: Mapping[str, np.ndarray], probability: np.ndarray, created: np.ndarray, filled: np.ndarray
) -> tuple[str, list[str]]:
    numbered = {name: number for name in names if (number := _numbered(name)[0]) is not None}
    known = {name: rank for name in names if (rank := _known_rank(name)) >= 0}
    ages = {
        name: float(np.median(days))
        for name in names
        if len(days := created[rows[name]][~np.isnat(created[rows[name]])].astype("datetime64[D]").astype(float))
    }
    own = {name: float(np.mean(values)) for name in names if len(values := probability[rows[name]][np.isfinite(probability[rows[name]])])}
    full = {name: float(np.mean(filled[rows[name]])) for name in names}
    for evidence, keys in (
        ("number", numbered),
        ("probability", own),
        ("known", known),
        ("filled", full),
        ("age", {name: -age for name, age in ages.items()}),
    ):
        if len(keys) == len(names) and len({round(key, 6) for key in keys.values()}) == len(names):
            return evidence, sorted(names, key=lambda name, keys=keys: keys[name])
    return "name", sorted(names)


@cache
def _canonical_order() -> dict[str, int]:
    return {key: rank for rank, key in enumerate(STEPS)}


def _known_rank(name: str) -> int:
    key = meaning("stage", name) or meaning("stage", _numbered(name)[1])
    return _canonical_order().get(key, -1)


def kind_in_table(name: str, word: str) -> str:
    """The kind of a stage by the word in its column, else by its name; open where neither says anything."""
    return meaning("kind", word) or kind_of(name) or "open"


def stage_table(rows: Iterable[Mapping[str, object]], language: str) -> tuple[Stage, ...]:
    """Stages of a team's own Stages table: fields of sales/fields.py's COMPANIONS["Stages"], blanks filled by what the names say.

    A kind that is missing is told by the name (won, lost), else the stage is open. A missing probability is 1 for won, 0 for lost, else
    evenly spread; a missing placement follows the probability's third.
    """
    read = []
    lines: dict[str, str] = {}  # one spelling for each product line
    for row in rows:
        name, line = str(row["stage"]), str(row.get("line") or "").strip()
        kind = kind_in_table(name, str(row.get("kind") or ""))
        probability = {"won": 1.0, "lost": 0.0}.get(kind, _float(row.get("probability")))
        read.append(
            Stage(
                name,
                kind,
                probability,
                _placement(str(row.get("placement") or "")),
                _float(row.get("expected_days")),
                _float(row.get("stall_days")),
                *(str(row.get(part) or "") for part in ("entry", "action", "output")),
                meaning("stage", name),
                meaning("entry_rule", str(row.get("entry_rule") or "")),
                _float(row.get("least_conversion")),
                lines.setdefault(plain(line), line),
            )
        )
    return filled_in(read)


def _float(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else float("nan")


def filled_in(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """The stages with evenly rising chances and placements where a table leaves them empty; each product line has its own order."""
    out = list(stages)
    for line in dict.fromkeys(stage.line for stage in stages):
        opened = [index for index, stage in enumerate(stages) if stage.kind == "open" and stage.line == line]
        chances = np.linspace(FIRST_CHANCE, LAST_CHANCE, len(opened)) if len(opened) > 1 else [0.5] * len(opened)
        for rank, index in enumerate(opened):
            stage = stages[index]
            placement = stage.placement if stage.placement >= 0 else min(2, rank * 3 // len(opened)) if len(opened) > 1 else 1
            out[index] = replace(
                stage,
                placement=placement,
                probability=round(float(chances[rank]), 4) if np.isnan(stage.probability) else stage.probability,
                stall_days=STALL_DAYS if np.isnan(stage.stall_days) else stage.stall_days,
            )
    return tuple(out)
