"""Taking the amounts of a workbook into its plan: all of them, or none."""

from odoo import models

from ...report.sheet.guard import NotAPlan
from ...report.sheet.mark import mark_cells
from ...report.sheet.read import read_plan, readable
from .sheet_check import SheetCheck
from .table import PlanTable


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    def action_open_import(self):
        """The dialog that imports a workbook into a draft plan.

        :rtype: dict
        :raises UserError: the plan is not a draft
        """
        self.ensure_one()
        wizard = self.env["revenue.target.import"].create({"target_id": self.id})
        return wizard._open()

    def _check_sheet(self, content):
        """What a workbook would change, without changing it.

        :param bytes content: the file
        :return: ``problem`` (a sentence: the file as a whole is refused), ``refused``, ``changes``, ``totals``, ``notices``;
            see :class:`SheetCheck`
        :rtype: dict
        :raises AccessError: the user may not change the plan
        """
        return self._read_workbook(content)[0]

    def _read_workbook(self, content):
        """
        :param bytes content: the file
        :return: as of :meth:`_check_sheet`, and what was read; ``None`` where the file as a whole is refused
        :rtype: tuple[dict, PlanFile | None]
        """
        self.ensure_one()
        self.check_access("write")
        report = {"problem": None, "refused": [], "changes": [], "totals": [], "notices": []}
        if self.state != "draft":
            problem = self.env._("The plan is not a draft any more; its amounts cannot be changed.")
            return {**report, "problem": problem}, None
        try:
            file = read_plan(content)
        except NotAPlan as error:
            return {**report, "problem": self._why_no_plan(error)}, None
        table = PlanTable(self)
        if problem := self._why_another_plan(file, table):
            return {**report, "problem": problem}, None
        check = SheetCheck(self, file, table).run()
        report = {
            "problem": None,
            "refused": check.refused,
            "changes": check.changes,
            "totals": check.totals(),
            "notices": check.notices,
        }
        return report, file

    def _marked_sheet(self, content):
        """The file with its refused cells in red, each with the reason.

        :param bytes content: the file
        :return: ``None`` where no single cell is refused
        :rtype: bytes | None
        """
        report, file = self._read_workbook(content)
        if not report["refused"]:
            return None
        reasons = [(refusal["row"] - 1, refusal["place"], refusal["reason"]) for refusal in report["refused"]]
        # What claims to be a number and is none would stop the copying, too.
        return mark_cells(
            readable(content),
            file.sheet,
            reasons,
            self.env._("Import"),
            lambda count: self.env._("%(count)s more cells are red, without a note.", count=count),
        )

    def _import_sheet(self, content, may=None):
        """Take over what a workbook changes, if nothing of it is refused.

        :param bytes content: the file
        :param may: asked with the report whether that may be taken over
        :return: as of :meth:`_check_sheet`
        :rtype: dict
        :raises UserError: the plan is not a draft
        """
        self.ensure_one()
        # From here on nobody else changes what the file is compared with.
        self._claim_lines()
        report = self._check_sheet(content)
        if not report["problem"] and not report["refused"] and report["changes"] and (not may or may(report)):
            self.set_cells(report["changes"])
        return report

    def _why_another_plan(self, file, table):
        """A sentence if the file is not of this plan as it is built now."""
        about, own = file.about, self._sheet_identity()
        if about.get("database") != own["database"]:
            return self.env._(
                "The file was exported from another database. Export the plan from this one, and change that file."
            )
        if about.get("plan") != own["plan"]:
            versions = {str(version.id): version.version for version in self.origin_id | self.revision_ids}
            if about.get("plan") in versions:
                return self.env._(
                    "The file is of version %(other)s, this is version %(own)s of the plan. Export this version, and change that "
                    "file.",
                    other=versions[about["plan"]],
                    own=self.version,
                )
            return self.env._(
                "The file is of another plan: %(name)s. Open that plan, or export this one.",
                name=about.get("name", "")[:100],
            )
        if file.starts != [str(start) for start in table.starts]:
            return self.env._(
                "The periods of the plan have changed since the file was exported. Export the plan again, and change that file."
            )
        if about.get("decimals") != own["decimals"] or about.get("measure") != own["measure"]:
            return self.env._(
                "What the plan measures has changed since the file was exported. Export the plan again, and change that file."
            )
        if not set(file.starts) & file.columns.keys():
            return self.env._(
                "The file has no column of a period any more. Export the plan again, and change that file."
            )
        return None

    def _why_no_plan(self, error):
        """A sentence for a file that cannot be read."""
        names = ("size", "maximum", "first", "second", "column", "value", "sheets")
        details = {**dict.fromkeys(names, ""), **error.details}
        sentence = {
            "empty": self.env._("The file is empty."),
            "large": self.env._("The file is larger than %(size)s MB.", size=details["size"]),
            "bomb": self.env._("The file would be far too large when unpacked."),
            "encrypted": self.env._("The file is protected by a password. Save it without one."),
            "old_excel": self.env._(
                "The file is in the old format of Excel (.xls). Save it as an Excel workbook (.xlsx)."
            ),
            "not_excel": self.env._("The file is not an Excel workbook."),
            "broken": self.env._("The file is damaged, or no spreadsheet program has written it."),
            "no_plan": self.env._("The workbook was not exported from a plan: its hidden sheet is not there."),
            "no_sheet": self.env._(
                "The sheet of the plan is not in the workbook, or its hidden row or column was removed."
            ),
            "damaged": self.env._(
                "The hidden sheet of the workbook was changed, so nobody can tell what the file is of."
            ),
            "rows": self.env._("The workbook has more than %(maximum)s rows.", maximum=details["maximum"]),
            "cells": self.env._(
                "The workbook has more than %(maximum)s cells. Remove the sheets that are not of the plan.",
                maximum=details["maximum"],
            ),
            "places": self.env._(
                "Merged cells, links and tables of the workbook cover more than %(maximum)s cells. Undo the largest of them.",
                maximum=details["maximum"],
            ),
            "sheets": self.env._(
                "The workbook has more than %(maximum)s sheets. Remove those that are not of the plan.",
                maximum=details["maximum"],
            ),
            "text": self.env._(
                "A cell of the workbook has a text of more than %(maximum)s letters. Shorten it.",
                maximum=details["maximum"],
            ),
            "strict": self.env._(
                "The file is a Strict Open XML Spreadsheet, which cannot be read. Save it as an Excel workbook (.xlsx)."
            ),
            "copied": self.env._(
                "The sheet of the plan is in the workbook more than once, and nobody can tell which one counts: %(sheets)s. "
                "Remove all but one.",
                sheets=details["sheets"],
            ),
            "twice": self.env._(
                "Columns %(first)s and %(second)s are for the same period. Remove one.",
                first=details["first"],
                second=details["second"],
            ),
            "period": self.env._(
                "Column %(column)s is of a period that the exported plan does not have: %(value)s. Remove it.",
                column=details["column"],
                value=details["value"],
            ),
        }[error.why]
        advice = self.env._("Choose the Excel workbook (.xlsx) that was exported from this plan.")
        return f"{sentence} {advice}"
