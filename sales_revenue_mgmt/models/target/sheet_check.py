"""What a workbook would change in its plan, and what of it cannot be: nothing here writes."""

import math

from odoo import fields
from odoo.tools import formatLang

from ...report.sheet.formula import cell_name, column_name, moved, sum_of, sums_cells
from ...report.sheet.spreadsheet import FIRST_COLUMN, TOTAL
from ..core.units import MAX_AMOUNT
from .amounts import why_not_amount

# Of a value that is shown to its author.
MAX_SHOWN = 60


class SheetCheck:
    """One reading of a workbook against its plan.

    ``refused``: dicts with row (from 1), column (letters), cell, line, period, value and reason; ``changes``: what
    :meth:`set_cells` takes; ``notices``: sentences about what is not in the file.
    """

    def __init__(self, target, file, table):
        self.target, self.file, self.table, self.env = target, file, table, target.env
        self.by_key = {line._scope_key(): line for line in table.lines.values()}
        self.starts = [fields.Date.to_date(start) for start in file.starts]
        self.closed = target._closed_until()
        self.to_units, self.decimals, self.whole = (
            target._units().whole,
            target._units().decimals,
            target._counts_whole(),
        )
        self.refused, self.changes, self.notices = [], [], []
        self.labels = {start: target._cell_label(start) for start in self.starts}
        # Of leaves, as the file has them; what cannot be read counts as exported.
        self.units = {(key, index): units for key, line in file.lines.items() for index, units in enumerate(line.units)}
        self.rows = {}

    def run(self):
        """
        :return: itself
        :rtype: SheetCheck
        """
        self._match_rows()
        for key, row in self.rows.items():
            if self.file.lines[key].leaf:
                for index, start in enumerate(self.starts):
                    column = self.file.columns.get(self.file.starts[index])
                    if column is not None:
                        self._check_leaf(key, row, index, start, column)
        self._check_sums()
        self.refused.sort(key=lambda refusal: (refusal["row"], refusal["place"]))
        self._note_what_is_missing()
        return self

    def totals(self):
        """Lines whose total changes, as they are and as they would be: name, depth, old, new, in whole units.

        :rtype: list[dict]
        """
        table, new = self.table, {}
        days = dict(zip(self.file.starts, self.starts, strict=True))
        sums = dict.fromkeys(table.lines, 0)
        before = dict(sums)
        for change in self.changes:
            new[change["line_id"], days[change["date_start"]]] = self.to_units(change["amount"])
        leaves = {line_id for line_id in table.lines if table.is_leaf(line_id)}
        for (line_id, start), units in table.units.items():
            if line_id in leaves:
                for ancestor in (*table.above[line_id], line_id):
                    before[ancestor] += units
                    sums[ancestor] += new.get((line_id, start), units)
        return [
            {"name": line.display_name, "depth": line._depth(), "old": before[line.id], "new": sums[line.id]}
            for line in self.target._tree()
            if before[line.id] != sums[line.id]
        ]

    # ------------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------------

    def _match_rows(self):
        for row, key in self.file.rows:
            if key not in self.file.lines:
                self._refuse_row(row, self.env._("This row is not a line of the exported plan. Remove its amounts."))
            elif key in self.rows:
                reason = self.env._("This line stands in row %(row)s already. Remove one.", row=self.rows[key] + 1)
                self._refuse_row(row, reason, key)
            else:
                self.rows[key] = row

    def _refuse_row(self, row, reason, key=None):
        columns = sorted(self.file.columns.values())
        column = next((place for place in columns if self.file.entry(row, place).kind != "empty"), None)
        if column is None:
            column = columns[0] if columns else FIRST_COLUMN
        self._refuse(row, column, reason, key)

    def _note_what_is_missing(self):
        missing = [self._name(key) for key in self.file.lines if key not in self.rows]
        missing += [
            self.labels[start]
            for start, text in zip(self.starts, self.file.starts, strict=True)
            if text not in self.file.columns
        ]
        if missing:
            names = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
            self.notices.append(self.env._("Not in the file, and left as it is in the plan: %(names)s.", names=names))
        added = [line.display_name for key, line in self.by_key.items() if key not in self.file.lines]
        if added:
            names = ", ".join(added[:5]) + (" …" if len(added) > 5 else "")
            self.notices.append(
                self.env._("Added to the plan since the export, and left as it is: %(names)s.", names=names)
            )

    # ------------------------------------------------------------------
    # Amounts
    # ------------------------------------------------------------------

    def _check_leaf(self, key, row, index, start, column):
        entry = self.file.entry(row, column)
        reason = self._why_no_amount(entry)
        if reason:
            return self._refuse(row, column, reason, key, start)
        units, exported = self.to_units(entry.value), self.units[key, index]
        self.units[key, index] = units
        if units == exported:
            return None
        line = self.by_key.get(key)
        reason = self._why_not_now(line, start, exported, units)
        if reason:
            return self._refuse(row, column, reason, key, start)
        if self.table.units[line.id, start] != units:
            self.changes.append(
                {
                    "line_id": line.id,
                    "date_start": self.file.starts[index],
                    "amount": self.target._units().amount(units),
                }
            )
        return None

    def _why_no_amount(self, entry):
        """Why an entry is no amount; ``None`` where it is one."""
        if entry.kind == "number":
            why = why_not_amount(self.target, entry.value, self.whole)
            return why and self.env._(
                "The number %(why)s. Enter a number from 0 to %(maximum)s.",
                why=why,
                maximum=formatLang(self.env, MAX_AMOUNT, digits=0),
            )
        return {
            "empty": lambda: self.env._("The cell is empty. Enter 0 for nothing."),
            "text": lambda: self.env._("This is a text, not a number."),
            "boolean": lambda: self.env._("This is TRUE or FALSE, not a number."),
            "date": lambda: self.env._("This is a date or a time, not a number. Enter it again, formatted as a number."),
            "error": lambda: self.env._("The formula has an error."),
            "unsaved": lambda: self.env._(
                "The formula has no result in the file. Open the file in a spreadsheet program and save it, or enter the number."
            ),
        }[entry.kind]()  # fmt: skip

    def _why_not_now(self, line, start, exported, units):
        """Why the plan, as it is now, does not take the amount; ``None`` where it does."""
        if not line:
            return self.env._("The line is not in the plan any more.")
        if not self.table.is_leaf(line.id):
            return self.env._("The line has parts by now: it is their sum. Export the plan again.")
        cell = self.table.cells[line.id, start]
        if self.table.locked[line.id, start]:
            return self.env._("The amount is locked.")
        if self.closed and cell.date_end <= self.closed:
            return self.env._("Accounting has closed the period.")
        if not self.table.open[line.id, start]:
            return self.env._("The line is not there in this period.")
        now = self.table.units[line.id, start]
        if now not in (exported, units):
            return self.env._(
                "Somebody changed it in Odoo since the export: from %(exported)s to %(now)s.",
                exported=self._words(exported),
                now=self._words(now),
            )
        return None

    # ------------------------------------------------------------------
    # Sums
    # ------------------------------------------------------------------

    def _check_sums(self):
        """A sum may be a formula that is the sum, or the right number; what else was entered would be lost."""
        parts = {}
        for key, line in self.file.lines.items():
            parts.setdefault(line.parent, []).append(key)
        sums = self._sums()
        self._keyed = set(self.rows.values()), {*self.file.columns.values()} - {self.file.columns.get(TOTAL)}
        count = len(self.starts)
        for key, row in self.rows.items():
            line = self.file.lines[key]
            for index, start in enumerate(self.starts):
                column = self.file.columns.get(self.file.starts[index])
                if column is not None and not line.leaf:
                    below = [(self.rows[part], column) for part in parts[key] if part in self.rows]
                    places = [(self.file.lines[part].row, FIRST_COLUMN + index) for part in parts[key]]
                    own = line.row, FIRST_COLUMN + index
                    if not self._is_sum(row, column, sums[key, index], below, places, own):
                        words = self._words(sums[key, index])
                        reason = self.env._("It is the sum of the lines below it, %(sum)s. Change those.", sum=words)
                        self._refuse(row, column, reason, key, start)
            column = self.file.columns.get(TOTAL)
            if column is not None:
                total = sum(sums[key, index] for index in range(count))
                across = [(row, self.file.columns[text]) for text in self.file.starts if text in self.file.columns]
                places = [(line.row, FIRST_COLUMN + index) for index in range(count)]
                if not self._is_sum(row, column, total, across, places, (line.row, FIRST_COLUMN + count)):
                    reason = self.env._("It is the sum of the periods, %(sum)s. Change those.", sum=self._words(total))
                    self._refuse(row, column, reason, key)

    def _sums(self):
        sums = {}
        # From the last to the first: parts stand after what they are part of.
        for key, line in reversed(self.file.lines.items()):
            for index in range(len(self.starts)):
                own = self.units[key, index] if line.leaf else sums.get((key, index), 0)
                sums[key, index] = own
                sums[line.parent, index] = sums.get((line.parent, index), 0) + own
        return sums

    def _is_sum(self, row, column, expected, cells, places, own):
        """Whether nothing was entered in the place of a sum: it is empty, adds the right cells, or is the right number.

        :param list cells: what it has to add, where that stands in the file
        :param list places: where that stood when it was exported
        :param tuple own: where the sum itself stood
        """
        entry = self.file.entry(row, column)
        if entry.kind == "empty":
            return True
        if entry.formula:
            exported = sum_of(places)
            if (
                entry.formula == exported
                or sums_cells(entry.formula, cells, self._is_keyed)
                or entry.formula == moved(exported, cell_name(*own), cell_name(row, column))
            ):
                return True
        is_number = entry.kind == "number" and math.isfinite(entry.value) and abs(entry.value) < 1e18
        return is_number and self.to_units(entry.value) == expected

    def _is_keyed(self, row, column):
        return row in self._keyed[0] and column in self._keyed[1]

    # ------------------------------------------------------------------
    # Words
    # ------------------------------------------------------------------

    def _refuse(self, row, column, reason, key=None, start=None):
        entry = self.file.entry(row, column)
        value = entry.formula if entry.kind == "unsaved" else entry.value
        self.refused.append(
            {
                "row": row + 1,
                "column": column_name(column),
                "place": column,
                "cell": cell_name(row, column),
                "line": self._name(key) if key else "",
                "period": self.labels[start] if start else "",
                "value": "" if value is None else str(value)[:MAX_SHOWN],
                "reason": reason,
            }
        )

    def _name(self, key):
        line = self.by_key.get(key)
        return line.display_name if line else self.env._("row %(row)s of the export", row=self.file.lines[key].row + 1)

    def _words(self, units):
        return formatLang(self.env, self.target._units().amount(units), digits=self.decimals)
