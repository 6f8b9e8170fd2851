"""Approve and Reject on the activity itself; an open approval is nobody's to make, change, tick off or throw away."""

from odoo import api, fields, models
from odoo.exceptions import UserError

ACTIVITY_TYPE = "sales_revenue_mgmt.revenue_approval_activity_type"


class MailActivity(models.Model):
    _inherit = "mail.activity"

    revenue_step_id = fields.Many2one(
        "revenue.approval.step", readonly=True, index="btree_not_null", ondelete="cascade", string="Approval Step"
    )
    is_revenue_approval = fields.Boolean(compute="_compute_revenue_approval")
    is_my_revenue_approval = fields.Boolean(compute="_compute_revenue_approval")

    @api.depends_context("uid")
    def _compute_revenue_approval(self):
        for activity in self:
            # Whether there is a step and whose turn it is, not what is in it.
            step = activity.sudo().revenue_step_id
            activity.is_revenue_approval = bool(step)
            activity.is_my_revenue_approval = bool(step) and activity.user_id == self.env.user and step.is_mine

    def _to_store_defaults(self, target):
        return [*super()._to_store_defaults(target), "is_my_revenue_approval", "is_revenue_approval"]

    # ------------------------------------------------------------------
    # Deciding
    # ------------------------------------------------------------------

    def action_revenue_approve(self, reason=None):
        """Approve what these activities ask for.

        :param str reason: kept with the decision
        """
        return self._revenue_steps().action_approve(reason)

    def action_revenue_reject(self, reason=None):
        """Reject what these activities ask for.

        :param str reason: required
        """
        return self._revenue_steps().action_reject(reason)

    def action_revenue_ask_reason(self):
        """The dialog that asks why they are rejected."""
        context = {"revenue_action": "reject", "revenue_title": self.env._("Reject")}
        return self._revenue_steps().with_context(**context).action_ask_reason()

    def _revenue_steps(self):
        if not self.revenue_step_id:
            raise UserError(self.env._("Choose an approval."))
        return self.revenue_step_id

    # ------------------------------------------------------------------
    # Only by the workflow
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("revenue_step_id") for vals in vals_list):
            raise UserError(self.env._("An activity becomes an approval only by the workflow."))
        # Also against defaults of the context.
        activities = super().create([{**vals, "revenue_step_id": False} for vals in vals_list])
        activities._check_not_planted()
        return activities

    def _revenue_create(self, vals_list):
        return super().create(vals_list)  # pylint: disable=super-method-mismatch

    def _check_no_open_approval(self):
        """Refuse while the step waits for this very person."""
        approvals = self.sudo().filtered("revenue_step_id")
        inboxes = approvals.revenue_step_id._inbox_users()
        for activity in approvals:
            if activity.user_id in inboxes[activity.revenue_step_id]:
                raise UserError(
                    self.env._(
                        "“%(activity)s” asks for your decision: use Approve or Reject.", activity=activity.summary
                    )
                )

    def write(self, vals):
        # Whatever it is: what an approver reads in the inbox is what the workflow wrote there.
        self._check_no_open_approval()
        if vals.get("revenue_step_id"):
            raise UserError(self.env._("An activity becomes an approval only by the workflow."))
        result = super().write(vals)
        if "activity_type_id" in vals:
            self._check_not_planted()
        return result

    def _check_not_planted(self):
        """Refuse what looks like an approval in somebody's inbox and asks for none, whichever way its type came about."""
        approval = self.env.ref(ACTIVITY_TYPE, raise_if_not_found=False)
        # Nothing but the type and whether there is a step is looked at.
        if approval and any(a.activity_type_id == approval and not a.revenue_step_id for a in self.sudo()):
            raise UserError(
                self.env._("Activity Type: only the workflow makes an activity of type %(type)s.", type=approval.name)
            )

    def unlink(self):
        self._check_no_open_approval()
        return super().unlink()

    def _action_done(self, feedback=False, attachment_ids=None):
        self._check_no_open_approval()
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
