"""Sales targets: what was promised for a scope and a period."""

import datetime
import re

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...analytics.periods import PERIOD_MONTHS, local_day, period_bounds
from ...report.facts.measures import MEASURES
from ..audit.revenue_audited_mixin import MAX_NAME
from .measures import MEASURE_SELECTION
from .title import title_domain

# Far enough for every business, and far enough from the ends of the calendar to compute with.
FIRST_DAY = datetime.date(1970, 1, 1)
LAST_DAY = datetime.date(2199, 12, 31)


class RevenueTarget(models.Model):
    _name = "revenue.target"
    _description = "Sales Target"
    _inherit = ["revenue.document.mixin"]
    _order = "date_start DESC, company_id, team_id, user_id, id"
    _check_company_auto = True
    _rec_names_search = ["name", "team_id.name", "user_id.name", "company_id.name"]

    name = fields.Char(
        help="Leave it empty to call the target after what it covers.",
        tracking=True,
    )
    label = fields.Char(
        compute="_compute_label", help="What a target without a name is called: what it covers, and when."
    )
    active = fields.Boolean(default=True, tracking=True)
    origin_id = fields.Many2one(
        "revenue.target", "Replaces", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    revision_ids = fields.One2many("revenue.target", "origin_id", "Next Versions", readonly=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        tracking=True,
        help="Revenue of this company and of its branches counts.",
    )
    measure = fields.Selection(
        selection=MEASURE_SELECTION,
        required=True,
        default=lambda self: self.env.company.revenue_default_measure,
        tracking=True,
        help="Booked: confirmed orders, untaxed, by order date. Invoiced: posted customer invoices less credit notes, "
        "untaxed, by invoice date, without sales receipts. Margin: of confirmed orders. Quantity: in each product's own "
        "unit. "
        "New customers: those whose first confirmed order in the company falls in the period.",
    )
    period_type = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("year", "Year"), ("custom", "Free Dates")],
        string="Period",
        required=True,
        default="month",
        tracking=True,
        help="Quarters and years follow the company's fiscal year.",
    )
    date_start = fields.Date(
        string="Start Date",
        required=True,
        index=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        tracking=True,
    )
    date_end = fields.Date(
        string="End Date",
        required=True,
        compute="_compute_date_end",
        store=True,
        precompute=True,
        readonly=False,
        tracking=True,
        help="The last day that counts.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Only what this team sold counts. Empty: every team.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain=[("share", "=", False)],
        tracking=True,
        help="Only what this person sold counts. Empty: everybody.",
    )
    scope_level = fields.Selection(
        [
            ("company", "Company"),
            ("team", "Sales Team"),
            ("user", "Salesperson"),
            ("team_user", "Salesperson in a Team"),
        ],
        string="Covers",
        compute="_compute_scope_level",
        store=True,
        precompute=True,
        help="Targets of one level do not overlap, so they can be added up; those of different levels cannot.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        precompute=True,
        help="The company's currency; empty where the measure is a number, not money.",
    )
    amount = fields.Monetary(
        string="Target",
        compute="_compute_amount",
        inverse="_inverse_amount",
        store=True,
        default=0.0,
        readonly=False,
        required=True,
        tracking=True,
        help="What is to be reached in the whole period, in the unit of the measure. A new number is spread over lines and "
        "periods as they are; what is locked stays.",
    )
    # Classes of the web client can place a text anywhere, as styles can.
    note = fields.Html(sanitize_style=True, strip_classes=True)

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------

    @api.depends("company_id.name", "team_id.name", "user_id.name", "measure", "period_type", "date_start", "date_end")
    @api.depends_context("lang")
    def _compute_label(self):
        measures = dict(self._fields["measure"]._description_selection(self.env))
        for target in self:
            who = [record.name for record in (target.team_id, target.user_id) if record]
            parts = [", ".join(who) or target.company_id.name, measures.get(target.measure), target._period_label()]
            target.label = " · ".join(part for part in parts if part)

    @api.depends("name", "label", "version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for target in self:
            name = target.name or target.label
            target.display_name = f"{name} (v{target.version})" if target.version > 1 else name

    @api.model
    def _search_display_name(self, operator, value):
        """By a part of the name, or by the parts of a title."""
        if operator in Domain.NEGATIVE_OPERATORS:
            # All others than those that are found.
            return NotImplemented
        named = super()._search_display_name
        found = named(operator, value)
        if not isinstance(value, str) or len(value) > MAX_NAME:
            return found
        title = title_domain(self, value, lambda part: Domain(named("ilike", part)))
        return found if title is None else Domain(found) | title

    @api.depends("team_id", "user_id")
    def _compute_scope_level(self):
        levels = {(False, False): "company", (True, False): "team", (False, True): "user", (True, True): "team_user"}
        for target in self:
            target.scope_level = levels[bool(target.team_id), bool(target.user_id)]

    @api.depends("period_type", "date_start", "company_id")
    def _compute_date_end(self):
        for target in self:
            bounds = target._period_bounds()
            target.date_end = bounds[1] if bounds else target.date_end

    @api.depends("company_id.currency_id", "measure")
    def _compute_currency_id(self):
        for target in self:
            # An unknown measure gets its own message later.
            monetary = target.measure in MEASURES and MEASURES[target.measure].monetary
            target.currency_id = target.company_id.currency_id if monetary else False

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

    def _period_bounds(self):
        """First and last day of the period that holds the start date; ``None`` for free dates.

        :rtype: tuple[datetime.date, datetime.date] | None
        """
        self.ensure_one()
        if self.period_type not in PERIOD_MONTHS or not self.company_id or not self._is_usable(self.date_start):
            return None
        year_start = self.company_id.compute_fiscalyear_dates(self.date_start)["date_from"]
        return period_bounds(self.period_type, self.date_start, year_start)

    @staticmethod
    def _is_usable(day):
        return bool(day) and FIRST_DAY <= day <= LAST_DAY

    def _has_usable_dates(self):
        """Whether there is a period to compute with; in a form that is being filled in there may be none yet."""
        return self._is_usable(self.date_start) and self._is_usable(self.date_end) and self.date_start <= self.date_end

    @api.onchange("period_type", "date_start", "company_id")
    def _onchange_period(self):
        """In the form any day of a period will do; what is kept is its first."""
        if bounds := self._period_bounds():
            self.date_start = bounds[0]

    # ------------------------------------------------------------------
    # Trail and copy
    # ------------------------------------------------------------------

    def _audit_fields(self):
        return [
            "name",
            "active",
            "company_id",
            "measure",
            "period_type",
            "date_start",
            "date_end",
            "team_id",
            "user_id",
            "currency_id",
            "amount",
            "note",
        ]

    def _approval_subject_fields(self):
        """Whatever a target is called, it is the same target."""
        return [name for name in self._audit_fields() if name != "name"]

    def _identity_fields(self):
        """Amount and end may change from version to version."""
        return ["company_id", "team_id", "user_id", "measure", "scenario", "period_type", "date_start"]

    def _revision_values(self):
        """The same period, not the next."""
        return self.copy_data({"date_start": self.date_start, "date_end": self.date_end})[0]

    def copy_data(self, default=None):
        """A copy is the target of the next period: the same one may not exist twice."""
        default = dict(default or {})
        vals_list = super().copy_data(default)
        for target, vals in zip(self, vals_list, strict=True):
            if not {"date_start", "date_end"} & default.keys():
                target._name_of_next_period(vals, default)
                start = target.date_end + datetime.timedelta(days=1)
                vals["date_start"] = start
                if target.period_type == "custom":
                    vals["date_end"] = target._end_of_as_long(start)
                else:
                    vals.pop("date_end", None)
        return vals_list

    def _name_of_next_period(self, vals, default):
        """A name with the year of the period has the next year in the copy, where that is another one."""
        start, year = self.date_end + datetime.timedelta(days=1), self.date_end.year
        if "name" not in default and vals.get("name") and start.year != year:
            vals["name"] = re.sub(rf"\b{year}\b", str(year + 1), vals["name"])

    def _end_of_as_long(self, start):
        """The last day of a stretch as long as this target's: of as many months where it has whole months, else of days."""
        after = self.date_end + datetime.timedelta(days=1)
        if self.date_start.day == 1 and after.day == 1:
            months = (after.year - self.date_start.year) * 12 + after.month - self.date_start.month
            return start + relativedelta(months=months, days=-1)
        return start + (self.date_end - self.date_start)

    # ------------------------------------------------------------------
    # Business day
    # ------------------------------------------------------------------

    def _today(self):
        """The business day it is now where the target's company works.

        :rtype: datetime.date
        """
        self.ensure_one()
        return local_day(fields.Datetime.now(), self.company_id.revenue_tz)
