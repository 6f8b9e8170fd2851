"""A sales plan as a workbook that a person fills in: plain Python on XlsxWriter.

The first sheet is the plan, the second says how to fill it in, and a third, which spreadsheet programs do not show, remembers
what was exported: what :mod:`revenue_target_sheet_read` needs to tell what the person changed. Two places make a cell findable
wherever it is moved: a hidden column with the key of its line, and a hidden row with the first day of its period.
"""

import hashlib
import io
import json
import re

from .formula import cell_name, sum_of

FORMAT = "sales_revenue_mgmt.plan/1"
# Where the hidden column meets the hidden row.
MARK = "revenue.target.plan"
MEMORY = "_plan"
TOTAL, LAST_YEAR, DIFFERENCE = "total", "last_year", "difference"

KEY_COLUMN, NAME_COLUMN, LEVEL_COLUMN, FIRST_COLUMN = 0, 1, 2, 3
KEY_ROW, HEAD_ROW, FIRST_ROW = 3, 4, 5
# Longer ones are refused by spreadsheet programs.
MAX_TITLE, MAX_MESSAGE = 32, 255
MAX_INDENT = 15

GREY, TINT, LINE, INK = "#E9ECEF", "#FFFBEA", "#CED4DA", "#714B67"


def plain(text):
    """A text on one line, without what XML cannot hold.

    :rtype: str
    """
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def remembered(text):
    """A text as every spreadsheet program gives it back: without what they read as the code of a letter (``_x0041_``).

    :rtype: str
    """
    return re.sub(r"x([0-9A-Fa-f]{4})_", r"x\1-", plain(text))


def fingerprint(about, starts, lines):
    """A hash of what was exported: a file whose memory was damaged does not fit it.

    :param dict about: text → text
    :param list[str] starts: first day of each period
    :param list[list[str]] lines: as they stand in the memory
    :rtype: str
    """
    content = [sorted((name, text) for name, text in about.items() if name != "fingerprint"), starts, lines]
    return hashlib.sha256(json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def write_plan(plan, texts):
    """The workbook.

    :param dict plan: ``about`` (text → text: what the file is of), ``periods`` (start, label), ``lines`` in the order of the tree
        (id, key, parent, depth, level, name, leaf, amounts, units, fixed, last_year), ``decimals``, ``whole``, ``maximum``
    :param dict texts: what is shown, in the reader's language
    :rtype: bytes
    """
    stream = io.BytesIO()
    book = new_book(stream, title=texts["title"], author=texts["author"], subject=texts["subtitle"])
    _PlanSheet(book, plan, texts).fill()
    _write_help(book, texts)
    _write_memory(book, plan)
    book.close()
    return stream.getvalue()


def new_book(stream, **properties):
    """A workbook in which nothing that is text becomes anything else.

    :param stream: that it is written to
    :param properties: texts about the file
    """
    # Here, not above: a worker that never exports does not pay for it.
    import xlsxwriter

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({name: plain(text) for name, text in properties.items()})
    return book


def write_memory(book, about, heading, names, lines):
    """The sheet that is not shown: what was exported, and a hash of it.

    :param dict about: text → text, with ``format``
    :param str heading: what ``names`` are
    :param list[str] names:
    :param list[list[str]] lines:
    """
    sheet = book.add_worksheet(MEMORY)
    about = {**about, "fingerprint": fingerprint(about, names, lines)}
    rows = [*map(list, about.items()), [heading, *names], *(["line", *line] for line in lines)]
    for row, values in enumerate(rows):
        for column, text in enumerate(values):
            # Texts: a number of a spreadsheet has fifteen digits only.
            sheet.write_string(row, column, text)
    # Older versions of XlsxWriter know the plain way only.
    getattr(sheet, "very_hidden", sheet.hide)()


class Look:
    """Formats of a workbook, each made once."""

    EDGE = {"border": 1, "border_color": LINE}
    TITLE = {"bold": True, "font_size": 16, "font_color": INK}
    QUIET = {"font_color": "#6C757D"}
    HEAD = {"bold": True, "bg_color": INK, "font_color": "#FFFFFF", **EDGE}
    OPEN = {"bg_color": TINT, "locked": False, **EDGE}

    def __init__(self, book):
        self.book, self._formats = book, {}
        # Older versions of XlsxWriter cannot.
        self.can_quote = hasattr(book.add_format(), "set_quote_prefix")

    def __call__(self, **values):
        key = tuple(sorted(values.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"valign": "vcenter", "font_name": "Calibri", **values})
        return self._formats[key]

    def text(self, sheet, row, column, text, **look):
        """A cell with a text that stays one."""
        text = plain(text)
        # Should somebody edit the cell, what looks like a formula stays a text.
        if text.lstrip()[:1] in ("=", "+", "-", "@") and self.can_quote:
            look["quote_prefix"] = True
        sheet.write_string(row, column, text, self(**look))


class _PlanSheet:
    """The sheet with the tree and its periods."""

    def __init__(self, book, plan, texts):
        self.book, self.plan, self.texts = book, plan, texts
        self.sheet = book.add_worksheet(texts["sheet"])
        self.lines, self.periods = plan["lines"], plan["periods"]
        self.rows = {line["key"]: FIRST_ROW + index for index, line in enumerate(self.lines)}
        self.parts = {}
        for line in self.lines:
            self.parts.setdefault(line["parent"], []).append(self.rows[line["key"]])
        self.total = FIRST_COLUMN + len(self.periods)
        self.number = "#,##0" + ("." + "0" * plan["decimals"] if plan["decimals"] else "")
        self.format = Look(book)

    def fill(self):
        self._write_head()
        for line in self.lines:
            self._write_line(line)
        self._set_up()

    def _text(self, row, column, text, **look):
        self.format.text(self.sheet, row, column, text, **look)

    def _write_head(self):
        self._text(0, NAME_COLUMN, self.texts["title"], **Look.TITLE)
        self._text(1, NAME_COLUMN, self.texts["subtitle"], font_color="#6C757D")
        self._text(2, NAME_COLUMN, self.texts["legend"], italic=True, font_color="#6C757D")
        self._text(KEY_ROW, KEY_COLUMN, MARK)
        keys = [period["start"] for period in self.periods] + [TOTAL, LAST_YEAR, DIFFERENCE]
        labels = [period["label"] for period in self.periods]
        labels += [self.texts["total"], self.texts["last_year"], self.texts["difference"]]
        head = Look.HEAD
        self._text(HEAD_ROW, NAME_COLUMN, self.texts["line"], **head)
        self._text(HEAD_ROW, LEVEL_COLUMN, self.texts["level"], **head)
        for column, (key, label) in enumerate(zip(keys, labels, strict=True), FIRST_COLUMN):
            self._text(KEY_ROW, column, key)
            self._text(HEAD_ROW, column, label, align="right", text_wrap=True, **head)

    def _write_line(self, line):
        row, bold = self.rows[line["key"]], not line["leaf"]
        edge = Look.EDGE
        self._text(row, KEY_COLUMN, line["key"])
        self._text(row, NAME_COLUMN, line["name"], indent=min(line["depth"], MAX_INDENT), bold=bold, **edge)
        self._text(row, LEVEL_COLUMN, line["level"], font_color="#6C757D", **edge)
        look = {"num_format": self.number, "bold": bold, **edge}
        for index, amount in enumerate(line["amounts"]):
            column = FIRST_COLUMN + index
            if not line["leaf"]:
                formula = sum_of([(part, column) for part in self.parts[line["key"]]])
                self.sheet.write_formula(row, column, formula, self.format(**look), amount)
            elif line["fixed"][index]:
                self.sheet.write_number(row, column, amount, self.format(bg_color=GREY, font_color="#6C757D", **look))
            else:
                self.sheet.write_number(row, column, amount, self.format(bg_color=TINT, locked=False, **look))
        last = self.total + 1
        formula = sum_of([(row, FIRST_COLUMN + index) for index in range(len(self.periods))])
        self.sheet.write_formula(row, self.total, formula, self.format(**{**look, "bold": True}), line["amount"])
        self.sheet.write_number(row, last, line["last_year"], self.format(font_color="#6C757D", **look))
        formula = f"={cell_name(row, self.total)}-{cell_name(row, last)}"
        difference = round(line["amount"] - line["last_year"], self.plan["decimals"])
        signed = self.format(**{**look, "num_format": f"+{self.number};[Red]-{self.number};0"})
        self.sheet.write_formula(row, last + 1, formula, signed, difference)

    def _set_up(self):
        sheet, last = self.sheet, self.total + 2
        sheet.set_column(KEY_COLUMN, KEY_COLUMN, None, None, {"hidden": True})
        sheet.set_row(KEY_ROW, None, None, {"hidden": True})
        names = [len(line["name"]) + 2 * line["depth"] for line in self.lines]
        sheet.set_column(NAME_COLUMN, NAME_COLUMN, min(max(24, *names, len(self.texts["line"])), 60))
        sheet.set_column(LEVEL_COLUMN, LEVEL_COLUMN, 18)
        # The largest sum has to fit, with its separators.
        largest = max((max(line["amount"], line["last_year"]) for line in self.lines), default=0)
        sheet.set_column(FIRST_COLUMN, last, max(12, len(f"{largest:,.{self.plan['decimals']}f}") + 3))
        sheet.set_row(0, 24)
        sheet.set_row(HEAD_ROW, 30)
        sheet.freeze_panes(FIRST_ROW, FIRST_COLUMN)
        sheet.hide_gridlines(2)
        sheet.protect("", {"format_columns": True, "format_rows": True})
        self._validate()
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD_ROW)
        sheet.repeat_columns(NAME_COLUMN, LEVEL_COLUMN)
        sheet.print_area(0, NAME_COLUMN, FIRST_ROW + len(self.lines) - 1, last)
        sheet.set_footer("&L&A&R&P / &N")

    def _validate(self):
        leaves = [self.rows[line["key"]] for line in self.lines if line["leaf"]]
        blocks = []
        for row in leaves:
            if blocks and blocks[-1][2] == row - 1:
                blocks[-1][2] = row
            else:
                blocks.append([row, FIRST_COLUMN, row, self.total - 1])
        self.sheet.data_validation(
            *blocks[0],
            {
                "validate": "integer" if self.plan["whole"] else "decimal",
                "criteria": "between",
                "minimum": 0,
                "maximum": self.plan["maximum"],
                "ignore_blank": False,
                "input_title": plain(self.texts["input_title"])[:MAX_TITLE],
                "input_message": plain(self.texts["input_message"])[:MAX_MESSAGE],
                "error_title": plain(self.texts["error_title"])[:MAX_TITLE],
                "error_message": plain(self.texts["error_message"])[:MAX_MESSAGE],
                "other_cells": blocks[1:],
            },
        )


def _write_help(book, texts):
    sheet = book.add_worksheet(texts["help_sheet"])
    sheet.set_column(0, 0, 4)
    sheet.set_column(1, 1, 100)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 1, texts["help_title"], book.add_format({"bold": True, "font_size": 14, "font_color": INK}))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for row, paragraph in enumerate(texts["help"], 2):
        sheet.write_string(row, 0, f"{row - 1}.", wrapped)
        sheet.write_string(row, 1, plain(paragraph), wrapped)
        # A spreadsheet program does not make rows higher by itself when they come from elsewhere.
        sheet.set_row(row, 15 * (len(paragraph) // 95 + 1) + 4)
    sheet.protect()
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _write_memory(book, plan):
    starts = [period["start"] for period in plan["periods"]]
    lines = [
        [
            str(line["id"]),
            line["key"],
            line["parent"] or "",
            "leaf" if line["leaf"] else "sum",
            str(FIRST_ROW + index),
            *map(str, line["units"]),
        ]
        for index, line in enumerate(plan["lines"])
    ]
    write_memory(book, {"format": FORMAT, **plan["about"]}, "periods", starts, lines)
