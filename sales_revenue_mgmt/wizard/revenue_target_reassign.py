"""Somebody leaves, joins or changes team during a plan: the rest of the target goes to others, what was stays."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..analytics.apportion import apportion
from ..models.revenue_target_table import PlanTable
from ..report.revenue_period import overlap


class RevenueTargetReassign(models.TransientModel):
    _name = "revenue.target.reassign"
    _description = "Reassign a Target"

    target_id = fields.Many2one("revenue.target", "Plan", required=True, readonly=True, ondelete="cascade")
    line_id = fields.Many2one(
        "revenue.target.line",
        "From",
        required=True,
        domain="[('target_id', '=', target_id), ('level', '=', 'user')]",
        ondelete="cascade",
        help="Whose target is reassigned.",
    )
    last_day = fields.Date(required=True, help="The last day that is theirs. Their line keeps its history until then.")
    recipient_ids = fields.Many2many(
        "revenue.target.line",
        string="To Lines",
        domain="[('target_id', '=', target_id), ('id', '!=', line_id), ('child_ids', '=', False)]",
        help="They share what is left, in proportion to what they have.",
    )
    new_user_id = fields.Many2one(
        "res.users",
        "To Somebody New",
        domain="[('share', '=', False)]",
        help="Gets a line from the next day on: a successor, or the same person in another team.",
    )
    new_parent_id = fields.Many2one(
        "revenue.target.line",
        "In Team",
        domain="[('target_id', '=', target_id), ('level', 'in', ('team', 'branch', 'company'))]",
        help="Where the new line belongs; empty: where the old one is.",
    )
    amount = fields.Monetary(
        compute="_compute_amount", string="To Reassign", help="What is planned after the last day."
    )
    currency_id = fields.Many2one(related="target_id.currency_id")

    @api.depends("line_id", "last_day")
    def _compute_amount(self):
        for wizard in self:
            target, line = wizard.target_id, wizard.line_id
            wizard.amount = 0.0
            # Nobody looks into somebody else's plan this way.
            if line and wizard.last_day and line.sudo().target_id == target and target.has_access("write"):
                wizard.amount = target._from_units(sum(wizard._left(line.sudo().cell_ids).values()))

    def _left(self, cells):
        """Whole units per period that are planned for the days after the last one.

        :return: first day of the period → units
        """
        left = {}
        for cell in cells:
            start, end = max(cell.date_start, cell.line_id.date_start), min(cell.date_end, cell.line_id.date_end)
            there = overlap((start, end), (start, end)) if start <= end else 0
            gone = overlap((start, end), (max(start, fields.Date.add(self.last_day, days=1)), end)) if there else 0
            if gone:
                left[cell.date_start] = apportion(cell._units(), [gone, there - gone])[0]
        return left

    def action_apply(self):
        """Reassign in the draft; of a plan in force, in its next version, which is made for it."""
        self.ensure_one()
        target, line = self.target_id, self.line_id
        if target.state == "posted":
            target.action_revise()
            target = target.revision_ids.filtered(lambda revision: revision.state == "draft")
            same = {other._scope_key(): other for other in target.line_ids}
            counterpart = {own: same[own._scope_key()] for own in line | self.recipient_ids | self.new_parent_id}
        else:
            counterpart = {own: own for own in line | self.recipient_ids | self.new_parent_id}
        target._claim_lines()
        with target._lines_audited():
            self._reassign(target, counterpart)
        return {
            "type": "ir.actions.act_window",
            "res_model": "revenue.target",
            "res_id": target.id,
            "views": [(False, "form")],
        }

    def _reassign(self, target, counterpart):
        line = counterpart[self.line_id].sudo()
        if line.child_ids:
            raise UserError(self.env._("From: %(line)s has lines below it; reassign these.", line=line.display_name))
        if not line.date_start <= self.last_day < line.date_end:
            raise UserError(
                self.env._(
                    "Last Day: %(day)s is not between %(start)s and %(end)s, when %(line)s has a target.",
                    day=self.last_day,
                    start=line.date_start,
                    end=line.date_end,
                    line=line.display_name,
                )
            )
        if any(own.target_id != self.target_id for own in counterpart):
            raise UserError(self.env._("To Lines: choose lines of the same plan."))
        recipients = [counterpart[own].sudo() for own in self.recipient_ids]
        if any(own.child_ids or own == line for own in recipients):
            raise UserError(self.env._("To Lines: choose other lines, each without lines below it."))
        if self.new_user_id:
            parent = counterpart[self.new_parent_id] if self.new_parent_id else line.parent_id
            if not parent.sudo().child_ids:
                raise UserError(
                    self.env._(
                        "In Team: %(line)s has a target of its own and no lines below it. Add its people first, so that nothing "
                        "of it is lost.",
                        line=parent.display_name,
                    )
                )
            recipients.append(
                self.env["revenue.target.line"]
                .create(
                    {
                        "target_id": target.id,
                        "parent_id": parent.id,
                        "level": "user",
                        "user_id": self.new_user_id.id,
                        "date_start": fields.Date.add(self.last_day, days=1),
                        "date_end": line.date_end,
                        "amount": 0.0,
                    }
                )
                .sudo()
            )
        if not recipients:
            raise UserError(self.env._("To Lines, To Somebody New: choose who gets what is left."))
        left = self._left(line.cell_ids)
        table = PlanTable(target)
        for start, units in left.items():
            if units and table.fixed((line.id, start)):
                raise UserError(
                    self.env._(
                        "From: %(line)s has a locked or closed amount in the period of %(period)s. Unlock it, or choose a later "
                        "day.",
                        line=line.display_name,
                        period=start,
                    )
                )
            table.units[line.id, start] -= units
            keys = [(own.id, start) for own in recipients if not table.fixed((own.id, start))]
            if not keys:
                raise UserError(
                    self.env._(
                        "To Lines: nobody of them can take %(amount)s of %(period)s: locked, closed, or not there then.",
                        amount=target._from_units(units),
                        period=start,
                    )
                )
            for key, part in zip(keys, apportion(units, [table.units[key] for key in keys]), strict=True):
                table.units[key] += part
        table.save()
        line._put({"date_end": self.last_day})
