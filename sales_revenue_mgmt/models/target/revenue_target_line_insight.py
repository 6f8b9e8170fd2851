"""What came of a line of a plan; and of the targets of a team, a salesperson or a company, where these are shown."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...analytics.periods import elapsed_share
from ...report.facts.fields import Ratio, ratio
from .revenue_target_insight import STATUSES, status_of


class RevenueTargetLine(models.Model):
    _name = "revenue.target.line"
    _inherit = ["revenue.target.line", "revenue.target.sums"]

    _alike_fields = ("measure", "scenario", "level")

    actual = fields.Monetary(
        compute="_compute_actual", aggregator="sum", help="What the orders or invoices that you may see add up to."
    )
    expected = fields.Monetary(
        string="Expected by Now",
        compute="_compute_actual",
        aggregator="sum",
        help="What the line should have reached by today, by its own periods.",
    )
    variance = fields.Monetary(
        "Variance to Target",
        compute="_compute_actual",
        aggregator="sum",
        help="Actual less the target of the whole period: negative is what is missing.",
    )
    attainment = Ratio(compute="_compute_actual", aggregator="avg", help="Actual divided by target.")
    pacing = Ratio(
        "Pacing to Date",
        compute="_compute_actual",
        aggregator="avg",
        help="Actual divided by what is expected by now: above 100 % is ahead.",
    )
    status = fields.Selection(STATUSES, compute="_compute_actual")
    can_open_plan = fields.Boolean(compute="_compute_can_open_plan")
    current_cell_id = fields.Many2one(
        "revenue.target.cell", "Period Now", compute="_compute_current", help="The period that runs today."
    )
    current_amount = fields.Monetary("Target Now", compute="_compute_current")
    current_actual = fields.Monetary("Actual Now", compute="_compute_current")
    current_attainment = Ratio("Attainment Now", compute="_compute_current")

    @api.depends("cell_ids.amount", "date_start", "date_end", "measure", "state")
    @api.depends_context("uid")
    def _compute_actual(self):
        for target, lines in self.grouped("target_id").items():
            found = {}
            if target:
                # Who may read a line may see what came of it, whatever of the plan they may read; the numbers are their own.
                plan = target.sudo()
                found = target._line_actuals([[(plan.date_start, plan.date_end)]], lines=lines.sudo())[0]
                today = plan._today()
            for line in lines:
                line.actual = sum(found.get(line._origin.id, ()))
                line.expected = line._expected(today) if target else 0.0
                line.variance = line.actual - line.amount
                line.attainment = ratio(line.actual, line.amount)
                line.pacing = ratio(line.actual, line.expected)
                line.status = status_of(line, today, plan._behind_below()) if target else "none"

    def _expected(self, today):
        """What the line's own phasing promises until a day.

        :rtype: float
        """
        self.ensure_one()
        return sum(cell.amount * elapsed_share(cell.date_start, cell.date_end, today) for cell in self.cell_ids)

    @api.depends("cell_ids.amount")
    @api.depends_context("uid")
    def _compute_current(self):
        for target, lines in self.grouped("target_id").items():
            today = target.sudo()._today() if target else None
            cells = lines.cell_ids.filtered(lambda cell, today=today: cell.date_start <= today <= cell.date_end)
            running = {cell.line_id: cell for cell in cells}
            period = [(cells[0].date_start, cells[0].date_end)] if cells else []
            found = target._line_actuals([period], lines=lines.sudo())[0] if period else {}
            for line in lines:
                cell = running.get(line)
                line.current_cell_id = cell
                line.current_amount = cell.amount if cell else 0.0
                line.current_actual = sum(found.get(line._origin.id, ()))
                line.current_attainment = ratio(line.current_actual, line.current_amount)

    def _can_be_summed(self, table):
        """Of one plan, or all in force: nothing is promised twice there. Of one currency; and branches of one depth, since a
        branch may have branches."""
        column = {name: SQL.identifier(table, name) for name in ("target_id", "force_key", "level", "parent_path")}
        currency = SQL("(SELECT COALESCE(t.currency_id, 0) FROM revenue_target t WHERE t.id = %s)", column["target_id"])
        depth = SQL("length(%(path)s) - length(replace(%(path)s, '/', ''))", path=column["parent_path"])
        return SQL(
            "%(alike)s AND (MIN(%(target_id)s) = MAX(%(target_id)s) OR COUNT(%(force_key)s) = COUNT(*))"
            " AND MIN(%(currency)s) = MAX(%(currency)s)"
            " AND (MIN(%(level)s) <> 'branch' OR MIN(%(depth)s) = MAX(%(depth)s))",
            alike=super()._can_be_summed(table),
            currency=currency,
            depth=depth,
            **column,
        )

    def _in_force_today(self, domain):
        """Lines of the base plans that are in force and run today.

        :param domain: of lines
        :rtype: revenue.target.line
        """
        today = fields.Date.context_today(self)
        return self.search(
            Domain(domain)
            & Domain("force_key", "!=", False)
            & Domain("scenario", "=", "base")
            & Domain("date_start", "<=", today)
            & Domain("date_end", ">=", today)
        )

    def _of_main_measure(self):
        """Of several lines about one thing, that of the company's own measure; of these, the one with the shortest plan."""
        return self.sorted(
            lambda line: (
                line.measure != line.company_id.sudo().revenue_default_measure,
                line.date_end - line.date_start,
                line.id,
            )
        )[:1]

    @api.readonly
    def get_results(self):
        """What became of this line and of those below it that the reader may read; see ``get_results`` of the plan.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        plan = self.sudo().target_id
        below = plan._tree().filtered(lambda line: self.id in line._path()).with_env(self.env)
        return plan.with_env(self.env)._results(below._filtered_access("read").sudo())

    @api.readonly
    def get_explanation(self):
        """What makes the gap of the line; see ``get_explanation`` of the plan."""
        self.ensure_one()
        self.check_access("read")
        children = self.sudo().child_ids.with_env(self.env)._filtered_access("read").sudo()
        return self.sudo().target_id.with_env(self.env)._explanation(self.sudo(), children)

    @api.depends("target_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_can_open_plan(self):
        readable = self.sudo().target_id.with_env(self.env)._filtered_access("read")
        for line in self:
            line.can_open_plan = line.sudo().target_id.with_env(self.env) in readable

    def action_open(self):
        """What a card opens: the plan, with its buttons and what comes next, where the line is all of it; else the line."""
        self.ensure_one()
        if self.can_open_plan and not self.parent_id:
            return self.action_open_plan()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "context": {"revenue_line_in_full": True},
        }

    def action_open_plan(self):
        """The plan that the line is part of, for those who may read it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "revenue.target",
            "res_id": self.target_id.id,
            "views": [(False, "form")],
        }

    def action_open_actual(self):
        """The documents that make up the line's actual."""
        self.ensure_one()
        self.check_access("read")
        return self.sudo().target_id.with_env(self.env)._line_drill_down(self.sudo())
