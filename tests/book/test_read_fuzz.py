"""Damage of every kind ends in a source or in a sentence, never in anything else."""

import re
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from surgery import book, packed, parts, sheet_xml, with_sheet

from funnel_xl.book.source import open_source
from funnel_xl.book.workbook import read_ref
from funnel_xl.errors import FunnelError
from funnel_xl.sales.grid import CellError, Sheet, column_letters


@pytest.fixture(scope="module")
def rich(tmp_path_factory) -> bytes:
    """A small book with all that we read: two sheets, a table, merged cells, formulas, errors, dates, a filter."""
    path = tmp_path_factory.mktemp("rich") / "rich.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        date, percent = workbook.add_format({"num_format": "yyyy-mm-dd"}), workbook.add_format({"num_format": "0%"})
        sheet = workbook.add_worksheet("Deals")
        sheet.merge_range("A1:C1", "Pipeline")
        sheet.add_table("A3:D6", {"name": "Deals", "data": [["Acme", 45000, 0.5, 1], ["Bolt", 45001, 0.25, 2]]})
        sheet.write("B4", 45000, date)
        sheet.write("C4", 0.5, percent)
        sheet.write_formula("D7", "=1/0", None, "#DIV/0!")
        workbook.add_worksheet("Notes").write_rich_string("A1", "plain ", workbook.add_format({"bold": True}), "bold")
        workbook.define_name("Notes!_funnel_xl", '="x"')
    return path.read_bytes()


def opened(folder: Path, content: bytes) -> list[Sheet]:
    """All sheets of a file with this content; none where it is refused in a sentence."""
    path = folder / "Team.xlsx"
    path.write_bytes(content)
    try:
        source = open_source(path)
        return [source.load(name) for name in source.sheets]
    except FunnelError as error:
        assert "Team.xlsx" in str(error)
        return []


@settings(max_examples=300)
@given(data=st.data())
def test_flipped_bytes(tmp_path_factory, rich, data):
    damaged = bytearray(rich)
    for place in data.draw(st.lists(st.integers(0, len(rich) - 1), min_size=1, max_size=4)):
        damaged[place] ^= data.draw(st.integers(1, 255))
    opened(tmp_path_factory.mktemp("fuzz"), bytes(damaged))


@settings(max_examples=100)
@given(data=st.data())
def test_truncated_and_doubled_files(tmp_path_factory, rich, data):
    start, stop = sorted(data.draw(st.tuples(st.integers(0, len(rich)), st.integers(0, len(rich)))))
    damaged = data.draw(st.sampled_from([rich[:stop], rich[:start] + rich[stop:], rich[:stop] + rich[start:]]))
    opened(tmp_path_factory.mktemp("fuzz"), damaged)


@settings(max_examples=400)
@given(data=st.data())
def test_damage_within_parts_whose_checksums_are_right(tmp_path_factory, rich, data):
    path = tmp_path_factory.mktemp("fuzz") / "rich.xlsx"
    path.write_bytes(rich)
    content = parts(path)
    name = data.draw(st.sampled_from(sorted(content)))
    part = content[name]
    if data.draw(st.booleans()):
        # A token for another: tags, attributes and values change places, which bytes at random seldom do.
        tokens = re.findall(rb'<[^>]*>|[^<>]+', part)
        first, second = (data.draw(st.integers(0, len(tokens) - 1)) for _ in range(2))
        far = b'<c r="XFD1048576"><v>1</v></c>'
        tokens[first] = data.draw(st.sampled_from([tokens[second], b"", tokens[first] * 2, far, b"99999999999999"]))
        content[name] = b"".join(tokens)
    else:
        place = data.draw(st.integers(0, max(len(part) - 1, 0)))
        content[name] = part[:place] + data.draw(st.binary(max_size=4)) + part[place + data.draw(st.integers(0, 3)):]
    if data.draw(st.integers(0, 9)) == 0:
        del content[name]
    opened(path.parent, packed(content))


VALUES = st.one_of(st.text(st.characters(categories=["L", "N", "P"]), max_size=5).map(lambda text: ("str", text)),
                   st.integers(-10**9, 10**9).map(lambda number: ("n", str(number))), st.just(("e", "#N/A")), st.just(("b", "1")))


@given(st.dictionaries(st.tuples(st.integers(1, 3000), st.integers(1, 900)), VALUES, max_size=12), st.booleans())
def test_cells_anywhere_are_read_where_they_stand(tmp_path_factory, cells, unusual):
    rows = "".join(f'<row r="{row}"><c r="{column_letters(column)}{row}" t="{kind}"><v>{escape(text)}</v></c></row>'
                   for (row, column), (kind, text) in sorted(cells.items()))
    xml = sheet_xml(rows)
    path = with_sheet(tmp_path_factory.mktemp("cells") / "Team.xlsx", xml.replace("<c ", "<c  ") if unusual else xml)
    sheet = open_source(path).load("Deals")
    found = {(sheet.first_row + down, sheet.first_column + across): value
             for down, row in enumerate(sheet.rows) for across, value in enumerate(row) if value is not None}
    typed = {"n": float, "str": str, "e": CellError, "b": bool}
    assert found == {place: typed[kind](text) for place, (kind, text) in cells.items() if text}


@given(st.text(max_size=8))
def test_a_reference_is_read_or_refused(text):
    try:
        row, column = read_ref(text)
    except ValueError:
        return
    assert f"{column_letters(column)}{row}".lstrip("0") == re.sub(r"\$|(?<=[A-Za-z])0+|(?<=\$)0+", "", text).upper()


def test_a_whole_book_is_no_damage(tmp_path, rich):
    assert [sheet.name for sheet in opened(tmp_path, rich)] == ["Deals", "Notes"]
    assert book(tmp_path / "other.xlsx").exists()
