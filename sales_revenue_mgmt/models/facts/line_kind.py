"""What a line is, where it is no sale of a product: plain helpers of the captured prices."""

from odoo import SUPERUSER_ID, api
from odoo.fields import Domain
from odoo.tools import SQL

# Taxes that a discount does not take part in.
UNDISCOUNTED = ("fixed", "code")
PAYMENT_PROGRAMS = ("gift_card", "ewallet")


class PrepaidProducts:
    """Products that gift cards and top-ups of e-wallets are sold as: those that the rules of such programs name."""

    def __init__(self, env):
        self.env, self.rules = env, None
        self.found = {}

    def holds(self, product, company):
        """
        :param product: one, or none
        :param company: that sells it
        :rtype: bool
        """
        if not product:
            return False
        key = product.id or product, company.id
        if key not in self.found:
            self.found[key] = any(
                not rule.company_id or rule.company_id in company.sudo().parent_ids for rule in self._rules_of(product)
            )
        return self.found[key]

    def _rules_of(self, product):
        if self.rules is None:
            # Whatever the seller may read of programs, and whether they still run.
            rules = self.env["loyalty.rule"].sudo().with_context(active_test=False)
            self.rules = rules.search([("program_id.program_type", "in", PAYMENT_PROGRAMS)])
        # A rule that names no product is met by every sale: it gives something on top, and sells nothing.
        return self.rules.filtered(
            lambda rule: (
                rule._get_valid_product_domain() != Domain.TRUE
                and product.sudo().filtered_domain(rule._get_valid_product_domain())
            )
        )


# Order lines from before: kinds, and the taxes of lines that a discount could be spread over. Other lines stay as they are.
_ORDER_LINES = """
    UPDATE sale_order_line line
       SET revenue_line_kind = CASE
               WHEN program.program_type IN ('gift_card', 'ewallet') THEN 'payment'
               WHEN reward.reward_type = 'product' THEN 'free'
               WHEN reward.id IS NOT NULL THEN 'reward'
               ELSE 'order' END,
           revenue_program_id = program.id
      FROM sale_order_line own
      JOIN res_company company ON company.id = own.company_id
      LEFT JOIN loyalty_reward reward ON reward.id = own.reward_id
      LEFT JOIN loyalty_program program ON program.id = reward.program_id
     WHERE own.id = line.id AND own.display_type IS NULL
       AND (own.reward_id IS NOT NULL OR own.extra_tax_data ->> 'computation_key' LIKE 'global_discount,%%'
            OR own.product_id = company.sale_discount_product_id)
"""
_PREPAID_LINES = [
    f"""
        UPDATE {table} SET revenue_line_kind = 'prepaid'
         WHERE revenue_line_kind IS NULL AND product_id = %s AND display_type IS NOT DISTINCT FROM {product}
           AND company_id = ANY(%s)
    """
    for table, product in (("sale_order_line", "NULL"), ("account_move_line", "'product'"))
]
# Invoice lines have what their order lines have; those that were written by hand are told by their product.
_MOVE_LINES = """
    UPDATE account_move_line line
       SET revenue_line_kind = ordered.revenue_line_kind, revenue_program_id = ordered.revenue_program_id,
           revenue_discounted = ordered.revenue_discounted
      FROM sale_order_line_invoice_rel rel
      JOIN sale_order_line ordered ON ordered.id = rel.order_line_id
     WHERE rel.invoice_line_id = line.id AND ordered.revenue_line_kind IS NOT NULL
"""
_MOVE_DISCOUNTS = """
    UPDATE account_move_line line SET revenue_line_kind = 'order'
      FROM res_company company
     WHERE company.id = line.company_id AND line.revenue_line_kind IS NULL AND line.display_type = 'product'
       AND (line.extra_tax_data ->> 'computation_key' LIKE 'global_discount,%%'
            OR line.product_id = company.sale_discount_product_id)
       AND EXISTS (SELECT FROM account_move move WHERE move.id = line.move_id AND move.move_type LIKE 'out\\_%%')
"""
_TAX_KEYS = [
    f"""
        UPDATE {table} line
           SET revenue_tax_key = (
                   SELECT string_agg(applied.id::text, ',' ORDER BY applied.id)
                     FROM (
                        SELECT DISTINCT COALESCE(child.child_tax, rel.account_tax_id) AS id
                          FROM {taxes} rel
                          LEFT JOIN account_tax_filiation_rel child ON child.parent_tax = rel.account_tax_id
                         WHERE rel.{link} = line.id
                     ) AS applied
                     JOIN account_tax tax ON tax.id = applied.id AND tax.amount_type NOT IN ('fixed', 'code'))
         WHERE line.{document} IN (
                   SELECT {document} FROM {table} special WHERE special.revenue_line_kind IN ('order', 'reward'))
    """
    for table, taxes, link, document in (
        ("sale_order_line", "account_tax_sale_order_line_rel", "sale_order_line_id", "order_id"),
        ("account_move_line", "account_move_line_account_tax_rel", "account_move_line_id", "move_id"),
    )
]
_ORDERED = """
    UPDATE account_move_line line SET revenue_order_line = rel.order_line_id
      FROM sale_order_line_invoice_rel rel
     WHERE rel.invoice_line_id = line.id
       AND line.move_id IN (SELECT special.move_id FROM account_move_line special WHERE special.revenue_discounted IS NOT NULL)
"""


def fill_kinds(env):
    """Give lines of before what they are, once the columns of both models are there."""
    env = api.Environment(env.cr, SUPERUSER_ID, {"active_test": False})
    cr = env.cr
    cr.execute(_ORDER_LINES)
    for rule in env["loyalty.rule"].search([("program_id.program_type", "in", PAYMENT_PROGRAMS)]):
        domain = rule._get_valid_product_domain()
        if domain == Domain.TRUE:
            continue
        companies = env["res.company"].search([("id", "child_of", rule.company_id.id)] if rule.company_id else [])
        for product in env["product.product"].search(domain):
            for statement in _PREPAID_LINES:
                cr.execute(statement, [product.id, companies.ids])
    cr.execute(_MOVE_LINES)
    cr.execute(_MOVE_DISCOUNTS)
    for statement in _TAX_KEYS:
        cr.execute(statement)
    cr.execute(_ORDERED)
    _fill_prices(env)


def _fill_prices(env):
    """Prices without taxes of old lines of which the quotient of subtotal and price says nothing, or something wrong: sold for
    nothing, or for less than their price with taxes of a fixed amount."""
    included = env["account.tax"].search([]).filtered("price_include")
    if not included:
        return
    fixed = included.filtered(lambda tax: tax.amount_type == "fixed")
    for name in ("sale.order.line", "account.move.line"):
        model = env[name]
        known, nothing = Domain("revenue_price_captured", "=", True), Domain("price_subtotal", "=", 0)
        less, price = Domain("discount", "!=", 0), "price_unit"
        if name == "sale.order.line":
            # The price before it was edited by hand.
            price = "technical_price_unit"
            less |= Domain(price, "!=", 0) & Domain.custom(
                to_sql=lambda model, alias, query: SQL(
                    "%s <> %s", SQL.identifier(alias, "price_unit"), SQL.identifier(alias, "technical_price_unit")
                )
            )
            some = Domain("display_type", "=", False)
        else:
            some = Domain("display_type", "=", "product")
        taxed = (nothing & Domain("tax_ids", "in", included.ids)) | (less & Domain("tax_ids", "in", fixed.ids))
        for line in model.search(~known & some & taxed):
            listed = line[price] or line.price_unit
            if not listed:
                continue
            net = line._without_taxes(listed, line.tax_ids, line.product_id, line.currency_id)
            env.cr.execute(
                SQL(
                    "UPDATE %s SET revenue_list_price = %s, revenue_pricelist_price = %s WHERE id = %s",
                    *(SQL.identifier(model._table), net, net, line.id),
                )
            )
    env.invalidate_all(flush=False)
