from odoo import api, fields, models
from odoo.fields import Domain

from ..report.revenue_fact_sources import FACTS
from .sale_order import READERS


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "revenue.price.captured"]

    revenue_unit_cost = fields.Float(
        "Unit Cost",
        compute="_compute_revenue_unit_cost",
        store=True,
        precompute=True,
        digits=0,
        help="Of the order line, else of the product when the invoice line was made: per unit of the line, in the company's "
        "currency.",
    )

    revenue_credited_ids = fields.Many2many(
        "res.users",
        string="Credited",
        compute="_compute_revenue_credited_ids",
        search="_search_revenue_credited_ids",
        groups=READERS,
        help="Who is credited with it, or with a part: those of its order, where that is shared, else the salesperson of "
        "the invoice.",
    )

    @api.depends("sale_line_ids.order_id.revenue_credit_ids.user_id", "move_id.invoice_user_id")
    def _compute_revenue_credited_ids(self):
        for line in self:
            # Whoever may read the invoice may read who is credited with it.
            first = line.sudo().sale_line_ids.sorted("id")[:1]
            line.revenue_credited_ids = first.order_id.revenue_credit_ids.user_id or line.move_id.invoice_user_id

    def _search_revenue_credited_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        ids = list(value)
        found = self.env[FACTS["invoiced"].model]._credited_sql
        return Domain.custom(to_sql=lambda model, alias, query: found(alias, ids))

    @api.depends("sale_line_ids")
    def _compute_revenue_prices(self):
        """What the order line remembers; the currency of an invoice is that of its order."""
        for line in self:
            ordered = line.sale_line_ids.filtered("revenue_price_captured")[:1]
            line.revenue_price_captured = bool(ordered)
            line.revenue_list_price = ordered._price_per(line.product_uom_id, ordered.revenue_list_price)
            line.revenue_pricelist_price = ordered._price_per(line.product_uom_id, ordered.revenue_pricelist_price)

    @api.depends("sale_line_ids")
    def _compute_revenue_discount_origin(self):
        for line in self:
            line.revenue_discount_origin = line.sale_line_ids[:1].revenue_discount_origin

    @api.depends("sale_line_ids", "product_id")
    def _compute_revenue_unit_cost(self):
        for line in self:
            ordered = line.sale_line_ids[:1]
            if ordered:
                cost = ordered._price_per(line.product_uom_id, ordered.purchase_price)
                line.revenue_unit_cost = cost / (ordered.order_id.currency_rate or 1.0)
            elif line.product_id and line.move_id.is_sale_document(include_receipts=True):
                product = line.product_id.with_company(line.company_id)
                line.revenue_unit_cost = product.uom_id._compute_price(
                    product.standard_price, line.product_uom_id or product.uom_id
                )
            else:
                line.revenue_unit_cost = 0.0
