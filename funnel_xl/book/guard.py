"""Guards: what a file is by its content, and a package's parts, checked before anything may parse them."""

import codecs
import mmap
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree

from ..errors import BookError, SourceError

LARGEST_PART = 1 << 30                      # [bytes] a sheet of 40 million cells
LARGEST_TOTAL, HIGHEST_RATIO = 256 << 20, 200   # a million formatted rows shrink 16 times, zeros 1,000 times
MOST_PARTS = 20_000

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
FOREIGN = {                                 # how files begin that are neither a book nor text -> row of words.csv that names them
    b"%PDF-": "error.file.kind.pdf", b"\x89PNG": "error.file.kind.picture", b"\xff\xd8\xff": "error.file.kind.picture",
    b"GIF8": "error.file.kind.picture", b"BM": "error.file.kind.picture", b"II*\x00": "error.file.kind.picture",
    b"MM\x00*": "error.file.kind.picture", b"\x1f\x8b": "error.file.kind.archive", b"7z\xbc\xaf": "error.file.kind.archive",
    b"Rar!": "error.file.kind.archive", b"BZh": "error.file.kind.archive", b"\xfd7zXZ": "error.file.kind.archive",
    b"SQLite format 3": "error.file.kind.database", b"PAR1": "error.file.kind.database", b"{\\rtf": "error.file.kind.document",
}
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|meta|style|div)\b", re.I | re.S)


def check_file(path: Path) -> bytes:
    """The first 4096 bytes of an ordinary file that can be read.

    Raises
    ------
    SourceError
        It is missing, empty, a folder or a device, or this user may not read it.
    """
    try:
        if path.is_dir():
            raise SourceError("error.file.folder", file=str(path))
        if not path.exists():
            raise SourceError("error.file.missing", file=str(path), folder=str(path.absolute().parent))
        if not path.is_file():
            raise SourceError("error.file.special", file=str(path))
        with path.open("rb") as file:
            head = file.read(4096)
    except PermissionError as error:
        raise SourceError("error.file.permission", file=str(path)) from error
    except (OSError, ValueError) as error:      # ValueError: a NUL in the name
        raise SourceError("error.file.unreadable", file=str(path), reason=error) from error
    if not head:
        raise SourceError("error.file.empty", file=path.name)
    return head


def refuse_foreign(path: Path, head: bytes) -> None:
    """Refuse by name what is neither a zip package nor text: old Excel files, encrypted ones, web pages, PDF, pictures."""
    if head.startswith(OLE2):
        raise BookError(_ole2(path), file=path.name)
    for magic, kind in FOREIGN.items():
        if head.startswith(magic) and (len(magic) > 2 or b"\x00" in head):      # "BM" alone may begin a text
            raise SourceError(kind, file=path.name)
    text = head
    for mark, codec in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            text = head[len(mark):].decode(codec, "replace").encode()
    if _HTML.match(text):
        raise SourceError("error.file.html", file=path.name)
    if text.lstrip().startswith(b"<?xml"):
        raise SourceError("error.file.xml", file=path.name)


def _ole2(path: Path) -> str:
    """Which row of words.csv says what an OLE2 file is: its directory names the streams in UTF-16."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        def has(stream: str) -> bool:
            return content.find(stream.encode("utf-16-le")) >= 0

        if has("EncryptedPackage"):
            return "error.file.encrypted"
        return "error.file.old_xls" if has("Workbook\0") or has("Book\0") else "error.file.ole2"


@contextmanager
def open_package(path: Path) -> Iterator[zipfile.ZipFile]:
    """A zip package whose list of parts is sound: no bomb, no part twice.

    Raises
    ------
    BookError
        It is cut off, or holds too much or one part twice.
    """
    try:
        package = zipfile.ZipFile(path)
    except PermissionError as error:
        raise SourceError("error.file.permission", file=str(path)) from error
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, UnicodeDecodeError) as error:
        raise BookError("error.file.cut_off", file=path.name) from error
    with package:
        parts = package.infolist()
        if len(parts) > MOST_PARTS:
            raise BookError("error.file.many_parts", file=path.name, parts=len(parts), allowed=MOST_PARTS)
        for part in parts:
            if part.file_size > LARGEST_PART:
                raise BookError("error.file.bomb", file=path.name, part=part.filename, size=_mib(part.file_size))
        total, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
        if total > LARGEST_TOTAL and total > HIGHEST_RATIO * packed:
            largest = max(parts, key=lambda part: part.file_size)
            raise BookError("error.file.bomb", file=path.name, part=largest.filename, size=_mib(total))
        names = {plain_name(part.filename) for part in parts}
        if len(names) < len(parts):
            raise BookError("error.file.twice", file=path.name)
        yield package


def _mib(size: int) -> int:
    return size >> 20


def plain_name(name: str) -> str:
    """A part's name as names are compared: without a leading slash, "/" between, lower case (ECMA-376-2, 6.2.2.3)."""
    return name.replace("\\", "/").lstrip("/").lower()


def read_part(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """The bytes of one part, whole: its length and checksum are right and it holds no document type.

    Raises
    ------
    BookError
        The part is damaged, or defines entities of its own (which no Excel does, and attacks do).
    """
    file = Path(package.filename or "").name
    try:
        with package.open(part) as stream:
            # Not package.read(): that would unpack all that is there, however little the part says it holds.
            content = stream.read(part.file_size)
        if len(content) < part.file_size:
            raise zipfile.BadZipFile("shorter than it says")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise BookError("error.file.damaged", file=file, part=part.filename) from error
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        # Legal for XML parts, though no writer is known: everything behind this line knows UTF-8 only.
        content = re.sub(r"^<\?xml.*?\?>", "", content.decode("utf-16", "replace"), count=1, flags=re.S).encode()
    if b"!" in content and b"<!DOCTYPE" in content:     # one byte is found much faster
        raise BookError("error.file.doctype", file=file, part=part.filename)
    return content


def parse(content: bytes, file: str, part: str) -> etree._Element:
    """The root of a small XML part; nothing outside it is ever loaded, and no entity expanded."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BookError("error.file.damaged", file=file, part=part) from error
    return root
