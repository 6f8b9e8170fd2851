"""What happens to the amounts of a plan when lines come, or are there for a part of it only."""

from odoo import models
from odoo.exceptions import UserError

from ...analytics.apportion import apportion
from .amounts import checked_amount
from .table import PlanTable


class RevenueTarget(models.Model):
    # Fields, tree, grid, numbers and workbook: one file each.
    _inherit = "revenue.target"  # pylint: disable=consider-merging-classes-inherited

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
            table.put(table.leaves(line.id), checked_amount(self, amount, line, to_units=table.to_units), line.id)
        for parent, parts in lines.sudo().grouped("parent_id").items():
            without = [part.id for part in parts if part not in amounts]
            if not parent.child_ids - parts and without:
                self._share_among(table, parent, parts, without)
        table.save()

    def _share_among(self, table, parent, parts, without):
        """The first parts of a line: what it has of each period goes to those that come without an amount, and are there then.
        Also what is closed: it was theirs. What is planned for periods in which none of them is there, they have in others."""
        homeless = 0
        for start in table.starts:
            left = table.units[parent.id, start] - sum(table.units[part.id, start] for part in parts)
            keys = [(line_id, start) for line_id in without if table.presence((line_id, start))]
            if left > 0 and keys:
                table.units.update(zip(keys, apportion(left, map(table.presence, keys)), strict=True))
            elif left > 0:
                homeless += left
        if not homeless:
            return
        keys = [(line_id, start) for line_id in without for start in table.starts if table.open[line_id, start]]
        if not keys:
            raise UserError(
                self.env._(
                    "From, Until: %(amount)s of %(line)s is planned for days on which none of these lines is there. Choose other "
                    "dates.",
                    amount=self._units().amount(homeless),
                    line=parent.display_name,
                )
            )
        weights = [table.units[key] for key in keys]
        for key, units in zip(keys, apportion(homeless, weights), strict=True):
            table.units[key] += units


class RevenueTargetLine(models.Model):
    _inherit = "revenue.target.line"

    def _clear_absence(self):
        """Amounts of periods in which the line is not there go to its other periods; where there are none, an error says so."""
        for target, lines in self.grouped("target_id").items():
            table = PlanTable(target)
            for line_id in filter(table.is_leaf, lines.ids):
                keys = table.leaves(line_id)
                lost = [key for key in keys if table.units[key] and not table.is_there(key)]
                if lost:
                    total = sum(table.units[key] for key in keys)
                    table.units.update(dict.fromkeys(lost, 0))
                    table.put(keys, total, line_id)
            table.save()
