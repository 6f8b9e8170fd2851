"""Delegation: who decides in whose name while somebody is away."""

import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ...analytics.periods import local_day
from ..core.actor import is_of_somebody_else


class RevenueDelegation(models.Model):
    _name = "revenue.delegation"
    _description = "Approval Delegation"
    _inherit = ["revenue.audited.mixin"]
    _order = "date_from DESC, id DESC"

    from_id = fields.Many2one(
        "res.users",
        "For",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        help="Whose decisions are delegated: everybody delegates their own.",
    )
    to_id = fields.Many2one(
        "res.users",
        "Decides Meanwhile",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
        help="A sales manager or finance controller. Never decides on what is their own. It does not pass on further.",
    )
    date_from = fields.Date("First Day", required=True, default=fields.Date.context_today)
    date_to = fields.Date("Last Day", required=True)
    reason = fields.Char()

    _dates = models.Constraint("CHECK (date_from <= date_to)", "Last Day: it is before the first day.")
    _not_oneself = models.Constraint("CHECK (from_id <> to_id)", "Decides Meanwhile: choose somebody else.")

    @api.depends("from_id", "to_id", "date_from", "date_to")
    def _compute_display_name(self):
        for delegation in self:
            names = [user.name for user in (delegation.from_id, delegation.to_id) if user]
            delegation.display_name = " → ".join(names)

    def _audit_fields(self):
        return ["from_id", "to_id", "date_from", "date_to", "reason"]

    def _audit_company(self):
        return self.from_id.company_id

    # ------------------------------------------------------------------
    # Only one's own
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        delegations = super().create(vals_list)
        delegations._check_own()
        self._sync_inboxes(delegations.from_id)
        return delegations

    def write(self, vals):
        self._check_own()
        result = super().write(vals)
        self._check_own()
        self._sync_inboxes(self.from_id)
        return result

    def unlink(self):
        self._check_own()
        principals = self.from_id
        result = super().unlink()
        self._sync_inboxes(principals)
        return result

    def _sync_inboxes(self, principals):
        # What waits for them is in other inboxes now, or no longer.
        self.env["revenue.approval.step"]._pending_of(principals)._sync_inbox_locked()

    def _check_own(self):
        """Not for administrators either, nor with superuser rights: it would be a way to somebody else's decisions."""
        if any(delegation.from_id.id != self.env.uid for delegation in self.sudo()):
            raise AccessError(self.env._("For: everybody delegates their own decisions only."))
        if is_of_somebody_else(self.env):
            raise AccessError(self.env["revenue.approval.decision"]._sentence_of_somebody_else())

    @api.constrains("to_id")
    def _check_delegate(self):
        for delegation in self:
            usable, broken = self.env["revenue.approval.step"]._usable(delegation.to_id, None)
            if not usable:
                raise ValidationError(self.env._("Decides Meanwhile: %(why)s", why=" ".join(broken)))

    # ------------------------------------------------------------------
    # Who for whom, today
    # ------------------------------------------------------------------

    def _running(self, domain):
        """Delegations that hold today, where the one who delegated lives."""
        # The workflow has to know who stands in for whom, whoever asks.
        now = fields.Datetime.now()
        day = datetime.timedelta(days=1)
        near = Domain("date_from", "<=", now.date() + day) & Domain("date_to", ">=", now.date() - day)
        found = self.sudo().search(near & Domain(domain))
        return found.filtered(lambda d: d.date_from <= local_day(now, d.from_id.tz) <= d.date_to)

    @api.private
    @api.model
    def _principals(self, user=None):
        """
        :param user: ``res.users``; the current one when left out
        :return: ids of the users who delegated to the user for today
        :rtype: list[int]
        """
        principals = self._running([("to_id", "=", (user or self.env.user).id)]).from_id
        # Who can no longer decide has nobody who does it instead.
        return self.env["revenue.approval.step"]._usable(principals, None)[0].ids

    @api.private
    @api.model
    def _delegates(self, users):
        """
        :return: user id → those who decide in the user's name today
        :rtype: dict[int, res.users]
        """
        running = self._running([("from_id", "in", users.ids)]) if users else self.sudo().browse()
        return {user.id: delegations.to_id for user, delegations in running.grouped("from_id").items()}
