"""All amounts of a plan in memory: what every change of them works on."""

from collections import defaultdict

from odoo import fields

from ..analytics.apportion import spread
from .revenue_target_rows import read_cells, read_lines, unit_reader, update_cells


class PlanTable:
    """All amounts of one plan in memory, in whole units, and what of them changed.

    The amounts of lines without parts are the plan; those above are sums, made anew when saving.
    """

    def __init__(self, target):
        self.target = target
        # The caller has checked that this user may change the plan, and the sums above are part of it.
        origin = target._origin
        rows, cells = read_lines(origin)[origin.id], read_cells(origin)[origin.id]
        records = target.env["revenue.target.line"].sudo().browse([row.id for row in rows])
        self.lines = dict(zip(records.ids, records, strict=True))
        self.starts = sorted({cell.date_start for cell in cells})
        self.cells = {(cell.line_id, cell.date_start): cell for cell in cells}
        self.size = len(self.cells)
        to_units = unit_reader(target)
        self.units = {key: to_units(cell.amount) for key, cell in self.cells.items()}
        self.locked = {key: cell.locked for key, cell in self.cells.items()}
        closed, dates = target._closed_until(), {row.id: (row.date_start, row.date_end) for row in rows}
        self.open = {
            key: not (closed and cell.date_end <= closed) and _shares_days(cell, *dates[key[0]])
            for key, cell in self.cells.items()
        }
        self.before = dict(self.units), dict(self.locked)
        parents = {row.parent_id for row in rows}
        self._leaves = defaultdict(list)
        self.above = {}
        for row in rows:
            self.above[row.id] = list(row.path[:-1])
            if row.id not in parents:
                for ancestor in row.path:
                    self._leaves[ancestor].append(row.id)

    def leaves(self, line_id, date_start=None):
        """Keys of the amounts that a line's amount is made of; of all periods, or of one."""
        starts = [date_start] if date_start else self.starts
        return [(leaf, start) for leaf in self._leaves[line_id] for start in starts]

    def leaf_lines(self, line_id):
        """Ids of the lines without parts at or below a line."""
        return self._leaves[line_id]

    def presence(self, key):
        """Which share of a period the line is there for.

        :rtype: float
        """
        cell, line = self.cells[key], self.lines[key[0]]
        there = (min(cell.date_end, line.date_end) - max(cell.date_start, line.date_start)).days + 1
        return max(there, 0) / ((cell.date_end - cell.date_start).days + 1)

    def is_there(self, key):
        """Whether the line is there in the period at all."""
        line = self.lines[key[0]]
        return _shares_days(self.cells[key], line.date_start, line.date_end)

    def fixed(self, key):
        return self.locked[key] or not self.open[key]

    def put(self, keys, units, line_id, weights=None):
        """Make amounts add up to so many units, by weights or else by what they are.

        :raises UserError: what is fixed does not allow it
        """
        current = [self.units[key] for key in keys]
        fixed = [self.fixed(key) for key in keys]
        if weights is None and not any(units for units, stays in zip(current, fixed, strict=True) if not stays):
            weights = [self._days(key) for key in keys]
        with self.target._saying_what_is_locked(
            self.lines[line_id], keys[0][1] if len({key[1] for key in keys}) == 1 else None
        ):
            parts = spread(units, current, fixed, weights)
        self.units.update(zip(keys, parts, strict=True))

    def _days(self, key):
        """Where nothing is planned yet, periods count by their days, as far as the line is there."""
        cell, line = self.cells[key], self.lines[key[0]]
        whole = {"week": 7, "month": 28, "quarter": 90}[self.target.cadence]
        days = (min(cell.date_end, line.date_end) - max(cell.date_start, line.date_start)).days + 1
        # Whole periods are alike, whether a month has 28 days or 31.
        return 1 if days >= whole else max(days, 0) / whole

    def lock(self, keys, locked):
        self.locked.update(dict.fromkeys(keys, locked))

    def sums(self):
        """The amounts of lines with parts, from those of the lines without."""
        sums = defaultdict(int)
        leaves = {leaf for own in self._leaves.values() for leaf in own}
        for (line_id, start), units in self.units.items():
            if line_id in leaves:
                for ancestor in self.above[line_id]:
                    sums[ancestor, start] += units
        for key in self.units:
            if key[0] not in leaves:
                self.units[key] = sums[key]

    def changed(self):
        units, locked = self.before
        return [key for key in self.cells if self.units[key] != units[key] or self.locked[key] != locked[key]]

    def save(self):
        self.sums()
        changed = self.changed()
        totals = {
            line_id: sum(self.units[line_id, start] for start in self.starts) for line_id in {key[0] for key in changed}
        }
        rows = [(self.cells[key].id, self.units[key], self.locked[key]) for key in changed]
        update_cells(self.target, rows, totals)

    def answer(self):
        """What :meth:`set_cells` answers."""
        changed = self.changed()
        units, locked = self.before
        leaves = {leaf for own in self._leaves.values() for leaf in own}
        decimals = self.target._decimals()

        def amount_of(units):
            return self.target._from_units(units, decimals)

        return {
            "lines": {
                str(line_id): {
                    "amounts": [amount_of(self.units[line_id, start]) for start in self.starts],
                    "locked": [self.locked[line_id, start] for start in self.starts],
                }
                for line_id in {key[0] for key in changed}
            },
            "before": [
                {
                    "line_id": key[0],
                    "date_start": fields.Date.to_string(key[1]),
                    "amount": amount_of(units[key]),
                    "was": amount_of(self.units[key]),
                    "locked": locked[key],
                }
                for key in changed
                if key[0] in leaves
            ],
        }


def _shares_days(cell, first, last):
    """Whether a line that is there from one day to another is there in a period."""
    return first <= cell.date_end and cell.date_start <= last
