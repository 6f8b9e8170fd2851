"""The approver's inbox: activities, mails, deadlines and what happens when they pass."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ...analytics.periods import local_day
from .mail_activity import ACTIVITY_TYPE


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

    def _sync_inbox_locked(self):
        """The same for who does not act on the documents themselves: deciding on one meanwhile, or having just done so, makes
        the later of the two try again, so that no activity is left on what is decided.
        """
        for name in sorted(set(self.mapped("res_model"))):
            documents = self.filtered(lambda step, name=name: step.res_model == name)._documents()
            documents._lock()
            # A lock alone is no conflict for who has begun before and waits for it; a written row is.
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET audit_sequence = audit_sequence WHERE id IN %s",
                    SQL.identifier(documents._table),
                    tuple(documents.ids),
                )
            )
        self._sync_inbox()

    @api.private
    @api.model
    def _sweep_inbox(self):
        """Remove the activities that ask for nothing: of steps that are no longer pending, or of no step at all."""
        activities = self.env["mail.activity"].with_context(active_test=False)
        pending = Domain("revenue_step_id.state", "=", "pending")
        approvals = Domain("revenue_step_id", "!=", False) & ~pending
        planted = Domain("activity_type_id", "=", self.env.ref(ACTIVITY_TYPE).id) & Domain(
            "revenue_step_id", "=", False
        )
        activities.search(approvals | planted).unlink()

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
                deadline = step.deadline and local_day(step.deadline, user.tz or step.company_id.revenue_tz)
                vals_list.append(
                    {
                        "activity_type_id": activity_type.id,
                        "res_model_id": models_[step.res_model],
                        "res_id": step.res_id,
                        "user_id": user.id,
                        "summary": self.env._("Approve or reject: %(document)s", document=step.record_name),
                        "note": Markup("<p>%s</p>") % step._in_words(user),
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
            # One row per document, also where two rules ask the same person.
            documents = steps.with_env(env).grouped(lambda step: (step.res_model, step.res_id)).values()
            values = {
                "user": user,
                "rows": [
                    {
                        "step": of_one[0],
                        "words": [step._in_words(user) for step in of_one],
                        "deadline": min((step.deadline for step in of_one if step.deadline), default=False),
                        "url": of_one[0]._link(),
                    }
                    for of_one in documents
                ],
            }
            body = env["ir.qweb"]._render("sales_revenue_mgmt.revenue_approval_mail", values, minimal_qcontext=True)
            if len(documents) == 1:
                subject = env._("Your approval is needed: %(document)s", document=steps[0].record_name)
            else:
                subject = env._("%(count)s documents need your approval", count=len(documents))
            user.with_env(env)._revenue_notify(subject, body)

    def _link(self):
        return f"{self.get_base_url()}/mail/view?model={self.res_model}&res_id={self.res_id}"

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
        :return: the message that says so
        """
        return self._decide_documents("approve", reason)

    def action_reject(self, reason=None):
        """Reject what these steps ask for.

        :param str reason: required
        :return: the message that says so
        """
        return self._decide_documents("reject", reason)

    def _decide_documents(self, action, reason):
        # In the order of every other action on several models.
        names = list(dict.fromkeys(self.mapped("record_name")))
        for documents in sorted(self._shown_documents(), key=lambda documents: documents._name):
            documents._transition(action, reason)
        return documents._said(action, names)

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
        for steps in self.grouped("res_model").values():
            shown = {str(step.res_id): step.submission for step in steps}
            answer.append(steps._documents().with_context(revenue_submissions=shown))
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
