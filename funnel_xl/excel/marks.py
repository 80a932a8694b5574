"""Findings as notes in their cells: ours are known by how they begin, and a cell's own note or colour is never touched."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import xlwings as xw

from ..sales.finding import Finding, message
from . import native

PREFIX = "[Funnel] "    # how every note of ours begins, in all languages, so that it is found again
MOST = 300              # cells; each costs several calls to Excel, and nobody reads more
LONGEST = 900           # characters of a note
_PLACE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!([A-Z]{1,3}[0-9]+)")


@dataclass(frozen=True)
class Marked:
    """What marking did."""

    cells: int              # that got a note
    kept: int = 0           # have a note of their own, which stays as it is
    left: int = 0           # not marked, since there are too many
    locked: tuple[str, ...] = ()    # protected sheets


def cells_to_mark(findings: Sequence[Finding], words: dict[str, str]) -> dict[tuple[str, str], str]:
    """(sheet, address) -> the note's text, the dearest finding's cell first; findings that are about no single cell are left out."""
    said: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        place = _PLACE.fullmatch(finding.where)
        if place:
            sheet = place[1].replace("''", "'") if place[1] else place[2]
            said.setdefault((sheet, place[3]), []).append(message(finding, words))
    return {cell: (PREFIX + "\n".join(dict.fromkeys(texts)))[:LONGEST] for cell, texts in said.items()}


def mark(book: xw.Book, notes: dict[tuple[str, str], str]) -> Marked:
    """Write the notes, in place of those of an earlier time."""
    unmark(book)
    chosen = list(notes.items())[:MOST]
    locked = sorted({sheet for (sheet, _), _ in chosen if native.ask(book.sheets[sheet], "locked")})
    marked = kept = 0
    for (sheet, address), text in chosen:
        if sheet in locked:
            continue
        cell = book.sheets[sheet].range(address)
        if _has_own(cell):
            kept += 1
        else:
            cell.add_note(text)
            marked += 1
    return Marked(marked, kept, len(notes) - len(chosen), tuple(locked))


def unmark(book: xw.Book) -> int:
    """Take our notes off all sheets that are not protected; how many there were."""
    count = 0
    for sheet in book.sheets:
        ours = [note for note in sheet.notes if note.text.startswith(PREFIX)]
        if ours and not native.ask(sheet, "locked"):
            for note in ours:
                note.delete()
            count += len(ours)
    return count


def _has_own(cell: xw.Range) -> bool:
    """Whether a note or a conversation stands in a cell already."""
    if cell.note is not None:
        return True
    try:
        return cell.comment is not None
    except Exception:       # a Mac, or an Excel older than conversations
        return False
