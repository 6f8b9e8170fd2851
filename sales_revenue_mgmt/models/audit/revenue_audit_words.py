"""What an entry of the trail says in the reader's words: labels for the words of the format, and changes in short."""

import textwrap

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime, html2plaintext
from odoo.tools.misc import formatLang

from ..core.actor import JOB, NO_REQUEST, REQUEST
from .chain import ATTACHMENT, DECIDED, ROUTE, parsed

# So many changes an entry shows in a list; all of them stand in its form.
CHANGES_SHOWN = 3
LETTERS_SHOWN = 160
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
    changes = fields.Text(compute="_compute_changes", help="What changed, in words.")
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
            "attached": self.env._("File attached"),
            "detached": self.env._("File removed"),
        }

    def _event_label(self, event):
        """A word of the format in the reader's language; a word of an area that is not known here stays as it is."""
        return self._event_labels().get(event, event)

    @api.model
    def _selection_event_kind(self):
        return list(self._event_labels().items())

    @api.model
    def _selection_document_type(self):
        # Open to the reader: what a type of document is called.
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
            kind, _colon, name = (entry.origin or "").partition(": ")
            word, _space, number = kind.partition(" ")
            if word != JOB:
                entry.origin_label = labels.get(entry.origin, entry.origin)
            elif number:
                entry.origin_label = self.env._("Scheduled action %(id)s: %(name)s", id=number, name=name)
            else:
                entry.origin_label = self.env._("Scheduled action: %(name)s", name=name)

    # ------------------------------------------------------------------
    # Changes
    # ------------------------------------------------------------------

    @api.depends("before", "after")
    @api.depends_context("lang")
    def _compute_changes(self):
        for entry in self:
            try:
                entry.changes = "\n".join(entry._changes_in_words())
            except Exception:
                # Somebody has written something else there. Verify says so; the rest of the list stays readable.
                entry.changes = self.env._("What changed cannot be read.")

    @api.depends("changes")
    @api.depends_context("lang")
    def _compute_changes_in_short(self):
        for entry in self:
            lines = (entry.changes or "").split("\n")
            if len(lines) > CHANGES_SHOWN + 1:
                rest = len(lines) - CHANGES_SHOWN
                lines = [*lines[:CHANGES_SHOWN], self.env._("and %(count)s more", count=rest)]
            entry.changes_in_short = "\n".join(textwrap.shorten(line, LETTERS_SHOWN) for line in lines) or False

    def _besides_labels(self):
        """What entries say that is no field of the document, with its label, in the order in which it is read.

        :rtype: dict[str, str]
        """
        return {
            ROUTE: self.env._("Asked"),
            DECIDED: self.env._("Decided"),
            ATTACHMENT: self.env._("File"),
            "user": self.env._("User"),
            "before": self.env._("Roles before"),
            "after": self.env._("Roles now"),
            "companies": self.env._("Companies"),
            "document": self.env._("Document"),
            "action": self.env._("Action"),
            "fields": self.env._("Fields"),
        }

    def _changes_in_words(self):
        """A line for each change, in the order of the document's governed fields.

        :rtype: list[str]
        """
        before, after = (parsed(text) if text else {} for text in (self.before, self.after))
        document = self.env.get(self.res_model)
        known = {} if document is None else {name: document._fields[name] for name in document._audit_fields()}
        besides = {name: label for name, label in self._besides_labels().items() if name not in known}
        names = before.keys() | after.keys()
        ordered = [name for name in (*known, *besides) if name in names]
        lines = []
        for name in (*ordered, *sorted(names.difference(ordered))):
            old, new, field = before.get(name), after.get(name), known.get(name)
            # Of something new: what is empty, or as it always is, says nothing.
            if old == new or (not before and (new in (None, False, "", []) or (name == "active" and new is True))):
                continue
            own = document._audit_change_in_words(name, old, new) if field else None
            if own is not None:
                lines += own
                continue
            label = field._description_string(self.env) if field else besides.get(name, name)
            texts = [self._in_words(field, value) for value in (old, new)]
            is_new = not before or name in (ROUTE, DECIDED)
            lines.append(f"{label}: {texts[1]}" if is_new else f"{label}: {texts[0]} → {texts[1]}")
        return lines

    def _in_words(self, field, value):
        if value is None or value is False:
            return "–"
        if isinstance(value, dict):
            return self._in_words(field, value["name"])
        if isinstance(value, list):
            return ", ".join(self._in_words(field, item) for item in value) or "–"
        if value is True:
            return self.env._("yes")
        kind = field.type if field else None
        if kind == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if kind == "html":
            return html2plaintext(value)
        if kind == "date":
            return format_date(self.env, value)
        if kind == "datetime":
            return format_datetime(self.env, value)
        if kind in ("float", "monetary"):
            # As exact as it was written down.
            return formatLang(self.env, float(value), digits=len(value.partition(".")[2]))
        return str(value)
