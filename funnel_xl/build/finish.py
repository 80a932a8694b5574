"""What XlsxWriter leaves to do: ribbon, type of an add-in, macros of the buttons, empty results, and a package whose bytes repeat."""

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from ..draw.charts import switches

# The 2009 schema of the ribbon travels under the relationship of 2007 (ECMA-376 has neither; [MS-CUSTOMUI2] 2.1 and 2.2.1).
RIBBON_TYPE = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
RIBBON_PART = "customUI/customUI14.xml"
WORKBOOK_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
ADDIN_TYPE = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
# XlsxWriter stores an empty result without its type, by which other programs calculate the formula anew.
EMPTY_RESULT = re.compile(rb'<c (r="[A-Z]+\d+"(?: s="\d+")?)>(<f[^>]*>[^<]*</f><v></v>)')
EPOCH = (1980, 1, 1, 0, 0, 0)       # the earliest moment that a zip archive can name


def finish(drawn: bytes, path: Path, *, ribbon: str, addin: bool = False, macros: Mapping[str, str] | None = None) -> None:
    """Write a drawn book to `path` with its ribbon; `macros` gives the macro of each shape by the cell that its caption is read from."""
    with zipfile.ZipFile(BytesIO(drawn)) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    if addin:
        parts["[Content_Types].xml"] = _replaced(parts["[Content_Types].xml"], WORKBOOK_TYPE, ADDIN_TYPE)
    relations = parts["_rels/.rels"].decode()
    number = max(int(each) for each in re.findall(r'Id="rId(\d+)"', relations)) + 1
    relation = f'<Relationship Id="rId{number}" Type="{RIBBON_TYPE}" Target="{RIBBON_PART}"/>'
    parts["_rels/.rels"] = _replaced(parts["_rels/.rels"], "</Relationships>", relation + "</Relationships>")
    parts[RIBBON_PART] = ribbon.encode()
    for name in parts:
        if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name):
            parts[name] = _with_macros(parts[name].decode(), macros or {}).encode()
        if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
            parts[name] = EMPTY_RESULT.sub(rb'<c \1 t="str">\2', parts[name])
        if re.fullmatch(r"xl/charts/chart\d+\.xml", name):
            parts[name] = switches(parts[name].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0          # the same on every system
            package.writestr(info, data)


def _replaced(part: bytes, old: str, new: str) -> bytes:
    text = part.decode()
    if text.count(old) != 1:
        raise ValueError(f"{old} stands {text.count(old)} times in a part, not once")
    return text.replace(old, new).encode()


def _with_macros(drawing: str, macros: Mapping[str, str]) -> str:
    """XlsxWriter's text boxes can't start a macro; a caption read from a cell says which one each is for."""
    def named(match: re.Match) -> str:
        macro = macros.get(match["cell"])
        return f'<xdr:sp macro="[0]!{macro}" textlink="{match["cell"]}">' if macro else match[0]

    return re.sub(r'<xdr:sp macro="" textlink="(?P<cell>[^"]*)">', named, drawing)
