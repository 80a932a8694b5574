"""What makes a computer ready for the workbook, and finds out why it is not."""
