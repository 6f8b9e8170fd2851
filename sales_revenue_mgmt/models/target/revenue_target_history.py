"""What a plan's history says: how a year is spread over its periods, and what was sold."""

from dateutil.relativedelta import relativedelta

from odoo import models

from ...analytics.periods import YEAR_OF_WEEKS
from ...analytics.seasonality import seasonal_shares
from ...report.facts.scope import Scope
from .revenue_target_actuals import DIMENSION

YEARS_OF_HISTORY = 3


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    def _line_scope(self, line, date_from, date_to):
        """The scope of one line, with the branches of its company.

        :rtype: Scope
        """
        # Which companies are branches of which is no secret; the revenue of each stays under its own rules.
        branches = self.sudo()._branches()
        selectors = {
            selector: (line[name].id,)
            for name, (_dimension, selector) in DIMENSION.items()
            if name != "company_id" and line[name]
        }
        companies = tuple(company for company, above in branches.items() if line.company_id.id in above)
        return Scope(date_from=date_from, date_to=date_to, companies=companies, **selectors)

    def _daily(self, line, date_from, date_to, measure=None):
        """A line's revenue day by day, every day of the stretch.

        :rtype: list[float]
        """
        measure = measure or self.measure
        rows = self._facts().query([measure], ["day"], self._line_scope(line, date_from, date_to))
        amounts = {row["day"]: row[measure] for row in rows}
        days = (date_to - date_from).days + 1
        return [amounts.get(date_from + relativedelta(days=offset), 0.0) for offset in range(days)]

    def _seasonality(self, line):
        """How the history of a line spreads over the plan's periods.

        :return: a share per period, and sentences on what could not be measured
        :rtype: tuple[list[float], list[str]]
        """
        periods = self._periods()
        last = min(self._today(), self.date_start) - relativedelta(days=1)
        if self.cadence == "week":
            # The same weekdays, and as many of them: this is about the shape of a year and not about its total.
            earlier = [
                [(start - YEAR_OF_WEEKS * back, end - YEAR_OF_WEEKS * back) for start, end in periods]
                for back in range(1, YEARS_OF_HISTORY + 1)
            ]
        else:
            earlier = [self._last_year(periods)]
            while len(earlier) < YEARS_OF_HISTORY:
                earlier.append(self._last_year(earlier[-1]))
        first = earlier[-1][0][0]
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
                    periods=", ".join(self._cell_label(start) for start in missing[:6]),
                )
            )
        return [float(share) for share in found.shares], notes

    def _sold_last_year(self, line, name):
        """Ids of what a line sold in the year before the plan, the most first.

        :param str name: a field of lines
        """
        dimension = DIMENSION[name][0]
        last = min(self._today(), self.date_start - relativedelta(days=1))
        # From the day after on a year earlier: whole months stay whole, and no day counts twice.
        scope = self._line_scope(line, last + relativedelta(days=1, years=-1), last)
        rows = self._facts().query([self.measure], [dimension], scope, limit=50)
        return [row[dimension] for row in rows if row[dimension]]
