"""Who has a role, and which rights hang on it, can change through any group that implies it."""

from contextlib import ExitStack

from odoo import api, models

from .access import all_rights, noted, noted_roles

MEMBERS = {"user_ids", "all_user_ids", "implied_ids", "all_implied_ids", "implied_by_ids", "all_implied_by_ids"}
RIGHTS = {"rule_groups", "model_access"}


class ResGroups(models.Model):
    _inherit = "res.groups"

    @api.model_create_multi
    def create(self, vals_list):
        with noted_roles(self.env, None), noted(self.env, "rights", lambda: all_rights(self.env), everything=True):
            return super().create(vals_list)

    def write(self, vals):
        with ExitStack() as stack:
            if vals.keys() & MEMBERS:
                stack.enter_context(noted_roles(self.env, None))
            if vals.keys() & RIGHTS:
                stack.enter_context(noted(self.env, "rights", lambda: all_rights(self.env), everything=True))
            return super().write(vals)

    def unlink(self):
        with noted_roles(self.env, None), noted(self.env, "rights", lambda: all_rights(self.env), everything=True):
            return super().unlink()
