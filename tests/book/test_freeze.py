"""A frozen copy: the values stay, the functions and macros are gone, everything else is as it was."""

import re
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from openxml_audit import OpenXmlValidator
from surgery import MAIN, cut, parts, sheet_xml

from funnel_xl.book.freeze import freeze, frozen_name
from funnel_xl.book.frozen_cells import frozen
from funnel_xl.build.finish import RIBBON_PART, finish
from funnel_xl.build.projects import stored, text
from funnel_xl.cli import cli
from funnel_xl.errors import BookError

DEALS = (("D-1", 1000.0, 0.5, 500.0), ("D-2", 200.0, 0.25, 50.0))


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """A team's workbook with functions in every place where Excel takes a formula, macros, a ribbon and hidden sheets."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    deals, calc, notes, history, conf = (book.add_worksheet(name) for name in ("Deals", "Calc", "Notes", "Log", "xlwings.conf"))
    deals.add_table(0, 0, 2, 4, {"name": "Deals", "columns": [
        {"header": "Id"}, {"header": "Amount"}, {"header": "Chance"}, {"header": "Worth", "formula": "=FUNNEL_WEIGHT([@Amount],[@Chance])"},
        {"header": "Twice", "formula": "=[@Amount]*2"}]})
    for row, (name, amount, chance, worth) in enumerate(DEALS, 1):
        deals.write_row(row, 0, (name, amount, chance))
        deals.write_formula(row, 3, "=FUNNEL_WEIGHT(Deals[[#This Row],[Amount]],Deals[[#This Row],[Chance]])", None, worth)
        deals.write_formula(row, 4, "=Deals[[#This Row],[Amount]]*2", None, amount * 2)
        deals.write_formula(row, 6, f"=INDEX(Calc!$A:$A,{row + 1})", None, "In funnel")
    deals.write_formula("I1", '="FUNNEL_WEIGHT("&SUM(D2:D3)', None, "...550")
    deals.write_formula("I2", "=Rate*2", None, 0.5)
    deals.write_formula("I3", "=COUNTA(Notes!A:A)", None, 1)
    deals.conditional_format("B2:B3", {"type": "formula", "criteria": "=FUNNEL_SCORE($B2,$C2)>100", "format": book.add_format({"bold": 1})})
    deals.conditional_format("B2:B3", {"type": "cell", "criteria": ">", "value": 500, "format": book.add_format({"italic": 1})})
    deals.data_validation("C2:C3", {"validate": "custom", "value": "=FUNNEL_SCORE(C2,C2)>0"})
    deals.data_validation("A2:A3", {"validate": "length", "criteria": ">", "value": 0})
    deals.insert_textbox("K1", "Check", {"textlink": "=Deals!$K$1"})
    calc.write_dynamic_array_formula("A1:A3", "=FUNNEL_COLUMNS(Deals[[#Headers],[#Data],[Id]:[Chance]],Deals[#All])", None, "Placement")
    calc.write_string("A2", "In funnel")
    calc.write_string("A3", "In funnel")
    calc.hide()
    notes.add_table(0, 0, 1, 0, {"name": "Notes", "columns": [{"header": "Text"}]})
    notes.write_string(1, 0, "secret")
    notes.hide()
    history.add_table(0, 0, 1, 0, {"name": "History", "columns": [{"header": "Snapshot"}]})
    history.very_hidden()
    conf.write_string(0, 0, "Interpreter_Win")
    book.define_name("Rate", "=FUNNEL_WINRATE(Deals[Id],Deals[#All])")
    book.define_name("Ids", "=Deals!$A$2:$A$3")
    book.define_name("Secret", "=Notes!$A$2")
    book.add_vba_project(BytesIO(stored("workbook.bin")), is_stream=True)
    book.close()
    path = tmp_path / "Team.xlsm"
    finish(stream.getvalue(), path, ribbon=text("ribbon.xml"), macros={"Deals!$K$1": "ButtonCheck"})
    return path


@pytest.fixture
def copy(team: Path) -> Path:
    return freeze(team, team.with_name("Team frozen.xlsx")).path


def cells(path: Path, sheet: str = "Deals", *, values: bool = False) -> dict[str, object]:
    """What stands in each cell of a sheet: its formula, or with `values` what it shows."""
    book = openpyxl.load_workbook(path, data_only=values)
    return {cell.coordinate: cell.value for row in book[sheet].iter_rows() for cell in row if cell.value is not None}


def test_every_cell_shows_what_it_showed(team, copy):
    for sheet in ("Deals", "Calc"):
        assert cells(copy, sheet, values=True) == cells(team, sheet, values=True)


def test_our_functions_are_values_and_the_teams_own_formulas_live_on(copy):
    found = cells(copy)
    assert (found["D2"], found["D3"]) == (500, 50)
    assert found["E2"] == "=Deals[[#This Row],[Amount]]*2"
    assert found["I1"] == '="FUNNEL_WEIGHT("&SUM(D2:D3)'        # only a text that looks like a call


def test_what_reads_an_answer_row_by_row_becomes_a_value_so_that_the_copy_can_be_sorted(copy):
    assert cells(copy)["G2"] == cells(copy)["G3"] == "In funnel"


def test_what_reads_a_name_or_a_sheet_that_is_gone_becomes_a_value(copy):
    assert (cells(copy)["I2"], cells(copy)["I3"]) == (0.5, 1)


def test_no_part_of_the_copy_calls_our_functions(copy):
    text_in_a_formula = b'"FUNNEL_WEIGHT("'
    assert not [name for name, content in parts(copy).items() if b"FUNNEL_" in content.replace(text_in_a_formula, b"")]


def test_new_rows_of_the_table_get_no_dead_formula(copy):
    columns = openpyxl.load_workbook(copy)["Deals"].tables["Deals"].tableColumns
    assert [column.calculatedColumnFormula is not None for column in columns] == [False, False, False, False, True]


def test_rules_of_colour_and_input_that_need_python_leave_and_others_stay(copy):
    sheet = openpyxl.load_workbook(copy)["Deals"]
    assert [rule.type for rules in sheet.conditional_formatting for rule in rules.rules] == ["cellIs"]
    assert [each.type for each in sheet.data_validations.dataValidation] == ["textLength"]
    assert b'<dataValidations count="1">' in parts(copy)["xl/worksheets/sheet1.xml"]


def test_macros_ribbon_buttons_and_settings_of_programs_are_gone(copy):
    content = parts(copy)
    assert not [name for name in content if "vba" in name.lower() or name == RIBBON_PART]
    assert not any(b"vbaProject" in part or b"customUI" in part or b"macroEnabled" in part for part in content.values())
    assert not any(b"ButtonCheck" in part for part in content.values())
    assert "xlwings.conf" not in openpyxl.load_workbook(copy).sheetnames


def test_hidden_notes_and_history_never_travel(copy):
    assert openpyxl.load_workbook(copy).sheetnames == ["Deals", "Calc"]
    assert not [name for name, content in parts(copy).items() if b"secret" in content]


def test_notes_that_everybody_can_see_travel(team):
    cut(team, "xl/workbook.xml", lambda xml: xml.replace(b' sheetId="3" state="hidden"', b' sheetId="3"'))
    shown = freeze(team, team.with_name("out.xlsx"))
    assert openpyxl.load_workbook(shown.path).sheetnames == ["Deals", "Calc", "Notes"]
    assert shown.left_out == ("Log", "xlwings.conf")


def test_names_of_the_team_stay_and_those_without_meaning_leave(copy):
    names = openpyxl.load_workbook(copy).defined_names
    assert names["Ids"].attr_text == "Deals!$A$2:$A$3"
    assert "Rate" not in names
    assert names["Secret"].attr_text == "#REF!$A$2"        # as Excel leaves it when a sheet is deleted


def test_the_workbook_itself_is_only_read(team):
    before = team.read_bytes()
    freeze(team, team.with_name("out.xlsx"))
    assert team.read_bytes() == before


def test_a_book_without_our_functions_and_macros_keeps_the_bytes_of_its_sheets(tmp_path):
    path = tmp_path / "plain.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("A")
        sheet.write_formula("A1", "=1+1", None, 2)
        sheet.conditional_format("A1:A2", {"type": "cell", "criteria": ">", "value": 1, "format": book.add_format({"bold": 1})})
    copy = freeze(path, tmp_path / "copy.xlsx")
    assert (copy.cells, copy.left_out) == (0, ())
    assert parts(copy.path) == parts(path)


def test_a_formula_that_was_never_calculated_is_refused_with_its_cell(team):
    cut(team, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<v>500.0</v>", b""))
    with pytest.raises(BookError, match=r"Deals!D2"):
        freeze(team, team.with_name("out.xlsx"))
    assert not team.with_name("out.xlsx").exists()


def test_errors_in_cells_are_counted(team):
    cut(team, "xl/worksheets/sheet1.xml", lambda xml: re.sub(rb'(<c r="D2")([^>]*)>(.*?)<v>500.0</v>', rb'\1\2 t="e">\3<v>#NAME?</v>', xml))
    assert freeze(team, team.with_name("out.xlsx")).errors == 1


def test_a_link_to_the_addin_leaves_with_its_formulas(team):
    link = (f'<externalLink xmlns="{MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            '<externalBook r:id="rId1"/></externalLink>')
    relation = ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
                'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
                'Target="file:///C:/XLSTART/Funnel.xlam" TargetMode="External"/></Relationships>')
    with zipfile.ZipFile(team, "a") as package:
        package.writestr("xl/externalLinks/externalLink1.xml", link)
        package.writestr("xl/externalLinks/_rels/externalLink1.xml.rels", relation)
    cut(team, "xl/_rels/workbook.xml.rels", lambda xml: xml.replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink" '
        b'Target="externalLinks/externalLink1.xml"/></Relationships>'))
    cut(team, "xl/workbook.xml", lambda xml: xml.replace(
        b"</sheets>", b'</sheets><externalReferences><externalReference r:id="rId99"/></externalReferences>'))
    cut(team, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<f>FUNNEL_WEIGHT", b"<f>[1]!FUNNEL_WEIGHT"))
    copy = freeze(team, team.with_name("out.xlsx")).path
    assert not [name for name in parts(copy) if "externalLink" in name]
    assert b"externalReference" not in parts(copy)["xl/workbook.xml"]
    assert cells(copy)["D2"] == 500


def test_the_frozen_copy_of_our_own_workbook_is_sound_and_shows_what_it_showed(tmp_path):
    ours = Path(__file__).resolve().parents[2] / "workbook" / "Funnel.xlsm"
    copy = freeze(ours, tmp_path / "copy.xlsx")
    assert not OpenXmlValidator().validate(copy.path).errors
    before, after = (openpyxl.load_workbook(path, data_only=True) for path in (ours, copy.path))
    assert after.sheetnames == [name for name in before.sheetnames if name not in copy.left_out]
    empty = (None, "")
    assert [(sheet.title, cell.coordinate) for sheet in after for row in sheet.iter_rows() for cell in row
            if cell.value != (value := before[sheet.title][cell.coordinate].value) and not (cell.value in empty and value in empty)] == []
    assert copy.cells > 500


def our(formula: str) -> bool:
    return "FUNNEL_" in formula


def test_a_shared_formula_is_frozen_in_all_its_cells():
    xml = sheet_xml('<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">FUNNEL_SCORE(B1,C1)</f><v>1</v></c><c r="B1"/></row>'
                    '<row r="2"><c r="A2" s="3"><f t="shared" si="0"/><v>2</v></c>'
                    '<c r="B2"><f t="shared" ref="B2:B3" si="1">C2</f><v>3</v></c></row>')
    done = frozen(xml.encode(), our, our)
    assert done.cells == 2
    assert b'<c r="A1"><v>1</v></c><c r="B1"/>' in done.xml
    assert b'<c r="A2" s="3"><v>2</v></c><c r="B2"><f t="shared" ref="B2:B3" si="1">C2</f><v>3</v></c>' in done.xml


def test_the_kinds_of_values_stay_what_they_are():
    formula = "<f>FUNNEL_X()</f>"
    kinds = {"A1": f'<c r="A1" t="str">{formula}<v> a &amp; b</v></c>', "A2": f'<c r="A2" t="b">{formula}<v>1</v></c>',
             "A3": f'<c r="A3" t="e">{formula}<v>#N/A</v></c>', "A4": f'<c r="A4" s="2" cm="1">{formula}<v>4.5</v></c>',
             "A5": f'<c r="A5" t="str">{formula}<v></v></c>'}
    done = frozen(sheet_xml(f'<row r="1">{"".join(kinds.values())}</row>').encode(), our, our).xml.decode()
    assert '<c r="A1" t="inlineStr"><is><t xml:space="preserve"> a &amp; b</t></is></c>' in done
    assert '<c r="A2" t="b"><v>1</v></c><c r="A3" t="e"><v>#N/A</v></c><c r="A4" s="2"><v>4.5</v></c><c r="A5"/>' in done


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), max_size=40))
def test_any_text_that_a_function_gave_stays_that_text(said):
    from xml.sax.saxutils import escape

    xml = sheet_xml(f'<row r="1"><c r="A1" t="str"><f>FUNNEL_WORK(B1)</f><v>{escape(said)}</v></c></row>').encode()
    from lxml import etree

    cell = etree.fromstring(frozen(xml, our, our).xml).find(".//{*}c")
    assert "".join(cell.itertext()) == said


def test_the_command_says_what_it_did(team):
    done = CliRunner().invoke(cli, ["freeze", str(team), "--language", "zh-Hant"], standalone_mode=False)
    assert done.exception is None
    assert frozen_name("Team.xlsm") in done.output
    assert "已寫入" in done.output
    assert "Log" in done.output
