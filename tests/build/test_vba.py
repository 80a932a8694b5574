"""The VBA of workbook and add-in: what is in the files is what is in the texts, and says what the catalogue says."""

import io
import re
import warnings
import zipfile
from pathlib import Path

import olefile
import pytest

from funnel_xl.build.projects import FOLDER, addin_project, stored, workbook_project
from funnel_xl.build.xlwings_module import xlwings_module
from funnel_xl.excel import macros
from funnel_xl.excel.catalogue import FUNCTIONS
from funnel_xl.wording import words

with warnings.catch_warnings():
    warnings.simplefilter("ignore")         # olevba uses names that its own parser has given up
    from oletools.olevba import VBA_Parser

ROOT = Path(__file__).resolve().parents[2]
BOOKS = {"Funnel.xlsm": workbook_project, "Funnel.xlam": addin_project}


def modules(path: Path) -> dict[str, str]:
    """Every module of a file as olevba reads it."""
    parser = VBA_Parser(str(path))
    try:
        return {name.rsplit(".", 1)[0]: code for _, _, name, code in parser.extract_macros()}
    finally:
        parser.close()


def without_attributes(code: str) -> str:
    """A module's lines but for the attributes that the editor hides, which a class gets more of when it is stored."""
    lines = code.replace("\r\n", "\n").split("\n")
    return "\n".join(line for line in lines if not line.startswith("Attribute VB_")).strip()


@pytest.mark.parametrize("name", BOOKS)
def test_the_committed_project_is_made_of_the_texts(name):
    project = BOOKS[name]()
    assert project.compiled() == stored(project.file)
    with zipfile.ZipFile(ROOT / "workbook" / name) as package:
        assert package.read("xl/vbaProject.bin") == stored(project.file)


@pytest.mark.parametrize("name", BOOKS)
def test_another_program_reads_the_modules_as_they_were_written(name):
    project, found = BOOKS[name](), modules(ROOT / "workbook" / name)
    assert set(found) == {*project.modules, *project.classes, *project.sheets, "ThisWorkbook"}
    for module, text in project.modules.items():
        assert found[module].replace("\r\n", "\n").strip() == text.strip(), module
    assert without_attributes(found["ThisWorkbook"]) == project.book.strip()
    kept = without_attributes(project.classes["Dictionary"].split("END\n", 1)[1])
    assert without_attributes(found["Dictionary"]) == kept


@pytest.mark.parametrize("name", BOOKS)
def test_the_project_s_storage_has_no_defect_and_no_compiled_code(name):
    file = olefile.OleFileIO(io.BytesIO(stored(BOOKS[name]().file)), raise_defects=olefile.DEFECT_UNSURE)
    assert not file.parsing_issues
    assert file.openstream("VBA/_VBA_PROJECT").read() == bytes.fromhex("cc61ffff000100")
    assert not [stream for stream in file.listdir() if stream[-1].startswith("__SRP")]


@pytest.mark.parametrize("name", BOOKS)
def test_every_sheet_has_the_module_of_its_code_name(name):
    project = BOOKS[name]()
    with zipfile.ZipFile(ROOT / "workbook" / name) as package:
        codes = {re.search(rb'<sheetPr[^>]*codeName="(\w+)"', package.read(part))[1].decode()
                 for part in package.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", part)}
    assert codes == set(project.sheets)


def test_our_texts_are_ascii_since_vba_turns_other_letters_into_question_marks():
    for path in FOLDER.glob("*.[bc][al]s"):
        path.read_text(encoding="ascii")


def test_every_function_of_the_catalogue_hands_over_its_arguments_in_order():
    code = workbook_project().modules["FunnelFunctions"]
    for function in FUNCTIONS.values():
        head = re.search(rf"Public Function {function.name}\((.*)\) As Variant\n", code)[1]
        given = [part.removesuffix(" As Variant") for part in head.split(", ")] if head else []
        assert given == [("Optional " if each.optional else "") + each.name for each in function.arguments]
        names = ", ".join(each.name for each in function.arguments)
        assert f'Ask("{function.name}", Given(Array({names}))), {function.own_words})' in code


def test_the_wizard_is_told_what_each_function_is_for():
    code, english = workbook_project().modules["FunnelFunctions"], words("en")
    for function in FUNCTIONS.values():
        assert f'Attribute {function.name}.VB_Description = "{english[function.key][:255]}"' in code.replace('""', '"')


@pytest.mark.parametrize("project", BOOKS.values())
def test_no_text_of_a_user_enters_a_python_command(project):
    own = {name: text for name, text in project().modules.items() if name != "xlwings"}
    calls = [line for text in own.values() for line in text.splitlines() if "RunPython" in line]
    assert len(calls) >= 7
    constant = re.compile(r'    If PythonIsReady\(\) Then RunPython "import funnel_xl\.excel\.macros as m; m\.(\w+)\(\)"')
    assert all(constant.fullmatch(line) for line in calls)
    assert all(callable(getattr(macros, constant.fullmatch(line)[1], None)) for line in calls)


@pytest.mark.parametrize("addin", [False, True])
def test_xlwings_module_keeps_its_notice_and_starts_one_server_wherever_the_book_lies(addin):
    text = xlwings_module("funnel", addin=addin)
    assert "Copyright (C) 2014-present, Zoomer Analytics LLC." in text
    assert "IN NO EVENT SHALL THE COPYRIGHT HOLDER" in text
    lines = [line.strip() for line in text.splitlines()]
    # "FName" is the file of Word, Access and PowerPoint, in a branch that Excel does not compile.
    assigned = [line for line in lines if line.startswith("PYTHONPATH = ") and "Replace" not in line and "FName" not in line]
    assert assigned == ['PYTHONPATH = "false"'] * 3


def test_the_add_in_takes_no_settings_from_the_book_that_is_open():
    text = xlwings_module("funnel", addin=True)
    settings = text[text.index("Function GetConfig("):text.index("Function SaveConfigToFile")]
    assert "GetConfigFromSheet(ActiveWorkbook)" not in settings
    assert 'If source = "" Or source = "directory" Then' not in settings


def test_the_callbacks_of_workbook_and_add_in_have_no_name_in_common():
    def public(project) -> set[str]:
        return set(re.findall(r"Public Sub (Funnel\w+)\((?:control|ui) As IRibbon", "\n".join(project.modules.values())))

    assert public(workbook_project()) and not public(workbook_project()) & public(addin_project())
