from odoo import api, fields, models


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
