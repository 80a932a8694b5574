"""Computers that are set up as they should be, made of folders and dictionaries; a test breaks one thing on them."""

from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

from funnel_xl import __version__
from funnel_xl.excel.setup.machine import MAC, WINDOWS, Machine

XLWINGS = version("xlwings")
ENVIRONMENT = "HKCU\\Environment"
CLICK_TO_RUN = "HKLM\\SOFTWARE\\Microsoft\\Office\\ClickToRun\\Configuration"
CODES = {32: b"\x4c\x01", 64: b"\x64\x86"}


@dataclass
class Keys:
    """A registry as a dictionary."""

    values: dict[tuple[str, str], object] = field(default_factory=dict)

    def read(self, key: str, name: str) -> object:
        return self.values.get((key, name))

    def write(self, key: str, name: str, text: str) -> None:
        self.values[key, name] = text

    def keys(self, key: str) -> list[str]:
        return sorted({place[len(key) + 1:].split("\\")[0] for place, _ in self.values if place.startswith(key + "\\")})


def program(path: Path, bits: int = 64) -> Path:
    """A file that begins as a Windows program does: "MZ", at byte 60 where the new header is, there "PE" and the kind of processor."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"MZ" + bytes(58) + (128).to_bytes(4, "little") + bytes(64) + b"PE\0\0" + CODES[bits])
    return path


def windows(folder: Path) -> Machine:
    """Windows with 64-bit Excel, and Python in a virtual environment that Excel is told to start."""
    python = program(folder / "venv" / "Scripts" / "python.exe")
    for bits in (32, 64):
        (folder / "venv" / f"xlwings{bits}-{XLWINGS}.dll").touch()
    roaming = folder / "AppData" / "Roaming"
    (roaming / "Microsoft" / "Excel" / "XLSTART").mkdir(parents=True)
    keys = Keys({(ENVIRONMENT, "FUNNEL_PYTHON"): str(python), (CLICK_TO_RUN, "Platform"): "x64"})
    return Machine(WINDOWS, folder, python, {"APPDATA": str(roaming)}, keys, lambda: None, lambda path, line: "", XLWINGS)


def mac(folder: Path) -> Machine:
    """A Mac on which funnel-xl setup was run."""
    python = folder / "my venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    scripts = folder / "Library" / "Application Scripts" / "com.microsoft.Excel"
    scripts.mkdir(parents=True)
    (scripts / f"xlwings-{XLWINGS}.applescript").touch()
    starter = folder / ".funnel-xl" / "python"
    starter.parent.mkdir()
    starter.write_text(f"#!/bin/sh\nexec '{python}' \"$@\"\n", encoding="utf-8")
    return Machine(MAC, folder, python, {}, Keys(), lambda: None, lambda path, line: "", XLWINGS)


def telling(machine: Machine, answer: str = f"{__version__} {XLWINGS}") -> Machine:
    """The same computer, on which any interpreter that is asked for its packages answers so."""
    return replace(machine, ask=lambda python, line: answer)
