"""Forecasts of a plan's lines: made at night from the whole history, read at any moment."""

import datetime
import math

from odoo import api, fields, models
from odoo.fields import Domain

from ...analytics.forecast import Forecast, forecast_many
from ...report.facts.measures import MEASURES

HISTORY_WEEKS = 156
MAX_HORIZON = 104
WEEKS_A_YEAR = 52
# So many plans a run of the cron takes before it saves.
PLANS_A_STEP = 1


class RevenueTargetForecast(models.Model):
    _name = "revenue.target.forecast"
    _description = "Forecast of a Sales Target"
    _order = "line_id"
    _rec_name = "line_id"

    line_id = fields.Many2one("revenue.target.line", required=True, readonly=True, index=True, ondelete="cascade")
    target_id = fields.Many2one(related="line_id.target_id", store=True, index=True, ondelete="cascade")
    as_of = fields.Date(
        "Known until", required=True, readonly=True, help="The last day of the history that it rests on."
    )
    method = fields.Char(readonly=True, help="The method with the smallest error in the back-test.")
    weekly = fields.Json(readonly=True, help="Expected amounts of the weeks after that day.")
    cumulative_sd = fields.Json(
        readonly=True, help="Standard deviation of the error of the sum of the first 1, 2, … weeks, from the back-test."
    )
    freedom = fields.Float(readonly=True, help="Degrees of freedom of these deviations.")
    below = fields.Float(
        "Reach Below",
        readonly=True,
        default=1.0,
        help="How far errors go below the forecast, as a share of the same distance above and below. 1: symmetric.",
    )
    above = fields.Float("Reach Above", readonly=True, default=1.0, help="The same above the forecast.")
    never_falls = fields.Boolean(
        readonly=True, help="No refunds are forecast: no landing is below what is there already."
    )
    unusual = fields.Json(readonly=True, help="Weeks that count as their neighbours do: start, value, usual.")
    new_level = fields.Json(
        readonly=True, help="The week from which on the level is another one: start, before, after."
    )
    season = fields.Integer("Season in Weeks", readonly=True, help="1: too little history to measure a season.")
    wape = fields.Float("WAPE", readonly=True, help="Σ|forecast − actual| / Σ actual in the back-test.")
    mase = fields.Float(
        "MASE",
        readonly=True,
        help="Mean error in the back-test, divided by that of repeating last season. Below 1 is better.",
    )
    bias = fields.Float(readonly=True, help="Σ(forecast − actual) / Σ actual; positive: forecast too much.")
    origins = fields.Integer("Back-Tests", readonly=True, help="How many days in the past were forecast from.")
    message = fields.Char(readonly=True, help="Why there is no forecast.")

    _once = models.UniqueIndex("(line_id)")

    @api.model
    def _cron_refresh(self):
        """Forecast all plans in force that are not over and have not been forecast today."""
        targets = self.env["revenue.target"].search(
            Domain("state", "=", "posted") & Domain("date_end", ">=", fields.Date.today())
        )
        stale = targets.filtered(lambda target: target._forecast_is_stale())
        self.env["ir.cron"]._commit_progress(remaining=len(stale))
        for target in stale:
            target._refresh_forecast()
            if not self.env["ir.cron"]._commit_progress(PLANS_A_STEP):
                break


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    def _forecast_is_stale(self):
        self.ensure_one()
        forecasts = self.env["revenue.target.forecast"].sudo().search([("target_id", "=", self.id)])
        yesterday = self._today() - datetime.timedelta(days=1)
        return len(forecasts) != len(self.sudo().line_ids) or any(forecast.as_of != yesterday for forecast in forecasts)

    def action_refresh_forecast(self):
        """Forecast now, from everything until yesterday."""
        self.check_access("read")
        for target in self:
            target._refresh_forecast()
        return True

    def _refresh_forecast(self):
        """Forecast every line from its weekly totals, until a whole plan's length after the plan."""
        self.ensure_one()
        # A line's forecast rests on all of the line's revenue; who may read the line may read the forecast.
        target = self.sudo()
        as_of = target._today() - datetime.timedelta(days=1)
        ahead = (target.date_end - as_of).days + (target.date_end - target.date_start).days + 1
        horizon = min(max(math.ceil(ahead / 7), 1), MAX_HORIZON)
        weeks = [
            (as_of - datetime.timedelta(days=7 * back + 6), as_of - datetime.timedelta(days=7 * back))
            for back in reversed(range(HISTORY_WEEKS))
        ]
        (history,) = target._line_actuals([weeks])
        floor = 0.0 if MEASURES[target.measure].never_falls else None
        answers = forecast_many([history[line_id] for line_id in history], horizon, WEEKS_A_YEAR, floor=floor)
        existing = target.env["revenue.target.forecast"].search([("target_id", "=", target.id)])
        by_line = existing.grouped("line_id")
        for line, answer in zip(target.line_ids.browse(history), answers, strict=True):
            values = {"line_id": line.id, "as_of": as_of, **self._forecast_values(answer, weeks)}
            if line in by_line:
                by_line[line].write(values)
            else:
                existing.create(values)

    def _forecast_values(self, answer, weeks):
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

    def _on_posted(self):
        result = super()._on_posted()
        self.env.ref("sales_revenue_mgmt.revenue_target_forecast_cron")._trigger()
        return result
