"""Formulas of a spreadsheet: those that add cells, written and recognised. Rows and columns count from 0."""

import re
from collections import Counter

# A function of a spreadsheet takes at most 255 arguments.
MAX_ARGUMENTS = 200
# A formula about more cells than a plan has lines is not one of ours.
MAX_AREA = 2100
REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")


def cell_name(row, column):
    """What people call a cell: ``D7`` for row 6, column 3.

    :rtype: str
    """
    return f"{column_name(column)}{row + 1}"


def column_name(column):
    """The letters of a column, the first being 0.

    :rtype: str
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def sum_of(cells):
    """A formula that adds cells, ranges where they touch.

    :param list[tuple[int, int]] cells: row and column of each
    :rtype: str
    """
    ranges = []
    for row, column in cells:
        first, last = ranges[-1] if ranges else (None, None)
        if last in ((row - 1, column), (row, column - 1)) and (first[0] == row or first[1] == column):
            ranges[-1] = first, (row, column)
        else:
            ranges.append(((row, column), (row, column)))
    names = [
        cell_name(*first) if first == last else f"{cell_name(*first)}:{cell_name(*last)}" for first, last in ranges
    ]
    while len(names) > MAX_ARGUMENTS:
        names = [
            f"SUM({','.join(names[start : start + MAX_ARGUMENTS])})" for start in range(0, len(names), MAX_ARGUMENTS)
        ]
    return f"=SUM({','.join(names)})"


def sums_cells(formula, cells, counted):
    """Whether a formula is nothing but the sum of these cells.

    :param str formula: as it stands in the file
    :param set cells: row, column of each
    :param counted: whether a cell (row, column) can have an amount at all; others do not matter
    :rtype: bool
    """
    body = formula.upper().replace(" ", "").lstrip("=+")
    found, area = Counter(), 0
    for match in REFERENCE.finditer(body):
        first, last = (match[1], match[2]), (match[3] or match[1], match[4] or match[2])
        # Written backwards, a range is the same range.
        left, right = sorted((_index(first[0]), _index(last[0])))
        top, bottom = sorted((int(first[1]) - 1, int(last[1]) - 1))
        area += (bottom - top + 1) * (right - left + 1)
        if area > MAX_AREA:
            return False
        found.update((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
    # What is left between references may only add.
    if set(re.sub(r"SUM\(", "(", REFERENCE.sub("", body))) - set("(),+"):
        return False
    found = Counter({cell: count for cell, count in found.items() if counted(*cell)})
    return found == Counter(cells)


def moved(formula, origin, place):
    """A formula as it reads when its cell is moved, by names of cells (``D7``).

    :rtype: str
    """
    from openpyxl.formula.translate import Translator

    return Translator(formula, origin=origin).translate_formula(place)


def _index(letters):
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
