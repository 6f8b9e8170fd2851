"""A sales target is a plan: a tree of lines, each with an amount per period.

What is kept, on every path: a line's amounts of a period are those of its children together, and a line's amount is that of
its periods together. Only the lines without children have amounts of their own; everything above is their sum.
"""

import datetime
from decimal import ROUND_HALF_UP, Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...analytics.periods import periods
from ...report.facts.measures import MEASURES
from .table import PlanTable

# More than that is no plan that somebody made; a grid of it could not be shown either.
MAX_LINES = 2000
MAX_PERIODS = 160
MAX_CELLS = 60000
# What the periods hang on.
CUT = {"cadence", "date_start", "date_end"}
# What the tree and its periods hang on.
STRUCTURE = {"company_id", "team_id", "user_id", "measure", "period_type", *CUT}


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    cadence = fields.Selection(
        [("week", "Weeks"), ("month", "Months"), ("quarter", "Quarters")],
        string="Split Into",
        required=True,
        default="month",
        tracking=True,
        help="The periods that the target is divided into. Weeks begin on Monday; quarters follow the fiscal year.",
    )
    scenario = fields.Selection(
        [("base", "Base"), ("stretch", "Stretch"), ("commit", "Commit")],
        required=True,
        default="base",
        tracking=True,
        help="Base: what is planned. Stretch: what is hoped for. Commit: what is certain. Each has a plan of its own.",
    )
    line_ids = fields.One2many("revenue.target.line", "target_id", "Lines", copy=False)
    root_line_id = fields.Many2one("revenue.target.line", "First Line", compute="_compute_root_line_id")
    line_count = fields.Integer("Number of Lines", compute="_compute_line_count")

    @api.depends("line_ids")
    def _compute_root_line_id(self):
        roots = self._roots()
        for target in self:
            target.root_line_id = roots.get(target._origin)

    @api.depends("line_ids")
    def _compute_line_count(self):
        counts = dict(
            self.env["revenue.target.line"]._read_group([("target_id", "in", self.ids)], ["target_id"], ["__count"])
        )
        for target in self:
            target.line_count = counts.get(target._origin, 0)

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        roots = self._roots()
        for target in self:
            root = roots.get(target._origin)
            # While a plan is being made there is no root yet.
            target.amount = root.amount if root else target.amount

    def _inverse_amount(self):
        """Spread a new total over everything that is not locked; a new plan gets its root line."""
        for target in self:
            root = target._root()
            if root.child_ids and root.amount and not target.amount:
                raise UserError(
                    self.env._(
                        "Target: 0 would erase the amounts of all %(count)s lines of %(plan)s. Enter another total; or do it in "
                        "the grid, where it can be undone.",
                        count=len(target.sudo().line_ids),
                        plan=target.display_name,
                    )
                )
            if root:
                target._set_amounts({root: target.amount})

    def _roots(self):
        """Plan → the line of the plan as a whole.

        :rtype: dict
        """
        # The whole plan is the sum of its parts, whichever of them the reader of the plan may read.
        lines = self.env["revenue.target.line"].sudo()
        roots = lines.search([("target_id", "in", self._origin.ids), ("parent_id", "=", False)])
        return {root.target_id.with_env(self.env): root for root in roots}

    def _root(self):
        self.ensure_one()
        return self._roots().get(self._origin, self.env["revenue.target.line"].sudo())

    # ------------------------------------------------------------------
    # Whole units
    # ------------------------------------------------------------------

    def _decimals(self):
        self.ensure_one()
        if self.currency_id:
            return self.currency_id.decimal_places
        return MEASURES[self.measure].decimals if self.measure in MEASURES else 0

    def _to_units(self, amount, decimals=None):
        """An amount in the smallest units of the measure: cents, or whole orders.

        :param int decimals: of another measure
        :rtype: int
        """
        decimals = self._decimals() if decimals is None else decimals
        return int(Decimal(repr(float(amount))).scaleb(decimals).to_integral_value(ROUND_HALF_UP))

    def _from_units(self, units, decimals=None):
        # Of whole numbers Python's division is exact to the last digit.
        return units / 10 ** (self._decimals() if decimals is None else decimals)

    # ------------------------------------------------------------------
    # Periods
    # ------------------------------------------------------------------

    def _periods(self):
        """First and last day of each period of the plan. Those that it has stay, also when the fiscal year of its company
        becomes another.

        :rtype: list[tuple[datetime.date, datetime.date]]
        """
        self.ensure_one()
        return [(cell.date_start, cell.date_end) for cell in self.root_line_id.sudo().cell_ids] or self._new_periods()

    def _new_periods(self):
        """The periods that a plan with these dates gets today.

        :rtype: list[tuple[datetime.date, datetime.date]]
        """
        starts = {}

        def year_start_of(day):
            if day not in starts:
                starts[day] = self.company_id.compute_fiscalyear_dates(day)["date_from"]
            return starts[day]

        return periods(self.cadence, self.date_start, self.date_end, year_start_of)

    def _closed_until(self):
        """The last day that accounting has closed; what lies before it cannot be promised any more.

        :rtype: datetime.date | None
        """
        self.ensure_one()
        # Lock dates are no secret; who plans need not be an accountant.
        company = self.company_id.sudo().with_context(ignore_exceptions=True)
        dates = (company.user_fiscalyear_lock_date, company.user_sale_lock_date, company.user_hard_lock_date)
        last = max((day for day in dates if day), default=None)
        return last if last and last > datetime.date.min else None

    def _check_size(self, lines=0):
        for target in self:
            count = len(target._new_periods())
            if count > MAX_PERIODS:
                raise ValidationError(
                    self.env._(
                        "Split Into: %(count)s periods from %(start)s to %(end)s are too many. Choose longer ones, or dates with "
                        "%(maximum)s periods at most.",
                        count=count,
                        start=target.date_start,
                        end=target.date_end,
                        maximum=MAX_PERIODS,
                    )
                )
            rows = len(target.sudo().line_ids) + lines
            if rows > MAX_LINES or rows * count > MAX_CELLS:
                raise ValidationError(
                    self.env._(
                        "Lines: %(lines)s lines with %(periods)s periods each are too many for one plan. At most %(maximum)s "
                        "lines and %(cells)s amounts are possible: make a plan per branch.",
                        lines=rows,
                        periods=count,
                        maximum=MAX_LINES,
                        cells=MAX_CELLS,
                    )
                )

    # ------------------------------------------------------------------
    # Keeping tree and periods in step with the plan
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        lines = [vals.pop("line_ids", None) for vals in vals_list]
        targets = super().create(vals_list)
        targets._make_root()
        targets._audit_created()
        for target, commands in zip(targets, lines, strict=True):
            if commands:
                target.write({"line_ids": commands})
        return targets

    def _make_root(self):
        """The line of the plan as a whole, with the plan's amount."""
        self._check_size()
        amounts = {target: target.amount for target in self}
        # A plan's own lines: who may make the plan may make them.
        Line = self.env["revenue.target.line"].sudo()
        roots = Line._create_by_plan(
            [{"target_id": target.id, "level": target._root_level(), **target._root_scope()} for target in self]
        )
        self.invalidate_recordset(["line_ids"])
        for root in roots:
            root.target_id._set_amounts({root: amounts[root.target_id.with_env(self.env)]})

    def _root_level(self):
        return "user" if self.user_id else "team" if self.team_id else "company"

    def _root_scope(self):
        return {
            "company_id": self.company_id.id,
            "team_id": self.team_id.id,
            "user_id": self.user_id.id,
            "date_start": self.date_start,
            "date_end": self.date_end,
        }

    def write(self, vals):
        if vals.keys() & {"amount", *STRUCTURE} and len(self) > 1:
            # Each has its own periods, and units of its own.
            for target in self:
                target.write(vals)
            return True
        if "amount" in vals:
            vals = {**vals, "amount": self._in_whole_units(vals["amount"], self._decimals_after(vals))}
        if not self or not vals.keys() & STRUCTURE:
            return super().write(vals)
        self._check_content_is_open(vals)
        self._claim_lines()
        before = self._cut_values()
        cut, start, end = self._periods(), self.date_start, self.date_end
        # Now: Odoo would not write 11 over 10.75 where the new currency cannot tell them apart.
        if self._decimals_after(vals) < self._decimals():
            self._round_amounts(self._decimals_after(vals))
        result = super().write(vals)
        self._sync_root()
        if before != self._cut_values() and cut != self._new_periods():
            with self._lines_audited() as read:
                self._recut(start, end, read)
        return result

    def _sync_root(self):
        """The root line covers what the plan covers. With lines below it, they would be somebody else's."""
        root, scope = self._root(), self._root_scope()
        changed = {name for name in ("company_id", "team_id", "user_id") if root[name].id != (scope[name] or False)}
        if changed and root.child_ids:
            raise ValidationError(
                self.env._(
                    "%(field)s of %(plan)s cannot be changed while it has lines. Remove the lines first, or make a new plan.",
                    field=self._fields[min(changed)]._description_string(self.env),
                    plan=self.display_name,
                )
            )
        if changed:
            root._put({"level": self._root_level(), **{name: scope[name] for name in changed}})

    def _sum_up(self):
        """Amounts of lines with children, from those of the lines without."""
        for target in self:
            PlanTable(target).save()
