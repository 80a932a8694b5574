"""The list parts as they were before our sheets came, kept in the book itself, so that removing gives back the very file.

They lie in a part of our own to which the workbook leads. A program that saves the book writes list parts of its own and drops ours; even
where it does not, the check sums tell that the copies are no longer worth anything.
"""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from .markup import Markup
from .package import Package

CONTENT_TYPE = "application/vnd.funnel-xl.original+xml"
RELATION = "urn:funnel-xl:relationships/original"
_NAMESPACE = "urn:funnel-xl:original"

Originals = Mapping[str, bytes | None]      # list part -> its bytes; None: the book had no such part


def original_part(package: Package) -> str:
    """The part that keeps the copies; "" if there is none."""
    return package.related("original")


def read_originals(package: Package) -> dict[str, bytes | None] | None:
    """The list parts before our first sheet came; None if it isn't known or another program has saved the book since."""
    part = original_part(package)
    if not part:
        return None
    found: dict[str, bytes | None] = {}
    for entry in package.markup(part).root.children:
        name, now = entry.attributes.get("name", ""), entry.attributes.get("now", "")
        if not package.has(name) or now != str(zlib.crc32(package.read(name))):
            return None
        try:
            found[name] = zlib.decompress(b64decode(entry.text)) if entry.text else None
        except (ValueError, zlib.error):
            return None
    return found


def write_originals(originals: Originals, now: Mapping[str, bytes]) -> bytes:
    """The part that keeps `originals`, valid as long as the list parts are as in `now`."""
    entries = "".join(
        f'<part name={quoteattr(name)} now="{zlib.crc32(now[name])}">{_packed(data)}</part>' for name, data in originals.items())
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<original xmlns="{_NAMESPACE}">{entries}</original>'.encode()


def original_sheets(package: Package, originals: Originals) -> list[tuple[str, str]] | None:
    """Names and ids of the sheets in the kept workbook.xml; None if it isn't kept."""
    workbook = originals.get(package.workbook)
    if workbook is None:
        return None
    sheets = Markup(workbook, package.book, package.workbook).root.find("sheets")
    return [(sheet.attributes.get("name", ""), sheet.attributes.get("sheetId", "")) for sheet in sheets.all("sheet")] if sheets else None


def _packed(data: bytes | None) -> str:
    return "" if data is None else b64encode(zlib.compress(data, 9)).decode()
