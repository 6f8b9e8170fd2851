"""Records of a period: a month, a quarter or a year of the company's fiscal calendar, or free dates."""

import datetime
import re

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...analytics.periods import FIRST_DAY, LAST_DAY, PERIOD_MONTHS, local_day, period_bounds


class RevenuePeriodMixin(models.AbstractModel):
    """Inherit it, and declare ``company_id``. A copy is of the next period."""

    _name = "revenue.period.mixin"
    _description = "Of a Period"

    period_type = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("year", "Year"), ("custom", "Free Dates")],
        string="Period",
        required=True,
        default="month",
        help="Quarters and years follow the company's fiscal year.",
    )
    date_start = fields.Date(
        string="Start Date",
        required=True,
        index=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
    )
    date_end = fields.Date(
        string="End Date",
        required=True,
        compute="_compute_date_end",
        store=True,
        precompute=True,
        readonly=False,
        help="The last day that counts.",
    )

    @api.constrains("date_start", "date_end", "period_type", "company_id")
    def _check_period(self):
        for record in self:
            for name in ("date_start", "date_end"):
                if not self._is_usable(record[name]):
                    raise ValidationError(
                        self.env._(
                            "%(field)s: %(day)s is out of range. Choose a day from %(first)s to %(last)s.",
                            field=self._fields[name]._description_string(self.env),
                            day=record[name],
                            first=FIRST_DAY,
                            last=LAST_DAY,
                        )
                    )
            if record.date_end < record.date_start:
                raise ValidationError(
                    self.env._(
                        "End Date: %(end)s is before the start date %(start)s. Choose %(start)s or a later day.",
                        end=record.date_end,
                        start=record.date_start,
                    )
                )
            bounds = record._period_bounds()
            if bounds and bounds != (record.date_start, record.date_end):
                periods = dict(self._fields["period_type"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "Period: %(start)s to %(end)s is not a %(period)s of %(company)s. That %(period)s lasts from "
                        "%(first)s to %(last)s; use these dates, or set the period to Free Dates.",
                        start=record.date_start,
                        end=record.date_end,
                        period=periods[record.period_type],
                        company=record.company_id.name,
                        first=bounds[0],
                        last=bounds[1],
                    )
                )

    @api.depends("period_type", "date_start", "company_id")
    def _compute_date_end(self):
        for record in self:
            bounds = record._period_bounds()
            record.date_end = bounds[1] if bounds else record.date_end

    @api.onchange("period_type", "date_start", "company_id")
    def _onchange_period(self):
        """In the form any day of a period will do; what is kept is its first."""
        if bounds := self._period_bounds():
            self.date_start = bounds[0]

    def copy_data(self, default=None):
        default = dict(default or {})
        vals_list = super().copy_data(default)
        if "date_end" in default:
            return vals_list
        for record, vals in zip(self, vals_list, strict=True):
            start = fields.Date.to_date(default.get("date_start")) or record.date_end + datetime.timedelta(days=1)
            vals["date_start"] = start
            if vals.get("period_type") == "custom":
                vals["date_end"] = record._end_of_as_long(start)
            else:
                vals.pop("date_end", None)
            if "date_start" in default:
                continue
            # A name with the year of the period has the next year in the copy, where that is another one.
            year = record.date_end.year
            if "name" not in default and isinstance(vals.get("name"), str) and start.year != year:
                vals["name"] = re.sub(rf"\b{year}\b", str(year + 1), vals["name"])
        return vals_list

    # ------------------------------------------------------------------
    # The period
    # ------------------------------------------------------------------

    @staticmethod
    def _is_usable(day):
        return bool(day) and FIRST_DAY <= day <= LAST_DAY

    def _has_usable_dates(self):
        """Whether there is a period to compute with; in a form that is being filled in there may be none yet."""
        return self._is_usable(self.date_start) and self._is_usable(self.date_end) and self.date_start <= self.date_end

    def _period_bounds(self):
        """First and last day of the period that holds the start date; ``None`` for free dates.

        :rtype: tuple[datetime.date, datetime.date] | None
        """
        self.ensure_one()
        if self.period_type not in PERIOD_MONTHS or not self.company_id or not self._is_usable(self.date_start):
            return None
        year_start = self.company_id.compute_fiscalyear_dates(self.date_start)["date_from"]
        return period_bounds(self.period_type, self.date_start, year_start)

    def _period_label(self):
        """The period in short, the same in every language: 2026-03, 2026 Q1, 2026, or both dates."""
        self.ensure_one()
        if not self._has_usable_dates():
            return ""
        if self.period_type == "month":
            return self.date_start.strftime("%Y-%m")
        if self.period_type in PERIOD_MONTHS and self.company_id:
            fiscal = self.company_id.compute_fiscalyear_dates(self.date_start)
            year = str(fiscal["date_to"].year)
            if self.period_type == "year":
                return year
            months = relativedelta(self.date_start, fiscal["date_from"]).months
            return f"{year} Q{months // 3 + 1}"
        return f"{self.date_start} – {self.date_end}"

    def _end_of_as_long(self, start):
        """The last day of a stretch as long as this one: of as many months where it has whole months, else of days."""
        after = self.date_end + datetime.timedelta(days=1)
        if self.date_start.day == 1 and after.day == 1:
            months = (after.year - self.date_start.year) * 12 + after.month - self.date_start.month
            return start + relativedelta(months=months, days=-1)
        return start + (self.date_end - self.date_start)

    def _today(self):
        """The business day it is now where the record's company works.

        :rtype: datetime.date
        """
        self.ensure_one()
        return local_day(fields.Datetime.now(), self.company_id.revenue_tz)
