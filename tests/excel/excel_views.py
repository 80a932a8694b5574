"""What stands on the sheets of the stand-in for Excel: ranges, notes, tables, names, charts, as xlwings' engines show them."""

from collections.abc import Callable, Iterator
from copy import deepcopy

from excel_model import ExcelError, area, is_formula, rows_of
from openpyxl.comments import Comment
from openpyxl.utils import range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table as OpenpyxlTable
from xlwings import base_classes

BUSY = -2147418111          # RPC_E_CALL_REJECTED
WHOLE = (1_048_576, 16_384)
OUTSIDE = ("alert", "asked", "answers", "steps", "busy", "hwnd", "pid")     # of what Excel is not asked, or what it answers in any case
Members = dict[str, tuple[Callable[[], object], Callable[[object], object] | None]]


class Thing:
    """Whatever lives in Excel; while a cell is typed into, nothing in it takes a call. `busy` says how many calls that lasts."""

    _app: "Thing"

    def __getattribute__(self, name: str):
        if not name.startswith("_") and name not in OUTSIDE:
            app = object.__getattribute__(self, "_app")
            if app.busy:
                app.busy -= 1
                raise ExcelError("Call was rejected by callee.", BUSY)
        return object.__getattribute__(self, name)


class Com:
    """COM's view of a thing: properties and methods by name."""

    def __init__(self, properties: Members | None = None, **methods: Callable):
        self.__dict__["_properties"], self.__dict__["_methods"] = properties or {}, methods

    def __getattr__(self, name: str):
        if name in self._properties:
            return self._properties[name][0]()
        if name in self._methods:
            return self._methods[name]
        raise AttributeError(name)

    def __setattr__(self, name: str, value: object) -> None:
        self._properties[name][1](value)


class Apple:
    """AppleScript's view of a thing: references that are got, set or called."""

    def __init__(self, properties: Members, **methods: Callable):
        self._properties, self._methods = properties, methods

    def __getattr__(self, name: str):
        if name in self._methods:
            return self._methods[name]
        if name not in self._properties:
            raise AttributeError(name)
        get, put = self._properties[name]
        return type("Reference", (), {"get": staticmethod(get), "set": staticmethod(put)})


class Range(Thing, base_classes.Range):
    def __init__(self, sheet, first: tuple[int, int], last: tuple[int, int] | None = None):
        self._app, self._sheet, self._model = sheet._app, sheet, sheet._model
        self.first, self.last = tuple(first), tuple(last or first)

    sheet = property(lambda self: self._sheet)
    row = property(lambda self: self.first[0])
    column = property(lambda self: self.first[1])
    shape = property(lambda self: (self.last[0] - self.first[0] + 1, self.last[1] - self.first[1] + 1))
    coords = property(lambda self: (self._sheet.name, self.row, self.column, *self.shape))

    def __len__(self) -> int:
        cells = self.shape[0] * self.shape[1]
        if cells > 2**31:
            raise ExcelError("Overflow")
        return cells

    def __call__(self, row, column):
        return Range(self._sheet, (self.row + row - 1, self.column + column - 1))

    def get_address(self, row_absolute, column_absolute, external):
        return area(self.first, self.last)

    @property
    def address(self):
        corners = area(self.first, self.last).split(":")
        return ":".join("$" + "".join(filter(str.isalpha, each)) + "$" + "".join(filter(str.isdigit, each)) for each in corners)

    def _each(self, read: Callable[[object, int, int], object]) -> object:
        found = tuple(tuple(read(self._sheet._sheet, *place) for place in row) for row in rows_of(self.first, self.last))
        return found[0][0] if self.first == self.last else found

    @property
    def raw_value(self):
        return self._each(self._model.shown)

    @raw_value.setter
    def raw_value(self, value):
        if self.first != self.last and isinstance(value, (list, tuple)) and len(value) != self.shape[0]:
            raise ExcelError("The values don't fit the range.")
        rows = value if isinstance(value, (list, tuple)) else [[value] * self.shape[1]] * self.shape[0]
        for (row, column), text in ((place, cell) for places, cells in zip(rows_of(self.first, (
                self.first[0] + len(rows) - 1, self.first[1] + len(rows[0]) - 1)), rows, strict=True)
                for place, cell in zip(places, cells, strict=True)):
            self._model.write(self._sheet._sheet, row, column, text)

    @property
    def formula(self):
        return self._each(self._model.formula)

    @property
    def api(self):
        numbers = (lambda: self._each(self._model.number), None)
        if self._app.mac:
            return Apple({"value2": numbers, "string_value": (lambda: self._each(self._text), None)})
        return Com({"Value2": numbers, "Formula2": (lambda: "", None)}, SpecialCells=lambda _: Com({"Count": (self._shown_rows, None)}))

    def _text(self, sheet, row: int, column: int) -> str:
        value = sheet.cell(row, column).value
        return str(self._model.values.get((id(sheet), row, column)) if is_formula(value) else "" if value is None else value)

    def _shown_rows(self) -> int:
        found = sum(not self._hidden(row) for row in range(self.first[0], self.last[0] + 1))
        if not found:
            raise ExcelError("No cells were found.")
        return found

    def _hidden(self, row: int) -> bool:
        return bool(self._sheet._sheet.row_dimensions[row].hidden)

    @property
    def row_hidden(self):
        return self._hidden(self.first[0])

    @property
    def number_format(self):
        return self._sheet._sheet.cell(*self.first).number_format

    @property
    def merge_cells(self):
        left, top, right, bottom = self.first[1], self.first[0], self.last[1], self.last[0]
        touched = [each for each in self._sheet._sheet.merged_cells.ranges
                   if not (each.max_row < top or each.min_row > bottom or each.max_col < left or each.min_col > right)]
        return None if touched else False

    @property
    def merge_area(self):
        for each in self._sheet._sheet.merged_cells.ranges:
            if each.min_row <= self.row <= each.max_row and each.min_col <= self.column <= each.max_col:
                return Range(self._sheet, (each.min_row, each.min_col), (each.max_row, each.max_col))
        return self

    @property
    def note(self):
        return Note(self) if self._sheet._sheet.cell(*self.first).comment else None

    @property
    def comment(self):
        if self._app.mac:
            raise NotImplementedError
        return self if (id(self._sheet._sheet), *self.first) in self._model.threads else None

    def add_note(self, text):
        self._model.check_unlocked(self._sheet._sheet)
        if self.note or (id(self._sheet._sheet), *self.first) in self._model.threads:
            raise ExcelError("Unable to add a note: the cell has one.")
        self._sheet._sheet.cell(*self.first).comment = Comment(text, "User")
        return Note(self)

    def select(self):
        if self._sheet._book is not self._app.books.active or self._sheet.name != self._sheet._book.front:
            raise ExcelError("Select method of Range class failed")
        self._sheet._book.selected = self

    def copy(self, destination=None):
        if destination is None:
            self._app.clipboard = self
        elif self.last == WHOLE:
            target = destination.impl._sheet
            target._model.copy_cells(self._model, self._sheet._sheet, target._sheet)
            target._sheet._charts = [_linked(chart, self._sheet._book.name) for chart in self._sheet._sheet._charts]
        else:
            raise NotImplementedError

    def paste(self, paste=None, operation=None, skip_blanks=False, transpose=False):
        if self._app.clipboard is None:
            raise ExcelError("PasteSpecial method of Range class failed")
        source = self._app.clipboard
        if paste == "formats":
            for row in rows_of(self.first, self.last):
                for at, place in enumerate(row):
                    self._sheet._sheet.cell(*place).number_format = source._sheet._sheet.cell(source.row, source.column + at).number_format

    def insert(self, shift, copy_origin=None):
        self._model.shift(self._sheet._sheet, self.column, self.last[1], self.row, self.shape[0])
        self._fit_table(self.shape[0])

    def delete(self, shift):
        for places in rows_of(self.first, self.last):
            for place in places:
                self._sheet._sheet.cell(*place).comment = None
                self._model.write(self._sheet._sheet, *place, None)
        self._model.shift(self._sheet._sheet, self.column, self.last[1], self.last[0] + 1, -self.shape[0])
        self._fit_table(-self.shape[0])

    def _fit_table(self, by: int) -> None:
        """The table that rows went into or out of; it keeps one row, and its formulas reach into the new ones."""
        for table in self._sheet.tables:
            first_column, first, last_column, last = range_boundaries(table._table.ref)
            if first < self.row <= last + 1 and self.column == first_column:
                table._set((first, first_column), (max(last + by, first + 1), last_column))


def _linked(chart, donor: str):
    """A chart that came with a range of cells: it goes on reading from the book that it came from."""
    new = deepcopy(chart)
    for series in new.series:
        for source in (series.val and series.val.numRef, series.cat and (series.cat.strRef or series.cat.numRef)):
            if source:
                source.f = f"[{donor}]{source.f}"
    return new


class Note(Thing, base_classes.Note):
    location = None

    def __init__(self, cell: Range):
        self._app, self.location = cell._app, cell

    @property
    def text(self):
        return self.location._sheet._sheet.cell(*self.location.first).comment.text

    def delete(self):
        self.location._model.check_unlocked(self.location._sheet._sheet)
        self.location._sheet._sheet.cell(*self.location.first).comment = None


class Collection(Thing):
    def __call__(self, key):
        for number, each in enumerate(self, 1):
            if key in (number, each.name):
                return each
        raise KeyError(key)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, key) -> bool:
        return any(each.name == key for each in self)


class Tables(Collection, base_classes.Tables):
    def __init__(self, sheet):
        self._app, self._sheet = sheet._app, sheet

    def __iter__(self) -> Iterator["Table"]:
        return (Table(self._sheet, table) for table in list(self._sheet._sheet.tables.values()))


class Table(Thing, base_classes.Table):
    def __init__(self, sheet, table: OpenpyxlTable):
        self._app, self._sheet, self._table = sheet._app, sheet, table

    parent = property(lambda self: self._sheet)
    show_headers = property(lambda self: self._table.headerRowCount != 0)
    show_totals = property(lambda self: bool(self._table.totalsRowCount))
    rows = property(lambda self: TableRows(self))

    @property
    def name(self):
        return self._table.displayName

    @name.setter
    def name(self, value):
        self._sheet._model.check_table_name(value)
        del self._sheet._sheet.tables[self._table.displayName]
        self._table.displayName = self._table.name = value
        self._sheet._sheet.add_table(self._table)

    @property
    def api(self):
        def unlist() -> None:
            del self._sheet._sheet.tables[self._table.displayName]

        return Apple({}, convert_to_range=unlist) if self._app.mac else Com({}, Unlist=unlist)

    @property
    def range(self):
        return self._sheet.range(self._table.ref)

    @property
    def header_row_range(self):
        whole = self.range
        return Range(self._sheet, whole.first, (whole.row, whole.last[1]))

    @property
    def data_body_range(self):
        whole = self.range
        return Range(self._sheet, (whole.row + 1, whole.column), (whole.last[0] - self.show_totals, whole.last[1]))

    def resize(self, area):
        self._sheet._model.check_unlocked(self._sheet._sheet)
        if self.show_totals or area.impl.first != self.range.first:
            raise ExcelError("The range does not work for table resize.")
        self._set(area.impl.first, area.impl.last)

    def _set(self, first: tuple[int, int], last: tuple[int, int]) -> None:
        """Give the table another extent; new rows get the formulas of its computed columns."""
        sheet, model = self._sheet._sheet, self._sheet._model
        self._table.ref = area(first, last)
        if self._table.autoFilter:
            self._table.autoFilter.ref = self._table.ref
        for at, column in enumerate(self._table.tableColumns):
            if column.calculatedColumnFormula is not None:
                for row in range(first[0] + 1, last[0] + 1 - self.show_totals):
                    if sheet.cell(row, first[1] + at).value is None:
                        sheet.cell(row, first[1] + at).value = "=" + column.calculatedColumnFormula.attr_text
        model.changed = True


class TableRows(Collection, base_classes.TableRows):
    def __init__(self, table: Table):
        self._app, self._table = table._app, table

    column_count = property(lambda self: self._table.range.shape[1])

    def __iter__(self):
        return iter(range(self._table.data_body_range.shape[0]))

    def add(self, values, index):
        whole = self._table.range
        row = self._table.data_body_range.last[0] + 1
        self._table._sheet._model.shift(self._table._sheet._sheet, whole.column, whole.last[1], row, 1)
        self._table._set(whole.first, (whole.last[0] + 1, whole.last[1]))


class Names(Thing, base_classes.Names):
    def __init__(self, book, sheet=None):
        self._app, self._book, self._sheet = book._app, book, sheet

    def _all(self) -> dict[str, tuple[object, DefinedName]]:
        wb = self._book._model.wb
        if self._sheet is not None:
            return {name: (self._sheet, defined) for name, defined in self._sheet.defined_names.items()}
        local = {f"{sheet.title}!{name}": (sheet, defined) for sheet in wb.worksheets for name, defined in sheet.defined_names.items()}
        return {name: (None, defined) for name, defined in wb.defined_names.items()} | local

    def __call__(self, key):
        found = self._all()
        if isinstance(key, int):
            key = list(found)[key - 1]
        return Name(self._book, found[key][0], found[key][1])

    def contains(self, key):
        return key in self._all()

    def __len__(self) -> int:
        return len(self._all())

    def add(self, name, refers_to):
        defined = DefinedName(name, attr_text=refers_to.removeprefix("="))
        (self._sheet or self._book._model.wb).defined_names[name] = defined
        return Name(self._book, self._sheet, defined)


class Name(Thing, base_classes.Name):
    def __init__(self, book, sheet, defined: DefinedName):
        self._app, self._book, self._scope, self._defined = book._app, book, sheet, defined

    @property
    def name(self):
        return f"{self._scope.title}!{self._defined.name}" if self._scope is not None else self._defined.name

    @property
    def refers_to(self):
        return "=" + self._defined.attr_text

    @refers_to.setter
    def refers_to(self, value):
        self._defined.attr_text = value.removeprefix("=")

    @property
    def refers_to_range(self):
        title, place = next(self._defined.destinations)
        return self._book.sheets(title).range(place)

    @property
    def api(self):
        def show(shown: object) -> None:
            self._defined.hidden = not shown

        shown = (lambda: not self._defined.hidden, show)
        return Apple({"visible": shown}) if self._app.mac else Com({"Visible": shown})


class Charts(Collection, base_classes.Charts):
    def __init__(self, sheet):
        self._app, self._sheet = sheet._app, sheet

    def __iter__(self):
        return (Chart(self._sheet, chart, number) for number, chart in enumerate(list(self._sheet._sheet._charts)))


class Chart(Thing, base_classes.Chart):
    name = ""

    def __init__(self, sheet, chart, number: int):
        self._app, self._sheet, self._chart, self.name = sheet._app, sheet, chart, f"Chart {number}"

    series = property(lambda self: SeriesCollection(self))

    def delete(self):
        self._sheet._sheet._charts.remove(self._chart)


class SeriesCollection(Collection, base_classes.ChartSeriesCollection):
    def __init__(self, chart: Chart):
        self._app, self._chart = chart._app, chart

    def __iter__(self):
        return (Series(self._chart, series) for series in self._chart._chart.series)


class Series(Thing, base_classes.ChartSeries):
    name = ""

    def __init__(self, chart: Chart, series):
        self._app, self._series, self.name = chart._app, series, ""

    @property
    def api(self):
        source = self._series.val.numRef

        def put(formula: object) -> None:
            source.f = str(formula).removeprefix("=SERIES(,,").removesuffix(",1)")
            if self._series.cat and self._series.cat.strRef and "[" not in source.f:
                self._series.cat.strRef.f = self._series.cat.strRef.f.rpartition("]")[2]

        formula = (lambda: f"=SERIES(,,{source.f},1)", put)
        return Apple({"formula": formula}) if self._app.mac else Com({"Formula": formula})


class PageSetup(Thing, base_classes.PageSetup):
    def __init__(self, sheet):
        self._app, self._sheet = sheet._app, sheet

    @property
    def api(self):
        return _Page(self._sheet._sheet, self._app.mac)


class _Page:
    """Whatever is said of a page, kept by its name; openpyxl knows only some of it."""

    def __init__(self, sheet, mac: bool):
        object.__setattr__(self, "_said", sheet.__dict__.setdefault("_page_of_excel", {"PrintArea": sheet.print_area or ""}))
        object.__setattr__(self, "_mac", mac)

    def __getattr__(self, name: str):
        if self._mac:
            return type("Reference", (), {"get": staticmethod(lambda: self._said.get(name)),
                                          "set": staticmethod(lambda value: self._said.__setitem__(name, value))})
        return self._said.get(name)

    def __setattr__(self, name: str, value: object) -> None:
        self._said[name] = value
