"""Nothing of ours is made, changed or commented by mail."""

from contextlib import ExitStack
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ...models.core.actor import REQUEST, Actor
from ..target.common import TargetCase

MAIL = """From: {sender}
To: {to}
Subject: {subject}
Message-Id: <{subject}-1@example.com>
In-Reply-To: {reply}
References: {reply}
Content-Type: text/plain

I approve this.
"""


@tagged("post_install", "-at_install")
class TestRevenueThread(TargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outsider = new_test_user(cls.env, "revenue_outsider", groups="base.group_user")
        cls.people["finance"].email = "fay@example.com"

    def models_with_chatter(self):
        thread = self.env.registry["mail.thread"]
        return [
            name
            for name, cls in self.env.registry.items()
            if name.startswith("revenue.") and issubclass(cls, thread) and not cls._abstract
        ]

    def send(self, model=None, reply="", **options):
        mail = MAIL.format(sender="fay@example.com", to="catchall@example.com", subject="hello", reply=reply)
        return self.env(user=self.outsider, context={})["mail.thread"].message_process(model, mail, **options)

    def bounces(self):
        return self.env["mail.mail"].search([("body_html", "like", "take no mail")])

    def test_every_model_with_chatter_is_closed(self):
        self.assertIn("revenue.target", self.models_with_chatter())
        closed = self.env.registry["revenue.thread.mixin"]
        for name in self.models_with_chatter():
            self.assertTrue(issubclass(self.env.registry[name], closed), name)
            for call in ("message_new", "message_update"):
                with self.assertRaisesRegex(UserError, "take no mail"):
                    getattr(self.env[name], call)({"subject": "x", "email_from": "fay@example.com"})

    def test_a_mail_makes_nothing(self):
        for name in self.models_with_chatter():
            before = self.env[name].with_context(active_test=False).search_count([])
            self.send(name, custom_values={"required": 99, "auto_approve": True})
            self.assertEqual(self.env[name].with_context(active_test=False).search_count([]), before, name)
        self.assertEqual(len(self.bounces()), len(self.models_with_chatter()))

    def test_a_mail_says_nothing_in_a_document(self):
        target = self.own_target()
        said = {"body": "Look at it"}
        note = target.message_post(**said)
        before = target.message_ids
        self.send("revenue.target", thread_id=target.id)
        self.send(None, reply=note.message_id)
        self.assertEqual(target.message_ids, before)
        self.assertEqual(len(self.bounces()), 2)

    def called(self, user):
        """As if a call of this user were answered."""
        signed_in = "odoo.addons.sales_revenue_mgmt.models.governance.{}.actor"
        answer = Actor(user.id, REQUEST)
        stack = ExitStack()
        for module in ("revenue_thread_mixin", "mail_message"):
            stack.enter_context(patch(signed_in.format(module), return_value=answer))
        return stack

    def test_a_call_says_nothing_of_what_a_mail_makes(self):
        """Odoo makes it with all rights, whatever Odoo model it is, with our records among its values."""
        team = self.env["crm.team"].create({"name": "Attacked"})
        rules = self.env["revenue.target.credit.rule"].search_count([])
        rule = [(0, 0, {"user_id": self.outsider.id, "percent": 50})]
        with self.called(self.outsider):
            for model, options in (
                ("crm.team", {"custom_values": {"name": "Mine", "revenue_credit_rule_ids": rule}}),
                ("ir.cron", {"custom_values": {"name": "Mine", "code": "1"}}),
                (None, {"custom_values": {"name": "Mine"}}),
                ("crm.team", {"thread_id": team.id}),
                ("crm.team", {}),
            ):
                with self.assertRaisesRegex(UserError, "says itself where it goes"):
                    self.send(model, **options)
            # What Odoo's script for mail servers sends.
            with self.assertRaisesRegex(ValueError, "No possible route"):
                self.send(False)
        with (
            self.called(self.env.ref("base.user_admin")),
            self.assertRaisesRegex(UserError, "says itself where it goes"),
        ):
            self.send("crm.team", custom_values={"name": "Mine"})
        self.assertEqual(self.env["revenue.target.credit.rule"].search_count([]), rules)

    def test_superuser_rights_rewrite_no_note(self):
        target = self.own_target()
        target.with_user(self.people["user"]).action_submit()
        note = target.message_ids.filtered("revenue_note")[:1]
        self.assertTrue(note)
        for command in ((1, note.id, {"body": "I approve"}), (2, note.id)):
            with self.assertRaisesRegex(UserError, "Notes of the workflow"):
                self.env["crm.lead"].sudo().create({"name": "Nested", "message_ids": [command]})

    def test_mails_and_templates_write_in_nobody_elses_name(self):
        target, manager = self.own_target(), self.people["manager"].partner_id
        template = self.env["mail.template"].create(
            {
                "name": "Words",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "body_html": "<p>I approve</p>",
                "subject": "Approved",
                "email_to": "a@example.com",
            }
        )
        forged = {"model": "revenue.target", "res_id": target.id, "author_id": manager.id}
        with self.called(self.outsider):
            for more in (
                {},
                {"message_type": "notification"},
                {"message_type": "comment", "date": "2021-01-01 00:00:00"},
            ):
                with self.assertRaisesRegex(UserError, "cannot be written here"), self.env.cr.savepoint():
                    template.send_mail(self.outsider.partner_id.id, email_values={**forged, **more})
            own = self.env["mail.mail"].sudo().create({"body_html": "Elsewhere", "author_id": manager.id})
            self.assertTrue(own)
        said = self.env["mail.message"].search([("model", "=", "revenue.target"), ("res_id", "=", target.id)])
        self.assertFalse(said.filtered(lambda message: message.author_id == manager))

    def test_messages_have_no_reply_address(self):
        target = self.own_target()
        said = {"body": "Look at it"}
        self.assertFalse(target.message_post(**said).reply_to)
        self.assertFalse(self.env["revenue.approval.rule"]._notify_get_reply_to(default="a@example.com")[False])

    def test_superuser_rights_of_code_are_not_those_of_who_has_signed_in(self):
        values = {"name": "Mine", "model_id": self.env.ref("sales_revenue_mgmt.model_revenue_target").id}
        rules = self.env["revenue.approval.rule"].with_user(self.people["admin"]).sudo()
        signed_in = "odoo.addons.sales_revenue_mgmt.models.governance.revenue_thread_mixin.actor"
        with patch(signed_in, return_value=Actor(self.outsider.id, REQUEST)), self.assertRaises(AccessError):
            rules.create(values)
