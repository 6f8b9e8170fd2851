"""What the rules of targets leave alone. The role table is that of all documents (``contracts.py``)."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import TargetCase


@tagged("post_install", "-at_install")
class TestRevenueTargetAccess(TargetCase):
    def test_a_salesperson_cannot_hand_a_target_to_somebody_else(self):
        user = self.people["user"]
        mine = self.as_seen_by(user, self.target(user_id=user.id))
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            mine.user_id = self.stranger

    def test_rules_add_reading_of_orders_and_never_writing(self):
        order = self.order("2030-03-01", user_id=self.colleague.id)
        for role in ("user", "manager", "finance", "auditor"):
            seen = self.as_seen_by(self.people[role], order)
            self.assertEqual(seen.name, order.name)
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                seen.write({"client_order_ref": "x"})

    def test_groups_do_not_leak_into_odoo_s_own(self):
        auditor = self.people["auditor"]
        self.assertFalse(auditor.has_group("sales_team.group_sale_salesman"))
        self.assertFalse(auditor.has_group("account.group_account_invoice"))
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.as_seen_by(auditor, self.env["sale.order"]).create({"partner_id": self.customer.id})
