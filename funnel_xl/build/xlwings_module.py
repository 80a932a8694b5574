"""xlwings' VBA module as the workbook and the add-in carry it: its own text, notice included, with the places changed that are named here.

Only the build reads it, from the installed package, whose version the text names. Every change must find its place, or the build stops:
a new xlwings is a reason to look again.
"""

from importlib.util import find_spec
from pathlib import Path

# xlwings starts one server for each command string, and its string holds the book's path: a new server of 2-5 seconds for each book and
# after each Save As, a search for the book's place in OneDrive, and Python looking for modules beside the book.
PATHS_IN_COMMAND = (
    'PYTHONPATH = AddExcelDir & ";" & ActiveFullName & ";" & ThisFullName & ";" & GetConfig("ONEDRIVE_CONSUMER_MAC") & ";" & '
    'GetConfig("ONEDRIVE_COMMERCIAL_MAC") & ";" & GetConfig("SHAREPOINT_MAC") & ";" & GetConfig("PYTHONPATH")',
    'PYTHONPATH = AddExcelDir & ";" & ActiveFullName & ";" & ThisFullName & ";" & GetConfig("ONEDRIVE_CONSUMER_WIN") & ";" & '
    'GetConfig("ONEDRIVE_COMMERCIAL_WIN") & ";" & GetConfig("SHAREPOINT_WIN") & ";" & GetConfig("PYTHONPATH")',
    'PYTHONPATH = AddExcelDir & ";" & {book}.FullName & ";" & ThisWorkbook.FullName & ";" & GetConfig("ONEDRIVE_CONSUMER_WIN") & ";" & '
    'GetConfig("ONEDRIVE_COMMERCIAL_WIN") & ";" & GetConfig("SHAREPOINT_WIN") & ";" & GetConfig("PYTHONPATH")',
)
CONSTANT = 'PYTHONPATH = "false"'       # the first item says whether the book's folder is searched; there are no others

# A settings file beside the book could name any program as the interpreter, and finding its folder costs at every call.
FILE_BESIDE_BOOK = 'If source = "" Or source = "directory" Then'
ONLY_IF_ASKED = 'If source = "directory" Then'

# For an add-in xlwings reads the active book's sheet of settings first; a book that came by mail must not choose the interpreter.
ACTIVE_SHEET = (
    "If SheetExists(ActiveWorkbook, PROJECT_NAME & \".conf\") = True Then",
    "If GetConfigFromSheet(ActiveWorkbook).Exists(configKey) = True Then",
    "GetConfig = GetConfigFromSheet(ActiveWorkbook).Item(configKey)",
)

# The command is asked for at every call of a function and made of a dozen settings, each read anew from its sheet.
COMMAND_HEAD = "Function XLPyCommand()\n"
COMMAND_KEPT = COMMAND_HEAD + (
    "    Static kept As String\n"
    '    If kept <> "" Then\n'
    "        XLPyCommand = kept\n"
    "        Exit Function\n"
    "    End If\n"
)
COMMAND_TAIL = "        XLPyCommand = PYTHON_WIN & tail & Chr(34)\n    End If\n"
COMMAND_KEEPING = COMMAND_TAIL + "    kept = XLPyCommand\n"

LIBRARY_HEAD = "Private Sub XLPyLoadDLL()\n"
LIBRARY_KEPT = LIBRARY_HEAD + "    Static isLoaded As Boolean\n    If isLoaded Then Exit Sub\n"
LIBRARY_TAIL = "    End If\nEnd Sub\n\nFunction NDims("
LIBRARY_KEEPING = "    End If\n    isLoaded = True\nEnd Sub\n\nFunction NDims("


def xlwings_module(project: str, *, addin: bool = False) -> str:
    """The module `xlwings` for a workbook, or for an add-in whose sheet of settings is PROJECT.conf."""
    text = _text("xlwings_custom_addin.bas" if addin else "xlwings.bas")
    if addin:
        text = _changed(text, 'PROJECT_NAME As String = "myaddin"', f'PROJECT_NAME As String = "{project}"')
        for line in ACTIVE_SHEET:
            text = _changed(text, line, line.replace("ActiveWorkbook", "ThisWorkbook"))
    for line in PATHS_IN_COMMAND:
        text = _changed(text, line.format(book="ActiveWorkbook" if addin else "ThisWorkbook"), CONSTANT)
    text = _changed(text, FILE_BESIDE_BOOK, ONLY_IF_ASKED)
    text = _changed(text, COMMAND_HEAD, COMMAND_KEPT)
    text = _changed(text, COMMAND_TAIL, COMMAND_KEEPING)
    text = _changed(text, LIBRARY_HEAD, LIBRARY_KEPT)
    return _changed(text, LIBRARY_TAIL, LIBRARY_KEEPING)


def dictionary_class() -> str:
    """The class that xlwings uses in place of Windows' own dictionary on a Mac."""
    return _text("addin/Dictionary.cls")


def _text(name: str) -> str:
    spec = find_spec("xlwings")         # where it is installed, without importing it and pandas with it
    folder = Path(spec.submodule_search_locations[0])
    return (folder / name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _changed(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise ValueError(f"xlwings' module holds {text.count(old)} times, not once: {old}")
    return text.replace(old, new)
