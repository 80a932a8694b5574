"""Parts of a drawn book, said anew for the book that takes them up: its numbers for formats, its names for sheets, tables and parts.

What the drawing library writes is known, so its sheets are changed by patterns: hundreds of thousands of cells cost a fraction of a second.
"""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from xml.sax.saxutils import escape, quoteattr

from .ours import hash_of
from .package import Package
from .renaming import Renaming
from .styles import Styles

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_CELL = re.compile(rb'(<c r="[A-Z]+[0-9]+")(?: s="([0-9]+)")?(?: t="s"><v>([0-9]+)</v>)?')
_ROW = re.compile(rb'(<row [^<>]*?\bs=")([0-9]+)(")')
_COLUMN = re.compile(rb'(<col [^<>]*?\bstyle=")([0-9]+)(")')
_DIFFERENCE = re.compile(rb'(\s(?:\w*D|d)xfId=")([0-9]+)(")')
_STRING = re.compile(rb"<si>(.*?)</si>", re.S)
_CODE_NAME = re.compile(rb'(<(?:\w+:)?sheetPr\b[^<>]*?)\scodeName="([^"]*)"')


@dataclass(frozen=True)
class TableName:
    """What a table is called in the book that takes it up."""

    number: int     # unique in the book, not in the sheet (ISO/IEC 29500-1, 18.5.1.2)
    name: str


class Transplant:
    """A drawn book on its way into another one.

    Parameters
    ----------
    donor : the drawn book
    styles : the other book's styles; all of the donor's formats are looked up or appended there
    parts : donor's part -> its name in the other book
    tables : donor's part -> number and name of the table
    renaming : sheets and tables that change their names
    code_names : donor's part -> what the macros of the other book call the sheet that is replaced
    """

    def __init__(self, donor: Package, styles: Styles, parts: Mapping[str, str], tables: Mapping[str, TableName], renaming: Renaming,
                 code_names: Mapping[str, bytes]):
        self._donor, self._parts, self._tables, self._renaming, self._code_names = donor, parts, tables, renaming, code_names
        root = donor.markup(donor.related("styles")).root
        counts = {local: len(found.children) if (found := root.find(local)) else 0 for local in ("cellXfs", "dxfs")}
        self._formats = {b"%d" % number: b"%d" % styles.cell_format(number) for number in range(counts["cellXfs"])}
        self._differences = {b"%d" % number: b"%d" % styles.difference(number) for number in range(counts["dxfs"])}

    def content(self, part: str) -> bytes:
        """A part of the drawn book as it shall stand in the other one."""
        data, kind = self._donor.read(part), self._donor.content_type(part)
        if kind.endswith(".worksheet+xml"):
            return self._sheet(data, part)
        if kind.endswith(".table+xml"):
            return self._table(data, self._tables[part])
        if kind.endswith(".chart+xml"):
            return self._renaming.elements(data, "f")
        return data

    def relations(self, part: str) -> bytes | None:
        """The relationships of a part, between the new names; None if it has none."""
        relations = self._donor.relations(part)
        folder = posixpath.dirname(self._parts[part])
        entries = []
        for relation in relations:
            target, mode = relation.target, ""
            if relation.external:
                mode = ' TargetMode="External"'
            elif target.startswith("#"):
                target = "#" + self._renaming.formula(target[1:])
            else:
                target = posixpath.relpath(self._parts[target], folder)
            kind = relation.element.attributes["Type"]
            entries.append(f"<Relationship Id={quoteattr(relation.id)} Type={quoteattr(kind)} Target={quoteattr(target)}{mode}/>")
        return f'{_HEAD}<Relationships xmlns="{_RELATIONS}">{"".join(entries)}</Relationships>'.encode() if entries else None

    def content_hash(self, part: str) -> str:
        """Hash of a sheet as it will stand in the other book."""
        return hash_of(self.content(part), lambda _: b"")

    @cached_property
    def _strings(self) -> list[bytes]:
        """Each shared string as the end of a cell that holds it itself: the other book's own list must not change."""
        shared = self._donor.related("sharedStrings")
        if not shared:
            return []
        texts = self._donor.read(shared).replace(b'<scheme val="minor"/>', b"").replace(b'<color theme="1"/>', b'<color rgb="FF000000"/>')
        return [b' t="inlineStr"><is>' + text + b"</is>" for text in _STRING.findall(texts)]

    def _sheet(self, data: bytes, part: str) -> bytes:
        begin = data.index(b"<sheetData")
        end = data.rfind(b"</sheetData>")
        end = end if end > 0 else begin
        head, cells, tail = data[:begin], data[begin:end], data[end:]
        head = _COLUMN.sub(self._format, head.replace(b' tabSelected="1"', b""))
        cells = _CELL.sub(self._cell, _ROW.sub(self._format, cells))
        tail = _DIFFERENCE.sub(self._difference, tail)
        if self._renaming:
            cells = self._renaming.elements(cells, "f")
            tail = self._renaming.elements(tail, "f|formula|formula1|formula2")
            tail = self._renaming.attributes(tail, "hyperlink", "location")
        return with_code_name(head, self._code_names.get(part)) + cells + tail

    def _cell(self, match: re.Match[bytes]) -> bytes:
        begin, style, string = match.groups()
        filled = begin + b' s="' + self._formats[style or b"0"] + b'"'
        return filled + self._strings[int(string)] if string else filled

    def _format(self, match: re.Match[bytes]) -> bytes:
        return match[1] + self._formats[match[2]] + match[3]

    def _difference(self, match: re.Match[bytes]) -> bytes:
        return match[1] + self._differences[match[2]] + match[3]

    def _table(self, data: bytes, table: TableName) -> bytes:
        begin = data.index(b"<table ")
        end = data.index(b">", begin)
        tag = re.sub(rb'\sid="[0-9]+"', b' id="%d"' % table.number, data[begin:end])
        name = escape(table.name, {'"': "&quot;"}).encode()
        tag = re.sub(rb'\s(name|displayName)="[^"]*"', lambda match: b" " + match[1] + b'="' + name + b'"', tag)
        rest = _DIFFERENCE.sub(self._difference, tag + data[end:])
        return data[:begin] + self._renaming.elements(rest, "calculatedColumnFormula|totalsRowFormula")


def code_name(sheet: bytes) -> bytes | None:
    """What macros call a sheet, if they call it anything."""
    found = _CODE_NAME.search(sheet[:sheet.find(b"sheetData")])
    return found[2] if found else None


def with_code_name(head: bytes, name: bytes | None) -> bytes:
    """The beginning of a sheet's XML with that name for its macros."""
    head = _CODE_NAME.sub(rb"\1", head)
    if name is None:
        return head
    given = b' codeName="' + name + b'"'
    if b"<sheetPr" in head:
        return head.replace(b"<sheetPr", b"<sheetPr" + given, 1)
    return head.replace(b"<dimension", b"<sheetPr" + given + b"/><dimension", 1)


def reached_parts(donor: Package, sheet: str) -> list[str]:
    """A sheet's part and all parts that hang on it, each once."""
    found, waiting = [], [sheet]
    while waiting:
        part = waiting.pop(0)
        if part not in found:
            found.append(part)
            waiting.extend(relation.target for relation in donor.relations(part) if not relation.external and donor.has(relation.target))
    return found

