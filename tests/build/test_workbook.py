"""The workbook: made anew it is what is committed, sound in the eyes of other programs, and true to those that don't calculate."""

import datetime as dt
import posixpath
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from openxml_audit import OpenXmlValidator
from python_calamine import CalamineWorkbook

from funnel_xl.book.source import open_source
from funnel_xl.build.__main__ import DEMO_DAY
from funnel_xl.build.addin import build_addin
from funnel_xl.build.projects import addin_project, text, workbook_project
from funnel_xl.build.sheets.deals import computed_heading, typed_columns
from funnel_xl.build.sheets.hidden import CONF
from funnel_xl.build.sheets.settings import SETTINGS
from funnel_xl.build.workbook import build_workbook
from funnel_xl.errors import FunnelError
from funnel_xl.excel.catalogue import COLUMNS
from funnel_xl.sales.aliases import meaning
from funnel_xl.sales.answers import answer
from funnel_xl.sales.deals import read_deals
from funnel_xl.sales.fields import COMPANIONS, FIELDS
from funnel_xl.sales.header import read_header
from funnel_xl.sales.settings import Settings
from funnel_xl.sheets.reports import REPORTS
from funnel_xl.wording import LANGUAGES, words

ROOT = Path(__file__).resolve().parents[2]
NOT_TYPED = {"status", "is_won", "is_closed", "pushed"}       # what exports of other systems have; here the stage says it
VOLATILE = re.compile(r"\b(NOW|TODAY|OFFSET|INDIRECT|RAND|RANDBETWEEN|CELL|INFO)\(")
CUSTOM_UI = "{http://schemas.microsoft.com/office/2009/07/customui}"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.fixture(scope="module")
def books(tmp_path_factory) -> dict[str, Path]:
    """The workbook in each language, an empty one on another stage model, and the add-in."""
    folder = tmp_path_factory.mktemp("books")
    found = {language: folder / f"{language}.xlsm" for language in LANGUAGES} | {"empty": folder / "empty.xlsm", "addin": folder / "a.xlam"}
    for language in LANGUAGES:
        build_workbook(found[language], language, as_of=DEMO_DAY)
    build_workbook(found["empty"], "zh-Hant", "s4_seven", as_of=DEMO_DAY, demo=False)
    build_addin(found["addin"])
    return found


KINDS = (*LANGUAGES, "empty", "addin")


@pytest.mark.parametrize(("built", "committed"), [("en", "Funnel.xlsm"), ("addin", "Funnel.xlam")])
def test_made_anew_from_text_it_is_what_is_committed(books, built, committed):
    ours, stored = parts(books[built]), parts(ROOT / "workbook" / committed)
    assert list(ours) == list(stored)
    different = [name for name in ours if ours[name] != stored[name]]
    assert not different, "run `make workbook`"


@pytest.mark.parametrize("kind", KINDS)
def test_a_validator_of_the_standard_finds_no_error(books, kind):
    result = OpenXmlValidator().validate(str(books[kind]))
    assert not result.errors


@pytest.mark.parametrize("kind", KINDS)
def test_every_part_has_a_type_and_is_referred_to(books, kind):
    found = parts(books[kind])
    types = ElementTree.fromstring(found["[Content_Types].xml"])
    defaults = {each.get("Extension") for each in types if each.tag.endswith("Default")}
    overrides = {each.get("PartName")[1:] for each in types if each.tag.endswith("Override")}
    assert overrides <= found.keys()
    targets = {"[Content_Types].xml"}
    for name, data in found.items():
        assert name in overrides or name.rsplit(".", 1)[-1] in defaults or name == "[Content_Types].xml"
        if not name.endswith(".rels"):
            continue
        targets.add(name)
        folder = posixpath.dirname(posixpath.dirname(name))
        relations = ElementTree.fromstring(data)
        ids = [each.get("Id") for each in relations]
        assert len(ids) == len(set(ids))
        targets |= {posixpath.normpath(posixpath.join(folder, each.get("Target"))).lstrip("/") for each in relations}
        source = posixpath.join(folder, posixpath.basename(name).removesuffix(".rels"))
        used = set(re.findall(rb'r:(?:id|embed|pict|link)="(rId\d+)"', found.get(source, b"")))
        assert {each.decode() for each in used} <= set(ids)
    assert targets == found.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_the_type_of_the_main_part_says_workbook_or_add_in_with_macros(books, kind):
    types = parts(books[kind])["[Content_Types].xml"].decode()
    word = "addin" if kind == "addin" else "sheet"
    assert f'PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.{word}.macroEnabled.main+xml"' in types


def test_excel_does_not_calculate_the_workbook_anew_when_it_opens_it(books):
    calculation = re.search(r"<calcPr[^>]*>", parts(books["en"])["xl/workbook.xml"].decode())[0]
    assert 'calcId="191029"' in calculation and "fullCalcOnLoad" not in calculation


def formulas(path: Path) -> list[tuple[str, str, str | None]]:
    """Every formula of every sheet: cell, formula, stored value."""
    found = []
    for name, data in parts(path).items():
        if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
            for cell in ElementTree.fromstring(data).iter(f"{MAIN}c"):
                formula, value = cell.find(f"{MAIN}f"), cell.find(f"{MAIN}v")
                if formula is not None:
                    empty = value is not None and value.text is None and cell.get("t") == "str"
                    found.append((f"{name} {cell.get('r')}", formula.text, "" if empty else value.text if value is not None else None))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_no_formula_is_volatile_and_each_has_its_value_stored(books, kind):
    found = formulas(books[kind])
    assert found
    assert not [each for each in found if VOLATILE.search(each[1])]
    assert not [each for each in found if each[2] is None]
    names = re.findall(r"<definedName[^>]*>([^<]*)", parts(books[kind])["xl/workbook.xml"].decode())
    assert not [name for name in names if VOLATILE.search(name)]


def test_one_call_computes_all_columns_and_it_is_given_the_typed_columns_alone(books):
    calls = [formula for _, formula, _ in formulas(books["en"]) if "FUNNEL_COLUMNS" in formula]
    assert calls == ["FUNNEL_COLUMNS(Deals[[#Headers],[#Data],[Deal ID]:[Lost at stage]],Stages[#All],FunnelAsOf)"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_of_deals_has_every_field_and_all_headings_are_read_back(language):
    said = words(language)
    fields = [column.field for column, _ in typed_columns()]
    assert sorted(fields) == sorted(FIELDS.keys() - NOT_TYPED)
    headings = [said[f"field.{name}"] for name in fields] + [said[computed_heading(name)] for name in COLUMNS]
    read = read_header(tuple(headings), {})
    assert [each.field for each in read[:len(fields)]] == fields
    assert not [each.text for each in read[len(fields):] if each.field]
    assert len({heading.casefold() for heading in headings}) == len(headings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_settings_sheet_is_understood_in_every_language(language):
    known = set(Settings.__dataclass_fields__) - {"workdays"}
    assert known <= SETTINGS.keys()
    assert {name: meaning("setting", words(language)[f"book.setting.{name}"]) for name in known} == {name: name for name in known}


@pytest.mark.parametrize("language", LANGUAGES)
def test_stored_values_are_those_that_the_closed_file_gives(books, language):
    said = words(language)
    found = answer(read_deals(open_source(books[language]), DEMO_DAY), DEMO_DAY)
    table = openpyxl.load_workbook(books[language], data_only=True)[said["book.sheet.Deals"]]
    heading = {cell.value: cell.column for cell in table[4]}

    def stored(name: str) -> list[object]:
        return [table.cell(5 + row, heading[said[computed_heading(name)]]).value for row in range(len(found.computed))]

    for name, column in (("score", "score"), ("probability", "probability"), ("weighted", "weighted"), ("days_in_stage", "days_in_stage")):
        expected = [None if value != value else value for value in found.computed[column]]
        assert [value if value != "" else None for value in stored(name)] == pytest.approx(expected)
    places = [said[f"udf.placement.{name}"] for name in ("above", "in", "best_few")]
    assert [value or "" for value in stored("placement")] == [places[at] if at >= 0 else "" for at in found.computed["placement"]]
    assert [value or "" for value in stored("tier")] == list(found.computed["tier"])
    assert [bool(value) for value in stored("stalled")] == list(found.computed["stalled"])


def test_the_figures_of_start_are_those_of_the_deals(books):
    found = answer(read_deals(open_source(books["en"]), DEMO_DAY), DEMO_DAY)
    start = openpyxl.load_workbook(books["en"], data_only=True)["Start"]
    shown = [start.cell(7, column).value for column in range(2, 8)]
    best = next(line.deals for line in found.summary.placements if line.label == "best_few")
    stalled = int(found.computed["stalled"].sum())
    assert shown[:5] == pytest.approx([found.summary.open.deals, found.summary.open.amount, found.summary.open.weighted, best, stalled])


@pytest.mark.parametrize("kind", (*LANGUAGES, "empty"))
def test_all_tables_are_there_under_their_promised_names(books, kind):
    book = openpyxl.load_workbook(books[kind])
    tables = {name for sheet in book for name in sheet.tables}
    assert tables == {"Deals", *COMPANIONS} - {"History"}      # nobody types a history: it is exported, or kept by snapshots


def test_the_deals_can_be_read_by_a_program_that_knows_no_macros(books):
    rows = CalamineWorkbook.from_path(str(books["en"])).get_sheet_by_name("Deals").to_python()
    assert rows[3][0] == "Deal ID" and len(rows) > 40


@pytest.mark.parametrize("kind", (*LANGUAGES, "empty"))
def test_drop_downs_and_colours_refer_to_names_that_exist(books, kind):
    found = parts(books[kind])
    known = set(re.findall(r'<definedName name="(\w+)"', found["xl/workbook.xml"].decode()))
    used: set[str] = set()
    for name, data in found.items():
        if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
            used |= set(re.findall(r'type="list"[^>]*>\s*<formula1>(\w+)</formula1>', data.decode()))
            used |= set(re.findall(r"\bFunnel\w+", "".join(re.findall(r"<formula>([^<]*)</formula>", data.decode()))))
    assert used and used <= known
    formula_names = {word for _, formula, _ in formulas(books[kind]) for word in re.findall(r"\bFunnel[A-Z]\w+", formula)}
    assert formula_names <= known


@pytest.mark.parametrize("kind", ("en", "addin"))
def test_no_setting_of_xlwings_is_empty_or_names_a_person_s_folder(books, kind):
    book = openpyxl.load_workbook(books[kind]) if kind == "en" else None
    if book:
        sheet = book["xlwings.conf"]
        assert [(row[0].value, row[1].value) for row in sheet.iter_rows()] == list(CONF.items())
    assert CONF["Interpreter_Win"] == "%FUNNEL_PYTHON%" and CONF["ADD_WORKBOOK_TO_PYTHONPATH"] is False
    assert not [value for value in CONF.values() if value == "" or re.match(r"[A-Za-z]:\\|/(home|Users|root)", str(value))]


def test_a_workbook_without_demo_has_an_empty_row_to_type_into_and_follows_the_calendar(books):
    book = openpyxl.load_workbook(books["empty"], data_only=True)
    deals = book[words("zh-Hant")["book.sheet.Deals"]]
    assert not [cell.value for cell in deals[5] if cell.value not in (None, "")]
    assert book["Texts"]["H4"].value is True


def test_an_unknown_language_or_preset_is_refused_before_anything_is_written(tmp_path):
    for wrong in ({"language": "fr"}, {"stages": "none"}):
        with pytest.raises(FunnelError):
            build_workbook(tmp_path / "x.xlsm", as_of=dt.date(2026, 1, 1), **wrong)
    assert not list(tmp_path.iterdir())


RIBBON_ATTRIBUTES = {       # of [MS-CUSTOMUI2], as far as we use it
    "customUI": {"onLoad"}, "ribbon": set(), "tabs": set(), "tab": {"id", "tag", "insertAfterMso", "getLabel", "getVisible"},
    "group": {"id", "tag", "getLabel"}, "button": {"id", "tag", "size", "imageMso", "getLabel", "getScreentip", "onAction"},
    "menu": {"id", "tag", "size", "imageMso", "getLabel", "getScreentip"},
}
CHILDREN = {"customUI": ["ribbon"], "ribbon": ["tabs"], "tabs": ["tab"], "tab": ["group"], "group": ["button", "menu"], "menu": ["button"],
            "button": []}


@pytest.mark.parametrize(("file", "project"), [("ribbon.xml", workbook_project), ("addin_ribbon.xml", addin_project)])
def test_the_ribbon_keeps_to_its_schema_and_every_callback_and_label_exists(file, project):
    root, code = ElementTree.fromstring(text(file)), "\n".join(project().modules.values())
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    keys = words("en")
    for element in root.iter():
        name = element.tag.removeprefix(CUSTOM_UI)
        assert set(element.keys()) <= RIBBON_ATTRIBUTES[name]
        assert {child.tag.removeprefix(CUSTOM_UI) for child in element} <= set(CHILDREN[name])
        for attribute in ("onLoad", "getLabel", "getVisible", "getScreentip", "onAction"):
            if callback := element.get(attribute):
                assert re.search(rf"^Public Sub {callback}\(", code, re.M), callback
        if tag := element.get("tag"):
            assert f"ribbon.{tag}" in keys
            assert name not in ("button", "menu") or f"ribbon.{tag}.tip" in keys
    menu = [each.get("tag") for each in root.iter(f"{CUSTOM_UI}menu") for each in each]
    assert menu == ["report_all", *(f"report_{name}" for name in REPORTS)]


@pytest.mark.parametrize(("kind", "file"), [("en", "ribbon.xml"), ("addin", "addin_ribbon.xml")])
def test_the_ribbon_lies_in_the_package_where_excel_looks_for_it(books, kind, file):
    found = parts(books[kind])
    assert found["customUI/customUI14.xml"].decode() == text(file)
    assert ('Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility" Target="customUI/customUI14.xml"'
            in found["_rels/.rels"].decode())


def test_every_text_that_vba_asks_for_is_on_the_sheet_of_texts(books):
    keys = {cell.value for cell in openpyxl.load_workbook(books["en"])["Texts"]["A"]}
    code = "\n".join(workbook_project().modules.values())
    assert set(re.findall(r'Say\("([\w.]+)"\)', code)) <= keys
    tags = [each.get("tag") for each in ElementTree.fromstring(text("ribbon.xml")).iter() if each.get("tag")]
    assert {f"ribbon.{tag}" for tag in tags} <= keys
