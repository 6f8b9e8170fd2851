"""What came of a target: actual, attainment, variance, pacing, and the documents behind them."""

import datetime
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...analytics.periods import elapsed_share
from ...report.facts.fields import Ratio, ratio
from ...report.facts.measures import MEASURES
from ...report.facts.scope import Scope

STATUSES = [
    ("upcoming", "Upcoming"),
    ("on_track", "On Track"),
    ("behind", "Behind"),
    ("reached", "Reached"),
    ("missed", "Missed"),
    ("none", "No Target"),
]


def status_of(record, today, behind):
    """How a plan, or a line of one, stands.

    :param record: has amount, actual, expected, pacing, currency_id, date_start and date_end
    :param datetime.date today: the business day where it counts
    :param float behind: below which pacing it is behind, as the company's setting says
    :return: a key of ``STATUSES``
    :rtype: str
    """
    if not record.amount:
        return "none"
    if record.currency_id:
        reached = record.currency_id.compare_amounts(record.actual, record.amount) >= 0
    else:
        reached = record.actual >= record.amount
    if reached:
        return "reached"
    if today < record.date_start:
        return "upcoming"
    if today > record.date_end:
        return "missed"
    return "behind" if record.expected > 0 and (record.pacing or 0.0) < behind else "on_track"


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
        """One statement per measure, whatever the number of targets."""
        self.actual = 0.0
        askable = self.filtered(lambda t: t.company_id and t.measure in MEASURES and t._has_usable_dates())
        facts = self._facts()
        branches = askable._branches()
        for measure, targets in askable.grouped("measure").items():
            periods = list(targets.grouped(lambda t: (t.date_start, t.date_end)).items())
            scopes = [period_targets._scope_of_all(branches) for _dates, period_targets in periods]
            answers = facts.query_scopes([measure], ["company", "team", "credited"], scopes)
            for (_dates, period_targets), rows in zip(periods, answers, strict=True):
                period_targets._sum_actual(rows, measure, branches)

    def _sum_actual(self, rows, measure, branches):
        """Give each target of one period the rows that belong to it."""
        totals = defaultdict(float)
        for row in rows:
            for company in branches[row["company"]]:
                for team in {row["team"], None}:
                    for user in {row["credited"], None}:
                        totals[company, team, user] += row[measure]
        for target in self:
            key = target.company_id._origin.id, target.team_id._origin.id or None, target.user_id._origin.id or None
            target.actual = totals.get(key, 0.0)

    @api.depends("actual", "amount", "date_start", "date_end", "company_id")
    @api.depends_context("uid")
    def _compute_attainment(self):
        phasing = self._phasing()
        for target in self:
            today = target._today()
            # A form that is being filled in has no phasing yet: it counts by days.
            periods = phasing.get(target._origin) or [(target.date_start, target.date_end, target.amount)]
            expected = 0.0
            if target._has_usable_dates():
                expected = sum(amount * elapsed_share(start, end, today) for start, end, amount in periods)
            target.variance = target.actual - target.amount
            target.expected = expected
            target.attainment = ratio(target.actual, target.amount)
            target.pacing = ratio(target.actual, expected)
            target.status = target._status(today)

    def _phasing(self):
        """Plan → first day, last day and amount of each of its periods.

        :rtype: dict
        """
        roots = self._roots()
        # As the plan itself: who reads it reads its periods.
        cells = self.env["revenue.target.cell"].sudo()
        rows = cells.search_fetch(
            [("line_id", "in", [root.id for root in roots.values()])], ["target_id", "date_start", "date_end", "amount"]
        )
        phasing = {}
        for cell in rows:
            phasing.setdefault(cell.target_id.with_env(self.env), []).append(
                (cell.date_start, cell.date_end, cell.amount)
            )
        return phasing

    def _status(self, today):
        if not self._has_usable_dates():
            return "none" if not self.amount else "upcoming"
        return status_of(self, today, self._behind_below())

    def _behind_below(self):
        """Below which pacing a plan or a line of it is behind."""
        # As in the alerts, which name the same ones.
        return self.sudo().company_id.revenue_alert_pacing

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
    # Scope
    # ------------------------------------------------------------------

    def _facts(self):
        """The query builder for this reader, in every company that the reader may enter: what a target has reached does
        not depend on the companies that happen to be ticked in the web client."""
        return self.env["revenue.facts"].with_context(allowed_company_ids=self._reader_company_ids())

    def _reader_company_ids(self):
        return (self.env.company | self.env.user.company_ids).ids

    def _branches(self):
        """The targets' companies with all their branches, each with the ids of itself and of all those above it.

        :rtype: dict[int, set[int]]
        """
        # Which companies are branches of which is no secret; the revenue of each stays under its own rules.
        # Archived ones count as well: what they sold, they sold.
        companies = (
            self.env["res.company"]
            .sudo()
            .with_context(active_test=False)
            .search([("id", "child_of", self.company_id._origin.ids)])
        )
        return {company.id: {int(part) for part in company.parent_path.split("/") if part} for company in companies}

    def _scope_of_all(self, branches):
        """The smallest scope that holds all these targets, which share one period.

        :param dict branches: see :meth:`_branches`
        """
        own = set(self.company_id._origin.ids)
        whole = {}
        for name, field in (("teams", "team_id"), ("credited", "user_id")):
            # One target without a team wants all teams.
            whole[name] = () if any(not target[field] for target in self) else tuple(self[field]._origin.ids)
        return Scope(
            date_from=self[0].date_start,
            date_to=self[0].date_end,
            companies=tuple(company for company, above in branches.items() if above & own),
            **whole,
        )

    # ------------------------------------------------------------------
    # Aggregates for list, pivot and graph
    # ------------------------------------------------------------------
    # Sums
    # ------------------------------------------------------------------

    def _can_be_summed(self, table):
        """Not versions of one plan; and see :class:`RevenueTargetSums`."""
        of_one_plan = SQL(
            "COALESCE(ARRAY_AGG(%s) && ARRAY_AGG(%s), FALSE)",
            SQL.identifier(table, "origin_id"),
            SQL.identifier(table, "id"),
        )
        return SQL("%s AND NOT %s", super()._can_be_summed(table), of_one_plan)

    # ------------------------------------------------------------------
    # Drill-down
    # ------------------------------------------------------------------

    def action_open_actual(self):
        """Open the documents that make up the actual: orders, or invoices and credit notes."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self._facts().drill_down_action(self.measure, self._scope_of_all(self._branches())),
            "name": self.env._("%(measure)s: %(target)s", measure=self._measure_label(), target=self.display_name),
        }

    def _measure_label(self):
        return dict(self._fields["measure"]._description_selection(self.env))[self.measure]
