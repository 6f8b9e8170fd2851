import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

DEFAULTS = {"revenue_tz": "UTC", "revenue_owner_share": 0.05}


def give_defaults(env, defaults):
    """What a company starts with. The table knows it, too: while Odoo updates a module that comes before this one, companies are
    made by code that has not heard of these columns, and nothing of ours may refuse their rows.

    :param dict defaults: column → value
    """
    for name, value in defaults.items():
        column = SQL.identifier(name)
        env.cr.execute(SQL("ALTER TABLE res_company ALTER COLUMN %s SET DEFAULT %s", column, value))
        env.cr.execute(SQL("UPDATE res_company SET %s = %s WHERE %s IS NULL", column, value, column))


class ResCompany(models.Model):
    # Each room extends Odoo's models by what is its own.
    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    revenue_tz = fields.Selection(
        selection=lambda self: [(name, name) for name in sorted(pytz.all_timezones)],
        string="Business Time Zone",
        default=lambda self: self.env.user.tz or DEFAULTS["revenue_tz"],
        help="An order counts for the day it has in this time zone, whoever looks at it and from wherever.",
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

    _revenue_owner_share = models.Constraint(
        "CHECK (revenue_owner_share >= 0 AND revenue_owner_share <= 1)", "Owners of a Plan from: enter 0 % to 100 %."
    )

    def init(self):
        give_defaults(self.env, DEFAULTS)
        return super().init()

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
