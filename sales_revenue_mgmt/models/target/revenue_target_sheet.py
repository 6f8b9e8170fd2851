"""The plan as a workbook, there and back."""

from odoo import models

from .sheet import file_name_of, workbook_of
from .sheet_import import Workbook

# What a journal entry about an export names.
EXPORTED = ["line_ids", "level", "amount", "locked", "last_year"]


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

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

    def _export_plan(self):
        """The workbook, and a note in the journal of whoever takes it out.

        :rtype: bytes
        :raises AccessError: the reader may not read the plan
        """
        self.ensure_one()
        self.check_access("read")
        content = workbook_of(self)
        self.env["revenue.audit.journal"].note_export(self, EXPORTED)
        return content

    def _export_name(self):
        """What the file is called."""
        self.ensure_one()
        return file_name_of(self)

    def _check_workbook(self, content):
        """What a workbook would change, without changing it; see :meth:`Workbook.check`.

        :param bytes content: the file
        """
        self.ensure_one()
        return Workbook(self, content).check()

    def _marked_workbook(self, content):
        """The file with its refused cells in red, each with the reason; see :meth:`Workbook.marked`.

        :param bytes content: the file
        """
        self.ensure_one()
        return Workbook(self, content).marked()

    def _import_workbook(self, content, may=None):
        """Take over what a workbook changes, if nothing of it is refused; see :meth:`Workbook.take_over`.

        :param bytes content: the file
        :param may: asked with the report whether that may be taken over
        """
        self.ensure_one()
        return Workbook(self, content).take_over(may)
