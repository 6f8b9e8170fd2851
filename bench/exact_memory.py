"""What the world of the tests of exactness remembers of each line, worked out by itself at the moment of each change: list and
pricelist price, unit cost, how a discount was given, what a reward was given for. Nothing that the addon has captured is read."""


class Memory:
    """
    :param world: whose lines these are
    """

    def __init__(self, world):
        self.world = world
        self.prepaid = world.env["product.product"]
        self._prices, self._costs, self._over, self._behind, self._origins = {}, {}, {}, {}, {}

    def prices(self, line):
        """List and pricelist price per unit of an order line, in its currency."""
        return self._prices[line.id][1]

    def costs(self, line):
        """Cost per unit of an invoice line, in the currency of its company."""
        return self._costs[line.id][1]

    def origin(self, line):
        """How the discount of an order line or an invoice line was given, or ``None``."""
        origin = self._origins[line._name, line.id][1]
        return ("percent" if line.discount else None) if origin == "own" else origin

    def over(self, line_id):
        """Ids of the order lines that a reward, an order line, was given for; ``None`` for all."""
        return self._over[line_id][1]

    def all_over(self):
        """Order line of each reward → what it was given for."""
        return {id_: over for id_, (_key, over) in self._over.items()}

    def ordered(self, line):
        """Id of the order line behind an invoice line, also of one that SQL has deleted since."""
        return self._behind[line.id][1][0]

    def reward(self, line):
        """The reward that an invoice line is, or none."""
        return line.env["loyalty.reward"].browse(self._behind[line.id][1][1])

    def all_behind(self):
        """Invoice line → ids of its order line and its reward."""
        return {id_: behind for id_, (_key, behind) in self._behind.items()}

    def copy(self, line, other_id):
        """SQL has made one invoice line of another."""
        self._origins[line._name, other_id] = (None, self.origin(line))
        for notes in (self._costs, self._behind):
            notes[other_id] = (None, notes[line.id][1])

    def forget(self, lines):
        """Order lines have been priced again: the prices of before say nothing any more, but of what has been invoiced."""
        for line in lines.filtered(lambda line: not line.qty_invoiced):
            self._prices.pop(line.id, None)
            self._origins.pop((line._name, line.id), None)

    def look(self, by_sql=False):
        """Note what is new.

        :param bool by_sql: whether SQL has changed lines behind Odoo's back: then nothing is captured again
        """
        world = self.world
        orders = world.env["sale.order"].search([("company_id", "in", world.companies.ids)])
        for line in orders.order_line.filtered(lambda line: not line.display_type):
            key = (line.product_id.id, line.product_uom_id.id, line.product_uom_qty, line.order_id.pricelist_id.id)
            key = (*key, tuple(line.tax_ids.ids))
            frozen = by_sql or line.qty_invoiced
            self._note(self._prices, line.id, key, frozen, lambda line=line: self._price_now(line))
            key = (*key, line.price_unit, line.discount, line.price_subtotal, line.reward_id.id)
            self._note(self._origins, (line._name, line.id), key, by_sql, lambda line=line: self._origin_now(line))
            if line.reward_id:
                key = (line.price_unit, line.product_uom_qty)
                self._note(self._over, line.id, key, by_sql, lambda line=line: self._over_now(line))
        moves = world.env["account.move"].search(
            [("company_id", "in", world.companies.ids), ("move_type", "in", ("out_invoice", "out_refund"))]
        )
        for line in moves.invoice_line_ids.filtered(lambda line: line.display_type == "product"):
            # An order that is deleted takes its lines along below Odoo; what is captured stays until something else changes.
            known = self._behind.get(line.id)
            ordered = line.sale_line_ids[:1].id or (known and known[1][0])
            key = (ordered, line.product_id.id, line.company_id.id)
            self._note(self._behind, line.id, key, by_sql, lambda line=line, to=ordered: self._behind_now(line, to))
            key = (ordered, line.product_id.id)
            self._note(
                self._origins, (line._name, line.id), key, by_sql, lambda line=line: self._origin_of_move_now(line)
            )
            key = (ordered, line.product_id.id, line.product_uom_id.id, line.company_id.id)
            self._note(self._costs, line.id, key, by_sql, lambda line=line: self._cost_now(line))

    @staticmethod
    def _note(notes, id_, key, frozen, now):
        known = notes.get(id_)
        if known and known[0] != key and (frozen or known[0] is None):
            notes[id_] = (key, known[1])
        elif not known or known[0] != key:
            notes[id_] = (key, now())

    def _price_now(self, line):
        order, company = line.order_id, line.company_id
        listed = (
            line.product_id.with_company(company).lst_price * line.product_uom_id.factor / line.product_id.uom_id.factor
        )
        listed = company.currency_id._convert(listed, order.currency_id, company, order.date_order.date(), round=False)
        # Of the three pricelists, one takes off 7 %; the one tax that there is, 20 %, is included in prices.
        prices = listed, listed * (0.93 if order.pricelist_id == self.world.pricelists[2] else 1)
        return tuple(round(price * 1000 / 1.2, 2) / 1000 for price in prices) if line.tax_ids else prices

    def _origin_now(self, line):
        """By what somebody typed into the line: another price than was proposed, another discount, or both."""
        if line.reward_id or line.product_id in self.prepaid or line.is_downpayment:
            return None
        currency, (listed, pricelist) = line.currency_id, self.prices(line)
        if currency.is_zero(pricelist * line.product_uom_qty - line.price_subtotal):
            return None
        # Proposed is the pricelist's price; or the list price, and what the pricelist takes off is shown as a discount.
        shown = self.world.shows_discounts and line.order_id.pricelist_id == self.world.pricelists[2]
        proposed = (listed if shown else pricelist) * (1.2 if line.tax_ids else 1)
        discount = abs(line.discount - (7 if shown else 0)) > 0.005
        # Of what is given away nothing is left that a price could change.
        price = abs(line.price_unit - proposed) > 0.0051 and line.discount != 100
        if price and discount:
            return "percent_price"
        return "price" if price else "percent" if discount else None

    def _origin_of_move_now(self, line):
        """As the order says; without one, by what stands in the invoice line."""
        ordered = line.sale_line_ids[:1]
        return self.origin(ordered) if ordered and ordered.product_id == line.product_id else "own"

    def _over_now(self, line):
        products = line.reward_id.discount_product_ids
        lines = line.order_id.order_line.filtered(lambda other: other.product_id in products and not other.reward_id)
        return set(lines.ids) or None if line.reward_id.discount_applicability == "specific" else None

    @staticmethod
    def _behind_now(line, ordered):
        return ordered, line.sale_line_ids[:1].reward_id.id

    def _cost_now(self, line):
        ordered = line.sale_line_ids[:1]
        if ordered and ordered.product_id == line.product_id:
            cost = ordered.purchase_price / ordered.order_id.currency_rate
            return cost * line.product_uom_id.factor / ordered.product_uom_id.factor
        cost = line.product_id.with_company(line.company_id).standard_price
        return cost * line.product_uom_id.factor / line.product_id.uom_id.factor
