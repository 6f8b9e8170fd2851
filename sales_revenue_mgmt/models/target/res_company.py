"""What a company's plans start with, and from when on they are behind."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.res_company import give_defaults
from .measures import MEASURE_SELECTION

DEFAULTS = {"revenue_default_measure": "booked", "revenue_alert_pacing": 0.9, "revenue_alert_landing": 0.95}


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "revenue.target.owner"]

    _revenue_target_field = "company_id"
    _revenue_target_levels = ("company", "branch")

    revenue_default_measure = fields.Selection(
        selection=MEASURE_SELECTION,
        string="Default Measure",
        default=DEFAULTS["revenue_default_measure"],
        help="The measure that a new target starts with.",
    )
    revenue_alert_pacing = fields.Float(
        "Warn When Actual Is Below",
        default=DEFAULTS["revenue_alert_pacing"],
        help="Share of what should be reached by now. A target whose actual is lower is behind; one above it is on track.",
    )
    revenue_alert_landing = fields.Float(
        "Warn When the Forecast Is Below",
        default=DEFAULTS["revenue_alert_landing"],
        help="Share of the target. A target whose forecast is lower is marked.",
    )

    _revenue_alerts = models.Constraint(
        "CHECK (revenue_alert_pacing >= 0 AND revenue_alert_pacing <= 2 AND revenue_alert_landing >= 0"
        " AND revenue_alert_landing <= 2)",
        "Warn When Actual Is Below, Warn When the Forecast Is Below: enter 0 % to 200 %.",
    )

    def init(self):
        give_defaults(self.env, DEFAULTS)
        return super().init()

    @api.constrains("revenue_default_measure")
    def _check_revenue_default_measure(self):
        if not all(company.revenue_default_measure for company in self):
            raise ValidationError(self.env._("Default Measure: choose the measure that a new target starts with."))
