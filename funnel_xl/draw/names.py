"""Sheet names that Excel takes, whatever an account is called."""

import re
from collections.abc import Collection, Sequence

LONGEST = 31            # UTF-16 units, as Excel counts
RESERVED = ("history",)     # Excel keeps this name for tracked changes
# Besides what Excel forbids, "!" goes: it parts the sheet from the cell in every reference.
ILLEGAL = re.compile(r"[\[\]:*?/\\!\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def sheet_names(wished: Sequence[str], taken: Collection[str] = ()) -> list[str]:
    """A legal name for each wished one, different from each other and from `taken` without regard to case.

    >>> sheet_names(["Deals", "A/B: new", "deals", "History", "'"])
    ['Deals', 'A B new', 'deals (2)', 'History (2)', 'Sheet']
    """
    used = {name.casefold() for name in taken} | set(RESERVED)
    names = []
    for wish in wished:
        plain = _legal(wish)
        name, number = plain, 1
        while name.casefold() in used:
            number += 1
            tail = f" ({number})"
            name = _cut(plain, LONGEST - len(tail)) + tail
        used.add(name.casefold())
        names.append(name)
    return names


def _legal(wish: str) -> str:
    text = " ".join(ILLEGAL.sub(" ", wish).split())
    # An apostrophe is allowed inside only; cutting can bring one to the end.
    return _cut(text.strip("' "), LONGEST).strip("' ") or "Sheet"


def _cut(text: str, units: int) -> str:
    while len(text.encode("utf-16-le")) // 2 > units:
        text = text[:-1]
    return text.rstrip("' ")


def quoted(name: str) -> str:
    """A sheet's name as formulas and links spell it: 'Tom''s deals'."""
    return "'" + name.replace("'", "''") + "'"
