"""Sales targets: what was promised for a scope and a period."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...report.facts.measures import MEASURES
from ..audit.revenue_audited_mixin import MAX_NAME
from .measures import MEASURE_SELECTION
from .title import title_domain


class RevenueTarget(models.Model):
    _name = "revenue.target"
    _description = "Sales Target"
    _inherit = [
        "revenue.document.lines",
        "revenue.document.in.force",
        "revenue.document.sheet",
        "revenue.period.mixin",
    ]
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
    period_type = fields.Selection(tracking=True)
    date_start = fields.Date(tracking=True)
    date_end = fields.Date(tracking=True)
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

    # An exclusion constraint without extensions: ranges of one id have an operator class of their own. Deferred, so that
    # people first get the sentence of _check_overlap; it decides only between two transactions that cannot see each other.
    # A revision may stand beside the version that it is going to replace.
    _no_overlap = models.Constraint(
        """EXCLUDE USING gist (
            int4range(company_id, company_id, '[]') WITH &&,
            int4range(COALESCE(team_id, 0), COALESCE(team_id, 0), '[]') WITH &&,
            int4range(COALESCE(user_id, 0), COALESCE(user_id, 0), '[]') WITH &&,
            int8range(hashtextextended(measure, 0), hashtextextended(measure, 0), '[]') WITH &&,
            int8range(hashtextextended(scenario, 0), hashtextextended(scenario, 0), '[]') WITH &&,
            daterange(date_start, date_end, '[]') WITH &&
        ) WHERE (active AND date_end >= date_start AND state <> 'cancelled' AND NOT COALESCE(superseded, FALSE)
            AND (origin_id IS NULL OR state IN ('posted', 'closed'))) DEFERRABLE INITIALLY DEFERRED""",
        "Somebody else has just saved a target with the same company, sales team, salesperson and measure in an "
        "overlapping period. Open that one, or choose other dates.",
    )

    # The last line of defence; PostgreSQL counts NaN as larger than every number.
    _amount_range = models.Constraint(
        "CHECK (amount >= 0 AND amount < 1e15)", "Target: enter a number from 0 to 1,000,000,000,000,000."
    )

    @api.constrains("user_id")
    def _check_user(self):
        for target in self:
            if target.user_id.share:
                raise ValidationError(
                    self.env._(
                        "Salesperson: %(user)s is a portal user. Choose somebody who works in the company.",
                        user=target.user_id.name,
                    )
                )

    @api.constrains(
        "company_id",
        "team_id",
        "user_id",
        "measure",
        "scenario",
        "date_start",
        "date_end",
        "active",
        "state",
        "superseded",
    )
    def _check_overlap(self):
        active = self.filtered(lambda target: target._takes_its_place())
        if not active:
            return
        # Targets that the writer may not read count as well; the message tells no more of them than their period.
        everything = self.sudo().with_context(active_test=True)
        candidates = everything.search(
            Domain("company_id", "in", active.company_id.ids)
            & Domain("measure", "in", active.mapped("measure"))
            & Domain("scenario", "in", active.mapped("scenario"))
            & Domain("date_start", "<=", max(active.mapped("date_end")))
            & Domain("date_end", ">=", min(active.mapped("date_start")))
            & Domain("state", "!=", "cancelled")
            & Domain("superseded", "=", False)
        )
        by_scope = candidates.grouped(lambda t: (t.company_id, t.team_id, t.user_id, t.measure, t.scenario))
        for target in active.sudo():
            scope = target.company_id, target.team_id, target.user_id, target.measure, target.scenario
            versions = target | target.origin_id | target.revision_ids
            for other in by_scope.get(scope, candidates.browse()) - versions:
                if other.date_start <= target.date_end and target.date_start <= other.date_end:
                    raise ValidationError(target.with_env(self.env)._overlap_sentence(other))
        # Now, not at commit: there the message would be lost.
        self.env.flush_all()
        self.env.cr.execute("SET CONSTRAINTS revenue_target_no_overlap IMMEDIATE")
        self.env.cr.execute("SET CONSTRAINTS revenue_target_no_overlap DEFERRED")

    def _takes_its_place(self):
        """Whether the target keeps others out of its scope and period."""
        self.ensure_one()
        return self.active and self.state != "cancelled" and not self.superseded

    def _overlap_sentence(self, other):
        states, scenarios = (
            dict(self._fields[name]._description_selection(self.env)) for name in ("state", "scenario")
        )
        # The person's own rights, also where the plan itself writes.
        known = other.with_user(self.env.uid).has_access("read")
        return self.env._(
            "Start Date: %(other)s already covers %(start)s to %(end)s for %(scope)s (%(measure)s, %(scenario)s). There is one "
            "target of each scenario at a time: change that one, choose dates outside it, or another scenario.",
            other=f"{other.display_name} ({states[other.state]})" if known else self.env._("a target"),
            start=other.date_start,
            end=other.date_end,
            scope=", ".join(record.sudo().name for record in (self.team_id, self.user_id) if record)
            or self.company_id.sudo().name,
            measure=self._measure_label(),
            scenario=scenarios[self.scenario],
        )

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

    @api.depends("company_id.currency_id", "measure")
    def _compute_currency_id(self):
        for target in self:
            # An unknown measure gets its own message later.
            monetary = target.measure in MEASURES and MEASURES[target.measure].monetary
            target.currency_id = target.company_id.currency_id if monetary else False

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

    # ------------------------------------------------------------------
    # Governed content
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
            "cadence",
            "scenario",
            "line_ids",
        ]

    def _approval_subject_fields(self):
        """Whatever a target is called, it is the same target."""
        return [name for name in self._audit_fields() if name != "name"]

    def _identity_fields(self):
        """Amount and end may change from version to version."""
        return ["company_id", "team_id", "user_id", "measure", "scenario", "period_type", "date_start"]

    def _why_not_submit(self):
        answer = super()._why_not_submit()
        for target in self:
            if not answer.get(target.id) and not target.amount:
                answer[target.id] = self.env._("Target: enter the amount first.")
        return answer
