"""What leaves Odoo as a file: only when somebody asks for it, and text stays text."""

import csv
import io
import json

import openpyxl

from odoo import http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .test_target_xlsx import SheetCase

HOSTILE = ('=HYPERLINK("http://example.com","a")', "+1+1", "-1+1", "@SUM(1)", "\t=1", "=1+1")


@tagged("post_install", "-at_install")
class TestRevenueTargetDownloads(SheetCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.finance = self.people["finance"]
        self.finance.password = self.finance.login
        self.finance.group_ids |= self.env.ref("base.group_allow_export")

    def notes(self):
        self.env.invalidate_all()
        domain = [("event", "=", "exported"), ("user_id", "=", self.finance.id)]
        return self.env["revenue.audit.entry"].search_count(domain)

    def test_only_a_download_leaves_a_note(self):
        plan = self.plan()
        self.authenticate(self.finance.login, self.finance.login)
        url, before = f"/revenue/target/{plan.id}/plan.xlsx", self.notes()
        for method, headers in (
            ("HEAD", {}),
            ("OPTIONS", {}),
            ("GET", {"Sec-Fetch-Site": "cross-site"}),
            ("GET", {"Sec-Fetch-Site": "same-site"}),
            ("GET", {"Referer": "https://example.com/page"}),
            ("GET", {"Sec-Fetch-Site": "same-origin", "Sec-Purpose": "prefetch;prerender"}),
        ):
            with self.subTest(method, headers=headers):
                answer = self.url_open(url, method=method, headers=headers)
                self.assertIn(answer.status_code, (204, 403, 405))
                self.assertNotIn("spreadsheetml", answer.headers.get("Content-Type", ""))
                self.assertEqual(self.notes(), before)
        for headers in ({}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
            answer = self.url_open(url, headers=headers)
            self.assertEqual(answer.status_code, 200)
            self.assertIn("spreadsheetml", answer.headers["Content-Type"])
        self.assertEqual(self.notes(), before + 3)

    def exported_list(self, kind, model, names, groupby=()):
        self.authenticate(self.finance.login, self.finance.login)
        fields = [{"name": name, "label": name, "type": "char"} for name in names]
        data = {
            "model": model,
            "fields": fields,
            "ids": False,
            "domain": [("company_id", "=", self.company.id)],
            "groupby": list(groupby),
            "import_compat": False,
            "context": {"allowed_company_ids": self.company.ids},
        }
        form = {"data": json.dumps(data), "csrf_token": http.Request.csrf_token(self)}
        answer = self.url_open(f"/web/export/{kind}", data=form)
        self.assertEqual(answer.status_code, 200, answer.text[:500])
        return answer.content

    def test_names_in_odoo_s_own_export_are_text(self):
        for number, name in enumerate(HOSTILE):
            self.target(name=name, date_start=f"2030-0{number + 1}-01")
        content = self.exported_list("xlsx", "revenue.target", ["name", "display_name", "amount"])
        cells = [cell for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
        self.assertNotIn("f", {cell.data_type for cell in cells})
        self.assertLessEqual(set(HOSTILE), {cell.value for cell in cells})
        rows = list(csv.reader(io.StringIO(self.exported_list("csv", "revenue.target", ["name"]).decode())))
        values = [value for row in rows for value in row]
        self.assertFalse([value for value in values if value.startswith(("=", "+", "-", "@", "\t", "\r"))])

    def test_names_of_groups_and_of_lines_are_text(self):
        self.people["user"].name = "=1+1"
        self.target(name="=2+2", user_id=self.people["user"].id)
        content = self.exported_list("xlsx", "revenue.target", ["name"], groupby=["user_id"])
        cells = [cell for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
        self.assertNotIn("f", {cell.data_type for cell in cells})
        self.assertTrue([cell for cell in cells if str(cell.value).startswith("=1+1")])
        content = self.exported_list("xlsx", "revenue.target.line", ["display_name"])
        cells = [cell for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
        self.assertNotIn("f", {cell.data_type for cell in cells})
        self.assertIn("=1+1", {cell.value for cell in cells})

    def test_readers_of_a_plan_are_told_what_they_may(self):
        plan = self.plan()
        line = self.line(plan, self.people["user"])
        for call in (
            lambda seen: seen.set_cells([{"line_id": line.id, "amount": 1.0}]),
            lambda seen: seen.remove_lines([{"line_id": line.id}]),
        ):
            with self.assertRaisesRegex(AccessError, "may read it, but you may not change"), self.env.cr.savepoint():
                call(self.as_("auditor", plan))
            # Who may not read it is not told its name.
            with self.assertRaises(AccessError) as caught, self.env.cr.savepoint():
                call(self.as_seen_by(self.stranger, plan))
            self.assertNotIn(plan.display_name, str(caught.exception))

    def test_a_name_with_control_characters_comes_back(self):
        for name in (
            "A\x01B\x0bC",
            "line\r\nbreak\ttab",
            "_x0041_ and _x005F_",
            "\ufffe\u2028x",
            "=1+1",
            " spaced  out ",
            '&<>"',
        ):
            with self.subTest(name):
                plan = self.plan(name=name)
                report = self.check(plan, self.edited(self.exported(plan), {"D8": 1}))
                self.assertEqual((report["problem"], report["refused"], len(report["changes"])), (None, [], 1))
                plan.active = False
                self.people["user"].name = name
