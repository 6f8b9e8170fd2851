from odoo import models


class ResUsers(models.Model):
    # Each room extends Odoo's models by what is its own.
    _inherit = "res.users"  # pylint: disable=consider-merging-classes-inherited

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
