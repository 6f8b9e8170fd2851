"""Documents that are in force for a scope and dates while they are posted, by themselves or by their lines."""

import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...analytics.periods import FIRST_DAY, LAST_DAY, start_of_day


class RevenueDocumentInForce(models.AbstractModel):
    """Inherit it beside ``revenue.in.force.mixin`` where the document itself is in force; else say in ``_force_records`` which
    of its lines are.
    """

    _name = "revenue.document.in.force"
    _description = "Document in Force for a Scope and Dates"
    _inherit = ["revenue.document.mixin"]

    def _force_records(self):
        """What is in force while these documents are: records of a model with ``revenue.in.force.mixin``."""
        return self

    def _on_posted(self):
        result = super()._on_posted()
        self._force_records()._put_in_force()
        return result

    def _on_closed(self):
        self._force_records()._take_out_of_force()
        return super()._on_closed()

    def _why_not_submit(self):
        return self._or_in_the_way(super()._why_not_submit())

    def _why_not_post(self):
        return self._or_in_the_way(super()._why_not_post())

    def _or_in_the_way(self, answer):
        """
        :param dict answer: record id → why not
        """
        # Also what this user may not read stands in the way.
        free = self.sudo().filtered(lambda document: not answer.get(document.id))
        found = free._force_records()._in_the_way()
        for document in free:
            own = document._force_records()
            # The version before leaves when this one comes.
            leaving = own | document.origin_id._force_records()
            for record in own:
                if others := found.get(record, own.browse()) - leaving:
                    answer[document.id] = record.with_env(self.env)._in_the_way_sentence(others[0])
                    break
        return answer

    def _revision_values(self):
        """The same dates: the next version replaces this one."""
        return self.copy_data({"date_start": self.date_start, "date_end": self.date_end})[0]

    @api.readonly
    def get_as_of(self, day):
        """The version that was in force at the end of a day.

        :param day: a date, or its text YYYY-MM-DD
        :return: the id of a version of this document, or ``False`` where none was in force
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
        moment = start_of_day(day + datetime.timedelta(days=1), self.company_id.revenue_tz)
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
