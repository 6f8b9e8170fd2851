"""Retail data in an organisation: the same transactions, in branches, teams and people who read what is theirs."""

from bench.retail_source import choose_baskets, read_table

LINES = 3000
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
# Kept for good, or gone by itself, whatever becomes of the records.
KEPT = ("orm_signaling_", "ir_cron_progress", "revenue_audit_", "bus_bus")
# What hangs on archived people and branches, and the mail that asked for approval of their plan.
OF_THE_ARCHIVED = {
    *("res_users", "res_users_settings", "res_groups_users_rel", "digest_digest_res_users_rel"),
    *("res_partner", "ir_attachment"),
    *("res_company", "resource_calendar", "resource_calendar_attendance", "ir_sequence", "ir_default"),
    # Odoo gives each company a pricelist, where pricelists are on, as they are in the demo.
    "product_pricelist",
    *("product_taxes_rel", "product_supplier_taxes_rel"),
    *("mail_mail", "mail_message", "mail_notification", "mail_message_res_partner_rel", "mail_mail_res_partner_rel"),
    "ir_cron_trigger",
}
ROLES = """
    SELECT 'company', u.login, r.cid FROM res_company_users_rel r JOIN res_users u ON u.id = r.user_id WHERE u.active
    UNION ALL SELECT 'group', u.login, r.gid FROM res_groups_users_rel r JOIN res_users u ON u.id = r.uid WHERE u.active
    ORDER BY 1, 2, 3
"""
ACTIVE = "SELECT (SELECT COUNT(*) FROM res_users WHERE active), (SELECT COUNT(*) FROM res_company WHERE active)"

WHOLE = """
import datetime
from odoo.addons.sales_revenue_mgmt.report.facts.scope import Scope

branches = env["res.company"].search([("parent_id", "=", env.company.id), ("name", "=like", "Retail %")])
teams = env["crm.team"].search([("company_id", "in", branches.ids)])
orders = env["sale.order"].search([("name", "=like", "CJ%")])
lines, invoices = orders.order_line, orders.invoice_ids
for records in (orders, lines, invoices, invoices.line_ids, teams, teams.crm_team_member_ids):
    records._check_company()
for records in (orders, lines, invoices, invoices.line_ids):
    records._validate_fields(records._fields)

def wrong(records, right):
    return len(records.filtered(lambda record: not right(record)))

manager = "sales_revenue_mgmt.revenue_group_manager"
scope = Scope(date_from=datetime.date(2000, 1, 1), date_to=datetime.date(2099, 1, 1), teams=tuple(teams.ids))
facts = env["revenue.facts"].with_context(allowed_company_ids=branches.ids)
answer = {
    "size": [len(branches), len(teams), len(teams.member_ids), len(teams.user_id), len(branches.revenue_manager_id)],
    "teams": [len(teams.filtered(lambda team: team.company_id == branch)) for branch in branches],
    "members": sorted({len(team.member_ids) for team in teams}),
    "leaders": {user.has_group(manager) for user in teams.user_id | branches.revenue_manager_id} == {True},
    "sellers": {user.has_group(manager) for user in teams.member_ids} == {False},
    "baskets": {order.name[2:]: round(order.amount_total, 2) for order in orders},
    "lines": [len(lines), round(sum(lines.mapped("price_subtotal")), 2)],
    "invoices": [len(invoices), round(sum(invoices.mapped("amount_total")), 2)],
    "balance": round(sum(invoices.line_ids.mapped("balance")), 2),
    "numbers": sorted(set(invoices.mapped(lambda move: move.name.split("/")[0]))),
    "wrong": [
        wrong(orders, lambda order: order.company_id == order.team_id.company_id == order.journal_id.company_id),
        wrong(orders, lambda order: order.user_id in order.team_id.member_ids),
        wrong(lines, lambda line: line.company_id == line.order_id.company_id and line.salesman_id == line.order_id.user_id),
        wrong(invoices, lambda move: move.company_id == move.team_id.company_id == move.journal_id.company_id),
        wrong(invoices, lambda move: move.invoice_user_id == move.line_ids.sale_line_ids.order_id.user_id),
        wrong(invoices.line_ids, lambda line: line.company_id == line.journal_id.company_id == line.move_id.company_id),
        wrong(lines, lambda line: line.product_id.with_company(line.company_id).standard_price == line.purchase_price),
    ],
    "dirty": env["revenue.fact.refresh"]._dirty_count(),
    "facts": facts.query(["booked", "invoiced", "orders"], [], scope)[0],
}
"""

THEIRS = """
everything = env["sale.order"].search([("name", "=like", "CJ%")])

def see(user):
    theirs = env(user=user.id, su=False, context={"allowed_company_ids": user.company_ids.ids})
    orders = theirs["sale.order"].search([("name", "=like", "CJ%")])
    orders.web_read({"name": {}, "partner_id": {"fields": {"display_name": {}}}, "order_line": {"fields": {"name": {}}}})
    return theirs, orders, theirs["account.move"].search([("name", "=like", "RTL%")])

def is_all(orders, invoices, wanted):
    wanted = everything.filtered(wanted)
    return bool(wanted) and (set(orders.ids), set(invoices.ids)) == (set(wanted.ids), set(wanted.invoice_ids.ids))

def confirm_copy(order):
    copied = order.copy()
    copied.action_confirm()
    people = all(copied[name] == order[name] for name in ("company_id", "team_id", "user_id"))
    money = [round(copied[name] - order[name], 2) for name in ("amount_total", "margin")]
    return copied, [copied.state, people, *money]

seller = everything.user_id[0]
theirs, orders, invoices = see(seller)
answer = {"seller": is_all(orders, invoices, lambda order: order.team_id == seller.crm_team_ids)}
_copied, answer["copied"] = confirm_copy(orders.filtered(lambda order: order.user_id.id == seller.id)[0])

leader = seller.crm_team_ids.user_id
answer["leader"] = is_all(*see(leader)[1:], lambda order: order.team_id == seller.crm_team_ids)
everybody = env["res.company"].search([("parent_id", "=", env.company.id), ("name", "=like", "Retail %")]).revenue_manager_id
answer["managers"] = [
    is_all(*see(user)[1:], lambda order: order.company_id == user.company_id) for user in everybody
]
answer["controllers"] = [
    is_all(*see(env["res.users"].search([("login", "=", login)]))[1:], lambda order: True) for login in ("fay", "ada", "admin")
]

theirs, orders, _invoices = see(everybody[0])
copied, answer["managed"] = confirm_copy(orders[0])
theirs["sale.advance.payment.inv"].with_context(active_model="sale.order", active_ids=copied.ids).create({}).create_invoices()
invoice = copied.sudo().invoice_ids
invoice.action_post()
answer["invoiced"] = [
    invoice.state, invoice.company_id == copied.company_id, invoice.journal_id == orders[0].sudo().invoice_ids.journal_id
]
for login in ("retail.north", "retail.central2", "retail.south4.5"):
    env["res.users"].authenticate({"login": login, "password": login, "type": "password"}, {"interactive": False})
env.cr.rollback()
"""

PLANS = """
plan = env["revenue.target"].search([("name", "=like", "Retail plan %")])
lines = plan.line_ids
people = lines.filtered(lambda line: line.level == "user")
def mine(login):
    user = env["res.users"].search([("login", "=", login)])
    own = env["revenue.target.line"].with_user(user).search([])
    own = own.filtered(lambda line: line.user_id == user if line.level == "user" else line.team_id.user_id == user)
    return sorted(set((own & lines.with_user(user)).mapped("level")))
answer = {
    "state": plan.state,
    "levels": {level: len(lines.filtered(lambda line: line.level == level)) for level in ("company", "branch", "team", "user")},
    "sums": all(
        round(sum(line.child_ids.mapped("amount")) - line.amount, 2) == 0 for line in lines if line.child_ids
    ),
    "behind": any(0 < line.pacing < 0.9 for line in people),
    "ahead": any(line.pacing > 1 for line in people),
    "seller": mine("retail.north1.1"),
    "leader": [level for level in mine("retail.north1") if level == "team"],
}
"""


def _rows(database):
    names = [table for (table,) in database.query(TABLES) if not table.startswith(KEPT)]
    return dict(database.query(" UNION ALL ".join(f"SELECT '{name}', COUNT(*) FROM \"{name}\"" for name in names)))


def test_branches_teams_and_people_with_the_transactions_of_the_source(database):
    source = choose_baskets(read_table("transactions"), LINES)
    database.script('env["revenue.fact.refresh"].refresh_all(); env.cr.commit(); answer = 0')
    rows, roles, active = _rows(database), database.query(ROLES), database.query(ACTIVE)

    loaded = database.retail("--organised", "--lines", str(LINES))
    assert loaded.returncode == 0, loaded.stderr
    assert "retail.north1.1" in loaded.stdout and "Sales Targets" in loaded.stdout
    assert database.script(PLANS) == {
        "state": "posted",
        "levels": {"company": 1, "branch": 6, "team": 12, "user": 60},
        "sums": True,
        "behind": True,
        "ahead": True,
        "seller": ["user"],
        "leader": ["team"],
    }
    again = database.retail("--with", "targets")
    assert again.returncode == 1 and "'targets' is loaded already" in again.stderr
    answer = database.script(WHOLE)
    value, baskets = round(source["sales_value"].sum(), 2), source.groupby("basket_id")["sales_value"].sum().round(2)
    assert answer["size"] == [3, 12, 60, 12, 3]
    assert answer["teams"] == [4, 4, 4] and answer["members"] == [5]
    assert answer["leaders"] and answer["sellers"]
    assert answer["baskets"] == {str(basket): total for basket, total in baskets.items()}
    assert answer["lines"] == [len(source), value]
    assert answer["invoices"] == [len(baskets), value] and answer["balance"] == 0
    assert answer["numbers"] == ["RTLC", "RTLN", "RTLS"]
    assert answer["wrong"] == [0] * 7
    assert answer["dirty"] == 0
    assert {name: round(number, 2) for name, number in answer["facts"].items()} == {
        "booked": value,
        "invoiced": value,
        # A basket of which nothing was sold is no order.
        "orders": source[(source["quantity"] != 0) | (source["sales_value"] != 0)]["basket_id"].nunique(),
    }

    theirs = database.script(THEIRS)
    assert theirs == {
        "seller": True,
        "copied": ["sale", True, 0, 0],
        "leader": True,
        "managers": [True] * 3,
        "controllers": [True] * 3,
        "managed": ["sale", True, 0, 0],
        "invoiced": ["posted", True, True],
    }

    twice = database.retail("--lines", str(LINES))
    assert twice.returncode == 1 and "loaded already" in twice.stderr
    removed = database.retail("--remove")
    assert removed.returncode == 0, removed.stderr
    left = _rows(database)
    assert {table for table, count in left.items() if count != rows[table]} == OF_THE_ARCHIVED
    assert database.query(ROLES) == roles and database.query(ACTIVE) == active

    # The next load takes the people and branches out of the archive.
    again = database.retail("--organised", "--with", "none", "--lines", "500")
    assert again.returncode == 0, again.stderr
    removed = database.retail("--remove")
    assert removed.returncode == 0, removed.stderr
    assert _rows(database) == left
    assert database.query(ROLES) == roles and database.query(ACTIVE) == active


def test_copies_of_earlier_years_have_numbers_of_their_own(database):
    loaded = database.retail("--organised", "--with", "none", "--lines", "500", "--times", "2")
    assert loaded.returncode == 0, loaded.stderr
    [(orders, teams, people, names, numbers)] = database.query(
        "SELECT COUNT(*), COUNT(DISTINCT team_id), COUNT(DISTINCT user_id), COUNT(DISTINCT name),"
        " (SELECT COUNT(DISTINCT (journal_id, name)) FROM account_move WHERE name LIKE 'RTL_/%')"
        " FROM sale_order WHERE name LIKE 'CJ%'"
    )
    assert orders == names == numbers and orders % 2 == 0 and people >= teams > 3
