"""Documents with an audit trail: what happens to them is written down, on every path through the ORM."""

from odoo import api, fields, models


class RevenueAuditedMixin(models.AbstractModel):
    _name = "revenue.audited.mixin"
    _description = "Document with an Audit Trail"

    # The head of the document's chain stands on the document, so that a missing last entry shows.
    audit_sequence = fields.Integer(readonly=True, copy=False)
    audit_hash = fields.Char(readonly=True, copy=False)
    audit_count = fields.Integer("Audit Entries", compute="_compute_audit_count")

    @api.depends("audit_sequence")
    def _compute_audit_count(self):
        for record in self:
            record.audit_count = record.audit_sequence

    def _audit_fields(self):
        """Names of the governed fields: those whose values the trail keeps.

        :rtype: list[str]
        """
        raise NotImplementedError

    def _audit_unrelated_fields(self):
        """Names of fields that no governed one depends on: a write of these alone is not looked at.

        :rtype: set[str]
        """
        return set()

    def _audit_company(self):
        """The company in whose trail the document stands."""
        return self.company_id

    def _audit_values(self):
        """The governed values in the form that the trail hashes: references with their name at the time, decimals as text.

        :return: record id → field → value
        :rtype: dict[int, dict]
        """
        # The whole content, whatever part of it the writer may read; who reads the trail may read the document.
        return {record.id: {name: record._audit_value(name) for name in self._audit_fields()} for record in self.sudo()}

    def _audit_value(self, name):
        field, value = self._fields[name], self[name]
        if field.type == "many2one":
            return self._audit_reference(value) if value else None
        if field.type in ("many2many", "one2many"):
            return [self._audit_reference(record) for record in value.sorted("id")]
        if field.type in ("float", "monetary"):
            return f"{value:.6f}".rstrip("0").rstrip(".")
        if field.type in ("date", "datetime"):
            return value.isoformat() if value else None
        if field.type == "boolean":
            return value
        return str(value) if value else None

    @staticmethod
    def _audit_reference(record):
        return {"id": record.id, "name": record.with_context(lang="en_US").display_name}

    @api.model_create_multi
    def create(self, vals_list):
        # Also against defaults of the context.
        start = {"audit_sequence": 0, "audit_hash": False}
        records = super().create([{**vals, **start} for vals in vals_list])
        records._audit("created", after=records._audit_values())
        return records

    def write(self, vals):
        vals = self._without_head(vals)
        if not self or not vals:
            return True
        if vals.keys() <= self._audit_unrelated_fields():
            return super().write(vals)
        before = self._audit_values()
        result = super().write(vals)
        after = self._audit_values()
        changed = self.filtered(lambda record: before[record.id] != after[record.id])
        changed._audit("changed", before=before, after=after)
        return result

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        result = super()._update_field_translations(field_name, translations, *args, **kwargs)
        if field_name in self._audit_fields():
            languages = ", ".join(sorted(translations))
            self._audit("changed", after=self._audit_values(), reason=f"{field_name}: {languages}")
        return result

    def unlink(self):
        self._audit("deleted", before=self._audit_values())
        return super().unlink()

    def _audit(self, event, before=None, after=None, **details):
        self.env.flush_all()
        self.env["revenue.audit.entry"].append(self, event, before=before, after=after, **details)

    @staticmethod
    def _without_head(vals):
        return {name: value for name, value in vals.items() if name not in ("audit_sequence", "audit_hash")}

    @api.readonly
    def action_open_audit(self):
        """The document's own trail, the newest entry first."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("History: %(document)s", document=self.display_name),
            "res_model": "revenue.audit.entry",
            "views": [(False, "list"), (False, "form")],
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
            "context": {"create": False},
        }
