"""Who manages a branch, who counts as an owner, and where people work does not change without a note."""

from contextlib import ExitStack

from odoo import api, models

from .access import companies, noted, noted_roles


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        made = self.browse()
        with noted_roles(self.env, None), noted(self.env, "company", lambda: companies(made)):
            made = super().create(vals_list)
        return made

    def write(self, vals):
        with ExitStack() as stack:
            if "user_ids" in vals:
                # Where somebody works, a role reaches.
                stack.enter_context(noted_roles(self.env, None))
            if vals.keys() & {"revenue_manager_id", "revenue_owner_share"}:
                stack.enter_context(noted(self.env, "company", lambda: companies(self)))
            return super().write(vals)
