"""What belongs to a document, and only the workflow writes."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class RevenueDocumentPart(models.AbstractModel):
    """What belongs to a document and is readable by whoever may read the document."""

    _name = "revenue.document.part"
    _description = "Part of a Revenue Document"
    _inherit = ["revenue.document.bound"]

    res_model = fields.Char("Document Model", required=True, readonly=True, index=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", required=True, readonly=True)

    # Rows come in through the workflow only; that these three do not call super is the point of them.
    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise UserError(self._only_the_workflow())

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self._only_the_workflow())

    def unlink(self):  # pylint: disable=method-required-super
        raise UserError(self._only_the_workflow())  # pylint: disable=no-raise-unlink

    def _only_the_workflow(self):
        return self.env._(
            "%(model)s: nothing can be written here by hand. Submit, approve or reject the document.",
            model=self._description,
        )

    def _create_by_workflow(self, vals_list):
        return super().create(vals_list)  # pylint: disable=super-method-mismatch

    def _write_by_workflow(self, vals):
        return super().write(vals)  # pylint: disable=super-method-mismatch
