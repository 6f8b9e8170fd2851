"""Other periods, or other units: what a plan promises stays."""

from odoo import models

from ..analytics.apportion import apportion
from ..report.revenue_measures import MEASURES
from ..report.revenue_period import overlap
from .revenue_target_plan import CUT
from .revenue_target_table import PlanTable


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

    def _recut(self, old_start, old_end):
        """Other periods, the same goals: each old amount goes to the new periods that share days with it, in proportion to
        these days; what has lost all its days goes where the rest of the line is. Each line keeps its amount."""
        self._check_size()
        lines, new = self.sudo().line_ids, self._new_periods()
        for line in lines:
            # Who was there from beginning to end still is; others keep their own dates, as far as the plan goes.
            start = self.date_start if line.date_start == old_start else max(line.date_start, self.date_start)
            end = self.date_end if line.date_end == old_end else min(line.date_end, self.date_end)
            line._put({"date_start": min(start, self.date_end), "date_end": max(end, self.date_start)})
        for line in lines.filtered(lambda line: not line.child_ids):
            old = [(cell.date_start, cell.date_end, self._to_units(cell.amount), cell.locked) for cell in line.cell_ids]
            units, lost = [0] * len(new), 0
            for start, end, amount, _locked in old:
                shared = [overlap((start, end), period) for period in new]
                if any(shared):
                    units = [sum(pair) for pair in zip(units, apportion(amount, shared), strict=True)]
                else:
                    lost += amount
            units = [sum(pair) for pair in zip(units, apportion(lost, units), strict=True)]
            locks = {(start, end): locked for start, end, _amount, locked in old}
            line._replace_cells(new, units, [locks.get(period, False) for period in new])
        lines.filtered("child_ids")._replace_cells(new)
        self._sum_up()
        lines._clear_absence()

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
        with self._lines_audited():
            table.save()
