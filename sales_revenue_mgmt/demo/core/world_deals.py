"""The rarer deals, made by Odoo's own means: discounts on a whole order, a promotion, a shared sale; and the pipeline."""

import datetime

from odoo import Command

from . import world
from .world_cast import TEAMS
from .world_sales import month_start

# Days before today; one order each.
ORDER_DISCOUNTS = (33, 45, 58, 90, 140)
PROMOTED = (64, 68, 71, 75, 79)
SHARED = (41, 83)


def make(made, happened, today):
    deals = _Deals(made, today)
    deals.discount_orders()
    deals.promote()
    deals.share()
    deals.fill_pipeline(happened)


class _Deals:
    def __init__(self, made, today):
        self.made, self.today = made, today
        self.company = made.company
        self.env = made.env(context={**made.env.context, "allowed_company_ids": self.company.ids})

    def _orders(self, ages, quantity):
        sales, customers, sellers = self.made.teams[0], self.made.customers, self.made.sellers
        return self.env["sale.order"].create(
            [
                {
                    "partner_id": customers[20 + age % 30].id,
                    "team_id": sales.id,
                    "user_id": sellers[number % 2].id,
                    "validity_date": False,
                    "order_line": [
                        Command.create(
                            {"product_id": product.id, "product_uom_qty": quantity, "tax_ids": [Command.clear()]}
                        )
                        for product in (self.made.products[age % 6], self.made.products[3 + age % 5])
                    ],
                }
                for number, age in enumerate(ages)
            ]
        )

    def _confirm(self, orders, ages):
        orders.action_confirm()
        for order, age in zip(orders, ages, strict=True):
            order.date_order = world.moment(self.today - datetime.timedelta(days=age), age)

    def discount_orders(self):
        orders = self._orders(ORDER_DISCOUNTS, 2)
        for number, order in enumerate(orders):
            values = {"discount_type": "so_discount", "discount_percentage": 0.05 + 0.025 * (number % 3)}
            if number % 2:
                values = {"discount_type": "amount", "discount_amount": 60.0}
            self.env["sale.order.discount"].create({"sale_order_id": order.id, **values}).action_apply_discount()
        self._confirm(orders, ORDER_DISCOUNTS)
        self._bill(orders[1:], ORDER_DISCOUNTS[1:])

    def promote(self):
        """Two weeks of 10 % on everything; over by now, so that nobody's own orders have it."""
        program = self.env["loyalty.program"].create(
            {
                "name": "Seating Weeks",
                "program_type": "promotion",
                "trigger": "auto",
                "applies_on": "current",
                "company_id": self.company.id,
                "rule_ids": [Command.create({"minimum_amount": 100})],
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "discount",
                            "discount": 10,
                            "discount_mode": "percent",
                            "discount_applicability": "order",
                        }
                    )
                ],
            }
        )
        self.made.named(program, ["program_seating"])
        orders = self._orders(PROMOTED, 2)
        for order in orders:
            order._update_programs_and_rewards()
            for coupon, rewards in order._get_claimable_rewards().items():
                own = rewards.filtered(lambda reward: reward.program_id == program)
                if own:
                    order._apply_program_reward(own[:1], coupon)
        self._confirm(orders, PROMOTED)
        self._bill(orders[:3], PROMOTED[:3])
        program.write(
            {
                "date_from": self.today - datetime.timedelta(days=max(PROMOTED)),
                "date_to": self.today - datetime.timedelta(days=min(PROMOTED)),
            }
        )

    def _bill(self, orders, ages):
        invoices = self.env["account.move"]
        for order, age in zip(orders, ages, strict=True):
            invoice = order._create_invoices()
            invoice.invoice_date = self.today - datetime.timedelta(days=age - 2)
            invoices += invoice
        invoices.action_post()

    def share(self):
        """Sam brought in the customer, Marc the order."""
        orders = self._orders(SHARED, 2)
        self._confirm(orders, SHARED)
        sam, marc = self.made.sellers[:2]
        self.env["revenue.target.credit"].create(
            [
                {"order_id": order.id, "user_id": user.id, "percent": percent}
                for order in orders
                for user, percent in ((sam, 60), (marc, 40))
            ]
        )

    def fill_pipeline(self, happened):
        """A lead for each quotation, a won one for every ninth order, and some that are only beginning."""
        by_seller = [team for team, one in zip(self.made.teams, TEAMS, strict=True) for _seller in one.sellers]
        stages = [self.env.ref(f"crm.stage_lead{number}") for number in (1, 2, 3, 4)]
        reason = self.env.ref("crm.lost_reason_1", raise_if_not_found=False)
        started = month_start(self.today, -6)
        values, created = [], []
        for number, order in enumerate(order for order in happened if order.day >= started):
            won, lost = order.fate == "sale", order.fate == "cancel"
            if won and number % 9:
                continue
            closing = order.day if won or lost else self.today + datetime.timedelta(days=7 + number % 60)
            stage = 3 if won else 1 if lost else number % 3
            values.append(
                {
                    "name": f"Furniture for {self.made.customers[order.customer].name}",
                    "type": "opportunity",
                    "partner_id": self.made.customers[order.customer].id,
                    "team_id": by_seller[order.seller].id,
                    "user_id": self.made.sellers[order.seller].id,
                    "company_id": by_seller[order.seller].company_id.id or self.company.id,
                    "expected_revenue": order.net,
                    "probability": 100 if won else 0 if lost else (10, 35, 65)[stage],
                    "stage_id": stages[stage].id,
                    "date_deadline": closing,
                    "active": not lost,
                    "lost_reason_id": reason.id if lost and reason else False,
                }
            )
            created.append((order.day - datetime.timedelta(days=10 + number % 40), closing if won or lost else None))
        leads = self.env["crm.lead"].create(values)
        self.env.flush_all()
        for lead, (day, closed) in zip(leads, created, strict=True):
            self.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s, date_open = %s, date_closed = %s WHERE id = %s",
                [day, day, closed, lead.id],
            )
        leads.invalidate_recordset()
