"""Approve and Reject on the activity itself; an open approval can neither be ticked off nor thrown away."""

from odoo import fields, models
from odoo.exceptions import UserError


class MailActivity(models.Model):
    _inherit = "mail.activity"

    revenue_step_id = fields.Many2one(
        "revenue.approval.step", readonly=True, index="btree_not_null", ondelete="cascade", string="Approval Step"
    )

    def _to_store_defaults(self, target):
        return [*super()._to_store_defaults(target), "is_revenue_approval"]

    is_revenue_approval = fields.Boolean(compute="_compute_is_revenue_approval")

    def _compute_is_revenue_approval(self):
        for activity in self:
            # Whether there is a step, not what is in it.
            activity.is_revenue_approval = bool(activity.sudo().revenue_step_id)

    def action_revenue_approve(self, reason=None):
        """Approve the documents of these activities.

        :param str reason: kept with the decision
        """
        return self._revenue_documents()._transition("approve", reason)

    def action_revenue_reject(self, reason=None):
        """Reject the documents of these activities.

        :param str reason: required
        """
        return self._revenue_documents()._transition("reject", reason)

    def action_revenue_ask_reason(self):
        """The dialog that asks why they are rejected."""
        documents = self._revenue_documents()
        context = {"revenue_action": "reject", "revenue_title": self.env._("Reject")}
        return documents.with_context(**context).action_ask_reason()

    def _revenue_documents(self):
        steps = self.revenue_step_id
        if not steps or len(set(steps.mapped("res_model"))) > 1:
            raise UserError(self.env._("Choose approvals of one document type."))
        return self.env[steps[0].res_model].browse(sorted(set(steps.mapped("res_id"))))

    # ------------------------------------------------------------------
    # What may not be done to an open approval
    # ------------------------------------------------------------------

    def _check_no_open_approval(self):
        """Refuse while the step waits for this very person."""
        for activity in self.sudo():
            step = activity.revenue_step_id
            if step and activity.user_id in step._inbox_users()[step]:
                raise UserError(
                    self.env._("“%(activity)s” waits for a decision: use Approve or Reject.", activity=activity.summary)
                )

    def write(self, vals):
        if vals.keys() & {
            "user_id",
            "active",
            "res_id",
            "res_model_id",
            "revenue_step_id",
            "date_deadline",
            "activity_type_id",
        }:
            self._check_no_open_approval()
        if vals.get("revenue_step_id"):
            raise UserError(self.env._("An activity becomes an approval only by the workflow."))
        return super().write(vals)

    def unlink(self):
        self._check_no_open_approval()
        return super().unlink()

    def _action_done(self, feedback=False, attachment_ids=None):
        self._check_no_open_approval()
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
