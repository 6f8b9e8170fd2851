"""Changing the amounts of a plan: every way to do it ends here, so that the sums always hold."""

import datetime
from contextlib import contextmanager

from odoo import fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date, formatLang

from ...analytics.apportion import CannotSpread
from ..core.units import MAX_AMOUNT
from .table import PlanTable


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    def _claim_lines(self):
        """Before any change of lines or amounts: the plans are drafts, this user may change them, and until the end of the
        transaction nobody else does."""
        if not self.has_access("write"):
            # Who may not even read it gets Odoo's own refusal, which names nothing.
            self.check_access("read")
            raise AccessError(
                self.env._(
                    "%(plans)s: you may read it, but you may not change its amounts and lines. Ask its owner, the leader of its "
                    "team, or Finance.",
                    plans=", ".join(self.mapped("display_name")),
                )
            )
        self._check_content_is_open(["line_ids"])
        self._lock()

    def set_cells(self, changes):
        """Change amounts and locks of a draft plan, all or none. An amount of a line with parts is spread over them in
        proportion to what they have; what is locked stays.

        :param list[dict] changes: each with ``line_id``, ``date_start`` (first day of a period; without it, all periods of the
            line together) and ``amount`` (0 or more, in the unit of the measure) or ``locked``, or both; and, if nobody else's
            change is to be overwritten, ``was``: the amount that it replaces
        :return: ``lines``: line id → amounts of its periods as they are now, for all lines that changed; ``before``: changes
            that undo it; ``since`` and ``revision``: of the plan, before and after
        :rtype: dict
        :raises UserError: the plan is not a draft, an amount or a place cannot be, somebody else has changed it; names it
        """
        self.ensure_one()
        self._claim_lines()
        # The trail has it cell by cell; a message on each would bury the talk of people.
        self = self.with_context(mail_notrack=True)
        table, since = PlanTable(self), self.audit_sequence
        checked = list(self._checked_changes(changes, table))
        self._check_given_once(checked, table)
        with self._lines_audited(table.read):
            for line, date_start, amount, locked in checked:
                cells = table.leaves(line, date_start)
                if locked is False:
                    table.lock(cells, False)
                if amount is not None:
                    table.put(cells, amount, line)
                if locked:
                    table.lock(cells, True)
            table.save()
        return {**table.answer(), "since": since, "revision": self.audit_sequence}

    def remove_lines(self, lines):
        """Remove lines of a draft plan, with all lines below, all or none.

        :param list[dict] lines: each with ``line_id`` and, if nobody else's change is to be lost with it, ``was``: the amount of
            all its periods together
        :rtype: bool
        :raises UserError: the plan is not a draft, a line is not in it, or somebody else has changed it; names it
        """
        self.ensure_one()
        self._claim_lines()
        table = PlanTable(self)
        found = [line for line, *_change in self._checked_changes(lines, table)]
        return self.env["revenue.target.line"].browse(found).exists().unlink()

    def _set_amounts(self, amounts):
        """Give lines new amounts for all their periods together.

        :param dict amounts: line → amount
        """
        self.ensure_one()
        table = PlanTable(self)
        for line, amount in amounts.items():
            table.put(table.leaves(line.id), self._checked_amount(amount, line, table=table), line.id)
        table.save()

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------

    def _checked_changes(self, changes, table):
        if not isinstance(changes, (list, tuple)):
            raise UserError(self.env._("Give a list of changes, each with line_id, date_start and amount or locked."))
        if len(changes) > table.size:
            raise UserError(
                self.env._("There are more changes than the plan has amounts: %(count)s.", count=len(changes))
            )
        starts = {day: start for start in table.starts for day in (start, fields.Date.to_string(start))}
        for change in changes:
            line = change.get("line_id") if isinstance(change, dict) else change
            if not isinstance(change, dict) or not isinstance(line, int) or line not in table.lines:
                raise UserError(
                    self.env._(
                        "Line: %(line)s is not a line of %(plan)s, or not any more.",
                        line=line,
                        plan=self.display_name,
                    )
                )
            line = table.lines[change["line_id"]]
            date_start = change.get("date_start")
            known = starts.get(date_start) if isinstance(date_start, (str, datetime.date)) else None
            date_start = known or self._checked_start(date_start, table)
            if change.get("was") is not None:
                self._check_unchanged(change["was"], table, line, date_start)
            amount = change.get("amount")
            amount = self._checked_amount(amount, line, date_start, table) if amount is not None else None
            yield line.id, date_start, amount, change.get("locked")

    def _check_unchanged(self, was, table, line, date_start):
        """Whether the sender of a change has seen the amount that it replaces."""
        units = sum(table.units[key] for key in table.leaves(line.id, date_start))
        seen = self._checked_amount(was, line, date_start, table)
        if seen != units:
            raise UserError(
                self.env._(
                    "%(where)s: somebody else has changed it meanwhile, from %(was)s to %(now)s. Nothing was changed now; look "
                    "at it first.",
                    where=self._place_in_words(line, date_start),
                    was=self._show_amount(seen),
                    now=self._show_amount(units),
                )
            )

    def _check_given_once(self, changes, table):
        """Of a sum and its parts, one can be given: what comes last would change what came first.

        :param changes: as :meth:`_checked_changes` gives them
        """
        starts_of = {}
        for line, date_start, amount, _locked in changes:
            if amount is None:
                continue
            known, starts = starts_of.setdefault(line, set()), {date_start} if date_start else set(table.starts)
            if known & starts:
                raise UserError(
                    self.env._(
                        "%(line)s, %(period)s: it is given twice, alone or as part of the line's total. Give the total or its "
                        "periods.",
                        line=table.lines[line].display_name,
                        period=min(known & starts),
                    )
                )
            known |= starts
        for line, starts in starts_of.items():
            for above in table.above[line]:
                if starts & starts_of.get(above, set()):
                    raise UserError(
                        self.env._(
                            "%(above)s, %(period)s: it is the sum of the lines below it, and %(line)s is given as well. Give the "
                            "sum or its parts.",
                            above=table.lines[above].display_name,
                            period=min(starts & starts_of[above]),
                            line=table.lines[line].display_name,
                        )
                    )

    def _checked_start(self, value, table):
        if not value:
            return None
        try:
            day = fields.Date.to_date(value)
        except (TypeError, ValueError):
            day = None
        if day not in table.starts:
            raise UserError(
                self.env._(
                    "Period: %(value)s is not the first day of a period of %(plan)s. These are: %(starts)s.",
                    value=value,
                    plan=self.display_name,
                    starts=", ".join(str(start) for start in table.starts[:12]),
                )
            )
        return day

    def _checked_amount(self, value, line, date_start=None, table=None):
        """
        :param date_start: of the period that the amount is for, if it is for one
        :param PlanTable table: of the plan, which counts many amounts faster
        :return: the amount in whole units
        :rtype: int
        """
        amount = self._as_number(value)
        sentence = self._why_not_amount(amount)
        if not sentence:
            return table.to_units(amount) if table else self._to_units(amount)
        raise ValidationError(
            self.env._(
                "Target of %(where)s: %(value)s %(why)s. Enter a number from 0 to %(maximum)s.",
                where=self._place_in_words(line, date_start),
                value=value,
                why=sentence,
                maximum=formatLang(self.env, MAX_AMOUNT, digits=0),
            )
        )

    def _why_not_amount(self, amount, whole=True):
        """What is wrong with an amount, after its value in a sentence; ``None`` where it can be promised.

        :param bool whole: whether what is counted has to be whole
        :rtype: str | None
        """
        if isinstance(amount, bool) or not isinstance(amount, (int, float)):
            return self.env._("is not a number")
        # Neither is what is not a number, or infinite.
        if not 0 <= amount < MAX_AMOUNT:
            return self.env._("is not possible")
        if whole and amount != int(amount) and self._counts_whole():
            return self.env._("is not a whole number, and %(measure)s are counted", measure=self._measure_label())
        return None

    def _place_in_words(self, line, date_start=None):
        return f"{line.display_name}, {format_date(self.env, date_start)}" if date_start else line.display_name

    @contextmanager
    def _saying_what_is_locked(self, line, date_start=None):
        """A sentence for what cannot be honoured."""
        try:
            yield
        except CannotSpread as error:
            where = self._place_in_words(line, date_start)
            raise UserError(
                self.env._(
                    "Target of %(where)s: %(total)s cannot be spread. What is locked, closed or outside the dates of a line adds "
                    "up to %(locked)s. Unlock something, or enter another amount.",
                    where=where,
                    total=self._from_units(error.total),
                    locked=self._from_units(error.locked),
                )
            ) from None
