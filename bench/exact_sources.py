"""Net amounts and numbers of lines straight from Odoo's own tables, in the snapshot of whoever asks: for the race.

SQL reads the lines, Python says what they are and deals out what discounts take off. Nothing that the addon has written down is
read; for which lines a reward was given is told by the memory of the world.
"""

from collections import defaultdict
from decimal import Decimal

from odoo.addons.sales_revenue_mgmt.analytics.spread_discount import Line, spread_discount

_KIND = """
    CASE WHEN program.program_type IN ('gift_card', 'ewallet') THEN 'payment'
         WHEN reward.reward_type = 'product' THEN 'free'
         WHEN reward.id IS NOT NULL THEN 'reward'
         WHEN l.extra_tax_data ->> 'computation_key' LIKE 'global_discount,%%' THEN 'order'
         WHEN l.product_id = company.sale_discount_product_id THEN 'order'
         WHEN l.product_id = ANY(%(prepaid)s) THEN 'prepaid' END
"""
_PRODUCT = """
      JOIN res_company company ON company.id = l.company_id
      LEFT JOIN product_product v ON v.id = l.product_id
      LEFT JOIN product_template t ON t.id = v.product_tmpl_id
"""
# Ids of line, document and order line; kind; taxes; net amount; rate; decimals; then the dimensions.
ROWS = {
    "booked": f"""
        SELECT l.id, o.id, l.id, {_KIND},
               ARRAY(SELECT account_tax_id FROM account_tax_sale_order_line_rel WHERE sale_order_line_id = l.id),
               l.price_subtotal, COALESCE(NULLIF(o.currency_rate, 0), 1), currency.decimal_places,
               l.product_id, t.categ_id, p.commercial_partner_id, o.team_id,
               (o.date_order AT TIME ZONE 'UTC' AT TIME ZONE own.revenue_tz)::date
          FROM sale_order_line l
          JOIN sale_order o ON o.id = l.order_id
          JOIN res_company own ON own.id = o.company_id
          JOIN res_partner p ON p.id = o.partner_id
          JOIN res_currency currency ON currency.id = o.currency_id
          LEFT JOIN loyalty_reward reward ON reward.id = l.reward_id
          LEFT JOIN loyalty_program program ON program.id = reward.program_id
          {_PRODUCT}
         WHERE o.company_id = ANY(%(companies)s) AND o.state = 'sale' AND l.display_type IS NULL AND l.is_downpayment IS NOT TRUE
           AND (l.product_uom_qty <> 0 OR l.price_subtotal <> 0)
         ORDER BY l.id
    """,
    "invoiced": f"""
        SELECT l.id, o.id, ordered.id, {_KIND},
               ARRAY(SELECT account_tax_id FROM account_move_line_account_tax_rel WHERE account_move_line_id = l.id),
               -l.balance, 1, currency.decimal_places,
               l.product_id, t.categ_id, p.commercial_partner_id, o.team_id, o.invoice_date
          FROM account_move_line l
          JOIN account_move o ON o.id = l.move_id
          JOIN res_partner p ON p.id = o.partner_id
          -- As the world remembers it: SQL deletes order lines that have been invoiced.
          LEFT JOIN unnest(%(lines)s::int4[], %(ordered)s::int4[], %(rewards)s::int4[]) AS ordered (line, id, reward_id)
                 ON ordered.line = l.id
          LEFT JOIN loyalty_reward reward ON reward.id = ordered.reward_id
          LEFT JOIN loyalty_program program ON program.id = reward.program_id
          {_PRODUCT}
          JOIN res_currency currency ON currency.id = company.currency_id
         WHERE o.company_id = ANY(%(companies)s) AND o.state = 'posted' AND o.move_type IN ('out_invoice', 'out_refund')
           AND l.display_type = 'product' AND l.is_downpayment IS NOT TRUE AND (l.quantity <> 0 OR l.balance <> 0)
         ORDER BY l.id
    """,
}
DIMENSIONS = ("product_id", "category_id", "partner_id", "team_id", "day")


def totals(cr, kind, companies, prepaid, over, behind):
    """
    :param str kind: ``booked`` or ``invoiced``
    :param companies: ids of those of the world: of others nothing is remembered
    :param prepaid: ids of products that gift cards are sold as
    :param dict over: order line of a reward → ids of the order lines that it was given for, ``None`` for all
    :param dict behind: invoice line → ids of its order line and its reward
    :return: dimension → its values → net amount and number of lines
    :rtype: dict[str, dict]
    """
    lines = [(line, ordered or None, reward or None) for line, (ordered, reward) in behind.items()]
    names = zip(("lines", "ordered", "rewards"), map(list, zip(*lines, strict=True)), strict=True)
    cr.execute(ROWS[kind], {"companies": companies, "prepaid": prepaid, **dict(names)})
    documents = defaultdict(list)
    for row in cr.fetchall():
        if row[3] != "payment":
            # Odoo reads numbers as floats.
            documents[row[1]].append((*row[:5], *(Decimal(repr(number)) for number in row[5:7]), *row[7:]))
    answer = {name: defaultdict(lambda: [Decimal(0), 0]) for name in DIMENSIONS}
    for rows in documents.values():
        for row in rows:
            for about, amount, lines in _parts(row, rows, over):
                # The sale of a gift card is no revenue, whatever a discount leaves of it.
                if about[3] == "prepaid":
                    continue
                for name, value in zip(DIMENSIONS, (*about[8:10], *row[10:]), strict=True):
                    found = answer[name][value]
                    found[0] += amount / row[6]
                    found[1] += lines
    return answer


def _parts(row, rows, over):
    """What a line counts for: itself, or the lines that it discounts.

    :return: of (line, amount, number of lines)
    """
    if row[3] not in ("order", "reward"):
        return [(row, row[5], 1)]
    members = {other[0]: other for other in rows if other[3] not in ("order", "reward")}
    chosen = over.get(row[2]) if row[3] == "reward" else None
    if chosen is not None:
        chosen = {other[0] for other in members.values() if other[2] in chosen}
    lines = [Line(key, other[5], frozenset(other[4])) for key, other in members.items()]
    dealt = spread_discount(row[5], frozenset(row[4]), lines, chosen, row[7])
    return [(members[key], part, int(not place)) for place, (key, part) in enumerate(dealt.items())] or [
        (row, row[5], 1)
    ]
