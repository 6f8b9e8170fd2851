"""Whoever takes data of ours out of Odoo leaves a note: documents, lines, amounts, facts and whatever else comes."""

from odoo import models

from .revenue_access_trail import ADDON


class Base(models.AbstractModel):
    _inherit = "base"

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        if self._original_module == ADDON:
            self.env["revenue.audit.journal"].note_export(self, fields_to_export)
        return result
