"""Where lines of a plan will land, and what their forecasts say in words."""

import datetime

from odoo.tools import format_date, formatLang, groupby

from ...analytics.landing import landing, rest_of_periods

# So many unusual weeks are told one by one, the latest ones.
WEEKS_TOLD = 3


class Landings:
    """Forecasts of a plan's lines, and where these land by them."""

    def __init__(self, plan, lines):
        """
        :param plan: whose reader may read all of it
        :param lines: of which the reader sees all revenue; the others have no landing
        """
        self.plan, self.env, self.line_ids = plan, plan.env, set(lines.ids)
        # Who may read the plan may read all of it.
        forecasts = self.env["revenue.target.forecast"].sudo().search([("line_id", "in", lines.ids)])
        self.forecasts = {forecast.line_id: forecast for forecast in forecasts}

    def of(self, lines, periods, today, actual, target):
        """Actual plus the forecast of what is left of each period, with interval and probability.

        :param lines: of the plan, also such that have no landing
        :param list periods: first and last day of each
        :param actual: array of lines × periods, and a last column for the whole plan
        :param target: likewise
        :return: landing, low, high, probability: an array each, NaN for no value
        :rtype: dict
        """
        import numpy as np

        shape = actual.shape
        rest = self._rest(lines, [*periods, (self.plan.date_start, self.plan.date_end)], today, shape)
        value = {name: np.full(shape, np.nan) for name in ("landing", "low", "high", "probability")}
        known = ~np.isnan(rest["mean"])
        if known.any():
            mean, sd = rest.pop("mean"), rest.pop("sd")
            found = landing(
                actual[known],
                mean[known],
                sd[known],
                target[known],
                **{name: values[known] for name, values in rest.items()},
            )
            value["landing"][known], value["low"][known] = found.value, found.low
            value["high"][known], value["probability"][known] = found.high, found.probability
        return value

    def _rest(self, lines, spans, today, shape):
        """The distribution of what is left of each span.

        :return: mean, sd, freedom, below, above, floor: an array each, as :func:`landing` takes them
        """
        import numpy as np

        found = {
            name: np.full(shape, start)
            for name, start in (
                ("mean", np.nan),
                ("sd", np.nan),
                ("freedom", np.inf),
                ("below", 1.0),
                ("above", 1.0),
                ("floor", np.nan),
            )
        }
        over = np.array([end <= today for _start, end in spans])
        found["mean"][:, over], found["sd"][:, over] = 0.0, 0.0
        forecasts = [self.forecasts.get(line) for line in lines]
        rows = [index for index, forecast in enumerate(forecasts) if forecast and forecast.weekly]
        for as_of, same_day in groupby(rows, lambda index: forecasts[index].as_of):
            own = [forecasts[index] for index in same_day]
            columns, rest = self._rest_of_spans(own, as_of, spans, today, over)
            if rest is not None:
                found["mean"][np.ix_(same_day, columns)], found["sd"][np.ix_(same_day, columns)] = rest.mean, rest.sd
            for index, forecast in zip(same_day, own, strict=True):
                for name in ("freedom", "below", "above"):
                    found[name][index] = forecast[name]
                if forecast.never_falls:
                    found["floor"][index] = 0.0
        return found

    @staticmethod
    def _rest_of_spans(forecasts, as_of, spans, today, over):
        """
        :param forecasts: of one day
        :param over: which spans have passed
        :return: the spans that the forecasts reach to, and what is left of these
        """
        import numpy as np

        begin = [max(today, start - datetime.timedelta(days=1)) for start, _end in spans]
        first = [(day - as_of).days for day in begin]
        last = [max((end - as_of).days, before) for (_start, end), before in zip(spans, first, strict=True)]
        weekly = np.array([forecast.weekly for forecast in forecasts])
        deviation = np.array([forecast.cumulative_sd for forecast in forecasts])
        columns = np.flatnonzero((np.array(last) <= weekly.shape[1] * 7) & ~over)
        if not len(columns) or min(first) < 0:
            return columns, None
        return columns, rest_of_periods(
            weekly, deviation, [first[column] for column in columns], [last[column] for column in columns]
        )

    # ------------------------------------------------------------------
    # Words
    # ------------------------------------------------------------------

    def in_words(self, line):
        """What a line's forecast rests on, and what it says of the next cycle: as many days after the plan as the plan has.

        :return: method, wape, mase, bias, origins, season, unusual, next, and a message of ``None``; or only the message, why
            there is none
        :rtype: dict
        """
        if line.id not in self.line_ids:
            return {
                "message": self.env._("You do not see all sales of this line, so there is no landing of it for you.")
            }
        forecast = self.forecasts.get(line)
        if not forecast:
            return {"message": self.env._("No forecast yet: it is made at night for plans in force.")}
        if not forecast.weekly:
            return {"message": forecast.message}
        return {
            "method": forecast.method,
            "wape": forecast.wape,
            "mase": forecast.mase,
            "bias": forecast.bias,
            "origins": forecast.origins,
            "season": forecast.season,
            "unusual": self._unusual_in_words(forecast),
            "next": self._next_cycle(forecast),
            "message": None,
        }

    def _next_cycle(self, forecast):
        """
        :return: ``None`` where the forecast does not reach so far
        :rtype: float | None
        """
        import numpy as np

        from_day = (self.plan.date_end - forecast.as_of).days
        to_day = from_day + (self.plan.date_end - self.plan.date_start).days + 1
        if from_day < 0 or to_day > len(forecast.weekly) * 7:
            return None
        weekly, deviation = np.array([forecast.weekly]), np.array([forecast.cumulative_sd])
        rest = rest_of_periods(weekly, deviation, [from_day], [to_day])
        return round(float(rest.mean[0, 0]), self.plan._units().decimals)

    def _unusual_in_words(self, forecast):
        """What of the history does not count as it is.

        :rtype: list[str]
        """
        weeks = forecast.unusual or []
        told = [
            self.env._(
                "The week from %(day)s is unusual: its %(amount)s count as %(usual)s.",
                day=format_date(self.env, week["start"]),
                amount=self._amount(week["value"]),
                usual=self._amount(week["usual"]),
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
                    before=self._amount(forecast.new_level["before"]),
                    after=self._amount(forecast.new_level["after"]),
                )
            )
        return told

    def _amount(self, amount):
        return formatLang(self.env, amount, digits=self.plan._units().decimals, currency_obj=self.plan.currency_id)
