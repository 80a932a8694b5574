"""A finding or a note: one thing about one cell that its owner should know."""

import re
from dataclasses import dataclass, field

SEVERITIES = ("error", "warning", "note")
_PLACES = re.compile(r"{\w+}")  # what a sentence leaves open


@dataclass(frozen=True, slots=True)
class Finding:
    """One cell that breaks one rule ("error", "warning"), or one interpretation made in reading ("note")."""

    code: str  # "stage.unknown"; its sentence is the row "check.stage.unknown" of words.csv
    severity: str  # one of SEVERITIES
    where: str  # the cell as its owner sees it: "Deals!F14", "deals.csv line 14", or the source's name
    column: str = ""  # the field's identifier: "stage"; "" when it is about no single field
    value: object = None  # what stands in the cell
    row: int = -1  # the deal, 0 is the first; -1 when it is about no single deal
    owner: str = ""  # whose deal
    stake: float = float("nan")  # money at stake [base currency]; NaN: not known
    details: dict = field(default_factory=dict, hash=False)  # further values that its sentence names


def message(finding: Finding, words: dict[str, str]) -> str:
    """A finding's sentence with its remedy, in the language of `words`.

    A detail whose name ends in "_word" (or "_words": several) is a row of words.csv and is said in the reader's language; such a row may
    itself name the finding's details. What is about a whole column names its heading: a line of a CSV file does not show which is meant.
    """
    sentence = words[f"check.{finding.code}"]
    value = "" if finding.value is None else _as_typed(finding.value)
    details = {name: _as_typed(detail) for name, detail in finding.details.items()}
    known = {"where": finding.where, "value": value, "owner": finding.owner, **details}
    if finding.row < 0 and finding.column and value and not {"{value}", "{heading}"} & set(_PLACES.findall(sentence)):
        known["where"] = words["say.where.column"].format(where=finding.where, heading=value)
    said = dict(known)
    for name, detail in finding.details.items():
        if name.endswith("_word"):
            said[name] = words.get(detail, detail).format(**known)
        elif name.endswith("_words"):
            said[name] = words["say.list"].join(words.get(key, key) for key in detail)
    return sentence.format(**said)


def _as_typed(value: object) -> object:
    """A whole number as people type it: 60, not 60.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
