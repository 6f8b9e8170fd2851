"""Who may take a plan out, and who may bring one in."""

import base64
import io
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ...report.sheet import mark
from .test_target_xlsx import SheetCase


@tagged("post_install", "-at_install")
class TestRevenueTargetXlsxAccess(SheetCase, HttpCase):
    def download(self, person, plan):
        self.authenticate(person.login, person.login)
        return self.url_open(f"/revenue/target/{plan.id}/plan.xlsx")

    def setUp(self):
        super().setUp()
        for person in self.env["res.users"].union(*self.people.values(), self.stranger, self.controller):
            person.password = person.login

    def test_download_as_each_role(self):
        plan = self.own_target()
        company_plan = self.plan(name="Größe / 2030")
        foreign = self.target(company_id=self.other_company.id, name="Secret")
        may = {
            "user": (plan,),
            "manager": (plan,),
            "finance": (plan, company_plan),
            "auditor": (plan, company_plan),
            "admin": (),
        }
        for role, readable in may.items():
            for target in (plan, company_plan, foreign):
                with self.subTest(role, target=target.display_name):
                    answer = self.download(self.people[role], target)
                    if target in readable:
                        self.assertEqual(answer.status_code, 200)
                        self.assertIn("spreadsheetml", answer.headers["Content-Type"])
                        self.assertIn("attachment", answer.headers["Content-Disposition"])
                        book = openpyxl.load_workbook(io.BytesIO(answer.content))
                        self.assertEqual(book.worksheets[0]["B1"].value, target.display_name)
                    else:
                        self.assertEqual(answer.status_code, 404)
                        self.assertNotIn("Secret", answer.text)
        answer = self.download(self.people["finance"], company_plan)
        self.assertIn("Gr%C3%B6%C3%9Fe%202030.xlsx", answer.headers["Content-Disposition"])
        self.assertEqual(self.url_open("/revenue/target/999999999/plan.xlsx").status_code, 404)
        self.authenticate(None, None)
        answer = self.url_open(f"/revenue/target/{company_plan.id}/plan.xlsx", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)

    def test_every_download_is_in_the_journal(self):
        plan = self.own_target()
        entries = self.env["revenue.audit.entry"]
        domain = [("event", "=", "exported"), ("user_id", "=", self.people["user"].id)]
        before = entries.search_count(domain)
        self.download(self.people["user"], plan)
        self.download(self.people["user"], self.plan())
        self.assertEqual(entries.search_count(domain), before + 1)

    def test_another_companys_company_is_no_matter_of_ticks(self):
        finance = self.people["finance"]
        finance.company_ids |= self.other_company
        foreign = self.target(company_id=self.other_company.id)
        self.assertEqual(self.download(finance, foreign).status_code, 200)

    def test_only_who_may_change_the_plan_imports(self):
        plan = self.plan()
        content = self.edited(self.exported(plan), {"D8": 1})
        values = {"target_id": plan.id, "file": base64.b64encode(content)}
        wizards = self.env["revenue.target.import"]
        for role in ("user", "manager", "auditor", "admin"):
            for attack in (
                lambda seen: seen.create(values),
                lambda seen: seen.new(values).report,
                lambda seen: seen.onchange(values, ["file"], {"result": {}, "report": {}, "file": {}}),
            ):
                with self.subTest(role), self.assertRaises(AccessError), self.env.cr.savepoint():
                    attack(self.as_(role, wizards))
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.as_(role, plan)._import_sheet(content)
        foreign = self.target(company_id=self.other_company.id)
        for attack in (
            lambda: self.wizard(foreign),
            lambda: self.wizard(plan).write({"target_id": foreign.id}),
            lambda: self.as_("finance", foreign).action_open_import(),
            lambda: self.as_("finance", foreign).action_export_plan(),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attack()
        self.assertEqual(plan.amount, 9000.0)

    def test_a_dialog_is_of_whoever_opened_it(self):
        plan = self.plan()
        wizard = self.wizard(plan, self.edited(self.exported(plan), {"D8": 1}))
        other = wizard.with_user(self.controller)
        for attack in (
            lambda: other.read(["file"]),
            lambda: other.read(["report"]),
            lambda: other.write({"file": False}),
            other.action_apply,
            wizard.sudo().with_user(self.controller).action_apply,
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.env.invalidate_all()
                attack()

    def test_refused_cells_are_marked_in_a_copy(self):
        plan = self.plan()
        content = self.edited(self.exported(plan), {"D8": 1, "E9": 4711})
        content = self.patched(content, "xl/worksheets/sheet1.xml", b"<v>4711</v>", b"<v>NaN</v>")
        wizard = self.wizard(plan, content)
        url = wizard.action_marked_copy()["url"]
        self.authenticate(self.people["finance"].login, self.people["finance"].login)
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
        self.assertIn("text", sheet["E9"].comment.text)
        self.assertEqual((sheet["E9"].fill.fgColor.rgb, sheet["D8"].comment), ("00F8D7DA", None))
        # Corrected in the copy, it goes in.
        again = self.edited(answer.content, {"E9": 7})
        self.assertEqual(self.check(plan, again)["refused"], [])
        self.assertEqual(len(self.check(plan, again)["changes"]), 2)
        for person in (self.controller, self.people["user"], self.people["auditor"]):
            self.authenticate(person.login, person.login)
            self.assertEqual(self.url_open(url).status_code, 404)

    def test_of_very_many_refused_cells_the_first_have_notes(self):
        plan = self.plan()
        content = self.edited(self.exported(plan), dict.fromkeys(("D8", "E8", "F8", "D9"), "many"))
        with patch.object(mark, "MAX_NOTES", 2):
            marked = self.as_("finance", plan)._marked_sheet(content)
        sheet = openpyxl.load_workbook(io.BytesIO(marked)).worksheets[0]
        cells = [sheet[name] for name in ("D8", "E8", "F8", "D9")]
        self.assertEqual({cell.fill.fgColor.rgb for cell in cells}, {"00F8D7DA"})
        self.assertEqual([bool(cell.comment) for cell in cells], [True, True, False, False])
        self.assertNotIn("more cells", cells[0].comment.text)
        self.assertIn("2 more cells are red", cells[1].comment.text)

    def test_a_forged_preview_is_worth_nothing(self):
        plan = self.plan()
        wizard = self.wizard(plan, self.edited(self.exported(plan), {"D8": "many", "E8": 5}))
        wizard.write({"result": "ready", "refused_count": 0, "report": "<p>all good</p>"})
        wizard.action_apply()
        self.assertEqual(plan.amount, 9000.0)
        wizard = self.wizard(plan)
        with self.assertRaisesRegex(UserError, "choose a file"), self.env.cr.savepoint():
            wizard.action_apply()
        wizard.write({"file": base64.b64encode(self.edited(self.exported(plan), {"D8": 1}))})
        # The rights were there when the dialog was opened.
        self.as_("finance", plan)._transition("cancel", "Given up")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard.action_apply()

    def test_the_dialog_as_the_web_client_uses_it(self):
        plan = self.plan()
        finance = self.as_("finance", plan)
        action = finance.env.ref("sales_revenue_mgmt.revenue_target_action_import").with_user(self.people["finance"])
        context = {"active_model": "revenue.target", "active_id": plan.id, "active_ids": plan.ids}
        opened = action.with_context(**finance.env.context, **context).run()
        wizard = finance.env["revenue.target.import"].browse(opened["res_id"])
        content = base64.b64encode(self.edited(self.exported(plan), {"D8": 1})).decode()
        specification = {name: {} for name in ("result", "report", "change_count", "file", "filename")}
        shown = wizard.onchange({"file": content, "filename": "a.xlsx"}, ["file"], specification)["value"]
        self.assertEqual((shown["result"], shown["change_count"]), ("ready", 1))
        values = {"file": content, "filename": "a.xlsx"}
        (saved,) = wizard.with_context(bin_size=True).web_save(values, specification)
        self.assertEqual((saved["result"], saved["change_count"]), ("ready", 1))
        wizard.action_apply()
        self.assertEqual(plan.amount, 8251.0)
        action = finance.env.ref("sales_revenue_mgmt.revenue_target_action_export").with_user(self.people["finance"])
        opened = action.with_context(**finance.env.context, **context).run()
        self.assertEqual(opened["url"], f"/revenue/target/{plan.id}/plan.xlsx")
