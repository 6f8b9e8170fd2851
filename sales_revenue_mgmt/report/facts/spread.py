"""What discounts on a whole order, and rewards, take off which line: in SQL, for facts.

``analytics/spread_discount.py`` is the same rule for an order that is not saved yet; a test holds the two equal.

* A discount is spread over the lines that it was given for (a reward names them), as far as they have the same taxes; if
  there are none, over the others of those that it was given for; else over those of the same taxes; else over all lines.
* By their net amounts. Of lines that are sold and lines that are taken back, those count that make up the sign of their sum.
* In whole cents, by largest remainders, the first of equal ones; what is less than a cent goes to the first.
* If nothing is left to spread it over, it stays with its own product.
"""

# Kinds of lines (``revenue_line_kind``).
IS_SPREAD = "{0}.revenue_line_kind IN ('order', 'reward')"
NOT_SPREAD = "({0}.revenue_line_kind IS NULL OR {0}.revenue_line_kind NOT IN ('order', 'reward'))"
NOT_PAYMENT = "({0}.revenue_line_kind IS NULL OR {0}.revenue_line_kind <> 'payment')"

# Follows ``doc``, ``line``, one that is spread, and ``cents``, the decimals of its currency. A row per line that it counts
# for, with its part; one row without a part where there is none.
_PARTS = """
    LEFT JOIN LATERAL (
        SELECT dealt.product_id, dealt.line_kind, dealt.place,
               dealt.sign * (dealt.units + CASE WHEN dealt.place <= dealt.units_left THEN 1 ELSE 0 END) / dealt.scale
                   + CASE WHEN dealt.place = 1 THEN dealt.amount - dealt.sign * dealt.whole / dealt.scale ELSE 0 END AS amount
          FROM (
            SELECT quota.*,
                   quota.whole - SUM(quota.units) OVER () AS units_left,
                   row_number() OVER (ORDER BY quota.remainder DESC, quota.id) AS place
              FROM (
                SELECT near.*,
                       div(near.whole * near.weight, near.weights) AS units,
                       mod(near.whole * near.weight, near.weights) AS remainder
                  FROM (
                    SELECT level.*, money.*, abs(level.net) AS weight, SUM(abs(level.net)) OVER () AS weights
                      FROM (
                        SELECT side.*, MIN(side.level) OVER () AS nearest
                          FROM (
                            SELECT about.id, about.product_id, about.revenue_line_kind AS line_kind, {net} AS net, place.level,
                                   SUM({net}) OVER (PARTITION BY place.level) AS total
                              FROM {lines} about
                             CROSS JOIN LATERAL (
                                SELECT CASE WHEN line.revenue_discounted IS NULL
                                              OR line.revenue_discounted @> to_jsonb({ordered}) THEN 0 ELSE 2 END
                                     + CASE WHEN line.revenue_tax_key IS NOT DISTINCT FROM about.revenue_tax_key THEN 0
                                            ELSE 1 END AS level
                             ) AS place
                             WHERE about.{link} = doc.id AND {counts}
                          ) AS side
                         WHERE side.net * sign(side.total) > 0
                      ) AS level
                     CROSS JOIN LATERAL (
                        SELECT {amount} AS amount, sign({amount}) AS sign, unit.scale, round(abs({amount}) * unit.scale) AS whole
                          FROM (SELECT power(10::numeric, COALESCE(cents.decimal_places, 2)::numeric)) AS unit (scale)
                     ) AS money
                     WHERE level.level = level.nearest
                  ) AS near
              ) AS quota
          ) AS dealt
         WHERE dealt.place <= dealt.units_left OR dealt.units > 0 OR dealt.place = 1
    ) AS part ON TRUE
    LEFT JOIN product_product product ON product.id = COALESCE(part.product_id, line.product_id)
    LEFT JOIN product_template template ON template.id = product.product_tmpl_id
"""


def parts(lines, link, net, ordered, counts):
    """SQL that joins ``part`` to ``line``: the product, its ``line_kind``, ``amount`` and ``place`` among the parts.

    :param str lines: the table of lines
    :param str link: its column that leads to the document
    :param str net: SQL for the amount of a line, over ``{0}``
    :param str ordered: SQL for the order line behind a line, over ``{0}``
    :param str counts: SQL condition of lines that something may be spread over, over ``{0}``
    """
    about = {"net": net.format("about"), "ordered": ordered.format("about"), "counts": counts.format("about")}
    return _PARTS.format(lines=lines, link=link, amount=net.format("line"), **about)


def columns(net, rate, cost):
    """The columns of a fact in which a part differs from a whole line.

    :param str net: SQL for the amount of the line
    :param str rate: SQL for the units of the amount's currency for one of the company's
    :param str cost: SQL for what the line cost, in the amount's currency
    """
    amount, prepaid = f"COALESCE(part.amount, {net})", "part.line_kind IS NOT DISTINCT FROM 'prepaid'"
    given, cost = (
        f"CASE WHEN {prepaid} THEN 0 ELSE {amount} END",
        f"CASE WHEN COALESCE(part.place, 1) = 1 THEN {cost} ELSE 0 END",
    )
    return {
        "product_id": "COALESCE(part.product_id, line.product_id)",
        "discount_origin": "line.revenue_line_kind",
        # A discount is no thing that is sold.
        "quantity": "0::numeric",
        "list_amount": "0::numeric",
        "pricelist_discount": "0::numeric",
        "discretionary_discount": f"CASE WHEN line.revenue_line_kind = 'reward' THEN 0 ELSE -{given} END / {rate}",
        "promotion_discount": f"CASE WHEN line.revenue_line_kind = 'reward' THEN -{given} ELSE 0 END / {rate}",
        "net": f"CASE WHEN {prepaid} THEN NULL ELSE {amount} / {rate} END",
        "margin": f"({given} - {cost}) / {rate}",
        "prepaid": f"CASE WHEN {prepaid} THEN {amount} / {rate} ELSE 0 END",
        "lines": "CASE WHEN COALESCE(part.place, 1) = 1 AND NOT (" + prepaid + ") THEN 1 ELSE 0 END",
    }
