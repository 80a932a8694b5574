Attribute VB_Name = "FunnelRibbon"
Option Explicit

' Callbacks of the ribbon. Two open books have callbacks of one name, and Excel may call those of the wrong one:
' so each asks whose turn it is.

Private ribbon As Object

Public Sub FunnelLoaded(ui As IRibbonUI)
    Set ribbon = ui
End Sub

Public Sub FunnelInvalidate()
    If Not ribbon Is Nothing Then ribbon.Invalidate
End Sub

' The add-in's tab does the same for every book: with it, this one's would only stand twice.
Public Sub FunnelVisible(control As IRibbonControl, ByRef visible As Variant)
    visible = Not AddinIsOpen()
End Sub

Public Sub FunnelLabel(control As IRibbonControl, ByRef label As Variant)
    label = Say("ribbon." & control.Tag)
End Sub

Public Sub FunnelTip(control As IRibbonControl, ByRef tip As Variant)
    tip = Say("ribbon." & control.Tag & ".tip")
End Sub

Public Sub FunnelCheck(control As IRibbonControl)
    If IsOurTurn("ButtonCheck") Then ButtonCheck
End Sub

Public Sub FunnelReview(control As IRibbonControl)
    If IsOurTurn("ButtonReview") Then ButtonReview
End Sub

Public Sub FunnelCharts(control As IRibbonControl)
    If IsOurTurn("ButtonCharts") Then ButtonCharts
End Sub

Public Sub FunnelWeekly(control As IRibbonControl)
    If IsOurTurn("ButtonWeekly") Then ButtonWeekly
End Sub

Public Sub FunnelRefresh(control As IRibbonControl)
    If IsOurTurn("ButtonRefresh") Then ButtonRefresh
End Sub

Public Sub FunnelImport(control As IRibbonControl)
    If IsOurTurn("ButtonImport") Then ButtonImport
End Sub

Public Sub FunnelFreeze(control As IRibbonControl)
    If IsOurTurn("ButtonFreeze") Then ButtonFreeze
End Sub

Public Sub FunnelUndo(control As IRibbonControl)
    If IsOurTurn("ButtonUndo") Then ButtonUndo
End Sub

Public Sub FunnelUnmark(control As IRibbonControl)
    If IsOurTurn("ButtonUnmark") Then ButtonUnmark
End Sub

Public Sub FunnelLanguage(control As IRibbonControl)
    If IsOurTurn("ButtonLanguage") Then ButtonLanguage
End Sub

Public Sub FunnelMoreSheets(control As IRibbonControl)
    If IsOurTurn("ButtonMoreSheets") Then ButtonMoreSheets
End Sub
