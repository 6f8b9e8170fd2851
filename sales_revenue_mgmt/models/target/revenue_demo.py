from odoo import api, models


class RevenueDemo(models.AbstractModel):
    _inherit = "revenue.demo"

    @api.model
    def _load_targets(self):
        from ...demo.target import world_targets

        world_targets.build(self.env)
