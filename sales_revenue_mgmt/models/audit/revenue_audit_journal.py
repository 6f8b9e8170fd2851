"""What people did outside documents: attempts that were refused, exports, roles given and taken. One chain per person."""

import datetime
import json
import logging
import random
import time
from contextlib import suppress

import psycopg2
from markupsafe import Markup

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..core.roles import ADMIN, AUDITOR
from .access import Roles

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
    def note(self, event, what, reason=None, before=None):
        """Write down what the current user does.

        :param str event: one word
        :param dict what: label → text
        :param str reason: a sentence
        :param dict before: label → text, where something was replaced
        """
        journal = self._of(self.env.user)
        journal._audit(event, before=before and {journal.id: before}, after={journal.id: what}, reason=reason)

    @api.private
    @api.model
    def note_about(self, people, event, what, reason=None):
        """Write down, in the journals of others, what the current user does to them.

        :param people: ``res.users``
        :param dict what: user id → label → text
        """
        if people:
            journals = self._of(people)
            journals._audit(event, after={journal.id: what[journal.user_id.id] for journal in journals}, reason=reason)

    def _of(self, people):
        """The journals of people; those who have none yet get one."""
        # Everybody's journal writes itself; nobody may write in it by hand.
        journals = self.sudo()
        found = journals.search([("user_id", "in", people.ids)])
        return found | journals.create([{"user_id": user_id} for user_id in (people - found.user_id).ids])

    @api.private
    @api.model
    def _last_of_each(self, event):
        """The content of the last entry of a kind in each journal.

        :rtype: list[dict]
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT ON (res_id) after FROM revenue_audit_entry WHERE res_model = %s AND event = %s"
                " ORDER BY res_id, sequence DESC",
                self._name,
                event,
            )
        )
        contents = []
        for (text,) in rows:
            # What somebody broke by SQL says nothing; Verify names it.
            with suppress(ValueError, TypeError):
                contents.append(json.loads(text))
        return [content for content in contents if isinstance(content, dict)]

    @api.model
    def _cron_compare_roles(self):
        """Compare who has which role with what the trail said last. What differs came about past Odoo, or before the trail:
        it is written down, and the auditors are told.
        """
        people = self._compare_roles(self.env._("Found by the nightly comparison: it came about without a note."))
        if not people:
            return
        roles = Roles(self.env).of(lambda: people)
        lines = [
            self.env._(
                "%(user)s (%(login)s) has now: %(roles)s",
                user=user.name,
                login=user.login,
                roles=", ".join(role["name"] for role in roles.get(user.id, {"roles": []})["roles"]) or "–",
            )
            for user in people
        ]
        everybody = self.env["res.users"].union(
            *(self.env.ref(group).all_user_ids.filtered("active") for group in (AUDITOR, ADMIN))
        )
        everybody._revenue_notify(
            self.env._("Roles have changed without a note in the audit trail"),
            Markup("<ul>%s</ul>") % Markup("").join(Markup("<li>%s</li>") % line for line in lines),
        )

    @api.private
    @api.model
    def _compare_roles(self, reason):
        """Write down where roles are not what the trail said last.

        :return: whose roles these are
        :rtype: res.users
        """
        roles = Roles(self.env)
        return roles.note(roles.last_said(), roles.of(), reason)

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
