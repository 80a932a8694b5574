"""Formulas and links that keep meaning the same when a sheet or table takes another name."""

import re
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape, unescape

from ..draw.names import quoted

# A text in a formula, a quoted sheet, a plain sheet (not one of another book: [1]Deals!), or a table before its columns.
_NAME = re.compile(r'''"(?:[^"]|"")*"|'((?:[^']|'')+)'!'''
                   r'''|(?<![\w.\\\]])([^\s'"!(),;:+\-*/^&=<>{}\[\]#]+)!'''
                   r'''|(?<![\w.\\'\]])([^\W\d][\w.]*)(?=\[)''')


class Renaming:
    """Old names of sheets and tables and what they are called now; None: the sheet is there no more."""

    def __init__(self, sheets: Mapping[str, str | None], tables: Mapping[str, str]):
        self._sheets = {old.casefold(): new for old, new in sheets.items() if old != new}
        self._tables = {old.casefold(): new for old, new in tables.items() if old != new}

    def __bool__(self) -> bool:
        return bool(self._sheets or self._tables)

    def formula(self, text: str) -> str:
        """A formula or a link's place, with the new names.

        >>> Renaming({"Deals": "Our deals"}, {"T": "T_2"}).formula('SUM(Deals!A1,T[Amount])&"Deals!"')
        'SUM(\\'Our deals\\'!A1,T_2[Amount])&"Deals!"'
        """
        return _NAME.sub(self._renamed, text)

    def _renamed(self, match: re.Match[str]) -> str:
        sheet = match[1].replace("''", "'") if match[1] else match[2]
        if sheet and sheet.casefold() in self._sheets:
            new = self._sheets[sheet.casefold()]
            return quoted(new) + "!" if new else "#REF!"
        return self._tables.get(match[3].casefold(), match[3]) if match[3] else match[0]

    def elements(self, xml: bytes, local: str) -> bytes:
        """XML with the formulas renamed that are the text of one kind of element: "f"."""
        if not self:
            return xml
        name = rb"(?:\w+:)?(?:" + local.encode() + rb")"
        return re.sub(rb"(<" + name + rb"(?:\s[^<>]*)?(?<!/)>)([^<]+)(</" + name + rb">)", _within(self.formula), xml)

    def attributes(self, xml: bytes, element: str, attribute: str) -> bytes:
        """XML with the places renamed that are one attribute of one kind of element."""
        if not self:
            return xml
        return re.sub(rb"(<" + element.encode() + rb'\s(?:[^<>]*\s)?' + attribute.encode() + rb'=")([^"]*)(")', _within(self.formula), xml)


def _within(change: Callable[[str], str]) -> Callable[[re.Match[bytes]], bytes]:
    """Change the middle group of a match, which is XML text."""
    def changed(match: re.Match[bytes]) -> bytes:
        text = unescape(match[2].decode(), {"&quot;": '"', "&apos;": "'"})
        return match[1] + escape(change(text), {'"': "&quot;"}).encode() + match[3]
    return changed
