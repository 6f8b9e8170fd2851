"""Other periods, or other units: what a plan promises stays."""

from odoo import models

from ...analytics.apportion import apportion
from ...analytics.periods import overlap
from ...report.facts.measures import MEASURES
from .revenue_target_plan import CUT
from .rows import add_up, delete_cells, unit_reader, write_cells, write_line_dates
from .table import PlanTable


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    def _cut_values(self):
        """What the periods hang on."""
        return [self[name] for name in (*CUT, "company_id")]

    def _decimals_after(self, vals):
        """The decimals of amounts once some values are written."""
        measure = MEASURES.get(vals.get("measure", self.measure))
        company = self.env["res.company"].browse(vals.get("company_id", self.company_id.id)).sudo().exists()
        if not measure or not company:
            # What cannot be is refused when it is written.
            return self._decimals()
        return company.currency_id.decimal_places if measure.monetary else measure.decimals

    def _in_whole_units(self, value, decimals):
        """An amount as it is kept; what is none stays, to be refused."""
        amount = self._as_number(value)
        if self._why_not_amount(amount, whole=False):
            return value
        return self._from_units(self._to_units(amount, decimals), decimals)

    def _recut(self, old_start, old_end, read):
        """Other periods, the same goals: each old amount goes to the new periods that share days with it, in proportion to
        these days; what has lost all its days goes where the rest of the line is. Each line keeps its amount.

        :param PlanRows read: lines and amounts as they are
        """
        self._check_size()
        rows, new = read.lines[self.id], self._new_periods()
        write_line_dates(self, [(row.id, *self._dates_after(row, old_start, old_end)) for row in rows])
        amounts, locks = self._amounts_after(read, new)
        add_up(rows, amounts, len(new))
        delete_cells(self, amounts)
        none = [False] * len(new)
        cells = [
            (line_id, *values)
            for line_id, units in amounts.items()
            for values in zip(new, units, locks.get(line_id, none), strict=True)
        ]
        write_cells(self, cells, [], {line_id: sum(units) for line_id, units in amounts.items()})
        self.sudo().line_ids._clear_absence()

    def _dates_after(self, row, old_start, old_end):
        """Who was there from beginning to end still is; others keep their own dates, as far as the plan goes."""
        start = self.date_start if row.date_start == old_start else max(row.date_start, self.date_start)
        end = self.date_end if row.date_end == old_end else min(row.date_end, self.date_end)
        return min(start, self.date_end), max(end, self.date_start)

    def _amounts_after(self, read, new):
        """What lines without parts have in other periods.

        :param PlanRows read: lines and amounts as they are
        :return: line id → whole units per period, and line id → whether they are locked
        :rtype: tuple[dict[int, list[int]], dict[int, list[bool]]]
        """
        rows, to_units = read.of(self), unit_reader(self)
        parents = {row.parent_id for row, _cells in rows}
        shared, amounts, all_locks = {}, {}, {}
        for row, own in rows:
            if row.id in parents:
                continue
            units, lost, locks = [0] * len(new), 0, {}
            for cell in own:
                old = cell.date_start, cell.date_end
                if old not in shared:
                    shared[old] = [(index, days) for index, period in enumerate(new) if (days := overlap(old, period))]
                places, amount = shared[old], to_units(cell.amount)
                locks[old] = cell.locked
                if not places:
                    lost += amount
                    continue
                parts = apportion(amount, [days for _index, days in places])
                for (index, _days), part in zip(places, parts, strict=True):
                    units[index] += part
            if lost:
                units = [sum(pair) for pair in zip(units, apportion(lost, units), strict=True)]
            amounts[row.id], all_locks[row.id] = units, [locks.get(period, False) for period in new]
        return amounts, all_locks

    def _round_amounts(self, decimals):
        """Amounts with fewer decimals: cents become whole orders, or whole yen. The total is rounded, and each amount to the next
        one above or below it, so that they still add up. Locked amounts as well: they cannot stay what they were.

        :param int decimals: that are left
        """
        step = 10 ** (self._decimals() - decimals)
        table = PlanTable(self)
        keys = table.leaves(self._root().id)
        units = [table.units[key] for key in keys]
        parts = apportion((2 * sum(units) + step) // (2 * step), units)
        table.units.update(zip(keys, (part * step for part in parts), strict=True))
        with self._lines_audited(table.read):
            table.save()
