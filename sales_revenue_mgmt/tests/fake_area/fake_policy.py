"""An area that exists in tests only: a document with lines, in force for a team and dates, with a workbook."""

from odoo import fields, models


class RevenueFakePolicy(models.Model):
    _name = "revenue.fake.policy"
    _description = "Fake Policy"
    _inherit = [
        "revenue.document.lines",
        "revenue.document.in.force",
        "revenue.document.sheet",
        "revenue.in.force.mixin",
        "revenue.period.mixin",
    ]
    _check_company_auto = True

    name = fields.Char(required=True)
    origin_id = fields.Many2one("revenue.fake.policy", readonly=True, copy=False)
    revision_ids = fields.One2many("revenue.fake.policy", "origin_id")
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    team_id = fields.Many2one("crm.team", check_company=True)
    user_id = fields.Many2one("res.users")
    line_ids = fields.One2many("revenue.fake.policy.line", "policy_id")
    amount = fields.Float(compute="_compute_amount")

    def _compute_amount(self):
        for policy in self:
            policy.amount = max(policy.line_ids.mapped("discount"), default=0.0)

    def _audit_fields(self):
        return ["name", "company_id", "team_id", "user_id", "period_type", "date_start", "date_end", "line_ids"]

    def _force_key(self):
        return f"{self.company_id.id}/{self.team_id.id}"


class RevenueFakePolicyLine(models.Model):
    _name = "revenue.fake.policy.line"
    _description = "Line of a Fake Policy"
    _inherit = ["revenue.document.line"]
    _document_field = "policy_id"
    _order = "sequence, id"

    policy_id = fields.Many2one("revenue.fake.policy", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    category_id = fields.Many2one("product.category")
    discount = fields.Float(digits=(5, 2))
    minimum = fields.Float(digits=(16, 0))

    def _content_fields(self):
        return ["name", "category_id", "discount", "minimum"]

    def _line_key(self):
        return str(self.category_id.id or "")
