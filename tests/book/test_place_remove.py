"""Our sheets leave again: the original comes back, or, where another program has saved the book since, everything foreign stays."""

import openpyxl
import pytest
import team_books as t

from funnel_xl.book.plan import dryrun_lines
from funnel_xl.book.remove import plan_removal
from funnel_xl.errors import BookError


@pytest.fixture
def host(tmp_path):
    return t.with_calculation_chain(t.team(tmp_path / "Team.xlsx"))


@pytest.fixture
def pack(tmp_path):
    return t.drawn(tmp_path / "pack.xlsx")


def test_what_comes_back_is_the_original_part_for_part(host, pack, tmp_path):
    before = t.parts(host)
    t.put(host, pack)
    t.put(host, t.drawn(tmp_path / "next.xlsx", t.funnel_sheet(7), t.review_sheet("D-1", "Acme")))
    t.take_away(host)
    assert t.parts(host) == before
    assert list(t.parts(host)) == list(before)


def test_it_comes_back_as_often_as_one_likes(host, pack):
    before = t.parts(host)
    for _ in range(3):
        t.put(host, pack)
        t.take_away(host)
    assert t.parts(host) == before


def test_after_another_program_saved_the_book_all_that_is_foreign_keeps_its_bytes(host, pack):
    t.put(host, pack)
    openpyxl.load_workbook(host).save(host)
    before = t.parts(host)
    plan = t.take_away(host)
    after = t.parts(host)
    assert t.sheet_names(host) == ["Pipeline", "Targets"]
    assert {step.part for step in plan.steps if step.verb == "change"} == {
        "/[Content_Types].xml", "/xl/workbook.xml", "/xl/_rels/workbook.xml.rels"}
    kept = after.keys() - {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"}
    assert all(after[name] == before[name] for name in kept)
    assert all(t.only_gains(after[name], before[name]) for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"))


def test_sheets_that_the_user_moved_behind_ours_keep_their_names_and_the_window_shows_one_that_is_there(host, pack):
    t.put(host, pack)
    book = openpyxl.load_workbook(host)
    book.move_sheet("Targets", 3)
    book.active = 3     # Funnel
    book.save(host)
    t.take_away(host)
    book = openpyxl.load_workbook(host)
    assert book.sheetnames == ["Pipeline", "Targets"]
    assert book["Targets"].print_area == "'Targets'!$A$1:$C$9"
    assert book.active.title in ("Pipeline", "Targets")


def test_a_name_of_the_team_that_led_to_our_sheet_says_so(host, pack):
    t.put(host, pack)
    t.with_parts(host, lambda content: t.replace(content, "xl/workbook.xml", "</definedNames>",
                                                 '<definedName name="Best">SUM(Deals!$B$3,Pipeline!$B$2)</definedName></definedNames>'))
    t.take_away(host)
    assert openpyxl.load_workbook(host).defined_names["Best"].attr_text == "SUM(#REF!$B$3,Pipeline!$B$2)"


def test_a_sheet_into_which_someone_typed_is_not_removed_unasked(host, pack):
    t.put(host, pack)
    t.excel_typed(host, "Deals", "D20", "call them")
    before = host.read_bytes()
    with pytest.raises(BookError, match=r'typed into the sheet "Deals".*nothing was removed'):
        plan_removal(host)
    assert host.read_bytes() == before
    t.take_away(host, replace=["Deals"])
    assert t.sheet_names(host) == ["Pipeline", "Targets"]


def test_a_book_without_sheets_of_ours_is_not_written(host):
    before = host.read_bytes(), host.stat().st_mtime_ns
    plan = t.take_away(host)
    assert (host.read_bytes(), host.stat().st_mtime_ns) == before
    assert dryrun_lines(plan, "en") == ["Team.xlsx holds no sheets of ours; nothing is changed."]


def test_the_last_visible_sheet_is_not_removed(pack):
    with pytest.raises(BookError, match="only visible ones"):
        plan_removal(pack)


def test_a_book_whose_own_sheet_was_replaced_is_not_set_back(host, pack):
    t.put(host, pack, names={"Deals": "Targets"}, replace=["Targets"])
    t.take_away(host)
    assert t.sheet_names(host) == ["Pipeline"]
