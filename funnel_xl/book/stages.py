"""A model of stages into a team's own closed workbook: on a new sheet, or as rows of the table Stages that it has."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..draw.book import draw
from ..draw.names import sheet_names
from ..errors import BookError, SourceError
from ..sales.aliases import plain
from ..sales.column import is_blank
from ..sales.companions import place_of, read_companions, settings_of
from ..sales.grid import Grid, Source, Table
from ..sales.header import columns_of, cut, find_deals, language_of, read_header
from ..sales.stage import Stage
from ..sales.typed import text_of
from ..sheets.describe import Sheet
from ..sheets.stages import NAME, Value, old_stages_sheet, stage_cells, stage_headings, stages_sheet
from ..wording import words as all_words
from .lists import Lists
from .ours import own_sheets
from .package import Package, check_writable
from .place import Edited, plan_adding
from .plan import Plan, Step, make_plan
from .save import check_free
from .source import open_source
from .table_rows import Cell, TableRows
from .team import language_named

TABLE_NAMES = (NAME, "Stage_Table", "Sales_Stages", "Deal_Stages", "Stage_Model")      # all are read as the table Stages


@dataclass(frozen=True)
class Placed:
    """What the plan does, for those who are told."""

    plan: Plan
    how: str                        # "new", "added" or "replaced": row "say.stages.HOW" of words.csv
    sheet: str
    table: str
    left_out: tuple[str, ...] = ()      # headings for which the table has no column and its sheet no room
    kept: str = ""                  # the sheet that keeps the rows that were replaced


def language_of_book(path: Path, usual: str) -> str:
    """The language of a workbook's own settings, else that of its stages' or deals' headings; `usual` where none is told."""
    source = open_source(path)
    own = settings_of(read_companions(source, only=("Settings",)).table("Settings"))
    if told := language_named(own.get("language")):
        return told
    place = place_of(source, NAME)
    if place and place[1]:
        return language_of(read_header(cut(source, *place).header, {}, "stages.field"))
    try:
        return language_of(read_header(find_deals(source, None, None, {})[0].header, {}))
    except SourceError:
        return usual


@contextmanager
def planned_stages(path: Path, stages: Sequence[Stage], *, language: str, line: str = "", replace: bool = False) -> Iterator[Placed]:
    """How stages come into a workbook; the plan can be carried out as long as the context is open.

    A workbook without a table Stages gets one on a new sheet, which is the user's from then on. Where it has one, the stages of a product
    line are added to its rows; rows of the same line (without a line: all) are replaced only if `replace` allows it, and are kept on a
    sheet of their own.

    Raises
    ------
    BookError
        The workbook has such stages already, or its table can't be changed safely; it is left as it was.
    """
    package = Package(path)
    check_free(package.path)
    check_writable(package)
    source = open_source(path)
    place = place_of(source, NAME)
    with tempfile.TemporaryDirectory(prefix="funnel-xl-") as folder:
        drawn = Path(folder) / "drawn.xlsx"
        if place is None:
            yield _new(package, stages, language, drawn)
            return
        sheet, table = place
        if table is None:
            raise BookError("error.stages.no_list", file=package.book, sheet=sheet)
        yield _InTable(package, source, sheet, table, language).placed(stages, line, replace, drawn)


def _new(package: Package, stages: Sequence[Stage], language: str, drawn: Path) -> Placed:
    taken = {name.attributes.get("name", "").casefold() for name in package.defined_names()}
    for part in package.members:
        if package.content_type(part).endswith(".table+xml"):
            attributes = package.markup(part).root.attributes
            taken |= {attributes.get(name, "").casefold() for name in ("name", "displayName")}
    table = next((name for name in TABLE_NAMES if name.casefold() not in taken), "")
    if not table:
        raise BookError("error.stages.no_names", file=package.book, names=", ".join(TABLE_NAMES))
    plan = _adding(package, stages_sheet(stages, language, table), drawn)
    return Placed(plan, "new", next(iter(plan.sheets.values())), table)


def _adding(package: Package, sheet: Sheet, drawn: Path, *, edited: Edited | None = None, marked: bool = False) -> Plan:
    """The plan that puts one sheet into the book under a name that is free there."""
    name = sheet_names([sheet.name], [other.name for other in package.sheets()])[0]
    draw([sheet], drawn, date1904=package.date_system == 1904, names=[name], marked=marked)
    return plan_adding(package, drawn, names={}, edited=edited)


class _InTable:
    """The table Stages of a workbook, and where new rows go in it. Rows of data count from 0."""

    def __init__(self, package: Package, source: Source, sheet: str, table: Table, language: str):
        self._package, self._sheet, self._table, self._words, self._language = package, sheet, table, all_words(language), language
        grid: Grid = cut(source, sheet, table)
        self._columns, _ = columns_of(read_header(grid.header, {}, "stages.field"), sheet)
        self._columns = {name: at for name, at in self._columns.items() if name in stage_headings(self._words)}
        if "stage" not in self._columns:
            raise BookError("error.stages.unread", file=package.book, sheet=sheet, table=table.name)
        self._rows = TableRows(package, table.name)
        self._header, self._percent = [text_of(cell) for cell in grid.header], grid.percent
        length = self._rows.last_row - self._rows.first_row + 1
        self._body = [list(row) for row in grid.rows] + [[None] * len(grid.header)] * (length - len(grid.rows))

    def placed(self, stages: Sequence[Stage], line: str, replace: bool, drawn: Path) -> Placed:
        mine = self._rows_of(line)
        if mine and not replace:
            raise BookError("error.stages.line_there" if line else "error.stages.there", file=self._package.book, sheet=self._sheet,
                            line=line, stages=", ".join(text_of(self._body[at][self._columns["stage"]]) for at in mine))
        rows = [stage_cells(stage, self._words) for stage in stages]
        added, left_out = self._new_columns(rows)
        places = self._places(mine, line, len(rows))
        cells = self._cells(dict(zip(places, rows, strict=False)), [at for at in mine if at not in places[:len(rows)]], added)
        whole = not line and not self._rows.totals
        last = max(places[:len(rows)]) if whole else max(len(self._body) - 1, *places[:len(rows)])
        parts = self._rows.written(cells, self._rows.first_row + last, [stage_headings(self._words)[name] for name in added])
        why = {self._rows.sheet_part: "plan.stages.rows", self._rows.part: "plan.stages.table"}
        steps = tuple(Step("change", "/" + part, why[part], self._sheet) for part in parts)
        if mine:
            plan = _adding(self._package, self._old_sheet(), drawn, edited=Edited(parts, steps), marked=True)
            return Placed(plan, "replaced", self._sheet, self._table.name, left_out, next(iter(plan.sheets.values())))
        lists = Lists(self._package)
        lists.recalculate()
        changed = lists.results()
        steps += tuple(Step("change", "/" + part, "plan.list.recalculate") for part in changed)
        plan = make_plan(self._package, {**parts, **changed}, (), steps, {})
        return Placed(plan, "added", self._sheet, self._table.name, left_out)

    def _rows_of(self, line: str) -> list[int]:
        """The rows that hold stages of a product line; without one, all that hold anything."""
        filled = [at for at, row in enumerate(self._body) if not all(map(is_blank, row))]
        if not line:
            return filled
        column = self._columns.get("line")
        return [] if column is None else [at for at in filled if plain(text_of(self._body[at][column])) == plain(line)]

    def _places(self, mine: list[int], line: str, count: int) -> list[int]:
        """Where rows go, in this order: in place of those that leave, into empty rows at the end, below the table."""
        if not line:
            return list(range(max(count, len(self._body))))
        end = max(self._rows_of(""), default=-1) + 1
        return [*mine, *range(end, max(len(self._body), end) + count)]

    def _new_columns(self, rows: Sequence[dict[str, Value]]) -> tuple[list[str], tuple[str, ...]]:
        """The fields that the table lacks and gets columns for, and the headings of those for which there is no room."""
        lacking = [name for name in rows[0] if name not in self._columns and any(row[name] is not None for row in rows)]
        headings = stage_headings(self._words)
        lacking = [name for name in headings if name in lacking]
        if not lacking or self._rows.has_room_right(len(lacking)):
            return lacking, ()
        if "line" in lacking:
            if not self._rows.has_room_right(1):
                raise BookError("error.stages.no_line", file=self._package.book, sheet=self._sheet, heading=headings["line"])
            return ["line"], tuple(headings[name] for name in lacking if name != "line")
        return [], tuple(headings[name] for name in lacking)

    def _cells(self, written: dict[int, dict[str, Value]], cleared: Sequence[int], added: Sequence[str]) -> dict[Cell, Value]:
        """What shall stand where: of a row that is written anew nothing of the old one stays."""
        width, cells = len(self._header), {}
        fields = {at: name for name, at in self._columns.items()} | {width + at: name for at, name in enumerate(added)}
        for at, row in (*written.items(), *((at, {}) for at in cleared)):
            for column in range(width + len(added)):
                place = (self._rows.first_row + at, self._table.first_column + column)
                value = self._scaled(fields.get(column, ""), row.get(fields.get(column, "")))
                if value is not None or at >= len(self._body) or self._rows.is_filled(place):
                    cells[place] = value
        return cells

    def _scaled(self, field: str, value: Value) -> Value:
        """A chance as its column holds chances: points where they are."""
        if value is None or field not in ("probability", "least_conversion") or self._columns.get(field) is None:
            return value
        at = self._columns[field]
        numbers = [row[at] for row in self._body if isinstance(row[at], (int, float)) and not isinstance(row[at], bool)]
        is_points = at not in self._percent and sum(number > 1 for number in numbers) > sum(0 < number < 1 for number in numbers)
        return round(value * 100, 10) if is_points else value

    def _old_sheet(self) -> Sheet:
        number = sum(sheet.key.startswith("stages:") for sheet in own_sheets(self._package)) + 1
        return old_stages_sheet(self._header, self._body, number, self._language)
