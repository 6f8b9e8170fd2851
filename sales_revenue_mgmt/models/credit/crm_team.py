from odoo import api, fields, models

from ..core.roles import ADMIN, FINANCE, READERS


class CrmTeam(models.Model):
    # Each room extends Odoo's models by what is its own.
    _inherit = "crm.team"  # pylint: disable=consider-merging-classes-inherited

    revenue_credit_rule_ids = fields.One2many(
        "revenue.target.credit.rule",
        "team_id",
        "Credit Rule",
        copy=False,
        groups=f"{READERS},{ADMIN}",
        help="Who is credited with which part of the team's orders when they are confirmed. What remains goes to the "
        "salesperson of the order.",
    )
    revenue_credit_rule_editable = fields.Boolean(compute="_compute_revenue_credit_rule_editable")

    @api.depends_context("uid")
    def _compute_revenue_credit_rule_editable(self):
        user = self.env.user
        self.revenue_credit_rule_editable = user.has_group(FINANCE) or user.has_group(ADMIN)

    def unlink(self):
        # By the ORM, so that the trail says that they are gone; whoever may delete a team ends its rule, too.
        self.check_access("unlink")
        self.sudo().revenue_credit_rule_ids.unlink()
        return super().unlink()
