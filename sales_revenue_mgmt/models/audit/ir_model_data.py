from odoo import api, models

from .access import ADDON, noted_roles


class IrModelData(models.Model):
    """A role is found by its external id: whoever moves that gives the role to another group."""

    _inherit = "ir.model.data"

    @api.model_create_multi
    def create(self, vals_list):
        if not any(vals.get("module") == ADDON and vals.get("model") == "res.groups" for vals in vals_list):
            return super().create(vals_list)
        with noted_roles(self.env, None):
            return super().create(vals_list)

    def write(self, vals):
        if not (self._has_roles() or vals.get("module") == ADDON):
            return super().write(vals)
        with noted_roles(self.env, None):
            return super().write(vals)

    def unlink(self):
        if not self._has_roles():
            return super().unlink()
        with noted_roles(self.env, None):
            return super().unlink()

    @api.model
    def _update_xmlids(self, data_list, update=False):
        """By SQL; how data files name what they have made."""
        prefix = f"{ADDON}."
        if not any(data["record"]._name == "res.groups" and data["xml_id"].startswith(prefix) for data in data_list):
            return super()._update_xmlids(data_list, update)
        with noted_roles(self.env, None):
            return super()._update_xmlids(data_list, update)

    def _has_roles(self):
        # While a module is uninstalled, Odoo deletes names that have gone together with what they named.
        return any(data.module == ADDON and data.model == "res.groups" for data in self.sudo().exists())
