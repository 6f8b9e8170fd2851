"""A file on a document of ours stands in its trail, with its hash: put there, replaced, renamed, taken away."""

import hashlib

from odoo import api, models

from .chain import ATTACHMENT
from .revenue_audited_mixin import MAX_NAME

MAX_URL = 2000
# What makes a file what it is, and whose.
CONTENT = {"datas", "db_datas", "name", "raw", "res_field", "res_id", "res_model", "store_fname", "type", "url"}


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._revenue_note_files({}, attachments._revenue_files())
        return attachments

    def write(self, vals):
        if not vals.keys() & CONTENT:
            return super().write(vals)
        before = self._revenue_files()
        result = super().write(vals)
        self._revenue_note_files(before, self._revenue_files())
        return result

    def unlink(self):
        before = self._revenue_files()
        result = super().unlink()
        self._revenue_note_files(before, {})
        return result

    def _revenue_files(self):
        """
        :return: (model, document id, attachment id) → what the trail says of the file
        :rtype: dict[tuple, dict]
        """
        audited, found = self.env.registry["revenue.audited.mixin"], {}
        # Whose files these are is for the trail, whoever changes them.
        for attachment in self.sudo():
            model = attachment.res_model
            if not (model in self.env and issubclass(self.env.registry[model], audited) and attachment.res_id):
                continue
            said = {"id": attachment.id, "name": (attachment.name or "")[:MAX_NAME]}
            if attachment.type == "url":
                said["url"] = (attachment.url or "")[:MAX_URL]
            else:
                said["sha256"] = hashlib.sha256(attachment.raw or b"").hexdigest()
            found[model, attachment.res_id, attachment.id] = said
        return found

    def _revenue_note_files(self, before, after):
        changes = {}
        for key in sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key)):
            model, record_id, _attachment_id = key
            changes.setdefault((model, record_id), []).append((before.get(key), after.get(key)))
        for (model, record_id), pairs in changes.items():
            # Files go with a document that is deleted. The trail is written for whoever changes them.
            document = self.env[model].sudo().browse(record_id).exists()
            if not document:
                continue
            for old, new in pairs:
                event = "detached" if new is None else "attached"
                document._audit(
                    event,
                    before=old and {record_id: {ATTACHMENT: old}},
                    after=new and {record_id: {ATTACHMENT: new}},
                )
