"""Whose team somebody is in decides who is asked, and who sees."""

from odoo import api, models

from .access import noted, teams


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    @api.model_create_multi
    def create(self, vals_list):
        wanted = self.env["crm.team"].browse({vals["crm_team_id"] for vals in vals_list if vals.get("crm_team_id")})
        with noted(self.env, "team", lambda: teams(wanted)):
            return super().create(vals_list)

    def write(self, vals):
        concerned = self.sudo().crm_team_id | self.env["crm.team"].browse(vals.get("crm_team_id") or ())
        with noted(self.env, "team", lambda: teams(concerned)):
            return super().write(vals)

    def unlink(self):
        concerned = self.sudo().crm_team_id
        with noted(self.env, "team", lambda: teams(concerned)):
            return super().unlink()
