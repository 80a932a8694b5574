"""Workbooks that can't take up sheets: each is refused by name and keeps every byte."""

import random
import re
import zipfile

import pytest
import team_books as t
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funnel_xl.book.place import plan_placing
from funnel_xl.book.plan import carry_out
from funnel_xl.book.remove import plan_removal
from funnel_xl.errors import FunnelError

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def bytes_of(content: bytes):
    return lambda path: path.write_bytes(content)


def changed(change):
    return lambda path: t.with_parts(t.team(path), change)


def strict(content):
    t.replace(content, "xl/workbook.xml", "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
              "http://purl.oclc.org/ooxml/spreadsheetml/main")


def signed(content):
    content["_xmlsignatures/sig1.xml"] = b"<Signature/>"


def protected(content):
    t.replace(content, "xl/workbook.xml", "<bookViews>", '<workbookProtection workbookPassword="CC1A" lockStructure="1"/><bookViews>')


def shared(content):
    content["xl/revisions/revisionHeaders.xml"] = b"<headers/>"
    t.replace(content, "xl/_rels/workbook.xml.rels", "</Relationships>", '<Relationship Id="rId50" Type="http://schemas.openxmlformats.org/'
              'officeDocument/2006/relationships/revisionHeaders" Target="revisions/revisionHeaders.xml"/></Relationships>')


def add_in(content):
    content["[Content_Types].xml"] = content["[Content_Types].xml"].replace(
        b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.main", b"vnd.ms-excel.addin.macroEnabled.main")


def binary(content):
    content["xl/workbook.bin"] = content.pop("xl/workbook.xml")


def entities(content):
    t.replace(content, "xl/workbook.xml", "<workbook", '<!DOCTYPE x [<!ENTITY lol "lol">]><workbook')


def broken_xml(content):
    content["xl/styles.xml"] = content["xl/styles.xml"][:-20]


def lost_workbook(content):
    del content["xl/workbook.xml"]


def twice(path):
    with pytest.warns(UserWarning), zipfile.ZipFile(t.team(path), "a") as package:
        package.writestr("xl/styles.xml", b"<again/>")


def twice_in_another_case(path):
    with zipfile.ZipFile(t.team(path), "a") as package:
        package.writestr("XL/Styles.xml", b"<again/>")


def cut_off(path):
    path.write_bytes(t.team(path).read_bytes()[:-200])


def flipped_in_a_sheet(path):
    data = bytearray(t.team(path).read_bytes())
    with zipfile.ZipFile(path) as package:
        member = package.getinfo("xl/worksheets/sheet1.xml")
    data[member.header_offset + 30 + len(member.filename) + member.compress_size // 2] ^= 0xFF
    path.write_bytes(data)


def encrypted_member(path):
    data = bytearray(t.team(path).read_bytes())
    with zipfile.ZipFile(path) as package:
        begin = package.start_dir
    data[begin + 8] |= 1
    path.write_bytes(data)


REFUSED = [
    (bytes_of(OLE2 + "EncryptedPackage".encode("utf-16-le")), "password"), (bytes_of(OLE2 + "Workbook\0".encode("utf-16-le")), "97-2003"),
    (bytes_of(b"Account,Stage\nAcme,Won\n"), "no Excel workbook"), (bytes_of(b""), "empty"), (bytes_of(b"PK\x03\x04 nothing"), "cut off"),
    (changed(strict), "Strict"), (changed(signed), "digitally signed"), (changed(protected), "structure of .* is protected"),
    (changed(shared), "shared in Excel's old way"), (changed(add_in), "another kind of Excel file"),
    (changed(binary), "no Excel workbook"), (changed(entities), "entities"), (changed(broken_xml), "damaged in its part xl/styles.xml"),
    (changed(lost_workbook), "no Excel workbook"), (twice, "twice"), (twice_in_another_case, "twice"), (cut_off, "cut off"),
    (flipped_in_a_sheet, "damaged in its part xl/worksheets/sheet1.xml"), (encrypted_member, "damaged"),
]


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return t.drawn(tmp_path_factory.mktemp("packs") / "pack.xlsx")


@pytest.mark.parametrize(("make", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_a_book_that_cannot_take_sheets_is_refused_by_name_and_left_alone(tmp_path, pack, make, reason):
    host = tmp_path / "Team 業務.xlsx"
    make(host)
    before = host.read_bytes()
    with pytest.raises(FunnelError, match=reason) as refusal:
        carry_out(plan_placing(host, pack))
    assert "Team 業務.xlsx" in str(refusal.value)
    assert host.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [host.name]


@pytest.mark.parametrize("change", [signed, protected, shared], ids=lambda change: change.__name__)
def test_what_takes_no_sheets_gives_none_back_either(tmp_path, pack, change):
    host = t.team(tmp_path / "Team.xlsx")
    t.put(host, pack)
    t.with_parts(host, change)
    with pytest.raises(FunnelError):
        plan_removal(host)


def test_a_missing_file_is_refused(tmp_path, pack):
    with pytest.raises(FunnelError, match="no file"):
        plan_placing(tmp_path / "none.xlsx", pack)


def try_all(host, pack) -> None:
    """Placing and removing end well or in a sentence; a refused book keeps every byte."""
    before = host.read_bytes()
    for plan in (lambda: plan_placing(host, pack), lambda: plan_removal(host)):
        try:
            carry_out(plan(), backup=False)
            before = host.read_bytes()
        except FunnelError as reason:
            assert str(reason)
            assert host.read_bytes() == before


@pytest.fixture(scope="module")
def holder(tmp_path_factory, pack):
    """A book that holds our sheets already."""
    host = t.with_calculation_chain(t.team(tmp_path_factory.mktemp("holder") / "Team.xlsx"))
    t.put(host, pack)
    return host


FUZZ = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(st.integers(0, 2**32 - 1), st.integers(1, 8))
def test_flipped_bytes_end_in_a_sentence(tmp_path, holder, pack, seed, flips):
    dice = random.Random(seed)
    data = bytearray(holder.read_bytes())
    for _ in range(flips):
        data[dice.randrange(len(data))] = dice.randrange(256)
    host = tmp_path / "fuzzed.xlsx"
    host.write_bytes(data)
    try_all(host, pack)


@FUZZ
@given(st.data())
def test_parts_that_are_dropped_renamed_or_scrambled_end_in_a_sentence(tmp_path, holder, pack, data):
    content = t.parts(holder)
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(sorted(content)))
        match data.draw(st.sampled_from(("drop", "rename", "exchange", "cut", "flip"))):
            case "drop":
                del content[name]
            case "rename":
                content[name.upper() + "x"] = content.pop(name)
            case "exchange":
                other = data.draw(st.sampled_from(sorted(content)))
                content[name], content[other] = content[other], content[name]
            case "cut":
                content[name] = content[name][:data.draw(st.integers(0, len(content[name])))]
            case "flip" if content[name]:
                at = data.draw(st.integers(0, len(content[name]) - 1))
                content[name] = content[name][:at] + data.draw(st.binary(min_size=1, max_size=3)) + content[name][at + 1:]
    host = tmp_path / "fuzzed.xlsx"
    with zipfile.ZipFile(host, "w") as package:
        for name, part in content.items():
            package.writestr(name, part)
    try_all(host, pack)


@FUZZ
@given(st.data())
def test_attributes_and_targets_of_the_lists_with_any_value_end_in_a_sentence(tmp_path, holder, pack, data):
    content = t.parts(holder)
    lists = [name for name in content if name in t.LISTS or re.search(r"\.rels$|calcChain|original|/tables/", name)]
    name = data.draw(st.sampled_from(lists))
    values = list(t.VALUE.finditer(content[name]))
    value = data.draw(st.sampled_from(values))
    new = data.draw(st.sampled_from(("", "-1", "99999999999999999999", "x", "²", "../../..", "/", "#", "rId1", "xl/workbook.xml", "&#65;"))
                    | st.text("abc019/.:;%_\u4e2d", max_size=9))
    content[name] = content[name][:value.start(1)] + new.encode() + content[name][value.end(1):]
    host = tmp_path / "fuzzed.xlsx"
    with zipfile.ZipFile(host, "w") as package:
        for part, part_content in content.items():
            package.writestr(part, part_content)
    try_all(host, pack)
