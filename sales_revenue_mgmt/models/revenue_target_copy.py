"""Copies and next versions of a plan: the same tree."""

from odoo import models

from ..analytics.apportion import apportion
from ..report.revenue_period import overlap
from .revenue_target_line import KEPT
from .revenue_target_plan import CUT
from .revenue_target_rows import PlanRows, insert_cells, unit_reader


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    def _create_revision(self, vals_list):
        """The next version has the same tree with the same amounts, locks and dates."""
        revisions = super()._create_revision(vals_list)
        for revision in revisions:
            revision._copy_lines(revision.origin_id)
        revisions._audit_created()
        return revisions

    def copy(self, default=None):
        """A copy has the same lines; in as many periods the same amounts, else each line's amount, spread by days. A copy for
        another company, team or person has the total alone: the lines would not be theirs."""
        copies = super().copy(default)
        for target, copied in zip(self, copies, strict=True):
            if all(copied[name] == target[name] for name in ("company_id", "team_id", "user_id")):
                # The root was made with the total; what it is the sum of comes with the lines.
                with copied._lines_audited():
                    copied._copy_lines(target)
        return copies

    def copy_data(self, default=None):
        """Another measure may have no cents."""
        vals_list = super().copy_data(default)
        for target, vals in zip(self, vals_list, strict=True):
            if "amount" in vals:
                vals["amount"] = target._in_whole_units(vals["amount"], target._decimals_after(vals))
        return vals_list

    def _copy_lines(self, source):
        """The tree of another plan with the same scope, with this one's total; also where people have left it since: what was
        promised stays."""
        self.ensure_one()
        total = self._to_units(self.amount)
        self._root()._unlink_by_plan()
        as_before = all(self[name] == source[name] for name in CUT)
        cut = source._periods() if as_before else self._new_periods()
        same = cut == source._periods()
        lines = source.sudo().line_ids.sorted("parent_path")
        copies = self._copy_tree(lines, same)
        cells, shares, to_units = PlanRows(source).cells, {}, unit_reader(source)
        locks = {line.id: [cell.locked for cell in cells[line.id]] if same else [False] * len(cut) for line in lines}
        days = [overlap(period, period) for period in cut]
        for line in lines.filtered(lambda line: not line.child_ids):
            units = [to_units(cell.amount) for cell in cells[line.id]]
            if len(units) != len(cut):
                units = apportion(sum(units), days)
            shares.update(zip([(copies[line], start) for start, _end in cut], units, strict=True))
        amounts = dict(zip(shares, apportion(total, shares.values()), strict=True))
        insert_cells(
            self,
            [
                (copies[line], start, end, amounts.get((copies[line], start), 0), locked)
                for line in lines
                for (start, end), locked in zip(cut, locks[line.id], strict=True)
            ],
        )
        self.invalidate_recordset()
        self._sum_up()

    def _copy_tree(self, lines, same):
        """Lines like those of another plan, without amounts.

        :param bool same: whether they are there from the same day to the same day, or as long as the plan
        :return: line → id of its copy
        :rtype: dict
        """
        copies = {}
        # All of one depth at a time, since each needs what it is part of.
        for _depth, own in sorted(lines.grouped(lambda line: line._depth()).items()):
            values = [
                {
                    "target_id": self.id,
                    "parent_id": copies[line.parent_id] if line.parent_id else False,
                    "sequence": line.sequence,
                    **line._scope_values(),
                    **({} if same else {"date_start": self.date_start, "date_end": self.date_end}),
                }
                for line in own
            ]
            made = own.with_context(revenue_lines_kept=KEPT)._create_by_plan(values, cells=False)
            copies.update(zip(own, made.ids, strict=True))
        return copies
