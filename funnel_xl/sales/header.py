"""Where a table of deals stands in a sheet: its header row, whatever is above it, and where its rows end."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ..errors import SourceError
from .aliases import Alias, aliases, meaning, plain, split_unit
from .column import is_blank
from .grid import Grid, Sheet, Source, Table
from .money import read_text

MAX_HEADER_ROW = 1000  # a header further down than this is not looked for
LONGEST_HEADING = 80  # characters; anything longer is a sentence
TELLING = frozenset(("stage", "amount", "account", "close_date", "id", "name", "owner", "probability", "fund", "competition"))
SURE = (
    "stage",
    "amount",
    "account",
    "close_date",
    "probability",
    "owner",
    "id",
    "created",
    "fund",
    "competition",
)  # never taken from one of two


FIGURES = frozenset(("amount", "close_date", "created", "entered", "probability", "fund", "competition"))


@dataclass(frozen=True, slots=True)
class Heading:
    """What one heading means."""

    field: str  # "" where it is not recognised
    text: str  # as typed
    unit: str = ""  # what stood in its trailing bracket, where that is no part of the name
    language: str = "any"
    rank: int = 1


def read_heading(text: object, kind: str = "field") -> Heading:
    """The field that one heading names, with the unit in its bracket split off."""
    if not isinstance(text, str) or is_blank(text) or len(text) > LONGEST_HEADING:
        return Heading("", "" if text is None else str(text))
    known = aliases(kind)
    alias: Alias | None = known.get(plain(text))
    if alias:
        return Heading(alias.key, text, split_unit(text)[1], alias.language, alias.rank)
    name, unit = split_unit(text)
    alias = known.get(plain(name)) if unit else None
    return Heading(alias.key, text, unit, alias.language, alias.rank) if alias else Heading("", text)


def read_header(header: Sequence[object], mapping: Mapping[str, str], kind: str = "field") -> list[Heading]:
    """The meaning of each heading; `mapping` (heading as typed -> field) stands above what would be recognised."""
    mapped = {plain(name): field for name, field in mapping.items()}
    found = []
    for text in header:
        heading = read_heading(text, kind)
        if isinstance(text, str) and plain(text) in mapped:
            heading = Heading(mapped[plain(text)], text, split_unit(text)[1], heading.language, 0)
        found.append(heading)
    return found


def columns_of(headings: Sequence[Heading], place: str) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """The column of each field, and (heading taken, heading left) pairs where two claim one field that matters less.

    Raises
    ------
    SourceError
        Two equally good headings claim a field that the answers depend on: which is meant is never guessed.
    """
    claims: dict[str, list[int]] = {}
    for column, heading in enumerate(headings):
        if heading.field:
            claims.setdefault(heading.field, []).append(column)
    columns, doubles = {}, []
    for field, rivals in claims.items():
        best = min(headings[column].rank for column in rivals)
        strongest = [column for column in rivals if headings[column].rank == best]
        if len(strongest) > 1 and field in SURE:
            raise SourceError(
                "error.source.two_columns", place=place, field=field, first=headings[strongest[0]].text, second=headings[strongest[1]].text
            )
        columns[field] = strongest[0]
        doubles += [(headings[strongest[0]].text, headings[column].text) for column in rivals if column != strongest[0]]
    return columns, doubles


def language_of(headings: Iterable[Heading]) -> str:
    """The language that most recognised headings are in; English where none is decisive."""
    count = Counter(heading.language for heading in headings if heading.field and heading.language != "any")
    if not count:
        return "en"
    chinese = {language: number for language, number in count.items() if language != "en"}
    if sum(chinese.values()) <= count["en"]:
        return "en"
    return max(chinese, key=lambda language: (chinese[language], language == "zh-Hant"))


@dataclass(frozen=True, slots=True)
class Found:
    """A possible table of deals."""

    sheet: str
    score: int  # different fields that its header names
    header: int  # index into the sheet's rows
    table: Table | None = None


def score_header(row: Sequence[object], mapping: Mapping[str, str], kind: str = "field") -> int:
    """How many different fields a row names as a header; 0 where it can't be one."""
    fields = {heading.field for heading in read_header(row, mapping, kind)} - {""}
    return len(fields) if kind != "field" or fields & TELLING or mapping else 0


def find_header(sheet: Sheet, mapping: Mapping[str, str], kind: str = "field", alone: bool = False) -> Found | None:
    """The row of a sheet that names most fields, at least two (`alone`: or one heading and nothing else); None where there is none."""
    best: Found | None = None
    for index, row in enumerate(sheet.rows[:MAX_HEADER_ROW]):
        texts = sum(1 for cell in row if type(cell) is str and cell)
        if texts < 2 and not alone:
            continue
        score = score_header(_unmerged(sheet, index), mapping, kind)
        if score >= (1 if alone and texts == 1 else 2) and (best is None or score > best.score):
            best = Found(sheet.name, score, index)
    return best


def _unmerged(sheet: Sheet, index: int) -> list[object]:
    """A row with the text of cells merged down onto it from above: two-storey headings."""
    row = list(sheet.rows[index])
    number = sheet.first_row + index
    for top, left, bottom, _ in sheet.merged:
        at = left - sheet.first_column
        if top < number <= bottom and at >= 0 and 0 <= top - sheet.first_row < len(sheet.rows):
            above = sheet.rows[top - sheet.first_row]
            row += [None] * (at + 1 - len(row))
            if row[at] is None and at < len(above):
                row[at] = above[at]
    return row


def find_deals(source: Source, table: str | None, sheet: str | None, mapping: Mapping[str, str]) -> tuple[Grid, list[str]]:
    """The grid of the table of deals, and the names of other tables that look as much like one.

    Taken first: the table or sheet that was asked for; the table named Deals; else the table, or sheet, whose header names most fields.
    """
    if table is not None:
        found_in = _named_table(source, table)
        return cut(source, *found_in), []
    names = [_named_sheet(source, sheet)] if sheet is not None else list(source.sheets)
    for name in names:
        for candidate in source.tables.get(name, ()):
            if meaning("table", candidate.name) == "Deals":
                return cut(source, name, candidate), []
    found = [candidate for name in names for candidate in _candidates(source, name, mapping)]
    if not found:
        seen = next((_first_texts(source.load(name)) for name in names if _first_texts(source.load(name))), "-")
        raise SourceError("error.source.no_header", source=source.name, seen=seen)
    best = max(candidate.score for candidate in found)
    first = next(candidate for candidate in found if candidate.score == best)
    others = [candidate.sheet for candidate in found if candidate.score == best and candidate.sheet != first.sheet]
    return cut(source, first.sheet, first.table or first.header, mapping), others


def _candidates(source: Source, name: str, mapping: Mapping[str, str]) -> list[Found]:
    sheet = source.load(name)
    tables = [
        Found(name, score, table.first_row - sheet.first_row, table)
        for table in source.tables.get(name, ())
        if meaning("table", table.name) in ("", "Deals") and (score := score_header(_table_header(sheet, table), mapping)) >= 2
    ]
    if tables:
        return tables
    found = find_header(sheet, mapping)
    return [found] if (found and not meaning("table", name)) or (found and meaning("table", name) == "Deals") else []


def _table_header(sheet: Sheet, table: Table) -> list[object]:
    at = table.first_row - sheet.first_row
    if not 0 <= at < len(sheet.rows) or not table.header_rows:
        return []
    return _cells(sheet.rows[at], table.first_column - sheet.first_column, table.last_column - sheet.first_column + 1)


def _cells(row: Sequence[object], start: int, end: int) -> list[object]:
    if start >= 0 and end <= len(row):
        return list(row[start:end])
    cells = list(row[max(start, 0) : end])
    return [None] * max(-start, 0) + cells + [None] * (end - max(start, 0) - len(cells))


def _first_texts(sheet: Sheet) -> str:
    """The first words of a sheet, for a sentence that says what was seen instead of a header."""
    texts = [cell for row in sheet.rows[:MAX_HEADER_ROW] for cell in row if isinstance(cell, str) and not is_blank(cell)]
    return ", ".join(text[:30] for text in texts[:8])


def _named_table(source: Source, wanted: str) -> tuple[str, Table]:
    every = [(sheet, table) for sheet, tables in source.tables.items() for table in tables]
    for sheet, table in every:
        if table.name.casefold() == wanted.casefold():
            return sheet, table
    raise SourceError(
        "error.source.no_table",
        source=source.name,
        table=wanted,
        found=", ".join(f"{table.name} ({sheet})" for sheet, table in every) or "-",
    )


def _named_sheet(source: Source, wanted: str) -> str:
    for name in source.sheets:
        if name.casefold() == wanted.casefold():
            return name
    raise SourceError("error.source.no_sheet", source=source.name, sheet=wanted, found=", ".join(source.sheets) or "-")


def cut(source: Source, name: str, at: Table | int, mapping: Mapping[str, str] | None = None) -> Grid:
    """The grid of one table, or of the header row `at` (an index into the sheet's rows) and all below it."""
    sheet = source.load(name)
    if isinstance(at, Table):
        start, end = at.first_column - sheet.first_column, at.last_column - sheet.first_column + 1
        header = _table_header(sheet, at) if at.header_rows else [f"Column{n}" for n in range(1, end - start + 1)]
        first = at.first_row + at.header_rows
        indexes = range(max(first - sheet.first_row, 0), min(at.last_row - at.totals_rows - sheet.first_row + 1, len(sheet.rows)))
        header_number = at.first_row
    else:
        header = _unmerged(sheet, at)
        start, end = _extent(header)
        header = header[start:end]
        below = max(
            [at + 1, *(bottom - sheet.first_row + 1 for top, _, bottom, _ in sheet.merged if top <= sheet.first_row + at <= bottom)]
        )
        indexes = range(below, len(sheet.rows))
        header_number = sheet.first_row + at if sheet.lines is None else sheet.lines[at]
    rows = [_cells(sheet.rows[index], start, end) for index in indexes]
    merged = _share_merged(sheet, rows, sheet.first_row + indexes.start, sheet.first_column + start)
    numbers = (
        [sheet.lines[index] for index in indexes]
        if sheet.lines is not None
        else range(sheet.first_row + indexes.start, sheet.first_row + max(indexes.stop, indexes.start))
    )
    return Grid(
        tuple(header),
        rows,
        name,
        numbers,
        header_number,
        sheet.first_column + start,
        source.is_csv,
        source.date1904,
        sheet.uncached,
        frozenset(column - sheet.first_column - start for column in sheet.percent),
        sheet.hidden,
        merged,
    )


def _share_merged(sheet: Sheet, rows: list[list[object]], first_row: int, first_column: int) -> int:
    """Give rows the text or date of a cell merged down over them, and count that; an amount over three rows is one, not three."""
    count = 0
    for top, left, bottom, _ in sheet.merged:
        first, at = top - first_row, left - first_column
        if bottom == top or not 0 <= first < len(rows) or not 0 <= at < len(rows[first]):
            continue
        value = rows[first][at]
        if is_blank(value) or _is_figure(value):
            continue
        for row in rows[first + 1 : bottom - first_row + 1]:
            if row[at] is None and not all(map(is_blank, row)):
                row[at] = value
                count += 1
    return count


def _extent(header: Sequence[object]) -> tuple[int, int]:
    """First and last column of a header row. Columns without a heading inside it stay: they may hold something of the team's."""
    filled = [index for index, cell in enumerate(header) if not is_blank(cell)]
    return filled[0], filled[-1] + 1


def deal_rows(grid: Grid, columns: Mapping[str, int], is_table: bool) -> tuple[list[int], list[tuple[str, int]]]:
    """The rows that hold deals, and (code, row) of each that was left out: totals, repeated headers, notes below the table.

    A row inside the table that holds anything is a deal, however little: only empty rows are passed over without a word. Below the
    last deal, after an empty row, a row that is not like a deal is a note. A ListObject says itself where it ends.
    """
    if is_table:
        return [index for index, row in enumerate(grid.rows) if not all(map(is_blank, row))], []
    kept: list[int] = []
    left: list[tuple[str, int]] = []
    header = [plain(cell) if isinstance(cell, str) else cell for cell in grid.header]
    width = len(grid.header)
    after_gap = False
    tail: list[int] = []  # rows after a gap that may be notes, unless deals follow
    blank = [None] * width
    doubtful: dict[str, bool] = {}  # first texts of rows: an id or a name stands in many rows, and nearly none is doubtful
    for index, row in enumerate(grid.rows):
        first = row[0]
        if not after_gap and type(first) is str and doubtful.get(first) is False:
            kept.append(index)
            continue
        if is_blank(first):
            if row == blank or all(map(is_blank, row)):
                after_gap = True
                continue
            first = next(cell for cell in row if not is_blank(cell))
        if type(first) is str:
            if first not in doubtful:
                doubtful[first] = _is_doubtful(first, header)
            if doubtful[first] and (code := _no_deal(first, row, header, columns)):
                left.append((code, index))
                continue
        if after_gap and _is_note(row, columns, (grid.rows[each] for each in kept)):
            tail.append(index)
            continue
        kept += tail
        tail = []
        after_gap = False
        kept.append(index)
    return sorted(kept), left + [("rows.note", index) for index in tail]


def _is_note(row: Sequence[object], columns: Mapping[str, int], deals: Iterable[Sequence[object]]) -> bool:
    """True for "checked by | Ann": fewer than two recognised cells, or no figure, no date, and a stage that no deal above stands in."""
    if sum(not is_blank(row[at]) for at in columns.values()) < min(2, len(columns)):
        return True
    figures = [at for name, at in columns.items() if name in FIGURES]
    if not figures or any(not is_blank(row[at]) for at in figures):
        return False
    stage = columns.get("stage")
    return stage is None or is_blank(row[stage]) or all(row[stage] != deal[stage] for deal in deals)


def _is_doubtful(first: str, header: Sequence[object]) -> bool:
    """Whether a row that begins with this text may be no deal, which _no_deal() decides by the whole row."""
    text = plain(first)
    return text in header or bool(_part_total().fullmatch(text)) or bool(meaning("total", first.rstrip(":：")))


def _no_deal(first: str, row: Sequence[object], header: Sequence[object], columns: Mapping[str, int]) -> str:
    """Why a row of a plain sheet is no deal: a total, or the header once more; "" where it may be one."""
    if meaning("total", first.rstrip(":：")) and ("stage" not in columns or is_blank(row[columns["stage"]])):
        return "rows.total"
    if _part_total().fullmatch(plain(first)) and all(_is_figure(cell) for cell in row if not is_blank(cell) and cell is not first):
        return "rows.total"
    if plain(first) in header and [plain(cell) if isinstance(cell, str) else cell for cell in row] == header:
        return "rows.header_again"
    return ""


@cache
def _part_total() -> re.Pattern[str]:
    """ "Ann Total", "Subtotal: North", 张三 汇总: what Excel's subtotals and pivot tables write."""
    known = [re.escape(word) for word in aliases("total")]
    words = "|".join(word for word in known if word.isascii())
    signs = "|".join(word for word in known if not word.isascii())
    return re.compile(rf"(?:{words})\b.+|.+\b(?:{words})|(?:{signs}).+|.+(?:{signs})")


def _is_figure(cell: object) -> bool:
    return type(cell) in (int, float) or (type(cell) is str and read_text(cell) is not None)
