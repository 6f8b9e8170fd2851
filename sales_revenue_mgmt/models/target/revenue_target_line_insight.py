"""What came of a line of a plan; and of the targets of a team, a salesperson or a company, where these are shown."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...report.facts.fields import Ratio, ratio
from .actuals import Actuals
from .explanation import Explanation
from .first_screen import with_new_target
from .results import Results
from .standing import STATUSES, expected_by, phasing_of, stand, status_of


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

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------

    @api.depends("cell_ids.amount", "date_start", "date_end", "measure", "state")
    @api.depends_context("uid")
    def _compute_actual(self):
        # Who may read a line may see what came of it, whatever of the plan they may read; the numbers are their own.
        found, phasing = Actuals(self.target_id).of_lines(self), phasing_of(self.cell_ids)
        today_of = {plan: plan._today() for plan in self.sudo().target_id}
        for line in self:
            plan = line.sudo().target_id
            line.actual = found.get(line._origin.id, 0.0)
            stand(line, expected_by(phasing.get(line, ()), today_of[plan]) if plan else 0.0)
            line.status = status_of(line, today_of[plan], plan._behind_below()) if plan else "none"

    @api.depends("cell_ids.amount")
    @api.depends_context("uid")
    def _compute_current(self):
        running, period_of = {}, {}
        for plan, lines in self.sudo().grouped("target_id").items():
            today = plan._today() if plan else None
            for cell in lines.cell_ids.with_env(self.env):
                if cell.date_start <= today <= cell.date_end:
                    running[cell.line_id] = cell
                    period_of[plan] = cell.date_start, cell.date_end
        found = Actuals(self.target_id).of_lines(self, period_of)
        for line in self:
            cell = running.get(line)
            line.current_cell_id = cell
            line.current_amount = cell.amount if cell else 0.0
            line.current_actual = found.get(line._origin.id, 0.0)
            line.current_attainment = ratio(line.current_actual, line.current_amount)

    @api.depends("target_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_can_open_plan(self):
        readable = self.sudo().target_id.with_env(self.env)._filtered_access("read")
        for line in self:
            line.can_open_plan = line.sudo().target_id.with_env(self.env) in readable

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

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
        plan = self.sudo().target_id.with_env(self.env)
        return Actuals(plan).documents(self, self.display_name)

    # ------------------------------------------------------------------
    # Business
    # ------------------------------------------------------------------

    @api.readonly
    def get_results(self):
        """What became of this line and of those below it that the reader may read; see ``get_results`` of the plan.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        plan = self.sudo().target_id
        below = plan._tree().filtered(lambda line: self.id in line._path()).with_env(self.env)
        return Results(plan.with_env(self.env), below._filtered_access("read").sudo()).answer()

    @api.readonly
    def get_explanation(self):
        """What makes the gap of the line; see ``get_explanation`` of the plan."""
        self.ensure_one()
        self.check_access("read")
        line, plan = self.sudo(), self.sudo().target_id.with_env(self.env)
        children = line.child_ids.with_env(self.env)._filtered_access("read").sudo()
        return Explanation(plan, line, children).answer()

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

    # ------------------------------------------------------------------
    # Tooling
    # ------------------------------------------------------------------

    @api.model
    def get_empty_list_help(self, help_message):
        return with_new_target(self.env, super().get_empty_list_help(help_message))

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
