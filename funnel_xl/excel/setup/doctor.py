"""What keeps Excel from reaching Python on this computer."""

from collections.abc import Iterator
from pathlib import Path

from ... import __version__
from .addin import EXCEL_KEYS, XLWINGS_NAME, copies
from .interpreter import named_interpreter, program_bits, scripts_folder
from .machine import MAC, WINDOWS, Machine
from .trouble import Trouble
from .xlwings_version import xlwings_version_of

OFFICE_KEYS = (             # where the installer of Office says which kind it is: click-to-run, and the older one
    ("HKLM\\SOFTWARE\\Microsoft\\Office\\ClickToRun\\Configuration", "Platform"),
    ("HKLM\\SOFTWARE\\Microsoft\\Office\\16.0\\Outlook", "Bitness"),
)
SECURITY_KEYS = tuple(key.replace("\\Options", "\\Security").replace("Software\\", f"Software\\{policies}")
                      for key in EXCEL_KEYS for policies in ("Policies\\", ""))
NO_MACROS = 4               # of VBAWarnings: all macros are switched off without a word
STORE = "windowsapps"       # the folder of Microsoft Store's stand-ins for programs
VERSIONS = "import importlib.metadata as m; print(m.version('funnel_xl'), m.version('xlwings'))"


def examine(machine: Machine) -> list[Trouble]:
    """All that is wrong with this computer's set-up, what stops everything first."""
    if machine.system == WINDOWS:
        return [*_interpreter(machine), *_security(machine), *_addins(machine)]
    if machine.system == MAC:
        return [*_interpreter(machine), *_scripts(machine), *_addins(machine)]
    return [Trouble("doctor.system", "note")]


def _interpreter(machine: Machine) -> Iterator[Trouble]:
    named = named_interpreter(machine)
    if named is None:
        yield Trouble("doctor.python.unset", "error")
        return
    if machine.system == WINDOWS and STORE in str(named).lower():
        yield Trouble("doctor.python.store", "error", {"python": named})
        return
    if not named.is_file():
        yield Trouble("doctor.python.missing", "error", {"python": named})
        return
    yield from _package(machine, named)
    if machine.system == WINDOWS:
        yield from _library(machine, named)


def _package(machine: Machine, python: Path) -> Iterator[Trouble]:
    """Whether that interpreter has the packages that this one has."""
    if python.exists() and machine.python.exists() and python.samefile(machine.python):
        return
    wanted, found = f"{__version__} {machine.xlwings}", machine.ask(python, VERSIONS)
    if found != wanted:
        yield Trouble("doctor.python.package", "error", {"python": python, "wanted": wanted, "found": found or "-", "this": machine.python})


def _library(machine: Machine, python: Path) -> Iterator[Trouble]:
    """The library that joins Excel and Python: of Excel's bitness, beside the interpreter or, in a virtual environment, one folder up."""
    excel, own = excel_bits(machine), program_bits(python)
    names = [f"xlwings{bits}-{machine.xlwings}.dll" for bits in ([excel] if excel else [64, 32])]
    folders = python.parent, python.parent.parent
    if not any((folder / name).is_file() for folder in folders for name in names):
        yield Trouble("doctor.dll", "error", {"dll": names[0], "folder": folders[0], "parent": folders[1], "python": python})
    if not own:
        yield Trouble("doctor.python.no_program", "error", {"python": python})
    elif excel and own != excel:
        yield Trouble("doctor.python.bitness", "warning", {"python": python, "own": own, "excel": excel})


def excel_bits(machine: Machine) -> int:
    """32 or 64; 0 where the registry does not say."""
    for key, name in OFFICE_KEYS:
        said = machine.registry.read(key, name)
        if said:
            return 64 if str(said).lower() == "x64" else 32
    return 0


def _security(machine: Machine) -> Iterator[Trouble]:
    if any(machine.registry.read(key, "VBAWarnings") == NO_MACROS for key in SECURITY_KEYS):
        yield Trouble("doctor.macros.off", "error")


def _scripts(machine: Machine) -> Iterator[Trouble]:
    script = scripts_folder(machine) / f"xlwings-{machine.xlwings}.applescript"
    if not script.is_file():
        yield Trouble("doctor.mac.script", "error", {"script": script})


def _addins(machine: Machine) -> Iterator[Trouble]:
    found = copies(machine)
    if len(found) > 1:
        yield Trouble("doctor.addin.two", "error", {"places": ", ".join(map(str, found))})
    for path in found:
        version = xlwings_version_of(path)
        if version and version != machine.xlwings:
            yield Trouble("doctor.addin.version", "error", {"path": path, "book": version, "package": machine.xlwings})
    for path in copies(machine, XLWINGS_NAME):
        yield Trouble("doctor.addin.xlwings", "note", {"path": path})
