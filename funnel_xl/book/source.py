"""Any closed file as a Source: what it is, is told by its content and not by its name."""

from functools import cache, partial
from pathlib import Path

from ..errors import SourceError
from ..sales.grid import Sheet, Source
from .csvfile import find_format, read_csv
from .guard import ZIP, check_file, refuse_foreign


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
    return _open_text(path, encoding)


def _open_workbook(path: Path) -> Source:
    # Only workbooks need lxml, numpy and calamine: a CSV file must not wait for them.
    from .values import load_sheet
    from .workbook import open_book

    book = open_book(path)
    return Source(path.name, str(path), tuple(book.sheets), book.tables, cache(partial(load_sheet, book)), date1904=book.date1904)


def _open_text(path: Path, encoding: str | None) -> Source:
    try:
        codec, delimiter, skipped = find_format(path, encoding)
    except OSError as error:
        raise SourceError("error.file.unreadable", file=str(path), reason=error) from error
    notes: list[tuple[str, dict]] = []
    if codec not in ("utf-8", "utf-8-sig") and not encoding:
        notes.append(("source.encoding", {"encoding": codec}))
    if delimiter != ",":
        notes.append(("source.delimiter", {"delimiter": {"\t": "Tab"}.get(delimiter, delimiter)}))

    @cache
    def load(name: str) -> Sheet:
        return read_csv(path, codec, delimiter, skipped)

    return Source(path.name, str(path), (path.name,), {}, load, is_csv=True, notes=tuple(notes))
