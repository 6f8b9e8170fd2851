"""Odoo's own export of our lists: what is text stays text, whatever it begins with."""

import json

from odoo.addons.web.controllers.export import CSVExport, ExcelExport, ExportXlsxWriter, GroupExportXlsxWriter

# With what a spreadsheet program lets a formula begin; Odoo itself knows the first three.
MARKS = ("=", "+", "-", "@", "\t", "\r")


def is_ours(data):
    """Whether somebody exports records of this addon.

    :param str data: the request's own, as JSON
    :rtype: bool
    """
    return json.loads(data)["model"].startswith("revenue.")


class _AsText:
    def write(self, row, column, cell_value, style=None):
        if isinstance(cell_value, str):
            return self.worksheet.write_string(row, column, cell_value, style)
        return super().write(row, column, cell_value, style)


class _TextWriter(_AsText, ExportXlsxWriter):
    pass


class _GroupTextWriter(_AsText, GroupExportXlsxWriter):
    pass


class RevenueExcelExport(ExcelExport):
    def base(self, data):
        # One object answers the requests of all threads: the writers are chosen by an object of their own.
        return _OurExcelExport.base(_OurExcelExport(), data) if is_ours(data) else super().base(data)


class _OurExcelExport:
    """As Odoo's, with texts as texts."""

    base = ExcelExport.base
    filename = ExcelExport.filename
    content_type = ExcelExport.content_type
    extension = ExcelExport.extension

    def from_data(self, fields, columns_headers, rows):
        with _TextWriter(fields, columns_headers, len(rows)) as writer:
            for row_index, row in enumerate(rows, 1):
                for column, value in enumerate(row):
                    writer.write_cell(row_index, column, value)
        return writer.value

    def from_group_data(self, fields, columns_headers, groups):
        with _GroupTextWriter(fields, columns_headers, groups.count) as writer:
            row, column = 1, 0
            for name, group in groups.children.items():
                row, column = writer.write_group(row, column, name, group)
        return writer.value


class RevenueCSVExport(CSVExport):
    def base(self, data):
        return _OurCSVExport().base(data) if is_ours(data) else super().base(data)


class _OurCSVExport:
    base = CSVExport.base
    filename = CSVExport.filename
    content_type = CSVExport.content_type
    extension = CSVExport.extension
    from_group_data = CSVExport.from_group_data

    def from_data(self, fields, columns_headers, rows):
        # Odoo does the same with the other marks.
        marks = tuple(mark for mark in MARKS if mark not in "=+-")
        rows = [
            [f"'{value}" if isinstance(value, str) and value.startswith(marks) else value for value in row]
            for row in rows
        ]
        return CSVExport.from_data(self, fields, columns_headers, rows)
