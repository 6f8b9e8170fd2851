"""Discounts on whole orders, rewards, gift cards, and what is no sale at all."""

import json
import random
from datetime import date

from odoo import Command
from odoo.tests import tagged

from ..analytics.spread_discount import Line, spread_discount
from ..report.revenue_scope import Scope
from .test_revenue_fact import FactCase

MARCH = {"date_from": date(2030, 3, 1), "date_to": date(2030, 3, 31)}


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
        facts = self.as_seen_by(user or self.people["user"], self.env["revenue.facts"])
        return facts.query(measures, list(dimensions), Scope(**{**MARCH, "companies": self.company.ids, **scope}))

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

    def test_taxes_by_the_engine(self):
        country = self.company.account_fiscal_country_id

        def tax(**values):
            return self.env["account.tax"].create(
                {
                    "name": str(values),
                    "company_id": self.company.id,
                    "country_id": country.id,
                    "price_include_override": "tax_included",
                    **values,
                }
            )

        twenty, five, piece = tax(amount=20), tax(amount=5), tax(amount=6, amount_type="fixed")
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
