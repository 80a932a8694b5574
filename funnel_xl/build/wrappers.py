"""The VBA behind each function of a cell: what xlwings' own import would write, but ready made and with Excel's error values.

Ready made, users need neither "Import Functions" nor trusted access to the VBA project. xlwings' wrappers hand ranges over, which costs
half as much again as their values (measured through COM), and write a traceback into the cell where Python fails; these give #VALUE!.
"""

from collections.abc import Mapping

from ..excel.catalogue import FUNCTIONS, Function

MODULE_NAME = "FunnelFunctions"
LONGEST_DESCRIPTION = 255       # characters that the function wizard takes

HEAD = f"""Attribute VB_Name = "{MODULE_NAME}"
Option Explicit

' Made from funnel_xl/excel/catalogue.py.
"""

WRAPPER = """
Public Function {name}({parameters}) As Variant
Attribute {name}.VB_Description = "{description}"
Attribute {name}.VB_ProcData.VB_Invoke_Func = " \\n14"
    If InWizard() Then Exit Function
    On Error GoTo failed
    {name} = WithErrors(Ask("{name}", Given(Array({arguments}))), {own_words})
    Exit Function
failed:
    {name} = CVErr(xlErrValue)
End Function
"""


def wrappers(words: Mapping[str, str]) -> str:
    """The module with one VBA function for each function of the catalogue, described in the English of `words`."""
    return HEAD + "".join(_wrapper(function, words) for function in FUNCTIONS.values())


def _wrapper(function: Function, words: Mapping[str, str]) -> str:
    return WRAPPER.format(
        name=function.name,
        parameters=", ".join(f"{'Optional ' * each.optional}{each.name} As Variant" for each in function.arguments),
        description=words[function.key][:LONGEST_DESCRIPTION].replace('"', '""'),
        arguments=", ".join(each.name for each in function.arguments),
        own_words=function.own_words,
    )
