"""What belongs to a document, by ``res_model`` and ``res_id``, and is readable by whoever may read the document."""

from odoo import api, models
from odoo.fields import Domain


class RevenueDocumentBound(models.AbstractModel):
    _name = "revenue.document.bound"
    _description = "Bound to a Revenue Document"

    def _bound_models(self):
        """Names of the models whose documents may be meant.

        :rtype: list[str]
        """
        return self.env["revenue.approval.rule"]._document_models()

    def _reads_everything(self):
        """Whether this user reads what belongs to other people's documents as well.

        :rtype: bool
        """
        return False

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not (self.env.su or bypass_access or self._reads_everything()):
            domain = Domain(domain) & Domain.OR(
                Domain("res_model", "=", name)
                & Domain("res_id", "in", self.env[name].with_context(active_test=False)._search([]))
                for name in self._bound_models()
                if self.env[name].has_access("read")
            )
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        # Without it, what somebody else's request has put into the cache would be readable.
        result = super()._check_access(operation)
        if result or not self or operation != "read" or self.env.su or self._reads_everything():
            return result
        forbidden = self - self.browse(self._search([("id", "in", self.ids)]))
        if not forbidden:
            return None
        return forbidden, lambda: self.env["ir.rule"]._make_access_error(operation, forbidden)
