"""What keeps one workbook from reaching Python is found in the closed file, on any system."""

import json
import zipfile
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwings
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from funnel_xl.build.projects import stored
from funnel_xl.build.workbook import build_workbook
from funnel_xl.cli import cli
from funnel_xl.errors import FunnelError
from funnel_xl.excel.setup.book_doctor import examine_book
from funnel_xl.excel.setup.vba_text import decompress, read_project
from funnel_xl.excel.setup.xlwings_version import as_numbers, project_of, xlwings_version_of
from tests.excel.machines import windows
from tests.excel.workbooks import VBA, changed, of_version, project

RIGHT_ROWS = (("Interpreter_Win", "%FUNNEL_PYTHON%"), ("Interpreter_Mac", "$HOME/.funnel-xl/python"), ("Use UDF Server", True))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "Deals.xlsm"
    build_workbook(path, demo=False)
    return path


@pytest.fixture
def pc(tmp_path):
    return windows(tmp_path)


@pytest.fixture
def book(tmp_path):
    """A function that writes a small workbook with our macros and these settings, rows as given."""
    def write(rows=RIGHT_ROWS, name="Small.xlsm"):
        path = tmp_path / name
        with xlsxwriter.Workbook(path) as made:
            made.add_worksheet("Deals")
            if rows is not None:
                conf = made.add_worksheet("xlwings.conf")
                for row, cells in enumerate(rows):
                    for column, value in enumerate(cells):
                        conf.write(row, column, value)
            made.add_vba_project(BytesIO(stored("workbook.bin")), is_stream=True)
        return path
    return write


def found(path, machine):
    return [(trouble.code, trouble.severity) for trouble in examine_book(str(path), machine)]


def test_a_new_workbook_has_no_trouble(made, pc):
    assert examine_book(str(made), pc) == []


def test_a_workbook_for_an_older_xlwings_is_to_be_upgraded(made, pc, tmp_path):
    old = changed(made, tmp_path / "Old.xlsm", {VBA: project(of_version("0.9.12"))})
    [trouble] = examine_book(str(old), pc)
    assert (trouble.code, trouble.severity) == ("book.older", "error")
    assert "0.9.12" in trouble.sentence("en") and "funnel-xl upgrade" in trouble.sentence("en")


def test_a_workbook_for_a_newer_xlwings_wants_a_newer_program(made, pc):
    assert found(made, replace(pc, xlwings="0.37.7")) == [("book.newer", "error")]


def test_versions_are_compared_as_numbers():
    assert as_numbers("0.9.12") < as_numbers("0.37.8") < as_numbers("0.37.10")


def test_a_setting_without_a_value_hides_the_users_own(book, pc):
    [trouble] = examine_book(str(book([*RIGHT_ROWS, ("PYTHONPATH",)])), pc)
    assert (trouble.code, trouble.severity) == ("conf.empty", "error")
    assert (trouble.values["cell"], trouble.values["setting"]) == ("xlwings.conf!B4", "PYTHONPATH")


def test_settings_below_a_gap_are_overlooked(book, pc):
    [trouble] = examine_book(str(book([("Interpreter_Win", "%FUNNEL_PYTHON%"), (), ("Use UDF Server", True)])), pc)
    assert (trouble.code, trouble.values["row"]) == ("conf.gap", 2)


def test_a_setting_that_stands_twice_breaks_every_call(book, pc):
    [trouble] = examine_book(str(book([*RIGHT_ROWS, ("use udf server", False)])), pc)
    assert (trouble.code, trouble.values["settings"]) == ("conf.twice", "USE UDF SERVER")


def test_one_persons_path_does_not_work_for_others(book, pc):
    [trouble] = examine_book(str(book([("interpreter_win", "C:\\Users\\ann\\python.exe")])), pc)
    assert (trouble.code, trouble.severity) == ("conf.interpreter", "warning")
    assert "xlwings.conf!B1" in trouble.sentence("en") and "%FUNNEL_PYTHON%" in trouble.sentence("en")


def test_without_settings_excel_starts_no_python(book, pc):
    assert found(book(None), pc) == [("conf.missing", "error")]


def test_settings_may_begin_further_down_by_mistake(book, pc):
    assert found(book([(), *RIGHT_ROWS]), pc) == [("conf.gap", "error")]


@pytest.mark.parametrize("folder", ["OneDrive", "OneDrive - Contoso", "OneDrive-Contoso", "SharePoint - Sales"])
def test_a_folder_of_onedrive_or_sharepoint_is_told_by_its_name(book, pc, tmp_path, folder):
    (tmp_path / folder).mkdir()
    assert found(book(name=f"{folder}/Deals.xlsm"), pc) == [("book.cloud", "warning")]


def test_a_folder_of_onedrive_is_told_by_the_environment(book, pc, tmp_path):
    (tmp_path / "Work").mkdir()
    known = replace(pc, environment={**pc.environment, "OneDriveCommercial": str(tmp_path / "Work")})
    path = book(name="Work/Deals.xlsm")
    assert found(path, known) == [("book.cloud", "warning")]
    assert found(path, pc) == []


def test_a_library_of_sharepoint_is_told_by_the_registry(book, pc, tmp_path):
    (tmp_path / "Contoso").mkdir()
    pc.registry.write("HKCU\\Software\\SyncEngines\\Providers\\OneDrive\\8a2f", "MountPoint", str(tmp_path / "Contoso"))
    assert found(book(name="Contoso/Deals.xlsm"), pc) == [("book.cloud", "warning")]


def test_a_file_of_that_name_in_another_folder_is_fine(book, pc):
    assert found(book(name="OneDrive.xlsm"), pc) == []


@pytest.mark.parametrize("address", ["https://contoso.sharepoint.com/sites/sales/Deals.xlsm", "HTTPS://d.docs.live.net/1/Deals.xlsm"])
def test_an_address_on_the_web_is_no_file(address, pc):
    assert found(address, pc) == [("book.web", "error")]


@pytest.mark.parametrize(("stream", "codes"), [
    ("[ZoneTransfer]\r\nZoneId=3\r\nHostUrl=https://mail.example.com/\r\n", ["book.blocked"]),
    ("[ZoneTransfer]\r\nZoneId=4\r\n", ["book.blocked"]),
    ("[ZoneTransfer]\r\nZoneId=1\r\n", []),             # the company's own network
    ("", []),
])
def test_macros_from_the_internet_are_blocked(book, pc, stream, codes):
    path = book()
    path.with_name(path.name + ":Zone.Identifier").write_text(stream)
    assert [code for code, _ in found(path, pc)] == codes


def test_a_workbook_without_macros_from_the_internet_is_not_blocked(pc, tmp_path):
    openpyxl.Workbook().save(tmp_path / "Plain.xlsx")
    (tmp_path / "Plain.xlsx:Zone.Identifier").write_text("[ZoneTransfer]\r\nZoneId=3\r\n")
    assert found(tmp_path / "Plain.xlsx", pc) == [("book.no_macros", "note")]


def test_foreign_macros_are_none_of_our_business(made, pc, tmp_path):
    other = changed(made, tmp_path / "Other.xlsm", {VBA: project(lambda text: 'Attribute VB_Name = "xlwings"\n')})
    assert found(other, pc) == [("book.foreign", "note")]


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\3\4 cut off"])
def test_what_is_no_workbook_is_refused_in_a_sentence(tmp_path, pc, content):
    (tmp_path / "Deals.xlsm").write_bytes(content)
    with pytest.raises(FunnelError, match=r"Deals\.xlsm"):
        examine_book(str(tmp_path / "Deals.xlsm"), pc)


@pytest.mark.parametrize("length", [0, 1, 500, 600, 5_000, 20_000, 54_000])
def test_macros_that_are_cut_off_are_refused_in_a_sentence(made, pc, tmp_path, length):
    broken = changed(made, tmp_path / "Broken.xlsm", {VBA: stored("workbook.bin")[:length]})
    with pytest.raises(FunnelError, match=r"vbaProject\.bin"):
        examine_book(str(broken), pc)


@given(st.lists(st.tuples(st.integers(0, 54_000), st.integers(0, 255)), min_size=1, max_size=40))
def test_macros_with_damage_anywhere_are_read_or_refused(damage):
    raw = bytearray(stored("workbook.bin"))
    for place, byte in damage:
        raw[place % len(raw)] = byte
    with suppress(ValueError):
        read_project(bytes(raw))


def test_a_short_text_that_claims_to_be_endless_is_refused():
    """A copy token of 4,096 bytes says "the last letter again, 4,098 times", and is itself two bytes long."""
    chunk = b"\x02a" + b"\xff\x0f" + (b"\xff" + b"\xff\x0f" * 8) * 200
    with pytest.raises(ValueError, match="chunk"):
        decompress(b"\1" + (0xB000 | len(chunk) - 1).to_bytes(2, "little") + chunk)


def test_the_text_of_macros_is_read_as_another_program_reads_it(made):
    olevba = pytest.importorskip("oletools.olevba")
    parser = olevba.VBA_Parser(str(made))
    witness = {name.rpartition(".")[0]: text.replace("\r\n", "\n").strip() for _, _, name, text in parser.extract_all_macros()}
    parser.close()
    ours = {name: text.strip() for name, text in project_of(made).sources.items()}
    assert ours == witness
    assert project_of(made).documents >= {"ThisWorkbook", "shDeals"}


def test_macros_that_excel_itself_has_stored_are_read_too():
    folder = Path(xlwings.__file__).parent
    with zipfile.ZipFile(folder / "quickstart_standalone.xlsm") as package:
        excels = read_project(package.read(VBA))
    assert excels.documents == {"ThisWorkbook", "Sheet1", "Sheet2"} & set(excels.sources)
    assert "Sub SampleCall()" in excels.sources["Module1"]
    assert xlwings_version_of(folder / "quickstart_standalone.xlsm") == xlwings.__version__


@pytest.mark.parametrize(("packed", "plain"), [        # the three examples of MS-OVBA 3.2
    ("0119b000 6162636465666768 00696a6b6c6d6e6f70 0071727374757 62e", "abcdefghijklmnopqrstuv."),
    ("012fb000 23616161626364658266007061676869 6a01380861 6b6c00306d6e6f7006710270041072737475761077 78797a003c",
     "#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"),
    ("0103b002 614500", "a" * 73),
])
def test_compressed_text_is_read_as_the_standard_shows(packed, plain):
    assert decompress(bytes.fromhex(packed.replace(" ", ""))) == plain.encode()


def test_doctor_tells_by_its_exit_code_whether_something_does_not_work(book):
    run = CliRunner()
    assert run.invoke(cli, ["doctor", str(book())], standalone_mode=False).return_value == 0
    assert run.invoke(cli, ["doctor", str(book([("PYTHONPATH",)]))], standalone_mode=False).return_value == 1


def test_doctor_speaks_json(book):
    path = book([("PYTHONPATH",)])
    said = json.loads(CliRunner().invoke(cli, ["doctor", str(path), "--json", "--language", "zh-Hant"], standalone_mode=False).output)
    finding = next(finding for finding in said["findings"] if finding["code"] == "conf.empty")
    assert finding["severity"] == "error" and finding["values"]["row"] == 1
    assert "請填寫" in finding["sentence"]
