Attribute VB_Name = "FunnelOwnButtons"
Option Explicit

' Buttons that only the workbook has; the add-in works on books that know nothing of these sheets.

Public Sub ButtonLanguage()
    If PythonIsReady() Then RunPython "import funnel_xl.excel.macros as m; m.language()"
End Sub

Public Sub ButtonRemoveDemo()
    If PythonIsReady() Then RunPython "import funnel_xl.excel.macros as m; m.remove_demo()"
End Sub

Public Sub ButtonMoreSheets()
    Dim sheet As Variant, shown As Boolean
    shown = (shPayments.Visible = xlSheetVisible)
    For Each sheet In Array(shPayments, shQuotas, shLeadScore, shAccepted, shRates, shHolidays)
        sheet.Visible = IIf(shown, xlSheetHidden, xlSheetVisible)
    Next sheet
End Sub
