"""Other periods, or other units: what a plan promises stays."""

from ...analytics.apportion import apportion
from ...analytics.periods import overlap
from .rows import add_up, delete_cells, write_cells, write_line_dates
from .table import PlanTable


def recut(target, old_start, old_end, read):
    """Other periods, the same goals: each old amount goes to the new periods that share days with it, in proportion to
    these days; what has lost all its days goes where the rest of the line is. Each line keeps its amount.

    :param PlanRows read: lines and amounts as they are
    """
    target._check_size()
    rows, new = read.lines[target.id], target._new_periods()
    write_line_dates(target, [(row.id, *_dates_after(target, row, old_start, old_end)) for row in rows])
    amounts, locks = _amounts_after(target, read, new)
    add_up(rows, amounts, len(new))
    delete_cells(target, amounts)
    none = [False] * len(new)
    cells = [
        (line_id, *values)
        for line_id, units in amounts.items()
        for values in zip(new, units, locks.get(line_id, none), strict=True)
    ]
    write_cells(target, cells, [], {line_id: sum(units) for line_id, units in amounts.items()})
    target.sudo().line_ids._clear_absence()


def _dates_after(target, row, old_start, old_end):
    """Who was there from beginning to end still is; others keep their own dates, as far as the plan goes."""
    start = target.date_start if row.date_start == old_start else max(row.date_start, target.date_start)
    end = target.date_end if row.date_end == old_end else min(row.date_end, target.date_end)
    return min(start, target.date_end), max(end, target.date_start)


def _amounts_after(target, read, new):
    """What lines without parts have in other periods.

    :param PlanRows read: lines and amounts as they are
    :return: line id → whole units per period, and line id → whether they are locked
    :rtype: tuple[dict[int, list[int]], dict[int, list[bool]]]
    """
    rows, to_units = read.of(target), target._units().whole
    parents = {row.parent_id for row, _cells in rows}
    shared, amounts, all_locks = {}, {}, {}
    for row, own in rows:
        if row.id in parents:
            continue
        units, lost, locks = [0] * len(new), 0, {}
        for cell in own:
            old = cell.date_start, cell.date_end
            if old not in shared:
                shared[old] = [(index, days) for index, period in enumerate(new) if (days := overlap(old, period))]
            places, amount = shared[old], to_units(cell.amount)
            locks[old] = cell.locked
            if not places:
                lost += amount
                continue
            parts = apportion(amount, [days for _index, days in places])
            for (index, _days), part in zip(places, parts, strict=True):
                units[index] += part
        if lost:
            units = [sum(pair) for pair in zip(units, apportion(lost, units), strict=True)]
        amounts[row.id], all_locks[row.id] = units, [locks.get(period, False) for period in new]
    return amounts, all_locks


def round_amounts(target, decimals):
    """Amounts with fewer decimals: cents become whole orders, or whole yen. The total is rounded, and each amount to the next
    one above or below it, so that they still add up. Locked amounts as well: they cannot stay what they were.

    :param int decimals: that are left
    """
    step = 10 ** (target._units().decimals - decimals)
    table = PlanTable(target)
    keys = table.leaves(target._root().id)
    units = [table.units[key] for key in keys]
    parts = apportion((2 * sum(units) + step) // (2 * step), units)
    table.units.update(zip(keys, (part * step for part in parts), strict=True))
    with target._lines_audited(table.read):
        table.save()
