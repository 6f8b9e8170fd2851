"""Approval rules: which documents need whose decision."""

import ast
import operator
from dataclasses import dataclass, field

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

# A change of these changes the route that the form previews.
PREVIEWED = (
    "active",
    "model_id",
    "company_id",
    "domain",
    "metric_field_id",
    "metric_operator",
    "threshold",
    "auto_approve",
    "tier",
    "approver_type",
    "approver_ids",
    "approver_group_id",
    "approver_field_id",
    "required",
    "escalation_user_ids",
    "escalation_group_id",
)
COMPARISONS = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


@dataclass
class PlannedStep:
    """A step that a rule would produce for one document."""

    rule: object
    name: str
    tier: int
    required: int
    approvers: object  # res.users
    escalation: object  # res.users, asked when it is late
    why: str
    metric_value: float | None = None


@dataclass
class Route:
    """The steps of one document, or why it needs none, or why it cannot be decided at all."""

    steps: list = field(default_factory=list)
    why_free: str | None = None
    problems: list = field(default_factory=list)
    # (rule, sentence): why a rule does not ask for anything
    silent: list = field(default_factory=list)


class RevenueApprovalRule(models.Model):
    _name = "revenue.approval.rule"
    _description = "Approval Rule"
    _inherit = ["mail.thread", "revenue.audited.mixin"]
    _order = "model_id, tier, sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    model_id = fields.Many2one(
        "ir.model",
        "Document Type",
        required=True,
        ondelete="cascade",
        domain=lambda self: [("model", "in", self._document_models())],
    )
    model = fields.Char(related="model_id.model", string="Model Name")
    company_id = fields.Many2one(
        "res.company", index=True, ondelete="cascade", help="And its branches. Empty: every company."
    )
    domain = fields.Char("Documents", default="[]", required=True, help="Which documents the rule is about.")
    metric_field_id = fields.Many2one(
        "ir.model.fields",
        "Metric",
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('ttype', 'in', ('integer', 'float', 'monetary'))]",
        help="A number of the document. Empty: the rule is about every document that fits.",
    )
    metric_operator = fields.Selection(
        [(">", "is above"), (">=", "is at least"), ("<", "is below"), ("<=", "is at most")],
        default=">",
        required=True,
    )
    threshold = fields.Float(
        digits=(16, 4), help="In the unit of the metric: money in the document's currency, 0.15 for 15 %."
    )
    auto_approve = fields.Boolean(
        "Needs No Approval",
        help="Documents that fit this rule are approved when they are submitted, unless another rule asks for somebody.",
    )
    tier = fields.Integer(
        default=1, required=True, help="The steps of a tier begin when those of the one before are done."
    )
    approver_type = fields.Selection(
        [
            ("users", "These People"),
            ("group", "A Group"),
            ("leader", "The Team Leader"),
            ("branch", "The Parent Branch's Manager"),
            ("field", "A Field of the Document"),
        ],
        string="Who Decides",
        default="group",
        required=True,
        help="Whoever it is also needs the role Sales Manager or Finance Controller and access to the document's company.",
    )
    approver_ids = fields.Many2many(
        "res.users",
        "revenue_approval_rule_approver_rel",
        string="Approvers",
        domain=[("share", "=", False)],
        context={"active_test": False},
    )
    approver_group_id = fields.Many2one("res.groups", ondelete="restrict")
    approver_field_id = fields.Many2one(
        "ir.model.fields",
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('relation', '=', 'res.users'), ('ttype', 'in', ('many2one', 'many2many'))]",
    )
    required = fields.Integer("How Many Must Agree", default=1, required=True)
    hours = fields.Float(
        "Late After",
        default=16.0,
        required=True,
        help="Hours of the company's working schedule, its holidays left out: with eight hours a day, 16 are two business "
        "days. Zero: never late.",
    )
    escalation_user_ids = fields.Many2many(
        "res.users", "revenue_approval_rule_escalation_rel", string="Escalate to", domain=[("share", "=", False)]
    )
    escalation_group_id = fields.Many2one(
        "res.groups",
        "Escalate to Group",
        ondelete="restrict",
        help="Asked as well when the step is late, or when nobody else may decide. Nobody here: the default approvers of "
        "the document type.",
    )

    preview_id = fields.Reference(
        selection=lambda self: self._selection_preview(),
        string="Document",
        store=False,
        help="Which steps would this document get, with this rule as it stands here and all the others?",
    )
    preview = fields.Html(compute="_compute_preview")

    _required_positive = models.Constraint(
        "CHECK (required >= 1)", "How Many Must Agree: at least one. For no approval, tick Needs No Approval."
    )
    _tier_range = models.Constraint("CHECK (tier BETWEEN 1 AND 99)", "Tier: enter a number from 1 to 99.")
    # PostgreSQL counts NaN as larger than every number.
    _hours_range = models.Constraint("CHECK (hours >= 0 AND hours < 10000)", "Late After: enter 0 to 10,000 hours.")
    _threshold_range = models.Constraint("CHECK (threshold < 1e15)", "Threshold: enter a number below 1e15.")

    # ------------------------------------------------------------------
    # What a rule refuses, and its trail
    # ------------------------------------------------------------------

    def _audit_fields(self):
        return ["name", "hours", *PREVIEWED]

    def _selection_preview(self):
        return [(name, self.env[name]._description) for name in self._document_models()]

    @api.depends("preview_id", *PREVIEWED)
    def _compute_preview(self):
        for rule in self:
            document = rule.preview_id
            rule.preview = rule._preview(document) if document and document._name == rule.model else False

    def _preview(self, document):
        """The route that a document would get, as a table with reasons.

        :param document: one that the reader may read
        :rtype: markupsafe.Markup
        """
        document.check_access("read")
        # The other rules, and this one as it is being edited.
        saved = self.sudo().search([("model_id.model", "=", document._name)])
        rules = [rule for rule in saved if rule != self._origin]
        if self.active:
            rules.append(self.sudo())
        try:
            if self.model in self._document_models():
                self._check_domain()
            submitter = self._preview_submitter(document)
            route = self._plan(document, rules=rules, submitter=submitter)[document.sudo()]
            route.steps.sort(key=lambda step: step.tier)
        except (ValueError, SyntaxError, TypeError, AttributeError, KeyError) as error:
            return Markup("<p class='text-danger'>%s</p>") % error
        values = {"route": route, "tiers": sorted({step.tier for step in route.steps}), "this": self.sudo()}
        return self.env["ir.qweb"]._render("sales_revenue_mgmt.revenue_approval_preview", values)

    def _preview_submitter(self, document):
        """Who would submit: who did, else the owner, else who made it."""
        document = document.sudo()
        owners = self.env["res.users"].union(*(document[name] for name in document._owner_fields()))
        return document.submitted_by_id or owners[:1] or document.create_uid

    @api.model
    def _document_models(self):
        mixin = self.env.registry["revenue.document.mixin"]
        return sorted(name for name, cls in self.env.registry.items() if issubclass(cls, mixin) and not cls._abstract)

    @api.constrains("model_id", "domain", "metric_field_id", "approver_field_id")
    def _check_fits_the_model(self):
        for rule in self:
            if rule.model not in self._document_models():
                raise ValidationError(
                    self.env._("Document Type: %(model)s is not a revenue document.", model=rule.model_id.name)
                )
            try:
                rule._check_domain()
                with self.env.cr.savepoint():
                    # As the administrator: what the database makes of it, not what is in there.
                    self.env[rule.model].sudo().search(rule._parsed_domain(), limit=1)
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "Documents: %(domain)s is not a condition on %(model)s: %(error)s",
                        domain=rule.domain,
                        model=rule.model_id.name,
                        error=error,
                    )
                ) from error
            for chosen in rule.metric_field_id | rule.approver_field_id:
                if chosen.model != rule.model:
                    raise ValidationError(
                        self.env._(
                            "%(field)s is not a field of %(model)s.",
                            field=chosen.field_description,
                            model=rule.model_id.name,
                        )
                    )
            if rule.metric_field_id and rule.metric_field_id.ttype not in ("integer", "float", "monetary"):
                raise ValidationError(
                    self.env._("Metric: %(field)s is not a number.", field=rule.metric_field_id.field_description)
                )
            if rule.approver_field_id and rule.approver_field_id.relation != "res.users":
                raise ValidationError(
                    self.env._(
                        "Approver Field: %(field)s does not hold users.", field=rule.approver_field_id.field_description
                    )
                )

    @api.constrains("approver_type", "approver_ids", "approver_group_id", "approver_field_id", "auto_approve")
    def _check_somebody_decides(self):
        needed = {"users": "approver_ids", "group": "approver_group_id", "field": "approver_field_id"}
        for rule in self:
            name = needed.get(rule.approver_type)
            if name and not rule.auto_approve and not rule[name]:
                raise ValidationError(
                    self.env._("%(field)s: choose who decides.", field=self._fields[name]._description_string(self.env))
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unused(self):
        # Also steps of documents that the administrator may not read hold the rule.
        used = self.env["revenue.approval.step"].sudo().search([("rule_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._(
                    "%(rule)s cannot be deleted: documents were decided by it. Archive it instead.",
                    rule=used.rule_id.name,
                )
            )

    def _check_domain(self):
        """Conditions on governed fields, and on stored fields of what they point to: a rule is about the document, and
        whoever writes one could otherwise find out about everything that is connected with it.

        :raises ValueError: the condition is about something else
        """
        model = self.env[self.model]
        for condition in Domain(self._parsed_domain()).iter_conditions():
            first, _dot, rest = condition.field_expr.partition(".")
            related = model._fields.get(first)
            if first not in (*model._audit_fields(), "state", "version", "id"):
                raise ValueError(self.env._("%(field)s is not part of the document's content.", field=first))
            target = self.env[related.comodel_name]._fields.get(rest) if rest and related.relational else None
            if rest and (target is None or not target.store or target.groups):
                raise ValueError(self.env._("%(field)s cannot be asked for.", field=condition.field_expr))
            if condition.operator in ("any", "not any"):
                raise ValueError(self.env._("Use a path like team_id.name instead of “any”."))

    def _parsed_domain(self):
        """The condition; literals only, so that a rule cannot run code."""
        self.ensure_one()
        return ast.literal_eval((self.domain or "[]").strip())

    # ------------------------------------------------------------------
    # Routes
    # ------------------------------------------------------------------

    @api.private
    @api.model
    def _routes(self, documents):
        """What the rules ask for, for documents that are being submitted.

        :param documents: one model, already marked as submitted
        :return: document → :class:`Route`
        :rtype: dict
        :raises UserError: a document cannot be decided by anybody; says what to correct
        """
        routes = self._plan(documents)
        problems = {document: route.problems for document, route in routes.items() if route.problems}
        if problems:
            lines = []
            for document, sentences in list(problems.items())[:5]:
                lines += [f"{document.display_name}: {sentence}" for sentence in sentences]
            raise UserError("\n".join(lines))
        return routes

    @api.private
    @api.model
    def _plan(self, documents, rules=None, submitter=None):
        """What the rules ask for.

        :param documents: documents of one model
        :param rules: these instead of the active rules of the model
        :param submitter: who would submit them, where nobody has yet
        :return: document → :class:`Route`
        :rtype: dict
        """
        # Rules are the administrator's; whoever submits meets all of them, whatever they may read.
        documents = documents.sudo()
        if rules is None:
            rules = self.sudo().search([("model_id.model", "=", documents._name)])
        matching = {rule: rule._matching(documents) for rule in rules}
        involved = documents._involved_users()
        if submitter:
            involved = {record_id: [*user_ids, submitter.id] for record_id, user_ids in involved.items()}
        routes = {}
        for document in documents:
            route = routes[document] = Route()
            free = []
            for rule in rules:
                fits, why = matching[rule][document.id]
                if not fits:
                    route.silent.append((rule, why))
                elif rule.auto_approve:
                    free.append(rule)
                    route.silent.append((rule, why))
                else:
                    rule._plan_step(document, involved[document.id], why, route)
            if not route.steps and not route.problems:
                if free:
                    route.why_free = self.env._("No approval is needed: %(rule)s.", rule=free[0].name)
                else:
                    self.browse()._plan_step(document, involved[document.id], self.env._("No rule fits."), route)
        return routes

    def _matching(self, documents):
        """
        :return: document id → (whether the rule is about it, sentence why or why not)
        :rtype: dict[int, tuple[bool, str]]
        """
        self.ensure_one()
        inside = documents.filtered_domain(self._parsed_domain())
        answer = {}
        for document in documents:
            company = document._audit_company()
            if self.company_id and self.company_id not in company.parent_ids:
                answer[document.id] = False, self.env._("It is about %(company)s.", company=self.company_id.name)
            elif document not in inside:
                answer[document.id] = False, self.env._("The document is not one of those that the rule is about.")
            elif not self.metric_field_id:
                answer[document.id] = True, self.env._("Asked for every such document.")
            else:
                answer[document.id] = self._compare(document)
        return answer

    def _compare(self, document):
        value = document[self.metric_field_id.name]
        if value is None:
            return False, self.env._("%(metric)s has no value.", metric=self.metric_field_id.field_description)
        fits = COMPARISONS[self.metric_operator](value, self.threshold)
        words = dict(self._fields["metric_operator"]._description_selection(self.env))[self.metric_operator]
        sentence = (
            self.env._("%(metric)s %(value)s %(is_above)s %(threshold)s.")
            if fits
            else self.env._("%(metric)s %(value)s: the rule asks only where it %(is_above)s %(threshold)s.")
        )
        return fits, sentence % {
            "metric": self.metric_field_id.field_description,
            "value": f"{value:,.10g}",
            "is_above": words,
            "threshold": f"{self.threshold:,.10g}",
        }

    def _is_worse(self, value, approved):
        """Whether a metric went further in the direction that the rule watches."""
        return COMPARISONS[self.metric_operator[0]](value, approved)

    def _plan_step(self, document, involved, why, route):
        """Add to the route the step that this rule asks for; no rule: that of the default approvers."""
        step = self.env["revenue.approval.step"]
        default_group = self.env.ref(document._approval_default_group)
        name = self.name or self.env._("Default approvers")
        candidates, is_list = self._candidates(document, default_group)
        # In a form that is being edited, people are virtual records.
        candidates = candidates._origin
        company = document._audit_company()
        usable, broken = step._usable(candidates, company)
        required = self.required or 1
        if is_list and len(usable) < required:
            route.problems.append(
                self.env._(
                    "the rule “%(rule)s” needs %(required)s to decide, and has only: %(usable)s. %(broken)s Ask an "
                    "administrator to correct the rule, or those people's roles.",
                    rule=name,
                    required=required,
                    usable=", ".join(usable.mapped("name")) or self.env._("nobody"),
                    broken=" ".join(broken),
                )
            )
            return
        excluded = self.env["res.users"].browse(involved)
        approvers = usable - excluded
        escalation = step._usable(self.escalation_user_ids._origin | self.escalation_group_id.all_user_ids, company)[0]
        escalation = (escalation or step._usable(default_group.all_user_ids, company)[0]) - excluded
        if len(approvers) < required and usable & excluded:
            names = ", ".join((usable & excluded).mapped("name"))
            why = self.env._("%(why)s Not %(names)s: nobody decides on what is their own.", why=why, names=names)
        if len(approvers) < required:
            approvers |= escalation
        if len(approvers) < required:
            approvers |= step._usable(default_group.all_user_ids, company)[0] - excluded
        if len(approvers) < required:
            route.problems.append(
                self.env._(
                    "the rule “%(rule)s” needs %(required)s other people to decide, and there are only: %(names)s. Nobody "
                    "decides on what they created, submitted or own. Ask an administrator for another approver.",
                    rule=name,
                    required=required,
                    names=", ".join(approvers.mapped("name")) or self.env._("nobody"),
                )
            )
            return
        route.steps.append(
            PlannedStep(
                rule=self,
                name=name,
                tier=self.tier or 1,
                required=required,
                approvers=approvers,
                escalation=escalation,
                why=why,
                metric_value=document[self.metric_field_id.name] if self.metric_field_id else None,
            )
        )

    def _candidates(self, document, default_group):
        """Who the rule names for a document.

        :return: users, and whether they are a list that ought to be complete by itself
        :rtype: tuple
        """
        if not self:
            return default_group.all_user_ids, True
        if self.approver_type == "users":
            return self.approver_ids, True
        if self.approver_type == "group":
            return self.approver_group_id.all_user_ids, True
        if self.approver_type == "leader":
            return document._approval_leaders(), False
        if self.approver_type == "branch":
            company = document._audit_company()
            return (company.parent_id or company).revenue_manager_id, False
        return document[self.approver_field_id.name], False
