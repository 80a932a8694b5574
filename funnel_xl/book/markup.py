"""An XML part as text with places: parsed to find where something stands, changed by cutting and inserting text there.

The tree is never written out, so what is not touched keeps every byte: prefixes, order of attributes, spaces, comments.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from ..errors import BookError

_TAG = re.compile(rb"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_DECLARED = re.compile(rb"""^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']""")
DEEPEST = 200       # Excel's own parts nest below 20


class _Doctype(Exception):
    """A document type: no Excel writes one, attacks do."""


@dataclass(slots=True, eq=False)
class Element:
    """One element and where it stands in the text (UTF-8 bytes)."""

    namespace: str
    local: str
    prefix: str                     # "x:" as it is written, or ""
    attributes: dict[str, str]      # "{namespace}local" or "local" -> value
    start: int
    inside: int = 0                 # behind the start tag
    close: int = 0                  # before the end tag; the same as `end` in an empty element <a/>
    end: int = 0
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def find(self, local: str) -> "Element | None":
        """The first child of that local name in the element's own namespace."""
        return next((child for child in self.children if child.local == local and child.namespace == self.namespace), None)

    def all(self, local: str) -> list["Element"]:
        """The children of that local name in the element's own namespace."""
        return [child for child in self.children if child.local == local and child.namespace == self.namespace]

    def iter(self) -> Iterator["Element"]:
        """The element and all below it, in the order of the text."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))


class Markup:
    """One parsed part."""

    def __init__(self, raw: bytes, book: str, part: str):
        self.raw = raw
        self._encoding, self._lead = _encoding(raw)
        try:
            self.text = raw[len(self._lead):].decode(self._encoding).encode() if self._encoding != "utf-8" else raw[len(self._lead):]
            self.root = _parse(self.text)
        except _Doctype as reason:
            raise BookError("error.file.doctype", file=book, part=part) from reason
        except (expat.ExpatError, UnicodeError, LookupError, ValueError) as reason:
            raise BookError("error.file.damaged", file=book, part=part) from reason

    def encoded(self, text: bytes) -> bytes:
        """Changed text as the part's own bytes again: its encoding and byte order mark."""
        return self._lead + (text if self._encoding == "utf-8" else text.decode().encode(self._encoding))


class Edits:
    """Changes to one Markup, all told before any is made."""

    def __init__(self, markup: Markup):
        self.markup = markup
        self._changes: list[tuple[int, int, bytes]] = []        # start, end, new text
        self._appended: dict[int, tuple[Element, list[str]]] = {}

    def __bool__(self) -> bool:
        return bool(self._changes or self._appended)

    def append(self, parent: Element, text: str) -> None:
        """Text behind the parent's last child."""
        self._appended.setdefault(parent.start, (parent, []))[1].append(text)

    def insert(self, position: int, text: str) -> None:
        self._changes.append((position, position, text.encode()))

    def cut(self, element: Element) -> None:
        self._changes.append((element.start, element.end, b""))

    def replace(self, element: Element, text: str) -> None:
        """Other markup in place of an element."""
        self._changes.append((element.start, element.end, text.encode()))

    def write_text(self, element: Element, text: str) -> None:
        """Another text for an element that holds only text."""
        if element.inside == element.end:
            self.append(element, escape(text))
            return
        self._changes.append((element.inside, element.close, escape(text).encode()))

    def set(self, element: Element, attribute: str, value: str) -> None:
        """One attribute (without a namespace) gets another value, or is written as the tag's last."""
        tag = self.markup.text[element.start:element.inside]
        name = re.escape(attribute).encode()
        found = re.search(rb"""\s""" + name + rb"""\s*=\s*("[^"]*"|'[^']*')""", tag)
        quoted = '"' + escape(value, {'"': "&quot;"}) + '"'
        if found:
            self._changes.append((element.start + found.start(1), element.start + found.end(1), quoted.encode()))
        else:
            behind = element.inside - (2 if tag.endswith(b"/>") else 1)
            self.insert(behind, f" {attribute}={quoted}")

    def result(self) -> bytes:
        """The part with all changes made."""
        changes = list(self._changes)
        for parent, texts in self._appended.values():
            added = "".join(texts)
            if parent.inside == parent.end:     # <a/> must be opened
                added = f">{added}</{parent.prefix}{parent.local}>"
                changes.append((parent.inside - 2, parent.inside, added.encode()))
            else:
                changes.append((parent.close, parent.close, added.encode()))
        text, out, last, cut_until = self.markup.text, [], 0, 0
        # At one place insertions come first, in the order in which they were told, then the longest cut, which swallows what lies in it.
        for start, end, new in sorted(changes, key=lambda change: (change[0], change[1] > change[0], -change[1])):
            if start < cut_until:
                continue                # what is cut needs no other change
            if start < last:
                raise ValueError("two changes of one part overlap")
            out += (text[last:start], new)
            last = end
            if not new:
                cut_until = end
        out.append(text[last:])
        return self.markup.encoded(b"".join(out))


def _encoding(raw: bytes) -> tuple[str, bytes]:
    """Codec and byte order mark of a part."""
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if raw.startswith(mark):
            return codec, mark
    if raw[:2] in (b"<\0", b"\0<"):
        return ("utf-16-le" if raw[:1] == b"<" else "utf-16-be"), b""
    declared = _DECLARED.match(raw[:200])
    name = declared[1].decode().lower() if declared else "utf-8"
    return ("utf-8" if name in ("utf-8", "utf8", "us-ascii", "ascii") else name), b""


def _parse(text: bytes) -> Element:
    parser = expat.ParserCreate("utf-8", "}")
    parser.buffer_text = True
    open_elements: list[Element] = []
    root: list[Element] = []

    def refuse_doctype(*_: object) -> None:
        raise _Doctype

    def start(name: str, attributes: dict[str, str]) -> None:
        at = parser.CurrentByteIndex
        tag = _TAG.match(text, at)
        if tag is None or len(open_elements) > DEEPEST:
            raise ValueError("its elements are nested too deep or broken")
        raw_name = re.split(rb"[\s/>]", tag[0][1:], maxsplit=1)[0].decode()
        namespace, _, local = name.rpartition("}")
        prefix = raw_name[: len(raw_name) - len(local)]
        element = Element(namespace, local, prefix, {_clark(key): value for key, value in attributes.items()}, at, tag.end())
        if tag[0].endswith(b"/>"):
            element.close = element.end = tag.end()
        (open_elements[-1].children if open_elements else root).append(element)
        open_elements.append(element)

    def end(_: str) -> None:
        element = open_elements.pop()
        if not element.end:
            element.close = parser.CurrentByteIndex
            element.end = text.index(b">", element.close) + 1

    def characters(data: str) -> None:
        if open_elements:
            open_elements[-1].text += data

    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, characters
    parser.Parse(text, True)
    return root[0]


def _clark(name: str) -> str:
    return "{" + name if "}" in name else name
