"""A workbook as a package: named parts, what they are, and how they refer to each other. Nothing is parsed before it is asked for."""

import posixpath
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

from ..errors import BookError
from .guard import ZIP, check_file, open_package, refuse_foreign
from .guard import plain_name as key
from .markup import Element, Markup
from .members import Broken, unpacked

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT_TYPES = "[Content_Types].xml"
STRICT = "purl.oclc.org"
LARGEST_FILE = 0xFFFF0000       # [bytes] beyond 4 GB a zip needs other records; no Excel opens such a book
_KINDS = tuple(f".{kind}.main+xml" for kind in ("sheet", "template", "sheet.macroEnabled", "template.macroEnabled"))
_SIGNED = re.compile(r"^_xmlsignatures/.+\.xml$")


@dataclass(frozen=True, slots=True)
class Relation:
    """An arrow from one part to another part or to somewhere outside."""

    id: str
    type: str               # its last word: "worksheet", "styles", "hyperlink"
    target: str             # a part's name, or as it is written if it leads outside
    external: bool
    element: Element


@dataclass(frozen=True, slots=True)
class BookSheet:
    """One sheet as workbook.xml lists it."""

    name: str
    position: int           # 0 is the first
    sheet_id: int
    relation_id: str
    part: str               # "" where there is none
    type: str               # "worksheet", "chartsheet", "dialogsheet", "xlMacrosheet"
    visible: bool
    element: Element


def relations_part(part: str) -> str:
    """Where a part's relationships are stored."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", name + ".rels")


class Package:
    """A closed workbook, read only; the file is open only while something is read.

    Raises
    ------
    BookError
        It is no workbook that can be read part by part: damaged, of another format, or too large.
    """

    def __init__(self, path: str | Path):
        self.path = Path(path)
        self.book = self.path.name
        head = check_file(self.path)
        refuse_foreign(self.path, head)
        if not head.startswith(ZIP) or self.path.stat().st_size > LARGEST_FILE:
            raise BookError("error.book.none", file=self.book)
        self._markups: dict[str, Markup] = {}
        with open_package(self.path) as directory:
            self.entries = directory.infolist()
            self.comment = directory.comment
        self.members = {key(info.filename): info for info in self.entries if not info.filename.endswith("/")}
        self._check_storage()
        self.workbook = next((relation.target for relation in self.relations("") if relation.type == "officeDocument"), "")
        self._check_kind()

    def _check_storage(self) -> None:
        for info in self.members.values():
            if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise self.damaged(info.filename)

    def damaged(self, part: str) -> BookError:
        """The error that a part is damaged."""
        return BookError("error.file.damaged", file=self.book, part=part)

    def _check_kind(self) -> None:
        if not self.has(CONTENT_TYPES) or not self.has(self.workbook):
            raise BookError("error.file.not_a_book", file=self.book)
        kind = self.content_type(self.workbook)
        if not kind.endswith(_KINDS):
            raise BookError("error.file.xlsb" if ".binary." in kind else "error.book.kind", file=self.book)
        root = self.markup(self.workbook).root
        if STRICT in root.namespace:
            raise BookError("error.file.strict", file=self.book)
        if (root.namespace, root.local) != (MAIN, "workbook") or root.find("sheets") is None:
            raise self.damaged(self.workbook)

    def has(self, part: str) -> bool:
        return key(part) in self.members

    def stored_name(self, part: str) -> str:
        """The part's name as the package spells it."""
        return self.members[key(part)].filename

    def read(self, part: str) -> bytes:
        """One part's bytes."""
        info = self.members.get(key(part))
        if info is None:
            raise BookError("error.file.part_missing", file=self.book, part=part)
        try:
            with self.path.open("rb") as stream:
                return b"".join(unpacked(stream, info))
        except (Broken, OSError) as reason:
            raise self.damaged(part) from reason

    def markup(self, part: str) -> Markup:
        """One part, parsed with places."""
        if key(part) not in self._markups:
            self._markups[key(part)] = Markup(self.read(part), self.book, part)
        return self._markups[key(part)]

    def relations(self, part: str) -> tuple[Relation, ...]:
        """Where a part leads; "" is the package itself."""
        source = relations_part(part)
        if not self.has(source):
            return ()
        folder = posixpath.dirname(part)
        return tuple(self._relation(element, folder) for element in self.markup(source).root.all("Relationship"))

    def related(self, kind: str) -> str:
        """The part that the workbook itself leads to as its "styles", "sharedStrings" ...; "" if there is none."""
        return next((relation.target for relation in self.relations(self.workbook)
                     if relation.type == kind and self.has(relation.target)), "")

    def _relation(self, element: Element, folder: str) -> Relation:
        target, external = element.attributes.get("Target", ""), element.attributes.get("TargetMode") == "External"
        if not external and not target.startswith("#"):
            target = target.replace("\\", "/")
            target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            if not self.has(target) and self.has(unquote(target)):
                target = unquote(target)
        kind = element.attributes.get("Type", "").rpartition("/")[2]
        return Relation(element.attributes.get("Id", ""), kind, target, external, element)

    def content_type(self, part: str) -> str:
        """What the package says that a part is; "" if it says nothing."""
        override = self.override(part)
        if override is not None:
            return override.attributes.get("ContentType", "")
        return self.default_type(part)

    def override(self, part: str) -> Element | None:
        """The entry of the content types for this very part."""
        return self._overrides.get(key(part))

    @cached_property
    def _overrides(self) -> dict[str, Element]:
        entries = self.markup(CONTENT_TYPES).root.all("Override")
        return {key(element.attributes.get("PartName", "")): element for element in reversed(entries)}     # of two the first counts

    def default_type(self, part: str) -> str:
        """What the package says of a part with this ending."""
        ending = key(part).rpartition(".")[2]
        return next((element.attributes.get("ContentType", "") for element in self.markup(CONTENT_TYPES).root.all("Default")
                     if element.attributes.get("Extension", "").lower() == ending), "")

    def sheets(self) -> tuple[BookSheet, ...]:
        """The book's sheets in their order."""
        relations = {relation.id: relation for relation in self.relations(self.workbook)}
        found = []
        for position, element in enumerate(self.workbook_element("sheets").all("sheet")):
            relation_id = element.attributes.get("{" + RELATIONSHIPS + "}id", "")
            relation = relations.get(relation_id)       # Excel writes none for module sheets of old books
            digits = element.attributes.get("sheetId", "")
            if not digits.isdecimal():
                raise self.damaged(self.workbook)
            found.append(BookSheet(element.attributes.get("name", ""), position, int(digits), relation_id,
                                   relation.target if relation else "", relation.type if relation else "",
                                   element.attributes.get("state", "visible") == "visible", element))
        return tuple(found)

    def workbook_element(self, local: str) -> Element | None:
        """A child of workbook.xml's root."""
        return self.markup(self.workbook).root.find(local)

    def defined_names(self, sheet: BookSheet | None = None) -> list[Element]:
        """The names that workbook.xml defines, or only those of one sheet."""
        parent = self.workbook_element("definedNames")
        names = parent.all("definedName") if parent is not None else []
        return [name for name in names if sheet is None or name.attributes.get("localSheetId") == str(sheet.position)]

    @property
    def date_system(self) -> int:
        """1900 or 1904: the year from which the book counts its days."""
        properties = self.workbook_element("workbookPr")
        return 1904 if properties is not None and properties.attributes.get("date1904") in ("1", "true", "on") else 1900

    def reachable(self, without: Iterable[str] = ()) -> set[str]:
        """Keys of all parts that relationships lead to from the package's root, not passing through `without`."""
        closed = {key(part) for part in without}
        seen: set[str] = set()
        waiting = [""]
        while waiting:
            for relation in self.relations(waiting.pop()):
                target = key(relation.target)
                if not relation.external and target in self.members and target not in seen | closed:
                    seen.add(target)
                    waiting.append(relation.target)
        return seen

    def hanging_on(self, parts: Iterable[str]) -> set[str]:
        """Keys of some parts, of all that only they lead to, and of the relationships of these."""
        only = self.reachable() - self.reachable(parts)
        return only | {key(relations_part(part)) for part in only} & set(self.members)


def check_writable(package: Package) -> None:
    """Refuse a workbook into which no sheet may or can be put.

    Raises
    ------
    BookError
        It is signed, its structure is protected, or it is shared in the old way, in which Excel allows no tables.
    """
    if any(_SIGNED.match(name) for name in package.members):
        raise BookError("error.book.signed", file=package.book)
    protection = package.workbook_element("workbookProtection")
    if protection is not None and protection.attributes.get("lockStructure") in ("1", "true", "on"):
        raise BookError("error.book.protected", file=package.book)
    if any(relation.type == "revisionHeaders" for relation in package.relations(package.workbook)):
        raise BookError("error.book.shared", file=package.book)


def date_system(path: str | Path) -> int:
    """1900 or 1904: the year from which a workbook counts its days; sheets for it must be drawn with the same."""
    return Package(path).date_system
