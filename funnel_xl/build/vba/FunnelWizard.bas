Attribute VB_Name = "FunnelWizard"
Option Explicit

' Descriptions for the function wizard, in the language of the book. They are no matter of life and death: errors pass.
Public Sub DescribeFunctions(ByVal sheet As Worksheet)
    Dim row As Long
    For row = 2 To sheet.UsedRange.Rows.Count
        Describe sheet, row
    Next row
End Sub

Private Sub Describe(ByVal sheet As Worksheet, ByVal row As Long)
    Dim help() As String, count As Long, at As Long
    On Error Resume Next
    count = sheet.Cells(row, 3).Value
    If count = 0 Then
        Application.MacroOptions Macro:=sheet.Cells(row, 1).Value, Description:=sheet.Cells(row, 2).Value, Category:="Funnel"
        Exit Sub
    End If
    ReDim help(1 To count)
    For at = 1 To count
        help(at) = sheet.Cells(row, 3 + at).Value
    Next at
    Application.MacroOptions Macro:=sheet.Cells(row, 1).Value, Description:=sheet.Cells(row, 2).Value, Category:="Funnel", _
        ArgumentDescriptions:=help
End Sub
