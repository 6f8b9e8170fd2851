"""The dialog that takes a workbook back: what would change is shown first, and taken over all or nothing."""

import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import formatLang

from .revenue_dialog_previewed import fingerprint

# So many refused cells and changed lines are listed; the numbers count all.
MAX_LISTED = 300


class RevenueSheetImportMixin(models.AbstractModel):
    """Inherit it, and say in ``_document`` which document the workbook is for: one that answers ``_check_sheet``,
    ``_import_sheet`` and ``_marked_sheet``.
    """

    _name = "revenue.sheet.import.mixin"
    _description = "Import of a Workbook"
    _inherit = ["revenue.dialog.previewed"]

    _report = "sales_revenue_mgmt.revenue_sheet_import_report"

    # In the dialog's own row, which nobody else reads.
    file = fields.Binary("Excel Workbook", attachment=False)
    filename = fields.Char()
    # Never stored: what is shown is what the file and the plan say at that moment.
    result = fields.Selection(
        [("none", "No File"), ("refused", "Refused"), ("same", "Nothing Changes"), ("ready", "Ready")],
        compute="_compute_preview",
    )
    change_count = fields.Integer("Changed Numbers", compute="_compute_preview")
    refused_count = fields.Integer("Refused Cells", compute="_compute_preview")
    report = fields.Html(compute="_compute_preview", sanitize=False)

    @api.depends("file")
    @api.depends_context("lang", "uid")
    def _compute_preview(self):
        for wizard in self:
            content = wizard._content()
            if content is None:
                wizard.update({"result": "none", "change_count": 0, "refused_count": 0, "report": False})
                wizard.preview_hash = False
                continue
            report = wizard._document()._check_sheet(content)
            refused = bool(report["problem"] or report["refused"])
            wizard.result = "refused" if refused else "ready" if report["changes"] else "same"
            wizard.change_count = len(report["changes"])
            wizard.refused_count = len(report["refused"])
            wizard.report = wizard._render(report)
            wizard.preview_hash = wizard._hash_of(report)

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        for wizard in wizards:
            document = wizard._document()
            document._check_content_is_open([document._lines_field])
        return wizards

    def write(self, vals):
        self.check_access("write")
        if vals.keys() & self._document_fields():
            raise UserError(self.env._("Open the dialog again for another document."))
        return super().write(vals)

    def _document_fields(self):
        """Names of the fields that say which document it is.

        :rtype: set[str]
        """
        raise NotImplementedError

    def _document(self):
        """The document, as the reader's own.

        :raises AccessError: the reader may not change it
        """
        raise NotImplementedError

    def _content(self):
        """
        :return: the file; ``None`` where there is none
        :rtype: bytes | None
        """
        encoded = self.with_context(bin_size=False).file
        if not encoded:
            # An empty file that was chosen is one, too.
            return b"" if self.filename else None
        try:
            return base64.b64decode(encoded)
        except (binascii.Error, ValueError):
            return b"?"

    def _marked_copy(self):
        content = self._content()
        return content and self._document()._marked_sheet(content)

    def _render(self, report):
        values = {**report, "words": self._words, "maximum": MAX_LISTED}
        return self.env["ir.qweb"]._render(self._report, values)

    def _words(self, value):
        """A number as the reader writes it."""
        return formatLang(self.env, value, digits=max(0, len(repr(float(value)).partition(".")[2].rstrip("0"))))

    def _hash_of(self, report):
        return fingerprint(self._document().audit_sequence, report)

    def _title(self):
        return self.env._("Import from Excel")

    def _said(self, count):
        """What the notification says once the file is taken over."""
        if not count:
            return self.env._("The file has the numbers that the document has; nothing changed.")
        return self.env._("%(count)s numbers changed.", count=count)

    def _file_name(self):
        return self._document()._file_name()

    def action_apply(self):
        """Take the file over if nothing of it is refused, else show the report again.

        The file is read and checked once more, while nobody else can change the plan.

        :rtype: dict
        """
        self.ensure_one()
        if self.create_uid != self.env.user:
            raise AccessError(self.env._("Somebody else opened this dialog."))
        content = self._content()
        if content is None:
            raise UserError(self.env._("Excel Workbook: choose a file first."))
        again = None

        def may(report):
            nonlocal again
            again = self._shown_again(self._hash_of(report))
            return not again

        report = self._document()._import_sheet(content, may)
        if again:
            return again
        if report["problem"] or report["refused"]:
            self.invalidate_recordset()
            return self._open()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if report["changes"] else "info",
                "message": self._said(len(report["changes"])),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_marked_copy(self):
        """Download the file with its refused cells marked.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/revenue/sheet/import/{self._name}/{self.id}.xlsx",
            "target": "download",
        }
