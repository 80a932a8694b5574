"""A finding or a note: one thing about one cell that its owner should know."""

from dataclasses import dataclass, field

SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Finding:
    """One cell that breaks one rule ("error", "warning"), or one interpretation made in reading ("note")."""

    code: str                   # "stage.unknown"; its sentence is the row "check.stage.unknown" of words.csv
    severity: str               # one of SEVERITIES
    where: str                  # the cell as its owner sees it: "Deals!F14", "deals.csv line 14", or the source's name
    column: str = ""            # the field's identifier: "stage"; "" when it is about no single field
    value: object = None        # what stands in the cell
    row: int = -1               # the deal, 0 is the first; -1 when it is about no single deal
    owner: str = ""             # whose deal
    stake: float = float("nan")     # money at stake [base currency]; NaN: not known
    details: dict = field(default_factory=dict, hash=False)     # further values that its sentence names


def message(finding: Finding, words: dict[str, str]) -> str:
    """A finding's sentence with its remedy, in the language of `words`.

    Details whose name ends in "_word" are rows of words.csv and are said in the reader's language.
    """
    details = {name: words.get(value, value) if name.endswith("_word") else value
               for name, value in finding.details.items()}
    return words[f"check.{finding.code}"].format(where=finding.where, value=finding.value, owner=finding.owner, **details)
