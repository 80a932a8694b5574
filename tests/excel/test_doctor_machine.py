"""What keeps Excel from reaching Python on a computer is found, each thing by itself, and said with its remedy."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from funnel_xl.excel.setup import doctor, machine
from funnel_xl.excel.setup.doctor import examine
from funnel_xl.wording import LANGUAGES, words
from tests.excel.machines import CLICK_TO_RUN, ENVIRONMENT, XLWINGS, mac, program, telling, windows

SECURITY = "HKCU\\Software\\Microsoft\\Office\\16.0\\Excel\\Security"
OPTIONS = "HKCU\\Software\\Microsoft\\Office\\16.0\\Excel\\Options"
EXCEL_PROGRAM = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\App Paths\\excel.exe"


@pytest.fixture
def pc(tmp_path):
    return windows(tmp_path)


@pytest.fixture
def apple(tmp_path):
    return mac(tmp_path)


def found(computer) -> list[tuple[str, str]]:
    return [(trouble.code, trouble.severity) for trouble in examine(computer)]


def start_folder(pc) -> Path:
    return pc.folder("APPDATA") / "Microsoft" / "Excel" / "XLSTART"


@pytest.mark.parametrize("made", [windows, mac])
def test_a_computer_that_is_set_up_has_no_trouble(made, tmp_path):
    assert examine(made(tmp_path)) == []


def test_where_no_excel_runs_there_is_nothing_to_examine(pc):
    assert found(replace(pc, system="linux")) == [("system", "note")]


def test_without_funnel_python_excel_does_not_know_what_to_start(pc):
    del pc.registry.values[ENVIRONMENT, "FUNNEL_PYTHON"]
    assert found(pc) == [("python.unset", "error")]


def test_funnel_python_may_be_set_for_all_users_of_the_computer(pc):
    python = pc.registry.values.pop((ENVIRONMENT, "FUNNEL_PYTHON"))
    pc.registry.write("HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment", "FUNNEL_PYTHON", python)
    assert examine(pc) == []


def test_an_interpreter_that_was_removed_is_named(pc):
    pc.registry.write(ENVIRONMENT, "FUNNEL_PYTHON", str(pc.home / "old" / "python.exe"))
    [trouble] = examine(pc)
    assert (trouble.code, trouble.severity) == ("python.missing", "error")
    assert str(pc.home / "old" / "python.exe") in trouble.sentence("en")


def test_a_stand_in_of_the_microsoft_store_is_no_python_that_excel_can_start(pc):
    pc.registry.write(ENVIRONMENT, "FUNNEL_PYTHON", "C:\\Users\\ann\\AppData\\Local\\Microsoft\\WindowsApps\\python.exe")
    assert found(pc) == [("python.store", "error")]


def test_a_text_file_is_no_python(pc):
    pc.python.write_text("print('hello')")
    assert found(pc) == [("python.no_program", "error")]


def test_another_interpreter_with_the_same_packages_is_right(pc):
    other = program(pc.python.with_name("pythonw.exe"))
    pc.registry.write(ENVIRONMENT, "FUNNEL_PYTHON", str(other))
    assert examine(telling(pc)) == []


@pytest.mark.parametrize(("answer", "said"), [("", "-"), ("0.1.0 0.30.0", "0.1.0 0.30.0")])
def test_another_interpreter_without_the_packages_is_told_from_this_one(pc, answer, said):
    other = program(pc.python.with_name("pythonw.exe"))
    pc.registry.write(ENVIRONMENT, "FUNNEL_PYTHON", str(other))
    [trouble] = examine(telling(pc, answer))
    assert (trouble.code, trouble.severity) == ("python.package", "error")
    assert (trouble.values["python"], trouble.values["found"]) == (other, said)


def test_an_interpreter_is_really_asked_for_its_packages():
    assert machine._ask(Path(sys.executable), doctor.VERSIONS).endswith(" " + XLWINGS)
    assert machine._ask(Path(sys.executable), "import no_such_module") == ""
    assert machine._ask(Path(sys.executable).with_name("no such python"), "1") == ""


def test_the_library_may_lie_beside_the_interpreter_as_in_a_plain_installation(pc):
    for library in (pc.home / "venv").glob("*.dll"):
        library.rename(pc.python.parent / library.name)
    assert examine(pc) == []


def test_a_library_that_pip_laid_elsewhere_is_missed(pc):
    for library in (pc.home / "venv").glob("*.dll"):
        library.rename(pc.home / library.name)
    [trouble] = examine(pc)
    assert (trouble.code, trouble.severity) == ("dll", "error")
    assert f"xlwings64-{XLWINGS}.dll" in trouble.sentence("en") and str(pc.home / "venv") in trouble.sentence("en")


def test_a_library_of_another_version_does_not_help(pc):
    (pc.home / "venv" / f"xlwings64-{XLWINGS}.dll").rename(pc.home / "venv" / "xlwings64-0.30.0.dll")
    assert found(pc) == [("dll", "error")]


def test_the_library_must_be_of_excels_kind(pc):
    pc.registry.write(CLICK_TO_RUN, "Platform", "x86")
    (pc.home / "venv" / f"xlwings32-{XLWINGS}.dll").unlink()
    [trouble, bitness] = examine(pc)
    assert trouble.values["dll"] == f"xlwings32-{XLWINGS}.dll"
    assert bitness.code == "python.bitness"


def test_python_of_32_bits_under_excel_of_64_is_worth_a_warning(pc):
    program(pc.python, 32)
    [trouble] = examine(pc)
    assert (trouble.code, trouble.severity) == ("python.bitness", "warning")
    assert (trouble.values["own"], trouble.values["excel"]) == (32, 64)


def test_an_older_office_says_its_kind_elsewhere(pc):
    del pc.registry.values[CLICK_TO_RUN, "Platform"]
    assert doctor.excel_bits(pc) == 0
    pc.registry.write("HKLM\\SOFTWARE\\Microsoft\\Office\\16.0\\Outlook", "Bitness", "x86")
    assert doctor.excel_bits(pc) == 32


@pytest.mark.parametrize("key", [SECURITY, SECURITY.replace("Software\\", "Software\\Policies\\")])
def test_macros_that_excel_switches_off_without_a_word(pc, key):
    pc.registry.values[key, "VBAWarnings"] = 4
    assert found(pc) == [("macros.off", "error")]
    pc.registry.values[key, "VBAWarnings"] = 2          # off, but Excel asks
    assert examine(pc) == []


def test_one_addin_is_right(pc):
    (start_folder(pc) / "Funnel.xlam").touch()
    assert examine(pc) == []


def two_in_start_folder(pc):
    (start_folder(pc) / "Funnel (1).xlam").touch()


def two_for_all_users(pc):
    excel = program(pc.home / "Office16" / "EXCEL.EXE")
    (excel.parent / "XLSTART").mkdir()
    (excel.parent / "XLSTART" / "Funnel.xlam").touch()
    pc.registry.write(EXCEL_PROGRAM, "", str(excel))


def two_in_chosen_folder(pc):
    (pc.home / "start").mkdir()
    (pc.home / "start" / "Funnel.xlam").touch()
    pc.registry.write(OPTIONS, "AltStartup", str(pc.home / "start"))


def two_ticked(pc):
    (pc.home / "Downloads").mkdir()
    (pc.home / "Downloads" / "Funnel.xlam").touch()
    pc.registry.write(OPTIONS, "OPEN", '/R "other.xla"')
    pc.registry.write(OPTIONS, "OPEN1", f'/R "{pc.home}/Downloads/Funnel.xlam"')


@pytest.mark.parametrize("add", [two_in_start_folder, two_for_all_users, two_in_chosen_folder, two_ticked])
def test_two_addins_would_fight_over_the_ribbon(pc, add):
    (start_folder(pc) / "Funnel.xlam").touch()
    add(pc)
    [trouble] = examine(pc)
    assert (trouble.code, trouble.severity) == ("addin.two", "error")
    assert trouble.values["places"].count(".xlam") == 2


def test_xlwings_own_addin_is_worth_a_note(pc):
    (start_folder(pc) / "xlwings.xlam").touch()
    assert found(pc) == [("addin.xlwings", "note")]


def test_a_mac_without_xlwings_script_cannot_start_python(apple):
    script = apple.home / "Library" / "Application Scripts" / "com.microsoft.Excel" / f"xlwings-{XLWINGS}.applescript"
    script.rename(script.with_name("xlwings-0.30.0.applescript"))       # an older one is called by another name
    [trouble] = examine(apple)
    assert (trouble.code, trouble.severity) == ("mac.script", "error")
    assert str(script) in trouble.sentence("en") and "runpython install" in trouble.sentence("en")


def test_a_mac_on_which_setup_never_ran(apple):
    (apple.home / ".funnel-xl" / "python").unlink()
    assert found(apple) == [("python.unset", "error")]


def test_a_mac_whose_virtual_environment_was_removed(apple):
    apple.python.unlink()
    assert found(apple) == [("python.missing", "error")]


def test_a_mac_has_a_start_folder_for_addins_too(apple):
    folder = apple.home.joinpath("Library", "Group Containers", "UBF8T346G9.Office", "User Content", "Startup", "Excel")
    folder.mkdir(parents=True)
    (folder / "Funnel.xlam").touch()
    (folder / "Funnel 2.xlam").touch()
    assert found(apple) == [("addin.two", "error")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_trouble_has_a_sentence_with_a_remedy_in_each_language(language):
    said = [text for key, text in words(language).items() if key.startswith("doctor.") and key not in ("doctor.line", "doctor.fine")]
    end = "." if language == "en" else "。"
    assert not [text for text in said if not text.rstrip("）)").endswith(end) and "funnel_xl" not in text]


def test_every_trouble_stands_in_the_docs():
    page = (Path(__file__).resolve().parents[2] / "docs" / "set-up-excel.md").read_text(encoding="utf-8")
    codes = {key.removeprefix("doctor.") for key in words("en") if key.startswith("doctor.")} - {"line", "fine"}
    assert not [code for code in codes if f"`{code}`" not in page]
