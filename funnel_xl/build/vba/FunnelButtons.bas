Attribute VB_Name = "FunnelButtons"
Option Explicit

' What the buttons on the sheets and the ribbon start. Every command is a constant: no text of a user enters Python.

Public Sub ButtonCheck()
    If PythonIsReady() Then RunPython "import funnel_xl.excel.macros as m; m.check()"
End Sub

Public Sub ButtonReview()
    If PythonIsReady() Then RunPython "import funnel_xl.excel.macros as m; m.review()"
End Sub

Public Sub ButtonCharts()
    If PythonIsReady() Then RunPython "import funnel_xl.excel.macros as m; m.charts()"
End Sub

Public Sub ButtonWeekly()
    If PythonIsReady() Then RunPython "import funnel_xl.excel.macros as m; m.weekly()"
End Sub

Public Sub ButtonRefresh()
    If PythonIsReady() Then RunPython "import funnel_xl.excel.macros as m; m.refresh()"
End Sub

Public Sub ButtonImport()
    If PythonIsReady() Then RunPython "import funnel_xl.excel.macros as m; m.import_deals()"
End Sub

Public Sub ButtonFreeze()
    If PythonIsReady() Then RunPython "import funnel_xl.excel.macros as m; m.freeze()"
End Sub

Public Sub ButtonUndo()
    If PythonIsReady() Then RunPython "import funnel_xl.excel.macros as m; m.undo()"
End Sub

Public Sub ButtonUnmark()
    If PythonIsReady() Then RunPython "import funnel_xl.excel.macros as m; m.unmark()"
End Sub
