"""How a function becomes one that Excel can call: cells in and out as they are, and whatever goes wrong as a cell, never as a traceback."""

import gc
import logging
import os
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path

import xlwings as xw
from xlwings.conversion import Accessor, Pipeline

from ..errors import FunnelError
from .catalogue import CATEGORY, FUNCTIONS, Function

VALUE = "#VALUE!"
LONGEST = 32_767        # characters of a cell
MOST_LOGGED = 1_000_000     # bytes of the log of what went wrong


class Omitted:
    """An argument that was left out. One that points to an empty cell is None: "no close date yet" is no "whatever the date"."""

    def __repr__(self) -> str:
        return ""


OMITTED = Omitted()


class Spilled(Accessor):
    """An answer for the COM server, which takes nothing but rows."""

    @staticmethod
    def writer(options: object) -> Pipeline:
        """xlwings' hook: the stages that an answer passes on its way to Excel."""
        return Pipeline([_as_rows])


def _as_rows(context: object) -> None:
    value = context.value
    rows = value if isinstance(value, list) else [[value]]      # never a tuple: pywin32 would give Excel its first item alone
    context.value = rows if rows and isinstance(rows[0], (list, tuple)) else [rows]


def served(function: Callable) -> Callable:
    """A function as the workbook calls it: as catalogue.py describes it, and answering whatever it is given."""
    described = FUNCTIONS[function.__name__]

    @wraps(function)
    def answer(*arguments: object) -> object:
        collecting = gc.isenabled()
        gc.disable()        # ten thousand rows are so many tuples without a cycle: looking through them would cost a third of the time
        try:
            return function(*arguments)
        except FunnelError as error:
            return VALUE if described.kind == "number" else _said(error, function.__name__, arguments)
        except Exception:       # the last door before Excel, which would show the traceback in the cell
            log_failure(function.__name__)
            return VALUE
        finally:
            if collecting:
                gc.enable()

    return _registered(answer, described)


def _registered(answer: Callable, described: Function) -> Callable:
    """On Windows the function for xlwings' COM server; elsewhere the function itself."""
    for argument in described.arguments:
        answer = xw.arg(argument.name, "raw")(answer)
    answer = xw.ret(Spilled)(answer)
    return xw.func(category=CATEGORY, call_in_wizard=False)(answer)     # last: xw.arg and xw.ret set both back to their defaults


def _said(error: FunnelError, name: str, arguments: tuple) -> str:
    from ..wording import sentence
    from .language import asked_language

    return sentence(error, asked_language(name, arguments))[:LONGEST]


@cache
def log_file() -> Path:
    """Where a failure of ours is written down, for whoever mends it."""
    home = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home) / "funnel-xl" / "functions.log"


def log_failure(name: str) -> None:
    """Write down the exception being handled, without the cells that led to it; a disk that can't be written is no reason to fail."""
    from logging.handlers import RotatingFileHandler

    try:
        log_file().parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(log_file(), maxBytes=MOST_LOGGED, backupCount=1, encoding="utf-8")
    except OSError:
        return
    logger = logging.Logger(__name__)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger.addHandler(handler)
    logger.exception("%s failed", name)
    handler.close()
