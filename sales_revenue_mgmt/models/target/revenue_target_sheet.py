"""The plan as a workbook, there and back."""

from odoo import models

from .sheet import workbook_of
from .sheet_import import read_workbook

# What a journal entry about an export names.
EXPORTED = ["line_ids", "level", "amount", "locked", "last_year"]


class RevenueTarget(models.Model):
    # Fields, tree, grid, numbers and workbook: one file each.
    _inherit = "revenue.target"  # pylint: disable=consider-merging-classes-inherited

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_export_plan(self):
        """Download the plan as a workbook.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/revenue/target/{self.id}/plan.xlsx", "target": "download"}

    def action_open_import(self):
        """The dialog that imports a workbook into a draft plan.

        :rtype: dict
        :raises UserError: the plan is not a draft
        """
        self.ensure_one()
        wizard = self.env["revenue.target.import"].create({"target_id": self.id})
        return wizard._open()

    # ------------------------------------------------------------------
    # Business
    # ------------------------------------------------------------------

    def _sheet_content(self):
        return workbook_of(self)

    def _sheet_exported(self):
        return EXPORTED

    def _read_sheet(self, content):
        self.ensure_one()
        return read_workbook(self, content)

    def _take_sheet(self, changes):
        self.set_cells(changes)
