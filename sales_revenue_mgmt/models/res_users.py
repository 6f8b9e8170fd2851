"""People whose roles change: it is written down, and what waited for them does not get stuck."""

from odoo import api, models

from .revenue_access_trail import Roles, is_in_place, noted_roles
from .revenue_actor import REQUEST, actor

# What opens an account.
ACCOUNT = {"password", "new_password", "totp_secret", "login", "partner_id"}


class ResUsers(models.Model):
    _name = "res.users"
    _inherit = ["res.users", "revenue.target.owner"]

    _revenue_target_field = "user_id"
    _revenue_target_levels = ("user",)

    def _revenue_notify(self, subject, body, **options):
        """A message to these users, by mail or in the inbox as each prefers, in the name of the system: whoever triggered it
        does not get to read it.

        :param options: for ``message_notify``
        """
        self.env["mail.thread"].message_notify(
            partner_ids=self.partner_id.ids,
            subject=subject,
            body=body,
            author_id=self.env.ref("base.partner_root").id,
            **options,
        )

    def _revenue_works_in(self, company):
        """Whether somebody works in a company; anybody works in none at all.

        :rtype: bool
        """
        # Where people work is asked for sums of others' credit as well; only yes or no comes out.
        return not company or company in self.sudo().company_ids

    @api.model_create_multi
    def create(self, vals_list):
        users = self.browse()
        with noted_roles(self.env, lambda: users):
            users = super().create(vals_list)
        return users

    def write(self, vals):
        watched = vals.keys() & {"group_ids", "all_group_ids", "active", "company_ids"}
        self._revenue_note_account(ACCOUNT & vals.keys())
        if not watched:
            return super().write(vals)
        with noted_roles(self.env, lambda: self):
            result = super().write(vals)
        # What waits for them has to go on, whoever changed them.
        self.env["revenue.approval.step"]._pending_of(self)._replace_unusable()
        return result

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


class ResUsersApikeys(models.Model):
    """A key signs in as its person; code can make one in anybody's name."""

    _inherit = "res.users.apikeys"

    def _generate(self, scope, name, expiration_date):
        self.env.user._revenue_note_account({self._description})
        return super()._generate(scope, name, expiration_date)


class ResPartner(models.Model):
    """Links to set a new password go to the address of the person's partner."""

    _inherit = "res.partner"

    def write(self, vals):
        if "email" in vals:
            # That somebody has an account, and with a role, is written down and not shown.
            partners = self.sudo().with_context(active_test=False)
            changed = partners.filtered(lambda partner: (partner.email or "") != (vals["email"] or ""))
            changed.user_ids.with_env(self.env)._revenue_note_account({"email"})
        return super().write(vals)
