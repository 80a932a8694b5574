"""The add-in in the folder from which Excel starts what lies there."""

import re
from pathlib import Path

from ...errors import BookError, FunnelError
from .machine import MAC, WINDOWS, Machine

NAME = "Funnel.xlam"
XLWINGS_NAME = "xlwings.xlam"       # xlwings' own, which some users have too
EXCEL_KEYS = tuple(f"HKCU\\Software\\Microsoft\\Office\\{version}\\Excel\\Options" for version in ("16.0", "15.0"))
PROGRAM_KEY = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\App Paths\\excel.exe"
MOST_OPENED = 50                    # add-ins that Excel lists as OPEN, OPEN1, OPEN2 ...
_QUOTED = re.compile(r'"([^"]+)"')
_MAC_OFFICE = ("Library", "Group Containers", "UBF8T346G9.Office")
_MAC_FOLDERS = (("User Content.localized", "Startup.localized", "Excel"), ("User Content", "Startup", "Excel"))


def start_folder(machine: Machine) -> Path:
    """The user's own folder of that kind.

    Raises
    ------
    FunnelError
        This system has no Excel.
    """
    if machine.system == MAC:
        office = machine.home.joinpath(*_MAC_OFFICE)
        folders = [office.joinpath(*folder) for folder in _MAC_FOLDERS]
        return next((folder for folder in folders if folder.exists()), folders[0])
    if machine.system == WINDOWS:
        roaming = machine.folder("APPDATA") or machine.home / "AppData" / "Roaming"
        return roaming / "Microsoft" / "Excel" / "XLSTART"
    raise FunnelError("error.setup.system")


def install(machine: Machine) -> Path:
    """Write the add-in into the start folder, over an older one, and return where it lies.

    Raises
    ------
    BookError
        Excel has it open, or the user may not write there.
    """
    from ...book.save import write_atomically
    from ...build.addin import build_addin
    from .new import built

    path = start_folder(machine) / NAME
    content = built(build_addin)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        raise FunnelError("error.setup.denied", place=path.parent, reason=reason.strerror) from reason
    write_atomically(path, lambda stream: stream.write(content))
    return path


def remove(machine: Machine) -> Path | None:
    """Take the add-in out of the start folder; where it lay, None if it did not.

    Raises
    ------
    BookError
        Excel has it open.
    """
    path = start_folder(machine) / NAME
    try:
        path.unlink()
    except FileNotFoundError:
        return None
    except OSError as reason:
        raise BookError("error.setup.addin_open", file=path) from reason
    return path


def copies(machine: Machine, name: str = NAME) -> list[Path]:
    """All files of the add-in that Excel starts with: in the start folders, and those ticked in its list of add-ins.

    "Funnel (1).xlam", as a browser calls a second download, is one too.
    """
    pattern = f"{Path(name).stem}*{Path(name).suffix}"
    found = [path for folder in _start_folders(machine) if folder.is_dir() for path in folder.glob(pattern)]
    found += [path for path in _ticked(machine) if path.match(pattern) and path.exists()]
    return list({str(path).casefold(): path for path in found}.values())


def _start_folders(machine: Machine) -> list[Path]:
    """The user's start folder, the one for all users of the computer, and the one chosen in Excel's options."""
    folders = [start_folder(machine)]
    program = machine.registry.read(PROGRAM_KEY, "")
    if program:
        folders.append(Path(str(program).strip('"')).parent / "XLSTART")
    folders += [Path(str(named)) for key in EXCEL_KEYS if (named := machine.registry.read(key, "AltStartup"))]
    return folders


def _ticked(machine: Machine) -> list[Path]:
    """What Excel opens by its list of add-ins; a bare name means the user's folder of add-ins."""
    folder = (machine.folder("APPDATA") or machine.home) / "Microsoft" / "AddIns"
    lines = [machine.registry.read(key, f"OPEN{number or ''}") for key in EXCEL_KEYS for number in range(MOST_OPENED)]
    return [folder / name for line in lines if line for name in _QUOTED.findall(str(line)) or [str(line).rpartition(" ")[2]]]
