"""The dialog that imports a workbook into a plan."""

from odoo import api, fields, models


class RevenueTargetImport(models.TransientModel):
    _name = "revenue.target.import"
    _description = "Import of a Plan from Excel"
    _inherit = ["revenue.sheet.import.mixin"]

    _report = "sales_revenue_mgmt.revenue_target_import_report"

    target_id = fields.Many2one("revenue.target", "Plan", required=True, readonly=True, ondelete="cascade")

    @api.depends("target_id")
    def _compute_preview(self):
        return super()._compute_preview()

    def _document_fields(self):
        return {"target_id"}

    def _document(self):
        self.ensure_one()
        self.target_id.check_access("write")
        return self.target_id

    def _words(self, value):
        return self.target_id._show_amount(value)

    def _title(self):
        return self.env._("Import Plan from Excel")

    def _said(self, count):
        if not count:
            return self.env._("The file has the amounts that the plan has; nothing changed.")
        return self.env._("%(count)s amounts changed.", count=count)
