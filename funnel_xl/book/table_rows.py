"""Rows of a table on a sheet of the team's own, written by splicing cells into its XML: every byte beside these cells stays.

It is the one place where a foreign sheet is changed at all, so it does only what it can be sure of: it refuses formulas, merged cells, a
table that is filtered, tied to a query or has no free cells below, a protected sheet, and XML that is spelt in an unusual way.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn
from xml.sax.saxutils import escape

from ..errors import BookError
from ..sales.grid import column_letters
from .markup import Edits, Element
from .package import BookSheet, Package, key
from .workbook import LAST_COLUMN, LAST_ROW, read_ref

LARGEST_SHEET = 4 << 20     # [bytes] of XML; a larger one holds more than a table of stages, and is not parsed
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")      # Excel reads _x0041_ as A

Cell = tuple[int, int]      # row, column; 1-based
Value = str | float | None


@dataclass(frozen=True)
class Area:
    """A rectangle of cells, both corners within it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @classmethod
    def of(cls, ref: str) -> "Area":
        """
        Raises
        ------
        ValueError
            It is no area of a sheet.
        """
        first, _, last = ref.partition(":")
        return cls(*read_ref(first), *read_ref(last or first))

    @property
    def ref(self) -> str:
        return f"{column_letters(self.first_column)}{self.first_row}:{column_letters(self.last_column)}{self.last_row}"

    def meets(self, other: "Area") -> bool:
        """Whether they share a cell."""
        return (self.first_row <= other.last_row and other.first_row <= self.last_row
                and self.first_column <= other.last_column and other.first_column <= self.last_column)

    def holds(self, cell: Cell) -> bool:
        return self.meets(Area(*cell, *cell))


class TableRows:
    """One table of a closed workbook, open to have its rows rewritten.

    Raises
    ------
    BookError
        No table of that name, or it can't be changed safely; the sentence says why.
    """

    def __init__(self, package: Package, name: str):
        self._package, self.name = package, name
        self.sheet, self.part = self._find(name)
        self._table = package.markup(self.part)
        root = self._table.root
        self.area = self._area(root.attributes.get("ref", ""), self.part)
        self.totals = int(root.attributes.get("totalsRowCount", "0") or 0)
        self._check_table(root)

    @property
    def sheet_part(self) -> str:
        """The part of the sheet on which the table stands."""
        return self._package.stored_name(self.sheet.part)

    def _find(self, name: str) -> tuple[BookSheet, str]:
        for sheet in self._package.sheets():
            for relation in self._package.relations(sheet.part) if sheet.part else ():
                if relation.type == "table" and self._package.has(relation.target):
                    found = self._package.markup(relation.target).root.attributes
                    if found.get("displayName", found.get("name", "")).casefold() == name.casefold():
                        return sheet, self._package.stored_name(relation.target)
        raise self._package.damaged(self._package.workbook)

    def _area(self, ref: str, part: str) -> Area:
        try:
            return Area.of(ref)
        except ValueError as reason:
            raise self._package.damaged(part) from reason

    def _refuse(self, why: str, cell: Cell | None = None) -> NoReturn:
        """Say why the table is left alone: a row of words.csv, and the cell that stands in the way."""
        where = f"{column_letters(cell[1])}{cell[0]}" if cell else ""
        raise BookError(why, file=self._package.book, sheet=self.sheet.name, table=self.name, cell=where)

    def _check_table(self, root: Element) -> None:
        if root.attributes.get("headerRowCount", "1") != "1":
            self._refuse("error.table.no_header")
        if root.attributes.get("tableType", "worksheet") != "worksheet" or self._package.relations(self.part):
            self._refuse("error.table.query")
        elements = {element.local for element in root.iter()}
        if "filterColumn" in elements:
            self._refuse("error.table.filtered")
        if "calculatedColumnFormula" in elements:
            self._refuse("error.table.formula", (self.area.first_row, self.area.first_column))
        if self._package.members[key(self.sheet.part)].file_size > LARGEST_SHEET:
            self._refuse("error.table.unusual")

    @cached_property
    def _markup(self):
        return self._package.markup(self.sheet.part)

    @cached_property
    def _rows(self) -> dict[int, Element]:
        """The rows of the sheet by their numbers."""
        data = self._markup.root.find("sheetData")
        if data is None:
            self._refuse("error.table.unusual")
        found: dict[int, Element] = {}
        for row in data.all("row"):
            number = row.attributes.get("r", "")
            if not number.isdecimal() or int(number) <= max(found, default=0):
                self._refuse("error.table.unusual")
            found[int(number)] = row
        return found

    @cached_property
    def _cells(self) -> dict[Cell, Element]:
        """The cells of the sheet by their places."""
        found: dict[Cell, Element] = {}
        for number, row in self._rows.items():
            last = 0
            for cell in row.children:
                try:
                    place = read_ref(cell.attributes.get("r", "")) if cell.local == "c" else (0, 0)
                except ValueError:
                    place = (0, 0)
                if place[0] != number or place[1] <= last:
                    self._refuse("error.table.unusual")
                found[place], last = cell, place[1]
        return found

    @cached_property
    def _fixed(self) -> list[Area]:
        """What must not be written into: merged cells, and the ranges of formulas that fill several cells."""
        merged = self._markup.root.find("mergeCells")
        areas = [merge.attributes.get("ref", "") for merge in merged.all("mergeCell")] if merged else []
        areas += [part.attributes["ref"] for cell in self._cells.values() for part in cell.children
                  if part.local == "f" and part.attributes.get("ref")]
        return [self._area(ref, self.sheet.part) for ref in areas]

    def is_filled(self, cell: Cell) -> bool:
        """Whether anything stands in a cell."""
        element = self._cells.get(cell)
        return element is not None and any(
            part.local == "f" or (part.local == "is") or (part.local == "v" and part.text.strip()) for part in element.children)

    @property
    def first_row(self) -> int:
        """The first row of data."""
        return self.area.first_row + 1

    @property
    def last_row(self) -> int:
        """The last row of data."""
        return self.area.last_row - self.totals

    def has_room_right(self, columns: int) -> bool:
        """Whether so many columns to the right of the table are free in all of its rows."""
        area, last = self.area, self.area.last_column + columns
        if last > LAST_COLUMN or self._others_meet(Area(area.first_row, area.last_column + 1, area.last_row, last)):
            return False
        return not any(self.is_filled((row, column)) for row in range(area.first_row, area.last_row + 1)
                       for column in range(area.last_column + 1, last + 1))

    def _others_meet(self, area: Area) -> bool:
        """Whether another table or merged cells lie in an area."""
        others = [relation.target for relation in self._package.relations(self.sheet.part)
                  if relation.type == "table" and key(relation.target) != key(self.part)]
        refs = [self._package.markup(part).root.attributes.get("ref", "") for part in others]
        return any(area.meets(other) for other in (*(self._area(ref, self.part) for ref in refs), *self._fixed))

    def written(self, cells: Mapping[Cell, Value], last_row: int, headings: Iterable[str] = ()) -> dict[str, bytes]:
        """The parts that change (of the sheet and of the table) where some cells hold other values.

        Parameters
        ----------
        cells : what shall stand where; None: nothing. They lie in the table's rows, the rows below it or its new columns.
        last_row : the last row of data from now on
        headings : of new columns at the right of the table

        Raises
        ------
        BookError
            Something stands in the way; the sentence names the cell.
        """
        headings = list(headings)
        if last_row != self.last_row and self.totals:
            self._refuse("error.table.totals")
        if last_row > LAST_ROW:
            self._refuse("error.table.no_room", (LAST_ROW, self.area.first_column))
        area = Area(self.area.first_row, self.area.first_column, last_row + self.totals, self.area.last_column + len(headings))
        heads = {(area.first_row, self.area.last_column + at): heading for at, heading in enumerate(headings, 1)}
        self._check(area, {**cells, **heads})
        sheet, table = Edits(self._markup), Edits(self._table)
        self._write_cells(sheet, {**cells, **heads})
        self._write_extent(sheet, area)
        self._write_table(table, area, headings)
        return {part: edits.result() for part, edits in ((self.sheet_part, sheet), (self.part, table)) if edits}

    def _check(self, area: Area, cells: Mapping[Cell, Value]) -> None:
        protection = self._markup.root.find("sheetProtection")
        if protection is not None and protection.attributes.get("sheet") in ("1", "true", "on"):
            self._refuse("error.table.protected")
        for cell in sorted(cells):
            element = self._cells.get(cell)
            is_formula = element is not None and any(part.local == "f" for part in element.children)
            if is_formula or any(each.holds(cell) for each in self._fixed):
                self._refuse("error.table.formula", cell)
        columns = range(area.first_column, area.last_column + 1)
        for cell in ((row, column) for row in range(area.first_row, area.last_row + 1) for column in columns):
            if self.area.holds(cell):
                continue
            if self.is_filled(cell) or self._others_meet(Area(*cell, *cell)):
                self._refuse("error.table.no_room", cell)

    def _write_cells(self, edits: Edits, cells: Mapping[Cell, Value]) -> None:
        data = self._markup.root.find("sheetData")
        for number in sorted({row for row, _ in cells}):
            mine = {column: cells[number, column] for row, column in sorted(cells) if row == number}
            row = self._rows.get(number)
            if row is None:
                text = "".join(self._cell(data.prefix, (number, column), value) for column, value in mine.items())
                text = f'<{data.prefix}row r="{number}">{text}</{data.prefix}row>'
                after = next((self._rows[other] for other in sorted(self._rows) if other > number), None)
                self._insert(edits, data, after, text)
                continue
            for column, value in mine.items():
                text = self._cell(row.prefix, (number, column), value)
                if (number, column) in self._cells:
                    edits.replace(self._cells[number, column], text)
                else:
                    later = (self._cells[number, other] for other in range(column + 1, self._widest + 1) if (number, other) in self._cells)
                    self._insert(edits, row, next(later, None), text)

    @cached_property
    def _widest(self) -> int:
        return max((column for _, column in self._cells), default=0)

    @staticmethod
    def _insert(edits: Edits, parent: Element, before: Element | None, text: str) -> None:
        if before is None:
            edits.append(parent, text)
        else:
            edits.insert(before.start, text)

    def _cell(self, prefix: str, cell: Cell, value: Value) -> str:
        """A cell's XML, in the format that it has, or else that of its neighbour in the table."""
        style = self._style(cell)
        begin = f'<{prefix}c r="{column_letters(cell[1])}{cell[0]}"' + (f' s="{style}"' if style else "")
        if value is None:
            return f"{begin}/>"
        if isinstance(value, str):
            text = escape(_ESCAPE.sub("_x005F_", _ILLEGAL.sub(" ", value)))
            return f'{begin} t="inlineStr"><{prefix}is><{prefix}t xml:space="preserve">{text}</{prefix}t></{prefix}is></{prefix}c>'
        return f"{begin}><{prefix}v>{value:.15G}</{prefix}v></{prefix}c>"

    def _style(self, cell: Cell) -> str:
        row, column = cell
        if cell in self._cells:
            return self._cells[cell].attributes.get("s", "")
        if column > self.area.last_column:      # a new column looks like the one that names the stages
            neighbour = (row, self.area.last_column) if row == self.area.first_row else (row, self.area.first_column)
            return self._style(neighbour)
        above = ((other, column) for other in range(min(row, self.last_row), self.area.first_row, -1))
        return next((self._cells[other].attributes.get("s", "") for other in above if other in self._cells), "")

    def _write_extent(self, edits: Edits, area: Area) -> None:
        """The sheet's own note of what is filled, and each row's."""
        dimension = self._markup.root.find("dimension")
        if dimension is not None:
            old = self._area(dimension.attributes.get("ref", ""), self.sheet.part)
            new = Area(min(old.first_row, area.first_row), min(old.first_column, area.first_column), max(old.last_row, area.last_row),
                       max(old.last_column, area.last_column))
            if new != old:
                edits.set(dimension, "ref", new.ref)
        for number in range(area.first_row, area.last_row + 1):
            spans = self._rows[number].attributes.get("spans", "") if number in self._rows else ""
            first, _, last = spans.partition(":")
            if first.isdecimal() and last.isdecimal() and int(last) < area.last_column:
                edits.set(self._rows[number], "spans", f"{first}:{area.last_column}")

    def _write_table(self, edits: Edits, area: Area, headings: list[str]) -> None:
        root = self._table.root
        if area != self.area:
            edits.set(root, "ref", area.ref)
        if root.attributes.get("insertRow") in ("1", "true", "on"):
            edits.set(root, "insertRow", "0")       # it has rows now, and not only the empty one that Excel shows for none
        filters = root.find("autoFilter")
        if filters is not None and area != self.area:
            edits.set(filters, "ref", Area(area.first_row, area.first_column, area.last_row - self.totals, area.last_column).ref)
        for parent in (root, filters):
            if parent is not None and (sort := parent.find("sortState")) is not None:
                edits.cut(sort)         # the rows are no longer in that order
        columns = root.find("tableColumns")
        if headings and columns is not None:
            highest = max((int(column.attributes.get("id", "0")) for column in columns.all("tableColumn")), default=0)
            for at, heading in enumerate(headings, 1):
                name = escape(_ESCAPE.sub("_x005F_", heading), {'"': "&quot;"})
                edits.append(columns, f'<{columns.prefix}tableColumn id="{highest + at}" name="{name}"/>')
            edits.set(columns, "count", str(len(columns.all("tableColumn")) + len(headings)))
