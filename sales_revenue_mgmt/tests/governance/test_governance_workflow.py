"""A document's way from draft to closed, through the people who decide."""

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..target.common import TargetCase


@tagged("post_install", "-at_install")
class TestRevenueWorkflow(TargetCase):
    # ------------------------------------------------------------------
    # The way
    # ------------------------------------------------------------------

    def test_the_whole_way(self):
        target = self.own_target(amount=120000.0)
        self.assertIn("revenue_manager", target.guidance)
        self.assertTrue(target.can_submit)
        target.action_submit()
        self.assertEqual((target.state, target.submitted_by_id), ("submitted", self.people["user"]))
        self.assertEqual(self.steps(target).mapped("state"), ["pending", "waiting"])
        self.assertEqual(self.steps(target, "pending").approver_ids, self.people["manager"])

        self.as_("manager", target).action_approve("Ambitious, but fair.")
        self.assertEqual(target.state, "submitted")
        self.assertEqual(self.steps(target).mapped("state"), ["approved", "pending"])
        self.assertIn("Ambitious", self.steps(target)[0].outcome)

        self.as_("finance", target).action_approve()
        self.assertEqual(target.state, "approved")
        self.as_("finance", target).action_post()
        self.assertEqual(target.state, "posted")
        self.as_("finance", target).action_close("The year is over.")
        self.assertEqual(target.state, "closed")
        self.assertEqual(self.events(target), ["created", "submitted", "approved", "approved", "posted", "closed"])
        entry = self.env["revenue.audit.entry"].search([("res_id", "=", target.id), ("event", "=", "approved")])
        self.assertEqual(entry.user_id, self.people["manager"] | self.people["finance"])
        self.assertEqual(set(entry.mapped("content_hash")), {target.content_hash})
        self.assertEqual(
            entry.mapped("changes"),
            [
                "Decided: Target above 100,000 US dollars: finance agrees",
                "Decided: Target of a team or a person: the team leader agrees",
            ],
        )
        bodies = " ".join(target.sudo().message_ids.mapped("body"))
        self.assertIn("<p>Draft → Submitted</p>", bodies)
        self.assertIn("Ambitious, but fair.", bodies)
        self.assertIntact()

    def test_revise_makes_the_next_version_and_posting_it_replaces_the_first(self):
        target = self.posted()
        action = target.action_revise()
        revision = self.as_("user", self.env["revenue.target"]).browse(action["res_id"])
        self.assertEqual((revision.version, revision.state, revision.origin_id), (2, "draft", target))
        self.assertEqual((revision.date_start, revision.amount), (target.date_start, target.amount))
        self.assertTrue(revision.display_name.endswith("(v2)"))
        with self.assertRaisesRegex(UserError, "Version 2 is being prepared"):
            target.action_revise()
        revision.amount = 1500.0
        revision.action_submit()
        step = self.steps(revision)
        self.assertEqual((step.previous_amount, step.difference), (1000.0, 500.0))
        self.as_("manager", revision).action_approve()
        self.assertEqual((target.state, revision.state), ("posted", "approved"))
        self.as_("finance", revision).action_post()
        self.assertEqual((target.state, target.superseded, revision.state), ("closed", True, "posted"))
        self.assertEqual(self.events(target)[-2:], ["revised", "replaced"])
        found = self.env["revenue.target"].search(target.action_open_versions()["domain"])
        self.assertEqual(found, target | revision)
        # The period is taken by the second version now; a third target still cannot be made.
        with self.assertRaisesRegex(UserError, "already covers"), self.env.cr.savepoint():
            self.own_target()
        self.assertIntact()

    def test_a_cancelled_target_leaves_its_period_to_another(self):
        target = self.own_target()
        target.action_cancel()
        self.assertTrue(self.own_target())
        with self.assertRaisesRegex(UserError, "already covers"), self.env.cr.savepoint():
            target.action_reset()

    # ------------------------------------------------------------------
    # Many at once
    # ------------------------------------------------------------------

    def test_all_or_none_and_the_message_names_the_one(self):
        first, second = self.submitted(), self.submitted(date_start="2030-04-01")
        self.as_("manager", second).action_approve()
        both = self.as_("manager", first | second)
        with self.assertRaises(UserError) as failure, self.env.cr.savepoint():
            both.action_approve()
        self.assertIn("1 of 2", str(failure.exception))
        self.assertIn(second.display_name, str(failure.exception))
        self.assertIn("It is approved", str(failure.exception))
        self.assertEqual(first.state, "submitted")
        both[0].action_approve()
        self.as_("finance", first | second).action_post()
        self.assertEqual((first | second).mapped("state"), ["posted", "posted"])

    def test_five_hundred_documents_in_one_call(self):
        def count(size, year, amount):
            targets = self.as_("user", self.env["revenue.target"]).create(
                [
                    {
                        "company_id": self.company.id,
                        "measure": "booked",
                        "period_type": "custom",
                        "date_start": f"{year + index // 28}-01-{index % 28 + 1:02}",
                        "date_end": f"{year + index // 28}-01-{index % 28 + 1:02}",
                        "amount": amount,
                        "team_id": self.team.id,
                        "user_id": self.people["user"].id,
                    }
                    for index in range(size)
                ]
            )
            targets.action_submit()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.as_("manager", targets).action_approve("All fine.")
            self.env.flush_all()
            queries = self.env.cr.sql_log_count - before
            self.assertEqual(set(targets.mapped("state")), {"approved" if amount < 100000 else "submitted"})
            return queries

        count(2, 2040, 1.0)
        few, many = count(10, 2041, 1.0), count(500, 2050, 1.0)
        self.assertLessEqual((many - few) / 490, 0.2, f"{few} queries for 10 documents, {many} for 500")
        # The next tier begins: activities for its approvers, and one mail for each of them.
        count(2, 2080, 1e6)
        few, many = count(10, 2081, 1e6), count(500, 2100, 1e6)
        self.assertLessEqual((many - few) / 490, 3, f"{few} queries for 10 documents, {many} for 500, with a next tier")
        self.assertIntact()

    # ------------------------------------------------------------------
    # What the form says
    # ------------------------------------------------------------------

    def test_a_sentence_says_why_not(self):
        target = self.submitted()
        self.assertIn("Waiting for revenue_manager", self.as_("user", target).guidance)
        for role, words in (
            ("user", "role"),
            ("auditor", "role"),
            ("finance", "You are not asked; it is waiting for revenue_manager"),
        ):
            seen = self.as_(role, target)
            self.assertFalse(seen.can_approve)
            with self.assertRaisesRegex((UserError, AccessError), words), self.env.cr.savepoint():
                seen.action_approve()
        self.assertTrue(self.as_("manager", target).can_approve)
        with self.assertRaisesRegex(UserError, "It is submitted; this is possible only from: approved"):
            self.as_("finance", target).action_post()

    def test_the_form_has_the_workflow_and_locks_the_content(self):
        arch = etree.fromstring(self.as_("user", self.env["revenue.target"]).get_view(view_type="form")["arch"])
        buttons = {node.get("name") for node in arch.findall("./header/button")}
        self.assertLessEqual({"action_submit", "action_approve", "action_post", "action_ask_reason"}, buttons)
        self.assertTrue(arch.findall("./header/field[@name='state']"))
        governed = set(self.env["revenue.target"]._audit_fields())
        for view_type in ("form", "list"):
            arch = etree.fromstring(self.as_("user", self.env["revenue.target"]).get_view(view_type=view_type)["arch"])
            # Embedded lists are of other models.
            own = [node for node in arch.iter("field") if next(node.iterancestors("field"), None) is None]
            shown = [node for node in own if node.get("name") in governed]
            self.assertTrue(shown)
            for node in shown:
                self.assertRegex(node.get("readonly", ""), r"state != 'draft'|^1$|^True$", node.get("name"))
