"""How a document and its route of approval meet."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

from ..report.revenue_audit_chain import digest


class RevenueDocumentMixin(models.AbstractModel):
    _inherit = "revenue.document.mixin"

    route_user_ids = fields.Many2many(
        "res.users",
        string="People on the Route",
        compute="_compute_route_user_ids",
        search="_search_route_user_ids",
        help="Who was asked to decide, those to whom they delegated, and who decided. They may read the document.",
    )

    # ------------------------------------------------------------------
    # For an area to say otherwise
    # ------------------------------------------------------------------

    def _approval_leaders(self):
        """The leaders of the document's sales team; without one, of the teams that its owners belong to.

        :rtype: res.users
        """
        self.ensure_one()
        if "team_id" in self._fields and self.team_id:
            return self.team_id.user_id
        owners = self.env["res.users"]
        for name in self._owner_fields():
            owners |= self[name]
        company = self._audit_company()
        teams = owners.crm_team_ids.filtered(lambda team: not team.company_id or team.company_id in company.parent_ids)
        return teams.user_id

    def _approval_subject_fields(self):
        """Governed fields whose change makes a new question, so that an earlier approval no longer answers it.

        :rtype: list[str]
        """
        return self._audit_fields()

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
            left = document._route().filtered(lambda step: step.state in ("waiting", "pending"))
            if not left:
                finished |= document
            elif not left.filtered(lambda step: step.state == "pending"):
                first = min(left.mapped("tier"))
                opening |= left.filtered(lambda step, first=first: step.tier == first)
        opening._open()
        if finished:
            finished._move("approved", "approved", self.env._("Everything had been approved before."))
            finished._on_approved()

    def _end_route(self):
        """Whatever is still open is over: no activity, no reminder is left."""
        steps = self._route().filtered(lambda step: step.state in ("waiting", "pending"))
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
        """For the form: whose decision is awaited until when."""
        self.ensure_one()
        steps = self.sudo()._pending_steps()
        names = ", ".join(steps.approver_ids.mapped("name")) or self.env._("nobody")
        deadlines = [step.deadline for step in steps if step.deadline]
        if not deadlines:
            return self.env._("Waits for %(names)s.", names=names)
        when = format_datetime(self.env, min(deadlines), dt_format="short")
        return self.env._("Waits for %(names)s until %(when)s.", names=names, when=when)

    def _submit_preview(self):
        """For the form of a draft: whom submitting would ask."""
        self.ensure_one()
        route = self.env["revenue.approval.rule"]._plan(self, submitter=self.env.user)[self.sudo()]
        if route.problems:
            return "\n".join(route.problems)
        if route.why_free:
            return route.why_free
        tiers = {}
        for step in route.steps:
            tiers.setdefault(step.tier, self.env["res.users"])
            tiers[step.tier] |= step.approvers
        asked = self.env._(", then ").join(", ".join(tiers[tier].mapped("name")) for tier in sorted(tiers))
        return self.env._("Submitting asks: %(asked)s.", asked=asked)

    # ------------------------------------------------------------------
    # Who is on the route may read
    # ------------------------------------------------------------------

    @api.depends("approval_step_ids.approver_ids", "approval_step_ids.decision_ids")
    def _compute_route_user_ids(self):
        # Whether somebody is on a route decides what they may read, so it cannot depend on what they may read.
        steps = self.sudo().approval_step_ids
        delegates = self.env["revenue.delegation"]._delegates(steps.approver_ids)
        for document in self:
            steps = document.sudo().approval_step_ids
            people = steps.approver_ids | steps.decision_ids.user_id
            for user in steps.approver_ids:
                people |= delegates.get(user.id, people.browse())
            document.route_user_ids = people

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
            "(SELECT step.res_id FROM revenue_approval_step step JOIN revenue_approval_step_approver_rel asked"
            " ON asked.revenue_approval_step_id = step.id WHERE step.res_model = %(model)s"
            " AND asked.res_users_id IN %(principals)s UNION SELECT decision.res_id FROM revenue_approval_decision decision"
            " WHERE decision.res_model = %(model)s AND decision.user_id IN %(users)s)",
            model=self._name,
            principals=tuple(principals),
            users=tuple(users.ids),
        )
        return [("id", "in", on_route)]
