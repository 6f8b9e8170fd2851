from odoo import api, models
from odoo.tools import float_compare

from .line_kind import PrepaidProducts

CAPTURED = ("revenue_list_price", "revenue_pricelist_price", "revenue_price_captured")


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "revenue.price.captured"]

    # Few lines count for others of their document, so that looking for them costs next to nothing.
    _revenue_spread_idx = models.Index("(order_id) WHERE revenue_line_kind IN ('order', 'reward')")

    def write(self, vals):
        if not {"product_id", "product_uom_id"} & vals.keys():
            return super().write(vals)
        # Where the line has been invoiced, nothing is captured again, but for what the captured prices are those of.
        before = {line: (line.product_id, line.product_uom_id) for line in self if line._keeps_prices()}
        result = super().write(vals)
        changed = self.browse(
            line.id for line, captured in before.items() if captured != (line.product_id, line.product_uom_id)
        )
        changed._capture_again()
        return result

    def _compute_price_unit(self):
        result = super()._compute_price_unit()
        # "Update Prices" prices the lines of an order again, though nothing changed that the captured prices are those of.
        if self.env.context.get("force_price_recomputation"):
            self.filtered(lambda line: not line._keeps_prices())._capture_again()
        return result

    def _capture_again(self):
        captured = [self._fields[name] for name in CAPTURED]
        with self.env.protecting(captured, self):
            self._capture_prices()
        self.modified(CAPTURED)

    def _keeps_prices(self):
        """Whether the captured prices stay whatever changes: Odoo does not price an invoiced line again, either."""
        return self.revenue_price_captured and self.qty_invoiced

    @api.depends(
        *("product_id", "product_uom_id", "product_uom_qty", "tax_ids", "currency_id", "company_id"),
        "order_id.pricelist_id",
    )
    def _compute_revenue_prices(self):
        kept = self.filtered(lambda line: line._keeps_prices())
        for line in kept:
            line.revenue_price_captured = True
        (self - kept)._capture_prices()

    def _capture_prices(self):
        """The prices at the order's date, as of the moment when the line is priced."""
        for line in self:
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

    @api.depends(
        "price_unit", "discount", "price_subtotal", "product_uom_qty", "revenue_line_kind", "revenue_pricelist_price"
    )
    def _compute_revenue_discount_origin(self):
        for line in self:
            line.revenue_discount_origin = line._discount_origin()

    def _discount_origin(self):
        if self.revenue_line_kind:
            return {"order": "order", "reward": "reward", "free": "reward"}.get(self.revenue_line_kind, False)
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
        own_discount = 100 * (1 - pricelist / listed) if shown else 0.0
        if not float_compare(self.discount, 100, precision_digits=2):
            # Of what is given away nothing is left that a price could change.
            return "percent"
        discount = bool(float_compare(self.discount, own_discount, precision_digits=2))
        # Prices are compared, not amounts: rounding an amount without its taxes may move it by a cent.
        price = self._without_taxes(self.price_unit, self.tax_ids, self.product_id, currency)
        digits = self.env["decimal.precision"].precision_get("Product Price")
        if float_compare(price, listed if shown else pricelist, precision_digits=digits):
            return "percent_price" if discount else "price"
        return "percent" if discount else False

    @api.depends("product_id", "reward_id", "extra_tax_data", "company_id", "display_type")
    def _compute_revenue_line_kind(self):
        prepaid = PrepaidProducts(self.env)
        for line in self:
            # Open to the reader of the line: that it is a reward. Rewards themselves are read by who may sell.
            reward = line.reward_id.sudo()
            line.revenue_program_id = reward.program_id
            if reward.program_id.is_payment_program:
                line.revenue_line_kind = "payment"
            elif reward:
                line.revenue_line_kind = "free" if reward.reward_type == "product" else "reward"
            elif line.display_type or not line.product_id:
                line.revenue_line_kind = "order" if line._is_global_discount() else False
            elif line._is_global_discount() or line.product_id == line.company_id.sudo().sale_discount_product_id:
                line.revenue_line_kind = "order"
            else:
                line.revenue_line_kind = prepaid.holds(line.product_id, line.company_id) and "prepaid"

    @api.depends("reward_id", "price_unit", "product_uom_qty")
    def _compute_revenue_discounted(self):
        for line in self:
            line.revenue_discounted = line._discounted_lines() if line.revenue_line_kind == "reward" else False

    def _discounted_lines(self):
        """The lines of the order that a reward is given for, as Odoo finds them.

        :return: their ids; ``False`` for all of them
        """
        order, reward = self.order_id.sudo(), self.reward_id.sudo()
        without_effect = order._get_no_effect_on_threshold_lines()
        if reward.discount_applicability == "cheapest":
            lines = order._cheapest_line(reward) or order.order_line.browse()
        elif reward.discount_applicability == "specific":
            lines = order._get_specific_discountable_lines(reward)
        elif without_effect:
            lines = order.order_line - without_effect
        else:
            return False
        return sorted(lines._origin.ids) or False
