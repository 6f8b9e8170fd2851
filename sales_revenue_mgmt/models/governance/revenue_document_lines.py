"""Documents with lines: the lines are part of what is decided on, of the trail, and of every version."""

from contextlib import contextmanager

from odoo import Command, api, models
from odoo.exceptions import AccessError

from ..audit.chain import bare, digest
from .lines import MAX_PLACES, LinesRead, Told


class RevenueDocumentLines(models.AbstractModel):
    """Inherit it, and declare the One2many ``_lines_field`` to a model with ``revenue.document.line``; it is one of
    ``_audit_fields``.
    """

    _name = "revenue.document.lines"
    _description = "Revenue Document with Lines"
    _inherit = ["revenue.document.mixin"]

    _lines_field = "line_ids"
    _audit_parts_follow = True

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return self._create_with_lines(super().create, vals_list)

    def _create_revision(self, vals_list):
        return self._create_with_lines(super()._create_revision, vals_list)

    def _create_with_lines(self, create, vals_list):
        """Documents first, then their lines, and one entry of the trail for both."""
        vals_list = [dict(vals) for vals in vals_list]
        commands = [vals.pop(self._lines_field, None) for vals in vals_list]
        documents = create(vals_list)
        documents._make_lines(commands)
        documents._audit_created()
        return documents

    def _make_lines(self, commands):
        """The lines of new documents.

        :param list commands: of each document, what was given for its lines, or ``None``
        """
        for document, own in zip(self, commands, strict=True):
            if own:
                document._telling_lines().write({self._lines_field: own})

    def write(self, vals):
        if self._lines_field not in vals or self._audit_is_told():
            return super().write(vals)
        others = {name: value for name, value in vals.items() if name != self._lines_field}
        if others:
            self.write(others)
        self._claim_lines()
        with self._lines_audited():
            return self._telling_lines().write({self._lines_field: vals[self._lines_field]})

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for document, vals in zip(self, vals_list, strict=True):
            if lines := document._copied_lines():
                vals.setdefault(self._lines_field, [Command.create(line) for line in lines])
        return vals_list

    def _copied_lines(self):
        """The values of the lines that a copy, or the next version, begins with.

        :rtype: list[dict]
        """
        return self[self._lines_field].copy_data()

    # ------------------------------------------------------------------
    # Guard
    # ------------------------------------------------------------------

    def _claim_lines(self):
        """Before any change of lines: the documents are drafts, this user may change them, and until the end of the transaction
        nobody else does.
        """
        if not self.has_access("write"):
            # Who may not even read it gets Odoo's own refusal, which names nothing.
            self.check_access("read")
            raise AccessError(self._not_your_lines())
        self._check_content_is_open([self._lines_field])
        if not self._audit_is_told():
            self._lock()

    def _not_your_lines(self):
        return self.env._(
            "%(documents)s: you may read it, but you may not change its lines. Ask its owner, the leader of its team, or "
            "Finance.",
            documents=", ".join(self.mapped("display_name")),
        )

    # ------------------------------------------------------------------
    # Trail
    # ------------------------------------------------------------------

    def _audit_is_told(self):
        told = self.env.context.get("revenue_lines_told")
        return (isinstance(told, Told) and told.covers(self)) or super()._audit_is_told()

    def _telling_lines(self):
        """These documents, for a caller that writes down what happens to their lines."""
        return self.with_context(revenue_lines_told=Told(self))

    def _audit_values(self):
        # The lines of all documents together.
        if not isinstance(self.env.context.get("revenue_lines_read"), LinesRead):
            self = self.with_context(revenue_lines_read=self._read_lines())
        return super()._audit_values()

    def _audit_value(self, name):
        if name != self._lines_field:
            return super()._audit_value(name)
        read = self.env.context.get("revenue_lines_read")
        content = self._lines_content(read if isinstance(read, LinesRead) else self._read_lines())
        if not self._lines_say_more(content):
            return None
        return {"id": digest(content, content), "name": self._lines_summary(content)}

    def _lines_say_more(self, content):
        """Whether the lines say anything that the document's own fields do not."""
        return bool(content)

    def _lines_summary(self, content):
        """What the trail calls the lines as a whole."""
        return self.env._("%(count)s lines", count=len(content))

    @contextmanager
    def _lines_audited(self, old=None):
        """What happens to the lines inside is written down, once: which places, from what to what.

        :param LinesRead old: lines as they are, where the caller has them already
        """
        if self._audit_is_told():
            yield
            return
        old = old or self._read_lines()
        before = self.with_context(revenue_lines_read=old)._audit_values()
        places = {document.id: document._lines_places(old) for document in self}
        yield
        new = self._read_lines()
        after = self.with_context(revenue_lines_read=new)._audit_values()
        changed = self.filtered(lambda document: before[document.id] != after[document.id])
        for document in changed:
            was, now = places[document.id], document._lines_places(new)
            for values, own, others in ((before, was, now), (after, now, was)):
                if value := values[document.id][self._lines_field]:
                    values[document.id][self._lines_field] = {**value, **document._lines_changed(own, others)}
        changed._audit("changed", before=before, after=after)

    def _read_lines(self):
        """
        :rtype: LinesRead
        """
        contents, names = {}, {}
        for document in self.sudo().with_context(active_test=False, lang="en_US"):
            lines = document[self._lines_field]
            contents[document.id] = lines._contents()
            names[document.id] = {
                key: line.display_name for key, line in zip(contents[document.id], lines, strict=True)
            }
        return LinesRead(contents, names)

    def _lines_content(self, read):
        """What the lines say, by ids: what is hashed and decided on.

        :param LinesRead read: of the moment
        :return: key of a line → field → value
        :rtype: dict[str, dict]
        """
        return {
            key: {name: bare(value) for name, value in values.items()} for key, values in read.contents[self.id].items()
        }

    def _lines_places(self, read):
        """What each place says, for the trail.

        :return: place → name of the line, name of the field, value
        :rtype: dict[tuple, tuple]
        """
        return {
            (key, name): (read.names[self.id][key], name, value)
            for key, values in read.contents[self.id].items()
            for name, value in values.items()
            if value not in (None, False, [])
        }

    def _lines_changed(self, own, others):
        """What an entry of the trail adds of the places that are different.

        :param dict own: as of :meth:`_lines_places`
        :param dict others: those of the other moment
        :rtype: dict
        """
        changed = [value for place, value in own.items() if others.get(place) != value]
        more = {"more": len(changed) - MAX_PLACES} if len(changed) > MAX_PLACES else {}
        return {"places": [list(value) for value in changed[:MAX_PLACES]], **more}

    def _audit_change_in_words(self, name, old, new):
        if name != self._lines_field:
            return super()._audit_change_in_words(name, old, new)
        sides = [(value or {}).get("places") or () for value in (old, new)]
        Line, entries = self.env[self._fields[name].comodel_name], self.env["revenue.audit.entry"]
        places = {}
        for side, values in enumerate(sides):
            for line, field, value in values:
                places.setdefault((line, field), [None, None])[side] = value
        if not places:
            return None
        lines = []
        for (line, field_name), values in places.items():
            field = Line._fields.get(field_name)
            label = field._description_string(self.env) if field else field_name
            was, now = (entries._in_words(field, value) for value in values)
            lines.append(self.env._("%(line)s, %(field)s: %(was)s → %(now)s", line=line, field=label, was=was, now=now))
        if more := max((value or {}).get("more") or 0 for value in (old, new)):
            lines.append(self.env._("and %(count)s more", count=more))
        return lines
