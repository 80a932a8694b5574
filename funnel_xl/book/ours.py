"""Which sheets of a book are ours, and whether someone has typed into one since it was drawn."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from xml.sax.saxutils import unescape

from ..draw.mark import MARK, content_hash, line, number_text
from .package import BookSheet, Package

HISTORY = "history"     # the team's memory: a sheet of this kind is never replaced and never removed
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.S)
_ATTRIBUTE = re.compile(rb"""\b(r|t)\s*=\s*["']([^"']*)["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*?)?(?:/>|>(.*?)</(?:\w+:)?f>)", re.S)
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>(.*?)</(?:\w+:)?v>", re.S)
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>(.*?)</(?:\w+:)?t>", re.S)
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh>", re.S)
_STRING = re.compile(rb"<(?:\w+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:\w+:)?si>)", re.S)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]+)|([0-9]+));")


@dataclass(frozen=True)
class OwnSheet:
    """A sheet that funnel-xl has drawn."""

    package: Package
    sheet: BookSheet
    kind: str               # "funnel", "review" ...
    content: str            # hash of what was drawn
    key: str                # which of its kind: "review:D-17"

    @cached_property
    def typed_into(self) -> bool:
        """Whether values or formulas differ from those that were drawn."""
        return stored_hash(self.package, self.sheet.part) != self.content


def own_sheets(package: Package) -> tuple[OwnSheet, ...]:
    """Our sheets in the book's order; of two with one key the later is a copy that the user made, so it is his."""
    marks = {name.attributes.get("localSheetId"): name.text for name in package.defined_names()
             if name.attributes.get("name", "").lower() == MARK}
    found: dict[str, OwnSheet] = {}
    for sheet in package.sheets():
        words = read_mark(marks.get(str(sheet.position), ""))
        if words and sheet.type == "worksheet" and words[2] not in found:
            found[words[2]] = OwnSheet(package, sheet, *words)
    return tuple(found.values())


def read_mark(text: str) -> tuple[str, str, str] | None:
    """Kind, content hash and key from a mark's text; None if it is none."""
    words = text.strip().strip('"').split(";", 3)
    return (words[0], words[2], words[3]) if len(words) == 4 and words[1].isdecimal() else None


def stored_hash(package: Package, part: str) -> str:
    """The content hash of a sheet as it is stored, by whatever program."""
    shared: list[bytes] = []

    def string(number: int) -> bytes:
        if not shared:
            shared.extend(match[1] or b"" for match in _STRING.finditer(package.read(package.related("sharedStrings"))))
        return shared[number] if number < len(shared) else b""

    try:
        return hash_of(package.read(part), string)
    except (ValueError, OverflowError):     # a number that is none: not what we have drawn
        return ""


def hash_of(sheet: bytes, string: Callable[[int], bytes]) -> str:
    """The content hash of a sheet's XML; `string` gives the inside of a shared string's element."""
    return content_hash(_lines(sheet, string))


def _lines(sheet: bytes, string: Callable[[int], bytes]) -> Iterator[str]:
    for attributes, inside in _CELL.findall(sheet, sheet.find(b"sheetData")):
        if not inside:
            continue
        named = dict(_ATTRIBUTE.findall(attributes))
        reference, kind = named.get(b"r", b"").decode(), named.get(b"t", b"n")
        if b"f" in inside and (formula := _FORMULA.search(inside)):
            yield line(reference, "f", _plain(formula[1] or b""))
            continue
        if kind == b"inlineStr":
            text = _joined(inside)
        else:
            value = _VALUE.search(inside)
            text = _plain(value[1]) if value else ""
            if kind == b"s" and text:
                text = _joined(string(int(text)))
        if text:
            yield _value_line(reference, kind, text)


def _value_line(reference: str, kind: bytes, text: str) -> str:
    if kind == b"n":
        return line(reference, "n", number_text(float(text)))
    if kind in (b"b", b"e"):
        return line(reference, kind.decode(), text)
    return line(reference, "s", _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text))


def _joined(inside: bytes) -> str:
    """The text of a string with all its runs, without its reading aids."""
    if b"rPh" in inside:
        inside = _PHONETIC.sub(b"", inside)
    return _plain(b"".join(_TEXT.findall(inside)))


def _plain(text: bytes) -> str:
    plain = text.decode("utf-8", "replace")
    if "\r" in plain:
        plain = plain.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in plain:
        plain = _REFERENCE.sub(lambda match: chr(int(match[1], 16) if match[1] else int(match[2])), plain)
        plain = unescape(plain, {"&quot;": '"', "&apos;": "'"})
    return plain
