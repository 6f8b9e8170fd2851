from odoo import models


class ResUsersApikeys(models.Model):
    """A key signs in as its person; code can make one in anybody's name."""

    _inherit = "res.users.apikeys"

    def _generate(self, scope, name, expiration_date):
        self.env.user._revenue_note_account({self._description})
        return super()._generate(scope, name, expiration_date)
