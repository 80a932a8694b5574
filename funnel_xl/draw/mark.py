"""The mark by which a sheet is known as ours, and the hash that tells whether someone has typed into it since.

Each of our sheets has a hidden defined name MARK of its own scope, whose value is one string constant:

    "KIND;VERSION;HASH;KEY"     for example "review;1;9f86d081884c7d659a2feaa0c55ad015;review:D-17"

HASH is content_hash() of the sheet's cells. It covers values and formulas, not bytes or formats, because Excel writes a sheet's part anew
whenever it saves. It can be computed again from the stored XML: of every `c` that holds a value, in the order of the XML (rows from the
top, cells from the left), one line

    REFERENCE TAB TYPE TAB TEXT NEWLINE

- a formula, whatever it results in: type "f", TEXT its `f` element (without "=");
- a string (shared, inline or plain): type "s", TEXT the string with its _xHHHH_ escapes undone; an empty string is no value;
- a boolean: type "b", TEXT 1 or 0;
- an error value: type "e", TEXT the error;
- a number: type "n", TEXT number_text(float(v)) of the text v that is stored.

The lines' UTF-8 text goes through SHA-256; HASH is the first 32 hexadecimal digits.
"""

import hashlib
from collections.abc import Iterable

MARK = "_funnel_xl"
VERSION = 1         # of what our sheets hold; a later version may read an earlier one's


def number_text(number: float) -> str:
    """A number as the hash sees it: to 15 significant digits of what a reader of the file gets.

    XlsxWriter stores 16 digits and Excel 17, but LibreOffice 15: a book that it has saved is not one into which someone has typed.
    """
    return repr(float(f"{float(f'{number:.16G}'):.15G}"))


def line(reference: str, kind: str, text: str) -> str:
    """What one cell contributes to the hash."""
    return f"{reference}\t{kind}\t{text}\n"


def content_hash(lines: Iterable[str]) -> str:
    """32 hexadecimal digits for a sheet's cells.

    Parameters
    ----------
    lines : iterable of str
        line() of each cell that holds a value, row by row and from left to right; or any joining of such lines in that order.

    >>> content_hash([line("A1", "s", "Deals"), line("B2", "n", number_text(2))])
    '2faf86239e27bf1d9240bed67c9076cb'
    """
    digest = hashlib.sha256()
    for text in lines:
        digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def mark_text(kind: str, content: str, key: str) -> str:
    """The value of the defined name MARK, as a formula: a quoted string constant of at most 255 characters."""
    safe = "".join("_" if character in '"!' or not character.isprintable() else character for character in key)
    return f'"{kind};{VERSION};{content};{safe[:120]}"'
