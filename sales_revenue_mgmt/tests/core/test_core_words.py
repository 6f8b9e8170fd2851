"""What screens say in words: labels instead of keys, titles, rules in a list, and what was just decided."""

from odoo import Command
from odoo.tests import tagged

from ..target.common import TargetCase


@tagged("post_install", "-at_install")
class TestRevenueWords(TargetCase):
    def rule(self, **values):
        self.env["revenue.approval.rule"].search([]).active = False
        return self.env["revenue.approval.rule"].create(
            {"name": "Rule", "model_id": self.env["ir.model"]._get("revenue.target").id, **values}
        )

    # ------------------------------------------------------------------
    # Audit trail
    # ------------------------------------------------------------------

    def test_the_trail_has_labels_for_its_words(self):
        target = self.posted()
        entries = self.as_("auditor", self.env["revenue.audit.entry"])
        domain = [("res_model", "=", "revenue.target"), ("res_id", "=", target.id)]
        submitted, posted = (entries.search([*domain, ("event_kind", "=", kind)]) for kind in ("submitted", "posted"))
        self.assertEqual((submitted.state_from_label, submitted.state_to_label), ("Draft", "Submitted"))
        self.assertEqual((posted.event_label, posted.document_type), ("Posted", "revenue.target"))
        self.assertEqual(posted.origin_label, "Code on the server")
        # Groups have labels, and open what is in them.
        for name in ("event_kind", "document_type"):
            labels = dict(entries.fields_get([name])[name]["selection"])
            for group in entries.formatted_read_group(domain, [name], ["__count"]):
                self.assertTrue(labels[group[name]])
                self.assertEqual(entries.search_count([*domain, *group["__extra_domain"]]), group["__count"])
        self.assertEqual(dict(entries.fields_get()["document_type"]["selection"])["revenue.target"], "Sales Target")

    def test_the_trail_is_short_in_lists_and_whole_in_its_form(self):
        target = self.target()
        created = self.env["revenue.audit.entry"].search(
            [("res_model", "=", "revenue.target"), ("res_id", "=", target.id), ("event", "=", "created")]
        )
        lines = created.changes.split("\n")
        self.assertGreater(len(lines), 4)
        self.assertEqual(created.changes_in_short.split("\n"), [*lines[:3], f"and {len(lines) - 3} more"])

    # ------------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------------

    def test_a_line_says_of_whom_of_what_when_and_in_which_state(self):
        user = self.people["user"]
        line = self.own_target(measure="orders", amount=5.0).line_ids
        line = self.as_seen_by(user, line)
        self.assertEqual(line.title, f"{user.name} · Orders · 2030-03")
        self.assertEqual(line.display_name, user.name)
        line.sudo().target_id.name = "Spring"
        self.assertEqual(line.title, f"{user.name} · Spring")
        line.sudo().target_id.name = False
        full = line.with_context(revenue_line_in_full=True)
        self.assertEqual(full.display_name, f"{user.name} · Orders · 2030-03 (Draft)")
        self.assertEqual(line.action_open_plan()["res_model"], "revenue.target")

    def test_what_has_no_sum_has_no_currency_either(self):
        self.target(team_id=self.team.id, amount=600.0)
        domain = [("company_id", "=", self.company.id)]
        aggregates = ["amount:sum", "amount:sum_currency", "currency_id:array_agg_distinct"]
        targets = self.env["revenue.target"]
        (group,) = targets.formatted_read_group(domain, [], aggregates)
        self.assertEqual(group["currency_id:array_agg_distinct"], self.company.currency_id.ids)
        self.target(measure="orders", amount=5.0)
        (group,) = targets.formatted_read_group(domain, [], aggregates)
        self.assertFalse(any(group[aggregate] for aggregate in aggregates))
        (group,) = targets.formatted_read_group(domain, [], aggregates)
        lines = self.env["revenue.target.line"]
        (group,) = lines.formatted_read_group(domain, [], aggregates[:2])
        self.assertFalse(group["amount:sum"])

    # ------------------------------------------------------------------
    # Rules
    # ------------------------------------------------------------------

    def test_rules_in_a_list_say_which_who_and_when(self):
        fields_ = self.env["ir.model.fields"]
        rule = self.rule(
            metric_field_id=fields_._get("revenue.target", "amount").id,
            threshold=1500.0,
            currency_id=self.env.ref("base.USD").id,
            approver_group_id=self.env.ref("sales_revenue_mgmt.revenue_group_finance").id,
            required=2,
        )
        rule = self.as_("admin", rule)
        self.assertEqual(rule.condition_words.replace("\xa0", " "), "Target is above $ 1,500.00")
        self.assertEqual(rule.approver_words, "2 of: Finance Controller")
        self.assertEqual(rule.late_words, "16 working hours")
        people = self.people["manager"] | self.deputy
        rule.write(
            {
                "metric_field_id": False,
                "domain": "[('measure', '=', 'orders')]",
                "approver_type": "users",
                "approver_ids": [Command.set(people.ids)],
                "required": 1,
                "hours": 0,
            }
        )
        self.assertEqual(rule.condition_words, "Those that fit its condition")
        self.assertEqual(rule.approver_words, ", ".join(rule.approver_ids.mapped("name")))
        self.assertEqual(rule.late_words, "Never")
        owner = fields_._get("revenue.target", "user_id").id
        rule.write({"domain": "[]", "approver_type": "field", "approver_field_id": owner})
        self.assertEqual((rule.condition_words, rule.approver_words), ("All", "Salesperson of the document"))
        rule.auto_approve = True
        self.assertEqual(rule.approver_words, "Nobody: approved automatically")

    def test_numbers_of_thresholds_are_written_as_the_reader_writes_them(self):
        self.env["res.lang"]._activate_lang("de_DE")
        rule = self.rule(
            metric_field_id=self.env["ir.model.fields"]._get("revenue.target", "amount").id,
            threshold=1234.5,
            threshold_unit="number",
            approver_group_id=self.env.ref("sales_revenue_mgmt.revenue_group_finance").id,
        )
        self.assertEqual(rule._number_words(1234.5), "1,234.5")
        self.assertEqual(rule.with_context(lang="de_DE")._number_words(1234.5), "1.234,5")
        self.assertEqual(rule._number_words(1000.0), "1,000")

    def test_try_it_says_who_is_left_out_and_why(self):
        manager, deputy = self.people["manager"], self.deputy
        stranger = self._person("gone", "revenue_group_manager", self.other_company)
        rule = self.rule(approver_type="users", approver_ids=[Command.set((manager | deputy | stranger).ids)])
        target = self.target(user_id=manager.id)
        preview = str(rule._preview(target))
        self.assertIn(f"Not asked: {manager.name}. Nobody decides on what they", preview)
        self.assertIn(f"{stranger.name} has no access to {self.company.name}.", preview)
        self.assertNotIn("Asked instead", preview)
        rule.approver_ids = manager
        preview = str(rule._preview(target))
        self.assertIn("Asked instead, since too few are left:", preview)

    # ------------------------------------------------------------------
    # Decisions
    # ------------------------------------------------------------------

    def test_a_decision_is_said_with_what_comes_next(self):
        finance = self.people["finance"]
        target = self.submitted()
        steps = self.as_("manager", self.steps(target))
        name = target.display_name
        said = steps.action_approve()
        self.assertEqual(said["tag"], "display_notification")
        self.assertEqual(said["params"]["title"], f"You have approved: {name}")
        self.assertIn(f"{finance.name} posts it", said["params"]["message"])
        self.assertEqual(said["params"]["next"], {"type": "ir.actions.act_window_close"})

    def test_a_rejection_and_a_batch_are_said(self):
        targets = self.submitted() | self.submitted(measure="orders")
        steps = self.as_("manager", self.steps(targets[0]) | self.steps(targets[1]))
        names = steps.mapped("record_name")
        dialog = steps.with_context(revenue_action="reject").action_ask_reason()
        wizard = self.as_("manager", self.env[dialog["res_model"]]).with_context(**dialog["context"])
        said = wizard.create({"reason": "Too low"}).action_confirm()
        title, _colon, listed = said["params"]["title"].partition(": ")
        self.assertEqual((title, sorted(listed.split("; "))), ("You have rejected", sorted(names)))
        self.assertEqual(said["params"]["message"], "")
        self.assertEqual(set(targets.mapped("state")), {"rejected"})
