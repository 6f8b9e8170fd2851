"""The mixins, on a document that they have never heard of."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import FakeModels, RevenueCase


@tagged("post_install", "-at_install")
class TestRevenueDocument(FakeModels, RevenueCase):
    @classmethod
    def fake_models(cls):
        from .fake_document import RevenueFakeDocument

        return (RevenueFakeDocument,)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = cls.env["ir.model"]._get("revenue.fake.document")

    def document(self, **values):
        values = {"name": "Offer", "company_id": self.company.id, "discount": 0.2, **values}
        return self.as_("user", self.env["revenue.fake.document"]).create(values)

    def test_the_last_approval_posts_where_the_document_says_so(self):
        self.patch(type(self.env["revenue.fake.document"]), "_post_on_approval", True)
        document = self.document()
        document.action_submit()
        approver = self.steps(document, "pending").approver_ids[0]
        self.as_seen_by(approver, document).action_approve()
        self.assertEqual((document.state, document.log.strip()), ("posted", "posted"))
        self.assertEqual(self.events(document), ["created", "submitted", "approved", "posted"])
        posted = self.env["revenue.audit.entry"].search([("res_model", "=", document._name), ("event", "=", "posted")])
        self.assertEqual(posted.user_id, approver)
        self.assertIntact()
        # What cannot be posted is not approved either.
        second = document.browse(document.action_revise()["res_id"])
        second.discount = 0.3
        second.action_submit()
        refusal = {second.id: "Not today."}
        self.patch(type(self.env["revenue.fake.document"]), "_why_not_post", lambda documents: refusal)
        approver = self.steps(second, "pending").approver_ids[0]
        with self.assertRaisesRegex(UserError, "Not today"), self.env.cr.savepoint():
            self.as_seen_by(approver, second).action_approve()
        self.assertEqual((second.state, document.state), ("submitted", "posted"))

    def test_the_whole_way(self):
        tag = self.env["crm.tag"].create({"name": "Urgent"})
        document = self.document(tag_ids=[Command.set(tag.ids)], seller_ids=[Command.set(self.colleague.ids)])
        discount = self.env["ir.model.fields"]._get("revenue.fake.document", "discount")
        self.env["revenue.approval.rule"].create(
            {
                "name": "Deep discount",
                "model_id": self.model.id,
                "domain": "[('tag_ids.name', '=', 'Urgent')]",
                "metric_field_id": discount.id,
                "threshold": 0.15,
                "approver_type": "users",
                "approver_ids": [Command.set(self.deputy.ids)],
            }
        )
        document.action_submit()
        step = self.steps(document)
        self.assertEqual((step.name, step.approver_ids, step.amount), ("Deep discount", self.deputy, 0.2))
        self.assertIn(self.colleague.id, step.excluded)
        # Governed lists are locked like everything else, a free field is not.
        for vals in ({"tag_ids": [Command.clear()]}, {"seller_ids": [Command.clear()]}):
            with self.assertRaisesRegex(UserError, "cannot be changed"), self.env.cr.savepoint():
                document.write(vals)
        document.log = "x "
        self.as_seen_by(self.deputy, document).action_approve()
        with self.assertRaisesRegex(UserError, "role Sales Manager"), self.env.cr.savepoint():
            self.as_("finance", document).action_post()
        self.as_("manager", document).action_post()
        revision = document.browse(document.action_revise()["res_id"])
        revision.write({"discount": 0.1, "tag_ids": [Command.clear()]})
        # No rule fits any more: the document type's own default approvers.
        revision.action_submit()
        self.assertIn(self.people["manager"], self.steps(revision).approver_ids)
        self.assertNotIn(self.people["finance"], self.steps(revision).approver_ids)
        self.as_("manager", revision).action_approve()
        self.as_seen_by(self.deputy, revision).action_post()
        self.assertEqual((document.state, document.log), ("closed", "x posted closed "))
        self.assertEqual(revision.log, "posted ")
        entry = self.env["revenue.audit.entry"].search(
            [("res_model", "=", "revenue.fake.document"), ("res_id", "=", revision.id), ("event", "=", "changed")]
        )
        self.assertIn("Tag: Urgent → –", entry.changes.replace("Tags", "Tag"))
        self.assertIntact()

    def test_who_was_an_owner_of_many_does_not_decide(self):
        document = self.document(seller_ids=[Command.set((self.colleague | self.deputy).ids)])
        document.seller_ids -= self.deputy
        document.action_submit()
        self.assertNotIn(self.deputy, self.steps(document).approver_ids)

    def test_the_content_hash_forgets_names_but_not_values(self):
        document = self.document()
        tag = self.env["crm.tag"].create({"name": "Red"})
        document.tag_ids = tag
        first = document._content_hashes()
        tag.name = "Blue"
        self.env.invalidate_all()
        self.assertEqual(document._content_hashes(), first)
        document.discount = 0.21
        self.assertNotEqual(document._content_hashes(), first)

    def test_its_form_gets_the_workflow(self):
        view = self.env["ir.ui.view"].create(
            {
                "name": "fake",
                "model": "revenue.fake.document",
                "arch": "<form><sheet><div name='button_box'/><field name='name'/><field name='log'/></sheet></form>",
            }
        )
        arch, _view = self.env["revenue.fake.document"]._get_view(view.id, "form")
        self.assertTrue(arch.xpath("//header/button[@name='action_submit']"))
        self.assertTrue(arch.xpath("//widget[@title='Rejected']"))
        self.assertTrue(arch.xpath("//sheet//field[@name='approval_step_ids']"))
        self.assertEqual(arch.xpath("//field[@name='name']")[0].get("readonly"), "state != 'draft'")
        self.assertFalse(arch.xpath("//field[@name='log']")[0].get("readonly"))
