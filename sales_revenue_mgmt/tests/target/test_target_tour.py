"""The web client, in a real browser, as a sales manager."""

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestRevenueTargetTour(HttpCase):
    def test_create_a_target_and_drill_down(self):
        manager = new_test_user(
            self.env, "revenue_tour", groups="sales_revenue_mgmt.revenue_group_manager", name="Tara Tour", tz="UTC"
        )
        self.env.company.revenue_tz = "UTC"
        self.env.company.revenue_default_measure = "booked"
        team = self.env["crm.team"].create(
            {"name": "Tour Team", "user_id": manager.id, "company_id": self.env.company.id, "sequence": 1}
        )
        product = self.env["product.product"].create(
            {"name": "Lamp", "list_price": 50.0, "taxes_id": [Command.clear()]}
        )
        customer = self.env["res.partner"].create({"name": "Tour Customer"})
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": customer.id,
                    "team_id": team.id,
                    "user_id": manager.id,
                    "order_line": [
                        Command.create(
                            {"product_id": product.id, "product_uom_qty": quantity, "tax_ids": [Command.clear()]}
                        )
                    ],
                }
                for quantity in (1, 2, 5)
            ]
        )
        orders[:2].action_confirm()
        orders[:2].date_order = fields.Datetime.now()
        self.start_tour("/odoo", "revenue_target_tour", login="revenue_tour")
        target = self.env["revenue.target"].search([("team_id", "=", team.id)])
        self.assertEqual((target.amount, target.actual, target.attainment), (600.0, 150.0, 0.25))
        self.assertEqual(target.create_uid, manager)
