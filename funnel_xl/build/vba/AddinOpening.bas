Attribute VB_Name = "AddinOpening"
Option Explicit

' What the add-in does when Excel starts, and for each book that is opened under it.

Public Sub AddinOpened()
    Dim book As Workbook
    shTexts.Range("FunnelLanguage").Value = LanguageOfExcel()
    For Each book In Workbooks
        RepairLinks book
    Next book
    Application.OnTime Now, "'" & ThisWorkbook.Name & "'!DescribeOurs"
End Sub

Public Sub DescribeOurs()
    DescribeFunctions shFunctions
    ThisWorkbook.Saved = True
End Sub

' Excel stores a formula that uses an add-in as a link to the add-in's path, which on another computer is another one.
Public Sub RepairLinks(ByVal book As Workbook)
    Dim links As Variant, link As Variant, wasSaved As Boolean
    On Error Resume Next
    If book Is ThisWorkbook Then Exit Sub
    links = book.LinkSources(xlExcelLinks)
    If IsEmpty(links) Then Exit Sub
    wasSaved = book.Saved
    For Each link In links
        If LCase$(Right$(link, 11)) = "funnel.xlam" And LCase$(link) <> LCase$(ThisWorkbook.FullName) Then
            book.ChangeLink link, ThisWorkbook.FullName, xlLinkTypeExcelLinks
        End If
    Next link
    book.Saved = wasSaved
End Sub

' 1 English, 2 Simplified Chinese, 3 Traditional Chinese: the columns of the sheet of texts.
Private Function LanguageOfExcel() As Long
    Select Case Application.LanguageSettings.LanguageID(msoLanguageIDUI)
        Case 2052, 4100: LanguageOfExcel = 2
        Case 1028, 3076, 5124: LanguageOfExcel = 3
        Case Else: LanguageOfExcel = 1
    End Select
End Function
