"""Builds the demo world: branches, teams, people, customers, products, and what they have sold until yesterday.

Names that other demo files may refer to have external ids: people those of this addon, with which they go again; the rest
(``revenue_demo.harbour``, ``revenue_demo.customer_0`` …) stays after an uninstallation, as ordinary orders and invoices do.
"""

import datetime

from passlib.hash import pbkdf2_sha512

from odoo import Command, fields

from . import world_deals, world_rows
from .world_cast import BRANCHES, GROUPS, PARTNER_DISCOUNT, PRODUCTS, SINGLE, TEAMS
from .world_sales import sales, until_yesterday

ADDON = "sales_revenue_mgmt"
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "no_reset_password": True,
}
COUNTRIES = ("base.us", "base.us", "base.uk", "base.de", "base.be", "base.fr")
INDUSTRIES = ("A", "C", "G", "I", "J", "K", "P", "Q")


class World:
    """What was made.

    :param branches: key → branch
    :param teams: in the order of ``TEAMS``
    :param sellers: in the order of ``SELLERS``
    :param leaders: team → its leader
    :param customers: in the order of ``CUSTOMERS``
    :param products: in the order of ``CATALOGUE``
    """

    def __init__(self, env):
        self.env = env(context={**env.context, **QUIET})
        self.company = self.env.ref("base.main_company")

    def named(self, records, names, module="revenue_demo"):
        self.env["ir.model.data"]._update_xmlids(
            [
                {"xml_id": f"{module}.{name}", "record": record, "noupdate": True}
                for record, name in zip(records, names, strict=True)
            ]
        )
        return records

    def make_branches(self):
        if not self.company.chart_template:
            self.env["account.chart.template"].try_loading("generic_coa", self.company, install_demo=False)
        branches = self.env["res.company"].create(
            [
                {"name": name, "parent_id": self.company.id, "country_id": self.company.country_id.id}
                for name in BRANCHES.values()
            ]
        )
        self.env.flush_all()
        # Odoo gives a branch the accounts of its parent at the end of the transaction; invoices need them now.
        self.env.cr.precommit.run()
        self.branches = dict(zip(BRANCHES, self.named(branches, BRANCHES), strict=True))
        everybody = [self.env.ref(f"{ADDON}.revenue_user_{name}") for name in ("fay", "ada")]
        for user in (*everybody, self.env.ref("base.user_admin"), self.env.user):
            user.company_ids |= branches

    def make_people(self):
        """Each with the login as password, like the four who are there already."""
        wanted = []
        for team in TEAMS:
            company = self.branches.get(team.branch, self.company)
            if team.leader:
                wanted.append((*team.leader, company, ["revenue_group_manager"]))
            wanted += [
                (one.key, one.name, company, ["revenue_group_user"]) for one in team.sellers if "." not in one.key
            ]
        users = self.env["res.users"].create(
            [
                {
                    "name": name,
                    "login": login,
                    "email": f"{login}@example.com",
                    "company_id": company.id,
                    "company_ids": [Command.set(company.ids)],
                    "group_ids": [Command.set([self.env.ref(f"{ADDON}.{group}").id for group in groups])],
                }
                for login, name, company, groups in wanted
            ]
        )
        self.named(users, [f"revenue_user_{login}" for login, *_rest in wanted], ADDON)
        # Few rounds, or this takes many seconds; Odoo hashes a password anew when it is first used.
        hasher = pbkdf2_sha512.using(rounds=1000)
        for user in users:
            user._set_encrypted_password(user.id, hasher.hash(user.login))
        self.people = dict(zip([login for login, *_rest in wanted], users, strict=True))
        everybody = self._demo_people() | users
        if "odoobot_state" in everybody._fields:
            # OdooBot's chat would lie on top of their first page.
            everybody.odoobot_state = "disabled"

    def _demo_people(self):
        return self.env["res.users"].search([("login", "in", ("admin", "sam", "mia", "fay", "ada"))])

    def _user(self, key):
        return self.env.ref(key) if "." in key else self.people[key]

    def make_teams(self):
        Team = self.teams = self.env["crm.team"]
        self.sellers, self.leaders = self.env["res.users"], {}
        for sequence, team in enumerate(TEAMS):
            sellers = Team.env["res.users"].union(*(self._user(one.key) for one in team.sellers))
            company = self.branches.get(team.branch, self.company)
            if team.leader:
                record = Team.create(
                    {
                        "name": team.name,
                        "sequence": 20 + sequence,
                        "company_id": company.id,
                        "user_id": self.people[team.leader[0]].id,
                        "member_ids": [Command.set(sellers.ids)],
                    }
                )
                self.named(record, [team.key])
            else:
                record = self.env.ref(team.key)
                record.member_ids |= sellers
            # The leader of a branch's first team answers for all of it.
            company.revenue_manager_id = company.revenue_manager_id or record.user_id
            self.teams += record
            self.leaders[record] = record.user_id
            self.sellers = self.sellers.concat(*(self._user(one.key) for one in team.sellers))

    def make_customers(self):
        Partner = self.env["res.partner"]
        parents = dict(
            zip(GROUPS, Partner.create([{"name": name, "is_company": True} for name in GROUPS]), strict=True)
        )
        owned = [(name, parents[group].id) for group, members in GROUPS.items() for name in members]
        names = [*owned, *((name, False) for name in SINGLE)]
        countries = [self.env.ref(xmlid).id for xmlid in COUNTRIES]
        industries = [self.env.ref(f"base.res_partner_industry_{letter}").id for letter in INDUSTRIES]
        self.customers = Partner.create(
            [
                {
                    "name": name,
                    "is_company": True,
                    "parent_id": parent,
                    "country_id": countries[number % len(countries)],
                    "industry_id": industries[number % len(industries)],
                    "email": f"office@{name.lower().replace(' ', '-').replace('&', 'and')}.example.com",
                }
                for number, (name, parent) in enumerate(names)
            ]
        )
        self.named(self.customers, [f"customer_{number}" for number in range(len(names))])
        self.named(Partner.union(*parents.values()), [f"group_{number}" for number in range(len(parents))])

    def make_products(self):
        root = self.env["product.category"].create({"name": "Contract Furniture"})
        categories = self.env["product.category"].create([{"name": name, "parent_id": root.id} for name in PRODUCTS])
        rows = [
            (category, *row) for category, items in zip(categories, PRODUCTS.values(), strict=True) for row in items
        ]
        self.products = self.env["product.product"].create(
            [
                {
                    "name": name,
                    "type": "consu",
                    "list_price": price,
                    "standard_price": cost,
                    "default_code": f"CF-{number + 1:02}",
                    "categ_id": category.id,
                    "invoice_policy": "order",
                    "taxes_id": [Command.clear()],
                    "supplier_taxes_id": [Command.clear()],
                }
                for number, (category, _key, name, price, cost) in enumerate(rows)
            ]
        )
        # Odoo keeps costs per company, and a branch has its own.
        for branch in self.branches.values():
            for product, (*_names, cost) in zip(self.products.with_company(branch), rows, strict=True):
                product.standard_price = cost
        self.named(self.products, [f"product_{row[1]}" for row in rows])
        self.named(categories, [f"category_{number}" for number in range(len(categories))])
        self.pricelist = self.env["product.pricelist"].create(
            {
                "name": "Partners",
                "company_id": False,
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "formula",
                            "base": "list_price",
                            "price_discount": PARTNER_DISCOUNT,
                            "applied_on": "3_global",
                        }
                    )
                ],
            }
        )
        self.named(self.pricelist, ["pricelist_partners"])
        # As the setting Pricelists does, without which the settings page warns that they would be archived; and each company
        # gets a default one, so that new quotations are not at partners' prices.
        self.env.ref("base.group_user").implied_ids = [Command.link(self.env.ref("product.group_product_pricelist").id)]
        self.env["res.company"]._activate_or_create_pricelists()


def today_of(env):
    return fields.Date.context_today(env["revenue.demo"])


def build(env):
    world = World(env)
    world.make_branches()
    world.make_people()
    world.make_teams()
    world.make_customers()
    world.make_products()
    today = today_of(env)
    happened = until_yesterday(sales(today), today)
    world_rows.insert(world, happened)
    world_deals.make(world, happened, today)
    env.flush_all()
    env.invalidate_all()
    # What came in as rows has changed behind Odoo's back; from here on numbers are as fast as they are later.
    env["revenue.fact.refresh"]._refresh()


def moment(day, number):
    """Within working hours, a little later for each."""
    return datetime.datetime.combine(day, datetime.time(8 + number % 8, number % 60))
