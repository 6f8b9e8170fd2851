"""The dialog that imports a workbook into a plan: what would change is shown first, and taken over all or nothing."""

import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.revenue_dialog_previewed import fingerprint

# So many refused cells and changed lines are listed; the numbers count all.
MAX_LISTED = 300


class RevenueTargetImport(models.TransientModel):
    _name = "revenue.target.import"
    _description = "Import of a Plan from Excel"
    _inherit = ["revenue.dialog.previewed"]

    target_id = fields.Many2one("revenue.target", "Plan", required=True, readonly=True, ondelete="cascade")
    # In the dialog's own row, which nobody else reads.
    file = fields.Binary("Excel Workbook", attachment=False)
    filename = fields.Char()
    # Never stored: what is shown is what the file and the plan say at that moment.
    result = fields.Selection(
        [("none", "No File"), ("refused", "Refused"), ("same", "Nothing Changes"), ("ready", "Ready")],
        compute="_compute_preview",
    )
    change_count = fields.Integer("Changed Amounts", compute="_compute_preview")
    refused_count = fields.Integer("Refused Cells", compute="_compute_preview")
    report = fields.Html(compute="_compute_preview", sanitize=False)

    @api.depends("file", "target_id")
    @api.depends_context("lang", "uid")
    def _compute_preview(self):
        for wizard in self:
            content = wizard._content()
            if content is None:
                wizard.update({"result": "none", "change_count": 0, "refused_count": 0, "report": False})
                wizard.preview_hash = False
                continue
            report = wizard._plan()._check_workbook(content)
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
            wizard._plan()._check_content_is_open(["line_ids"])
        return wizards

    def write(self, vals):
        self.check_access("write")
        if "target_id" in vals:
            raise UserError(self.env._("Open the dialog again for another plan."))
        return super().write(vals)

    def _plan(self):
        """The plan, as the reader's own.

        :raises AccessError: the reader may not change it
        """
        self.ensure_one()
        plan = self.target_id
        plan.check_access("write")
        return plan

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
        return content and self._plan()._marked_workbook(content)

    def _render(self, report):
        values = {**report, "words": self.target_id._show_amount, "maximum": MAX_LISTED}
        return self.env["ir.qweb"]._render("sales_revenue_mgmt.revenue_target_import_report", values)

    def _hash_of(self, report):
        return fingerprint(self.target_id.audit_sequence, report)

    def _title(self):
        return self.env._("Import Plan from Excel")

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

        report = self._plan()._import_workbook(content, may)
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
                "message": self.env._("%(count)s amounts changed.", count=len(report["changes"]))
                if report["changes"]
                else self.env._("The file has the amounts that the plan has; nothing changed."),
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
            "url": f"/revenue/target/import/{self.id}/refused.xlsx",
            "target": "download",
        }
