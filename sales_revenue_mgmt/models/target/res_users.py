from odoo import models


class ResUsers(models.Model):
    _name = "res.users"
    _inherit = ["res.users", "revenue.target.owner"]

    _revenue_target_field = "user_id"
    _revenue_target_levels = ("user",)
