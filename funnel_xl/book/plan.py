"""What will be done to a workbook, as data; and the one place where exactly that is done."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import BookError
from ..wording import words
from .package import Package, key
from .rezip import Content, rezip
from .save import write_atomically

VERBS = ("add", "change", "remove", "keep")


@dataclass(frozen=True, slots=True)
class Step:
    """One part and what happens to it."""

    verb: str               # one of VERBS
    part: str               # "/xl/worksheets/sheet7.xml"
    why: str                # row of words.csv
    sheet: str = ""         # the sheet that it is about, as the book calls it


@dataclass(frozen=True)
class Plan:
    """All that will be done to one workbook; every part that no step names keeps its bytes."""

    path: Path
    steps: tuple[Step, ...]
    untouched: int                          # parts that no step names
    sheets: Mapping[str, str]               # drawn sheet -> what the book calls it
    package: Package = field(repr=False, compare=False)
    fresh: Mapping[str, Content] = field(repr=False, compare=False)
    gone: Collection[str] = field(repr=False, compare=False)
    stamp: tuple[int, int, int] = field(repr=False, compare=False)      # the file that the plan was made for

    @property
    def changes(self) -> bool:
        """Whether anything will be written at all."""
        return bool(self.fresh or self.gone)


def make_plan(package: Package, fresh: Mapping[str, Content], gone: Collection[str], steps: Collection[Step],
              sheets: Mapping[str, str]) -> Plan:
    """A plan for a package, with its steps in the order in which a reader looks for them."""
    ordered = sorted(steps, key=lambda step: (VERBS.index(step.verb), step.part))
    named = {key(step.part) for step in steps if step.verb != "keep"}
    return Plan(package.path, tuple(ordered), len(set(package.members) - named), dict(sheets), package, dict(fresh),
                frozenset(gone), stamp(package.path))


def carry_out(plan: Plan, *, backup: bool = True) -> None:
    """Do what the plan says, whole or not at all.

    Parameters
    ----------
    plan : from plan_placing() or plan_removal()
    backup : keep the file as it was before our first change beside it, as NAME.bak

    Raises
    ------
    BookError
        The file has changed since the plan was made, is damaged, open elsewhere or can't be written; it is left as it was.
    """
    def unchanged() -> None:
        if stamp(plan.path) != plan.stamp:
            raise BookError("error.book.changed", file=plan.path.name)

    unchanged()
    if plan.changes:
        write_atomically(plan.path, lambda stream: rezip(plan.package, plan.fresh, plan.gone, stream), backup=backup,
                         check=lambda _: None, unless=unchanged)     # rezip has read it back


def stamp(path: Path) -> tuple[int, int, int]:
    """What tells one state of a file from another without reading it."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def dryrun_lines(plan: Plan, language: str) -> list[str]:
    """The plan for its reader: a line for each step, and what happens to all other parts."""
    said = words(language)
    lines = [said["plan.step"].format(verb=said[f"plan.{step.verb}"], part=step.part, why=said[step.why].format(sheet=step.sheet))
             for step in plan.steps]
    if not plan.changes:
        return [*lines, said["plan.nothing"].format(file=plan.path.name)]
    return [*lines, said["plan.untouched"].format(count=plan.untouched)]
