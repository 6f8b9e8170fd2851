from odoo import api, fields, models

from .revenue_access_trail import noted, teams
from .revenue_roles import ADMIN, FINANCE
from .sale_order import READERS


class CrmTeam(models.Model):
    _name = "crm.team"
    _inherit = ["crm.team", "revenue.target.owner"]

    _revenue_target_field = "team_id"
    _revenue_target_levels = ("team",)

    revenue_target_currency_id = fields.Many2one("res.currency", compute="_compute_revenue_target")
    revenue_target_amount = fields.Monetary(
        "Target Now",
        currency_field="revenue_target_currency_id",
        compute="_compute_revenue_target",
        help="Of the period that runs today, by the team's line of the plan in force.",
    )
    revenue_target_actual = fields.Monetary(
        "Actual Now", currency_field="revenue_target_currency_id", compute="_compute_revenue_target"
    )
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
    def _compute_revenue_target(self):
        Line = self.env["revenue.target.line"]
        lines = Line
        # On the Sales app's own kanban, too, where not everybody has a role in Revenue.
        if Line.has_access("read"):
            lines = Line._in_force_today([("team_id", "in", self.ids), ("level", "=", "team")])
        by_team = {team: own._of_main_measure() for team, own in lines.grouped("team_id").items()}
        for team in self:
            line = by_team.get(team, Line)
            team.revenue_target_currency_id = line.currency_id
            team.revenue_target_amount = line.current_amount if line else 0.0
            team.revenue_target_actual = line.current_actual if line else 0.0

    @api.depends_context("uid")
    def _compute_revenue_credit_rule_editable(self):
        user = self.env.user
        self.revenue_credit_rule_editable = user.has_group(FINANCE) or user.has_group(ADMIN)

    @api.model_create_multi
    def create(self, vals_list):
        made = self.browse()
        with noted(self.env, "team", lambda: teams(made)):
            made = super().create(vals_list)
        return made

    def write(self, vals):
        with noted(self.env, "team", lambda: teams(self)):
            return super().write(vals)

    def unlink(self):
        # By the ORM, so that the trail says that they are gone; whoever may delete a team ends its rule, too.
        self.check_access("unlink")
        self.sudo().revenue_credit_rule_ids.unlink()
        with noted(self.env, "team", lambda: teams(self)):
            return super().unlink()
