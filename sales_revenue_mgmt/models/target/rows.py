"""The lines and amounts of plans as rows of the database: read and written in as many statements for one line as for 2,000.

Odoo's records would do the same thing by thing: a plan has up to 60,000 amounts. What is written here has been checked by the
caller, and is seen by Odoo's cache afterwards.
"""

from collections import defaultdict
from typing import NamedTuple

from odoo.tools import SQL

from ..governance.lines import LinesRead

# What the periods of a plan hang on.
CUT = {"cadence", "date_start", "date_end"}
# What a line is about.
SCOPE = ("company_id", "team_id", "user_id", "category_id", "industry_id", "channel_id", "product_id")


class Row(NamedTuple):
    """A line: ``path`` the ids of the lines that it is part of and its own, ``scope`` what it is about, in the order of
    ``SCOPE``, ``key`` the same as of ``_scope_key``."""

    id: int
    target_id: int
    parent_id: int | None
    path: tuple
    level: str
    scope: tuple
    key: str
    date_start: object
    date_end: object


class Cell(NamedTuple):
    """An amount of a line and a period; without an id where it is not written yet."""

    id: int | None
    line_id: int
    date_start: object
    date_end: object
    amount: float
    locked: bool


class PlanRows(LinesRead):
    """Lines and amounts of plans at one moment: ``lines`` plan id → rows, ``cells`` line id → its amounts."""

    def __init__(self, targets):
        self.lines, self.cells = read_lines(targets), read_cells(targets)

    def of(self, target):
        """
        :return: each line of a plan with its amounts
        :rtype: list[tuple[Row, list[Cell]]]
        """
        return [(row, self.cells.get(row.id, [])) for row in self.lines[target.id]]

    def periods(self, target):
        """First and last day of each period that the plan has amounts for.

        :rtype: list[tuple[datetime.date, datetime.date]]
        """
        for row in self.lines[target.id]:
            if not row.parent_id:
                return [(cell.date_start, cell.date_end) for cell in self.cells.get(row.id, ())]
        return []


def add_up(rows, amounts, width):
    """What lines with parts have is the sum of these.

    :param list[Row] rows: of one plan, each after what it is part of
    :param dict amounts: id of each line without parts → whole units per period; those of the others are added to it
    :param int width: how many periods there are
    """
    for row in reversed(rows):
        if row.parent_id:
            above = amounts.get(row.parent_id) or [0] * width
            amounts[row.parent_id] = [sum(pair) for pair in zip(above, amounts[row.id], strict=True)]


def read_lines(targets):
    """
    :return: plan id → its lines, each after what it is part of
    :rtype: dict[int, list[Row]]
    """
    env = targets.env
    env["revenue.target.line"].flush_model()
    found = {target_id: [] for target_id in targets.ids}
    statement = SQL(
        "SELECT target_id, id, parent_id, parent_path, level, date_start, date_end, %s FROM revenue_target_line"
        " WHERE target_id = ANY(%s) ORDER BY target_id, parent_path, sequence, id",
        SQL(", ").join(map(SQL.identifier, SCOPE)),
        targets.ids,
    )
    for target_id, line_id, parent_id, path, level, start, end, *scope in env.execute_query(statement):
        path = tuple(map(int, path.strip("/").split("/")))
        key = "/".join([str(part) if part else "" for part in scope])
        found[target_id].append(Row(line_id, target_id, parent_id, path, level, tuple(scope), key, start, end))
    return found


def read_cells(targets):
    """
    :return: line id → its amounts, in the order of periods
    :rtype: dict[int, list[Cell]]
    """
    env = targets.env
    env["revenue.target.cell"].flush_model()
    found = defaultdict(list)
    # As Odoo reads amounts, without a call of Python for each of them.
    statement = SQL(
        "SELECT id, line_id, date_start, date_end, amount::float8, COALESCE(locked, FALSE) FROM revenue_target_cell"
        " WHERE target_id = ANY(%s) ORDER BY date_start, line_id, id",
        targets.ids,
    )
    for cell in map(Cell._make, env.execute_query(statement)):
        found[cell.line_id].append(cell)
    return dict(found)


def write_cells(target, new, changed, totals):
    """Write amounts of a plan, and what lines add up to.

    :param list[tuple] new: of amounts that are not there yet: line id, period (first and last day), whole units, whether locked
    :param list[tuple] changed: of others: cell id, whole units, whether locked
    :param dict totals: line id → whole units of all its periods together
    """
    env = target.env
    # Before anything refers to them.
    env["revenue.target.line"].flush_model()
    env["revenue.target.cell"].flush_model()
    unit = target._units().unit
    if new:
        places = {}
        for _line_id, period, _units, _locked in new:
            places.setdefault(period, len(places) + 1)
        line_ids, periods, units, locks = zip(*new, strict=True)
        firsts, lasts = zip(*places, strict=True)
        env.cr.execute(
            SQL(
                "INSERT INTO revenue_target_cell"
                " (target_id, line_id, date_start, date_end, amount, locked, create_uid, create_date, write_uid, write_date)"
                " SELECT %s, new.line_id, period.first, period.last, new.units * %s, new.locked, %s, %s, %s, %s"
                " FROM unnest(%s::int[], %s::int[], %s::numeric[], %s::bool[]) AS new (line_id, place, units, locked)"
                " JOIN unnest(%s::date[], %s::date[]) WITH ORDINALITY AS period (first, last, place) USING (place)",
                *(target.id, unit),
                *_log(env),
                *_log(env),
                *map(_array, (line_ids, [places[period] for period in periods], units, locks, firsts, lasts)),
            )
        )
    if changed:
        env.cr.execute(
            SQL(
                "UPDATE revenue_target_cell AS cell SET amount = new.units * %s, locked = new.locked, write_uid = %s,"
                " write_date = %s FROM unnest(%s::int[], %s::numeric[], %s::bool[]) AS new (id, units, locked)"
                " WHERE cell.id = new.id",
                unit,
                *_log(env),
                *map(_array, zip(*changed, strict=True)),
            )
        )
    if new or changed:
        _write_line_amounts(target, totals, unit)


def delete_cells(target, line_ids):
    env = target.env
    env["revenue.target.cell"].flush_model()
    env.cr.execute(SQL("DELETE FROM revenue_target_cell WHERE line_id = ANY(%s)", list(line_ids)))
    env["revenue.target.cell"].invalidate_model(flush=False)


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
            *map(_array, zip(*rows, strict=True)),
        )
    )
    env["revenue.target.line"].browse([row[0] for row in rows]).invalidate_recordset(flush=False)


def _write_line_amounts(target, totals, unit):
    """The stored sums of lines, and whatever hangs on them."""
    env = target.env
    Line = env["revenue.target.line"].sudo()
    if totals:
        env.cr.execute(
            SQL(
                "UPDATE revenue_target_line AS line SET amount = new.units * %s, write_uid = %s, write_date = %s"
                " FROM unnest(%s::int[], %s::numeric[]) AS new (id, units)"
                " WHERE line.id = new.id AND line.amount IS DISTINCT FROM new.units * %s",
                unit,
                *_log(env),
                *map(_array, (totals, totals.values())),
                unit,
            )
        )
    env["revenue.target.cell"].invalidate_model(flush=False)
    Line.invalidate_model(flush=False)
    # The plan's own amount is that of its first line.
    target.sudo()._root().modified(["amount"])


def _array(values):
    """Numbers, days and truth values as one text that PostgreSQL reads: many times faster than each by itself."""
    return f"{{{','.join(map(str, values))}}}"


def _log(env):
    return env.uid, env.cr.now()
