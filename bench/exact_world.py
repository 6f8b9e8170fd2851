"""A small random world for the tests of exactness: companies in different zones and currencies, and everything that can
happen to a number, chosen by chance.
"""

import datetime
import random

from odoo import Command, fields
from odoo.exceptions import UserError

from .exact_memory import Memory

# Moments around midnights, of summer and winter, in the zones of the companies.
ZONES = ("UTC", "Pacific/Auckland", "America/Los_Angeles", "Asia/Kathmandu", "America/Havana")
START = datetime.datetime(2030, 3, 1)
DAYS = 40


class World:
    """Companies, people, customers and products, and a method per kind of change.

    :param env: the superuser's environment; the world is committed
    :param int seed: the same seed gives the same world and the same changes
    """

    def __init__(self, env, seed):
        self.random = random.Random(seed)
        env = env(
            context=dict(env.context, tracking_disable=True, no_reset_password=True, mail_create_nosubscribe=True)
        )
        usd, eur = env.ref("base.USD"), env.ref("base.EUR")
        (usd | eur).active = True
        # Several worlds fit into one database.
        number = env["res.company"].with_context(active_test=False).search_count([])
        parent = env["res.company"].create({"name": f"Exact {number}", "revenue_tz": "UTC", "currency_id": usd.id})
        branch = env["res.company"].create(
            {"name": f"Exact branch {number}", "parent_id": parent.id, "revenue_tz": "Pacific/Auckland"}
        )
        other = env["res.company"].create(
            {"name": f"Exact other {number}", "revenue_tz": "America/Los_Angeles", "currency_id": eur.id}
        )
        self.companies = parent | branch | other
        env.user.company_ids |= self.companies
        self.env = env(context=dict(env.context, allowed_company_ids=self.companies.ids))
        for company in parent | other:
            env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
        self._rates(usd | eur)
        self._taxes()
        self._people()
        self._products()
        self.pricelists = self.env["product.pricelist"].create(
            [
                {"name": "Exact USD", "currency_id": usd.id, "company_id": False},
                {"name": "Exact EUR", "currency_id": eur.id, "company_id": False},
                {
                    "name": "Exact -7 %",
                    "company_id": False,
                    "currency_id": self.companies[0].currency_id.id,
                    "item_ids": [
                        Command.create({"applied_on": "3_global", "compute_price": "percentage", "percent_price": 7})
                    ],
                },
            ]
        )
        # Odoo's setting "Discounts": what a pricelist takes off stands in the line as a discount, or in its price.
        self.shows_discounts = bool(seed % 2)
        shows = self.env.ref("sale.group_discount_per_so_line")
        self.env.ref("base.group_user").write(
            {"implied_ids": [Command.link(shows.id) if self.shows_discounts else Command.unlink(shows.id)]}
        )
        self.memory = Memory(self)
        self._programs()
        self.env.cr.commit()

    def _programs(self):
        """Promotions, and a gift card with the product that it is sold as."""
        card = self.env["product.product"].create(
            {"name": "Exact card", "type": "service", "list_price": 20.0, "taxes_id": [Command.clear()]}
        )
        self.memory.prepaid |= card
        program = self.env["loyalty.program"].create(
            {
                "name": "Exact card",
                "program_type": "gift_card",
                "company_id": False,
                "currency_id": self.companies[0].currency_id.id,
                "rule_ids": [Command.create({"product_ids": [Command.set(card.ids)]})],
                "reward_ids": [Command.create({"discount_mode": "per_point", "discount": 1})],
            }
        )
        reward = {"reward_type": "discount", "discount_mode": "percent", "discount": 15}
        chosen = {"discount_applicability": "specific", "discount_product_ids": [Command.set(self.products[:2].ids)]}
        promotions = self.env["loyalty.program"].create(
            [
                {
                    "name": f"Exact promotion {number}",
                    "program_type": "promotion",
                    "company_id": False,
                    "currency_id": self.companies[0].currency_id.id,
                    "rule_ids": [Command.create({"minimum_qty": 0})],
                    "reward_ids": [Command.create({**reward, **values})],
                }
                for number, values in enumerate(({"discount_applicability": "order"}, chosen))
            ]
        )
        self.programs = promotions | program

    def _rates(self, currencies):
        for company in self.companies.filtered(lambda company: not company.parent_id):
            for currency in currencies - company.currency_id:
                self.env["res.currency.rate"].create(
                    [
                        {"currency_id": currency.id, "company_id": company.id, "name": day, "rate": rate}
                        for day, rate in (("2000-01-01", 0.9), ("2030-03-10", 0.87), ("2030-03-25", 0.913))
                    ]
                )

    def _taxes(self):
        """A tax that prices include, of each company that has accounts; and journals, so that invoices change branches."""
        parent, branch, other = self.companies
        taxes = self.env["account.tax"].create(
            [
                {
                    "name": "Exact 20 %",
                    "amount": 20,
                    "price_include_override": "tax_included",
                    "company_id": company.id,
                    "country_id": company.account_fiscal_country_id.id,
                }
                for company in (parent, other)
            ]
        )
        self.taxes = {parent: taxes[0], branch: taxes[0], other: taxes[1]}
        journal = self.env["account.journal"].search([("company_id", "=", parent.id), ("type", "=", "sale")], limit=1)
        self.journals = journal | journal.copy({"company_id": branch.id, "code": "EXB", "name": "Exact branch"})

    def tax_ids(self, company):
        """None, or the tax that prices include."""
        return [Command.set(self.taxes[company].ids if self.random.random() < 0.3 else [])]

    def _people(self):
        country = self.env["res.country"].search([("code", "in", ("BE", "NZ", "US"))])
        self.countries = country
        self.industries = self.env["res.partner.industry"].create([{"name": "Bakers"}, {"name": "Smiths"}])
        companies = self.env["res.partner"].create(
            [
                {
                    "name": f"Customer {n}",
                    "is_company": True,
                    "country_id": country[n % 3].id,
                    "industry_id": self.industries[n % 2].id,
                }
                for n in range(4)
            ]
        )
        contacts = self.env["res.partner"].create(
            [{"name": f"Contact {n}", "parent_id": companies[n % 3].id} for n in range(3)]
        )
        self.partners = companies | contacts
        self.users = self.env["res.users"].create(
            [
                {
                    "name": f"Exact {role} {self.companies[0].id}",
                    "login": f"exact_{role}_{self.companies[0].id}",
                    "company_id": self.companies[0].id,
                    "company_ids": [Command.set(self.companies.ids)],
                    "group_ids": [Command.set(self.env.ref(f"sales_revenue_mgmt.revenue_group_{role}").ids)],
                }
                for role in ("user", "manager", "finance", "auditor")
            ]
        )
        self.teams = self.env["crm.team"].create(
            [
                {"name": "Exact blue", "user_id": self.users[1].id, "member_ids": [Command.set(self.users[0].ids)]},
                {"name": "Exact red", "user_id": self.users[2].id},
            ]
        )
        self.mediums = self.env["utm.medium"].create([{"name": f"Exact {n} {self.companies[0].id}"} for n in range(2)])

    def _products(self):
        roots = self.env["product.category"].create([{"name": "Exact A"}, {"name": "Exact B"}])
        self.categories = roots | self.env["product.category"].create({"name": "Exact A1", "parent_id": roots[0].id})
        self.units = self.env.ref("uom.product_uom_unit") | self.env.ref("uom.product_uom_dozen")
        self.products = self.env["product.product"].create(
            [
                {
                    "name": f"Exact product {n}",
                    "type": "consu",
                    "list_price": 10.0 + 3.33 * n,
                    "standard_price": 4.0 + n,
                    "invoice_policy": "order",
                    "categ_id": self.categories[n % 3].id,
                    "taxes_id": [Command.clear()],
                }
                for n in range(4)
            ]
        )
        for number, company in enumerate(self.companies):
            for product in self.products.with_company(company):
                product.standard_price = 4.0 + product.list_price / 10 + number

    # ------------------------------------------------------------------
    # Choosing
    # ------------------------------------------------------------------

    def moment(self):
        minutes = self.random.choice((0, 1, 29, 30, 59, 60, self.random.randrange(1440)))
        hours = self.random.choice((0, 5, 7, 8, 11, 12, 13, 18, 23))
        return START + datetime.timedelta(days=self.random.randrange(DAYS), hours=hours, minutes=minutes)

    def day(self):
        return (START + datetime.timedelta(days=self.random.randrange(DAYS))).date()

    def one(self, records, empty=False):
        if not records or (empty and self.random.random() < 0.2):
            return records.browse()
        return self.random.choice(list(records))

    def orders(self, *states):
        return self.env["sale.order"].search(
            [("company_id", "in", self.companies.ids), ("state", "in", states or ("sale",))]
        )

    def order_lines(self):
        return self.orders().order_line.filtered(lambda line: not line.display_type and not line.qty_invoiced)

    def moves(self, *states):
        return self.env["account.move"].search(
            [
                ("company_id", "in", self.companies.ids),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "in", states),
            ]
        )

    # ------------------------------------------------------------------
    # What can happen
    # ------------------------------------------------------------------

    def changes(self):
        """Names of all kinds of change."""
        return sorted(name for name in dir(self) if name.startswith("do_"))

    def change(self, name=None):
        """Make one change, by chance or by name. What Odoo itself refuses is rolled back.

        :return: the name of the change, whether it happened
        """
        name = name or self.random.choice(self.changes())
        try:
            with self.env.cr.savepoint():
                getattr(self, name)()
                self.memory.look(by_sql=name.startswith("do_sql_"))
        except UserError:
            self.env.invalidate_all(flush=False)
            return name, False
        return name, True

    def fill(self, count):
        """Make orders and invoices until there are so many of each."""
        while len(self.orders("sale")) < count:
            self.change("do_create_order")
        while len(self.moves("posted", "draft")) < count:
            self.change("do_create_order")
            self.change("do_invoice")

    def do_create_order(self):
        company = self.one(self.companies)
        lines = [
            {
                "product_id": self.one(self.products).id,
                "product_uom_qty": self.random.choice((1, 2, 3, 0.5, -1, 7, 0)),
                "discount": self.random.choice((0, 0, 10, 33.33, 100)),
                "product_uom_id": self.one(self.units).id,
                "tax_ids": self.tax_ids(company),
            }
            for _ in range(self.random.randrange(1, 5))
        ]
        for line in lines:
            if self.random.random() < 0.3:
                line["price_unit"] = self.random.choice((0.0, 9.99, 12.345, 100.0))
        if self.random.random() < 0.15:
            lines.append({"product_id": self.memory.prepaid.id, "product_uom_qty": 1})
        lines.append({"display_type": "line_section", "name": "Section"})
        order = (
            self.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "company_id": company.id,
                    "partner_id": self.one(self.partners).id,
                    "team_id": self.one(self.teams, empty=True).id,
                    "user_id": self.one(self.users, empty=True).id,
                    "medium_id": self.one(self.mediums, empty=True).id,
                    "pricelist_id": self.one(self.pricelists).id,
                    "order_line": [Command.create(line) for line in lines],
                }
            )
        )
        # Prices are those of the day on which a line is priced; later days change none.
        self.memory.look()
        if self.random.random() < 0.85:
            order.action_confirm()
            order.date_order = self.moment()

    def do_confirm(self):
        self.one(self.orders("draft")).action_confirm()

    def do_cancel(self):
        self.one(self.orders())._action_cancel()

    def do_reopen(self):
        order = self.one(self.orders("cancel"))
        order.action_draft()
        order.action_confirm()

    def do_delete_order(self):
        self.one(self.orders("draft", "cancel")).unlink()

    def do_redate(self):
        self.one(self.orders()).date_order = self.moment()

    def do_move_order(self):
        order = self.one(self.orders())
        what = self.random.choice(("partner_id", "team_id", "user_id", "medium_id"))
        if what == "partner_id":
            # Another customer prices the lines again, which Odoo offers.
            order.partner_id = self.one(self.partners)
            self._update_prices(order)
        else:
            choices = {"team_id": self.teams, "user_id": self.users, "medium_id": self.mediums}
            order[what] = self.one(choices[what], empty=True)

    def do_credit(self):
        people = self.random.sample(list(self.users), self.random.randrange(len(self.users)))
        cuts = [0, *sorted(self.random.sample(range(1, 10_000), max(len(people) - 1, 0))), 10_000]
        self.one(self.orders("draft", "sale")).revenue_credit_set(
            [{"user_id": user.id, "percent": (cuts[n + 1] - cuts[n]) / 100} for n, user in enumerate(people)]
        )

    def do_credit_rule(self):
        team = self.one(self.teams)
        if team.revenue_credit_rule_ids:
            team.revenue_credit_rule_ids.unlink()
        else:
            percent = self.random.choice((12.5, 33.33, 100))
            team.write({"revenue_credit_rule_ids": [Command.create({"user_id": self.users[3].id, "percent": percent})]})

    def do_edit_line(self):
        line = self.one(self.order_lines())
        if not line:
            return
        # Always another value than is there: writing the same may price the line again, or not.
        values = {
            "product_uom_qty": (1, 4, 2.5, -2),
            "price_unit": (0.0, 5.55, 77.7),
            "discount": (0, 5, 50, 100),
            "product_uom_id": self.units.ids,
            "product_id": self.products.ids,
            "purchase_price": (0.0, 3.21),
        }
        what = self.random.choice(("tax_ids", *values))
        if what == "tax_ids":
            line.tax_ids = [Command.set((self.taxes[line.order_id.company_id] - line.tax_ids).ids)]
        else:
            now = line[what].id if what in ("product_uom_id", "product_id") else line[what]
            line[what] = self.random.choice([value for value in values[what] if value != now])

    def do_add_line(self):
        order = self.one(self.orders())
        if order:
            self.env["sale.order.line"].create({"order_id": order.id, "product_id": self.one(self.products).id})

    def do_update_prices(self):
        self._update_prices(self.one(self.orders("draft", "sale")))

    def _update_prices(self, orders):
        """Odoo's button "Update Prices"."""
        for order in orders:
            order.action_update_prices()
        self.memory.forget(orders.order_line)

    def do_order_discount(self):
        order = self.one(self.orders("draft", "sale"))
        if order:
            self.env["sale.order.discount"].create(
                {
                    "sale_order_id": order.id,
                    "discount_type": self.random.choice(("so_discount", "sol_discount", "amount")),
                    "discount_percentage": 0.1,
                    "discount_amount": 3.0,
                }
            ).action_apply_discount()

    def do_reward(self):
        """A promotion, or a part paid with a gift card."""
        order, program = self.one(self.orders()), self.one(self.programs)
        if order:
            card = self.env["loyalty.card"].create({"program_id": program.id, "points": 5})
            order._apply_program_reward(program.reward_ids[:1], card)

    def do_edit_move_line(self):
        move = self.one(self.moves("posted", "draft"))
        line = self.one(move.invoice_line_ids.filtered(lambda line: line.display_type == "product"))
        if not line:
            return
        if move.state == "posted":
            move.button_draft()
        change = self.random.choice(("unit", "product", "quantity", "currency", "taxes", "company"))
        if change == "currency":
            move.currency_id = self.one(self.pricelists.currency_id)
        elif change == "company":
            if move.journal_id in self.journals:
                move.journal_id = self.journals - move.journal_id
        elif change != "taxes":
            line.write(
                {
                    "unit": {"product_uom_id": self.one(self.units).id},
                    "product": {"product_id": self.one(self.products).id},
                    "quantity": {"quantity": self.random.choice((1, 5, 0.5))},
                }[change]
            )
        line.tax_ids = self.tax_ids(move.company_id)
        move.invoice_date = move.invoice_date or self.day()
        move.action_post()

    def do_invoice(self):
        orders = self.orders().filtered(lambda order: order.invoice_status == "to invoice")
        move = self.one(orders)._create_invoices()
        move.invoice_date = self.day()
        move.action_post()

    def do_reset_move(self):
        self.one(self.moves("posted")).button_draft()

    def do_post_move(self):
        move = self.one(self.moves("draft"))
        move.invoice_date = self.day()
        move.action_post()

    def do_refund(self):
        move = self.one(self.moves("posted").filtered(lambda move: move.move_type == "out_invoice"))
        if move:
            refund = move._reverse_moves([{"invoice_date": self.day(), "date": self.day()}])
            refund.action_post()

    def do_redate_move(self):
        move = self.one(self.moves("posted"))
        move.button_draft()
        move.invoice_date = self.day()
        move.action_post()

    def do_move_team(self):
        self.one(self.moves("draft", "posted")).write(
            {"team_id": self.one(self.teams, empty=True).id, "invoice_user_id": self.one(self.users, empty=True).id}
        )

    def do_direct_invoice(self):
        company = self.one(self.companies)
        move = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": self.random.choice(("out_invoice", "out_refund")),
                    "partner_id": self.one(self.partners).id,
                    "invoice_date": self.day(),
                    "currency_id": self.one(self.pricelists).currency_id.id,
                    "team_id": self.one(self.teams, empty=True).id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": self.one(self.products).id,
                                "quantity": 2,
                                "discount": 10,
                                "tax_ids": self.tax_ids(company),
                            }
                        )
                    ],
                }
            )
        )
        move.action_post()

    def do_change_cost(self):
        product = self.one(self.products).with_company(self.one(self.companies))
        product.standard_price = self.random.choice((2.5, 6.0, 7.77))

    def do_change_category(self):
        self.one(self.products).categ_id = self.one(self.categories)

    def do_change_country(self):
        self.one(self.partners).country_id = self.one(self.countries, empty=True)

    def do_change_parent(self):
        contact = self.one(self.partners.filtered(lambda partner: not partner.is_company))
        contact.parent_id = self.one(self.partners.filtered("is_company"), empty=True)

    def do_change_industry(self):
        self.one(self.partners).industry_id = self.one(self.industries, empty=True)

    def do_merge_customers(self):
        if len(self.partners) < 5:
            self.partners |= self.env["res.partner"].create({"name": "Customer again", "is_company": True})
            return
        gone, kept = self.random.sample(list(self.partners.filtered("is_company")), 2)
        self.env["base.partner.merge.automatic.wizard"]._merge((gone | kept).ids, kept, extra_checks=False)
        self.partners = self.partners.exists()

    def do_change_zone(self):
        # Of a company that has orders to move to other days, and never the zone that it has.
        company = self.one(self.orders("sale").company_id or self.companies)
        company.revenue_tz = self.random.choice([zone for zone in ZONES if zone != company.revenue_tz])

    # Raw SQL, which Odoo's own code knows nothing of.

    def do_sql_lines(self):
        lines = self.order_lines()
        if lines:
            chosen = self.random.sample(lines.ids, min(len(lines), 5))
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE sale_order_line SET price_subtotal = price_subtotal * 1.1, margin = margin + 1 WHERE id = ANY(%s)",
                [chosen],
            )
            self.env.invalidate_all(flush=False)

    def do_sql_orders(self):
        orders = self.orders()
        self.env.flush_all()
        column, value = self.random.choice(
            (
                ("date_order", "date_order + interval '7 hours'"),
                ("currency_rate", "currency_rate * 1.01"),
                ("state", "'cancel'"),
                ("team_id", "NULL"),
            )
        )
        # Constants of this file.
        self.env.cr.execute(f"UPDATE sale_order SET {column} = {value} WHERE id = %s", [self.one(orders).id or 0])
        self.env.invalidate_all(flush=False)

    def do_sql_move_line_to_other_order(self):
        orders, lines = self.orders(), self.order_lines()
        if orders and lines:
            self.env.flush_all()
            # With what Odoo keeps of the order in its lines, which its record rules read.
            self.env.cr.execute(
                "UPDATE sale_order_line l SET order_id = o.id, company_id = o.company_id, salesman_id = o.user_id,"
                " order_partner_id = o.partner_id, currency_id = o.currency_id FROM sale_order o WHERE o.id = %s AND l.id = %s",
                [self.one(orders).id, self.one(lines).id],
            )
            self.env.invalidate_all(flush=False)

    def do_sql_delete_line(self):
        lines = self.order_lines()
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM sale_order_line WHERE id = %s", [self.one(lines).id or 0])
        self.env.invalidate_all(flush=False)

    def do_sql_insert_move_line(self):
        # With its taxes, as Odoo copies a line.
        line, number = self._sql_move_line(
            "WITH first AS (SELECT %s AS id),"
            " copied AS (INSERT INTO account_move_line SELECT (jsonb_populate_record("
            " l, jsonb_build_object('id', nextval('account_move_line_id_seq')))).* FROM account_move_line l JOIN first USING (id)"
            " RETURNING id),"
            " taxed AS (INSERT INTO account_move_line_account_tax_rel (account_move_line_id, account_tax_id)"
            " SELECT copied.id, taxes.account_tax_id"
            " FROM copied, first JOIN account_move_line_account_tax_rel taxes ON taxes.account_move_line_id = first.id)"
            " SELECT id FROM copied"
        )
        if line:
            self.memory.copy(line, number)

    def do_sql_delete_move_line(self):
        self._sql_move_line("DELETE FROM account_move_line WHERE id = %s")

    def do_sql_edit_move_line(self):
        self._sql_move_line(
            "UPDATE account_move_line SET balance = balance - 1, credit = credit + 1 WHERE id = %s AND COALESCE(debit, 0) = 0"
        )

    def do_move_variant(self):
        product = self.one(self.products)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE product_product SET product_tmpl_id = %s, combination_indices = id WHERE id = %s",
            [self.one(self.products).product_tmpl_id.id, product.id],
        )
        self.env.invalidate_all(flush=False)
        # Its price is another one now. Whoever touches a line prices it again; here all are, so that it is known which.
        self._update_prices(
            self.orders("draft", "sale", "cancel").filtered(lambda o: product in o.order_line.product_id)
        )

    def _sql_move_line(self, statement):
        # What is copied knows its reward by its order line only, which SQL does not copy.
        lines = self.moves("posted").line_ids.filtered(
            lambda line: line.display_type == "product" and not line.sale_line_ids.reward_id
        )
        if lines:
            line = self.one(lines)
            self.env.flush_all()
            self.env.cr.execute(statement, [line.id])
            number = self.env.cr.fetchone()[0] if "RETURNING" in statement else None
            self.env.invalidate_all(flush=False)
            return line, number
        return None, None

    def do_sql_unit(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE uom_uom SET factor = %s WHERE id = %s", [self.random.choice((11, 12, 13)), self.units[1].id]
        )
        self.env.invalidate_all(flush=False)

    def do_delete_team(self):
        if len(self.teams) < 4:
            self.teams |= self.env["crm.team"].create({"name": f"Exact {fields.Datetime.now()}"})
        else:
            team = self.teams[-1]
            self.teams -= team
            team.unlink()
