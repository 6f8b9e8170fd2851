"""How a document and its route of approval meet."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

from ..audit.chain import digest
from ..core.actor import is_of_somebody_else

# Steps that somebody still has to decide.
OPEN = ("waiting", "pending")


class RevenueDocumentMixin(models.AbstractModel):
    _inherit = "revenue.document.mixin"

    route_user_ids = fields.Many2many(
        "res.users",
        string="People on the Route",
        compute="_compute_route_user_ids",
        search="_search_route_user_ids",
        help="Who is asked to decide, those to whom they delegated, and who decided. They may read the document.",
    )

    # ------------------------------------------------------------------
    # For an area to say otherwise
    # ------------------------------------------------------------------

    def _approval_leaders(self):
        """The leader of the document's sales team, if its owners are in it; else of the teams that they are in. So whoever
        writes another team down does not choose who decides. Without owners or their teams: the document's team.

        :rtype: res.users
        """
        self.ensure_one()
        team = self.team_id if "team_id" in self._fields else self.env["crm.team"]
        company = self._audit_company()
        teams = self._owners().crm_team_ids.filtered(
            lambda team: not team.company_id or team.company_id in company.parent_ids
        )
        return (team & teams or teams or team).user_id

    def _approval_subject_fields(self):
        """Governed fields whose change makes a new question, so that an earlier approval no longer answers it.

        :rtype: list[str]
        """
        return self._audit_fields()

    def _holders(self):
        """Who has so much of a document in lines of their own that they count as its owners for who decides on it.

        :return: record id → user ids
        :rtype: dict[int, set[int]]
        """
        return {}

    def _subject_hash(self, content, metric):
        """SHA-256 of what is decided on, apart from a rule's metric.

        :param dict content: governed field → value
        :param metric: name of the metric's field, or ``False``
        """
        return digest(content, [name for name in self._approval_subject_fields() if name != metric])

    # ------------------------------------------------------------------
    # The route
    # ------------------------------------------------------------------

    def _route(self):
        """The steps of the present submissions."""
        submissions = {document.id: document.submission for document in self}
        return self.approval_step_ids.filtered(lambda step: step.submission == submissions[step.res_id])

    def _open_steps(self):
        return self._route().filtered(lambda step: step.state in OPEN)

    def _pending_steps(self):
        return self._route().filtered(lambda step: step.state == "pending")

    def _is_fully_approved(self):
        self.ensure_one()
        return all(step.state == "approved" for step in self._route())

    def _advance(self):
        """Begin the next tier where the one before is done; approve what needs nobody any more (all carried over)."""
        opening = self.env["revenue.approval.step"]
        finished = self.browse()
        for document in self:
            if document.state != "submitted":
                continue
            left = document._open_steps()
            if not left:
                finished |= document
            elif not left.filtered(lambda step: step.state == "pending"):
                first = min(left.mapped("tier"))
                opening |= left.filtered(lambda step, first=first: step.tier == first)
        opening._open()
        if finished:
            finished._move("approved", "approved", self.env._("Everything had been approved before."))
            finished._after_approval()

    def _end_route(self):
        """Whatever is still open is over: no activity, no reminder is left."""
        steps = self._open_steps()
        if steps:
            steps._write_by_workflow({"state": "cancelled"})
            steps._sync_inbox()

    # ------------------------------------------------------------------
    # Why not
    # ------------------------------------------------------------------

    def _why_not_approve(self):
        hashes = self._content_hashes()
        answer = self._why_not_reject()
        for document in self:
            if hashes[document.id] != document.content_hash:
                answer[document.id] = self.env._(
                    "Its content is not what was submitted. Reset it to draft and submit it again."
                )
        return answer

    def _why_not_reject(self):
        if is_of_somebody_else(self.env):
            return dict.fromkeys(self.ids, self.env["revenue.approval.decision"]._sentence_of_somebody_else())
        mine = set(self._pending_steps()._mine().mapped("res_id"))
        return {
            document.id: None if document.id in mine else document._pending_steps()._why_not_mine() for document in self
        }

    def _why_not_escalate(self):
        user = self.env.user
        answer = {}
        for document in self:
            steps = document._pending_steps()
            on_route = user.id in (steps[:1].excluded or []) or user in document.route_user_ids
            answer[document.id] = (
                None
                if on_route
                else self.env._("Only who submitted or owns it, or is asked to decide, may escalate it.")
            )
        return answer

    def _waiting_for(self):
        """For the form: whose decision is awaited until when, and whose after that."""
        self.ensure_one()
        # Open to the reader of the document: the names of those who are asked.
        route = self.sudo()._route()
        lines = []
        for step in route.filtered(lambda step: step.state == "pending"):
            left = step._inbox_users()[step]
            names = ", ".join(left.mapped("name")) or self.env._("nobody")
            missing = step.required - len(step.decision_ids)
            if missing == 1 and len(left) > 1:
                words = self.env._("Waiting for any one of %(names)s", names=names)
            elif missing < len(left):
                words = self.env._("Waiting for %(count)s of %(names)s", count=missing, names=names)
            else:
                words = self.env._("Waiting for %(names)s", names=names)
            if step.deadline:
                when = format_datetime(self.env, step.deadline, dt_format="short")
                words = self.env._("%(words)s until %(when)s", words=words, when=when)
            lines.append(f"{words}.")
        waiting = route.filtered(lambda step: step.state == "waiting")
        if waiting:
            lines.append(self.env._("Then: %(names)s.", names=", ".join(waiting.approver_ids.mapped("name"))))
        return " ".join(lines)

    def _rejection(self):
        """For the form: who rejected it and why.

        :rtype: str
        """
        self.ensure_one()
        decisions = self.sudo()._route().decision_ids.filtered(lambda decision: decision.decision == "rejected")
        return " ".join(f"{decision._in_words()}." for decision in decisions)

    def _submit_preview(self):
        """For the form of a draft: whom submitting would ask."""
        self.ensure_one()
        route = self.env["revenue.approval.rule"]._plan(self, submitter=self.env.user)[self.sudo()]
        if route.problems:
            return "\n".join(dict.fromkeys(route.problems))
        if route.why_free:
            return route.why_free
        tiers = {}
        for step in route.steps:
            tiers.setdefault(step.tier, self.env["res.users"])
            tiers[step.tier] |= step.approvers
        asked = self.env._(", then ").join(", ".join(tiers[tier].mapped("name")) for tier in sorted(tiers))
        return self.env._("Submitting sends it to %(asked)s for approval.", asked=asked)

    # ------------------------------------------------------------------
    # Who is on the route may read
    # ------------------------------------------------------------------

    @api.depends("approval_step_ids.approver_ids", "approval_step_ids.decision_ids")
    def _compute_route_user_ids(self):
        # Whether somebody is on a route decides what they may read, so it cannot depend on what they may read.
        delegates = self.env["revenue.delegation"]._delegates(self.sudo()._open_steps().approver_ids)
        for document in self:
            asked = document.sudo()._open_steps().approver_ids
            people = asked | document.sudo().approval_step_ids.decision_ids.user_id
            document.route_user_ids = people.union(*(delegates.get(user.id, people.browse()) for user in asked))

    def _search_route_user_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        users = self.env["res.users"].sudo().browse([user_id for user_id in value if user_id])
        principals = {*users.ids}
        for user in users:
            principals.update(self.env["revenue.delegation"]._principals(user))
        if not principals:
            return Domain.FALSE
        self.env.flush_all()
        on_route = SQL(
            """(SELECT step.res_id FROM revenue_approval_step step
                  JOIN revenue_approval_step_approver_rel asked ON asked.revenue_approval_step_id = step.id
                 WHERE step.res_model = %(model)s AND step.state IN %(open)s AND asked.res_users_id IN %(principals)s
                 UNION
                SELECT decision.res_id FROM revenue_approval_decision decision
                 WHERE decision.res_model = %(model)s AND decision.user_id IN %(users)s)""",
            model=self._name,
            open=OPEN,
            principals=tuple(principals),
            users=tuple(users.ids),
        )
        return [("id", "in", on_route)]
