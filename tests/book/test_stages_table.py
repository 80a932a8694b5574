"""Rows into the table Stages that a workbook has: only these cells change, what was there is kept, and in doubt nothing is written."""

import re
import shutil

import fidelity
import openpyxl
import pytest
import stage_books as s
import team_books as t
from openpyxl.worksheet.formula import ArrayFormula
from python_calamine import CalamineWorkbook

from funnel_xl.book.ours import own_sheets
from funnel_xl.book.package import Package, check_writable
from funnel_xl.book.plan import carry_out, make_plan
from funnel_xl.book.remove import plan_removal
from funnel_xl.book.source import open_source
from funnel_xl.book.table_rows import TableRows
from funnel_xl.book.workbook import open_book
from funnel_xl.errors import BookError, FunnelError
from funnel_xl.sales.answers import answer
from funnel_xl.sales.deals import read_deals
from funnel_xl.sales.stage import preset
from tests.conftest import SHARED
from tests.sales.tables import AS_OF

S1 = [stage.name for stage in preset("s1")]
OWN = ["Talk", "Offer", "Order", "No order"]
SHEET, TABLE = "xl/worksheets/sheet2.xml", "xl/tables/table1.xml"


def listed(file) -> list[str]:
    """The tables of a workbook."""
    try:
        return [table.name for tables in open_book(file).tables.values() for table in tables]
    except FunnelError:
        return []


@pytest.fixture
def host(tmp_path):
    return s.stage_book(tmp_path / "Team 業務.xlsx", below=None)


def test_the_stages_of_a_product_line_stand_below_those_that_are_there(host):
    before, looks = t.parts(host), s.cells(host, "Our steps")
    placed = s.write(host, line="Crane")
    after = t.parts(host)
    assert (placed.how, placed.left_out, placed.kept) == ("added", (), "")
    assert s.names(host, "") == OWN and s.names(host, "Crane") == S1
    assert {name for name in before if after[name] != before[name]} == {SHEET, TABLE, "xl/workbook.xml"}
    assert after.keys() == before.keys()
    assert {place: cell for place, cell in s.cells(host, "Our steps").items() if place in looks} == looks
    assert s.errors(host) == set()


def test_no_element_of_the_sheet_or_the_table_is_lost(host):
    before = t.parts(host)
    s.write(host, line="Crane")
    after = t.parts(host)

    def without_extent(xml: bytes) -> bytes:
        return re.sub(rb' (ref|spans|count)="[^"]*"', b"", xml)

    for part in (SHEET, TABLE, "xl/workbook.xml"):
        assert t.only_gains(without_extent(before[part]), without_extent(after[part]).replace(b' fullCalcOnLoad="1"', b"")), part


def test_what_leans_on_the_table_sees_the_new_rows(host):
    s.write(host, line="Crane")
    book = openpyxl.load_workbook(host)
    assert book["Our steps"].tables["Stages"].ref == "B3:I13"       # 4 own rows and 6 of the preset; 4 columns were added
    assert book.defined_names["StageNames"].attr_text == "Stages[Stage]"
    assert book.calculation.fullCalcOnLoad                          # COUNTA(Stages[Stage]) is stored as 4, and must be 10


def test_new_rows_look_like_those_above_them(host):
    s.write(host, line="Crane")
    sheet = openpyxl.load_workbook(host)["Our steps"]
    assert [sheet[f"D{row}"].number_format for row in (7, 8, 13)] == ["0%"] * 3
    assert [sheet[f"B{row}"].fill.fgColor.rgb for row in (7, 8, 13)] == ["FFFFEE00"] * 3


def test_columns_that_the_table_lacks_are_added_where_there_is_room(host):
    s.write(host, line="Crane")
    sheet = openpyxl.load_workbook(host)["Our steps"]
    headings = [cell.value for cell in sheet[3]][1:]
    assert headings == ["Stage", "Kind", "Win probability", "Comment", "Funnel placement", "Expected days", "Stalled after days",
                        "Product line"]
    assert sheet.tables["Stages"].column_names == headings
    assert [sheet["I4"].value, sheet["I8"].value] == [None, "Crane"]


def test_a_second_line_stands_below_the_first(host):
    s.write(host, line="Crane")
    s.write(host, "s4_four", line="Winch")
    assert (s.names(host, ""), s.names(host, "Crane")) == (OWN, S1)
    assert s.names(host, "Winch") == [stage.name for stage in preset("s4_four")]
    assert s.errors(host) == set()


def test_deals_of_each_line_go_through_its_own_stages(host):
    s.write(host, "s4_four", line="Winch")
    found = answer(read_deals(open_source(host), AS_OF), AS_OF)
    assert found.facts.line.tolist() == ["", "", "Winch", "Winch"]
    assert [finding.where for finding in found.findings if finding.code == "stage.unknown"] == ["Deals!D5"]       # "Talk"
    assert [found.stages[at].name for at in found.facts.stage[:3]] == ["Talk", "Offer", "Closed won"]


def test_stages_that_are_there_are_never_replaced_unasked(host):
    assert s.refused(host) == "error.stages.there"
    s.write(host, line="Crane")
    assert s.refused(host, line=" crane ") == "error.stages.line_there"


def test_what_is_replaced_is_kept_on_a_sheet_that_nobody_reads(host):
    placed = s.write(host, replace=True)
    assert (placed.how, placed.sheet, placed.kept) == ("replaced", "Our steps", "Stages (old)")
    assert s.names(host) == S1
    kept = CalamineWorkbook.from_path(host).get_sheet_by_name("Stages (old)").to_python()
    assert kept[2:] == [list(s.HEADINGS), ["Talk", "open", 0.2, "first call"], ["Offer", "open", 0.6, "in writing"],
                        ["Order", "won", 1, ""], ["No order", "lost", 0, ""]]
    assert open_source(host).sheets == ("Deals", "Our steps", "Sums")
    assert s.errors(host) == set()


def test_the_old_rows_outlive_the_removal_of_our_sheets(host, tmp_path):
    s.write(host, replace=True)
    t.put(host, t.drawn(tmp_path / "pack.xlsx", t.index_sheet(to=())))
    carry_out(plan_removal(host))
    assert t.sheet_names(host) == ["Deals", "Our steps", "Sums", "Stages (old)"]
    assert [sheet.kind for sheet in own_sheets(Package(host))] == ["history"]


def test_each_replacement_keeps_its_own_old_rows(host):
    s.write(host, replace=True)
    placed = s.write(host, "s4_four", replace=True)
    assert placed.kept == "Stages (old) (2)"
    assert t.sheet_names(host)[-2:] == ["Stages (old)", "Stages (old) (2)"]
    rows = CalamineWorkbook.from_path(host).get_sheet_by_name("Stages (old) (2)").to_python()
    assert [row[0] for row in rows[3:]] == S1
    assert len({sheet.key for sheet in own_sheets(Package(host))}) == 2


def test_a_replaced_row_keeps_nothing_of_the_old_one_and_other_cells_all(host):
    before = s.cells(host, "Our steps")
    s.write(host, replace=True)
    sheet, after = openpyxl.load_workbook(host)["Our steps"], s.cells(host, "Our steps")
    assert [sheet[f"E{row}"].value for row in range(4, 10)] == [None] * 6      # "first call" was said of another stage
    assert {place: after[place] for place in ("A1", "F1", "B3", "E3")} == {place: before[place] for place in ("A1", "F1", "B3", "E3")}


def test_a_table_that_shrinks_leaves_empty_cells_and_no_rows(host):
    s.write(host, "salesforce", replace=True)
    assert openpyxl.load_workbook(host)["Our steps"].tables["Stages"].ref.endswith("13")
    s.write(host, "s4_four", replace=True)
    sheet = openpyxl.load_workbook(host)["Our steps"]
    assert sheet.tables["Stages"].ref.endswith("8") and sheet.tables["Stages"].autoFilter.ref.endswith("8")
    assert all(cell.value is None for row in sheet.iter_rows(min_row=9) for cell in row)
    assert s.errors(host) == set()


def test_one_line_is_replaced_and_the_others_stay(host):
    s.write(host, "salesforce", line="Crane")
    s.write(host, "s4_four", line="Winch")
    placed = s.write(host, "s1", line="Crane", replace=True)
    assert (s.names(host, ""), s.names(host, "Crane")) == (OWN, S1)
    assert s.names(host, "Winch") == [stage.name for stage in preset("s4_four")]
    assert placed.kept == "Stages (old)"
    s.write(host, "salesforce", line="Crane", replace=True)         # and grown again: some rows in between, some below
    assert s.names(host, "Crane") == [stage.name for stage in preset("salesforce")]
    assert (s.names(host, ""), len(s.names(host, "Winch"))) == (OWN, 5)


def test_empty_rows_at_the_end_are_filled_first(tmp_path):
    host = s.stage_book(tmp_path / "Team.xlsx", rows=(*s.ROWS, *[(None,) * 4] * 9))
    s.write(host, line="Crane")
    assert openpyxl.load_workbook(host)["Our steps"].tables["Stages"].ref == "B3:I16"
    assert s.names(host, "Crane") == S1


def test_a_table_without_a_row_takes_the_stages_without_being_asked_twice(tmp_path):
    host = s.stage_book(tmp_path / "Team.xlsx", rows=[(None,) * 4])
    changed(host, TABLE, "<table ", '<table insertRow="1" ')       # so Excel stores a table of which all rows were deleted
    assert s.write(host).how == "added"
    assert s.names(host) == S1
    assert b'insertRow="0"' in t.parts(host)[TABLE]


def test_chances_are_written_as_their_column_holds_them(tmp_path):
    rows = [(name, kind, None if share is None else share * 100) for name, kind, share, _ in s.ROWS]
    points = s.stage_book(tmp_path / "Points.xlsx", ("Stage", "Kind", "Win %"), rows)
    s.write(points, line="Crane")
    assert [openpyxl.load_workbook(points)["Our steps"][f"D{row}"].value for row in (4, 8, 12)] == [20, 10, 100]
    assert [stage.probability for stage in s.read(points).stages][:5] == [0.2, 0.6, 1, 0, 0.1]


def test_a_stage_called_like_a_formula_stays_text(host):
    s.write(host, line="=1+1 <&> _x0041_")
    assert [stage.line for stage in s.read(host).stages][-1] == "=1+1 <&> _x0041_"
    assert openpyxl.load_workbook(host)["Our steps"]["I8"].data_type == "s"


@pytest.mark.parametrize(("where", "said"), [("below", "C8"), ("beside", "F7")])
def test_a_table_grows_into_free_cells_only(tmp_path, where, said):
    host = s.stage_book(tmp_path / "Team.xlsx", **{where: "mine"})
    if where == "below":
        assert s.refused(host, line="Crane") == "error.table.no_room"
        assert s.refused(host, replace=True) == "error.table.no_room"
    else:
        assert s.refused(host, line="Crane") == "error.stages.no_line"
        placed = s.write(host, replace=True)        # without a line the columns may be done without, and it is said
        assert placed.left_out == ("Funnel placement", "Expected days", "Stalled after days")
        assert openpyxl.load_workbook(host)["Our steps"]["F7"].value == "mine"
        assert s.names(host) == S1


def test_as_many_rows_as_there_are_need_no_room(tmp_path):
    host = s.stage_book(tmp_path / "Team.xlsx", rows=(*s.ROWS, ("Later", "post", None, None), ("Never", "lost", 0, None)), below="mine")
    s.write(host, replace=True)
    assert s.names(host) == S1
    assert openpyxl.load_workbook(host)["Our steps"]["C10"].value == "mine"


def edited(host, change):
    """The host after someone changed a sheet in another program."""
    book = openpyxl.load_workbook(host)
    change(book["Our steps"])
    book.save(host)
    return host


def filtered(sheet):
    sheet.tables["Stages"].autoFilter.add_filter_column(1, ["open"])


def spilled(sheet):
    sheet["B6"] = ArrayFormula("B6:B7", '={"Order";"No order"}')


UNSAFE = {
    "a formula": (lambda sheet: sheet.__setitem__("D5", "=0.5+0.1"), "error.table.formula", {"replace": True}),
    "merged cells": (lambda sheet: sheet.merge_cells("B5:C5"), "error.table.formula", {"replace": True}),
    "merged cells below": (lambda sheet: sheet.merge_cells("B8:C8"), "error.table.formula", {"line": "Crane"}),
    "a formula that fills cells": (spilled, "error.table.formula", {"replace": True}),
    "protected": (lambda sheet: setattr(sheet.protection, "sheet", True), "error.table.protected", {"line": "Crane"}),
    "filtered": (filtered, "error.table.filtered", {"line": "Crane"}),
}


@pytest.mark.parametrize("case", UNSAFE)
def test_where_something_could_be_lost_nothing_is_written(host, case):
    change, key, asked = UNSAFE[case]
    assert s.refused(edited(host, change), **asked) == key


def changed(host, part, old, new):
    return t.with_parts(host, lambda content: t.replace(content, part, old, new))


def test_a_table_with_a_total_row_does_not_grow_over_it(tmp_path):
    host = s.stage_book(tmp_path / "Team.xlsx", total_row=True)
    assert s.refused(host, line="Crane") == "error.table.totals"
    assert s.refused(host, replace=True) == "error.table.totals"
    roomy = s.stage_book(tmp_path / "Roomy.xlsx", rows=(*s.ROWS, *[("x", "open", 0.5, None)] * 5), total_row=True)
    s.write(roomy, replace=True)
    assert s.names(roomy) == S1
    assert openpyxl.load_workbook(roomy)["Our steps"].tables["Stages"].ref == "B3:H13"


def test_a_table_that_computes_its_columns_is_left_alone(host):
    changed(host, TABLE, '<tableColumn id="4" name="Comment"/>',
            '<tableColumn id="4" name="Comment"><calculatedColumnFormula>1+1</calculatedColumnFormula></tableColumn>')
    assert s.refused(host, line="Crane") == "error.table.formula"


def test_a_table_that_a_query_fills_is_left_alone(host):
    changed(host, TABLE, "<table ", '<table tableType="queryTable" ')
    assert s.refused(host, line="Crane") == "error.table.query"


def test_a_table_without_a_header_row_is_left_alone(host):
    changed(host, TABLE, "<table ", '<table headerRowCount="0" ')
    assert s.refused(host, line="Crane") in ("error.table.no_header", "error.stages.unread")


@pytest.mark.parametrize(("old", "new"), [('<row r="5"', "<row"), ('<c r="B5"', "<c"), ('<c r="C5"', '<c r="A5"')])
def test_a_sheet_that_is_spelt_in_an_unusual_way_is_left_alone(host, old, new):
    changed(host, SHEET, old, new)
    assert s.refused(host, line="Crane") == "error.table.unusual"


def test_a_sheet_with_prefixes_and_without_a_note_of_its_extent_is_written_too(host):
    def prefix(content):
        xml = re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", content[SHEET]).replace(b"xmlns=", b"xmlns:x=", 1)
        content[SHEET] = re.sub(rb"<x:dimension[^>]*/>", b"", xml)

    t.with_parts(host, prefix)
    s.write(host, line="Crane")
    assert s.names(host, "Crane") == S1
    assert b"<c " not in t.parts(host)[SHEET]


def test_a_table_on_cells_that_are_not_there_yet(tmp_path):
    """Excel stores no empty cell that has no format: whole rows of the table may be missing in the XML."""
    host = s.stage_book(tmp_path / "Team.xlsx", rows=(*s.ROWS, *[(None,) * 4] * 3))
    t.with_parts(host, lambda content: content.update({SHEET: re.sub(rb'<row r="(8|9|10)".*?</row>', b"", content[SHEET])}))
    s.write(host, "s4_five", line="Crane")
    assert s.names(host, "Crane") == [stage.name for stage in preset("s4_five")]
    assert s.errors(host) == set()


def test_a_sort_that_no_longer_holds_is_forgotten(host):
    sort = '<sortState ref="B4:E7"><sortCondition ref="B4:B7"/></sortState>'
    changed(host, TABLE, '<tableColumns', sort + "<tableColumns")
    s.write(host, line="Crane")
    assert b"sortState" not in t.parts(host)[TABLE]


def test_stages_in_plain_cells_are_left_alone(tmp_path):
    path = tmp_path / "Team.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Stages"
    for row in (("Stage", "Kind"), ("Talk", "open"), ("Order", "won")):
        book.active.append(row)
    book.save(path)
    assert s.refused(path, replace=True) == "error.stages.no_list"


def test_a_table_that_is_only_called_like_one_of_stages_is_left_alone(tmp_path):
    host = s.stage_book(tmp_path / "Team.xlsx", ("Colour", "Size", "Shape"), [("red", 1, "round")])
    assert s.refused(host) == "error.stages.unread"


def test_our_own_workbook_can_take_another_model(tmp_path):
    from click.testing import CliRunner

    from funnel_xl.cli import cli

    book = tmp_path / "Ours.xlsm"
    assert CliRunner().invoke(cli, ["new", str(book), "--language", "zh-Hant"], standalone_mode=False).exception is None
    before = t.parts(book)
    s.write(book, "s4_six", language="zh-Hant", replace=True)
    after = t.parts(book)
    lists = {name for name in before if after[name] != before[name]}
    assert {name for name in lists if "worksheets/sheet" in name or "tables/" in name} == {t.sheet_part(book, "階段")}     # 7 rows for 7
    assert s.names(book) == [stage.name for stage in preset("s4_six", "zh-Hant")]
    assert s.errors(book) <= {(part, said) for part, said in s.errors(book) if "vba" in part.lower()}


LISTED = [(file, name) for file in sorted((SHARED / "corpus").glob("*.xl[st]*")) if file.stat().st_size < 400_000 for name in listed(file)]


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
@pytest.mark.parametrize(("file", "name"), LISTED, ids=[f"{file.name} {name}" for file, name in LISTED])
def test_a_table_that_excel_wrote_changes_in_one_cell_and_grows_by_a_row(shared, tmp_path, file, name):
    host = tmp_path / file.name
    shutil.copyfile(file, host)
    package = Package(host)
    try:
        check_writable(package)
        rows = TableRows(package, name)
        place, new = (rows.first_row, rows.area.first_column), (rows.last_row + 1, rows.area.first_column)
        parts = rows.written({place: "changed", new: 7.5}, rows.last_row + 1)
    except BookError as reason:
        assert reason.key.startswith(("error.table.", "error.book."))
        return
    old, wrong, before = fidelity._values(file), s.errors(file), t.parts(file)
    carry_out(make_plan(package, parts, (), (), {}))
    assert {name for name, data in t.parts(host).items() if before.get(name) != data} == {rows.sheet_part, rows.part}
    assert s.errors(host) <= wrong
    after = fidelity._values(host)
    for reader, sheets in old.items():
        assert {name for name in sheets if sheets[name] != after[reader][name]} <= {rows.sheet.name}
        assert "'changed'" in after[reader][rows.sheet.name]
    cells, changed = (openpyxl.load_workbook(path)[rows.sheet.name]._cells for path in (file, host))
    assert {at for at in changed if at not in cells or changed[at].value != cells[at].value or changed[at]._style != cells[at]._style} <= {
        place, *((new[0], column) for column in range(rows.area.first_column, rows.area.last_column + 1))}


@pytest.mark.office
def test_libreoffice_reads_the_rows_of_a_table_that_has_grown(host, tmp_path):
    s.write(host, line="Crane")
    (tmp_path / "saved").mkdir()
    saved = t.saved_by_libreoffice(host, tmp_path / "saved")
    sheet = openpyxl.load_workbook(saved, data_only=True)["Our steps"]
    assert [sheet[f"B{row}"].value for row in range(4, 14)] == OWN + S1
    assert sheet.tables["Stages"].ref == "B3:I13"
