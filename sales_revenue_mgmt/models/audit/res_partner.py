from odoo import models


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
