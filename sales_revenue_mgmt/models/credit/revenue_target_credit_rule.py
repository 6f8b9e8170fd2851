"""How a team shares the credit of its sales: applied when an order is confirmed, never afterwards."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class RevenueTargetCreditRule(models.Model):
    _name = "revenue.target.credit.rule"
    _description = "Credit Rule of a Team"
    _inherit = ["revenue.target.percent", "revenue.audited.mixin"]
    _order = "team_id, sequence, id"
    _rec_name = "user_id"

    team_id = fields.Many2one("crm.team", "Sales Team", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(related="team_id.company_id", store=True, precompute=True)

    def _audit_fields(self):
        return ["team_id", "user_id", "percent"]

    @api.depends("team_id", "user_id", "percent")
    def _compute_display_name(self):
        for rule in self:
            names = f"{rule.team_id.name}: {rule.user_id.name} {rule.percent:g} %"
            rule.display_name = names if rule.team_id and rule.user_id else self.env._("New Rule")

    # One person has one part, and at most everything is given away: also where two people change a team's rule at once,
    # since both write its row, and Odoo tries the second one again.
    _once = models.Constraint(
        "UNIQUE (team_id, user_id) DEFERRABLE INITIALLY DEFERRED", "A person has one part in the rule of a team."
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(vals_list)._check_teams()

    def write(self, vals):
        result = super().write(vals)
        self._check_teams()
        return result

    def _check_teams(self):
        # All of the team's rule, whatever part of it the writer may read.
        teams = self.sudo().team_id
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE crm_team SET id = id WHERE id = ANY(%s)", sorted(teams.ids)))
        for team, rows in self.sudo().search([("team_id", "in", teams.ids)]).grouped("team_id").items():
            rows._check_people(team.company_id, team.name)
            total = round(sum(rows.mapped("percent")), 2)
            if total > 100:
                raise ValidationError(
                    self.env._(
                        "Credit (%%): the parts of team %(team)s add up to %(total)s %%. Give away 100 %% at most; what "
                        "remains goes to the salesperson of the order.",
                        team=team.name,
                        total=f"{total:g}",
                    )
                )
        return self

    def _parts_of(self, order):
        """How this rule, of the order's team, shares an order. Who has left, or works elsewhere, gets nothing; what nobody
        gets goes to the salesperson.

        :return: user → percent; empty where the salesperson has everything
        :rtype: dict
        :raises ValueError: something remains, and there is no salesperson who could have it
        """
        parts = {
            rule.user_id: rule.percent
            for rule in self
            if rule.user_id.active and rule.user_id._revenue_works_in(order.company_id)
        }
        rest, salesperson = round(100 - sum(parts.values()), 2), order.user_id
        if parts and rest:
            if not salesperson or salesperson.share or not salesperson._revenue_works_in(order.company_id):
                raise ValueError(f"{rest:g}")
            parts[salesperson] = round(parts.get(salesperson, 0) + rest, 2)
        return {} if parts.keys() == {salesperson} else parts
