"""A plan as a workbook, to be filled in and imported again."""

from ...report.sheet.spreadsheet import remembered, write_plan
from ..core.units import MAX_AMOUNT
from .grid import Grid
from .sheet_texts import SheetTexts

# Of a plan's name, in the file's memory.
MAX_NAME = 200


def workbook_of(plan):
    """
    :param plan: that its reader may read
    :rtype: bytes
    """
    return write_plan(content_of(plan), SheetTexts(plan).all())


def identity_of(plan):
    """Which plan of which database a file is of.

    :rtype: dict[str, str]
    """
    shared = plan._sheet_identity()
    return {
        "database": shared["database"],
        "plan": shared["document"],
        "version": shared["version"],
        "measure": plan.measure,
        "decimals": str(plan._units().decimals),
        "name": remembered(plan.display_name)[:MAX_NAME],
    }


def content_of(plan):
    """What :func:`write_plan` needs to know of a plan.

    :rtype: dict
    """
    grid = Grid(plan).answer()
    levels = dict(plan.env["revenue.target.line"]._fields["level"]._description_selection(plan.env))
    lines = {line.id: line for line in plan._tree()}
    keys, to_units = {line_id: line._scope_key() for line_id, line in lines.items()}, plan._units().whole
    return {
        "about": identity_of(plan),
        "periods": grid["periods"],
        "decimals": grid["decimals"],
        "whole": plan._counts_whole(),
        # What is smaller than the limit by one unit, as a spreadsheet can hold it.
        "maximum": MAX_AMOUNT - 1,
        "lines": [
            {
                "id": row["id"],
                "key": keys[row["id"]],
                "parent": keys.get(row["parent_id"]),
                "depth": row["depth"],
                "level": levels[row["level"]],
                "name": row["name"] or "",
                "leaf": row["leaf"],
                "amounts": row["amounts"],
                "amount": lines[row["id"]].amount,
                "units": [to_units(amount) for amount in row["amounts"]],
                "fixed": [locked or not is_open for locked, is_open in zip(row["locked"], row["open"], strict=True)],
                "last_year": round(sum(row["last_year"]), grid["decimals"]),
            }
            for row in grid["lines"]
        ],
    }
