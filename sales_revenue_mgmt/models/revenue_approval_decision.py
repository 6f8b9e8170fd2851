"""One person's decision. PostgreSQL itself refuses a second one, and one on what is the person's own."""

from odoo import fields, models


class RevenueApprovalDecision(models.Model):
    _name = "revenue.approval.decision"
    _description = "Approval Decision"
    _inherit = ["revenue.document.part"]
    _order = "id"
    _rec_name = "decision"

    step_id = fields.Many2one("revenue.approval.step", required=True, readonly=True, index=True, ondelete="restrict")
    submission = fields.Integer(readonly=True, required=True)
    tier = fields.Integer(readonly=True, required=True)
    user_id = fields.Many2one("res.users", "Who", required=True, readonly=True, ondelete="restrict")
    on_behalf_of_id = fields.Many2one("res.users", "On Behalf of", readonly=True, ondelete="restrict")
    decision = fields.Selection([("approved", "Approved"), ("rejected", "Rejected")], required=True, readonly=True)
    reason = fields.Text(readonly=True)
    content_hash = fields.Char(readonly=True, required=True, help="SHA-256 of the content that was decided on.")
    excluded = fields.Json(readonly=True, required=True)

    _once = models.UniqueIndex("(step_id, user_id)")
    _once_for = models.UniqueIndex("(step_id, on_behalf_of_id) WHERE on_behalf_of_id IS NOT NULL")
    _not_ones_own = models.Constraint(
        "CHECK (NOT excluded @> to_jsonb(user_id) AND (on_behalf_of_id IS NULL OR NOT excluded @> to_jsonb(on_behalf_of_id)))",
        "Nobody decides on what they created, submitted or own.",
    )
    _by_document = models.Index("(res_model, res_id, submission)")

    def _in_words(self):
        self.ensure_one()
        # A name is no secret to who reads the document that its bearer decided on.
        decision = self.sudo()
        words = {
            "approved": self.env._("%(user)s approved", user=decision.user_id.name),
            "rejected": self.env._("%(user)s rejected", user=decision.user_id.name),
        }[decision.decision]
        if decision.on_behalf_of_id:
            words = self.env._("%(words)s on behalf of %(user)s", words=words, user=decision.on_behalf_of_id.name)
        return f"{words}: {decision.reason}" if decision.reason else words
