"""A stand-in for Excel behind xlwings' own API: it does what macros ask of Excel, and refuses what Excel refuses.

It keeps to Excel on Windows: dates with a time zone, error values as numbers, `api` in COM's words. With `mac` it answers in AppleScript's.
"""

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path

import xlwings as xw
from excel_model import ExcelError, Model
from excel_views import WHOLE, Apple, Charts, Com, Members, Names, Note, PageSetup, Range, Tables, Thing
from openpyxl.utils import range_boundaries
from xlwings import base_classes


class Engine:
    """The engine as xlwings knows engines."""

    name, type = "stand-in", "desktop"

    def __init__(self) -> None:
        self.apps = Apps()

    @staticmethod
    def prepare_xl_data_element(x: object, options: object) -> object:
        return x

    @staticmethod
    def clean_value_data(data, datetime_builder, empty_as, number_builder, err_to_str):
        return [[empty_as if cell is None else cell.replace(tzinfo=None) if isinstance(cell, dt.datetime) else cell for cell in row]
                for row in data]


class Apps(base_classes.Apps):
    def __init__(self) -> None:
        self.running: list[App] = []

    def __iter__(self):
        return iter(self.running)

    def __len__(self) -> int:
        return len(self.running)

    def __getitem__(self, pid: int):
        return next(app for app in self.running if app.pid == pid)

    def keys(self):
        return [app.pid for app in self.running]


class App(Thing, base_classes.App):
    """Excel: its books, what it asked the user and what he answered."""

    screen_updating, display_alerts, enable_events, calculation = True, True, True, "automatic"
    status_bar: object = False
    engine = books = None       # set below; the base class has properties without a setter
    cut_copy_mode = None
    pid, hwnd, version = 4711, 1, "16.0"

    def __init__(self, engine: Engine, mac: bool = False):
        self._app, self.busy, self.mac = self, 0, mac
        self.engine = engine
        self.books = Books(self)
        self.asked: list[tuple[str, str, str]] = []     # text, buttons, mode of each message box
        self.answers: list[str] = []                    # what the user will press; OK or Yes where nothing is said
        self.chosen: str | bool = False                 # the file that he will choose
        self.calculated: list[set[str]] = []            # at each calculation, the sheets that were held still
        self.steps: list[str] = []
        self.clipboard: Range | None = None

    def __setattr__(self, name: str, value: object) -> None:
        if name == "status_bar" and value:
            self.steps.append(str(value))
        super().__setattr__(name, value)

    @property
    def selection(self):
        book = self.books.active
        return book.selected if book else None

    @property
    def api(self):
        chosen = lambda *_, **__: self.chosen       # noqa: E731
        return Apple({}, get_open_filename=chosen) if self.mac else Com({}, GetOpenFilename=chosen)

    def alert(self, prompt, title, buttons, mode, callback):
        self.asked.append((prompt, buttons, mode))
        if buttons == "ok":
            return "ok"
        return self.answers.pop(0) if self.answers else "ok" if buttons.startswith("ok") else "yes"

    def activate(self, steal_focus=False):
        pass

    def calculate(self):
        held = {sheet.title for book in self.books.all for sheet in book._model.wb.worksheets if id(sheet) in book._model.held}
        self.calculated.append(held)


class Books(Thing, base_classes.Books):
    def __init__(self, app: App):
        self._app, self.all = app, []

    app = property(lambda self: self._app)

    @property
    def active(self):
        return self.all[-1] if self.all else None

    def open(self, fullname, update_links=None, read_only=None, *more, **options):
        path = Path(fullname)
        if any(book.name.lower() == path.name.lower() for book in self.all):
            raise ExcelError("A document with that name is already open.")
        book = Book(self._app, Model(path), path.name, str(path), bool(read_only))
        self.all.append(book)
        return book

    def __call__(self, name):
        found = self.all[name - 1] if isinstance(name, int) else next((book for book in self.all if book.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def __len__(self) -> int:
        return len(self.all)

    def __iter__(self):
        return iter(self.all)


class Book(Thing, base_classes.Book):
    name = fullname = ""

    def __init__(self, app: App, model: Model, name: str, fullname: str, read_only: bool = False):
        self._app, self._model = app, model
        self.name, self.fullname = name, fullname
        self.read_only, self.shared, self.autosave, self.saved = read_only, False, False, True
        self.front = model.wb.active.title
        self.selected: Range | None = Range(Sheet(self, model.wb.active), (1, 1))

    app = property(lambda self: self._app)
    sheets = property(lambda self: Sheets(self))
    names = property(lambda self: Names(self))

    @property
    def api(self):
        wb = self._model.wb
        facts = {"read_only": lambda: self.read_only, "shared": lambda: self.shared, "saved": lambda: self.saved,
                 "structure": lambda: bool(wb.security and wb.security.lockStructure), "date1904": lambda: False,
                 "full_name": lambda: self.fullname}
        if self._app.mac:
            words = {"read_only": "read_only", "shared": "multi_user_editing", "saved": "saved", "structure": "protect_structure",
                     "date1904": "date_1904", "full_name": "full_name"}
            return _AppleBook({word: (facts[fact], None) for fact, word in words.items()}, self)
        words = {"read_only": "ReadOnly", "shared": "MultiUserEditing", "saved": "Saved", "structure": "ProtectStructure",
                 "date1904": "Date1904", "full_name": "FullName"}
        members: Members = {word: (facts[fact], None) for fact, word in words.items()}
        members["AutoSaveOn"] = (lambda: self.autosave, None)
        members["Sheets"] = (lambda: [Com({"Name": (lambda each=each: each.title, None)}) for each in wb.worksheets], None)
        return Com(members, SaveCopyAs=lambda path: self._model.save(Path(path)), Activate=self.activate, Worksheets=self._group)

    def _group(self, names: list[str]) -> Com:
        """Several sheets at once: Excel copies such a group only where it holds no table."""
        def copy(**_: object) -> None:
            if len(names) > 1 and any(self._model.wb[name].tables for name in names):
                raise ExcelError("A group of sheets that contains a table can't be copied or moved.")

        return Com({}, Copy=copy)

    def close(self):
        self._app.books.all.remove(self)

    def activate(self):
        self._app.books.all.remove(self)
        self._app.books.all.append(self)

    def save(self, path=None, password=None):
        self._model.save(Path(path or self.fullname))


class _AppleBook(Apple):
    def __init__(self, properties: Members, book: Book):
        super().__init__(properties, activate_object=book.activate)
        self._book = book

    @property
    def sheets(self):
        titles = [sheet.title for sheet in self._book._model.wb.worksheets]
        return Apple({"name": (lambda: titles, None)})


class Sheets(Thing, base_classes.Sheets):
    def __init__(self, book: Book):
        self._app, self._book = book._app, book

    @property
    def active(self):
        return self(self._book.front)

    def __call__(self, key):
        every = self._book._model.wb.worksheets
        found = every[key - 1] if isinstance(key, int) else next((sheet for sheet in every if sheet.title.lower() == key.lower()), None)
        if found is None:
            raise ExcelError("Subscript out of range")
        return Sheet(self._book, found)

    def __len__(self) -> int:
        return len(self._book._model.wb.worksheets)

    def __iter__(self):
        return (Sheet(self._book, sheet) for sheet in list(self._book._model.wb.worksheets))


class Sheet(Thing, base_classes.Sheet):
    def __init__(self, book: Book, sheet):
        self._app, self._book, self._sheet, self._model = book._app, book, sheet, book._model

    book = property(lambda self: self._book)
    index = property(lambda self: self._model.wb.index(self._sheet) + 1)
    names = property(lambda self: Names(self._book, self._sheet))
    cells = property(lambda self: Range(self, (1, 1), WHOLE))
    tables = property(lambda self: Tables(self))
    charts = property(lambda self: Charts(self))
    page_setup = property(lambda self: PageSetup(self))

    @property
    def name(self):
        return self._sheet.title

    @name.setter
    def name(self, value):
        self._model.check_structure()
        self._model.check_sheet_name(value, self._sheet)
        if self._book.front == self._sheet.title:
            self._book.front = value
        self._model.rename(self._sheet, value)

    @property
    def api(self):
        def hold(calculates: object) -> None:
            self._model.held.discard(id(self._sheet)) if calculates else self._model.held.add(id(self._sheet))

        locked = (lambda: bool(self._sheet.protection.sheet), None)
        calculates = (lambda: id(self._sheet) not in self._model.held, hold)
        if self._app.mac:
            return Apple({"protect_contents": locked, "enable_calculation": calculates}, activate_object=self.activate)
        breaks = (lambda: Com({"Count": (lambda: 0, None)}), None)
        return Com({"ProtectContents": locked, "EnableCalculation": calculates, "HPageBreaks": breaks},
                   Activate=self.activate, ResetAllPageBreaks=lambda: None)

    @property
    def visible(self):
        return self._sheet.sheet_state == "visible"

    @property
    def used_range(self):
        return Range(self, (1, 1), (max(1, self._sheet.max_row), max(1, self._sheet.max_column)))

    @property
    def notes(self):
        return [Note(Range(self, (row, column))) for row, column in sorted(
            place for place, cell in self._sheet._cells.items() if cell.comment)]

    def range(self, first, last=None):
        if isinstance(first, str):
            left, top, right, bottom = range_boundaries(first.replace("$", ""))
            return Range(self, (top, left), (bottom, right))
        if isinstance(first, Range):
            return Range(self, first.first, (last or first).last)
        if len(first) == 4:
            return Range(self, first[:2], (first[0] + first[2] - 1, first[1] + first[3] - 1))
        return Range(self, first, last or first)

    def activate(self):
        if not self.visible:
            raise ExcelError("Activate method of Worksheet class failed")
        self._book.front = self._sheet.title

    def delete(self):
        self._model.check_structure()
        self._model.wb.remove(self._sheet)
        self._model.changed = True

    def clear(self):
        self._model.clear(self._sheet)

    def copy(self, before, after):
        target = (before or after)._book
        new = target._model.copy_sheet(self._model, self._sheet, (before or after).index - bool(before))
        self._app.books.all.remove(target)
        self._app.books.all.append(target)
        target.front, target.selected = new.title, Range(Sheet(target, new), (1, 1))     # Excel shows what it has copied


def excel(*, mac: bool = False) -> App:
    """A running stand-in, made xlwings' active engine."""
    engine = Engine()
    app = App(engine, mac)
    engine.apps.running.append(app)
    known = xw.main.Engine(impl=engine)
    xw.engines.add(known)
    known.activate()
    return app


def opened(app: App, path: Path) -> Book:
    """A workbook opened by the user, which a macro's Book.caller() then finds."""
    book = app.books.open(os.fspath(path))
    xw.Book(impl=book).set_mock_caller()
    return book


def currency(book: Book, sheet: str, row: int, column: int, amount: str) -> None:
    """Have a cell show a currency, which COM hands over as a Decimal."""
    book._model.values[id(book._model.wb[sheet]), row, column] = Decimal(amount)
    book._model.wb[sheet].cell(row, column).value = "=1*1"
