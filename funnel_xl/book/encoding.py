"""Which encoding a text file is in: found where it can be, never guessed where it can't.

chardet and charset-normalizer were tried on the short Chinese and European headers of sales files: right in 87 and 66 of 100, since they
weigh some forty encodings. Only those that Excel and CRMs write are weighed here, by how common the characters are that come out.
"""

import codecs
import re
from functools import cache
from pathlib import Path
from typing import BinaryIO

from ..errors import SourceError

BLOCK = 1 << 20         # [bytes]
SAMPLE = 1 << 18        # [bytes] of text beyond ASCII that are weighed
PLAUSIBLE = 0.8         # share of characters beyond ASCII that must be common ones
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
CHINESE = ("gb18030", "cp950", "big5hkscs")
# A letter of a Western word stands between ASCII letters (Müller); a Chinese character that does so alone is misread.
_LONELY = re.compile(r"(?<![^\x00-\x7f])(?:(?<=[A-Za-z])[^\x00-\x7f]|[^\x00-\x7f](?=[A-Za-z]))(?![^\x00-\x7f])")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_WESTERN = frozenset("€‚„…‰Š‹ŒŽ‘’“”•–—™š›œžŸ ¡£§©«®°±²³´·º»¼½¾¿×" + "".join(map(chr, range(0xC0, 0x100))))


@cache
def _common(codec: str) -> frozenset[str]:
    """The characters of everyday Chinese: the first level of GB 2312 and of Big5, with punctuation and full-width signs."""
    leads = range(0xB0, 0xD8) if codec == "gb18030" else range(0xA4, 0xC7)
    trails = (*(range(0x40, 0x7F) if codec == "big5" else ()), *range(0xA1, 0xFF))
    decoded = (bytes((lead, trail)).decode(codec, "ignore") for lead in leads for trail in trails)
    return frozenset("".join(decoded) + "、。，；：？！（）「」『』【】《》“”‘’—…·　％＋－／￥")


def find_encoding(path: Path) -> str:
    """The codec that reads a text file.

    Raises
    ------
    SourceError
        It is not text, or none of the known encodings gives plausible text.
    """
    with path.open("rb") as file:
        head = file.read(SAMPLE)
        for mark, marked in MARKS:
            if head.startswith(mark):
                return marked
        if b"\x00" in head and (codec := _utf16(head)):
            return codec
        file.seek(0)
        sample, is_utf8 = _read_through(file, path.name)
    codec = "utf-8" if is_utf8 else _weigh(sample)
    if codec is None:
        raise SourceError("error.file.encoding_unknown", file=path.name)
    return codec


def _utf16(head: bytes) -> str | None:
    """UTF-16 without its mark: the NULs of commas, digits and line ends stand at odd, or at even, places.

    Not all of them: 紀 and 一 end in a NUL themselves.
    """
    odd, even = head[1::2].count(0), head[::2].count(0)
    if min(odd, even) * 4 > max(odd, even):
        return None
    codec = "utf-16-le" if odd > even else "utf-16-be"
    text = _decoded(head[:len(head) & ~1], codec)
    if not text or "\x00" in text or not re.search(r"[,;\t|\r\n]", text):
        return None
    printable = sum(letter.isprintable() or letter in "\t\r\n" for letter in text)
    return codec if printable >= 0.95 * len(text) else None


def _read_through(file: BinaryIO, name: str) -> tuple[bytes, bool]:
    """Lines beyond ASCII to weigh, and whether the whole file is UTF-8; what can't be text is refused on the way."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    sample, is_utf8, line = b"", True, 1
    while block := file.read(BLOCK):
        if b"\x00" in block:
            raise SourceError("error.file.nul", file=name, line=line + block[:block.index(0)].count(b"\n"))
        lines = block.count(b"\n")
        if len(block) == BLOCK and not lines and b"\r" not in block:
            raise SourceError("error.file.long_line", file=name, line=line, allowed=BLOCK)
        line += lines
        if is_utf8:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                is_utf8 = False
        if len(sample) < SAMPLE and not block.isascii():
            whole = block.split(b"\n")
            if len(block) == BLOCK:     # its first and last line may be cut within a character
                whole = whole[1:-1] if file.tell() > BLOCK else whole[:-1]
            sample += b"\n".join(text for text in whole if not text.isascii())[:SAMPLE]
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        is_utf8 = False
    return sample, is_utf8


def _weigh(sample: bytes) -> str | None:
    """The encoding whose reading of the sample holds most common characters; None where none is plausible."""
    if _is_broken_utf8(sample):
        return "utf-8"      # and reading it will name the damaged line
    weights = {codec: weight for codec in CHINESE if (weight := _plausibility(sample, codec)) is not None}
    best = max(weights, key=weights.__getitem__, default=None)
    if best and weights[best] >= PLAUSIBLE:
        return best
    western = _decoded(sample, "cp1252")
    if western is not None:
        beyond = "".join(_BEYOND_ASCII.findall(western))
        if sum(letter in _WESTERN for letter in beyond) >= PLAUSIBLE * len(beyond):
            return "cp1252"
    return None


def _is_broken_utf8(sample: bytes) -> bool:
    """True where nearly all is UTF-8: a few damaged bytes don't make another encoding of it."""
    text = sample.decode("utf-8", "replace")
    whole = sum(map(len, _BEYOND_ASCII.findall(text)))
    return whole > 0 and text.count("\ufffd") * 10 < whole


def _decoded(sample: bytes, codec: str) -> str | None:
    try:
        return sample.decode(codec)
    except UnicodeDecodeError as error:
        # The sample may end within a character.
        return sample[:error.start].decode(codec) if error.start >= len(sample) - 4 else None


def _plausibility(sample: bytes, codec: str) -> float | None:
    """Share of the characters beyond ASCII that are common ones [0-1]; None where the sample can't be in this encoding."""
    text = _decoded(sample, codec)
    if text is None:
        return None
    common = _common("gb18030" if codec == "gb18030" else "big5")
    runs = _BEYOND_ASCII.findall(text)
    count = sum(map(len, runs))
    return (sum(letter in common for run in runs for letter in run) - len(_LONELY.findall(text))) / count if count else None

