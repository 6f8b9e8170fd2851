"""Spreadsheets: a plan written to a workbook, and read again."""
