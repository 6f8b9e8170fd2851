"""Marking cells in somebody's workbook: plain Python on openpyxl."""

import io
import warnings

RED = "F8D7DA"


def mark_cells(content, sheet, reasons, author):
    """The workbook with some cells in red, each with a note.

    :param bytes content: a file that :func:`read_plan` has accepted
    :param str sheet: name of the sheet
    :param list[tuple] reasons: row and column, from 0, and what the note says
    :param str author: of the notes
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
    for row, column, reason in reasons:
        cell = book[sheet].cell(row + 1, column + 1)
        cell.fill = fill
        # A cell that was merged into another has no note of its own.
        if not isinstance(cell, MergedCell):
            cell.comment = Comment(reason, author, height=90, width=260)
    book.active = book[sheet]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
