from odoo import api, fields, models


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
