"""Which Python answers Excel: named once for each user, because a workbook that is mailed around must not hold a person's path.

On Windows the workbook's settings name %FUNNEL_PYTHON%. On a Mac, where Excel sees no variables of the user's, they name a small program
in the user's home that starts the interpreter: a link would not do, Python finds its virtual environment by the path it was started with.
"""

import re
import shlex
from pathlib import Path

from ...errors import FunnelError
from .machine import MAC, WINDOWS, Machine

VARIABLE = "FUNNEL_PYTHON"
USER_ENVIRONMENT = "HKCU\\Environment"
SYSTEM_ENVIRONMENT = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment"
_STARTED = re.compile(r"^exec (.+) \"\$@\"$", re.M)
_MACHINES = {b"\x4c\x01": 32, b"\x64\x86": 64, b"\x64\xaa": 64}      # x86, x64, ARM64 (PE format, COFF file header)


def name_interpreter(machine: Machine) -> Path:
    """Make the interpreter that runs this program the one that answers Excel, and return where that is now said.

    Raises
    ------
    FunnelError
        This system has no Excel, or the user may not write there.
    """
    try:
        if machine.system == WINDOWS:
            machine.registry.write(USER_ENVIRONMENT, VARIABLE, str(machine.python))
            machine.announce()
            return Path(USER_ENVIRONMENT, VARIABLE)
        if machine.system == MAC:
            return _write_starter(machine)
    except OSError as reason:
        raise FunnelError("error.setup.denied", place=reason.filename or USER_ENVIRONMENT, reason=reason.strerror or reason) from reason
    raise FunnelError("error.setup.system")


def named_interpreter(machine: Machine) -> Path | None:
    """The interpreter that Excel will start; None where none is named."""
    if machine.system == MAC:
        try:
            found = _STARTED.search(starter(machine).read_text(encoding="utf-8"))
        except OSError:
            return None
        return Path(shlex.split(found[1])[0]) if found else None
    for place in (USER_ENVIRONMENT, SYSTEM_ENVIRONMENT):
        named = machine.registry.read(place, VARIABLE)
        if named:
            return Path(str(named))
    return machine.folder(VARIABLE)


def starter(machine: Machine) -> Path:
    """The program that the workbook's settings name on a Mac."""
    return machine.home / ".funnel-xl" / "python"


def scripts_folder(machine: Machine) -> Path:
    """Where a Mac's Excel may start scripts from."""
    return machine.home / "Library" / "Application Scripts" / "com.microsoft.Excel"


def allow_scripts() -> None:
    """What `xlwings runpython install` does on a Mac: lay xlwings' script where Excel may start it."""
    from xlwings.cli import runpython_install  # 1 s: it brings pandas along

    runpython_install(None)


def program_bits(program: Path) -> int:
    """32 or 64, as a Windows program's file says; 0 where it does not."""
    try:
        with program.open("rb") as file:
            head = file.read(4096)
    except OSError:
        return 0
    at = int.from_bytes(head[60:64], "little")
    return _MACHINES.get(head[at + 4:at + 6], 0) if head[:2] == b"MZ" and head[at:at + 4] == b"PE\0\0" else 0


def _write_starter(machine: Machine) -> Path:
    path = starter(machine)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\nexec {shlex.quote(str(machine.python))} "$@"\n', encoding="utf-8")
    path.chmod(0o755)
    return path
