"""The computer as set-up sees it: its registry, folders and interpreters, behind a few calls that tests answer themselves."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

WINDOWS, MAC = "win32", "darwin"
ANSWER_SECONDS = 60         # importing next to nothing, an interpreter answers at once; a virus scanner may hold it up the first time


class Registry(Protocol):
    """The part of Windows' registry that is needed. Keys are written "HKCU\\Environment"."""

    def read(self, key: str, name: str) -> object:
        """A value; None where there is none."""

    def write(self, key: str, name: str, text: str) -> None:
        """A text value."""

    def keys(self, key: str) -> list[str]:
        """The names of the keys below a key."""


@dataclass(frozen=True)
class Machine:
    """One user's computer."""

    system: str                             # as sys.platform names it
    home: Path
    python: Path                            # the interpreter that runs this program
    environment: Mapping[str, str]
    registry: Registry
    announce: Callable[[], None]            # tell running programs that the user's environment has changed
    ask: Callable[[Path, str], str]         # what an interpreter prints for a line of Python; "" where it fails
    xlwings: str                            # version of the installed package

    def folder(self, variable: str) -> Path | None:
        """The folder that an environment variable names."""
        named = self.environment.get(variable)
        return Path(named) if named else None


def this_machine() -> Machine:
    """The computer that this program runs on."""
    registry: Registry = _WindowsRegistry() if sys.platform == WINDOWS else _NoRegistry()
    return Machine(sys.platform, Path.home(), Path(sys.executable), os.environ, registry, _announce, _ask, version("xlwings"))


class _NoRegistry:
    """Other systems have none."""

    def read(self, key: str, name: str) -> object:
        return None

    def write(self, key: str, name: str, text: str) -> None:
        raise OSError(f"there is no registry to write {key} into")

    def keys(self, key: str) -> list[str]:
        return []


class _WindowsRegistry:
    """The registry itself. winreg exists on Windows only."""

    def read(self, key: str, name: str) -> object:
        import winreg

        with suppress(OSError), winreg.OpenKey(*self._place(key), 0, self._access()) as opened:
            value, kind = winreg.QueryValueEx(opened, name)
            return winreg.ExpandEnvironmentStrings(value) if kind == winreg.REG_EXPAND_SZ else value
        return None

    def write(self, key: str, name: str, text: str) -> None:
        import winreg

        with winreg.CreateKey(*self._place(key)) as opened:
            winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, text)

    def keys(self, key: str) -> list[str]:
        import winreg

        found: list[str] = []
        with suppress(OSError), winreg.OpenKey(*self._place(key), 0, self._access()) as opened:     # ends in OSError behind the last
            while True:
                found.append(winreg.EnumKey(opened, len(found)))
        return found

    def _access(self) -> int:
        import winreg

        # A 32-bit Python would be shown another registry, in which a 64-bit Office has written nothing.
        return winreg.KEY_READ | winreg.KEY_WOW64_64KEY

    def _place(self, key: str) -> tuple[int, str]:
        import winreg

        root, _, below = key.partition("\\")
        return {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}[root], below


def _announce() -> None:
    """Windows hands a new environment to programs that are started from now on only if it is told of it."""
    if sys.platform == WINDOWS:
        import ctypes

        everyone, setting_changed, skip_hung = 0xFFFF, 0x001A, 0x0002
        ctypes.windll.user32.SendMessageTimeoutW(everyone, setting_changed, 0, "Environment", skip_hung, 5000, None)


def _ask(python: Path, line: str) -> str:
    try:        # in its own folder: a project that happens to be the current one would answer for its packages
        done = subprocess.run([str(python), "-c", line], cwd=python.parent, capture_output=True, text=True, timeout=ANSWER_SECONDS,
                              check=False)
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
