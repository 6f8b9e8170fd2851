"""What waits for people does not get stuck when their roles change."""

from odoo import models

from ..audit.res_users import ROLES


class ResUsers(models.Model):
    # Each room extends Odoo's models by what is its own.
    _inherit = "res.users"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & ROLES:
            # What waits for them has to go on, whoever changed them.
            self.env["revenue.approval.step"]._pending_of(self)._replace_unusable()
        return result
