"""What each action does. In these methods ``self`` is sudo: ``_transition`` has checked everything."""

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..audit.chain import DECIDED, DECISIONS, ROUTE
from ..core.actor import is_of_somebody_else


class RevenueDocumentMixin(models.AbstractModel):
    # Content, gate, moves, route, guidance and views of a document: one file each.
    _inherit = "revenue.document.mixin"  # pylint: disable=consider-merging-classes-inherited

    def _move(self, event, target, reason=None, decisions=None, **values):
        """Write the state, the entry of the trail and the note in the chatter.

        :param str event: what happened, one word
        :param str target: the new state
        :param decisions: by which it was decided, ``revenue.approval.decision``
        """
        if event in DECISIONS and (decisions or event == "posted") and is_of_somebody_else(self.env):
            # The last gate, for code that comes without passing the others.
            raise UserError(self.env["revenue.approval.decision"]._sentence_of_somebody_else())
        principals = {
            decision.res_id: decision.on_behalf_of_id.id for decision in decisions or () if decision.on_behalf_of_id
        }
        groups = self.grouped(lambda document: (document.state, principals.get(document.id)))
        self._write_workflow({"state": target, **values})
        contents = self._audit_values()
        hashes = self._content_hashes(contents)
        besides = self._trail_of_route(event, decisions)
        for (source, principal), documents in groups.items():
            # Nothing of the content changes with the state; before and after say so.
            documents._audit(
                event,
                before={document.id: contents[document.id] for document in documents},
                after={document.id: {**contents[document.id], **besides[document.id]} for document in documents},
                state_from=source,
                state_to=target,
                reason=reason,
                on_behalf_of=principal,
                content_hash=hashes,
            )
            documents._note(event, source, target, reason, principal)

    def _trail_of_route(self, event, decisions):
        """What the trail keeps of the route: its steps when a document is submitted, and who said yes or no to which.

        :return: document id → name → list, for the entry's "after"
        :rtype: dict[int, dict]
        """
        if event == "submitted":
            steps = self._route().grouped("res_id")
            return {
                record_id: {ROUTE: [step._for_trail() for step in steps.get(record_id, ())]} for record_id in self.ids
            }
        if event in ("approved", "rejected"):
            named = decisions.grouped("res_id") if decisions else {}
            return {
                record_id: {DECIDED: [decision._for_trail() for decision in named.get(record_id, ())]}
                for record_id in self.ids
            }
        return {record_id: {} for record_id in self.ids}

    def _note(self, event, source, target, reason=None, principal=None):
        """One line in the chatter of each document, in one batch."""
        states = dict(self._fields["state"]._description_selection(self.env))
        text = self.env["revenue.audit.entry"]._event_label(event)
        if source != target:
            move = f"{states[source]} → {states[target]}"
            # Of most events the new state has the same name.
            text = move if text == states[target] else f"{text}: {move}"
        if principal:
            text = self.env._(
                "%(text)s, on behalf of %(user)s", text=text, user=self.env["res.users"].browse(principal).name
            )
        body = Markup("<p>%s</p>") % text
        if reason:
            body += Markup("<p>%s</p>") % reason
        self._message_log_batch(dict.fromkeys(self.ids, body))._revenue_mark()

    def _carry_out_submit(self, reason):
        self._write_submission()
        routes = self.env["revenue.approval.rule"]._routes(self)
        self.env["revenue.approval.step"]._freeze(routes)
        self._move("submitted", "submitted", reason)
        self._on_submitted()
        free = self.filtered(lambda document: not document._route())
        for why, documents in free.grouped(lambda document: routes[document].why_free).items():
            documents._move("approved", "approved", why)
            documents._after_approval()
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
        decisions = self._pending_steps()._mine()._decide("approved", reason)
        complete = self.filtered(lambda document: document._is_fully_approved())
        complete._move("approved", "approved", reason, decisions)
        (self - complete)._move("approved", "submitted", reason, decisions)
        self._advance()
        complete._tell("approved", reason)
        complete._after_approval()

    def _after_approval(self):
        """What follows from the last approval; with ``_post_on_approval`` all of it or nothing."""
        self._on_approved()
        if not self._post_on_approval or not self:
            return
        for document_id, sentence in self._why_not_post().items():
            if sentence:
                self.browse(document_id)._refuse("post", sentence)
        self._carry_out_post(None)

    def _carry_out_reject(self, reason):
        decisions = self._pending_steps()._mine()._decide("rejected", reason)
        self._end_route()
        self._move("rejected", "rejected", reason, decisions)
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
                ended_at=fields.Datetime.now(),
            )
        self._move("posted", "posted", reason, posted_at=fields.Datetime.now())
        self._tell("posted")
        replaced._on_closed()
        self._on_posted()

    def _carry_out_close(self, reason):
        self._move("closed", "closed", reason, ended_at=fields.Datetime.now())
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
