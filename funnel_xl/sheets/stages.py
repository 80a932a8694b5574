"""The sheet Stages: a stage model as a table that the team types into, and the rows that it replaced."""

from collections.abc import Mapping, Sequence

from ..sales.fields import COMPANIONS
from ..sales.stage import PLACEMENTS, Stage
from ..wording import words as all_words
from .describe import Column, Page, Sheet, Table

NAME = "Stages"
OLD = "history"     # sheets of this kind are kept whatever becomes of ours (book/ours.py)
LOOKS = {"probability": "typed_share", "expected_days": "count", "stall_days": "count", "entry": "wrap", "action": "wrap", "output": "wrap",
         "least_conversion": "typed_share"}
WIDTHS = {"stage": 20, "kind": 13, "probability": 11, "placement": 15, "expected_days": 13, "stall_days": 11, "entry": 34, "action": 34,
          "output": 26, "entry_rule": 12, "least_conversion": 12, "line": 16}
KINDS = ("open", "won", "lost", "post")
Value = str | float | None


def stage_cells(stage: Stage, words: Mapping[str, str]) -> dict[str, Value]:
    """What a row of the table says of a stage, by field; None where it says nothing."""
    numbers = {name: getattr(stage, name) for name in ("probability", "expected_days", "stall_days", "least_conversion")}
    return {
        "stage": stage.name,
        "kind": words[f"stage.kind.{stage.kind}"],
        "placement": words[f"placement.{PLACEMENTS[stage.placement]}"] if stage.placement >= 0 else None,
        "entry_rule": words[f"stages.rule.{stage.entry_rule}"] if stage.entry_rule else None,
        **{name: None if number != number else number for name, number in numbers.items()},
        **{name: getattr(stage, name) or None for name in ("entry", "action", "output", "line")},
    }


def stage_headings(words: Mapping[str, str]) -> dict[str, str]:
    """The heading of each column, in their order."""
    return {name: words[f"field.stages.{name}"] for name in COMPANIONS[NAME]}


def cell_text(name: str, value: Value) -> str:
    """A cell as text that is read back as the same: 32%, 15."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return f"{round(value * 100, 6):g}%" if LOOKS.get(name) == "typed_share" else f"{value:g}"


def stage_lines(stages: Sequence[Stage], words: Mapping[str, str]) -> list[list[str]]:
    """The table as text, its headings first: for a CSV file, or to be pasted into a sheet."""
    headings, rows = stage_headings(words), [stage_cells(stage, words) for stage in stages]
    return [list(headings.values()), *([cell_text(name, row[name]) for name in headings] for row in rows)]


def stages_sheet(stages: Sequence[Stage], language: str, table: str = NAME) -> Sheet:
    """The stages as a table named Stages (or another spelling that is read as that), with drop-downs for its words."""
    words = all_words(language)
    rows = [stage_cells(stage, words) for stage in stages]
    choices = {
        "kind": tuple(words[f"stage.kind.{kind}"] for kind in KINDS),
        "placement": tuple(words[f"placement.{placement}"] for placement in PLACEMENTS),
        "entry_rule": (words["stages.rule.any"], words["stages.rule.all"]),
    }
    columns = tuple(
        Column(heading, LOOKS.get(name, "text"), [row[name] for row in rows], width=WIDTHS[name], choices=choices.get(name, ()))
        for name, heading in stage_headings(words).items()
    )
    title = words["table.Stages"]
    return Sheet("stages", "stages", title, (Table(table, columns, listed=True, frozen=1),), title=title,
                 subtitle=words["book.hint.Stages"], language=language, page=Page(landscape=True))


def old_stages_sheet(headings: Sequence[str], rows: Sequence[Sequence[object]], number: int, language: str) -> Sheet:
    """The rows of a table Stages as they were before others took their place; it is no table of stages to any reader."""
    words = all_words(language)
    columns = tuple(Column(heading, "wrap" if all(cell is None or isinstance(cell, str) for cell in cells) else "raw", cells)
                    for heading, *cells in zip(headings, *rows, strict=True))
    return Sheet(f"stages:{number}", OLD, words["sheet.stages_old"], (Table("StagesBefore", columns, listed=True),),
                 title=words["sheet.stages_old"], subtitle=words["sheet.stages_old.hint"], language=language, page=Page(landscape=True))
