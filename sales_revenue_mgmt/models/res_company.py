from contextlib import ExitStack

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..report.revenue_measures import MEASURE_SELECTION
from .revenue_access_trail import companies, noted, noted_roles

# What a company starts with. The table knows it, too: while Odoo updates a module that comes before this one, companies are made
# by code that has not heard of these columns, and nothing of ours may refuse their rows.
DEFAULTS = {
    "revenue_tz": "UTC",
    "revenue_default_measure": "booked",
    "revenue_alert_pacing": 0.9,
    "revenue_alert_landing": 0.95,
    "revenue_owner_share": 0.05,
}


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "revenue.target.owner"]

    _revenue_target_field = "company_id"
    _revenue_target_levels = ("company", "branch")

    revenue_tz = fields.Selection(
        selection=lambda self: [(name, name) for name in sorted(pytz.all_timezones)],
        string="Business Time Zone",
        default=lambda self: self.env.user.tz or DEFAULTS["revenue_tz"],
        help="An order counts for the day it has in this time zone, whoever looks at it and from wherever.",
    )
    revenue_default_measure = fields.Selection(
        selection=MEASURE_SELECTION,
        string="Default Measure",
        default=DEFAULTS["revenue_default_measure"],
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

    revenue_owner_share = fields.Float(
        "Owners of a Plan from",
        default=DEFAULTS["revenue_owner_share"],
        help="Whoever has more of a plan's amount in lines of their own counts as one of its owners, and does not decide on "
        "it: 0.05 is 5 %.",
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

    _revenue_owner_share = models.Constraint(
        "CHECK (revenue_owner_share >= 0 AND revenue_owner_share <= 1)", "Owners of a Plan from: enter 0 % to 100 %."
    )

    def init(self):
        for name, value in DEFAULTS.items():
            column = SQL.identifier(name)
            self.env.cr.execute(SQL("ALTER TABLE res_company ALTER COLUMN %s SET DEFAULT %s", column, value))
            self.env.cr.execute(SQL("UPDATE res_company SET %s = %s WHERE %s IS NULL", column, value, column))

    @api.model_create_multi
    def create(self, vals_list):
        made = self.browse()
        with noted_roles(self.env, None), noted(self.env, "company", lambda: companies(made)):
            made = super().create(vals_list)
        return made

    def write(self, vals):
        with ExitStack() as stack:
            if "user_ids" in vals:
                # Where somebody works, a role reaches.
                stack.enter_context(noted_roles(self.env, None))
            if vals.keys() & {"revenue_manager_id", "revenue_owner_share"}:
                stack.enter_context(noted(self.env, "company", lambda: companies(self)))
            return super().write(vals)

    @api.constrains("revenue_default_measure")
    def _check_revenue_default_measure(self):
        if not all(company.revenue_default_measure for company in self):
            raise ValidationError(self.env._("Default Measure: choose the measure that a new target starts with."))

    @api.constrains("revenue_tz")
    def _check_revenue_tz(self):
        for company in self:
            if company.revenue_tz not in pytz.all_timezones_set:
                raise ValidationError(
                    self.env._(
                        "Business Time Zone: %(zone)s is not known. Choose one of the list, like Europe/Brussels.",
                        zone=company.revenue_tz or "–",
                    )
                )
