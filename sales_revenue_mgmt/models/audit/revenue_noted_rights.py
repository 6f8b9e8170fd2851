"""Record rules and access rights of our models decide who sees: their changes leave a note."""

from odoo import api, models

from .access import noted, our_models, ours, rights


class RevenueNotedRights(models.AbstractModel):
    _name = "revenue.noted.rights"
    _description = "Rights whose Changes Are Noted"

    @api.model_create_multi
    def create(self, vals_list):
        made = self.browse()
        with noted(self.env, "rights", lambda: rights(made)):
            made = super().create(vals_list)
        return made

    def write(self, vals):
        if not (ours(self) or self._becomes_ours(vals)):
            return super().write(vals)
        with noted(self.env, "rights", lambda: rights(self)):
            return super().write(vals)

    def unlink(self):
        if not ours(self):
            return super().unlink()
        with noted(self.env, "rights", lambda: rights(self.exists())):
            return super().unlink()

    def _becomes_ours(self, vals):
        model = self.env["ir.model"].sudo().browse(vals.get("model_id") or ())
        return model.model in our_models(self.env)
