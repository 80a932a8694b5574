"""A sheet's XML said anew: its filled cells one after the other, however far apart they lie and however they were spelt."""

from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from .formats import Formats
from .survey import Cell, Survey
from .workbook import LAST_COLUMN, LAST_ROW, read_ref

WIDTH = 64                  # columns of the new sheet: its cells follow each other as words on a page
HEAD, FOOT = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>', b"</sheetData></worksheet>"
_NAMES = [chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26) for column in range(WIDTH)]


class FarCell(ValueError):
    """A cell that no sheet of Excel has."""


@dataclass
class Rewriter:
    """Reads a sheet's XML event by event, so that no spelling of it costs more memory than its values."""

    formats: Formats
    found: Survey = field(default_factory=Survey)
    places: list[Cell] = field(default_factory=list)        # where each cell of the new sheet stood
    xml: bytearray = field(default_factory=lambda: bytearray(HEAD))
    row: int = 0
    column: int = 0
    cell: dict[str, str] | None = None
    text: list[str] | None = None       # what the open cell holds; None: no value so far
    listening: bool = False
    formula: bool = False
    phonetic: bool = False              # reading aids of a Japanese or Chinese text are not its text

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
            self.found.hidden += attributes.get("hidden") in ("1", "true")
        elif tag == "c":
            self.cell, self.text, self.formula = attributes, None, False
        elif tag == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            self.found.merged.append((*read_ref(first), *read_ref(last or first)))
        elif self.cell is not None:
            self.formula = self.formula or tag == "f"
            self.phonetic = self.phonetic or tag == "rPh"
            if tag in ("v", "t") and not self.phonetic:
                self.text, self.listening = self.text or [], True

    def data(self, text: str) -> None:
        if self.listening and self.text is not None:
            self.text.append(text)

    def end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if tag in ("v", "t"):
            self.listening = False
        elif tag == "rPh":
            self.phonetic = False
        elif tag == "c" and self.cell is not None:
            self._take(self.cell, "".join(self.text) if self.text is not None else "")
            self.cell = None

    def _take(self, cell: dict[str, str], text: str) -> None:
        place = self._place(cell)
        kind, style, found = cell.get("t", "n"), cell.get("s", "0"), self.found
        if text:
            if kind == "e" and text.strip():
                found.errors[place] = text.strip()
            if kind == "n":
                found.numbers[place[1]] += 1
                is_percent = style.isdigit() and int(style) < len(self.formats.kinds) and self.formats.kinds[int(style)] == "percent"
                found.percents[place[1]] += is_percent
            number = len(self.places)
            self.places.append(place)
            kind = "str" if kind in ("e", "inlineStr") else kind
            self.xml += (f'<c r="{_NAMES[number % WIDTH]}{number // WIDTH + 1}" s="{escape(style)}" t="{escape(kind)}">'
                         f"<v>{escape(text)}</v></c>").encode()
        elif self.formula and kind != "str":        # Excel stores the result "" as a "str" without text
            found.uncached.add(place)

    def _place(self, cell: dict[str, str]) -> Cell:
        if "r" in cell:
            try:
                row, self.column = read_ref(cell["r"])
            except ValueError as error:
                raise FarCell(cell["r"]) from error
            return row, self.column
        self.column += 1
        if not 1 <= self.row <= LAST_ROW or self.column > LAST_COLUMN:
            raise FarCell(f"R{self.row}C{self.column}")
        return self.row, self.column


def rewrite(xml: bytes, formats: Formats) -> tuple[bytes, list[Cell], Survey]:
    """A sheet's filled cells as a new small sheet, where each of them stood, and the survey of the old one.

    Raises
    ------
    expat.ExpatError, ValueError
        The XML ends early or is none; FarCell names a cell outside every sheet.
    """
    rewriter = Rewriter(formats)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = rewriter.start
    parser.EndElementHandler = rewriter.end
    parser.CharacterDataHandler = rewriter.data
    parser.Parse(xml, True)
    # A cell is found by its reference, not by the row that it is in: one row of the new sheet may hold all of them.
    rewriter.xml[len(HEAD):] = b'<row r="1">' + rewriter.xml[len(HEAD):] + b"</row>"
    return bytes(rewriter.xml + FOOT), rewriter.places, rewriter.found
