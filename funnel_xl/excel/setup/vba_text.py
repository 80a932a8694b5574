"""The source text of a workbook's macros, read out of vbaProject.bin; nothing in it is ever run.

Two formats lie inside each other: a compound file of streams (MS-CFB), and in it modules whose text is compressed (MS-OVBA).
"""

import struct
from dataclasses import dataclass

END = 0xFFFFFFFA            # sector numbers from here on end a chain (MS-CFB 2.1)
CHUNK = 4096                # bytes of text that one piece of it may hold (MS-OVBA 2.4.1.1.4)
MODULE_NAME, STREAM_NAME, MODULE_OFFSET, PROJECT_VERSION = 0x19, 0x1A, 0x31, 0x09      # records of the dir stream (MS-OVBA 2.3.4.2)


@dataclass(frozen=True)
class VbaProject:
    """One project's modules."""

    sources: dict[str, str]             # module -> text, attributes included, lines parted by "\n"
    documents: frozenset[str]           # of them the modules of the book and its sheets


def read_project(raw: bytes) -> VbaProject:
    """The modules of a vbaProject.bin.

    Raises
    ------
    ValueError
        It is damaged.
    """
    try:
        streams = _Streams(raw)
        sources = {}
        for name, stream, offset in _modules(decompress(streams["dir"])):
            sources[name] = decompress(streams[stream][offset:]).decode("cp1252", "replace").replace("\r\n", "\n")
        project = streams["PROJECT"].decode("cp1252", "replace")
    except (struct.error, IndexError, KeyError) as reason:
        raise ValueError("the VBA project is damaged") from reason
    lines = [line.partition("=") for line in project.splitlines()]
    return VbaProject(sources, frozenset(value.partition("/")[0] for key, _, value in lines if key == "Document"))


def decompress(data: bytes) -> bytes:
    """The content of a compressed container (MS-OVBA 2.4.1)."""
    if data[:1] != b"\1":
        raise ValueError("this is no compressed container")
    out, at = bytearray(), 1
    while at + 2 <= len(data):
        header = int.from_bytes(data[at:at + 2], "little")
        end = min(at + (header & 0xFFF) + 3, len(data))
        if header & 0x8000:
            _decompress_chunk(data, at + 2, end, out)
        else:
            out += data[at + 2:at + 2 + CHUNK]
        at = end
    return bytes(out)


def _decompress_chunk(data: bytes, at: int, end: int, out: bytearray) -> None:
    begin = len(out)
    while at < end:
        flags, at = data[at], at + 1
        for bit in range(8):
            if at >= end:
                return
            if not flags >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            token, at = int.from_bytes(data[at:at + 2], "little"), at + 2
            bits = max(4, (len(out) - begin - 1).bit_length())       # of the distance; the rest of the token is the length
            distance = (token >> (16 - bits)) + 1
            if distance > len(out) - begin:
                raise ValueError("a copy begins before its chunk")
            for _ in range((token & (0xFFFF >> bits)) + 3):
                out.append(out[-distance])
            if len(out) - begin > CHUNK:
                raise ValueError("a chunk holds more than it may")


def _modules(records: bytes) -> list[tuple[str, str, int]]:
    """Name, stream and where the text begins in it, of each module."""
    found: list[tuple[str, str, int]] = []
    name, stream, at = "", "", 0
    while at + 6 <= len(records):
        kind, size = struct.unpack_from("<HI", records, at)
        size += 2 * (kind == PROJECT_VERSION)       # its size is given without its second number
        value = records[at + 6:at + 6 + size]
        if kind == MODULE_NAME:
            name = value.decode("cp1252", "replace")
        elif kind == STREAM_NAME:
            stream = value.decode("cp1252", "replace")
        elif kind == MODULE_OFFSET:
            found.append((name, stream, int.from_bytes(value, "little")))
        at += 6 + size
    return found


class _Streams:
    """The streams of a compound file by their names, in whatever storage they lie."""

    def __init__(self, raw: bytes):
        self._raw = raw
        self._shift, self._mini_shift = struct.unpack_from("<HH", raw, 30)
        if raw[:4] != b"\xd0\xcf\x11\xe0" or self._shift not in (9, 12) or self._mini_shift != 6:
            raise ValueError("this is no compound file")
        directory, self._cutoff, mini_table = struct.unpack_from("<I4xII", raw, 48)
        sectors, more = list(struct.unpack_from("<109I", raw, 76)), struct.unpack_from("<I", raw, 68)[0]
        seen: set[int] = set()
        while more < END and more not in seen:
            seen.add(more)
            *numbers, more = struct.unpack(f"<{1 << self._shift - 2}I", self._sector(more))
            sectors += numbers
        self._table = self._numbers(b"".join(self._sector(sector) for sector in sectors if sector < END))
        entries = self._chain(directory)
        self._mini_table = self._numbers(self._chain(mini_table))
        self._places: dict[str, tuple[int, int]] = {}
        self._mini = b""
        for at in range(0, len(entries) - 127, 128):
            length, kind = struct.unpack_from("<HB", entries, at + 64)
            start, size = struct.unpack_from("<IQ", entries, at + 116)
            if kind == 5:       # the root holds all small streams
                self._mini = self._chain(start)
            elif kind == 2:
                self._places[entries[at:at + max(length - 2, 0)].decode("utf-16-le", "replace")] = start, size & 0xFFFFFFFF

    def __getitem__(self, name: str) -> bytes:
        start, size = self._places[name]
        if size >= self._cutoff:
            return self._chain(start)[:size]
        pieces, seen = [], set()
        while start < END and start not in seen:
            seen.add(start)
            pieces.append(self._mini[start << self._mini_shift:start + 1 << self._mini_shift])
            start = self._mini_table[start]
        return b"".join(pieces)[:size]

    def _sector(self, number: int) -> bytes:
        return self._raw[number + 1 << self._shift:number + 2 << self._shift]

    def _chain(self, start: int) -> bytes:
        pieces, seen = [], set()
        while start < END and start not in seen:        # a chain that bites its tail ends there
            seen.add(start)
            pieces.append(self._sector(start))
            start = self._table[start]
        return b"".join(pieces)

    @staticmethod
    def _numbers(data: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(data) // 4}I", data[:len(data) // 4 * 4])
