"""What the workflow wrote into the chatter is not rewritten; the trail is the proof, but people read the chatter."""

from odoo import models
from odoo.exceptions import UserError


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _check_not_of_the_workflow(self):
        if self.env.su:
            return
        documents = self.env["revenue.approval.rule"]._document_models()
        if any(message.model in documents and message.message_type == "notification" for message in self.sudo()):
            raise UserError(self.env._("Notes of the workflow cannot be changed or deleted."))

    def write(self, vals):
        if vals.keys() & {"body", "author_id", "date", "message_type", "model", "res_id", "subject"}:
            self._check_not_of_the_workflow()
        return super().write(vals)

    def unlink(self):
        self._check_not_of_the_workflow()
        return super().unlink()
