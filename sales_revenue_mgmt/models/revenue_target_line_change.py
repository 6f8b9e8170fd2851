"""What happens to the amounts of a plan when lines come, or are there for a part of it only."""

from odoo import models

from ..analytics.apportion import apportion
from .revenue_target_table import PlanTable


class RevenueTargetLine(models.Model):
    _inherit = "revenue.target.line"

    def _take_over(self, parts, given):
        """New parts of this line: those that come with an amount have it; the first parts of a line share what it had.

        :param parts: new lines below this one
        :param dict given: part → amount
        """
        self.ensure_one()
        target = self.target_id
        target.env.invalidate_all()
        first = not (self.child_ids - parts)
        own = {cell.date_start: target._to_units(cell.amount) for cell in self.cell_ids}
        table = PlanTable(target)
        for part in parts:
            if part in given:
                table.put(table.leaves(part.id), target._checked_amount(given[part], part), part.id)
        without = [part for part in parts if part not in given]
        if first and without:
            for start, units in own.items():
                left = max(units - sum(table.units[part.id, start] for part in parts), 0)
                keys = [(part.id, start) for part in without if table.open[part.id, start]]
                if keys:
                    for key, share in zip(keys, apportion(left, [1] * len(keys)), strict=True):
                        table.units[key] = share
        table.save()

    def _clear_absence(self):
        """Amounts of periods in which the line is not there go to its other periods; where there are none, an error says so."""
        for target, lines in self.grouped("target_id").items():
            table = PlanTable(target)
            for line in lines.filtered(lambda line: not line.child_ids):
                lost = [key for key in table.leaves(line.id) if not table.cells[key]._is_open() and table.units[key]]
                total = sum(table.units[key] for key in table.leaves(line.id))
                if lost:
                    table.units.update(dict.fromkeys(lost, 0))
                    table.put(table.leaves(line.id), total, line.id)
            table.save()
