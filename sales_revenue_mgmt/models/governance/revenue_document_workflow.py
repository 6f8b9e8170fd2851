"""From state to state: transitions as data, and the one method that carries them out."""

from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, OrderedSet

from ..core.actor import is_of_somebody_else
from ..core.roles import FINANCE, MANAGER, USER


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
    # Content, gate, moves, route, guidance and views of a document: one file each.
    _inherit = "revenue.document.mixin"  # pylint: disable=consider-merging-classes-inherited

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

    def _versions(self):
        """All versions of the documents, whatever became of them, the first ones first."""
        versions = self
        while more := (versions.origin_id | versions.revision_ids) - versions:
            versions |= more
        return versions.sorted("version")

    @api.readonly
    def action_open_versions(self):
        """All versions of the document, whatever became of them."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Versions"),
            "res_model": self._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self._versions().ids)],
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
            # Not an error in the log: Odoo tries again what has lost against somebody else.
            self.env.cr.execute(SQL(query, SQL.identifier(self._table), tuple(ids)), log_exceptions=False)
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
        shown = self._shown_submissions()
        for document in open_documents:
            submission = document.sudo().submission
            if shown.get(str(document.id), submission) != submission:
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
        if is_of_somebody_else(self.env):
            return dict.fromkeys(self.ids, self.env["revenue.approval.decision"]._sentence_of_somebody_else())
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
