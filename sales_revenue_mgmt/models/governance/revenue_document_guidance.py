"""What the form says: which buttons, what comes next, and why not; and who is told what became of a document."""

from markupsafe import Markup

from odoo import api, fields, models

from .revenue_document_workflow import OPEN_STATES


class RevenueDocumentMixin(models.AbstractModel):
    # Content, gate, moves, route, guidance and views of a document: one file each.
    _inherit = "revenue.document.mixin"  # pylint: disable=consider-merging-classes-inherited

    can_submit = fields.Boolean(compute="_compute_actions")
    can_approve = fields.Boolean(compute="_compute_actions")
    can_escalate = fields.Boolean(compute="_compute_actions")
    can_post = fields.Boolean(compute="_compute_actions")
    can_close = fields.Boolean(compute="_compute_actions")
    can_cancel = fields.Boolean(compute="_compute_actions")
    can_reset = fields.Boolean(compute="_compute_actions")
    can_revise = fields.Boolean(compute="_compute_actions")
    guidance = fields.Text(
        compute="_compute_actions", help="What comes next, and why you cannot do it where you cannot."
    )

    @api.depends("state", "approval_step_ids.state", "revision_ids.state")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_actions(self):
        real = self.filtered("id")._origin
        shown = [action for action in self._transitions() if f"can_{action}" in self._fields]
        answers = {action: real._why_not(action) for action in shown}
        for document in self:
            for action, why_not in answers.items():
                document[f"can_{action}"] = document._origin in why_not and not why_not[document._origin]
            document.guidance = document._origin._guidance(answers) if document._origin else False

    def _guidance(self, answers):
        """A sentence on what comes next.

        :param dict answers: action → document → why not
        """
        self.ensure_one()
        lines = [getattr(self, f"_guidance_{self.state}", lambda answers: False)(answers)]
        if self.origin_id and self.state in OPEN_STATES and not self.origin_id.sudo().superseded:
            lines.append(
                self.env._("Version %(version)s stays in force until this one is posted.", version=self.version - 1)
            )
        return " ".join(line for line in lines if line) or False

    def _guidance_draft(self, answers):
        return answers["submit"][self] or self._submit_preview()

    def _guidance_submitted(self, answers):
        waiting = self._waiting_for()
        why_not = self._has_role(self._transitions()["approve"]) and answers["approve"][self]
        return f"{waiting} {why_not}" if why_not else waiting

    def _guidance_approved(self, answers):
        if not answers["post"][self]:
            return self.env._("Approved. Post it to put it in force.")
        # Open to the reader: the names of those who may post.
        groups = self.env["res.groups"].sudo().union(*map(self.env.ref, self._transitions()["post"].groups))
        company = self.sudo()._audit_company()
        names = groups.all_user_ids.filtered(lambda user: user.active and company in user.company_ids).mapped("name")
        return self.env._("Approved. It is in force when %(names)s posts it.", names=self.env._(" or ").join(names))

    def _guidance_rejected(self, answers):
        if answers["reset"][self]:
            return self._rejection()
        return self.env._("%(why)s Reset it to draft, change it and submit it again.", why=self._rejection())

    def _guidance_posted(self, answers):
        return answers["revise"][self] if self._has_role(self._transitions()["revise"]) else False

    # ------------------------------------------------------------------
    # Saying what has just been done
    # ------------------------------------------------------------------

    def _said(self, action, names):
        """The message that says what somebody has just done, and what comes next; then the page is loaded again.

        :param str action: a key of ``_transitions``
        :param list[str] names: what the documents were called there
        :rtype: dict
        """
        titles = {
            "approve": self.env._("You have approved: %(documents)s"),
            "reject": self.env._("You have rejected: %(documents)s"),
            "escalate": self.env._("You have asked more people about: %(documents)s"),
            "close": self.env._("You have closed: %(documents)s"),
            "cancel": self.env._("You have cancelled: %(documents)s"),
        }
        shown = names[:5]
        if len(names) > len(shown):
            shown.append(self.env._("and %(count)s more", count=len(names) - len(shown)))
        # Who has decided may not read the document any more.
        left = self._filtered_access("read")
        left.invalidate_recordset(["guidance"])
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": titles[action] % {"documents": "; ".join(shown)},
                "message": (len(names) == 1 and left.guidance) or "",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # ------------------------------------------------------------------
    # Telling those whose document it is
    # ------------------------------------------------------------------

    def _tell(self, event, reason=None):
        """Tell submitters and owners what became of their documents: one message per person, not to who did it."""
        told = {}
        for document in self:
            people = document.submitted_by_id | document._owners()
            for user in people.filtered("active") - self.env.user:
                told[user] = told.get(user, self.browse()) | document
        for user, documents in told.items():
            env = documents.with_context(lang=user.lang).env
            label = env["revenue.audit.entry"]._event_label(event)
            names = Markup("").join(
                Markup("<li>%s</li>") % document.display_name for document in documents.with_env(env)
            )
            body = Markup("<p>%s</p><ul>%s</ul>") % (f"{label}: {self.env.user.name}", names)
            if reason:
                body += Markup("<p>%s</p>") % reason
            one = len(documents) == 1
            user._revenue_notify(
                f"{label}: {documents.with_env(env).display_name if one else len(documents)}",
                body,
                **({"model": self._name, "res_id": documents.id} if one else {}),
            )
