"""What is made from text: the workbook, the add-in, the demo."""
