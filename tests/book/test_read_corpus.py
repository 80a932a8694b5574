"""Workbooks that Excel made, read as openpyxl reads them; they lie outside the project."""

import datetime as dt
import math
import random
import warnings
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from funnel_xl.book.source import open_source
from funnel_xl.errors import FunnelError
from funnel_xl.sales.grid import Sheet

REFUSED = {"error.file.strict"}     # the only reason for which a book of the corpus may be refused


def books(shared: Path) -> list[Path]:
    return sorted(path for path in (shared / "corpus").iterdir() if path.suffix in (".xlsx", ".xlsm", ".xltx", ".xltm"))


def same(ours: object, theirs: object) -> bool:
    """Equal as far as both libraries keep it: openpyxl rounds times, and keeps the spaces around a text that Excel does not show."""
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        return math.isclose(ours, theirs, rel_tol=1e-12)
    if isinstance(ours, dt.time) and isinstance(theirs, dt.time):
        day = dt.date(2000, 1, 1)
        ours, theirs = dt.datetime.combine(day, ours), dt.datetime.combine(day, theirs)
    if isinstance(ours, dt.datetime | dt.timedelta) and isinstance(theirs, type(ours)):
        return abs(ours - theirs) <= dt.timedelta(milliseconds=1)
    if isinstance(ours, str) and isinstance(theirs, str):
        return ours.strip() == theirs.strip()
    return ours == theirs


def differences(sheet: Sheet, witness: Worksheet) -> list[tuple]:
    """The cells in which a sheet and openpyxl's reading of it differ; openpyxl drops what stands below merged cells."""
    ours = {(sheet.first_row + down, sheet.first_column + across): value
            for down, row in enumerate(sheet.rows) for across, value in enumerate(row) if value is not None}
    theirs = {(cell.row, cell.column): cell.value for row in witness.iter_rows() for cell in row if cell.value not in (None, "")}
    below = {(cell.row, cell.column) for row in witness.iter_rows() for cell in row if isinstance(cell, MergedCell)}
    return [(place, ours.get(place), theirs.get(place)) for place in (ours.keys() | theirs.keys()) - below
            if not same(ours.get(place), theirs.get(place))]


def compare(path: Path) -> int:
    """How many sheets of a book were read as openpyxl reads them; 0 where the book is refused for a reason we know."""
    try:
        source = open_source(path)
    except FunnelError as error:
        assert error.key in REFUSED, f"{path.name}: {error}"
        return 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")         # what openpyxl can't keep when it saves: we only read
        witness = openpyxl.load_workbook(path, data_only=True)
    for name in source.sheets:
        sheet = source.load(name)
        other = witness[name]
        assert not differences(sheet, other), (path.name, name)
        assert set(sheet.merged) == {(area.min_row, area.min_col, area.max_row, area.max_col) for area in other.merged_cells.ranges}
        assert sheet.hidden == sum(row.hidden for row in other.row_dimensions.values()), (path.name, name)
        assert {table.name for table in source.tables.get(name, ())} == {table.displayName for table in other.tables.values()}
    return len(source.sheets)


def test_a_sample_of_excels_own_books_is_read_as_openpyxl_reads_it(shared):
    sample = random.Random(20261).sample(books(shared), 12)
    assert sum(map(compare, sample)) > 0


@pytest.mark.proof
def test_all_of_excels_own_books_are_read_as_openpyxl_reads_them(shared):
    read = list(map(compare, books(shared)))
    assert len(read) == 95
    assert sum(1 for sheets in read if not sheets) <= 4     # the Strict ones


def test_a_real_export_of_a_crm_is_read_line_by_line(shared):
    source = open_source(shared / "data" / "maven_crm" / "sales_pipeline.csv")
    sheet = source.load(source.name)
    assert (len(sheet.rows), source.notes) == (8801, ())
    assert sheet.rows[1] == ["1C1I7A6R", "Moses Frase", "GTX Plus Basic", "Cancity", "Won", "10/20/2016", "3/1/2017", "1054"]
    assert list(sheet.lines) == list(range(1, 8802))
    assert sum(float(row[7] or 0) for row in sheet.rows[1:] if row[4] == "Won") == 10_005_534


def test_a_real_workbook_of_deals_is_read(shared):
    source = open_source(shared / "data" / "pbpython" / "salesfunnel.xlsx")
    sheet = source.load(source.sheets[0])
    assert len(sheet.rows) == 18
    assert sheet.rows[0] == ["Account", "Name", "Rep", "Manager", "Product", "Quantity", "Price", "Status"]
