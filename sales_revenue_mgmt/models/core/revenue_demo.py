"""Demo data too many, and too connected, for XML."""

from odoo import api, models


class RevenueDemo(models.AbstractModel):
    """Called by the demo files, in this order; each area adds its own documents to the one world."""

    _name = "revenue.demo"
    _description = "Demo World"

    @api.model
    def _load_world(self):
        from ...demo.core import world

        world.build(self.env)
