from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...report.facts.sources import FACTS
from ..core.roles import READERS


class AccountMove(models.Model):
    _inherit = "account.move"

    revenue_shared = fields.Boolean(
        "Shared with Me",
        compute="_compute_revenue_shared",
        search="_search_revenue_shared",
        groups=READERS,
        help="You are credited with a part of an order that is invoiced here.",
    )

    @api.depends("invoice_line_ids.sale_line_ids.order_id.revenue_credit_ids.user_id")
    @api.depends_context("uid")
    def _compute_revenue_shared(self):
        for move in self:
            # Of orders that the reader may not read, only whether there is a part of one's own comes out.
            credit = move.sudo().invoice_line_ids.sale_line_ids.order_id.revenue_credit_ids
            move.revenue_shared = self.env.user in credit.user_id

    def _search_revenue_shared(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = self.env[FACTS["invoiced"].model]._split_sql(self.env.uid)
        found = Domain.custom(to_sql=lambda model, alias, query: SQL("%s IN (%s)", SQL.identifier(alias, "id"), mine))
        return Domain.OR(found if wanted else ~found for wanted in value)
