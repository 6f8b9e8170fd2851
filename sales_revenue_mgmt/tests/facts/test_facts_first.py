"""The first order of each customer: what is kept is what all orders say."""

from datetime import date, datetime

from odoo.tests import tagged
from odoo.tools import SQL

from ...report.facts.scope import Scope
from .common import FactCase


@tagged("post_install", "-at_install")
class TestRevenueFactFirst(FactCase):
    def new_customers(self):
        scope = Scope(date_from=date(2030, 3, 1), date_to=date(2030, 3, 31), companies=tuple(self.company.ids))
        return self.env["revenue.facts"].query(["new_customers"], ["team"], scope)

    def test_first_orders_follow_whatever_changes(self):
        """What is kept, with what is dirty, is what all orders say; refreshed by one order at a time, or all at once."""
        firsts, refresh = self.env["revenue.fact.first"], self.env["revenue.fact.refresh"]
        ever = datetime(2000, 1, 1), datetime(2100, 1, 1)
        orders = [self.order(f"2030-02-{day}") for day in range(10, 16)]
        orders += [self.order(f"2030-02-{day}", company=self.branch, team_id=False) for day in range(10, 13)]
        orders += [self.order(f"2030-02-{day}", partner_id=self.other_customer.id) for day in range(20, 23)]
        contact = self.env["res.partner"].create({"name": "Office", "parent_id": self.customer.id})
        early, late, other = orders[0], orders[5], orders[9]

        def check(what):
            everything = SQL("(SELECT id FROM sale_order)")
            for since, until in (ever, (datetime(2030, 2, 12), datetime(2030, 2, 21))):
                dirty = self.env["revenue.fact.booked"]._dirty()
                found = firsts._between(since, until, dirty.documents, dirty.many)
                self.assertEqual(sorted(found), sorted(firsts._between(since, until, everything, True)), what)

        def again():
            orders[1].action_draft()
            orders[1].action_confirm()

        def gone():
            late._action_cancel()
            late.unlink()

        for what, change in (
            ("nothing is kept", lambda: None),
            ("later", lambda: early.write({"date_order": "2030-02-14 12:00:00"})),
            ("no sale", orders[1]._action_cancel),
            ("of somebody else", lambda: orders[2].write({"partner_id": self.other_customer.id})),
            ("of nothing", lambda: orders[3].order_line.write({"product_uom_qty": 0})),
            ("earlier", lambda: late.write({"date_order": "2030-02-01 12:00:00"})),
            ("of a contact", lambda: other.write({"partner_id": contact.id, "date_order": "2030-01-31 12:00:00"})),
            ("a contact that leaves", lambda: contact.write({"parent_id": False})),
            ("a sale again", again),
            ("gone", gone),
        ):
            change()
            check(f"{what}, dirty")
            for limit in (1, 2, 1000):
                refresh._refresh(limit=limit)
                check(f"{what}, {limit} refreshed")
        refresh._rebuild()
        check("all dirty")
        self.refreshed()
        check("rebuilt")

    def test_a_question_for_new_customers_reads_no_orders(self):
        """So no plan of PostgreSQL's can read them once per row, with statistics or without."""
        self.order("2030-03-10")
        self.refreshed()
        self.assertFalse(self.sql_of(self.new_customers, "doc.date_order"))
        self.assertTrue(self.sql_of(self.new_customers, "revenue_fact_first"))
