from odoo import api, models
from odoo.tools import float_compare


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "revenue.price.captured"]

    @api.depends("product_id", "product_uom_id", "product_uom_qty", "tax_ids", "order_id.pricelist_id")
    def _compute_revenue_prices(self):
        """The prices at the order's date, as of the moment when the line is priced."""
        for line in self:
            if line.revenue_price_captured and line.qty_invoiced:
                # Odoo does not price it again, either.
                line.revenue_price_captured = True
                continue
            line.revenue_price_captured = False
            line.revenue_list_price = line.revenue_pricelist_price = 0.0
            if line.display_type or line.is_downpayment or not line.product_id or not line.product_uom_id:
                continue
            line.revenue_price_captured = True
            line = line.with_company(line.company_id)
            taxes, currency = line.tax_ids, line.currency_id or line.company_id.currency_id
            if line.product_type == "combo" or line.combo_item_id:
                # A combo's price is shared among its items, by a rule of Odoo's that needs all of them; they may not be
                # there yet. What it came to is their price.
                line.revenue_list_price = line.revenue_pricelist_price = line._without_taxes(
                    line.price_unit, taxes, line.product_id, currency
                )
                continue
            rule = line.pricelist_item_id
            pricelist = line._get_pricelist_price()
            listed = pricelist
            if rule:
                listed = rule.browse()._compute_price(
                    product=line.product_id.with_context(**line._get_product_price_context()),
                    **line._get_pricelist_kwargs(),
                )
            line.revenue_pricelist_price = line._without_taxes(pricelist, taxes, line.product_id, currency)
            line.revenue_list_price = line._without_taxes(listed, taxes, line.product_id, currency)

    def _price_per(self, unit, price):
        """A price per unit of this line as one per another unit."""
        if not self or not unit or unit == self.product_uom_id:
            return price
        return self.product_uom_id._compute_price(price, unit)

    @api.depends("price_unit", "discount", "price_subtotal", "product_uom_qty", "reward_id", "revenue_pricelist_price")
    def _compute_revenue_discount_origin(self):
        for line in self:
            line.revenue_discount_origin = line._discount_origin()

    def _discount_origin(self):
        if self.reward_id:
            return "reward"
        if self._is_global_discount():
            return "order"
        currency = self.currency_id or self.company_id.currency_id
        quantity, listed, pricelist = self.product_uom_qty, self.revenue_list_price, self.revenue_pricelist_price
        if (
            not self.revenue_price_captured
            or not currency
            or not currency.compare_amounts(pricelist * quantity, self.price_subtotal)
        ):
            return False
        # A pricelist may show what it takes off as a discount; that one was not given by hand.
        shown = listed and listed > pricelist and self.pricelist_item_id._show_discount()
        unedited = (listed if shown else pricelist) * (1 - self.discount / 100)
        if not currency.compare_amounts(unedited * quantity, self.price_subtotal):
            return "percent"
        own_discount = 100 * (1 - pricelist / listed) if shown else 0.0
        return "price" if not float_compare(self.discount, own_discount, precision_digits=2) else "percent_price"
