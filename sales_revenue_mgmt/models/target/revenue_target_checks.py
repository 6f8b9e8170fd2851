"""What a sales target refuses, on every path: form, import, RPC."""

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import formatLang

from .revenue_target import FIRST_DAY, LAST_DAY

# Beyond it a float no longer holds cents.
MAX_AMOUNT = 1e15


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

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

    @api.model_create_multi
    def create(self, vals_list):
        self._check_amounts(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_amounts([vals])
        result = super().write(vals)
        if not self.env.su and vals.keys() & {"company_id", "team_id", "user_id"}:
            # Odoo asks before writing; this asks once more after it, so that nobody hands on what is not theirs to give.
            self.check_access("write")
        return result

    @api.constrains("date_start", "date_end", "period_type", "company_id")
    def _check_period(self):
        for target in self:
            for name in ("date_start", "date_end"):
                if not self._is_usable(target[name]):
                    raise ValidationError(
                        self.env._(
                            "%(field)s: %(day)s is out of range. Choose a day from %(first)s to %(last)s.",
                            field=self._fields[name]._description_string(self.env),
                            day=target[name],
                            first=FIRST_DAY,
                            last=LAST_DAY,
                        )
                    )
            if target.date_end < target.date_start:
                raise ValidationError(
                    self.env._(
                        "End Date: %(end)s is before the start date %(start)s. Choose %(start)s or a later day.",
                        end=target.date_end,
                        start=target.date_start,
                    )
                )
            bounds = target._period_bounds()
            if bounds and bounds != (target.date_start, target.date_end):
                periods = dict(self._fields["period_type"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "Period: %(start)s to %(end)s is not a %(period)s of %(company)s. That %(period)s lasts from "
                        "%(first)s to %(last)s; use these dates, or set the period to Free Dates.",
                        start=target.date_start,
                        end=target.date_end,
                        period=periods[target.period_type],
                        company=target.company_id.name,
                        first=bounds[0],
                        last=bounds[1],
                    )
                )

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

    def _why_not_submit(self):
        answer = super()._why_not_submit()
        for target in self:
            if not answer.get(target.id) and not target.amount:
                answer[target.id] = self.env._("Target: enter the amount first.")
        return answer

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
