"""Who may do what with whose target: the role table, executable."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import RevenueCase

# Relation of the target to the person → what the role may do: r(ead), w(rite), c(reate), d(elete).
MATRIX = {
    "user": {
        "own": "rwcd",
        "mate": "r",
        "team": "r",
        "other_team": "",
        "company": "",
        "branch": "",
        "other_company": "",
    },
    "manager": {
        "own": "rwcd",
        "mate": "rwcd",
        "team": "rwcd",
        "other_team": "",
        "company": "",
        "branch": "",
        "other_company": "",
    },
    "finance": {
        "own": "rwcd",
        "mate": "rwcd",
        "team": "rwcd",
        "other_team": "rwcd",
        "company": "rwcd",
        "branch": "",
        "other_company": "",
    },
    "auditor": {
        "own": "r",
        "mate": "r",
        "team": "r",
        "other_team": "r",
        "company": "r",
        "branch": "",
        "other_company": "",
    },
    "admin": {"own": "", "mate": "", "team": "", "other_team": "", "company": "", "branch": "", "other_company": ""},
}


@tagged("post_install", "-at_install")
class TestRevenueTargetAccess(RevenueCase):
    def values(self, relation, person):
        base = {"company_id": self.company.id, "measure": "booked", "period_type": "month", "amount": 1.0}
        return base | self.related_to(person, relation)

    def may(self, action):
        try:
            with self.env.cr.savepoint():
                action()
        except AccessError:
            return False
        return True

    def test_matrix(self):
        month = 0
        for role, rights in MATRIX.items():
            person = self.people[role]
            for relation, expected in rights.items():
                month += 1
                day = f"{2040 + month // 12}-{month % 12 + 1:02}-01"
                values = {**self.values(relation, person), "date_start": day}
                target = self.env["revenue.target"].create(values)
                seen = self.as_seen_by(person, target)
                found = "".join(
                    letter
                    for letter, action in (
                        ("r", lambda seen=seen: seen.read(["display_name", "actual"])),
                        ("w", lambda seen=seen: seen.write({"amount": 2.0})),
                        ("c", lambda seen=seen, values=values: seen.create({**values, "measure": "orders"})),
                        ("d", lambda seen=seen: seen.unlink()),
                    )
                    if self.may(action)
                )
                self.assertEqual(found, expected, f"{role} on {relation}")
                if seen.browse().has_access("read"):
                    in_search = bool(seen.search([("date_start", "=", day), ("measure", "=", "booked")]))
                    # What was deleted above is rightly gone.
                    self.assertEqual(in_search, expected == "r", f"{role} finds {relation}")

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
