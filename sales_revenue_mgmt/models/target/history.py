"""What the tools go by: what was sold and planned before, and how a year is spread over a plan's periods."""

from bisect import bisect_right

from dateutil.relativedelta import relativedelta

from odoo.fields import Domain

from ...analytics.periods import YEAR_OF_WEEKS
from ...analytics.seasonality import seasonal_shares
from .actuals import Actuals, last_year
from .questions import DIMENSION
from .working_days import count_working_days

YEARS_OF_HISTORY = 3


class History:
    """What lies before one plan, or beside it, as its reader may see it."""

    def __init__(self, plan):
        self.plan, self.env = plan, plan.env
        self.actuals = Actuals(plan)

    # ------------------------------------------------------------------
    # What was sold
    # ------------------------------------------------------------------

    def sold(self, count=None):
        """Actuals of the lines before the plan.

        :param int count: of so many periods just before the plan, together; without it, of each period a year earlier
        :return: line id → amounts
        :rtype: dict[int, list[float]]
        """
        plan = self.plan
        if not count:
            return self.actuals.by_period([last_year(plan, plan._periods())])[0]
        back = {"week": {"weeks": count}, "month": {"months": count}, "quarter": {"months": 3 * count}}[plan.cadence]
        # In one step: month by month, a plan that begins on the 31st would lose days on the way.
        start = plan.date_start - relativedelta(**back)
        return self.actuals.by_period([[(start, plan.date_start - relativedelta(days=1))]])[0]

    def sold_in_a_year(self, line, name):
        """Ids of what a line sold in the year before the plan, the most first.

        :param str name: a field of lines
        :rtype: list[int]
        """
        plan, dimension = self.plan, DIMENSION[name][0]
        last = min(plan._today(), plan.date_start - relativedelta(days=1))
        # From the day after on a year earlier: whole months stay whole, and no day counts twice.
        scope = self.actuals.scope_of(line, last + relativedelta(days=1, years=-1), last)
        rows = self.actuals.facts.query([plan.measure], [dimension], scope, limit=50)
        return [row[dimension] for row in rows if row[dimension]]

    # ------------------------------------------------------------------
    # What was planned
    # ------------------------------------------------------------------

    def planned(self, factor):
        """What plans in force a year earlier promised for the same scopes.

        :return: line id → amounts per period, ``None`` where there was none
        :rtype: dict[int, list[float | None]]
        """
        return self._of_other_plans(
            Domain("state", "in", ("posted", "closed")) & Domain("target_id.superseded", "=", False),
            last_year(self.plan, self.plan._periods()),
            factor,
        )

    def proposed(self):
        """What others have proposed: submitted or approved plans of their own, for what is a line of this plan.

        :return: as of :meth:`planned`
        """
        return self._of_other_plans(Domain("state", "in", ("submitted", "approved")), self.plan._periods())

    def _of_other_plans(self, domain, periods, factor=1.0):
        """Amounts of other plans' cells that begin in given periods.

        :param list periods: first and last day of each, in order and without gaps
        """
        plan, lines = self.plan, self.plan._tree()
        own = {line._scope_key(): line.id for line in lines}
        starts = [start for start, _end in periods]
        # As the user: a proposal that one may not read is none for them.
        cells = self.env["revenue.target.cell"].search(
            domain
            & Domain("target_id", "!=", plan.id)
            & Domain("target_id", "not in", plan.origin_id.ids)
            & Domain("measure", "=", plan.measure)
            & Domain("scenario", "=", plan.scenario)
            & Domain("target_id.cadence", "=", plan.cadence)
            & Domain("date_start", ">=", starts[0])
            & Domain("date_start", "<=", periods[-1][1])
            & Domain("company_id", "in", lines.company_id.ids)
        )
        found = {}
        for cell in cells:
            line_id = own.get(cell.line_id._scope_key())
            if line_id:
                amounts = found.setdefault(line_id, [None] * len(starts))
                # Two weeks of a year that was cut otherwise may lie in one of ours.
                index = bisect_right(starts, cell.date_start) - 1
                amounts[index] = (amounts[index] or 0.0) + cell.amount * factor
        return found

    # ------------------------------------------------------------------
    # The shape of a year
    # ------------------------------------------------------------------

    def working_days(self):
        """Working days of each period.

        :rtype: list[int]
        """
        return [count_working_days(self.plan.company_id, start, end) for start, end in self.plan._periods()]

    def seasonality(self, line):
        """How the history of a line spreads over the plan's periods.

        :return: a share per period, and sentences on what could not be measured
        :rtype: tuple[list[float], list[str]]
        """
        periods = self.plan._periods()
        earlier = self._earlier_years(periods)
        first = earlier[-1][0][0]
        last = min(self.plan._today(), self.plan.date_start) - relativedelta(days=1)
        daily = self._daily(line, first, max(last, first))
        # Days before the first sale are no history.
        begin = next((index for index, amount in enumerate(daily) if amount), len(daily))
        found = seasonal_shares(daily[begin:], first + relativedelta(days=begin), periods, earlier)
        missing = [start for (start, _end), measured in zip(periods, found.measured, strict=True) if not measured]
        notes = []
        if missing:
            notes.append(
                self.env._(
                    "Too little history for %(periods)s: they go by working days.",
                    periods=", ".join(self.plan._cell_label(start) for start in missing[:6]),
                )
            )
        return [float(share) for share in found.shares], notes

    def _earlier_years(self, periods):
        """The same periods in earlier years, the latest year first."""
        if self.plan.cadence == "week":
            # The same weekdays, and as many of them: this is about the shape of a year and not about its total.
            return [
                [(start - YEAR_OF_WEEKS * back, end - YEAR_OF_WEEKS * back) for start, end in periods]
                for back in range(1, YEARS_OF_HISTORY + 1)
            ]
        earlier = [last_year(self.plan, periods)]
        while len(earlier) < YEARS_OF_HISTORY:
            earlier.append(last_year(self.plan, earlier[-1]))
        return earlier

    def _daily(self, line, date_from, date_to):
        """A line's revenue day by day, every day of the stretch.

        :rtype: list[float]
        """
        measure = self.plan.measure
        scope = self.actuals.scope_of(line, date_from, date_to)
        amounts = {row["day"]: row[measure] for row in self.actuals.facts.query([measure], ["day"], scope)}
        days = (date_to - date_from).days + 1
        return [amounts.get(date_from + relativedelta(days=offset), 0.0) for offset in range(days)]
