"""Whoever has much of a plan in lines of their own does not decide on it."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import RevenueCase


@tagged("post_install", "-at_install")
class TestRevenueHolders(RevenueCase):
    def plan(self, share):
        """A team plan by a controller, of which a part is in the name of the manager who leads the team."""
        manager, user = self.people["manager"], self.people["user"]
        self.team.member_ids |= manager
        target = self.as_seen_by(self.controller, self.env["revenue.target"]).create(
            {
                "company_id": self.company.id,
                "measure": "booked",
                "period_type": "month",
                "date_start": "2030-03-01",
                "amount": 1000.0,
                "team_id": self.team.id,
            }
        )
        root = target.root_line_id
        lines = target.env["revenue.target.line"]
        own, other = (
            lines.create({"target_id": target.id, "parent_id": root.id, "level": "user", "user_id": person.id})
            for person in (manager, user)
        )
        own.amount = 1000.0 * share
        other.amount = 1000.0 * (1 - share)
        self.assertEqual(target.amount, 1000.0)
        return target

    def test_a_manager_does_not_approve_what_is_mostly_the_managers_own(self):
        target = self.plan(0.9)
        self.assertIn(self.people["manager"].id, target.sudo()._involved_users()[target.id])
        self.assertNotIn(self.people["manager"].name, target.guidance)
        self.assertFalse(target.sudo()._holders()[target.id] - {self.people["manager"].id, self.people["user"].id})
        target.action_submit()
        (step,) = self.steps(target)
        self.assertNotIn(self.people["manager"], step.approver_ids)
        self.assertIn(self.people["finance"], step.approver_ids)
        with self.assertRaisesRegex(UserError, "in your name"):
            self.as_("manager", target).action_approve()
        self.as_("finance", target).action_approve()
        self.assertEqual(target.state, "approved")

    def test_nor_in_anybodys_place(self):
        target = self.plan(0.9)
        target.action_submit()
        step = self.steps(target)
        for principal in step.approver_ids:
            self.as_seen_by(principal, self.env["revenue.delegation"]).create(
                {"to_id": self.people["manager"].id, "date_from": "2000-01-01", "date_to": "2100-01-01"}
            )
        with self.assertRaises(UserError):
            self.as_("manager", target).action_approve()
        self.assertEqual(target.state, "submitted")

    def test_the_share_is_a_setting_of_the_company(self):
        target = self.plan(0.05)
        self.assertFalse(target.sudo()._holders().get(target.id, set()) & {self.people["manager"].id})
        self.company.revenue_owner_share = 0.04
        self.assertIn(self.people["manager"].id, target.sudo()._holders()[target.id])
        self.company.revenue_owner_share = 1.0
        self.assertFalse(target.sudo()._holders())
