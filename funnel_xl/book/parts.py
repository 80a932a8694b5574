"""The parts of a closed package: found by name, read behind the guards, linked by relationships."""

import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from ..errors import BookError
from .guard import open_package, parse, plain_name, read_part

Links = dict[str, tuple[str, str]]      # relationship id -> last word of its type, target part


@dataclass(frozen=True)
class Parts:
    """An open package whose parts are found whatever their names' case."""

    package: zipfile.ZipFile
    infos: dict[str, zipfile.ZipInfo]

    @property
    def file(self) -> str:
        """The file's name, for sentences."""
        return Path(self.package.filename or "").name

    def __contains__(self, part: str) -> bool:
        return plain_name(part) in self.infos

    def read(self, part: str) -> bytes:
        """The bytes of a part.

        Raises
        ------
        BookError
            The package does not hold it, or what it holds is damaged.
        """
        info = self.infos.get(plain_name(part))
        if info is None:
            raise BookError("error.file.part_missing", file=self.file, part=part)
        return read_part(self.package, info)

    def parse(self, part: str) -> etree._Element:
        """The root of a small XML part."""
        return parse(self.read(part), self.file, part)

    def links(self, part: str) -> Links:
        """A part's relationships to others of the package; the package's own for ""."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", name + ".rels")
        if rels not in self:
            return {}
        found = {}
        for link in self.parse(rels).iterfind("{*}Relationship"):
            if link.get("TargetMode") != "External":
                target = unquote(link.get("Target", "")).replace("\\", "/")
                kind = link.get("Type", "").rpartition("/")[2]
                found[link.get("Id", "")] = (kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"))
        return found


def first_link(links: Links, kind: str) -> str:
    """The target of the first relationship of a kind; "" where there is none."""
    return next((target for found, target in links.values() if found == kind), "")


@contextmanager
def open_parts(path: Path) -> Iterator[Parts]:
    """The parts of a package that passed the guards."""
    with open_package(path) as package:
        yield Parts(package, {plain_name(info.filename): info for info in package.infolist()})
