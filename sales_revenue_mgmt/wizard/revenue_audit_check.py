"""Verify with an anchor: an earlier export, or a seal that was kept elsewhere, says what should be there."""

import base64

from odoo import fields, models
from odoo.exceptions import UserError


class RevenueAuditCheck(models.TransientModel):
    _name = "revenue.audit.check"
    _description = "Verification with an Anchor"

    anchor = fields.Binary(
        "Earlier Export or Seal",
        required=True,
        attachment=False,
        help="A file that Export has made before, or the line of a mail with a seal.",
    )
    anchor_name = fields.Char("File Name")

    def action_verify(self):
        """Verify, and say what the anchor has and is missing now."""
        self.ensure_one()
        try:
            text = base64.b64decode(self.anchor).decode()
        except ValueError:
            raise UserError(
                self.env._("Earlier Export or Seal: this file is no text. Choose a file of the audit trail.")
            ) from None
        return self.env["revenue.audit.seal"]._verified(anchor=text)
