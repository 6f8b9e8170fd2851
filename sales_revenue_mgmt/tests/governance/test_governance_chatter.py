"""Nobody writes in the chatter of our documents like the workflow, like somebody else, or as of another day."""

import json
from datetime import datetime, timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..target.common import TargetCase

NOTE = "<p>Approved: Submitted → Approved</p>"


@tagged("post_install", "-at_install")
class TestRevenueChatter(HttpCase, TargetCase):
    def call(self, role, name, method, **body):
        user = self.people[role]
        key = self.env["res.users.apikeys"].with_user(user).sudo()
        key = key._generate("rpc", "test", datetime.now() + timedelta(hours=1))
        with mute_logger("odoo.http", "odoo.addons.mail.models.mail_thread"):
            return self.url_open(
                f"/json/2/{name}/{method}",
                data=json.dumps(body),
                headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
            )

    def refused(self, answer):
        self.assertNotEqual(answer.status_code, 200, answer.text)
        self.assertIn("cannot be written here", answer.text)

    def test_forged_posts_are_refused(self):
        target = self.submitted()
        manager = self.people["manager"].partner_id.id
        before = target.sudo().message_ids
        for forged in (
            {"message_type": "notification"},
            {"message_type": "auto_comment"},
            {"message_type": "email"},
            {"author_id": manager},
            {"message_type": "comment", "author_id": False, "email_from": "boss@example.com"},
            {"message_type": "comment", "email_from": "boss@example.com"},
            {"message_type": "comment", "date": "2020-01-01 00:00:00"},
        ):
            with self.subTest(forged):
                body = {"ids": target.ids, "body": NOTE, "body_is_html": True, **forged}
                self.refused(self.call("user", "revenue.target", "message_post", **body))
        view = self.env["ir.ui.view"].create({"name": "x", "type": "qweb", "arch": f"<t>{NOTE}</t>"})
        self.env["ir.model.data"].create(
            {"module": "sales_revenue_mgmt", "name": "forged", "model": "ir.ui.view", "res_id": view.id}
        )
        self.refused(
            self.call(
                "user",
                "revenue.target",
                "message_post_with_source",
                ids=target.ids,
                source_ref="sales_revenue_mgmt.forged",
            )
        )
        notify = {"partner_ids": [manager], "body": NOTE, "author_id": manager}
        self.refused(self.call("user", "revenue.target", "message_notify", ids=target.ids, **notify))
        self.refused(
            self.call(
                "user", "mail.thread", "message_notify", ids=[], model="revenue.target", res_id=target.id, **notify
            )
        )
        self.env.invalidate_all()
        self.assertEqual(target.sudo().message_ids, before)

    def test_the_composer_posts_comments_only(self):
        """Its route posts with superuser rights, and takes the type from the caller."""
        target, user = self.submitted(), self.people["user"]
        self.authenticate(user.login, user.login)
        for kind in ("notification", "auto_comment", "email", "user_notification", "comment"):
            with self.subTest(kind):
                before = target.sudo().message_ids
                params = {
                    "thread_model": target._name,
                    "thread_id": target.id,
                    "post_data": {"body": NOTE, "message_type": kind},
                }
                answer = self.make_jsonrpc_request("/mail/message/post", params)
                self.env.invalidate_all()
                message = target.sudo().message_ids - before
                self.assertEqual(message.ids, [answer["message_id"]])
                self.assertEqual((message.message_type, message.author_id), ("comment", user.partner_id))

    def test_forged_messages_are_refused(self):
        target = self.submitted()
        base = {"model": "revenue.target", "res_id": target.id, "body": NOTE}
        manager = self.people["manager"].partner_id.id
        before = target.sudo().message_ids
        for forged in (
            {"message_type": "notification"},
            {"author_id": manager},
            {"date": "2020-01-01 00:00:00"},
            {"email_from": "boss@example.com"},
            {"reply_to": "boss@example.com"},
        ):
            with self.subTest(forged):
                self.refused(self.call("user", "mail.message", "create", vals_list=[{**base, **forged}]))
        for context in (
            {"default_message_type": "notification"},
            {"default_date": "2020-01-01 00:00:00"},
            {"default_author_id": manager, "default_email_from": "boss@example.com"},
        ):
            with self.subTest(context):
                self.refused(self.call("user", "mail.message", "create", vals_list=[base], context=context))
        self.refused(
            self.call(
                "user",
                "mail.message",
                "create",
                vals_list=[{"message_type": "notification", "body": NOTE}],
                context={"default_model": "revenue.target", "default_res_id": target.id},
            )
        )
        fields = ["model", "res_id", "body", "message_type"]
        with mute_logger("odoo.addons.base.models.ir_fields"):
            answer = self.call(
                "user",
                "mail.message",
                "load",
                fields=fields,
                data=[["revenue.target", str(target.id), NOTE, "System notification"]],
            )
        self.assertIn("cannot be written here", answer.text)
        draft = self.own_target(measure="orders")
        answer = self.call(
            "user",
            "revenue.target",
            "write",
            ids=draft.ids,
            vals={"message_ids": [[0, 0, {"model": "revenue.target", "message_type": "notification", "body": NOTE}]]},
        )
        # Odoo itself does not get as far as this addon.
        self.assertNotEqual(answer.status_code, 200, answer.text)
        self.env.invalidate_all()
        self.assertEqual(target.sudo().message_ids, before)

    def test_ones_own_comment_does_not_become_a_note(self):
        target = self.submitted()
        posted = self.call("user", "revenue.target", "message_post", ids=target.ids, body="Mine")
        self.assertEqual(posted.status_code, 200, posted.text)
        self.env.invalidate_all()
        mine = target.sudo().message_ids.filtered(lambda message: "Mine" in message.body)
        self.assertEqual((mine.message_type, mine.revenue_note), ("comment", False))
        for vals in (
            {"message_type": "notification"},
            {"date": "2020-01-01 00:00:00"},
            {"author_id": self.people["manager"].partner_id.id},
            {"revenue_note": True},
        ):
            with self.subTest(vals):
                answer = self.call("user", "mail.message", "write", ids=mine.ids, vals=vals)
                self.assertNotEqual(answer.status_code, 200, answer.text)
        elsewhere = self.as_("user", self.customer).message_post(body=NOTE)
        answer = self.call(
            "user", "mail.message", "write", ids=elsewhere.ids, vals={"model": "revenue.target", "res_id": target.id}
        )
        self.assertNotEqual(answer.status_code, 200, answer.text)
        self.assertEqual(self.call("user", "mail.message", "unlink", ids=mine.ids).status_code, 200)

    def test_the_mark_is_the_workflows(self):
        target = self.submitted()
        notes = target.sudo().message_ids.filtered("revenue_note")
        self.assertIn("Submitted", notes.body)
        vals = {"model": "revenue.target", "res_id": target.id, "body": NOTE, "revenue_note": True}
        messages = self.as_("user", self.env["mail.message"])
        planted = messages.create(vals) | messages.with_context(default_revenue_note=True).create(
            {"model": "revenue.target", "res_id": target.id, "body": NOTE}
        )
        self.assertFalse(any(planted.mapped("revenue_note")))
        for role in ("user", "manager", "finance"):
            with self.assertRaisesRegex(UserError, "Notes of the workflow"):
                self.as_(role, notes).unlink()

    def test_what_people_and_odoo_do_goes_on(self):
        target = self.own_target()
        user = self.people["user"]
        said = {"body": "For you"}
        target.message_post(**said, partner_ids=self.people["manager"].partner_id.ids, message_type="comment")
        activity = target.activity_schedule("mail.mail_activity_data_todo", user_id=user.id, summary="Call")
        activity.action_feedback(feedback="Done so")
        self.assertIn("Done so", "".join(target.message_ids.mapped("body")))
        composer = target.env["mail.compose.message"].create(
            {
                "model": target._name,
                "res_ids": str(target.ids),
                "body": "By mail",
                "partner_ids": [Command.set(self.people["manager"].partner_id.ids)],
            }
        )
        composer.action_send_mail()
        self.assertIn("By mail", "".join(target.message_ids.mapped("body")))
        target.amount = 5.0
        self.as_("finance", target).user_id = self.colleague
