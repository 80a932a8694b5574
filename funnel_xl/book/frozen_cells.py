"""Formulas of one sheet that become the values which they last gave, in the sheet's own XML."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape

_CELL = re.compile(rb"<((?:\w+:)?)c(\s[^<>]*)?(?<!/)>(.*?)</\1c>", re.S)
_FORMULA = re.compile(rb"<((?:\w+:)?)f(\s[^<>]*?)?(?:/>|>(.*?)</\1f>)", re.S)
_VALUE = re.compile(rb"<((?:\w+:)?)v(?:\s[^<>]*)?>(.*?)</\1v>", re.S)
_SHARED_STRING = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\bt\s*=\s*["']s["'][^<>]*>\s*<(?:\w+:)?v>\s*([0-9]+)""")
_STRING = re.compile(rb"<((?:\w+:)?)si(?:\s[^<>]*)?(?:/>|>.*?</\1si>)", re.S)
_ATTRIBUTE = re.compile(rb"""\s(\w+)\s*=\s*["']([^"']*)["']""")
# What colours cells or limits what may be typed, each with the list that holds it.
_RULES = (("conditionalFormatting", "cfRule"), ("dataValidations", "dataValidation"))
_RULE_FORMULA = re.compile(rb"<(?:\w+:)?(?:formula[12]?|f)(?:\s[^<>]*)?>([^<]+)<")

Wanted = Callable[[str], bool]      # whether a formula (without "=") becomes its value


@dataclass
class Frozen:
    """What became of one sheet."""

    xml: bytes
    cells: int = 0                              # formulas that became values
    errors: int = 0                             # of them show an error value
    uncached: list[str] = field(default_factory=list)       # cells of formulas that have never been calculated


def spills(xml: bytes, wanted: Wanted) -> bool:
    """Whether one of the wanted formulas fills more cells than its own."""
    return any(attributes.get(b"t") == b"array" and b":" in attributes.get(b"ref", b"") and wanted(text)
               for attributes, text in _formulas(xml))


def frozen(xml: bytes, wanted: Wanted, dead: Wanted) -> Frozen:
    """A sheet's XML with values in place of the wanted formulas, and without rules whose formulas can't be calculated any more."""
    shared = {attributes.get(b"si") for attributes, text in _formulas(xml) if attributes.get(b"t") == b"shared" and text and wanted(text)}
    done = Frozen(xml)

    def cell(match: re.Match[bytes]) -> bytes:
        formula = _FORMULA.search(match[3]) if b"f" in match[3] else None
        if formula is None:
            return match[0]
        attributes = dict(_ATTRIBUTE.findall(formula[2] or b""))
        is_shared = attributes.get(b"t") == b"shared" and attributes.get(b"si") in shared
        if not is_shared and not wanted(_text(formula[3])):
            return match[0]
        return _value_cell(match[1], match[2] or b"", match[3], done)

    done.xml = _without_rules(_CELL.sub(cell, xml), dead)
    return done


def strings_of(xml: bytes) -> set[int]:
    """The numbers of the shared strings that a sheet shows."""
    return set(map(int, _SHARED_STRING.findall(xml)))


def without_strings(strings: bytes, numbers: set[int]) -> bytes:
    """The part of shared strings with some of them empty; all others keep their numbers."""
    count = -1

    def string(match: re.Match[bytes]) -> bytes:
        nonlocal count
        count += 1
        return b"<%ssi><%st/></%ssi>" % (match[1], match[1], match[1]) if count in numbers else match[0]

    return _STRING.sub(string, strings)


def _formulas(xml: bytes) -> Iterator[tuple[dict[bytes, bytes], str]]:
    for formula in _FORMULA.finditer(xml):
        yield dict(_ATTRIBUTE.findall(formula[2] or b"")), _text(formula[3])


def _text(formula: bytes | None) -> str:
    return unescape((formula or b"").decode("utf-8", "replace"))


def _value_cell(prefix: bytes, attributes: bytes, inside: bytes, done: Frozen) -> bytes:
    """A cell with the value that its formula last gave; `done` counts."""
    named = dict(_ATTRIBUTE.findall(attributes))
    kind, value = named.get(b"t", b"n"), _VALUE.search(inside)
    if value is None and kind != b"str":
        done.uncached.append(named.get(b"r", b"").decode())
    done.cells += 1
    done.errors += kind == b"e"
    kept = b"".join(b' %s="%s"' % (name, text) for name, text in _ATTRIBUTE.findall(attributes) if name not in (b"t", b"cm"))
    content = value[2] if value else b""
    if not content:
        return b"<%sc%s/>" % (prefix, kept)
    if kind == b"str":      # the type of a formula's text; of text that stands by itself it is another
        return (b'<%sc%s t="inlineStr"><%sis><%st xml:space="preserve">%s</%st></%sis></%sc>'
                % (prefix, kept, prefix, prefix, content, prefix, prefix, prefix))
    typed = b"" if kind == b"n" else b' t="%s"' % kind
    return b"<%sc%s%s><%sv>%s</%sv></%sc>" % (prefix, kept, typed, prefix, content, prefix, prefix)


def _without_rules(xml: bytes, dead: Wanted) -> bytes:
    for holder, rule in _RULES:
        if b"<" + rule.encode() in xml or b":" + rule.encode() in xml:
            xml = _element(holder).sub(lambda match, rule=rule: _without(match, rule, dead), xml)
    return xml


def _element(name: str) -> re.Pattern[bytes]:
    return re.compile(rb"<((?:\w+:)?)%s(?:\s[^<>]*)?(?<!/)>.*?</\1%s>" % (name.encode(), name.encode()), re.S)


def _without(holder: re.Match[bytes], rule: str, dead: Wanted) -> bytes:
    """A list of rules without the dead ones; nothing where none is left."""
    kept, cut = 0, 0

    def keep(match: re.Match[bytes]) -> bytes:
        nonlocal kept, cut
        if any(dead(_text(formula)) for formula in _RULE_FORMULA.findall(match[0])):
            cut += 1
            return b""
        kept += 1
        return match[0]

    whole = re.compile(rb"<((?:\w+:)?)%s(?:\s[^<>]*)?(?:/>|(?<!/)>.*?</\1%s>)" % (rule.encode(), rule.encode()), re.S)
    text = whole.sub(keep, holder[0])
    if not cut:
        return holder[0]
    return re.sub(rb'(<[^<>]*?\scount=")[0-9]+(")', rb"\g<1>%d\2" % kept, text, count=1) if kept else b""
