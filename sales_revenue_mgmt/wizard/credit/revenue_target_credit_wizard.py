"""The dialog with which managers and finance change the credit of a confirmed order."""

from odoo import api, fields, models

from ..core.revenue_dialog_previewed import fingerprint


class RevenueTargetCreditWizard(models.TransientModel):
    _name = "revenue.target.credit.wizard"
    _description = "Change of Credit"
    _inherit = ["revenue.dialog.previewed"]

    order_id = fields.Many2one("sale.order", "Sales Order", required=True, readonly=True, ondelete="cascade")
    line_ids = fields.One2many(
        "revenue.target.credit.wizard.line",
        "wizard_id",
        "Credit",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        precompute=False,
    )
    total = fields.Float("In Total (%)", digits=(5, 2), compute="_compute_total")
    reason = fields.Text(required=True, help="Kept with the order and in the audit trail for good.")

    @api.depends("order_id")
    def _compute_line_ids(self):
        """What there is now: the parts, else everything for the salesperson."""
        for wizard in self:
            rows = wizard.order_id.revenue_credit_ids
            parts = [(row.user_id, row.percent) for row in rows] or [(wizard.order_id.user_id, 100.0)]
            wizard.line_ids = [fields.Command.clear()] + [
                fields.Command.create({"user_id": user.id, "percent": percent}) for user, percent in parts if user
            ]

    @api.depends("line_ids.percent")
    def _compute_total(self):
        for wizard in self:
            wizard.total = sum(wizard.line_ids.mapped("percent"))

    @api.depends("order_id", "line_ids.user_id", "line_ids.percent")
    def _compute_preview(self):
        """What is shown is whose the order is now, and what it becomes."""
        for wizard in self:
            order = wizard.order_id
            now = [(row.user_id.id, row.percent) for row in order.revenue_credit_ids]
            then = [(line.user_id.id, line.percent) for line in wizard.line_ids]
            wizard.preview_hash = fingerprint(order.user_id.id, sorted(now), sorted(then))

    def action_apply(self):
        """Change the credit as the dialog has shown it; see :meth:`_shown_again` for where it has become something else.

        :rtype: dict
        """
        self.ensure_one()
        # Whoever changes credit at the same time writes the same order: PostgreSQL refuses the second, and Odoo tries it again.
        if again := self._shown_again():
            return again
        shares = [{"user_id": line.user_id.id, "percent": line.percent} for line in self.line_ids]
        # Whether this user may is asked there.
        self.order_id.revenue_credit_set(shares, self.reason)
        return {"type": "ir.actions.act_window_close"}


class RevenueTargetCreditWizardLine(models.TransientModel):
    _name = "revenue.target.credit.wizard.line"
    _description = "Part in a Change of Credit"
    _inherit = ["revenue.target.percent"]

    wizard_id = fields.Many2one("revenue.target.credit.wizard", required=True, ondelete="cascade")
    user_id = fields.Many2one(ondelete="cascade")
