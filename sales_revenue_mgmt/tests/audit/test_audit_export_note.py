"""Whoever takes our data out leaves a note, whichever model of ours it is."""

import inspect
import json

from odoo import http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from ..target.common import TargetCase


@tagged("post_install", "-at_install")
class TestRevenueExportNote(HttpCase, TargetCase):
    def exported(self, person):
        entries = self.env["revenue.audit.entry"].search([("event", "=", "exported"), ("user_id", "=", person.id)])
        return [json.loads(entry.after) for entry in entries]

    def test_every_model_of_ours(self):
        user = self.people["auditor"]
        user.group_ids |= self.env.ref("base.group_allow_export")
        target = self.own_target()
        self.order("2030-03-02")
        for name in (
            "revenue.target",
            "revenue.target.line",
            "revenue.target.cell",
            "revenue.fact.booked",
            "revenue.audit.entry",
            "revenue.approval.rule",
        ):
            with self.subTest(name):
                before = len(self.exported(user))
                records = self.as_seen_by(user, self.env[name]).search([], limit=2)
                self.assertTrue(records)
                records.export_data(["id", "display_name"])
                notes = self.exported(user)
                self.assertEqual(len(notes), before + 1)
                self.assertEqual(
                    notes[0],
                    {"document": f"{records._description}: {len(records)}", "fields": "id, display_name"},
                )
        self.as_seen_by(user, self.customer).export_data(["name"])
        self.assertEqual(len(self.exported(user)), 6)
        self.assertTrue(target)

    def test_through_another_model(self):
        user = self.people["manager"]
        user.group_ids |= self.env.ref("base.group_allow_export")
        order = self.as_seen_by(user, self.order("2030-03-02"))
        count = len(self.exported(user))
        order.export_data(["name", "partner_id/name"])
        self.assertEqual(len(self.exported(user)), count)
        for path in (
            "revenue_credit_ids/share",
            "revenue_credit_ids/.id",
            "revenue_credit_ids:id",
            "revenue_credit_ids",
        ):
            with self.subTest(path):
                order.export_data(["name", path])
                self.assertEqual(self.exported(user)[0]["fields"], f"name, {path}")
                count += 1
                self.assertEqual(len(self.exported(user)), count)

    def test_external_ids_are_for_readers_only(self):
        target, user = self.target(user_id=self.people["manager"].id), self.people["user"]
        user.group_ids |= self.env.ref("base.group_allow_export")
        domain = [("model", "=", target._name), ("res_id", "=", target.id)]
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.as_seen_by(user, target).export_data(["id"])
        self.assertFalse(self.env["ir.model.data"].search(domain))

    def test_no_model_of_ours_exports_past_the_note(self):
        base = self.env.registry["base"].export_data
        for name, cls in self.env.registry.items():
            if name.startswith("revenue."):
                self.assertEqual(cls._original_module, "sales_revenue_mgmt", name)
                # Behind the guard of calls.
                self.assertIs(inspect.unwrap(cls.export_data), base, name)

    def test_by_the_list_views_own_export(self):
        user = self.people["finance"]
        user.group_ids |= self.env.ref("base.group_allow_export")
        self.own_target()
        self.authenticate(user.login, user.login)
        data = {
            "model": "revenue.target.line",
            "fields": [
                {"name": "display_name", "label": "Line", "type": "char"},
                {"name": "amount", "label": "Target", "type": "monetary"},
            ],
            "ids": False,
            "domain": [],
            "groupby": ["level"],
            "import_compat": False,
            "context": {"allowed_company_ids": self.company.ids},
        }
        answer = self.url_open(
            "/web/export/xlsx", data={"data": json.dumps(data), "csrf_token": http.Request.csrf_token(self)}
        )
        self.assertEqual(answer.status_code, 200, answer.text)
        self.env.invalidate_all()
        self.assertTrue(any("Line of a Sales Target" in note["document"] for note in self.exported(user)))
