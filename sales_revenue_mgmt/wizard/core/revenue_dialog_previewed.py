"""Dialogs that show what would come of them: what is applied is what was shown."""

import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError


def fingerprint(*parts):
    """SHA-256 of what a preview rests on.

    :rtype: str
    """
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


class RevenueDialogPreviewed(models.AbstractModel):
    """Inherit it, set ``preview_hash`` in ``_compute_preview``, and ask ``_shown_again`` before applying.

    The form saves ``preview_hash``, the hash of what it shows; it is kept in ``shown``, and goes along with *Apply* in the
    context (``revenue_preview``). A program that does not send it has been shown what its values come to when it writes them.
    """

    _name = "revenue.dialog.previewed"
    _description = "Dialog with a Preview"

    preview_hash = fields.Char(compute="_compute_preview", help="Of what would come of it now.")
    shown = fields.Char(readonly=True, copy=False, help="The hash of what has been shown.")
    outdated = fields.Boolean(readonly=True, copy=False, help="What was shown before is not what would come of it now.")

    def _compute_preview(self):
        raise NotImplementedError

    @api.model_create_multi
    def create(self, vals_list):
        seen = [vals.get("preview_hash") for vals in vals_list]
        wizards = super().create([self._without_hashes(vals) for vals in vals_list])
        wizards._keep_shown(seen)
        return wizards

    def write(self, vals):
        result = super().write(self._without_hashes(vals))
        self._keep_shown([vals.get("preview_hash")] * len(self))
        return result

    @staticmethod
    def _without_hashes(vals):
        return {name: value for name, value in vals.items() if name not in ("preview_hash", "shown", "outdated")}

    def _keep_shown(self, seen, **values):
        for wizard, sent in zip(self, seen, strict=True):
            wizard._put({"shown": sent or wizard.preview_hash, **values})

    def _put(self, vals):
        """Past what a caller may write."""
        return super().write(vals)  # pylint: disable=super-method-mismatch

    def _shown_again(self, current=None):
        """Whether something else would come of it than was shown; the answer to *Apply* then.

        :param str current: the hash of what would come of it now, where the caller has it already
        :return: the dialog with its new preview, for the web client; ``None`` where what was shown can be applied
        :rtype: dict | None
        :raises UserError: it can not, and the caller is no form that could show it
        """
        self.ensure_one()
        seen = self.env.context.get("revenue_preview")
        if current is None:
            # Nothing in memory knows what others have done to the plan.
            self.invalidate_recordset(["preview_hash"])
            current = self.preview_hash
        if (seen or self.shown) == current:
            return None
        if not seen:
            raise UserError(
                self.env._(
                    "The plan or this dialog has changed since the preview was made, so nothing was changed. Read the preview "
                    "again; then apply it."
                )
            )
        self._keep_shown([current], outdated=True)
        self.invalidate_recordset()
        return self._open()

    def _open(self):
        """
        :rtype: dict
        """
        return {
            "type": "ir.actions.act_window",
            "name": self._title(),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _title(self):
        return self.env["ir.model"]._get(self._name).name
