"""What the world of the tests of exactness remembers of each line, worked out by itself at the moment of each change: list and
pricelist price, unit cost, and what a reward was given for. Nothing that the addon has captured is read."""


class Memory:
    """
    :param world: whose lines these are
    """

    def __init__(self, world):
        self.world = world
        self.prepaid = world.env["product.product"]
        self._prices, self._costs, self._over, self._copied = {}, {}, {}, {}

    def prices(self, line):
        """List and pricelist price per unit of an order line, in its currency."""
        return self._prices[line.id][1]

    def costs(self, line):
        """Cost per unit of an invoice line, in the currency of its company."""
        return self._costs[line.id][1]

    def over(self, line):
        """Ids of the order lines that a reward was given for; ``None`` for all."""
        return self._over[line.id][1]

    def ordered(self, line):
        """Id of the order line behind an invoice line."""
        return self._copied.get(line.id) or line.sale_line_ids[:1].id

    def copy(self, line, other_id):
        """SQL has made one invoice line of another."""
        self._costs[other_id] = (None, self._costs[line.id][1])
        self._copied[other_id] = self.ordered(line)

    def look(self, by_sql=False):
        """Note what is new.

        :param bool by_sql: whether SQL has changed lines behind Odoo's back: then nothing is captured again
        """
        world = self.world
        orders = world.env["sale.order"].search([("company_id", "in", world.companies.ids)])
        for line in orders.order_line.filtered(lambda line: not line.display_type):
            key = (line.product_id.id, line.product_uom_id.id, line.product_uom_qty, line.order_id.pricelist_id.id)
            frozen = by_sql or line.qty_invoiced
            self._note(self._prices, line.id, key, frozen, lambda line=line: self._price_now(line))
            if line.reward_id:
                key = (line.price_unit, line.product_uom_qty)
                self._note(self._over, line.id, key, by_sql, lambda line=line: self._over_now(line))
        moves = world.env["account.move"].search(
            [("company_id", "in", world.companies.ids), ("move_type", "in", ("out_invoice", "out_refund"))]
        )
        for line in moves.invoice_line_ids.filtered(lambda line: line.display_type == "product"):
            key = (line.sale_line_ids[:1].id, line.product_id.id, line.product_uom_id.id, line.company_id.id)
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
        # Of the three pricelists, one takes off 7 %.
        return listed, listed * (0.93 if order.pricelist_id == self.world.pricelists[2] else 1)

    def _over_now(self, line):
        products = line.reward_id.discount_product_ids
        lines = line.order_id.order_line.filtered(lambda other: other.product_id in products and not other.reward_id)
        return set(lines.ids) or None if line.reward_id.discount_applicability == "specific" else None

    def _cost_now(self, line):
        ordered = line.sale_line_ids[:1]
        if ordered and ordered.product_id == line.product_id:
            cost = ordered.purchase_price / ordered.order_id.currency_rate
            return cost * line.product_uom_id.factor / ordered.product_uom_id.factor
        cost = line.product_id.with_company(line.company_id).standard_price
        return cost * line.product_uom_id.factor / line.product_id.uom_id.factor
