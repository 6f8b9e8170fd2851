"""People whose roles change, and accounts that somebody else opens: it is written down."""

from odoo import api, models

from ..core.actor import REQUEST, actor
from .access import Roles, is_in_place, noted_roles

# What gives a role, or takes it.
ROLES = {"group_ids", "all_group_ids", "active", "company_ids"}
# What opens an account.
ACCOUNT = {"password", "new_password", "totp_secret", "login", "partner_id"}


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        users = self.browse()
        with noted_roles(self.env, lambda: users):
            users = super().create(vals_list)
        return users

    def write(self, vals):
        self._revenue_note_account(ACCOUNT & vals.keys())
        if not vals.keys() & ROLES:
            return super().write(vals)
        with noted_roles(self.env, lambda: self):
            return super().write(vals)

    def _revenue_note_account(self, what):
        """Whoever sets the password of somebody with a role, takes the second factor away, makes an API key or has mails go
        elsewhere, could sign in as that person.

        Also when it is set by way of a mail, where nobody has signed in.

        :param what: words for it
        """
        # Code outside a request can act in anybody's name.
        is_own_call = actor(self.env) == (self.env.uid, REQUEST)
        others = self - self.env.user if is_own_call else self
        if not (what and others and is_in_place(self.env)):
            return
        people = others.browse(Roles(self.env).of(lambda: others))
        # What it was and what it is now stays a secret.
        label = ", ".join(sorted(what))
        self.env["revenue.audit.journal"].note_about(
            people, "account", {user.id: {"user": user.sudo().name, label: "set"} for user in people}
        )
