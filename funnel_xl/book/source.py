"""Any closed file as a Source: what it is, is told by its content and not by its name."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

from ..errors import SourceError
from ..sales.grid import Sheet, Source
from .csvfile import find_format, read_csv
from .guard import ZIP, check_file, refuse_foreign

PLAIN = ("utf-8", "utf-8-sig")      # encodings that need no note


def open_source(path: str | Path, *, encoding: str | None = None) -> Source:
    """A workbook or a text file of deals, opened behind the guards; its cells are read when a sheet is asked for, and then kept.

    Parameters
    ----------
    path : str or Path
        .xlsx, .xlsm, .xltx, .xltm, or text with a delimiter, whatever its name ends in.
    encoding : str, optional
        Codec of a text file where the found one is wrong: "gb18030", "cp950", "cp1252".

    Raises
    ------
    FunnelError
        The file can't be read; the sentence says why and what to do. `Source.load` raises it too.
    """
    path = Path(path)
    head = check_file(path)
    if head.startswith(ZIP):
        return _open_workbook(path)
    refuse_foreign(path, head)
    with _readable(path):
        return _open_text(path, encoding)


def _open_workbook(path: Path) -> Source:
    # numpy and calamine only where a workbook is read: a CSV file must not wait for them.
    from .values import load_sheet
    from .workbook import open_book

    book = open_book(path)
    return Source(path.name, str(path), tuple(book.sheets), book.tables, _loader(path, partial(load_sheet, book)), date1904=book.date1904)


def _open_text(path: Path, encoding: str | None) -> Source:
    codec, delimiter, skipped = find_format(path, encoding)
    notes: list[tuple[str, dict]] = []
    if codec not in PLAIN and not encoding:
        notes.append(("source.encoding", {"encoding": codec}))
    if delimiter != ",":
        notes.append(("source.delimiter", {"delimiter": {"\t": "Tab"}.get(delimiter, delimiter)}))
    load = _loader(path, lambda name: read_csv(path, codec, delimiter, skipped))
    return Source(path.name, str(path), (path.name,), {}, load, is_csv=True, notes=tuple(notes))


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Say it in a sentence where the file goes away, or its disk fails, in the midst of reading."""
    try:
        yield
    except OSError as error:
        raise SourceError("error.file.unreadable", file=str(path), reason=error) from error


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Keep the collector of garbage from millions of new values, none of them in a cycle: walking over them takes a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _loader(path: Path, read: Callable[[str], Sheet]) -> Callable[[str], Sheet]:
    """What reads a sheet once and keeps it."""
    @cache
    def load(name: str) -> Sheet:
        with collector_at_rest(), _readable(path):
            return read(name)
    return load
