"""Described sheets into a team's own workbook: drawn in its date system, then placed as planned."""

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..draw.book import draw
from ..errors import OutOfRange
from ..sheets.describe import Sheet
from .package import date_system
from .place import plan_placing
from .plan import Plan


@contextmanager
def planned(
    sheets: Sequence[Sheet], host: Path, *, names: Mapping[str, str], replace: Collection[str] = (), paper: str = "A4"
) -> Iterator[Plan]:
    """The plan by which these sheets come into a workbook; it can be carried out as long as the context is open.

    `names` holds what a drawn sheet is to be called in the book, where that is not its own name; `replace` names sheets that may go.

    Raises
    ------
    BookError
        The workbook can't take them up; it is left as it was.
    """
    with tempfile.TemporaryDirectory(prefix="funnel-xl-") as folder:
        drawn = Path(folder) / "drawn.xlsx"
        draw(sheets, drawn, paper=paper, date1904=date_system(host) == 1904)
        yield plan_placing(host, drawn, replace=replace, names=names)


def placed_names(sheets: Sequence[Sheet], words: Mapping[str, str], asked: Mapping[str, str]) -> dict[str, str]:
    """What each sheet is called in a book of the team: "Funnel deals" for Deals, since most teams have a sheet Deals of their own.

    `asked` holds names that the user chose, by the name that would have been taken.

    Raises
    ------
    OutOfRange
        A name was chosen for a sheet that is not among these.
    """
    usual = {sheet.name: words.get(f"sheet.placed.{sheet.key}", sheet.name) for sheet in sheets}
    chosen = {old.casefold(): new for old, new in asked.items()}
    known = {name.casefold() for name in (*usual, *usual.values())}
    for old in asked:
        if old.casefold() not in known:
            raise OutOfRange("error.cli.name_unknown", name=old, sheets=", ".join(usual.values()))
    return {name: chosen.get(placed.casefold(), chosen.get(name.casefold(), placed)) for name, placed in usual.items()}
