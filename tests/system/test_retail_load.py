"""Retail data in a real database: Odoo's own reports show the source's sums, and the removal leaves archived people only."""

from bench.retail_source import choose_baskets, read_table

LINES = 3000
COUNTS = """
    SELECT (SELECT COUNT(*) FROM sale_order), (SELECT COUNT(*) FROM sale_order_line), (SELECT COUNT(*) FROM account_move),
           (SELECT COUNT(*) FROM account_move_line), (SELECT COUNT(*) FROM product_template),
           (SELECT COUNT(*) FROM product_product), (SELECT COUNT(*) FROM product_category),
           (SELECT COUNT(*) FROM res_partner WHERE id NOT IN (SELECT partner_id FROM res_users WHERE NOT active)),
           (SELECT COUNT(*) FROM res_users WHERE active), (SELECT COUNT(*) FROM crm_team), (SELECT COUNT(*) FROM account_journal),
           (SELECT COUNT(*) FROM ir_config_parameter), (SELECT COUNT(*) FROM mail_message)
"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE tablename IN ('sale_order_line', 'account_move_line', 'sale_order') ORDER BY 1"

SUMS = """
stores = [("team_id.name", "=like", "Store %")]
def rows(model, domain, group, fields):
    return [[round(float(value), 2) for value in row] for row in env[model]._read_group(domain, group, fields)]
sold = stores + [("state", "=", "sale")]
posted = stores + [("state", "=", "posted")]
sale = ["__count", "price_subtotal:sum", "product_uom_qty:sum", "discount_amount:sum"]
answer = {
    "sale": rows("sale.report", sold, [], sale),
    "invoice": rows("account.invoice.report", posted, [], ["__count", "price_subtotal:sum", "quantity:sum"]),
    "orders": env["sale.order"].search_count(sold),
    "last": str(max(env["sale.order"].search(sold).mapped("date_order")).date()),
    "balance": rows("account.move.line", [("move_id.team_id.name", "=like", "Store %")], [], ["balance:sum"])[0][0],
}
# What Odoo computes by itself from price, quantity and discount is what was loaded.
lines = env["sale.order.line"].search([("order_id.team_id.name", "=like", "Store %")])
before = [(line.price_subtotal, line.margin) for line in lines]
env.add_to_compute(lines._fields["price_subtotal"], lines)
env.add_to_compute(lines._fields["margin"], lines)
answer["recomputed"] = sum(
    subtotal != line.price_subtotal or abs(margin - line.margin) > 0.005
    for (subtotal, margin), line in zip(before, lines)
)
from odoo.addons.sales_revenue_mgmt.report.facts.scope import Scope
import datetime
facts = env["revenue.facts"]
teams = env["crm.team"].search([("name", "=like", "Store %")])
scope = Scope(date_from=datetime.date(2000, 1, 1), date_to=datetime.date(2099, 1, 1), teams=tuple(teams.ids))
answer["facts"] = facts.query(["booked", "invoiced", "quantity", "orders", "new_customers"], [], scope)[0]
env.cr.rollback()
"""


def test_reports_equal_the_source_and_removal_leaves_archived_people_only(database):
    source = choose_baskets(read_table("transactions"), LINES)
    counts, indexes = database.query(COUNTS), database.query(INDEXES)

    loaded = database.retail("--lines", str(LINES))
    assert loaded.returncode == 0, loaded.stderr
    answer = database.script(SUMS)
    value = round(source["sales_value"].sum(), 2)
    added = int(((source["quantity"] == 0) & (source["sales_value"] > 0)).sum())
    quantity = float(source["quantity"].sum() + added)
    assert answer["orders"] == source["basket_id"].nunique()
    assert answer["sale"][0][1:3] == [value, quantity]
    # sale.report gives the discount of a line without a quantity as nothing.
    priced = source[source["quantity"] > 0]
    assert abs(answer["sale"][0][3] - round((priced["retail_disc"] + priced["coupon_match_disc"]).sum(), 2)) < 0.005
    assert answer["invoice"][0][1:] == [value, quantity]
    assert float(answer["balance"]) == 0 and answer["recomputed"] == 0
    assert {name: round(number, 2) for name, number in answer["facts"].items()} == {
        "booked": value,
        "invoiced": value,
        "quantity": quantity,
        # A basket of which nothing was sold is no order.
        "orders": source[(source["quantity"] != 0) | (source["sales_value"] != 0)]["basket_id"].nunique(),
        "new_customers": source["household_id"].nunique(),
    }

    twice = database.retail("--lines", str(LINES))
    assert twice.returncode == 1 and "loaded already" in twice.stderr

    database.script(
        "order = env['sale.order'].create({'partner_id': env['res.partner'].search([('ref', '=like', 'CJ-%')], limit=1).id})\n"
        "env.cr.commit()\nanswer = order.id"
    )
    refused = database.retail("--remove")
    assert refused.returncode == 1 and "deleted first" in refused.stderr
    database.script("env['sale.order'].search([], limit=1, order='id desc').unlink(); env.cr.commit(); answer = 0")

    removed = database.retail("--remove")
    assert removed.returncode == 0, removed.stderr
    assert "its people and branches are archived" in removed.stdout
    assert database.query(COUNTS) == counts
    assert database.query(INDEXES) == indexes
    again = database.retail("--remove")
    assert again.returncode == 1 and "nothing to remove" in again.stderr


def test_bad_words_load_nothing(database):
    for lines in ("ten", "-5", "3"):
        result = database.retail("--lines", lines)
        assert result.returncode == 1 and "--lines must be a number" in result.stderr
    result = database.retail("--with", "pipelines")
    assert result.returncode == 1 and "--with knows targets and none, not 'pipelines'" in result.stderr
    assert database.query("SELECT value FROM ir_config_parameter WHERE key = 'bench.retail'") == []
    assert database.query("SELECT 1 FROM crm_team WHERE name->>'en_US' LIKE 'Store %'") == []
