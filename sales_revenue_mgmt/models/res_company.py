import pytz

from odoo import fields, models

from ..report.revenue_measures import MEASURES


class ResCompany(models.Model):
    _inherit = "res.company"

    revenue_tz = fields.Selection(
        selection=lambda self: [(name, name) for name in sorted(pytz.all_timezones)],
        string="Business Time Zone",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="An order counts for the day it has in this time zone, whoever looks at it and from wherever.",
    )
    revenue_default_measure = fields.Selection(
        selection="_selection_revenue_measure",
        string="Default Measure",
        required=True,
        default="booked",
        help="The measure that a new target starts with.",
    )

    def _selection_revenue_measure(self):
        """Labels of the measures, in the order in which they are offered."""
        labels = {
            "booked": self.env._("Booked Amount"),
            "invoiced": self.env._("Invoiced Amount"),
            "margin": self.env._("Margin"),
            "quantity": self.env._("Quantity"),
            "orders": self.env._("Orders"),
            "new_customers": self.env._("New Customers"),
        }
        return [(name, labels[name]) for name in MEASURES]
