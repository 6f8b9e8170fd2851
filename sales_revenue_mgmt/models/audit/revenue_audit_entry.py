"""The audit trail: one append-only, hash-chained entry per event of a document."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..core.actor import actor
from ..core.fields import TransactionId
from ..core.roles import AUDITOR
from . import guard
from .chain import GENESIS, VERSION, canonical, entry_digest, moment
from .reader import ENTRY_COLUMNS, sane_at

# Characters of what a document is called, and of all that an entry says.
MAX_LABEL = 500
MAX_ENTRY = 500_000


class RevenueAuditAppendOnly(models.AbstractModel):
    """What cannot be changed or deleted, by nobody and on no path. Rows come in by SQL only, from this file's neighbours.

    A later version may add columns to such a table, but without a default that Odoo would write into existing rows.
    """

    _name = "revenue.audit.append.only"
    _description = "Append-Only Record"
    _log_access = False

    def init(self):
        if self._auto and not self._abstract:
            guard.install(self.env.cr, self._table)

    # That these three do not call super is the point of them.
    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise UserError(self.env._("The audit trail writes itself; nothing can be added to it by hand."))

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("The audit trail cannot be changed."))

    def unlink(self):  # pylint: disable=method-required-super
        raise UserError(self.env._("The audit trail cannot be deleted."))  # pylint: disable=no-raise-unlink


class RevenueAuditEntry(models.Model):
    _name = "revenue.audit.entry"
    _description = "Audit Entry"
    _inherit = ["revenue.audit.append.only", "revenue.document.bound"]
    _log_access = False
    _order = "at DESC, id DESC"
    _rec_name = "record_name"

    company_id = fields.Many2one("res.company", readonly=True, index=True, ondelete="restrict")
    res_model = fields.Char("Document Type", required=True, readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", required=True, readonly=True)
    record_name = fields.Char("Document Name", readonly=True, help="What the document was called then.")
    sequence = fields.Integer(readonly=True, required=True, help="Place in the document's own chain, from 1.")
    event = fields.Char("Event Name", readonly=True, required=True)
    state_from = fields.Char("From", readonly=True)
    state_to = fields.Char("To", readonly=True)
    at = fields.Datetime("When", readonly=True, required=True)
    user_id = fields.Many2one("res.users", "Who", readonly=True, required=True, ondelete="restrict")
    on_behalf_of_id = fields.Many2one("res.users", "On Behalf of", readonly=True, ondelete="restrict")
    login_id = fields.Many2one(
        "res.users",
        "Signed In",
        readonly=True,
        ondelete="restrict",
        help="Whose session or API key it was. Code can act in another user's name, but not under another's session.",
    )
    origin = fields.Char(
        readonly=True,
        help="request: somebody's call; job: a scheduled action, by its number and name; no request: other code.",
    )
    transaction = TransactionId(
        readonly=True, help="Entries with the same number came about together, all of them or none."
    )
    before = fields.Text(readonly=True, help="The governed fields before, as canonical JSON.")
    after = fields.Text(readonly=True, help="The governed fields after, as canonical JSON.")
    reason = fields.Text(readonly=True)
    content_hash = fields.Char(readonly=True)
    previous_hash = fields.Char(readonly=True, required=True)
    hash = fields.Char(readonly=True, required=True)
    hash_version = fields.Integer(readonly=True, required=True)

    # The chain cannot fork: of two transactions that append the same place, one fails.
    _chain = models.UniqueIndex("(res_model, res_id, sequence)")
    _by_time = models.Index("(company_id, at)")
    _by_user = models.Index("(user_id, at)")
    # For who follows the trail in the order of commits.
    # What the trail said last of everybody's roles.
    _by_roles = models.Index("(res_id, sequence) WHERE event = 'roles'")
    _by_transaction = models.Index("(transaction, id)")

    # ------------------------------------------------------------------
    # Appending
    # ------------------------------------------------------------------

    @api.private
    def append(self, records, event, before=None, after=None, **details):
        """Write one entry per document, in the current transaction, with three statements however many there are.

        :param records: documents of one model that inherits ``revenue.audited.mixin``
        :param str event: what happened, one word
        :param dict before: record id → governed values (see ``_audit_values``)
        :param dict after: likewise
        :param details: ``state_from``, ``state_to``, ``reason``, ``on_behalf_of`` (user id) for all of them, and
            ``content_hash`` (record id → hash)
        """
        if not records:
            return
        # Locks the documents in the order of their ids, so that two batches cannot wait for each other in a circle.
        table = SQL.identifier(records._table)
        query = SQL(
            "SELECT d.id, d.audit_sequence, d.audit_hash, pg_current_xact_id(), %s FROM %s d LEFT JOIN revenue_audit_entry e"
            " ON e.res_model = %s AND e.res_id = d.id AND e.sequence = d.audit_sequence"
            " WHERE d.id IN %s ORDER BY d.id FOR NO KEY UPDATE OF d",
            sane_at("e"),
            table,
            records._name,
            tuple(records.ids),
        )
        # Not an error in the log: Odoo tries again what has lost against somebody else.
        self.env.cr.execute(query, log_exceptions=False)
        heads = {
            record_id: (sequence or 0, head or GENESIS, transaction, last)
            for record_id, sequence, head, transaction, last in self.env.cr.fetchall()
        }
        now, behind = fields.Datetime.now(), actor(self.env)
        rows, new_heads = [], []
        for record in records:
            sequence, previous, transaction, last = heads[record.id]
            # Time never runs backwards in a chain, also where a clock was set back.
            at = max(now, last or now)
            content = {
                "version": VERSION,
                "company": record._audit_company().id or None,
                "model": record._name,
                "record": record.id,
                "sequence": sequence + 1,
                "event": event,
                "from": details.get("state_from"),
                "to": details.get("state_to"),
                "at": moment(at),
                "user": self.env.uid,
                "on_behalf_of": details.get("on_behalf_of"),
                # As everybody knows it: who may read the trail may read the document.
                "name": (record.sudo().with_context(lang="en_US").display_name or "")[:MAX_LABEL] or None,
                "before": (before or {}).get(record.id),
                "after": (after or {}).get(record.id),
                "reason": details.get("reason"),
                "content_hash": (details.get("content_hash") or {}).get(record.id),
                "previous": previous,
                "login": behind.login_id,
                "origin": behind.origin,
                "transaction": transaction,
            }
            entry_hash = entry_digest(content)
            rows.append(self._to_row(content, entry_hash, at))
            size = sum(len(rows[-1][name] or "") for name in ("before", "after", "reason"))
            if size > MAX_ENTRY:
                raise UserError(
                    self.env._(
                        "%(document)s: the audit trail keeps everything for good, and %(size)s kB at once are too much for it. "
                        "At most %(most)s kB are possible: write less, or attach it as a file.",
                        document=content["name"],
                        size=size // 1000,
                        most=MAX_ENTRY // 1000,
                    )
                )
            new_heads.append(SQL("(%s, %s, %s)", record.id, sequence + 1, entry_hash))
        columns = SQL(", ").join(map(SQL.identifier, rows[0]))
        values = SQL(", ").join(SQL("%s", tuple(row.values())) for row in rows)
        self.env.cr.execute(SQL("INSERT INTO revenue_audit_entry (%s) VALUES %s", columns, values))
        self.env.cr.execute(
            SQL(
                "UPDATE %s AS document SET audit_sequence = head.sequence, audit_hash = head.hash"
                " FROM (VALUES %s) AS head (id, sequence, hash) WHERE document.id = head.id",
                table,
                SQL(", ").join(new_heads),
            )
        )
        records.invalidate_recordset(["audit_sequence", "audit_hash"], flush=False)

    @staticmethod
    def _to_row(content, entry_hash, at):
        """The columns of an entry, from its content in the words of the format."""
        row = {ENTRY_COLUMNS[name]: value for name, value in content.items()}
        for name in ("before", "after"):
            row[name] = None if content[name] is None else canonical(content[name])
        return {**row, "at": at, "hash": entry_hash}

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    def _reads_everything(self):
        """Auditors read the whole trail of their companies."""
        return self.env.user.has_group(AUDITOR)

    def _bound_models(self):
        return self._audited_models()

    def _audited_models(self):
        """Names of the models whose documents have a trail.

        :rtype: list[str]
        """
        mixin = self.env.registry["revenue.audited.mixin"]
        return sorted(name for name, cls in self.env.registry.items() if issubclass(cls, mixin) and not cls._abstract)

    def action_open_document(self):
        """Open the document that the entry is about."""
        self.ensure_one()
        document = self.env[self.res_model].browse(self.res_id)
        if not document.exists():
            raise UserError(
                self.env._("%(name)s no longer exists; its trail is all that is left.", name=self.record_name)
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    def _check_auditor(self):
        if not (self.env.su or self.env.user.has_group(AUDITOR)):
            raise AccessError(self.env._("Only auditors verify and export the audit trail."))
