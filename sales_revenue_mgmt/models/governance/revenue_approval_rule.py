"""Approval rules: which documents need whose decision."""

import ast

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
    "threshold_unit",
    "currency_id",
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


class RevenueApprovalRule(models.Model):
    _name = "revenue.approval.rule"
    _description = "Approval Rule"
    _inherit = ["revenue.thread.mixin", "revenue.audited.mixin"]
    _order = "model_id, tier, sequence, id"
    _audit_notes = ("domain",)

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
    threshold = fields.Float(digits=(16, 4))
    auto_approve = fields.Boolean(
        "Approve Automatically",
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
        "CHECK (required >= 1)", "How Many Must Agree: at least one. For no approval, tick Approve Automatically."
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
