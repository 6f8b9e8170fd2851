"""The query builder, each number compared with the same number got another way."""

from datetime import date

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ...report.facts.measures import DIMENSIONS, MEASURES, PREPAID
from ...report.facts.scope import Scope
from .common import MARCH, FactCase


@tagged("post_install", "-at_install")
class TestRevenueFacts(FactCase):
    def total(self, measure, **kwargs):
        rows = self.ask(measure, **kwargs)
        return rows[0][measure] if rows else 0.0

    def invoice(self, order, day, refund=False):
        invoice = order._create_invoices()
        invoice.invoice_date = day
        invoice.action_post()
        if refund:
            wizard = (
                self.env["account.move.reversal"]
                .with_context(active_model="account.move", active_ids=invoice.ids)
                .create({"journal_id": invoice.journal_id.id, "date": day})
            )
            credit = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
            credit.write({"invoice_date": day, "auto_post": "no"})
            credit.action_post()
        return invoice

    def with_accounts(self):
        """Give the company what invoicing needs."""
        self.env["account.chart.template"].try_loading("generic_coa", self.company, install_demo=False)
        self.product.taxes_id = [Command.clear()]

    def test_confirmed_orders_count_and_nothing_else(self):
        self.order("2030-03-10", quantity=3)
        self.order("2030-03-31 23:59:59", quantity=2, price=50.0)
        self.order("2030-04-01", quantity=7)
        self.order("2030-02-28 23:59:59", quantity=7)
        self.order("2030-03-10", confirm=False)
        self.order("2030-03-10")._action_cancel()
        self.order("2030-03-10", company=self.other_company, team_id=False, user_id=False)
        self.assertEqual(self.total("booked"), 400.0)
        self.assertEqual(self.total("quantity"), 5.0)
        self.assertEqual(self.total("orders"), 2)
        # 3 × (100 − 60) + 2 × (50 − 60)
        self.assertEqual(self.total("margin"), 100.0)

    def test_sections_and_down_payments_are_not_revenue(self):
        self.with_accounts()
        order = self.order(
            "2030-03-10",
            lines=[
                {"display_type": "line_section", "name": "Seats"},
                {
                    "product_id": self.product.id,
                    "product_uom_qty": 2,
                    "price_unit": 100.0,
                    "tax_ids": [Command.clear()],
                },
                {"display_type": "line_note", "name": "Blue ones"},
            ],
        )
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({"advance_payment_method": "fixed", "fixed_amount": 50.0, "sale_order_ids": order.ids})
        )
        down_payment = self.env["account.move"].browse(wizard.create_invoices()["res_id"])
        down_payment.invoice_date = "2030-03-11"
        down_payment.action_post()
        self.assertEqual(self.total("booked"), 200.0)
        self.assertEqual(self.total("invoiced"), 0.0)
        final = order._create_invoices(final=True)
        final.invoice_date = "2030-03-12"
        final.action_post()
        self.assertEqual(final.amount_untaxed, 150.0)
        self.assertEqual(self.total("invoiced"), 200.0)

    def test_invoices_less_credit_notes(self):
        self.with_accounts()
        self.invoice(self.order("2030-03-01", quantity=4), "2030-03-20")
        self.invoice(self.order("2030-03-01", quantity=1), "2030-03-21", refund=True)
        self.invoice(self.order("2030-03-01", quantity=9), "2030-04-01")
        draft = self.order("2030-03-01", quantity=5)._create_invoices()
        draft.invoice_date = "2030-03-20"
        self.assertEqual(self.total("invoiced"), 400.0)
        report = self.env["account.invoice.report"]._read_group(
            [
                ("company_id", "=", self.company.id),
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("invoice_date", ">=", "2030-03-01"),
                ("invoice_date", "<=", "2030-03-31"),
            ],
            [],
            ["price_subtotal:sum"],
        )
        self.assertEqual(report[0][0], 400.0)

    def test_the_business_day_is_the_company_s(self):
        self.company.revenue_tz = "Pacific/Auckland"  # UTC+13 in March
        self.order("2030-02-28 11:30:00")  # 1 March 00:30 there
        self.order("2030-03-31 10:30:00")  # 31 March 23:30 there
        self.order("2030-03-31 11:30:00")  # 1 April there
        rows = self.ask("orders", ["day"])
        self.assertEqual({row["day"]: row["orders"] for row in rows}, {date(2030, 3, 1): 1, date(2030, 3, 31): 1})
        months = self.ask("orders", ["month"], date_from=date(2030, 2, 1), date_to=date(2030, 4, 30))
        self.assertEqual({row["month"].month: row["orders"] for row in months}, {3: 2, 4: 1})

    def test_days_without_a_midnight_and_with_two(self):
        self.company.revenue_tz = "America/Havana"
        # On 10 March 2030 clocks go from 0:00 to 1:00, on 3 November from 1:00 back to 0:00.
        moments = {
            "2030-03-10 04:59:59": date(2030, 3, 9),
            "2030-03-10 05:00:00": date(2030, 3, 10),
            "2030-11-03 03:59:59": date(2030, 11, 2),
            "2030-11-03 04:00:00": date(2030, 11, 3),
            "2030-11-03 05:00:00": date(2030, 11, 3),
            "2030-11-04 04:59:59": date(2030, 11, 3),
            "2030-11-04 05:00:00": date(2030, 11, 4),
        }
        order = self.order("2030-01-01")
        for moment, day in moments.items():
            order.date_order = moment
            self.assertEqual(
                self.ask("orders", ["day"], date_from=day, date_to=day), [{"day": day, "orders": 1.0}], moment
            )

    def test_a_zone_that_does_not_exist_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Business Time Zone: Mars/Olympus"), self.env.cr.savepoint():
            self.company.revenue_tz = "Mars/Olympus"

    def test_companies_with_different_zones_in_one_question(self):
        self.branch.revenue_tz = "America/Los_Angeles"
        self.order("2030-04-01 03:00:00")  # April in UTC
        self.order("2030-04-01 03:00:00", company=self.branch, team_id=False, user_id=False)  # still March there
        rows = self.ask("orders", ["company"], companies=(self.company | self.branch).ids)
        self.assertEqual({row["company"]: row["orders"] for row in rows}, {self.branch.id: 1})

    def test_foreign_currency_at_the_order_s_own_rate(self):
        euro = self.env["res.currency"].with_context(active_test=False).search([("name", "=", "CHF")])
        euro.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "company_id": self.company.id, "name": "2000-01-01", "rate": 0.5}
        )
        pricelist = self.env["product.pricelist"].create({"name": "CHF", "currency_id": euro.id})
        order = self.order("2030-03-10", pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, euro)
        self.assertEqual(order.currency_rate, 0.5)
        self.assertAlmostEqual(self.total("booked"), 200.0)
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).rate = 0.25
        self.assertAlmostEqual(self.total("booked"), 200.0)

    def test_companies_of_several_currencies_in_one_at_each_day_s_rate(self):
        chf = self.env["res.currency"].with_context(active_test=False).search([("name", "=", "CHF")])
        chf.active = True
        self.other_company.currency_id = chf
        rates = self.env["res.currency.rate"].create(
            [
                {"currency_id": chf.id, "company_id": self.company.id, "name": day, "rate": rate}
                for day, rate in (("2030-03-05", 0.8), ("2030-03-20", 0.5))
            ]
        )
        for day in ("2030-03-02", "2030-03-10", "2030-03-20"):
            self.order(day, company=self.other_company, team_id=False, user_id=False)
            self.order(day)
        both = (self.company | self.other_company).ids
        env = self.env(context=dict(self.env.context, allowed_company_ids=both))
        facts, scope = env["revenue.facts"], Scope(**MARCH, companies=both)
        # One franc each: 1 / 0.8 (the first rate), 1 / 0.8 and 1 / 0.5 of the company's.
        for currency, own, other in (
            (self.company.currency_id, 300.0, 450.0),
            (chf, 80.0 + 80.0 + 50.0, 300.0),
            (False, 300.0, 300.0),
        ):
            rows = facts.query(
                ["booked", "orders"], ["company"], scope.narrow(currency=(currency and currency.id) or None)
            )
            found = {row["company"]: (row["booked"], row["orders"]) for row in rows}
            self.assertEqual(found, {self.company.id: (own, 3), self.other_company.id: (other, 3)}, currency)
            # The same by Odoo's own conversion, a day at a time.
            days = facts.query(["booked"], ["company", "day"], scope)
            if currency:
                converted = sum(
                    env["res.company"]
                    .browse(row["company"])
                    .currency_id._convert(row["booked"], currency, self.company, row["day"])
                    for row in days
                )
                self.assertAlmostEqual(converted, own + other)
        self.assertTrue(rates)

    def test_quantity_in_the_product_s_own_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.order(
            "2030-03-10",
            lines=[
                {
                    "product_id": self.product.id,
                    "product_uom_id": dozen.id,
                    "product_uom_qty": 2,
                    "price_unit": 1200.0,
                    "tax_ids": [Command.clear()],
                }
            ],
        )
        self.assertEqual(self.total("quantity"), 24.0)

    def test_new_customers_are_those_of_the_first_order_in_the_company_and_its_branches(self):
        contact = self.env["res.partner"].create({"name": "Ann's office", "parent_id": self.customer.id})
        self.order("2030-02-10")
        self.order("2030-03-10", partner_id=contact.id)
        self.order(
            "2030-03-11", partner_id=self.other_customer.id, team_id=self.other_team.id, user_id=self.stranger.id
        )
        self.order("2030-03-12", partner_id=self.other_customer.id)
        newcomer = self.env["res.partner"].create({"name": "Cem"})
        self.order("2030-03-13", partner_id=newcomer.id, company=self.branch, team_id=False, user_id=False)
        self.order("2030-03-14", partner_id=newcomer.id)
        self.assertEqual(self.total("new_customers"), 1)
        self.assertEqual(self.total("new_customers", teams=self.team.ids), 0)
        self.assertEqual(self.total("new_customers", teams=self.other_team.ids), 1)
        self.assertEqual(self.total("new_customers", companies=(self.company | self.branch).ids), 2)
        self.assertEqual(self.total("new_customers", date_from=date(2030, 2, 1)), 2)
        # Whether somebody is new does not depend on what the reader may see.
        self.assertEqual(self.total("new_customers", user=self.people["user"]), 0)

    def test_every_dimension_splits_the_same_total(self):
        for day in ("2030-03-01", "2030-03-09", "2030-03-31"):
            self.order(day, quantity=2)
            self.order(day, partner_id=self.other_customer.id, team_id=False, user_id=False)
        for dimension in DIMENSIONS:
            measures = ["booked", "quantity"] if dimension in ("product", "category") else ["booked", "orders"]
            rows = self.ask(measures, [dimension])
            for measure in measures:
                self.assertEqual(sum(row[measure] for row in rows), self.total(measure), (dimension, measure))
        crossed = self.ask("booked", ["team", "customer", "day"])
        self.assertEqual(len(crossed), 6)

    def test_selectors(self):
        self.order("2030-03-01", quantity=2)
        self.order(
            "2030-03-02", partner_id=self.other_customer.id, team_id=self.other_team.id, user_id=self.stranger.id
        )
        parent = self.env["product.category"].create({"name": "Furniture"})
        self.category.parent_id = parent
        for selectors, expected in (
            ({"teams": self.team.ids}, 200.0),
            ({"users": self.stranger.ids}, 100.0),
            ({"customers": self.other_customer.ids}, 100.0),
            ({"products": self.product.ids}, 300.0),
            ({"categories": parent.ids}, 300.0),
            ({"categories": self.env["product.category"].create({"name": "Empty"}).ids}, 0.0),
        ):
            self.assertEqual(self.total("booked", **selectors), expected, selectors)
            self.assertEqual(self.total("orders", **selectors), round(expected / 150), selectors)

    def test_a_number_counts_what_its_reader_may_open_and_nothing_else(self):
        self.order("2030-03-01")  # the user's own
        self.order("2030-03-01", user_id=self.colleague.id)  # a team mate's
        self.order("2030-03-01", user_id=self.stranger.id, team_id=self.other_team.id)
        self.order("2030-03-01", company=self.branch, team_id=False, user_id=self.stranger.id)
        expected = {"user": 2, "manager": 2, "finance": 3, "auditor": 3}
        both = (self.company | self.branch).ids
        for role, count in expected.items():
            person = self.people[role]
            self.assertEqual(self.total("orders", user=person, companies=both), count, role)
            self.assertEqual(self.total("booked", user=person, companies=both), count * 100.0, role)
            openable = self.as_seen_by(person, self.env["sale.order"]).search_count([("company_id", "in", both)])
            self.assertEqual(openable, count, role)

    def test_a_number_drills_down_to_the_documents_that_make_it_up(self):
        self.with_accounts()
        first = self.order("2030-03-01", quantity=2)
        second = self.order("2030-03-02", partner_id=self.other_customer.id)
        self.order("2030-04-02")
        invoice = self.invoice(first, "2030-03-05")
        scope = Scope(**MARCH, companies=tuple(self.company.ids))
        for measure in MEASURES:
            model, domain = self.env["revenue.facts"].drill_down(measure, scope)
            documents = self.env[model].search(domain)
            expected = invoice if MEASURES[measure].fact == "invoiced" else second | first
            if measure in PREPAID:
                expected = expected.browse()
            self.assertEqual(documents, expected, measure)
            if measure in ("booked", "invoiced"):
                self.assertEqual(sum(documents.mapped("amount_untaxed")), self.total(measure))
            action = self.env["revenue.facts"].drill_down_action(measure, scope)
            rows = self.env[model].with_context(**action["context"]).search(action["domain"])
            if measure != "customers":
                self.assertAlmostEqual(sum(rows.mapped("revenue_counted")), self.total(measure), 2, measure)
            self.assertTrue(self.env["ir.ui.view"].browse(action["views"][0][0]).arch)
        for nonsense in (
            "[]",
            "{",
            '{"measure": "booked"}',
            '{"measure": "x"}',
            '{"measure": "booked", "date_from": 1}',
            "1",
        ):
            self.assertEqual(first.with_context(revenue_drill_down=nonsense).revenue_counted, 0.0)
        _model, domain = self.env["revenue.facts"].drill_down("booked", scope.narrow(products=(999999,)))
        self.assertFalse(self.env["sale.order"].search(domain))

    def test_of_a_document_only_the_lines_that_are_asked_for_count(self):
        category = self.env["product.category"].create({"name": "Lamps"})
        lamp = self.env["product.product"].create({"name": "Lamp", "categ_id": category.id})
        line = {"product_uom_qty": 1.0, "tax_ids": [Command.clear()]}
        lines = [
            {**line, "product_id": self.product.id, "price_unit": 70.0},
            {**line, "product_id": lamp.id, "price_unit": 30.0},
        ]
        self.order("2030-03-01", lines=lines)
        scope = Scope(**MARCH, companies=tuple(self.company.ids), categories=tuple(category.ids))
        action = self.env["revenue.facts"].drill_down_action("booked", scope)
        (order,) = self.env["sale.order"].with_context(**action["context"]).search(action["domain"])
        self.assertEqual((order.amount_untaxed, order.revenue_counted), (100.0, 30.0))
        self.assertEqual(self.total("booked", categories=tuple(category.ids)), 30.0)
        # Who may not see it is not told what it counts.
        stranger = self.as_seen_by(self.stranger, self.env["revenue.facts"])
        self.assertEqual(stranger.counted("booked", scope, order.ids), {})

    def test_many_scopes_cost_three_statements_per_kind_of_fact(self):
        self.order("2030-03-05")
        scopes = [Scope(**MARCH, companies=tuple(self.company.ids), teams=tuple(self.team.ids))] * 30
        facts = self.env["revenue.facts"]
        facts.query_scopes(["booked", "margin"], ["user"], scopes)
        # What is dirty, the documents that leads to, and the numbers.
        with self.assertQueryCount(3):
            answers = facts.query_scopes(["booked", "margin"], ["user"], scopes)
        self.assertEqual(len(answers), 30)
        self.assertEqual(answers[7], self.ask(["booked", "margin"], ["user"], teams=self.team.ids))

    def test_bad_questions(self):
        with self.assertRaisesRegex(ValueError, "no measure 'luck'"):
            self.ask("luck")
        with self.assertRaisesRegex(ValueError, "no dimension 'mood'"):
            self.ask("booked", ["mood"])
        with self.assertRaisesRegex(ValueError, "not of one kind"):
            self.env["revenue.facts"].query(["booked", "invoiced"], ["team"], Scope(**MARCH), limit=3)
        self.assertTrue(fields.Date.to_date("2030-03-01"))
