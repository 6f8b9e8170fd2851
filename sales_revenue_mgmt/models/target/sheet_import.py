"""Taking the amounts of a workbook into its plan: all of them, or none."""

from ...report.sheet.guard import NotAPlan
from ...report.sheet.mark import mark_cells
from ...report.sheet.read import read_plan, readable
from .sheet import identity_of
from .sheet_check import SheetCheck
from .sheet_refusals import why_no_plan
from .table import PlanTable


class Workbook:
    """A file, and the plan that its amounts are for."""

    def __init__(self, plan, content):
        """
        :param bytes content: the file
        """
        self.plan, self.env, self.content = plan, plan.env, content

    def check(self):
        """What the file would change, without changing it.

        :return: ``problem`` (a sentence: the file as a whole is refused), ``refused``, ``changes``, ``totals``, ``notices``;
            see :class:`SheetCheck`
        :rtype: dict
        :raises AccessError: the user may not change the plan
        """
        return self._read()[0]

    def marked(self):
        """The file with its refused cells in red, each with the reason.

        :return: ``None`` where no single cell is refused
        :rtype: bytes | None
        """
        report, file = self._read()
        if not report["refused"]:
            return None
        reasons = [(refusal["row"] - 1, refusal["place"], refusal["reason"]) for refusal in report["refused"]]
        # What claims to be a number and is none would stop the copying, too.
        return mark_cells(
            readable(self.content),
            file.sheet,
            reasons,
            self.env._("Import"),
            lambda count: self.env._("%(count)s more cells are red, without a note.", count=count),
        )

    def take_over(self, may=None):
        """Change what the file changes, if nothing of it is refused.

        :param may: asked with the report whether that may be taken over
        :return: as of :meth:`check`
        :rtype: dict
        :raises UserError: the plan is not a draft
        """
        # From here on nobody else changes what the file is compared with.
        self.plan._claim_lines()
        report = self.check()
        if not report["problem"] and not report["refused"] and report["changes"] and (not may or may(report)):
            self.plan.set_cells(report["changes"])
        return report

    def _read(self):
        """
        :return: as of :meth:`check`, and what was read; ``None`` where the file as a whole is refused
        :rtype: tuple[dict, PlanFile | None]
        """
        self.plan.check_access("write")
        report = {"problem": None, "refused": [], "changes": [], "totals": [], "notices": []}
        if self.plan.state != "draft":
            problem = self.env._("The plan is not a draft any more; its amounts cannot be changed.")
            return {**report, "problem": problem}, None
        try:
            file = read_plan(self.content)
        except NotAPlan as error:
            return {**report, "problem": why_no_plan(self.env, error)}, None
        table = PlanTable(self.plan)
        if problem := self._why_another_plan(file, table):
            return {**report, "problem": problem}, None
        check = SheetCheck(self.plan, file, table).run()
        report = {
            "problem": None,
            "refused": check.refused,
            "changes": check.changes,
            "totals": check.totals(),
            "notices": check.notices,
        }
        return report, file

    def _why_another_plan(self, file, table):
        """A sentence if the file is not of this plan as it is built now."""
        plan, about, own = self.plan, file.about, identity_of(self.plan)
        if about.get("database") != own["database"]:
            return self.env._(
                "The file was exported from another database. Export the plan from this one, and change that file."
            )
        if about.get("plan") != own["plan"]:
            versions = {str(version.id): version.version for version in plan.origin_id | plan.revision_ids}
            if about.get("plan") in versions:
                return self.env._(
                    "The file is of version %(other)s, this is version %(own)s of the plan. Export this version, and change that "
                    "file.",
                    other=versions[about["plan"]],
                    own=plan.version,
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
