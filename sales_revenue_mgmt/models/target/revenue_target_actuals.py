"""What came of each line of a plan in each period: one question to the facts for each kind of line."""

from bisect import bisect_right

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.fields import Domain

from ...analytics.periods import year_before
from ...report.facts.measures import MEASURES
from ...report.facts.scope import Scope
from .revenue_target_line import SCOPE

# Field of a line → what facts call it, and the selector of a scope.
DIMENSION = {
    "company_id": ("company", "companies"),
    "team_id": ("team", "teams"),
    "user_id": ("credited", "credited"),
    "category_id": ("category", "categories"),
    "industry_id": ("segment", "segments"),
    "channel_id": ("channel", "channels"),
    "product_id": ("product", "products"),
}
# What lines of one document may differ in.
OF_LINES = ("category_id", "product_id")


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    def _last_year(self, periods):
        """The same periods a year earlier, see :func:`year_before`.

        :rtype: list[tuple[datetime.date, datetime.date]]
        """
        return year_before(periods, by_weeks=self.cadence == "week")

    def _line_actuals(self, windows, measure=None, lines=None):
        """What the reader may see of the lines' revenue.

        :param list windows: of lists of periods (first and last day), each list in order and without gaps
        :param str measure: the plan's own, unless another is asked for
        :param lines: some of the plan's; all, unless said
        :return: for each window: line id → amount per period
        :rtype: list[dict[int, list[float]]]
        """
        self.ensure_one()
        # What a plan is about is no secret to who may read one of its lines.
        plan = self.sudo()
        measure = measure or plan.measure
        lines = plan._tree() if lines is None else lines
        answers = [{line.id: [0.0] * len(window) for line in lines} for window in windows]
        branches = plan._branches()
        counted = MEASURES[measure].aggregate.startswith("documents")
        for group in self._kinds_of_lines(lines, counted):
            names = sorted({name for line in group for name in SCOPE if line[name]}, key=SCOPE.index)
            if counted:
                names = [name for name in names if name not in OF_LINES]
            grain = self._grain(group, windows)
            scopes = [self._scope_of_lines(group, window, branches) for window in windows]
            dimensions = [DIMENSION[name][0] for name in names]
            rows_of = self._facts().query_scopes([measure], [*dimensions, grain], scopes)
            places = self._places(group, names)
            above = self._above(names, group, branches)
            for window, rows, answer in zip(windows, rows_of, answers, strict=True):
                # Who comes or goes counts for own days of the plan; in other years, for all.
                own = plan.date_start <= window[0][0] and window[-1][1] <= plan.date_end
                self._sum_rows(rows, measure, grain, window, own, places, above, answer)
        # In whole units of the measure: sums of floats have a tail.
        decimals = plan._decimals()
        return [
            {key: [round(value, decimals) for value in values] for key, values in answer.items()} for answer in answers
        ]

    @staticmethod
    def _kinds_of_lines(lines, counted):
        """Lines that one question answers: those whose scope names no more than that of the others.

        :param bool counted: whether documents are counted: of one with products of two categories, the sum of both is no
            number of documents, so that each category and each product is a question of its own
        :rtype: list
        """
        kinds = {}
        for line in lines:
            key = frozenset(
                (name, line[name].id if name in OF_LINES and counted else 0) for name in SCOPE if line[name]
            )
            kinds.setdefault(key, []).append(line.id)
        if counted:
            of_lines = {key: frozenset(part for part in key if part[0] in OF_LINES) for key in kinds}
        groups = {}
        for kind in sorted(kinds, key=len, reverse=True):
            wider = next(
                (other for other in groups if kind < other and (not counted or of_lines[kind] == of_lines[other])), kind
            )
            groups.setdefault(wider, []).extend(kinds[kind])
        return [lines.browse(ids) for ids in groups.values()]

    def _scope_of_lines(self, lines, window, branches):
        selectors = {}
        for name, (_dimension, selector) in DIMENSION.items():
            if name != "company_id" and all(line[name] for line in lines):
                selectors[selector] = tuple(lines[name].ids)
        return Scope(date_from=window[0][0], date_to=window[-1][1], companies=tuple(branches), **selectors)

    def _grain(self, lines, windows):
        """The largest piece of time that lies in one period, and on one side of every line's dates.

        :rtype: str
        """
        borders = {start for window in windows for start, _end in window[1:]}
        plan = self.sudo()
        for line in lines:
            borders |= {line.date_start} - {plan.date_start}
            borders |= {line.date_end + relativedelta(days=1)} - {plan.date_end + relativedelta(days=1)}
        if all(day.day == 1 for day in borders):
            return "month"
        if all(day.weekday() == 0 for day in borders):
            return "week"
        return "day"

    @staticmethod
    def _places(lines, names):
        """Which lines a row counts for: kind of line → its values → lines.

        :rtype: dict[tuple[str, ...], dict[tuple, list]]
        """
        places = {}
        for line in lines:
            kind = tuple(name for name in names if line[name])
            places.setdefault(kind, {}).setdefault(tuple(line[name].id for name in kind), []).append(
                (line.id, line.date_start, line.date_end)
            )
        return places

    def _above(self, names, lines, branches):
        """Field → record id → ids of itself and of all above it that lines name.

        :rtype: dict[str, dict[int, set[int]]]
        """
        above = {"company_id": {company: parents & set(lines.company_id.ids) for company, parents in branches.items()}}
        if "category_id" in names:
            below = self.env["product.category"].sudo().search(Domain("id", "child_of", lines.category_id.ids))
            above["category_id"] = {
                category.id: {int(part) for part in category.parent_path.split("/") if part}
                & set(lines.category_id.ids)
                for category in below
            }
        return above

    @staticmethod
    def _sum_rows(rows, measure, grain, window, own, places, above, answer):
        starts = [start for start, _end in window]
        for row in rows:
            day = max(row[grain], starts[0])
            index = bisect_right(starts, day) - 1
            for kind, lines_of in places.items():
                keys = [()]
                for name in kind:
                    value = row[DIMENSION[name][0]]
                    values = above[name].get(value, ()) if name in above else (value,)
                    keys = [(*key, value) for key in keys for value in values]
                for key in keys:
                    for line_id, start, end in lines_of.get(key, ()):
                        if not own or start <= day <= end:
                            answer[line_id][index] += row[measure]
