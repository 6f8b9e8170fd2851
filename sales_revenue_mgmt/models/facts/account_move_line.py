from odoo import api, fields, models
from odoo.fields import Domain

from ...report.facts.sources import FACTS
from ..core.roles import READERS
from .line_kind import PrepaidProducts


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "revenue.price.captured"]

    # Few lines count for others of their document, so that looking for them costs next to nothing.
    _revenue_spread_idx = models.Index("(move_id) WHERE revenue_line_kind IN ('order', 'reward')")

    revenue_price_captured = fields.Boolean(compute="_compute_revenue_discount_origin")
    revenue_unit_cost = fields.Float(
        "Unit Cost",
        compute="_compute_revenue_unit_cost",
        store=True,
        precompute=True,
        digits=0,
        help="Of the order line, else of the product when the invoice line was made: per unit of the line, in the company's "
        "currency.",
    )

    revenue_order_line = fields.Integer(
        "Order Line Behind It",
        compute="_compute_revenue_order_line",
        store=True,
        precompute=True,
        help="Id of the order line that this one invoices, by which a discount finds the lines that it discounts.",
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

    @api.depends(
        *("sale_line_ids", "product_id", "product_uom_id", "tax_ids", "price_unit", "currency_id", "company_id"),
        *("display_type", "move_id.move_type", "move_id.invoice_currency_rate"),
    )
    def _compute_revenue_prices(self):
        """What the order line remembers, per unit, currency and taxes of this line; a line without an order has its own price,
        and of another product than the order's it has no more than that."""
        for line in self:
            ordered = line._ordered_line().filtered("revenue_price_captured")
            if ordered:
                line.revenue_list_price = line._price_from(ordered, ordered.revenue_list_price)
                line.revenue_pricelist_price = line._price_from(ordered, ordered.revenue_pricelist_price)
                continue
            own = line.display_type == "product" and line.move_id.is_sale_document(include_receipts=True)
            price = (
                line._without_taxes(line.price_unit, line.tax_ids, line.product_id, line.currency_id) if own else 0.0
            )
            line.revenue_list_price = line.revenue_pricelist_price = price

    @api.depends("sale_line_ids", "product_id")
    def _compute_revenue_discount_origin(self):
        for line in self:
            # Of another product than was ordered, the discount is what stands in the invoice line.
            ordered = line._ordered_line()
            line.revenue_price_captured = ordered.revenue_price_captured
            line.revenue_discount_origin = ordered.revenue_discount_origin

    def _behind(self):
        """The order line that this one invoices, or none.

        The saved one: in a line that is not saved yet, Odoo holds a copy of it, for which it would compute again, with the
        prices of today, what was captured.
        """
        return self.sale_line_ids[:1]._origin

    def _ordered_line(self):
        """The order line behind this one, if it is of the same product."""
        return self._behind().filtered(lambda ordered: ordered.product_id == self.product_id)

    def _price_from(self, ordered, price):
        """A price of an order line, without taxes, as one of this line."""
        if ordered.tax_ids != self.tax_ids:
            price = ordered._with_taxes(price, ordered.tax_ids, ordered.product_id, ordered.currency_id)
            price = self._without_taxes(price, self.tax_ids, self.product_id, ordered.currency_id)
        price = ordered._price_per(self.product_uom_id, price)
        if ordered.currency_id == self.currency_id:
            return price
        return self._in_company_currency(ordered, price) * (self.move_id.invoice_currency_rate or 1.0)

    def _in_company_currency(self, ordered, amount):
        """An amount of an order in the currency of the invoice's company."""
        amount /= ordered.order_id.currency_rate or 1.0
        theirs, ours = ordered.company_id.currency_id, self.company_id.currency_id
        if theirs == ours:
            return amount
        day = self.move_id.invoice_date or self.move_id.date or fields.Date.context_today(self)
        return theirs._convert(amount, ours, self.company_id, day, round=False)

    @api.depends("sale_line_ids", "product_id", "extra_tax_data", "company_id", "display_type")
    def _compute_revenue_line_kind(self):
        prepaid = PrepaidProducts(self.env)
        for line in self:
            # What a line is does not depend on who may read its order.
            ordered = line.sudo()._behind()
            line.revenue_program_id = ordered.revenue_program_id
            # Whoever puts another product into the line sells that; a reward stays one.
            if ordered and (ordered.reward_id or ordered.product_id == line.product_id):
                line.revenue_line_kind = ordered.revenue_line_kind
            elif line.display_type != "product" or not line.move_id.is_sale_document(include_receipts=True):
                line.revenue_line_kind = False
            elif (line.extra_tax_data or {}).get("computation_key", "").startswith("global_discount,") or (
                line.product_id and line.product_id == line.company_id.sudo().sale_discount_product_id
            ):
                line.revenue_line_kind = "order"
            else:
                line.revenue_line_kind = prepaid.holds(line.product_id, line.company_id) and "prepaid"

    @api.depends("sale_line_ids")
    def _compute_revenue_discounted(self):
        for line in self:
            line.revenue_discounted = line.sudo()._behind().revenue_discounted

    @api.depends("sale_line_ids")
    def _compute_revenue_order_line(self):
        for line in self:
            line.revenue_order_line = line.sudo()._behind().id

    @api.depends("sale_line_ids", "product_id", "product_uom_id", "company_id", "display_type", "move_id.move_type")
    def _compute_revenue_unit_cost(self):
        for line in self:
            ordered = line._ordered_line()
            if ordered:
                cost = ordered._price_per(line.product_uom_id, ordered.purchase_price)
                line.revenue_unit_cost = line._in_company_currency(ordered, cost)
            elif line.product_id and line.move_id.is_sale_document(include_receipts=True):
                product = line.product_id.with_company(line.company_id)
                line.revenue_unit_cost = product.uom_id._compute_price(
                    product.standard_price, line.product_uom_id or product.uom_id
                )
            else:
                line.revenue_unit_cost = 0.0
