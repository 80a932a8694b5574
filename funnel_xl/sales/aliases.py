"""Every spelling that a source may use for a field, a stage or a word of a list, from aliases.csv."""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_GAPS = re.compile(r"[\s_\-.:/]+")
_HAN = "[\u4e00-\u9fff]"
# Between two Chinese characters: a space, or how the first is spoken, as converters leave it in 產(chǎn)品 (ruling R18).
_INSIDE_HAN = re.compile(rf"(?<={_HAN})(?:\s+|\s*\([a-zà-ǜ]+\)\s*)(?={_HAN})")
_BRACKETS = re.compile(r"^(.*?)\s*[(\[{【]([^()\[\]{}【】]*)[)\]}】]$")


@dataclass(frozen=True, slots=True)
class Alias:
    """What one spelling means."""

    key: str
    language: str  # "en", "zh-Hans", "zh-Hant" or "any"
    rank: int  # 1 strong; 2 weak: counts only where no strong alias of the same key is there


@cache
def plain(text: str) -> str:
    """A text as spellings are compared: NFKC, lower case, every run of spaces, _ - . : / as one space, none inside Chinese words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _GAPS.sub(" ", folded if folded.isascii() else _INSIDE_HAN.sub("", folded)).strip(" *'\"")


def split_unit(header: str) -> tuple[str, str]:
    """A header without its trailing bracket, and what stood in it: ("预计成交金额", "万元")."""
    match = _BRACKETS.match(unicodedata.normalize("NFKC", header).strip())
    return (match[1], match[2].strip()) if match and match[1] else (header, "")


@cache
def _rows() -> tuple[tuple[str, str, Alias], ...]:
    with (files(__package__) / "aliases.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            (row["kind"], row["alias"], Alias(row["key"], row["language"], int(row["rank"] or 1))) for row in csv.DictReader(lines)
        )


@cache
def aliases(kind: str) -> dict[str, Alias]:
    """What each spelling of one kind means ("field", "stage", "flag", "buyers.field" ...), by its plain form."""
    return {plain(text): alias for name, text, alias in _rows() if name == kind}


def meaning(kind: str, text: str) -> str:
    """The key that a spelling of one kind stands for; "" where it is unknown."""
    alias = aliases(kind).get(plain(text))
    return alias.key if alias else ""
