"""A sales target is a plan: a tree of lines, each with an amount per period.

What is kept, on every path: a line's amounts of a period are those of its children together, and a line's amount is that of
its periods together. Only the lines without children have amounts of their own; everything above is their sum.
"""

import datetime

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, formatLang

from ...analytics.periods import periods
from ...report.facts.measures import MEASURES
from ..audit.chain import digest
from ..core.units import MAX_AMOUNT, Units
from . import trail
from .amounts import why_not_amount
from .copying import copy_lines
from .recut import recut, round_amounts
from .rows import CUT, PlanRows
from .table import PlanTable

# More than that is no plan that somebody made; a grid of it could not be shown either.
MAX_LINES = 2000
MAX_PERIODS = 160
MAX_CELLS = 60000
# What the tree and its periods hang on.
STRUCTURE = {"company_id", "team_id", "user_id", "measure", "period_type", *CUT}
# Of the topmost lines in a person's name: what stands below them is part of them. Amounts are sums of whole units.
HOLDERS = """
    SELECT line.target_id, line.user_id
      FROM revenue_target_line line
      JOIN revenue_target plan ON plan.id = line.target_id
      JOIN res_company company ON company.id = plan.company_id
      JOIN revenue_target_line root ON root.target_id = line.target_id AND root.parent_id IS NULL
      LEFT JOIN revenue_target_line above ON above.id = line.parent_id
     WHERE line.target_id IN %s AND line.user_id IS NOT NULL AND above.user_id IS DISTINCT FROM line.user_id
     GROUP BY line.target_id, line.user_id, root.amount, company.revenue_owner_share
    HAVING SUM(line.amount) > root.amount * company.revenue_owner_share
"""


class RevenueTarget(models.Model):
    # Fields, tree, grid, numbers and workbook: one file each.
    _inherit = "revenue.target"  # pylint: disable=consider-merging-classes-inherited

    # ------------------------------------------------------------------
    # CRUD: tree and periods stay in step with the plan
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._check_amounts(vals_list)
        return super().create(vals_list)

    def _make_lines(self, commands):
        """A new plan has the line of the plan as a whole; the next version has the same tree with the same amounts, locks and
        dates."""
        revisions = self.filtered("origin_id")
        (self - revisions)._make_root()
        for revision in revisions:
            copy_lines(revision, revision.origin_id)
        return super()._make_lines(commands)

    def write(self, vals):
        self._check_amounts([vals])
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
        if self._decimals_after(vals) < self._units().decimals:
            round_amounts(self, self._decimals_after(vals))
        result = super().write(vals)
        if not self.env.su and vals.keys() & {"company_id", "team_id", "user_id"}:
            # Odoo asks before writing; this asks once more after it, so that nobody hands on what is not theirs to give.
            self.check_access("write")
        self._sync_root()
        if before != self._cut_values() and cut != self._new_periods():
            read = PlanRows(self)
            with self._lines_audited(read):
                recut(self, start, end, read)
        return result

    def copy(self, default=None):
        """A copy has the same lines; in as many periods the same amounts, else each line's amount, spread by days. A copy for
        another company, team or person has the total alone: the lines would not be theirs."""
        copies = super().copy(default)
        for target, copied in zip(self, copies, strict=True):
            if all(copied[name] == target[name] for name in ("company_id", "team_id", "user_id")):
                # The root was made with the total; what it is the sum of comes with the lines.
                with copied._lines_audited():
                    copy_lines(copied, target)
        return copies

    def copy_data(self, default=None):
        """Another measure may have no cents."""
        vals_list = super().copy_data(default)
        for target, vals in zip(self, vals_list, strict=True):
            if "amount" in vals:
                vals["amount"] = target._in_whole_units(vals["amount"], target._decimals_after(vals))
        return vals_list

    def _copied_lines(self):
        # The tree is copied as a whole, once the copy has its periods.
        return []

    def _make_root(self):
        """The line of the plan as a whole, with the plan's amount."""
        self._check_size()
        amounts = {target: target.amount for target in self}
        # A plan's own lines: who may make the plan may make them.
        Line = self.env["revenue.target.line"].sudo()
        roots = Line._create_past_guard(
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
            root._write_past_guard({"level": self._root_level(), **{name: scope[name] for name in changed}})

    def _sum_up(self):
        """Amounts of lines with children, from those of the lines without."""
        for target in self:
            PlanTable(target).save()

    # ------------------------------------------------------------------
    # Tree
    # ------------------------------------------------------------------

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

    def _units(self):
        """
        :rtype: Units
        """
        self.ensure_one()
        if self.currency_id:
            return Units(self.currency_id.decimal_places, self.currency_id.name)
        return Units(MEASURES[self.measure].decimals if self.measure in MEASURES else 0)

    def _cut_values(self):
        """What the periods hang on."""
        return [self[name] for name in (*CUT, "company_id")]

    def _decimals_after(self, vals):
        """The decimals of amounts once some values are written."""
        measure = MEASURES.get(vals.get("measure", self.measure))
        company = self.env["res.company"].browse(vals.get("company_id", self.company_id.id)).sudo().exists()
        if not measure or not company:
            # What cannot be is refused when it is written.
            return self._units().decimals
        return company.currency_id.decimal_places if measure.monetary else measure.decimals

    def _in_whole_units(self, value, decimals):
        """An amount as it is kept; what is none stays, to be refused."""
        amount = self._as_number(value)
        if why_not_amount(self, amount, whole=False):
            return value
        return Units(decimals).rounded(amount)

    @staticmethod
    def _as_number(value):
        """Also of a text, as imports and RPC give it; what is no number stays what it is."""
        try:
            return float(value) if isinstance(value, str) else value
        except ValueError:
            return value

    @api.model
    def _check_amounts(self, vals_list):
        """Before the field rounds: what is not a number cannot be rounded, and would pass every comparison."""
        for vals in vals_list:
            amount = self._as_number(vals.get("amount"))
            # What is no number at all gets Odoo's own message.
            if isinstance(amount, (int, float)) and not 0 <= amount < MAX_AMOUNT:
                raise ValidationError(
                    self.env._(
                        "Target: %(amount)s is not possible. Enter a number from 0 to %(maximum)s.",
                        amount=amount,
                        maximum=formatLang(self.env, MAX_AMOUNT, digits=0),
                    )
                )

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
        # Open to the reader: lock dates. Who plans need not be an accountant.
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
    # In force, trail and approval
    # ------------------------------------------------------------------

    def _force_records(self):
        return self.line_ids

    def _read_lines(self):
        return PlanRows(self)

    def _lines_content(self, read):
        self.ensure_one()
        return trail.content(self, read)

    def _lines_say_more(self, content):
        return len(content) > 1 or sum(len(line["amounts"]) for line in content.values()) > 1

    def _lines_summary(self, content):
        return self.env._("%(lines)s lines, %(amount)s", lines=len(content), amount=self.amount)

    def _lines_places(self, read):
        self.ensure_one()
        return trail.places(self, read)

    def _lines_changed(self, own, others):
        words = trail.changed_places(self, own, others)
        return {"name": words} if words else {}

    def _audit_change_in_words(self, name, old, new):
        if name != self._lines_field:
            return super()._audit_change_in_words(name, old, new)
        return trail.in_words(self.env, old, new)

    def _audit_stable_values(self):
        """Where the plan's own fields say it all, its one line and amount have to say the same; else they are content."""
        values = super()._audit_stable_values()
        for target in self.sudo():
            lines = target.line_ids
            if values[target.id]["line_ids"] is None and (
                target._units().whole(sum(lines.cell_ids.mapped("amount"))) != target._units().whole(target.amount)
                or any(lines[name] != target[name] for name in ("company_id", "team_id", "user_id"))
            ):
                content = target._lines_content(PlanRows(target))
                values[target.id]["line_ids"] = digest(content, content)
        return values

    def _not_your_lines(self):
        return self.env._(
            "%(plans)s: you may read it, but you may not change its amounts and lines. Ask its owner, the leader of its "
            "team, or Finance.",
            plans=", ".join(self.mapped("display_name")),
        )

    def _holders(self):
        holders = super()._holders()
        if self.ids:
            self.env.flush_all()
            for target_id, user_id in self.env.execute_query(SQL(HOLDERS, tuple(self.ids))):
                holders.setdefault(target_id, set()).add(user_id)
        return holders
