Attribute VB_Name = "FunnelHost"
Option Explicit

' What only Excel itself can answer; apart from the rest, so that the rest can be tried without Excel.

' The function wizard calculates at every key that is pressed in it, and each time would be a call to Python.
Public Function InWizard() As Boolean
    InWizard = Not Application.CommandBars("Standard").Controls(1).Enabled
End Function

Public Function IsOurTurn(ByVal button As String) As Boolean
    IsOurTurn = ActiveWorkbook Is ThisWorkbook
    If Not IsOurTurn Then Application.Run "'" & Replace(ActiveWorkbook.Name, "'", "''") & "'!" & button
End Function

Public Function AddinIsOpen() As Boolean
    Dim book As Workbook
    On Error Resume Next
    Set book = Workbooks("Funnel.xlam")
    AddinIsOpen = Not book Is Nothing
End Function

' A macro without Python would end in the interpreter's own words; ours name the remedy.
Public Function PythonIsReady() As Boolean
    PythonIsReady = InterpreterExists()
    If Not PythonIsReady Then Tell Say("vba.no_python")
End Function

Public Function InterpreterExists() As Boolean
    Dim path As String
    On Error Resume Next
    #If Mac Then
        path = GetConfig("INTERPRETER_MAC", "")
    #Else
        path = GetConfig("INTERPRETER_WIN", "")
    #End If
    InterpreterExists = FileExists(path)
End Function

' MsgBox knows only the letters of Windows' own code page; Popup knows all.
Public Sub Tell(ByVal sentence As String)
    #If Mac Then
        MsgBox sentence, vbInformation, "Funnel"
    #Else
        WScript.Popup sentence, 0, "Funnel", vbInformation
    #End If
End Sub

' One call to Python. It names neither book nor cell: then a macro that runs meanwhile keeps the book that it works on.
Public Function Ask(ByVal name As String, ByVal arguments As Variant) As Variant
    Ask = XLPy.CallUDF("funnel_xl.excel.functions", name, arguments)
End Function

' The version of the package that answers; "" where none does. On a Mac Python serves macros, but no functions.
Public Function PythonVersion() As String
    #If Not Mac Then
        On Error Resume Next
        If InterpreterExists() Then PythonVersion = Ask("FUNNEL_VERSION", Array())
    #End If
End Function
