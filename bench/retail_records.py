"""What of a retail load is few enough for the ORM: customers, categories, salespeople, teams, a journal; and the prototypes
that the bulk is made after.
"""

from . import bulk
from .retail_source import SALESPEOPLE


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
