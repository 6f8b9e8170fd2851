"""Somebody leaves, joins or changes team during a plan: the rest of the target goes to others, what was stays."""

from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...analytics.apportion import apportion
from ...analytics.periods import overlap
from ...models.target.preview import preview_rows, render_preview
from ...models.target.table import PlanTable
from ..core.revenue_dialog_previewed import fingerprint


class RevenueTargetReassign(models.TransientModel):
    _name = "revenue.target.reassign"
    _description = "Reassign a Target"
    _inherit = ["revenue.dialog.previewed"]

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
        help="Gets a line from the next day on: a successor, or the same person in another team. Beside others, it takes as much "
        "as these on average.",
    )
    new_parent_id = fields.Many2one(
        "revenue.target.line",
        "In Team",
        domain="[('target_id', '=', target_id), ('level', 'in', ('team', 'branch', 'company'))]",
        help="Where the new line belongs; empty: where the old one is.",
    )
    amount = fields.Monetary(
        compute="_compute_preview", string="To Reassign", help="What is planned after the last day."
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    currency_id = fields.Many2one(related="target_id.currency_id")

    # ------------------------------------------------------------------
    # What would come of it
    # ------------------------------------------------------------------

    @api.depends("line_id", "last_day", "recipient_ids", "new_user_id", "new_parent_id")
    def _compute_preview(self):
        for wizard in self:
            target, line = wizard.target_id, wizard.line_id
            wizard.amount, wizard.preview, wizard.preview_hash = 0.0, False, False
            # Nobody looks into somebody else's plan this way.
            if not (line and wizard.last_day and line.sudo().target_id == target and target.has_access("write")):
                continue
            line = line._origin.sudo()
            wizard.amount = target._units().amount(sum(wizard._left(line.cell_ids).values()))
            wizard.preview, wizard.preview_hash = wizard._preview(target._origin, line)

    def _preview(self, target, line):
        """
        :return: what would come of it, and the hash of that
        :rtype: tuple[Markup, str]
        """
        recipients = self.recipient_ids._origin.sudo()
        new = self.new_user_id._origin
        if not recipients and not new:
            return False, False
        table, notes, moves = PlanTable(target), [], []
        try:
            if target.state == "posted" and (why_not := target._why_not("revise")[target]):
                raise UserError(why_not)
            self._check(target, line, recipients)
            moves = self._moves(table, line, recipients, new)
        except UserError as error:
            notes.append(str(error))
        gets = dict.fromkeys([*recipients, *([None] if new else [])], 0)
        for _start, _units, parts in moves:
            for recipient, part in parts.items():
                gets[recipient] += part
        had = {own: sum(table.units[key] for key in table.leaves(own.id)) for own in (line | recipients)}
        rows = [(line.display_name, 0, had[line], had[line] - sum(gets.values()))]
        rows += [
            (own.display_name, 0, had[own], had[own] + more)
            if own
            else (self.env._("%(name)s (new line)", name=new.name), 0, 0, more)
            for own, more in gets.items()
        ]
        shown = [
            (start, units, sorted((own.id if own else 0, part) for own, part in parts.items()))
            for start, units, parts in moves
        ]
        about = (line.id, self.last_day, new.id, self._parent(target, line).id, target.audit_sequence)
        preview = render_preview(self.env, preview_rows(target, rows) if moves else [], notes)
        return preview, fingerprint(about, had[line], shown, [] if moves else notes)

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
                left[cell.date_start] = apportion(cell._whole_amount(), [gone, there - gone])[0]
        return left

    def _moves(self, table, line, recipients, new=None):
        """Who gets what of each period.

        :param PlanTable table: of the plan
        :param recipients: lines that have amounts already
        :param new: whether somebody new is one of them
        :return: of (first day of the period, units, recipient → its part), with ``None`` for who is new
        :raises UserError: what is locked or closed does not allow it
        """
        moves = []
        for start, units in self._left(line.cell_ids).items():
            if units and table.fixed((line.id, start)):
                raise UserError(
                    self.env._(
                        "From: %(line)s has a locked or closed amount in the period of %(period)s. Unlock it, or choose a later "
                        "day.",
                        line=line.display_name,
                        period=start,
                    )
                )
            has = {own: table.units[own.id, start] for own in recipients if not table.fixed((own.id, start))}
            if new:
                # What the old line is there for, the new one is as well.
                has[None] = Fraction(sum(has.values()), len(has)) if has else 1
            if not has:
                raise UserError(
                    self.env._(
                        "To Lines: nobody of them can take %(amount)s of %(period)s: locked, closed, or not there then.",
                        amount=table.target._units().amount(units),
                        period=start,
                    )
                )
            moves.append((start, units, dict(zip(has, apportion(units, has.values()), strict=True))))
        return moves

    # ------------------------------------------------------------------
    # Applying
    # ------------------------------------------------------------------

    def action_apply(self):
        """Reassign in the draft; of a plan in force, in its next version, which is made for it. See :meth:`_shown_again` for
        where something else would come of it than the preview has shown.

        :rtype: dict
        """
        self.ensure_one()
        target = self.target_id
        target.check_access("write")
        # Nobody changes the plan between this look and the change.
        target._lock()
        if again := self._shown_again():
            return again
        asked = self.line_id | self.recipient_ids | self.new_parent_id
        if any(own.sudo().target_id != target for own in asked):
            raise UserError(self.env._("To Lines: choose lines of the same plan."))
        counterpart = {own: own for own in asked}
        if target.state == "posted":
            target.action_revise()
            target = target.revision_ids.filtered(lambda revision: revision.state == "draft")
            same = {other._scope_key(): other for other in target.line_ids}
            counterpart = {own: same[own._scope_key()] for own in asked}
        target._claim_lines()
        with target._lines_audited():
            moved = self._reassign(target, counterpart)
        action = {
            "type": "ir.actions.act_window",
            "res_model": "revenue.target",
            "res_id": target.id,
            "views": [(False, "form")],
        }
        message = self.env._(
            "%(amount)s of %(line)s reassigned to %(names)s.",
            amount=target._show_amount(sum(moved.values())),
            line=self.line_id.display_name,
            names=", ".join(own.display_name for own in moved),
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message, "next": action},
        }

    def _check(self, target, line, recipients):
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
        if any(own.target_id != target for own in line | recipients):
            raise UserError(self.env._("To Lines: choose lines of the same plan."))
        if any(own.child_ids or own == line for own in recipients):
            raise UserError(self.env._("To Lines: choose other lines, each without lines below it."))
        if not recipients and not self.new_user_id:
            raise UserError(self.env._("To Lines, To Somebody New: choose who gets what is left."))
        parent = self._parent(target, line)
        if self.new_user_id and parent.target_id != target:
            raise UserError(self.env._("In Team: choose a line of the same plan."))
        user = self.new_user_id._origin.sudo()
        if user and (user.share or parent.company_id not in user.company_ids):
            raise UserError(
                self.env._(
                    "To Somebody New: %(name)s does not work in %(company)s. Choose somebody who does.",
                    name=user.name,
                    company=parent.company_id.name,
                )
            )
        if self.new_user_id._origin in parent.child_ids.user_id:
            raise UserError(
                self.env._(
                    "To Somebody New: %(name)s is in %(team)s already. Choose that line under To Lines.",
                    name=self.new_user_id.name,
                    team=parent.display_name,
                )
            )

    def _parent(self, target, line):
        """Where the line of somebody new belongs."""
        chosen = self.new_parent_id._origin.sudo()
        if not chosen or chosen.target_id == target:
            return chosen or line.parent_id
        # Of the next version, the line that is the same.
        key = chosen._scope_key()
        same = chosen.target_id == self.target_id and target.sudo().line_ids.filtered(
            lambda own: own._scope_key() == key
        )
        return same or chosen

    def _reassign(self, target, counterpart):
        """
        :return: line → whole units that it got
        :rtype: dict
        """
        line = counterpart[self.line_id].sudo()
        recipients = line.browse([counterpart[own].id for own in self.recipient_ids])
        self._check(target, line, recipients)
        new = self._new_line(target, line) if self.new_user_id else None
        table, moved = PlanTable(target), {}
        for start, units, parts in self._moves(table, line, recipients, new):
            table.units[line.id, start] -= units
            for recipient, part in parts.items():
                own = recipient or new
                table.units[own.id, start] += part
                moved[own] = moved.get(own, 0) + part
        table.save()
        line._write_past_guard({"date_end": self.last_day})
        return moved

    def _new_line(self, target, line):
        parent = self._parent(target, line)
        if not parent.sudo().child_ids:
            raise UserError(
                self.env._(
                    "In Team: %(line)s has a target of its own and no lines below it. Add its people first, so that nothing "
                    "of it is lost.",
                    line=parent.display_name,
                )
            )
        values = {
            "target_id": target.id,
            "parent_id": parent.id,
            "level": "user",
            "user_id": self.new_user_id.id,
            "date_start": fields.Date.add(self.last_day, days=1),
            "date_end": line.date_end,
            "amount": 0.0,
        }
        return self.env["revenue.target.line"].create(values).sudo()
