"""What people did outside documents: attempts that were refused, exports, roles given and taken. One chain per person."""

import datetime
import logging
import random
import time

import psycopg2

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

# Of refused attempts: the trail is for good, so nobody may fill it.
MAX_PER_MINUTE = 60
MAX_SENTENCE = 1000
TRIES = 8


class RevenueAuditJournal(models.Model):
    _name = "revenue.audit.journal"
    _description = "Audit Journal"
    _inherit = ["revenue.audited.mixin"]

    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")

    _one_per_user = models.UniqueIndex("(user_id)")

    @api.depends("user_id")
    def _compute_display_name(self):
        for journal in self:
            journal.display_name = journal.user_id.name

    def _audit_fields(self):
        return ["user_id"]

    def _audit_company(self):
        return self.user_id.company_id

    @api.private
    @api.model
    def note(self, event, what, reason=None):
        """Write down what the current user does.

        :param str event: one word
        :param dict what: label → text
        :param str reason: a sentence
        """
        # Everybody's journal writes itself; nobody may write in it by hand.
        journals = self.sudo()
        journal = journals.search([("user_id", "=", self.env.uid)]) or journals.create({"user_id": self.env.uid})
        journal._audit(event, after={journal.id: what}, reason=reason)

    @api.private
    @api.model
    def note_export(self, records, names):
        """Write down that the current user took data out.

        :param records: what was exported
        :param list names: of the fields
        """
        self.note(
            "exported",
            {"document": f"{records._description}: {len(records)}", "fields": ", ".join(map(str, names))[:1000]},
        )

    def _has_room(self):
        """Whether the current user had fewer refused attempts in the last minute than would be a flood."""
        # Only the number comes out.
        entries = self.env["revenue.audit.entry"].sudo()
        since = fields.Datetime.now() - datetime.timedelta(minutes=1)
        domain = [("event", "=", "refused"), ("user_id", "=", self.env.uid), ("at", ">=", since)]
        return entries.search_count(domain, limit=MAX_PER_MINUTE) < MAX_PER_MINUTE

    @api.private
    @api.model
    def note_attempt(self, documents, action, sentence):
        """Write down an attempt that is being refused, although its transaction will be rolled back.

        At most ``MAX_PER_MINUTE`` per person. After the transaction, whichever way it ends (an import catches the error and
        goes on), on a connection of its own.
        """
        what = {
            "action": action,
            "document": ", ".join(f"{documents._description} {record_id}" for record_id in documents.ids[:5]),
        }
        registry, uid = self.env.registry, self.env.uid

        def write_down():
            with registry.cursor() as cr:
                env = api.Environment(cr, uid, {})
                # Somebody who was made in the same transaction is gone with it.
                if env.user.exists() and env["revenue.audit.journal"]._has_room():
                    env["revenue.audit.journal"].note("refused", what, sentence[:MAX_SENTENCE])

        def write_down_safely():
            for attempt in range(TRIES):
                try:
                    return write_down()
                except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, psycopg2.errors.UniqueViolation):
                    # The same person elsewhere at the same moment.
                    time.sleep(random.uniform(0, 0.05 * 2**attempt))
                except Exception:
                    _logger.exception("A refused attempt could not be written down")
                    return None
            _logger.error("A refused attempt could not be written down: too many at once")
            return None

        self.env.cr.postrollback.add(write_down_safely)
        self.env.cr.postcommit.add(write_down_safely)
