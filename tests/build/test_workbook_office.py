"""The workbook in LibreOffice: it loads, its buttons and ribbon start the right commands, its wrappers hand over, its formulas are right.

LibreOffice has neither Excel's objects nor xlwings' library, so FunnelHost and xlwings are replaced by stubs that tell what they were
asked; all other modules run as they are, but for two things that its Basic can't do: a parameter called `base`, and copying an argument
that was left out.
"""

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from funnel_xl.build.projects import addin_project, workbook_project
from funnel_xl.build.report_buttons import NAMES
from funnel_xl.build.sheets.start import BUTTONS
from funnel_xl.build.vba import vba_project
from funnel_xl.wording import words

pytestmark = pytest.mark.office
ROOT = Path(__file__).resolve().parents[2]
PROBE = Path(__file__).with_name("uno_probe.py")
COMMAND = "import funnel_xl.excel.macros as m; m.{}()"
COMMANDS = {
    "Check": "check", "Unmark": "unmark", "Review": "review", "Charts": "charts", "Weekly": "weekly", "Refresh": "refresh",
    "Import": "import_deals", "Freeze": "freeze", "Undo": "undo", "Language": "language",
    **{f"Report{name.capitalize()}": f"report_{name}" for name in NAMES},
}
ADDIN_COMMANDS = {name: macro for name, macro in COMMANDS.items() if name != "Language"}

HOST = '''Attribute VB_Name = "FunnelHost"
Option Explicit
Public Function InWizard() As Boolean
End Function
Public Function IsOurTurn(ByVal button As String) As Boolean
    IsOurTurn = True
End Function
Public Function AddinIsOpen() As Boolean
    AddinIsOpen = True
End Function
Public Function PythonIsReady() As Boolean
    PythonIsReady = True
End Function
Public Function PythonVersion() As String
End Function
' Tells its arguments; "fail" as the first is an error of Python's, and a text that begins with "#" comes back as the answer.
Public Function Ask(ByVal name As String, ByVal arguments As Variant) As Variant
    Dim at As Long, text As String
    text = name
    For at = LBound(arguments) To UBound(arguments)
        If IsArray(arguments(at)) Then
            text = text & "|" & UBound(arguments(at), 1) & " rows"
        ElseIf IsEmpty(arguments(at)) Then
            text = text & "|empty"
        Else
            text = text & "|" & arguments(at)
        End If
    Next at
    If InStr(text, "|fail") > 0 Then Err.Raise 1000
    If InStr(text, "|#") > 0 Then text = arguments(LBound(arguments))
    Ask = text
End Function
'''
XLWINGS = '''Attribute VB_Name = "xlwings"
Option Explicit
Public told As String
Public Function RunPython(PythonCommand As String)
    told = told & PythonCommand
End Function
'''
TRIAL = '''Attribute VB_Name = "Trial"
Option Explicit
Public Function Pressed(ByVal name As String) As String
    told = ""
    Select Case name
{cases}
    End Select
    Pressed = told
End Function
Public Function RowWithErrors() As String
    Dim answer As Variant
    answer = WithErrors(Array("#N/A", 1, "#NUM!", "plain"), 1)
    RowWithErrors = answer(0) & "|" & IsError(answer(1)) & "|" & IsError(answer(2)) & "|" & answer(3)
End Function
Public Function TableWithErrors() As String
    Dim answer(1 To 2, 1 To 2) As Variant, mended As Variant
    answer(1, 1) = "#N/A"
    answer(1, 2) = "#DIV/0!"
    answer(2, 1) = "#N/A "
    answer(2, 2) = 5
    mended = WithErrors(answer, 1)
    TableWithErrors = mended(1, 1) & "|" & IsError(mended(1, 2)) & "|" & mended(2, 1) & "|" & mended(2, 2)
End Function
'''
LEFT_OUT = ('''        Else
            values(at) = arguments(at)
''', '''        ElseIf IsMissing(arguments(at)) Then
            values(at) = "left out"
        Else
            values(at) = arguments(at)
''')


def office(book: Path, **request: object) -> dict:
    """What LibreOffice answers about a book."""
    python = next((path for path in ("/usr/bin/python3", shutil.which("python3")) if path and subprocess.run(
        [path, "-c", "import uno"], capture_output=True).returncode == 0), None)
    if not shutil.which("soffice") or python is None:
        pytest.skip("LibreOffice or its Python bridge (python3-uno) is not installed")
    asked = json.dumps({"book": str(book), "profile": str(book.parent / "office"), **request})
    answer = subprocess.run([python, str(PROBE)], input=asked, text=True, capture_output=True, timeout=180)
    assert answer.returncode == 0, answer.stderr[-2000:]
    return json.loads(answer.stdout)


def with_parts(source: Path, target: Path, change) -> Path:
    """A copy of a package in which change(name, data) has replaced parts."""
    with zipfile.ZipFile(source) as package, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in package.namelist():
            copy.writestr(name, change(name, package.read(name)))
    return target


def stubbed(project, callbacks: dict[str, str]) -> bytes:
    """The project with the two stubs, and a module that presses each control of the ribbon and each button."""
    modules = {name: re.sub(r"\bbase\b", "base_", text) for name, text in project.modules.items()}
    assert LEFT_OUT[0] in modules["FunnelAnswers"]
    modules["FunnelAnswers"] = modules["FunnelAnswers"].replace(*LEFT_OUT)
    cases = "\n".join(f'        Case "{name}": {call}' for name, call in callbacks.items())
    modules |= {"FunnelHost": HOST, "xlwings": XLWINGS, "Trial": TRIAL.replace("{cases}", cases)}
    return vba_project(project.name, project.sheets, "Option Explicit\n", modules, {})


@pytest.fixture(scope="module")
def tried(tmp_path_factory) -> dict:
    """The workbook with stubs after every control, button and kind of function call was tried."""
    calls = {f"ribbon {name}": f"Funnel{name} Nothing" for name in COMMANDS} | {f"button {name}": f"Button{name}" for name in COMMANDS}
    calls["button RemoveDemo"] = "ButtonRemoveDemo"
    project = stubbed(workbook_project(), calls)
    book = with_parts(ROOT / "workbook" / "Funnel.xlsm", tmp_path_factory.mktemp("tried") / "Funnel.xlsm",
                      lambda name, data: project if name == "xl/vbaProject.bin" else data)
    answer = office(
        book, calls=[["Trial.Pressed", [name]] for name in calls] + [["FunnelWords.Say", ["ribbon.check"]], ["Trial.RowWithErrors", []],
                     ["Trial.TableWithErrors", []]],
        formulas={"Z1": "=FUNNEL_WEIGHT(1000;0.25)", "Z2": "=FUNNEL_VERSION()", "Z3": '=FUNNEL_WEIGHT("fail";1)',
                  "Z4": '=FUNNEL_WEIGHT("#NUM!";1)', "Z5": '=FUNNEL_WEIGHT("#N/A";1)', "Z6": '=FUNNEL_WEIGHT("#DIV/0!";1)',
                  "Z7": '=FUNNEL_WEIGHT("#VALUE!";1)', "Z8": '=FUNNEL_WEIGHT("#other";1)', "Z9": "=FUNNEL_SCORE(AA1:AB3;AA50)",
                  "Z10": "=FUNNEL_PLACEMENT(0.5;0.75)"})
    answer["pressed"] = dict(zip(calls, answer["calls"], strict=False))
    return answer


def test_libreoffice_loads_the_workbook_with_its_modules_and_charts(tried):
    assert tried["loaded"]
    assert set(workbook_project().modules) <= set(tried["modules"])
    assert tried["charts"]["Dashboard"] == 6


def test_every_button_on_start_is_bound_to_its_macro(tried):
    english = words("en")
    bound = {caption: scripts[0].split("?")[0].rsplit(".", 1)[-1] for caption, scripts in tried["buttons"].items() if scripts}
    assert bound == {english[key]: macro for key, macro in BUTTONS.items()}


@pytest.mark.parametrize("door", ["ribbon", "button"])
@pytest.mark.parametrize("name", COMMANDS)
def test_every_control_hands_the_right_command_to_python(tried, door, name):
    assert tried["pressed"][f"{door} {name}"] == COMMAND.format(COMMANDS[name])


def test_the_button_for_demo_rows_hands_over_too(tried):
    assert tried["pressed"]["button RemoveDemo"] == COMMAND.format("remove_demo")


def test_labels_come_from_the_sheet_of_texts(tried):
    assert tried["calls"][-3] == "Check"


def test_wrappers_pass_arguments_in_order_and_tell_empty_from_left_out(tried):
    shown = {cell: text for cell, (text, _, _) in tried["formulas"].items()}
    assert shown["Z1"] == "FUNNEL_WEIGHT|1000|0.25|left out"
    assert shown["Z2"] == "FUNNEL_VERSION"
    assert shown["Z9"] == "FUNNEL_SCORE|3 rows|empty"
    assert shown["Z10"] == "FUNNEL_PLACEMENT|0.5|0.75|left out|left out|left out"


def test_failures_and_the_four_error_texts_become_error_values_and_nothing_else_does(tried):
    shown = {cell: text for cell, (text, _, _) in tried["formulas"].items()}
    assert [shown[f"Z{row}"] for row in (3, 4, 5, 6, 7)] == ["Error 2015", "Error 2036", "Error 2042", "Error 2007", "Error 2015"]
    assert shown["Z8"] == "#other"


def test_columns_of_users_own_words_are_never_taken_for_errors(tried):
    assert tried["calls"][-2] == "#N/A|False|True|plain"
    assert tried["calls"][-1] == "#N/A|True|#N/A |5"


def test_the_add_in_s_controls_hand_over_the_same_commands(tmp_path):
    project = stubbed(addin_project(), {name: f"FunnelAddin{name} Nothing" for name in ADDIN_COMMANDS})
    book = with_parts(ROOT / "workbook" / "Funnel.xlam", tmp_path / "Funnel.xlam",
                      lambda name, data: project if name == "xl/vbaProject.bin" else data)
    answer = office(book, calls=[["Trial.Pressed", [name]] for name in ADDIN_COMMANDS], formulas={"Z1": "=FUNNEL_WEIGHT(1;2;3)"})
    assert answer["calls"] == [COMMAND.format(macro) for macro in ADDIN_COMMANDS.values()]
    assert answer["formulas"]["Z1"][0] == "FUNNEL_WEIGHT|1|2|3"


def without_calls_to_python(name: str, data: bytes) -> bytes:
    """A sheet on which the answers of Python stand as values."""
    if not re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
        return data
    return re.sub(rb'(<c [^>]*?) cm="1"([^>]*>)<f t="array" ref="[^"]*">[^<]*FUNNEL_[^<]*</f>', rb"\1\2", data)


def stored_values(book: Path) -> dict[str, dict[str, object]]:
    """The value that each formula of the visible sheets was stored with, by sheet and cell."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    found: dict[str, dict[str, object]] = {}
    with zipfile.ZipFile(book) as package:
        names = [each.get("name") for each in ElementTree.fromstring(package.read("xl/workbook.xml")).iter(f"{main}sheet")]
        for number, name in enumerate(names, 1):
            cells = {}
            for cell in ElementTree.fromstring(package.read(f"xl/worksheets/sheet{number}.xml")).iter(f"{main}c"):
                if cell.find(f"{main}f") is not None:
                    value = cell.find(f"{main}v").text or ""
                    cells[cell.get("r")] = value if cell.get("t") == "str" else float(value)
            found[name] = cells
    return found


def test_libreoffice_calculates_what_was_stored(tmp_path):
    """All of Excel's own formulas, calculated by another program from the answers of Python, against the values in the file."""
    book = with_parts(ROOT / "workbook" / "Funnel.xlsm", tmp_path / "Funnel.xlsm", without_calls_to_python)
    stored = stored_values(book)
    assert not [cell for cells in stored.values() for cell in cells.values() if isinstance(cell, str) and cell.startswith("#")]
    answer = office(book, recalculate=True, read=list(stored))
    different = {}
    for sheet, cells in stored.items():
        for cell, value in cells.items():
            shown, error = answer["cells"][sheet].get(cell, ["", 0])
            same = shown == pytest.approx(value) if isinstance(value, float) and isinstance(shown, float) else shown == value
            if error or not same:
                different[f"{sheet}!{cell}"] = (value, shown, error)
    assert not different
    assert sum(map(len, stored.values())) > 1000


@pytest.mark.parametrize(("chosen", "language"), [("繁體中文", "zh-Hant"), ("简体中文", "zh-Hans")])
def test_labels_follow_the_language_that_the_settings_name(tmp_path, chosen, language):
    """Without Python and without macros: only the one cell of the settings is changed."""
    def changed(name: str, data: bytes) -> bytes:
        data = without_calls_to_python(name, data)
        if name != "xl/worksheets/sheet14.xml":
            return data
        text = f'<c r="B5" t="inlineStr"><is><t>{chosen}</t></is></c>'.encode()
        data, count = re.subn(rb'<c r="B5"[^>]*t="s"><v>\d+</v></c>', text, data)
        assert count == 1
        return data

    book = with_parts(ROOT / "workbook" / "Funnel.xlsm", tmp_path / "Funnel.xlsm", changed)
    cells = office(book, recalculate=True, read=["Start", "Settings", "Dashboard", "Lists"])["cells"]
    said = words(language)
    assert cells["Start"]["B1"] == [said["book.start.title"], 0]
    assert cells["Start"]["C4"] == [said["book.start.held"], 0]
    assert cells["Settings"]["A5"] == [said["book.setting.language"], 0]
    assert cells["Dashboard"]["A1"] == [said["book.sheet.Dashboard"], 0]
    assert said["demo.yes"] in [value for value, _ in cells["Lists"].values()]
    assert not [cell for sheet in cells.values() for cell, (_, error) in sheet.items() if error]
