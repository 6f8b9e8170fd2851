"""Where lines of a plan will land, and what their forecasts say in words."""

import datetime

from odoo import models
from odoo.tools import format_date, formatLang, groupby

from ...analytics.landing import landing, rest_of_periods

# So many unusual weeks are told one by one, the latest ones.
WEEKS_TOLD = 3


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    def _forecasts_of(self, lines):
        """
        :return: line → its forecast
        :rtype: dict
        """
        # Who may read the plan may read all of it.
        forecasts = self.env["revenue.target.forecast"].sudo().search([("line_id", "in", lines.ids)])
        return {forecast.line_id: forecast for forecast in forecasts}

    def _landings(self, lines, forecasts, periods, today, actual, target):
        """Actual plus the forecast of what is left of each period, with interval and probability."""
        import numpy as np

        spans = [*periods, (self.date_start, self.date_end)]
        shape = actual.shape
        mean, sd = np.full(shape, np.nan), np.full(shape, np.nan)
        freedom, below, above, floor = (np.full(shape, start) for start in (np.inf, 1.0, 1.0, np.nan))
        over = np.array([end <= today for _start, end in spans])
        mean[:, over], sd[:, over] = 0.0, 0.0
        rows = [index for index, line in enumerate(lines) if line in forecasts and forecasts[line].weekly]
        for as_of, same_day in groupby(rows, lambda index: forecasts[lines[index]].as_of):
            begin = [max(today, start - datetime.timedelta(days=1)) for start, _end in spans]
            first = [(day - as_of).days for day in begin]
            last = [max((end - as_of).days, before) for (_start, end), before in zip(spans, first, strict=True)]
            weekly = np.array([forecasts[lines[index]].weekly for index in same_day])
            deviation = np.array([forecasts[lines[index]].cumulative_sd for index in same_day])
            known = np.array(last) <= weekly.shape[1] * 7
            columns = np.flatnonzero(known & ~over)
            if len(columns) and min(first) >= 0:
                rest = rest_of_periods(
                    weekly, deviation, [first[column] for column in columns], [last[column] for column in columns]
                )
                mean[np.ix_(same_day, columns)], sd[np.ix_(same_day, columns)] = rest.mean, rest.sd
            for index in same_day:
                forecast = forecasts[lines[index]]
                freedom[index], below[index], above[index] = forecast.freedom, forecast.below, forecast.above
                if forecast.never_falls:
                    floor[index] = 0.0
        value = {name: np.full(shape, np.nan) for name in ("landing", "low", "high", "probability")}
        known = ~np.isnan(mean)
        if known.any():
            found = landing(
                actual[known],
                mean[known],
                sd[known],
                target[known],
                freedom=freedom[known],
                below=below[known],
                above=above[known],
                floor=floor[known],
            )
            value["landing"][known], value["low"][known] = found.value, found.low
            value["high"][known], value["probability"][known] = found.high, found.probability
        return value

    def _forecast_words(self, forecast, seen_whole):
        """What a forecast rests on, and what it says of the next cycle: as many days after the plan as the plan has."""
        if not seen_whole:
            return {
                "message": self.env._("You do not see all sales of this line, so there is no landing of it for you.")
            }
        if not forecast:
            return {"message": self.env._("No forecast yet: it is made at night for plans in force.")}
        if not forecast.weekly:
            return {"message": forecast.message}
        import numpy as np

        from_day = (self.date_end - forecast.as_of).days
        to_day = from_day + (self.date_end - self.date_start).days + 1
        following = None
        if from_day >= 0 and to_day <= len(forecast.weekly) * 7:
            rest = rest_of_periods(
                np.array([forecast.weekly]), np.array([forecast.cumulative_sd]), [from_day], [to_day]
            )
            following = round(float(rest.mean[0, 0]), self._decimals())
        return {
            "method": forecast.method,
            "wape": forecast.wape,
            "mase": forecast.mase,
            "bias": forecast.bias,
            "origins": forecast.origins,
            "season": forecast.season,
            "unusual": self._unusual_in_words(forecast),
            "next": following,
            "message": None,
        }

    def _unusual_in_words(self, forecast):
        """What of the history does not count as it is.

        :rtype: list[str]
        """
        weeks = forecast.unusual or []
        told = [
            self.env._(
                "The week from %(day)s is unusual: its %(amount)s count as %(usual)s.",
                day=format_date(self.env, week["start"]),
                amount=self._history_amount(week["value"]),
                usual=self._history_amount(week["usual"]),
            )
            for week in weeks[-WEEKS_TOLD:]
        ]
        if len(weeks) > WEEKS_TOLD:
            more = self.env._("Unusual weeks before, which count as usual ones: %s.", len(weeks) - WEEKS_TOLD)
            told.append(more)
        if forecast.new_level:
            told.append(
                self.env._(
                    "The week from %(day)s began a new level, from about %(before)s to about %(after)s a week: weeks before it"
                    " count at the new level.",
                    day=format_date(self.env, forecast.new_level["start"]),
                    before=self._history_amount(forecast.new_level["before"]),
                    after=self._history_amount(forecast.new_level["after"]),
                )
            )
        return told

    def _history_amount(self, amount):
        return formatLang(self.env, amount, digits=self._decimals(), currency_obj=self.currency_id)
