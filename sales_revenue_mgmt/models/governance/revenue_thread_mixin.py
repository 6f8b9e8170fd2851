"""Chatter without incoming mail: Odoo's mail gateway writes with all rights in the name of whoever a mail says it is from, so
nothing of ours is made, changed or commented by mail.
"""

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError

from ..core.actor import REQUEST, actor
from .mail_message import leaving


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_process(self, model, message, custom_values=None, *args, **kwargs):
        """Any internal user may hand in a mail, and what it makes is made with all rights: so nobody who calls says what that
        is. A mail says it, by its address; aliases and servers of incoming mail are set up by administrators.
        """
        login_id, origin = actor(self.env)
        if origin == REQUEST:
            # Who has signed in counts, whatever rights the code has.
            login = self.env["res.users"].sudo().browse(login_id or ())
            chosen = model or kwargs.get("thread_id") or args[2:]
            if custom_values or (chosen and not (login and login.has_group("base.group_system"))):
                raise UserError(
                    self.env._(
                        "A mail that is handed in says itself where it goes. Leave out the model, the document and the "
                        "values to set."
                    )
                )
        return super().message_process(model, message, custom_values, *args, **kwargs)

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        """Routes to documents of ours are taken out, and the sender is told why."""
        routes = super().message_route(message, message_dict, model, thread_id, custom_values)
        closed = self.env.registry["revenue.thread.mixin"]
        allowed = [route for route in routes or () if not issubclass(self.env.registry[route[0]], closed)]
        if len(allowed) < len(routes or ()):
            body = Markup("<p>%s</p>") % self.env["revenue.thread.mixin"]._no_mail_sentence()
            self._routing_create_bounce_email(message_dict["email_from"], body, message)
        return allowed


class RevenueThreadMixin(models.AbstractModel):
    """Inherit it instead of ``mail.thread``."""

    _name = "revenue.thread.mixin"
    _description = "Chatter without Incoming Mail"
    _inherit = ["mail.thread"]

    def _no_mail_sentence(self):
        return self.env._(
            "This was not delivered: targets, approvals and their rules take no mail. Open the document in Odoo and "
            "answer there."
        )

    @api.model
    def message_new(self, msg_dict, custom_values=None):  # pylint: disable=method-required-super
        raise UserError(self._no_mail_sentence())

    def message_update(self, msg_dict, update_vals=None):  # pylint: disable=method-required-super
        raise UserError(self._no_mail_sentence())

    def message_post(self, *, message_type=None, **kwargs):
        """People comment; notes are the workflow's and Odoo's."""
        if "message_post_store" in self.env.context:
            # Odoo's composer posts for anybody with superuser rights, and lets the caller say which type.
            message_type = "comment"
        elif message_type is None:
            message_type = "notification" if self.env.su else "comment"
        return super().message_post(message_type=message_type, **kwargs)

    # Without a reply address nobody writes to the gateway by accident.
    def _notify_get_reply_to(self, default=None, author_id=False):
        return dict.fromkeys(super()._notify_get_reply_to(default, author_id), False)

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        return dict.fromkeys(super()._notify_get_reply_to_batch(defaults, author_ids), False)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_who_creates()
        return super().create(vals_list)

    def unlink(self):
        token = leaving.set(leaving.get() | {(self._name, record_id) for record_id in self.ids})
        try:
            return super().unlink()
        finally:
            leaving.reset(token)

    def _check_who_creates(self):
        """Superuser rights of code are no rights of the person who has called it; jobs and installation act as themselves."""
        login_id = actor(self.env).login_id
        if self.env.su and login_id and self.env.registry.ready:
            self.with_user(login_id).check_access("create")
