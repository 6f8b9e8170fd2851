"""Targets over JSON-2, as an integrator calls them."""

import json
from datetime import datetime, timedelta

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestRevenueTargetApi(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "revenue_api", groups="sales_revenue_mgmt.revenue_group_manager")
        cls.team = cls.env["crm.team"].create(
            {"name": "Api", "user_id": cls.manager.id, "company_id": cls.env.company.id}
        )
        keys = cls.env["res.users.apikeys"].with_user(cls.manager)
        cls.key = keys._generate("rpc", "test", datetime.now() + timedelta(hours=1))
        cls.values = {
            "measure": "booked",
            "period_type": "month",
            "date_start": "2030-03-01",
            "amount": 10.0,
            "team_id": cls.team.id,
        }

    def call(self, method, **arguments):
        return self.url_open(
            f"/json/2/revenue.target/{method}",
            data=json.dumps(arguments),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )

    def test_create_read_and_group(self):
        (target_id,) = self.call("create", vals_list=[self.values]).json()
        (row,) = self.call("read", ids=[target_id], fields=["actual", "attainment", "date_end", "status"]).json()
        self.assertEqual((row["actual"], row["attainment"], row["date_end"]), (0.0, 0.0, "2030-03-31"))
        (group,) = self.call(
            "formatted_read_group",
            domain=[["id", "=", target_id]],
            groupby=["team_id"],
            aggregates=["amount:sum", "attainment:avg"],
        ).json()
        self.assertEqual((group["amount:sum"], group["attainment:avg"]), (10.0, 0.0))

    def test_bad_input_is_a_sentence_that_names_the_field(self):
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        foreign = self.env["crm.team"].create({"name": "Foreign", "company_id": other.id})
        self.call("create", vals_list=[self.values])
        for change, words in (
            ({"period_type": "custom", "date_start": "2031-02-01", "date_end": "2031-01-01"}, "End Date"),
            ({"date_start": "2031-02-01", "amount": -1}, "Target: -1"),
            ({"date_start": "2031-02-01", "team_id": foreign.id}, "Sales Team"),
            ({}, "Start Date"),
        ):
            with self.subTest(words), mute_logger("odoo.http"):
                answer = self.call("create", vals_list=[{**self.values, **change}])
                self.assertIn(answer.status_code, (403, 422), answer.text[:200])
                if "team_id" not in change:
                    self.assertIn(words, answer.json()["message"])

    def test_the_query_builder_is_not_public(self):
        for method in ("query", "query_scopes", "drill_down"):
            with mute_logger("odoo.http"):
                answer = self.url_open(
                    f"/json/2/revenue.facts/{method}",
                    data="{}",
                    headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
                )
            self.assertIn(answer.status_code, (403, 404), method)
