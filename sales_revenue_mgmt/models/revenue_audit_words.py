"""What an entry of the trail says in the reader's words: labels for the words of the format, and changes in short."""

from odoo import api, fields, models
from odoo.fields import Domain

from .revenue_actor import JOB, NO_REQUEST, REQUEST

# So many changes an entry shows in a list; all of them stand in its form.
CHANGES_SHOWN = 3
# Selections to group and to search by → the words of the format that they are labels of.
LABELLED = {"event_kind": "event", "document_type": "res_model"}


class RevenueAuditEntry(models.Model):
    _inherit = "revenue.audit.entry"

    event_kind = fields.Selection(
        selection="_selection_event_kind",
        string="Kind of Event",
        compute="_compute_labelled",
        search=lambda self, operator, value: Domain("event", operator, value),
    )
    document_type = fields.Selection(
        selection="_selection_document_type",
        compute="_compute_labelled",
        search=lambda self, operator, value: Domain("res_model", operator, value),
    )
    event_label = fields.Char("Event", compute="_compute_event_label")
    state_from_label = fields.Char("State Before", compute="_compute_state_labels")
    state_to_label = fields.Char("State After", compute="_compute_state_labels")
    origin_label = fields.Char("Came From", compute="_compute_origin_label")
    changes_in_short = fields.Text("Changes", compute="_compute_changes_in_short")

    # ------------------------------------------------------------------
    # Labels
    # ------------------------------------------------------------------

    def _event_labels(self):
        """Word of the format → label, in the reader's language; an area adds its own.

        :rtype: dict[str, str]
        """
        return {
            "created": self.env._("Created"),
            "changed": self.env._("Changed"),
            "deleted": self.env._("Deleted"),
            "submitted": self.env._("Submitted"),
            "approved": self.env._("Approved"),
            "rejected": self.env._("Rejected"),
            "posted": self.env._("Posted"),
            "closed": self.env._("Closed"),
            "replaced": self.env._("Replaced"),
            "cancelled": self.env._("Cancelled"),
            "reset": self.env._("Reset to draft"),
            "revised": self.env._("Revised"),
            "escalated": self.env._("Escalated"),
            "rerouted": self.env._("Asked others"),
            "stuck": self.env._("Nobody can decide"),
            "refused": self.env._("Attempt refused"),
            "roles": self.env._("Roles changed"),
            "rights": self.env._("Rights changed"),
            "account": self.env._("Account opened by somebody else"),
            "team": self.env._("Sales team changed"),
            "company": self.env._("Company changed"),
            "job": self.env._("Scheduled action changed"),
            "exported": self.env._("Exported"),
        }

    def _event_label(self, event):
        """A word of the format in the reader's language; a word of an area that is not known here stays as it is."""
        return self._event_labels().get(event, event)

    @api.model
    def _selection_event_kind(self):
        return list(self._event_labels().items())

    @api.model
    def _selection_document_type(self):
        # What a type of document is called is no secret.
        types = self.env["ir.model"].sudo()
        return [(name, types._get(name).name) for name in self._audited_models()]

    @api.depends("event", "res_model")
    def _compute_labelled(self):
        known = {label: dict(self._fields[label]._description_selection(self.env)) for label in LABELLED}
        for entry in self:
            for label, name in LABELLED.items():
                entry[label] = entry[name] if entry[name] in known[label] else False

    def _field_to_sql(self, alias, field_expr, query=None):
        """To group by a label is to group by its word."""
        return super()._field_to_sql(alias, LABELLED.get(field_expr, field_expr), query)

    @api.depends("event")
    @api.depends_context("lang")
    def _compute_event_label(self):
        labels = self._event_labels()
        for entry in self:
            entry.event_label = labels.get(entry.event, entry.event)

    @api.depends("res_model", "state_from", "state_to")
    @api.depends_context("lang")
    def _compute_state_labels(self):
        for model, entries in self.grouped("res_model").items():
            field = self.env[model]._fields.get("state") if model in self.env else None
            labels = dict(field._description_selection(self.env)) if field else {}
            for entry in entries:
                entry.state_from_label = labels.get(entry.state_from, entry.state_from)
                entry.state_to_label = labels.get(entry.state_to, entry.state_to)

    @api.depends("origin")
    @api.depends_context("lang")
    def _compute_origin_label(self):
        labels = {REQUEST: self.env._("The user's own call"), NO_REQUEST: self.env._("Code on the server")}
        for entry in self:
            kind, _colon, job = (entry.origin or "").partition(": ")
            entry.origin_label = (
                self.env._("Scheduled action: %(name)s", name=job)
                if kind == JOB
                else labels.get(entry.origin, entry.origin)
            )

    # ------------------------------------------------------------------
    # Changes
    # ------------------------------------------------------------------

    @api.depends("changes")
    @api.depends_context("lang")
    def _compute_changes_in_short(self):
        for entry in self:
            lines = (entry.changes or "").split("\n")
            if len(lines) > CHANGES_SHOWN + 1:
                rest = len(lines) - CHANGES_SHOWN
                lines = [*lines[:CHANGES_SHOWN], self.env._("and %(count)s more", count=rest)]
            entry.changes_in_short = "\n".join(lines) or False
