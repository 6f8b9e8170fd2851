"""The bulk of a retail load, by COPY and INSERT ... SELECT: products, orders, invoices and their lines."""

import io

from . import bulk

CHUNK = 100_000


def copy_source(cr, retail, records):
    """COPY the frames into temporary tables, with the source's keys already turned into ids and block offsets."""
    products = retail.products.assign(
        at=range(len(retail.products)),
        categ=[
            records["category"][pair]
            for pair in zip(retail.products["department"], retail.products["category"], strict=True)
        ],
    )
    baskets = retail.baskets.assign(
        at=range(len(retail.baskets)),
        partner=retail.baskets["household"].map(records["household"]),
        **records["staff"].columns,
    )
    lines = retail.lines.assign(
        at=range(len(retail.lines)),
        basket_at=retail.lines["basket"].map(baskets.set_index("basket")["at"]),
        product_at=retail.lines["product"].map(products.set_index("product")["at"]),
    )
    _copy(
        cr,
        "retail_product",
        "at int, product bigint, name text, categ int, price numeric, cost numeric",
        products[["at", "product", "name", "categ", "price", "cost"]],
    )
    _copy(
        cr,
        "retail_basket",
        "at int, basket bigint, partner int, company int, team int, salesperson int, day date, moment timestamp, number int",
        baskets[["at", "basket", "partner", "company", "team", "salesperson", "day", "moment", "number"]],
    )
    _copy(
        cr,
        "retail_line",
        "at int, basket_at int, product_at int, qty int, net int, list int",
        lines[["at", "basket_at", "product_at", "qty", "net", "list"]],
    )
    cr.execute("ALTER TABLE retail_product ADD PRIMARY KEY (at)")
    cr.execute("ALTER TABLE retail_basket ADD PRIMARY KEY (at)")
    cr.execute("CREATE INDEX ON retail_line (at)")
    cr.execute("""
        CREATE TEMP TABLE retail_total ON COMMIT DROP AS
        SELECT l.basket_at AS at, SUM(l.net)::numeric / 100 AS net, SUM(l.net::numeric / 100 - p.cost * l.qty) AS margin
          FROM retail_line l JOIN retail_product p ON p.at = l.product_at GROUP BY l.basket_at
    """)
    cr.execute("ALTER TABLE retail_total ADD PRIMARY KEY (at)")
    cr.execute("ANALYZE retail_product, retail_basket, retail_line, retail_total")


def _copy(cr, table, columns, frame):
    cr.execute(f"CREATE TEMP TABLE {table} ({columns}) ON COMMIT DROP")
    buffer = io.StringIO()
    frame.to_csv(buffer, index=False, header=False, sep=",")
    buffer.seek(0)
    cr.copy_expert(f"COPY {table} FROM STDIN WITH (FORMAT csv)", buffer)


def shift_source(cr, copy):
    """Make the source ready for its next copy, 52 weeks earlier, with numbers of its own.

    :param int copy: 1 for the first copy, and so on
    """
    cr.execute(
        "UPDATE retail_basket SET day = day - 364, moment = moment - interval '364 days', number = at + %s,"
        " basket = basket + 1000000000000",
        [copy * 200_000],
    )


def insert_products(cr, prototypes, first, company_ids):
    """Products of no company, with a cost in each of the given."""
    costs = ", ".join(f"'{company_id}', cost" for company_id in company_ids)
    stamp = {"create_date": "now() AT TIME ZONE 'UTC'", "write_date": "now() AT TIME ZONE 'UTC'"}
    template = dict(prototypes["product_template"])
    template.pop("default_code", None)
    bulk.insert_like(
        cr,
        "product_template",
        template,
        {
            **stamp,
            "id": f"{first['product_template']} + at",
            "name": "jsonb_build_object('en_US', name)",
            "default_code": "'CJ-' || product",
            "categ_id": "categ",
            "list_price": "round(price, 2)",
        },
        "retail_product",
    )
    # The session checked this foreign key when the table was small, and would go on reading it from end to end for each row.
    cr.execute("ANALYZE product_template")
    bulk.insert_like(
        cr,
        "product_product",
        prototypes["product_product"],
        {
            **stamp,
            "id": f"{first['product_product']} + at",
            "product_tmpl_id": f"{first['product_template']} + at",
            "default_code": "'CJ-' || product",
            "standard_price": f"jsonb_build_object({costs})",
        },
        "retail_product",
    )


# What one line is worth. Ten decimals, so that Odoo's own computation from price, quantity and discount rounds to the
# same cents, also for fuel, which is sold by the thousandth of a gallon.
_AMOUNTS = {
    "price_unit": "CASE WHEN l.qty = 0 THEN 0 ELSE round(l.list::numeric / 100 / l.qty, 10) END",
    "discount": "CASE WHEN l.list = 0 THEN 0 ELSE round(100 * (1 - l.net::numeric / l.list), 10) END",
    "price_subtotal": "l.net::numeric / 100",
    "price_total": "l.net::numeric / 100",
}
# The till charged the list price less what it printed as a discount.
_CAPTURED = {
    "revenue_list_price": _AMOUNTS["price_unit"],
    "revenue_pricelist_price": _AMOUNTS["price_unit"],
    "revenue_price_captured": "TRUE",
    "revenue_discount_origin": "CASE WHEN l.net <> l.list THEN 'percent' END",
}


def _insert_lines(cr, table, row, columns, lines, report):
    """One row per source line of the row's company, a chunk at a time; ``report`` is told how many came in."""
    for start in range(0, lines, CHUNK):
        count = bulk.insert_like(
            cr,
            table,
            row,
            columns,
            "retail_line l JOIN retail_basket b ON b.at = l.basket_at JOIN retail_product p ON p.at = l.product_at "
            "WHERE l.at >= %s AND l.at < %s AND b.company = %s",
            [start, start + CHUNK, row["company_id"]],
        )
        report(count)


def insert_orders(cr, prototypes, first, lines, progress):
    """The orders of the prototypes' company."""
    partner = dict.fromkeys(("partner_id", "partner_invoice_id", "partner_shipping_id"), "b.partner")
    bulk.insert_like(
        cr,
        "sale_order",
        prototypes["sale_order"],
        {
            **partner,
            "id": f"{first['sale_order']} + b.at",
            "name": "'CJ' || b.basket",
            "team_id": "b.team",
            "user_id": "b.salesperson",
            "date_order": "b.moment",
            "create_date": "b.moment",
            "write_date": "b.moment",
            "amount_untaxed": "t.net",
            "amount_total": "t.net",
            "margin": "t.margin",
            "margin_percent": "CASE WHEN t.net = 0 THEN 0 ELSE t.margin / t.net END",
        },
        "retail_basket b JOIN retail_total t ON t.at = b.at WHERE b.company = %s",
        [prototypes["sale_order"]["company_id"]],
    )
    margin = "l.net::numeric / 100 - p.cost * l.qty"
    unit_net = "CASE WHEN l.qty = 0 THEN 0 ELSE l.net::numeric / 100 / l.qty END"
    _insert_lines(
        cr,
        "sale_order_line",
        prototypes["sale_order_line"],
        {
            **_AMOUNTS,
            **_CAPTURED,
            "id": f"{first['sale_order_line']} + l.at",
            "order_id": f"{first['sale_order']} + l.basket_at",
            "product_id": f"{first['product_product']} + l.product_at",
            "order_partner_id": "b.partner",
            "salesman_id": "b.salesperson",
            "name": "p.name",
            "product_uom_qty": "l.qty",
            "qty_invoiced": "l.qty",
            "technical_price_unit": _AMOUNTS["price_unit"],
            "price_reduce_taxexcl": unit_net,
            "price_reduce_taxinc": unit_net,
            "untaxed_amount_invoiced": "l.net::numeric / 100",
            "purchase_price": "p.cost",
            "margin": margin,
            "margin_percent": f"CASE WHEN l.net = 0 THEN 0 ELSE ({margin}) / (l.net::numeric / 100) END",
            "create_date": "b.moment",
            "write_date": "b.moment",
        },
        lines,
        lambda count: progress("order lines", count),
    )


def insert_invoices(cr, prototypes, first, lines, journal, progress):
    """The invoices of the prototypes' company, in its journal."""
    prefix = f"'{journal.code}/' || date_part('year', b.day) || '/'"
    number = f"{prefix} || lpad(b.number::text, 7, '0')"
    days = dict.fromkeys(("date", "invoice_date"), "b.day")
    totals = (
        "amount_untaxed amount_total amount_residual amount_untaxed_signed amount_untaxed_in_currency_signed "
        "amount_total_signed amount_total_in_currency_signed amount_residual_signed"
    )
    bulk.insert_like(
        cr,
        "account_move",
        prototypes["account_move"],
        {
            **days,
            **dict.fromkeys(totals.split(), "t.net"),
            "id": f"{first['account_move']} + b.at",
            "name": number,
            "payment_reference": number,
            "sequence_prefix": prefix,
            "sequence_number": "b.number",
            "partner_id": "b.partner",
            "commercial_partner_id": "b.partner",
            "partner_shipping_id": "b.partner",
            "invoice_partner_display_name": "r.name",
            "invoice_user_id": "b.salesperson",
            "team_id": "b.team",
            "invoice_date_due": "b.day",
            "ref": "'CJ' || b.basket",
            "invoice_origin": "'CJ' || b.basket",
            "payment_state": "CASE WHEN t.net = 0 THEN 'paid' ELSE 'not_paid' END",
            "create_date": "b.moment",
            "write_date": "b.moment",
        },
        "retail_basket b JOIN retail_total t ON t.at = b.at JOIN res_partner r ON r.id = b.partner WHERE b.company = %s",
        [prototypes["account_move"]["company_id"]],
    )
    common = {
        **days,
        "move_name": number,
        "partner_id": "b.partner",
        "ref": "'CJ' || b.basket",
        "create_date": "b.moment",
        "write_date": "b.moment",
    }
    _insert_lines(
        cr,
        "account_move_line",
        prototypes["account_move_line"],
        {
            **common,
            **_AMOUNTS,
            **_CAPTURED,
            "revenue_unit_cost": "p.cost",
            "id": f"{first['account_move_line']} + l.at",
            "move_id": f"{first['account_move']} + l.basket_at",
            "product_id": f"{first['product_product']} + l.product_at",
            "name": "p.name",
            "quantity": "l.qty",
            "credit": "l.net::numeric / 100",
            "balance": "-l.net::numeric / 100",
            "amount_currency": "-l.net::numeric / 100",
        },
        lines,
        lambda count: progress("invoice lines", count),
    )
    bulk.insert_like(
        cr,
        "account_move_line",
        prototypes["receivable"],
        {
            **common,
            **dict.fromkeys(["debit", "balance", "amount_currency"], "t.net"),
            **dict.fromkeys(["amount_residual", "amount_residual_currency"], "t.net"),
            "id": f"{first['account_move_line'] + lines} + b.at",
            "move_id": f"{first['account_move']} + b.at",
            "name": f"'CJ' || b.basket || ' - ' || {number}",
            "date_maturity": "b.day",
            "reconciled": "t.net = 0",
        },
        "retail_basket b JOIN retail_total t ON t.at = b.at WHERE b.company = %s",
        [prototypes["receivable"]["company_id"]],
    )


def link_invoices(cr, first, lines, progress):
    cr.execute(
        "INSERT INTO sale_order_line_invoice_rel (order_line_id, invoice_line_id) SELECT %s + at, %s + at FROM retail_line",
        [first["sale_order_line"], first["account_move_line"]],
    )
    progress("links of orders and invoices", lines)
