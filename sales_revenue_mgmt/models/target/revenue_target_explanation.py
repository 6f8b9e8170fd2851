"""Why a plan is ahead or behind: which parts make the gap, and where the periods are going."""

from odoo import api, models

from ...analytics.variance import explain, trend
from .revenue_target_actuals import DIMENSION

# The parts that are named, of each kind.
PARTS = 5
# A trend of fewer periods says nothing.
LEAST_PERIODS = 4


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

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
        return self._explanation(line, line.child_ids)

    def _explanation(self, line, children):
        """See :meth:`get_explanation`.

        :param line: that the caller has found the reader to be allowed to read
        :param children: of its parts, those that the reader may read; the others are told together
        """
        # What a plan is about is no secret to who may read its lines; the numbers are the reader's own.
        plan = self.sudo()
        today, periods = plan._today(), plan._periods()
        (actual_of,) = self._line_actuals([periods], lines=line | children)
        actual = {own: sum(actual_of[own.id]) for own in line | children}
        expected = {own: own._expected(today) for own in line | children}
        gap = actual[line] - expected[line]
        parts = plan._ranked(
            self.env._("Line"),
            [(own.display_name, expected[own], actual[own]) for own in children],
        )
        if line.child_ids:
            rest = [whole[line] - sum(whole[own] for own in children) for whole in (expected, actual)]
            others = plan._part(self.env._("Line"), self.env._("Everybody else"), *rest)
            if others["actual"] or others["expected"]:
                parts.append(others)
        if not line.category_id and not line.product_id:
            parts += plan._ranked(self.env._("Category"), self._by_category(line, expected[line], today))
        return {
            "gap": round(gap, plan._decimals()),
            "parts": parts,
            "trend": self._trend_words(line, actual_of[line.id], periods, today),
        }

    def _ranked(self, kind, parts):
        """The parts that make the gap, the largest first; then the largest that work against it.

        :param parts: of (name, expected, actual)
        """
        if not parts:
            return []
        found = explain([part[1] for part in parts], [part[2] for part in parts])
        chosen = [*found.contributing[:PARTS], *found.offsetting[: PARTS - 2]]
        return [self._part(kind, *parts[index]) for index in chosen]

    def _part(self, kind, name, expected, actual):
        decimals = self._decimals()
        return {
            "kind": kind,
            "name": name,
            "expected": round(expected, decimals),
            "actual": round(actual, decimals),
            "variance": round(actual - expected, decimals),
        }

    def _by_category(self, line, expected, today):
        """Product categories: what they would have by now if the target had last year's mix, and what they have."""
        plan = self.sudo()  # As above.
        until = min(today, plan.date_end)
        if until < plan.date_start:
            return []
        ((before, after),) = plan._last_year([(plan.date_start, until)])
        now, then = self._facts().query_scopes(
            [plan.measure],
            [DIMENSION["category_id"][0]],
            [plan._line_scope(line, plan.date_start, until), plan._line_scope(line, before, after)],
        )
        now, then = ({row["category"]: row[plan.measure] for row in rows} for rows in (now, then))
        base = sum(then.values())
        if base <= 0:
            return []
        # What a category is called is no secret to who may see what it sold.
        names = {
            category.id: category.display_name
            for category in self.env["product.category"].sudo().browse(key for key in now.keys() | then.keys() if key)
        }
        return [
            (
                names.get(key, self.env._("No category")),
                expected * then.get(key, 0.0) / base,
                now.get(key, 0.0),
            )
            for key in now.keys() | then.keys()
        ]

    def _trend_words(self, line, actual, periods, today):
        """Whether what the ended periods reached of their targets goes up or down."""
        targets = line.cell_ids.mapped("amount")
        reached = [
            value / target
            for value, target, (_start, end) in zip(actual, targets, periods, strict=True)
            if end < today and target
        ]
        if len(reached) < LEAST_PERIODS:
            return self.env._(
                "Trend: too little history, %(count)s of %(needed)s ended periods.",
                count=len(reached),
                needed=LEAST_PERIODS,
            )
        found = trend(reached)
        if found.direction == "flat":
            return self.env._("Trend: attainment neither rises nor falls from period to period.")
        return self.env._(
            "Trend: attainment changes by %(slope)s points per period (95 %%: %(low)s to %(high)s).",
            slope=f"{found.slope * 100:+.1f}",
            low=f"{found.low * 100:+.1f}",
            high=f"{found.high * 100:+.1f}",
        )
