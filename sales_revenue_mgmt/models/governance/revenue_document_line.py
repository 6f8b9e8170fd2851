"""A line of a document: changed as its document may be, told in its trail, copied into its versions."""

from odoo import api, models
from odoo.exceptions import UserError


class RevenueDocumentLine(models.AbstractModel):
    """Inherit it, declare the Many2one ``_document_field`` (required, indexed, ``ondelete="cascade"``), and say in
    ``_content_fields`` what is decided on.
    """

    _name = "revenue.document.line"
    _description = "Line of a Revenue Document"

    _document_field = "document_id"

    # ------------------------------------------------------------------
    # On every path: only in an open document, by who may change it
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        documents = self._documents_of(vals_list)
        documents._claim_lines()
        with documents._lines_audited():
            lines = self._create_lines(vals_list)
            lines.check_access("write")
        return lines.with_env(self.env)

    def _documents_of(self, vals_list):
        """The documents that new lines are for.

        :raises UserError: a line says none, or one that is not there
        """
        name = self._document_field
        given = [vals.get(name) or self.env.context.get(f"default_{name}") for vals in vals_list]
        # Anything else would be an error of the database.
        ids = {record_id for record_id in given if type(record_id) is int and 0 < record_id < 2**31}
        documents = self.env[self._fields[name].comodel_name].browse(ids)
        if (
            not all(type(record_id) is int and record_id in ids for record_id in given)
            or documents.exists() != documents
        ):
            raise UserError(
                self.env._(
                    "%(field)s: say which one the line belongs to.",
                    field=self._fields[name]._description_string(self.env),
                )
            )
        return documents

    def write(self, vals):  # pylint: disable=method-required-super
        if not self or not vals:
            return True
        documents = self[self._document_field]
        self.check_access("write")
        documents._claim_lines()
        fixed = self._fixed_fields()
        for name in fixed & vals.keys():
            field = self._fields[name]
            if any(field.convert_to_write(line[name], line) != (vals[name] or False) for line in self):
                raise UserError(
                    self.env._(
                        "%(field)s of a line stays what it is. Remove the line and add another.",
                        field=field._description_string(self.env),
                    )
                )
        vals = {name: value for name, value in vals.items() if name not in fixed}
        with documents._lines_audited():
            result = self._write_lines(vals)
        # Odoo asks before writing; this asks once more after it, so that nobody hands on what is not theirs to give.
        self.check_access("write")
        return result

    def unlink(self):  # pylint: disable=method-required-super
        documents = self[self._document_field]
        self.check_access("unlink")
        documents._claim_lines()
        with documents._lines_audited():
            result = self._unlink_lines()
            documents.invalidate_recordset()
        return result

    # For an area that does more than Odoo does; inside, the document is claimed and the trail listens.

    def _create_lines(self, vals_list):
        return self._create_past_guard(vals_list)

    def _write_lines(self, vals):
        return self._write_past_guard(vals)

    def _unlink_lines(self):
        return self._unlink_past_guard()

    def _fixed_fields(self):
        """Names of fields that a line keeps for good.

        :rtype: set[str]
        """
        return {self._document_field}

    # For what the document itself does, past the guards above.

    def _create_past_guard(self, vals_list):
        return super().create(vals_list)  # pylint: disable=super-method-mismatch

    def _write_past_guard(self, vals):
        return super().write(vals)  # pylint: disable=super-method-mismatch

    def _unlink_past_guard(self):
        return super().unlink()  # pylint: disable=super-method-mismatch

    # ------------------------------------------------------------------
    # Content
    # ------------------------------------------------------------------

    def _content_fields(self):
        """Names of the fields that are decided on.

        :rtype: list[str]
        """
        raise NotImplementedError

    def _line_key(self):
        """What the line is about, the same in every version; empty where only its place tells it from others.

        :rtype: str
        """
        return ""

    def _contents(self):
        """
        :return: key of each line, in their order → field → value as the trail keeps it
        :rtype: dict[str, dict]
        """
        contents = {}
        audited = self.env["revenue.audited.mixin"]
        for place, line in enumerate(self, 1):
            key = line._line_key()
            # Whatever the keys are, no line may hide another.
            key = key if key and key not in contents else f"{key}#{place}"
            contents[key] = {name: audited._audit_value_of(line, name) for name in line._content_fields()}
        return contents
