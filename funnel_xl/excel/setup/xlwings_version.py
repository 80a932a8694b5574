"""Which xlwings a workbook or an add-in was made for: its macros name the library by version, and find no other."""

import re
from pathlib import Path

from ...book.guard import open_package, read_part
from ...errors import BookError
from .vba_text import VbaProject, read_project

_LIBRARY = re.compile(r'"xlwings(?:64|32)-([\w.]+?)\.dll"')
PROJECT_PART = "vbaproject.bin"


def project_of(path: Path) -> VbaProject | None:
    """The macros of a workbook or add-in; None where it has none.

    Raises
    ------
    BookError
        The file or its macros are damaged.
    """
    with open_package(path) as package:
        part = next((info for info in package.infolist() if info.filename.lower().rpartition("/")[2] == PROJECT_PART), None)
        if part is None:
            return None
        raw = read_part(package, part)
    try:
        return read_project(raw)
    except ValueError as reason:
        raise BookError("error.file.damaged", file=path.name, part=part.filename) from reason


def version_in(project: VbaProject | None) -> str:
    """The version of xlwings that macros name; "" where they name none."""
    texts = project.sources.values() if project else ()
    return next((found[1] for text in texts if (found := _LIBRARY.search(text))), "")


def xlwings_version_of(path: Path) -> str:
    """The version that a file's macros name; "" where it can't be read or names none."""
    try:
        return version_in(project_of(path))
    except BookError:
        return ""


def as_numbers(version: str) -> tuple[int, ...]:
    """0.9.1 is older than 0.37.8."""
    return tuple(int(number) for number in re.findall(r"\d+", version))
