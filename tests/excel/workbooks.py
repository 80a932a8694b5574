"""Workbooks of ours for tests, changed as the world changes them."""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from funnel_xl.build.projects import WORKBOOK_SHEETS, workbook_project
from funnel_xl.build.vba import vba_project

VBA = "xl/vbaProject.bin"


def members(path: Path) -> dict[str, bytes]:
    """All parts of a package."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def changed(source: Path, path: Path, parts: Mapping[str, bytes | None]) -> Path:
    """A copy of a workbook with some parts replaced, added, or (None) left out."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**members(source), **parts}.items():
            if content is not None:
                package.writestr(name, content)
    return path


def project(change: Callable[[str], str] = lambda text: text, **more: str) -> bytes:
    """The workbook's VBA with another text of xlwings' module, and with more modules."""
    ours = workbook_project()
    modules = {name: change(text) if name == "xlwings" else text for name, text in ours.modules.items()}
    own = {name: f'Attribute VB_Name = "{name}"\n{text}' for name, text in more.items()}
    return vba_project("Funnel", WORKBOOK_SHEETS, ours.book, {**modules, **own}, ours.classes)


def of_version(version: str) -> Callable[[str], str]:
    """xlwings' module as another version has it."""
    return lambda text: text.replace("-0.37.8.dll", f"-{version}.dll")
