"""The VBA behind the ribbon's menu of reports: a button and a callback for each, made from the names of the reports.

Each command is a constant, like those of the other buttons: no text of a user enters Python.
"""

from ..sheets.reports import REPORTS

MODULE_NAME = "FunnelReports"
EVERY = "all"       # the menu's first entry: every report
NAMES = (EVERY, *REPORTS)

HEAD = f"""Attribute VB_Name = "{MODULE_NAME}"
Option Explicit

' Made from funnel_xl/sheets/reports.py: what the menu of reports starts.
"""
BUTTON = """
Public Sub ButtonReport{title}()
    If PythonIsReady() Then RunPython "import funnel_xl.excel.macros as m; m.report_{name}()"
End Sub
"""
WORKBOOK_CALLBACK = """
Public Sub FunnelReport{title}(control As IRibbonControl)
    If IsOurTurn("ButtonReport{title}") Then ButtonReport{title}
End Sub
"""
ADDIN_CALLBACK = """
Public Sub FunnelAddinReport{title}(control As IRibbonControl)
    ButtonReport{title}
End Sub
"""


def report_buttons(*, addin: bool = False) -> str:
    """The module, for the workbook or for the add-in."""
    callback = ADDIN_CALLBACK if addin else WORKBOOK_CALLBACK
    return HEAD + "".join((BUTTON + callback).format(name=name, title=name.capitalize()) for name in NAMES)
