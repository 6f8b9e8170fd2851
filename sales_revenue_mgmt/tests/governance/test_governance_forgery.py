"""What a second pair of eyes got past the gate, before it was closed: forged, stale, hidden, borrowed."""

import json
from datetime import datetime, timedelta

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..target.common import TargetCase


@tagged("post_install", "-at_install")
class TestRevenueWorkflowForgery(TargetCase):
    def assertRefused(self, words, attempt, error=UserError):
        with self.assertRaisesRegex(error, words), self.env.cr.savepoint():
            attempt()

    # ------------------------------------------------------------------
    # Content by other doors
    # ------------------------------------------------------------------

    def test_what_is_computed_cannot_be_written(self):
        """Without a currency a large target would have escaped the rule on money."""
        target = self.own_target(amount=500000.0)
        for name, value in (("currency_id", False), ("currency_id", 2), ("scope_level", "company")):
            self.assertRefused("is computed", lambda name=name, value=value: target.write({name: value}))
        born = self.own_target(amount=5.0, measure="margin", currency_id=False, scope_level="company")
        self.assertEqual((born.currency_id, born.scope_level), (self.company.currency_id, "team_user"))

    def test_a_version_is_a_version_of_the_same(self):
        target = self.posted()
        revision = target.browse(target.action_revise()["res_id"])
        for vals in (
            {"team_id": False},
            {"measure": "orders"},
            {"period_type": "custom", "date_start": "2030-04-01", "date_end": "2030-04-30"},
        ):
            self.assertRefused("has to stay the same", lambda vals=vals: revision.write(vals))
        revision.amount = 3.0

    def test_what_is_archived_is_not_submitted_and_hides_no_version(self):
        target = self.own_target()
        target.active = False
        self.assertFalse(target.can_submit)
        self.assertRefused("It is archived", target.action_submit)
        posted = self.posted(measure="orders")
        revision = posted.browse(posted.action_revise()["res_id"])
        revision.active = False
        self.assertRefused("Version 2 is being prepared", posted.action_revise)

    def test_a_target_without_an_amount_is_not_submitted(self):
        self.assertRefused("enter the amount", self.own_target(amount=0.0).action_submit)

    def test_a_number_as_text_is_checked_too(self):
        for amount in ("NaN", "inf", "-5", "1e300"):
            self.assertRefused("Target: ", lambda amount=amount: self.own_target(amount=amount))

    # ------------------------------------------------------------------
    # The trail
    # ------------------------------------------------------------------

    def test_the_head_of_a_chain_has_no_default(self):
        model = self.as_("user", self.env["revenue.target"]).with_context(
            default_audit_sequence=2147483646, default_audit_hash="x" * 64
        )
        target = model.create({**self.own_target().copy_data()[0], "measure": "orders"})
        self.assertEqual(target.audit_sequence, 1)
        target.amount = 7.0
        self.assertIntact()

    def test_translations_leave_a_trace(self):
        rule = self.env.ref("sales_revenue_mgmt.revenue_target_approval_rule_leader")
        before = rule.audit_sequence
        rule.update_field_translations("name", {"en_US": "Harmless"})
        self.assertEqual(rule.audit_sequence, before + 1)
        self.assertIntact()

    def test_refusals_tell_strangers_nothing_and_fill_nothing(self):
        target = self.submitted(name="Secret plan")
        for person in (self.stranger, self.people["admin"]):
            seen = self.as_seen_by(person, target)
            with self.assertRaises(AccessError) as refusal, self.env.cr.savepoint():
                seen.write({"amount": 1.0})
            self.assertNotIn("Secret plan", str(refusal.exception))
            self.assertNotIn("submitted", str(refusal.exception))
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.as_("admin", self.env["revenue.target"]).create({"state": "x" * 100000})
        journal = self.as_("user", self.env["revenue.audit.journal"])
        for _attempt in range(70):
            if journal._has_room():
                journal.note("refused", {"action": "x"}, "No.")
        entries = [("event", "=", "refused"), ("user_id", "=", self.people["user"].id)]
        self.assertEqual(self.env["revenue.audit.entry"].search_count(entries), 60)

    # ------------------------------------------------------------------
    # Activities and dialogs
    # ------------------------------------------------------------------

    def test_nobody_plants_an_approval(self):
        """The click on a small one would have approved a big one."""
        big, small = self.submitted(amount=99000.0), self.own_target(measure="orders", amount=10.0)
        step = self.steps(big)
        vals = {
            "res_model_id": self.env["ir.model"]._get_id("revenue.target"),
            "res_id": small.id,
            "user_id": self.people["manager"].id,
            "summary": "Decide: small",
        }
        activities = self.as_("user", self.env["mail.activity"])
        self.assertRefused("only by the workflow", lambda: activities.create({**vals, "revenue_step_id": step.id}))
        self.assertRefused(
            "only by the workflow",
            lambda: small.write({"activity_ids": [Command.create({**vals, "revenue_step_id": step.id})]}),
        )
        planted = activities.with_context(default_revenue_step_id=step.id).create(vals)
        self.assertFalse(planted.sudo().revenue_step_id)
        self.assertRefused("Choose an approval", self.as_("manager", planted).action_revenue_approve)

    def test_what_an_approver_reads_in_the_inbox_stays(self):
        activity = self.submitted().sudo().activity_ids
        for vals in ({"summary": "Trivial"}, {"note": "Amount: 1"}, {"res_model": "res.partner"}, {"res_id": 1}):
            for role in ("user", "manager", "finance"):
                self.assertRefused("", lambda role=role, vals=vals: self.as_(role, activity).write(vals))

    def test_a_dialog_is_of_whoever_opened_it(self):
        target, other = self.submitted(), self.submitted(measure="orders")
        manager = self.as_("manager", self.env["revenue.decision.wizard"])
        wizard = manager.create(
            {"action": "reject", "res_model": "revenue.target", "res_ids": target.ids, "reason": "Far too much."}
        )
        seen = self.as_("user", wizard)
        self.assertFalse(seen.search([("id", "=", wizard.id)]))
        self.assertRefused("", lambda: seen.write({"action": "approve"}), AccessError)
        for vals in ({"action": "approve"}, {"res_ids": other.ids}, {"res_model": "res.partner"}):
            self.assertRefused("Open the dialog again", lambda vals=vals: wizard.write(vals))
        self.assertRefused("opened this dialog", wizard.with_user(self.controller).sudo().action_confirm)
        for ids in ("abc", {"a": 1}, ["x"], True, [True]):
            self.assertRefused(
                "Documents: ",
                lambda ids=ids: manager.create({"action": "reject", "res_model": "revenue.target", "res_ids": ids}),
            )

    def test_nobody_decides_on_another_submission_than_was_shown(self):
        target = self.submitted(amount=50.0)
        shown = self.steps(target)
        activity = target.sudo().activity_ids
        wizard_action = self.as_("manager", shown).with_context(revenue_action="approve").action_ask_reason()
        target.action_reset()
        target.amount = 95000.0
        target.action_submit()
        manager = self.people["manager"]
        for attempt in (
            self.as_seen_by(manager, shown).action_approve,
            lambda: self.as_seen_by(manager, target).with_context(revenue_submission=1).action_approve(),
            lambda: (
                self.as_seen_by(manager, self.env["revenue.decision.wizard"])
                .with_context(**wizard_action["context"])
                .create({})
                .action_confirm()
            ),
        ):
            self.assertRefused("submitted again", attempt)
        self.assertFalse(activity.exists())
        self.as_seen_by(manager, self.steps(target)).action_approve()
        self.assertEqual(target.state, "approved")

    # ------------------------------------------------------------------
    # Who decides
    # ------------------------------------------------------------------

    def test_a_rejection_ends_an_earlier_approval(self):
        rule = self.env.ref("sales_revenue_mgmt.revenue_target_approval_rule_leader")
        rule.metric_field_id = self.env["ir.model.fields"]._get("revenue.target", "amount")
        target = self.submitted(amount=50000.0)
        self.as_("manager", target).action_approve()
        target.action_reset()
        target.amount = 60000.0
        target.action_submit()
        self.as_("manager", target).action_reject("No target at all.")
        target.action_reset()
        target.amount = 50000.0
        target.action_submit()
        self.assertEqual(self.steps(target).mapped("state"), ["pending"])
        # Nor does it stand for another note.
        self.as_("manager", target).action_approve()
        target.action_reset()
        target.action_submit()
        self.assertEqual(target.state, "approved")
        target.action_reset()
        target.note = "<p>Commission: 40 %.</p>"
        target.action_submit()
        self.assertEqual(target.state, "submitted")

    def test_naming_another_team_does_not_choose_the_approver(self):
        self.other_team.user_id = self.deputy
        target = self.submitted(team_id=self.other_team.id)
        self.assertEqual(self.steps(target).approver_ids, self.people["manager"])

    def test_who_changed_the_content_does_not_approve_it(self):
        target = self.own_target(amount=100.0)
        self.as_("manager", target).amount = 88888.0
        target.action_submit()
        self.assertNotIn(self.people["manager"], self.steps(target).approver_ids)
        self.assertRefused("created, submitted or own", self.as_("manager", target).action_approve)

    def test_nobody_decides_for_somebody_who_no_longer_could(self):
        manager = self.people["manager"]
        rule = self.env.ref("sales_revenue_mgmt.revenue_target_approval_rule_leader")
        rule.escalation_user_ids = self.controller
        self.as_seen_by(manager, self.env["revenue.delegation"]).create(
            {"to_id": self.deputy.id, "date_from": "2000-01-01", "date_to": "2100-01-01"}
        )
        # The same person does not come back in the next tier through somebody else.
        manager.group_ids |= self.env.ref("sales_revenue_mgmt.revenue_group_finance")
        target = self.submitted(amount=200000.0)
        self.as_seen_by(manager, target).action_approve()
        self.assertIn(manager, self.steps(target, "pending").approver_ids)
        self.assertRefused("", self.as_seen_by(self.deputy, target).action_approve)
        other = self.submitted(measure="orders")
        manager.active = False
        self.assertRefused("", self.as_seen_by(self.deputy, other).action_approve)

    def test_who_was_asked_once_reads_no_more(self):
        rule = self.env.ref("sales_revenue_mgmt.revenue_target_approval_rule_leader")
        rule.write({"approver_type": "users", "approver_ids": [Command.set(self.deputy.ids)]})
        target = self.submitted(team_id=False)
        self.assertTrue(self.as_seen_by(self.deputy, target).has_access("read"))
        target.action_reset()
        self.assertFalse(self.as_seen_by(self.deputy, target).has_access("read"))
        target.action_submit()
        self.as_seen_by(self.deputy, target).action_approve()
        self.assertTrue(self.as_seen_by(self.deputy, target).has_access("read"), "who decided may look again")

    # ------------------------------------------------------------------
    # Rules ask about the document, and about nothing else
    # ------------------------------------------------------------------

    def test_a_rule_is_no_way_to_find_out_about_others(self):
        rule = self.env.ref("sales_revenue_mgmt.revenue_target_approval_rule_leader")
        for domain in (
            "[('company_id.user_ids.login', 'like', 'a')]",
            "[('message_ids.body', 'ilike', 'a')]",
            "[('user_id.password', '!=', False)]",
            "[('company_id', 'any', [('name', '=', 'x')])]",
            "[('amount', '>', 'x')]",
        ):
            with mute_logger("odoo.sql_db"):
                self.assertRefused("Documents: ", lambda domain=domain: rule.write({"domain": domain}))
        rule.domain = "[('team_id.name', '=', 'Blue'), ('measure', '=', 'booked')]"
        for vals in ({"hours": float("nan")}, {"tier": 2**20}, {"tier": 0}, {"hours": -1.0}):
            with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error), self.env.cr.savepoint():
                rule.write(vals)
                self.env.flush_all()

    # ------------------------------------------------------------------
    # Nonsense is a sentence
    # ------------------------------------------------------------------

    def test_nonsense_is_a_sentence(self):
        target = self.submitted()
        manager = self.as_("manager", target)
        for reason in (5, 1.5, ["x"], {"a": 1}, True):
            self.assertRefused("Reason: enter a text", lambda reason=reason: manager.action_reject(reason))
        self.assertRefused("too many", lambda: manager.action_reject("x" * 2001))
        for action in ("action_submit", "action_approve", "action_revise", "action_post"):
            self.assertRefused("at least one", getattr(manager.browse(), action))
        self.assertRefused("at least one", self.steps(target).browse().action_approve)
        self.assertRefused("no longer exist", manager.browse(2**30).action_approve)
        steps = self.as_("manager", self.env["revenue.approval.step"])
        self.assertEqual(len(steps.inbox("abc")["steps"]), 1)
        self.assertEqual(steps.search_count([("is_mine", "in", [True, False])]), steps.search_count([]))
        manager.browse([target.id, target.id]).action_reject("Bad\x00 \ud800 text")
        self.assertEqual(self.steps(target).decision_ids.reason, "Bad  text")

    # ------------------------------------------------------------------
    # The other side hears of it
    # ------------------------------------------------------------------

    def test_the_submitter_hears_what_became_of_it(self):
        partner = self.people["user"].partner_id

        def told():
            return self.env["mail.message"].search([("notified_partner_ids", "in", partner.ids)]).mapped("subject")

        target = self.submitted()
        self.as_("manager", target).action_reject("Too low.")
        self.assertIn("Rejected: ", told()[0])
        self.assertIn("Too low.", target.guidance)
        self.assertIn("Reset it to draft", target.guidance)
        target.action_reset()
        target.action_submit()
        self.as_("manager", target).action_approve()
        self.assertIn("Approved: ", told()[0])
        self.assertIn("revenue_finance", target.guidance)
        self.as_("finance", target).action_post()
        self.assertIn("Posted: ", told()[0])


@tagged("post_install", "-at_install")
class TestRevenueAttemptsInParallel(HttpCase, TargetCase):
    def test_attempts_of_a_portal_user_find_no_room(self):
        portal = self._portal_user()
        key = self.env["res.users.apikeys"].with_user(portal).sudo()
        key = key._generate("rpc", "test", datetime.now() + timedelta(hours=1))
        with mute_logger("odoo.http"):
            answer = self.url_open(
                "/json/2/revenue.target/create",
                data=json.dumps({"vals_list": [{"state": "x" * 10000}]}),
                headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
            )
        self.assertEqual(answer.status_code, 403, answer.text[:200])
        self.assertFalse(self.env["revenue.audit.entry"].search([("user_id", "=", portal.id)]))
