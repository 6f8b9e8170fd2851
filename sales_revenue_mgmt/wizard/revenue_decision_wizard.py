"""The dialog that asks why, for one document or for many."""

from odoo import fields, models
from odoo.exceptions import UserError


class RevenueDecisionWizard(models.TransientModel):
    _name = "revenue.decision.wizard"
    _description = "Decision with a Reason"

    action = fields.Selection(
        [
            ("approve", "Approve"),
            ("reject", "Reject"),
            ("escalate", "Escalate"),
            ("close", "Close"),
            ("cancel", "Cancel"),
        ],
        required=True,
        readonly=True,
    )
    res_model = fields.Char(required=True, readonly=True)
    res_ids = fields.Json(required=True, readonly=True)
    count = fields.Integer(compute="_compute_count")
    reason = fields.Text(help="Kept with each document for good.")

    def _compute_count(self):
        for wizard in self:
            wizard.count = len(wizard.res_ids or [])

    def action_confirm(self):
        self.ensure_one()
        if self.res_model not in self.env["revenue.approval.rule"]._document_models():
            raise UserError(self.env._("Document: %(model)s has no decisions.", model=self.res_model))
        # The gate is in the transition; it asks for the rights of whoever confirms.
        self.env[self.res_model].browse(self.res_ids)._transition(self.action, self.reason)
        return {"type": "ir.actions.act_window_close"}
