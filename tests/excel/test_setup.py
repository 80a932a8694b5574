"""funnel-xl setup, new and addin: on computers made of folders, and as the command line says it."""

import subprocess
import sys
from dataclasses import replace

import openpyxl
import pytest
from click.testing import CliRunner

from funnel_xl.cli import EXCEL_COMMANDS, cli
from funnel_xl.errors import BookError, FunnelError, OutOfRange
from funnel_xl.excel import commands
from funnel_xl.excel.setup import addin, interpreter, machine
from funnel_xl.excel.setup.doctor import examine
from funnel_xl.excel.setup.new import new_workbook
from funnel_xl.sales.stage import preset
from tests.excel.machines import ENVIRONMENT, mac, windows


@pytest.fixture
def pc(tmp_path):
    return windows(tmp_path)


@pytest.fixture
def apple(tmp_path):
    return mac(tmp_path)


def run(monkeypatch, computer, *arguments):
    """Exit code and output of a command on a computer."""
    monkeypatch.setattr(machine, "this_machine", lambda: computer)
    result = CliRunner().invoke(cli, [*arguments, "--language", "en"], standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.return_value, result.output


def test_windows_is_told_which_python_to_start_and_running_programs_hear_of_it(pc):
    told = []
    pc.registry.values.pop((ENVIRONMENT, "FUNNEL_PYTHON"))
    interpreter.name_interpreter(replace(pc, announce=lambda: told.append(True)))
    assert pc.registry.read(ENVIRONMENT, "FUNNEL_PYTHON") == str(pc.python)
    assert told == [True]


def test_a_mac_gets_a_small_program_that_starts_the_interpreter_with_its_arguments(apple):
    """Through it Python must still find its own virtual environment, whatever letters the folder's name has."""
    real = replace(apple, python=type(apple.python)(sys.executable))
    path = interpreter.name_interpreter(real)
    assert path == apple.home / ".funnel-xl" / "python"
    line = "import sys; print(sys.prefix, sys.argv[1])"
    done = subprocess.run([path, "-c", line, "two words"], capture_output=True, text=True, check=True)
    assert done.stdout.split(" ", 1) == [sys.prefix, "two words\n"]
    assert interpreter.named_interpreter(real) == real.python


@pytest.mark.parametrize("name", ["with space", "it's", "中文", "a\"b", "$HOME"])
def test_a_folder_of_any_name_is_found_again(apple, name):
    python = apple.home / name / "python"
    python.parent.mkdir()
    python.touch()
    named = replace(apple, python=python)
    interpreter.name_interpreter(named)
    assert interpreter.named_interpreter(named) == python


def test_xlwings_script_for_the_mac_is_laid_where_excel_may_start_it(apple, monkeypatch):
    monkeypatch.setenv("HOME", str(apple.home))
    script = next(interpreter.scripts_folder(apple).iterdir())
    script.unlink()
    interpreter.allow_scripts()
    assert script.read_text(encoding="utf-8").startswith("# Allows to run") and examine(apple) == []


def test_other_systems_have_no_excel_to_set_up(pc):
    for action in (interpreter.name_interpreter, addin.start_folder, addin.install):
        with pytest.raises(FunnelError, match="Windows and Mac only"):
            action(replace(pc, system="linux"))


def test_where_the_user_may_not_write_a_sentence_says_so(apple):
    folder = interpreter.starter(apple).parent
    interpreter.starter(apple).unlink()
    folder.rmdir()
    folder.touch()
    with pytest.raises(FunnelError, match="can't be written"):
        interpreter.name_interpreter(apple)


def test_the_whole_of_setup_leaves_a_computer_without_trouble(pc, monkeypatch):
    pc.registry.values.pop((ENVIRONMENT, "FUNNEL_PYTHON"))
    code, said = run(monkeypatch, pc, "setup")
    assert code == 0
    assert str(pc.python) in said and "Funnel.xlam" in said and "Quit Excel" in said
    assert examine(pc) == []


def test_setup_twice_is_setup_once(pc, monkeypatch):
    assert run(monkeypatch, pc, "setup") == run(monkeypatch, pc, "setup")


def test_setup_says_what_is_still_wrong(pc, monkeypatch):
    for library in (pc.home / "venv").glob("*.dll"):
        library.unlink()
    code, said = run(monkeypatch, pc, "setup")
    assert code == 1 and "[dll]" in said


def test_setup_on_a_mac_allows_scripts_too(apple, monkeypatch):
    monkeypatch.setenv("HOME", str(apple.home))
    next(interpreter.scripts_folder(apple).iterdir()).unlink()
    interpreter.starter(apple).unlink()
    code, said = run(monkeypatch, apple, "setup")
    assert code == 0 and "runpython" in said
    assert examine(apple) == []


def test_the_addin_comes_and_goes(pc, monkeypatch):
    place = pc.folder("APPDATA") / "Microsoft" / "Excel" / "XLSTART" / "Funnel.xlam"
    code, said = run(monkeypatch, pc, "addin", "status")
    assert code == 0 and said.startswith(f"There is no add-in at {place}.")
    assert str(place) in run(monkeypatch, pc, "addin", "install")[1] and place.exists()
    assert run(monkeypatch, pc, "addin", "status")[1] == f"{place}: made for xlwings 0.37.8; installed here is 0.37.8.\n"
    assert run(monkeypatch, pc, "addin", "remove")[1] == f"The add-in is removed: {place}\n" and not place.exists()
    assert run(monkeypatch, pc, "addin", "remove")[1].startswith("There is no add-in")


def test_an_addin_for_another_xlwings_is_to_be_installed_anew(pc):
    addin.install(pc)
    (pc.home / "venv" / "xlwings64-0.38.0.dll").touch()
    [trouble] = examine(replace(pc, xlwings="0.38.0"))
    assert (trouble.code, trouble.severity) == ("addin.version", "error")


def test_an_addin_that_excel_has_open_stays(pc, monkeypatch):
    addin.install(pc)

    def refuse(path):
        raise PermissionError(13, "used by another process")

    monkeypatch.setattr("pathlib.Path.unlink", refuse)
    with pytest.raises(BookError, match="Quit Excel"):
        addin.remove(pc)


def test_a_new_workbook_has_the_stages_and_the_language_that_were_asked_for(tmp_path):
    path = tmp_path / "商機.xlsm"
    result = CliRunner().invoke(cli, ["new", str(path), "--language", "zh-Hant", "--stages", "s1", "--empty"], standalone_mode=False)
    assert result.return_value == 0 and str(path) in result.output
    book = openpyxl.load_workbook(path, data_only=True)
    tables = {name: sheet for sheet in book for name in sheet.tables}
    assert "客戶名稱" in tables["Deals"].tables["Deals"].column_names
    shown = {cell for row in tables["Stages"].values for cell in row}
    assert {stage.name for stage in preset("s1", "zh-Hant")} <= shown


@pytest.mark.parametrize("name", ["Deals.xlsx", "Deals", "Deals.xls"])
def test_a_workbook_with_macros_is_called_so(tmp_path, name):
    with pytest.raises(OutOfRange, match=r"Call it Deals\.xlsm"):
        new_workbook(tmp_path / name, "en", "saas", demo=False)


def test_what_is_there_is_never_replaced(tmp_path):
    path = tmp_path / "Deals.xlsm"
    path.write_text("a year of work")
    with pytest.raises(BookError, match="exists already"):
        new_workbook(path, "en", "saas", demo=False)
    assert path.read_text() == "a year of work"


def test_unknown_stages_leave_no_file(tmp_path):
    with pytest.raises(FunnelError, match="nonsense"):
        new_workbook(tmp_path / "Deals.xlsm", "en", "nonsense", demo=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", EXCEL_COMMANDS)
def test_every_command_has_help_with_an_example(name):
    assert f"funnel-xl {name}" in getattr(commands, name).help
    for below in getattr(getattr(commands, name), "commands", {}).values():
        assert f"funnel-xl {name} {below.name}" in below.help


def test_listing_the_commands_loads_no_library_of_workbooks():
    line = "import sys; sys.argv = ['funnel-xl', '--help']\ntry:\n from funnel_xl.cli import main; main()\nfinally:\n print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=False)
    loaded = done.stdout.split()
    assert "doctor" in loaded and not {"xlwings", "pandas", "numpy", "openpyxl", "lxml", "xlsxwriter"} & set(loaded)
