"""Excel's side of a function call, driven from here: through xlwings' own DLL and COM server under Wine. See wine/setup.sh."""

import datetime as dt
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EPOCH = dt.datetime(1899, 12, 30)
HAS_ALREADY = {"xlwings", "openpyxl", "pandas", "numpy", "python-dateutil"}     # the COM server, or nothing that a function calls
MISSING = object()      # an argument that is left out


def base() -> Path:
    """Where Wine and its Python live: $FUNNEL_COM, else a folder that outlives the checkout."""
    return Path(os.environ.get("FUNNEL_COM") or "/opt/funnel-xl-com")


def set_up() -> str:
    """Make what is missing; says why it can't be made, or ""."""
    if (base() / "ready").exists():
        return ""
    if os.geteuid() != 0:
        return "setting Wine up needs root, once: sudo tests/com/wine/setup.sh /opt/funnel-xl-com"
    script = str(Path(__file__).parent / "wine" / "setup.sh")
    done = subprocess.run(["bash", script, str(base()), sys.executable], capture_output=True, text=True, timeout=1200)
    return "" if done.returncode == 0 else f"tests/com/wine/setup.sh failed: {done.stderr[-500:]}"


def site(folder: Path) -> Path:
    """A folder on the server's path: the package of this checkout, what it needs as Windows wheels, and functions to compare with."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(ROOT / "funnel_xl", folder / "funnel_xl", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(Path(__file__).parent / "witness.py", folder)
    for wheel in sorted(_wheels().glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    subprocess.run([_python311(), "-m", "compileall", "-q", str(folder)], check=False, capture_output=True)
    return folder


def _wheels() -> Path:
    """The Windows wheels of our dependencies, fetched once for each list of them."""
    with (ROOT / "pyproject.toml").open("rb") as project:
        needed = tomllib.load(project)["project"]["dependencies"]
    wanted = [each for each in needed if not any(each.startswith(name) for name in HAS_ALREADY)]
    folder = base() / "dependencies"
    known = folder / "list.txt"
    if not known.exists() or known.read_text() != "\n".join(wanted):
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--only-binary=:all:", "--platform",
                        "win_amd64", "--python-version", "3.11", "--implementation", "cp", "-d", str(folder), *wanted], check=True,
                       capture_output=True)
        known.write_text("\n".join(wanted))
    return folder


def _python311() -> str:
    return shutil.which("python3.11") or sys.executable


class Cells(list):
    """Rows of cells that arrive as a reference to a range: Python has to fetch their values."""


class Values(list):
    """Rows of cells that arrive as an array, as `.Value` does in the workbook's own wrappers."""


class ErrorValue(int):
    """An error value by the number that CVErr takes: ErrorValue(2042) is #N/A."""


class Money(float):
    """A cell with a currency format."""


class CallFailed(Exception):
    """The call raised in the server; Excel would show the traceback."""


class Client:
    """A running server, and calls to it."""

    def __init__(self, folder: Path) -> None:
        book = "Z:" + str(folder / "Book.xlsm").replace("/", "\\")
        self._process = subprocess.Popen([str(base() / "excel"), book], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.DEVNULL, text=True, encoding="utf-8")
        self.seconds = 0.0      # the last call took
        said = self._line()
        if said != "READY":
            raise RuntimeError(f"the COM server did not start: {said}")

    def call(self, module: str, function: str, *arguments: object) -> object:
        """What Excel gets for a call.

        Raises
        ------
        CallFailed
            The server raised.
        """
        parts = ["CALL", module, function, str(len(arguments)), *(part for argument in arguments for part in _coded(argument))]
        self._process.stdin.write("\t".join(parts) + "\n")
        self._process.stdin.flush()
        outcome, taken, *answer = self._line().split("\t")
        self.seconds = float(taken) / 1e6
        if outcome != "OK":
            raise CallFailed("\t".join(map(_plain, answer)))
        return _decoded(iter(answer))

    def close(self) -> None:
        """End the server."""
        self._process.stdin.write("QUIT\n")
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def _line(self) -> str:
        return self._process.stdout.readline().rstrip("\n")


def _coded(value: object) -> list[str]:
    if value is MISSING:
        return ["M"]
    if value is None:
        return ["N"]
    if isinstance(value, (Cells, Values)):
        kind = "RNG" if isinstance(value, Cells) else "A"
        return [kind, str(len(value)), str(len(value[0])), *(part for row in value for cell in row for part in _coded(cell))]
    if isinstance(value, dt.datetime):
        return ["D", repr((value - EPOCH) / dt.timedelta(days=1))]
    for kind, code in ((bool, "B"), (ErrorValue, "E"), (Money, "CY")):
        if isinstance(value, kind):
            return [code, repr(float(value)) if kind is Money else str(int(value))]
    if isinstance(value, (int, float)):
        return ["R8", repr(float(value))]
    return ["S", str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")]


def _plain(text: str) -> str:
    signs = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}
    out, letters = [], iter(text)
    for letter in letters:
        out.append(signs[next(letters)] if letter == "\\" else letter)
    return "".join(out)


def _decoded(parts: Iterator[str]) -> object:
    kind = next(parts)
    if kind == "A":
        rows, columns = int(next(parts)), int(next(parts))
        return [[_decoded(parts) for _ in range(columns)] for _ in range(rows)]
    if kind == "A1":
        return [_decoded(parts) for _ in range(int(next(parts)))]
    if kind in ("N", "VT1"):        # empty, or the Null that pywin32 makes of None
        return None
    value = next(parts)
    if kind == "R8":
        return float(value)
    if kind == "S":
        return _plain(value)
    if kind == "D":
        return EPOCH + dt.timedelta(days=float(value))
    return {"I4": int, "B": lambda each: each == "1"}[kind](value)
