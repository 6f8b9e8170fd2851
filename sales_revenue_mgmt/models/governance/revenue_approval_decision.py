"""One person's decision. PostgreSQL itself refuses a second one, and one on what is the person's own."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..core.actor import REQUEST, actor, is_of_somebody_else


class RevenueApprovalDecision(models.Model):
    _name = "revenue.approval.decision"
    _description = "Approval Decision"
    _inherit = ["revenue.document.part"]
    _order = "id"
    _rec_name = "decision"

    step_id = fields.Many2one("revenue.approval.step", required=True, readonly=True, index=True, ondelete="restrict")
    submission = fields.Integer(readonly=True, required=True)
    tier = fields.Integer(readonly=True, required=True)
    user_id = fields.Many2one("res.users", "Who", required=True, readonly=True, ondelete="restrict")
    on_behalf_of_id = fields.Many2one("res.users", "On Behalf of", readonly=True, ondelete="restrict")
    decision = fields.Selection([("approved", "Approved"), ("rejected", "Rejected")], required=True, readonly=True)
    reason = fields.Text(readonly=True)
    content_hash = fields.Char(readonly=True, required=True, help="SHA-256 of the content that was decided on.")
    excluded = fields.Json(readonly=True, required=True)
    login_id = fields.Many2one(
        "res.users", "Signed In", readonly=True, ondelete="restrict", help="Whose session or API key it was."
    )
    origin = fields.Char(
        readonly=True,
        help="request: the call of who decided; job: a scheduled action, by its number and name; no request: other code.",
    )

    _once = models.UniqueIndex("(step_id, user_id)")
    _once_for = models.UniqueIndex("(step_id, on_behalf_of_id) WHERE on_behalf_of_id IS NOT NULL")
    _not_ones_own = models.Constraint(
        "CHECK (NOT excluded @> to_jsonb(user_id) AND (on_behalf_of_id IS NULL OR NOT excluded @> to_jsonb(on_behalf_of_id)))",
        "Nobody decides on what they created, submitted or own.",
    )
    _by_document = models.Index("(res_model, res_id, submission)")
    _outside = models.Index("(id) WHERE origin IS NOT NULL AND origin <> 'request'")

    def _create_by_workflow(self, vals_list):
        # The last gate, for code that comes without passing the others.
        if is_of_somebody_else(self.env):
            raise UserError(self._sentence_of_somebody_else())
        login_id, origin = actor(self.env)
        behind = {"login_id": login_id, "origin": origin}
        return super()._create_by_workflow([{**vals, **behind} for vals in vals_list])

    @api.private
    @api.model
    def _sentence_of_somebody_else(self):
        return self.env._(
            "%(user)s has not signed in here: nobody decides in somebody else's name.", user=self.env.user.name
        )

    @api.private
    @api.model
    def _outside_requests(self, companies=None, limit=20):
        """Decisions that nobody has taken by a call of their own: jobs and other code took them in somebody's name.

        Of those from before it was written down, nothing is known and nothing said.

        :param companies: only of documents of these companies and of none
        :param int limit: the newest ones, so many at most
        :return: a sentence for each
        :rtype: list[str]
        """
        domain = Domain("origin", "not in", [False, REQUEST])
        if companies is not None:
            domain &= Domain("step_id.company_id", "in", [False, *companies.ids])
        # Whoever verifies reads all of them.
        decisions = self.sudo().search(domain, order="id desc", limit=limit)
        return [
            self.env._(
                "%(model)s %(record)s, decision %(id)s: %(decision)s in the name of %(user)s, but without a request of theirs "
                "(%(origin)s)",
                model=decision.res_model,
                record=decision.res_id,
                id=decision.id,
                decision=decision.decision,
                user=decision.user_id.name,
                origin=decision.origin,
            )
            for decision in decisions
        ]

    def _for_trail(self):
        """What the trail keeps of a decision, besides what its entry says."""
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.step_id.name,
            "step": self.step_id.id,
            "on_behalf_of": self.on_behalf_of_id.id or None,
        }

    def _in_words(self):
        self.ensure_one()
        # Open to the reader of the document: the name of who decided on it.
        decision = self.sudo()
        words = {
            "approved": self.env._("%(user)s approved", user=decision.user_id.name),
            "rejected": self.env._("%(user)s rejected", user=decision.user_id.name),
        }[decision.decision]
        if decision.on_behalf_of_id:
            words = self.env._("%(words)s on behalf of %(user)s", words=words, user=decision.on_behalf_of_id.name)
        return f"{words}: {decision.reason}" if decision.reason else words
