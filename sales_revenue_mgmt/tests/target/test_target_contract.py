"""What every document keeps to, on targets."""

from odoo import Command
from odoo.tests import tagged

from ..common import RevenueCase
from ..contract_decisions import DecisionsContract
from ..contract_steps import StepsContract
from ..contracts import DocumentContract


@tagged("post_install", "-at_install")
class TestTargetContract(DocumentContract, DecisionsContract, StepsContract, RevenueCase):
    model = "revenue.target"
    changes = {"name": "Another", "amount": 12345.0}
    line_changes = {"amount": 400.0}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_category = cls.env["product.category"].create({"name": "Tables"})

    def values(self, number):
        return {
            "measure": "booked",
            "period_type": "month",
            "date_start": f"{2040 + number // 12}-{number % 12 + 1:02}-01",
            "amount": 1000.0,
            "line_ids": [
                Command.create({"level": "category", "category_id": self.category.id, "amount": 300.0}),
                Command.create({"level": "category", "category_id": self.other_category.id, "amount": 700.0}),
            ],
        }
