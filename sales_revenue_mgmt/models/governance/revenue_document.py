"""Documents that people decide on: their state, their governed content, their versions, and what nobody may do to them.

The only way from state to state is ``_transition`` in ``revenue_document_workflow.py``.
"""

import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..audit.chain import digest

STATES = [
    ("draft", "Draft"),
    ("submitted", "Submitted"),
    ("approved", "Approved"),
    ("posted", "Posted"),
    ("closed", "Closed"),
    ("rejected", "Rejected"),
    ("cancelled", "Cancelled"),
]
# What only the workflow writes, and what it is at the start.
WORKFLOW_START = {
    "state": "draft",
    "version": 1,
    "superseded": False,
    "origin_id": False,
    "submission": 0,
    "submitted_by_id": False,
    "submitted_at": False,
    "content_hash": False,
    "posted_at": False,
    "ended_at": False,
}


class RevenueDocumentMixin(models.AbstractModel):
    """Inherit it, and declare ``origin_id`` and ``revision_ids`` (the same model), ``company_id`` and ``_audit_fields``.

    ``_audit_fields`` are the governed content: it can be changed in draft only.
    """

    _name = "revenue.document.mixin"
    _description = "Revenue Document"
    _inherit = ["revenue.thread.mixin", "mail.activity.mixin", "revenue.audited.mixin"]

    # Who decides where no rule says who: a group's external id. An area may have its own.
    _approval_default_group = "sales_revenue_mgmt.revenue_group_finance"
    # Whether the last approval posts it, audited as the approver's: where waiting for finance would make no sense.
    _post_on_approval = False
    # The number that an approver is told first, in ``currency_id`` where it is money.
    _approval_amount_field = "amount"

    state = fields.Selection(
        STATES,
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        help="Posted is in force. A posted document is not edited: revise it.",
    )
    version = fields.Integer(default=1, readonly=True, copy=False)
    superseded = fields.Boolean("Replaced", readonly=True, copy=False, help="A later version is in force.")
    submission = fields.Integer("Times Submitted", readonly=True, copy=False)
    submitted_by_id = fields.Many2one("res.users", "Submitted by", readonly=True, copy=False, ondelete="restrict")
    submitted_at = fields.Datetime("Submitted on", readonly=True, copy=False)
    posted_at = fields.Datetime("In Force from", readonly=True, copy=False)
    ended_at = fields.Datetime("In Force until", readonly=True, copy=False)
    content_hash = fields.Char(readonly=True, copy=False, help="SHA-256 of the governed content as it was submitted.")
    approval_step_ids = fields.One2many(
        "revenue.approval.step",
        "res_id",
        string="Approvals",
        domain=lambda self: [("res_model", "=", self._name)],
        readonly=True,
        copy=False,
    )

    # ------------------------------------------------------------------
    # Content
    # ------------------------------------------------------------------

    def _governed_content(self, values=None):
        """The content that is decided on: references by id only, since a new name of a team is no new content.

        :param dict values: what ``_audit_values`` says, where the caller has it already
        :return: record id → field → value
        :rtype: dict[int, dict]
        """

        def bare(value):
            if isinstance(value, dict):
                return value["id"]
            return [bare(item) for item in value] if isinstance(value, list) else value

        return {
            record_id: {name: bare(value) for name, value in content.items()}
            for record_id, content in (values or self._audit_values()).items()
        }

    def _content_hashes(self, values=None):
        """
        :param dict values: what ``_audit_values`` says, where the caller has it already
        :return: record id → SHA-256 of the canonical JSON of the governed content
        :rtype: dict[int, str]
        """
        return {record_id: digest(content, content) for record_id, content in self._governed_content(values).items()}

    def _audit_unrelated_fields(self):
        return {*super()._audit_unrelated_fields(), *WORKFLOW_START}

    def _owner_fields(self):
        """Names of the fields with the users whose document it is; who owns a document does not decide on it.

        :rtype: list[str]
        """
        return ["user_id"] if "user_id" in self._fields else []

    def _owners(self):
        """The users whose document it is; of several documents, all of them.

        :rtype: res.users
        """
        return self.env["res.users"].union(*(self[name] for name in self._owner_fields()))

    def _involved_users(self):
        """Who may not decide: creator, submitter, owners and who holds much of it, and (the trail knows) who changed the
        content or was an owner.

        :return: record id → user ids, sorted
        :rtype: dict[int, list[int]]
        """
        names = self._owner_fields()
        involved, holders = {}, self._holders()
        for document in self:
            users = document.create_uid | document.submitted_by_id | document._owners()
            involved[document.id] = {*users.ids, *holders.get(document.id, ())}
        # The whole trail, whatever the asker may read of it: only ids come out.
        entries = self.env["revenue.audit.entry"].sudo()
        domain = [("res_model", "=", self._name), ("res_id", "in", self.ids), ("event", "=", "changed")]
        for entry in entries.search_fetch(domain, ["res_id", "before", "user_id"]):
            involved[entry.res_id].add(entry.user_id.id)
            before = json.loads(entry.before or "{}")
            for name in names:
                values = before.get(name) or []
                for value in [values] if isinstance(values, dict) else values:
                    involved[entry.res_id].add(value["id"])
        return {record_id: sorted(user_ids) for record_id, user_ids in involved.items()}

    def _identity_fields(self):
        """Governed fields that stay the same from version to version: another one is another document.

        :rtype: list[str]
        """
        return ["company_id", *self._owner_fields()]

    # ------------------------------------------------------------------
    # What nobody may do, on any path
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        for vals in vals_list:
            for name, start in WORKFLOW_START.items():
                if vals.get(name) and vals[name] != start:
                    self._refuse(
                        "create",
                        self.env._(
                            "%(field)s cannot be given to a new document. It begins as a draft; its buttons take it "
                            "further.",
                            field=self._fields[name]._description_string(self.env),
                        ),
                    )
        # Also against defaults of the context.
        return super().create([{**vals, **WORKFLOW_START} for vals in vals_list])

    def write(self, vals):
        if not self:
            return True
        # First of all: who may not change a document is not told what it is called, or how far it is.
        self.check_access("write")
        for name in vals.keys() & WORKFLOW_START.keys():
            self._refuse(
                "write",
                self.env._(
                    "%(field)s cannot be written. Use the buttons (or the methods action_submit, action_approve, ...).",
                    field=self._fields[name]._description_string(self.env),
                ),
            )
        self._check_not_computed(vals)
        self._check_content_is_open(vals)
        result = super().write(vals)
        self._check_identity(vals)
        return result

    def _check_not_computed(self, names):
        """What Odoo computes cannot be written: it drops that when creating, but lets it pass when writing by RPC."""
        for name in names:
            field = self._fields.get(name)
            if field and field.compute and field.readonly and not field.inverse and not field.related:
                raise UserError(
                    self.env._(
                        "%(field)s is computed; it cannot be written.", field=field._description_string(self.env)
                    )
                )

    def _check_identity(self, names):
        for name in set(names) & set(self._identity_fields()):
            for document in self.sudo():
                if document.origin_id and document[name] != document.origin_id[name]:
                    raise UserError(
                        self.env._(
                            "%(field)s: version %(version)s replaces %(origin)s, so it has to stay the same. Make a new "
                            "document for another one.",
                            field=self._fields[name]._description_string(self.env),
                            version=document.version,
                            origin=document.origin_id.display_name,
                        )
                    )

    def _check_content_is_open(self, names):
        """Refuse a change of governed fields where the document is past draft.

        :param names: names of the fields to be written
        """
        governed = set(names) & set(self._audit_fields())
        if not governed:
            return
        # Open to the reader: the state, which the refusal names.
        for document in self.sudo():
            if document.state != "draft":
                self._refuse(
                    "write",
                    self.env._(
                        "%(field)s of %(document)s cannot be changed: it is %(state)s. %(advice)s",
                        field=self._fields[min(governed)]._description_string(self.env),
                        document=document.display_name,
                        state=document._state_label().lower(),
                        advice=self.env._("Revise it: that makes the next version.")
                        if document.state in ("posted", "closed")
                        else self.env._("Reset it to draft first."),
                    ),
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_untouched_drafts(self):
        for document in self.sudo():
            if document.state != "draft" or document.submission:
                self._refuse(
                    "delete",
                    self.env._(
                        "%(document)s cannot be deleted: it has been submitted. Cancel it instead; its history stays.",
                        document=document.display_name,
                    ),
                )

    def _refuse(self, action, sentence, error=UserError):
        """Refuse, and see to it that the attempt is written down although its transaction is not."""
        self.env["revenue.audit.journal"].note_attempt(self, action, sentence)
        raise error(sentence)

    def _state_label(self):
        self.ensure_one()
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    # ------------------------------------------------------------------
    # What only the workflow does: past the guards above
    # ------------------------------------------------------------------

    def _write_workflow(self, vals):
        return super().write(vals)  # pylint: disable=super-method-mismatch

    def _create_revision(self, vals_list):
        return super().create(vals_list)  # pylint: disable=super-method-mismatch
