"""Files made to kill a reader, or grown so by accident: read right or refused, in a process whose memory is watched."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from surgery import DEALS, SHEET, book, cut, packed, parts, sheet_xml, with_sheet

from funnel_xl.book import rewrite, values
from funnel_xl.book.source import open_source
from funnel_xl.errors import FunnelError

READ = """
import json, re, sys
from pathlib import Path
from funnel_xl.book.source import open_source
from funnel_xl.errors import FunnelError
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))      # whatever lies beyond must not even be asked for
except ImportError:                                                 # Windows
    pass
try:
    source = open_source(sys.argv[1])
    sheet = source.load(source.sheets[0])
    answer = {"rows": len(sheet.rows), "first": sheet.rows[:3], "last": [value for value in sheet.rows[-1] if value is not None][-1:]}
except FunnelError as error:
    answer = {"key": error.key, **{name: str(value) for name, value in error.values.items()}}
status = Path("/proc/self/status")      # not ru_maxrss: it counts what the parent held before it started us
answer["MiB"] = int(re.search("VmHWM:\\s*(\\d+)", status.read_text())[1]) >> 10 if status.exists() else 0
print(json.dumps(answer))
"""


def watched(path: Path) -> dict:
    """What reading a file ends in, in a process of its own, with the memory that it took at most."""
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def usual(tmp_path_factory) -> int:
    """What reading a small book takes [MiB]."""
    return watched(book(tmp_path_factory.mktemp("usual") / "Team.xlsx"))["MiB"]


def rows_of_deals() -> str:
    return "".join(f'<row r="{row}">' + "".join(
        f'<c r="{"ABC"[column]}{row}" t="str"><v>{value}</v></c>' for column, value in enumerate(values)) + "</row>"
        for row, values in enumerate(DEALS, 1))


def test_a_value_in_the_last_cell_of_the_sheet_kills_nobody_and_is_read(tmp_path, usual):
    path = with_sheet(tmp_path / "Team.xlsx", sheet_xml(rows_of_deals() + '<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>'))
    answer = watched(path)
    assert answer["rows"] == 1_048_576
    assert answer["first"] == [[str(value) for value in row] for row in DEALS]
    assert answer["last"] == [7]
    assert answer["MiB"] < usual + 250


def test_a_far_cell_is_read_where_it_stands(tmp_path):
    rows = '<row r="3"><c r="B3"><v>1</v></c></row><row r="90000"><c r="ZZ90000"><v>2</v></c></row>'
    sheet = open_source(with_sheet(tmp_path / "Team.xlsx", sheet_xml(rows))).load("Deals")
    assert (sheet.first_row, sheet.first_column, len(sheet.rows)) == (3, 2, 89_998)
    assert (sheet.rows[0], sheet.rows[1], sheet.rows[-1][0], sheet.rows[-1][-1]) == ([1], [], None, 2)
    assert len(sheet.rows[-1]) == 701      # ZZ is column 702, B the second


def test_an_empty_cell_far_away_costs_nothing(tmp_path, usual):
    path = with_sheet(tmp_path / "Team.xlsx", sheet_xml(rows_of_deals() + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'))
    answer = watched(path)
    assert (answer["rows"], answer["last"]) == (3, ["485.5"])
    assert answer["MiB"] < usual + 50


def test_cells_in_a_row_that_says_another_number_count_where_they_say(tmp_path, usual):
    answer = watched(with_sheet(tmp_path / "Team.xlsx", sheet_xml('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>7</v></c></row>')))
    assert (answer["rows"], answer["last"]) == (1_048_576, [7])
    assert answer["MiB"] < usual + 250


@pytest.mark.parametrize("disguise", [("<c ", "<c\n"), ("<c r=", "<c\tr="), ("<c r=", "<c  r="), ('r="XFD1048576"', "r='XFD1048576'")])
def test_a_far_cell_is_seen_through_every_spelling(tmp_path, usual, disguise):
    rows = rows_of_deals() + '<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>'.replace(*disguise)
    answer = watched(with_sheet(tmp_path / "Team.xlsx", sheet_xml(rows)))
    assert (answer["rows"], answer["last"]) == (1_048_576, [7])
    assert answer["MiB"] < usual + 250


def test_a_lying_dimension_is_not_believed(tmp_path, usual):
    path = book(tmp_path / "Team.xlsx")
    cut(path, SHEET, lambda xml: xml.replace(b'<dimension ref="A1:C3"/>', b'<dimension ref="A1:XFD1048576"/>'))
    answer = watched(path)
    assert (answer["rows"], answer["last"]) == (3, [485.5])
    assert answer["MiB"] < usual + 50


def test_values_too_far_apart_to_hold_are_refused_by_a_cells_name(tmp_path, monkeypatch):
    monkeypatch.setattr(values, "MOST_PLACES", 100_000)
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c><c r="XFD{row}"><v>7</v></c></row>' for row in range(1, 10))
    with pytest.raises(FunnelError) as caught:
        open_source(with_sheet(tmp_path / "Team.xlsx", sheet_xml(rows))).load("Deals")
    assert (caught.value.key, caught.value.values["cell"]) == ("error.file.far_cell", "XFD1")


def test_a_million_empty_formatted_rows_are_no_deals(tmp_path, usual):
    formatted = "".join(f'<row r="{row}" s="1" customFormat="1"><c r="A{row}" s="1"/></row>' for row in range(4, 1_048_577))
    answer = watched(with_sheet(tmp_path / "Team.xlsx", sheet_xml(rows_of_deals() + formatted)))
    assert (answer["rows"], answer["last"]) == (3, ["485.5"])
    assert answer["MiB"] < usual + 200      # the 57 MiB of XML, twice


def test_a_zip_bomb_is_not_unpacked(tmp_path, usual):
    path, zeros = tmp_path / "Team.xlsx", bytes(1 << 20)
    content = parts(book(path))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, part in content.items():
            if name != SHEET:
                package.writestr(name, part)
        with package.open(SHEET, "w") as sheet:
            for _ in range(300):
                sheet.write(zeros)
    answer = watched(path)
    assert (answer["key"], answer["part"], answer["size"]) == ("error.file.bomb", SHEET, "300")
    assert answer["MiB"] < usual + 10


def test_a_bomb_that_lies_about_its_size_is_stopped_at_what_it_says(tmp_path, usual):
    path = book(tmp_path / "Team.xlsx")
    content = parts(path)
    raw = bytearray(packed({**content, SHEET: bytes(200 << 20)}))
    entry = raw.rindex(SHEET.encode()) - 46
    raw[entry + 24:entry + 28] = (1000).to_bytes(4, "little")
    path.write_bytes(raw)
    answer = watched(path)
    assert answer["key"] == "error.file.damaged"
    assert answer["MiB"] < usual + 20


def test_one_row_with_more_cells_than_a_sheet_has_columns_is_refused(tmp_path, usual):
    row = "<row>" + "<c><v>1</v></c>" * 1_000_000 + "</row>"
    answer = watched(with_sheet(tmp_path / "Team.xlsx", sheet_xml(row)))
    assert answer["key"] == "error.file.far_cell"
    assert answer["MiB"] < usual + 100


def test_a_line_of_a_gigabyte_is_refused_without_being_held(tmp_path):
    path = tmp_path / "deals.csv"
    block = b"a" * (1 << 20)
    with path.open("wb") as file:
        file.write(b"Account,Stage\nAcme,Won\n")
        for _ in range(1024):
            file.write(block)
    answer = watched(path)
    path.unlink()
    assert (answer["key"], answer["line"]) == ("error.file.long_line", "3")
    assert answer["MiB"] < 100


def test_a_panic_of_the_reader_is_damage(tmp_path, monkeypatch):
    class PanicException(BaseException):        # as Rust's failures arrive: no Exception
        pass

    def panic(*_):
        raise PanicException("index out of bounds")

    monkeypatch.setattr(values, "_calamine", panic)
    with pytest.raises(FunnelError) as caught:
        open_source(book(tmp_path / "Team.xlsx")).load("Deals")
    assert caught.value.key == "error.file.damaged"


def test_an_interrupt_stays_an_interrupt(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(values, "_calamine", interrupted)
    with pytest.raises(KeyboardInterrupt):
        open_source(book(tmp_path / "Team.xlsx")).load("Deals")


def test_a_sheet_said_anew_may_have_any_number_of_cells(tmp_path):
    rows = "".join(f"<row r='{row}'><c r='A{row}'><v>{row}</v></c></row>" for row in range(1, 1000))
    xml, places, _ = rewrite.rewrite(sheet_xml(rows).encode(), values.Formats(()))
    assert places == [(row, 1) for row in range(1, 1000)]
    assert xml.count(b"<c ") == 999
    assert open_source(with_sheet(tmp_path / "Team.xlsx", sheet_xml(rows))).load("Deals").rows == [[row] for row in range(1, 1000)]
