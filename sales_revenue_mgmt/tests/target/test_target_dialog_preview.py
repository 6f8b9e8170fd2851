"""What is applied is what the dialog has shown."""

import base64

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_target_xlsx import SheetCase


@tagged("post_install", "-at_install")
class TestRevenueDialogPreview(SheetCase):
    def assertShownAgain(self, wizard, change, unchanged):
        """A form that has shown one thing does not apply another: it shows that, and then applies it."""
        form = wizard.with_context(revenue_preview=wizard.shown)
        change()
        before = unchanged()
        with self.assertRaisesRegex(UserError, "nothing was changed"), self.env.cr.savepoint():
            # A program that has seen what the form has seen, in what the dialog keeps.
            wizard.write({"preview_hash": form.env.context["revenue_preview"]})
            wizard.action_apply()
        answer = form.action_apply()
        self.assertEqual((answer["res_model"], answer["res_id"]), (wizard._name, wizard.id))
        self.assertTrue(wizard.outdated)
        self.assertEqual(unchanged(), before)
        wizard.with_context(revenue_preview=wizard.shown).action_apply()
        self.assertNotEqual(unchanged(), before)

    def everything(self, plan):
        def of_the_plan():
            self.env.invalidate_all()
            return [(cell.date_start, cell.line_id.display_name, cell.amount) for cell in plan.line_ids.cell_ids]

        return of_the_plan

    def test_every_dialog_with_a_preview_has_the_hash(self):
        previews = [
            name
            for name, cls in self.env.registry.items()
            if cls._transient and name.startswith("revenue.") and {"preview", "report"} & cls._fields.keys()
        ]
        self.assertTrue({"revenue.target.tool", "revenue.target.reassign", "revenue.target.import"} <= set(previews))
        parent = self.env.registry["revenue.dialog.previewed"]
        for name in previews:
            self.assertTrue(issubclass(self.env.registry[name], parent), name)
            views = self.env["ir.ui.view"].search([("model", "=", name), ("type", "=", "form")])
            self.assertTrue(all("revenue_preview" in view.arch for view in views), name)

    def test_tools(self):
        plan = self.own_target(period_type="quarter", date_start="2030-01-01")
        values = {"target_id": plan.id, "line_id": plan.line_ids.id, "tool": "raise", "percent": 5.0}
        tools = self.as_("user", self.env["revenue.target.tool"])
        self.assertShownAgain(
            tools.create(values),
            lambda: self.as_("manager", plan).line_ids.cell_ids[0].write({"amount": 7.0}),
            self.everything(plan),
        )
        # The same person, in another window.
        wizard = tools.create(values)
        self.assertShownAgain(wizard, lambda: wizard.write({"percent": 900.0}), self.everything(plan))
        # What has not changed is applied.
        tools.create(values).action_apply()

    def test_tool_that_adds_lines(self):
        plan = self.plan(lines=False)
        tools = self.as_("finance", self.env["revenue.target.tool"])
        wizard = tools.create({"target_id": plan.id, "line_id": plan.line_ids.id, "tool": "lines", "level": "team"})
        self.assertShownAgain(
            wizard,
            lambda: self._team("Green", self.env["res.users"], self.env["res.users"]),
            self.everything(plan),
        )

    def test_reassign(self):
        plan = self.plan()
        mine, other = self.line(plan, self.people["user"]), self.line(plan, self.colleague)
        values = {
            "target_id": plan.id,
            "line_id": mine.id,
            "last_day": "2030-02-14",
            "recipient_ids": [Command.set(other.ids)],
        }
        reassign = self.as_("finance", self.env["revenue.target.reassign"])
        self.assertShownAgain(
            reassign.create(values), lambda: mine.cell_ids[2].write({"amount": 9000.0}), self.everything(plan)
        )
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.as_("manager", reassign.create({**values, "line_id": other.id})).action_apply()

    def test_import(self):
        plan = self.plan()
        wizard = self.wizard(plan, self.edited(self.exported(plan), {"D8": 1}))
        other = self.line(plan, self.other_team)
        self.assertShownAgain(wizard, lambda: other.cell_ids[2].write({"amount": 1.0}), self.everything(plan))
        wizard = self.wizard(plan, self.edited(self.exported(plan), {"D8": 2}))
        content = base64.b64encode(self.edited(self.exported(plan), {"D8": 3}))
        self.assertShownAgain(wizard, lambda: wizard.write({"file": content}), self.everything(plan))

    def test_credit(self):
        order = self.order("2030-03-05")
        wizard = self.as_("manager", self.env["revenue.target.credit.wizard"]).create(
            {"order_id": order.id, "reason": "half of it"}
        )
        wizard.line_ids = [
            Command.clear(),
            Command.create({"user_id": self.colleague.id, "percent": 50.0}),
            Command.create({"user_id": self.people["user"].id, "percent": 50.0}),
        ]
        shares = [{"user_id": self.colleague.id, "percent": 100.0}]
        self.assertShownAgain(
            wizard,
            lambda: self.as_("finance", order).revenue_credit_set(shares, "all of it"),
            lambda: order.sudo().revenue_credit_ids.mapped("percent"),
        )
        # Nobody puts a person into somebody else's dialog.
        for role in ("deputy", "finance"):
            person = self.deputy if role == "deputy" else self.people[role]
            lines = self.as_seen_by(person, self.env["revenue.target.credit.wizard.line"])
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                lines.create({"wizard_id": wizard.id, "user_id": self.people["user"].id, "percent": 100.0})

    def test_the_form_sends_what_it_shows(self):
        plan = self.plan()
        context = {"default_target_id": plan.id, "default_line_id": plan.root_line_id.id, "default_tool": "raise"}
        form = Form(self.as_("finance", self.env["revenue.target.tool"]).with_context(**context))
        form.percent = 5.0
        plan.line_ids.filtered(lambda line: line.user_id == self.colleague).amount = 1.0
        wizard = form.save()
        self.assertNotEqual(wizard.shown, wizard.preview_hash)
        answer = wizard.with_context(revenue_preview=wizard.shown).action_apply()
        self.assertEqual(answer["res_id"], wizard.id)
