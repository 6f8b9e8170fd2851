"""A sales target is a plan: a tree of lines, each with an amount per period.

What is kept, on every path: a line's amounts of a period are those of its children together, and a line's amount is that of
its periods together. Only the lines without children have amounts of their own; everything above is their sum.
"""

import datetime
from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..analytics.apportion import apportion
from ..report.revenue_audit_chain import digest
from ..report.revenue_measures import MEASURES
from ..report.revenue_period import overlap, periods
from .revenue_target_line import KEPT
from .revenue_target_table import PlanTable

# More than that is no plan that somebody made; a grid of it could not be shown either.
MAX_LINES = 2000
MAX_PERIODS = 160
MAX_CELLS = 60000
# So many changed amounts an entry of the trail spells out; the hash covers all.
MAX_WORDS = 100
# What the periods hang on.
CUT = {"cadence", "date_start", "date_end"}
# What the tree and its periods hang on.
STRUCTURE = {"company_id", "team_id", "user_id", "measure", "period_type", *CUT}


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    cadence = fields.Selection(
        [("week", "Weeks"), ("month", "Months"), ("quarter", "Quarters")],
        string="By",
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
        help="Base: what is planned. Stretch: what is hoped for. Commit: what is promised. Each has a plan of its own.",
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

    def _to_units(self, amount):
        """An amount in the smallest units of the measure: cents, or whole orders.

        :rtype: int
        """
        return int(Decimal(repr(float(amount))).scaleb(self._decimals()).to_integral_value(ROUND_HALF_UP))

    def _from_units(self, units):
        return float(Decimal(units).scaleb(-self._decimals()))

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
                        "By: %(count)s periods from %(start)s to %(end)s are too many. Choose longer ones, or dates with "
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
        for target, commands in zip(targets, lines, strict=True):
            if commands:
                target.write({"line_ids": commands})
        return targets

    def _create_revision(self, vals_list):
        """The next version has the same tree with the same amounts, locks and dates."""
        revisions = super()._create_revision(vals_list)
        for revision in revisions:
            revision._copy_lines(revision.origin_id)
        return revisions

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
            if amounts[root.target_id.with_env(self.env)]:
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
        self._claim_lines()
        before = self._cut_values()
        cut, start, end = self._periods(), self.date_start, self.date_end
        # Now: Odoo would not write 11 over 10.75 where the new currency cannot tell them apart.
        if self._decimals_after(vals) < self._decimals():
            self._round_amounts(self._decimals_after(vals))
        result = super().write(vals)
        self._sync_root()
        if before != self._cut_values() and cut != self._new_periods():
            with self._lines_audited():
                self._recut(start, end)
        return result

    def _cut_values(self):
        """What the periods hang on."""
        return [self[name] for name in (*CUT, "company_id")]

    def _decimals_after(self, vals):
        """The decimals of amounts once some values are written."""
        measure = MEASURES.get(vals.get("measure", self.measure))
        company = self.env["res.company"].browse(vals.get("company_id", self.company_id.id)).sudo().exists()
        if not measure or not company:
            # What cannot be is refused when it is written.
            return self._decimals()
        return company.currency_id.decimal_places if measure.monetary else measure.decimals

    def _in_whole_units(self, value, decimals):
        """An amount as it is kept; what is none stays, to be refused."""
        amount = self._as_number(value)
        if self._why_not_amount(amount, whole=False):
            return value
        return float(Decimal(repr(float(amount))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))

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

    def _recut(self, old_start, old_end):
        """Other periods, the same goals: each old amount goes to the new periods that share days with it, in proportion to
        these days; what has lost all its days goes where the rest of the line is. Each line keeps its amount."""
        self._check_size()
        lines, new = self.sudo().line_ids, self._new_periods()
        for line in lines:
            # Who was there from beginning to end still is; others keep their own dates, as far as the plan goes.
            start = self.date_start if line.date_start == old_start else max(line.date_start, self.date_start)
            end = self.date_end if line.date_end == old_end else min(line.date_end, self.date_end)
            line._put({"date_start": min(start, self.date_end), "date_end": max(end, self.date_start)})
        for line in lines.filtered(lambda line: not line.child_ids):
            old = [(cell.date_start, cell.date_end, self._to_units(cell.amount), cell.locked) for cell in line.cell_ids]
            units, lost = [0] * len(new), 0
            for start, end, amount, _locked in old:
                shared = [overlap((start, end), period) for period in new]
                if any(shared):
                    units = [sum(pair) for pair in zip(units, apportion(amount, shared), strict=True)]
                else:
                    lost += amount
            units = [sum(pair) for pair in zip(units, apportion(lost, units), strict=True)]
            locks = {(start, end): locked for start, end, _amount, locked in old}
            line._replace_cells(new, units, [locks.get(period, False) for period in new])
        lines.filtered("child_ids")._replace_cells(new)
        self._sum_up()
        lines._clear_absence()

    def _round_amounts(self, decimals):
        """Amounts with fewer decimals: cents become whole orders, or whole yen. The total is rounded, and each amount to the next
        one above or below it, so that they still add up. Locked amounts as well: they cannot stay what they were.

        :param int decimals: that are left
        """
        step = 10 ** (self._decimals() - decimals)
        table = PlanTable(self)
        keys = table.leaves(self._root().id)
        units = [table.units[key] for key in keys]
        parts = apportion((2 * sum(units) + step) // (2 * step), units)
        table.units.update(zip(keys, (part * step for part in parts), strict=True))
        with self._lines_audited():
            table.save()

    def _sum_up(self):
        """Amounts of lines with children, from those of the lines without."""
        for target in self:
            PlanTable(target).save()

    def copy(self, default=None):
        """A copy has the same lines; in as many periods the same amounts, else each line's amount, spread by days. A copy for
        another company, team or person has the total alone: the lines would not be theirs."""
        copies = super().copy(default)
        for target, copied in zip(self, copies, strict=True):
            if all(copied[name] == target[name] for name in ("company_id", "team_id", "user_id")):
                # The root was made with the total; what it is the sum of comes with the lines.
                copied._copy_lines(target)
        return copies

    def copy_data(self, default=None):
        """Another measure may have no cents."""
        vals_list = super().copy_data(default)
        for target, vals in zip(self, vals_list, strict=True):
            if "amount" in vals:
                vals["amount"] = target._in_whole_units(vals["amount"], target._decimals_after(vals))
        return vals_list

    def _copy_lines(self, source):
        """The tree of another plan with the same scope, with this one's total; also where people have left it since: what was
        promised stays."""
        self.ensure_one()
        total = self._to_units(self.amount)
        self._root()._unlink_by_plan()
        as_before = all(self[name] == source[name] for name in CUT)
        cut, copies, shares = source._periods() if as_before else self._new_periods(), {}, {}
        same = cut == source._periods()
        for line in source.sudo().line_ids.sorted("parent_path"):
            parent = copies[line.parent_id].id if line.parent_id else False
            values = {"target_id": self.id, "parent_id": parent, "sequence": line.sequence, **line._scope_values()}
            if not same:
                values.update(date_start=self.date_start, date_end=self.date_end)
            copies[line] = line.with_context(revenue_lines_kept=KEPT)._create_by_plan([values], cells=False)
            copies[line]._replace_cells(cut, locked=line.cell_ids.mapped("locked") if same else None)
            if not line.child_ids:
                units = [source._to_units(cell.amount) for cell in line.cell_ids]
                if len(units) != len(cut):
                    units = apportion(sum(units), [overlap(period, period) for period in cut])
                shares.update({(copies[line].id, start): part for (start, _end), part in zip(cut, units, strict=True)})
        self.invalidate_recordset()
        table = PlanTable(self)
        table.units.update(zip(shares, apportion(total, shares.values()), strict=True))
        table.save()

    # ------------------------------------------------------------------
    # Trail
    # ------------------------------------------------------------------

    def _audit_fields(self):
        return [*super()._audit_fields(), "cadence", "scenario", "line_ids"]

    def _audit_value(self, name):
        if name == "line_ids":
            return self._audit_lines()
        return super()._audit_value(name)

    @contextmanager
    def _lines_audited(self):
        """What happens to the lines inside is written down, once: which amounts, from what to what."""
        before, lines = self._audit_values(), {target.id: target.sudo()._amounts_in_words() for target in self}
        yield
        after = self._audit_values()
        changed = self.filtered(lambda target: before[target.id] != after[target.id])
        for target in changed:
            now = target.sudo()._amounts_in_words()
            for values, own, others in ((before, lines[target.id], now), (after, now, lines[target.id])):
                values = values[target.id]
                words = [text for key, text in own.items() if others.get(key) != text]
                if values["line_ids"] and words:
                    more = [f"+ {len(words) - MAX_WORDS}"] if len(words) > MAX_WORDS else []
                    values["line_ids"] = {**values["line_ids"], "name": "; ".join(words[:MAX_WORDS] + more)}
        changed._audit("changed", before=before, after=after)

    def _amounts_in_words(self):
        """What each line has, for the trail: place → text."""
        self.ensure_one()
        found = {}
        for line in self.line_ids:
            key, name = line._scope_key(), line.with_context(lang="en_US").display_name
            found[key, ""] = f"{name} {line.date_start} – {line.date_end}"
            for cell in line.cell_ids:
                lock = " (locked)" if cell.locked else ""
                found[key, cell.date_start] = f"{name} {cell.date_start}: {cell.amount:.{self._decimals()}f}{lock}"
        return found

    def _audit_lines(self):
        """The plan's lines and amounts as a hash with a description; nothing where the plan's own fields say it all.

        The lines themselves stay with the version, which never changes once it is submitted: the hash proves that.
        """
        lines = self.line_ids
        if len(lines) <= 1 and len(lines.cell_ids) <= 1:
            return None
        content = {line._scope_key(): line._content() for line in lines}
        words = self.env._("%(lines)s lines, %(amount)s", lines=len(lines), amount=self.amount)
        return {"id": digest(content, content), "name": words}
