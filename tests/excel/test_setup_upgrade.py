"""funnel-xl upgrade: an older workbook of ours gets today's macros, ribbon and formulas, and nothing else in it changes."""

import re
from pathlib import Path

import openpyxl
import pytest
import xlwings
from click.testing import CliRunner

from funnel_xl.book.plan import carry_out
from funnel_xl.build.workbook import build_workbook
from funnel_xl.cli import cli
from funnel_xl.errors import BookError, FunnelError
from funnel_xl.excel.setup.upgrade import plan_upgrade
from funnel_xl.excel.setup.xlwings_version import xlwings_version_of
from funnel_xl.wording import LANGUAGES
from tests.excel.workbooks import VBA, changed, members, of_version, project

RIBBON = "customUI/customUI14.xml"
TYPES, ROOT = "[Content_Types].xml", "_rels/.rels"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Today's workbooks by language."""
    folder = tmp_path_factory.mktemp("made")
    for language in LANGUAGES:
        build_workbook(folder / f"{language}.xlsm", language, demo=language == "en")
    return folder


@pytest.fixture(scope="module")
def old_project():
    return project(of_version("0.30.10"))


def calc_part(path) -> str:
    """The part of the sheet that calls Python: the one with FUNNEL_COLUMNS in it."""
    return next(name for name, part in members(path).items() if name.startswith("xl/worksheets/sheet") and b"FUNNEL_COLUMNS(" in part)


def older(made, path, old_project, language="en", **more):
    """A workbook as an earlier version left it: other macros, ribbon and formulas."""
    source = made / f"{language}.xlsm"
    calc = calc_part(source)
    formulas = members(source)[calc].replace(b",FunnelAsOf)", b",Settings!$B$9)").replace(b"FUNNEL_TIER(", b"FUNNEL_OLDTIER(")
    return changed(source, path, {VBA: old_project, RIBBON: b"<customUI/>", calc: formulas, **more})


def upgrade(path):
    plan = plan_upgrade(path)
    carry_out(plan)
    return plan


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_older_workbook_becomes_todays_and_all_other_parts_keep_their_bytes(made, tmp_path, old_project, language):
    path = older(made, tmp_path / "Deals.xlsm", old_project, language)
    before = members(path)
    upgrade(path)
    after, today = members(path), members(made / f"{language}.xlsm")
    touched = {VBA, RIBBON, calc_part(path)}
    assert {name for name in after if after[name] != before.get(name)} == touched
    assert list(after) == list(before)
    assert {name: after[name] for name in touched} == {name: today[name] for name in touched}
    assert xlwings_version_of(path) == "0.37.8"


def test_the_workbook_as_it_was_is_kept_beside_it(made, tmp_path, old_project):
    path = older(made, tmp_path / "Deals.xlsm", old_project)
    before = path.read_bytes()
    upgrade(path)
    assert (tmp_path / "Deals.xlsm.bak").read_bytes() == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_todays_workbook_is_left_alone(made, language):
    before = (made / f"{language}.xlsm").read_bytes()
    assert not plan_upgrade(made / f"{language}.xlsm").changes
    assert (made / f"{language}.xlsm").read_bytes() == before


def test_a_second_upgrade_finds_nothing_to_do(made, tmp_path, old_project):
    path = older(made, tmp_path / "Deals.xlsm", old_project)
    upgrade(path)
    assert not plan_upgrade(path).changes


def test_what_excels_editor_changes_by_itself_is_no_difference(made, tmp_path):
    """It writes names with the capitals that were typed last, anywhere in the project."""
    recased = project(lambda text: text.replace("PYTHON_WIN", "Python_Win"))
    path = changed(made / "en.xlsm", tmp_path / "Deals.xlsm", {VBA: recased})
    assert not plan_upgrade(path).changes


def test_stored_results_stay_though_the_formula_is_another(made, tmp_path, old_project):
    path = older(made, tmp_path / "Deals.xlsm", old_project)
    upgrade(path)
    book = openpyxl.load_workbook(path, data_only=True)
    wanted = openpyxl.load_workbook(made / "en.xlsm", data_only=True)
    assert list(book["Calc"].values) == list(wanted["Calc"].values)
    assert sum(row[0] is not None for row in book["Calc"].values) > 20


def test_headings_that_the_team_has_renamed_stay_in_the_formulas(made, tmp_path, old_project):
    """Excel has put the new heading into the formula already; that is no change of ours."""
    calc = calc_part(made / "en.xlsm")
    parts = {name: part.replace(b"Deal ID", b"Opportunity") for name, part in members(made / "en.xlsm").items()
             if name.startswith(("xl/tables/", "xl/sharedStrings", "xl/worksheets/"))}
    path = changed(made / "en.xlsm", tmp_path / "Deals.xlsm", {**parts, VBA: old_project})
    upgrade(path)
    assert b"[Opportunity]:" in members(path)[calc]


def test_a_formula_is_not_pointed_at_a_column_that_is_not_there(made, tmp_path, old_project):
    path = older(made, tmp_path / "Deals.xlsm", old_project)
    parts = {name: part.replace(b'name="Expected amount"', b'name="Money"') for name, part in members(path).items()
             if name.startswith("xl/tables/")}
    broken = changed(path, tmp_path / "Broken.xlsm", parts)
    with pytest.raises(BookError, match="lacks columns that today's formulas read: Expected amount"):
        plan_upgrade(broken)


def test_a_ribbon_that_another_program_lost_comes_back(made, tmp_path):
    parts = members(made / "en.xlsm")
    root = re.sub(rb"<Relationship [^>]*extensibility[^>]*/>", b"", parts[ROOT])
    path = changed(made / "en.xlsm", tmp_path / "Deals.xlsm", {ROOT: root, RIBBON: None})
    upgrade(path)
    after = members(path)
    assert after[RIBBON] == parts[RIBBON]
    assert re.findall(rb"extensibility\" Target=\"([^\"]*)\"", after[ROOT]) == [RIBBON.encode()]
    assert after[TYPES] == parts[TYPES]


def test_the_signature_of_old_macros_leaves_with_them(made, tmp_path, old_project):
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProjectSignature"
    relations = (f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                 f'<Relationship Id="rId1" Type="{kind}" Target="vbaProjectSignature.bin"/></Relationships>').encode()
    types = members(made / "en.xlsm")[TYPES]
    signed = types.replace(b"</Types>", b'<Override PartName="/xl/vbaProjectSignature.bin" '
                                        b'ContentType="application/vnd.ms-office.vbaProjectSignature"/></Types>')
    path = older(made, tmp_path / "Deals.xlsm", old_project, **{
        "xl/_rels/vbaProject.bin.rels": relations, "xl/vbaProjectSignature.bin": b"signature", TYPES: signed})
    upgrade(path)
    after = members(path)
    assert not {"xl/_rels/vbaProject.bin.rels", "xl/vbaProjectSignature.bin"} & set(after)
    assert after[TYPES] == types


def test_somebody_elses_macros_are_not_lost(made, tmp_path):
    theirs = project(of_version("0.30.10"), Forecast="Sub Forecast()\nEnd Sub\n")
    path = older(made, tmp_path / "Deals.xlsm", theirs)
    before = path.read_bytes()
    with pytest.raises(BookError, match=r"macros that are not ours.*: Forecast\."):
        plan_upgrade(path)
    assert path.read_bytes() == before


def test_a_sheet_that_the_macros_need_is_missed_by_name(made, tmp_path, old_project):
    parts = members(made / "en.xlsm")
    rates = next(name for name, part in parts.items() if b'codeName="shRates"' in part)
    path = older(made, tmp_path / "Deals.xlsm", old_project, **{rates: parts[rates].replace(b"shRates", b"Sheet77")})
    with pytest.raises(BookError, match="lacks sheets that the macros need: Rates"):
        plan_upgrade(path)


def test_a_workbook_of_a_newer_version_is_left_alone(made, tmp_path):
    path = older(made, tmp_path / "Deals.xlsm", project(of_version("0.40.1")))
    with pytest.raises(BookError, match=r"made for xlwings 0\.40\.1, newer than 0\.37\.8"):
        plan_upgrade(path)


def test_a_signed_workbook_is_refused(made, tmp_path, old_project):
    path = older(made, tmp_path / "Deals.xlsm", old_project, **{"_xmlsignatures/sig1.xml": b"<Signature/>"})
    with pytest.raises(BookError, match="digitally signed"):
        plan_upgrade(path)


def test_a_workbook_that_is_open_in_excel_is_refused(made, tmp_path, old_project):
    path = older(made, tmp_path / "Deals.xlsm", old_project)
    (tmp_path / "~$Deals.xlsm").touch()
    with pytest.raises(BookError, match="open in Excel"):
        plan_upgrade(path)


@pytest.mark.parametrize("name", ["xlwings", "plain"])
def test_foreign_workbooks_are_refused_by_name(tmp_path, name):
    path = tmp_path / "Team.xlsx"
    if name == "plain":
        openpyxl.Workbook().save(path)
    else:
        path.write_bytes((Path(xlwings.__file__).parent / "quickstart_standalone.xlsm").read_bytes())
    with pytest.raises(BookError, match=r"Team\.xlsx is no workbook made by funnel-xl new"):
        plan_upgrade(path)


@pytest.mark.parametrize("content", [b"", b"text", b"PK\3\4"])
def test_what_is_no_workbook_is_refused_in_a_sentence(tmp_path, content):
    (tmp_path / "Deals.xlsm").write_bytes(content)
    with pytest.raises(FunnelError, match=r"Deals\.xlsm"):
        plan_upgrade(tmp_path / "Deals.xlsm")


def test_a_dry_run_names_the_parts_and_writes_nothing(made, tmp_path, old_project):
    path = older(made, tmp_path / "Deals.xlsm", old_project)
    before = path.read_bytes()
    said = CliRunner().invoke(cli, ["upgrade", str(path), "--dry-run", "--language", "en"], standalone_mode=False).output
    assert re.findall(r"change +/(\S+)", said) == sorted([VBA, RIBBON, calc_part(path)])
    assert path.read_bytes() == before and not (tmp_path / "Deals.xlsm.bak").exists()


def test_the_command_says_what_it_did_and_where_the_original_is(made, tmp_path, old_project):
    path = older(made, tmp_path / "Deals.xlsm", old_project)
    run = CliRunner()
    first = run.invoke(cli, ["upgrade", str(path), "--language", "en"], standalone_mode=False)
    assert first.return_value == 0 and str(path) in first.output and "Deals.xlsm.bak" in first.output
    again = run.invoke(cli, ["upgrade", str(path), "--language", "en"], standalone_mode=False)
    assert again.output.startswith("Deals.xlsm already has")
