"""Copies and next versions of a plan: the same tree."""

from odoo import models

from ..analytics.apportion import apportion
from ..report.revenue_period import overlap
from .revenue_target_line import KEPT
from .revenue_target_plan import CUT
from .revenue_target_table import PlanTable


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
        cut, copies, shares = source._periods() if as_before else self._new_periods(), {}, {}
        same = cut == source._periods()
        for line in source.sudo().line_ids.sorted("parent_path"):
            parent = copies[line.parent_id].id if line.parent_id else False
            values = {"target_id": self.id, "parent_id": parent, "sequence": line.sequence, **line._scope_values()}
            if not same:
                values.update(date_start=self.date_start, date_end=self.date_end)
            copies[line] = line.with_context(revenue_lines_kept=KEPT)._create_by_plan([values], cells=False)
            copies[line]._replace_cells(cut, locked=line.cell_ids.mapped("locked") if same else None)
            if not line.child_ids:
                units = [source._to_units(cell.amount) for cell in line.cell_ids]
                if len(units) != len(cut):
                    units = apportion(sum(units), [overlap(period, period) for period in cut])
                shares.update({(copies[line].id, start): part for (start, _end), part in zip(cut, units, strict=True)})
        self.invalidate_recordset()
        table = PlanTable(self)
        table.units.update(zip(shares, apportion(total, shares.values()), strict=True))
        table.save()
