"""Nothing of ours is made, changed or commented by mail."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.revenue_actor import REQUEST, Actor
from .common import RevenueCase

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
class TestRevenueThread(RevenueCase):
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
        note = target.message_post(body="Look at it")
        before = target.message_ids
        self.send("revenue.target", thread_id=target.id)
        self.send(None, reply=note.message_id)
        self.assertEqual(target.message_ids, before)
        self.assertEqual(len(self.bounces()), 2)

    def test_messages_have_no_reply_address(self):
        target = self.own_target()
        self.assertFalse(target.message_post(body="Look at it").reply_to)
        self.assertFalse(self.env["revenue.approval.rule"]._notify_get_reply_to(default="a@example.com")[False])

    def test_superuser_rights_of_code_are_not_those_of_who_has_signed_in(self):
        values = {"name": "Mine", "model_id": self.env.ref("sales_revenue_mgmt.model_revenue_target").id}
        rules = self.env["revenue.approval.rule"].with_user(self.people["admin"]).sudo()
        signed_in = "odoo.addons.sales_revenue_mgmt.models.revenue_thread_mixin.actor"
        with patch(signed_in, return_value=Actor(self.outsider.id, REQUEST)), self.assertRaises(AccessError):
            rules.create(values)
