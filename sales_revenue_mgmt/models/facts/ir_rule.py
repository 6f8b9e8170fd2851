from odoo import models


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _compute_domain(self, model_name, mode="read"):
        """Facts have the rules of what they come from, so that no number counts what its reader may not open."""
        domain = super()._compute_domain(model_name, mode)
        model = self.env[model_name]
        if not self.env.su and getattr(model, "_fact", None):
            domain &= model._source_rules(mode)
        return domain
