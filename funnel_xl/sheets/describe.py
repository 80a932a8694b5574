"""The few words that every sheet is described in: what it says, not how it looks, and in no library's terms.

A description is frozen data in the reader's language, so tests compare it as text and one renderer (draw/) serves new workbooks, sheets
for closed workbooks and sheets for open ones. A look is a word ("money", "title"); draw/style.py knows what it means. Rows of a table
count from 0; an empty cell is None, "", NaN or NaT.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Link:
    """A jump to another sheet of the same pack."""

    sheet: str                  # key of the sheet
    row: int = -1               # row of its listed table; -1: the sheet's top


@dataclass(frozen=True, slots=True)
class Figure:
    """One number worth a tile: "Win rate 63 %, of 6,711 closed deals"."""

    label: str
    value: object
    look: str                   # "money", "share", "count", "days", "ratio", "text"
    note: str = ""              # the base of the number


@dataclass(frozen=True)
class Figures:
    """Tiles beside each other."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """Opens a part of the page."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph as wide as the page."""

    text: str
    look: str = "text"          # or "note"


@dataclass(frozen=True)
class Column:
    """One column of a table; thousands of values are one sequence, never an object each."""

    heading: str
    look: str                   # "text", "wrap", "money", "share", "date", "count", "score", "days", "position", "ratio", "raw", or
                                # "difference": money that may be below zero, "typed_share": a share that is typed over
    values: Sequence[object]
    span: int = 1               # columns of the sheet's grid that it covers
    width: float = 0            # characters; 0: as wide as its content needs (listed tables only)
    total: object = None        # what the total row says; "sum" in a listed table: the sum of the rows that a filter leaves
    marks: tuple[tuple[object, str], ...] = ()      # (value, tone): "strong", "middle", "light", "alarm", "watch"; value ">0": any positive
    links: Sequence[Link | None] | None = None
    hint: str = ""              # what a computed column means, shown when its heading is selected
    choices: tuple[str, ...] = ()       # what a drop-down offers where the table is typed into; other words are asked about, not refused


@dataclass(frozen=True)
class Table:
    """Columns of one length under their headings."""

    name: str                   # unique in the book; the name of the ListObject if listed
    columns: tuple[Column, ...]
    listed: bool = False        # an Excel table with filters; a sheet has at most one, as its last block
    frozen: int = 0             # columns that stay when the sheet scrolls sideways; a listed table's header stays anyway
    on_paper: int | None = None     # rows of a listed table that are printed, from the top; None: all, 0: not even its header

    @property
    def rows(self) -> int:
        return len(self.columns[0].values)


@dataclass(frozen=True)
class Series:
    """The values of one colour in a chart."""

    name: str
    values: Sequence[float]
    tone: str = "strong"        # "strong", "middle", "light"; "none": keeps its place and is not seen
    labels: tuple[str, ...] = ()    # text at each bar; empty: no labels


@dataclass(frozen=True)
class Chart:
    """A picture of numbers, which it carries itself; they are laid into hidden columns of its own sheet."""

    kind: str                   # "funnel": centred bars, the first category on top; "bar": lying; "column": standing
    title: str
    category_title: str
    value_title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    look: str = "count"         # of the numbers on the axis


@dataclass(frozen=True)
class Beside:
    """Charts that share the width of the page."""

    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A box of a form."""

    text: object                # str, number, date or None: left empty to be filled in by pen
    look: str = "value"         # "title", "label", "value", "box", "money", "date", "share", "flag", "legend", "signature" ...
    span: int = 1               # columns of the form
    rows: int = 1               # rows of the form; the rows below leave its columns out
    link: Link | None = None


@dataclass(frozen=True)
class FormRow:
    """Boxes from left to right."""

    cells: tuple[Cell, ...]
    height: float | None = None     # points; None: as its look needs


@dataclass(frozen=True)
class Form:
    """A page laid out on one grid of columns."""

    columns: tuple[float, ...]  # widths in characters
    rows: tuple[FormRow, ...]


Block = Figures | Heading | Text | Table | Chart | Beside | Form


@dataclass(frozen=True, slots=True)
class Page:
    """How the sheet lies on paper; which paper is chosen when it is drawn. It is always fitted to the paper's width."""

    landscape: bool = False
    one_page: bool = False      # fitted to one page in height as well


@dataclass(frozen=True)
class Sheet:
    """All that one sheet says."""

    key: str                    # what links call it, unique in the pack: "deals", "review:D-17"
    kind: str                   # "index", "funnel", "deals", "check", "review" ...: what it is when it is found again in a book
    name: str                   # wished for; draw/names.py makes it legal and unique
    blocks: tuple[Block, ...]
    title: str = ""             # "": a form that prints its own
    subtitle: str = ""
    foot: str = ""              # printed at the foot of each page: source and as-of date
    language: str = "en"        # in Chinese money shows in units of 10,000 (spec F9); the page says so, the cells keep the whole amount
    widths: tuple[float, ...] = ()      # the grid in characters; empty: a listed table's or a form's own
    page: Page = field(default_factory=Page)
