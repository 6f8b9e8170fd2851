"""Marking cells in somebody's workbook: plain Python on openpyxl."""

import io
import warnings

RED = "F8D7DA"
# Each note takes a spreadsheet program, and this one, as much as a hundred cells.
MAX_NOTES = 1000


def mark_cells(content, sheet, reasons, author, more):
    """The workbook with some cells in red, each with a note; those after the first 1,000 without.

    :param bytes content: a file that :func:`read_plan` has accepted
    :param str sheet: name of the sheet
    :param list[tuple] reasons: row and column, from 0, and what the note says
    :param str author: of the notes
    :param more: takes how many cells have no note, and says so in the last one
    :rtype: bytes
    """
    # Here, not above: a worker that never imports does not pay for it.
    import openpyxl
    from openpyxl.cell.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
    for other in book.worksheets:
        # Saving would unpack and convert pictures of other formats.
        other._images = [image for image in other._images if image.format in ("gif", "jpeg", "png")]
    fill = PatternFill("solid", fgColor=RED)
    worksheet, left = book[sheet], len(reasons) - MAX_NOTES
    for place, (row, column, reason) in enumerate(reasons, 1):
        cell = worksheet.cell(row + 1, column + 1)
        cell.fill = fill
        # A cell that was merged into another has no note of its own.
        if place <= MAX_NOTES and not isinstance(cell, MergedCell):
            if place == MAX_NOTES and left:
                reason = f"{reason}\n\n{more(left)}"
            cell.comment = Comment(reason, author, height=90, width=260)
    book.active = book[sheet]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
