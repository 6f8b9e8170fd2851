"""The grid of a plan in a real browser, as a sales manager."""

from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestRevenueTargetGridTour(HttpCase):
    def test_edit_undo_lock_and_add(self):
        manager = new_test_user(
            self.env, "revenue_grid", groups="sales_revenue_mgmt.revenue_group_manager", name="Gina Grid", tz="UTC"
        )
        company = self.env.company
        company.revenue_manager_id = manager
        teams = self.env["crm.team"].create(
            [
                {"name": name, "user_id": manager.id, "company_id": company.id, "sequence": 1}
                for name in ("Tour One", "Tour Two")
            ]
        )
        self.env["product.category"].create({"name": "Tour Lamps"})
        plan = self.env["revenue.target"].create(
            {
                "name": "Tour Plan",
                "period_type": "quarter",
                "date_start": "2030-01-01",
                "measure": "booked",
                "amount": 9000.0,
                "company_id": company.id,
            }
        )
        self.env["revenue.target.line"].create(
            [{"target_id": plan.id, "level": "team", "team_id": team.id} for team in teams]
        )
        plan.invalidate_recordset()
        self.start_tour(
            f"/odoo/revenue-targets/{plan.id}", "revenue_target_grid_tour", login="revenue_grid", timeout=120
        )
        self.env.invalidate_all()
        first, second = plan.line_ids.filtered(lambda line: line.level == "team").sorted("id")
        self.assertEqual(plan.amount, 9000.0)
        self.assertEqual(first.cell_ids.mapped("amount"), [1500.0, 1500.0, 1500.0])
        self.assertEqual(first.cell_ids.mapped("locked"), [True, False, False])
        self.assertEqual(second.child_ids.cell_ids.mapped("amount"), [1500.0, 1500.0, 1500.0])
