"""Submitting and deciding in the web client, in a real browser, as the people who do it."""

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestRevenueApprovalTour(HttpCase):
    def test_submit_find_decide_and_see_the_trail(self):
        def person(login, name, role):
            return new_test_user(
                self.env, login, groups=f"sales_revenue_mgmt.revenue_group_{role}", name=name, tz="UTC", password=login
            )

        seller = person("tour_seller", "Sue Seller", "user")
        manager = person("tour_manager", "Mona Manager", "manager")
        self.env.company.revenue_tz = "UTC"
        team = self.env["crm.team"].create(
            {
                "name": "Tour Team",
                "user_id": manager.id,
                "company_id": self.env.company.id,
                "member_ids": [(6, 0, seller.ids)],
            }
        )
        values = {
            "period_type": "month",
            "date_start": fields.Date.today().replace(day=1),
            "team_id": team.id,
            "user_id": seller.id,
        }
        target, orders, customers = (
            self.env["revenue.target"]
            .with_user(seller)
            .create(
                [
                    {**values, "measure": "booked", "amount": 600.0},
                    {**values, "measure": "orders", "amount": 7.0},
                    {**values, "measure": "new_customers", "amount": 3.0},
                ]
            )
        )
        self.start_tour("/odoo", "revenue_submit_tour", login="tour_seller")
        self.assertEqual(target.state, "submitted")
        orders.action_submit()
        self.start_tour("/odoo", "revenue_decide_tour", login="tour_manager")
        self.assertEqual((target.state, orders.state), ("approved", "rejected"))
        self.assertEqual(orders.sudo().approval_step_ids.decision_ids.reason, "Too few orders.")
        customers.action_submit()
        self.start_tour(f"/odoo/revenue-targets/{customers.id}", "revenue_activity_tour", login="tour_manager")
        self.assertEqual(customers.state, "rejected")
        self.assertEqual(customers.sudo().approval_step_ids.decision_ids.reason, "Not this one.")
