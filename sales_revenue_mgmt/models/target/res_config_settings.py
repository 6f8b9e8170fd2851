from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    # Each room extends Odoo's models by what is its own.
    _inherit = "res.config.settings"  # pylint: disable=consider-merging-classes-inherited

    revenue_default_measure = fields.Selection(related="company_id.revenue_default_measure", readonly=False)
    revenue_alert_pacing = fields.Float(related="company_id.revenue_alert_pacing", readonly=False)
    revenue_alert_landing = fields.Float(related="company_id.revenue_alert_landing", readonly=False)
