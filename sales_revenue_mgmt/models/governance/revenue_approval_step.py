"""Approval steps: the route of one submission, frozen when it was submitted, and the decisions that were taken on it."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.roles import APPROVERS


class RevenueApprovalStep(models.Model):
    _name = "revenue.approval.step"
    _description = "Approval Step"
    _inherit = ["revenue.document.part"]
    _order = "res_model, res_id, submission DESC, tier, id"

    name = fields.Char(required=True, readonly=True, help="The rule's name when the document was submitted.")
    record_name = fields.Char(
        "Document Name", readonly=True, help="What the document was called when it was submitted."
    )
    document_type = fields.Selection(
        selection=lambda self: self.env["revenue.approval.rule"]._selection_preview(),
        compute="_compute_document_type",
        store=True,
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True, ondelete="restrict")
    submission = fields.Integer(readonly=True, required=True)
    tier = fields.Integer(readonly=True, required=True)
    rule_id = fields.Many2one("revenue.approval.rule", readonly=True, ondelete="restrict", index="btree_not_null")
    rule_version = fields.Integer(readonly=True, help="How often the rule had been changed by then.")
    why = fields.Char(readonly=True, help="Why the rule asks.")
    required = fields.Integer("Needed", readonly=True, required=True)
    approver_ids = fields.Many2many(
        "res.users",
        "revenue_approval_step_approver_rel",
        string="Approvers",
        readonly=True,
        # Also those who have been deactivated since they were asked.
        context={"active_test": False},
    )
    escalation_ids = fields.Many2many(
        "res.users", "revenue_approval_step_escalation_rel", readonly=True, context={"active_test": False}
    )
    excluded = fields.Json(readonly=True, help="Ids of the users who created, submitted or own the document.")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("pending", "Pending"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("cancelled", "Ended"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    submitted_by_id = fields.Many2one("res.users", "Submitted by", readonly=True, ondelete="restrict")
    content_hash = fields.Char(readonly=True, required=True)
    subject_hash = fields.Char(readonly=True, help="Of the content apart from the rule's metric.")
    metric_field = fields.Char(readonly=True)
    metric_value = fields.Float(readonly=True, digits=(16, 4))
    carried_from_id = fields.Many2one("revenue.approval.step", "Approved Before", readonly=True, ondelete="restrict")
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(readonly=True)
    has_previous = fields.Boolean(readonly=True)
    previous_amount = fields.Monetary("Last Approved", readonly=True, help="The amount of the version in force.")
    difference = fields.Monetary(compute="_compute_difference", help="Amount less the amount last approved.")
    hours = fields.Float("Late After", readonly=True)
    deadline = fields.Datetime(readonly=True, index="btree_not_null")
    escalation_level = fields.Integer("Escalations", readonly=True)
    is_stuck = fields.Boolean("Nobody Can Decide", readonly=True)
    decision_ids = fields.One2many("revenue.approval.decision", "step_id", string="Decisions", readonly=True)
    outcome = fields.Char(compute="_compute_outcome", help="Who decided what, and why.")
    activity_ids = fields.One2many("mail.activity", "revenue_step_id", readonly=True)
    is_mine = fields.Boolean("Waiting for My Decision", compute="_compute_is_mine", search="_search_is_mine")
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")

    _by_document = models.Index("(res_model, res_id, submission)")

    @api.depends("res_model")
    def _compute_document_type(self):
        for step in self:
            step.document_type = step.res_model

    @api.depends("amount", "previous_amount", "has_previous")
    def _compute_difference(self):
        for step in self:
            step.difference = step.amount - step.previous_amount if step.has_previous else 0.0

    @api.depends("decision_ids", "carried_from_id")
    @api.depends_context("lang")
    def _compute_outcome(self):
        for step in self:
            decisions = (step.carried_from_id or step).decision_ids
            words = [decision._in_words() for decision in decisions]
            if step.carried_from_id:
                words.append(self.env._("(when it was submitted before; it did not get worse)"))
            step.outcome = "; ".join(words)

    @api.depends("state", "deadline")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for step in self:
            step.is_late = step.state == "pending" and bool(step.deadline) and step.deadline < now

    def _search_is_late(self, operator, value):
        late = Domain("state", "=", "pending") & Domain("deadline", "<", fields.Datetime.now())
        return self._search_boolean(operator, value, late)

    @staticmethod
    def _search_boolean(operator, value, domain):
        """The domain of a boolean that is true where another domain holds."""
        if operator != "in":
            return NotImplemented
        answers = {bool(item) for item in value}
        if len(answers) == 2:
            return Domain.TRUE
        return domain if answers == {True} else ~domain

    @api.depends("state", "approver_ids", "excluded", "decision_ids")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        mine = self._mine()
        for step in self:
            step.is_mine = step in mine

    def _search_is_mine(self, operator, value):
        # Somebody is asked, and has not decided on the step; nor has that person, or the user, in another tier.
        mine = SQL(
            """(SELECT step.id FROM revenue_approval_step step
                WHERE step.state = 'pending' AND NOT step.excluded @> to_jsonb(%(user)s)
                  AND EXISTS (
                    SELECT FROM revenue_approval_step_approver_rel asked
                     WHERE asked.revenue_approval_step_id = step.id AND asked.res_users_id IN %(principals)s
                       AND NOT EXISTS (
                        SELECT FROM revenue_approval_decision done
                         WHERE done.res_model = step.res_model AND done.res_id = step.res_id
                           AND done.submission = step.submission
                           AND (done.step_id = step.id OR done.tier <> step.tier)
                           AND (done.user_id = %(user)s OR asked.res_users_id IN (done.user_id, done.on_behalf_of_id)))))""",
            principals=(self.env.uid, *self.env["revenue.delegation"]._principals()),
            user=self.env.uid,
        )
        self.env.flush_all()
        return self._search_boolean(operator, value, Domain("id", "in", mine))

    # ------------------------------------------------------------------
    # Who
    # ------------------------------------------------------------------

    @api.private
    @api.model
    def _usable(self, users, company):
        """Those of the users who can decide in a company, and a sentence for each who cannot.

        :rtype: tuple[res.users, list[str]]
        """
        # Whoever plans a route has to know who may decide, without reading all users.
        users = users.sudo()
        usable, broken = users.browse(), []
        for user in users:
            if not user.active:
                broken.append(self.env._("%(user)s is deactivated.", user=user.name))
            elif company and company not in user.company_ids:
                broken.append(
                    self.env._("%(user)s has no access to %(company)s.", user=user.name, company=company.name)
                )
            elif not any(user.has_group(group) for group in APPROVERS):
                broken.append(self.env._("%(user)s is neither sales manager nor finance controller.", user=user.name))
            else:
                usable |= user
        return usable, broken

    def _mine(self):
        """Those of the steps that this user may decide now; one query, however many there are."""
        if not self or not self._usable(self.env.user, None)[0]:
            return self.browse()
        mine = set(self.sudo().search([("id", "in", self.ids), ("is_mine", "=", True)])._ids)
        candidates = self.filtered(lambda step: step.id in mine)
        principals = candidates.sudo()._principals()
        return candidates.filtered(
            lambda step: step.sudo().company_id in self.env.user.company_ids and principals[step.id]
        )

    def _principals(self):
        """In whose name the user decides each step that is the user's: the user's own, or that of one who delegated to the
        user and could still decide.

        :return: step id → ``res.users``, empty where there is nobody
        :rtype: dict[int, res.users]
        """
        user = self.env.user
        delegators = self.env["res.users"].browse(self.env["revenue.delegation"]._principals())
        elsewhere = self._decided_elsewhere()
        answer = {}
        for step in self:
            settled = step.decision_ids.user_id | step.decision_ids.on_behalf_of_id | elsewhere[step]
            asked = step.approver_ids - settled
            answer[step.id] = user if user in asked else self._usable(asked & delegators, step.company_id)[0][:1]
        return answer

    def _decided_elsewhere(self):
        """Who has decided in another tier of the same submission, or had somebody decide: this tier takes other people.

        :return: step → ``res.users``
        :rtype: dict
        """
        decisions = self._same_submissions().decision_ids.grouped(lambda d: (d.res_model, d.res_id, d.submission))
        answer = {}
        for step in self:
            own = decisions.get((step.res_model, step.res_id, step.submission), self.decision_ids.browse())
            other = own.filtered(lambda decision, step=step: decision.tier != step.tier)
            answer[step] = other.user_id | other.on_behalf_of_id
        return answer

    def _why_not_mine(self):
        """For the pending steps of one document, none of which is the user's to decide: why not."""
        user = self.env.user
        asked = self.approver_ids
        decided = self.decision_ids.user_id | self.decision_ids.on_behalf_of_id
        if any(user.id in (step.excluded or []) for step in self):
            return self.env._("You created, submitted or own it, or much of it is in your name: somebody else decides.")
        if user in decided:
            return self.env._("You have decided already.")
        if user in asked and self._usable(user, self.company_id)[0]:
            return self.env._("You decided in an earlier tier: this one takes somebody else.")
        names = ", ".join((asked - decided).mapped("name")) or self.env._("nobody")
        return self.env._("You are not asked; it is waiting for %(names)s.", names=names)

    # ------------------------------------------------------------------
    # Freezing and deciding. ``self`` is sudo; ``_transition`` checked.
    # ------------------------------------------------------------------

    @api.private
    @api.model
    def _freeze(self, routes):
        """Write the routes down, and carry over what was approved and did not get worse.

        :param dict routes: document → :class:`Route`
        """
        documents = self.env[next(iter(routes))._name].browse([document.id for document in routes])
        involved = documents._involved_users()
        contents = documents._governed_content()
        # A rejection ends what had been approved before by the same rule.
        before = documents.approval_step_ids.filtered(
            lambda step: step.state in ("approved", "rejected") and step.rule_id
        )
        earlier = before.sorted("submission").grouped(lambda step: (step.res_id, step.rule_id.id))
        vals_list = []
        for document, route in routes.items():
            for step in route.steps:
                vals = self._frozen(document, step, contents[document.id], involved[document.id])
                candidates = earlier.get((document.id, step.rule.id))
                # What was decided, not what was carried over from it since.
                decided = candidates and (candidates[-1].carried_from_id or candidates[-1])
                if decided and decided.state == "approved" and decided._still_holds(vals, step.rule):
                    vals.update(state="approved", carried_from_id=decided.id)
                vals_list.append(vals)
        self._create_by_workflow(vals_list)
        documents.invalidate_recordset(["approval_step_ids"])

    def _frozen(self, document, step, content, involved):
        rule = step.rule
        metric = rule.metric_field_id.name if rule else False
        previous = document.origin_id
        amount_field = document._approval_amount_field
        return {
            "name": step.name,
            "record_name": document.display_name,
            "res_model": document._name,
            "res_id": document.id,
            "company_id": document._audit_company().id,
            "submission": document.submission,
            "tier": step.tier,
            "rule_id": rule.id if rule else False,
            "rule_version": rule.audit_sequence if rule else 0,
            "why": step.why,
            "required": step.required,
            "approver_ids": [fields.Command.set(step.approvers.ids)],
            "escalation_ids": [fields.Command.set(step.escalation.ids)],
            "excluded": involved,
            "state": "waiting",
            "submitted_by_id": document.submitted_by_id.id,
            "content_hash": document.content_hash,
            "subject_hash": document._subject_hash(content, metric),
            "metric_field": metric,
            "metric_value": step.metric_value or 0.0,
            "currency_id": document.currency_id.id if "currency_id" in document._fields else False,
            "amount": document[amount_field] if amount_field in document._fields else 0.0,
            "has_previous": bool(previous),
            "previous_amount": previous[amount_field] if previous and amount_field in document._fields else 0.0,
            "hours": rule.hours if rule else 16.0,
        }

    def _still_holds(self, vals, rule):
        """Whether an approval of an earlier submission answers the same question again.

        The rule is the same; what is decided on is the same, but for a metric that did not get worse; and those who decided
        are not the ones who now create, submit or own it.
        """
        self.ensure_one()
        deciders = self.decision_ids.user_id | self.decision_ids.on_behalf_of_id
        return (
            self.rule_version == vals["rule_version"]
            and self.subject_hash == vals["subject_hash"]
            and not set(deciders.ids) & set(vals["excluded"])
            and not (rule.metric_field_id and rule._is_worse(vals["metric_value"], self.metric_value))
        )

    def _decide(self, decision, reason):
        """Write down this user's decision on these steps.

        :rtype: revenue.approval.decision
        """
        user = self.env.user
        names = self._principals()
        vals_list = []
        for step in self:
            principal = names[step.id]
            vals_list.append(
                {
                    "step_id": step.id,
                    "res_model": step.res_model,
                    "res_id": step.res_id,
                    "submission": step.submission,
                    "tier": step.tier,
                    "user_id": user.id,
                    "on_behalf_of_id": principal.id if principal != user else False,
                    "decision": decision,
                    "reason": reason,
                    "content_hash": step.content_hash,
                    "excluded": step.excluded or [],
                }
            )
        decisions = self.env["revenue.approval.decision"]._create_by_workflow(vals_list)
        self.invalidate_recordset(["decision_ids", "outcome"])
        done = self.filtered(lambda step: decision == "rejected" or len(step.decision_ids) >= step.required)
        if done:
            done._write_by_workflow({"state": decision})
        self._sync_inbox()
        return decisions

    def _for_trail(self):
        """What the trail keeps of a step of a route."""
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name,
            "tier": self.tier,
            "required": self.required,
            "carried": self.carried_from_id.id or None,
        }
