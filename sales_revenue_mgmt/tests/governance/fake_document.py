"""A document that exists in tests only: it shows that the mixins know nothing of targets."""

from odoo import fields, models
from odoo.exceptions import UserError

from ...models.core.jobs import Step, job
from ...models.core.roles import MANAGER
from ...models.governance.revenue_document_workflow import TRANSITIONS


class RevenueFakeDocument(models.Model):
    _name = "revenue.fake.document"
    _description = "Fake Document"
    _inherit = ["revenue.document.mixin"]
    _check_company_auto = True
    _approval_default_group = MANAGER
    _approval_amount_field = "discount"

    name = fields.Char(required=True)
    company_id = fields.Many2one("res.company", required=True)
    origin_id = fields.Many2one("revenue.fake.document", readonly=True, copy=False)
    revision_ids = fields.One2many("revenue.fake.document", "origin_id")
    seller_ids = fields.Many2many("res.users")
    tag_ids = fields.Many2many("crm.tag")
    discount = fields.Float()
    log = fields.Char(copy=False, help="Not governed: an area may keep notes for itself.")

    def _audit_fields(self):
        return ["name", "company_id", "seller_ids", "tag_ids", "discount"]

    def _owner_fields(self):
        return ["seller_ids"]

    def _transitions(self):
        # Here a manager posts.
        return {**TRANSITIONS, "post": TRANSITIONS["post"]._replace(groups=(MANAGER,))}

    def _on_posted(self):
        for document in self:
            document.log = f"{document.log or ''}posted "

    def _on_closed(self):
        for document in self:
            document.log = f"{document.log or ''}closed "

    @job
    def count(self, position, parameters):
        at = position or 0
        if at == parameters.get("fail_at"):
            raise ZeroDivisionError if parameters.get("unforeseen") else UserError("Not this one.")
        who = f"{self.env.uid} {self.env.su} {self.env.companies.ids}"
        self.log = f"{self.log or ''}{at}: {who}; "
        last = at + 1 == parameters["total"]
        sentence = f"Step {at + 1}"
        return Step(
            None if last else at + 1, at + 1, parameters["total"], sentence, {"counted": at + 1} if last else None
        )
