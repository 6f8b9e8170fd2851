"""How documents of any area are decided on: reasons, withdrawals, what an approver has seen, what nobody plants or rewrites."""

from odoo import Command
from odoo.exceptions import UserError


class DecisionsContract:
    """Inherit it beside a ``DocumentContract``, whose ``new`` and ``changes`` it uses."""

    # As in ``contracts.py``.
    allow_inherited_tests_method = True

    def asked(self):
        """A submitted document, and the same as who is asked first sees it."""
        document = self.new()
        document.action_submit()
        return document, self.as_seen_by(self.steps(document, "pending")[0].approver_ids[0], document)

    def test_contract_a_rejection_needs_a_reason_and_keeps_its_history(self):
        document, seen = self.asked()
        for reason in (None, "", "  "):
            self.assertRefused(lambda reason=reason: seen.action_reject(reason), words="Reason: say")
        seen.action_reject("Too low.")
        self.assertEqual(document.state, "rejected")
        self.assertFalse(document.sudo().activity_ids)
        document.action_reset()
        document.write(self.changes)
        document.action_submit()
        self.assertGreater(
            len(document.sudo().approval_step_ids), len(self.steps(document)), "the first round is there"
        )
        self.assertEqual(self.events(document), ["created", "submitted", "rejected", "reset", "changed", "submitted"])
        self.assertIntact()

    def test_contract_withdrawing_ends_the_route(self):
        for action in ("action_reset", "action_cancel"):
            document, seen = self.asked()
            getattr(document, action)("Not yet.")
            self.assertEqual(set(self.steps(document).mapped("state")), {"cancelled"})
            self.assertFalse(document.sudo().activity_ids)
            self.assertRefused(seen.action_approve)

    def test_contract_a_cancelled_revision_leaves_room_for_another(self):
        document = self.in_force()
        document.browse(document.action_revise()["res_id"]).action_cancel()
        second = document.browse(document.action_revise()["res_id"])
        self.assertEqual(second.version, 2)
        self.assertRefused(document.action_revise, words="Version 2 is being prepared")

    def test_contract_all_or_none_and_the_message_names_the_one(self):
        (first, seen), (second, _seen) = self.asked(), self.asked()
        second.action_cancel("No more.")
        both = seen.browse((first | second).ids)
        with self.assertRaises(UserError) as failure, self.env.cr.savepoint():
            both.action_approve()
        self.assertIn("1 of 2", str(failure.exception))
        self.assertIn(second.display_name, str(failure.exception))
        self.assertEqual(first.state, "submitted")

    def test_contract_notes_of_the_workflow_are_not_rewritten(self):
        document, seen = self.asked()
        seen.action_approve("Only because you asked.")
        note = document.sudo().message_ids.filtered(lambda message: "Only because" in message.body)
        self.assertTrue(note)
        for role in ("user", "manager", "finance"):
            theirs = self.as_(role, note)
            self.assertRefused(lambda theirs=theirs: theirs.write({"body": "<p>Never.</p>"}), words="cannot be changed")
            self.assertRefused(theirs.unlink, words="cannot be changed")

    def test_contract_nobody_plants_an_approval(self):
        document, seen = self.asked()
        other, step = self.new(), self.steps(document, "pending")[0]
        vals = {
            "res_model_id": self.env["ir.model"]._get_id(self.model),
            "res_id": other.id,
            "user_id": seen.env.uid,
            "summary": "Decide: small",
            "revenue_step_id": step.id,
        }
        activities = self.as_("user", self.env["mail.activity"])
        self.assertRefused(lambda: activities.create(vals), words="only by the workflow")
        self.assertRefused(lambda: other.write({"activity_ids": [Command.create(vals)]}), words="only by the workflow")
        for role in ("user", "manager", "finance"):
            theirs = self.as_(role, document.sudo().activity_ids)
            for change in ({"summary": "Trivial"}, {"res_id": other.id}, {"note": "Amount: 1"}):
                self.assertRefused(lambda theirs=theirs, change=change: theirs.write(change))

    def test_contract_what_was_shown_is_what_is_approved(self):
        document, seen = self.asked()
        shown = self.as_seen_by(seen.env.user, self.steps(document, "pending")[0])
        dialog = shown.with_context(revenue_action="approve").action_ask_reason()["context"]
        document.action_reset()
        document.write(self.changes)
        document.action_submit()
        wizard = self.as_seen_by(seen.env.user, self.env["revenue.decision.wizard"])
        for attempt in (
            shown.action_approve,
            lambda: seen.with_context(revenue_submission=1).action_approve(),
            lambda: wizard.with_context(**dialog).create({}).action_confirm(),
        ):
            self.assertRefused(attempt, words="submitted again")
        self.assertEqual(document.state, "submitted")

    def test_contract_who_owns_it_does_not_decide(self):
        user = self.people["user"]
        document = self.new()
        user.group_ids |= self.env.ref("sales_revenue_mgmt.revenue_group_manager")
        user.group_ids |= self.env.ref("sales_revenue_mgmt.revenue_group_finance")
        document.action_submit()
        self.assertNotIn(user, self.steps(document).approver_ids)
        self.assertRefused(self.as_seen_by(user, document).action_approve)
        # Nor does who changed it.
        second = self.new()
        self.as_("manager", second).write(self.changes)
        second.action_submit()
        self.assertNotIn(self.people["manager"], self.steps(second).approver_ids)

    def test_contract_nonsense_is_a_sentence(self):
        document, seen = self.asked()
        for reason in (5, 1.5, ["x"], {"a": 1}, True):
            self.assertRefused(lambda reason=reason: seen.action_reject(reason), words="Reason: enter a text")
        self.assertRefused(lambda: seen.action_reject("x" * 2001), words="too many")
        for action in ("action_submit", "action_approve", "action_revise", "action_post"):
            self.assertRefused(getattr(seen.browse(), action), words="at least one")
        self.assertRefused(seen.browse(2**30).action_approve, words="no longer exist")
        seen.browse([document.id, document.id]).action_reject("Bad\x00 \ud800 text")
        self.assertEqual(self.steps(document).decision_ids.reason, "Bad  text")

    def test_contract_the_submitter_hears_what_became_of_it(self):
        partner = self.people["user"].partner_id

        def told():
            messages = self.env["mail.message"].search([("notified_partner_ids", "in", partner.ids)])
            return " ".join(filter(None, messages.mapped("subject")))

        document, seen = self.asked()
        seen.action_reject("Too low.")
        self.assertIn("Rejected: ", told())
        self.assertIn("Too low.", document.guidance)
        document.action_reset()
        self.in_force(document)
        self.assertIn("Posted: ", told())
