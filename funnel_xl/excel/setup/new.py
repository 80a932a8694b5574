"""A new workbook for a team."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from ...book.save import write_atomically
from ...errors import BookError, OutOfRange

SUFFIX = ".xlsm"


def new_workbook(path: Path, language: str, stages: str, *, demo: bool) -> None:
    """Write a new workbook; nothing is ever replaced.

    Raises
    ------
    OutOfRange
        The name does not end in .xlsm.
    BookError
        A file of that name exists, or the folder can't be written.
    """
    if path.suffix.lower() != SUFFIX:
        raise OutOfRange("error.setup.suffix", path=path, stem=path.stem)
    if path.exists():
        raise BookError("error.setup.exists", path=path)
    from ...build.workbook import build_workbook  # brings pandas along

    content = built(lambda to: build_workbook(to, language, stages, demo=demo))
    write_atomically(path, lambda stream: stream.write(content))


def built(build: Callable[[Path], object]) -> bytes:
    """What a builder writes, so that it reaches its place whole or not at all."""
    with tempfile.TemporaryDirectory(prefix="funnel-xl-") as folder:
        path = Path(folder, "built" + SUFFIX)
        build(path)
        return path.read_bytes()
