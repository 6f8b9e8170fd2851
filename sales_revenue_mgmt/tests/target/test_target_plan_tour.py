"""From an empty plan to its results and its next version, in a real browser: short form of what a sales manager does."""

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestRevenueTargetPlanTour(HttpCase):
    def test_build_submit_approve_sell_revise(self):
        company = self.env["res.company"].create({"name": "Tour Company", "revenue_tz": "UTC"})

        def person(login, group):
            return new_test_user(
                self.env,
                login,
                groups=f"sales_revenue_mgmt.{group}",
                company_id=company.id,
                company_ids=[(6, 0, company.ids)],
                tz="UTC",
            )

        manager = person("revenue_planner", "revenue_group_manager")
        finance = person("revenue_controller", "revenue_group_finance")
        company.revenue_manager_id = manager
        teams = self.env["crm.team"].create(
            [{"name": name, "user_id": manager.id, "company_id": company.id} for name in ("Tour One", "Tour Two")]
        )
        self.start_tour("/odoo", "revenue_target_plan_tour", login="revenue_planner", timeout=180)
        plan = self.env["revenue.target"].search([("company_id", "=", company.id)])
        self.assertEqual((plan.state, plan.amount, len(plan.line_ids)), ("submitted", 9500.0, 3))
        plan.with_user(finance).with_company(company).action_approve()
        plan.with_user(finance).with_company(company).action_post()
        order = (
            self.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "company_id": company.id,
                    "partner_id": self.env["res.partner"].create({"name": "Tour Customer"}).id,
                    "team_id": teams[0].id,
                    "user_id": manager.id,
                    "order_line": [
                        fields.Command.create(
                            {
                                "product_id": self.env["product.product"].create({"name": "Lamp"}).id,
                                "price_unit": 250.0,
                                "tax_ids": False,
                            }
                        )
                    ],
                }
            )
        )
        self.assertEqual(plan.with_company(company).get_results()["lines"][0]["actual"][-1], 0.0)
        order.action_confirm()
        self.assertEqual(plan.with_company(company).get_results()["lines"][0]["actual"][-1], 250.0)
        self.start_tour(
            f"/odoo/revenue-targets/{plan.id}", "revenue_target_results_tour", login="revenue_planner", timeout=180
        )
        self.assertEqual(
            plan.revision_ids.line_ids.sorted("id").mapped("amount"), plan.line_ids.sorted("id").mapped("amount")
        )
