"""Steps that are late, or that nobody can decide any more: deadlines, escalation, asking others."""

import datetime
from contextlib import suppress

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import mute_logger


class RevenueApprovalStep(models.Model):
    # A step, its inbox and its lateness: one file each.
    _inherit = "revenue.approval.step"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _deadline(self, company, hours, start):
        """When a step that begins now is late.

        :param hours: hours of the company's working schedule, in its time zone and without its holidays; of the clock where
            the company has no schedule
        :param datetime.datetime start: UTC
        :return: UTC, or ``False`` for never
        """
        if not hours:
            return False
        calendar = company.resource_calendar_id
        if not calendar:
            return start + datetime.timedelta(hours=hours)
        end = calendar.plan_hours(hours, start.replace(tzinfo=datetime.timezone.utc), compute_leaves=True)
        return end and end.astimezone(datetime.timezone.utc).replace(tzinfo=None, microsecond=0)

    def _escalate(self, reason):
        """Ask more people, and give everybody a new deadline.

        :raises UserError: there is nobody left to ask
        """
        added = {step: step._more_people() for step in self}
        if not any(added.values()):
            raise UserError(self.env._("Everybody who could decide has been asked already."))
        self._ask_more(added, reason, "escalated")

    def _more_people(self):
        self.ensure_one()
        excluded = self.env["res.users"].browse(self.excluded or [])
        usable = self._usable(self.escalation_ids, self.company_id)[0] - excluded - self.approver_ids
        if not usable:
            group = self.env.ref(self.env[self.res_model]._approval_default_group)
            usable = self._usable(group.all_user_ids, self.company_id)[0] - excluded - self.approver_ids
        return usable

    def _ask_more(self, added, reason, event):
        now = fields.Datetime.now()
        for step, users in added.items():
            step._write_by_workflow(
                {
                    "approver_ids": [fields.Command.link(user.id) for user in users],
                    "deadline": self._deadline(step.company_id, step.hours, now),
                    "escalation_level": step.escalation_level + 1,
                    "is_stuck": step.is_stuck and not users,
                }
            )
        self._sync_inbox()
        for steps in self.grouped("res_model").values():
            for document in steps._documents():
                own = steps.filtered(lambda step, document=document: step.res_id == document.id)
                names = ", ".join(self.env["res.users"].union(*(added[step] for step in own)).mapped("name"))
                text = (
                    self.env._("%(reason)s\nAsked as well: %(names)s.", reason=reason, names=names)
                    if names
                    else self.env._("%(reason)s\nEverybody who could decide has been asked already.", reason=reason)
                )
                document._audit(event, state_from=document.state, state_to=document.state, reason=text)
                document._note(event, document.state, document.state, text)

    @api.model
    def _cron_escalate(self):
        """Escalate what is late, once per deadline; ask others where those who were asked can no longer decide."""
        late = self.search([("state", "=", "pending"), ("deadline", "<", fields.Datetime.now())])
        for index, step in enumerate(late, 1):
            # One at a time: what somebody decides meanwhile is theirs, and is not escalated.
            if step._lock_late():
                step._ask_more({step: step._more_people()}, self.env._("Late."), "escalated")
            self.env["ir.cron"]._commit_progress(1, remaining=len(late) - index)
        pending = self.search([("state", "=", "pending")])
        pending._replace_unusable()
        # Delegations begin and end.
        pending._sync_changed()
        self._sweep_inbox()

    def _sync_changed(self):
        """Bring those inboxes up to date that are not; what somebody decides at this moment is left to the next run."""
        wanted = self._inbox_users()
        for step in self.filtered(lambda step: step.activity_ids.user_id != wanted[step]):
            with suppress(*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                step._sync_inbox_locked()

    @api.private
    @api.model
    def _pending_of(self, users):
        """The steps that wait for these people, also those who have just been deactivated; as sudo, for the workflow."""
        # Whose steps they are is for the workflow to know, whoever changes these people or their delegations.
        everybody = self.sudo().with_context(active_test=False)
        return everybody.search([("state", "=", "pending"), ("approver_ids", "in", users.ids)]).with_env(
            self.sudo().env
        )

    def _lock_late(self):
        """Lock the document; whether the step is still late: somebody may have decided or escalated meanwhile."""
        self.ensure_one()
        self._documents()._lock()
        return self.is_late

    def _replace_unusable(self):
        """Where too few of those who were asked can still decide (deactivated, other company, role gone, decided in an
        earlier tier), ask others; the route itself stays as frozen.
        """
        elsewhere = self._decided_elsewhere()
        for step in self:
            earlier = elsewhere[step]
            excluded = self.env["res.users"].browse(step.excluded or [])
            able = self._usable(step.approver_ids, step.company_id)[0] - excluded - earlier
            gone = step.approver_ids - able - step.decision_ids.user_id
            if not gone or len(able | step.decision_ids.user_id) >= step.required:
                continue
            more = step._more_people() - earlier
            if more:
                reason = self.env._("%(names)s cannot decide any more.", names=", ".join(gone.mapped("name")))
                step._ask_more({step: more}, reason, "rerouted")
            elif not step.is_stuck:
                step._say_stuck()

    def _same_submissions(self):
        """All steps of the submissions that these belong to; one query per model."""
        found = self.browse()
        for model, steps in self.grouped("res_model").items():
            wanted = {(step.res_id, step.submission) for step in steps}
            siblings = self.search([("res_model", "=", model), ("res_id", "in", steps.mapped("res_id"))])
            found |= siblings.filtered(lambda step, wanted=wanted: (step.res_id, step.submission) in wanted)
        return found

    def _say_stuck(self):
        """Nobody is left. Say so once, to those who can withdraw it or ask an administrator."""
        documents = self._documents()
        text = self.env._(
            "Nobody is left who may decide “%(step)s”. Ask an administrator for another approver, then escalate; or reset "
            "the document to draft.",
            step=self.name,
        )
        self._write_by_workflow({"is_stuck": True})
        documents._audit("stuck", state_from=documents.state, state_to=documents.state, reason=text)
        documents._note("stuck", documents.state, documents.state, text)
        self.submitted_by_id._revenue_notify(self.record_name, text)
