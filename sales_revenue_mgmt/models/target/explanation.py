"""Why a plan is ahead or behind: which parts make the gap, and where the periods are going."""

from ...analytics.variance import explain, trend
from .actuals import Actuals, last_year
from .questions import DIMENSION
from .standing import expected_by, phasing_of

# The parts that are named, of each kind.
PARTS = 5
# A trend of fewer periods says nothing.
LEAST_PERIODS = 4


class Explanation:
    """What makes the gap of a line, as of now."""

    def __init__(self, plan, line, children):
        """
        :param plan: as its reader has it
        :param line: of it, that the caller has found the reader to be allowed to read
        :param children: of its parts, those that the reader may read; the others are told together
        """
        # Open to the reader of a line: what its plan is about. The numbers are the reader's own.
        self.plan, self.env = plan.sudo(), plan.env
        self.line, self.children = line, children
        self.actuals = Actuals(plan)
        self.today, self.periods = self.plan._today(), self.plan._periods()
        self.decimals = self.plan._units().decimals

    def answer(self):
        """
        :return: ``gap``, ``parts`` and ``trend``, as ``get_explanation`` of a plan describes it
        :rtype: dict
        """
        line, children = self.line, self.children
        lines = line | children
        (actual_of,) = self.actuals.by_period([self.periods], lines)
        actual = {own: sum(actual_of[own.id]) for own in lines}
        phasing = phasing_of(lines.cell_ids)
        expected = {own: expected_by(phasing.get(own, ()), self.today) for own in lines}
        parts = self._ranked(
            self.env._("Line"),
            [(own.display_name, expected[own], actual[own]) for own in children],
        )
        if line.child_ids:
            rest = [whole[line] - sum(whole[own] for own in children) for whole in (expected, actual)]
            others = self._part(self.env._("Line"), self.env._("Everybody else"), *rest)
            if others["actual"] or others["expected"]:
                parts.append(others)
        if not line.category_id and not line.product_id:
            parts += self._ranked(self.env._("Category"), self._by_category(expected[line]))
        return {
            "gap": round(actual[line] - expected[line], self.decimals),
            "parts": parts,
            "trend": self._trend_in_words(actual_of[line.id]),
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
        return {
            "kind": kind,
            "name": name,
            "expected": round(expected, self.decimals),
            "actual": round(actual, self.decimals),
            "variance": round(actual - expected, self.decimals),
        }

    def _by_category(self, expected):
        """Product categories: what they would have by now if the target had last year's mix, and what they have."""
        plan = self.plan
        until = min(self.today, plan.date_end)
        if until < plan.date_start:
            return []
        days = [(plan.date_start, until)]
        now, then = self.actuals.facts.query_scopes(
            [plan.measure],
            [DIMENSION["category_id"][0]],
            [self.actuals.scope_of(self.line, *period) for period in (*days, *last_year(plan, days))],
        )
        now, then = ({row["category"]: row[plan.measure] for row in rows} for rows in (now, then))
        base = sum(then.values())
        if base <= 0:
            return []
        # Open to the reader of its sales: what a category is called.
        categories = self.env["product.category"].sudo().browse(key for key in now.keys() | then.keys() if key)
        names = {category.id: category.display_name for category in categories}
        return [
            (
                names.get(key, self.env._("No category")),
                expected * then.get(key, 0.0) / base,
                now.get(key, 0.0),
            )
            for key in now.keys() | then.keys()
        ]

    def _trend_in_words(self, actual):
        """Whether what the ended periods reached of their targets goes up or down."""
        targets = self.line.cell_ids.mapped("amount")
        reached = [
            value / target
            for value, target, (_start, end) in zip(actual, targets, self.periods, strict=True)
            if end < self.today and target
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
