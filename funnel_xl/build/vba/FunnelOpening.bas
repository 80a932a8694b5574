Attribute VB_Name = "FunnelOpening"
Option Explicit

' What happens when the workbook is opened. Nothing in it changes before Python has answered: who has none, or has
' macros switched off, sees the values as they were stored.

Private answered As String
Private languageBefore As Long

Public Sub WorkbookOpened()
    Dim wasSaved As Boolean
    wasSaved = ThisWorkbook.Saved
    SetCalculation False
    languageBefore = shTexts.Range("FunnelLanguage").Value
    ThisWorkbook.Saved = wasSaved
    ' Later, so that the book is seen at once: Python takes seconds to start.
    Application.OnTime Now, "'" & Replace(ThisWorkbook.Name, "'", "''") & "'!AskPython"
End Sub

Public Sub AskPython()
    Dim wasSaved As Boolean
    wasSaved = ThisWorkbook.Saved
    answered = PythonVersion()
    shTexts.Range("FunnelPython").Value = answered
    If answered = "" Then
        ThisWorkbook.Saved = wasSaved
        Exit Sub
    End If
    DescribeFunctions shFunctions
    ThisWorkbook.Saved = wasSaved
    If shTexts.Range("FunnelFollowsToday").Value And shSettings.Range("FunnelAsOf").Value <> Date Then
        shSettings.Range("FunnelAsOf").Value = Date
    End If
    SetCalculation shTexts.Range("FunnelIsLive").Value
End Sub

Public Sub SettingsChanged()
    FunnelInvalidate
    If answered = "" Then Exit Sub
    SetCalculation shTexts.Range("FunnelIsLive").Value
    If shTexts.Range("FunnelLanguage").Value <> languageBefore Then
        languageBefore = shTexts.Range("FunnelLanguage").Value
        ButtonLanguage
    End If
End Sub

Public Sub ForgetAnswer()
    shTexts.Range("FunnelPython").Value = ""
End Sub

Public Sub RememberAnswer(ByVal isSaved As Boolean)
    Dim wasSaved As Boolean
    wasSaved = ThisWorkbook.Saved
    shTexts.Range("FunnelPython").Value = answered
    If isSaved Then ThisWorkbook.Saved = wasSaved
End Sub

' The two sheets that call Python. Excel does not store this, so it is said anew at every opening.
Private Sub SetCalculation(ByVal isLive As Boolean)
    shCalc.EnableCalculation = isLive
    shDashboard.EnableCalculation = isLive
End Sub
