Attribute VB_Name = "AddinRibbon"
Option Explicit

' Callbacks of the add-in's ribbon. Their names differ from the workbook's: Excel may call either where both are open.

Private ribbon As Object

Public Sub FunnelAddinLoaded(ui As IRibbonUI)
    Set ribbon = ui
End Sub

Public Sub FunnelAddinInvalidate()
    If Not ribbon Is Nothing Then ribbon.Invalidate
End Sub

Public Sub FunnelAddinLabel(control As IRibbonControl, ByRef label As Variant)
    label = Say("ribbon." & control.Tag)
End Sub

Public Sub FunnelAddinTip(control As IRibbonControl, ByRef tip As Variant)
    tip = Say("ribbon." & control.Tag & ".tip")
End Sub

Public Sub FunnelAddinCheck(control As IRibbonControl)
    ButtonCheck
End Sub

Public Sub FunnelAddinReview(control As IRibbonControl)
    ButtonReview
End Sub

Public Sub FunnelAddinCharts(control As IRibbonControl)
    ButtonCharts
End Sub

Public Sub FunnelAddinWeekly(control As IRibbonControl)
    ButtonWeekly
End Sub

Public Sub FunnelAddinRefresh(control As IRibbonControl)
    ButtonRefresh
End Sub

Public Sub FunnelAddinImport(control As IRibbonControl)
    ButtonImport
End Sub

Public Sub FunnelAddinFreeze(control As IRibbonControl)
    ButtonFreeze
End Sub

Public Sub FunnelAddinUndo(control As IRibbonControl)
    ButtonUndo
End Sub

Public Sub FunnelAddinUnmark(control As IRibbonControl)
    ButtonUnmark
End Sub
