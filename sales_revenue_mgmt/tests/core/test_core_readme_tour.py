"""README's first tour in a real browser, word by word, on the demo data; and the demo people's first page."""

import importlib.metadata
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import UserError, ValidationError
from odoo.tests import HttpCase, tagged

from ... import hooks
from ..common import RevenueCase


@tagged("post_install", "-at_install")
class TestRevenueReadmeTour(HttpCase):
    def test_everybody_of_the_demo_begins_in_revenue(self):
        first = {
            "sam": "revenue_target_action_mine",
            "mia": "revenue_target_action_mine",
            "iris": "revenue_target_action_mine",
            "ben": "revenue_target_action_mine",
            "fay": "revenue_target_action",
            "admin": "revenue_target_action",
            "ada": "revenue_audit_entry_action",
        }
        for login, action in first.items():
            user = self.env["res.users"].search([("login", "=", login)])
            self.assertEqual(user.action_id.id, self.env.ref(f"sales_revenue_mgmt.{action}").id, login)
            # Else it opens a chat over a phone's whole screen.
            self.assertEqual(user.odoobot_state, "disabled", login)

    def test_the_demo_company_can_be_believed(self):
        """What Odoo itself would compute is what was written, and targets say that the company does well."""
        orders = self.env["sale.order"].search([("name", "=like", "CF%")])
        lines, moves = orders.order_line, orders.invoice_ids
        self.assertGreater(len(orders), 1000)
        for records in (orders, lines, moves, moves.line_ids):
            records._check_company()
        sample = orders[::40]
        for records, names in (
            (sample, ("amount_untaxed", "amount_total", "margin", "invoice_status")),
            (
                sample.order_line,
                ("price_subtotal", "margin", "qty_invoiced", "qty_to_invoice", "untaxed_amount_invoiced"),
            ),
            (
                sample.invoice_ids,
                ("amount_untaxed", "amount_total", "amount_residual", "amount_total_signed", "payment_state"),
            ),
        ):
            before = [tuple(record[name] for name in names) for record in records]
            for name in names:
                self.env.add_to_compute(records._fields[name], records)
            for record, old in zip(records, before, strict=True):
                for name, value in zip(names, old, strict=True):
                    if isinstance(value, float):
                        self.assertAlmostEqual(record[name], value, 2, f"{record.display_name}: {name}")
                    else:
                        self.assertEqual(record[name], value, f"{record.display_name}: {name}")
        fay = self.env.ref("sales_revenue_mgmt.revenue_user_fay")
        year = self.env.ref("sales_revenue_mgmt.revenue_target_company_year").with_user(fay)
        # In the first days of a year there is nothing to judge by.
        if year._today().timetuple().tm_yday > 45:
            self.assertTrue(0.85 < year.pacing < 1.2, year.pacing)
        origins = {"percent", "price", "percent_price", "order", "reward"}
        found = self.env["sale.order.line"].search([("revenue_discount_origin", "in", list(origins))])
        self.assertEqual(set(found.mapped("revenue_discount_origin")), origins)
        self.assertTrue(self.env["revenue.target.credit"].search_count([]))

    def test_the_tour_of_the_readme(self):
        for login in ("sam", "mia", "fay", "ada", "admin"):
            with self.subTest(login=login):
                self.start_tour("/odoo", f"revenue_readme_{login}_tour", login=login)
        state = {
            name: self.env.ref(f"sales_revenue_mgmt.revenue_target_{name}").state
            for name in ("sam_new_customers", "sam_quarter", "sam_year", "demo_user_month")
        }
        self.assertEqual(
            state,
            {
                "sam_new_customers": "approved",
                "sam_quarter": "approved",
                "sam_year": "rejected",
                "demo_user_month": "posted",
            },
        )


@tagged("post_install", "-at_install")
class TestRevenueFirstScreen(RevenueCase):
    def test_who_may_make_a_target_is_offered_one(self):
        for model in ("revenue.target", "revenue.target.line"):
            for role in ("user", "manager", "finance"):
                help_text = self.env[model].with_user(self.people[role]).get_empty_list_help("<p>None yet</p>")
                self.assertIn("None yet", help_text)
                self.assertIn('data-model="revenue.target"', help_text)
            help_text = self.env[model].with_user(self.people["auditor"]).get_empty_list_help("<p>None yet</p>")
            self.assertNotIn("revenue.target", help_text)

    def test_a_card_opens_the_plan_where_the_line_is_all_of_it(self):
        def seen_by(role, model):
            context = {"allowed_company_ids": self.company.ids}
            return self.env(user=self.people[role].id, su=False, context=context)[model]

        values = {"measure": "booked", "amount": 100.0}
        own = {"user_id": self.people["user"].id, "team_id": self.team.id}
        target = seen_by("user", "revenue.target").create({**values, **own})
        action = target.root_line_id.action_open()
        self.assertEqual((action["res_model"], action["res_id"]), ("revenue.target", target.id))
        plan = seen_by("finance", "revenue.target").create({**values, "scenario": "stretch"})
        team = seen_by("finance", "revenue.target.line").create(
            {"target_id": plan.id, "level": "team", "team_id": self.team.id}
        )
        action = team.action_open()
        self.assertEqual((action["res_model"], action["res_id"]), ("revenue.target.line", team.id))

    def test_a_filter_of_state_narrows_what_is_current(self):
        """Filters of one group add to each other; those of different groups narrow."""
        for model in ("revenue.target", "revenue.target.line"):
            arch = etree.fromstring(self.env[model].get_view(view_type="search")["arch"])
            groups, names = [[]], [child for child in arch if child.tag in ("filter", "separator")]
            for child in names:
                if child.tag == "separator":
                    groups.append([])
                else:
                    groups[-1].append(child.get("name"))
            [own] = [group for group in groups if "current" in group]
            self.assertEqual(own, ["current"], model)

    def test_a_company_made_by_code_that_does_not_know_of_us(self):
        """As Odoo makes one while it updates a module that comes before this one."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns WHERE table_name = 'res_company'"
            " AND column_name NOT LIKE 'revenue%' AND column_name NOT IN ('id', 'name')"
        )
        [columns] = self.env.cr.fetchone()
        self.env.cr.execute(
            f"INSERT INTO res_company (name, {columns}) SELECT 'Unaware', {columns} FROM res_company WHERE id = %s RETURNING id",
            [self.company.id],
        )
        company = self.env["res.company"].browse(self.env.cr.fetchone())
        self.assertEqual(
            (
                company.revenue_tz,
                company.revenue_default_measure,
                company.revenue_alert_pacing,
                company.revenue_alert_landing,
            ),
            ("UTC", "booked", 0.9, 0.95),
        )
        self.env.cr.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE column_name LIKE 'revenue\\_%'"
            " AND table_name NOT LIKE 'revenue\\_%' AND is_nullable = 'NO'"
        )
        self.assertEqual(self.env.cr.fetchall(), [])
        for name in ("revenue_tz", "revenue_default_measure"):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                company.write({name: False})

    def test_all_missing_packages_are_named_at_once(self):
        def version(name):
            if name in ("numpy", "scipy"):
                raise importlib.metadata.PackageNotFoundError(name)

        with (
            patch.object(importlib.metadata, "version", version),
            self.assertRaisesRegex(UserError, "numpy, scipy.*pip install numpy scipy"),
        ):
            hooks.pre_init_hook(self.env)
        hooks.pre_init_hook(self.env)
