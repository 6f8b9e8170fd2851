"""Copies and next versions of a plan: the same tree."""

from ...analytics.apportion import apportion
from ...analytics.periods import overlap
from .revenue_target_line import KEPT
from .rows import CUT, PlanRows, add_up, write_cells


def copy_lines(target, source):
    """The tree of another plan with the same scope, with the target's total; also where people have left it since: what was
    promised stays."""
    total = target._units().whole(target.amount)
    target._root()._unlink_past_guard()
    as_before = all(target[name] == source[name] for name in CUT)
    cut = source._periods() if as_before else target._new_periods()
    same = cut == source._periods()
    copies = _copy_tree(target, source.sudo().line_ids.sorted("parent_path"), same)
    read, to_units, days = PlanRows(source), source._units().whole, [overlap(period, period) for period in cut]
    rows, shares = read.of(source), {}
    parents = {row.parent_id for row, _cells in rows}
    for row, cells in rows:
        if row.id not in parents:
            units = [to_units(cell.amount) for cell in cells]
            shares[row.id] = units if len(units) == len(cut) else apportion(sum(units), days)
    dealt = iter(apportion(total, [part for units in shares.values() for part in units]))
    amounts = {line_id: [next(dealt) for _part in units] for line_id, units in shares.items()}
    add_up(read.lines[source.id], amounts, len(cut))
    write_cells(
        target,
        [
            (copies[row.id], period, units, same and cells[place].locked)
            for row, cells in rows
            for place, (period, units) in enumerate(zip(cut, amounts[row.id], strict=True))
        ],
        [],
        {copies[line_id]: sum(units) for line_id, units in amounts.items()},
    )
    target.invalidate_recordset()


def _copy_tree(target, lines, same):
    """Lines like those of another plan, without amounts.

    :param bool same: whether they are there from the same day to the same day, or as long as the plan
    :return: id of each line → id of its copy
    :rtype: dict[int, int]
    """
    copies = {}
    # All of one depth at a time, since each needs what it is part of.
    for _depth, own in sorted(lines.grouped(lambda line: line._depth()).items()):
        values = [
            {
                "target_id": target.id,
                "parent_id": copies[line.parent_id.id] if line.parent_id else False,
                "sequence": line.sequence,
                **line._scope_values(),
                **({} if same else {"date_start": target.date_start, "date_end": target.date_end}),
            }
            for line in own
        ]
        made = own.with_context(revenue_lines_kept=KEPT)._create_past_guard(values)
        copies.update(zip(own.ids, made.ids, strict=True))
    return copies
