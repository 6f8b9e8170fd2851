from odoo import fields, models
from odoo.exceptions import UserError


class RevenueSheetImport(models.TransientModel):
    _name = "revenue.sheet.import"
    _description = "Import of a Document's Lines from Excel"
    _inherit = ["revenue.sheet.import.mixin"]

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", required=True, readonly=True)

    def _document_fields(self):
        return {"res_model", "res_id"}

    def _document(self):
        self.ensure_one()
        documents = self.env.get(self.res_model)
        # Any model may be named here; those with a workbook answer.
        if documents is None or not hasattr(documents, "_import_sheet"):
            raise UserError(self.env._("%(model)s has no workbook.", model=self.res_model))
        document = documents.browse(self.res_id).exists()
        document.check_access("write")
        if not document:
            raise UserError(self.env._("The document no longer exists. Close the dialog."))
        return document
