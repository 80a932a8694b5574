"""Files that can't be read: each gets the sentence that tells it from the others and says how to mend it."""

import io
import re
import shutil
import struct
import subprocess
from pathlib import Path

import msoffcrypto
import pytest
from surgery import DEALS, SHEET, book, cut, packed, parts, sheet_xml, with_sheet

from funnel_xl.book.source import open_source
from funnel_xl.errors import FunnelError
from funnel_xl.wording import LANGUAGES, sentence

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
LAUGHS = b'<!DOCTYPE lolz [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + number, b"&%c;" % (97 + number) * 10) for number in range(9)) + b"]>"


def refusal(path: Path, **how: str) -> FunnelError:
    """The error in which opening a file, or reading one of its sheets, ends; its sentence names the file in every language."""
    with pytest.raises(FunnelError) as caught:
        source = open_source(path, **how)
        for sheet in source.sheets:
            source.load(sheet)
    for language in LANGUAGES:
        assert path.name in sentence(caught.value, language)
    return caught.value


def encrypted(tmp_path: Path) -> bytes:
    plain, secret = book(tmp_path / "plain.xlsx"), io.BytesIO()
    with plain.open("rb") as file:
        msoffcrypto.OfficeFile(file).encrypt("secret", secret)
    return secret.getvalue()


@pytest.mark.parametrize(("name", "content", "key"), [
    ("empty.csv", b"", "error.file.empty"),
    ("bom.csv", b"\xef\xbb\xbf\r\n", "error.file.empty"),
    ("blank.csv", b" \n\n\t\n", "error.file.empty"),
    ("old.xls", OLE2 + "Workbook\0".encode("utf-16-le") + bytes(512), "error.file.old_xls"),
    ("older.xls", OLE2 + "Book\0".encode("utf-16-le") + bytes(512), "error.file.old_xls"),
    ("letter.doc", OLE2 + "WordDocument\0".encode("utf-16-le") + bytes(512), "error.file.ole2"),
    ("binary.xlsb", packed({"[Content_Types].xml": "", "xl/workbook.bin": ""}), "error.file.xlsb"),
    ("deals.ods", packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ""}), "error.file.ods"),
    ("deals.numbers", packed({"Index/Document.iwa": ""}), "error.file.numbers"),
    ("letter.docx", packed({"[Content_Types].xml": "", "word/document.xml": ""}), "error.file.kind.document"),
    ("slides.pptx", packed({"[Content_Types].xml": "", "ppt/presentation.xml": ""}), "error.file.kind.document"),
    ("deals.zip", packed({"deals.csv": "a,b"}), "error.file.not_a_book"),
    ("hollow.xlsx", packed({"[Content_Types].xml": ""}), "error.file.part_missing"),
    ("nothing.xlsx", packed({}), "error.file.not_a_book"),
    ("export.xls", b"<html><body><table><tr><td>Account</td></tr></table></body></html>", "error.file.html"),
    ("export2.xls", b'\xef\xbb\xbf<!DOCTYPE html>\n<html xmlns:x="urn:schemas-microsoft-com:office:excel">', "error.file.html"),
    ("export3.xls", "<table><tr><td>客户</td></tr></table>".encode("utf-16"), "error.file.html"),
    ("export4.xls", b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
                    b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "error.file.xml"),
    ("quote.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "error.file.kind.pdf"),
    ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "error.file.kind.picture"),
    ("scan.csv", b"BM" + bytes(60), "error.file.kind.picture"),
    ("deals.csv.gz", b"\x1f\x8b\x08\x00" + bytes(40), "error.file.kind.archive"),
    ("crm.db", b"SQLite format 3\x00" + bytes(84), "error.file.kind.database"),
    ("noise.csv", bytes(range(256)) * 40, "error.file.nul"),
])
def test_a_file_that_is_something_else_is_named_as_what_it_is(tmp_path, name, content, key):
    path = tmp_path / name
    path.write_bytes(content)
    assert refusal(path).key == key


def test_a_file_that_is_not_there_names_the_folder_to_look_into(tmp_path):
    error = refusal(tmp_path / "Tema.xlsx")
    assert (error.key, error.values["folder"]) == ("error.file.missing", str(tmp_path))


def test_a_folder_is_told_from_a_file(tmp_path):
    assert refusal(tmp_path).key == "error.file.folder"


def test_a_device_is_not_waited_for(tmp_path):
    assert refusal(Path("/dev/zero")).key == "error.file.special"


def test_an_impossible_name_is_refused(tmp_path):
    with pytest.raises(FunnelError):
        open_source("a\0b.xlsx")
    with pytest.raises(FunnelError):
        open_source(tmp_path / ("x" * 5000))


def test_a_file_that_may_not_be_read_says_so(tmp_path, monkeypatch):
    path = book(tmp_path / "Team.xlsx")

    def denied(*_, **__):       # permissions don't bind root, who runs tests in containers
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert refusal(path).key == "error.file.permission"


def test_an_encrypted_workbook_is_told_from_an_old_one(tmp_path):
    path = tmp_path / "Team.xlsx"
    path.write_bytes(encrypted(tmp_path))
    assert refusal(path).key == "error.file.encrypted"


def test_strict_open_xml_is_refused_since_most_readers_see_it_empty(tmp_path):
    path = book(tmp_path / "Team.xlsx")
    cut(path, "xl/workbook.xml", lambda xml: xml.replace(b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/")
        .replace(b"/ooxml/spreadsheetml/2006/main", b"/ooxml/spreadsheetml/main"))
    assert refusal(path).key == "error.file.strict"


@pytest.mark.parametrize("kept", [0.99, 0.5, 0.05])
def test_a_truncated_workbook_is_cut_off(tmp_path, kept):
    path = book(tmp_path / "Team.xlsx")
    path.write_bytes(path.read_bytes()[:int(path.stat().st_size * kept)])
    assert refusal(path).key == "error.file.cut_off"


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_a_damaged_part_is_found_by_its_checksum_and_named(tmp_path, part):
    path = book(tmp_path / "Team.xlsx")
    content = parts(path)
    raw = packed(content, method=0)
    path.write_bytes(raw.replace(content[part][-30:], b"x" + content[part][-29:], 1))
    error = refusal(path)
    assert (error.key, error.values["part"]) == ("error.file.damaged", part)


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
def test_entities_of_its_own_are_refused_in_every_part_that_is_read(tmp_path, part):
    path = cut(book(tmp_path / "Team.xlsx"), part, lambda xml: xml.replace(b"?>", b"?>" + LAUGHS, 1))
    error = refusal(path)
    assert (error.key, error.values["part"]) == ("error.file.doctype", part)


def test_a_part_that_would_unpack_beyond_bounds_is_refused_unread(tmp_path):
    path = book(tmp_path / "Team.xlsx")
    raw, size = bytearray(path.read_bytes()), len(parts(path)[SHEET])
    entry = raw.rindex(SHEET.encode()) - 46     # the sheet's record in the table of contents; the size stands 24 bytes into it
    assert struct.unpack_from("<I", raw, entry + 24) == (size,)
    struct.pack_into("<I", raw, entry + 24, 0x7FFF_FFFF)
    path.write_bytes(raw)
    error = refusal(path)
    assert (error.key, error.values["part"], error.values["size"]) == ("error.file.bomb", SHEET, 2047)


def test_a_part_that_unpacks_to_more_than_it_says_is_damaged(tmp_path):
    path = book(tmp_path / "Team.xlsx")
    path.write_bytes(packed({**parts(path), SHEET: b" " * 10_000_000}))
    raw = bytearray(path.read_bytes())
    struct.pack_into("<I", raw, raw.rindex(SHEET.encode()) - 46 + 24, 1000)
    path.write_bytes(raw)
    assert refusal(path).key == "error.file.damaged"


def test_one_name_for_two_parts_is_refused(tmp_path):
    path = book(tmp_path / "Team.xlsx")
    path.write_bytes(packed({**parts(path), SHEET.upper(): b"<worksheet/>"}))
    assert refusal(path).key == "error.file.twice"


def test_too_many_parts_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("funnel_xl.book.guard.MOST_PARTS", 5)
    assert refusal(book(tmp_path / "Team.xlsx")).values["allowed"] == 5


def test_a_missing_sheet_part_is_named(tmp_path):
    path = cut(book(tmp_path / "Team.xlsx"), SHEET, lambda _: None)
    error = refusal(path)
    assert (error.key, error.values["part"]) == ("error.file.part_missing", SHEET)


def test_a_sheet_without_relationship_is_named(tmp_path):
    path = cut(book(tmp_path / "Team.xlsx"), "xl/_rels/workbook.xml.rels", lambda xml: xml.replace(b'"rId1"', b'"rId77"'))
    error = refusal(path)
    assert (error.key, error.values["part"]) == ("error.file.part_missing", "Deals")


@pytest.mark.parametrize("end", ["</sheetData>", "</row>", '<c r="B2"', "</worksheet", "<sheetData>"])
def test_sheet_xml_that_is_cut_off_names_the_sheet(tmp_path, end):
    whole = parts(book(tmp_path / "Team.xlsx"))[SHEET].decode()
    path = with_sheet(tmp_path / "Team.xlsx", whole[:whole.index(end) + len(end)])
    error = refusal(path)
    assert (error.key, error.values["sheet"]) == ("error.file.sheet_cut_off", "Deals")


@pytest.mark.parametrize("ref", ["XFE1", "A1048577", "ZZZZ9", "A0", "A99999999999", "7", "", "A-1"])
def test_a_cell_outside_every_sheet_is_named(tmp_path, ref):
    path = with_sheet(tmp_path / "Team.xlsx", sheet_xml(f'<row r="1"><c r="{ref}"><v>1</v></c></row>'))
    error = refusal(path)
    assert (error.key, error.values["cell"]) == ("error.file.far_cell", ref)


@pytest.mark.parametrize("rows", [
    '<row r="1"><c r="A1" t="s"><v>999999</v></c></row>',                                   # no such shared string
    '<row r="1"><c r="A1" t="str"><v>&nothing;</v></c></row>',
    '<row r="one"><c><v>1</v></c></row>',
])
def test_nonsense_within_whole_xml_is_damage(tmp_path, rows):
    error = refusal(with_sheet(tmp_path / "Team.xlsx", sheet_xml(rows)))
    assert error.key in ("error.file.damaged", "error.file.sheet_cut_off")


def test_every_sentence_about_files_names_the_file():
    from funnel_xl.wording import words
    for language in LANGUAGES:
        for key, text in words(language).items():
            if key.startswith("error.file."):
                assert "{file}" in text, key
                assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", words("en")[key])), key


@pytest.mark.office
@pytest.mark.parametrize(("kind", "key"), [("xls", "error.file.old_xls"), ("ods", "error.file.ods"), ("html", "error.file.html"),
                                           ("pdf", "error.file.kind.pdf"), ("fods", "error.file.xml"), ("xlsx", None), ("csv", None)])
def test_what_libreoffice_writes_is_read_or_named(tmp_path, kind, key):
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is missing")
    path = book(tmp_path / "Team.xlsx")
    subprocess.run(["timeout", "120", "soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", kind,
                    "--outdir", str(tmp_path / "out"), str(path)], check=True, capture_output=True)
    written = tmp_path / "out" / f"Team.{kind}"
    if key:
        assert refusal(written).key == key
    elif kind == "xlsx":
        assert open_source(written).load("Deals").rows == [list(row) for row in DEALS]
    elif kind == "csv":
        assert open_source(written).load("Team.csv").rows == [[str(value) for value in row] for row in DEALS]


@pytest.mark.parametrize("name", ["Team.xlsx", "deals.csv"])
def test_a_file_that_goes_away_before_its_sheet_is_read_says_so(tmp_path, name):
    path = tmp_path / name
    if name.endswith("csv"):
        path.write_text("Account,Stage\nAcme,Won\n", encoding="utf-8")
    else:
        book(path)
    source = open_source(path)
    path.unlink()
    with pytest.raises(FunnelError, match=name):
        source.load(source.sheets[0])
