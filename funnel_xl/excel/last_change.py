"""One step back: a macro that changes a user's cells clears Excel's own undo, so it notes here how to take its change back.

The note lies in a file of the user's, not in the book: a book is mailed around. Nothing is taken back unless all of it still stands as the
macro left it.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import xlwings as xw

from ..errors import BookError
from . import native
from .marks import unmark
from .serving import log_file
from .tables import rows_of
from .writing import add_rows, body_row, cut_rows, written

Step = dict[str, Any]


def cells_step(sheet: str, cells: Sequence[tuple[int, int, object, object]]) -> Step:
    """How to give cells back what stood in them: (row, column, what stood there, what stands there now)."""
    return {"do": "cells", "sheet": sheet, "cells": [(row, column, _packed(old), _packed(new)) for row, column, old, new in cells]}


def added_step(sheet: str, table: str, first: int, columns: Sequence[int], rows: Sequence[Sequence[object]]) -> Step:
    """How to take added rows away: `first` is the number of the first one in the sheet, `columns` those of the sheet that were written."""
    return {"do": "cut", "sheet": sheet, "table": table, "first": first, "columns": list(columns),
            "rows": [[_packed(value) for value in row] for row in rows]}


def removed_step(sheet: str, table: str, places: Sequence[int], columns: Sequence[int], rows: Sequence[Sequence[object]]) -> Step:
    """How to put removed rows back: `places` are their numbers among the table's rows, from 0."""
    return {"do": "add", "sheet": sheet, "table": table, "places": list(places), "columns": list(columns),
            "rows": [[_packed(value) for value in row] for row in rows]}


def renamed_step(before: str, now: str) -> Step:
    """How a sheet gets its old name again."""
    return {"do": "rename", "before": before, "now": now}


MARKS_STEP: Step = {"do": "unmark"}


def remember(book: xw.Book, steps: Sequence[Step]) -> None:
    """Note how to take a change back; the note about the change before is forgotten."""
    path = _file(book)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(list(steps)), encoding="utf-8")


def take_back(book: xw.Book) -> bool:
    """Take the last change back; False where none is known.

    Raises
    ------
    BookError
        What was changed has been changed again since; nothing is taken back.
    """
    try:
        steps = json.loads(_file(book).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    for step in steps:
        CHECKS[step["do"]](book, step)
    for step in reversed(steps):
        DOES[step["do"]](book, step)
    _file(book).unlink(missing_ok=True)
    return True


def _file(book: xw.Book) -> Path:
    name = hashlib.sha256(str(native.ask(book, "full_name")).encode()).hexdigest()[:32]
    return log_file().parent / "undo" / f"{name}.json"


def _packed(value: object) -> object:
    return {"date": value.isoformat()} if isinstance(value, dt.datetime) else value


def _unpacked(value: object) -> object:
    return dt.datetime.fromisoformat(value["date"]) if isinstance(value, dict) else value


def _rows(step: Step) -> list[list[object]]:
    return [[_unpacked(value) for value in row] for row in step["rows"]]


def _changed(book: xw.Book, sheet: str) -> BookError:
    return BookError("error.macro.undo_changed", file=book.name, sheet=sheet)


def _sheet(book: xw.Book, name: str) -> xw.Sheet:
    if name not in [sheet.name for sheet in book.sheets]:
        raise _changed(book, name)
    sheet = book.sheets[name]
    if native.ask(sheet, "locked"):
        raise BookError("error.macro.locked", sheet=name)
    return sheet


def _check_cells(book: xw.Book, step: Step) -> None:
    sheet = _sheet(book, step["sheet"])
    for row, column, _, new in step["cells"]:
        if rows_of(sheet.range((row, column)))[0][0] != _unpacked(new):
            raise _changed(book, step["sheet"])


def _check_cut(book: xw.Book, step: Step) -> None:
    sheet, rows = _sheet(book, step["sheet"]), _rows(step)
    first, last = step["first"], step["first"] + len(rows) - 1
    for at, column in enumerate(step["columns"]):
        if [row[0] for row in rows_of(sheet.range((first, column), (last, column)))] != [row[at] for row in rows]:
            raise _changed(book, step["sheet"])


def _check_add(book: xw.Book, step: Step) -> None:
    if step["table"] not in [table.name for table in _sheet(book, step["sheet"]).tables]:
        raise _changed(book, step["sheet"])


def _check_rename(book: xw.Book, step: Step) -> None:
    names = native.sheet_names(book)
    if step["now"] not in names or (step["before"] in names and step["before"].casefold() != step["now"].casefold()):
        raise _changed(book, step["now"])


def _cells(book: xw.Book, step: Step) -> None:
    sheet = book.sheets[step["sheet"]]
    for row, column, old, _ in step["cells"]:
        sheet.range((row, column)).value = written(_unpacked(old))


def _cut(book: xw.Book, step: Step) -> None:
    table = book.sheets[step["sheet"]].tables[step["table"]]
    cut_rows(table, [step["first"] - body_row(table) + at for at in range(len(step["rows"]))])


def _add(book: xw.Book, step: Step) -> None:
    add_rows(book.sheets[step["sheet"]].tables[step["table"]], step["columns"], _rows(step), step["places"])


def _rename(book: xw.Book, step: Step) -> None:
    book.sheets[step["now"]].name = step["before"]


Does = Callable[[xw.Book, Step], object]
CHECKS: dict[str, Does] = {"cells": _check_cells, "cut": _check_cut, "add": _check_add, "rename": _check_rename,
                           "unmark": lambda book, step: None}
DOES: dict[str, Does] = {"cells": _cells, "cut": _cut, "add": _add, "rename": _rename, "unmark": lambda book, step: unmark(book)}
