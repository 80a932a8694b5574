"""Write a package anew: members that stay are copied still compressed, so that they can't change, and all is read back before it counts.

zipfile can't copy a member without packing it anew, hence the few records of the zip format (PKWARE APPNOTE 4.3) here. Books beyond 4 GB
are refused when they are opened, so no record needs its 64-bit form.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO

from .members import STORED_PIECE, Broken, stored, unpacked
from .package import Package, key

Content = bytes | Callable[[], bytes]
LEVEL = 3                       # of deflate: half the time of the usual 6 for about a tenth more size
_LOCAL, _CENTRAL, _END = "<4s5H3I2H", "<4s6H3I5H2I", "<4s4H2IH"
_OLD_DATE = 0x21                # 1980-01-01: the same sheets give the same bytes whenever they are written
_UTF8 = 0x800


class Altered(OSError):
    """The file system does not give back what was written."""


@dataclass(slots=True)
class _Entry:
    name: bytes
    flags: int
    method: int
    time: int
    date: int
    checksum: int
    packed: int                 # size as stored
    size: int
    offset: int
    packed_checksum: int = 0    # of the bytes as stored, for reading back
    attributes: int = 0
    system: int = 0

    def local(self) -> bytes:
        return struct.pack(_LOCAL, b"PK\3\4", 20, self.flags, self.method, self.time, self.date, self.checksum, self.packed, self.size,
                           len(self.name), 0) + self.name

    def central(self) -> bytes:
        return struct.pack(_CENTRAL, b"PK\1\2", self.system << 8 | 20, 20, self.flags, self.method, self.time, self.date, self.checksum,
                           self.packed, self.size, len(self.name), 0, 0, 0, 0, self.attributes, self.offset) + self.name


def rezip(package: Package, fresh: Mapping[str, Content], gone: Collection[str], stream: BinaryIO) -> None:
    """Write the package with parts changed, added and left out, and read it back.

    Parameters
    ----------
    package : the book as it is
    fresh : {part name: its bytes, or a function that makes them}; a part that exists keeps its place, others come last
    gone : names of parts that are left out
    stream : open for writing and reading, empty

    Raises
    ------
    BookError
        A member of the book is damaged.
    OSError
        The disk is full or fails.
    """
    waiting = {key(part): (part, content) for part, content in fresh.items()}
    dropped = {key(part) for part in gone} - set(waiting)
    kept = [info for info in package.entries if key(info.filename) not in waiting and key(info.filename) not in dropped]
    entries = []
    with ThreadPoolExecutor(1) as beside, package.path.open("rb") as source:
        checked = beside.submit(_check, package, kept)      # unpacking needs no hand of the interpreter's
        for info in package.entries:
            name = key(info.filename)
            if name in waiting:
                entries.append(_write(stream, _raw_name(info), waiting.pop(name)[1], info.flag_bits & _UTF8))
            elif name not in dropped:
                entries.append(_copy(package, info, source, stream))
        for part, content in waiting.values():
            entries.append(_write(stream, part.encode(), content, 0 if part.isascii() else _UTF8))
        _finish(stream, entries, package.comment)
        _read_back(stream, entries)
        checked.result()


def _check(package: Package, infos: Iterable[zipfile.ZipInfo]) -> None:
    """Refuse a book with a damaged member: its damage would be taken over unseen."""
    with package.path.open("rb") as source:
        for info in infos:
            try:
                for _ in unpacked(source, info):
                    pass
            except Broken as reason:
                raise package.damaged(info.filename) from reason


def _write(stream: BinaryIO, name: bytes, content: Content, flags: int) -> _Entry:
    data = content if isinstance(content, bytes) else content()
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    entry = _Entry(name, flags, zipfile.ZIP_DEFLATED, 0, _OLD_DATE, zlib.crc32(data), len(packed), len(data), stream.tell(),
                   zlib.crc32(packed))
    stream.write(entry.local())
    stream.write(packed)
    return entry


def _copy(package: Package, info: zipfile.ZipInfo, source: BinaryIO, stream: BinaryIO) -> _Entry:
    year, month, day, hour, minute, second = info.date_time
    entry = _Entry(_raw_name(info), info.flag_bits & _UTF8, info.compress_type, hour << 11 | minute << 5 | second // 2,
                   (year - 1980) << 9 | month << 5 | day, info.CRC, info.compress_size, info.file_size, stream.tell(),
                   attributes=info.external_attr, system=info.create_system)
    stream.write(entry.local())
    try:
        for piece in stored(source, info):
            entry.packed_checksum = zlib.crc32(piece, entry.packed_checksum)
            stream.write(piece)
    except Broken as reason:
        raise package.damaged(info.filename) from reason
    return entry


def _finish(stream: BinaryIO, entries: list[_Entry], comment: bytes) -> None:
    begin = stream.tell()
    for entry in entries:
        stream.write(entry.central())
    stream.write(struct.pack(_END, b"PK\5\6", 0, 0, len(entries), len(entries), stream.tell() - begin, begin, len(comment)) + comment)
    stream.flush()


def _read_back(stream: BinaryIO, entries: list[_Entry]) -> None:
    """Compare what now lies in the file with what was meant to be written."""
    for entry in entries:
        stream.seek(entry.offset)
        whole = stream.read(len(entry.local())) == entry.local()
        left, checksum = entry.packed, 0
        while left and (piece := stream.read(min(left, STORED_PIECE))):
            left, checksum = left - len(piece), zlib.crc32(piece, checksum)
        if not whole or left or checksum != entry.packed_checksum:
            raise Altered
    stream.seek(0)
    with zipfile.ZipFile(stream) as written:
        if len(written.infolist()) != len(entries):
            raise Altered


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437")
