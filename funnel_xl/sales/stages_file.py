"""A stage model that a team keeps in its book or in a file of its own, and what is wrong with it."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..errors import SourceError
from .answers import Answers, answer
from .check.run import ranked
from .companions import Companions, place_of, read_companions
from .deals import Deals, read_deals
from .finding import Finding
from .grid import Grid, Source
from .header import find_header
from .stage import Stage, stage_table


@dataclass(frozen=True)
class ReadStages:
    """The stages of a file and all that is to be said of them."""

    source: str
    stages: tuple[Stage, ...]
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    deals: int  # how many deals the file has beside them


def read_stages(source: Source, as_of: dt.date) -> tuple[Stage, ...]:
    """The stages of a file: its table or sheet Stages, else its first sheet that has the headings of one.

    Raises
    ------
    SourceError
        No column of the file is headed Stage, or it holds no stage.
    """
    return _stages(source, read_companions(source, as_of=as_of, only=("Stages",), any_sheet=True))


def _stages(source: Source, companions: Companions) -> tuple[Stage, ...]:
    rows = [row for row in companions.table("Stages").to_dict("records") if row["stage"]]
    if not rows:
        header = next((find_header(source.load(name), {}, "stages.field", alone=True) for name in source.sheets), None)
        raise SourceError("error.stages.empty" if header else "error.stages.no_header", source=source.name)
    return stage_table(rows, "en")


def check_stages(
    source: Source, as_of: dt.date, *, table: str | None = None, sheet: str | None = None, mapping: Mapping[str, str] | None = None
) -> ReadStages:
    """The stages of a team's book, or of a file of stages, checked by the rules that are about them, and against the deals beside them.

    Raises
    ------
    SourceError
        The file has no stages, or its deals can't be read.
    """
    in_book = place_of(source, "Stages") is not None
    if not in_book and _is_list_of_deals(source):
        raise SourceError("error.stages.none_csv" if source.is_csv else "error.stages.none", source=source.name)
    companions = read_companions(source, as_of=as_of, only=("Stages", "Settings") if in_book else ("Stages",), any_sheet=not in_book)
    stages = _stages(source, companions)
    deals = _deals(source, as_of, table, sheet, mapping or {}) if in_book else None
    answers = answer(deals or _no_deals(source, companions), as_of)
    findings, notes = (
        [each for each in found if each.code.startswith("stages.") and each.code not in _SAID]
        for found in (answers.findings, answers.notes)
    )
    findings = ranked([*companions.findings, *findings, *_not_listed(answers)])
    return ReadStages(source.name, stages, tuple(findings), (*companions.notes, *notes), len(answers.deals.table))


_SAID = ("stages.book", "stages.none")  # where they are from is known, and a file of stages has no deals


def _is_list_of_deals(source: Source) -> bool:
    """Whether the headings of a file name more fields of a deal than of a stage."""
    score = dict.fromkeys(("field", "stages.field"), 0)
    for name in source.sheets:
        for kind in score:
            found = find_header(source.load(name), {}, kind, alone=kind != "field")
            score[kind] = max(score[kind], found.score if found else 0)
    return score["field"] > score["stages.field"]


def _deals(source: Source, as_of: dt.date, table: str | None, sheet: str | None, mapping: Mapping[str, str]) -> Deals | None:
    """The deals beside the stages; None where the book has none."""
    try:
        return read_deals(source, as_of, table=table, sheet=sheet, mapping=mapping)
    except SourceError as reason:
        if reason.key != "error.source.no_header":
            raise
        return None


def _no_deals(source: Source, companions: Companions) -> Deals:
    grid = Grid((), [], source.name, [], 1, is_csv=source.is_csv)
    return Deals(pd.DataFrame(index=pd.RangeIndex(0)), grid, {}, {}, (), (), "en", source.name, companions=companions)


def _not_listed(answers: Answers) -> list[Finding]:
    """Stages that deals stand in and the table lacks: one finding a spelling and product line, not one a deal."""
    facts, deals = answers.facts, answers.deals
    names = deals.column("stage")
    unknown = (facts.stage < 0) & (names != "")
    found = []
    for (name, line), count in Counter(zip(names[unknown].tolist(), facts.line[unknown].tolist(), strict=True)).most_common():
        rows = np.flatnonzero(unknown & (names == name) & (facts.line == line))
        stake = float(np.nansum(facts.value[rows]))
        details = {"count": count, "line": line, "lack_word": "stages.not_of_line" if line else "stages.not_of_table"}
        found.append(Finding("stages.not_listed", "error", deals.where(int(rows[0]), "stage"), "stage", name, stake=stake, details=details))
    return found
