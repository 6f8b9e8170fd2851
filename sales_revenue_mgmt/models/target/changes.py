"""Changing the amounts of a plan: what is asked for is checked as a whole, and then done, or nothing of it."""

import datetime
from typing import NamedTuple

from odoo import fields
from odoo.exceptions import UserError

from .amounts import checked_amount, place_in_words
from .table import PlanTable


class Change(NamedTuple):
    """``line_id``, first day of the period (``None``: all of them together), whole units (``None``: as they are), and whether
    it is locked (``None``: as it is)."""

    line_id: int
    date_start: datetime.date | None
    units: int | None
    locked: bool | None


class Changes:
    """Changes of a plan's amounts, as people and programs send them.

    The caller has claimed the plan, so that nobody changes it between the checks and the change.
    """

    def __init__(self, plan, changes):
        """
        :param list[dict] changes: as ``set_cells`` and ``remove_lines`` of a plan describe them
        """
        self.plan, self.env, self.changes = plan, plan.env, changes
        self.table = PlanTable(plan)
        self.starts = {day: start for start in self.table.starts for day in (start, fields.Date.to_string(start))}

    def apply(self):
        """
        :return: what came of it: the answer of ``set_cells``
        :rtype: dict
        :raises UserError: an amount or a place cannot be, somebody else has changed it; names it
        """
        table, since = self.table, self.plan.audit_sequence
        checked = self._checked()
        self._check_given_once(checked)
        with self.plan._lines_audited(table.read):
            for change in checked:
                cells = table.leaves(change.line_id, change.date_start)
                if change.locked is False:
                    table.lock(cells, False)
                if change.units is not None:
                    table.put(cells, change.units, change.line_id)
                if change.locked:
                    table.lock(cells, True)
            table.save()
        return {**table.answer(), "since": since, "revision": self.plan.audit_sequence}

    def lines(self):
        """The lines that are named.

        :rtype: revenue.target.line
        :raises UserError: one is not in the plan, or somebody else has changed it; names it
        """
        return self.env["revenue.target.line"].browse([change.line_id for change in self._checked()]).exists()

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------

    def _checked(self):
        """
        :rtype: list[Change]
        """
        if not isinstance(self.changes, (list, tuple)):
            raise UserError(self.env._("Give a list of changes, each with line_id, date_start and amount or locked."))
        if len(self.changes) > self.table.size:
            raise UserError(
                self.env._("There are more changes than the plan has amounts: %(count)s.", count=len(self.changes))
            )
        return [self._checked_one(change) for change in self.changes]

    def _checked_one(self, change):
        line_id = change.get("line_id") if isinstance(change, dict) else change
        if not isinstance(change, dict) or not isinstance(line_id, int) or line_id not in self.table.lines:
            raise UserError(
                self.env._(
                    "Line: %(line)s is not a line of %(plan)s, or not any more.",
                    line=line_id,
                    plan=self.plan.display_name,
                )
            )
        line = self.table.lines[line_id]
        date_start = self._checked_start(change.get("date_start"))
        if change.get("was") is not None:
            self._check_unchanged(change["was"], line, date_start)
        units = change.get("amount")
        if units is not None:
            units = checked_amount(self.plan, units, line, date_start, self.table.to_units)
        return Change(line.id, date_start, units, change.get("locked"))

    def _checked_start(self, value):
        known = self.starts.get(value) if isinstance(value, (str, datetime.date)) else None
        if known or not value:
            return known
        try:
            day = fields.Date.to_date(value)
        except (TypeError, ValueError):
            day = None
        if day not in self.table.starts:
            raise UserError(
                self.env._(
                    "Period: %(value)s is not the first day of a period of %(plan)s. These are: %(starts)s.",
                    value=value,
                    plan=self.plan.display_name,
                    starts=", ".join(str(start) for start in self.table.starts[:12]),
                )
            )
        return day

    def _check_unchanged(self, was, line, date_start):
        """Whether the sender of a change has seen the amount that it replaces."""
        units = sum(self.table.units[key] for key in self.table.leaves(line.id, date_start))
        seen = checked_amount(self.plan, was, line, date_start, self.table.to_units)
        if seen != units:
            raise UserError(
                self.env._(
                    "%(where)s: somebody else has changed it meanwhile, from %(was)s to %(now)s. Nothing was changed now; look "
                    "at it first.",
                    where=place_in_words(line, date_start),
                    was=self.plan._show_amount(seen),
                    now=self.plan._show_amount(units),
                )
            )

    def _check_given_once(self, changes):
        """Of a sum and its parts, one can be given: what comes last would change what came first."""
        table, starts_of = self.table, {}
        for change in changes:
            if change.units is None:
                continue
            known = starts_of.setdefault(change.line_id, set())
            starts = {change.date_start} if change.date_start else set(table.starts)
            if known & starts:
                raise UserError(
                    self.env._(
                        "%(line)s, %(period)s: it is given twice, alone or as part of the line's total. Give the total or its "
                        "periods.",
                        line=table.lines[change.line_id].display_name,
                        period=min(known & starts),
                    )
                )
            known |= starts
        for line_id, starts in starts_of.items():
            for above in table.above[line_id]:
                if starts & starts_of.get(above, set()):
                    raise UserError(
                        self.env._(
                            "%(above)s, %(period)s: it is the sum of the lines below it, and %(line)s is given as well. Give the "
                            "sum or its parts.",
                            above=table.lines[above].display_name,
                            period=min(starts & starts_of[above]),
                            line=table.lines[line_id].display_name,
                        )
                    )
