"""Ways round the gate, each tried by the least privileged person who could try it. All must fail."""

from unittest.mock import patch

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..target.common import TargetCase


@tagged("post_install", "-at_install")
class TestRevenueWorkflowAttacks(TargetCase):
    def assertRefused(self, words, attempt, error=(UserError, AccessError)):
        with self.assertRaisesRegex(error, words), self.env.cr.savepoint():
            attempt()

    # ------------------------------------------------------------------
    # Writing what only the workflow writes
    # ------------------------------------------------------------------

    def test_the_state_cannot_be_written(self):
        target = self.own_target()
        for person in (self.people["user"], self.people["finance"], self.env.user):
            seen = self.as_seen_by(person, target)
            for vals in (
                {"state": "posted"},
                {"state": "draft"},
                {"version": 7},
                {"superseded": True},
                {"origin_id": target.id},
                {"content_hash": "x"},
                {"submitted_by_id": self.colleague.id},
                {"submission": 3},
            ):
                self.assertRefused("cannot be written", lambda seen=seen, vals=vals: seen.write(vals))
                self.assertRefused("cannot be written", lambda seen=seen, vals=vals: seen.sudo().write(vals))
        self.assertEqual((target.state, target.version), ("draft", 1))

    def test_a_document_cannot_be_born_past_draft(self):
        for state in ("submitted", "approved", "posted"):
            self.assertRefused("State cannot be given", lambda state=state: self.own_target(state=state))
        self.assertRefused("Version", lambda: self.own_target(version=2))
        target = self.own_target()
        self.assertRefused("State", lambda: target.copy({"state": "posted"}))
        self.assertEqual(self.posted(measure="orders").copy().state, "draft")
        # Defaults of the context count for nothing.
        born = self.as_("user", self.env["revenue.target"]).with_context(default_state="posted", default_version=5)
        born = born.create({**target.copy_data()[0], "date_start": "2034-01-01", "date_end": "2034-01-31"})
        self.assertEqual((born.state, born.version), ("draft", 1))

    def test_governed_content_is_locked_past_draft(self):
        target = self.submitted()
        changes = {
            "amount": 1.0,
            "team_id": self.other_team.id,
            "user_id": self.colleague.id,
            "active": False,
            "date_start": "2031-01-01",
            "measure": "orders",
            "note": "<p>Agreed.</p>",
            "company_id": self.branch.id,
        }
        for role, state in (("user", "submitted"), ("manager", "submitted"), ("finance", "posted")):
            if state == "posted":
                self.as_("manager", target).action_approve()
                self.as_("finance", target).action_post()
            for name, value in changes.items():
                for seen in (self.as_(role, target), self.as_(role, target).sudo()):
                    self.assertRefused(
                        "cannot be changed: it is", lambda seen=seen, name=name, value=value: seen.write({name: value})
                    )
            self.assertRefused("cannot be changed", lambda role=role: self.as_(role, target).action_archive())
        self.assertEqual(target.amount, 1000.0)

    def test_the_form_cannot(self):
        target = self.submitted()
        form = Form(target)
        with self.assertRaisesRegex(AssertionError, "readonly"):
            form.amount = 5.0
        with self.assertRaisesRegex(AssertionError, "readonly"):
            form.state = "posted"

    def test_an_import_cannot(self):
        target = self.submitted()
        model = self.as_("user", self.env["revenue.target"])
        rows = (
            ([".id", "state"], [str(target.id), "posted"], "cannot be written"),
            ([".id", "amount"], [str(target.id), "5"], "cannot be changed"),
            ([".id", "approval_step_ids/state", "approval_step_ids/.id"],
             [str(target.id), "approved", str(self.steps(target).id)], "by hand"),
            (["measure", "period_type", "date_start", "date_end", "amount", "state"],
             ["orders", "month", "2035-01-01", "2035-01-31", "5", "approved"], "cannot be given"),
        )  # fmt: skip
        for columns, row, words in rows:
            result = model.load(columns, [row])
            self.assertFalse(result["ids"], columns)
            self.assertRegex(" ".join(message["message"] for message in result["messages"]), words)
        self.assertEqual((target.state, target.amount), ("submitted", 1000.0))

    def test_commands_through_a_parent_cannot(self):
        target = self.posted()
        revision = target.browse(target.action_revise()["res_id"])
        step = self.steps(target)
        for vals, words in (
            ({"revision_ids": [Command.update(revision.id, {"state": "posted"})]}, "cannot be written"),
            ({"revision_ids": [Command.create({"amount": 1.0, "state": "posted"})]}, "cannot be given"),
            ({"approval_step_ids": [Command.update(step.id, {"state": "approved"})]}, "by hand"),
            ({"approval_step_ids": [Command.create({"state": "approved", "tier": 1})]}, "by hand"),
            ({"approval_step_ids": [Command.delete(step.id)]}, "by hand|not allowed"),
            ({"approval_step_ids": [Command.clear()]}, "by hand|not allowed"),
        ):
            for seen in (target, target.sudo()):
                self.assertRefused(words, lambda seen=seen, vals=vals: seen.write(vals))
        self.assertEqual(self.steps(target), step)

    def test_a_server_action_cannot(self):
        target = self.submitted()
        admin = self._person("boss", "revenue_group_admin")
        admin.group_ids |= self.env.ref("base.group_system")
        for code, words in (
            ("record.sudo().write({'state': 'approved'})", "cannot be written"),
            ("record.sudo().write({'amount': 1})", "cannot be changed"),
            ("record.sudo().approval_step_ids.write({'state': 'approved'})", "by hand"),
            ("record.sudo().action_approve()", "role"),
            ("record.sudo()._transition('approve')", "role"),
            ("record.sudo().unlink()", "cannot be deleted"),
        ):
            action = self.env["ir.actions.server"].create(
                {
                    "name": "Attack",
                    "model_id": self.env["ir.model"]._get_id("revenue.target"),
                    "state": "code",
                    "code": code,
                }
            )
            run = action.with_user(admin).with_context(
                active_model="revenue.target", active_id=target.id, active_ids=target.ids
            )
            with mute_logger("odoo.addons.base.models.ir_actions"):
                self.assertRefused(words, lambda run=run: run.sudo().run())
        self.assertEqual(target.state, "submitted")

    def test_what_was_submitted_cannot_be_deleted(self):
        draft = self.own_target(date_start="2036-01-01")
        draft.unlink()
        target = self.submitted()
        for seen in (target, self.as_("manager", target), self.as_("finance", target), target.sudo()):
            self.assertRefused("cannot be deleted", seen.unlink)
        target.action_reset()
        self.assertRefused("Cancel it instead", target.unlink)
        target.action_cancel("x")
        self.assertRefused("cannot be deleted", target.unlink)

    def test_steps_and_decisions_are_nobody_s_to_write(self):
        target = self.submitted()
        step = self.steps(target)
        self.as_("manager", target).action_approve()
        decision = step.decision_ids
        for person in [*self.people.values(), self.env.user]:
            for records in (step, decision):
                seen = self.as_seen_by(person, records)
                for attempt in (
                    lambda seen=seen: seen.write({"res_id": 1}),
                    lambda seen=seen: seen.unlink(),
                    lambda seen=seen: seen.create({"res_model": "revenue.target", "res_id": target.id}),
                    lambda seen=seen: seen.sudo().write({"submission": 9}),
                    lambda seen=seen: seen.sudo().unlink(),
                ):
                    self.assertRefused("", attempt)

    # ------------------------------------------------------------------
    # Separation of duties
    # ------------------------------------------------------------------

    def submit_as(self, person, **values):
        model = self.as_seen_by(person, self.env["revenue.target"])
        target = model.create(
            {
                "company_id": self.company.id,
                "measure": "booked",
                "period_type": "month",
                "date_start": "2030-03-01",
                "amount": 1.0,
                "team_id": self.team.id,
                **values,
            }
        )
        target.action_submit()
        return target

    def test_nobody_approves_what_they_created_or_submitted(self):
        manager = self.people["manager"]
        target = self.submit_as(manager)
        # The leader is the submitter: finance is asked instead.
        self.assertEqual(self.steps(target).approver_ids, self.people["finance"] | self.controller)
        self.assertIn("Not revenue_manager", self.steps(target).why)
        self.assertRefused("created, submitted or own", self.as_seen_by(manager, target).action_approve)
        # Created by one, submitted by the other.
        target = self.as_seen_by(manager, self.env["revenue.target"]).create(
            {**self.own_target(measure="orders").copy_data()[0], "measure": "margin", "user_id": self.people["user"].id}
        )
        self.as_("user", target).action_submit()
        self.assertNotIn(manager, self.steps(target).approver_ids)
        self.assertRefused("created, submitted or own", self.as_seen_by(manager, target).action_approve)

    def test_nobody_approves_what_they_own_or_owned(self):
        manager = self.people["manager"]
        target = self.as_seen_by(self.people["finance"], self.env["revenue.target"]).create(
            {**self.own_target(measure="orders").copy_data()[0], "measure": "margin", "user_id": manager.id}
        )
        # Handing it on does not help: the trail remembers.
        target.user_id = self.people["user"]
        self.as_("user", target).action_submit()
        self.assertNotIn(manager, self.steps(target).approver_ids)
        self.assertIn(manager.id, self.steps(target).excluded)
        self.assertRefused("created, submitted or own", self.as_seen_by(manager, target).action_approve)

    def test_two_hats_do_not_help(self):
        both = self.people["manager"]
        both.group_ids |= self.env.ref("sales_revenue_mgmt.revenue_group_finance")
        target = self.submit_as(both, amount=200000.0)
        for step in self.steps(target):
            self.assertNotIn(both, step.approver_ids)
        self.assertRefused("created, submitted or own", self.as_seen_by(both, target).action_approve)
        # Nor may one person be both tiers.
        target = self.submitted(amount=200000.0, measure="invoiced")
        self.as_seen_by(both, target).action_approve()
        self.assertIn(both, self.steps(target, "pending").approver_ids)
        self.assertRefused("earlier tier", self.as_seen_by(both, target).action_approve)

    def test_a_delegate_may_not_be_the_submitter(self):
        manager, deputy = self.people["manager"], self.deputy
        self.as_seen_by(manager, self.env["revenue.delegation"]).create(
            {"to_id": deputy.id, "date_from": "2000-01-01", "date_to": "2100-01-01"}
        )
        self.other_team.user_id = deputy
        target = self.own_target(user_id=self.people["user"].id)
        target.sudo().user_id = deputy
        self.as_seen_by(deputy, target).action_submit()
        self.assertEqual(self.steps(target).approver_ids, manager)
        self.assertRefused("created, submitted or own", self.as_seen_by(deputy, target).action_approve)

    def test_postgresql_refuses_it_too(self):
        target = self.submitted()
        step = self.steps(target)
        decision = {
            "step_id": step.id,
            "res_model": target._name,
            "res_id": target.id,
            "submission": 1,
            "tier": 1,
            "decision": "approved",
            "content_hash": "x",
            "excluded": step.excluded,
        }
        decisions = self.env["revenue.approval.decision"]
        user, manager = self.people["user"], self.people["manager"]
        for vals in ({"user_id": user.id}, {"user_id": manager.id, "on_behalf_of_id": user.id}):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(psycopg2.IntegrityError, "not_ones_own"),
                self.env.cr.savepoint(),
            ):
                decisions._create_by_workflow([{**decision, **vals}])
                self.env.flush_all()
        decisions._create_by_workflow([{**decision, "user_id": manager.id}])
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(psycopg2.IntegrityError, "_once"),
            self.env.cr.savepoint(),
        ):
            decisions._create_by_workflow([{**decision, "user_id": manager.id}])
            self.env.flush_all()

    # ------------------------------------------------------------------
    # Order, content, rights that change
    # ------------------------------------------------------------------

    def test_no_step_is_decided_twice_or_out_of_order(self):
        target = self.submitted(amount=200000.0)
        self.assertRefused("not asked; it is waiting for revenue_manager", self.as_("finance", target).action_approve)
        self.as_("manager", target).action_approve()
        self.assertRefused("not asked; it is waiting for", self.as_("manager", target).action_approve)
        self.as_("finance", target).action_approve()
        self.assertRefused("It is approved", self.as_seen_by(self.controller, target).action_approve)
        self.assertEqual(len(target.sudo().approval_step_ids.decision_ids), 2)

    def test_content_that_changed_behind_the_back_is_not_approved(self):
        target = self.submitted()
        self.env.cr.execute("UPDATE revenue_target SET amount = 7 WHERE id = %s", [target.id])
        self.env.invalidate_all()
        self.assertRefused("not what was submitted", self.as_("manager", target).action_approve)
        self.as_("manager", target).action_reject("Somebody changed it.")
        # Nor posted, when it changed after the approval.
        target = self.submitted(measure="orders")
        self.as_("manager", target).action_approve()
        self.env.cr.execute("UPDATE revenue_target SET amount = 7 WHERE id = %s", [target.id])
        self.env.invalidate_all()
        self.assertRefused("not what was approved", self.as_("finance", target).action_post)

    def test_the_frozen_route_stands(self):
        target = self.submitted()
        rule = self.env.ref("sales_revenue_mgmt.revenue_target_approval_rule_leader")
        outsider = self._person("outsider", "revenue_group_manager")
        rule.write({"approver_type": "users", "approver_ids": [Command.set(outsider.ids)], "tier": 3})
        self.team.user_id = outsider
        outsider.group_ids |= self.env.ref("sales_revenue_mgmt.revenue_group_finance")
        step = self.steps(target)
        self.assertEqual((step.approver_ids, step.tier), (self.people["manager"], 1))
        self.assertRefused("not asked", self.as_seen_by(outsider, target).action_approve)
        self.as_("manager", target).action_approve()
        self.assertEqual(target.state, "approved")
        self.assertRefused("Archive it instead", rule.unlink)

    def test_who_lost_the_role_decides_no_more(self):
        target = self.submitted()
        manager = self.people["manager"]
        manager.group_ids = self.env.ref("sales_revenue_mgmt.revenue_group_user")
        self.assertRefused("", self.as_seen_by(manager, target).action_approve, AccessError)

    def test_another_company_s_documents_are_out_of_reach(self):
        foreign = self.target(company_id=self.other_company.id)
        manager = self.people["manager"]
        for action in ("action_submit", "action_approve", "action_cancel", "action_post"):
            self.assertRefused(
                "", lambda action=action: getattr(self.as_seen_by(manager, foreign), action)(), AccessError
            )
        # Ticking a company that is not one's own is refused by Odoo; not ticking one's own hides the document.
        target = self.submitted()
        switched = target.with_user(manager).with_context(allowed_company_ids=self.other_company.ids)
        self.assertRefused("", switched.action_approve, AccessError)
        manager.company_ids |= self.other_company
        switched = target.with_user(manager).with_context(allowed_company_ids=self.other_company.ids)
        self.assertRefused("", switched.action_approve, AccessError)

    def test_an_approval_activity_cannot_be_ticked_off_or_thrown_away(self):
        target = self.submitted()
        activity = target.sudo().activity_ids
        for person in (self.people["manager"], self.people["user"], self.people["finance"]):
            seen = self.as_seen_by(person, activity)
            for attempt in (
                seen.action_done,
                seen.action_feedback,
                seen.unlink,
                lambda seen=seen: seen.write({"user_id": self.colleague.id}),
                lambda seen=seen: seen.write({"active": False}),
                lambda seen=seen: seen.write({"date_deadline": "2099-01-01"}),
            ):
                self.assertRefused("", attempt)
        self.assertEqual(target.sudo().activity_ids, activity)
        # Nor does an activity that calls itself an approval make one.
        fake = self.as_("user", self.env["mail.activity"]).create(
            {
                "res_model_id": self.env["ir.model"]._get_id("revenue.target"),
                "res_id": target.id,
                "user_id": self.people["user"].id,
            }
        )
        self.assertRefused("", lambda: fake.write({"revenue_step_id": self.steps(target).id}))
        self.assertRefused("", fake.action_revenue_approve)

    # ------------------------------------------------------------------
    # Reading and counting what is not theirs
    # ------------------------------------------------------------------

    def test_others_documents_cannot_be_read_or_counted(self):
        user = self.stranger
        user.group_ids |= self.env.ref("base.group_allow_export")
        target = self.submitted()
        self.as_("manager", target).action_approve("Secret reason")
        own = [("res_model", "=", "revenue.target"), ("res_id", "=", target.id)]
        for model, domain in (
            ("revenue.target", [("id", "=", target.id)]),
            ("revenue.approval.step", own),
            ("revenue.approval.decision", own),
            ("revenue.audit.entry", own),
            ("mail.activity", own),
            ("mail.message", [("model", "=", "revenue.target"), ("res_id", "=", target.id)]),
        ):
            records = self.as_seen_by(user, self.env[model])
            self.assertFalse(records.search(domain), model)
            self.assertFalse(records.search_count(domain), model)
            if model not in ("mail.activity", "mail.message"):
                self.assertEqual(records._read_group(domain, [], ["__count"]), [(0,)], model)
                self.assertEqual(records.formatted_read_group(domain, [], ["__count"])[0]["__count"], 0, model)
        steps = self.as_seen_by(user, self.steps(target))
        for attempt in (
            lambda: steps.read(["name"]),
            lambda: steps.decision_ids.read(["reason"]),
            lambda: self.as_seen_by(user, target).read(["state"]),
            lambda: steps.export_data(["name"]),
            lambda: self.as_seen_by(user, target).export_data(["display_name"]),
            steps.action_approve,
        ):
            self.assertRefused("", attempt, AccessError)
        found = self.as_seen_by(user, self.env["revenue.target"]).name_search(target.display_name)
        self.assertNotIn(target.id, [record_id for record_id, _name in found])
        found = self.as_seen_by(user, self.env["revenue.approval.step"]).name_search(target.display_name)
        self.assertFalse(found)

    # ------------------------------------------------------------------
    # Attempts are written down
    # ------------------------------------------------------------------

    def test_a_refused_attempt_is_written_down(self):
        target = self.submitted()
        cr = self.env.cr
        noted = []
        with patch.object(type(self.env["revenue.audit.journal"]), "note", lambda self, *args: noted.append(args)):
            for attempt in (
                lambda: self.as_("user", target).action_approve(),
                lambda: target.write({"state": "posted"}),
                target.unlink,
            ):
                before = len(cr.postrollback._funcs)
                self.assertRefused("", attempt)
                self.assertEqual(len(cr.postrollback._funcs), before + 1)
        cr.postrollback.clear()
        cr.postcommit.clear()
        journal = self.as_("user", self.env["revenue.audit.journal"])
        journal.note("refused", {"action": "approve"}, "This takes the role Sales Manager.")
        entry = self.env["revenue.audit.entry"].search([("event", "=", "refused")], limit=1)
        self.assertEqual(entry.user_id, self.people["user"])
        self.assertIn("approve", entry.changes)
        self.assertFalse(self.as_("user", self.env["revenue.audit.entry"]).search([("id", "=", entry.id)]))
        self.assertTrue(self.as_("auditor", self.env["revenue.audit.entry"]).search([("id", "=", entry.id)]))
        self.assertRefused("", lambda: journal.create({"user_id": self.people["user"].id}), AccessError)
        self.assertIntact()
