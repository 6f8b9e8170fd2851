"""What came of a target: actual, attainment, variance, pacing, landing, alerts, and the documents behind them."""

import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...analytics.periods import local_day
from ...report.facts.fields import Ratio
from ...report.facts.measures import MEASURES
from .actuals import Actuals
from .alerts import people_without_target
from .explanation import Explanation
from .forecasting import Forecasting
from .results import Results
from .standing import STATUSES, expected_by, phasing_of_plans, stand, status_of


class RevenueTarget(models.Model):
    _name = "revenue.target"
    _inherit = ["revenue.target", "revenue.target.sums"]

    _alike_fields = ("measure", "scope_level", "company_id", "scenario")

    actual = fields.Monetary(
        compute="_compute_actual",
        search=lambda self, operator, value: self._search_amount("actual", operator, value),
        aggregator="sum",
        help="What the orders or invoices that you may see add up to, as of now.",
    )
    variance = fields.Monetary(
        "Variance to Target",
        compute="_compute_attainment",
        search=lambda self, operator, value: self._search_amount("variance", operator, value),
        aggregator="sum",
        help="Actual less the target of the whole period: negative is what is missing.",
    )
    expected = fields.Monetary(
        string="Expected by Now",
        compute="_compute_attainment",
        search=lambda self, operator, value: self._search_amount("expected", operator, value),
        aggregator="sum",
        help="What should be reached by today, by the plan's own periods; within a period, by days.",
    )
    attainment = Ratio(compute="_compute_attainment", aggregator="avg", help="Actual divided by target.")
    pacing = Ratio(
        "Pacing to Date",
        compute="_compute_attainment",
        aggregator="avg",
        help="Actual divided by what is expected by now: above 100 % is ahead.",
    )
    status = fields.Selection(
        STATUSES,
        compute="_compute_attainment",
        search="_search_status",
    )

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------

    @api.depends("company_id", "team_id", "user_id", "measure", "date_start", "date_end")
    @api.depends_context("uid")
    def _compute_actual(self):
        askable = self.filtered(lambda t: t.company_id and t.measure in MEASURES and t._has_usable_dates())
        found = Actuals(askable).of_plans()
        for target in self:
            target.actual = found.get(target.id, 0.0)

    @api.depends("actual", "amount", "date_start", "date_end", "company_id")
    @api.depends_context("uid")
    def _compute_attainment(self):
        phasing = phasing_of_plans(self)
        for target in self:
            today, usable = target._today(), target._has_usable_dates()
            # A form that is being filled in has no phasing yet: it counts by days.
            periods = phasing.get(target._origin) or [(target.date_start, target.date_end, target.amount)]
            stand(target, expected_by(periods, today) if usable else 0.0)
            if usable:
                target.status = status_of(target, today, target._behind_below())
            else:
                target.status = "upcoming" if target.amount else "none"

    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        # What a status needs at least, so that only targets that may have it are computed; a day of slack on each side,
        # because today depends on the company's time zone.
        today = fields.Date.today()
        yesterday, tomorrow = today - datetime.timedelta(days=1), today + datetime.timedelta(days=1)
        running = Domain("date_start", "<=", tomorrow) & Domain("date_end", ">=", yesterday)
        needs = {
            "none": Domain("amount", "=", 0),
            "reached": Domain("amount", ">", 0),
            "upcoming": Domain("date_start", ">=", today),
            "missed": Domain("date_end", "<=", today),
            "on_track": running,
            "behind": running,
        }
        # Archived or not is for the outer search to say.
        candidates = self.with_context(active_test=False).search(
            Domain.OR(needs[status] for status in value if status in needs)
        )
        return Domain("id", "in", candidates.filtered(lambda target: target.status in value).ids)

    def _search_amount(self, field, operator, value):
        """Search by a computed amount among the targets that the reader may read."""
        readable = self.with_context(active_test=False).search(Domain.TRUE)
        return Domain("id", "in", readable.filtered_domain([(field, operator, value)]).ids)

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_open_actual(self):
        """Open the documents that make up the actual: orders, or invoices and credit notes."""
        self.ensure_one()
        self.check_access("read")
        name = self.env._("%(measure)s: %(target)s", measure=self._measure_label(), target=self.display_name)
        return Actuals(self).documents(self, name)

    def action_open_line(self, line_id):
        """The documents that make up the actual of a line, for who may read the plan."""
        self.ensure_one()
        self.check_access("read")
        line = self._line_of(line_id)
        return Actuals(self).documents(line, line.display_name)

    def action_refresh_forecast(self):
        """Forecast now, from everything until yesterday."""
        self.check_access("read")
        for target in self:
            Forecasting(target).refresh()
        return True

    # ------------------------------------------------------------------
    # Business
    # ------------------------------------------------------------------

    @api.readonly
    def get_results(self):
        """Target and actual of every line in every period and altogether, as of now.

        :return: ``periods`` (start, end, label, elapsed: share that has passed), ``as_of``, ``alerts``, and ``lines`` in the
            order of the tree: id, parent_id, depth, level, name, leaf, seen_whole (whether the reader sees all of its revenue;
            only then there is a landing), rank (among its siblings, by attainment), outlier,
            gap_per_day (what is missing per working day that is left), forecast (method, wape, mase, bias, message,
            unusual: sentences on what does not count as it is; next: what
            the next period of the plan's length would bring), share_of_gap (of its parent's), and lists with a
            number per period and then one for the whole plan: target, actual, expected (by the plan's own phasing),
            baseline (a year earlier), attainment, variance, pacing, landing, low, high (80 %), probability. ``None`` is "no
            value". ``rests``: what belongs to a line and to none of its parts, see :func:`rests`.
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        return Results(self, self._tree()).answer()

    @api.readonly
    def get_explanation(self, line_id):
        """What makes the gap of a line, as of now: its own parts against what they should have by now; and product categories
        against what last year's mix, at the size of today's target, would have brought by now.

        :return: ``gap`` (actual less expected), ``parts``: each with kind, name, expected, actual, variance, those in the gap's
            direction first, then what nobody's line below sold; ``trend``: a sentence
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        line = self._line_of(line_id)
        return Explanation(self, line, line.child_ids).answer()

    @api.model
    @api.readonly
    def get_people_without_target(self):
        """Salespeople who sold in the last 90 days in the companies chosen, as far as the reader may see, and have no target in
        force today.

        :return: each with user_id, name, booked (in the currency of the first company), the most first
        :rtype: list[dict]
        """
        self.check_access("read")
        today = local_day(fields.Datetime.now(), self.env.company.revenue_tz)
        return people_without_target(self, self.env.companies, self.env.company.currency_id, today)

    def _on_posted(self):
        result = super()._on_posted()
        self.env.ref("sales_revenue_mgmt.revenue_target_forecast_cron")._trigger()
        return result

    def _behind_below(self):
        """Below which pacing a plan or a line of it is behind."""
        # The same limit for every reader, whatever of the company they may read.
        return self.sudo().company_id.revenue_alert_pacing

    def _line_of(self, line_id):
        """
        :raises UserError: there is no such line in this plan
        """
        # Who may read the plan may read all of it.
        line = self.sudo().line_ids.filtered(lambda line: line.id == line_id)
        if not line:
            raise UserError(
                self.env._("Line: %(line)s is not a line of %(plan)s.", line=line_id, plan=self.display_name)
            )
        return line

    # ------------------------------------------------------------------
    # Tooling
    # ------------------------------------------------------------------

    def _facts(self):
        """The query builder for this reader, in every company that the reader may enter: what a target has reached does
        not depend on the companies that happen to be ticked in the web client."""
        return self.env["revenue.facts"].with_context(allowed_company_ids=self._reader_company_ids())

    def _reader_company_ids(self):
        return (self.env.company | self.env.user.company_ids).ids

    def _measure_label(self):
        return dict(self._fields["measure"]._description_selection(self.env))[self.measure]

    def _can_be_summed(self, table):
        """Not versions of one plan; and see :class:`RevenueTargetSums`."""
        of_one_plan = SQL(
            "COALESCE(ARRAY_AGG(%s) && ARRAY_AGG(%s), FALSE)",
            SQL.identifier(table, "origin_id"),
            SQL.identifier(table, "id"),
        )
        return SQL("%s AND NOT %s", super()._can_be_summed(table), of_one_plan)
