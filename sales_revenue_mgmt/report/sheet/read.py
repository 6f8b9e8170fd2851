"""Reading the workbook of a sales plan back: plain Python on openpyxl, for files that anybody may have made."""

import io
import warnings
import zipfile
from contextlib import contextmanager
from typing import NamedTuple
from xml.etree import ElementTree

from .formula import column_name
from .guard import NUMBER, SHEETS, NotAPlan, check_package
from .spreadsheet import DIFFERENCE, FORMAT, LAST_YEAR, MARK, MEMORY, TOTAL, fingerprint

MAX_ROWS = 2100
MAX_COLUMNS = 300
# People may have inserted rows and columns above and before it.
MARK_WITHIN = 60

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Entry(NamedTuple):
    """What stands in a cell: ``kind`` is number, empty, text, boolean, date, error or unsaved (a formula without a result)."""

    kind: str
    value: object = None
    formula: str | None = None


EMPTY = Entry("empty")


class Line(NamedTuple):
    """What a line was when it was exported: amounts in whole units, and where it stood (row, from 0)."""

    id: int
    key: str
    parent: str
    leaf: bool
    row: int
    units: list


class PlanFile(NamedTuple):
    """What the file says. Rows and columns count from 0.

    :param str sheet: the name of the sheet with the plan
    :param dict about: what was exported
    :param list starts: first day of each period
    :param dict lines: key → what was exported
    :param dict columns: period start, or ``total`` → column
    :param list rows: row and key of each row that has a key, or amounts without one
    :param dict cells: row, column → entry
    """

    sheet: str
    about: dict
    starts: list
    lines: dict
    columns: dict
    rows: list
    cells: dict

    def entry(self, row, column):
        return self.cells.get((row, column), EMPTY)


def read_plan(content):
    """
    :param bytes content: the file
    :rtype: PlanFile
    :raises NotAPlan: it is none
    """
    content, parts = checked(content)
    with opened(content) as book:
        return _plan_sheet(book, parts, *_memory(book, parts))


def readable(content):
    """A file that :func:`read_plan` has accepted, as openpyxl reads it: what claims to be a number but is none is a text.

    :rtype: bytes
    """
    return checked(content)[0]


def checked(content):
    """
    :return: the file as openpyxl reads it, and what is known of its parts
    """
    parts = check_package(content)
    odd = {name for name, part in parts.items() if part.odd_numbers}
    return _numbers_as_texts(content, odd) if odd else content, parts


@contextmanager
def opened(content):
    """The workbook of a checked file, while it is read.

    :raises NotAPlan: no spreadsheet program has written it
    """
    # Here, not above: a worker that never imports does not pay for it.
    from .cells import open_book

    try:
        book = open_book(content)
    except Exception as error:
        # Whatever a file can be made to raise: it is not one that a spreadsheet program wrote.
        raise NotAPlan("broken") from error
    try:
        yield book
    finally:
        book.close()


def cells_by_row(sheet, parts):
    """Rows as far as a plan goes: their number, from 0, and column, from 0 → cell."""
    from .cells import rows_of

    # What matters is how far something is written: rows far below may have a height and nothing else.
    path = sheet._worksheet_path.lstrip("/")
    if path not in parts or not path.startswith(SHEETS):
        raise NotAPlan("broken")
    if parts[path].last_row > MAX_ROWS:
        raise NotAPlan("rows", maximum=MAX_ROWS)
    rows = rows_of(sheet, MAX_ROWS, MAX_COLUMNS)
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                index, cells = next(rows)
        except StopIteration:
            return
        except Exception as error:
            raise NotAPlan("broken") from error
        yield index, cells


def memory_of(book, parts, form, heading, width):
    """What was exported, from the sheet that is not shown.

    :param str form: the format that it has to be of
    :param str heading: what the names are, as it was written
    :param int width: how many texts a line has beside one per name
    :return: text → text; names; lines, each a list of texts
    :rtype: tuple[dict, list[str], list[list[str]]]
    :raises NotAPlan: it is not there, or was changed
    """
    if MEMORY not in book.sheetnames:
        raise NotAPlan("no_plan")
    about, names, lines = {}, [], []
    for _row, cells in cells_by_row(book[MEMORY], parts):
        head, *values = [text_of(cells.get(column)) for column in range(max(cells, default=0) + 1)]
        if head == "line":
            lines.append(values)
        elif head == heading:
            names = [value for value in values if value]
        elif head:
            about[head] = values[0] if values else ""
    width += len(names)
    lines = [[*values, *[""] * width][:width] for values in lines]
    if about.get("format") != form:
        raise NotAPlan("no_plan")
    if about.get("fingerprint") != fingerprint(about, names, lines):
        raise NotAPlan("damaged")
    return about, names, lines


def marked_sheet(book, mark):
    """The one sheet with a mark.

    :return: its name, and row and column of the mark, from 0
    :rtype: tuple[str, int, int]
    :raises NotAPlan: there is none, or more than one
    """
    names = [name for name in book.sheetnames if name != MEMORY and hasattr(book[name], "iter_rows")]
    marks = {name: place for name in names if (place := _find_mark(book[name], mark))}
    if not marks:
        raise NotAPlan("no_sheet")
    if len(marks) > 1:
        # Nobody can tell which of them is meant.
        raise NotAPlan("copied", sheets=", ".join(marks))
    ((name, (row, column)),) = marks.items()
    return name, row, column


def _memory(book, parts):
    about, starts, raw = memory_of(book, parts, FORMAT, "periods", 5)
    try:
        lines = [
            Line(int(line_id), key, parent, kind == "leaf", int(row), [int(unit) for unit in units])
            for line_id, key, parent, kind, row, *units in raw
        ]
    except ValueError as error:
        raise NotAPlan("damaged") from error
    return about, starts, {line.key: line for line in lines}


def _plan_sheet(book, parts, about, starts, lines):
    name, mark_row, key_column = marked_sheet(book, MARK)
    columns, rows, cells = {}, [], {}
    for row, found in cells_by_row(book[name], parts):
        if row == mark_row:
            columns = _columns(found, [*starts, TOTAL])
        # The row below has the labels of the periods.
        elif row > mark_row + 1:
            key = text_of(found.get(key_column)).strip()
            entries = {column: entry_of(found.get(column)) for column in columns.values()}
            if key or any(entry.kind == "number" for entry in entries.values()):
                rows.append((row, key))
                cells.update(((row, column), entry) for column, entry in entries.items())
    return PlanFile(name, about, starts, lines, columns, rows, cells)


def _find_mark(sheet, mark):
    """Row and column of the cell that says ``mark``, from 0; ``None`` where there is none."""
    try:
        # Rows that are not there come as empty ones.
        for row, cells in enumerate(sheet.iter_rows(max_col=MARK_WITHIN, max_row=MARK_WITHIN)):
            for column, cell in enumerate(cells):
                if cell.value == mark:
                    return row, column
    except Exception as error:
        raise NotAPlan("broken") from error
    return None


def _columns(cells, keys):
    columns = {}
    for column, cell in sorted(cells.items()):
        key = text_of(cell).strip()
        if key in columns:
            raise NotAPlan("twice", first=column_name(columns[key]), second=column_name(column))
        if key in keys:
            columns[key] = column
        elif key and key not in (MARK, LAST_YEAR, DIFFERENCE):
            raise NotAPlan("period", column=column_name(column), value=key[:50])
    return columns


def text_of(cell):
    """
    :rtype: str
    """
    return "" if cell is None or cell.value is None else str(cell.value)


def entry_of(cell):
    """
    :rtype: Entry
    """
    if cell is None:
        return EMPTY
    value, formula = cell.value, cell.formula
    if value is None or (isinstance(value, str) and not value.strip()):
        return Entry("unsaved" if formula else "empty", None, formula)
    if cell.kind == "e":
        kind = "error"
    elif isinstance(value, bool):
        kind = "boolean"
    elif isinstance(value, (int, float)):
        kind = "number"
    else:
        kind = "text" if isinstance(value, str) else "date"
    return Entry(kind, value, formula)


def _numbers_as_texts(content, parts):
    """The file with what claims to be a number but is none (NaN) as texts, so that their places can be named.

    :param set parts: names of those that have something like that
    :rtype: bytes
    """
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as package,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as mended,
    ):
        for file in package.infolist():
            part = package.read(file)
            if file.filename in parts:
                try:
                    tree = ElementTree.fromstring(part)
                except ElementTree.ParseError as error:
                    raise NotAPlan("broken") from error
                for cell in tree.iter(f"{NAMESPACE}c"):
                    value = cell.findtext(f"{NAMESPACE}v") or ""
                    if cell.get("t", "n") == "n" and value and not NUMBER.fullmatch(value):
                        cell.set("t", "str")
                part = ElementTree.tostring(tree)
            mended.writestr(file.filename, part)
    return stream.getvalue()
