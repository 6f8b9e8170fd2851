"""What happens to the amounts of a plan when lines come, or are there for a part of it only."""

from odoo import models

from ..analytics.apportion import apportion
from .revenue_target_table import PlanTable


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    def _take_over(self, lines, amounts):
        """New lines: those that come with an amount have it; the first parts of a line share what it had.

        :param lines: new lines of this plan
        :param dict amounts: line → amount; the others come without
        """
        self.ensure_one()
        self.env.flush_all()
        self.env.invalidate_all()
        table = PlanTable(self)
        for line, amount in amounts.items():
            table.put(table.leaves(line.id), self._checked_amount(amount, line), line.id)
        for parent, parts in lines.sudo().grouped("parent_id").items():
            without = [part.id for part in parts if part not in amounts]
            if parent.child_ids - parts or not without:
                continue
            for start in table.starts:
                taken = sum(table.units[part.id, start] for part in parts)
                keys = [(line_id, start) for line_id in without if table.open[line_id, start]]
                if keys:
                    left = max(table.units[parent.id, start] - taken, 0)
                    table.units.update(zip(keys, apportion(left, [1] * len(keys)), strict=True))
        table.save()


class RevenueTargetLine(models.Model):
    _inherit = "revenue.target.line"

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
