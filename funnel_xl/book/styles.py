"""Our formats into a book's styles: found there or appended, so that no format of the book changes its number or its look."""

from dataclasses import dataclass, replace
from typing import Self
from xml.sax.saxutils import escape

from ..errors import BookError
from .markup import Edits, Element, Markup
from .package import MAIN

MOST_FORMATS = 65_000       # Excel holds 65,490 cell formats (its specifications and limits)
FIRST_OWN_NUMBER_FORMAT = 164
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors", "extLst")
_PARTS_OF_FORMAT = (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders"))
# Index 0 of a list is what cells without a format use, so a list that the book doesn't have yet begins with Excel's own defaults.
_DEFAULTS = {
    "fonts": ('<font><sz val="11"/><name val="Calibri"/><family val="2"/></font>',),
    "fills": ('<fill><patternFill patternType="none"/></fill>', '<fill><patternFill patternType="gray125"/></fill>'),
    "borders": ("<border><left/><right/><top/><bottom/><diagonal/></border>",),
    "cellStyleXfs": ('<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',),
    "cellXfs": ('<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',),
}
# The formats for numbers that have a number without being listed (ISO/IEC 29500-1, 18.8.30), where they are the same in every country.
_BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "m/d/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "m/d/yyyy h:mm", 37: "#,##0_);(#,##0)", 38: "#,##0_);[Red](#,##0)", 39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}
_THEME_COLOURS = {"0": "FFFFFFFF", "1": "FF000000"}     # what the drawing library's default font means; the book's theme may differ


@dataclass(frozen=True, slots=True)
class Node:
    """An element of styles.xml without its place; two that look the same are equal."""

    local: str
    attributes: tuple[tuple[str, str], ...]     # sorted
    text: str
    children: tuple["Node", ...]

    @classmethod
    def of(cls, element: Element) -> Self:
        return cls(element.local, tuple(sorted(element.attributes.items())), element.text.strip(),
                   tuple(cls.of(child) for child in element.children))

    def get(self, name: str, default: str = "") -> str:
        return next((value for key, value in self.attributes if key == name), default)

    def having(self, **attributes: str) -> Self:
        """The same with other values of some attributes."""
        return replace(self, attributes=tuple(sorted({**dict(self.attributes), **attributes}.items())))

    def written(self, prefix: str) -> str:
        """As XML, in the namespace that `prefix` stands for."""
        attributes = "".join(f' {name}="{escape(value, {chr(34): "&quot;"})}"' for name, value in self.attributes)
        inside = escape(self.text) + "".join(child.written(prefix) for child in self.children)
        name = prefix + self.local
        return f"<{name}{attributes}>{inside}</{name}>" if inside else f"<{name}{attributes}/>"


EMPTY = (f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{MAIN}">'
         + "".join(f'<{name} count="{len(nodes)}">{"".join(nodes)}</{name}>' for name, nodes in _DEFAULTS.items())
         + '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>').encode()


class _List:
    """One list of styles.xml (fonts, cellXfs ...): what it holds and what is appended."""

    def __init__(self, root: Element, local: str):
        self.element = root.find(local)
        self.local = local
        self.prefix = root.prefix
        found = [Node.of(child) for child in self.element.children] if self.element else []
        self.old = len(found)
        self.added: list[str] = []
        self.index: dict[Node, int] = {}
        for number, node in enumerate(found):
            self.index.setdefault(node, number)
        for text in _DEFAULTS.get(local, ()) if not found else ():
            self.number(Node.of(Markup(text.encode(), "", "").root))

    def number(self, node: Node) -> int:
        """The node's place in the list, appended if it isn't there yet."""
        if node not in self.index:
            self.index[node] = self.old + len(self.added)
            self.added.append(node.written(self.prefix))
        return self.index[node]

    def edit(self, edits: Edits, root: Element) -> None:
        """Tell the edits what was appended."""
        if not self.added:
            return
        count = str(self.old + len(self.added))
        if self.element is not None:
            edits.append(self.element, "".join(self.added))
            if "count" in self.element.attributes:
                edits.set(self.element, "count", count)
            return
        name = self.prefix + self.local
        before = _ORDER[:_ORDER.index(self.local)]
        position = max((child.end for child in root.children if child.local in before), default=root.inside)
        edits.insert(position, f'<{name} count="{count}">{"".join(self.added)}</{name}>')


class Styles:
    """A book's styles.xml taking up the formats of a drawn book.

    Appended formats say everything themselves (font, fill, border, alignment ...), so neither the book's Normal style nor its theme
    shows in our cells.
    """

    def __init__(self, host: Markup, donor: Markup, book: str):
        root = host.root
        if (root.namespace, root.local) != (MAIN, "styleSheet"):
            raise BookError("error.file.damaged", file=book, part="styles.xml")
        self._markup, self._book = host, book
        self._lists = {local: _List(root, local) for local in _ORDER[:8]}
        self._donor = {local: [Node.of(child) for child in parent.children] if (parent := donor.root.find(local)) else []
                       for local in _ORDER[:8]}
        self._donor_numbers = {node.get("numFmtId"): node.get("formatCode") for node in self._donor["numFmts"]}
        listed = [Node.of(child) for child in (root.find("numFmts") or root).all("numFmt")]
        self._numbers = {node.get("formatCode"): node.get("numFmtId") for node in reversed(listed)}
        self._redefined = {node.get("numFmtId"): node.get("formatCode") for node in listed}
        self._normal = self._find_normal(root)
        self._formats: dict[int, int] = {}
        self._differences: dict[int, int] = {}

    def cell_format(self, number: int) -> int:
        """The number in the book of the drawn book's cell format."""
        if number not in self._formats:
            formats = self._lists["cellXfs"]
            self._formats[number] = formats.number(self._translated(self._donor["cellXfs"][number]))
            if formats.old + len(formats.added) > MOST_FORMATS:
                raise BookError("error.book.formats", file=self._book)
        return self._formats[number]

    def difference(self, number: int) -> int:
        """The number in the book of the drawn book's differential format (of conditional formats and tables)."""
        if number not in self._differences:
            node = self._donor["dxfs"][number]
            children = tuple(child.having(numFmtId=self._number_id(child.get("numFmtId"), child.get("formatCode")))
                             if child.local == "numFmt" else _own_look(child) for child in node.children)
            self._differences[number] = self._lists["dxfs"].number(replace(node, children=children))
        return self._differences[number]

    def result(self) -> bytes:
        """The book's styles.xml with what was asked for appended; the same bytes if all was there."""
        edits = Edits(self._markup)
        for one in self._lists.values():
            one.edit(edits, self._markup.root)
        return edits.result() if edits else self._markup.raw

    def _translated(self, node: Node) -> Node:
        ids = {}
        for attribute, local in _PARTS_OF_FORMAT:
            part = self._donor[local][int(node.get(attribute, "0"))]
            ids[attribute] = str(self._lists[local].number(_own_look(part)))
        ids["numFmtId"] = self._number_id(node.get("numFmtId", "0"), self._donor_numbers.get(node.get("numFmtId", "0")))
        applied = {f"apply{what}": "1" for what in ("NumberFormat", "Font", "Fill", "Border", "Alignment", "Protection")}
        return node.having(xfId=self._normal, **ids, **applied)

    def _number_id(self, given: str, code: str | None) -> str:
        """The id of a number format in the book; some programs list other formats under Excel's own numbers."""
        if code is None:
            code = _BUILT_IN.get(int(given), "General")
            if self._redefined.get(given, code) == code:
                return given
        if code not in self._numbers:
            taken = [int(number) for number in self._redefined if number.isdecimal()]
            number = str(max([FIRST_OWN_NUMBER_FORMAT - 1, *taken]) + 1)
            self._numbers[code] = number
            self._redefined[number] = code
            self._lists["numFmts"].number(Node("numFmt", (("formatCode", code), ("numFmtId", number)), "", ()))
        return self._numbers[code]

    def _find_normal(self, root: Element) -> str:
        """The style that cells follow which follow no other."""
        named = root.find("cellStyles")
        return next((style.attributes.get("xfId", "0") for style in (named.all("cellStyle") if named else ())
                     if style.attributes.get("builtinId") == "0"), "0")


def _own_look(node: Node) -> Node:
    """A font, fill or border that does not follow the book's theme."""
    children = tuple(_own_look(child) for child in node.children if child.local != "scheme")
    colour = _THEME_COLOURS.get(node.get("theme"))
    if node.local in ("color", "fgColor", "bgColor") and colour:
        return Node(node.local, (("rgb", colour),), "", ())
    return replace(node, children=children)
