"""Who is asked: rules, their preview, what is frozen, what is carried over, who steps in."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..target.common import TargetCase


@tagged("post_install", "-at_install")
class TestRevenueApprovalRoute(TargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = cls.env["ir.model"]._get("revenue.target")
        cls.env["revenue.approval.rule"].search([]).active = False

    def rule(self, **values):
        return self.env["revenue.approval.rule"].create(
            {
                "name": "Rule",
                "model_id": self.model.id,
                "approver_type": "users",
                "approver_ids": [Command.set(self.people["manager"].ids)],
                **values,
            }
        )

    def approvers(self, **values):
        return self.steps(self.submitted(**values)).approver_ids

    # ------------------------------------------------------------------
    # Who
    # ------------------------------------------------------------------

    def test_no_rule_is_never_no_approval(self):
        self.assertEqual(self.approvers(), self.people["finance"] | self.controller)

    def test_people_and_groups(self):
        rule = self.rule()
        self.assertEqual(self.approvers(), self.people["manager"])
        finance = self.env.ref("sales_revenue_mgmt.revenue_group_finance")
        rule.write({"approver_type": "group", "approver_group_id": finance.id})
        self.assertEqual(self.approvers(measure="orders"), self.people["finance"] | self.controller)

    def test_the_team_leader(self):
        self.rule(approver_type="leader")
        self.assertEqual(self.approvers(), self.people["manager"])
        # Without a team on the document, that of its owner.
        self.assertEqual(self.approvers(team_id=False, measure="orders"), self.people["manager"])
        # A team without a leader: those to whom it escalates.
        self.team.user_id = False
        self.assertEqual(self.approvers(measure="margin"), self.people["finance"] | self.controller)

    def test_the_parent_branch_s_manager(self):
        self.rule(approver_type="branch")
        boss = self._person("boss", "revenue_group_manager")
        boss.company_ids |= self.branch
        self.company.revenue_manager_id = boss
        user = self.people["user"]
        user.company_ids |= self.branch
        target = self.as_seen_by(user, self.env["revenue.target"]).create(
            {
                "company_id": self.branch.id,
                "measure": "booked",
                "period_type": "month",
                "date_start": "2030-03-01",
                "amount": 1.0,
                "user_id": user.id,
            }
        )
        target.action_submit()
        self.assertEqual(self.steps(target).approver_ids, boss)
        self.as_seen_by(boss, target).action_approve()
        self.assertEqual(target.state, "approved")

    def test_a_field_of_the_document(self):
        owner = self.env["ir.model.fields"]._get("revenue.target", "user_id")
        self.rule(approver_type="field", approver_field_id=owner.id, escalation_user_ids=[Command.set(self.deputy.ids)])
        # The owner never decides: so it goes to whom it escalates.
        self.assertEqual(self.approvers(), self.deputy)

    def test_how_many_must_agree(self):
        self.rule(required=2, approver_ids=[Command.set((self.people["manager"] | self.deputy | self.controller).ids)])
        target = self.submitted()
        self.as_("manager", target).action_approve()
        self.assertEqual(target.state, "submitted")
        self.assertFalse(self.as_("manager", target).can_approve)
        with self.assertRaisesRegex(UserError, "decided already"):
            self.as_("manager", target).action_approve()
        self.assertEqual(target.sudo().activity_ids.user_id, self.deputy | self.controller)
        self.as_seen_by(self.deputy, target).action_approve()
        self.assertEqual(target.state, "approved")
        self.assertFalse(target.sudo().activity_ids)

    def test_one_no_is_enough(self):
        self.rule(required=2, approver_ids=[Command.set((self.people["manager"] | self.deputy).ids)])
        target = self.submitted()
        self.as_("manager", target).action_approve()
        self.as_seen_by(self.deputy, target).action_reject("No.")
        self.assertEqual(target.state, "rejected")

    def test_two_rules_of_one_tier_are_answered_by_one_person_once(self):
        self.rule(name="First")
        self.rule(name="Second")
        target = self.submitted()
        self.assertEqual(len(self.steps(target, "pending")), 2)
        self.as_("manager", target).action_approve()
        self.assertEqual(target.state, "approved")

    # ------------------------------------------------------------------
    # Which documents
    # ------------------------------------------------------------------

    def test_domain_company_and_metric(self):
        amount = self.env["ir.model.fields"]._get("revenue.target", "amount")
        self.rule(name="Large", metric_field_id=amount.id, threshold=500.0)
        self.rule(name="Orders", domain="[('measure', '=', 'orders')]")
        self.rule(name="South", company_id=self.other_company.id)
        self.rule(name="North", company_id=self.company.id)

        def names(**values):
            return self.steps(self.submitted(**values)).mapped("name")

        self.assertEqual(names(amount=501.0), ["Large", "North"])
        self.assertEqual(names(amount=500.0, measure="margin"), ["North"])
        self.assertEqual(names(amount=1.0, measure="orders"), ["Orders", "North"])

    def test_needs_no_approval(self):
        amount = self.env["ir.model.fields"]._get("revenue.target", "amount")
        self.rule(
            name="Small ones", auto_approve=True, metric_field_id=amount.id, metric_operator="<=", threshold=100.0
        )
        small = self.submitted(amount=100.0)
        self.assertEqual(small.state, "approved")
        self.assertEqual(self.events(small)[-2:], ["submitted", "approved"])
        reason = self.env["revenue.audit.entry"].search([("res_id", "=", small.id), ("event", "=", "approved")]).reason
        self.assertEqual(reason, "No approval is needed: Small ones.")
        self.assertEqual(self.submitted(amount=101.0, measure="orders").state, "submitted")
        # Another rule that asks has its way.
        self.rule(name="Everything")
        self.assertEqual(self.submitted(amount=50.0, measure="margin").state, "submitted")

    def test_what_a_rule_refuses(self):
        for values, words in (
            ({"domain": "[('luck', '=', 1)]"}, "Documents: "),
            ({"domain": "__import__('os')"}, "Documents: "),
            ({"domain": "[('amount', '=', uid)]"}, "Documents: "),
            ({"model_id": self.env["ir.model"]._get_id("res.partner")}, "Document Type: "),
            ({"approver_type": "group"}, "Approver Group: choose"),
            ({"approver_ids": [Command.clear()]}, "Approvers: choose"),
            ({"metric_field_id": self.env["ir.model.fields"]._get("sale.order", "amount_total").id}, "not a field of"),
            ({"metric_field_id": self.env["ir.model.fields"]._get("revenue.target", "measure").id}, "not a number"),
            (
                {
                    "approver_type": "field",
                    "approver_field_id": self.env["ir.model.fields"]._get("revenue.target", "team_id").id,
                },
                "does not hold users",
            ),
        ):
            with self.subTest(values), self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
                self.rule(**values)

    def test_rules_are_the_administrator_s_and_have_a_trail(self):
        rule = self.rule()
        for role in ("user", "manager", "finance", "auditor"):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.as_(role, rule).threshold = 7.0
        admin = self.people["admin"]
        self.as_seen_by(admin, rule).write({"threshold": 7.0, "approver_ids": [Command.link(self.deputy.id)]})
        entry = self.env["revenue.audit.entry"].search(
            [("res_model", "=", rule._name), ("res_id", "=", rule.id)], limit=1
        )
        self.assertEqual(entry.user_id, admin)
        self.assertIn("Approvers: revenue_manager", entry.changes)
        self.assertIn("Threshold: 0 → 7", entry.changes)

    # ------------------------------------------------------------------
    # The preview
    # ------------------------------------------------------------------

    def test_the_preview_says_which_steps_and_why(self):
        amount = self.env["ir.model.fields"]._get("revenue.target", "amount")
        self.rule(name="Other rule", tier=2, approver_ids=[Command.set(self.controller.ids)])
        target = self.own_target(amount=700.0)
        admin = self.people["admin"]
        admin.group_ids |= self.env.ref("sales_revenue_mgmt.revenue_group_finance")
        rule = self.as_seen_by(admin, self.rule(name="This rule", metric_field_id=amount.id, threshold=500.0))
        with Form(rule) as form:
            form.preview_id = f"revenue.target,{target.id}"
            self.assertIn("Target $&nbsp;700.00 is above $&nbsp;500.00", form.preview)
            self.assertIn("revenue_manager", form.preview)
            self.assertIn("Other rule", form.preview)
            # As it is being edited, before it is saved.
            form.threshold = 900.0
            self.assertIn("the rule asks only where it is above $&nbsp;900.00", form.preview)
        self.assertFalse(self.steps(target))
        # Nobody previews what they may not read.
        hidden = self.target(company_id=self.other_company.id)
        with self.assertRaises(AccessError):
            self.as_seen_by(admin, rule)._preview(self.as_seen_by(admin, hidden))

    # ------------------------------------------------------------------
    # Found when submitting
    # ------------------------------------------------------------------

    def test_a_route_that_leads_nowhere_is_found_at_submit(self):
        away = self._person("away", "revenue_group_manager")
        foreign = self._person("foreign", "revenue_group_manager", self.other_company)
        plain = self.colleague
        empty = self.env["res.groups"].create({"name": "Nobody"})
        rule = self.rule(approver_ids=[Command.set(away.ids)])
        away.active = False
        target = self.own_target()
        for values, words in (
            ({}, "revenue_away .* is deactivated"),
            ({"approver_ids": [Command.set(foreign.ids)]}, "revenue_foreign .* has no access to Northwind"),
            ({"approver_ids": [Command.set(plain.ids)]}, "neither sales manager nor finance controller"),
            ({"approver_type": "group", "approver_group_id": empty.id}, "has only: nobody"),
            ({"approver_type": "users", "approver_ids": [Command.set(self.deputy.ids)], "required": 2}, "needs 2"),
        ):
            rule.write(values)
            self.assertRegex(target.guidance.replace("\n", " "), words)
            with self.subTest(words), self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                target.action_submit()
            self.assertEqual((target.state, target.submission), ("draft", 0))
            target.invalidate_recordset()

    def test_nobody_left_but_the_submitter(self):
        (self.people["finance"] | self.controller).active = False
        target = self.as_("manager", self.env["revenue.target"]).create(
            {
                "measure": "booked",
                "period_type": "month",
                "date_start": "2030-03-01",
                "amount": 1.0,
                "team_id": self.team.id,
            }
        )
        self.rule()
        finance = self.env.ref("sales_revenue_mgmt.revenue_group_finance")
        finance.all_user_ids.filtered(lambda user: self.company in user.company_ids).company_ids = [
            Command.unlink(self.company.id)
        ]
        with self.assertRaisesRegex(UserError, "Nobody decides on what they created, changed, submitted or own"):
            target.action_submit()

    # ------------------------------------------------------------------
    # Re-routed later
    # ------------------------------------------------------------------

    def test_a_deactivated_approver_is_replaced(self):
        self.rule(escalation_user_ids=[Command.set(self.deputy.ids)])
        target = self.submitted()
        self.people["manager"].active = False
        self.assertIn(self.deputy, self.steps(target).approver_ids)
        self.assertEqual(target.sudo().activity_ids.filtered("active").user_id & self.deputy, self.deputy)
        self.assertEqual(self.events(target)[-1], "rerouted")
        self.as_seen_by(self.deputy, target).action_approve()
        self.assertEqual(target.state, "approved")

    def test_a_lost_role_or_company_is_noticed(self):
        self.rule(escalation_user_ids=[Command.set(self.deputy.ids)])
        first = self.submitted()
        self.people["manager"].group_ids = self.env.ref("sales_revenue_mgmt.revenue_group_user")
        self.assertIn(self.deputy, self.steps(first).approver_ids)
        self.deputy.write({"company_id": self.other_company.id, "company_ids": [Command.set(self.other_company.ids)]})
        self.assertEqual(
            self.steps(first).approver_ids & (self.people["finance"] | self.controller),
            self.people["finance"] | self.controller,
        )

    def test_when_really_nobody_is_left_it_is_said_and_can_be_withdrawn(self):
        self.rule()
        target = self.submitted()
        (self.people["finance"] | self.controller).active = False
        finance = self.env.ref("sales_revenue_mgmt.revenue_group_finance")
        for user in finance.all_user_ids.filtered(lambda user: self.company in user.company_ids):
            user.company_ids = [Command.unlink(self.company.id)]
        self.people["manager"].active = False
        step = self.steps(target)
        self.assertTrue(step.is_stuck)
        self.assertEqual(self.events(target)[-1], "stuck")
        steps = self.env["revenue.approval.step"].search([("state", "=", "pending")])
        steps._replace_unusable()
        self.assertEqual(self.events(target).count("stuck"), 1, "said once")
        target.action_reset()
        self.assertEqual(target.state, "draft")

    # ------------------------------------------------------------------
    # Submitting again
    # ------------------------------------------------------------------

    def test_asked_again_only_where_it_got_worse(self):
        amount = self.env["ir.model.fields"]._get("revenue.target", "amount")
        self.rule(name="Large", metric_field_id=amount.id, threshold=500.0)
        self.rule(name="Finance", tier=2, approver_ids=[Command.set(self.controller.ids)])
        target = self.submitted(amount=1000.0)

        def again(vals):
            self.as_seen_by(self.controller, target).action_reject("Not like this.")
            target.action_reset()
            target.write(vals)
            target.action_submit()
            return {step.name: step.state for step in self.steps(target)}

        self.as_("manager", target).action_approve()
        self.assertEqual(again({"amount": 900.0}), {"Large": "approved", "Finance": "pending"})
        carried = self.steps(target, "approved")
        self.assertIn("revenue_manager", carried.outcome)
        self.assertIn("did not get worse", carried.outcome)
        self.assertEqual(again({"name": "A better name"}), {"Large": "approved", "Finance": "pending"})
        # Worse than now, but not than what was approved: 1000 was approved.
        self.assertEqual(again({"amount": 1000.0}), {"Large": "approved", "Finance": "pending"})
        self.assertEqual(again({"amount": 1000.01}), {"Large": "pending", "Finance": "waiting"})
        self.as_("manager", target).action_approve()
        # Another team is another question.
        self.assertEqual(again({"measure": "margin"}), {"Large": "pending", "Finance": "waiting"})
        self.as_("manager", target).action_approve()
        # A rule that changed, or that is new, asks.
        self.env["revenue.approval.rule"].search([("name", "=", "Large")]).required = 1
        self.env["revenue.approval.rule"].search([("name", "=", "Large")]).threshold = 400.0
        self.assertEqual(again({}), {"Large": "pending", "Finance": "waiting"})
        self.as_("manager", target).action_approve()
        self.rule(name="New", approver_ids=[Command.set(self.deputy.ids)])
        self.assertEqual(again({}), {"Large": "approved", "New": "pending", "Finance": "waiting"})

    def test_who_approved_before_and_submits_now_is_not_carried_over(self):
        amount = self.env["ir.model.fields"]._get("revenue.target", "amount")
        self.rule(
            name="Large",
            metric_field_id=amount.id,
            threshold=500.0,
            escalation_user_ids=[Command.set(self.deputy.ids)],
        )
        self.rule(name="Finance", tier=2, approver_ids=[Command.set(self.controller.ids)])
        target = self.submitted(amount=1000.0)
        self.as_("manager", target).action_approve()
        self.as_seen_by(self.controller, target).action_reject("No.")
        self.as_("manager", target).action_reset()
        self.as_("manager", target).action_submit()
        self.assertEqual(self.steps(target).mapped("state"), ["pending", "waiting"])
        self.assertEqual(self.steps(target, "pending").approver_ids, self.deputy)

    # ------------------------------------------------------------------
    # The examples of readme/CONFIGURE
    # ------------------------------------------------------------------

    def test_example_1_two_people_of_finance_for_a_large_target_of_a_branch(self):
        mia, sam = self.people["manager"], self.people["user"]
        finance = self.people["finance"] | self.controller
        (mia | sam | finance).company_ids |= self.branch
        self.company.revenue_manager_id = mia
        large = {
            "company_id": self.branch.id,
            "metric_field_id": self.env["ir.model.fields"]._get("revenue.target", "amount").id,
            "threshold": 250000.0,
        }
        group = self.env.ref("sales_revenue_mgmt.revenue_group_finance").id
        self.rule(name="head office", approver_type="branch", escalation_group_id=group, **large)
        self.rule(name="finance", approver_type="group", approver_group_id=group, required=2, tier=2, **large)
        target = self.as_seen_by(sam, self.env["revenue.target"]).create(
            {
                "company_id": self.branch.id,
                "measure": "booked",
                "period_type": "month",
                "date_start": "2030-03-01",
                "amount": 300000.0,
                "user_id": sam.id,
            }
        )
        target.action_submit()
        self.assertEqual(self.steps(target).mapped("why"), ["Target $\xa0300,000.00 is above $\xa0250,000.00."] * 2)
        self.as_seen_by(mia, target).action_approve()
        self.as_("finance", target).action_approve()
        self.assertEqual(target.state, "submitted")
        flo = self._person("flo", "revenue_group_finance", self.branch)
        self.as_seen_by(self.controller, self.env["revenue.delegation"]).create(
            {"to_id": flo.id, "date_from": "2000-01-01", "date_to": "2100-01-01"}
        )
        self.as_seen_by(flo, target).action_approve()
        self.assertEqual(target.state, "approved")
        self.assertIn("on behalf of revenue_controller", self.steps(target)[1].outcome)

    def test_example_2_small_counts_without_ado(self):
        dora, leader = self._person("dora", "revenue_group_manager"), self.people["manager"]
        self.rule(
            name="Small counts",
            auto_approve=True,
            domain="[('measure', 'in', ['orders', 'new_customers'])]",
            metric_field_id=self.env["ir.model.fields"]._get("revenue.target", "amount").id,
            metric_operator="<=",
            threshold=10.0,
            threshold_unit="number",
        )
        self.rule(
            name="Leader",
            domain="[('measure', 'not in', ['orders', 'new_customers'])]",
            approver_type="leader",
            hours=8.0,
            escalation_user_ids=[Command.set(dora.ids)],
        )
        self.assertEqual(self.submitted(measure="orders", amount=5.0).state, "approved")
        # Larger counts fit neither: finance is asked.
        self.assertEqual(self.approvers(measure="new_customers", amount=11.0), self.people["finance"] | self.controller)
        target = self.submitted(amount=8000.0)
        self.assertEqual(self.steps(target).approver_ids, leader)
        leader.active = False
        self.assertIn(dora, self.steps(target).approver_ids)
        self.assertEqual(self.events(target)[-1], "rerouted")
