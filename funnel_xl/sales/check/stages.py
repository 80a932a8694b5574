"""Rules about the stages, on which all else rests. Those about single cells ask only where the book has a table Stages of its own."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..aliases import meaning, plain
from ..column import is_blank
from ..companions import RowPlace
from ..journey import journeys
from ..lines import closing_stage, line_names, steps_by_line
from ..stage import kind_in_table
from .rule import Breach, Facts, rule

WORDS = {   # columns that take words of a list, and the rows of words.csv that say them
    "kind": ("stage.kind.open", "stage.kind.won", "stage.kind.lost", "stage.kind.post"),
    "placement": ("placement.above", "placement.in", "placement.best_few"),
    "entry_rule": ("stages.rule.any", "stages.rule.all"),
}
TEXTS = ("entry", "action", "output")
NAMED = 5       # products that a sentence names
UNTOUCHED = ("universe", "none")    # placements that leave it to the stage's place in the funnel


@dataclass(frozen=True)
class Row:
    """One row of the book's table Stages, as read and as typed."""

    values: dict
    kind: str
    where: RowPlace

    def __getitem__(self, name: str) -> object:
        return self.values[name]

    @property
    def name(self) -> str:
        return str(self.values["stage"])

    def typed(self, name: str) -> object:
        """What stands in the cell."""
        at = self.where.columns.get(name)
        return None if at is None else self.where.grid.rows[self.where.row][at]


def table_rows(facts: Facts) -> list[Row]:
    """The rows of the table from which the stages were taken; none where they come from elsewhere."""
    if not facts.book_stages:
        return []
    if "stage rows" not in facts.memo:  # every rule here reads them
        records = facts.deals.companions.table("Stages").to_dict("records")
        facts.memo["stage rows"] = [
            Row(values, kind_in_table(str(values["stage"]), str(values["kind"])), values["where"]) for values in records
        ]
    return facts.memo["stage rows"]


def _named(facts: Facts) -> list[Row]:
    """The rows that name a stage, in the order of facts.stages."""
    return [row for row in table_rows(facts) if row.name]


def _heading(facts: Facts, name: str) -> str:
    """The cell of a column's heading; the place of the deals where the book has no table of stages."""
    rows = table_rows(facts)
    if not rows:
        return facts.deals.grid.place
    place = rows[0].where
    return RowPlace(place.grid, -1, place.columns)(name if name in place.columns else "stage")


def _of(line: str) -> dict:
    """Whose stages a sentence is about."""
    return {"line": line, "of_word": "stages.of_line" if line else "stages.of_all"}


def _by_line(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(plain(str(row["line"])), []).append(row)
    return found


def _without(facts: Facts, kind: str) -> Iterator[Breach]:
    """The lines that have no closing stage, unless a status column closes deals."""
    if not _named(facts) or (facts.kind == kind).any():
        return
    for line in steps_by_line(facts.stages):
        if closing_stage(facts.stages, line, kind) < 0:
            yield Breach(-1, _of(line), where=_heading(facts, "kind"))


@rule("stages.no_won", "error", "kind")
def no_won(facts: Facts) -> Iterator[Breach]:
    return _without(facts, "won")


@rule("stages.no_lost", "warning", "kind")
def no_lost(facts: Facts) -> Iterator[Breach]:
    return _without(facts, "lost")


@rule("stages.too_few", "warning", "stage")
def too_few(facts: Facts) -> Iterator[Breach]:
    for line, count in steps_by_line(facts.stages).items():
        if count < facts.settings.min_stages:
            yield Breach(-1, _of(line) | {"count": count, "least": facts.settings.min_stages}, where=_heading(facts, "stage"))


@rule("stages.too_many", "warning", "stage")
def too_many(facts: Facts) -> Iterator[Breach]:
    for line, count in steps_by_line(facts.stages).items():
        if count > facts.settings.max_stages:
            yield Breach(-1, _of(line) | {"count": count, "most": facts.settings.max_stages}, where=_heading(facts, "stage"))


@rule("stages.name_missing", "warning", "stage")
def name_missing(facts: Facts) -> Iterator[Breach]:
    """A row that says something of a stage without its name is read by nobody."""
    for row in table_rows(facts):
        if not row.name:
            yield Breach(-1, where=row.where("stage"))


@rule("stages.name_twice", "error", "stage")
def name_twice(facts: Facts) -> Iterator[Breach]:
    for rows in _by_line(_named(facts)).values():
        first: dict[str, Row] = {}
        for row in rows:
            if first.setdefault(plain(row.name), row) is not row:
                yield Breach(-1, {"first": first[plain(row.name)].where("stage")}, where=row.where("stage"), value=row.name)


@rule("stages.word_unknown", "error")
def word_unknown(facts: Facts) -> Iterator[Breach]:
    """A kind, placement or any/all that is none of its list."""
    for row in _named(facts):
        for name, allowed in WORDS.items():
            text = str(row[name])
            if text and not meaning(name, text):
                details = {"allowed_words": allowed, "field_word": f"field.stages.{name}"}
                yield Breach(-1, details, where=row.where(name), value=text, column=name)


@rule("stages.probability_missing", "warning", "probability")
def probability_missing(facts: Facts) -> Iterator[Breach]:
    """Weighted value rests on it; a cell that can't be read is a finding already."""
    rows = [row for row in _named(facts) if row.kind == "open" and np.isnan(row["probability"]) and is_blank(row.typed("probability"))]
    if rows:
        yield Breach(-1, {"stages": _names(rows)}, where=rows[0].where("probability"))


def _names(rows: Iterable[Row]) -> str:
    return ", ".join(row.name for row in rows)


@rule("stages.probability_falls", "warning", "probability")
def probability_falls(facts: Facts) -> Iterator[Breach]:
    """Further down the funnel the chance does not fall."""
    for rows in _by_line(row for row in _named(facts) if row.kind == "open" and np.isfinite(row["probability"])).values():
        for before, row in pairwise(rows):
            if row["probability"] < before["probability"] - 1e-9:
                own, other = (f"{each['probability']:.0%}" for each in (row, before))
                said = {"stage": row.name, "own": own, "before": before.name, "other": other}
                yield Breach(-1, said, where=row.where("probability"), value=row.typed("probability"))


@rule("stages.probability_of_closed", "warning", "probability")
def probability_of_closed(facts: Facts) -> Iterator[Breach]:
    for row in _named(facts):
        sure = {"won": 1.0, "lost": 0.0}.get(row.kind)
        if sure is not None and np.isfinite(row["probability"]) and abs(row["probability"] - sure) > 1e-9:
            said = {"stage": row.name, "own": f"{row['probability']:.0%}", "sure": f"{sure:.0%}"}
            yield Breach(-1, said, where=row.where("probability"), value=row.typed("probability"))


@rule("stages.days_not_positive", "warning", "stall_days")
def days_not_positive(facts: Facts) -> Iterator[Breach]:
    for row in _named(facts):
        for name in ("expected_days", "stall_days"):
            if row[name] <= 0:
                details = {"stage": row.name, "field_word": f"field.stages.{name}"}
                yield Breach(-1, details, where=row.where(name), value=row.typed(name), column=name)


@rule("stages.expected_above_stall", "warning", "expected_days")
def expected_above_stall(facts: Facts) -> Iterator[Breach]:
    """A deal that stays as long as expected would count as stalled."""
    for row in _named(facts):
        if 0 < row["stall_days"] < row["expected_days"]:
            said = {"stage": row.name, "expected": f"{row['expected_days']:g}", "most": f"{row['stall_days']:g}"}
            yield Breach(-1, said, where=row.where("expected_days"), value=row.typed("expected_days"))


@rule("stages.placement_missing", "note", "placement")
def placement_missing(facts: Facts) -> Iterator[Breach]:
    """Such stages are placed by their order (spec F2 wants a placement of their own)."""
    rows = [row for row in _named(facts) if row.kind == "open" and meaning("placement", str(row["placement"])) in ("", *UNTOUCHED)]
    rows = [row for row in rows if is_blank(row.typed("placement")) or meaning("placement", str(row["placement"]))]
    if rows:
        yield Breach(-1, {"stages": _names(rows)}, where=rows[0].where("placement"))


@rule("stages.text_missing", "note", "entry")
def text_missing(facts: Facts) -> Iterator[Breach]:
    """What a stage is, is what one has to show to enter it, to do in it, and to leave behind (spec item 41)."""
    for name in TEXTS:
        rows = [row for row in _named(facts) if row.kind == "open" and not str(row[name]).strip()]
        if rows:
            details = {"stages": _names(rows), "field_word": f"field.stages.{name}"}
            yield Breach(-1, details, where=rows[0].where(name), column=name)


@rule("stages.unused", "note", "stage")
def unused(facts: Facts) -> Iterator[Breach]:
    """Open stages that no deal stands in, was lost in or went through."""
    rows = _named(facts)
    if not len(facts.kind) or not rows:
        return
    ways = journeys(facts)
    used = {*facts.stage.tolist(), *facts.lost_stage.tolist(), *(ways.stage.tolist() if ways.source != "current" else ())}
    idle = [row for at, row in enumerate(rows) if row.kind == "open" and at not in used]
    if idle:
        yield Breach(-1, {"stages": _names(idle)}, where=idle[0].where("stage"))


@rule("stages.line_unused", "warning", "line")
def line_unused(facts: Facts) -> Iterator[Breach]:
    used = {plain(line) for line in set(facts.line.tolist())}
    for line, rows in _by_line(_named(facts)).items():
        if line and len(facts.kind) and line not in used:
            yield Breach(-1, where=rows[0].where("line"), value=rows[0]["line"])


@rule("stages.line_missing", "warning", "product")
def line_missing(facts: Facts) -> Iterator[Breach]:
    """Deals whose product line has no stages, where none are given for all others."""
    lines = line_names(facts.stages)
    if not lines or any(stage.kind == "open" and not stage.line for stage in facts.stages):
        return
    rows = np.flatnonzero(facts.line == "")
    if len(rows):
        name = "pipeline" if facts.has("pipeline") else "product"
        count = Counter(facts.column(name)[rows].tolist())
        products = ", ".join(text or "-" for text, _ in count.most_common(NAMED)) + (" ..." if len(count) > NAMED else "")
        stake = float(np.nansum(facts.value[rows]))
        details = {"count": len(rows), "products": products, "lines": ", ".join(lines)}
        yield Breach(-1, details, where=facts.deals.where(int(rows[0]), name), column=name, stake=stake)
