"""The README is true: every command in it runs and prints what it says, every link leads somewhere, every command of ours is in it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click import Context

from funnel_xl.cli import cli
from funnel_xl.sales.header import read_heading

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = "".join(re.findall(r"^```console\n(.*?)^```", README, re.M | re.S))
COMMANDS = re.findall(r"^\$ (funnel-xl .*)\n((?:(?!\$ ).*\n)*)", SHOWN, re.M)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where the README's reader works: each command finds what the ones before it wrote."""
    return tmp_path_factory.mktemp("reader")


@pytest.mark.parametrize(("command", "output"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_a_command_of_the_readme_prints_what_the_readme_says(folder, command, output):
    """A line of three dots stands for any lines."""
    path = str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, check=False,
                          env={**os.environ, "PATH": path, "FUNNEL_LANGUAGE": "en", "COLUMNS": "120"})
    assert done.stderr == ""
    pattern = re.escape(output.rstrip("\n")).replace(re.escape("\n...\n"), "\n(?s:.*)\n").replace(re.escape("\n..."), "\n(?s:.*)")
    assert re.fullmatch(pattern, done.stdout.rstrip("\n")), done.stdout


def test_the_readme_shows_three_commands():
    assert len(COMMANDS) >= 3


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda page: page.name)
def test_every_link_and_picture_leads_to_a_file(page):
    targets = re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
    assert not [target for target in targets if "://" not in target and not (page.parent / target).exists()]


@pytest.mark.parametrize("name", cli.list_commands(Context(cli)))
def test_every_command_is_in_the_readme_and_has_help_with_an_example(name):
    assert f"funnel-xl {name}" in README
    assert cli.get_command(Context(cli), name).help


def test_every_heading_that_the_docs_promise_to_understand_is_understood():
    page = (ROOT / "docs" / "how-deals-are-read.md").read_text(encoding="utf-8")
    table = page[page.index("some headings that are understood"):].split("\n\n")[0].splitlines()[2:]
    headings = [heading.strip() for line in table for heading in line.strip("| ").split("|")[1].split(",")]
    assert len(headings) > 30
    assert not [heading for heading in headings if not read_heading(heading).field]
