"""Documents with an audit trail: what happens to them is written down, on every path through the ORM."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .chain import bare

# Characters, and bytes.
MAX_NAME = 200
MAX_NOTE = 50_000


class RevenueAuditedMixin(models.AbstractModel):
    _name = "revenue.audited.mixin"
    _description = "Document with an Audit Trail"

    # Of a model whose governed content is complete only when its own ``create`` has made the parts; that then calls
    # ``_audit_created``.
    _audit_parts_follow = False
    # Names of fields that hold a longer text in one line: bounded as notes are.
    _audit_notes = ()

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

    def _audit_is_told(self):
        """Whether the caller writes down itself what changes now."""
        return False

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
        # The whole content, whatever part of it the writer may read; who reads the trail may read the document. Also those
        # people and groups in it that are archived: archiving them is no change of the document.
        records, names = self.sudo().with_context(active_test=False), self._audit_fields()
        values = {record.id: {name: record._audit_value(name) for name in names} for record in records}
        for name in names:
            if records._fields[name].translate:
                for record_id, texts in records._audit_translations(name):
                    values[record_id][name] = {"id": texts, "name": values[record_id][name]}
        return values

    def _audit_translations(self, name):
        """What a field says in each language: who changes one has not changed what the others read."""
        if not self:
            return []
        self.flush_recordset([name])
        return self.env.execute_query(
            SQL(
                "SELECT id, %s FROM %s WHERE id IN %s",
                SQL.identifier(name),
                SQL.identifier(self._table),
                tuple(self.ids),
            )
        )

    def _audit_stable_values(self):
        """The governed values as far as they change by nothing but a write: references by id, and nothing that Odoo computes.

        :return: record id → field → value
        :rtype: dict[int, dict]
        """
        computed = {name for name in self._audit_fields() if (f := self._fields[name]).compute and f.readonly}
        return {
            record_id: {name: bare(value) for name, value in values.items() if name not in computed}
            for record_id, values in self._audit_values().items()
        }

    def _audit_value(self, name):
        return self._audit_value_of(self, name)

    @api.model
    def _audit_value_of(self, record, name):
        """A field of a document, or of what belongs to one, in the form that the trail hashes."""
        field, value = record._fields[name], record[name]
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
        # Others' names may be of any length.
        name = record.with_context(lang="en_US").display_name or ""
        return {"id": record.id, "name": name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…"}

    @api.model_create_multi
    def create(self, vals_list):
        # Also against defaults of the context.
        start = {"audit_sequence": 0, "audit_hash": False}
        records = super().create([{**vals, **start} for vals in vals_list])
        if not self._audit_parts_follow:
            records._audit_created()
        return records

    def _audit_created(self):
        after = self._audit_values()
        self._check_audit_sizes(after)
        self._audit("created", after=after)

    def write(self, vals):
        vals = self._without_head(vals)
        if not self or not vals:
            return True
        if self._audit_is_told() or vals.keys() <= self._audit_unrelated_fields():
            return super().write(vals)
        before = self._audit_values()
        result = super().write(vals)
        after = self._audit_values()
        changed = self.filtered(lambda record: before[record.id] != after[record.id])
        changed._check_audit_sizes(after, before)
        changed._audit("changed", before=before, after=after)
        return result

    def _check_audit_sizes(self, after, before=None):
        """The trail keeps everything for good, so what people write has a size: names, and notes. What is as long as before
        may stay.
        """
        for record in self:
            for name, value in after[record.id].items():
                field = self._fields.get(name)
                if field is None or field.type not in ("char", "text", "html"):
                    continue
                if value is None or (before and before[record.id].get(name) == value):
                    continue
                texts = list(value["id"].values()) if isinstance(value, dict) else [value]
                if field.type == "char" and name not in self._audit_notes:
                    if max(len(text or "") for text in texts) > MAX_NAME:
                        raise ValidationError(
                            self.env._(
                                "%(field)s: %(length)s characters are too many. Enter at most %(most)s.",
                                field=field._description_string(self.env),
                                length=max(len(text or "") for text in texts),
                                most=MAX_NAME,
                            )
                        )
                elif sum(len((text or "").encode()) for text in texts) > MAX_NOTE:
                    raise ValidationError(
                        self.env._(
                            "%(field)s: %(size)s kB are too much. Write at most %(most)s kB, and attach the rest as a file.",
                            field=field._description_string(self.env),
                            size=sum(len((text or "").encode()) for text in texts) // 1000,
                            most=MAX_NOTE // 1000,
                        )
                    )

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        result = super()._update_field_translations(field_name, translations, *args, **kwargs)
        if field_name in self._audit_fields():
            languages = ", ".join(sorted(translations))
            after = self._audit_values()
            self._check_audit_sizes(after)
            self._audit("changed", after=after, reason=f"{field_name}: {languages}")
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

    @api.model
    def _audit_change_in_words(self, name, old, new):
        """What the reader of the trail is told of a change, where that is more than the field's label and both values.

        :param old: value as of :meth:`_audit_values`
        :return: lines, or ``None``
        """

    @api.readonly
    def action_open_audit(self):
        """The document's own trail, the newest entry first."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("History: %(document)s", document=self.display_name),
            "res_model": "revenue.audit.entry",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "mobile_view_mode": "kanban",
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
            "context": {"create": False},
        }
