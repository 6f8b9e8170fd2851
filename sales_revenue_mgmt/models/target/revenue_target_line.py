"""The lines of a plan: a tree from the company down to who or what each amount is for."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .rows import SCOPE

# Level → the field that a line of this level adds to the scope of the line above it. Branch, team and salesperson come in this
# order; the others stand below any.
LEVELS = {
    "company": "company_id",
    "branch": "company_id",
    "team": "team_id",
    "user": "user_id",
    "category": "category_id",
    "segment": "industry_id",
    "channel": "channel_id",
    "product": "product_id",
}
ORGANISATION = ("company", "branch", "team", "user")


class _Kept:
    """In the context, where nobody outside can put it: lines are those of an earlier version, whoever has moved or left since."""


KEPT = _Kept()


class RevenueTargetLine(models.Model):
    _name = "revenue.target.line"
    _description = "Line of a Sales Target"
    _inherit = ["revenue.document.line", "revenue.in.force.mixin"]
    _order = "target_id, parent_path, sequence, id"
    _parent_store = True
    _parent_name = "parent_id"
    _document_field = "target_id"

    target_id = fields.Many2one("revenue.target", "Plan", required=True, index=True, ondelete="cascade", readonly=True)
    parent_id = fields.Many2one(
        "revenue.target.line",
        "Part of",
        index=True,
        ondelete="cascade",
        domain="[('target_id', '=', target_id)]",
        help="The line whose amounts this one is a part of; without one, the plan as a whole.",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("revenue.target.line", "parent_id", "Parts", readonly=True)
    sequence = fields.Integer(default=10)
    level = fields.Selection(
        [
            ("company", "Company"),
            ("branch", "Branch"),
            ("team", "Sales Team"),
            ("user", "Salesperson"),
            ("category", "Product Category"),
            ("segment", "Customer Industry"),
            ("channel", "Channel"),
            ("product", "Product"),
        ],
        required=True,
        help="What the line adds to the scope of the line above it.",
    )
    company_id = fields.Many2one("res.company", "Company or Branch", required=True, index=True, ondelete="restrict")
    team_id = fields.Many2one("crm.team", "Sales Team", index="btree_not_null", ondelete="restrict")
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    category_id = fields.Many2one("product.category", "Product Category", index="btree_not_null", ondelete="restrict")
    industry_id = fields.Many2one(
        "res.partner.industry", "Customer Industry", index="btree_not_null", ondelete="restrict"
    )
    channel_id = fields.Many2one("utm.medium", index="btree_not_null", ondelete="restrict")
    product_id = fields.Many2one("product.product", index="btree_not_null", ondelete="restrict")
    date_start = fields.Date(
        "From", required=True, help="Somebody who joins during the plan has no target before this day."
    )
    date_end = fields.Date(
        "Until", required=True, help="Somebody who leaves during the plan has no target after this day."
    )
    # Stored, to group by.
    measure = fields.Selection(related="target_id.measure", store=True)
    scenario = fields.Selection(related="target_id.scenario", store=True)
    state = fields.Selection(related="target_id.state")
    # Whoever may read a line of a plan need not be able to open the plan.
    superseded = fields.Boolean(related="target_id.superseded")
    plan_start = fields.Date(related="target_id.date_start")
    plan_end = fields.Date(related="target_id.date_end")
    currency_id = fields.Many2one(related="target_id.currency_id")
    title = fields.Char("Target", compute="_compute_title", help="For whom, of what, and when.")
    cell_ids = fields.One2many("revenue.target.cell", "line_id", "Periods", readonly=True)
    amount = fields.Monetary(
        string="Target",
        compute="_compute_amount",
        inverse="_inverse_amount",
        store=True,
        readonly=False,
        help="Of all periods together. A new number is spread over the periods, and over the lines below, as they are.",
    )
    _once = models.UniqueIndex(
        "(target_id, company_id, COALESCE(team_id, 0), COALESCE(user_id, 0), COALESCE(category_id, 0),"
        " COALESCE(industry_id, 0), COALESCE(channel_id, 0), COALESCE(product_id, 0))",
        "This is in the plan already: each company, team, salesperson, category, industry, channel or product stands once below "
        "a line.",
    )

    @api.depends("level", *SCOPE)
    @api.depends_context("lang", "revenue_line_in_full")
    def _compute_display_name(self):
        """What the line adds to the one above it; with ``revenue_line_in_full`` in the context, where lines of several plans
        are shown, also of what, when and in which state."""
        full = self.env.context.get("revenue_line_in_full")
        states = dict(self._fields["state"]._description_selection(self.env))
        for line in self:
            name = line._scope_name()
            if full:
                name = self.env._("%(target)s (%(state)s)", target=line.title, state=states.get(line.sudo().state))
            line.display_name = name

    def _scope_name(self):
        # Who may read a line may know what it is called; what is only tried out in a form is no line yet.
        named = self.sudo() if isinstance(self.id, int) else self
        return named[LEVELS[self.level]].display_name if self.level else ""

    @api.depends("level", "measure", "date_start", "date_end", "target_id.name", *SCOPE)
    @api.depends_context("lang")
    def _compute_title(self):
        measures = dict(self._fields["measure"]._description_selection(self.env))
        for line in self:
            # As above.
            plan = line.sudo().target_id
            whole = (line.date_start, line.date_end) == (plan.date_start, plan.date_end)
            when = plan._period_label() if plan and whole else f"{line.date_start} – {line.date_end}"
            what = [plan.name] if plan.name else [measures.get(line.measure), when]
            line.title = " · ".join(part for part in (line._scope_name(), *what) if part)

    @api.model
    def _search_display_name(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        called = Domain.OR(
            Domain("level", "in", [level for level, field in LEVELS.items() if field == name])
            & Domain(
                name,
                "in",
                self.env[self._fields[name].comodel_name]
                .with_context(active_test=False)
                ._search([("display_name", operator, value)]),
            )
            for name in SCOPE
        )
        # As ids: each name is compared once, and not for each line or amount that is looked through.
        return Domain("id", "in", self._search(called))

    @api.depends("cell_ids.amount")
    def _compute_amount(self):
        for line in self:
            # In whole units: a sum of floats may lose a cent.
            units = line.target_id and line.target_id._units()
            line.amount = units.amount(sum(units.whole(cell.amount) for cell in line.cell_ids)) if units else 0.0

    def _inverse_amount(self):
        for target, lines in self.grouped("target_id").items():
            target._set_amounts({line: line.amount for line in lines})

    # ------------------------------------------------------------------
    # On every path: only in an open plan, by who may change the plan
    # ------------------------------------------------------------------

    def _create_lines(self, vals_list):
        targets = self.env["revenue.target"].browse({vals["target_id"] for vals in vals_list})
        for target in targets:
            target._check_size(sum(vals["target_id"] == target.id for vals in vals_list))
        targets._check_amounts(vals_list)
        lines = self._create_past_guard(self._completed(vals_list))
        lines.check_access("write")
        amounts = [vals.get("amount") for vals in vals_list]
        given = {line: amount for line, amount in zip(lines, amounts, strict=True) if amount is not None}
        for target, own in lines.grouped("target_id").items():
            target._take_over(own, {line: amount for line, amount in given.items() if line in own})
        return lines

    def _completed(self, vals_list):
        """The scope of the line above, where a line does not say its own."""
        roots = self.env["revenue.target"].browse({vals["target_id"] for vals in vals_list})._roots()
        roots = {target.id: root for target, root in roots.items()}
        # Numbers and nothing else: a text would end in an error of the database.
        ids = [line_id for vals in vals_list if type(line_id := vals.get("parent_id")) is int and 0 < line_id < 2**31]
        above = {line.id: line for line in self.sudo().browse(ids).exists()}
        return [
            self._completed_one(
                vals,
                roots[vals["target_id"]],
                above.get(vals["parent_id"]) if type(vals.get("parent_id")) is int else None,
            )
            for vals in vals_list
        ]

    def _completed_one(self, vals, root, parent):
        vals = {name: value for name, value in vals.items() if name not in ("amount", "cell_ids")}
        if not vals.get("parent_id"):
            parent = root
        elif not parent:
            raise ValidationError(
                self.env._(
                    "Part of: there is no line %(line)s. Choose one of this plan, or leave it empty.",
                    line=vals["parent_id"],
                )
            )
        elif parent.target_id != root.target_id:
            raise ValidationError(
                self.env._("Part of: line %(line)s is one of another plan. Choose one of this plan.", line=parent.id)
            )
        vals["parent_id"] = parent.id
        own = LEVELS.get(vals.get("level"))
        if own and not vals.get(own):
            raise ValidationError(
                self.env._("%(field)s: choose one for the line.", field=self._fields[own]._description_string(self.env))
            )
        for name in SCOPE:
            if name != own or not vals.get(name):
                if vals.get(name) and vals[name] != parent[name].id:
                    raise ValidationError(
                        self.env._(
                            "%(field)s: a line of level %(level)s takes it from the line above, %(parent)s. Leave it empty.",
                            field=self._fields[name]._description_string(self.env),
                            level=vals.get("level"),
                            parent=parent.display_name,
                        )
                    )
                vals[name] = parent[name].id
        vals.setdefault("date_start", parent.date_start)
        vals.setdefault("date_end", parent.date_end)
        return vals

    def _create_past_guard(self, vals_list):
        """Lines without amounts: the caller gives them those of each period, by a table or as rows."""
        # Also against defaults of the context: what is not said is empty.
        empty = {"parent_id": False, **dict.fromkeys(SCOPE, False)}
        lines = super()._create_past_guard([{**empty, **vals} for vals in vals_list])
        # The sum of each is written with its amounts, and would cost more than these if Odoo did it line by line.
        self.env.remove_to_compute(self._fields["amount"], lines)
        return lines

    def _fixed_fields(self):
        return super()._fixed_fields() | {"level", "parent_id"}

    def write(self, vals):
        return super().write({name: value for name, value in vals.items() if name not in ("parent_path", "cell_ids")})

    def _write_lines(self, vals):
        targets = self.target_id
        if vals.keys() & {*SCOPE, "date_start", "date_end"} and any(not line.parent_id for line in self.sudo()):
            raise UserError(self.env._("The first line covers what the plan covers. Change the plan."))
        targets._check_amounts([vals])
        if "amount" in vals:
            self._check_no_parts_of_each_other()
            if len({target._units() for target in targets}) > 1:
                for own in self.grouped("target_id").values():
                    own._write_lines(vals)
                return True
            vals["amount"] = targets[:1]._in_whole_units(vals["amount"], targets[:1]._units().decimals)
        result = super()._write_lines(vals)
        if vals.keys() & set(SCOPE):
            self._pass_on_scope(vals.keys() & set(SCOPE))
        if vals.keys() & {"date_start", "date_end"}:
            self.sudo()._clear_absence()
        return result

    def _pass_on_scope(self, names):
        """Lines below have the scope of the line above them."""
        for line in self.sudo():
            below = self.sudo().search([("id", "child_of", line.id), ("id", "!=", line.id)])
            # From above to below: each has to fit what it is part of.
            groups = below.grouped(lambda part: (part._depth(), part.level))
            for (_depth, level), parts in sorted(groups.items(), key=lambda group: group[0]):
                parts._write_past_guard({name: line[name].id for name in names if LEVELS[level] != name})
            (line | below)._check_scope()

    def unlink(self):
        if any(not line.parent_id for line in self):
            sentence = self.env._("The first line is the plan as a whole. Delete the plan instead.")
            raise UserError(sentence)  # pylint: disable=no-raise-unlink
        return super().unlink()

    def _unlink_lines(self):
        targets = self.target_id
        # What had parts and loses all of them keeps its amounts; otherwise they go with the part.
        result = super()._unlink_lines()
        targets.invalidate_recordset()
        targets._sum_up()
        return result

    # ------------------------------------------------------------------
    # Content
    # ------------------------------------------------------------------

    def _scope_values(self):
        self.ensure_one()
        return {
            "level": self.level,
            **{name: self[name].id for name in SCOPE},
            "date_start": self.date_start,
            "date_end": self.date_end,
        }

    def _scope_key(self):
        """What the line is about, the same in every version of the plan: ``company/team/user/…`` by ids.

        :rtype: str
        """
        self.ensure_one()
        return "/".join(str(self[name].id or "") for name in SCOPE)

    def _path(self):
        """Ids of the lines that this one is part of, from the first line down to itself.

        :rtype: list[int]
        """
        self.ensure_one()
        return [int(part) for part in self.parent_path.split("/") if part]

    def _depth(self):
        return len(self._path()) - 1

    # ------------------------------------------------------------------
    # In force
    # ------------------------------------------------------------------

    def _force_key(self):
        """Measure, scenario and scope, whichever plan the line is in."""
        return f"{self.measure}/{self.scenario}/{self._scope_key()}"

    def _in_the_way_sentence(self, other):
        return self.env._(
            "%(line)s: a plan in force has a target for it from %(start)s to %(end)s already. Take the line out of "
            "one of them, or revise that plan.",
            line=self.display_name,
            start=other.date_start,
            end=other.date_end,
        )
