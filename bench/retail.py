"""./dev load retail: real transactions as customers, products, categories, sales teams, confirmed orders and posted
invoices, consistent to the cent with Odoo's own sale and invoice reports; and their removal.

One transaction: whatever interrupts it, the database is as before. What was loaded is written down as blocks of ids in a
system parameter, which is what the removal goes by.
"""

import datetime
import io
import json
import sys
import time
from contextlib import nullcontext
from zoneinfo import ZoneInfo

from . import bulk
from .database import Progress, environment, parser
from .retail_source import SALESPEOPLE, prepare

PARAMETER = "bench.retail"
# Children first: the order of deletion.
TABLES = [
    "account_move_line",
    "account_move",
    "sale_order_line",
    "sale_order",
    "product_product",
    "product_template",
]
CHUNK = 100_000
# Above so many lines it pays to drop the indexes and build them anew.
BIG = 200_000


class LoadError(Exception):
    """Something a person can mend; the text says how."""


def main(argv=None):
    args = parser("Load real retail transactions, or remove them.")
    args.add_argument("--lines", default="50000", help="how many order lines, or 'all' (default: 50000)")
    args.add_argument("--remove", action="store_true", help="remove what was loaded")
    options = args.parse_args(argv)
    started = time.monotonic()
    try:
        limit = _limit(options.lines)
        with environment(options) as env:
            text = remove(env, Progress(len(TABLES) + 1)) if options.remove else load(env, limit)
    except LoadError as error:
        print(f"\n./dev load retail: {error}", file=sys.stderr)
        return 1
    print(f"  {text} ({time.monotonic() - started:.0f} s)")
    return 0


def _limit(text):
    if text == "all":
        return None
    if not text.isdigit() or int(text) < 100:
        raise LoadError(f"--lines must be a number of at least 100, or 'all', not '{text}'.")
    return int(text)


def load(env, limit):
    """Load at most ``limit`` lines (``None``: all) into the current company.

    :return: a sentence that says what was loaded
    """
    if env["ir.config_parameter"].get_param(PARAMETER):
        raise LoadError("Retail data is loaded already. Remove it first: ./dev load retail --remove")
    company = env.company
    zone = company.revenue_tz or "UTC"
    yesterday = datetime.datetime.now(ZoneInfo(zone)).date() - datetime.timedelta(days=1)
    print("  Reading the source ...", flush=True)
    retail = prepare(limit, yesterday, zone)
    lines, baskets = len(retail.lines), len(retail.baskets)
    progress = Progress(3 * lines)
    progress("customers, categories, teams and salespeople")
    records = make_records(env, retail)
    progress("source tables")
    copy_source(env.cr, retail, records)
    prototypes = make_prototypes(env, records["journal"])
    counts = {
        "product_template": len(retail.products),
        "product_product": len(retail.products),
        "sale_order": baskets,
        "sale_order_line": lines,
        "account_move": baskets,
        "account_move_line": lines + baskets,
    }
    first = {table: bulk.reserve_ids(env.cr, table, count) for table, count in counts.items()}
    big = ["sale_order", "sale_order_line", "sale_order_line_invoice_rel", "account_move", "account_move_line"]
    with bulk.without_indexes(env.cr, big) if lines > BIG else nullcontext():
        insert_products(env.cr, prototypes, first, company.id)
        insert_orders(env.cr, prototypes, first, lines, progress)
        insert_invoices(env.cr, prototypes, first, lines, progress)
        progress("indexes and foreign keys" if lines > BIG else "done")
    for table in counts:
        env.cr.execute(f"ANALYZE {table}")
    env["ir.config_parameter"].set_param(
        PARAMETER,
        json.dumps(
            {
                "blocks": {table: [first[table], first[table] + count - 1] for table, count in counts.items()},
                "records": {model: list(ids) for model, ids in records["made"].items()},
            }
        ),
    )
    progress.end("")
    return f"Loaded {lines:,} lines in {baskets:,} orders and invoices, {retail.baskets['day'].min()} to {yesterday}"


# ----------------------------------------------------------------------
# Records that are few enough for the ORM
# ----------------------------------------------------------------------


def make_records(env, retail):
    """Customers, categories, salespeople, teams and a journal.

    :return: source keys → ids, and all ids made, per model
    """
    company = env.company
    country = company.country_id.id
    households = sorted(retail.baskets["household"].unique().tolist())
    partners = env["res.partner"].create(
        [{"name": f"Household {key}", "ref": f"CJ-{key}", "country_id": country} for key in households]
    )
    root = env["product.category"].create({"name": "Retail"})
    departments = sorted(retail.products["department"].unique())
    department_ids = dict(
        zip(
            departments,
            env["product.category"].create([{"name": name, "parent_id": root.id} for name in departments]).ids,
            strict=True,
        )
    )
    pairs = sorted(set(zip(retail.products["department"], retail.products["category"], strict=True)))
    leaves = env["product.category"].create(
        [{"name": name, "parent_id": department_ids[department]} for department, name in pairs]
    )
    people = min(SALESPEOPLE, len(retail.stores))
    users = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            [
                {
                    "name": f"Retail Salesperson {number:02}",
                    "login": f"retail{number:02}",
                    "company_id": company.id,
                    "company_ids": [(6, 0, company.ids)],
                    "group_ids": [(6, 0, [env.ref("sales_revenue_mgmt.revenue_group_user").id])],
                    "tz": company.revenue_tz,
                }
                for number in range(1, people + 1)
            ]
        )
    )
    teams = env["crm.team"].create(
        [
            {
                "name": f"Store {store}",
                "company_id": company.id,
                "user_id": users[rank % people].id,
                # A salesperson is a member of one team only; of the busiest of those that are theirs.
                "member_ids": [(6, 0, users[rank].ids if rank < people else [])],
            }
            for rank, store in enumerate(retail.stores)
        ]
    )
    journal = env["account.journal"].create(
        {"name": "Retail Invoices", "code": "RTL", "type": "sale", "company_id": company.id}
    )
    return {
        "household": dict(zip(households, partners.ids, strict=True)),
        "category": dict(zip(pairs, leaves.ids, strict=True)),
        "store": {
            store: (team, users[rank % people].id)
            for rank, (store, team) in enumerate(zip(retail.stores, teams.ids, strict=True))
        },
        "journal": journal,
        "made": {
            "account.journal": journal.ids,
            "crm.team": teams.ids,
            "res.users": users.ids,
            "product.category": [*leaves.ids, *department_ids.values(), root.id],
            "res.partner": [*partners.ids, *users.partner_id.ids],
        },
    }


def make_prototypes(env, journal):
    """One order, confirmed and invoiced by Odoo itself, then undone: its rows say which columns a real one fills.

    :rtype: dict[str, dict]
    """
    rows = {}
    savepoint = env.cr.savepoint()
    product = env["product.product"].create(
        {
            "name": "x",
            "type": "consu",
            "list_price": 2.0,
            "standard_price": 1.0,
            "default_code": "x",
            "invoice_policy": "order",
            "taxes_id": [(5,)],
            "supplier_taxes_id": [(5,)],
            "categ_id": env["product.category"].search([], limit=1).id,
        }
    )
    order = env["sale.order"].create(
        {
            "partner_id": env["res.partner"].create({"name": "x"}).id,
            "journal_id": journal.id,
            "team_id": env["crm.team"].search([], limit=1).id,
            "user_id": env.user.id,
            "validity_date": False,
            "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 3, "discount": 10, "tax_ids": [(5,)]})],
        }
    )
    order.action_confirm()
    invoice = order._create_invoices()
    invoice.action_post()
    env.flush_all()
    for name, record in {
        "product_template": product.product_tmpl_id,
        "product_product": product,
        "sale_order": order,
        "sale_order_line": order.order_line,
        "account_move": invoice,
        "account_move_line": invoice.line_ids.filtered(lambda line: line.display_type == "product"),
        "receivable": invoice.line_ids.filtered(lambda line: line.display_type == "payment_term"),
    }.items():
        rows[name] = bulk.prototype(env.cr, record._table, record.id)
    savepoint.close(rollback=True)
    env.invalidate_all(flush=False)
    return rows


# ----------------------------------------------------------------------
# The bulk
# ----------------------------------------------------------------------


def copy_source(cr, retail, records):
    """COPY the frames into temporary tables, with the source's keys already turned into ids and block offsets."""
    products = retail.products.assign(
        at=range(len(retail.products)),
        categ=[
            records["category"][pair]
            for pair in zip(retail.products["department"], retail.products["category"], strict=True)
        ],
    )
    stores = records["store"]
    baskets = retail.baskets.assign(
        at=range(len(retail.baskets)),
        partner=retail.baskets["household"].map(records["household"]),
        team=retail.baskets["store"].map(lambda store: stores[store][0]),
        salesperson=retail.baskets["store"].map(lambda store: stores[store][1]),
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
        "at int, basket bigint, partner int, team int, salesperson int, day date, moment timestamp, number int",
        baskets[["at", "basket", "partner", "team", "salesperson", "day", "moment", "number"]],
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


def insert_products(cr, prototypes, first, company_id):
    stamp = {"create_date": "now() AT TIME ZONE 'UTC'", "write_date": "now() AT TIME ZONE 'UTC'"}
    cr.execute("SELECT code FROM res_lang WHERE active")
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
    bulk.insert_like(
        cr,
        "product_product",
        prototypes["product_product"],
        {
            **stamp,
            "id": f"{first['product_product']} + at",
            "product_tmpl_id": f"{first['product_template']} + at",
            "default_code": "'CJ-' || product",
            "standard_price": f"jsonb_build_object('{company_id}', cost)",
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


def insert_orders(cr, prototypes, first, lines, progress):
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
        "retail_basket b JOIN retail_total t ON t.at = b.at",
    )
    margin = "l.net::numeric / 100 - p.cost * l.qty"
    unit_net = "CASE WHEN l.qty = 0 THEN 0 ELSE l.net::numeric / 100 / l.qty END"
    for start in range(0, lines, CHUNK):
        count = bulk.insert_like(
            cr,
            "sale_order_line",
            prototypes["sale_order_line"],
            {
                **_AMOUNTS,
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
            "retail_line l JOIN retail_basket b ON b.at = l.basket_at JOIN retail_product p ON p.at = l.product_at "
            "WHERE l.at >= %s AND l.at < %s",
            [start, start + CHUNK],
        )
        progress("order lines", count)


def insert_invoices(cr, prototypes, first, lines, progress):
    number = "'RTL/' || date_part('year', b.day) || '/' || lpad(b.number::text, 6, '0')"
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
            "sequence_prefix": "'RTL/' || date_part('year', b.day) || '/'",
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
        "retail_basket b JOIN retail_total t ON t.at = b.at JOIN res_partner r ON r.id = b.partner",
    )
    common = {
        **days,
        "move_name": number,
        "partner_id": "b.partner",
        "ref": "'CJ' || b.basket",
        "create_date": "b.moment",
        "write_date": "b.moment",
    }
    for start in range(0, lines, CHUNK):
        count = bulk.insert_like(
            cr,
            "account_move_line",
            prototypes["account_move_line"],
            {
                **common,
                **_AMOUNTS,
                "id": f"{first['account_move_line']} + l.at",
                "move_id": f"{first['account_move']} + l.basket_at",
                "product_id": f"{first['product_product']} + l.product_at",
                "name": "p.name",
                "quantity": "l.qty",
                "credit": "l.net::numeric / 100",
                "balance": "-l.net::numeric / 100",
                "amount_currency": "-l.net::numeric / 100",
            },
            "retail_line l JOIN retail_basket b ON b.at = l.basket_at JOIN retail_product p ON p.at = l.product_at "
            "WHERE l.at >= %s AND l.at < %s",
            [start, start + CHUNK],
        )
        progress("invoice lines", count)
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
        "retail_basket b JOIN retail_total t ON t.at = b.at",
    )
    cr.execute(
        "INSERT INTO sale_order_line_invoice_rel (order_line_id, invoice_line_id) SELECT %s + at, %s + at FROM retail_line",
        [first["sale_order_line"], first["account_move_line"]],
    )
    progress("links of orders and invoices", lines)


# ----------------------------------------------------------------------
# Removal
# ----------------------------------------------------------------------


def remove(env, progress):
    """Take out what :func:`load` put in, and what hangs on it (chatter, activities, attachments).

    :return: a sentence that says what was removed
    :raises LoadError: something made by others stands on the retail data
    """
    parameters = env["ir.config_parameter"]
    loaded = parameters.get_param(PARAMETER)
    if not loaded:
        raise LoadError("No retail data is loaded; there is nothing to remove.")
    loaded = json.loads(loaded)
    blocks = {table: tuple(loaded["blocks"][table]) for table in TABLES}
    held = [hold for table in TABLES for hold in bulk.release(env.cr, table, *blocks[table], blocks)]
    if held:
        rows = "; ".join(f"{count} in {table} ({column})" for table, column, count in held)
        raise LoadError(f"Other records stand on the retail data, and have to be deleted first: {rows}.")
    with bulk.without_indexes(env.cr, TABLES, incoming=True):
        for table in TABLES:
            progress(table.replace("_", " "), 1)
            for polymorphic, model_column in (
                ("mail_message", "model"),
                ("mail_followers", "res_model"),
                ("mail_activity", "res_model"),
                ("ir_attachment", "res_model"),
                ("ir_model_data", "model"),
            ):
                env.cr.execute(
                    f"DELETE FROM {polymorphic} WHERE {model_column} = %s AND res_id BETWEEN %s AND %s",
                    [table.replace("_", "."), *blocks[table]],
                )
            env.cr.execute(f"DELETE FROM {table} WHERE id BETWEEN %s AND %s", blocks[table])
    env.invalidate_all(flush=False)
    progress("customers, categories, teams and salespeople", 1)
    for model in ("account.journal", "crm.team", "res.users", "product.category", "res.partner"):
        try:
            with env.cr.savepoint():
                env[model].with_context(active_test=False).browse(loaded["records"][model]).exists().unlink()
        except Exception as error:
            raise LoadError(
                f"A record of {model} is still used, and what uses it has to be deleted first: {error}"
            ) from error
    parameters.search([("key", "=", PARAMETER)]).unlink()
    progress.end("")
    return "Removed the retail data"


if __name__ == "__main__":
    sys.exit(main())
