"""Who leads a team, and who is in it, does not change without a note."""

from odoo import api, models

from .access import noted, teams


class CrmTeam(models.Model):
    _inherit = "crm.team"

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
        with noted(self.env, "team", lambda: teams(self)):
            return super().unlink()
