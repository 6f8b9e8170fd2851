"""Split credit: who may give it, what is refused, and that parts add up to the whole, to the cent."""

import random
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...report.facts.scope import Scope
from ...report.facts.sources import FACTS
from ..facts.common import MARCH, FactCase

MEASURES = ["booked", "margin", "quantity", "orders", "new_customers"]


class CreditCase(FactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user, cls.manager, cls.finance = (cls.people[role] for role in ("user", "manager", "finance"))
        cls.credit = cls.env["revenue.target.credit"]

    def credited(self, measure="booked", **kwargs):
        """Person → what they are credited with."""
        users = self.env["res.users"]
        return {users.browse(row["credited"]): row[measure] for row in self.ask(measure, ["credited"], **kwargs)}

    def split(self, order, *parts):
        order.revenue_credit_set([{"user_id": user.id, "percent": percent} for user, percent in parts])
        return order

    def parts(self, order):
        return [(row.user_id, row.percent) for row in order.sudo().revenue_credit_ids]

    def rule(self, *parts, team=None):
        return self.env["revenue.target.credit.rule"].create(
            [{"team_id": (team or self.team).id, "user_id": user.id, "percent": percent} for user, percent in parts]
        )

    def refused(self, error, sentence, action, *args):
        with self.assertRaisesRegex(error, sentence), self.env.cr.savepoint():
            action(*args)


@tagged("post_install", "-at_install")
class TestRevenueTargetCredit(CreditCase):
    # ------------------------------------------------------------------
    # Numbers
    # ------------------------------------------------------------------

    def test_nothing_split_the_salesperson_has_everything(self):
        self.order("2030-03-05")
        self.order("2030-03-06", user_id=False)
        for _moment in ("logged", "clean"):
            self.assertEqual(self.credited(), {self.user: 100.0, self.env["res.users"]: 100.0})
            for user_row, credited_row in zip(
                self.ask(MEASURES, ["user", "day"]), self.ask(MEASURES, ["credited", "day"]), strict=True
            ):
                self.assertEqual(list(user_row.values()), list(credited_row.values()))
            self.refreshed()

    def test_parts_of_an_order(self):
        order = self.order("2030-03-05", quantity=1, price=100.01)
        self.order("2030-03-06", user_id=self.colleague.id)
        for _moment in ("logged", "clean"):
            self.assertEqual(self.credited(), {self.user: 100.01, self.colleague: 100.0})
            self.refreshed()
        self.split(order, (self.colleague, 50), (self.manager, 50))
        for _moment in ("logged", "clean"):
            # 50.005 is rounded up for the first, the last has the rest.
            self.assertEqual(self.credited(), {self.colleague: 150.01, self.manager: 50.0})
            self.assertEqual(self.credited("orders"), {self.colleague: 1.5, self.manager: 0.5})
            self.assertEqual(self.credited("quantity"), {self.colleague: 1.5, self.manager: 0.5})
            # The salesperson remains the salesperson.
            users = {row["user"]: row["booked"] for row in self.ask("booked", ["user"])}
            self.assertEqual(users, {self.user.id: 100.01, self.colleague.id: 100.0})
            self.assertEqual(self.ask("booked", credited=(self.manager.id,)), [{"booked": 50.0}])
            self.assertEqual(self.ask("orders", credited=(self.manager.id, self.colleague.id)), [{"orders": 2.0}])
            self.refreshed()

    def wanted(self, orders):
        """The same in Python, from the orders' lines: person → [booked, margin, quantity, orders]."""

        def cents(number):
            return number.quantize(Decimal("0.01"), ROUND_HALF_UP)

        answer = defaultdict(lambda: [Decimal(0)] * 4)
        for order in orders:
            parts = self.parts(order) or [(order.user_id, 100.0)]
            for line in order.order_line:
                exact = [Decimal(repr(line.price_subtotal)), Decimal(repr(round(line.margin, 2)))]
                pieces, done = Decimal(str(line.product_uom_qty)), Decimal(0)
                for place, (user, percent) in enumerate(parts):
                    share = Decimal(str(percent)) / 100
                    upto = done + share
                    for index, number in enumerate(exact):
                        end = number if place + 1 == len(parts) else cents(number * upto)
                        answer[user][index] += end - (cents(number * done) if place else 0)
                    answer[user][2] += pieces * share
                    done = upto
            for user, percent in parts:
                answer[user][3] += Decimal(str(percent)) / 100
        return {user: [float(number) for number in numbers] for user, numbers in answer.items()}

    def random_parts(self, chance, people):
        chosen = chance.sample(people, chance.randrange(2, 5))
        cuts = sorted(chance.sample(range(1, 10_000), len(chosen) - 1))
        bounds = [0, *cuts, 10_000]
        return [(user, (bounds[n + 1] - bounds[n]) / 100) for n, user in enumerate(chosen)]

    def test_random_splits_add_up_to_the_cent(self):
        chance = random.Random(7)
        people = [self.user, self.colleague, self.manager, self.deputy, self.stranger]
        orders = self.env["sale.order"]
        for _number in range(25):
            order = self.order(
                f"2030-03-{chance.randrange(1, 29):02}",
                user_id=chance.choice(people).id,
                team_id=chance.choice([self.team.id, self.other_team.id, False]),
                partner_id=chance.choice([self.customer.id, self.other_customer.id]),
                lines=[
                    {
                        "product_id": self.product.id,
                        "product_uom_qty": chance.choice([1, 3, 7, -1, -3]),
                        "price_unit": chance.choice([0.01, 0.03, 33.33, 99.99, 1234.57, 0.0]),
                        "tax_ids": [Command.clear()],
                    }
                    for _line in range(chance.randrange(1, 5))
                ],
            )
            if chance.random() < 0.6:
                self.split(order, *self.random_parts(chance, people))
            orders |= order
        for moment in ("logged", "clean", "some logged"):
            if moment == "some logged":
                # What is split is among what is stale, and what is not is, too.
                orders[::3].order_line[:1].price_unit = 47.11
            wanted = self.wanted(orders)
            rows = self.ask(MEASURES, ["credited"])
            self.assertEqual({row["credited"] for row in rows}, {user.id for user in wanted}, moment)
            for row in rows:
                expected = wanted[self.env["res.users"].browse(row["credited"])]
                for measure, number in zip(MEASURES, expected, strict=False):
                    self.assertAlmostEqual(row[measure], number, 6, (moment, row["credited"], measure))
                # Nobody has parts of cents.
                self.assertAlmostEqual(row["booked"], round(row["booked"], 2), 9)
            for dimension in ("team", "customer", "month", "week", "day", "category", "product", "company", "user"):
                whole = {row[dimension]: row for row in self.ask(MEASURES, [dimension])}
                for measure in MEASURES:
                    parts = defaultdict(float)
                    for row in self.ask(measure, [dimension, "credited"]):
                        parts[row[dimension]] += row[measure]
                    for key, row in whole.items():
                        self.assertAlmostEqual(parts[key], row[measure], 6, (moment, dimension, measure))
            for row in rows:
                alone = self.ask(MEASURES, credited=(row["credited"],))
                self.assertEqual([round(alone[0][name], 6) for name in MEASURES], [round(row[n], 6) for n in MEASURES])
            self.refreshed()

    def test_an_order_in_a_foreign_currency_is_not_whole_cents(self):
        chf = self.env["res.currency"].with_context(active_test=False).search([("name", "=", "CHF")])
        chf.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": chf.id, "company_id": self.company.id, "name": "2000-01-01", "rate": 0.87}
        )
        pricelist = self.env["product.pricelist"].create({"name": "CHF", "currency_id": chf.id})
        order = self.split(
            self.order("2030-03-05", pricelist_id=pricelist.id, price=100.0), (self.colleague, 33.3), (self.user, 66.7)
        )
        for _moment in ("logged", "clean"):
            parts = self.credited()
            self.assertEqual(parts[self.colleague], 38.28)
            # Whoever comes last has what is left of it, to the last digit.
            self.assertAlmostEqual(parts[self.user], 100 / 0.87 - 38.28, 9)
            self.refreshed()
        self.assertAlmostEqual(order.currency_rate, 0.87)

    def test_many_scopes_at_once_answer_as_each_alone(self):
        self.split(self.order("2030-03-05", price=10.01), (self.colleague, 33.33), (self.user, 66.67))
        self.order("2030-03-06")
        days = [date(2030, 3, 5), date(2030, 3, 6)]
        scopes = [Scope(date_from=day, date_to=day, companies=self.company.ids) for day in days]
        scopes.append(Scope(**MARCH, companies=self.company.ids, credited=self.colleague.ids))
        for _moment in ("logged", "clean"):
            for dimensions in (["credited"], ["category", "credited"], ["month"]):
                facts = self.env["revenue.facts"]
                together = facts.query_scopes(MEASURES, dimensions, scopes)
                for scope, rows in zip(scopes, together, strict=True):
                    self.assertCountEqual(rows, facts.query(MEASURES, dimensions, scope))
            self.refreshed()

    def test_orders_of_a_category_count_each_part_once(self):
        other = self.env["product.product"].create(
            {"name": "Table", "type": "consu", "categ_id": self.env["product.category"].create({"name": "Tables"}).id}
        )
        lines = [
            {"product_id": product.id, "product_uom_qty": 1, "price_unit": 10, "tax_ids": [Command.clear()]}
            for product in (self.product, self.product, other)
        ]
        self.split(self.order("2030-03-05", lines=lines), (self.colleague, 30), (self.user, 70))
        self.split(self.order("2030-03-06"), (self.colleague, 30), (self.user, 70))
        found = {
            (row["category"], row["credited"]): row["orders"] for row in self.ask("orders", ["category", "credited"])
        }
        tables, chairs = other.categ_id.id, self.category.id
        self.assertEqual(
            {key: round(number, 9) for key, number in found.items()},
            {
                (chairs, self.colleague.id): 0.6,
                (chairs, self.user.id): 1.4,
                (tables, self.colleague.id): 0.3,
                (tables, self.user.id): 0.7,
            },
        )
        lines = {row["credited"]: round(row["lines"], 9) for row in self.ask("lines", ["credited"])}
        self.assertEqual(lines, {self.colleague.id: 1.2, self.user.id: 2.8})
        self.assertEqual(self.credited("customers"), {self.colleague: 1, self.user: 1})

    def invoice(self, orders, day, refund=False):
        invoice = orders._create_invoices()
        invoice.invoice_date = day
        invoice.action_post()
        if refund:
            credit = invoice._reverse_moves([{"invoice_date": date(2030, 3, 31), "date": date(2030, 3, 31)}])
            credit.action_post()
        return invoice

    def test_invoices_follow_their_orders(self):
        self.with_accounts()
        self.product.taxes_id = [Command.clear()]
        one = self.split(self.order("2030-03-01", price=10.01), (self.colleague, 33.33), (self.manager, 66.67))
        two = self.order("2030-03-01", price=5.0, user_id=self.user.id)
        both = self.invoice(one | two, "2030-03-05")
        self.assertEqual(len(both), 1)
        self.invoice(
            self.split(self.order("2030-03-02", price=0.03), (self.colleague, 50), (self.user, 50)), "2030-03-06", True
        )
        by_hand = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "invoice_date": "2030-03-07",
                "invoice_user_id": self.deputy.id,
                "invoice_line_ids": [Command.create({"product_id": self.product.id, "price_unit": 7.0})],
            }
        )
        by_hand.action_post()
        salesperson = both.invoice_user_id
        for _moment in ("logged", "clean"):
            found = self.credited("invoiced")
            wanted = {self.colleague: 3.34, self.manager: 6.67, salesperson: 5.0, self.deputy: 7.0}
            # The refund took back from each what the invoice gave.
            self.assertEqual({user: round(number, 9) for user, number in found.items() if number}, wanted)
            self.assertEqual(self.ask("invoiced")[0]["invoiced"], 22.01)
            teams = self.ask("invoiced", ["team", "credited"])
            self.assertAlmostEqual(sum(row["invoiced"] for row in teams), 22.01, 9)
            # An invoice counts for everybody who has a part of it.
            self.assertEqual(self.credited("invoices")[self.colleague], 3)
            self.assertEqual(self.credited("invoices")[self.deputy], 1)
            self.refreshed()
        model, domain = self.env["revenue.facts"].drill_down(
            "invoiced", Scope(**MARCH, companies=self.company.ids, credited=self.manager.ids)
        )
        self.assertEqual(self.env[model].search(domain), both)
        model, domain = self.env["revenue.facts"].drill_down(
            "invoiced", Scope(**MARCH, companies=self.company.ids, credited=self.deputy.ids)
        )
        self.assertEqual(self.env[model].search(domain), by_hand)
        # Whoever has a part reads the invoice, and no more of it than its number counts.
        facts = self.as_seen_by(self.colleague, self.env["revenue.fact.invoiced"])
        moves = self.as_seen_by(self.colleague, self.env["account.move"])
        self.assertEqual(facts.search([]).move_id, moves.search([("state", "=", "posted"), ("line_ids", "!=", False)]))
        self.assertIn(both, moves.search([]))
        self.assertNotIn(by_hand, moves.search([]))
        self.assertTrue(moves.browse(both.id).invoice_line_ids.mapped("price_unit"))

    def test_a_number_drills_down_to_the_documents_with_a_part(self):
        shared = self.split(self.order("2030-03-05"), (self.colleague, 1), (self.manager, 99))
        own = self.order("2030-03-06", user_id=self.colleague.id)
        given_away = self.split(
            self.order("2030-03-07", user_id=self.colleague.id, partner_id=self.other_customer.id), (self.user, 100)
        )
        scope = Scope(**MARCH, companies=self.company.ids, credited=self.colleague.ids)
        for reader in (self.env.user, self.colleague, self.finance):
            facts = self.as_seen_by(reader, self.env["revenue.facts"])
            model, domain = facts.drill_down("booked", scope)
            self.assertEqual(facts.env[model].search(domain, order="id"), shared | own)
            self.assertNotIn(given_away, facts.env[model].search(domain))
            orders = facts.query(["booked", "orders"], [], scope)
            self.assertEqual([orders[0]["booked"], round(orders[0]["orders"], 9)], [101.0, 1.01])
            # Each row says what of it counts, so that they add up.
            action = facts.drill_down_action("booked", scope)
            rows = facts.env[model].with_context(**action["context"]).search(action["domain"], order="id")
            self.assertEqual([round(row.revenue_counted, 2) for row in rows], [1.0, 100.0])
            self.assertEqual(rows.revenue_counted_currency_id, self.company.currency_id)
        _model, domain = self.env["revenue.facts"].drill_down("new_customers", scope)
        self.assertEqual(self.env["sale.order"].search(domain), shared)

    # ------------------------------------------------------------------
    # Who reads
    # ------------------------------------------------------------------

    def test_a_part_opens_the_order_and_counts_for_its_reader(self):
        order = self.split(self.order("2030-03-05"), (self.stranger, 10), (self.user, 90))
        self.order("2030-03-06")
        own = self.order("2030-03-07", user_id=self.stranger.id, team_id=self.other_team.id)
        seen = self.as_seen_by(self.stranger, self.env["sale.order"])
        of_us = [("company_id", "=", self.company.id)]
        for _moment in ("logged", "clean"):
            self.assertEqual(seen.search(of_us), order | own)
            self.assertEqual(seen.browse(order.id).order_line.mapped("price_subtotal"), [100.0])
            self.assertEqual(seen.browse(order.id).revenue_credit_ids.user_id, self.stranger | self.user)
            # The same by lines, by rollups, and as its part.
            facts = self.as_seen_by(self.stranger, self.booked)
            for groupby in ([], ["team_id"], ["user_id"], ["category_id"], ["partner_id"], ["product_id"]):
                rows = facts._read_group(of_us, groupby, ["net:sum", "documents:sum"])
                self.assertEqual(sum(row[-2] for row in rows), 200.0, groupby)
                self.assertEqual(sum(row[-1] for row in rows), 2, groupby)
            self.assertEqual(len(facts.search(of_us)), 2)
            self.assertEqual(facts.search([*of_us, ("shared", "=", True)]).order_id, order)
            self.assertEqual(facts._read_group(of_us, ["shared"], ["net:sum"]), [(False, 100.0), (True, 100.0)])
            self.assertEqual(self.credited(user=self.stranger), {self.stranger: 110.0, self.user: 90.0})
            self.assertEqual(self.ask("booked", user=self.stranger, credited=self.stranger.ids), [{"booked": 110.0}])
            self.refreshed()
        # Reading, and nothing else.
        self.refused(AccessError, "", seen.browse(order.id).write, {"client_order_ref": "mine"})
        self.refused(AccessError, "", seen.browse(order.id).order_line.write, {"price_unit": 1})

    def test_rollups_serve_readers_with_parts(self):
        self.split(self.order("2030-03-05"), (self.stranger, 10), (self.user, 90))
        self.refreshed()
        facts = self.as_seen_by(self.stranger, self.booked)
        self.assertEqual(facts._with_rollup([], ["team_id"]).env.context["revenue_rollup"].name, "who")
        rollup = FACTS["booked"].rollup_table(facts._with_rollup([], ["team_id"]).env.context["revenue_rollup"])
        self.assertTrue(self.sql_of(lambda: facts._read_group([], ["team_id"], ["net:sum"]), rollup))
        asked = self.sql_of(self.credited, rollup)
        self.assertTrue(asked)

    def test_rows_are_read_as_their_orders(self):
        order = self.split(self.order("2030-03-05"), (self.user, 60), (self.colleague, 40))
        rows = order.revenue_credit_ids
        for person, count in (
            (self.user, 2),
            (self.colleague, 2),
            (self.manager, 2),
            (self.finance, 2),
            (self.stranger, 0),
        ):
            seen = self.as_seen_by(person, self.credit)
            self.assertEqual(seen.search_count([("order_id", "=", order.id)]), count, person.login)
            self.assertEqual(len(seen.browse(rows.ids)._filtered_access("read")), count, person.login)
        self.assertEqual(self.as_seen_by(self.people["auditor"], self.credit).search_count([("id", "in", rows.ids)]), 2)
        # Without a role of ours, orders are as they were.
        plain = self._person("plain", "revenue_group_user")
        plain.group_ids = self.env.ref("sales_team.group_sale_salesman_all_leads")
        seen = self.as_seen_by(plain, order)
        self.assertTrue(seen.read())
        self.refused(AccessError, "", seen.read, ["revenue_credit_ids"])

    def test_the_cost_does_not_grow(self):
        orders = [self.order("2030-03-05") for _number in range(6)]
        self.refreshed()
        facts = self.env["revenue.facts"]
        scope = Scope(**MARCH, companies=self.company.ids)
        facts.query(["booked"], ["credited"], scope)
        facts.query(["booked"], ["user"], scope)
        with self.assertQueryCount(2):
            # What is dirty, and the numbers.
            facts.query(["booked"], ["user"], scope)
        with self.assertQueryCount(3):
            # And what is split.
            facts.query(["booked"], ["credited"], scope)
        for count in (1, 5):
            for order in orders[:count]:
                self.split(order, (self.user, 60), (self.colleague, 40))
            self.env.flush_all()
            with self.assertQueryCount(3):
                facts.query(["booked"], ["credited"], scope)
            with self.assertQueryCount(3):
                facts.query_scopes(["booked"], ["credited"], [scope] * 20)

    # ------------------------------------------------------------------
    # Rules of teams
    # ------------------------------------------------------------------

    def test_a_rule_is_captured_when_an_order_is_confirmed(self):
        rule = self.rule((self.colleague, 20), (self.manager, 12.5))
        order = self.order("2030-03-05", confirm=False)
        self.assertFalse(order.revenue_credit_ids)
        self.as_seen_by(self.user, order).action_confirm()
        parts = [(self.colleague, 20), (self.manager, 12.5), (self.user, 67.5)]
        self.assertEqual(self.parts(order), parts)
        rule[0].percent = 50
        rule[1].unlink()
        self.assertEqual(self.parts(order), parts)
        # Taken back and confirmed again, it stays as it was.
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.assertEqual(self.parts(order), parts)
        later = self.order("2030-03-06")
        self.assertEqual(self.parts(later), [(self.colleague, 50), (self.user, 50)])
        self.assertEqual(self.order("2030-03-06", team_id=self.other_team.id).revenue_credit_ids, self.credit)

    def test_a_rule_meets_rows_salespeople_and_leavers(self):
        self.rule((self.user, 30), (self.colleague, 70))
        own = self.order("2030-03-05", confirm=False)
        self.split(own, (self.deputy, 100))
        own.action_confirm()
        self.assertEqual(self.parts(own), [(self.deputy, 100)])
        # The salesperson is in the rule, and nothing remains.
        self.assertEqual(self.parts(self.order("2030-03-05")), [(self.user, 30), (self.colleague, 70)])
        self.assertEqual(self.parts(self.order("2030-03-05", user_id=False)), [(self.user, 30), (self.colleague, 70)])
        self.colleague.active = False
        # What a leaver had is the salesperson's; who has everything needs no row.
        self.assertEqual(self.parts(self.order("2030-03-05")), [])
        self.assertEqual(
            self.parts(self.order("2030-03-05", user_id=self.deputy.id)), [(self.user, 30), (self.deputy, 70)]
        )
        # Nobody could have the rest: not applied, and it says so.
        order = self.order("2030-03-05", user_id=False)
        self.assertFalse(order.revenue_credit_ids)
        self.assertIn("70 % remain", order.message_ids[0].body)

    def test_a_rule_on_every_way_to_confirm(self):
        self.rule((self.colleague, 20))
        parts = [(self.colleague, 20), (self.user, 80)]
        written = self.order("2030-03-05", confirm=False)
        self.as_seen_by(self.user, written).write({"state": "sale"})
        self.assertEqual(self.parts(written), parts)
        created = self.order("2030-03-05", confirm=False, state="sale")
        self.assertEqual(self.parts(created), parts)
        several = self.order("2030-03-05", confirm=False) | self.order("2030-03-05", confirm=False)
        several.action_confirm()
        for order in several:
            self.assertEqual(self.parts(order), parts)
        # By somebody without a role of ours.
        plain = self._person("plain", "revenue_group_user")
        plain.group_ids = self.env.ref("sales_team.group_sale_salesman_all_leads")
        order = self.order("2030-03-05", confirm=False)
        self.as_seen_by(plain, order).action_confirm()
        self.assertEqual(self.parts(order), parts)

    def test_who_configures_a_rule_and_what_it_refuses(self):
        rule = self.rule((self.colleague, 20))
        rules = self.env["revenue.target.credit.rule"]
        values = {"team_id": self.team.id, "user_id": self.user.id, "percent": 10}
        for person in (self.user, self.manager, self.people["auditor"]):
            seen = self.as_seen_by(person, rules)
            self.assertEqual(seen.search([("team_id", "=", self.team.id)]), rule)
            self.refused(AccessError, "", seen.create, values)
            self.refused(AccessError, "", seen.browse(rule.id).write, {"percent": 30})
            self.refused(AccessError, "", seen.browse(rule.id).unlink)
        self.as_seen_by(self.people["admin"], rules).create(values)
        self.as_seen_by(self.finance, rule).percent = 25
        self.assertEqual(self.events(rule), ["created", "changed"])
        self.refused(
            ValidationError,
            "add up to 101 %.*100 % at most",
            rules.create,
            {**values, "user_id": self.manager.id, "percent": 66},
        )
        self.refused(ValidationError, "revenue_user .* stands twice", rules.create, {**values, "percent": 1})
        outsider = self._person("outsider", "revenue_group_user", company=self.other_company)
        self.refused(ValidationError, "does not work in Northwind", rules.create, {**values, "user_id": outsider.id})
        for percent in (0, -5, 100.01, float("nan"), float("inf"), "NaN", "a lot", None, True):
            self.refused(ValidationError, "Credit \\(%\\)", rule.write, {"percent": percent})
        self.assertEqual(self.events(rule), ["created", "changed"])
        team = self._team("Green", self.manager, self.user)
        green = self.rule((self.colleague, 20), team=team)
        team.unlink()
        self.assertEqual(self.events(green), ["created", "deleted"])

    # ------------------------------------------------------------------
    # What is refused
    # ------------------------------------------------------------------

    def test_bad_parts(self):
        order = self.order("2030-03-05", confirm=False)
        ann, bob = self.user, self.colleague
        portal = self._portal_user()
        outsider = self._person("outsider", "revenue_group_user", company=self.other_company)
        for parts, sentence in (
            ([(ann, 60), (bob, 30)], "add up to 90 %, not to 100 %"),
            ([(ann, 60), (bob, 40.01)], "add up to 100.01 %"),
            ([(ann, 50), (ann, 50)], "Person: revenue_user .* stands twice"),
            ([(portal, 100)], "Person: Pat is a portal user"),
            ([(outsider, 100)], "Person: revenue_outsider .* does not work in Northwind"),
            ([(ann, 0), (bob, 100)], "Credit \\(%\\): 0 is not possible"),
            ([(ann, 0.001), (bob, 100)], "Credit \\(%\\): 0.001"),
            ([(ann, -20), (bob, 120)], "Credit \\(%\\): -20"),
            ([(ann, 120), (bob, -20)], "Credit \\(%\\): 120"),
            ([(ann, float("nan"))], "Credit \\(%\\): nan"),
            ([(ann, float("inf"))], "Credit \\(%\\): inf"),
            ([(ann, "Infinity")], "Credit \\(%\\): Infinity"),
            ([(ann, "half"), (bob, 50)], "Credit \\(%\\): half"),
            ([(ann, True), (bob, 99)], "Credit \\(%\\): True"),
            ([(ann, None)], "Credit \\(%\\)"),
        ):
            rows = [{"user_id": user.id, "percent": percent} for user, percent in parts]
            nested = [Command.create(row) for row in rows]
            seen = self.as_seen_by(ann, order)
            self.refused(ValidationError, sentence, seen.write, {"revenue_credit_ids": nested})
            self.refused(ValidationError, sentence, seen.revenue_credit_set, rows)
            self.refused(
                ValidationError,
                sentence,
                self.as_seen_by(ann, self.credit).create,
                [{**row, "order_id": order.id} for row in rows],
            )
            self.refused(
                ValidationError,
                sentence,
                self.as_seen_by(ann, self.env["sale.order"]).create,
                {"partner_id": self.customer.id, "user_id": ann.id, "revenue_credit_ids": nested},
            )
            with mute_logger("odoo.models.unlink"):
                # Imports give the sentence as a message.
                found = self.as_seen_by(ann, self.credit).load(
                    ["order_id/.id", "user_id/.id", "percent"],
                    [[str(order.id), str(user.id), str(percent)] for user, percent in parts],
                )
            self.assertFalse(found["ids"], sentence)
            self.assertTrue(found["messages"])
        self.assertFalse(self.credit.search([("order_id", "=", order.id)]))
        for shares in (
            None,
            {},
            "all",
            [1],
            [{"user_id": ann.id}],
            [{"user_id": "x", "percent": 100}],
            [{"user_id": True, "percent": 100}],
        ):
            self.refused(UserError, "Credit: give a list", order.revenue_credit_set, shares)

    def test_a_single_row_cannot_break_the_sum(self):
        order = self.split(self.order("2030-03-05", confirm=False), (self.user, 60), (self.colleague, 40))
        first, second = order.revenue_credit_ids
        other = self.order("2030-03-06", confirm=False)
        self.refused(ValidationError, "add up to 40 %", first.unlink)
        self.refused(ValidationError, "add up to 90 %", first.write, {"percent": 50})
        self.refused(ValidationError, "stands twice", first.write, {"user_id": self.colleague.id})
        self.refused(ValidationError, "cannot become that of another", first.write, {"order_id": other.id})
        self.refused(ValidationError, "cannot become", other.write, {"revenue_credit_ids": [Command.link(first.id)]})
        self.refused(ValidationError, "add up to 40 %", order.write, {"revenue_credit_ids": [Command.delete(first.id)]})
        self.refused(
            ValidationError,
            "add up to 160 %",
            self.credit.create,
            {"order_id": order.id, "user_id": self.manager.id, "percent": 60},
        )
        self.refused(
            ValidationError,
            "does not work in Southwind",
            order.write,
            {"company_id": self.other_company.id, "team_id": False},
        )
        # All at once, and two who change places.
        order.write(
            {
                "revenue_credit_ids": [
                    Command.update(first.id, {"percent": 50}),
                    Command.update(second.id, {"percent": 50}),
                ]
            }
        )
        order.write(
            {
                "revenue_credit_ids": [
                    Command.update(first.id, {"user_id": self.colleague.id, "percent": 70}),
                    Command.update(second.id, {"user_id": self.user.id, "percent": 30}),
                ]
            }
        )
        self.assertEqual(self.parts(order), [(self.colleague, 70), (self.user, 30)])
        order.revenue_credit_ids.unlink()
        self.assertFalse(order.revenue_credit_ids)
        # By a forged context: JSON cannot say what the guard looks for.
        for value in (True, 1, {}, "CHANGING"):
            forged = self.credit.with_context(revenue_credit_changing=value)
            self.refused(
                ValidationError,
                "add up to 10 %",
                forged.create,
                {"order_id": order.id, "user_id": self.user.id, "percent": 10},
            )

    def test_parts_from_a_default_add_up_too(self):
        rows = [Command.create({"user_id": user.id, "percent": 60}) for user in (self.user, self.colleague)]
        orders = self.env["sale.order"].with_context(default_revenue_credit_ids=rows)
        values = {"partner_id": self.customer.id, "user_id": self.user.id}
        self.refused(ValidationError, "add up to 120 %", orders.create, values)
        rows[1][2]["percent"] = 40
        self.assertEqual(self.parts(orders.create(values)), [(self.user, 60), (self.colleague, 40)])

    def test_an_import_of_orders_with_parts(self):
        fields = ["partner_id/.id", "user_id/.id", "revenue_credit_ids/user_id/.id", "revenue_credit_ids/percent"]
        ann, bob = str(self.user.id), str(self.colleague.id)
        orders = self.as_seen_by(self.user, self.env["sale.order"])
        found = orders.load(fields, [[str(self.customer.id), ann, ann, "60"], ["", "", bob, "40"]])
        self.assertEqual(self.parts(orders.browse(found["ids"])), [(self.user, 60), (self.colleague, 40)])
        found = orders.load(fields, [[str(self.customer.id), ann, ann, "60"], ["", "", bob, "30"]])
        self.assertIn("add up to 90 %", found["messages"][0]["message"])

    # ------------------------------------------------------------------
    # Who may change
    # ------------------------------------------------------------------

    def attacks(self, person, order):
        """Every way to more credit on an order that we could think of."""
        seen = self.as_seen_by(person, order)
        credit = self.as_seen_by(person, self.credit)
        mine = {"user_id": person.id, "percent": 100}
        row = credit.browse(order.sudo().revenue_credit_ids[:1].id)
        elsewhere = self.as_seen_by(person, self.env["sale.order"]).create(
            {"partner_id": self.customer.id, "user_id": person.id, "revenue_credit_ids": [Command.create(mine)]}
        )
        replace = [Command.clear(), Command.create(mine)]
        ways = {
            "create": lambda: credit.create({**mine, "order_id": order.id}),
            "by default": lambda: credit.with_context(default_order_id=order.id).create(mine),
            "set": lambda: seen.revenue_credit_set([mine]),
            "dialog": seen.action_revenue_credit_change,
            "nested": lambda: seen.write({"revenue_credit_ids": replace}),
            "web_save": lambda: seen.web_save({"revenue_credit_ids": replace}, {}),
            "back to draft": lambda: seen.write({"state": "draft", "revenue_credit_ids": replace}),
            "draft, then": lambda: (seen.write({"state": "draft"}), seen.write({"revenue_credit_ids": replace})),
            "cancel, then": lambda: (
                seen._action_cancel(),
                seen.action_draft(),
                seen.write({"revenue_credit_ids": replace}),
            ),
            "melt": lambda: seen.write({"revenue_credit_frozen": False}),
            "link": lambda: seen.write({"revenue_credit_ids": [Command.link(elsewhere.revenue_credit_ids.id)]}),
            "move": lambda: elsewhere.revenue_credit_ids.write({"order_id": order.id}),
            "wizard": lambda: (
                self.as_seen_by(person, self.env["revenue.target.credit.wizard"])
                .create({"order_id": order.id, "reason": "me", "line_ids": [Command.create(mine)]})
                .action_apply()
            ),
        }
        if row:
            ways |= {
                "rewrite": lambda: row.write({"user_id": person.id}),
                "unlink": lambda: credit.browse(order.sudo().revenue_credit_ids.ids).unlink(),
                "web_save row": lambda: row.web_save({"user_id": person.id}, {}),
            }
        return ways

    def test_a_salesperson_cannot_credit_himself_on_a_confirmed_order(self):
        shared = self.split(self.order("2030-03-05", confirm=False), (self.colleague, 40), (self.manager, 60))
        shared.action_confirm()
        whole = self.order("2030-03-06", user_id=self.colleague.id)
        for order in (shared, whole):
            before = self.parts(order)
            people = [self.user, self.colleague, self.stranger, self.people["auditor"], self.deputy]
            for person in people:
                for name, attack in self.attacks(person, order).items() if person != self.people["auditor"] else ():
                    with (
                        self.subTest(name, person=person.login),
                        self.assertRaises(UserError),
                        self.env.cr.savepoint(),
                    ):
                        attack()
                self.env.invalidate_all()
                self.assertEqual(self.parts(order), before, person.login)
        # The import, which catches errors.
        credit = self.as_seen_by(self.user, self.credit)
        found = credit.load(["order_id/.id", "user_id/.id", "percent"], [[str(whole.id), str(self.user.id), "100"]])
        self.assertFalse(found["ids"])
        self.assertIn("you may not change it", found["messages"][0]["message"])
        self.refused(
            AccessError,
            "Credit: you may not change it on .*Change Credit",
            self.as_seen_by(self.user, shared).revenue_credit_set,
            [],
        )

    def test_an_order_from_before_the_installation_is_frozen_like_others(self):
        order = self.order("2030-03-05")
        mine = [Command.create({"user_id": self.user.id, "percent": 100})]
        for way in ("back to draft", "at once", "by cancelling"):
            self.env.flush_all()
            self.env.cr.execute("UPDATE sale_order SET revenue_credit_frozen = NULL WHERE id = %s", [order.id])
            self.env.invalidate_all()
            seen = self.as_seen_by(self.user, order)
            with self.subTest(way), self.assertRaisesRegex(AccessError, "you may not"), self.env.cr.savepoint():
                if way == "at once":
                    seen.write({"state": "draft", "revenue_credit_ids": mine})
                elif way == "back to draft":
                    seen.write({"state": "draft"})
                    seen.write({"revenue_credit_ids": mine})
                else:
                    seen._action_cancel()
                    seen.action_draft()
                    seen.write({"revenue_credit_ids": mine})

    def test_a_new_order_is_not_born_confirmed_with_parts(self):
        values = {
            "partner_id": self.customer.id,
            "user_id": self.user.id,
            "team_id": self.team.id,
            "revenue_credit_ids": [Command.create({"user_id": self.user.id, "percent": 100})],
        }
        orders = self.as_seen_by(self.user, self.env["sale.order"])
        self.refused(AccessError, "you may not change", orders.create, {**values, "state": "sale"})
        self.refused(AccessError, "you may not change", orders.with_context(default_state="sale").create, values)
        born = orders.with_context(default_revenue_credit_frozen=True).create(values)
        self.assertFalse(born.revenue_credit_frozen)
        self.assertFalse(born.copy().revenue_credit_ids)

    def noted(self):
        """What the trail says of shared sales, those of the demo company left out."""
        return self.env["revenue.audit.entry"].search(
            [
                ("event", "=", "credited"),
                ("user_id", "in", [person.id for person in (self.user, self.manager, *self.people.values())]),
            ]
        )

    def test_a_draft_is_shared_by_whoever_may_write_it(self):
        order = self.order("2030-03-05", confirm=False)
        self.split(self.as_seen_by(self.user, order), (self.user, 50), (self.stranger, 50))
        for person in (self.stranger, self.colleague):
            for name, attack in self.attacks(person, order).items():
                if name == "set" or name in ("create", "nested", "rewrite", "unlink"):
                    with self.subTest(name), self.assertRaises(UserError), self.env.cr.savepoint():
                        attack()
        self.assertEqual(self.parts(order), [(self.user, 50), (self.stranger, 50)])
        # Nothing of a draft goes into the trail.
        self.assertFalse(self.noted())

    def test_managers_of_the_team_and_finance_change_it_and_it_is_written_down(self):
        order = self.order("2030-03-05")
        seen = self.as_seen_by(self.manager, order)
        self.assertEqual(seen.revenue_credit_right, "dialog")
        self.assertEqual(self.as_seen_by(self.user, order).revenue_credit_right, "no")
        self.assertEqual(self.as_seen_by(self.deputy, order)._revenue_credit_open(), order.browse())
        action = seen.action_revenue_credit_change()
        form = Form(self.as_seen_by(self.manager, self.env[action["res_model"]]).with_context(**action["context"]))
        self.assertEqual([line["percent"] for line in form.line_ids._records], [100.0])
        with form.line_ids.edit(0) as line:
            line.percent = 75
        with form.line_ids.new() as line:
            line.user_id, line.percent = self.colleague, 25
        form.reason = "Cara brought the customer."
        form.save().action_apply()
        self.assertEqual(self.parts(order), [(self.user, 75), (self.colleague, 25)])
        note = order.message_ids[0]
        self.assertEqual(note.author_id, self.manager.partner_id)
        sam, cara = self.user.name, self.colleague.name
        self.assertIn(f"Credit changed from {sam} 100 % to {sam} 75 %, {cara} 25 %. Cara brought", note.body)
        entry = self.noted()
        self.assertEqual((entry.user_id, entry.reason), (self.manager, "Cara brought the customer."))
        self.assertIn(order.name, entry.after)
        self.assertEqual(entry.event_label, "Credit changed")
        # Finance, row by row as well.
        rows = self.as_seen_by(self.finance, order.revenue_credit_ids)
        rows[1].user_id = self.deputy
        self.assertEqual(self.parts(order), [(self.user, 75), (self.deputy, 25)])
        self.as_seen_by(self.finance, order).revenue_credit_set([], "Back")
        self.assertFalse(order.revenue_credit_ids)
        self.assertEqual(len(self.noted()), 3)
        self.assertIntact()
        outside = self._person("outside", "revenue_group_finance", company=self.other_company)
        self.refused(AccessError, "", self.as_seen_by(outside, order).revenue_credit_set, [])

    def test_the_forms(self):
        order = self.order("2030-03-05", confirm=False)
        with Form(self.as_seen_by(self.user, order)) as form:
            for person, percent in ((self.user, 60), (self.colleague, 40)):
                with form.revenue_credit_ids.new() as row:
                    row.user_id, row.percent = person, percent
        self.assertEqual(self.parts(order), [(self.user, 60), (self.colleague, 40)])
        order.action_confirm()
        self.env["sale.order"].with_user(self.finance).get_view(view_type="form")
        for role in ("user", "manager", "finance", "auditor"):
            found = self.as_seen_by(self.people[role], order).web_read(
                {"revenue_credit_ids": {"fields": {"percent": {}}}}
            )
            self.assertEqual(len(found[0]["revenue_credit_ids"]), 2)
        rules = self.as_seen_by(self.people["admin"], self.env["revenue.target.credit.rule"])
        self.rule((self.user, 10))
        self.assertTrue(
            rules.web_search_read([], {"team_id": {"fields": {"display_name": {}}}, "percent": {}})["records"]
        )
        self.assertTrue(self.as_seen_by(self.people["admin"], self.team).web_read({"revenue_credit_rule_ids": {}}))
