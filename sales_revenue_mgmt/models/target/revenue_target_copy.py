"""Copies and next versions of a plan: the same tree."""

from odoo import models

from ...analytics.apportion import apportion
from ...analytics.periods import overlap
from .revenue_target_line import KEPT
from .revenue_target_plan import CUT
from .rows import PlanRows, add_up, unit_reader, write_cells


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
        copies = self._copy_tree(source.sudo().line_ids.sorted("parent_path"), same)
        read, to_units, days = PlanRows(source), unit_reader(source), [overlap(period, period) for period in cut]
        rows, shares = read.of(source), {}
        parents = {row.parent_id for row, _cells in rows}
        for row, cells in rows:
            if row.id not in parents:
                units = [to_units(cell.amount) for cell in cells]
                shares[row.id] = units if len(units) == len(cut) else apportion(sum(units), days)
        dealt = iter(apportion(total, [part for units in shares.values() for part in units]))
        amounts = {line_id: [next(dealt) for _part in units] for line_id, units in shares.items()}
        add_up(read.lines[source.id], amounts, len(cut))
        write_cells(
            self,
            [
                (copies[row.id], period, units, same and cells[place].locked)
                for row, cells in rows
                for place, (period, units) in enumerate(zip(cut, amounts[row.id], strict=True))
            ],
            [],
            {copies[line_id]: sum(units) for line_id, units in amounts.items()},
        )
        self.invalidate_recordset()

    def _copy_tree(self, lines, same):
        """Lines like those of another plan, without amounts.

        :param bool same: whether they are there from the same day to the same day, or as long as the plan
        :return: id of each line → id of its copy
        :rtype: dict[int, int]
        """
        copies = {}
        # All of one depth at a time, since each needs what it is part of.
        for _depth, own in sorted(lines.grouped(lambda line: line._depth()).items()):
            values = [
                {
                    "target_id": self.id,
                    "parent_id": copies[line.parent_id.id] if line.parent_id else False,
                    "sequence": line.sequence,
                    **line._scope_values(),
                    **({} if same else {"date_start": self.date_start, "date_end": self.date_end}),
                }
                for line in own
            ]
            made = own.with_context(revenue_lines_kept=KEPT)._create_by_plan(values)
            copies.update(zip(own.ids, made.ids, strict=True))
        return copies
