"""What of a retail load is few enough for the ORM: customers, categories, those who sell and journals; and the prototypes
that the bulk is made after.
"""

from . import bulk, retail_staff


def make_records(env, retail, organised=False):
    """Customers, categories, those who sell and journals.

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
    staff = (retail_staff.organisation if organised else retail_staff.stores)(env, retail)
    return {
        "household": dict(zip(households, partners.ids, strict=True)),
        "category": dict(zip(pairs, leaves.ids, strict=True)),
        "staff": staff,
        "made": {
            **staff.made,
            "product.category": [*leaves.ids, *department_ids.values(), root.id],
            "res.partner": partners.ids,
        },
    }


def make_prototypes(journal):
    """One order of the journal's company, confirmed and invoiced by Odoo itself, then undone: its rows say which columns a
    real one fills.

    :rtype: dict[str, dict]
    """
    rows = {}
    env = journal.with_context(allowed_company_ids=journal.company_id.ids).env
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
            "team_id": env["crm.team"].search([("company_id", "=", env.company.id)], limit=1).id,
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
