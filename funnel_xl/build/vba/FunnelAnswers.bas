Attribute VB_Name = "FunnelAnswers"
Option Explicit

' What goes to Python and what comes back.

' Arguments with the values of their ranges: the ranges themselves would be read by Python through Excel, call by call.
' An argument that was left out stays so: Python tells it from an empty cell.
Public Function Given(ByVal arguments As Variant) As Variant
    Dim at As Long, area As Object, values() As Variant
    If UBound(arguments) < LBound(arguments) Then
        Given = arguments
        Exit Function
    End If
    ReDim values(LBound(arguments) To UBound(arguments))
    For at = LBound(arguments) To UBound(arguments)
        If TypeName(arguments(at)) = "Range" Then
            Set area = arguments(at)
            values(at) = area.Value
        Else
            values(at) = arguments(at)
        End If
    Next at
    Given = values
End Function

' Python can't send an Excel error, so these four texts stand for it. The first columns of some tables hold users' own
' words, which may be anything: ownWords says how many.
Public Function WithErrors(ByVal answer As Variant, ByVal ownWords As Long) As Variant
    Dim row As Long, column As Long
    If Not IsArray(answer) Then
        WithErrors = AsError(answer)
        Exit Function
    End If
    If IsRow(answer) Then
        For column = LBound(answer) + ownWords To UBound(answer)
            answer(column) = AsError(answer(column))
        Next column
    Else
        For column = LBound(answer, 2) + ownWords To UBound(answer, 2)
            For row = LBound(answer, 1) To UBound(answer, 1)
                If VarType(answer(row, column)) = vbString Then answer(row, column) = AsError(answer(row, column))
            Next row
        Next column
    End If
    WithErrors = answer
End Function

' xlwings sends a table of one row as an array of one dimension.
Private Function IsRow(ByRef answer As Variant) As Boolean
    Dim last As Long
    On Error GoTo oneDimension
    last = UBound(answer, 2)
    Exit Function
oneDimension:
    IsRow = True
End Function

Private Function AsError(ByVal value As Variant) As Variant
    AsError = value
    If VarType(value) <> vbString Then Exit Function
    Select Case value
        Case "#VALUE!": AsError = CVErr(xlErrValue)
        Case "#NUM!": AsError = CVErr(xlErrNum)
        Case "#N/A": AsError = CVErr(xlErrNA)
        Case "#DIV/0!": AsError = CVErr(xlErrDiv0)
    End Select
End Function
