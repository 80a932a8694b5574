"""Workbooks as all kinds of programs write them: each takes up our sheets and gives them back."""

import re
import zipfile

import openpyxl
import pytest
import team_books as t
from openxml_audit import OpenXmlValidator, ValidationSeverity

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def prefixed(content):
    """Every element of the lists with a prefix, as some libraries write."""
    for name in ("xl/workbook.xml", "xl/styles.xml"):
        text = re.sub(r"<(/?)(?=[a-z])", r"<\1x:", content[name].decode()).replace("xmlns=", "xmlns:x=", 1)
        content[name] = text.encode()
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        text = re.sub(r"<(/?)(?=[A-Z])", r"<\1p:", content[name].decode()).replace("xmlns=", "xmlns:p=", 1)
        content[name] = text.encode()


def relationships_declared_on_each_sheet(content):
    text = content["xl/workbook.xml"].decode()
    declared = re.search(r' xmlns:r="[^"]+"', text)[0]
    content["xl/workbook.xml"] = text.replace(declared, "").replace("<sheet ", f"<sheet{declared.replace(':r=', ':d3p1=')} ").replace(
        " r:id=", " d3p1:id=").encode()


def absolute_targets(content):
    name = "xl/_rels/workbook.xml.rels"
    content[name] = content[name].replace(b'Target="', b'Target="/xl/')


def alternate_content(content):
    choice = ('<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="x15">'
              '<x15ac:absPath url="C:\\Team\\" xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"/>'
              '</mc:Choice></mc:AlternateContent>')
    t.replace(content, "xl/workbook.xml", "<bookViews>", choice + "<bookViews>")
    t.replace(content, "xl/workbook.xml", "<workbook ",
              '<workbook xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main" ')


def no_styles(content):
    del content["xl/styles.xml"]
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        content[name] = re.sub(rb"<\w+ [^>]*styles.xml[^>]*>", b"", content[name])
    for name in list(content):
        if "worksheets/sheet" in name:
            content[name] = re.sub(rb' s="\d+"| dxfId="\d+"', b"", content[name])


def few_styles(content):
    content["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}"><cellXfs count="0"/></styleSheet>'.encode()
    for name in list(content):
        if "worksheets/sheet" in name:
            content[name] = re.sub(rb' s="\d+"| dxfId="\d+"', b"", content[name])


def built_in_number_formats_listed_anew(content):
    t.replace(content, "xl/styles.xml", '<numFmts count="1">', '<numFmts count="3"><numFmt numFmtId="0" formatCode=""/>'
              '<numFmt numFmtId="14" formatCode="dd.mm.yyyy"/>')


def indented_and_commented(content):
    for name in t.LISTS:
        content[name] = re.sub(rb">(?=<[\w/])", b">\r\n  ", content[name]) + b"\n<!-- by hand -->\n"


def byte_order_marks(content):
    for name in t.LISTS:
        content[name] = b"\xef\xbb\xbf" + content[name]


def in_utf_16(content):
    text = content["xl/workbook.xml"].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    content["xl/workbook.xml"] = text.encode("utf-16")


def empty_names(content):
    content["xl/workbook.xml"] = re.sub(rb"<definedNames>.*</definedNames>", b"<definedNames/>", content["xl/workbook.xml"])


def no_names(content):
    content["xl/workbook.xml"] = re.sub(rb"<definedNames>.*</definedNames>", b"", content["xl/workbook.xml"])


def no_window(content):
    content["xl/workbook.xml"] = re.sub(rb"<bookViews>.*</bookViews>", b"", content["xl/workbook.xml"])


def another_program_of_ours_left_parts_of_the_next_names(content):
    content["xl/worksheets/sheet3.xml"] = b"<left/>"
    content["xl/worksheets/_rels/sheet4.xml.rels"] = b"<left/>"
    content["xl/Tables/TABLE2.XML"] = b"<left/>"


def a_relationship_that_leads_nowhere(content):
    t.replace(content, "xl/_rels/workbook.xml.rels", "</Relationships>", '<Relationship Id="rId50" Type="http://schemas.openxmlformats.org/'
              'officeDocument/2006/relationships/calcChain" Target="calcChain.xml"/></Relationships>')


def relationships_in_a_circle(content):
    content["xl/charts/_rels/chart1.xml.rels"] = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.'
        b'openxmlformats.org/officeDocument/2006/relationships/drawing" Target="../drawings/drawing1.xml"/></Relationships>')


def macros(content):
    content["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0 macros"
    t.replace(content, "[Content_Types].xml", "sheet.main+xml", "sheet.macroEnabled.main+xml")
    content["[Content_Types].xml"] = content["[Content_Types].xml"].replace(
        b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.macroEnabled", b"vnd.ms-excel.sheet.macroEnabled")
    t.replace(content, "[Content_Types].xml", "</Types>",
              '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>')
    t.replace(content, "xl/_rels/workbook.xml.rels", "</Relationships>", '<Relationship Id="rId50" Type="http://schemas.microsoft.com/office/'
              '2006/relationships/vbaProject" Target="vbaProject.bin"/></Relationships>')


KINDS = (prefixed, relationships_declared_on_each_sheet, absolute_targets, alternate_content, no_styles, few_styles,
         built_in_number_formats_listed_anew, indented_and_commented, byte_order_marks, in_utf_16, empty_names, no_names, no_window,
         another_program_of_ours_left_parts_of_the_next_names, a_relationship_that_leads_nowhere, relationships_in_a_circle, macros)
UNREADABLE = (in_utf_16,)       # by openpyxl as well


@pytest.fixture
def pack(tmp_path):
    return t.drawn(tmp_path / "pack.xlsx")


def errors(path):
    found = OpenXmlValidator().validate(str(path)).errors
    return {(error.part_uri, error.description) for error in found if error.severity == ValidationSeverity.ERROR}


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")     # openpyxl about few_styles
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_book_of_every_kind_takes_our_sheets_and_gives_them_back(tmp_path, pack, kind):
    host = t.with_parts(t.team(tmp_path / "Team.xlsx"), kind)
    before, wrong = t.parts(host), errors(host)
    t.put(host, pack)
    after = t.parts(host)
    assert all(after[name] == data for name, data in before.items() if name not in t.LISTS)
    assert all(t.only_gains(before[name], after[name]) for name in t.LISTS if name in before)
    assert errors(host) <= wrong
    if kind not in UNREADABLE:
        book = openpyxl.load_workbook(host)
        assert book.sheetnames == ["Pipeline", "Targets", "Index", "Funnel", "Deals"]
        assert book["Deals"]["B3"].number_format == openpyxl.load_workbook(pack)["Deals"]["B3"].number_format
        assert book["Deals"]["B3"].font.name == "Arial"
    t.put(host, pack)
    assert t.parts(host) == after
    t.take_away(host)
    assert t.parts(host) == before


@pytest.mark.parametrize("kind", [prefixed, absolute_targets, empty_names, no_styles, indented_and_commented],
                         ids=lambda kind: kind.__name__)
def test_after_a_program_that_dropped_our_copies_the_sheets_still_leave(tmp_path, pack, kind):
    host = t.with_parts(t.team(tmp_path / "Team.xlsx"), kind)
    t.put(host, pack)
    t.with_parts(host, lambda content: content.pop("xl/funnel_xl/original.xml"))
    before = t.parts(host)
    t.take_away(host)
    after = t.parts(host)
    assert t.sheet_names(host) == ["Pipeline", "Targets"]
    assert all(before[name] == data for name, data in after.items() if name not in t.LISTS)
    assert b"_funnel_xl" not in after["xl/workbook.xml"]


def written(path, content, *, names=lambda name: name, stream=False):
    """A package zipped in another way."""
    with zipfile.ZipFile(path, "w") as package:
        for name, data in content.items():
            info = zipfile.ZipInfo(names(name), (2020, 2, 3, 4, 5, 6))
            info.compress_type = zipfile.ZIP_STORED if name.endswith("1.xml") else zipfile.ZIP_DEFLATED
            if stream:
                with package.open(info, "w", force_zip64=True) as member:
                    member.write(data)
            else:
                package.writestr(info, data)
    return path


def test_names_with_backslashes_and_in_other_cases_are_kept(tmp_path, pack):
    content = t.parts(t.team(tmp_path / "Team.xlsx"))
    host = written(tmp_path / "odd.xlsx", content, names=lambda name: name if name[0] in "[_" else name.replace("/", "\\").title())
    before = t.parts(host)
    t.put(host, pack)
    assert before.keys() < t.parts(host).keys()
    t.take_away(host)
    assert t.parts(host) == before


def test_zip64_records_and_folders_of_the_zip_do_no_harm(tmp_path, pack):
    host = written(tmp_path / "odd.xlsx", {"xl/": b"", **t.parts(t.team(tmp_path / "Team.xlsx"))}, stream=True)
    before = t.parts(host)
    t.put(host, pack)
    assert openpyxl.load_workbook(host).sheetnames[-1] == "Deals"
    t.take_away(host)
    assert t.parts(host) == before


class Unseekable:
    """A pipe: what is written to it gets its sizes behind the data."""

    def __init__(self, file):
        self.file = file

    def write(self, data):
        return self.file.write(data)

    def flush(self):
        self.file.flush()


def test_sizes_behind_the_data_do_no_harm(tmp_path, pack):
    content = t.parts(t.team(tmp_path / "Team.xlsx"))
    host = tmp_path / "piped.xlsx"
    with host.open("wb") as file:
        written(Unseekable(file), content)
    t.put(host, pack)
    with zipfile.ZipFile(host) as package:
        assert package.testzip() is None
    t.take_away(host)
    assert t.parts(host) == content


def test_the_zips_own_comment_and_times_stay(tmp_path, pack):
    host = written(tmp_path / "odd.xlsx", t.parts(t.team(tmp_path / "Team.xlsx")))
    with zipfile.ZipFile(host, "a") as package:
        package.comment = b"from the archive"
    t.put(host, pack)
    with zipfile.ZipFile(host) as package:
        assert package.comment == b"from the archive"
        assert package.getinfo("xl/theme/theme1.xml").date_time == (2020, 2, 3, 4, 5, 6)
