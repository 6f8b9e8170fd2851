import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..report.revenue_measures import MEASURE_SELECTION


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "revenue.target.owner"]

    _revenue_target_field = "company_id"
    _revenue_target_levels = ("company", "branch")

    revenue_tz = fields.Selection(
        selection=lambda self: [(name, name) for name in sorted(pytz.all_timezones)],
        string="Business Time Zone",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="An order counts for the day it has in this time zone, whoever looks at it and from wherever.",
    )
    revenue_default_measure = fields.Selection(
        selection=MEASURE_SELECTION,
        string="Default Measure",
        required=True,
        default="booked",
        help="The measure that a new target starts with.",
    )

    revenue_manager_id = fields.Many2one(
        "res.users",
        "Branch Manager",
        ondelete="set null",
        domain=[("share", "=", False)],
        help="A sales manager who answers for all revenue of this company or branch, whichever team it comes from. Rules may "
        "ask the manager of the parent branch.",
    )

    revenue_alert_pacing = fields.Float(
        "Warn When Actual Is Below",
        default=0.9,
        required=True,
        help="A target whose pacing is lower raises an alert: 0.9 is 90 % of what its phasing expects by now.",
    )
    revenue_alert_landing = fields.Float(
        "Warn When the Forecast Is Below",
        default=0.95,
        required=True,
        help="A target that is forecast to land lower raises an alert: 0.95 is 95 % of the target.",
    )

    _revenue_alerts = models.Constraint(
        "CHECK (revenue_alert_pacing >= 0 AND revenue_alert_pacing <= 2 AND revenue_alert_landing >= 0"
        " AND revenue_alert_landing <= 2)",
        "Warn When Actual Is Below, Warn When the Forecast Is Below: enter 0 % to 200 %.",
    )

    @api.constrains("revenue_tz")
    def _check_revenue_tz(self):
        for company in self:
            if company.revenue_tz not in pytz.all_timezones_set:
                raise ValidationError(
                    self.env._(
                        "Business Time Zone: %(zone)s is not known. Choose one of the list, like Europe/Brussels.",
                        zone=company.revenue_tz,
                    )
                )
