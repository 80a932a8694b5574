"""Our sheets in a team's workbook: what comes in, what is replaced, what is refused, what stays as it was."""

import re

import openpyxl
import pytest
import team_books as t
from python_calamine import CalamineWorkbook

from funnel_xl.book.package import Package, date_system
from funnel_xl.book.place import plan_placing
from funnel_xl.book.plan import carry_out, dryrun_lines
from funnel_xl.errors import BookError


@pytest.fixture
def host(tmp_path):
    return t.with_calculation_chain(t.team(tmp_path / "Team 業務.xlsx"))


@pytest.fixture
def pack(tmp_path):
    return t.drawn(tmp_path / "pack.xlsx")


def test_everything_that_is_not_ours_keeps_its_bytes(host, pack):
    before = t.parts(host)
    t.put(host, pack)
    after = t.parts(host)
    assert {name: after.get(name) for name in before if name not in t.LISTS} == {
        name: data for name, data in before.items() if name not in t.LISTS}
    assert all(t.only_gains(before[name], after[name]) for name in t.LISTS)


def test_our_sheets_come_last_and_say_what_the_pack_says(host, pack):
    t.put(host, pack)
    assert t.sheet_names(host) == ["Pipeline", "Targets", "Index", "Funnel", "Deals"]
    ours, alone = CalamineWorkbook.from_path(host), CalamineWorkbook.from_path(pack)
    for name in ("Index", "Funnel", "Deals"):
        assert ours.get_sheet_by_name(name).to_python() == alone.get_sheet_by_name(name).to_python()


def test_our_cells_look_as_in_the_pack_whatever_the_book_calls_normal(host, pack):
    t.put(host, pack)
    ours, alone = openpyxl.load_workbook(host)["Deals"], openpyxl.load_workbook(pack)["Deals"]
    for cell in (cell for row in alone.iter_rows() for cell in row if cell.value is not None):
        other = ours[cell.coordinate]
        assert (other.number_format, other.font.name, other.font.sz, other.font.b, other.font.color.rgb, other.fill.fgColor.rgb) == (
            cell.number_format, cell.font.name, cell.font.sz, cell.font.b, cell.font.color.rgb, cell.fill.fgColor.rgb)
        assert (repr(other.border), repr(other.alignment)) == (repr(cell.border), repr(cell.alignment))


def test_the_same_pack_again_changes_no_byte(host, pack):
    t.put(host, pack)
    once = t.parts(host)
    t.put(host, pack)
    assert t.parts(host) == once


def test_ten_other_packs_leave_no_orphan_and_let_nothing_grow(host, pack, tmp_path):
    t.put(host, pack)
    names, sizes = set(t.parts(host)), {name: len(t.parts(host)[name]) for name in t.LISTS}
    for number in range(10):
        t.put(host, t.drawn(tmp_path / "next.xlsx", t.index_sheet(f"Round {number}"), t.funnel_sheet(number), t.deals_sheet((number,))))
    after = t.parts(host)
    assert set(after) == names
    assert {name: len(after[name]) for name in t.LISTS} == sizes
    package = Package(host)
    loose = {name for name in package.members if not name.endswith(".rels")} - package.reachable()
    assert loose == {"[content_types].xml"}


def test_a_replaced_sheet_keeps_its_place_its_number_and_its_part(host, pack, tmp_path):
    t.put(host, pack)
    entry = re.search(rb'<sheet [^>]*name="Funnel"[^>]*>', t.parts(host)["xl/workbook.xml"])[0]
    where = t.sheet_part(host, "Funnel")
    t.put(host, t.drawn(tmp_path / "next.xlsx", t.index_sheet("Later"), t.funnel_sheet(9), t.deals_sheet((1, 2, 3))))
    assert entry in t.parts(host)["xl/workbook.xml"]
    assert t.sheet_part(host, "Funnel") == where
    assert [cell.value for cell in openpyxl.load_workbook(host)["Deals"]["B"]][2:] == [1, 2, 3]


def test_the_name_by_which_macros_know_a_sheet_outlives_its_replacement(host, pack, tmp_path):
    t.put(host, pack)
    part = t.sheet_part(host, "Funnel")
    t.with_parts(host, lambda content: t.replace(content, part, "<sheetPr>", '<sheetPr codeName="Sheet7">'))
    t.put(host, t.drawn(tmp_path / "next.xlsx", t.index_sheet(), t.funnel_sheet(9), t.deals_sheet()))
    assert b'codeName="Sheet7"' in t.parts(host)[part]


def test_a_name_that_the_team_gave_to_a_cell_of_ours_outlives_its_replacement(host, pack):
    t.put(host, pack)
    book = openpyxl.load_workbook(host)
    book["Deals"].defined_names["Best"] = openpyxl.workbook.defined_name.DefinedName("Best", attr_text="Deals!$B$3")
    book.save(host)
    t.put(host, pack)
    assert openpyxl.load_workbook(host)["Deals"].defined_names["Best"].attr_text == "Deals!$B$3"


def test_a_sheet_that_the_team_renamed_is_still_replaced_where_it_lies_and_links_lead_to_it(host, pack):
    t.put(host, pack)
    book = openpyxl.load_workbook(host)
    book["Deals"].title = "Deals of Q3"
    book.save(host)
    t.put(host, pack)
    assert t.sheet_names(host) == ["Pipeline", "Targets", "Index", "Funnel", "Deals of Q3"]
    assert t.links(host, "Index") == {"'Funnel'!A1", "'Deals of Q3'!A1"}
    t.put(host, pack)       # the mark holds after the change of names too


def test_a_copy_that_the_user_made_of_our_sheet_is_the_users(host, pack):
    t.put(host, pack)

    def copy(content):      # as Excel does: the copy has the same name of its own scope
        workbook = content["xl/workbook.xml"].decode()
        entry = re.search(r'<sheet [^>]*name="Funnel"[^>]*>', workbook)[0]
        twin = re.sub(r'sheetId="\d+"', 'sheetId="77"', entry.replace('"Funnel"', '"Funnel (2)"'))
        twin = re.sub(r'r:id="\w+"', 'r:id="rId77"', twin)
        mark = re.search(r'<definedName name="_funnel_xl" localSheetId="3"[^>]*>(.*?)</definedName>', workbook)[0]
        workbook = workbook.replace("</sheets>", twin + "</sheets>").replace(
            "</definedNames>", mark.replace('"3"', '"5"') + "</definedNames>")
        content["xl/workbook.xml"] = workbook.encode()
        content["xl/worksheets/sheet77.xml"] = content[part]
        t.add_entries(content, "worksheets/sheet77.xml", "worksheet")

    part = t.sheet_part(host, "Funnel")
    t.with_parts(host, copy)
    before = t.parts(host)["xl/worksheets/sheet77.xml"]
    t.put(host, pack)
    assert t.parts(host)["xl/worksheets/sheet77.xml"] == before
    t.take_away(host)
    assert t.sheet_names(host) == ["Pipeline", "Targets", "Funnel (2)"]


def test_a_sheet_of_the_team_is_never_replaced_unasked(tmp_path, pack):
    host = t.team(tmp_path / "Team.xlsx", ("Pipeline", "deals"))
    before = host.read_bytes()
    with pytest.raises(BookError, match=r'already has a sheet "deals" that is not ours.*--replace "deals"'):
        plan_placing(host, pack)
    assert host.read_bytes() == before


def test_a_sheet_of_the_team_is_replaced_if_the_team_says_so(tmp_path, pack):
    host = t.team(tmp_path / "Team.xlsx", ("Pipeline", "deals"))
    t.put(host, pack, replace=["Deals"])
    assert t.sheet_names(host) == ["Pipeline", "deals", "Index", "Funnel"]
    assert openpyxl.load_workbook(host)["deals"]["A2"].value == "Deal"


def test_our_sheet_may_take_another_name_and_links_and_formulas_follow(tmp_path, pack):
    host = t.team(tmp_path / "Team.xlsx", ("Pipeline", "Deals"))
    t.put(host, pack, names={"Deals": "Kai's deals", "Funnel": "Trichter"})
    assert t.sheet_names(host) == ["Pipeline", "Deals", "Index", "Trichter", "Kai's deals"]
    assert t.links(host, "Index") == {"'Trichter'!A1", "'Kai''s deals'!A1"}
    chart = next(data for name, data in t.parts(host).items() if name.endswith("chart2.xml"))
    assert b"'Trichter'!" in chart
    assert b"Funnel!" not in chart
    names = t.parts(host)["xl/workbook.xml"].decode()
    assert "'Kai''s deals'!$A$1:" in names
    before = t.parts(host)
    t.put(host, pack, names={"Deals": "Kai's deals", "Funnel": "Trichter"})
    assert t.parts(host) == before


@pytest.mark.parametrize("name", ["", "History", "a" * 32, "a/b", "'a"])
def test_a_name_that_excel_would_not_take_is_refused(host, pack, name):
    with pytest.raises(BookError, match="can't be the name of a sheet"):
        plan_placing(host, pack, names={"Deals": name})


def test_a_sheet_into_which_someone_typed_is_not_replaced(host, pack):
    t.put(host, pack)
    t.excel_typed(host, "Deals", "B3", 999)
    before = host.read_bytes()
    with pytest.raises(BookError, match='typed into the sheet "Deals"'):
        plan_placing(host, pack)
    assert host.read_bytes() == before


def test_a_sheet_into_which_someone_typed_is_replaced_if_he_says_so(host, pack):
    t.put(host, pack)
    t.excel_typed(host, "Deals", "B3", 999)
    t.put(host, pack, replace=["deals"])
    assert openpyxl.load_workbook(host)["Deals"]["B3"].value == 100.5


def test_a_sheet_into_which_someone_typed_stays_his_beside_a_new_one(host, pack):
    t.put(host, pack)
    t.excel_typed(host, "Deals", "B3", 999)
    plan = t.put(host, pack, names={"Deals": "Deals new"})
    assert [(step.sheet, step.why) for step in plan.steps if step.verb == "keep"] == [("Deals", "plan.given_up")]
    assert t.sheet_names(host) == ["Pipeline", "Targets", "Index", "Funnel", "Deals", "Deals new"]
    t.take_away(host)
    assert t.sheet_names(host) == ["Pipeline", "Targets", "Deals"]
    assert openpyxl.load_workbook(host)["Deals"]["B3"].value == 999


def test_formats_and_widths_may_be_changed_without_losing_the_sheet(host, pack):
    t.put(host, pack)
    book = openpyxl.load_workbook(host)
    book["Deals"].column_dimensions["A"].width = 60
    book["Deals"]["B3"].font = openpyxl.styles.Font(bold=True)
    book.save(host)
    t.put(host, pack)


def test_a_number_that_a_program_cut_to_15_digits_is_no_typing(host, pack):
    t.put(host, pack)
    part = t.sheet_part(host, "Deals")
    t.with_parts(host, lambda content: t.replace(content, part, "0.6666666666666666", "0.666666666666667"))     # as LibreOffice does
    t.put(host, pack)


@pytest.mark.office
def test_a_book_that_libreoffice_saved_is_still_ours_to_replace(host, pack, tmp_path):
    t.put(host, pack)
    saved = t.saved_by_libreoffice(host, tmp_path / "saved")
    t.put(saved, pack)
    t.take_away(saved)
    assert t.sheet_names(saved) == ["Pipeline", "Targets"]


def test_a_table_of_the_same_name_makes_ours_take_another(tmp_path):
    host = t.drawn(tmp_path / "Team.xlsx", t.deals_sheet(name="Mine"))
    t.with_parts(host, lambda content: t.replace(content, "xl/workbook.xml", '"_funnel_xl"', '"not_ours"'))
    pack = t.drawn(tmp_path / "pack.xlsx")
    t.put(host, pack)
    t.put(host, pack)
    tables = {table.name: table.id for sheet in openpyxl.load_workbook(host) for table in sheet.tables.values()}
    assert tables == {"FunnelDeals": 1, "FunnelDeals_2": 2}


def test_reviews_of_deals_that_are_no_longer_chosen_leave_and_other_kinds_stay(host, tmp_path):
    other = t.Sheet("plan", "plan", "Plan", (t.Text("Hours"),))
    t.put(host, t.drawn(tmp_path / "other.xlsx", other))
    t.put(host, t.drawn(tmp_path / "one.xlsx", t.funnel_sheet(), t.review_sheet("D-1", "Acme"), t.review_sheet("D-2", "Bolt")))
    t.put(host, t.drawn(tmp_path / "two.xlsx", t.funnel_sheet(), t.review_sheet("D-2", "Bolt"), t.review_sheet("D-3", "Acme")))
    assert t.sheet_names(host) == ["Pipeline", "Targets", "Plan", "Funnel", "Bolt", "Acme"]
    assert openpyxl.load_workbook(host)["Acme"]["A1"].value == "Review of D-3"


def test_two_deals_of_one_account_get_two_sheets(host, tmp_path):
    t.put(host, t.drawn(tmp_path / "one.xlsx", t.funnel_sheet(), t.review_sheet("D-1", "Acme")))
    t.put(host, t.drawn(tmp_path / "two.xlsx", t.funnel_sheet(), t.review_sheet("D-7", "Acme"), t.review_sheet("D-1", "Acme")))
    assert t.sheet_names(host) == ["Pipeline", "Targets", "Funnel", "Acme", "Acme (2)"]


def test_a_history_is_neither_replaced_nor_removed(host, tmp_path):
    history = t.Sheet("history", "history", "Funnel history", (t.Text("2026-01-01"),))
    t.put(host, t.drawn(tmp_path / "one.xlsx", t.funnel_sheet(), history))
    newer = t.Sheet("history", "history", "Funnel history", (t.Text("2026-02-01"),))
    plan = t.put(host, t.drawn(tmp_path / "two.xlsx", t.funnel_sheet(5), newer))
    assert [step.sheet for step in plan.steps if step.verb == "keep"] == ["Funnel history"]
    t.take_away(host)
    assert t.sheet_names(host) == ["Pipeline", "Targets", "Funnel history"]
    assert openpyxl.load_workbook(host)["Funnel history"]["A1"].value == "2026-01-01"


def test_days_are_counted_as_the_book_counts_them(tmp_path):
    host = t.team(tmp_path / "Team.xlsx", date_1904=True)
    assert date_system(host) == 1904
    t.put(host, t.drawn(tmp_path / "pack.xlsx", date1904=True))
    with pytest.raises(ValueError, match="date system"):
        plan_placing(host, t.drawn(tmp_path / "wrong.xlsx"))


def test_excels_order_of_calculation_loses_only_our_formulas(host, pack, tmp_path):
    t.put(host, pack)
    numbers = dict(re.findall(r'name="([^"]+)" sheetId="(\d+)"', t.parts(host)["xl/workbook.xml"].decode()))
    t.with_parts(host, lambda content: t.replace(content, "xl/calcChain.xml", "</calcChain>",
                                                 f'<c r="B1" i="{numbers["Deals"]}"/><c r="B9"/><c r="B2" i="1"/></calcChain>'))
    t.put(host, t.drawn(tmp_path / "next.xlsx", t.index_sheet(), t.funnel_sheet(), t.deals_sheet((1, 2))))
    entries = re.findall(rb"<c [^>]*>", t.parts(host)["xl/calcChain.xml"])
    assert entries == [b'<c r="B3" i="1"/>', b'<c r="A1" i="2"/>', b'<c r="B2" i="1"/>']


def test_only_the_sheet_that_the_book_showed_is_selected(host, pack):
    t.put(host, pack)
    selected = [name for name, data in t.parts(host).items() if b'tabSelected="1"' in data]
    assert selected == ["xl/worksheets/sheet1.xml"]


def test_the_plan_names_exactly_what_is_done(host, pack):
    before = t.parts(host)
    plan = plan_placing(host, pack)
    assert t.parts(host) == before
    carry_out(plan)
    after = t.parts(host)
    done = {("change", "/" + name) for name in before.keys() & after.keys() if before[name] != after[name]}
    done |= {("add", "/" + name) for name in after.keys() - before.keys()}
    assert {(step.verb, step.part) for step in plan.steps} == done
    assert plan.untouched == len(before) - len([verb for verb, _ in done if verb == "change"])
    assert plan.sheets == {"Index": "Index", "Funnel": "Funnel", "Deals": "Deals"}


def test_the_plan_reads_as_lines_in_each_language(host, pack):
    plan = plan_placing(host, pack)
    assert "add     /xl/worksheets/sheet3.xml  (new sheet Index)" in dryrun_lines(plan, "en")
    assert "新增  /xl/worksheets/sheet3.xml（新工作表“Index”）" in dryrun_lines(plan, "zh-Hans")
    assert "新增  /xl/worksheets/sheet3.xml（新工作表「Index」）" in dryrun_lines(plan, "zh-Hant")


def test_a_file_that_changed_since_the_plan_is_left_alone(host, pack):
    plan = plan_placing(host, pack)
    t.excel_typed(host, "Pipeline", "A9", "late")
    before = host.read_bytes()
    with pytest.raises(BookError, match="has changed"):
        carry_out(plan)
    assert host.read_bytes() == before
