Attribute VB_Name = "FunnelWords"
Option Explicit

' VBA holds ASCII only, so every text that is shown comes from the sheet of texts, in the language that the settings name.

Public Function Say(ByVal key As String) As String
    Dim keys As Variant, row As Long
    keys = shTexts.Range("A1:A" & shTexts.UsedRange.Rows.Count).Value
    For row = LBound(keys) To UBound(keys)
        If keys(row, 1) = key Then
            Say = shTexts.Cells(row, 5).Value
            Exit Function
        End If
    Next row
    Say = key
End Function
