"""Making the forecasts of a plan's lines, from the whole history."""

import datetime
import math

from odoo import fields

from ...analytics.forecast import Forecast, forecast_many
from ...report.facts.measures import MEASURES
from .actuals import Actuals

HISTORY_WEEKS = 156
MAX_HORIZON = 104
WEEKS_A_YEAR = 52


class Forecasting:
    """Forecasts of all lines of one plan, from their weekly totals, until a whole plan's length after the plan."""

    def __init__(self, plan):
        # A line's forecast rests on all of the line's revenue; who may read the line may read the forecast.
        self.plan = plan.sudo()
        self.env = self.plan.env
        self.yesterday = self.plan._today() - datetime.timedelta(days=1)
        self.existing = self.env["revenue.target.forecast"].search([("target_id", "=", plan.id)])

    def is_stale(self):
        """Whether a line has no forecast that knows everything until yesterday.

        :rtype: bool
        """
        return len(self.existing) != len(self.plan.line_ids) or any(
            forecast.as_of != self.yesterday for forecast in self.existing
        )

    def refresh(self):
        """Forecast every line, and keep that as its forecast."""
        weeks = self._weeks()
        (history,) = Actuals(self.plan).by_period([weeks])
        floor = 0.0 if MEASURES[self.plan.measure].never_falls else None
        answers = forecast_many([history[line_id] for line_id in history], self._horizon(), WEEKS_A_YEAR, floor=floor)
        by_line = self.existing.grouped("line_id")
        for line, answer in zip(self.plan.line_ids.browse(history), answers, strict=True):
            values = {"line_id": line.id, "as_of": self.yesterday, **self._values(answer, weeks)}
            if line in by_line:
                by_line[line].write(values)
            else:
                self.existing.create(values)

    def _horizon(self):
        """
        :return: so many weeks ahead
        :rtype: int
        """
        plan = self.plan
        ahead = (plan.date_end - self.yesterday).days + (plan.date_end - plan.date_start).days + 1
        return min(max(math.ceil(ahead / 7), 1), MAX_HORIZON)

    def _weeks(self):
        """First and last day of each week of the history, which ends yesterday."""
        return [
            (
                self.yesterday - datetime.timedelta(days=7 * back + 6),
                self.yesterday - datetime.timedelta(days=7 * back),
            )
            for back in reversed(range(HISTORY_WEEKS))
        ]

    def _values(self, answer, weeks):
        """
        :param answer: of :func:`forecast_many`
        :param list weeks: of its history, first and last day
        :rtype: dict
        """
        if not isinstance(answer, Forecast):
            words = self.env._(
                "Too little history: %(given)s weeks, %(needed)s are needed.", given=answer.given, needed=answer.needed
            )
            nothing = dict.fromkeys(("method", "weekly", "cumulative_sd", "unusual", "new_level"), False)
            return {"message": words, "origins": 0, **nothing}

        def start_of(index):
            return fields.Date.to_string(weeks[index][0])

        tested, jump = answer.backtest, answer.jump
        return {
            "message": False,
            "method": answer.method,
            "weekly": [float(number) for number in answer.mean],
            "cumulative_sd": [float(number) for number in answer.cumulative_sd],
            "freedom": float(answer.freedom),
            "below": answer.below,
            "above": answer.above,
            "never_falls": answer.floor is not None,
            "unusual": [
                {"start": start_of(week.index), "value": week.value, "usual": week.usual} for week in answer.unusual
            ],
            "new_level": jump and {"start": start_of(jump.index), "before": jump.before, "after": jump.after},
            "season": answer.season_used,
            "wape": tested.wape,
            "mase": tested.mase,
            "bias": tested.bias,
            "origins": tested.origins,
        }
