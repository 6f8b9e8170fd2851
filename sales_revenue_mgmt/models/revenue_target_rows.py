"""The lines and amounts of plans as rows of the database: read and written in as many statements for one line as for 2,000.

Odoo's records would do the same thing by thing: a plan has up to 60,000 amounts. What is written here has been checked by the
caller, and is seen by Odoo's cache afterwards.
"""

from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL

# What a line is about.
SCOPE = ("company_id", "team_id", "user_id", "category_id", "industry_id", "channel_id", "product_id")


class Row(NamedTuple):
    """A line: ``key`` as of ``_scope_key``, ``path`` the ids of the lines that it is part of and its own."""

    id: int
    target_id: int
    parent_id: int | None
    path: tuple
    key: str
    date_start: object
    date_end: object


class Cell(NamedTuple):
    """An amount of a line and a period."""

    id: int
    line_id: int
    date_start: object
    date_end: object
    amount: float
    locked: bool


class PlanRows:
    """Lines and amounts of plans at one moment: ``lines`` plan id → rows, ``cells`` line id → its amounts."""

    def __init__(self, targets):
        self.lines, self.cells = read_lines(targets), {}
        for cells in read_cells(targets).values():
            for cell in cells:
                self.cells.setdefault(cell.line_id, []).append(cell)

    def of(self, target):
        """
        :return: each line of a plan with its amounts
        :rtype: list[tuple[Row, list[Cell]]]
        """
        return [(row, self.cells.get(row.id, [])) for row in self.lines[target.id]]


def unit_reader(target):
    """
    :return: a function that is ``target._to_units``, for many amounts of one plan
    """
    decimals = target._decimals()
    scale = 10**decimals

    def units(amount):
        exact = amount * scale
        guess = round(exact)
        # So far a float tells one unit from the next; what is not in whole units is rounded by its text.
        if abs(guess) < 2**50 and abs(exact - guess) < 0.25:
            return guess
        return target._to_units(amount, decimals)

    return units


def read_lines(targets):
    """
    :return: plan id → its lines, each after what it is part of
    :rtype: dict[int, list[Row]]
    """
    env = targets.env
    env["revenue.target.line"].flush_model()
    found = {target_id: [] for target_id in targets.ids}
    statement = SQL(
        "SELECT target_id, id, parent_id, parent_path, date_start, date_end, %s FROM revenue_target_line"
        " WHERE target_id = ANY(%s) ORDER BY target_id, parent_path, sequence, id",
        SQL(", ").join(map(SQL.identifier, SCOPE)),
        targets.ids,
    )
    for target_id, line_id, parent_id, path, start, end, *scope in env.execute_query(statement):
        path = tuple(int(part) for part in path.split("/") if part)
        key = "/".join(str(part or "") for part in scope)
        found[target_id].append(Row(line_id, target_id, parent_id, path, key, start, end))
    return found


def read_cells(targets):
    """
    :return: plan id → its amounts, in the order of periods and lines
    :rtype: dict[int, list[Cell]]
    """
    env = targets.env
    env["revenue.target.cell"].flush_model()
    found = {target_id: [] for target_id in targets.ids}
    statement = SQL(
        "SELECT target_id, id, line_id, date_start, date_end, amount, locked FROM revenue_target_cell"
        " WHERE target_id = ANY(%s) ORDER BY date_start, line_id, id",
        targets.ids,
    )
    for target_id, cell_id, line_id, start, end, amount, locked in env.execute_query(statement):
        found[target_id].append(Cell(cell_id, line_id, start, end, amount, bool(locked)))
    return found


def insert_cells(target, rows, totals=True):
    """New amounts of lines of a plan.

    :param list[tuple] rows: line id, first and last day of the period, whole units, whether it is locked
    :param bool totals: whether the lines' own amounts become what their new periods add up to
    """
    if not rows:
        return
    env, decimals = target.env, target._decimals()
    env["revenue.target.line"].flush_model()
    lines, starts, ends, units, locks = map(list, zip(*rows, strict=True))
    env.cr.execute(
        SQL(
            "INSERT INTO revenue_target_cell"
            " (target_id, line_id, date_start, date_end, amount, locked, create_uid, create_date, write_uid, write_date)"
            " SELECT %s, new.*, %s, %s, %s, %s FROM unnest(%s::int[], %s::date[], %s::date[], %s::numeric[], %s::bool[]) AS new",
            target.id,
            *_log(env),
            *_log(env),
            lines,
            starts,
            ends,
            [_amount(own, decimals) for own in units],
            locks,
        )
    )
    sums = dict.fromkeys(lines, 0)
    for line_id, _start, _end, own, _locked in rows:
        sums[line_id] += own
    _write_line_amounts(target, sums if totals else {})


def delete_cells(target, line_ids):
    env = target.env
    env["revenue.target.cell"].flush_model()
    env.cr.execute(SQL("DELETE FROM revenue_target_cell WHERE line_id = ANY(%s)", list(line_ids)))
    env["revenue.target.cell"].invalidate_model(flush=False)


def update_cells(target, rows, totals):
    """
    :param list[tuple] rows: cell id, whole units, whether it is locked
    :param dict totals: line id → whole units of all its periods together
    """
    if not rows:
        return
    env, decimals = target.env, target._decimals()
    env["revenue.target.cell"].flush_model()
    ids, units, locks = map(list, zip(*rows, strict=True))
    env.cr.execute(
        SQL(
            "UPDATE revenue_target_cell AS cell SET amount = new.amount, locked = new.locked, write_uid = %s, write_date = %s"
            " FROM unnest(%s::int[], %s::numeric[], %s::bool[]) AS new (id, amount, locked) WHERE cell.id = new.id",
            *_log(env),
            ids,
            [_amount(own, decimals) for own in units],
            locks,
        )
    )
    _write_line_amounts(target, totals)


def write_line_dates(target, rows):
    """
    :param list[tuple] rows: line id, first and last day
    """
    if not rows:
        return
    env = target.env
    env["revenue.target.line"].flush_model()
    env.cr.execute(
        SQL(
            "UPDATE revenue_target_line AS line SET date_start = new.first, date_end = new.last, write_uid = %s, write_date = %s"
            " FROM unnest(%s::int[], %s::date[], %s::date[]) AS new (id, first, last) WHERE line.id = new.id",
            *_log(env),
            *map(list, zip(*rows, strict=True)),
        )
    )
    env["revenue.target.line"].browse([row[0] for row in rows]).invalidate_recordset(flush=False)


def _write_line_amounts(target, totals):
    """The stored sums of lines, and whatever hangs on them."""
    env, decimals = target.env, target._decimals()
    Line = env["revenue.target.line"].sudo()
    if totals:
        Line.flush_model()
        env.cr.execute(
            SQL(
                "UPDATE revenue_target_line AS line SET amount = new.amount, write_uid = %s, write_date = %s"
                " FROM unnest(%s::int[], %s::numeric[]) AS new (id, amount)"
                " WHERE line.id = new.id AND line.amount IS DISTINCT FROM new.amount",
                *_log(env),
                list(totals),
                [_amount(own, decimals) for own in totals.values()],
            )
        )
    env["revenue.target.cell"].invalidate_model(flush=False)
    Line.invalidate_model(flush=False)
    # The plan's own amount is that of its first line.
    target.sudo()._root().modified(["amount"])


def _amount(units, decimals):
    return Decimal(units).scaleb(-decimals)


def _log(env):
    return env.uid, env.cr.now()
