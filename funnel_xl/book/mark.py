"""How a sheet of ours is known again: a hidden name on the sheet that says which sheet it is and what stood in it.

The name is sheet-scoped, called NAME, and its value is a string constant such as `"funnel_xl 1 5f2d... review:D-17"`: version,
content hash, key. Excel keeps it through saving, moving and renaming, and copies it with the sheet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

NAME = "_funnel_xl"
VERSION = 1
FIELD, CELL = "\x1f", "\x1e"        # can't stand in XML, so not in a cell either
LONGEST_KEY = 120                   # a string constant in a formula holds 255 characters


@dataclass(frozen=True, slots=True)
class Mark:
    """What the name says."""

    key: str                        # "funnel", "review:D-17": which sheet it is
    content: str                    # content_hash when it was drawn
    version: int = VERSION

    @property
    def kind(self) -> str:
        """"review" of "review:D-17"."""
        return self.key.partition(":")[0]


def content_hash(cells: Iterable[tuple[str, str, str]]) -> str:
    """Hash of what stands in a sheet, the same before and after a program saved it: of values, not of bytes.

    Parameters
    ----------
    cells : (reference, type, text) of every cell that is not empty, row by row from the left
        ("A1", "n", number_text(2.5)), ("B1", "s", "text"), ("C1", "b", "1"), ("D1", "e", "#N/A"), and for any formula
        ("E1", "f", "A1*2") without its result, which recalculation may change.

    Hashed is the UTF-8 of each cell's three texts joined by FIELD and ended by CELL; whoever holds rows may join them itself:

    >>> both = blake2b("A1\\x1fs\\x1fOne\\x1eB1\\x1fn\\x1f2\\x1e".encode(), digest_size=16).hexdigest()
    >>> content_hash([("A1", "s", "One"), ("B1", "n", "2")]) == both
    True
    """
    content = blake2b(digest_size=16)
    for cell in cells:
        content.update((FIELD.join(cell) + CELL).encode("utf-8", "surrogatepass"))
    return content.hexdigest()


def number_text(value: float) -> str:
    """A number as XlsxWriter stores it; reading that text and writing it so again gives the same text."""
    return f"{value:.16G}"


def mark_text(key: str, content: str) -> str:
    """The name's value: a string constant as it stands in a defined name, quotes included."""
    return f'"funnel_xl {VERSION} {content} {key[:LONGEST_KEY]}"'.replace('"', '""')[1:-1]


def read_mark(text: str | None) -> Mark | None:
    """What a name's value says; None where it is not one of our marks."""
    words = (text or "").strip()[1:-1].replace('""', '"').split(" ", 3)
    if len(words) != 4 or words[0] != "funnel_xl" or not words[1].isdigit():
        return None
    return Mark(words[3], words[2], int(words[1]))
