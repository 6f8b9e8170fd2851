"""Discounts on whole orders, rewards, gift cards, and what is no sale at all."""

import json
import random
from datetime import date

from odoo import Command
from odoo.tests import tagged

from ...analytics.spread_discount import Line, spread_discount
from ...models.facts.line_kind import fill_kinds
from ...report.facts.scope import Scope
from .common import MARCH, FactCase


class SpreadCase(FactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tables = cls.env["product.category"].create({"name": "Tables"})
        cls.table = cls.env["product.product"].create(
            {"name": "Table", "type": "consu", "list_price": 60.0, "categ_id": cls.tables.id, "invoice_policy": "order"}
        )
        cls.table.taxes_id = [Command.clear()]

    def mixed(self, day="2030-03-01", chairs=100.0, tables=60.0, **values):
        lines = [
            {"product_id": product.id, "product_uom_qty": 1, "price_unit": price, "tax_ids": False}
            for product, price in ((self.product, chairs), (self.table, tables))
        ]
        return self.order(day, lines=lines, **values)

    def off(self, order, percentage=0.1, kind="so_discount", amount=0.0):
        self.env["sale.order.discount"].create(
            {
                "sale_order_id": order.id,
                "discount_type": kind,
                "discount_percentage": percentage,
                "discount_amount": amount,
            }
        ).action_apply_discount()
        return order.order_line[-1]

    def ask(self, measures, *dimensions, user=None, **scope):
        """As the salesperson, who has sold it all."""
        return super().ask(measures, dimensions, user or self.people["user"], **scope)

    def both(self, *args, **kwargs):
        """The same before and after refreshing."""
        answer = self.ask(*args, **kwargs)
        self.refreshed()
        self.assertEqual(self.ask(*args, **kwargs), answer)
        return answer

    def program(self, kind="promotion", **reward):
        return self.env["loyalty.program"].create(
            {
                "name": "Spring",
                "program_type": kind,
                "company_id": self.company.id,
                "trigger": "auto",
                "applies_on": "current",
                "rule_ids": [Command.clear(), Command.create({"minimum_qty": 1})],
                "reward_ids": [Command.clear(), Command.create({"reward_type": "discount", **reward})],
            }
        )

    def claim(self, order, program):
        order._update_programs_and_rewards()
        for coupon, rewards in order._get_claimable_rewards().items():
            for reward in rewards.filtered(lambda reward: reward.program_id == program):
                order._apply_program_reward(reward, coupon)
        order.action_confirm()
        order.date_order = "2030-03-01"

    def pay(self, order, kind, amount):
        """With a gift card or an e-wallet."""
        program = self.env["loyalty.program"].create(
            {
                "name": kind,
                "program_type": kind,
                "company_id": self.company.id,
                "reward_ids": [Command.create({"discount_mode": "per_point", "discount": 1})],
            }
        )
        card = self.env["loyalty.card"].create(
            {"program_id": program.id, "points": amount, "partner_id": order.partner_id.id}
        )
        order._apply_program_reward(program.reward_ids[:1], card)
        return program


@tagged("post_install", "-at_install")
class TestRevenueFactSpread(SpreadCase):
    def test_a_discount_on_the_order_counts_for_what_it_discounts(self):
        discount = self.off(self.mixed())
        rows = {row["category"]: row for row in self.both(["booked", "orders", "quantity", "margin"], "category")}
        self.assertEqual(rows[self.category.id]["booked"], 90.0)
        self.assertEqual(rows[self.tables.id]["booked"], 54.0)
        self.assertEqual(len(rows), 2)
        self.assertEqual([rows[self.category.id][name] for name in ("orders", "quantity", "margin")], [1, 1, 30.0])
        (total,) = self.both(["booked", "orders", "lines", "discretionary_discount", "list_amount"])
        self.assertEqual(list(total.values()), [144.0, 1, 3, 16.0, 160.0])
        products = self.both(["booked"], "product", "discount_origin")
        self.assertIn({"product": self.table.id, "discount_origin": "order", "booked": -6.0}, products)
        # A line is one record, and its parts together are the line.
        facts = self.as_seen_by(self.people["user"], self.booked)
        record = facts.search([("id", "=", discount.id)])
        self.assertEqual((len(record), record.net, record.lines, record.category_id), (1, -16.0, 1, facts.category_id))
        self.assertEqual(facts.search_count([("order_id", "=", discount.order_id.id)]), 3)
        found = facts.search_fetch([("id", "=", discount.id), ("category_id", "=", self.tables.id)], ["category_id"])
        self.assertEqual(found, record)

    def test_its_invoice_says_the_same(self):
        self.with_accounts()
        order = self.mixed()
        self.off(order)
        invoice = order._create_invoices()
        invoice.invoice_date = "2030-03-05"
        invoice.action_post()
        refund = invoice._reverse_moves([{"invoice_date": date(2030, 3, 6), "date": date(2030, 3, 6)}])
        refund.invoice_line_ids.filtered(lambda line: line.product_id == self.product).unlink()
        refund.action_post()
        finance = self.people["finance"]
        rows = {
            row["category"]: row for row in self.both(["invoiced", "refunded", "invoices"], "category", user=finance)
        }
        self.assertEqual(rows[self.category.id]["invoiced"], 90.0)
        # What is taken back is the table, with the whole discount.
        self.assertEqual((rows[self.tables.id]["invoiced"], rows[self.tables.id]["refunded"]), (54.0 - 44.0, 44.0))
        self.assertEqual(rows[self.tables.id]["invoices"], 2)

    def test_a_reward_counts_for_what_it_was_given_for(self):
        program = self.program(
            discount=50, discount_applicability="specific", discount_product_ids=[Command.set(self.table.ids)]
        )
        order = self.mixed(confirm=False)
        self.claim(order, program)
        rows = self.both(["booked", "promotion_discount"], "category", "program")
        self.assertEqual(
            sorted(tuple(row.values()) for row in rows if row["program"]), [(self.tables.id, program.id, -30.0, 30.0)]
        )
        cheap = self.program(discount=100, discount_applicability="cheapest")
        second = self.mixed("2030-03-02", chairs=20.0, confirm=False)
        self.claim(second, cheap)
        rows = self.both(["booked"], "category", "program")
        self.assertIn({"category": self.category.id, "program": cheap.id, "booked": -20.0}, rows)

    def test_a_discount_counts_for_lines_of_its_taxes(self):
        taxes = self.env["account.tax"].create(
            [
                {"name": f"{amount} %", "amount": amount, "company_id": self.company.id, "country_id": self._country()}
                for amount in (20, 5)
            ]
        )
        order = self.order(
            "2030-03-01",
            lines=[
                {"product_id": product.id, "price_unit": price, "tax_ids": [Command.set(tax.ids)]}
                for product, price, tax in ((self.product, 100, taxes[0]), (self.table, 60, taxes[1]))
            ],
        )
        self.off(order, kind="amount", amount=17.6)
        self.assertEqual(len(order.order_line), 4)
        rows = {row["category"]: row["booked"] for row in self.both(["booked"], "category")}
        for category, tax in ((self.category, taxes[0]), (self.tables, taxes[1])):
            lines = order.order_line.filtered(lambda line, tax=tax: line.tax_ids == tax)
            self.assertAlmostEqual(rows[category.id], sum(lines.mapped("price_subtotal")), 2)

    def _country(self):
        self.company.account_fiscal_country_id = self.env.ref("base.be")
        self.env["account.tax.group"].create(
            {"name": "Taxes", "company_id": self.company.id, "country_id": self.env.ref("base.be").id}
        )
        return self.env.ref("base.be").id

    def test_what_discounts_nothing_stays_with_itself(self):
        order = self.mixed(chairs=0.0, tables=0.0)
        line = self.env["sale.order.line"].create(
            {
                "order_id": order.id,
                "product_id": self.env["sale.order.discount"]
                .create({"sale_order_id": order.id})
                ._get_discount_product()
                .id,
                "price_unit": -7.0,
                "tax_ids": False,
            }
        )
        self.assertEqual(line.revenue_discount_origin, "order")
        rows = {row["product"]: row["booked"] for row in self.both(["booked"], "product")}
        self.assertEqual(rows, {self.product.id: 0.0, self.table.id: 0.0, line.product_id.id: -7.0})

    def test_the_rule_in_sql_and_in_python_are_one(self):
        chance = random.Random(7)
        products = self.env["product.product"].create([{"name": f"Thing {n}", "type": "consu"} for n in range(6)])
        order = self.order("2030-03-01", lines=[{"product_id": product.id, "tax_ids": False} for product in products])
        discount = self.off(order)
        lines = order.order_line - discount
        self.env.flush_all()
        for _turn in range(60):
            members = [
                Line(
                    line.id,
                    chance.choice((0, 10, 33.33, -5, 0.01, round(chance.random() * 1000, 2))),
                    chance.choice("aab"),
                )
                for line in lines
            ]
            amount = -round(chance.choice((0.01, 0.05, 1, 10, 99.99, chance.random() * 500)), 2)
            taxes = chance.choice("ab")
            over = chance.choice((None, {line.id for line in chance.sample(list(lines), 2)}))
            for line in members:
                self.env.cr.execute(
                    "UPDATE sale_order_line SET price_subtotal = %s, revenue_tax_key = %s WHERE id = %s",
                    [line.amount, line.taxes, line.key],
                )
            self.env.cr.execute(
                "UPDATE sale_order_line SET price_subtotal = %s, revenue_tax_key = %s, revenue_discounted = %s WHERE id = %s",
                [amount, taxes, over and json.dumps(sorted(over)), discount.id],
            )
            wanted = {key: float(part) for key, part in spread_discount(amount, taxes, members, over).items()}
            rows = self.booked._read_group([("id", "=", discount.id)], ["product_id"], ["net:sum"])
            found = {lines.filtered(lambda line, p=product: line.product_id == p).id: net for product, net in rows}
            self.assertEqual(found, wanted or {False: amount}, (members, amount, taxes, over))


@tagged("post_install", "-at_install")
class TestRevenueFactPayments(SpreadCase):
    def test_gift_cards_and_e_wallets_are_payment(self):
        for kind in ("gift_card", "ewallet"):
            order = self.order("2030-03-01", confirm=False)
            self.pay(order, kind, 30.0)
            self.assertEqual(order.amount_total, 70.0)
            order.action_confirm()
            order.date_order = "2030-03-01"
        (row,) = self.both(["booked", "promotion_discount", "margin", "lines", "orders", "prepaid"])
        self.assertEqual(list(row.values()), [200.0, 0.0, 80.0, 2, 2, 0.0])
        self.with_accounts()
        invoice = order._create_invoices()
        invoice.invoice_date = "2030-03-05"
        invoice.action_post()
        (row,) = self.both(["invoiced", "invoiced_margin"], user=self.people["finance"])
        self.assertEqual(list(row.values()), [100.0, 40.0])

    def test_selling_a_gift_card_or_a_top_up_is_no_revenue(self):
        for kind, product in (("gift_card", "gift_card_product_50"), ("ewallet", "ewallet_product_50")):
            product = self.env.ref(f"loyalty.{product}")
            self.env["loyalty.program"].create(
                {
                    "name": kind,
                    "program_type": kind,
                    "company_id": self.company.id,
                    "rule_ids": [Command.create({"product_ids": [Command.set(product.ids)]})],
                    "reward_ids": [Command.create({"discount_mode": "per_point", "discount": 1})],
                }
            )
            line = {"product_id": product.id, "price_unit": 50.0, "tax_ids": False}
            self.order("2030-03-01", lines=[line], partner_id=self.other_customer.id)
        measures = ["booked", "margin", "orders", "customers", "new_customers", "quantity", "prepaid"]
        (row,) = self.both(measures)
        self.assertEqual(list(row.values()), [0.0, 0.0, 0, 0, 0, 0.0, 100.0])
        self.assertEqual(self.both(["booked", "orders"], "category"), [])
        (row,) = self.both(["prepaid"], "team")
        self.assertEqual(row, {"team": self.team.id, "prepaid": 100.0})
        model, domain = self.env["revenue.facts"].drill_down(
            "prepaid", Scope(**MARCH, companies=tuple(self.company.ids))
        )
        self.assertEqual(sum(self.env[model].search(domain).mapped("amount_untaxed")), 100.0)
        model, domain = self.env["revenue.facts"].drill_down(
            "booked", Scope(**MARCH, companies=tuple(self.company.ids))
        )
        self.assertFalse(self.env[model].search(domain))

    def test_nothing_sold_is_no_order_and_no_customer(self):
        self.order("2030-02-20", quantity=0)
        self.order("2030-03-01", quantity=0, partner_id=self.other_customer.id)
        self.order("2030-03-02", quantity=1)
        (row,) = self.both(["orders", "customers", "new_customers", "lines"])
        self.assertEqual(list(row.values()), [1, 1, 1, 1])


@tagged("post_install", "-at_install")
class TestRevenueCapturedFollows(SpreadCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company, install_demo=False)

    def invoiced(self, invoice):
        invoice.invoice_date = "2030-03-05"
        invoice.action_post()
        fields = ["list_amount:sum", "discretionary_discount:sum", "net:sum", "margin:sum"]
        facts = self.as_seen_by(self.people["finance"], self.env["revenue.fact.invoiced"])
        return tuple(round(float(x), 2) for x in facts._read_group([("move_id", "=", invoice.id)], [], fields)[0])

    def manual(self, **line):
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": self.product.id, "quantity": 2, "price_unit": 100.0, "tax_ids": False, **line}
                    )
                ],
            }
        )

    def test_the_unit_of_an_invoice_line(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        invoice = self.manual()
        invoice.invoice_line_ids.product_uom_id = dozen
        invoice.invoice_line_ids.write({"price_unit": 1200.0, "tax_ids": False})
        self.assertEqual(self.invoiced(invoice), (2400.0, 0.0, 2400.0, 960.0))
        invoice = self.order("2030-03-01", quantity=24)._create_invoices()
        invoice.invoice_line_ids.write({"product_uom_id": dozen.id, "quantity": 2})
        invoice.invoice_line_ids.write({"price_unit": 1200.0, "tax_ids": False})
        self.assertEqual(self.invoiced(invoice), (2400.0, 0.0, 2400.0, 960.0))

    def test_the_product_of_an_invoice_line(self):
        self.table.standard_price = 20.0
        invoice = self.order("2030-03-01", quantity=2)._create_invoices()
        invoice.invoice_line_ids.product_id = self.table
        invoice.invoice_line_ids.write({"price_unit": 50.0, "tax_ids": False})
        self.assertEqual(self.invoiced(invoice), (100.0, 0.0, 100.0, 60.0))

    def test_another_product_than_the_gift_card_that_was_ordered(self):
        card = self.env.ref("loyalty.gift_card_product_50")
        self.env["loyalty.program"].create(
            {
                "name": "Cards",
                "program_type": "gift_card",
                "company_id": self.company.id,
                "rule_ids": [Command.create({"product_ids": [Command.set(card.ids)]})],
                "reward_ids": [Command.create({"discount_mode": "per_point", "discount": 1})],
            }
        )
        card.invoice_policy = "order"
        line = {"product_id": card.id, "price_unit": 50.0, "tax_ids": False}
        invoice = self.order("2030-03-01", lines=[line])._create_invoices()
        self.assertEqual(invoice.invoice_line_ids.revenue_line_kind, "prepaid")
        invoice.invoice_line_ids.product_id = self.product
        invoice.invoice_line_ids.write({"price_unit": 100.0, "tax_ids": False})
        self.assertEqual(self.invoiced(invoice), (100.0, 0.0, 100.0, 40.0))

    def test_the_taxes_and_the_quantity_of_an_invoice_line(self):
        included = self.tax(amount=20)
        invoice = self.order("2030-03-01", quantity=2, price=90.0)._create_invoices()
        # The price of the list is 100, as prices are written: now with the tax in it.
        invoice.invoice_line_ids.write({"tax_ids": [Command.set(included.ids)], "quantity": 3})
        self.assertEqual(self.invoiced(invoice), (250.0, 25.0, 225.0, 45.0))
        manual = self.manual(price_unit=120.0)
        manual.invoice_line_ids.write({"tax_ids": [Command.set(included.ids)], "quantity": 1})
        manual.invoice_line_ids.write({"price_unit": 120.0, "discount": 100})
        self.assertEqual(self.invoiced(manual)[:3], (100.0, 100.0, 0.0))

    def test_the_company_of_an_invoice(self):
        self.env["account.chart.template"].try_loading("generic_coa", self.branch, install_demo=False)
        self.product.with_company(self.branch).standard_price = 25.0
        journal = self.env["account.journal"].search(
            [("company_id", "parent_of", self.branch.id), ("type", "=", "sale")], limit=1
        )
        branch = journal.copy({"company_id": self.branch.id, "code": "BRS", "name": "Branch sales"})
        invoice = self.manual()
        invoice.journal_id = branch
        self.assertEqual(invoice.company_id, self.branch)
        self.assertEqual(invoice.invoice_line_ids.revenue_unit_cost, 25.0)

    def test_the_unit_of_an_order_line_that_has_been_invoiced(self):
        order = self.order("2030-03-01", quantity=24)
        order._create_invoices()
        line = order.order_line
        dozen = self.env.ref("uom.product_uom_dozen")
        line.write({"product_uom_id": dozen.id, "product_uom_qty": 2, "price_unit": 1080.0})
        self.assertEqual((line.revenue_list_price, line.revenue_discount_origin), (1200.0, "price"))
        (row,) = self.both(["list_amount", "discretionary_discount", "quantity"])
        self.assertEqual(list(row.values()), [2400.0, 240.0, 24.0])

    def test_the_currency_of_an_invoice(self):
        chf = self.env["res.currency"].with_context(active_test=False).search([("name", "=", "CHF")])
        chf.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": chf.id, "company_id": self.company.id, "name": "2000-01-01", "rate": 0.5}
        )
        invoice = self.order("2030-03-01", quantity=2)._create_invoices()
        invoice.currency_id = chf
        invoice.invoice_line_ids.write({"price_unit": 45.0, "tax_ids": False})
        self.assertEqual(self.invoiced(invoice), (200.0, 20.0, 180.0, 60.0))

    def tax(self, **values):
        return self.env["account.tax"].create(
            {
                "name": str(values),
                "company_id": self.company.id,
                "country_id": self.company.account_fiscal_country_id.id,
                "price_include_override": "tax_included",
                **values,
            }
        )

    def test_taxes_by_the_engine(self):
        twenty, five, piece = self.tax(amount=20), self.tax(amount=5), self.tax(amount=6, amount_type="fixed")
        for taxes, price, discount, listed in (
            (twenty, 120.0, 100, 100.0),
            (twenty, 120.0, 25, 100.0),
            (twenty | five, 125.0, 100, 100.0),
            (piece | twenty, 126.0, 100, 100.0),
        ):
            values = {"price_unit": price, "discount": discount, "quantity": 1, "tax_ids": [Command.set(taxes.ids)]}
            invoice = self.manual(**values)
            found = self.invoiced(invoice)
            if not (discount == 100 and piece in taxes):
                self.assertEqual(found[:2], (listed, discount * listed / 100), values)
            self.assertEqual(found[0], listed, values)
            del values["quantity"]
            self.product.list_price = price
            order = self.order("2030-03-01", lines=[{"product_id": self.product.id, **values}])
            ((found,),) = self.booked._read_group([("order_id", "=", order.id)], [], ["list_amount:sum"])
            self.assertAlmostEqual(float(found), listed, 2, values)

    def test_rounding_is_no_edited_price(self):
        """19.99 with 20 % in it: two of them less 10 % are 29.985 or 29.98, by when one takes out the tax."""
        twenty = self.tax(amount=20)
        self.product.list_price = 19.99
        for discount, quantity, origin in ((10, 2, "percent"), (0, 7, False), (0, 0.5, False), (33.33, 3, "percent")):
            values = {"discount": discount, "product_uom_qty": quantity, "tax_ids": [Command.set(twenty.ids)]}
            order = self.order("2030-03-01", lines=[{"product_id": self.product.id, **values}])
            self.assertEqual(order.order_line.revenue_discount_origin, origin, (discount, quantity))
            order.order_line.price_unit = 15.0
            edited = "percent_price" if discount else "price"
            self.assertEqual(order.order_line.revenue_discount_origin, edited, (discount, quantity))

    def test_lines_from_before_by_the_engine(self):
        """Lines that nothing was captured of, and what installing makes of them."""
        twenty, piece = self.tax(amount=20), self.tax(amount=6, amount_type="fixed")
        orders = {}
        for name, taxes, price, edited, discount, listed in (
            ("all off", twenty, 120.0, 120.0, 100, 100.0),
            ("half off", twenty, 120.0, 120.0, 50, 100.0),
            ("edited to nothing", twenty, 120.0, 0.0, 0, 100.0),
            ("edited, then all off", twenty, 120.0, 60.0, 100, 100.0),
            ("a fixed tax, half off", piece, 106.0, 106.0, 50, 100.0),
            ("a fixed tax, edited", piece, 106.0, 56.0, 0, 100.0),
            ("two taxes, all off", piece | twenty, 126.0, 126.0, 100, 100.0),
            ("no taxes, all off", twenty.browse(), 100.0, 100.0, 100, 100.0),
        ):
            self.product.list_price = price
            line = {"product_id": self.product.id, "discount": discount, "tax_ids": [Command.set(taxes.ids)]}
            order = self.order("2030-03-01", lines=[line])
            order.order_line.price_unit = edited
            orders[name] = order, listed
        self.env.flush_all()
        for name, (order, _listed) in orders.items():
            price = {"a fixed": 106.0, "two tax": 126.0, "no taxe": 100.0}.get(name[:7], 120.0)
            self.env.cr.execute(
                "UPDATE sale_order_line SET revenue_price_captured = NULL, revenue_list_price = NULL, revenue_pricelist_price ="
                " NULL, revenue_discount_origin = NULL, technical_price_unit = %s WHERE order_id = %s",
                [price, order.id],
            )
        self.env.invalidate_all(flush=False)
        fill_kinds(self.env)
        for name, (order, listed) in orders.items():
            ((found,),) = self.booked._read_group([("order_id", "=", order.id)], [], ["list_amount:sum"])
            self.assertAlmostEqual(float(found), listed, 2, name)
