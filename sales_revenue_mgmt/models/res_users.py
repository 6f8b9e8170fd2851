"""People whose roles change: it is written down, and what waited for them does not get stuck."""

from odoo import api, models

from .revenue_roles import ROLES


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

    def _revenue_roles(self):
        """
        :return: user id → names of the revenue roles, implied ones too
        :rtype: dict[int, list[str]]
        """
        # Roles of somebody else are read to be written down, not to be shown.
        # While the addon is being uninstalled, they go one by one.
        roles = [role for xmlid in ROLES if (role := self.env.ref(xmlid, raise_if_not_found=False))]
        roles = self.env["res.groups"].sudo().union(*roles).with_context(lang="en_US")
        return {user.id: (roles & user.sudo().all_group_ids).mapped("name") for user in self}

    def _revenue_works_in(self, company):
        """Whether somebody works in a company; anybody works in none at all.

        :rtype: bool
        """
        # Where people work is asked for sums of others' credit as well; only yes or no comes out.
        return not company or company in self.sudo().company_ids

    def _revenue_note_roles(self, before):
        after = self._revenue_roles()
        for user in self:
            old, new = before.get(user.id, []), after[user.id]
            if old != new:
                self.env["revenue.audit.journal"].note(
                    "roles", {"user": user.sudo().name, "before": ", ".join(old) or "–", "after": ", ".join(new) or "–"}
                )

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        users._revenue_note_roles({})
        return users

    def write(self, vals):
        watched = vals.keys() & {"group_ids", "active", "company_ids"}
        before = self._revenue_roles() if watched else {}
        result = super().write(vals)
        if watched:
            self._revenue_note_roles(before)
            # What waits for them has to go on, whoever changed them.
            self.env["revenue.approval.step"]._pending_of(self)._replace_unusable()
        return result


class ResGroups(models.Model):
    _inherit = "res.groups"

    def write(self, vals):
        watched = vals.keys() & {"user_ids", "implied_ids", "implied_by_ids", "all_user_ids"}
        if not watched:
            return super().write(vals)
        # A role can come and go through groups that imply it.
        everybody = self.env["res.users"].sudo().search([("share", "=", False)])
        before = everybody._revenue_roles()
        result = super().write(vals)
        everybody.with_env(self.env)._revenue_note_roles(before)
        return result
