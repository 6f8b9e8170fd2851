"""Forecasts of a plan's lines: made at night from the whole history, read at any moment."""

from odoo import api, fields, models
from odoo.fields import Domain

from .forecasting import Forecasting

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
        stale = targets.filtered(lambda target: Forecasting(target).is_stale())
        self.env["ir.cron"]._commit_progress(remaining=len(stale))
        for target in stale:
            Forecasting(target).refresh()
            if not self.env["ir.cron"]._commit_progress(PLANS_A_STEP):
                break
