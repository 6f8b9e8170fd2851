"""What a line would have cost: list price and pricelist price, written down while they are known."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.sql import column_exists, create_column

from .line_kind import UNDISCOUNTED, fill_kinds

# Taxes are rounded to cents; a thousand of a thing keeps five more decimals of the price of one.
_MANY = 1000


class RevenuePriceCaptured(models.AbstractModel):
    """Lines of orders and of invoices that remember the prices that they were made from.

    A pricelist says what a price is today, so that what it said when a line was priced has to be kept with the line. Nobody
    writes these fields: they are what discounts are measured by.
    """

    _name = "revenue.price.captured"
    _description = "Captured Prices"

    revenue_list_price = fields.Float(
        "List Price",
        compute="_compute_revenue_prices",
        store=True,
        precompute=True,
        digits=0,
        help="Sales price of the product when this line was priced: per unit of the line, in its currency, without taxes.",
    )
    revenue_pricelist_price = fields.Float(
        "Pricelist Price",
        compute="_compute_revenue_prices",
        store=True,
        precompute=True,
        digits=0,
        help="What the pricelist said when this line was priced: per unit of the line, in its currency, without taxes.",
    )
    revenue_price_captured = fields.Boolean(
        "Prices Captured",
        compute="_compute_revenue_prices",
        store=True,
        precompute=True,
        help="Not set on lines from before this application was installed; what is known of them is put together from "
        "their unit price and discount.",
    )
    revenue_discount_origin = fields.Selection(
        [
            ("percent", "Discount %"),
            ("price", "Edited Price"),
            ("percent_price", "Edited Price and Discount %"),
            ("order", "Discount on the Order"),
            ("reward", "Promotion or Loyalty Reward"),
        ],
        "Discount Given By",
        compute="_compute_revenue_discount_origin",
        store=True,
        precompute=True,
        help="What made the price differ from the pricelist's.",
    )

    revenue_line_kind = fields.Selection(
        [
            ("order", "Discount on the Order"),
            ("reward", "Discount as a Reward"),
            ("free", "Free Product"),
            ("payment", "Paid by Gift Card or eWallet"),
            ("prepaid", "Gift Card or Top-Up"),
        ],
        "Kind of Revenue Line",
        compute="_compute_revenue_line_kind",
        store=True,
        precompute=True,
        help="What a line is, where it is no sale of a product: discounts and rewards count for the lines that they discount; "
        "payments count for nothing; gift cards and top-ups are no revenue.",
    )
    revenue_program_id = fields.Many2one(
        "loyalty.program",
        "Promotion of the Reward",
        compute="_compute_revenue_line_kind",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    revenue_tax_key = fields.Char(
        "Taxes That Discounts Share",
        compute="_compute_revenue_tax_key",
        store=True,
        precompute=True,
        help="Ids of the taxes of which a discount takes its part. Discounts count for lines of the same taxes.",
    )
    revenue_discounted = fields.Json(
        "Discounted Lines",
        compute="_compute_revenue_discounted",
        store=True,
        help="Ids of the order lines that a reward was given for; nothing where it was given for all.",
    )

    def _auto_init(self):
        # Lines of before stay without: there may be millions, and what the pricelist said then is not known.
        if self._auto:
            if self._name == "account.move.line" and not column_exists(self.env.cr, self._table, "revenue_line_kind"):
                self.pool.post_init(fill_kinds, self.env)
            for name in [name for name in self._fields if name.startswith("revenue_")]:
                field = self._fields[name]
                if field.store and field.column_type and not column_exists(self.env.cr, self._table, name):
                    create_column(self.env.cr, self._table, name, field.column_type[1])
        return super()._auto_init()

    @api.model_create_multi
    def create(self, vals_list):
        for values in vals_list:
            self._refuse_captured(values)
        # A default is as good as a value, and can only be taken out of the whole context.
        context = {key: value for key, value in self.env.context.items() if not key.startswith("default_revenue_")}
        clean = self.with_context(context)  # pylint: disable=context-overridden
        return super(RevenuePriceCaptured, clean).create(vals_list)

    def write(self, vals):
        self._refuse_captured(vals)
        return super().write(vals)

    def _refuse_captured(self, values):
        for name in values:
            if name.startswith("revenue_") and name in self._fields and self._fields[name].compute:
                raise UserError(
                    self.env._(
                        "%(field)s of a line is written down when the line is priced, and cannot be set.",
                        field=self._fields[name]._description_string(self.env),
                    )
                )

    def _compute_revenue_prices(self):
        raise NotImplementedError

    def _compute_revenue_discount_origin(self):
        raise NotImplementedError

    def _compute_revenue_line_kind(self):
        raise NotImplementedError

    def _compute_revenue_discounted(self):
        raise NotImplementedError

    @api.depends("tax_ids")
    def _compute_revenue_tax_key(self):
        for line in self:
            taxes = line.tax_ids.flatten_taxes_hierarchy().filtered(lambda tax: tax.amount_type not in UNDISCOUNTED)
            line.revenue_tax_key = ",".join(map(str, sorted(taxes.ids))) or False

    def _without_taxes(self, price, taxes, product, currency):
        """A unit price without the taxes that it includes."""
        if not price or not any(tax.price_include for tax in taxes.flatten_taxes_hierarchy()):
            return price
        return taxes.compute_all(price, currency, _MANY, product)["total_excluded"] / _MANY

    def _with_taxes(self, price, taxes, product, currency):
        """A unit price without taxes together with those that prices include: the other way round."""
        included = taxes.flatten_taxes_hierarchy().filtered("price_include")
        if not price or not included:
            return price
        return (
            included.compute_all(price, currency, _MANY, product, handle_price_include=False)["total_included"] / _MANY
        )
