"""Table ranges as sources: what a function was given, read by the code that reads closed files."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..errors import OutOfRange, SourceError
from ..sales.companions import read_companions
from ..sales.dates import read_dates
from ..sales.deals import Deals, deals_of
from ..sales.fields import COMPANIONS
from ..sales.grid import Grid, Sheet, Source, Table
from ..sales.header import score_header
from ..sales.stage import Stage
from ..sales.stages_file import read_stages
from ..sales.typed import Context
from ..wording import words
from .cells import cells_of, clean
from .language import header_language
from .serving import OMITTED

# What the command line mends with an option, a range mends with its headings.
_SAID_HERE = {"error.source.no_header": "error.udf.no_header", "error.source.two_columns": "error.udf.two_columns"}


@dataclass(frozen=True)
class RangeGrid(Grid):
    """A grid whose place in the book is not known: Excel hands over values, so cells are named by row and heading."""

    language: str = "en"

    def where(self, row: int, column: int | None = None) -> str:
        """The cell as its owner sees it: row 1 is the header, as in the range."""
        said = words(self.language)
        heading = "" if column is None else str(self.header[column])
        if row < 0:
            return said["udf.where.heading"].format(heading=heading) if heading else self.place
        key = "udf.where.cell" if heading else "udf.where.row"
        return said[key].format(row=self.row_numbers[row], heading=heading)


def table_of(value: object, argument: str) -> tuple[tuple[object, ...], Sequence[Sequence[object]]]:
    """The header of a table range, and the rows below it.

    Raises
    ------
    SourceError
        It is no table: a single cell, or nothing.
    """
    if not isinstance(value, (list, tuple)) or not value:
        raise SourceError("error.udf.table", argument=argument)
    rows = value if isinstance(value[0], (list, tuple)) else [value]
    if len(set(map(len, rows))) > 1:
        raise OutOfRange("error.udf.ragged")
    header, body = tuple(clean(rows[0])), rows[1:]
    columns = list(zip(*body, strict=True))
    cleaned = [clean(column) for column in columns]
    as_given = all(one is other for one, other in zip(columns, cleaned, strict=True))
    return header, body if as_given else list(zip(*cleaned, strict=True))


def deals_in(deals: object, stages: object, as_of: dt.date, more: Sequence[object] = ()) -> Deals:
    """The deals of a table range, with the stages of another where it was given: as deals_of() reads a table of a closed file.

    `more` are ranges of further tables (History, Quotas, Settings ...), each known by its headings.

    Raises
    ------
    SourceError
        No header, or two headings for one field that the answers depend on.
    """
    header, rows = table_of(deals, "deals")
    grid = RangeGrid(header, rows, "deals", range(2, len(rows) + 2), 1, language=header_language(deals))
    try:
        read = deals_of(grid, as_of, is_table=True)
    except SourceError as error:
        raise SourceError(_SAID_HERE.get(error.key, error.key), **error.values) from error
    tables = {} if stages is OMITTED or stages is None else {"Stages": table_of(stages, "stages")}
    for number, each in enumerate(more, 1):
        table = table_of(each, f"more{number}")
        tables[_kind_of(table[0], number)] = table
    if not tables:
        return read
    companions = read_companions(_source(tables), read.table, Context(as_of, read.language != "en"), only=tuple(tables))
    return replace(read, companions=companions, findings=(*read.findings, *companions.findings), notes=(*read.notes, *companions.notes))


def stages_in(stages: object, as_of: dt.date) -> tuple[Stage, ...]:
    """The stages of a table range.

    Raises
    ------
    SourceError
        No column of it is headed Stage, or it holds no stage.
    """
    return read_stages(_source({"Stages": table_of(stages, "stages")}), as_of)


_Ranged = tuple[tuple[object, ...], Sequence[Sequence[object]]]     # header, rows


def _source(tables: Mapping[str, _Ranged]) -> Source:
    """Ranges as the tables of a book."""
    sheets = {name: Sheet(name, [header, *rows]) for name, (header, rows) in tables.items()}
    listed = {name: (Table(name, 1, len(rows) + 1, 1, len(header)),) for name, (header, rows) in tables.items()}
    return Source(" + ".join(tables), "", tuple(sheets), listed, sheets.__getitem__)


def _kind_of(header: tuple[object, ...], number: int) -> str:
    """Which table beside the deals a range is: the one that knows most of its headings, of two alike the one with fewer columns in all.

    Raises
    ------
    SourceError
        It has fewer than two headings of any.
    """
    known = {name: score_header(header, {}, f"{name.lower()}.field") for name in COMPANIONS}
    name = max(COMPANIONS, key=lambda each: (known[each], -len(COMPANIONS[each])))
    if known[name] < 2:
        raise SourceError("error.udf.more", argument=f"more{number}", allowed=", ".join(COMPANIONS))
    return name


def as_of_day(as_of: object) -> dt.date:
    """The as-of date of a whole table: one cell, today where it is empty or left out.

    Raises
    ------
    OutOfRange
        More than one cell, or no date.
    """
    today = dt.date.today()
    if as_of is OMITTED:
        return today
    items = cells_of(as_of).items
    if len(items) > 1:
        raise OutOfRange("error.udf.one_cell", argument="as_of")
    column = read_dates(items, today)
    if any(remark.severity != "note" for remark in column.remarks) or column.future.any():
        raise OutOfRange("error.udf.date", argument="as_of", value=items[0])
    day = column.values.astype("datetime64[D]")[0].item() if items else None
    return day or today
