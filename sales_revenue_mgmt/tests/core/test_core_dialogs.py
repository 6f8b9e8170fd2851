"""Dialogs belong to who has opened them; text of people stays text."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..target.common import TargetCase


@tagged("post_install", "-at_install")
class TestRevenueDialogs(TargetCase):
    def test_every_dialog_has_a_rule_of_its_maker(self):
        names = [
            name
            for name, cls in self.env.registry.items()
            if name.startswith("revenue.") and cls._transient and cls._auto
        ]
        self.assertIn("revenue.target.tool", names)
        for name in names:
            rules = self.env["ir.rule"].search([("model_id.model", "=", name), ("groups", "=", False)])
            self.assertTrue(any("('create_uid', '=', user.id)" in rule.domain_force for rule in rules), name)

    def test_a_colleague_does_not_change_what_my_apply_does(self):
        target = self.own_target()
        values = {"target_id": target.id, "line_id": target.line_ids[0].id, "tool": "raise", "percent": 0.05}
        tool = self.as_("user", self.env["revenue.target.tool"]).create(values)
        for person in ("manager", "finance"):
            theirs = self.as_(person, tool)
            for attempt in (
                lambda theirs=theirs: theirs.write({"percent": 9.0}),
                lambda theirs=theirs: theirs.read(["percent"]),
                lambda theirs=theirs: theirs.action_apply(),
                lambda theirs=theirs: theirs.unlink(),
                lambda theirs=theirs: theirs.env["revenue.target.tool.weight"].create(
                    {"tool_id": tool.id, "line_id": target.line_ids[0].id, "weight": 5.0}
                ),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    attempt()

    def test_names_in_the_inbox_are_text(self):
        self.env["revenue.approval.rule"].search([]).write({"name": "<img src=x onerror=alert(1)> <svg>"})
        target = self.submitted()
        notes = self.env["mail.activity"].search([("res_model", "=", target._name), ("res_id", "=", target.id)])
        self.assertTrue(notes)
        for activity in notes:
            self.assertNotIn("<img", activity.note)
            self.assertIn("&lt;svg&gt;", activity.note)
            self.assertIn("Amount", activity.note)

    def test_a_note_stays_in_its_place(self):
        target = self.own_target(note='<p style="position: fixed; top: 0; color: red">Over everything</p>')
        self.assertNotIn("position", target.note)
