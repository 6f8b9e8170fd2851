"""Names are text wherever they are read: in activities, chatter, mails, notifications and previews."""

from lxml import html

from odoo import Command
from odoo.tests import tagged

from ..target.common import TargetCase

HOSTILE = '<img src=x onerror=alert(1)><svg onload=alert(1)><hostile> "%s" & {0} %%(name)s'


@tagged("post_install", "-at_install")
class TestRevenueHostileNames(TargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.names = {}
        for what, record in (
            ("user", cls.people["user"]),
            ("manager", cls.people["manager"]),
            ("finance", cls.people["finance"]),
            ("deputy", cls.deputy),
            ("team", cls.team),
            ("customer", cls.customer),
            ("company", cls.company),
            ("category", cls.category),
        ):
            record.name = cls.names[what] = HOSTILE % what
        rules = cls.env["revenue.approval.rule"].search([])
        rules.name = cls.names["rule"] = HOSTILE % "rule"

    def assertText(self, text, *names):
        """Nothing of the names became an element, and they can be read as they are."""
        tree = html.fragment_fromstring(str(text), create_parent="div")
        for element in tree.iter():
            self.assertNotIn(element.tag, ("svg", "hostile"), text)
            self.assertNotEqual(element.get("src"), "x", text)
            self.assertFalse([name for name in element.attrib if name.startswith("on")], text)
        for name in names:
            self.assertIn(" ".join(name.split()), " ".join(tree.text_content().split()))

    def test_what_the_workflow_writes(self):
        names, before = self.names, self.env["mail.message"].search([], order="id desc", limit=1).id
        target = self.submitted(name=HOSTILE % "document")
        activities = target.sudo().activity_ids
        self.assertTrue(activities)
        for activity in activities:
            self.assertText(activity.note, names["rule"])
        target.action_escalate(HOSTILE % "reason")
        self.as_("manager", target).action_reject(HOSTILE % "no")
        self.assertIn(names["manager"], target.guidance)
        target.action_reset()
        target.action_submit()
        self.as_("manager", self.env["revenue.delegation"]).create(
            {"to_id": self.deputy.id, "date_from": "2000-01-01", "date_to": "2100-01-01"}
        )
        self.as_seen_by(self.deputy, target).action_approve(HOSTILE % "yes")
        self.as_("finance", target).action_post()
        other = self.submitted(measure="orders", name=HOSTILE % "second")
        for step in self.steps(other):
            step._say_stuck()
        messages = self.env["mail.message"].search([("id", ">", before)])
        bodies = " ".join(messages.mapped("body"))
        for message in messages:
            self.assertText(message.body)
        self.assertText(
            bodies,
            HOSTILE % "reason",
            HOSTILE % "no",
            HOSTILE % "yes",
            HOSTILE % "document",
            names["manager"],
            names["rule"],
        )
        mails = self.env["mail.mail"].search([("mail_message_id", "in", messages.ids)])
        self.assertTrue(mails)
        for mail in mails:
            self.assertText(mail.body_html)

    def test_previews(self):
        names = self.names
        document = HOSTILE % "document"
        target = self.as_("finance", self.target(team_id=self.team.id, name=document))
        rule = self.env["revenue.approval.rule"].search([], limit=1)
        self.assertText(rule._preview(target), names["rule"])
        lines = target.env["revenue.target.line"].create(
            [
                {"target_id": target.id, "parent_id": target.root_line_id.id, "level": "user", "user_id": person.id}
                for person in (self.people["user"], self.people["manager"])
            ]
        )
        lines[0].amount = 600.0
        tool = target.env["revenue.target.tool"].create(
            {"target_id": target.id, "line_id": target.root_line_id.id, "tool": "raise", "percent": 0.05}
        )
        self.assertText(tool.preview, names["user"], names["manager"])
        reassign = target.env["revenue.target.reassign"].create(
            {
                "target_id": target.id,
                "line_id": lines[0].id,
                "last_day": "2030-03-10",
                "recipient_ids": [Command.set(lines[1].ids)],
            }
        )
        self.assertText(reassign.preview, names["user"])

    def test_what_sales_write(self):
        order = self.order("2030-03-02", confirm=False)
        self.env["revenue.target.credit.rule"].create(
            {"team_id": self.team.id, "user_id": self.people["manager"].id, "percent": 40.0}
        )
        order.action_confirm()
        for message in order.message_ids:
            self.assertText(message.body)

    def test_every_html_field_of_ours_is_known(self):
        """A new one has to be looked at, and listed here: text in it is sanitised, or made by templates alone."""
        found = {
            f"{name}.{field.name}"
            for name, cls in self.env.registry.items()
            if name.startswith("revenue.") and not cls._abstract
            for field in cls._fields.values()
            if field.type == "html" and not field.related
        }
        inherited = {name for name in found if name.endswith(".website_message_ids")}
        self.assertEqual(
            found - inherited,
            {
                "revenue.target.note",
                "revenue.approval.rule.preview",
                "revenue.target.tool.preview",
                "revenue.target.reassign.preview",
                "revenue.target.import.report",
                "revenue.sheet.import.report",
            },
        )
