"""Whoever takes data of ours out of Odoo leaves a note: documents, lines, amounts, facts and whatever else comes."""

import re

from odoo import models

from .access import ADDON


class Base(models.AbstractModel):
    _inherit = "base"

    def export_data(self, fields_to_export):
        is_ours = self._original_module == ADDON
        if is_ours:
            # Odoo gives out and makes external ids without asking.
            self.check_access("read")
        result = super().export_data(fields_to_export)
        if is_ours or any(self._leads_to_ours(path) for path in fields_to_export):
            self.env["revenue.audit.journal"].note_export(self, fields_to_export)
        return result

    def _leads_to_ours(self, path):
        """Whether a path of an export (``a/b/.id``, ``a.b:id``) goes through a model of ours.

        :rtype: bool
        """
        model = self
        for name in re.split("[/.:]", path):
            field = model._fields.get(name)
            if field is None or not field.relational:
                return False
            model = self.env[field.comodel_name]
            if model._original_module == ADDON:
                return True
        return False
