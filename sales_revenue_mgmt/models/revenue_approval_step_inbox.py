"""The approver's inbox: activities, mails, deadlines and what happens when they pass."""

import datetime
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

ACTIVITY_TYPE = "sales_revenue_mgmt.revenue_approval_activity_type"


class RevenueApprovalStep(models.Model):
    _inherit = "revenue.approval.step"

    def _documents(self):
        """The documents of steps of one model."""
        return self.env[self[0].res_model].browse(sorted(set(self.mapped("res_id"))))

    # ------------------------------------------------------------------
    # Opening and settling. ``self`` is sudo; the workflow checked.
    # ------------------------------------------------------------------

    def _open(self):
        """Ask: from now on these steps are in the inboxes of their approvers."""
        if not self:
            return
        now = fields.Datetime.now()
        for (company, hours), steps in self.grouped(lambda step: (step.company_id, step.hours)).items():
            steps._write_by_workflow({"state": "pending", "deadline": self._deadline(company, hours, now)})
        self._replace_unusable()
        self._sync_inbox()

    def _inbox_users(self):
        """Whose inbox each step belongs into: those who are asked and have not decided, and those who stand in for them.

        :return: step → ``res.users``
        :rtype: dict
        """
        pending = self.filtered(lambda step: step.state == "pending")
        delegates = self.env["revenue.delegation"]._delegates(pending.approver_ids)
        answer = dict.fromkeys(self, self.env["res.users"])
        for step in pending:
            asked = step.approver_ids - step.decision_ids.user_id - step.decision_ids.on_behalf_of_id
            stand_ins = asked.union(*(delegates.get(user.id, asked.browse()) for user in asked)) - asked
            excluded = asked.browse(step.excluded or [])
            answer[step] = asked | (stand_ins - excluded - step.decision_ids.user_id)
        return answer

    def _sync_inbox(self):
        """Give each step the activities it ought to have, remove every other one, and tell those who are newly asked."""
        superfluous = self.activity_ids.browse()
        added = {}
        for step, users in self._inbox_users().items():
            superfluous |= step.activity_ids.filtered(lambda activity, users=users: activity.user_id not in users)
            if new := users - step.activity_ids.user_id:
                added[step] = new
        superfluous.unlink()
        self._add_activities(added)
        self.invalidate_recordset(["activity_ids"])
        self._notify(added)

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

    def _add_activities(self, added):
        """
        :param dict added: step → users
        """
        activity_type = self.env.ref(ACTIVITY_TYPE)
        models_ = {name: self.env["ir.model"]._get_id(name) for name in set(self.mapped("res_model"))}
        today = fields.Date.today()
        vals_list = []
        for step, users in added.items():
            for user in users:
                zone = ZoneInfo(user.tz or step.company_id.revenue_tz or "UTC")
                deadline = step.deadline and step.deadline.replace(tzinfo=datetime.timezone.utc).astimezone(zone).date()
                vals_list.append(
                    {
                        "activity_type_id": activity_type.id,
                        "res_model_id": models_[step.res_model],
                        "res_id": step.res_id,
                        "user_id": user.id,
                        "summary": self.env._("Decide: %(document)s", document=step.record_name),
                        "note": step._in_words(user),
                        "date_deadline": deadline or today,
                        "revenue_step_id": step.id,
                        "automated": True,
                    }
                )
        # Without Odoo's own mail about it: ours says more.
        self.env["mail.activity"].with_context(mail_activity_quick_update=True)._revenue_create(vals_list)

    def _in_words(self, user):
        """Why the step asks, amount and difference, in the reader's language."""
        why = self.why if self.metric_field else f"{self.name}."
        return f"{why} {self._amount_in_words(user)}"

    def _amount_in_words(self, user):
        amount, difference = self._amounts(user)
        env = self.with_context(lang=user.lang).env
        if not difference:
            return env._("Amount: %(amount)s.", amount=amount)
        return env._(
            "Amount: %(amount)s (%(difference)s to the last approved version).", amount=amount, difference=difference
        )

    def _amounts(self, user):
        """Amount, and signed difference to the version in force (``None`` without one), as the reader writes numbers.

        :rtype: tuple[str, str | None]
        """
        self.ensure_one()
        env = self.with_context(lang=user.lang).env

        def written(value):
            if self.currency_id:
                return formatLang(env, value, currency_obj=self.currency_id)
            return formatLang(env, value, digits=0 if value == int(value) else 2)

        if not self.has_previous:
            return written(self.amount), None
        return written(self.amount), ("+" if self.difference > 0 else "") + written(self.difference)

    def _notify(self, added):
        """One message per approver, on as many documents as there are: by mail or in the inbox, as the person prefers.

        :param dict added: step → users
        """
        asked = {}
        for step, users in added.items():
            for user in users:
                asked.setdefault(user, self.browse())
                asked[user] |= step
        for user, steps in asked.items():
            env = steps.with_context(lang=user.lang, tz=user.tz).env
            values = {
                "user": user,
                "rows": [
                    {"step": step, "words": step._in_words(user), "url": step._link()} for step in steps.with_env(env)
                ],
            }
            body = env["ir.qweb"]._render(
                "sales_revenue_mgmt.revenue_approval_mail", values, minimal_qcontext=True, raise_if_not_found=False
            )
            if len(steps) == 1:
                subject = env._("Waits for your decision: %(document)s", document=steps.record_name)
            else:
                subject = env._("%(count)s documents wait for your decision", count=len(steps))
            env["mail.thread"].message_notify(
                partner_ids=user.partner_id.ids, subject=subject, body=body, author_id=env.ref("base.partner_root").id
            )

    def _link(self):
        return f"{self.get_base_url()}/mail/view?model={self.res_model}&res_id={self.res_id}"

    # ------------------------------------------------------------------
    # Late, or stuck
    # ------------------------------------------------------------------

    def _escalate(self, reason, event="escalated"):
        """Ask more people, and give everybody a new deadline.

        :raises UserError: there is nobody left to ask
        """
        added = {step: step._more_people() for step in self}
        if not any(added.values()):
            raise UserError(self.env._("Everybody who could decide has been asked already."))
        self._ask_more(added, reason, event)

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
        for model, steps in self.grouped("res_model").items():
            documents = self.env[model].browse(sorted(set(steps.mapped("res_id"))))
            for document in documents:
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
            if step._lock_pending():
                step._ask_more({step: step._more_people()}, self.env._("Late."), "escalated")
            self.env["ir.cron"]._commit_progress(1, remaining=len(late) - index)
        pending = self.search([("state", "=", "pending")])
        pending._replace_unusable()
        # Delegations begin and end.
        pending._sync_inbox()

    @api.private
    @api.model
    def _pending_of(self, users):
        """The steps that wait for these people, also those who have just been deactivated; as sudo, for the workflow."""
        # Whose steps they are is for the workflow to know, whoever changes these people or their delegations.
        everybody = self.sudo().with_context(active_test=False)
        return everybody.search([("state", "=", "pending"), ("approver_ids", "in", users.ids)]).with_env(
            self.sudo().env
        )

    def _lock_pending(self):
        self.ensure_one()
        self._documents()._lock()
        return self.state == "pending"

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
        self.env["mail.thread"].message_notify(
            partner_ids=self.submitted_by_id.partner_id.ids,
            subject=self.record_name,
            body=text,
            author_id=self.env.ref("base.partner_root").id,
        )

    # ------------------------------------------------------------------
    # Faces
    # ------------------------------------------------------------------

    @api.model
    @api.readonly
    def inbox(self, limit=5):
        """What waits for this user's decision, the most urgent first: for the systray.

        :param int limit: so many steps at most
        :return: ``{"count": n, "steps": [{"id", "res_model", "res_id", "name", "amounts", "late"}]}``
        :rtype: dict
        """
        if not self.has_access("read"):
            return {"count": 0, "steps": []}
        limit = limit if isinstance(limit, int) and 0 < limit <= 100 else 5
        mine = [("is_mine", "=", True)]
        steps = self.search(mine, order="deadline, id", limit=limit)
        return {
            "count": self.search_count(mine),
            "steps": [
                {
                    "id": step.id,
                    "res_model": step.res_model,
                    "res_id": step.res_id,
                    "name": step.record_name,
                    "amounts": step._amounts(self.env.user),
                    "late": step.is_late,
                }
                for step in steps
            ],
        }

    def action_approve(self, reason=None):
        """Approve what these steps ask for.

        :param str reason: kept with each decision
        """
        return self._decide_documents("approve", reason)

    def action_reject(self, reason=None):
        """Reject what these steps ask for.

        :param str reason: required
        """
        return self._decide_documents("reject", reason)

    def _decide_documents(self, action, reason):
        for documents in self._shown_documents():
            documents._transition(action, reason)
        return True

    def action_ask_reason(self):
        """The dialog that asks for a reason, one for all."""
        documents = self._shown_documents()
        if len(documents) != 1:
            raise UserError(self.env._("Choose documents of one type."))
        return documents[0].action_ask_reason()

    def _shown_documents(self):
        """The documents of these steps, model by model; they remember which submission the steps belong to, so that
        nobody decides on another one than was shown.

        :rtype: list
        """
        answer = []
        for model, steps in self.grouped("res_model").items():
            shown = {str(step.res_id): step.submission for step in steps}
            documents = self.env[model].browse(sorted(set(steps.mapped("res_id"))))
            answer.append(documents.with_context(revenue_submissions=shown))
        if not answer:
            raise UserError(self.env._("Choose at least one document."))
        return answer

    @api.readonly
    def action_open_document(self):
        """Open the document that is to be decided on."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
