"""Thresholds of approval rules: money in a currency, percent, number; each is compared only with its like."""

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ..common import RevenueCase


@tagged("post_install", "-at_install")
class TestRevenueApprovalThreshold(RevenueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.usd = cls.env.ref("base.USD")
        cls.company.currency_id = cls.usd
        cls.env["revenue.approval.rule"].search([]).active = False
        # 150 yen and 0.3077 dinar are a dollar.
        cls.yen, cls.dinar, cls.franc = (cls.env.ref(f"base.{name}") for name in ("JPY", "KWD", "CHF"))
        cls.companies_in = {}
        for currency in (cls.yen, cls.dinar, cls.franc):
            currency.active = True
            company = cls.env["res.company"].create({"name": currency.name, "currency_id": currency.id})
            cls.env.user.company_ids |= company
            for role in ("user", "manager", "finance"):
                cls.people[role].company_ids |= company
            cls.companies_in[currency] = company
        cls.env["res.currency.rate"].search([]).unlink()
        cls.env["res.currency.rate"].create(
            [
                {
                    "currency_id": cls.usd.id,
                    "name": "2020-01-01",
                    "rate": rate,
                    "company_id": cls.companies_in[currency].id,
                }
                for currency, rate in ((cls.yen, 1 / 150), (cls.dinar, 3.25))
            ]
        )
        cls.amount = cls.env["ir.model.fields"]._get("revenue.target", "amount")

    def rule(self, **values):
        return self.env["revenue.approval.rule"].create(
            {
                "name": "Large",
                "model_id": self.env["ir.model"]._get_id("revenue.target"),
                "metric_field_id": self.amount.id,
                "threshold": 100000.0,
                "currency_id": self.usd.id,
                "approver_type": "group",
                "approver_group_id": self.env.ref("sales_revenue_mgmt.revenue_group_finance").id,
                **values,
            }
        )

    def why(self, rule, amount, currency=None, **values):
        """Whether the rule asks for a target of a company in that currency, and why."""
        company = self.companies_in[currency] if currency else self.company
        target = self.as_("finance", self.env["revenue.target"]).create(
            {"company_id": company.id, "measure": "booked", "date_start": "2030-03-01", "amount": amount, **values}
        )
        fits, why = rule.sudo()._matching(target.sudo())[target.id]
        target.unlink()
        return fits, why.replace("\xa0", " ").replace("\ufeff", "")

    def test_yen_and_dinar(self):
        rule = self.rule()
        # 1,000 dollars, 292,500 dollars.
        fits, why = self.why(rule, 150000.0, self.yen)
        self.assertFalse(fits)
        for words in ("¥", "150,000", "$ 1,000.00", "rate of", "$ 100,000.00"):
            self.assertIn(words, why)
        fits, why = self.why(rule, 90000.0, self.dinar)
        self.assertTrue(fits)
        self.assertIn("$ 292,500.00", why)
        self.assertTrue(self.why(rule, 15000150.0, self.yen)[0])
        self.assertFalse(self.why(rule, 15000000.0, self.yen)[0])
        self.assertFalse(self.why(rule, 100000.0)[0])
        self.assertTrue(self.why(rule, 100000.01)[0])
        # The rate of the day, not the first one.
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.usd.id,
                "name": "2021-01-01",
                "rate": 1.0,
                "company_id": self.companies_in[self.yen].id,
            }
        )
        self.assertTrue(self.why(rule, 150000.0, self.yen)[0])

    def test_a_threshold_in_yen(self):
        rule = self.rule(currency_id=self.yen.id, threshold=15000000.0)
        self.env["res.currency.rate"].create(
            {"currency_id": self.yen.id, "name": "2020-01-01", "rate": 150.0, "company_id": self.company.id}
        )
        self.assertTrue(self.why(rule, 100001.0)[0])
        self.assertFalse(self.why(rule, 99999.0)[0])
        self.assertFalse(self.why(rule, 15000000.0, self.yen)[0])
        self.assertTrue(self.why(rule, 15000001.0, self.yen)[0])

    def test_without_a_rate_nothing_passes(self):
        fits, why = self.why(self.rule(), 1.0, self.franc)
        self.assertTrue(fits)
        self.assertIn("CHF has no rate of USD", why)
        free = self.rule(auto_approve=True, metric_operator="<")
        self.assertFalse(self.why(free, 1.0, self.franc)[0])

    def test_money_is_not_compared_with_what_is_counted(self):
        money, number = self.rule(), self.rule(threshold_unit="number", threshold=10.0)
        fits, why = self.why(money, 200000.0, measure="orders")
        self.assertFalse(fits)
        self.assertIn("is a number in this document", why)
        self.assertTrue(self.why(number, 11.0, measure="orders")[0])
        self.assertFalse(self.why(number, 9.0, measure="new_customers")[0])
        fits, why = self.why(number, 200000.0)
        self.assertFalse(fits)
        self.assertIn("is money in this document", why)

    def test_percent(self):
        share = self.env["ir.model.fields"]._get("revenue.target", "attainment")
        rule = self.rule(metric_field_id=share.id, threshold=29.0, metric_operator=">=", currency_id=False)
        self.assertEqual(rule.threshold_unit, "percent")
        self.assertFalse(rule.currency_id)
        self.order("2030-03-05", price=29.0)
        fits, why = self.why(rule, 100.0)
        self.assertTrue(fits)
        self.assertIn("29 % is at least 29 %", why)
        self.assertFalse(self.why(rule, 101.0)[0])
        # Nothing to divide by is no value, and not 0 %.
        rule.metric_operator = "<"
        self.assertIn("no value", self.why(rule, 0.0)[1])

    def test_units_that_do_not_fit(self):
        share = self.env["ir.model.fields"]._get("revenue.target", "attainment")
        for values in (
            {"threshold_unit": "percent"},
            {"threshold_unit": False},
            {"currency_id": False, "threshold_unit": "money"},
            {"metric_field_id": share.id, "threshold_unit": "money"},
        ):
            with self.subTest(values), self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.rule(**values)

    def test_the_form_and_what_submits(self):
        admin = self.people["admin"]
        admin.company_ids |= self.companies_in[self.dinar]
        with Form(self.as_seen_by(admin, self.env["revenue.approval.rule"])) as form:
            form.name = "Large"
            form.model_id = self.env["ir.model"]._get("revenue.target")
            form.metric_field_id = self.amount
            self.assertEqual(form.threshold_unit, "money")
            form.currency_id = self.usd
            form.threshold = 100000.0
            form.approver_group_id = self.env.ref("sales_revenue_mgmt.revenue_group_finance")
        target = self.as_("user", self.env["revenue.target"]).create(
            {
                "company_id": self.companies_in[self.dinar].id,
                "measure": "booked",
                "date_start": "2030-03-01",
                "amount": 90000.0,
                "user_id": self.people["user"].id,
            }
        )
        target.action_submit()
        self.assertIn("292,500.00", self.steps(target).why)

    def test_the_shipped_rule_is_in_dollars(self):
        rule = self.env.ref("sales_revenue_mgmt.revenue_target_approval_rule_large")
        self.assertEqual((rule.threshold_unit, rule.currency_id, rule.threshold), ("money", self.usd, 100000.0))

    def test_the_trail_knows_the_unit(self):
        rule = self.rule()
        rule.write({"currency_id": self.yen.id})
        entry = self.env["revenue.audit.entry"].search(
            [("res_model", "=", rule._name), ("res_id", "=", rule.id)], order="sequence desc", limit=1
        )
        self.assertIn("JPY", entry.changes)
