"""All amounts of a plan in memory: what every change of them works on."""

from collections import defaultdict

from odoo import fields

from ..analytics.apportion import spread


class PlanTable:
    """All amounts of one plan in memory, in whole units, and what of them changed.

    The amounts of lines without parts are the plan; those above are sums, made anew when saving.
    """

    def __init__(self, target):
        self.target = target
        # The caller has checked that this user may change the plan, and the sums above are part of it.
        lines = target.sudo().line_ids
        cells = target.env["revenue.target.cell"].sudo().search_fetch([("line_id", "in", lines.ids)])
        self.lines = {line.id: line for line in lines}
        self.starts = sorted({cell.date_start for cell in cells})
        self.cells = {(cell.line_id.id, cell.date_start): cell for cell in cells}
        self.size = len(self.cells)
        self.units = {key: target._to_units(cell.amount) for key, cell in self.cells.items()}
        self.locked = {key: cell.locked for key, cell in self.cells.items()}
        closed = target._closed_until()
        self.open = {key: cell._is_open(closed) for key, cell in self.cells.items()}
        self.before = dict(self.units), dict(self.locked)
        parents = {line.parent_id.id for line in lines}
        self._leaves = defaultdict(list)
        self.above = {}
        for line in lines:
            path = line._path()
            self.above[line.id] = path[:-1]
            if line.id not in parents:
                for ancestor in path:
                    self._leaves[ancestor].append(line.id)

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
        line = cell.line_id
        there = (min(cell.date_end, line.date_end) - max(cell.date_start, line.date_start)).days + 1
        return max(there, 0) / ((cell.date_end - cell.date_start).days + 1)

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
        cell = self.cells[key]
        whole = {"week": 7, "month": 28, "quarter": 90}[self.target.cadence]
        days = (min(cell.date_end, cell.line_id.date_end) - max(cell.date_start, cell.line_id.date_start)).days + 1
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
        for key in self.changed():
            self.cells[key]._put({"amount": self.target._from_units(self.units[key]), "locked": self.locked[key]})

    def answer(self):
        """What :meth:`set_cells` answers."""
        changed = self.changed()
        units, locked = self.before
        leaves = {leaf for own in self._leaves.values() for leaf in own}
        amount_of = self.target._from_units
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
