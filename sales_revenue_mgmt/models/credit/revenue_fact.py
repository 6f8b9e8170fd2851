from odoo import models


class RevenueFact(models.AbstractModel):
    _inherit = "revenue.fact"

    _credit_table = "revenue_target_credit"
