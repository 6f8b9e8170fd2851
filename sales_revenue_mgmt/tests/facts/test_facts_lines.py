"""Facts as a model: what users' views ask, what record rules let through, what the table is made of."""

from datetime import date
from functools import partial

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import tagged

from ...report.facts.scope import Scope
from ...report.facts.sources import FACTS, ROLLUPS
from .common import FactCase


@tagged("post_install", "-at_install")
class TestRevenueFact(FactCase):
    def test_a_group_comes_from_the_smallest_rollup_that_can_answer(self):
        self.order("2030-03-05", quantity=2)
        self.refreshed()
        for groupby, rollup in (
            ([], "day"),
            (["day:month"], "day"),
            (["team_id", "user_id"], "who"),
            (["category_id"], "what"),
            (["partner_id", "day:week"], "whom"),
            (["product_id"], ""),
            (["category_id", "team_id"], ""),
        ):
            model = self.booked._with_rollup(self.mine(), groupby)
            chosen = model.env.context["revenue_rollup"]
            self.assertEqual(chosen.name if chosen else "", rollup, groupby)
            table = FACTS["booked"].rollup_table(chosen) if chosen else FACTS["booked"].table
            ask = partial(self.booked._read_group, self.mine(), groupby, ["net:sum", "margin:sum"])
            self.assertTrue(self.sql_of(ask, table) or not chosen, groupby)
            # The same rows whether they come from facts, from rollups, or, once logged, from the sources.
            clean = ask()
            self.env.cr.execute("INSERT INTO revenue_fact_log (kind, key) SELECT 'company', id FROM res_company")
            self.assertEqual(ask(), clean, groupby)
            self.refreshed()

    def test_what_cannot_be_added_up_is_not_asked_of_a_rollup(self):
        self.order("2030-03-05", quantity=2)
        self.order("2030-03-05", quantity=4)
        self.refreshed()
        rows = self.booked._read_group(
            self.mine(), [], ["net:avg", "net:max", "order_id:count_distinct", "customers:sum", "__count", "net:sum"]
        )
        self.assertEqual(rows, [(300.0, 400.0, 2, 1, 2, 600.0)])
        self.assertEqual(self.booked.search_count(self.mine()), 2)

    def test_a_condition_on_an_amount_asks_each_line(self):
        for price in (80.0, 100.0, 120.0):
            self.order("2030-03-05", price=price)
        self.refreshed()
        for condition, wanted in (
            (("net", ">", 90), 220.0),
            (("margin", "<", 50), 180.0),
            (("margin_rate", ">", 0.45), 120.0),
            (("cost", ">", 500), 0.0),
        ):
            ((found,),) = self.booked._read_group([*self.mine(), condition], [], ["net:sum"])
            self.assertEqual(float(found or 0), wanted, condition)

    def test_ratios_are_taken_of_sums(self):
        self.order("2030-03-05", quantity=1, price=80.0)
        self.order("2030-03-05", quantity=3, price=100.0)
        for _moment in ("before", "after"):
            ((margin, realisation, discretionary),) = self.booked._read_group(
                self.mine(), [], ["margin_rate:avg", "realisation:avg", "discretionary_rate:avg"]
            )
            self.assertAlmostEqual(float(margin), (380 - 240) / 380)
            self.assertAlmostEqual(float(realisation), 380 / 400)
            self.assertAlmostEqual(float(discretionary), 20 / 400)
            self.refreshed()
        none = self.booked._read_group([("company_id", "=", self.other_company.id)], [], ["margin_rate:avg"])
        self.assertEqual(none, [(False,)])

    def test_a_group_by_a_field_of_the_order(self):
        """Orders have a margin and a customer of their own."""
        self.order("2030-03-05", quantity=2, client_order_ref="A1")
        rows = self.booked._read_group(
            self.mine(),
            ["order_id.client_order_ref"],
            ["margin_rate:avg", "cost:sum", "customers:sum", "documents:sum"],
        )
        self.assertEqual([float(number) for number in rows[0][1:]], [0.4, 120.0, 1, 1])

    def test_a_group_that_everything_left_is_gone_at_once(self):
        order = self.order("2030-03-05")
        self.refreshed()
        order.team_id = self.other_team
        teams = self.booked._read_group(self.mine(), ["team_id"], ["net:sum"])
        self.assertEqual(teams, [(self.other_team, 100.0)])
        total, by_team = self.booked._read_grouping_sets(self.mine(), [[], ["team_id"]], ["net:sum", "__count"])
        self.assertEqual((total, by_team), ([(100.0, 1)], [(self.other_team, 100.0, 1)]))
        order._action_cancel()
        self.assertEqual(self.booked._read_group(self.mine(), ["team_id"], ["net:sum"]), [])
        self.refreshed()
        self.assertEqual(self.booked._read_group(self.mine(), ["team_id"], ["net:sum"]), [])

    def test_what_the_web_client_asks(self):
        self.order("2030-03-05", quantity=2)
        for person in ("user", "manager", "finance", "auditor"):
            facts = self.as_seen_by(self.people[person], self.booked)
            for view in ("list", "pivot", "graph", "search"):
                facts.get_view(view_type=view)
            (groups,) = facts.formatted_read_grouping_sets(self.mine(), [["day:month"]], ["net:sum", "margin_rate:avg"])
            self.assertEqual(groups[0]["net:sum"], 200.0)
            found = facts.web_search_read(
                self.mine(), {"day": {}, "net": {}, "order_id": {"fields": {"display_name": {}}}, "margin_rate": {}}
            )
            self.assertEqual(found["length"], 1)
            self.assertEqual(found["records"][0]["net"], 200.0)
            self.assertEqual(found["records"][0]["margin_rate"], 0.4)
            line = facts.browse(found["records"][0]["id"])
            action = line.action_open_document()
            self.assertEqual((action["res_model"], action["res_id"]), ("sale.order", line.order_id.id))
            grouped = facts.web_read_group(self.mine(), ["team_id"], ["net:sum"])
            self.assertEqual(grouped["groups"][0]["net:sum"], 200.0)

    def test_reading_needs_no_writing(self):
        """So that every read can be served by a replica."""
        order = self.order("2030-03-05")
        self.refreshed()
        order.order_line.discount = 10
        self.env.flush_all()
        savepoint = self.env.cr.savepoint(flush=False)
        self.env.cr.execute("SET LOCAL transaction_read_only = on")
        facts = self.as_seen_by(self.people["manager"], self.booked)
        self.assertEqual(facts._read_group(self.mine(), ["team_id"], ["net:sum"])[0][1], 90.0)
        self.assertEqual(facts.search(self.mine()).mapped("net"), [90.0])
        self.assertEqual(
            facts.web_search_read(self.mine(), {"order_id": {"fields": {"display_name": {}}}})["length"], 1
        )
        scope = Scope(date_from=date(2030, 3, 1), date_to=date(2030, 3, 31))
        self.assertEqual(facts.env["revenue.facts"].query(["booked"], ["month"], scope)[0]["booked"], 90.0)
        savepoint.rollback()

    def test_facts_cannot_be_written(self):
        line = self.order("2030-03-05").order_line
        fact = self.booked.browse(line.id)
        for person in ("user", "manager", "finance", "auditor", "admin"):
            seen = self.as_seen_by(self.people[person], fact)
            for attempt in (
                lambda seen=seen: seen.write({"net": 5.0}),
                lambda seen=seen: seen.unlink(),
                lambda seen=seen: seen.create({"net": 5.0}),
            ):
                with self.assertRaises(AccessError):
                    attempt()
        with self.assertRaises(AccessError):
            self.as_seen_by(self.people["admin"], self.booked).search([])

    def test_a_context_from_outside_changes_no_number(self):
        self.order("2030-03-05")
        self.refreshed()
        self.order("2030-03-06")
        for value in (None, False, "who", {"documents": None}, ["who"]):
            facts = self.booked.with_context(revenue_rollup=value, revenue_dirty=value)
            self.assertEqual(facts._read_group(self.mine(), [], ["net:sum"]), [(200.0,)])
            self.assertEqual(facts.search_count(self.mine()), 2)

    def test_rules_of_a_rollup_are_those_of_the_lines(self):
        self.order("2030-03-01")
        self.order("2030-03-01", user_id=self.colleague.id)
        self.order("2030-03-01", user_id=self.stranger.id, team_id=self.other_team.id)
        self.order("2030-03-01", user_id=False, team_id=False)
        self.order("2030-03-01", company=self.branch, team_id=False, user_id=self.stranger.id)
        self.refreshed()
        for person in [*self.people.values(), self.colleague, self.controller, self.deputy, self.stranger]:
            if person == self.people["admin"]:
                continue
            facts = self.as_seen_by(person, self.booked)
            lines = self.as_seen_by(person, self.env["sale.order.line"])
            orders = self.as_seen_by(person, self.env["sale.order"])
            openable = lines.search(
                [
                    ("order_id", "in", orders.search([("state", "=", "sale")]).ids),
                    ("company_id", "in", self.companies.ids),
                ]
            )
            of_us = [("company_id", "in", self.companies.ids)]
            self.assertEqual(
                facts.search(of_us).ids, openable.ids[::-1] and sorted(openable.ids, reverse=True), person.login
            )
            for groupby in ([], ["team_id"], ["category_id"], ["partner_id"], ["product_id"]):
                total = sum(row[-1] for row in facts._read_group(of_us, groupby, ["lines:sum"]))
                self.assertEqual(total, len(openable), (person.login, groupby))

    def test_a_rule_that_asks_for_what_facts_do_not_hold_is_answered_by_the_sources(self):
        self.order("2030-03-01")
        hidden = self.order("2030-03-01", client_order_ref="secret")
        self.refreshed()
        self.env["ir.rule"].create(
            {
                "name": "No secrets",
                "model_id": self.env.ref("sale.model_sale_order").id,
                "domain_force": "[('client_order_ref', '!=', 'secret')]",
            }
        )
        finance = self.as_seen_by(self.people["finance"], self.booked)
        for groupby in ([], ["team_id"], ["product_id"]):
            self.assertEqual(finance._read_group(self.mine(), groupby, ["net:sum"])[0][-1], 100.0, groupby)
        with self.assertRaises(AccessError):
            finance.browse(hidden.order_line.id).read(["net"])

    def test_refreshing_deletes_what_it_saw_and_nothing_else(self):
        first, second = self.order("2030-03-01"), self.order("2030-03-02")
        self.refreshed()
        (first | second).order_line.price_unit = 50.0
        self.env.flush_all()
        self.assertEqual(self.refresh._refresh(limit=1), 1)
        self.env.cr.execute("SELECT DISTINCT kind, key FROM revenue_fact_log")
        # Which of the two is written first is Odoo's to say.
        [(kind, left)] = self.env.cr.fetchall()
        self.assertEqual(kind, "order")
        self.assertIn(left, (first | second).ids)
        self.assertEqual(self.booked._read_group(self.mine(), [], ["net:sum"]), [(100.0,)])

    def test_a_product_that_changes_its_category_takes_its_lines_along(self):
        self.order("2030-03-01")
        self.refreshed()
        other = self.env["product.category"].create({"name": "Tables"})
        self.product.categ_id = other
        self.assertEqual(self.booked._read_group(self.mine(), ["category_id"], ["net:sum"]), [(other, 100.0)])
        self.refreshed()
        self.assertEqual(self.booked._read_group(self.mine(), ["category_id"], ["net:sum"]), [(other, 100.0)])

    def test_rollups_hold_what_the_facts_add_up_to(self):
        for day in ("2030-03-01", "2030-03-02"):
            self.order(day, quantity=3)
            self.order(day, team_id=False, user_id=False, partner_id=self.other_customer.id)
        self.refreshed()
        for fact in FACTS.values():
            for rollup in ROLLUPS:
                self.env.cr.execute(
                    f"SELECT (SELECT COALESCE(SUM(net), 0) FROM {fact.table}),"
                    f" (SELECT COALESCE(SUM(net), 0) FROM {fact.rollup_table(rollup)}),"
                    f" (SELECT COALESCE(SUM(lines), 0) FROM {fact.table}),"
                    f" (SELECT COALESCE(SUM(lines), 0) FROM {fact.rollup_table(rollup)})"
                )
                facts, rolled, lines, counted = self.env.cr.fetchone()
                self.assertEqual((facts, lines), (rolled, counted), (fact.name, rollup.name))

    def test_totals_equal_odoo_s_own_reports(self):
        """Where definitions agree; where they do not is in readme/DEVELOP."""
        self.with_accounts()
        for quantity, day in ((2, "2030-03-03"), (5, "2030-03-09"), (1, "2030-03-30")):
            order = self.order(day, quantity=quantity)
            invoice = order._create_invoices()
            invoice.invoice_date = day
            invoice.action_post()
        refund = invoice._reverse_moves([{"invoice_date": date(2030, 3, 31), "date": date(2030, 3, 31)}])
        refund.action_post()
        # The report knows of no flushing.
        self.env.flush_all()
        report = self.env["sale.report"]._read_group(
            [("company_id", "=", self.company.id), ("state", "=", "sale")],
            ["date:month", "team_id"],
            ["price_subtotal:sum", "margin:sum", "product_uom_qty:sum", "order_reference:count_distinct"],
        )
        ours = self.booked._read_group(
            [("company_id", "=", self.company.id)],
            ["day:month", "team_id"],
            ["net:sum", "margin:sum", "quantity:sum", "documents:sum"],
        )
        self.assertEqual([row[1:] for row in ours], [row[1:] for row in report])
        posted = [("state", "=", "posted"), ("move_type", "in", ("out_invoice", "out_refund"))]
        report = self.env["account.invoice.report"]._read_group(
            Domain(posted) & Domain("company_id", "=", self.company.id),
            ["product_id", "invoice_date:day"],
            ["price_subtotal:sum", "quantity:sum"],
        )
        ours = self.env["revenue.fact.invoiced"]._read_group(
            [("company_id", "=", self.company.id)], ["product_id", "day:day"], ["net:sum", "quantity:sum"]
        )
        self.assertEqual(ours, report)


@tagged("post_install", "-at_install")
class TestRevenuePriceCaptured(FactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pricelist = cls.env["product.pricelist"].create(
            {
                "name": "Ten percent less",
                "company_id": cls.company.id,
                "item_ids": [
                    Command.create({"applied_on": "3_global", "compute_price": "percentage", "percent_price": 10})
                ],
            }
        )

    def line(self, order, **values):
        return order.env["sale.order.line"].create({"order_id": order.id, "product_id": self.product.id, **values})

    def waterfall(self, lines):
        """List, pricelist, discretionary, promotion and net, as facts say it before and after refreshing."""
        domain = [("id", "in", lines.ids)]
        aggregates = [
            *(
                "list_amount:sum",
                "pricelist_discount:sum",
                "discretionary_discount:sum",
                "promotion_discount:sum",
                "net:sum",
            ),
        ]
        before = self.booked._read_group(domain, [], aggregates)
        self.refreshed()
        self.assertEqual(self.booked._read_group(domain, [], aggregates), before)
        listed, pricelist, discretionary, promotion, net = (round(float(number), 6) for number in before[0])
        self.assertAlmostEqual(listed - pricelist - discretionary - promotion, net)
        return listed, pricelist, discretionary, promotion, net

    def test_a_price_as_the_pricelist_says(self):
        line = self.order(
            "2030-03-01", pricelist_id=self.pricelist.id, lines=[{"product_id": self.product.id}]
        ).order_line
        self.assertEqual((line.revenue_list_price, line.revenue_pricelist_price), (100.0, 90.0))
        self.assertTrue(line.revenue_price_captured)
        self.assertFalse(line.revenue_discount_origin)
        self.assertEqual(self.waterfall(line), (100.0, 10.0, 0.0, 0.0, 90.0))

    def test_ways_to_give_a_discount_by_hand(self):
        for values, origin, net in (
            ({"discount": 20.0}, "percent", 80.0),
            ({"price_unit": 75.0}, "price", 75.0),
            ({"price_unit": 80.0, "discount": 50.0}, "percent_price", 40.0),
            ({"discount": 100.0}, "percent", 0.0),
            ({"price_unit": 120.0}, "price", 120.0),
        ):
            line = self.order("2030-03-01", lines=[{"product_id": self.product.id, **values}]).order_line
            self.assertEqual(line.revenue_discount_origin, origin, values)
            self.assertEqual(self.waterfall(line), (100.0, 0.0, 100.0 - net, 0.0, net), values)
            ((found,),) = self.booked._read_group([("id", "=", line.id)], ["discount_origin"])
            self.assertEqual(found, origin)

    def test_a_discount_on_top_of_the_pricelist_s_own(self):
        line = self.order(
            "2030-03-01", pricelist_id=self.pricelist.id, lines=[{"product_id": self.product.id, "price_unit": 80.0}]
        ).order_line
        line.discount = 0.0
        self.assertEqual(line.revenue_discount_origin, "price")
        self.assertEqual(self.waterfall(line), (100.0, 10.0, 10.0, 0.0, 80.0))

    def test_a_discount_on_the_whole_order(self):
        order = self.order("2030-03-01", quantity=2)
        self.env["sale.order.discount"].create(
            {"sale_order_id": order.id, "discount_type": "so_discount", "discount_percentage": 0.1}
        ).action_apply_discount()
        self.assertEqual(order.order_line.mapped("revenue_discount_origin"), [False, "order"])
        self.assertEqual(self.waterfall(order.order_line), (200.0, 0.0, 20.0, 0.0, 180.0))

    def test_rewards_are_promotions(self):
        program = self.env["loyalty.program"].create(
            {
                "name": "Chairs in spring",
                "program_type": "promotion",
                "company_id": self.company.id,
                "trigger": "auto",
                "applies_on": "current",
                "rule_ids": [Command.create({"minimum_qty": 1})],
                "reward_ids": [
                    Command.create({"reward_type": "discount", "discount": 25, "discount_applicability": "order"})
                ],
            }
        )
        order = self.order("2030-03-01", quantity=4, confirm=False)
        order._update_programs_and_rewards()
        claimable = order._get_claimable_rewards()
        for coupon, rewards in claimable.items():
            order._apply_program_reward(rewards.filtered(lambda reward: reward.program_id == program), coupon)
        order.action_confirm()
        order.date_order = "2030-03-01"
        self.assertEqual(order.order_line.filtered("reward_id").mapped("revenue_discount_origin"), ["reward"])
        self.assertEqual(self.waterfall(order.order_line), (400.0, 0.0, 0.0, 100.0, 300.0))

    def test_a_free_product_is_a_promotion_of_its_price(self):
        order = self.order("2030-03-01")
        reward = (
            self.env["loyalty.program"]
            .create(
                {
                    "name": "One free",
                    "program_type": "promotion",
                    "company_id": self.company.id,
                    "reward_ids": [Command.create({"reward_type": "product", "reward_product_id": self.product.id})],
                }
            )
            .reward_ids
        )
        line = self.line(
            order, name="A chair for free", discount=100.0, reward_id=reward.id, product_uom_qty=1, points_cost=0
        )
        self.assertEqual(self.waterfall(line), (100.0, 0.0, 0.0, 100.0, 0.0))

    def test_prices_that_include_taxes_are_captured_without(self):
        tax = self.env["account.tax"].create(
            {
                "name": "21 % included",
                "amount": 21.0,
                "price_include_override": "tax_included",
                "company_id": self.company.id,
                "country_id": self.env.ref("base.be").id,
                "tax_group_id": self.env["account.tax.group"]
                .create({"name": "21", "company_id": self.company.id, "country_id": self.env.ref("base.be").id})
                .id,
            }
        )
        line = self.order(
            "2030-03-01",
            lines=[{"product_id": self.product.id, "price_unit": 121.0, "tax_ids": [Command.set(tax.ids)]}],
        ).order_line
        self.assertAlmostEqual(line.revenue_list_price, 100 / 1.21, 4)
        self.assertAlmostEqual(line.price_subtotal, 100.0)

    def test_what_was_captured_stays(self):
        line = self.order(
            "2030-03-01", pricelist_id=self.pricelist.id, lines=[{"product_id": self.product.id}]
        ).order_line
        self.pricelist.item_ids.percent_price = 50
        self.product.list_price = 300.0
        self.assertEqual((line.revenue_list_price, line.revenue_pricelist_price), (100.0, 90.0))
        line.product_uom_qty = 2
        self.assertEqual((line.revenue_list_price, line.revenue_pricelist_price), (300.0, 150.0))

    def test_update_prices_captures_again(self):
        """Odoo's button on a quotation: its lines have the prices of today, and no discount was given by hand."""
        self.with_accounts()
        line = {"product_id": self.product.id, "tax_ids": False}
        kept, edited, invoiced = (
            self.order("2030-03-01", pricelist_id=self.pricelist.id, lines=[{**line, **values}])
            for values in ({}, {"price_unit": 75.0}, {})
        )
        invoiced._create_invoices()
        self.product.list_price = 300.0
        for order in (kept, edited, invoiced):
            order.action_update_prices()
        for order in (kept, edited):
            self.assertFalse(order.order_line.revenue_discount_origin)
            self.assertEqual(self.waterfall(order.order_line), (300.0, 30.0, 0.0, 0.0, 270.0))
        self.assertEqual(self.waterfall(invoiced.order_line), (100.0, 10.0, 0.0, 0.0, 90.0))

    def test_items_of_a_combo_cost_what_odoo_makes_of_it(self):
        combo = self.env["product.combo"].create(
            {"name": "Chair", "combo_item_ids": [Command.create({"product_id": self.product.id})]}
        )
        menu = self.env["product.product"].create(
            {
                "name": "Set",
                "type": "combo",
                "list_price": 70.0,
                "combo_ids": [Command.set(combo.ids)],
                "taxes_id": False,
            }
        )
        # As the web client saves both at once: the item knows its combo by a name that is not an id yet.
        order = self.order(
            "2030-03-01",
            lines=[
                {"product_id": menu.id, "virtual_id": "one"},
                {
                    "product_id": self.product.id,
                    "combo_item_id": combo.combo_item_ids.id,
                    "linked_virtual_id": "one",
                    "price_unit": 70.0,
                    "tax_ids": False,
                },
            ],
        )
        self.assertEqual(order.order_line.mapped("revenue_pricelist_price"), [0.0, 70.0])
        self.assertEqual(self.waterfall(order.order_line), (70.0, 0.0, 0.0, 0.0, 70.0))

    def test_nobody_sets_captured_prices(self):
        order = self.order("2030-03-01", price=80.0)
        line = order.order_line
        for name, value in (
            ("revenue_pricelist_price", 80.0),
            ("revenue_list_price", 80.0),
            ("revenue_price_captured", False),
            ("revenue_discount_origin", False),
        ):
            for records in (
                line,
                self.as_seen_by(self.people["user"], line),
                self.as_seen_by(self.people["manager"], line),
            ):
                with self.assertRaisesRegex(UserError, "cannot be set"):
                    records.write({name: value})
            with self.assertRaisesRegex(UserError, "cannot be set"):
                self.line(order, **{name: value})
            with self.assertRaisesRegex(UserError, "cannot be set"):
                order.write({"order_line": [Command.update(line.id, {name: value})]})
            row = [order.id, self.product.id, value or "0"]
            result = self.env["sale.order.line"].load(["order_id/.id", "product_id/.id", name], [row])
            self.assertFalse(result["ids"], name)
            other = self.line(order.with_context(**{f"default_{name}": value or "reward"}), price_unit=80.0)
            self.assertEqual((other.revenue_pricelist_price, other.revenue_list_price), (100.0, 100.0))
            self.assertEqual((other.revenue_price_captured, other.revenue_discount_origin), (True, "price"))
        self.assertEqual(line.revenue_pricelist_price, 100.0)

    def test_an_invoice_line_remembers_what_the_order_said_then(self):
        self.with_accounts()
        for discount, origin in ((0.0, False), (20.0, "percent")):
            values = {"product_id": self.product.id, "discount": discount, "tax_ids": False}
            order = self.order("2030-03-01", pricelist_id=self.pricelist.id, lines=[values])
            self.env.flush_all()
            # Between order and invoice prices rise.
            self.product.list_price += 300
            self.env.invalidate_all()
            line = order._create_invoices().invoice_line_ids
            wanted = order.order_line
            self.assertEqual(wanted.revenue_discount_origin, origin)
            for name in ("list_price", "pricelist_price", "discount_origin"):
                self.assertEqual(line[f"revenue_{name}"], wanted[f"revenue_{name}"], name)
            self.assertEqual(wanted.revenue_list_price, self.product.list_price - 300)
        line.product_id = self.product.copy()
        self.assertEqual((line.revenue_price_captured, line.revenue_discount_origin), (False, False))
        line.product_id = self.product
        self.assertEqual((line.revenue_price_captured, line.revenue_discount_origin), (True, "percent"))

    def test_an_invoice_line_remembers_what_its_order_line_does(self):
        self.with_accounts()
        order = self.order(
            "2030-03-01",
            pricelist_id=self.pricelist.id,
            lines=[{"product_id": self.product.id, "price_unit": 80.0, "product_uom_qty": 3, "tax_ids": False}],
        )
        invoice = order._create_invoices()
        invoice.invoice_date = "2030-03-05"
        invoice.action_post()
        line = invoice.invoice_line_ids
        self.assertEqual(
            (line.revenue_list_price, line.revenue_pricelist_price, line.revenue_unit_cost), (100.0, 90.0, 60.0)
        )
        refund = invoice._reverse_moves([{"invoice_date": date(2030, 3, 6), "date": date(2030, 3, 6)}])
        refund.action_post()
        self.assertEqual(refund.invoice_line_ids.revenue_pricelist_price, 90.0)
        self.product.standard_price = 99.0
        facts = self.env["revenue.fact.invoiced"]
        aggregates = ["list_amount:sum", "pricelist_discount:sum", "net:sum", "refunded:sum", "margin:sum"]
        domain = [("company_id", "=", self.company.id)]
        net = invoice.amount_untaxed
        self.assertEqual(
            facts._read_group(domain, ["move_id"], aggregates),
            [(invoice, 300.0, 30.0, net, 0.0, net - 180.0), (refund, -300.0, -30.0, -net, net, 180.0 - net)],
        )
        self.refreshed()
        self.assertEqual(facts._read_group(domain, [], ["net:sum", "refunded:sum"]), [(0.0, net)])

    def test_lines_of_before_are_put_together_and_marked(self):
        order = self.order(
            "2030-03-01",
            quantity=2,
            lines=[
                {"product_id": self.product.id, "product_uom_qty": 2, "discount": 25.0},
            ],
        )
        self.env.flush_all()
        # As the installation leaves what is there already.
        self.env.cr.execute(
            "UPDATE sale_order_line SET revenue_list_price = NULL, revenue_pricelist_price = NULL,"
            " revenue_price_captured = NULL, revenue_discount_origin = NULL WHERE order_id = %s",
            [order.id],
        )
        self.env.invalidate_all(flush=False)
        self.assertEqual(self.waterfall(order.order_line), (200.0, 0.0, 50.0, 0.0, 150.0))
        ((captured, origin),) = self.booked._read_group(
            [("order_id", "=", order.id)], ["price_captured", "discount_origin"]
        )
        self.assertEqual((captured, origin), (False, "percent"))
