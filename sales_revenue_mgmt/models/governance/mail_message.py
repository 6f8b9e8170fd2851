"""What the workflow wrote into the chatter is not rewritten, and nobody else writes like it. The trail is the proof, but people
read the chatter.
"""

import datetime
from contextvars import ContextVar

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..audit.access import is_in_place
from ..core.actor import actor

# What makes a message what it is.
CONTENT = {
    "attachment_ids",
    "author_guest_id",
    "author_id",
    "body",
    "date",
    "email_from",
    "is_internal",
    "message_id",
    "message_type",
    "model",
    "parent_id",
    "reply_to",
    "res_id",
    "subject",
    "subtype_id",
    "tracking_value_ids",
}
# Notifications of people stand in the inbox of who is told, not in the chatter.
OF_PEOPLE = ("comment", "user_notification")
# Documents that are being deleted, as (model, id): Odoo deletes their messages first.
leaving = ContextVar("revenue_leaving", default=frozenset())
JUST_NOW = datetime.timedelta(minutes=1)


class MailMessage(models.Model):
    _inherit = "mail.message"

    revenue_note = fields.Boolean(
        "Note of the Workflow",
        readonly=True,
        copy=False,
        help="Only the workflow of a revenue document writes such notes.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        # Also against defaults of the context.
        messages = super().create([{**vals, "revenue_note": False} for vals in vals_list])
        messages._check_own_words(made=True)
        return messages

    def write(self, vals):
        if "revenue_note" in vals:
            raise UserError(self.env._("Only the workflow marks its notes."))
        if not vals.keys() & CONTENT:
            return super().write(vals)
        self._check_not_of_the_workflow()
        if vals.keys() & {"model", "res_id", "date"}:
            self._check_not_moved()
        result = super().write(vals)
        if vals.keys() & {"model", "res_id", "date"}:
            self._check_not_moved()
        if vals.keys() & (CONTENT - {"body", "subject", "attachment_ids"}):
            self._check_own_words()
        return result

    def unlink(self):
        self._check_not_of_the_workflow()
        return super().unlink()

    def _revenue_mark(self):
        """Past the guards: for the workflow's own notes."""
        return super().write({"revenue_note": True})  # pylint: disable=super-method-mismatch

    # ------------------------------------------------------------------
    # Guards. Odoo itself writes its messages as superuser.
    # ------------------------------------------------------------------

    def _check_not_of_the_workflow(self):
        # Also against superuser rights, which a call may have come by; where its document goes, a note goes along.
        notes = self.sudo().filtered("revenue_note")
        if self.env.su:
            notes = notes.filtered(lambda note: (note.model, note.res_id) not in leaving.get())
        if notes and is_in_place(self.env):
            raise UserError(self.env._("Notes of the workflow cannot be changed or deleted."))

    def _on_our_documents(self):
        closed = self.env.registry["revenue.thread.mixin"]
        return self.sudo().filtered(
            lambda message: message.model in self.env and issubclass(self.env.registry[message.model], closed)
        )

    def _check_not_moved(self):
        if not self.env.su and self._on_our_documents():
            raise UserError(
                self.env._("Date, document: what was said about targets and approvals keeps its time and place.")
            )

    def _check_own_words(self, made=False):
        """On our documents people speak for themselves, now, and not in the way of the workflow.

        :param bool made: they have just been made
        """
        if not self.env.su:
            self._check_words_of(self.env.user, OF_PEOPLE, made)

    def _check_mailed(self):
        """The same of messages that mails have made, by who has signed in; jobs speak for the company."""
        if login_id := actor(self.env).login_id:
            self._check_words_of(self.env["res.users"].browse(login_id), (*OF_PEOPLE, "email_outgoing"), made=True)

    def _check_words_of(self, user, types, made):
        user = user.sudo()
        partner = user.partner_id
        addresses = {False, "", partner.email, partner.email_formatted, user.email_formatted}
        for message in self._on_our_documents():
            if message.message_type not in types or message.tracking_value_ids:
                problem = self.env._(
                    "Type: only the workflow and Odoo itself write %(type)s.", type=message.message_type
                )
            elif message.author_id != partner or message.author_guest_id or message.email_from not in addresses:
                problem = self.env._("Author: you write in your own name.")
            elif made and abs(message.date - fields.Datetime.now()) > JUST_NOW:
                problem = self.env._("Date: you write now.")
            elif message.reply_to:
                problem = self.env._("Reply-To: nothing here takes mail.")
            else:
                continue
            raise UserError(self.env._("This message cannot be written here. %(problem)s", problem=problem))
