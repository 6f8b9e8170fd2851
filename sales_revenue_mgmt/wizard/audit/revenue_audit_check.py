"""The result of Verify; with an anchor (an earlier export, or a seal that was kept elsewhere) also what is missing since then."""

import base64
import re

from odoo import fields, models
from odoo.exceptions import UserError


class RevenueAuditCheck(models.TransientModel):
    _name = "revenue.audit.check"
    _description = "Verification of the Audit Trail"

    anchor = fields.Binary(
        "Earlier Export or Seal",
        attachment=False,
        help="A file that Export has made before, or the line of a mail with a seal: it shows what has been taken away since, "
        "even the end of the trail.",
    )
    anchor_name = fields.Char("File Name")
    outcome = fields.Selection(
        [("intact", "Intact"), ("code", "Intact, with Decisions Taken by Code"), ("broken", "Broken")], readonly=True
    )
    entry_count = fields.Integer("Entries", readonly=True)
    seal_count = fields.Integer("Seals", readonly=True)
    unsealed_count = fields.Integer("Entries Not Sealed Yet", readonly=True)
    problems = fields.Text(readonly=True)
    outside_requests = fields.Text("Decided by Code", readonly=True)

    def action_verify(self):
        """Verify, and show the result in this dialog."""
        self.ensure_one()
        result = self.env["revenue.audit.seal"].verify(anchor=self._anchor_text())
        problems, code = result["problems"], result["outside_requests"]
        self.write(
            {
                "outcome": "broken" if problems else "code" if code else "intact",
                "entry_count": result["entries"],
                "seal_count": result["seals"],
                "unsealed_count": result["unsealed"],
                "problems": "\n".join(map(self._with_types, problems)),
                "outside_requests": "\n".join(map(self._with_types, code)),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Verification of the Audit Trail"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _anchor_text(self):
        if not self.anchor:
            return None
        try:
            return base64.b64decode(self.anchor).decode()
        except ValueError:
            raise UserError(
                self.env._("Earlier Export or Seal: this file is no text. Choose a file of the audit trail.")
            ) from None

    def _with_types(self, sentence):
        """A sentence of the verifier, with documents as the reader calls their type."""
        types = dict(self.env["revenue.audit.entry"]._selection_document_type())
        # The longest name first: some begin like another.
        names = "|".join(re.escape(name) for name in sorted(types, key=len, reverse=True))
        return re.sub(rf"({names}) (?=\d)", lambda found: f"{types[found[1]]} ", sentence)
