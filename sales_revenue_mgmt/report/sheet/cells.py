"""Cells of a workbook as openpyxl reads them, in one pass: values and formulas together, and the plain ones, which are nearly
all, without its detours. Only who reads a workbook imports this: it loads openpyxl.
"""

import io
import warnings
from typing import NamedTuple

from openpyxl.cell.text import Text
from openpyxl.reader.excel import SHARED_STRINGS, ExcelReader
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet._reader import FORMULA_TAG, INLINE_STRING, VALUE_TAG, WorkSheetParser, _cast_number
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

DIGITS = "0123456789"
STRING_TAG, TEXT_TAG = f"{{{SHEET_MAIN_NS}}}si", f"{{{SHEET_MAIN_NS}}}t"


class Cell(NamedTuple):
    """``kind`` is openpyxl's type of the value, ``formula`` what the value was computed by."""

    column: int
    value: object
    kind: str
    formula: str | None = None


def open_book(content):
    """
    :param bytes content: a file that has passed the guard
    :return: the workbook, to be read row by row
    """
    with warnings.catch_warnings():
        # It names what of the file it does not keep; nothing is kept.
        warnings.simplefilter("ignore")
        reader = _Reader(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        reader.read()
    return reader.wb


def rows_of(sheet, last_row, last_column):
    """
    :param int last_row: how many rows are read, from the first
    :param int last_column: likewise
    :return: iterator of rows with something in them: their number, from 0, and column, from 0 → cell
    """
    book, following = sheet.parent, 1
    with sheet._get_source() as source:
        parser = _Parser(
            source, sheet._shared_strings, data_only=True, epoch=book.epoch, date_formats=book._date_formats
        )
        for index, cells in parser.parse():
            if index > last_row:
                return
            # What comes after rows below it counts for nothing.
            if index >= following:
                following = index + 1
                yield index - 1, {cell.column - 1: cell for cell in cells if 1 <= cell.column <= last_column}


class _Reader(ExcelReader):
    def read_strings(self):
        part = self.package.find(SHARED_STRINGS)
        if part is None:
            return
        with self.archive.open(part.PartName[1:]) as source:
            self.shared_strings = [self._string(node) for _event, node in iterparse(source) if node.tag == STRING_TAG]

    @staticmethod
    def _string(node):
        if len(node) == 1 and node[0].tag == TEXT_TAG and not node.attrib:
            text = node[0].text or ""
        else:
            text = Text.from_tree(node).content
        node.clear()
        # As openpyxl does: the code of an underline.
        return text.replace("x005F_", "")


class _Parser(WorkSheetParser):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._columns = {}

    def parse_cell(self, element):
        if (cell := self._plain_cell(element)) is not None:
            return cell
        found = super().parse_cell(element)
        formula = None
        if element.find(FORMULA_TAG) is not None:
            written = self.parse_formula(element)
            # Formulas of arrays and data tables are objects with a text.
            formula = str(getattr(written, "text", None) or written)
        return Cell(found["column"], found["value"], found["data_type"], formula)

    def _plain_cell(self, element):
        """A text or a number that says where it stands, and nothing else; ``None`` for anything else."""
        place, kind = element.get("r"), element.get("t", "n")
        letters = place.rstrip(DIGITS) if place else place
        if letters == place or len(element) != 1:
            return None
        (child,) = element
        if kind == "inlineStr":
            if child.tag != INLINE_STRING or len(child) != 1 or child[0].tag != TEXT_TAG or child.attrib:
                return None
            value, kind = child[0].text or "", "s"
        elif child.tag != VALUE_TAG or not child.text:
            return None
        elif kind == "s":
            value = self.shared_strings[int(child.text)]
        elif kind == "n" and int(element.get("s", 0)) not in self.date_formats:
            value = _cast_number(child.text)
        else:
            return None
        column = self._columns.get(letters)
        if column is None:
            column = self._columns[letters] = column_index_from_string(letters)
        self.col_counter = column
        return Cell(column, value, kind)
