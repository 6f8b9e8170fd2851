"""Uninstalling takes the audit trail along, so it is offered as a last export."""

from odoo import api, fields, models

ADDON = "sales_revenue_mgmt"


class BaseModuleUninstall(models.TransientModel):
    _inherit = "base.module.uninstall"

    revenue_audit_count = fields.Integer("Audit Entries That Are Lost", compute="_compute_revenue_audit_count")

    @api.depends("module_ids")
    def _compute_revenue_audit_count(self):
        # Only their number comes out, to who may delete them all.
        entries = self.env["revenue.audit.entry"].sudo()
        for wizard in self:
            concerned = ADDON in wizard._get_modules().mapped("name")
            wizard.revenue_audit_count = entries.search_count([]) if concerned else 0

    def action_export_revenue_audit(self):
        """The whole trail of all companies, as a file that proves itself without this addon."""
        self.check_access("write")
        # Who may uninstall the addon may delete all of the trail, and is not kept from keeping it.
        seals = self.env["revenue.audit.seal"].sudo()
        with seals._exported() as file:
            return seals._download(file)
