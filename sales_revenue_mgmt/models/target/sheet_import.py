"""A workbook, compared with its plan."""

from ...report.sheet.guard import NotAPlan
from ...report.sheet.read import read_plan
from ..governance.sheet_sentences import why_unreadable
from .sheet import identity_of
from .sheet_check import SheetCheck
from .table import PlanTable


def read_workbook(plan, content):
    """What a file would change, without changing it.

    :param plan: that its amounts are for
    :param bytes content: the file
    :return: the report: ``problem`` (a sentence: the file as a whole is refused), ``refused``, ``changes``, ``totals``,
        ``notices``, see :class:`SheetCheck`; and what was read, ``None`` where the file as a whole is refused
    :rtype: tuple[dict, PlanFile | None]
    :raises AccessError: the user may not change the plan
    """
    plan.check_access("write")
    report = {"problem": None, "refused": [], "changes": [], "totals": [], "notices": []}
    if plan.state != "draft":
        problem = plan.env._("The plan is not a draft any more; its amounts cannot be changed.")
        return {**report, "problem": problem}, None
    try:
        file = read_plan(content)
    except NotAPlan as error:
        return {**report, "problem": why_unreadable(plan.env, error)}, None
    table = PlanTable(plan)
    if problem := _why_another_plan(plan, file, table):
        return {**report, "problem": problem}, None
    check = SheetCheck(plan, file, table).run()
    found = {"refused": check.refused, "changes": check.changes, "totals": check.totals(), "notices": check.notices}
    return {**report, **found}, file


def _why_another_plan(plan, file, table):
    """A sentence if the file is not of this plan as it is built now."""
    env, about, own = plan.env, file.about, identity_of(plan)
    if about.get("database") != own["database"]:
        return env._(
            "The file was exported from another database. Export the plan from this one, and change that file."
        )
    if about.get("plan") != own["plan"]:
        versions = {str(version.id): version.version for version in plan.origin_id | plan.revision_ids}
        if about.get("plan") in versions:
            return env._(
                "The file is of version %(other)s, this is version %(own)s of the plan. Export this version, and change that "
                "file.",
                other=versions[about["plan"]],
                own=plan.version,
            )
        return env._(
            "The file is of another plan: %(name)s. Open that plan, or export this one.",
            name=about.get("name", "")[:100],
        )
    if file.starts != [str(start) for start in table.starts]:
        return env._(
            "The periods of the plan have changed since the file was exported. Export the plan again, and change that file."
        )
    if about.get("decimals") != own["decimals"] or about.get("measure") != own["measure"]:
        return env._(
            "What the plan measures has changed since the file was exported. Export the plan again, and change that file."
        )
    if not set(file.starts) & file.columns.keys():
        return env._("The file has no column of a period any more. Export the plan again, and change that file.")
    return None
