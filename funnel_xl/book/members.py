"""One member of a zip, piece by piece: as it is stored and as it was before packing, so that it can be copied and checked in one go."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

CHUNK = 1 << 17     # unpacked a piece is at most a thousand times as long
_HEADER = 30


class Broken(Exception):
    """A member that does not come out as the zip's directory promises."""


def pieces(stream: BinaryIO, info: zipfile.ZipInfo) -> Iterator[tuple[bytes, bytes]]:
    """A member's bytes as (stored, unpacked) pieces.

    Raises
    ------
    Broken
        It is cut off, does not unpack, or its length or check sum is wrong; known for certain only at its end.
    """
    stream.seek(info.header_offset)
    header = stream.read(_HEADER)
    if len(header) < _HEADER or not header.startswith(b"PK\3\4"):
        raise Broken
    stream.seek(sum(struct.unpack("<2H", header[26:])), 1)
    unpacker = zlib.decompressobj(-15) if info.compress_type == zipfile.ZIP_DEFLATED else None
    left, size, checksum = info.compress_size, 0, 0
    while left:
        stored = stream.read(min(left, CHUNK))
        if not stored:
            raise Broken
        left -= len(stored)
        try:
            plain = unpacker.decompress(stored, info.file_size - size + 1) if unpacker else stored
        except zlib.error as reason:
            raise Broken from reason
        size, checksum = size + len(plain), zlib.crc32(plain, checksum)
        yield stored, plain
    if size != info.file_size or checksum != info.CRC:
        raise Broken
