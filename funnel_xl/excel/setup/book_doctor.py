"""What keeps one workbook from reaching Python: told from the closed file, on any system."""

import re
from collections.abc import Iterator
from pathlib import Path

from ...book.package import Package
from ...book.source import open_source
from ...sales.grid import Sheet
from .machine import Machine
from .trouble import Trouble
from .xlwings_version import as_numbers, project_of, version_in

CONF = "xlwings.conf"
INTERPRETERS = {"interpreter_win": "%FUNNEL_PYTHON%", "interpreter_mac": "$HOME/.funnel-xl/python"}
ZONE_STREAM = ":Zone.Identifier"        # Windows' mark of files that came from elsewhere
INTERNET = 3                            # zones from here on: the Internet, and what Windows trusts less still
SYNC_KEY = "HKCU\\Software\\SyncEngines\\Providers\\OneDrive"       # folders of SharePoint that are kept in step with this computer
_WEB = re.compile(r"[a-z][a-z+.-]+:/", re.I)
_ZONE = re.compile(r"^\s*ZoneId\s*=\s*(\d+)", re.M | re.I)
_SYNCED = re.compile(r"onedrive(?: ?- ?.+|-.+)?|.*sharepoint.*", re.I)


def examine_book(book: str, machine: Machine) -> list[Trouble]:
    """All that is wrong with a closed workbook.

    Parameters
    ----------
    book : its path, as the user wrote it

    Raises
    ------
    FunnelError
        It is missing, or no workbook.
    """
    if _WEB.match(book):
        return [Trouble("doctor.book.web", "error", {"book": book})]
    path = Path(book)
    package = Package(path)
    project = project_of(path)
    found = [*_place(path, machine)]
    if project is None:
        return [*found, Trouble("doctor.book.no_macros", "note", {"book": path.name})]
    found += _mark(path)
    version = version_in(project)
    if not version:
        return [*found, Trouble("doctor.book.foreign", "note", {"book": path.name})]
    return [*found, *_version(path, version, machine), *_settings(package)]


def _place(path: Path, machine: Machine) -> Iterator[Trouble]:
    place = path.absolute()
    named = [folder for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer") if (folder := machine.folder(name))]
    named += [Path(str(synced)) for key in machine.registry.keys(SYNC_KEY)
              if (synced := machine.registry.read(f"{SYNC_KEY}\\{key}", "MountPoint"))]
    if any(_SYNCED.fullmatch(part) for part in place.parts[:-1]) or any(place.is_relative_to(folder) for folder in named):
        yield Trouble("doctor.book.cloud", "warning", {"book": path.name, "folder": place.parent})


def _mark(path: Path) -> Iterator[Trouble]:
    zone = _ZONE.search(_zone_stream(path))
    if zone and int(zone[1]) >= INTERNET:
        yield Trouble("doctor.book.blocked", "error", {"book": path.name})


def _zone_stream(path: Path) -> str:
    """On Windows a second stream of the file; on other systems the file that some programs make of it in copying."""
    try:
        return Path(f"{path}{ZONE_STREAM}").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _version(path: Path, version: str, machine: Machine) -> Iterator[Trouble]:
    if version != machine.xlwings:
        is_older = as_numbers(version) < as_numbers(machine.xlwings)
        yield Trouble("doctor.book.older" if is_older else "doctor.book.newer", "error",
                      {"book": path.name, "version": version, "package": machine.xlwings})


def _settings(package: Package) -> Iterator[Trouble]:
    """xlwings reads names from A1 down to the first gap, and takes an empty value for one that was chosen."""
    source = open_source(package.path)
    name = next((name for name in source.sheets if name.lower() == CONF), "")
    if not name:
        yield Trouble("doctor.conf.missing", "error", {"book": package.book})
        return
    rows = dict(_pairs(source.load(name)))
    last = max(rows, default=0)
    gap = next((row for row in range(1, last) if not rows.get(row, ("", None))[0]), 0)
    if gap:
        yield Trouble("doctor.conf.gap", "error", {"book": package.book, "row": gap})
    names = [setting.upper() for setting, _ in rows.values() if setting]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        yield Trouble("doctor.conf.twice", "error", {"book": package.book, "settings": ", ".join(twice)})
    for row, (setting, value) in sorted(rows.items()):
        if setting and value in (None, ""):
            yield Trouble("doctor.conf.empty", "error", {"book": package.book, "cell": f"{name}!B{row}", "setting": setting, "row": row})
    yield from _named_interpreters(package.book, name, rows)


def _named_interpreters(book: str, sheet: str, rows: dict[int, tuple[str, object]]) -> Iterator[Trouble]:
    for row, (setting, value) in sorted(rows.items()):
        wanted = INTERPRETERS.get(setting.lower())
        if wanted and value not in (None, "", wanted):
            yield Trouble("doctor.conf.interpreter", "warning", {"book": book, "cell": f"{sheet}!B{row}", "value": value, "wanted": wanted})


def _pairs(sheet: Sheet) -> Iterator[tuple[int, tuple[str, object]]]:
    """Row -> what stands in columns A and B, of the filled rows."""
    left = [None] * (sheet.first_column - 1)
    for row, cells in enumerate(sheet.rows, sheet.first_row):
        name, value = [*left, *cells, None, None][:2]
        if name is not None or value is not None:
            yield row, (str(name or "").strip(), value)
