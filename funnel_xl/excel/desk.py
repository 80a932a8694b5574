"""The manners of a macro: Excel is quiet while it works and as before when it ends, and whatever goes wrong is one message box."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import wraps

import xlwings as xw

from ..book.team import language_named
from ..errors import BookError, FunnelError
from ..wording import sentence, system_language, words
from . import native
from .serving import log_failure, log_file

TITLE = "Funnel"
QUIET = {"screen_updating": False, "display_alerts": False, "enable_events": False, "calculation": "manual"}
LONGEST = 1_000     # characters of a message box that a person reads


@dataclass
class Desk:
    """What a macro works on and how it talks to its user."""

    book: xw.Book
    language: str

    @property
    def words(self) -> dict[str, str]:
        return words(self.language)

    def step(self, key: str, **values: object) -> None:
        """Say on the status bar what is being done."""
        with suppress(Exception):       # no reason to stop working
            self.book.app.status_bar = f"{TITLE}: {self.words[key].format(**{'name': self.book.name, **values})}"

    def ask(self, text: str, buttons: str = "ok_cancel") -> str:
        """The button that the user presses: "ok", "cancel", "yes" or "no"."""
        return str(self.book.app.alert(_short(text), TITLE, buttons, "info"))

    def shared_now(self) -> str:
        """A sentence for questions about changes, where others see them at once; "" where they don't."""
        return "\n\n" + self.words["macro.autosave"] if native.saves_itself(self.book) else ""


def macro(work: Callable[[Desk], str | None]) -> Callable[[], None]:
    """A macro as a button starts it. `work` gives back what to say at the end."""

    @wraps(work)
    def run() -> None:
        book = xw.Book.caller()     # once and first: a cell's function that runs meanwhile may name another book
        desk, app = Desk(book, system_language()), None
        try:
            with native.patience():
                app = book.app      # now, since later Excel may be busy
                desk.language = book_language(book)
            with quiet(app, book):
                said, mode = work(desk), "info"
        except Exception as error:      # the last door before the user, who would else read a traceback
            said, mode = _sentence(error, desk, work.__name__), "critical"
        if said and app is not None:
            app.alert(_short(said), TITLE, "ok", mode)
        elif said:
            native.message_box(_short(said), TITLE)

    return run


def check_unlocked(sheet: xw.Sheet) -> None:
    """Refuse to change cells of a protected sheet."""
    if native.ask(sheet, "locked"):
        raise BookError("error.macro.locked", sheet=sheet.name)


def book_language(book: xw.Book) -> str:
    """The language that the workbook of ours is set to; of any other book the system's, until its deals are read."""
    named = book.names["FunnelLanguageName"].refers_to_range.value if "FunnelLanguageName" in book.names else None
    return language_named(named) or system_language()


@contextmanager
def quiet(app: xw.App, book: xw.Book) -> Iterator[None]:
    """Excel without flicker, questions and calculation; all of it, the selection and the sheet in sight are as before afterwards."""
    with native.patience():
        before = {name: getattr(app, name) for name in QUIET}
        sheet, selection = book.sheets.active, native.selection(app)
    try:
        with native.patience():
            for name, value in QUIET.items():
                setattr(app, name, value)
            yield
    finally:        # without hurry: while Excel is busy, xlwings waits
        _try(lambda: native.activate(book))
        _try(lambda: native.activate(sheet))
        if selection is not None:
            _try(lambda: selection.select())
        for name, value in before.items():
            _try(lambda name=name, value=value: setattr(app, name, value))
        _try(lambda: setattr(app, "status_bar", False))


def _try(restore: Callable[[], object]) -> None:
    """One thing as before; where it fails the others still come back."""
    with suppress(Exception):
        restore()


def _sentence(error: Exception, desk: Desk, name: str) -> str:
    if isinstance(error, FunnelError):
        return sentence(error, desk.language)
    if native.is_busy(error):
        return desk.words["error.macro.busy"]
    log_failure(name)
    if reason := native.reason(error):
        return desk.words["error.macro.refused"].format(reason=reason, log=log_file())
    return desk.words["error.macro.failed"].format(log=log_file())


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST - 4].rstrip() + " ..."
