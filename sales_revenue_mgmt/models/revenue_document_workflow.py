"""From state to state: transitions as data, and the one method that carries them out."""

from typing import NamedTuple

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, OrderedSet

from .revenue_roles import FINANCE, MANAGER, USER


class Transition(NamedTuple):
    """What an action needs: the states that it starts from, the state that it leads to, a role, rights on the document,
    and the states in which it wants a reason.
    """

    sources: tuple
    target: str
    groups: tuple
    access: str = "write"
    reason: tuple = ()


TRANSITIONS = {
    "submit": Transition(("draft",), "submitted", (USER, FINANCE)),
    "approve": Transition(("submitted",), "approved", (MANAGER, FINANCE), access="read"),
    "reject": Transition(("submitted",), "rejected", (MANAGER, FINANCE), access="read", reason=("submitted",)),
    "escalate": Transition(("submitted",), "submitted", (USER, FINANCE), access="read", reason=("submitted",)),
    "post": Transition(("approved",), "posted", (FINANCE,)),
    "close": Transition(("posted",), "closed", (FINANCE,)),
    "cancel": Transition(
        ("draft", "submitted", "approved", "rejected"),
        "cancelled",
        (USER, FINANCE),
        reason=("submitted", "approved", "rejected"),
    ),
    "reset": Transition(("submitted", "approved", "rejected", "cancelled"), "draft", (USER, FINANCE)),
    "revise": Transition(("posted",), "posted", (USER, FINANCE)),
}
# States from which a revision may still come into force.
OPEN_STATES = ("draft", "submitted", "approved", "rejected")
MAX_REASON = 2000


class RevenueDocumentMixin(models.AbstractModel):
    _inherit = "revenue.document.mixin"

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

    def _transitions(self):
        """Action → :class:`Transition`; an area may add to it or tighten it.

        :rtype: dict[str, Transition]
        """
        return TRANSITIONS

    # ------------------------------------------------------------------
    # Actions: buttons, RPC and JSON-2. Each on any number of documents, all or none.
    # ------------------------------------------------------------------

    def action_submit(self):
        """Ask for the decisions that the rules want; the route is frozen now."""
        return self._transition("submit")

    def action_approve(self, reason=None):
        """Say yes to the steps that wait for you.

        :param str reason: kept with the decision
        """
        return self._transition("approve", reason)

    def action_reject(self, reason=None):
        """Say no; the document goes back.

        :param str reason: required
        """
        return self._transition("reject", reason)

    def action_escalate(self, reason=None):
        """Ask more people to decide.

        :param str reason: required
        """
        return self._transition("escalate", reason)

    def action_post(self):
        """Put approved documents into force; a revision replaces the version before it."""
        return self._transition("post")

    def action_close(self, reason=None):
        """End what is in force."""
        return self._transition("close", reason)

    def action_cancel(self, reason=None):
        """Give up what is not in force.

        :param str reason: required once the document has been submitted
        """
        return self._transition("cancel", reason)

    def action_reset(self, reason=None):
        """Take back to draft, to change the content."""
        return self._transition("reset", reason)

    def action_revise(self):
        """Make the next version, as a draft.

        :return: the action that opens it
        """
        revisions = self._transition("revise")
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "views": [(False, "form")] if len(revisions) == 1 else [(False, "list"), (False, "form")],
            "res_id": revisions.id if len(revisions) == 1 else False,
            "domain": [("id", "in", revisions.ids)],
        }

    @api.readonly
    def action_open_versions(self):
        """All versions of the document, whatever became of them."""
        versions = self
        while more := (versions.origin_id | versions.revision_ids) - versions:
            versions |= more
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Versions"),
            "res_model": self._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", versions.ids)],
        }

    def action_ask_reason(self):
        """The dialog that asks for a reason; the action is ``revenue_action`` in the context."""
        shown = self._shown_submissions()
        return {
            "type": "ir.actions.act_window",
            "name": self.env.context.get("revenue_title") or self.env._("Reason"),
            "res_model": "revenue.decision.wizard",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_action": self.env.context.get("revenue_action"),
                "default_res_model": self._name,
                "default_res_ids": self.ids,
                "default_submissions": shown or {str(document.id): document.submission for document in self},
            },
        }

    # ------------------------------------------------------------------
    # The one way
    # ------------------------------------------------------------------

    @api.private
    def _transition(self, action, reason=None):
        """Carry out an action on all documents, or on none.

        State, audit entry, chatter note, activities and the model's own consequences are one transaction. Of two people
        who act on one document at the same moment, the second fails to serialise, is tried again by Odoo, and then
        gets the sentence for the new state.

        :param str action: a key of ``_transitions``
        :param str reason: for the trail
        :return: what the action made, or ``True``
        :raises AccessError: the role, or the rights on a document, are missing
        :raises UserError: the state, the approvals or the reason do not fit; names the documents
        """
        documents = self.browse(OrderedSet(self.ids))
        if not documents:
            raise UserError(self.env._("Choose at least one document."))
        if documents.exists() != documents:
            raise UserError(self.env._("Some of these documents no longer exist. Load the page again."))
        documents.check_access("read")
        documents._lock()
        reason = self._clean_reason(reason)
        documents._check_gate(action, reason)
        # The rights were checked above, for this user. What follows also writes what this user may not write by hand:
        # the state, steps, activities of others. The user stays the one who acts.
        return getattr(documents.sudo(), f"_carry_out_{action}")(reason) or True

    def _clean_reason(self, reason):
        """
        :return: the reason without what no text has, or ``None``
        :raises UserError: it is no text, or too long
        """
        if reason is not None and reason is not False and not isinstance(reason, str):
            raise UserError(self.env._("Reason: enter a text."))
        reason = (reason or "").replace("\x00", "").encode("utf-8", "ignore").decode().strip()
        if len(reason) > MAX_REASON:
            raise UserError(
                self.env._(
                    "Reason: %(length)s characters are too many. Use %(maximum)s at most.",
                    length=len(reason),
                    maximum=MAX_REASON,
                )
            )
        return reason or None

    def _lock(self):
        """Lock the rows, lowest first, those of the versions that would be replaced too; then read afresh."""
        self.env.flush_all()
        ids = sorted({*self.ids, *self.sudo().origin_id.ids})
        if ids:
            query = "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE"
            self.env.cr.execute(SQL(query, SQL.identifier(self._table), tuple(ids)))
        self.env.invalidate_all()

    def _shown_submissions(self):
        """Which submission of each document the one who clicks has seen, where the caller says so.

        :return: record id, as text because JSON has no other keys → number
        :rtype: dict[str, int]
        """
        context = self.env.context
        if len(self) == 1 and isinstance(context.get("revenue_submission"), int):
            return {str(self.id): context["revenue_submission"]}
        shown = context.get("revenue_submissions")
        return shown if isinstance(shown, dict) else {}

    def _check_gate(self, action, reason):
        transition = self._transitions()[action]
        refusals = {document: sentence for document, sentence in self._why_not(action).items() if sentence}
        if refusals:
            sentences = [
                sentence if len(self) == 1 else f"{document.sudo().display_name}: {sentence}"
                for document, sentence in list(refusals.items())[:5]
            ]
            if len(self) > 1:
                heading = self.env._(
                    "Nothing was done, because %(count)s of %(total)s documents refuse:",
                    count=len(refusals),
                    total=len(self),
                )
                sentences.insert(0, heading)
            self._refuse(action, "\n".join(sentences), self._gate_error(action))
        if not reason and any(document.state in transition.reason for document in self):
            raise UserError(self.env._("Reason: say in a few words why. It is kept with the document."))

    def _gate_error(self, action):
        """Somebody without the role or rights meets an access error; everybody else a plain one."""
        transition = self._transitions()[action]
        if not self._has_role(transition) or self._filtered_access(transition.access) != self:
            return AccessError
        return UserError

    def _has_role(self, transition):
        return any(self.env.user.has_group(group) for group in transition.groups)

    def _why_not(self, action):
        """Why this user cannot do the action, document by document.

        :return: document → sentence, or ``None`` where nothing is in the way
        :rtype: dict
        """
        transition = self._transitions()[action]
        has_role = self._has_role(transition)
        allowed = self._filtered_access(transition.access)
        states = dict(self._fields["state"]._description_selection(self.env))
        answer = {}
        for document in self:
            sentence = None
            if document.sudo().state not in transition.sources:
                sentence = self.env._(
                    "It is %(state)s; this is possible only from: %(sources)s.",
                    state=states[document.sudo().state].lower(),
                    sources=", ".join(states[state].lower() for state in transition.sources),
                )
            elif not has_role:
                names = [self.env.ref(group).sudo().name for group in transition.groups]
                sentence = self.env._("This takes the role %(roles)s.", roles=self.env._(" or ").join(names))
            elif document not in allowed:
                sentence = self.env._("You may read this document, but not change it.")
            answer[document] = sentence
        # What the action itself asks for, where nothing else is in the way.
        open_documents = self.browse([document.id for document, sentence in answer.items() if not sentence])
        special = getattr(open_documents.sudo(), f"_why_not_{action}", None)
        if special and open_documents:
            answer.update({self.browse(record_id): sentence for record_id, sentence in special().items()})
        for document in open_documents:
            if (
                self._shown_submissions().get(str(document.id), document.sudo().submission)
                != document.sudo().submission
            ):
                answer[document] = self.env._("It was submitted again since you saw it. Load the page and look again.")
        return answer

    def _why_not_submit(self):
        if "active" not in self._fields:
            return {}
        return {
            document.id: None if document.active else self.env._("It is archived. Unarchive it first.")
            for document in self
        }

    def _why_not_post(self):
        hashes = self._content_hashes()
        return {
            document.id: self.env._("Its content is not what was approved. Reset it to draft and submit it again.")
            if hashes[document.id] != document.content_hash
            else self.env._("Another version has replaced %(origin)s already.", origin=document.origin_id.display_name)
            if document.origin_id.superseded
            else None
            for document in self
        }

    def _why_not_revise(self):
        # Also revisions that this user may not read stand in the way.
        everything = self.sudo().with_context(active_test=False)
        open_revisions = everything.search([("origin_id", "in", self.ids), ("state", "in", OPEN_STATES)])
        by_origin = open_revisions.with_env(self.env).grouped("origin_id")
        return {
            document.id: self.env._(
                "Version %(version)s is being prepared already; it is %(state)s.",
                version=by_origin[document][0].version,
                state=by_origin[document][0]._state_label().lower(),
            )
            if document in by_origin
            else None
            for document in self
        }

    # ------------------------------------------------------------------
    # Carrying out. In these methods ``self`` is sudo; ``_transition`` checked.
    # ------------------------------------------------------------------

    def _move(self, event, target, reason=None, on_behalf_of=None, **values):
        """Write the state, the entry of the trail and the note in the chatter.

        :param str event: what happened, one word
        :param str target: the new state
        :param on_behalf_of: document id → user id, where somebody decided for another
        """
        on_behalf_of = on_behalf_of or {}
        groups = self.grouped(lambda document: (document.state, on_behalf_of.get(document.id)))
        self._write_workflow({"state": target, **values})
        contents = self._audit_values()
        hashes = self._content_hashes()
        for (source, principal), documents in groups.items():
            # Nothing of the content changes with the state; before and after say so.
            own = {document.id: contents[document.id] for document in documents}
            documents._audit(
                event,
                before=own,
                after=own,
                state_from=source,
                state_to=target,
                reason=reason,
                on_behalf_of=principal,
                content_hash=hashes,
            )
            documents._note(event, source, target, reason, principal)

    def _note(self, event, source, target, reason=None, principal=None):
        """One line in the chatter of each document, in one batch."""
        states = dict(self._fields["state"]._description_selection(self.env))
        text = self.env["revenue.audit.entry"]._event_label(event)
        if source != target:
            text = f"{text}: {states[source]} → {states[target]}"
        if principal:
            text = self.env._(
                "%(text)s, on behalf of %(user)s", text=text, user=self.env["res.users"].browse(principal).name
            )
        body = Markup("<p>%s</p>") % text
        if reason:
            body += Markup("<p>%s</p>") % reason
        self._message_log_batch(dict.fromkeys(self.ids, body))

    def _carry_out_submit(self, reason):
        self._write_submission()
        routes = self.env["revenue.approval.rule"]._routes(self)
        self._move("submitted", "submitted", reason)
        self.env["revenue.approval.step"]._freeze(routes)
        self._on_submitted()
        free = self.filtered(lambda document: not document.approval_step_ids._of_submission(document.submission))
        for why, documents in free.grouped(lambda document: routes[document].why_free).items():
            documents._move("approved", "approved", why)
            documents._on_approved()
        (self - free)._advance()

    def _write_submission(self):
        """Who submits what, in one statement, since each document has a hash of its own."""
        hashes = self._content_hashes()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s AS document SET submission = COALESCE(submission, 0) + 1, submitted_by_id = %s, submitted_at = %s,"
                " content_hash = new.hash FROM (VALUES %s) AS new (id, hash) WHERE document.id = new.id",
                SQL.identifier(self._table),
                self.env.uid,
                fields.Datetime.now(),
                SQL(", ").join(SQL("(%s, %s)", record_id, content_hash) for record_id, content_hash in hashes.items()),
            )
        )
        self.invalidate_recordset(["submission", "submitted_by_id", "submitted_at", "content_hash"], flush=False)

    def _carry_out_approve(self, reason):
        principals = self._pending_steps()._mine()._decide("approved", reason)
        complete = self.filtered(lambda document: document._is_fully_approved())
        complete._move("approved", "approved", reason, principals)
        (self - complete)._move("approved", "submitted", reason, principals)
        self._advance()
        complete._tell("approved", reason)
        complete._on_approved()

    def _carry_out_reject(self, reason):
        principals = self._pending_steps()._mine()._decide("rejected", reason)
        self._end_route()
        self._move("rejected", "rejected", reason, principals)
        self._tell("rejected", reason)
        self._on_rejected()

    def _carry_out_escalate(self, reason):
        self._pending_steps()._escalate(reason)

    def _carry_out_post(self, reason):
        replaced = self.origin_id
        if replaced:
            # First, so that the two are never in force together.
            replaced._move(
                "replaced",
                "closed",
                self.env._("Replaced by the next version."),
                superseded=True,
            )
        self._move("posted", "posted", reason)
        self._tell("posted")
        replaced._on_closed()
        self._on_posted()

    def _carry_out_close(self, reason):
        self._move("closed", "closed", reason)
        self._on_closed()

    def _carry_out_cancel(self, reason):
        self._end_route()
        self._move("cancelled", "cancelled", reason)
        self._on_cancelled()

    def _carry_out_reset(self, reason):
        self._end_route()
        self._move("reset", "draft", reason, content_hash=False)
        self._on_reset()

    def _carry_out_revise(self, reason):
        revisions = self.browse()
        for document in self:
            # As the user: who may not create such a document may not revise one.
            revisions |= document.with_user(self.env.uid)._create_revision(
                [{**document._revision_values(), "version": document.version + 1, "origin_id": document.id}]
            )
        self._move("revised", "posted", reason)
        return revisions.sudo(False)

    def _revision_values(self):
        """What the next version starts with.

        :rtype: dict
        """
        self.ensure_one()
        return self.copy_data()[0]

    # What follows from a state, for the area to say. Inside the transaction of the transition.
    def _on_submitted(self):
        pass

    def _on_approved(self):
        pass

    def _on_rejected(self):
        pass

    def _on_posted(self):
        pass

    def _on_closed(self):
        pass

    def _on_cancelled(self):
        pass

    def _on_reset(self):
        pass

    # ------------------------------------------------------------------
    # For the form
    # ------------------------------------------------------------------

    @api.depends("state", "approval_step_ids.state", "revision_ids.state")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_actions(self):
        real = self.filtered("id")._origin
        answers = {action: real._why_not(action) for action in self._transitions()}
        for document in self:
            for action, why_not in answers.items():
                if f"can_{action}" in self._fields:
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
        # Who may post is no secret to who waits for it.
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
    # Telling those whose document it is
    # ------------------------------------------------------------------

    def _tell(self, event, reason=None):
        """Tell submitters and owners what became of their documents: one message per person, not to who did it."""
        told = {}
        for document in self:
            people = document.submitted_by_id
            for name in document._owner_fields():
                people |= document[name]
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
            env["mail.thread"].message_notify(
                partner_ids=user.partner_id.ids,
                subject=f"{label}: {documents.with_env(env).display_name if one else len(documents)}",
                body=body,
                author_id=self.env.ref("base.partner_root").id,
                **({"model": self._name, "res_id": documents.id} if one else {}),
            )
