"""One member of a zip, piece by piece: as it is stored, to be copied, and unpacked, to be read or checked."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

STORED_PIECE, UNPACKED_PIECE = 1 << 20, 1 << 23     # so memory stays small whatever a member unpacks to
_HEADER = 30


class Broken(Exception):
    """A member that does not come out as the zip's directory promises."""


def stored(stream: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """A member's bytes as they lie in the file; Broken if the file ends before it does."""
    stream.seek(info.header_offset)
    header = stream.read(_HEADER)
    if len(header) < _HEADER or not header.startswith(b"PK\3\4"):
        raise Broken
    stream.seek(sum(struct.unpack("<2H", header[26:])), 1)
    left = info.compress_size
    while left:
        piece = stream.read(min(left, STORED_PIECE))
        if not piece:
            raise Broken
        left -= len(piece)
        yield piece


def unpacked(stream: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """A member's content.

    Raises
    ------
    Broken
        It is cut off, does not unpack, or its length or check sum is wrong; known for certain only at its end.
    """
    size, checksum = 0, 0
    for plain in _plain(stream, info):
        size, checksum = size + len(plain), zlib.crc32(plain, checksum)
        if size > info.file_size:
            raise Broken
        yield plain
    if size != info.file_size or checksum != info.CRC:
        raise Broken


def _plain(stream: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    if info.compress_type == zipfile.ZIP_STORED:
        yield from stored(stream, info)
        return
    unpacker = zlib.decompressobj(-15)
    try:
        for piece in stored(stream, info):
            while piece:
                yield unpacker.decompress(piece, UNPACKED_PIECE)
                piece = unpacker.unconsumed_tail
        while not unpacker.eof:
            plain = unpacker.decompress(b"", UNPACKED_PIECE)
            if not plain:
                raise Broken
            yield plain
    except zlib.error as reason:
        raise Broken from reason
