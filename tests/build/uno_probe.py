"""Run by the Python that has LibreOffice's `uno`, in a process of its own: opens a workbook in LibreOffice and does what stdin asks for.

Request (JSON): book, profile; calls: [[macro, arguments], ...]; recalculate; formulas: {cell of the first sheet: formula}; read: names of
the sheets whose cells come back. Answer (JSON): loaded, modules, sheets, charts, buttons (macros of each shape), calls,
formulas {cell: [text, number, error]}, cells {sheet: {"A1": [value, error]}}.
"""

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue

PIPE = "funnel-probe"


def prop(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def office(profile):
    """A running LibreOffice without a window, that runs macros and recalculates what it loads."""
    settings = Path(profile, "user", "registrymodifications.xcu")
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        '<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">'
        "<value>0</value></prop></item>"
        '<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>1</value></prop>'
        "</item></oor:items>", encoding="utf-8")
    pipe = f"{PIPE}-{Path(profile).name}"
    process = subprocess.Popen(
        ["soffice", f"-env:UserInstallation={Path(profile).resolve().as_uri()}", "--headless", "--norestore", "--nologo", "--nodefault",
         f"--accept=pipe,name={pipe};urp;"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    for _ in range(240):
        try:
            return process, resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:
            time.sleep(0.25)
    process.kill()
    raise SystemExit("LibreOffice did not start")


def modules(document):
    found = {}
    for name in document.BasicLibraries.ElementNames:
        document.BasicLibraries.loadLibrary(name)
        library = document.BasicLibraries.getByName(name)
        found[name] = list(library.ElementNames)
    return found


def called(document, library, macro, arguments):
    script = document.getScriptProvider().getScript(f"vnd.sun.star.script:{library}.{macro}?language=Basic&location=document")
    try:
        return plain(script.invoke(tuple(arguments), (), ())[0])
    except Exception as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0][:200]}"


def plain(value):
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def cells(sheet):
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    last = cursor.RangeAddress
    area = sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow)
    found = {}
    for row, (line, formulas) in enumerate(zip(area.DataArray, area.FormulaArray, strict=True)):
        for column, (value, formula) in enumerate(zip(line, formulas, strict=True)):
            if formula != "":
                cell = sheet.getCellByPosition(column, row)
                found[cell.AbsoluteName.rsplit(".", 1)[1].replace("$", "")] = [value, cell.getError()]
    return found


def buttons(document):
    """The macro of each shape of the first sheet, by the shape's description."""
    page = document.Sheets.getByIndex(0).DrawPage
    return {page.getByIndex(at).Description: [each.Value for each in (page.getByIndex(at).Events.getByName("OnClick") or ())
                                              if each.Name == "Script"]
            for at in range(page.Count) if hasattr(page.getByIndex(at), "Events")}


def main():
    request = json.load(sys.stdin)
    process, context = office(request["profile"])
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    answer = {"loaded": False}
    try:
        book = Path(request["book"]).resolve()
        # LibreOffice opens an add-in only if it is told what it is.
        kind = (prop("FilterName", "Calc MS Excel 2007 VBA XML"),) if book.suffix == ".xlam" else ()
        document = desktop.loadComponentFromURL(book.as_uri(), "_blank", 0, (prop("Hidden", True), prop("MacroExecutionMode", 4), *kind))
        if document is not None:
            libraries = modules(document)
            library = next((name for name in libraries if name != "Standard"), "Standard")
            answer = {"loaded": True, "modules": libraries.get(library, []), "sheets": list(document.Sheets.ElementNames),
                      "charts": {sheet.Name: len(sheet.Charts.ElementNames) for sheet in document.Sheets}, "buttons": buttons(document)}
            answer["calls"] = [called(document, library, macro, arguments) for macro, arguments in request.get("calls", [])]
            if request.get("recalculate"):
                document.calculateAll()
            first = document.Sheets.getByIndex(0)
            answer["formulas"] = {}
            for cell, formula in request.get("formulas", {}).items():
                target = first.getCellRangeByName(cell)
                target.Formula = formula
                answer["formulas"][cell] = [target.String, target.Value, target.getError()]
            answer["cells"] = {name: cells(document.Sheets.getByName(name)) for name in request.get("read", [])}
            document.close(True)
    finally:
        with contextlib.suppress(Exception):        # the bridge breaks while it answers
            desktop.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
