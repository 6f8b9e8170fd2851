"""A mail that stands in a document's chatter is a message like others."""

from odoo import api, models


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        mails = super().create(vals_list)
        # Odoo makes them as superuser, with the words and names that a template or a call gives.
        made = self.browse(
            mail.id for mail, vals in zip(mails, vals_list, strict=True) if not vals.get("mail_message_id")
        )
        made.mail_message_id._check_mailed()
        return mails
