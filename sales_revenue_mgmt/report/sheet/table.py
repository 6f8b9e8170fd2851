"""The lines of a document as a workbook that a person fills in, there and back: plain Python on XlsxWriter and openpyxl.

The first sheet has a row per line and a column per field; a second, which spreadsheet programs do not show, remembers what was
exported. A hidden column with the id of each line and a hidden row with the name of each field make a cell findable wherever it
is moved.
"""

import io
from typing import NamedTuple

from .guard import NotAPlan
from .read import EMPTY, cells_by_row, checked, entry_of, marked_sheet, memory_of, opened, text_of
from .spreadsheet import (
    FIRST_ROW,
    HEAD_ROW,
    KEY_COLUMN,
    KEY_ROW,
    Look,
    new_book,
    remembered,
    write_memory,
)

FORMAT = "sales_revenue_mgmt.lines/1"
MARK = "revenue.document.lines"
FIRST_COLUMN = 1


class Column(NamedTuple):
    """A field of the lines.

    :param str name: of the field
    :param str label: as the reader reads it
    :param bool editable: whether the file may change it: a number
    :param int decimals: of that number
    """

    name: str
    label: str
    editable: bool = False
    decimals: int = 0


class TableFile(NamedTuple):
    """What the file says. Rows and columns count from 0.

    :param str sheet: the name of the sheet with the lines
    :param dict about: what was exported
    :param dict exported: id of a line, as text → name of a field → the number that it was then
    :param dict columns: name of a field → column
    :param dict rows: row → id of its line, as text
    :param dict cells: row, column → entry
    """

    sheet: str
    about: dict
    exported: dict
    columns: dict
    rows: dict
    cells: dict

    def entry(self, row, name):
        return self.cells.get((row, self.columns[name]), EMPTY)


def write_table(about, columns, rows, texts):
    """The workbook.

    :param dict about: text → text: what the file is of
    :param list[Column] columns:
    :param list[tuple] rows: id of a line, and a value per column: a number where it is editable, else a text
    :param dict texts: ``title``, ``subtitle``, ``sheet``, ``author``, in the reader's language
    :rtype: bytes
    """
    stream = io.BytesIO()
    book = new_book(stream, title=texts["title"], author=texts["author"])
    look, sheet = Look(book), book.add_worksheet(texts["sheet"])
    look.text(sheet, 0, FIRST_COLUMN, texts["title"], **look.TITLE)
    look.text(sheet, 1, FIRST_COLUMN, texts["subtitle"], **look.QUIET)
    look.text(sheet, KEY_ROW, KEY_COLUMN, MARK)
    for place, column in enumerate(columns, FIRST_COLUMN):
        look.text(sheet, KEY_ROW, place, column.name)
        look.text(sheet, HEAD_ROW, place, column.label, text_wrap=True, **look.HEAD)
        width = max([len(column.label), *(len(str(values[place - FIRST_COLUMN])) for _id, *values in rows)])
        sheet.set_column(place, place, min(max(12, width + 3), 60))
    for row, (line_id, *values) in enumerate(rows, FIRST_ROW):
        look.text(sheet, row, KEY_COLUMN, str(line_id))
        for place, (column, value) in enumerate(zip(columns, values, strict=True), FIRST_COLUMN):
            if column.editable:
                number = "#,##0" + ("." + "0" * column.decimals if column.decimals else "")
                sheet.write_number(row, place, value, look(num_format=number, **look.OPEN))
            else:
                look.text(sheet, row, place, value, **look.EDGE)
    sheet.set_column(KEY_COLUMN, KEY_COLUMN, None, None, {"hidden": True})
    sheet.set_row(KEY_ROW, None, None, {"hidden": True})
    sheet.freeze_panes(FIRST_ROW, FIRST_COLUMN + 1)
    sheet.hide_gridlines(2)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    _write_memory(book, about, columns, rows)
    book.close()
    return stream.getvalue()


def _write_memory(book, about, columns, rows):
    kept = [place for place, column in enumerate(columns) if column.editable]
    lines = [[str(line_id), *(repr(values[place]) for place in kept)] for line_id, *values in rows]
    about = {"format": FORMAT, **{name: remembered(text) for name, text in about.items()}}
    write_memory(book, about, "fields", [columns[place].name for place in kept], lines)


def read_table(content):
    """
    :param bytes content: the file
    :rtype: TableFile
    :raises NotAPlan: it is none
    """
    content, parts = checked(content)
    with opened(content) as book:
        about, names, exported = _memory(book, parts)
        sheet, mark_row, key_column = marked_sheet(book, MARK)
        columns, rows, cells = {}, {}, {}
        for row, found in cells_by_row(book[sheet], parts):
            if row == mark_row:
                columns = {name: column for column, cell in found.items() if (name := text_of(cell).strip()) in names}
                if set(columns) != set(names):
                    raise NotAPlan("no_sheet")
            elif row > mark_row + 1 and (key := text_of(found.get(key_column)).strip()):
                rows[row] = key
                cells.update(((row, column), entry_of(found.get(column))) for column in columns.values())
        return TableFile(sheet, about, exported, columns, rows, cells)


def _memory(book, parts):
    about, names, lines = memory_of(book, parts, FORMAT, "fields", 1)
    try:
        exported = {line_id: dict(zip(names, map(float, values), strict=True)) for line_id, *values in lines}
    except ValueError as error:
        raise NotAPlan("damaged") from error
    return about, names, exported
