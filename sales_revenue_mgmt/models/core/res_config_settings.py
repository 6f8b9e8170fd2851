from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    revenue_tz = fields.Selection(related="company_id.revenue_tz", readonly=False)
    revenue_manager_id = fields.Many2one(related="company_id.revenue_manager_id", readonly=False)
    revenue_owner_share = fields.Float(related="company_id.revenue_owner_share", readonly=False)
