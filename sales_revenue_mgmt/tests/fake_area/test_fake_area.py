"""What the shared floors promise, on an area made from nothing."""

from odoo import Command
from odoo.tests import tagged

from ..common import FakeModels, RevenueCase
from ..contract_decisions import DecisionsContract
from ..contract_steps import StepsContract
from ..contracts import DocumentContract


@tagged("post_install", "-at_install")
class TestFakeArea(FakeModels, DocumentContract, DecisionsContract, StepsContract, RevenueCase):
    model = "revenue.fake.policy"
    changes = {"name": "Another"}
    line_changes = {"discount": 12.5}
    sheet_change = ("Discount", 15.25)

    @classmethod
    def fake_models(cls):
        from .fake_policy import RevenueFakePolicy, RevenueFakePolicyLine

        return RevenueFakePolicy, RevenueFakePolicyLine

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rights = cls.env["revenue.document.rights"]
        rights.declare("revenue.fake.policy", "Fake policies")
        rights.declare("revenue.fake.policy.line", "Lines of fake policies", "policy_id.", "policy_id.route_user_ids")

    def values(self, number):
        return {
            "name": f"Policy {number}",
            "period_type": "month",
            "date_start": f"{2040 + number // 12}-{number % 12 + 1:02}-01",
            "line_ids": [
                Command.create({"name": "Chairs", "category_id": self.category.id, "discount": 10.0, "minimum": 100.0}),
                Command.create({"name": "All else", "discount": 5.0}),
            ],
        }
