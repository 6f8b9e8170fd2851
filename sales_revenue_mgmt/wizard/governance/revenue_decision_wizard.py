"""The dialog that asks why, for one document or for many."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# What the dialog was opened for does not change while it is open.
FROZEN = {"action", "res_model", "res_ids", "submissions"}


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
    submissions = fields.Json(readonly=True, help="Which submission of each document was shown.")
    about = fields.Text(compute="_compute_about")
    reason = fields.Text(help="Kept with each document for good.")

    @api.depends("res_ids", "res_model", "action")
    def _compute_about(self):
        for wizard in self:
            documents = wizard._documents()
            names = documents[:5].mapped("display_name")
            if len(documents) > len(names):
                names.append(self.env._("and %(count)s more", count=len(documents) - len(names)))
            wizard.about = "\n".join(names)

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        for wizard in wizards:
            wizard._documents()
        return wizards

    def write(self, vals):
        self.check_access("write")
        if vals.keys() & FROZEN:
            raise UserError(self.env._("Open the dialog again for something else."))
        return super().write(vals)

    def _documents(self):
        """The documents that it is about, as the reader's own.

        :raises UserError: it is about something else
        """
        if self.res_model not in self.env["revenue.approval.rule"]._document_models():
            raise UserError(self.env._("Document: %(model)s has no decisions.", model=self.res_model))
        ids = self.res_ids
        if not isinstance(ids, list) or not all(type(record_id) is int for record_id in ids):
            raise UserError(self.env._("Documents: give a list of ids."))
        return self.env[self.res_model].browse(ids)

    def action_confirm(self):
        self.ensure_one()
        if self.create_uid != self.env.user:
            raise AccessError(self.env._("Somebody else opened this dialog."))
        # The gate is in the transition; it asks for the rights of whoever confirms.
        documents = self._documents().with_context(revenue_submissions=self.submissions or {})
        names = documents.mapped("display_name")
        documents._transition(self.action, self.reason)
        return documents._said(self.action, names)
