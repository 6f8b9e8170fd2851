"""The approver's inbox, deadlines, escalation and delegation."""

import json
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import html2plaintext, mute_logger

from ..target.common import TargetCase

# A Wednesday, noon.
NOW = "2026-07-01 12:00:00"


@tagged("post_install", "-at_install")
class TestRevenueApprovalInbox(TargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        calendar = cls.env["resource.calendar"].create({"name": "Week", "tz": "UTC", "company_id": cls.company.id})
        calendar.attendance_ids.unlink()
        calendar.attendance_ids = [
            Command.create({"name": "Day", "dayofweek": str(day), "hour_from": 9.0, "hour_to": 17.0})
            for day in range(5)
        ]
        cls.company.resource_calendar_id = calendar

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("sales_revenue_mgmt.revenue_approval_cron_escalate").method_direct_trigger()

    # ------------------------------------------------------------------
    # Activities and mails
    # ------------------------------------------------------------------

    def test_the_inbox_and_what_a_decision_leaves_of_it(self):
        target = self.submitted(amount=200000.0)
        activity = target.sudo().activity_ids
        self.assertEqual(activity.user_id, self.people["manager"])
        self.assertEqual(activity.activity_type_id.name, "Revenue approval")
        self.assertIn("200,000.00", activity.note)
        mine = self.as_("manager", self.env["revenue.approval.step"]).search([("is_mine", "=", True)])
        self.assertEqual(mine, self.steps(target, "pending"))
        inbox = self.as_("manager", self.env["revenue.approval.step"]).inbox()
        self.assertEqual((inbox["count"], inbox["steps"][0]["res_id"]), (1, target.id))
        self.as_seen_by(self.people["manager"], activity).action_revenue_approve("Fine.")
        # Both finance people are asked; the first decision settles the other's.
        self.assertEqual(target.sudo().activity_ids.user_id, self.people["finance"] | self.controller)
        self.as_("finance", target).action_approve()
        self.assertFalse(target.sudo().activity_ids)
        for role in ("manager", "finance"):
            self.assertEqual(self.as_(role, self.env["revenue.approval.step"]).inbox()["count"], 0)
        self.assertEqual(self.as_("admin", self.env["revenue.approval.step"]).inbox(), {"count": 0, "steps": []})

    def test_the_mail_names_amount_difference_and_deadline(self):
        with freeze_time(NOW):
            target = self.posted(amount=50000.0)
            revision = target.browse(target.action_revise()["res_id"])
            revision.amount = 45000.0
            revision.action_submit()
        partner = self.people["manager"].partner_id
        message = self.env["mail.message"].search([("notified_partner_ids", "in", partner.ids)], limit=1)
        self.assertIn(revision.display_name, message.subject)
        text = html2plaintext(message.body)
        for words in ("45,000.00", "-5,000.00", "to the last approved version", "07/03/2026", "UTC"):
            self.assertIn(words, text)
        self.assertIn(f"res_id={revision.id}", str(message.body))

    def test_one_mail_for_many(self):
        targets = self.own_target() | self.own_target(measure="orders") | self.own_target(measure="margin")
        partner = self.people["manager"].partner_id
        before = self.env["mail.message"].search_count([("notified_partner_ids", "in", partner.ids)])
        targets.action_submit()
        messages = self.env["mail.message"].search([("notified_partner_ids", "in", partner.ids)])
        self.assertEqual(len(messages) - before, 1)
        self.assertEqual(messages[0].subject, "3 documents need your approval")

    def test_one_row_for_a_document_that_two_rules_send_to_one_person(self):
        rules = self.env["revenue.approval.rule"].search([("approver_type", "=", "leader")])
        rules[0].copy({"name": "Second opinion"})
        partner = self.people["manager"].partner_id
        target = self.submitted()
        message = self.env["mail.message"].search([("notified_partner_ids", "in", partner.ids)], limit=1)
        self.assertEqual(message.subject, f"Your approval is needed: {target.display_name}")
        self.assertEqual(str(message.body).count(f"res_id={target.id}"), 1)

    def test_bulk_approval_with_one_reason(self):
        targets = self.submitted() | self.submitted(measure="orders")
        steps = self.as_("manager", self.env["revenue.approval.step"]).search([("is_mine", "=", True)])
        action = steps.with_context(revenue_action="approve").action_ask_reason()
        wizard = Form(self.as_("manager", self.env[action["res_model"]]).with_context(**action["context"]))
        wizard.reason = "As discussed."
        wizard.save().action_confirm()
        self.assertEqual(targets.mapped("state"), ["approved", "approved"])
        self.assertEqual(set(targets.sudo().approval_step_ids.decision_ids.mapped("reason")), {"As discussed."})
        # The dialog is no way round the gate.
        other = self.submitted(measure="margin")
        wizard = self.as_("user", self.env["revenue.decision.wizard"]).create(
            {"action": "approve", "res_model": "revenue.target", "res_ids": other.ids, "reason": "x"}
        )
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            wizard.action_confirm()
        with self.assertRaisesRegex(UserError, "has no decisions"):
            wizard.copy({"res_model": "res.partner"}).action_confirm()

    # ------------------------------------------------------------------
    # Deadlines
    # ------------------------------------------------------------------

    def test_deadlines_are_business_time(self):
        step = self.env["revenue.approval.step"]
        company = self.company

        def deadline(start, hours=16.0):
            return step._deadline(company, hours, fields.Datetime.to_datetime(start))

        self.assertEqual(deadline(NOW), datetime(2026, 7, 3, 12))
        # Over a week-end, and begun on it.
        self.assertEqual(deadline("2026-07-03 12:00:00"), datetime(2026, 7, 7, 12))
        self.assertEqual(deadline("2026-07-04 12:00:00", 8.0), datetime(2026, 7, 6, 17))
        # A holiday.
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "company_id": company.id,
                "calendar_id": company.resource_calendar_id.id,
                "date_from": "2026-07-02 00:00:00",
                "date_to": "2026-07-02 23:59:59",
            }
        )
        self.assertEqual(deadline(NOW), datetime(2026, 7, 6, 12))
        # The schedule's own time zone: 9 to 17 in New York is 13 to 21 in UTC.
        company.resource_calendar_id.tz = "America/New_York"
        self.assertEqual(deadline("2026-07-06 13:00:00", 4.0), datetime(2026, 7, 6, 17))
        self.assertFalse(deadline(NOW, 0.0))
        company.resource_calendar_id = False
        self.assertEqual(deadline(NOW), datetime(2026, 7, 2, 4))

    def test_the_activity_is_due_on_the_approver_s_own_day(self):
        self.people["manager"].tz = "Pacific/Auckland"
        with freeze_time("2026-07-01 17:00:00"):
            target = self.submitted()
        self.assertEqual(self.steps(target).deadline, datetime(2026, 7, 3, 17))
        self.assertEqual(str(target.sudo().activity_ids.date_deadline), "2026-07-04")

    # ------------------------------------------------------------------
    # Escalation
    # ------------------------------------------------------------------

    def test_late_steps_escalate_once_per_deadline_and_stop_on_decision(self):
        with freeze_time(NOW) as clock:
            target = self.submitted()
            step = self.steps(target)
            self.run_cron()
            self.assertEqual(step.escalation_level, 0)
            clock.move_to("2026-07-03 12:00:01")
            self.assertTrue(step.is_late)
            self.assertIn(step, self.env["revenue.approval.step"].search([("is_late", "=", True)]))
            self.run_cron()
            self.assertEqual(step.escalation_level, 1)
            self.assertEqual(step.approver_ids, self.people["manager"] | self.people["finance"] | self.controller)
            self.assertEqual(self.events(target)[-1], "escalated")
            # Once per deadline.
            self.run_cron()
            clock.move_to("2026-07-06 12:00:00")
            self.run_cron()
            self.assertEqual((step.escalation_level, self.events(target).count("escalated")), (1, 1))
            clock.move_to("2026-07-08 12:00:00")
            self.run_cron()
            self.assertEqual(step.escalation_level, 2)
            self.as_seen_by(self.controller, target).action_reject("No.")
            self.assertFalse(target.sudo().activity_ids)
            clock.move_to("2026-09-01 12:00:00")
            self.run_cron()
            self.assertEqual((step.escalation_level, self.events(target).count("escalated")), (2, 2))
        self.assertIntact()

    def test_escalating_by_hand(self):
        target = self.submitted()
        with self.assertRaisesRegex(UserError, "Reason"):
            target.action_escalate()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.as_seen_by(self.stranger, target).action_escalate("Hurry.")
        with self.assertRaisesRegex(UserError, "Only who submitted"), self.env.cr.savepoint():
            self.as_seen_by(self.controller, target).action_escalate("Hurry.")
        target.action_escalate("The customer waits.")
        self.assertEqual(
            self.steps(target).approver_ids, self.people["manager"] | self.people["finance"] | self.controller
        )
        entry = self.env["revenue.audit.entry"].search([("res_id", "=", target.id), ("event", "=", "escalated")])
        self.assertIn("The customer waits.\nAsked as well: ", entry.reason)
        self.assertEqual(entry.user_id, self.people["user"])
        with self.assertRaisesRegex(UserError, "has been asked already"), self.env.cr.savepoint():
            for _again in range(5):
                target.action_escalate("Again.")
        self.as_("finance", target).action_approve()
        self.assertEqual(target.state, "approved")

    # ------------------------------------------------------------------
    # Delegation
    # ------------------------------------------------------------------

    def delegate(self, to, first="2026-06-01", last="2026-07-31", of=None):
        model = self.as_seen_by(of or self.people["manager"], self.env["revenue.delegation"])
        return model.create({"to_id": to.id, "date_from": first, "date_to": last})

    @freeze_time(NOW)
    def test_on_behalf_of(self):
        before = self.submitted()
        self.delegate(self.deputy)
        after = self.submitted(measure="orders")
        for target in (before, after):
            self.assertEqual(target.sudo().activity_ids.user_id, self.people["manager"] | self.deputy)
            seen = self.as_seen_by(self.deputy, target)
            self.assertEqual(seen.read(["amount"])[0]["amount"], 1000.0, "who stands in may read it")
            seen.action_approve("For Mia.")
            self.assertEqual(target.state, "approved")
            self.assertFalse(target.sudo().activity_ids)
            decision = target.sudo().approval_step_ids.decision_ids
            self.assertEqual((decision.user_id, decision.on_behalf_of_id), (self.deputy, self.people["manager"]))
            entry = self.env["revenue.audit.entry"].search([("res_id", "=", target.id), ("event", "=", "approved")])
            self.assertEqual((entry.user_id, entry.on_behalf_of_id), (self.deputy, self.people["manager"]))
            self.assertIn("on behalf of", target.sudo().message_ids[0].body)
        self.assertIntact()

    def test_a_delegation_ends(self):
        with freeze_time(NOW) as clock:
            self.delegate(self.deputy)
            target = self.submitted()
            clock.move_to("2026-08-01 12:00:00")
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.as_seen_by(self.deputy, target).action_approve()
            self.run_cron()
            self.assertNotIn(self.deputy, target.sudo().activity_ids.user_id)

    @freeze_time(NOW)
    def test_it_does_not_pass_on_and_only_own_ones_are_given(self):
        third = self._person("third", "revenue_group_manager")
        self.delegate(self.deputy)
        self.delegate(third, of=self.deputy)
        target = self.submitted()
        self.assertNotIn(third, target.sudo().activity_ids.user_id)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.as_seen_by(third, target).action_approve()
        for person in (third, self.people["admin"], self.people["finance"]):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.as_seen_by(person, self.env["revenue.delegation"]).create(
                    {
                        "from_id": self.people["manager"].id,
                        "to_id": third.id,
                        "date_from": "2026-06-01",
                        "date_to": "2026-07-31",
                    }
                )
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.as_seen_by(person, self.env["revenue.delegation"]).sudo().create(
                    {
                        "from_id": self.people["manager"].id,
                        "to_id": third.id,
                        "date_from": "2026-06-01",
                        "date_to": "2026-07-31",
                    }
                )
        with self.assertRaisesRegex(ValidationError, "neither sales manager nor finance"), self.env.cr.savepoint():
            self.delegate(self.colleague)
        own = self.delegate(third)
        own.unlink()
        entry = self.env["revenue.audit.entry"].search([("res_model", "=", "revenue.delegation")], limit=1)
        self.assertEqual(entry.event, "deleted")

    # ------------------------------------------------------------------
    # Roles are written down
    # ------------------------------------------------------------------

    def test_roles_given_and_taken_are_written_down(self):
        def last():
            return self.env["revenue.audit.entry"].search([("event", "=", "roles")], limit=1)

        self.colleague.group_ids |= self.env.ref("sales_revenue_mgmt.revenue_group_finance")
        self.assertIn("Roles now: Sales User, Finance Controller", last().changes)
        self.env.ref("sales_revenue_mgmt.revenue_group_finance").user_ids -= self.colleague
        self.assertIn("Roles before: Sales User, Finance Controller", last().changes)
        self.assertIn("Roles now: Sales User\n", last().changes)
        count = self.env["revenue.audit.entry"].search_count([("event", "=", "roles")])
        self.colleague.group_ids |= self.env.ref("base.group_allow_export")
        self.assertEqual(self.env["revenue.audit.entry"].search_count([("event", "=", "roles")]), count)
        self.assertIntact()


@tagged("post_install", "-at_install")
class TestRevenueApprovalApi(HttpCase, TargetCase):
    """JSON-2, as an integrator and as an attacker."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keys = {
            role: cls.env["res.users.apikeys"]
            .with_user(person)
            ._generate("rpc", "test", datetime.now() + timedelta(hours=1))
            for role, person in cls.people.items()
        }

    def call(self, role, model, method, **arguments):
        with mute_logger("odoo.http"):
            return self.url_open(
                f"/json/2/{model}/{method}",
                data=json.dumps(arguments),
                headers={"Authorization": f"Bearer {self.keys[role]}", "Content-Type": "application/json"},
            )

    def test_the_way_over_json(self):
        target = self.own_target()
        self.assertEqual(self.call("user", "revenue.target", "action_submit", ids=target.ids).status_code, 200)
        answer = self.call("manager", "revenue.target", "action_reject", ids=target.ids)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Reason", answer.json()["message"])
        answer = self.call("manager", "revenue.target", "action_approve", ids=target.ids, reason="Fine.")
        self.assertEqual(answer.status_code, 200, answer.text[:300])
        self.assertEqual(self.call("finance", "revenue.target", "action_post", ids=target.ids).status_code, 200)
        self.assertEqual(target.state, "posted")

    def test_attacks_over_json(self):
        target = self.submitted()
        step = self.steps(target)
        for role, model, method, arguments in (
            ("user", "revenue.target", "write", {"ids": target.ids, "vals": {"state": "approved"}}),
            ("user", "revenue.target", "write", {"ids": target.ids, "vals": {"amount": 1.0}}),
            ("user", "revenue.target", "unlink", {"ids": target.ids}),
            ("user", "revenue.target", "action_approve", {"ids": target.ids}),
            ("user", "revenue.target", "action_archive", {"ids": target.ids}),
            ("finance", "revenue.target", "action_approve", {"ids": target.ids}),
            ("auditor", "revenue.target", "action_cancel", {"ids": target.ids, "reason": "x"}),
            ("user", "revenue.target", "_transition", {"ids": target.ids, "action": "approve"}),
            ("user", "revenue.target", "_move", {"ids": target.ids, "event": "x", "target": "posted"}),
            ("user", "revenue.target", "_write_workflow", {"ids": target.ids, "vals": {"state": "posted"}}),
            ("user", "revenue.target", "_carry_out_approve", {"ids": target.ids, "reason": "x"}),
            ("user", "revenue.approval.step", "_write_by_workflow", {"ids": step.ids, "vals": {"state": "approved"}}),
            ("user", "revenue.approval.step", "write", {"ids": step.ids, "vals": {"state": "approved"}}),
            ("user", "revenue.approval.step", "action_approve", {"ids": step.ids}),
            ("user", "revenue.approval.rule", "write", {"ids": step.rule_id.ids, "vals": {"active": False}}),
            ("user", "revenue.audit.entry", "append", {"records": [], "event": "x"}),
            ("user", "revenue.audit.journal", "note", {"event": "x", "what": {}}),
            ("user", "revenue.audit.journal", "note_attempt", {"documents": [], "action": "x", "sentence": "x"}),
            ("admin", "revenue.delegation", "create",
             {"vals_list": [{"from_id": self.people["manager"].id, "to_id": self.people["admin"].id,
                             "date_from": "2000-01-01", "date_to": "2100-01-01"}]}),
        ):  # fmt: skip
            with self.subTest(f"{role}: {model}.{method}"):
                answer = self.call(role, model, method, **arguments)
                self.assertIn(answer.status_code, (403, 404, 422), answer.text[:300])
        self.assertEqual((target.state, target.amount, step.state), ("submitted", 1000.0, "pending"))
        # What was refused at the gate stands in the trail, although each request was rolled back.
        refused = self.env["revenue.audit.entry"].search([("event", "=", "refused")])
        self.assertIn(self.people["user"], refused.user_id)
        self.assertIn("Action: approve", " ".join(refused.mapped("changes")))
