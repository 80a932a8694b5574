"""The proof at full size: every workbook there is, 200 kills, a disk that is really full; its results go into docs/fidelity.md."""

import datetime as dt
import os
import re
import subprocess
import tempfile
import warnings
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
import team_books as t
from fidelity import Outcome, prove
from killing import REFUSED, in_child, kill_often, outcome

from funnel_xl.book.place import plan_placing
from funnel_xl.book.plan import carry_out
from funnel_xl.errors import BookError
from tests.conftest import ROOT

pytestmark = pytest.mark.proof

REPORT = ROOT / "docs" / "fidelity.md"
MORE = os.environ.get("FUNNEL_PROOF_BOOKS")     # a folder of further workbooks, such as public test files of other programs
KILLS = 200
LISTED = re.compile(rb"<(?:\w+:)?Application>([^<]*)<")


def writer(file: Path) -> str:
    """Which program says that it wrote a workbook."""
    try:
        with zipfile.ZipFile(file) as package:
            names = package.namelist()
            said = LISTED.search(package.read("docProps/app.xml")) if "docProps/app.xml" in names else None
            # Google Sheets writes no properties; Excel for Mac declares the same namespace, but says who it is.
            google = not said and b"office/mac/excel/2008/main" in package.read("xl/workbook.xml")
    except (zipfile.BadZipFile, KeyError, NotImplementedError):
        return "not said"
    if google:
        return "Google Sheets"
    return said[1].decode().partition("/")[0] if said else "not said"


def by_openpyxl(files: list[Path], folder: Path) -> list[Path]:
    made = []
    for file in files:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with file.open("rb") as stream:
                    book = openpyxl.load_workbook(stream)
                made.append(folder / f"openpyxl {file.stem}.xlsx")
                book.save(made[-1])
        except Exception:       # it can't read or write this one
            continue
    return [file for file in made if file.exists()]


def by_libreoffice(files: list[Path], folder: Path) -> list[Path]:
    """The files as LibreOffice saves them; those that it can't read are left out."""
    made = []
    for file in files:
        saved = t.saved_by_libreoffice(file, folder / "saved")
        if saved.exists():
            made.append(saved.rename(folder / f"LibreOffice {file.stem}.xlsx"))
    return made


def table(outcomes: dict[str, list[Outcome]]) -> list[str]:
    lines = ["| writer | books | whole | refused | broken | foreign parts, same bytes | same values: openpyxl / calamine | same pages |",
             "|---|---|---|---|---|---|---|---|"]
    for name, found in sorted(outcomes.items(), key=lambda pair: -len(pair[1])):
        words = Counter(one.word for one in found)
        readers = [sum(reader in one.readers for one in found) for reader in ("openpyxl", "calamine")]
        lines.append(f"| {name} | {len(found)} | {words['whole']} | {words['refused']} | {words['BROKEN']} | "
                     f"{sum(one.parts for one in found):,} | {readers[0]} / {readers[1]} | {sum(one.pages for one in found):,} |")
    return lines


def write_report(outcomes: dict[str, list[Outcome]], kills: Counter[str], full_disk: str) -> None:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    everything = [one for found in outcomes.values() for one in found]
    refused = [f"- {one.file}: `{one.refused}`" for one in everything if one.refused]
    notes = [f"- {one.file}: {note}" for one in everything for note in (*one.wrong, *one.notes)]
    text = (ROOT / "tests" / "book" / "fidelity_head.md").read_text(encoding="utf-8")
    lines = [text.rstrip(), "", "## Results", "", f"{dt.date.today().isoformat()}, commit {commit or 'unknown'}, by `make proof`.", "",
             *table(outcomes), "", "Refused, each untouched:", "", *sorted(refused), "",
             *(["What was noted:", "", *sorted(notes), ""] if notes else []),
             "Killed at a random moment of writing, and what lay there then: "
             + ", ".join(f"{count} {name}" for name, count in sorted(kills.items())) + "; never anything else.", "", full_disk, ""]
    REPORT.write_text("\n".join(lines), encoding="utf-8")


def on_a_full_disk(folder: Path) -> str:
    """Place into a book on a small disk of its own, where this user may mount one."""
    disk = folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=192k", "tmpfs", str(disk)], capture_output=True, check=False)
    if mounted.returncode:
        return "A full disk was tried by a limit on the size of files only: this user can't mount a small disk."
    try:
        host = t.team(disk / "Team.xlsx")
        pack = t.drawn(folder / "pack.xlsx", t.deals_sheet(tuple(index * 1.37 for index in range(20_000))))
        before = host.read_bytes()

        def work() -> None:
            try:
                carry_out(plan_placing(host, pack))
            except BookError as reason:
                assert reason.key == "error.book.full"
                raise

        assert outcome(in_child(work)) == REFUSED
        assert host.read_bytes() == before
        assert [path.name for path in disk.iterdir()] == ["Team.xlsx"]
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    return "On a full disk (a small tmpfs) the book was refused with a sentence, kept every byte, and nothing was left beside it."


def test_every_workbook_keeps_all_that_is_foreign(shared, tmp_path):
    corpus = sorted((shared / "corpus").glob("*.xl[st]*"))
    files = {f"Excel ({len(corpus)} files of shared/corpus)": corpus,
             "openpyxl (from these)": by_openpyxl(corpus[::3], tmp_path), "LibreOffice (from these)": by_libreoffice(corpus[::6], tmp_path)}
    for file in sorted(Path(MORE).rglob("*.xl[st]*")) if MORE else ():
        files.setdefault(f"{writer(file)} (public test files)", []).append(file)
    outcomes: dict[str, list[Outcome]] = {}
    for name, group in files.items():
        for file in group:
            with tempfile.TemporaryDirectory() as folder:
                outcomes.setdefault(name, []).append(prove(file, Path(folder), printed="public" not in name))
    host, pack = t.team(tmp_path / "Team.xlsx"), t.drawn(tmp_path / "pack.xlsx")
    kills = kill_often(host, lambda: carry_out(plan_placing(host, pack)), KILLS, seed=1)
    write_report(outcomes, kills, on_a_full_disk(tmp_path))
    assert [(one.file, one.wrong) for found in outcomes.values() for one in found if one.wrong] == []
    refused = [one for one in outcomes[next(iter(files))] if one.refused]
    assert len(refused) <= 0.15 * len(corpus)
