"""Pages as LibreOffice prints them, for tests that look at paper and for the pictures in docs/."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

# Chinese fonts that Windows has and this machine has not; without a stand-in their Latin letters and digits come out too wide.
STAND_INS = {"Microsoft YaHei": "Noto Sans CJK SC", "Microsoft JhengHei": "Noto Sans CJK TC", "Arial": "Liberation Sans"}


def pdf(book: Path, folder: Path | None = None) -> Path:
    """The book printed by LibreOffice, beside it or in another folder; skips where LibreOffice is missing."""
    office = _needed("soffice", "libreoffice")
    folder = folder or book.parent
    profile = folder / ".office"
    profile.mkdir(parents=True, exist_ok=True)
    fonts = profile / "fonts.conf"
    fonts.write_text(_fonts(), encoding="utf-8")
    command = [office, f"-env:UserInstallation={profile.resolve().as_uri()}", "--headless", "--convert-to", "pdf",
               "--outdir", str(folder), str(book)]
    subprocess.run(command, check=True, capture_output=True, timeout=300, env={**os.environ, "FONTCONFIG_FILE": str(fonts)})
    return folder / (book.stem + ".pdf")


def pictures(printed: Path, *, dots: int = 110, first: int = 1, last: int = 0) -> list[Path]:
    """A PNG of each page, in order; `dots` an inch."""
    pages = ["-f", str(first), *(["-l", str(last)] if last else [])]
    command = [_needed("pdftoppm"), "-r", str(dots), "-png", *pages, str(printed), str(printed.with_suffix(""))]
    subprocess.run(command, check=True, timeout=300)
    return sorted(printed.parent.glob(f"{printed.stem}-*.png"))


def text(printed: Path) -> list[str]:
    """The text of each page."""
    out = subprocess.run([_needed("pdftotext"), "-layout", str(printed), "-"], check=True, capture_output=True, timeout=300)
    return out.stdout.decode("utf-8").split("\f")[:-1]


def _needed(*programs: str) -> str:
    found = next((path for program in programs if (path := shutil.which(program))), None)
    if found is None:
        pytest.skip(f"{programs[0]} is not installed")
    return found


def _fonts() -> str:
    aliases = "".join(f'<match target="pattern"><test name="family"><string>{wanted}</string></test><edit name="family" mode="assign" '
                      f'binding="strong"><string>{there}</string></edit></match>' for wanted, there in STAND_INS.items())
    return ('<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
            f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{aliases}</fontconfig>')
