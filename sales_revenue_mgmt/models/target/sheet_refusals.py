"""What is said of a file that is no workbook of a plan."""


def why_no_plan(env, error):
    """A sentence for a file that cannot be read.

    :param NotAPlan error: what is wrong with it
    :rtype: str
    """
    names = ("size", "maximum", "first", "second", "column", "value", "sheets")
    details = {**dict.fromkeys(names, ""), **error.details}
    sentence = {
        "empty": env._("The file is empty."),
        "large": env._("The file is larger than %(size)s MB.", size=details["size"]),
        "bomb": env._("The file would be far too large when unpacked."),
        "encrypted": env._("The file is protected by a password. Save it without one."),
        "old_excel": env._("The file is in the old format of Excel (.xls). Save it as an Excel workbook (.xlsx)."),
        "not_excel": env._("The file is not an Excel workbook."),
        "broken": env._("The file is damaged, or no spreadsheet program has written it."),
        "no_plan": env._("The workbook was not exported from a plan: its hidden sheet is not there."),
        "no_sheet": env._("The sheet of the plan is not in the workbook, or its hidden row or column was removed."),
        "damaged": env._("The hidden sheet of the workbook was changed, so nobody can tell what the file is of."),
        "rows": env._("The workbook has more than %(maximum)s rows.", maximum=details["maximum"]),
        "cells": env._(
            "The workbook has more than %(maximum)s cells. Remove the sheets that are not of the plan.",
            maximum=details["maximum"],
        ),
        "places": env._(
            "Merged cells, links and tables of the workbook cover more than %(maximum)s cells. Undo the largest of them.",
            maximum=details["maximum"],
        ),
        "sheets": env._(
            "The workbook has more than %(maximum)s sheets. Remove those that are not of the plan.",
            maximum=details["maximum"],
        ),
        "text": env._(
            "A cell of the workbook has a text of more than %(maximum)s letters. Shorten it.",
            maximum=details["maximum"],
        ),
        "strict": env._(
            "The file is a Strict Open XML Spreadsheet, which cannot be read. Save it as an Excel workbook (.xlsx)."
        ),
        "copied": env._(
            "The sheet of the plan is in the workbook more than once, and nobody can tell which one counts: %(sheets)s. "
            "Remove all but one.",
            sheets=details["sheets"],
        ),
        "twice": env._(
            "Columns %(first)s and %(second)s are for the same period. Remove one.",
            first=details["first"],
            second=details["second"],
        ),
        "period": env._(
            "Column %(column)s is of a period that the exported plan does not have: %(value)s. Remove it.",
            column=details["column"],
            value=details["value"],
        ),
    }[error.why]
    advice = env._("Choose the Excel workbook (.xlsx) that was exported from this plan.")
    return f"{sentence} {advice}"
