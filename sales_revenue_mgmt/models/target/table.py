"""All amounts of a plan in memory: what every change of them works on."""

from collections import defaultdict

from odoo import fields

from ...analytics.apportion import spread
from .amounts import saying_what_is_locked
from .rows import Cell, PlanRows, write_cells

# From how many days on a period is a whole one.
WHOLE_DAYS = {"week": 7, "month": 28, "quarter": 90}


class PlanTable:
    """All amounts of one plan in memory, in whole units, and what of them changed.

    The amounts of lines without parts are the plan; those above are sums, made anew when saving.
    """

    def __init__(self, target, rows=None):
        """
        :param PlanRows rows: of this moment, where the caller has them already
        """
        self.target = target
        # The caller has checked that this user may change the plan, and the sums above are part of it.
        origin = target._origin
        self.read = rows or PlanRows(origin)
        self.rows = {row.id: row for row in self.read.lines[origin.id]}
        records = target.env["revenue.target.line"].sudo().browse(self.rows)
        self.lines = dict(zip(self.rows, records, strict=True))
        self.cells = {(cell.line_id, cell.date_start): cell for cell in self._cells(origin)}
        self.starts = sorted({start for _line_id, start in self.cells})
        self.size = len(self.cells)
        self.to_units = target._units().whole
        self.units = {key: self.to_units(cell.amount) for key, cell in self.cells.items()}
        self.locked = {key: cell.locked for key, cell in self.cells.items()}
        closed = target._closed_until()
        self.open = {
            key: not (closed and cell.date_end <= closed) and self.is_there(key) for key, cell in self.cells.items()
        }
        self.before = dict(self.units), dict(self.locked)
        parents = {row.parent_id for row in self.rows.values()}
        self._leaves = defaultdict(list)
        self.above = {}
        for row in self.rows.values():
            self.above[row.id] = list(row.path[:-1])
            if row.id not in parents:
                for ancestor in row.path:
                    self._leaves[ancestor].append(row.id)

    def _cells(self, origin):
        """The plan's amounts; new lines have theirs here before they are written."""
        periods = None
        for row, cells in self.read.of(origin):
            if not cells:
                periods = periods or self.read.periods(origin) or origin._new_periods()
                cells = [Cell(None, row.id, start, end, 0.0, False) for start, end in periods]
            yield from cells

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
        cell = self.cells[key]
        return max(self._days_there(key), 0) / ((cell.date_end - cell.date_start).days + 1)

    def is_there(self, key):
        """Whether the line is there in the period at all."""
        cell, row = self.cells[key], self.rows[key[0]]
        return row.date_start <= cell.date_end and cell.date_start <= row.date_end

    def _days_there(self, key):
        cell, row = self.cells[key], self.rows[key[0]]
        return (min(cell.date_end, row.date_end) - max(cell.date_start, row.date_start)).days + 1

    def fixed(self, key):
        return self.locked[key] or not self.open[key]

    def put(self, keys, units, line_id, weights=None):
        """Make amounts add up to so many units, by weights or else by what they are.

        :raises UserError: what is fixed does not allow it
        """
        if len(keys) == 1 and not self.fixed(keys[0]):
            self.units[keys[0]] = units
            return
        current = [self.units[key] for key in keys]
        fixed = [self.fixed(key) for key in keys]
        if weights is None and not any(units for units, stays in zip(current, fixed, strict=True) if not stays):
            weights = [self._days(key) for key in keys]
        with saying_what_is_locked(
            self.target, self.lines[line_id], keys[0][1] if len({key[1] for key in keys}) == 1 else None
        ):
            parts = spread(units, current, fixed, weights)
        self.units.update(zip(keys, parts, strict=True))

    def _days(self, key):
        """Where nothing is planned yet, periods count by their days, as far as the line is there."""
        whole, days = WHOLE_DAYS[self.target.cadence], self._days_there(key)
        # Whole periods are alike, whether a month has 28 days or 31.
        return 1 if days >= whole else max(days, 0) / whole

    def lock(self, keys, locked):
        self.locked.update(dict.fromkeys(keys, locked))

    def is_leaf(self, line_id):
        """Whether the line has no parts."""
        return self._leaves.get(line_id) == [line_id]

    def sums(self):
        """The amounts of lines with parts, from those of the lines without."""
        sums = defaultdict(int)
        leaves = {line_id for line_id in self.rows if self.is_leaf(line_id)}
        for line_id in leaves:
            above = self.above[line_id]
            for start in self.starts:
                if units := self.units[line_id, start]:
                    for ancestor in above:
                        sums[ancestor, start] += units
        for line_id in self.rows.keys() - leaves:
            for start in self.starts:
                self.units[line_id, start] = sums[line_id, start]

    def changed(self):
        units, locked = self.before
        return [key for key in self.cells if self.units[key] != units[key] or self.locked[key] != locked[key]]

    def save(self):
        self.sums()
        new = [key for key, cell in self.cells.items() if cell.id is None]
        changed = [key for key in self.changed() if self.cells[key].id is not None]
        totals = {
            line_id: sum(self.units[line_id, start] for start in self.starts)
            for line_id in {line_id for line_id, _start in (*new, *changed)}
        }
        write_cells(
            self.target,
            [(key[0], self.cells[key][2:4], self.units[key], self.locked[key]) for key in new],
            [(self.cells[key].id, self.units[key], self.locked[key]) for key in changed],
            totals,
        )

    def answer(self):
        """What :meth:`set_cells` answers."""
        changed = sorted(self.changed(), key=lambda key: (key[1], key[0]))
        units, locked = self.before
        amount_of = self.target._units().amount

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
                if self.is_leaf(key[0])
            ],
        }
