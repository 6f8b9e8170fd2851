"""What is in force: nothing is promised twice, and the plan as it stood on any day can be read again."""

import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .revenue_target import FIRST_DAY, LAST_DAY


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    def _on_posted(self):
        result = super()._on_posted()
        for line in self.line_ids:
            line._put({"force_key": line._force_key()})
        # Now, not at commit: there the message would be lost.
        self.env.flush_all()
        self.env.cr.execute("SET CONSTRAINTS revenue_target_line_in_force_once IMMEDIATE")
        self.env.cr.execute("SET CONSTRAINTS revenue_target_line_in_force_once DEFERRED")
        return result

    def _on_closed(self):
        self.line_ids._put({"force_key": False})
        return super()._on_closed()

    def _why_not_submit(self):
        return self._or_promised_already(super()._why_not_submit())

    def _why_not_post(self):
        return self._or_promised_already(super()._why_not_post())

    def _or_promised_already(self, answer):
        """
        :param dict answer: record id → why not
        """
        for target in self:
            if answer.get(target.id):
                continue
            # Also what this user may not read stands in the way; the sentence says no more of it than its period.
            lines = target.sudo().line_ids
            keys = {line._force_key(): line for line in lines}
            others = lines.search(
                Domain("force_key", "in", list(keys))
                & Domain("target_id", "not in", (target | target.origin_id).ids)
                & Domain("date_start", "<=", target.date_end)
                & Domain("date_end", ">=", target.date_start)
            )
            for other in others:
                line = keys[other.force_key]
                if other.date_start <= line.date_end and line.date_start <= other.date_end:
                    answer[target.id] = self.env._(
                        "%(line)s: a plan in force has a target for it from %(start)s to %(end)s already. Take the line out of "
                        "one of them, or revise that plan.",
                        line=line.display_name,
                        start=other.date_start,
                        end=other.date_end,
                    )
                    break
        return answer

    # ------------------------------------------------------------------
    # Versions
    # ------------------------------------------------------------------

    @api.readonly
    def get_as_of(self, day):
        """The version that was in force at the end of a day.

        :param day: a date, or its text YYYY-MM-DD
        :return: the id of a version of this plan, or ``False`` where none was in force
        :rtype: int | bool
        :raises UserError: no date
        """
        self.ensure_one()
        self.check_access("read")
        try:
            day = fields.Date.to_date(day)
        except (TypeError, ValueError):
            day = None
        if not day or not FIRST_DAY <= day <= LAST_DAY:
            raise UserError(
                self.env._(
                    "As of: enter a day as YYYY-MM-DD, from %(first)s to %(last)s.", first=FIRST_DAY, last=LAST_DAY
                )
            )
        moment = fields.Datetime.to_datetime(
            self._facts()._start_of_day(day + datetime.timedelta(days=1), self.company_id.revenue_tz)
        )
        # All of them, to find the right one; whether one may read that is asked then.
        for version in self.sudo().with_context(active_test=False)._versions():
            if (
                version.posted_at
                and version.posted_at < moment
                and not (version.ended_at and version.ended_at < moment)
            ):
                version.with_env(self.env).check_access("read")
                return version.id
        return False
