"""The tools that work on a plan's amounts. Each changes a :class:`PlanTable` and says what it could not honour; the wizard
shows what would come of it, and saves it when asked to.
"""

import datetime
from bisect import bisect_right

import pytz
from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.fields import Domain

from ...analytics.apportion import CannotSpread, share_out, spread


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    def _tool_spread(self, table, line, weights):
        """Deal out a line's amount of each period to the lines below it.

        :param PlanTable table:
        :param line: a line with parts
        :param dict weights: part id → weight, or a list of one weight per period
        :return: what could not be honoured
        :rtype: list[str]
        """
        parts, notes = line.child_ids, []
        if not parts:
            return [self.env._("%(line)s has no lines below it.", line=line.display_name)]
        for index, start in enumerate(table.starts):
            keys = [table.leaves(part.id, start) for part in parts]
            kept = [sum(table.units[key] for key in own if table.fixed(key)) for own in keys]
            free = [any(not table.fixed(key) for key in own) for own in keys]
            total = sum(table.units[key] for own in keys for key in own)
            per_part = [weights.get(part.id, 0) for part in parts]
            per_part = [max(weight[index] if isinstance(weight, list) else weight, 0) for weight in per_part]
            try:
                amounts, over = share_out(total, per_part, kept, free)
            except CannotSpread:
                notes.append(
                    self.env._(
                        "%(line)s, %(period)s: everything is locked or closed.", line=line.display_name, period=start
                    )
                )
                continue
            notes += [
                self.env._(
                    "%(line)s, %(period)s: keeps %(amount)s, which is locked or closed; its share would be another.",
                    line=table.lines[parts.ids[part]].display_name,
                    period=start,
                    amount=self._from_units(kept[part]),
                )
                for part in over
                if any(map(table.presence, keys[part]))
            ]
            for own, amount in zip(keys, amounts, strict=True):
                self._put_by_shape(table, own, amount)
        return notes

    @staticmethod
    def _put_by_shape(table, keys, amount):
        """Amounts that fit what is fixed, by what they are; else alike."""
        current, fixed = [table.units[key] for key in keys], [table.fixed(key) for key in keys]
        shaped = any(units for units, stays in zip(current, fixed, strict=True) if not stays)
        weights = current if shaped else [1] * len(keys)
        table.units.update(zip(keys, spread(amount, current, fixed, weights), strict=True))

    def _tool_phase(self, table, line, weights):
        """Deal out the amount of a line, and of each line below it, to the periods; each line keeps its amount.

        :param list weights: one per period
        """
        notes = []
        for leaf in table.leaf_lines(line.id):
            keys = table.leaves(leaf)
            current, fixed = [table.units[key] for key in keys], [table.fixed(key) for key in keys]
            there = [weight * table.presence(key) for weight, key in zip(weights, keys, strict=True)]
            try:
                table.units.update(zip(keys, spread(sum(current), current, fixed, there), strict=True))
            except CannotSpread:
                notes.append(
                    self.env._("%(line)s: everything is locked or closed.", line=table.lines[leaf].display_name)
                )
        if any(table.locked[key] for key in table.leaves(line.id)):
            notes.append(self.env._("Locked amounts stay; the other periods of their lines share the rest."))
        return notes

    def _tool_raise(self, table, line, factor):
        """Make what is not locked larger or smaller.

        :param float factor: 1.05 is five percent more
        """
        keys = [key for key in table.leaves(line.id) if not table.fixed(key)]
        current = [table.units[key] for key in keys]
        total = round(sum(current) * factor)
        table.units.update(zip(keys, spread(total, current, [False] * len(keys)), strict=True))
        kept = sum(table.units[key] for key in table.leaves(line.id) if table.fixed(key))
        if kept:
            return [self.env._("%(amount)s is locked or closed and stays.", amount=self._from_units(kept))]
        return []

    def _tool_set(self, table, line, amounts, nothing):
        """Give the lines without parts, below a line, given amounts.

        :param dict amounts: line id → amounts per period, ``None`` where there is none
        :param str nothing: the sentence for lines that have none
        """
        notes = []
        for leaf in table.leaf_lines(line.id):
            given = amounts.get(leaf)
            if given is None or not any(given):
                notes.append(f"{table.lines[leaf].display_name}: {nothing}")
                continue
            for key, amount in zip(table.leaves(leaf), given, strict=True):
                if amount is None:
                    continue
                if table.fixed(key):
                    if table.presence(key) and table.units[key] != self._to_units(max(amount, 0)):
                        notes.append(
                            self.env._(
                                "%(line)s, %(period)s: locked or closed, stays %(amount)s.",
                                line=table.lines[leaf].display_name,
                                period=key[1],
                                amount=self._from_units(table.units[key]),
                            )
                        )
                    continue
                table.units[key] = self._to_units(max(amount, 0))
        return notes

    # ------------------------------------------------------------------
    # What the tools go by
    # ------------------------------------------------------------------

    def _history_amounts(self, count=None):
        """Actuals of the lines before the plan.

        :param int count: of so many periods just before the plan, together; without it, of each period a year earlier
        :return: line id → amounts
        :rtype: dict[int, list[float]]
        """
        if not count:
            return self._line_actuals([self._last_year(self._periods())])[0]
        back = {"week": {"weeks": count}, "month": {"months": count}, "quarter": {"months": 3 * count}}[self.cadence]
        # In one step: month by month, a plan that begins on the 31st would lose days on the way.
        start = self.date_start - relativedelta(**back)
        return self._line_actuals([[(start, self.date_start - relativedelta(days=1))]])[0]

    def _last_plan_amounts(self, factor):
        """What plans in force a year earlier promised for the same scopes.

        :return: line id → amounts per period, ``None`` where there was none
        """
        return self._cells_of_other_plans(
            Domain("state", "in", ("posted", "closed")) & Domain("target_id.superseded", "=", False),
            self._last_year(self._periods()),
            factor,
        )

    def _proposed_amounts(self):
        """What others have proposed: submitted or approved plans of their own, for what is a line of this plan."""
        return self._cells_of_other_plans(Domain("state", "in", ("submitted", "approved")), self._periods())

    def _cells_of_other_plans(self, domain, periods, factor=1.0):
        """Amounts of other plans' cells that begin in given periods.

        :param list periods: first and last day of each, in order and without gaps
        :return: line id → amounts per period, ``None`` where there was none
        """
        lines = self._tree()
        own = {line._scope_key(): line.id for line in lines}
        starts = [start for start, _end in periods]
        # As the user: a proposal that one may not read is none for them.
        cells = self.env["revenue.target.cell"].search(
            domain
            & Domain("target_id", "!=", self.id)
            & Domain("target_id", "not in", self.origin_id.ids)
            & Domain("measure", "=", self.measure)
            & Domain("scenario", "=", self.scenario)
            & Domain("target_id.cadence", "=", self.cadence)
            & Domain("date_start", ">=", starts[0])
            & Domain("date_start", "<=", periods[-1][1])
            & Domain("company_id", "in", lines.company_id.ids)
        )
        found = {}
        for cell in cells:
            line_id = own.get(cell.line_id._scope_key())
            if line_id:
                amounts = found.setdefault(line_id, [None] * len(starts))
                # Two weeks of a year that was cut otherwise may lie in one of ours.
                index = bisect_right(starts, cell.date_start) - 1
                amounts[index] = (amounts[index] or 0.0) + cell.amount * factor
        return found

    def _working_days(self):
        """Working days of each period.

        :rtype: list[int]
        """
        self.ensure_one()
        return [self._count_working_days(start, end) for start, end in self._periods()]

    def _count_working_days(self, start, end):
        """Days worked by the company's calendar, public holidays taken off; without a calendar, Monday to Friday.

        :rtype: int
        """
        calendar = self.company_id.sudo().resource_calendar_id
        days = {start + relativedelta(days=offset) for offset in range((end - start).days + 1)}
        if not calendar:
            return sum(day.weekday() < 5 for day in days)
        intervals = calendar._work_intervals_batch(*_whole_days(calendar, start, end))[False]
        return len(days & {moment[0].date() for moment in intervals})


def _whole_days(calendar, start, end):
    """The first and the last moment of a stretch of days in the calendar's time zone."""
    zone = pytz.timezone(calendar.tz or "UTC")
    return (
        zone.localize(datetime.datetime.combine(start, datetime.time.min)),
        zone.localize(datetime.datetime.combine(end, datetime.time.max)),
    )
